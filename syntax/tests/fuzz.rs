//! Whatever the text: no panic, no hang, the tree has its text, a reparse is a parse, and
//! the format of a program is that program and its own format.
//!
//! The short form takes the same inputs on each run. The long form goes on from there for as long as it is
//! told: `WEIR_FUZZ_SECONDS=600 cargo test --release -p weir-syntax --test fuzz -- --nocapture`, from input
//! `WEIR_FUZZ_FIRST` on.

#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "the long form asks the environment how long it is to run, and says how far it came"
)]

#[path = "fuzzing/fuzzing.rs"]
mod fuzzing;

use std::time::{Duration, Instant};

use fuzzing::checks::{Edits, check_edits, check_text};
use fuzzing::choices::Choices;
use fuzzing::{mutation, program, seeds};
use weir_syntax::{debug_tokens, parse_signatures};

/// How many inputs each kind has in the short form.
const INPUTS: u64 = 12_000;

/// What a single input takes at most, on a machine that has other things to do.
const INPUT_SECONDS_MAX: u64 = 20;

/// Says which input it was, should a check not come back.
struct Running {
    kind: &'static str,
    index: u64,
    start: Instant,
}

impl Drop for Running {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("this was input {} of {}", self.index, self.kind);
        }
    }
}

/// Runs the check on each input, and says how many there were.
fn run(kind: &'static str, mut check: impl FnMut(&mut Choices<'_>)) -> u64 {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let first = number("WEIR_FUZZ_FIRST").unwrap_or(0);
    let start = Instant::now();
    let goes_on = |index: u64| match number("WEIR_FUZZ_SECONDS") {
        None => index < first + INPUTS,
        Some(seconds) => start.elapsed() < Duration::from_secs(seconds),
    };
    let mut index = first;
    while goes_on(index) {
        let running = Running { kind, index, start: Instant::now() };
        check(&mut Choices::of_seed(index));
        let seconds = running.start.elapsed().as_secs();
        assert!(seconds < INPUT_SECONDS_MAX, "it took {seconds} seconds");
        index += 1;
    }
    println!("{kind}: {} inputs, {first} to {index}", index - first);
    index - first
}

#[test]
fn programs_with_bytes_changed() {
    let seeds = seeds::seeds();
    assert!(seeds.len() > 50, "the programs in the tree are the seeds");
    let mut edits = Edits::default();
    let inputs = run("programs with bytes changed", |choices| {
        let text = mutation::mutated(&seeds, choices);
        edits += check_edits(&text, 2, choices);
        let signatures = parse_signatures(&text);
        assert_eq!(signatures.syntax().text(), text.as_str());
        debug_tokens(&text);
    });
    println!("{edits:?}");
    assert!(inputs > 0 && edits.formatted > 0 && edits.of_parts > 0, "{edits:?}");
}

#[test]
fn programs_of_the_right_structure() {
    let mut edits = Edits::default();
    let inputs = run("programs of the right structure", |choices| {
        let text = program::program(choices);
        edits += check_edits(&text, 2, choices);
    });
    println!("{edits:?}");
    assert!(inputs > 0 && edits.formatted > 0 && edits.of_parts > 0, "{edits:?}");
}

#[test]
fn most_programs_of_the_right_structure_are_right_or_nearly_so() {
    // Else the generator explores recovery alone.
    let mut findings = 0;
    let mut lines = 0;
    for seed in 0..500 {
        let text = program::program(&mut Choices::of_seed(seed));
        findings += check_text(&text).errors().len();
        lines += text.lines().count();
    }
    assert!(findings * 4 < lines, "{findings} findings on {lines} lines");
}
