//! What an edit makes salsa run again, from its own log.

use std::collections::BTreeSet;

use weir_analyzer::Database;
use weir_analyzer::db::QueryLog;
use weir_analyzer::diagnostics::file_diagnostics;

const PATH: &str = "main.weir";

const PROGRAM: &str = "\
fn twice(n: int) -> int:
    return n + n

fn shout(text: str):
    print(text)

fn main():
    numbers = mutable_list[int]()
    concurrent:
        spawn numbers.append(twice(2))
    shout(str(numbers))
";

/// The queries that run again when `before` is replaced by `after`, without their keys.
fn rerun(before: &str, after: &str) -> Vec<String> {
    assert!(PROGRAM.contains(before), "`{before}` is not in the program");
    let (mut db, log) = Database::with_query_log();
    analyze(&mut db, PROGRAM);
    assert!(!log.take().is_empty(), "the log is empty");
    let again = run_again(&mut db, &log, &PROGRAM.replacen(before, after, 1));
    again.iter().map(|entry| query(entry).to_owned()).collect()
}

fn run_again(db: &mut Database, log: &QueryLog, text: &str) -> Vec<String> {
    analyze(db, text);
    log.take()
}

fn analyze(db: &mut Database, text: &str) {
    let file = db.set_file(PATH, text);
    file_diagnostics(db, file);
}

fn query(entry: &str) -> &str {
    entry.split('(').next().unwrap_or(entry)
}

#[test]
fn an_equal_text_runs_nothing() {
    let (mut db, log) = Database::with_query_log();
    analyze(&mut db, PROGRAM);
    log.take();
    assert_eq!(run_again(&mut db, &log, PROGRAM), [""; 0]);
}

#[test]
fn a_comment_runs_parse_and_its_firewall_alone() {
    assert_eq!(rerun("fn shout", "# loud\nfn shout"), ["parse", "file_items"]);
    assert_eq!(
        rerun("    return n + n", "    # add\n    return n + n  # sum"),
        ["parse", "file_items"]
    );
}

#[test]
fn a_comment_that_allows_a_finding_runs_no_analysis() {
    let (mut db, log) = Database::with_query_log();
    let racy = PROGRAM.replacen("    shout(", "        print(numbers)\n    shout(", 1);
    let allowed = racy.replacen("print(numbers)", "print(numbers)  # weir: allow(R002) so far", 1);
    let file = db.set_file(PATH, &racy);
    assert_eq!(file_diagnostics(&db, file).len(), 1);
    log.take();
    db.set_file(PATH, &allowed);
    assert_eq!(file_diagnostics(&db, file), []);
    let again: Vec<_> = log.take().iter().map(|entry| query(entry).to_owned()).collect();
    assert_eq!(again, ["parse", "file_items"]);
}

#[test]
fn a_body_runs_the_queries_of_that_body_alone() {
    let (mut db, log) = Database::with_query_log();
    analyze(&mut db, PROGRAM);
    let first = log.take();
    let again = run_again(&mut db, &log, &PROGRAM.replacen("return n + n", "return 2 * n", 1));
    for once in ["lower", "infer"] {
        let count =
            |entries: &[String]| entries.iter().filter(|entry| query(entry) == once).count();
        assert!(count(&first) >= 3, "{once} ran {} times at first", count(&first));
        assert_eq!(count(&again), 1, "{again:#?}");
    }
    // FIXME: a skeleton walks through the Mir of what its item calls, so that the skeletons of
    // callers are extracted anew; they come out equal, and what reads them does not run.
    let walks_on = |entry: &&String| query(entry) == "skeleton";
    let again: Vec<_> = again.iter().filter(|entry| !walks_on(entry)).cloned().collect();
    let key = |entry: &String| entry.split_once('(').map(|(_, key)| key.to_owned());
    let of_file = |entry: &&String| ["parse", "file_items"].contains(&query(entry));
    let keys: BTreeSet<_> = again.iter().filter(|entry| !of_file(entry)).map(key).collect();
    assert_eq!(keys.len(), 1, "queries of another body ran: {again:#?}");
}

#[test]
fn a_new_line_above_moves_findings_without_looking_for_them_again() {
    let (mut db, _log) = Database::with_query_log();
    let wrong = PROGRAM.replacen("text: str", "text: int", 1);
    let file = db.set_file(PATH, &wrong);
    let before = file_diagnostics(&db, file);
    db.set_file(PATH, &format!("\n{wrong}"));
    let after = file_diagnostics(&db, file);
    assert!(!before.is_empty());
    let starts = |found: &[weir_analyzer::diagnostics::Diagnostic]| -> Vec<u32> {
        found.iter().map(|finding| finding.primary.range.start().into()).collect()
    };
    let moved: Vec<_> = starts(&before).iter().map(|start| start + 1).collect();
    assert_eq!(starts(&after), moved);
}
