//! What the findings say: names, labels, helps, witnesses.

use weir_analyzer::Database;
use weir_analyzer::diagnostics::Diagnostic;

use crate::{findings, line};

fn only(text: &str, code: &str) -> Diagnostic {
    let mut db = Database::default();
    let file = db.set_file("test.weir", text);
    let found = findings(&db, file);
    let of_code = found.into_iter().find(|diagnostic| diagnostic.code.as_str() == code);
    of_code.unwrap_or_else(|| panic!("no {code}"))
}

const SIBLINGS: &str = "
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            data.append(1)
        spawn:
            data.append(2)
";

#[test]
fn a_clash_names_the_list_and_labels_the_spawn_and_the_scopes_end() {
    let finding = only(SIBLINGS, "R001");
    assert!(finding.message.contains("`data` is changed here"), "{}", finding.message);
    let labels: Vec<(usize, &str)> = finding
        .related
        .iter()
        .map(|label| {
            let start = usize::from(label.range.start());
            (SIBLINGS[..start].matches('\n').count() + 1, label.message.as_str())
        })
        .collect();
    assert_eq!(
        labels,
        [
            (7, "this task has `data` until the `concurrent` block ends"),
            (8, "it is changed here"),
            (8, "the scope ends here"),
        ]
    );
}

#[test]
fn a_witness_shows_both_accesses_of_both_tasks() {
    let finding = only(SIBLINGS, "R001");
    let steps: Vec<(&str, &str)> =
        finding.witness.iter().map(|step| (step.task.as_str(), step.what.as_str())).collect();
    assert_eq!(
        steps,
        [
            ("main", "starts `main/1`"),
            ("main", "starts `main/2`"),
            ("main/2", "changes `data`"),
            ("main/1", "changes `data`"),
        ]
    );
}

#[test]
fn every_ownership_finding_has_a_help_and_a_witness() {
    let text = "
fn main():
    data = mutable_list([1])
    ch = channel[mutable_list[int]](buffer=1)
    concurrent:
        spawn:
            data.append(1)
        print(data)
    ch.send(data)
    data.append(2)
    detach:
        print(data)
";
    let mut db = Database::default();
    let file = db.set_file("test.weir", text);
    for finding in findings(&db, file) {
        assert!(finding.help.is_some(), "{}", finding.code);
        assert!(!finding.witness.is_empty(), "{}", finding.code);
        assert!(line(text, &finding) > 1);
    }
}

#[test]
fn the_pages_examples_are_flagged_and_mended() {
    use weir_analyzer::diagnostics::REGISTRY;
    let mine = REGISTRY
        .iter()
        .filter(|rule| rule.code.as_str().starts_with('R') || rule.code.as_str() == "D001");
    for rule in mine {
        let blocks: Vec<&str> = rule
            .page
            .split("```weir\n")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        assert_eq!(blocks.len(), 2, "{} has a flagged and a mended example", rule.code);
        for block in blocks {
            crate::check(block);
        }
    }
}

#[test]
fn regions_print_who_has_what_and_what_a_function_does() {
    use weir_analyzer::items::file_items;
    use weir_analyzer::regions;
    let text = "
fn fill(xs: mutable_list[int]) -> mutable_list[int]:
    xs.append(1)
    return xs

fn main():
    data = mutable_list[int]()
    alias = data
    concurrent:
        spawn fill(data)
    print(alias, data)
    print(alias)
";
    let mut db = Database::default();
    let file = db.set_file("test.weir", text);
    let printed: Vec<String> =
        file_items(&db, file).ids(&db).map(|item| regions::print(&db, item)).collect();
    assert!(
        printed[0].contains("summary fill:\n  xs itself: changed\n  the result may be xs\n"),
        "{}",
        printed[0]
    );
    let ended = "end scope0  # {alias = data} {data: with main/1, which changes it}";
    assert!(printed[1].contains(ended), "{}", printed[1]);
    assert!(printed[1].contains("print(alias, data)  # {alias = data}"), "{}", printed[1]);
    assert!(printed[1].contains("print(alias)\n"), "what nobody names any more: {}", printed[1]);
}

#[test]
fn a_read_beside_a_changing_task_offers_a_snapshot() {
    let text = "
fn main():
    data = mutable_list([1])
    concurrent:
        spawn:
            data.append(2)
        print(len(data))
";
    let finding = only(text, "R002");
    let fix = finding.fixes.first().expect("a fix");
    assert!(!fix.safe);
    let mut fixed = text.to_owned();
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|(_, range, _)| std::cmp::Reverse(range.start()));
    for (_, range, with) in edits {
        fixed.replace_range(usize::from(range.start())..usize::from(range.end()), &with);
    }
    assert!(fixed.contains("data_before = data.snapshot()"), "{fixed}");
    assert!(fixed.contains("print(len(data_before))"), "{fixed}");
    crate::check(&fixed);
}
