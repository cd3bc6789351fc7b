//! What holds of every program in the tree: examples, sections, the pages of rules.

use std::ops::RangeInclusive;

use weir_analyzer::diagnostics::file_diagnostics;
use weir_analyzer::{Database, SourceFile};
use weir_runtime_sim::{Program, Schedule};
use weir_tests::confirmed::missed;
use weir_tests::edits::{Numbers, edited};
use weir_tests::findings::{self, Found, findings_of};
use weir_tests::programs::{Sample, all, examples, for_each};
use weir_tests::runs::{accepted, is_followed, replayed, seeded};

/// So many edits are made to each program, one after the other: fewer to long ones, since each is analysed whole.
const EDITS: RangeInclusive<usize> = 2..=12;

/// Of a program of so many lines, one edit.
const EDITED_LINES: usize = 150;

#[test]
fn text_to_tree_to_text_is_the_identity() {
    for_each(&all(), |sample| {
        let tree = weir_syntax::parse(&sample.text).syntax().text().to_string();
        (tree == sample.text).then_some(()).ok_or(format!("the tree's text is\n{tree}"))
    });
}

#[test]
fn every_example_has_exactly_the_findings_it_asserts() {
    for_each(&examples(), |sample| findings::check(&sample.project));
}

#[test]
fn text_to_tree_to_text_is_the_identity_after_any_edit() {
    for_each(&all(), |sample| {
        each_edit(sample, |text| {
            let tree = weir_syntax::parse(text).syntax().text().to_string();
            (tree == text).then_some(()).ok_or(format!("the tree's text is\n{tree}"))
        })
    });
}

#[test]
fn analysing_after_edits_equals_analysing_afresh_and_findings_stand_in_their_text() {
    for_each(&all(), |sample| {
        let mut db = Database::default();
        let files = sample.project.load(&mut db);
        found_in(&db, &files);
        each_edit(sample, |text| {
            db.set_file(&sample.path, text);
            let mut fresh = Database::default();
            let fresh_files = sample.project.with(&sample.path, text).load(&mut fresh);
            ranges_fit(&fresh, &fresh_files)?;
            let (after, afresh) = (found_in(&db, &files), found_in(&fresh, &fresh_files));
            let differ = || format!("after edits {after:#?}\nafresh {afresh:#?}");
            (after == afresh).then_some(()).ok_or_else(differ)
        })
    });
}

fn found_in(db: &Database, files: &[SourceFile]) -> Vec<Found> {
    files.iter().flat_map(|file| findings_of(db, *file)).collect()
}

/// The seeds that programs are run with.
const SEEDS: [u64; 3] = [0, 1, 7];

/// Checks a claim about every accepted program, run with each seed.
fn for_each_run(claim: impl Fn(&Program, u64) -> Result<(), String> + Sync) {
    for_each(&all(), |sample| {
        let Some(program) = accepted(sample) else { return Ok(()) };
        SEEDS.iter().try_for_each(|seed| {
            claim(&program, *seed).map_err(|why| format!("with seed {seed}: {why}"))
        })
    });
}

#[test]
fn the_same_seed_gives_the_same_run_to_the_byte() {
    for_each_run(|program, seed| {
        let ((one, first), (other, second)) = (seeded(program, seed), seeded(program, seed));
        assert!(!one.trace.is_empty(), "there is no trace");
        let is_same = one == other && first == second;
        is_same.then_some(()).ok_or_else(|| format!("{one:#?}\nthen\n{other:#?}"))
    });
}

#[test]
fn a_recorded_run_replays_to_the_byte() {
    for_each_run(|program, seed| {
        let (recorded, schedule) = seeded(program, seed);
        let read = Schedule::parse(schedule.to_line().as_bytes());
        let again = replayed(program, &read.map_err(|error| error.to_string())?)?;
        let differ = || format!("recorded {recorded:#?}\nreplayed {again:#?}");
        (recorded == again).then_some(()).ok_or_else(differ)
    });
}

/// Accepted without a word, and yet they wait for ever: none.
const ACCEPTED_AND_STUCK: [&str; 0] = [];

#[test]
fn an_accepted_program_neither_deadlocks_nor_leaks() {
    for_each(&all(), |sample| {
        let Some(program) = accepted(sample).filter(|_| is_followed(sample)) else { return Ok(()) };
        let wrong = SEEDS.iter().find_map(|seed| {
            let (seen, _) = seeded(&program, *seed);
            let is_well = ["ok", "failed"].contains(&seen.outcome);
            (!is_well).then(|| format!("with seed {seed}: {}: {}", seen.outcome, seen.story))
        });
        match (wrong, ACCEPTED_AND_STUCK.contains(&sample.name.as_str())) {
            (Some(why), false) => Err(why),
            (None, true) => Err("it is well now: take it off ACCEPTED_AND_STUCK".to_owned()),
            _ => Ok(()),
        }
    });
}

/// Data decide otherwise there, or how long things take, which the check does not look into. Each is a warning
/// once it was put to the test.
const LED_NOWHERE: [&str; 2] = [
    "tests/analysis/protocols/ending_early.md › A close that comes whether the task began or not",
    "tests/analysis/protocols/programs/gathering.md › Two log files that are read into one channel which both close",
];

#[test]
fn a_run_that_follows_the_schedule_of_an_error_shows_it() {
    for_each(&all(), |sample| {
        let name = sample.name.as_str();
        let is_known = LED_NOWHERE.contains(&name);
        let missed = missed(sample);
        match (missed.as_slice(), is_known) {
            ([], true) => Err("it is shown now: take it off its list".to_owned()),
            ([], false) | (_, true) => Ok(()),
            (codes, false) => Err(format!("no run that follows its schedule shows {codes:?}")),
        }
    });
}

/// Makes edit after edit and checks a claim about each text.
fn each_edit(
    sample: &Sample,
    mut claim: impl FnMut(&str) -> Result<(), String>,
) -> Result<(), String> {
    let mut numbers = Numbers::new(sample.text.len() as u64);
    let mut text = sample.text.clone();
    let lines = sample.text.lines().count().max(1);
    for _ in 0..(EDITED_LINES / lines).clamp(*EDITS.start(), *EDITS.end()) {
        text = edited(&text, &mut numbers);
        claim(&text).map_err(|why| format!("{why}\nin\n{text}"))?;
    }
    Ok(())
}

/// Every range of every finding, label, fix and witness lies on character boundaries of its file.
fn ranges_fit(db: &Database, files: &[SourceFile]) -> Result<(), String> {
    for found in files.iter().flat_map(|file| file_diagnostics(db, *file)) {
        let labels = found.related.iter().map(|label| (label.file, label.range));
        let steps = found.witness.iter().map(|step| (step.file, step.range));
        let edits = found.fixes.iter().flat_map(|fix| &fix.edits);
        let edits = edits.map(|(file, range, _)| (*file, *range));
        let primary = std::iter::once((found.primary.file, found.primary.range));
        for (file, range) in primary.chain(labels).chain(steps).chain(edits) {
            let range = usize::from(range.start())..usize::from(range.end());
            if file.text(db).get(range.clone()).is_none() {
                return Err(format!("{} at {range:?} is not in its text", found.message));
            }
        }
    }
    Ok(())
}
