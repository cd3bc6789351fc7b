//! Protocols, from whole programs to findings: each program asserts its own with
//! `# error: CODE` at the end of a line, and must have no others.

#[path = "skeleton/flagged.rs"]
mod flagged;
#[path = "skeleton/silent.rs"]
mod silent;
#[path = "skeleton/told.rs"]
mod told;

use weir_analyzer::diagnostics::{Level, file_diagnostics};
use weir_analyzer::items::file_items;
use weir_analyzer::{Database, skeleton};

/// Checks the program's findings against what its comments assert.
#[track_caller]
fn check(program: &str) {
    let mut db = Database::default();
    let file = db.set_file("main.weir", program);
    let line_of = |offset: usize| program[..offset].matches('\n').count() + 1;
    let found: Vec<(usize, String)> = file_diagnostics(&db, file)
        .iter()
        .filter(|found| found.level == Level::Error)
        .map(|found| {
            (line_of(usize::from(found.primary.range.start())), found.code.as_str().to_owned())
        })
        .collect();
    let expected: Vec<(usize, String)> = program
        .lines()
        .enumerate()
        .filter_map(|(line, text)| {
            let (_, code) = text.split_once("# error: ")?;
            Some((line + 1, code.trim().to_owned()))
        })
        .collect();
    if found != expected {
        let messages: Vec<String> =
            file_diagnostics(&db, file).iter().map(|found| found.message.clone()).collect();
        let skeletons: Vec<String> =
            file_items(&db, file).ids(&db).map(|item| skeleton::print(&db, item)).collect();
        panic!(
            "expected {expected:?}, found {found:?}\n{}\n{}",
            messages.join("\n"),
            skeletons.join("\n")
        );
    }
}

/// The finding of that code, with all that belongs to it, as lines of text.
fn story(program: &str) -> String {
    let mut db = Database::default();
    let file = db.set_file("main.weir", program);
    let line_of = |offset: usize| program[..offset].matches('\n').count() + 1;
    let mut text = String::new();
    for found in file_diagnostics(&db, file) {
        text += &format!("{} {}\n", found.code, found.message);
        for label in &found.related {
            let line = line_of(usize::from(label.range.start()));
            text += &format!("  line {line}: {}\n", label.message);
        }
        for step in &found.witness {
            let line = line_of(usize::from(step.range.start()));
            text += &format!("  {} @ {line}: {}\n", step.task, step.what);
        }
        for fix in &found.fixes {
            text += &format!("  fix: {}\n", fix.title);
            for (_, range, new) in &fix.edits {
                text += &format!("    line {}: {new:?}\n", line_of(usize::from(range.start())));
            }
        }
    }
    text
}
