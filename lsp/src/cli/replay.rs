//! `weir replay`: a recorded run again, step by step the same.

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use weir_runtime_sim::{
    History, Program, Replay as Replaying, RunReport, Schedule, ScheduleError, replay, replay_until,
};

use super::console::Console;
use super::number::whole;
use super::outputs::Reserved;
use super::program::{Refused, Source, told};
use super::recording::{LINE_START, Recording};
use super::run::status;
use super::{Status, Stop, say};
use crate::huge_pages;
use crate::output::{end_of, looks_json, report_json, run_page};
use crate::shell::quoted;

const EXAMPLES: &str = "\
Examples:
  weir replay run.schedule                  the program that was recorded
  weir replay run.schedule elsewhere.weir   the same program, at another place
  weir replay run.schedule --until 120      and where every task stands then
  weir replay run.schedule --until 120,119  and at the step before that
  weir replay weir-schedule:V0VJU… main.weir";

/// Run a recorded schedule again: the same steps, the same output
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Replay {
    /// A file that `weir run --record` wrote, or the line that a failed run printed
    #[arg(value_name = "FILE|LINE")]
    schedule: String,
    /// The program, if the schedule does not name it or it has moved
    program: Option<PathBuf>,
    /// Replay even if the program was changed, as far as it goes
    #[arg(long)]
    allow_changed: bool,
    /// Replay a changed program even with findings of level error
    #[arg(long, requires = "allow_changed")]
    unchecked: bool,
    /// The test that was recorded, if it was changed since
    #[arg(long, value_name = "NAME", requires = "allow_changed")]
    test: Option<String>,
    /// Stop after so many steps, and show where every task stands; of several, one after the other
    #[arg(long, value_name = "STEP", value_parser = whole, value_delimiter = ',')]
    until: Vec<u64>,
    /// Write a timeline to a file: who ran where and when, who waited for whom
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Write a page about the run: its tasks, its timeline, its channels, how it ended
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Print one JSON object instead of what the program prints
    #[arg(long)]
    json: bool,
}

/// A program, its replay, and the files for its timeline and its page.
type Ready = (Source, Program, Replaying, [Option<Reserved>; 2]);

impl Replay {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let (source, compiled, replaying, [trace, page]) = match told(self.json, self.ready())? {
            Ok(ready) => ready,
            Err(status) => return Ok(status),
        };
        if self.until.len() > 1 {
            return self.look(&compiled, replaying);
        }
        let mut console = Console::of_flags(self.json, self.report.is_some());
        let traced = trace.is_some() || page.is_some();
        huge_pages::avoid();
        let report = match self.until.first().copied() {
            Some(step) => replay_until(&compiled, replaying, step, traced, &mut console),
            None => replay(&compiled, replaying, traced, &mut console),
        };
        let written = trace.zip(report.trace.as_ref());
        let written = written.map(|(file, events)| file.fill(events.to_json().as_bytes()));
        let shown = page.zip(report.trace.as_ref()).map(|(file, events)| {
            let command = format!("weir replay {}", quoted(&self.schedule));
            file.fill(run_page(source.path(), &report, events, &command).as_bytes())
        });
        if self.json {
            report_json(&report, &mut io::stdout().lock())?;
        } else if !report.story.is_empty() {
            say(report.story.trim_end());
        }
        console.lost().map_or(Ok(()), Err)?;
        written.into_iter().chain(shown).collect::<Result<(), Stop>>()?;
        Ok(status(&report))
    }

    /// What is replayed, and where its timeline and its page are written to; how the command ends if there is nothing to
    /// replay.
    fn ready(&self) -> Result<Result<Ready, Status>, Stop> {
        if self.until.len() > 1 && (self.trace.is_some() || self.report.is_some()) {
            let message = "`--trace` and `--report` show one run; name one step, or none";
            return Err(Stop::Usage(message.to_owned()));
        }
        let Recording { program, schedule } = Recording::read(&self.schedule)?;
        let mut source = Source::read(&self.program_path(program)?)?;
        let is_same = |compiled: &Program| compiled.hash() == schedule.program;
        // The program that was recorded ran once and so may run again; a changed one is checked.
        let compiled = match source.compile_recorded(schedule.program, self.test.as_deref())? {
            Ok(compiled) if is_same(&compiled) || !self.allow_changed => compiled,
            Ok(compiled) => match source.check(self.unchecked)? {
                Ok(()) => compiled,
                Err(refused) => return self.refused(&source, &refused).map(Err),
            },
            Err(refused) => return self.refused(&source, &refused).map(Err),
        };
        let replaying = self.replaying(schedule, &compiled)?;
        let outputs = [&self.trace, &self.report].map(|output| output.as_deref());
        let inputs = source.inputs().chain([Path::new(&self.schedule)]);
        let outputs = Reserved::open(outputs, inputs)?;
        Ok(Ok((source, compiled, replaying, outputs)))
    }

    fn program_path(&self, recorded: Option<String>) -> Result<PathBuf, Stop> {
        let path = self.program.clone().or_else(|| recorded.map(PathBuf::from));
        let Some(path) = path else {
            let what = if self.schedule.starts_with(LINE_START) { "LINE" } else { "FILE" };
            return Err(Stop::Usage(format!(
                "the schedule does not name its program; name it: `weir replay {what} PROGRAM`"
            )));
        };
        if self.program.is_none() && !path.exists() {
            let (path, file) = (path.display(), &self.schedule);
            return Err(Stop::Usage(format!(
                "the recorded program `{path}` does not exist here; say where it is: `weir replay {file} PROGRAM`"
            )));
        }
        Ok(path)
    }

    fn replaying(&self, schedule: Schedule, program: &Program) -> Result<Replaying, Stop> {
        if self.allow_changed {
            return Ok(Replaying::allow_changed(schedule));
        }
        Replaying::new(schedule, program).map_err(|error| {
            let way_out = match error {
                ScheduleError::OtherProgram => "; `--allow-changed` replays as far as it goes",
                _ => "",
            };
            Stop::Usage(format!("{error}{way_out}"))
        })
    }

    /// Shows where every task stands at several steps of one run.
    fn look(&self, program: &Program, replaying: Replaying) -> Result<Status, Stop> {
        let history = History::new(program, replaying);
        let looks = self.until.iter().map(|step| {
            // Of each look what it shows is kept, and not all the choices on the way there.
            RunReport { schedule: Schedule::default(), ..history.stopped_at(*step) }
        });
        let looks: Vec<_> = looks.collect();
        if self.json {
            looks_json(&looks, &mut io::stdout().lock())?;
        } else {
            looks.iter().for_each(|look| say(look.look().trim_end()));
        }
        Ok(end_of(&looks).map_or(Status::Fine, status))
    }

    fn refused(&self, source: &Source, refused: &Refused) -> Result<Status, Stop> {
        if self.json {
            source.refused_json(refused, &mut io::stdout().lock())?;
        }
        if !self.unchecked && self.allow_changed && refused.runs_unchecked() {
            say("`--unchecked` replays it as far as it goes");
        }
        Ok(Status::Findings)
    }
}
