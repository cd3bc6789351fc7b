//! `weir test`: the test blocks of files, each under many schedules.

use std::io::{self, Write};
use std::num::{NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use weir_analyzer::items::imported_modules;
use weir_runtime_sim::{MEMORY_MAX_DEFAULT_BYTES, RunOptions};

use super::number::{at_least_one, whole};
use super::program;
use super::recording;
use super::size::{self, MEMORY_DEFAULT, bytes};
use super::{Status, Stop, say};
use crate::host::Permissions;
use crate::huge_pages;
use crate::interrupt::Interrupt;
use crate::output::{TestFormat, TestResults, one_line, write_tests};
use crate::shell::{copyable, quoted, quoted_path};
use crate::testing::{self, Bad, Plan, Progress, Tested};
use crate::threads;
use crate::workspace::{STDIN, STDIN_NAME, Workspace};

const EXAMPLES: &str = "\
Examples:
  weir test                              every test below the current folder
  weir test src/tables.weir --filter row
  weir test --schedules 1000 src         look longer for what goes wrong rarely
  weir test --format junit > tests.xml   for CI";

/// After how many steps a test's run is given up, unless it is said: a test that goes on longer most
/// likely never ends.
const TEST_STEPS_MAX_DEFAULT: u64 = 10_000_000;

/// So many tests are named that somebody interrupted.
const NAMED_MAX: usize = 4;

/// Under how many schedules each test runs, unless it is said.
const SCHEDULES_DEFAULT: NonZeroU64 = NonZeroU64::new(20).unwrap();

/// Run the test blocks of files, each under many schedules
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Test {
    /// Files or folders
    #[arg(default_value = ".", value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Under how many schedules each test runs
    #[arg(long, value_name = "N", value_parser = at_least_one::<NonZeroU64>, default_value_t = SCHEDULES_DEFAULT)]
    schedules: NonZeroU64,
    /// The seed of the first schedule; the others follow
    #[arg(long, value_name = "N", value_parser = whole, default_value_t = 0)]
    seed: u64,
    /// Run only the tests whose names hold this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    filter: String,
    /// How to print the results
    #[arg(long, value_enum, default_value_t)]
    format: TestFormat,
    /// Run even with findings of level error
    #[arg(long)]
    unchecked: bool,
    /// Give a run up after so many steps
    #[arg(long, value_name = "N", value_parser = whole, default_value_t = TEST_STEPS_MAX_DEFAULT)]
    max_steps: u64,
    /// How much memory a test may use, as in `512M`
    #[arg(long, value_name = "SIZE", value_parser = bytes, default_value = MEMORY_DEFAULT)]
    max_memory: u64,
    /// On how many threads; as many as there are processors unless given
    #[arg(long, value_name = "N", value_parser = at_least_one::<NonZeroUsize>)]
    threads: Option<NonZeroUsize>,
    #[command(flatten)]
    allow: Permissions,
}

impl Test {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let start = Instant::now();
        let ended = self.run_tests(start);
        let why = match &ended {
            Err(Stop::Usage(message)) => message.clone(),
            Err(Stop::Bug(bug)) => bug.to_string(),
            _ => return ended,
        };
        self.write(Vec::new(), Some(why), start)?;
        ended
    }

    fn run_tests(&self, start: Instant) -> Result<Status, Stop> {
        let mut workspace = Workspace::read(&self.paths, STDIN_NAME);
        if let Some(unreadable) = workspace.unreadable.first() {
            return Err(unreadable.clone().into());
        }
        let mut asked = workspace.files.clone();
        add_imported(&mut workspace);
        let refused = program::judge(&mut workspace, self.unchecked)?;
        if let Some(refused) = &refused {
            asked.retain(|file| !refused.concerns(&workspace.db, *file));
        }
        let (tests, others) = match testing::collect(&workspace.db, &asked, &self.filter) {
            Ok(collected) => collected,
            Err(testing::Uncompilable(error)) => {
                let why = format!("refused: {error}; nothing ran");
                say(&why);
                return self.refused(why, start);
            }
        };
        let refused = refused.map(|refused| refused.why);
        if let Some(why) = refused.as_ref().filter(|_| tests.is_empty()) {
            let why = format!("{why}; nothing ran");
            say(&why);
            return self.refused(why, start);
        }
        if tests.is_empty() && others > 0 {
            let others = match others {
                1 => "there is 1 other".to_owned(),
                others => format!("there are {others} others"),
            };
            return Err(Stop::Usage(format!("no test's name holds `{}`; {others}", self.filter)));
        }
        let plan = self.plan();
        let progress = Progress::new(tests.len() * self.schedules.get() as usize);
        huge_pages::avoid();
        let tested = testing::run_all(&tests, &plan, &progress);
        progress.clear();
        let tested = tested.map_err(Stop::Bug)?;
        if plan.interrupt.came() {
            return self.interrupted(refused, tested, &progress, (&plan, start));
        }
        let is_bad = refused.is_some() || tested.iter().any(|tested| tested.bad.is_some());
        let refused = refused.map(|why| format!("{why}; only the other programs were tested"));
        self.write(tested, refused.clone(), start)?;
        if let Some(why) = refused {
            say(&why);
        }
        Ok(if is_bad { Status::Findings } else { Status::Fine })
    }

    fn refused(&self, why: String, start: Instant) -> Result<Status, Stop> {
        self.write(Vec::new(), Some(why), start)?;
        Ok(Status::Findings)
    }

    /// Writes the results, and for tools why they are not those of all tests. People have been told that.
    fn write(
        &self,
        tested: Vec<Tested<'_>>,
        reason: Option<String>,
        start: Instant,
    ) -> Result<(), Stop> {
        if self.format == TestFormat::Human && reason.is_some() && tested.is_empty() {
            return Ok(());
        }
        let results = TestResults { reason, ..self.results(tested, start) };
        let mut out = Vec::new();
        write_tests(self.format, &results, &mut out)?;
        io::stdout().lock().write_all(&out)?;
        Ok(())
    }

    /// What went wrong until then; of the rest nothing is known.
    fn interrupted(
        &self,
        refused: Option<String>,
        mut tested: Vec<Tested<'_>>,
        progress: &Progress,
        (plan, start): (&Plan, Instant),
    ) -> Result<Status, Stop> {
        let running = running(&tested);
        tested.retain(|tested| tested.bad.is_some());
        let (done, total) = progress.count();
        let refused = refused.map(|why| format!("{why}; ")).unwrap_or_default();
        let why = format!(
            "{refused}interrupted after {done} of {total} runs{running}; of tests that are not \
             reported nothing more is known"
        );
        self.write(tested, Some(why.clone()), start)?;
        say(&why);
        Ok(Status::interrupted(&plan.interrupt))
    }

    fn plan(&self) -> Plan {
        Plan {
            first_seed: self.seed,
            schedules: self.schedules.get(),
            options: RunOptions {
                max_steps: Some(self.max_steps),
                memory_max_bytes: self.max_memory,
                races: self.unchecked,
                ..RunOptions::default()
            },
            allow: self.allow.clone(),
            interrupt: Interrupt::watch(),
            threads: self.threads.unwrap_or_else(threads::available),
        }
    }

    fn results<'a>(&self, tested: Vec<Tested<'a>>, start: Instant) -> TestResults<'a> {
        let with_command = |tested: Tested<'a>| {
            let command = tested.bad.as_ref().map(|bad| self.again(tested.test, bad));
            (tested, command)
        };
        let tests = tested.into_iter().map(with_command).collect();
        TestResults {
            tests,
            schedules: self.schedules.get(),
            seconds: start.elapsed().as_secs_f64(),
            reason: None,
        }
    }

    /// The command that makes the bad run again.
    fn again(&self, test: &testing::Test, bad: &Bad) -> String {
        let is_stdin = test.path == STDIN_NAME;
        let path = if is_stdin { STDIN.to_owned() } else { quoted_path(&test.path) };
        if let Some(line) = copyable(&bad.report.schedule) {
            return format!("weir replay {line} {path}");
        }
        if let Some(command) = recording::kept(Some(&test.path), &bad.report.schedule) {
            return command;
        }
        let mut flags = format!("--seed {} --schedules 1", bad.seed);
        if self.max_steps != TEST_STEPS_MAX_DEFAULT {
            flags += &format!(" --max-steps {}", self.max_steps);
        }
        if self.max_memory != MEMORY_MAX_DEFAULT_BYTES {
            flags += &format!(" --max-memory {}", size::text(self.max_memory));
        }
        if self.unchecked {
            flags += " --unchecked";
        }
        flags += &self.allow.flags();
        format!("weir test {flags} --filter {} {path}", quoted(&test.name))
    }
}

/// Which tests were in the middle of a run: one of them may never end.
fn running(tested: &[Tested<'_>]) -> String {
    let name =
        |test: &testing::Test| format!("`{}` ({}:{})", one_line(&test.name), test.path, test.line);
    let mut running = tested.iter().filter(|tested| tested.was_interrupted);
    let named: Vec<String> =
        running.by_ref().take(NAMED_MAX).map(|tested| name(tested.test)).collect();
    let more = match running.count() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    match named.as_slice() {
        [] => String::new(),
        named => format!(", in {}{more}", named.join(", ")),
    }
}

/// What the files import is checked with them: a test runs it too.
fn add_imported(workspace: &mut Workspace) {
    let db = &workspace.db;
    let imported = workspace.files.iter().flat_map(|file| imported_modules(db, *file));
    let mut missing: Vec<_> = Vec::new();
    for file in imported {
        if !workspace.files.contains(&file) && !missing.contains(&file) {
            missing.push(file);
        }
    }
    workspace.files.extend(missing);
}
