//! Programs about ownership with one line gone, moved down or written twice: whatever that makes of
//! them, they are analysed.
//!
//! A bounded part of the mutations, `WEIR_MUTATIONS=all` for every one.

use std::env;

use weir_analyzer::Database;
use weir_tests::Document;
use weir_tests::findings::findings_of;

/// Of so many mutations, one is tried.
const STRIDE: usize = 7;

#[test]
fn a_program_with_a_line_gone_moved_or_twice_is_analysed() {
    let stride = if env::var("WEIR_MUTATIONS").is_ok_and(|all| all == "all") { 1 } else { STRIDE };
    let documents = Document::all().into_iter();
    let sections = documents
        .filter(|document| document.path.contains("analysis/ownership"))
        .flat_map(|document| document.sections);
    let mutants: Vec<String> = sections.flat_map(|section| mutants(section.text())).collect();
    assert!(mutants.len() > 1_000, "{} mutations", mutants.len());
    let mut db = Database::default();
    for mutant in mutants.iter().step_by(stride) {
        let file = db.set_file("main.weir", mutant);
        findings_of(&db, file);
    }
}

fn mutants(program: &str) -> Vec<String> {
    let lines: Vec<&str> = program.lines().collect();
    let mut mutants = Vec::new();
    for at in 0..lines.len() {
        let mut gone = lines.clone();
        gone.remove(at);
        mutants.push(gone);
        let mut twice = lines.clone();
        twice.insert(at, lines[at]);
        mutants.push(twice);
        if at + 1 < lines.len() {
            let mut moved = lines.clone();
            moved.swap(at, at + 1);
            mutants.push(moved);
        }
    }
    mutants.into_iter().map(|lines| lines.join("\n") + "\n").collect()
}
