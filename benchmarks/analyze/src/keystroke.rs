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

/// How often something is typed, and taken back, in each place.
const ROUNDS: usize = 15;

/// How often before that.
const SETTLING: usize = 1;

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

/// The medians in all places, by stage. All take their turn at each place, so that what else the machine does
/// disturbs all alike.
pub fn measure(package: &[Module], places: &[Place]) -> Vec<Vec<Duration>> {
    let typed_in = package.last().expect("the file");
    let mut servers: Vec<Server> =
        STAGES.iter().map(|findings| Server::start(package, *findings)).collect();
    let mut times = vec![vec![Vec::new(); places.len()]; servers.len()];
    for round in 0..SETTLING + ROUNDS {
        for (number, place) in places.iter().enumerate() {
            let texts = [&typed_at(&typed_in.text, place.at), &typed_in.text];
            for (server, times) in servers.iter_mut().zip(&mut times) {
                let of_texts = texts.map(|text| server.key(&typed_in.path, text));
                if round >= SETTLING {
                    times[number].extend(of_texts);
                }
            }
        }
    }
    times.into_iter().map(|of_stage| of_stage.into_iter().map(measure::median).collect()).collect()
}

struct Server {
    db: Database,
    findings: Findings,
}

impl Server {
    /// With the package analysed and its last file opened.
    fn start(package: &[Module], findings: Findings) -> Self {
        let (mut db, files) = cold::database(package);
        cold::analyze_whole(&mut db, &files);
        let mut server = Self { db, findings };
        // It lay on the disk: what follows from it is derived anew.
        let opened = package.last().expect("the file");
        server.key(&opened.path, &opened.text);
        server
    }

    /// What it takes from a text to its findings.
    fn key(&mut self, path: &str, text: &str) -> Duration {
        let start = measure::processor_time();
        let file = self.db.set_file(path, text);
        assert_eq!((self.findings)(&self.db, file), []);
        measure::processor_time() - start
    }
}

/// The text with one more term in a sum.
fn typed_at(text: &str, at: usize) -> String {
    format!("{}1 + {}", &text[..at], &text[at..])
}

/// Bodies from the start of the text to its end, and ones that the rest of it makes much of; a short text lacks
/// some.
pub fn places(text: &str) -> Vec<Place> {
    let near = |percent: usize| {
        after(text, after(text, text.len() * percent / 100, "\nfn compute_")?, "    return ")
    };
    let first = |of: &str, typed_in: &str| after(text, after(text, 0, of)?, typed_in);
    let result_of = |function: &str| first(&format!("\nfn {function}("), "    return ");
    let places = [
        ("start of the file", near(1)),
        ("middle", near(50)),
        ("end", near(90)),
        ("a function that calls none", calls_none(text).and_then(result_of)),
        ("one that many call", most_called(text).and_then(result_of)),
        ("one that starts tasks", first("\nfn pipeline_", "    return ")),
        ("one that changes what it is passed", first("\nmutable struct Counter", "self.hits += ")),
    ];
    places.into_iter().filter_map(|(name, at)| Some(Place { name, at: at? })).collect()
}

/// Right behind the next `wanted`.
fn after(text: &str, from: usize, wanted: &str) -> Option<usize> {
    let from = (from..text.len()).find(|at| text.is_char_boundary(*at))?;
    Some(from + text[from..].find(wanted)? + wanted.len())
}

/// The names of the functions that compute, with their bodies.
fn functions(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let bodies = text.split("\nfn ").skip(1).filter(|rest| rest.starts_with("compute_"));
    bodies
        .filter_map(|rest| rest.split_once('('))
        .map(|(name, rest)| (name, rest.split_once("\n\n").map_or(rest, |(body, _)| body)))
}

fn calls_none(text: &str) -> Option<&str> {
    let known = ["compute_", "borrowed_", "module_"];
    let calls = |body: &str| known.iter().any(|name| body.contains(name));
    Some(functions(text).filter(|(_, body)| !calls(body)).last()?.0)
}

fn most_called(text: &str) -> Option<&str> {
    let calls = |name: &str| text.matches(&format!("{name}(")).count();
    Some(functions(text).max_by_key(|(name, _)| calls(name))?.0)
}
