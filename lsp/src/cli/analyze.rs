//! `weir analyze`: what is wrong with these files.

use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};

use clap::Args;
use codespan_reporting::term::termcolor::Buffer;
use weir_analyzer::diagnostics::{Level, LevelChange, Setting};
use weir_runtime_sim::{Budget, GUIDED_DEFAULT};

use super::number::at_least_one;
use super::outputs::{Reserved, keep_apart};
use super::{Color, Status, Stop, columns, say};
use crate::confirm::confirm;
use crate::fix::{Destination, Extent, deliver, fix, summarize};
use crate::interrupt::Interrupt;
use crate::output::{self, Format};
use crate::workspace::{Analysis, LevelChoice, STDIN, STDIN_NAME, Workspace};

const EXAMPLES: &str = "\
Examples:
  weir analyze                         everything below the current folder
  weir analyze src tests/main.weir     a folder and a file
  weir analyze --format json | jq .diagnostics
  weir analyze --confirm --schedules 100 main.weir     try longer to bring each finding about
  weir analyze --fix --diff            what the safe fixes would change
  weir analyze --warn all --deny R     nothing but races fails the build
  cat main.weir | weir analyze -       standard input";

/// How many schedules along the steps of a finding are tried, unless it is said.
const SCHEDULES_DEFAULT: NonZeroU64 = NonZeroU64::new(GUIDED_DEFAULT).unwrap();

/// Find what is wrong: races, leaks, starving tasks, types, names
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Analyze {
    /// Files, folders, or `-` for standard input
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Write the findings to a file
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// When to colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
    /// Make the safe fixes in the files, and print what is left
    #[arg(long, conflicts_with_all = ["statistics", "list_rules"])]
    fix: bool,
    /// Make the suggested fixes too, which may change what the program means
    #[arg(long, requires = "fix")]
    unsafe_fixes: bool,
    /// Change nothing; show what the fixes would change
    #[arg(long, requires = "fix")]
    diff: bool,
    /// Make these rules errors: a code, a name, a family such as `R`, or `all`
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    deny: Vec<String>,
    /// Make these rules warnings
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    warn: Vec<String>,
    /// Do not show what these rules find
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    allow: Vec<String>,
    /// Leave the levels of `weir.toml` out of it
    #[arg(long)]
    no_config: bool,
    /// End with status 0 even if there are findings
    #[arg(long)]
    exit_zero: bool,
    /// Run the programs to see what protocols are said to come to; what no run shows is a warning
    #[arg(long, conflicts_with_all = ["fix", "list_rules"])]
    confirm: bool,
    /// Along the steps of each finding, how many schedules may be tried
    #[arg(long, requires = "confirm", value_name = "N", value_parser = at_least_one::<NonZeroU64>, default_value_t = SCHEDULES_DEFAULT)]
    schedules: NonZeroU64,
    /// Count the findings of each rule instead of printing them
    #[arg(long, conflicts_with = "format")]
    statistics: bool,
    /// On how many threads; as many as there are processors unless given
    #[arg(long, value_name = "N", value_parser = at_least_one::<NonZeroUsize>)]
    threads: Option<NonZeroUsize>,
    /// Print every rule and end
    #[arg(long)]
    list_rules: bool,
    /// The name that standard input goes by
    #[arg(long, value_name = "NAME", default_value = STDIN_NAME)]
    stdin_filename: String,
}

impl Analyze {
    pub(super) fn run(self) -> Result<Status, Stop> {
        if self.list_rules {
            let mut out = output::buffer(self.is_colored());
            output::list_rules(self.format, &mut out)?;
            self.deliver(out)?;
            return Ok(Status::Fine);
        }
        let levels = LevelChoice { changes: self.level_changes()?, no_config: self.no_config };
        // Nobody needs its room afterwards: to give it back would take a twentieth of the time.
        let mut workspace = ManuallyDrop::new(Workspace::read(&self.paths, &self.stdin_filename));
        workspace.threads = self.threads;
        if self.fix {
            return self.fix(ManuallyDrop::into_inner(workspace), &levels);
        }
        keep_apart(self.output.as_deref(), workspace.inputs())?;
        let mut analysis = workspace.analyze(&levels);
        if self.confirm {
            let interrupt = Interrupt::watch();
            let budget = Budget { guided: self.schedules.get(), ..Budget::default() };
            confirm(&workspace, &mut analysis, budget, &interrupt);
            if interrupt.came() {
                say(
                    "interrupted while findings were being confirmed; without `--confirm` they come at once",
                );
                return Ok(Status::interrupted(&interrupt));
            }
        }
        match self.statistics {
            true => {
                let mut out = output::buffer(self.is_colored());
                output::statistics(&analysis.diagnostics, &mut out)?;
                self.deliver(out)?;
            }
            false => self.print(&workspace, &analysis)?,
        }
        say_what_failed(&workspace, &analysis);
        Ok(self.status(&workspace, &analysis))
    }

