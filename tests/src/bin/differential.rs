//! Judges generated programs and prints the table: `differential COUNT [FIRST_SEED]`.
//!
//! Each program that is accepted and shows a race goes to stderr, shrunk. With `--alarms N` also the first
//! N refused programs in which nothing shows, shrunk to what is still refused and shows nothing.

use std::process::ExitCode;
use std::thread;

use weir_tests::differential::{Judge, Table, Verdict, program, shrunk};

/// Room for the deepest nesting that the parser lets through.
const STACK_BYTES: usize = 16 * 1024 * 1024;

struct Asked {
    count: u64,
    first: u64,
    alarms: usize,
}

fn main() -> ExitCode {
    let mut numbers = Vec::new();
    let mut alarms = 0;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--alarms" {
            alarms = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
        } else if let Ok(number) = word.parse() {
            numbers.push(number);
        }
    }
    let Some(count) = numbers.first().copied() else {
        eprintln!("differential COUNT [FIRST_SEED] [--alarms N]");
        return ExitCode::from(2);
    };
    let asked = Asked { count, first: numbers.get(1).copied().unwrap_or(0), alarms };
    let judging = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || judged(&asked));
    let table = judging.ok().and_then(|judging| judging.join().ok());
    match table {
        Some(table) => {
            print!("{table}");
            ExitCode::from(u8::from(table.missed() > 0))
        }
        None => ExitCode::from(101),
    }
}

/// Whether every generated function is called: in one that is not, nothing can show.
fn calls_its_helpers(text: &str) -> bool {
    let declared = text.lines().filter_map(|line| line.strip_prefix("fn helper"));
    let names = declared.filter_map(|line| line.split_once('('));
    names.into_iter().all(|(number, _)| text.matches(&format!("helper{number}(")).count() > 1)
}

fn judged(asked: &Asked) -> Table {
    let (mut judge, mut table, mut alarms) = (Judge::default(), Table::default(), asked.alarms);
    for seed in asked.first..asked.first + asked.count {
        let text = program(seed);
        let verdict = judge.judge(&text);
        table.add(&verdict);
        match &verdict {
            Verdict::Missed(_) => {
                let is_missed = |text: &str| matches!(judge.judge(text), Verdict::Missed(_));
                let small = shrunk(&text, is_missed);
                let Verdict::Missed(why) = judge.judge(&small) else { continue };
                eprintln!("== seed {seed} is accepted, and\n{why}\n{small}");
            }
            Verdict::Broken(why) => eprintln!("== seed {seed} is no program: {why}"),
            Verdict::Refused { codes, shown: None, .. } if alarms > 0 => {
                alarms -= 1;
                let same = |text: &str| match judge.judge(text) {
                    Verdict::Refused { codes: now, shown: None, .. } => {
                        now == *codes && calls_its_helpers(text)
                    }
                    _ => false,
                };
                let small = shrunk(&text, same);
                let Verdict::Refused { found, .. } = judge.judge(&small) else { continue };
                eprintln!(
                    "== seed {seed} is refused, and nothing shows\n{}\n{small}",
                    found.join("\n")
                );
            }
            _ => {}
        }
    }
    table
}
