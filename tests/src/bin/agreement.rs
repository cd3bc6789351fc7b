//! Judges generated programs on all processors and prints the table:
//! `agreement COUNT [FIRST_SEED] [--threads N]`.
//!
//! Each program of which the check and the runs say different things goes to stderr, shrunk to what they
//! still differ on.

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use weir_tests::agreement::{Judge, Table, Verdict, program, shrunk};

/// Room for the deepest nesting that the parser lets through.
const STACK_BYTES: usize = 16 * 1024 * 1024;

fn main() -> ExitCode {
    let mut numbers = Vec::new();
    let mut threads = thread::available_parallelism().map_or(1, usize::from);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--threads" {
            threads = words.next().and_then(|word| word.parse().ok()).unwrap_or(threads);
        } else if let Ok(number) = word.parse::<u64>() {
            numbers.push(number);
        }
    }
    let Some(count) = numbers.first().copied() else {
        eprintln!("agreement COUNT [FIRST_SEED] [--threads N]");
        return ExitCode::from(2);
    };
    let first = numbers.get(1).copied().unwrap_or(0);
    let (next, table) = (AtomicU64::new(first), Mutex::new(Table::default()));
    let judge = || {
        let mut judge = Judge::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first.saturating_add(count) {
                return;
            }
            let verdict = judged(&mut judge, seed);
            if let Ok(mut table) = table.lock() {
                table.add(&verdict);
            }
        }
    };
    let is_whole = thread::scope(|scope| {
        let judges: Vec<_> = (0..threads.max(1))
            .map(|_| thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, judge))
            .collect();
        judges.into_iter().all(|judge| judge.is_ok_and(|judge| judge.join().is_ok()))
    });
    match table.into_inner() {
        Ok(table) if is_whole => {
            print!("{table}");
            ExitCode::from(u8::from(table.disagreements() > 0))
        }
        _ => ExitCode::from(101),
    }
}

/// The verdict on the program of a seed; what the check and the runs differ on is printed.
fn judged(judge: &mut Judge, seed: u64) -> Verdict {
    let text = program(seed);
    let verdict = judge.judge(&text);
    if let Verdict::Broken(why) = &verdict {
        eprintln!("== seed {seed} is no program: {why}\n{text}");
    }
    if let Some(about) = verdict.disagreement() {
        let small = shrunk(&text, |text| judge.judge(text).disagreement() == Some(about));
        eprintln!("== seed {seed}, {about}:\n{small}{}", said(&judge.judge(&small)));
    }
    verdict
}

fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Broken(why) => why.clone(),
        Verdict::NotFollowed => "not followed".to_owned(),
        Verdict::Accepted(_, story) => story.clone(),
        Verdict::Reported(standing, findings) => {
            let lines = findings.iter().map(|of| format!("{:?}: {}\n", of.standing, of.text));
            format!("the program: {standing:?}\n{}", lines.collect::<String>())
        }
    }
}
