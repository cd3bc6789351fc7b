//! `weir run`: runs a program in the simulated machine.

use std::io;
use std::path::PathBuf;

use clap::Args;
use weir_runtime_sim::{
    DETACH_GRACE_DEFAULT_NS, PROCESSORS_DEFAULT, PROCESSORS_MAX, PROCESSORS_MIN, RunOptions,
    RunReport, Seeded,
};

use super::console::Console;
use super::duration::nanoseconds;
use super::program::Source;
use super::recording::{Recording, Reserved};
use super::{Status, Stop, say};
use crate::output::{refused_json, report_json};
use crate::workspace::STDIN;

const EXAMPLES: &str = "\
Examples:
  weir run main.weir
  weir run --seed 7 --procs 2 main.weir      another schedule, the same one every time
  weir run --record run.schedule main.weir   and then: weir replay run.schedule
  weir run --trace run.json main.weir        a timeline for Perfetto or chrome://tracing
  weir run --unchecked main.weir             what the analyzer refuses, with a race detector";

/// A longer schedule is no line to copy: the command with its seed says the same.
const COPYABLE_LINE_BYTES_MAX: usize = 400;

/// Run a program, the same way each time it is run with the same seed
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Run {
    /// The program: a file, a folder with a `main.weir`, or `-` for standard input
    file: PathBuf,
    /// Which of the possible schedules
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// How many simulated processors
    #[arg(long, value_name = "P", default_value_t = PROCESSORS_DEFAULT, value_parser = processors)]
    procs: usize,
    /// Write the schedule to a file, for `weir replay`
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Write a timeline to a file: who ran where and when, who waited for whom
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Run even with findings of level error, and look for data races on the way (exit status 5)
    #[arg(long)]
    unchecked: bool,
    /// Give up after so many steps
    #[arg(long, value_name = "N")]
    max_steps: Option<u64>,
    /// How long detached tasks may go on after `main`, as in `100ms` [default: 5s]
    #[arg(long, value_name = "DURATION", value_parser = nanoseconds)]
    detach_grace: Option<u64>,
    /// Print one JSON object instead of what the program prints
    #[arg(long)]
    json: bool,
}

impl Run {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let mut source = Source::read(&self.file)?;
        if !self.unchecked && source.check()?.is_err() {
            return self.refused();
        }
        let Ok(program) = source.compile()? else { return self.refused() };
        // Before the run: what it did could not be had again if a file cannot be written.
        let record = self.record.as_deref().map(Reserved::open).transpose()?;
        let trace = self.trace.as_deref().map(Reserved::open).transpose()?;
        let mut console = if self.json { Console::keeping() } else { Console::default() };
        let options = self.options();
        let report =
            weir_runtime_sim::run(&program, &options, &mut Seeded::new(self.seed), &mut console);
        if let Some(record) = record {
            let program = (!source.is_stdin()).then(|| source.path());
            record.fill(&Recording::to_text(program, &report.schedule))?;
        }
        if let Some((file, events)) = trace.zip(report.trace.as_ref()) {
            file.fill(&events.to_json())?;
        }
        self.tell(&source, &report)?;
        Ok(status(&report))
    }

    fn options(&self) -> RunOptions {
        RunOptions {
            procs: self.procs,
            detach_grace_ns: self.detach_grace.unwrap_or(DETACH_GRACE_DEFAULT_NS),
            max_steps: self.max_steps,
            trace: self.trace.is_some(),
            // What the analyzer accepts has none.
            races: self.unchecked,
            ..RunOptions::default()
        }
    }

    fn refused(&self) -> Result<Status, Stop> {
        if self.json {
            refused_json(&mut io::stdout().lock())?;
        }
        Ok(Status::Findings)
    }

    fn tell(&self, source: &Source, report: &RunReport) -> Result<(), Stop> {
        if self.json {
            return Ok(report_json(report, &mut io::stdout().lock())?);
        }
        if !report.story.is_empty() {
            say(report.story.trim_end());
            let given = match source.is_stdin() {
                true => ", with the same program on standard input",
                false => "",
            };
            say(&format!("run it again{given}: {}", self.replay_command(source, report)));
        }
        Ok(())
    }

    /// The command that makes the same run again.
    fn replay_command(&self, source: &Source, report: &RunReport) -> String {
        let program = if source.is_stdin() { STDIN.to_owned() } else { quoted(source.path()) };
        if let Some(record) = &self.record {
            let record = quoted(&record.to_string_lossy());
            // What was recorded names its program, if that has a name.
            return match source.is_stdin() {
                true => format!("weir replay {record} {program}"),
                false => format!("weir replay {record}"),
            };
        }
        let line = report.schedule.to_line();
        if line.len() <= COPYABLE_LINE_BYTES_MAX {
            return format!("weir replay {line} {program}");
        }
        format!("weir run{} {program}", self.flags())
    }

    /// The flags that have a part in what the run does.
    fn flags(&self) -> String {
        let mut flags = format!(" --seed {}", self.seed);
        if self.procs != PROCESSORS_DEFAULT {
            flags += &format!(" --procs {}", self.procs);
        }
        if let Some(steps) = self.max_steps {
            flags += &format!(" --max-steps {steps}");
        }
        if let Some(grace) = self.detach_grace {
            flags += &format!(" --detach-grace {grace}ns");
        }
        if self.unchecked {
            flags += " --unchecked";
        }
        flags
    }
}

/// The exit status of a run.
pub(super) fn status(report: &RunReport) -> Status {
    u8::try_from(report.exit_code).map_or(Status::Findings, Status::Program)
}

fn processors(text: &str) -> Result<usize, String> {
    let number = text.parse::<usize>().ok();
    let number = number.filter(|number| (PROCESSORS_MIN..=PROCESSORS_MAX).contains(number));
    number.ok_or_else(|| format!("a number from {PROCESSORS_MIN} to {PROCESSORS_MAX}, please"))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
