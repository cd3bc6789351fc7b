//! A key is hit in a body, again and again, as the language server sees it.
//!
//! What it is not: the protocol around that. Invariant: each keystroke is a text given to the database, then
//! the findings of the edited file, in the order in which the server asks for them; the file is open, and
//! the package around it lies on the disk. Each stage is measured in a database of its own, which began with the
//! whole package analysed and the file opened: what is kept of bodies is what this stage used last.

use std::time::Duration;

use weir_analyzer::diagnostics::{
    Diagnostic, file_diagnostics, local_diagnostics, owned_diagnostics,
};
use weir_analyzer::{Database, SourceFile};

use crate::cold;
use crate::measure;
use crate::package::Module;

/// How often the key is hit in each place.
const TIMES: usize = 31;

/// Up to which findings it is measured.
const STAGES: [Findings; 3] = [
    |db, file| local_diagnostics(db, file),
    |db, file| owned_diagnostics(db, file),
    |db, file| file_diagnostics(db, file),
];

type Findings = fn(&Database, SourceFile) -> Vec<Diagnostic>;

/// A place in a text where something is typed.
pub struct Place {
    pub name: &'static str,
    at: usize,
}

/// The medians in all places, by stage.
pub fn measure(package: &[Module], places: &[Place]) -> Vec<Vec<Duration>> {
    STAGES.iter().map(|findings| of_stage(package, places, *findings)).collect()
}

fn of_stage(package: &[Module], places: &[Place], findings: Findings) -> Vec<Duration> {
    let typed_in = package.last().expect("the file");
    let (mut db, files) = cold::database(package);
    cold::analyze_whole(&mut db, &files);
    let mut open = |text: &str| {
        let start = measure::processor_time();
        let file = db.set_file(&typed_in.path, text);
        assert_eq!(findings(&db, file), []);
        measure::processor_time() - start
    };
    // Opening it takes it from the disk: what follows from it is derived anew.
    open(&typed_in.text);
    let of_place = |place: &Place| {
        let edited = typed_at(&typed_in.text, place.at);
        let mut key = |number: usize| open([&edited, &typed_in.text][number % 2]);
        // The first two are about what was there before.
        (0..2).for_each(|number| drop(key(number)));
        measure::median((0..TIMES).map(|number| key(number)).collect())
    };
    places.iter().map(of_place).collect()
}

/// The text with one more term in a sum.
fn typed_at(text: &str, at: usize) -> String {
    format!("{}1 + {}", &text[..at], &text[at..])
}

/// Bodies from the start of the text to its end, and ones that the rest of it makes much of.
pub fn places(text: &str) -> Vec<Place> {
    let result_of = |function: &str| {
        let start = text.find(&format!("\nfn {function}(")).expect("the function");
        after(text, start, "    return ")
    };
    let near = |name, percent: usize| {
        let function = after(text, text.len() * percent / 100, "\nfn compute_");
        Place { name, at: after(text, function, "    return ") }
    };
    let pipeline = after(text, text.len() / 2, "\nfn pipeline_");
    let counter = after(text, text.len() / 2, "\nmutable struct Counter");
    vec![
        near("start of the file", 1),
        near("middle", 50),
        near("end", 90),
        Place { name: "a function that calls none", at: result_of(&calls_none(text)) },
        Place { name: "one that many call", at: result_of(&most_called(text)) },
        Place { name: "one that starts tasks", at: after(text, pipeline, "    return ") },
        Place { name: "one that changes what it is passed", at: after(text, counter, "self.hits += ") },
    ]
}

/// Right behind the next `wanted`.
fn after(text: &str, from: usize, wanted: &str) -> usize {
    let from = (from..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    from + text[from..].find(wanted).expect(wanted) + wanted.len()
}

/// The names of the functions that compute, with their bodies.
fn functions(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let bodies = text.split("\nfn ").skip(1).filter(|rest| rest.starts_with("compute_"));
    bodies.filter_map(|rest| rest.split_once('(')).map(|(name, rest)| {
        (name, rest.split_once("\n\n").map_or(rest, |(body, _)| body))
    })
}

fn calls_none(text: &str) -> String {
    let calls = |body: &str| body.contains("compute_") || body.contains("borrowed_") || body.contains("module_");
    let (name, _) = functions(text).filter(|(_, body)| !calls(body)).last().expect("one");
    name.to_owned()
}

fn most_called(text: &str) -> String {
    let calls = |name: &str| text.matches(&format!("{name}(")).count();
    let (name, _) = functions(text).max_by_key(|(name, _)| calls(name)).expect("one");
    name.to_owned()
}