    /// Makes the fixes, and prints what is wrong afterwards unless it was only asked what would
    /// change.
    fn fix(&self, mut workspace: Workspace, levels: &LevelChoice) -> Result<Status, Stop> {
        let destination = self.destination()?;
        let extent = if self.unsafe_fixes { Extent::Suggested } else { Extent::Safe };
        let fixed = fix(&mut workspace, levels, extent);
        let unwritten = deliver(&workspace, &fixed, destination)?;
        match destination {
            Destination::Files => self.print(&workspace, &fixed.rest)?,
            Destination::Output => {
                let mut out = output::buffer(self.color.on_stderr());
                let columns = columns(&io::stderr());
                output::write(self.format, &workspace, &fixed.rest, columns, &mut out)?;
                io::stderr().lock().write_all(out.as_slice())?;
            }
            Destination::Diff => {}
        }
        say_what_failed(&workspace, &fixed.rest);
        summarize(&fixed, extent, destination);
        Ok(match self.status(&workspace, &fixed.rest) {
            Status::Bug => Status::Bug,
            _ if unwritten > 0 => Status::Unreadable,
            Status::Fine if self.diff && !fixed.changed.is_empty() => Status::Findings,
            status => status,
        })
    }

    fn destination(&self) -> Result<Destination, Stop> {
        let reads_stdin = self.paths.iter().any(|path| path == Path::new(STDIN));
        match (self.diff, reads_stdin) {
            (_, true) if self.paths.len() > 1 => Err(Stop::Usage(
                "`-` stands alone with `--fix`: standard input goes to standard output".to_owned(),
            )),
            (true, _) => Ok(Destination::Diff),
            (false, true) => Ok(Destination::Output),
            (false, false) => Ok(Destination::Files),
        }
    }

    fn print(&self, workspace: &Workspace, analysis: &Analysis) -> Result<(), Stop> {
        let mut out = output::buffer(self.is_colored());
        if !workspace.files.is_empty() {
            let columns = self.output.is_none().then(|| columns(&io::stdout())).flatten();
            output::write(self.format, workspace, analysis, columns, &mut out)?;
        }
        self.deliver(out)
    }

    fn is_colored(&self) -> bool {
        self.output.is_none() && self.color.on_stdout() || self.color == Color::Always
    }

    /// What the flags ask for; of two that speak of the same rules the stricter one counts.
    fn level_changes(&self) -> Result<Vec<LevelChange>, Stop> {
        let flags = [
            ("--allow", Setting::Allow, &self.allow),
            ("--warn", Setting::At(Level::Warning), &self.warn),
            ("--deny", Setting::At(Level::Error), &self.deny),
        ];
        let changes = flags.into_iter().flat_map(|(flag, setting, all)| {
            all.iter().map(move |rules| {
                LevelChange::new(rules, setting).map_err(|error| {
                    Stop::Usage(format!("`{flag}`: {}; {}", error.message(rules), error.help()))
                })
            })
        });
        changes.collect()
    }

    /// The worst of what happened: a bug of ours, then what could not be read, then findings.
    fn status(&self, workspace: &Workspace, analysis: &Analysis) -> Status {
        let findings = analysis.count(Level::Error) + analysis.count(Level::Warning);
        if !analysis.bugs.is_empty() {
            Status::Bug
        } else if !workspace.unreadable.is_empty() {
            Status::Unreadable
        } else if findings > 0 && !self.exit_zero {
            Status::Findings
        } else {
            Status::Fine
        }
    }

    fn deliver(&self, out: Buffer) -> Result<(), Stop> {
        match Reserved::open([self.output.as_deref()], [])? {
            [Some(file)] => file.fill(out.as_slice()),
            [None] => Ok(io::stdout().lock().write_all(out.as_slice())?),
        }
    }
}

fn say_what_failed(workspace: &Workspace, analysis: &Analysis) {
    workspace.unreadable.iter().for_each(|unreadable| say(&format!("weir: {unreadable}")));
    analysis.bugs.iter().for_each(|bug| say(&bug.to_string()));
}
