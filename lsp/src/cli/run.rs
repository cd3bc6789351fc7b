//! `weir run`: runs a program in the simulated machine.

use std::io;
use std::path::PathBuf;

use clap::Args;
use weir_runtime_sim::{
    DETACH_GRACE_DEFAULT_NS, MEMORY_MAX_DEFAULT_BYTES, Outcome, PROCESSORS_DEFAULT, PROCESSORS_MAX,
    PROCESSORS_MIN, Program, RunOptions, RunReport, SLICE_DEFAULT_NS, Seeded,
};

use super::console::Console;
use super::duration::nanoseconds;
use super::number::whole;
use super::outputs::Reserved;
use super::program::{Refused, Source, told};
use super::recording::{self, Recording};
use super::size::{self, MEMORY_DEFAULT, bytes};
use super::{Status, Stop, say};
use crate::host::{Host, Permissions};
use crate::huge_pages;
use crate::output::{report_json, run_page};
use crate::shell::{copyable, quoted, quoted_path};
use crate::workspace::STDIN;

const EXAMPLES: &str = "\
Examples:
  weir run main.weir
  weir run --seed 7 --procs 2 main.weir      another schedule, the same one every time
  weir run --record run.schedule main.weir   and then: weir replay run.schedule
  weir run --trace run.json main.weir        a timeline for Perfetto or chrome://tracing
  weir run --report run.html main.weir       a page with all of that, for a browser
  weir run --allow-read=data main.weir -- -v what it may touch, and its arguments
  weir run --unchecked main.weir             what the analyzer refuses, with a race detector";

/// Run a program, the same way each time it is run with the same seed
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Run {
    /// The program: a file, a folder with a `main.weir`, or `-` for standard input
    file: PathBuf,
    /// Which of the possible schedules
    #[arg(long, value_name = "N", value_parser = whole, default_value_t = 0, allow_negative_numbers = true)]
    seed: u64,
    /// How many simulated processors
    #[arg(long, value_name = "P", default_value_t = PROCESSORS_DEFAULT, value_parser = processors)]
    procs: usize,
    /// What runs it: `sim`, the simulated machine, on one thread and in virtual time
    #[arg(long, value_name = "ENGINE", value_parser = engine, default_value = "sim")]
    engine: Engine,
    /// How long a task runs before it is preempted, in virtual time, as in `1ms` [default: 10ms]
    #[arg(long, value_name = "DURATION", value_parser = slice)]
    slice: Option<u64>,
    /// Write the schedule to a file, for `weir replay`
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Write a timeline to a file: who ran where and when, who waited for whom
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Write a page about the run: its tasks, its timeline, its channels, how it ended
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Say on stderr how the processors stand, each 10ms of virtual time or as often as is said
    #[arg(long, value_name = "INTERVAL", num_args = 0..=1, require_equals = true, value_parser = interval, default_missing_value = "10ms")]
    schedtrace: Option<u64>,
    /// Run even with findings of level error, if it can run at all, and look for data races on the
    /// way (exit status 5)
    #[arg(long)]
    unchecked: bool,
    /// Give up after so many steps: rounds of loops, calls, and what other tasks can see
    #[arg(long, value_name = "N", value_parser = whole, allow_negative_numbers = true)]
    max_steps: Option<u64>,
    /// How much memory the program may use, as in `512M`
    #[arg(long, value_name = "SIZE", value_parser = bytes, default_value = MEMORY_DEFAULT)]
    max_memory: u64,
    /// How long detached tasks may go on after `main`, as in `100ms` [default: 5s]
    #[arg(long, value_name = "DURATION", value_parser = nanoseconds)]
    detach_grace: Option<u64>,
    /// Print one JSON object instead of what the program prints
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    allow: Permissions,
    /// What the program gets as its arguments
    #[arg(last = true)]
    args: Vec<String>,
}

/// What runs a program.
#[derive(Clone, Copy, Debug)]
enum Engine {
    /// The simulated machine.
    Sim,
}

/// A program that can be run, and the files for its schedule, its timeline and its page.
type Ready = (Source, Program, [Option<Reserved>; 3]);

