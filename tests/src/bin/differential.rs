//! Judges generated programs on all cores and prints the table: `differential COUNT [FIRST_SEED]`.
//!
//! Each program that is accepted and shows a race goes to stderr, shrunk. With `--alarms N` also N refused
//! programs in which nothing shows, shrunk to what is still refused and shows nothing: those of one shape
//! together, the commonest last; those are left out of which no run comes to the place. `--alone CODE` asks for those that are refused with that finding alone.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::thread;

use weir_tests::differential::{Judge, Table, Verdict, program, shrunk};

/// Room for the deepest nesting that the parser lets through.
const STACK_BYTES: usize = 16 * 1024 * 1024;

#[derive(Clone, Default)]
struct Asked {
    count: u64,
    first: u64,
    alarms: usize,
    alone: Option<String>,
}

/// A refused program in which nothing shows, shrunk.
struct Alarm {
    seed: u64,
    found: Vec<String>,
    text: String,
}

#[derive(Default)]
struct Judged {
    table: Table,
    /// What is wrong with a program, by its seed.
    wrong: BTreeMap<u64, String>,
    alarms: Vec<Alarm>,
}

fn main() -> ExitCode {
    let Some(asked) = asked() else {
        eprintln!("differential COUNT [FIRST_SEED] [--alarms N] [--alone CODE]");
        return ExitCode::from(2);
    };
    let Some(judged) = on_all_cores(&asked) else { return ExitCode::from(101) };
    judged.wrong.values().for_each(|wrong| eprintln!("{wrong}"));
    print_alarms(judged.alarms);
    print!("{}", judged.table);
    ExitCode::from(u8::from(judged.table.missed() > 0))
}

fn asked() -> Option<Asked> {
    let mut asked = Asked::default();
    let mut numbers = Vec::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--alarms" => asked.alarms = words.next()?.parse().ok()?,
            "--alone" => asked.alone = Some(words.next()?),
            word => numbers.push(word.parse().ok()?),
        }
    }
    asked.count = *numbers.first()?;
    asked.first = numbers.get(1).copied().unwrap_or(0);
    Some(asked)
}

/// Each thread takes every so many-th seed and has a judge of its own.
fn on_all_cores(asked: &Asked) -> Option<Judged> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let start = |number: usize| {
            let seeds = (asked.first..asked.first + asked.count).skip(number).step_by(threads);
            let alarms = asked.alarms.div_ceil(threads);
            let thread = thread::Builder::new().stack_size(STACK_BYTES);
            thread.spawn_scoped(scope, move || judged(seeds, alarms, asked.alone.as_deref()))
        };
        let started: Vec<_> = (0..threads).map(start).collect();
        let mut all = Judged::default();
        for thread in started {
            let of_thread = thread.ok()?.join().ok()?;
            all.table.merge(&of_thread.table);
            all.wrong.extend(of_thread.wrong);
            all.alarms.extend(of_thread.alarms);
        }
        Some(all)
    })
}

fn judged(seeds: impl Iterator<Item = u64>, alarms: usize, alone: Option<&str>) -> Judged {
    let (mut judge, mut judged) = (Judge::default(), Judged::default());
    for seed in seeds {
        let text = program(seed);
        let verdict = judge.judge(&text);
        judged.table.add(&verdict);
        match &verdict {
            Verdict::Missed(_) => {
                let is_missed = |text: &str| matches!(judge.judge(text), Verdict::Missed(_));
                let small = shrunk(&text, is_missed);
                let Verdict::Missed(why) = judge.judge(&small) else { continue };
                let story = format!("== seed {seed} is accepted, and\n{why}\n{small}");
                judged.wrong.insert(seed, story);
            }
            Verdict::Broken(why) => {
                judged.wrong.insert(seed, format!("== seed {seed} is no program: {why}"));
            }
            Verdict::Refused { found, shown: None, reached: true, .. }
                if judged.alarms.len() < alarms && is_asked_for(found, alone) =>
            {
                judged.alarms.push(alarm(&mut judge, seed, &text, &verdict));
            }
            _ => {}
        }
    }
    judged
}

/// Whether these findings are one of the code that is asked for.
fn is_asked_for(found: &[String], alone: Option<&str>) -> bool {
    alone.is_none_or(|code| found.len() == 1 && found[0].contains(&format!(": {code} ")))
}

fn alarm(judge: &mut Judge, seed: u64, text: &str, verdict: &Verdict) -> Alarm {
    let Verdict::Refused { codes, .. } = verdict else { unreachable!("only of refused programs") };
    let mut findings = Vec::new();
    let same = |text: &str| match judge.judge(text) {
        Verdict::Refused { codes: now, shown: None, reached: true, found } => {
            let same = now == *codes && calls_its_helpers(text);
            if same {
                findings = found;
            }
            same
        }
        _ => false,
    };
    let text = shrunk(text, same);
    if findings.is_empty()
        && let Verdict::Refused { found, .. } = verdict
    {
        findings.clone_from(found);
    }
    Alarm { seed, found: findings, text }
}

/// Whether every generated function is called: in one that is not, nothing can show.
fn calls_its_helpers(text: &str) -> bool {
    let declared = text.lines().filter_map(|line| line.strip_prefix("fn helper"));
    let names = declared.filter_map(|line| line.split_once('('));
    names.into_iter().all(|(number, _)| text.matches(&format!("helper{number}(")).count() > 1)
}

/// Those of one shape together: programs that differ in the numbers of their names alone.
fn print_alarms(alarms: Vec<Alarm>) {
    let mut shapes: BTreeMap<String, Vec<Alarm>> = BTreeMap::new();
    for alarm in alarms {
        let shape = alarm.text.chars().filter(|c| !c.is_ascii_digit()).collect();
        shapes.entry(shape).or_default().push(alarm);
    }
    let mut shapes: Vec<Vec<Alarm>> = shapes.into_values().collect();
    shapes.sort_by_key(Vec::len);
    for of_shape in shapes {
        let Some(Alarm { seed, found, text }) = of_shape.first() else { continue };
        let count = of_shape.len();
        eprintln!("== {count}: seed {seed} is refused, and nothing shows");
        eprintln!("{}\n{text}", found.join("\n"));
    }
}
