//! Tests under many schedules: whoever is free takes the next run, in the order of tests and seeds.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use weir_runtime_sim::{Headlong, Outcome, Punctual, RunOptions, RunReport, Scheduler, Seeded};

use super::world::Kept;
use super::{Progress, Test};
use crate::bug::{self, Bug};
use crate::host::{Host, Permissions};
use crate::interrupt::Interrupt;
use crate::threads;

/// What each test goes through.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The seed of its first schedule; the others follow, with 0 after the largest.
    pub(crate) first_seed: u64,
    /// How many schedules.
    pub(crate) schedules: u64,
    /// How each is run.
    pub(crate) options: RunOptions,
    /// What each may touch.
    pub(crate) allow: Permissions,
    /// Asks all of it to end.
    pub(crate) interrupt: Interrupt,
    /// On how many threads.
    pub(crate) threads: NonZeroUsize,
}

/// A test and what came of it.
#[derive(Debug)]
pub(crate) struct Tested<'a> {
    /// The test.
    pub(crate) test: &'a Test,
    /// Under how many schedules it ran until it failed, or in all.
    pub(crate) schedules: u64,
    /// The first run that went wrong, in the order of the seeds.
    pub(crate) bad: Option<Bad>,
    /// How long its runs took, one after the other.
    pub(crate) took: Duration,
    /// Whether somebody interrupted one of them.
    pub(crate) was_interrupted: bool,
}

/// A run that went wrong.
#[derive(Debug)]
pub(crate) struct Bad {
    /// Its seed.
    pub(crate) seed: u64,
    /// What came of it.
    pub(crate) report: RunReport,
    /// What it printed on stdout and stderr, in the order in which it came.
    pub(crate) printed: String,
    /// What it printed on stderr.
    pub(crate) stderr: String,
}

/// Runs every test under every schedule. Once one of a test's runs went wrong, only those before it
/// still count.
pub(crate) fn run_all<'a>(
    tests: &'a [Test],
    plan: &Plan,
    progress: &Progress,
) -> Result<Vec<Tested<'a>>, Bug> {
    let each = tests.iter().map(|test| OneTest::new(test, plan)).collect::<Vec<_>>();
    let runs = plan.schedules;
    let (next, total) = (AtomicUsize::new(0), each.len() * runs as usize);
    let bug = Mutex::new(None);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= total || plan.interrupt.came() {
                return;
            }
            let run = at as u64 % runs;
            let of = &each[at / runs as usize];
            let doing = || format!("running the test {:?} of `{}`", of.test.name, of.test.path);
            if let Err(struck) = bug::catch(doing, || of.run(plan, run))
                && let Ok(mut bug) = bug.lock()
            {
                bug.get_or_insert(struck);
            }
            progress.tick();
        }
    };
    thread::scope(|scope| {
        for _ in 1..plan.threads.get().min(total) {
            // A thread that cannot be started is one helper less.
            let _ = threads::for_analysis("weir test").spawn_scoped(scope, work);
        }
        work();
    });
    match bug.into_inner() {
        Ok(Some(bug)) => Err(bug),
        _ => Ok(each.into_iter().map(|of| of.finish(plan)).collect()),
    }
}

/// What each seed is run in. A processor runs short tasks to their ends in the order of their starts, and that hides what
/// goes wrong in another: so every second run takes turns after each thing that others can see, in any order or
/// with one task far ahead of the others.
fn machine_of(seed: u64, options: &RunOptions) -> (RunOptions, Box<dyn Scheduler>) {
    let in_turns = RunOptions { procs: 1, in_turns: true, ..options.clone() };
    match seed % 4 {
        1 => (in_turns, Box::new(Punctual(Seeded::new(seed)))),
        3 => (in_turns, Box::new(Punctual(Headlong::new(seed)))),
        _ => (options.clone(), Box::new(Seeded::new(seed))),
    }
}

/// A test on its way.
struct OneTest<'a> {
    test: &'a Test,
    /// The number of the first run that went wrong so far.
    first_bad: AtomicU64,
    bad: Mutex<Option<(u64, Bad)>>,
    took_ns: AtomicU64,
    was_interrupted: AtomicBool,
}

impl<'a> OneTest<'a> {
    fn new(test: &'a Test, plan: &Plan) -> Self {
        Self {
            test,
            first_bad: AtomicU64::new(plan.schedules),
            bad: Mutex::new(None),
            took_ns: AtomicU64::new(0),
            was_interrupted: AtomicBool::new(false),
        }
    }

    fn run(&self, plan: &Plan, number: u64) {
        if number > self.first_bad.load(Ordering::Acquire) {
            return;
        }
        let start = Instant::now();
        let seed = plan.first_seed.wrapping_add(number);
        let host = Host::new(plan.allow.clone(), Vec::new(), plan.options.memory_max_bytes);
        let (options, mut scheduler) = machine_of(seed, &plan.options);
        let mut world = Kept::new(host, plan.interrupt.clone());
        let program = &self.test.program;
        let report = weir_runtime_sim::run(program, &options, &mut *scheduler, &mut world);
        self.took_ns.fetch_add(start.elapsed().as_nanos() as u64, Ordering::Relaxed);
        if report.outcome == Outcome::Cancelled {
            self.was_interrupted.store(true, Ordering::Relaxed);
        } else if report.outcome != Outcome::Ok {
            self.first_bad.fetch_min(number, Ordering::AcqRel);
            let (printed, stderr) = world.into_printed();
            self.keep(number, Bad { seed, report, printed, stderr });
        }
    }

    fn keep(&self, number: u64, bad: Bad) {
        if let Ok(mut kept) = self.bad.lock()
            && kept.as_ref().is_none_or(|(before, _)| number < *before)
        {
            *kept = Some((number, bad));
        }
    }

    fn finish(self, plan: &Plan) -> Tested<'a> {
        let (schedules, bad) = match self.bad.into_inner().ok().flatten() {
            Some((number, bad)) => (number + 1, Some(bad)),
            None => (plan.schedules, None),
        };
        let took = Duration::from_nanos(self.took_ns.into_inner());
        let was_interrupted = self.was_interrupted.into_inner();
        Tested { test: self.test, schedules, bad, took, was_interrupted }
    }
}