impl Run {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let (source, program, [record, trace, page]) = match told(self.json, self.ready())? {
            Ok(ready) => ready,
            Err(status) => return Ok(status),
        };
        let console = Console::of_flags(self.json, self.report.is_some());
        let host = Host::new(self.allow.clone(), self.args.clone(), self.max_memory);
        let mut console = console.interruptible().with_host(host);
        let options = self.options();
        huge_pages::avoid();
        let mut report =
            weir_runtime_sim::run(&program, &options, &mut Seeded::new(self.seed), &mut console);
        if report.outcome == Outcome::Cancelled {
            console.interrupted_code().into_iter().for_each(|code| report.cancelled_with(code));
        }
        let recorded = record.map(|record| {
            let program = (!source.is_stdin()).then(|| source.path());
            record.fill_with(|out| Recording::write(program, &report.schedule, out))
        });
        let traced = trace.zip(report.trace.as_ref());
        let traced = traced.map(|(file, events)| file.fill(events.to_json().as_bytes()));
        let is_recorded = matches!(recorded, Some(Ok(())));
        let is_told = !report.story.is_empty() && (!self.json || page.is_some());
        let command = if is_told {
            self.replay_command(&source, &report, is_recorded)
        } else {
            String::new()
        };
        let shown = page.zip(report.trace.as_ref()).map(|(file, events)| {
            file.fill(run_page(source.path(), &report, events, &command).as_bytes())
        });
        // A full disk takes nothing from what the run came to.
        self.tell(&source, &report, &command)?;
        console.lost().map_or(Ok(()), Err)?;
        recorded.into_iter().chain(traced).chain(shown).collect::<Result<(), Stop>>()?;
        // The process ends now: what is known of the program is not taken apart piece by piece.
        std::mem::forget(source);
        Ok(status(&report))
    }

    /// The program, and where what it did is written to; how the command ends if there is nothing to run.
    fn ready(&self) -> Result<Result<Ready, Status>, Stop> {
        let mut source = Source::read(&self.file)?;
        if let Err(refused) = source.check(self.unchecked)? {
            return self.refused(&source, &refused).map(Err);
        }
        let program = match source.compile()? {
            Ok(program) => program,
            Err(refused) => return self.refused(&source, &refused).map(Err),
        };
        // Before the run: what it did could not be had again if a file cannot be written.
        let outputs = [&self.record, &self.trace, &self.report].map(|output| output.as_deref());
        let outputs = Reserved::open(outputs, source.inputs())?;
        Ok(Ok((source, program, outputs)))
    }

    fn options(&self) -> RunOptions {
        let Engine::Sim = self.engine;
        RunOptions {
            procs: self.procs,
            slice_ns: self.slice.unwrap_or(SLICE_DEFAULT_NS),
            detach_grace_ns: self.detach_grace.unwrap_or(DETACH_GRACE_DEFAULT_NS),
            max_steps: self.max_steps,
            memory_max_bytes: self.max_memory,
            schedtrace_ns: self.schedtrace,
            trace: self.trace.is_some() || self.report.is_some(),
            // What the analyzer accepts has none.
            races: self.unchecked,
            ..RunOptions::default()
        }
    }

    fn refused(&self, source: &Source, refused: &Refused) -> Result<Status, Stop> {
        if self.json {
            source.refused_json(refused, &mut io::stdout().lock())?;
        }
        Ok(Status::Findings)
    }

    fn tell(&self, source: &Source, report: &RunReport, command: &str) -> Result<(), Stop> {
        if self.json {
            return Ok(report_json(report, &mut io::stdout().lock())?);
        }
        if !report.story.is_empty() {
            say(report.story.trim_end());
            let given = match source.is_stdin() {
                true => ", with the same program on standard input",
                false => "",
            };
            say(&format!("run it again{given}: {command}"));
        }
        Ok(())
    }

    /// The command that makes the same run again.
    fn replay_command(&self, source: &Source, report: &RunReport, is_recorded: bool) -> String {
        let program = if source.is_stdin() { STDIN.to_owned() } else { quoted_path(source.path()) };
        if let Some(record) = self.record.as_ref().filter(|_| is_recorded) {
            let record = quoted_path(&record.to_string_lossy());
            // What was recorded names its program, if that has a name.
            return match source.is_stdin() {
                true => format!("weir replay {record} {program}"),
                false => format!("weir replay {record}"),
            };
        }
        if let Some(line) = copyable(&report.schedule) {
            return format!("weir replay {line} {program}");
        }
        let path = (!source.is_stdin()).then(|| source.path());
        if let Some(command) = recording::kept(path, &report.schedule) {
            return match source.is_stdin() {
                true => format!("{command} {program}"),
                false => command,
            };
        }
        let mut arguments = String::new();
        if !self.args.is_empty() {
            arguments += " --";
        }
        for argument in &self.args {
            arguments += &format!(" {}", quoted(argument));
        }
        format!("weir run{} {program}{arguments}", self.flags())
    }

    /// The flags that have a part in what the run does.
    fn flags(&self) -> String {
        let mut flags = format!(" --seed {}", self.seed);
        if self.procs != PROCESSORS_DEFAULT {
            flags += &format!(" --procs {}", self.procs);
        }
        if let Some(slice) = self.slice {
            flags += &format!(" --slice {slice}ns");
        }
        if let Some(steps) = self.max_steps {
            flags += &format!(" --max-steps {steps}");
        }
        if self.max_memory != MEMORY_MAX_DEFAULT_BYTES {
            flags += &format!(" --max-memory {}", size::text(self.max_memory));
        }
        if let Some(grace) = self.detach_grace {
            flags += &format!(" --detach-grace {grace}ns");
        }
        if self.unchecked {
            flags += " --unchecked";
        }
        flags + &self.allow.flags()
    }
}

/// The exit status of a run.
pub(super) fn status(report: &RunReport) -> Status {
    Status::of_exit(report.exit_code)
}

/// The shortest slice.
const SLICE_MIN_NS: u64 = 1_000;

fn slice(text: &str) -> Result<u64, String> {
    match nanoseconds(text)? {
        slice if slice >= SLICE_MIN_NS => Ok(slice),
        _ => Err("a slice is 1us long at least".to_owned()),
    }
}

fn engine(text: &str) -> Result<Engine, String> {
    match text {
        "sim" => Ok(Engine::Sim),
        "threads" => Err(format!(
            "there is no engine on real threads yet; `sim`, the default, simulates up to {PROCESSORS_MAX} \
                          processors, and `--procs` says how many"
        )),
        _ => Err("the only engine is `sim`, the simulated machine".to_owned()),
    }
}

fn interval(text: &str) -> Result<u64, String> {
    match nanoseconds(text)? {
        0 => Err("an interval is longer than nothing, as in `10ms`".to_owned()),
        interval => Ok(interval),
    }
}

fn processors(text: &str) -> Result<usize, String> {
    let number = text.parse::<usize>().ok();
    let number = number.filter(|number| (PROCESSORS_MIN..=PROCESSORS_MAX).contains(number));
    number.ok_or_else(|| format!("a number from {PROCESSORS_MIN} to {PROCESSORS_MAX}, please"))
}
