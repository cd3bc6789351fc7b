//! The command line: one verb per file, one meaning per exit status.
//!
//! A verb is a struct of its flags and a `run` that gives a [`Status`]. What it prints for the
//! user to use goes to stdout; what Weir says about its own work goes to stderr.

mod analyze;
mod console;
mod debug;
mod doc;
mod duration;
mod explain;
mod fmt;
mod lsp;
mod new;
mod number;
mod outputs;
mod program;
mod recording;
mod replay;
mod run;
mod size;
mod test;

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use terminal_size::{Width, terminal_size};

use crate::bug::{self, Bug};
use crate::huge_pages;
use crate::interrupt::Interrupt;
use crate::threads;
use crate::workspace::Unreadable;

/// How a command ends, as cli statuses go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Nothing to report.
    Fine,
    /// There were findings, or the program failed.
    Findings,
    /// Usage, or an input that cannot be read.
    Unreadable,
    /// A bug in Weir.
    Bug,
    /// What a program's run ended with.
    Program(u8),
}

impl Status {
    /// What a status of a program's run, or of the machine's, is here.
    fn of_exit(code: i32) -> Self {
        u8::try_from(code).map_or(Self::Findings, Self::Program)
    }

    /// Somebody asked the process to end.
    fn interrupted(by: &Interrupt) -> Self {
        Self::of_exit(by.exit_code())
    }
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Fine => 0,
            Status::Findings => 1,
            Status::Unreadable => 2,
            Status::Bug => 101,
            Status::Program(status) => status,
        })
    }
}

/// Why a verb stopped before it had a status of its own.
#[derive(Debug)]
pub(crate) enum Stop {
    /// What it wrote could not be written.
    Output(io::Error),
    /// It was asked for something that cannot be: the message and the way out.
    Usage(String),
    /// Weir struck a bug of its own.
    Bug(Bug),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<Unreadable> for Stop {
    fn from(unreadable: Unreadable) -> Self {
        Self::Usage(unreadable.to_string())
    }
}

const EXAMPLES: &str = "\
Examples:
  weir analyze src            find what is wrong in a folder
  weir run main.weir          run a program
  weir test src               run the tests of a folder
  weir explain R001           read a rule's page

Exit status: 0 fine; 1 findings, or the program failed; 2 usage, or an input that cannot be read;
3 deadlock; 4 leak; 5 race; 6 a replay that diverged; 101 a bug in weir; 130 interrupted;
143 terminated.";

/// Structured concurrency without data races: the analyzer, the runtime and the language server.
#[derive(Debug, Parser)]
#[command(name = "weir", bin_name = "weir", version, after_help = EXAMPLES, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Analyze(analyze::Analyze),
    Explain(explain::Explain),
    Doc(doc::Doc),
    Fmt(fmt::Fmt),
    Run(run::Run),
    Test(test::Test),
    Replay(replay::Replay),
    Lsp(lsp::Lsp),
    New(new::New),
    Debug(debug::Debug),
}

impl Verb {
    fn run(self) -> Result<Status, Stop> {
        match self {
            Self::Analyze(verb) => verb.run(),
            Self::Explain(verb) => verb.run(),
            Self::Doc(verb) => verb.run(),
            Self::Fmt(verb) => verb.run(),
            Self::Run(verb) => verb.run(),
            Self::Test(verb) => verb.run(),
            Self::Replay(verb) => verb.run(),
            Self::Lsp(verb) => verb.run(),
            Self::New(verb) => verb.run(),
            Self::Debug(verb) => verb.run(),
        }
    }
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    huge_pages::avoid();
    // Usage errors and `--help` end the process here, with clap's own statuses: 2 and 0.
    let verb = Arguments::parse().verb;
    bug::silence_panics();
    match threads::for_analysis("weir")
        .spawn(move || finish(verb))
        .map(std::thread::JoinHandle::join)
    {
        Ok(Ok(status)) => status.into(),
        // `finish` caught what could be caught; a thread that cannot start is the machine's doing.
        Ok(Err(_)) => Status::Bug.into(),
        Err(error) => {
            say(&format!("weir: no thread to work on: {error}"));
            Status::Bug.into()
        }
    }
}

/// Runs the verb and says what kept it from a status of its own.
fn finish(verb: Verb) -> Status {
    match bug::catch(|| "doing what it was asked".to_owned(), || verb.run()) {
        Ok(Ok(status)) => status,
        // Whoever reads us has had enough (`weir analyze | head`): that is no mistake.
        Ok(Err(Stop::Output(error))) if error.kind() == io::ErrorKind::BrokenPipe => Status::Fine,
        Ok(Err(Stop::Output(error))) => {
            say(&format!("weir: the output cannot be written: {error}"));
            Status::Unreadable
        }
        Ok(Err(Stop::Usage(message))) => {
            say(&format!("weir: {message}"));
            Status::Unreadable
        }
        Ok(Err(Stop::Bug(bug))) | Err(bug) => {
            say(&bug.to_string());
            Status::Bug
        }
    }
}

/// A line on stderr. When even that is closed there is nobody left to tell.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

/// How wide the terminal behind a stream is; none if there is none.
fn columns(stream: &impl IsTerminal) -> Option<usize> {
    let (Width(columns), _) = terminal_size().filter(|_| stream.is_terminal())?;
    Some(columns.into())
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    /// Whether to colour what goes to stdout.
    pub(crate) fn on_stdout(self) -> bool {
        self.decide(io::stdout().is_terminal())
    }

    /// Whether to colour what goes to stderr.
    pub(crate) fn on_stderr(self) -> bool {
        self.decide(io::stderr().is_terminal())
    }

    fn decide(self, is_terminal: bool) -> bool {
        let unset = |name: &str| std::env::var_os(name).is_none_or(|value| value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        match self {
            Self::Auto => is_terminal && !dumb && unset("NO_COLOR"),
            Self::Always => true,
            Self::Never => false,
        }
    }
}
