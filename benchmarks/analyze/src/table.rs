//! The tables.
//!
//! What it is not: measuring. Invariant: what is printed can be pasted into `docs/performance.md`.

use std::time::Duration;

use crate::cold::{self, Cold};
use crate::keystroke;
use crate::measure;
use crate::package::{Module, add_module, package};

pub const SEED: u64 = 20;

/// Lines and modules of the packages that are analysed.
const PACKAGES: &[(usize, usize)] =
    &[(1_000, 1), (10_000, 10), (10_000, 1), (100_000, 100), (200_000, 1_000)];

/// Lines of the file that is typed in, and of the package around it.
const TYPED_IN: &[(usize, usize)] = &[(1_000, 10_000), (1_000, 100_000), (10_000, 100_000)];

/// How often a package is analysed from nothing: about so many lines in all.
const COLD_LINES: usize = 400_000;

/// Prints all tables. Each package is measured in a process of its own: what others have left of the memory
/// would slow it down.
pub fn print() {
    println!("Names, types and Mir from nothing, on {} threads; medians.\n", cold::THREADS);
    println!(
        "| lines | modules | text | clock | processor | lines/s of processor | bytes for each of text | after an edit |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (lines, modules) in PACKAGES {
        in_own_process(&["cold", &lines.to_string(), &modules.to_string()]);
    }
    println!("\nAll findings from nothing, on {} threads; medians.\n", cold::THREADS);
    println!("| lines | modules | clock | processor | lines/s of processor |");
    println!("|---:|---:|---:|---:|---:|");
    for (lines, modules) in &PACKAGES[1..] {
        in_own_process(&["whole", &lines.to_string(), &modules.to_string()]);
    }
    println!(
        "\nOne term more in a sum of a body, and one less; medians of the processor's time.\n"
    );
    println!(
        "| lines | typed in | to names, types, Mir | and ownership | it adds | all findings |"
    );
    println!("|---|---|---:|---:|---:|---:|");
    for (file, package) in TYPED_IN {
        in_own_process(&["keystroke", &file.to_string(), &package.to_string()]);
    }
}

fn in_own_process(arguments: &[&str]) {
    let program = std::env::current_exe().expect("this program");
    let status = std::process::Command::new(program).args(arguments).status();
    assert!(status.is_ok_and(|status| status.success()), "{arguments:?} failed");
}

/// Analyses a package from nothing and prints its line.
pub fn cold(lines: usize, modules: usize) {
    let package = package(lines, modules, SEED);
    let (lines, bytes) = size(&package);
    let (mut held, mut kept) = (0, 0);
    let runs: Vec<Cold> = (0..(COLD_LINES / lines).clamp(3, 25))
        .map(|_| {
            let before = measure::bytes_in_use();
            let (mut db, files) = cold::database(&package);
            let cold = cold::analyze(&mut db, &files);
            held = measure::bytes_in_use() - before;
            db.set_file("src/another.weir", "");
            db.set_file("src/another.weir", "# one more line\n");
            kept = measure::bytes_in_use() - before;
            cold
        })
        .collect();
    let clock = measure::median(runs.iter().map(|run| run.clock).collect());
    let processor = measure::median(runs.iter().map(|run| run.processor).collect());
    println!(
        "| {lines} | {modules} | {:.1} MB | {} | {} | {:.0} | {:.1} | {:.1} |",
        bytes as f64 / 1e6,
        milliseconds(clock),
        milliseconds(processor),
        lines as f64 / processor.as_secs_f64(),
        held as f64 / bytes as f64,
        kept as f64 / bytes as f64
    );
}

/// Analyses a package from nothing up to all findings and prints its line.
pub fn whole(lines: usize, modules: usize) {
    let package = package(lines, modules, SEED);
    let (lines, _) = size(&package);
    let runs: Vec<Cold> = (0..(COLD_LINES / lines).clamp(1, 5))
        .map(|_| {
            let (mut db, files) = cold::database(&package);
            cold::analyze_whole(&mut db, &files)
        })
        .collect();
    let clock = measure::median(runs.iter().map(|run| run.clock).collect());
    let processor = measure::median(runs.iter().map(|run| run.processor).collect());
    println!(
        "| {lines} | {modules} | {} | {} | {:.0} |",
        milliseconds(clock),
        milliseconds(processor),
        lines as f64 / processor.as_secs_f64(),
    );
}

/// Types in one file of a package and prints its lines: one for each place.
pub fn keystroke(lines: usize, around: usize) {
    let mut package = package(around - lines, (around - lines) / 1_000, SEED);
    add_module(&mut package, "typed_in".to_owned(), lines, SEED);
    let typed_in = package.last().expect("the file");
    let places = keystroke::places(&typed_in.text);
    let medians = keystroke::measure(&package, &places);
    let (file, _) = size(std::slice::from_ref(typed_in));
    let (lines, _) = size(&package);
    for (number, place) in places.iter().enumerate() {
        keystroke_line(&format!("{file} of {lines} | {}", place.name), &medians, |of| of[number]);
    }
    let middle = |of: &[Duration]| measure::median(of.to_vec());
    keystroke_line(&format!("{file} of {lines} | the median place"), &medians, middle);
}

fn keystroke_line(name: &str, medians: &[Vec<Duration>], one: impl Fn(&[Duration]) -> Duration) {
    let times: Vec<Duration> = medians.iter().map(|of| one(of)).collect();
    let [local, owned, all] = times[..] else { return };
    let adds = 100.0 * (owned.as_secs_f64() / local.as_secs_f64() - 1.0);
    let [local, owned, all] = [local, owned, all].map(milliseconds);
    println!("| {name} | {local} | {owned} | {adds:.0} % | {all} |");
}

/// Analyses a package over and over, for a profiler to look at, and prints the best processor time.
pub fn profile(lines: usize, modules: usize) {
    let package = package(lines, modules, SEED);
    let (lines, bytes) = size(&package);
    let (mut best, mut kept) = (Duration::MAX, 0);
    for _ in 0..(4 * COLD_LINES / lines).max(1) {
        let before = measure::bytes_in_use();
        let (mut db, files) = cold::database(&package);
        best = best.min(cold::analyze(&mut db, &files).processor);
        kept = measure::bytes_in_use() - before;
    }
    let speed = lines as f64 / best.as_secs_f64();
    println!("{speed:.0} lines/s, {:.2} bytes for each of text", kept as f64 / bytes as f64);
}

fn size(package: &[Module]) -> (usize, usize) {
    let lines = package.iter().map(|module| module.text.lines().count()).sum();
    (lines, package.iter().map(|module| module.text.len()).sum())
}

fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    match milliseconds < 100.0 {
        true => format!("{milliseconds:.2} ms"),
        false => format!("{milliseconds:.0} ms"),
    }
}
