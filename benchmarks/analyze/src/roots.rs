//! How long the protocol stage takes for one root: a program of two hundred lines, and the examples'.
//!
//! What it is not: the time of the stages before it, which are asked for first. Invariant: each time is the
//! median of runs of which every one begins with a database of its own.

use std::fs;
use std::path::{Path, PathBuf};

use weir_analyzer::items::{ItemId, file_items};
use weir_analyzer::{Database, mir, skeleton};

use crate::measure;

/// How often each root is explored.
const RUNS: usize = 5;

/// The root of two hundred lines, with six tasks and six channels.
const LARGE: &str = "programs/orders.weir";

/// Prints the time of the large root, and of the examples' the tenth that takes longest.
pub fn print() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let large = times(&here.join(LARGE));
    let large = large.iter().find(|(name, _)| name == "main").map_or(0.0, |(_, time)| *time);
    let mut roots: Vec<(String, f64)> =
        examples(here).iter().flat_map(|path| times(path)).collect();
    roots.sort_by(|a, b| a.1.total_cmp(&b.1));
    let nine_in_ten = roots.get((roots.len() * 9).div_ceil(10).saturating_sub(1));
    println!("| root | time |\n|---|---:|");
    println!("| `{LARGE}` | {large:.2} ms |");
    println!(
        "| nine in ten of the {} roots of `examples/` | at most {:.2} ms |",
        roots.len(),
        nine_in_ten.map_or(0.0, |root| root.1)
    );
    if let Some((name, time)) = roots.last() {
        println!("| the slowest of them, `{name}` | {time:.2} ms |");
    }
}

fn examples(here: &Path) -> Vec<PathBuf> {
    let folder = here.join("../../examples");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|of| of == "weir")).collect();
    found.sort();
    found
}

/// The roots of a file in which tasks may meet, each with its time in milliseconds.
fn times(path: &Path) -> Vec<(String, f64)> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let runs: Vec<Vec<(String, f64)>> = (0..RUNS).map(|_| run(&text)).collect();
    let Some(first) = runs.first() else { return Vec::new() };
    let median = |root: usize| {
        let mut of: Vec<f64> = runs.iter().map(|run| run[root].1).collect();
        of.sort_by(f64::total_cmp);
        of[of.len() / 2]
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = |root: usize| match first[root].0.as_str() {
        "main" if !path.ends_with(LARGE) => stem.to_string(),
        other => other.to_owned(),
    };
    (0..first.len()).map(|root| (name(root), median(root))).collect()
}

fn run(text: &str) -> Vec<(String, f64)> {
    // Each root has a database of its own, for what is known of a callee need not be found again.
    roots(text).into_iter().map(|position| explored(text, position)).collect()
}

fn explored(text: &str, position: usize) -> (String, f64) {
    let db = database(text);
    let item = items(&db)[position];
    let start = measure::processor_seconds();
    _ = skeleton::check(&db, item);
    (item.name(&db).to_string(), (measure::processor_seconds() - start) * 1e3)
}

/// A database in which all is known that comes before the stage.
fn database(text: &str) -> Database {
    let mut db = Database::default();
    let file = db.set_file("main.weir", text);
    for item in file_items(&db, file).ids(&db) {
        _ = mir::mir(&db, item);
    }
    db
}

/// The positions of the items in which tasks may meet.
fn roots(text: &str) -> Vec<usize> {
    let db = database(text);
    let is_root = |item: ItemId| skeleton::skeleton(&db, item).is_worth_a_look;
    (0..).zip(items(&db)).filter(|(_, item)| is_root(*item)).map(|(at, _)| at).collect()
}

fn items(db: &Database) -> Vec<ItemId> {
    let file = db.file("main.weir");
    file.map_or_else(Vec::new, |file| file_items(db, file).ids(db).collect())
}
