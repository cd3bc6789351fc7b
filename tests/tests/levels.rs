//! Levels that a package's `weir.toml` sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use weir_analyzer::db::QueryLog;
use weir_analyzer::diagnostics::file_diagnostics;
use weir_analyzer::package::manifest_mistakes;
use weir_analyzer::{Database, SourceFile};
use weir_tests::programs::SUSPECT;

/// A package of one module.
struct OnePackage {
    db: Database,
    log: QueryLog,
    manifest: SourceFile,
    module: SourceFile,
}

impl OnePackage {
    fn new(levels: &str) -> Self {
        let (mut db, log) = Database::with_query_log();
        let manifest = db.set_file("shop/weir.toml", &manifest_of(levels));
        let module = db.set_file("shop/main.weir", SUSPECT);
        let files = BTreeMap::from([(Arc::from("main.weir"), module)]);
        db.set_package("shop", manifest, files);
        Self { db, log, manifest, module }
    }

    fn found(&self) -> Vec<String> {
        let found = file_diagnostics(&self.db, self.module).into_iter();
        found.map(|found| format!("{}[{}]", found.level.as_str(), found.code)).collect()
    }

    fn mistakes(&self) -> Vec<String> {
        let mistakes = manifest_mistakes(&self.db, self.manifest).into_iter();
        mistakes.map(|mistake| format!("{}; {}", mistake.message, mistake.help)).collect()
    }
}

fn manifest_of(levels: &str) -> String {
    format!("[package]\nname = \"shop\"\n\n[analyze]\n{levels}\n")
}

fn found(levels: &str) -> Vec<String> {
    OnePackage::new(levels).found()
}

#[test]
fn lines_speak_of_codes_names_families_and_all() {
    assert_eq!(found(""), ["warning[A001]", "error[R002]"]);
    assert_eq!(found("R = \"warning\""), ["warning[A001]", "warning[R002]"]);
    assert_eq!(found("all = \"hint\"\nuse-after-move = \"error\""), ["hint[A001]", "error[R002]"]);
    assert_eq!(found("A001 = \"allow\""), ["error[R002]"]);
}

#[test]
fn a_line_about_no_rule_and_a_level_that_is_none_are_mistakes() {
    let mistakes = |levels| OnePackage::new(levels).mistakes();
    let expected = "no rule or family is called `R0O2`; did you mean `R002`?";
    assert_eq!(mistakes("R0O2 = \"allow\""), [expected]);
    assert_eq!(
        mistakes("R = \"warn\"\nC = \"hint\""),
        ["`warn` is no level; did you mean `warning`?"]
    );
    let expected = "`T001` stays an error; mend what it finds: with such a mistake nobody could say \
                    what should run";
    assert_eq!(mistakes("T001 = \"warning\""), [expected]);
    assert_eq!(mistakes("R002 = \"warning\""), [""; 0]);
}

#[test]
fn a_line_with_a_mistake_sets_nothing_and_the_others_count() {
    assert_eq!(found("R = \"warn\"\nA = \"error\""), ["error[A001]", "error[R002]"]);
}

#[test]
fn an_edit_of_the_manifest_runs_no_analysis_of_the_modules() {
    let mut package = OnePackage::new("R = \"warning\"");
    package.found();
    package.log.take();
    package.db.set_file("shop/weir.toml", &manifest_of("# why\nR = \"hint\""));
    assert_eq!(package.found(), ["warning[A001]", "hint[R002]"]);
    let again = package.log.take();
    let of_module = ["parse", "file_items", "lower", "infer", "check", "summary", "skeleton"];
    let names = again.iter().map(|entry| entry.split('(').next().unwrap_or(entry));
    let ran: Vec<_> = names.filter(|name| of_module.contains(name)).collect();
    assert_eq!(ran, [""; 0], "{again:#?}");
}
