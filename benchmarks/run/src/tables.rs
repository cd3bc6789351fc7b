//! The tables.
//!
//! What it is not: measuring. Invariant: what is printed can be pasted into `docs/performance.md`, and all that is
//! compared printed the same.

use std::process::Command;
use std::time::Duration;

use crate::measure::{Run, median, run};
use crate::peers::Language::{Go, Lua, Python, Weir};
use crate::peers::{Language, Peers};
use crate::programs::{BLOCKED, COMPUTING, PARALLEL, Program, TASKS};

/// As many as Go has in these runs.
const ONE_PROCESSOR: &[&str] = &["--procs", "1"];

/// How often and how much of it.
pub struct Options {
    pub rounds: usize,
    /// Sizes are divided by it.
    pub scale: u64,
    pub only: Option<String>,
}

impl Options {
    fn size(&self, program: &Program) -> u64 {
        // The work of `fib` grows by three fifths with each one more.
        let lighter = (self.scale as f64).log(1.618) as u64;
        match program.name {
            "fib" => program.size.saturating_sub(lighter),
            _ => program.size / self.scale,
        }
    }

    fn chosen<'a>(&'a self, programs: &'a [Program]) -> impl Iterator<Item = &'a Program> {
        let only = self.only.as_deref();
        programs.iter().filter(move |program| only.is_none_or(|only| only == program.name))
    }
}

/// What only computes, beside Lua and Python.
pub fn computing(peers: &Peers, options: &Options) {
    beside(peers, options, COMPUTING, &[Lua, Python]);
}

/// Tasks, beside Go.
pub fn tasks(peers: &Peers, options: &Options) {
    beside(peers, options, TASKS, &[Go]);
}

fn beside(peers: &Peers, options: &Options, programs: &[Program], others: &[Language]) {
    let others: Vec<Language> = others.iter().copied().filter(|of| peers.has(*of)).collect();
    print!("| program | Weir |");
    others.iter().for_each(|of| print!(" {} | Weir takes |", of.name()));
    println!("\n|---|---:|{}", "---:|---:|".repeat(others.len()));
    let mut products = vec![(0.0, 0); others.len()];
    for program in options.chosen(programs) {
        let size = options.size(program);
        let all = [Weir].into_iter().chain(others.iter().copied());
        let commands = all.map(|of| peers.command(of, program.name, size, ONE_PROCESSOR)).collect();
        let times = times(by_turns(options.rounds, commands));
        print!("| {} | {} |", program.title, text(times[0]));
        for (time, product) in times[1..].iter().zip(&mut products) {
            let ratio = times[0].as_secs_f64() / time.as_secs_f64();
            print!(" {} | {ratio:.2} |", text(*time));
            *product = (product.0 + ratio.ln(), product.1 + 1);
        }
        println!();
    }
    print!("| geometric mean | |");
    products.iter().for_each(|(sum, count)| print!(" | {:.2} |", (sum / f64::from(*count)).exp()));
    println!();
}

/// What a task takes that waits.
pub fn memory(peers: &Peers, options: &Options) {
    let size = options.size(&BLOCKED);
    println!("| {size} {} | memory | bytes for each |\n|---|---:|---:|", BLOCKED.title);
    for language in [Weir, Go] {
        if !peers.has(language) {
            continue;
        }
        let command = |size| {
            peers.command(language, BLOCKED.name, size, &["--procs", "1", "--max-memory", "16G"])
        };
        let runs = by_turns(options.rounds, vec![command(1), command(size)]);
        let [without, with] = [0, 1]
            .map(|at: usize| median(runs[at].iter().map(|run| run.memory_bytes).collect()) as f64);
        let each = (with - without) / size as f64;
        println!("| {} | {:.0} MB | {each:.0} |", language.name(), with / 1e6);
    }
}

/// What it costs to write the schedule down, and how long it gets.
pub fn recording(peers: &Peers, options: &Options) {
    let schedule = std::env::temp_dir().join(format!("weir-{}.schedule", std::process::id()));
    println!(
        "| program | not recorded | recorded | takes | schedule | choices | bytes for each |\n\
         |---|---:|---:|---:|---:|---:|---:|"
    );
    for program in options.chosen(TASKS) {
        let size = options.size(program);
        let path = schedule.to_string_lossy();
        let flags: [&[&str]; 2] = [&[], &["--record", &path]];
        let command = |flags: &[&str]| peers.command(Weir, program.name, size, flags);
        let times = times(by_turns(options.rounds, flags.map(command).into()));
        let bytes = std::fs::metadata(&schedule).map_or(0, |file| file.len());
        line(program, &times);
        let choices = choices(&run(&mut command(&["--json"])).printed);
        println!(" {bytes} bytes | {choices} | {:.2} |", bytes as f64 / choices as f64);
    }
    let _ = std::fs::remove_file(schedule);
}

/// How many choices a run made, by its report.
fn choices(report: &str) -> u64 {
    let number = report.split_once("\"choices\": ").and_then(|(_, rest)| rest.split(',').next());
    number.and_then(|number| number.trim().parse().ok()).expect("the report says it")
}

/// What it costs to look for data races.
pub fn races(peers: &Peers, options: &Options) {
    println!("| program | detector off | on | takes |\n|---|---:|---:|---:|");
    let tasks = options.chosen(TASKS).chain(options.chosen(std::slice::from_ref(&PARALLEL)));
    for program in options.chosen(COMPUTING).chain(tasks) {
        let size = options.size(program);
        let flags: [&[&str]; 2] = [ONE_PROCESSOR, &["--procs", "1", "--unchecked"]];
        let command = |flags: &[&str]| peers.command(Weir, program.name, size, flags);
        line(program, &times(by_turns(options.rounds, flags.map(command).into())));
        println!();
    }
}

fn line(program: &Program, times: &[Duration]) {
    let ratio = times[1].as_secs_f64() / times[0].as_secs_f64();
    print!("| {} | {} | {} | {ratio:.2} |", program.title, text(times[0]), text(times[1]));
}

/// Runs all commands, one after the other, so many times. All of one round print the same, unless their
/// arguments differ.
fn by_turns(rounds: usize, mut commands: Vec<Command>) -> Vec<Vec<Run>> {
    let mut runs: Vec<Vec<Run>> = commands.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (command, runs) in commands.iter_mut().zip(&mut runs) {
            runs.push(run(command));
        }
    }
    let size = |command: &Command| command.get_args().last().map(|size| size.to_owned());
    for (command, of) in commands.iter().zip(&runs) {
        for other in of.iter().filter(|_| size(command) == size(&commands[0])) {
            assert_eq!(runs[0][0].printed, other.printed, "{:?} and {command:?}", commands[0]);
        }
    }
    runs
}

fn times(runs: Vec<Vec<Run>>) -> Vec<Duration> {
    runs.iter().map(|runs| median(runs.iter().map(|run| run.time).collect())).collect()
}

fn text(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
