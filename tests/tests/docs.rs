//! What the prelude and the standard modules say of themselves.

use weir_analyzer::docs::{Entry, ModuleDocs, module_docs};
use weir_analyzer::package::STANDARD_MODULES;
use weir_analyzer::{Database, Db};
use weir_tests::findings;
use weir_tests::markdown::sections;

fn built_in() -> Vec<ModuleDocs> {
    let db = Database::default();
    let standard = STANDARD_MODULES.iter().filter_map(|(name, _)| db.standard_modules().find(name));
    std::iter::once(db.prelude()).chain(standard).map(|file| module_docs(&db, file)).collect()
}

#[test]
fn every_program_in_a_comment_is_one() {
    let check = |name: &str, entry: &Entry| {
        for section in sections(&entry.text) {
            let checked = findings::check(&section.project);
            assert!(checked.is_ok(), "{name}.{}: {}", entry.anchor, checked.unwrap_err());
        }
    };
    for docs in built_in() {
        let all = docs.entries.iter().flat_map(|of| std::iter::once(of).chain(&of.members));
        all.for_each(|entry| check(&docs.name, entry));
    }
}

#[test]
fn no_two_entries_of_a_module_have_the_same_anchor() {
    for docs in built_in() {
        let all = docs.entries.iter().flat_map(|of| std::iter::once(of).chain(&of.members));
        let mut anchors: Vec<_> = all.map(|entry| &entry.anchor).collect();
        let count = anchors.len();
        anchors.sort();
        anchors.dedup();
        assert_eq!(anchors.len(), count, "in {}", docs.name);
    }
}
