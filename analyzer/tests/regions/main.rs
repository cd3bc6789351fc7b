//! Ownership: each program with the findings that its lines assert.
//!
//! `# error: R001` at a line's end (or `# warning:`) asserts a finding there; any other finding about names, types or
//! ownership fails the test. What channels and locks do wrong is the business of other tests.

mod calls;
mod captures;
mod giving;
mod loans;
mod loops;
mod parallel;
mod tasks;
mod words;

use weir_analyzer::diagnostics::{Diagnostic, file_diagnostics};
use weir_analyzer::{Database, SourceFile};

/// Checks that the program's findings are exactly the asserted ones.
#[track_caller]
pub fn check(text: &str) {
    let mut db = Database::default();
    let file = db.set_file("test.weir", text);
    let found: Vec<(usize, String)> = findings(&db, file)
        .iter()
        .map(|diagnostic| (line(text, diagnostic), diagnostic.code.to_string()))
        .collect();
    let asserted: Vec<(usize, String)> = text
        .lines()
        .zip(1..)
        .flat_map(|(line, number)| {
            let codes = ["# error: ", "# warning: "].map(|mark| line.split(mark).nth(1));
            let codes = codes.into_iter().flatten().next().unwrap_or_default();
            codes.split_whitespace().map(move |code| (number, code.to_owned()))
        })
        .collect();
    let messages: Vec<String> =
        findings(&db, file).iter().map(|diagnostic| diagnostic.message.clone()).collect();
    assert_eq!(found, asserted, "\n{text}\n{messages:#?}");
}

/// What is wrong with the names, types and ownership of a file.
pub fn findings(db: &Database, file: SourceFile) -> Vec<Diagnostic> {
    let concerned = |diagnostic: &&Diagnostic| !diagnostic.code.as_str().starts_with(['C', 'L']);
    file_diagnostics(db, file).iter().filter(concerned).cloned().collect()
}

/// The line that a finding stands on, from 1.
pub fn line(text: &str, diagnostic: &Diagnostic) -> usize {
    let start = usize::from(diagnostic.primary.range.start());
    text[..start].matches('\n').count() + 1
}
