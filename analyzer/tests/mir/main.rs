//! What the builder makes of programs: each test is a small program and the ops of its bodies.

#![allow(clippy::disallowed_methods, reason = "a test may read the tree that it is part of")]

mod bodies;
mod concurrency;
mod control;
mod exits;
mod valid;
mod values;

use weir_analyzer::items::file_items;
use weir_analyzer::mir::{Mir, mir, print, validate};
use weir_analyzer::{Database, Db};

/// Asserts what the blocks of one body of a program say, and that all of its Mir is valid.
fn assert_body(program: &str, body: &str, expected: &str) {
    let printed = printed_bodies(program);
    let start = format!(" {body}(");
    let found = printed.iter().find(|printed| header(printed).contains(&start));
    let found =
        found.unwrap_or_else(|| panic!("no body is called {body}:\n{}", printed.join("\n")));
    let blocks: Vec<&str> = found.lines().skip_while(|line| *line != "  bb0:").collect();
    let blocks: Vec<&str> = blocks.iter().map(|line| &line[2..]).collect();
    assert_eq!(blocks.join("\n"), expected.trim(), "{found}");
}

fn header(body: &str) -> &str {
    body.lines().next().unwrap_or_default()
}

/// Each body of a program, as text.
fn printed_bodies(program: &str) -> Vec<String> {
    let (db, mirs) = built(program);
    for mir in &mirs {
        assert_eq!(validate(mir), Vec::<String>::new(), "{}", print(&db, mir));
    }
    let printed = mirs.iter().map(|mir| print(&db, mir));
    printed.flat_map(|mir| mir.split("\n\n").map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The Mir of all items of a program.
fn built(program: &str) -> (Database, Vec<Mir>) {
    let mut db = Database::default();
    let file = db.set_file("main.weir", program);
    let view: &dyn Db = &db;
    let mirs = file_items(view, file).ids(view).map(|item| mir(view, item).clone()).collect();
    (db, mirs)
}
