//! Tests under many schedules: whoever is free takes the next run, in the order of tests and seeds.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

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
    /// The seeds of its schedules.
    pub(crate) seeds: Range<u64>,
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
    /// The run with the lowest seed that went wrong.
    pub(crate) bad: Option<Bad>,
}

/// A run that went wrong.
#[derive(Debug)]
pub(crate) struct Bad {
    /// Its seed.
    pub(crate) seed: u64,
    /// What came of it.
    pub(crate) report: RunReport,
}

/// Runs every test under every schedule. Once one of a test's runs went wrong, only those with lower
/// seeds still count.
pub(crate) fn run_all<'a>(
    tests: &'a [Test],
    plan: &Plan,
    progress: &Progress,
) -> Result<Vec<Tested<'a>>, Bug> {
    let each = tests.iter().map(|test| OneTest::new(test, plan)).collect::<Vec<_>>();
    let runs = plan.seeds.end - plan.seeds.start;
    let (next, total) = (AtomicUsize::new(0), each.len() * runs as usize);
    let bug = Mutex::new(None);
    let work = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            if at >= total || plan.interrupt.came() {
                return;
            }
            let seed = plan.seeds.start + at as u64 % runs;
            let of = &each[at / runs as usize];
            let doing = || format!("running the test {:?} of `{}`", of.test.name, of.test.path);
            if let Err(struck) = bug::catch(doing, || of.run(plan, seed))
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
        _ => Ok(each.into_iter().map(|of| of.finish(runs, plan)).collect()),
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
    /// The lowest seed that went wrong so far.
    lowest_bad: AtomicU64,
    bad: Mutex<Option<Bad>>,
}

impl<'a> OneTest<'a> {
    fn new(test: &'a Test, plan: &Plan) -> Self {
        Self { test, lowest_bad: AtomicU64::new(plan.seeds.end), bad: Mutex::new(None) }
    }

    fn run(&self, plan: &Plan, seed: u64) {
        if seed > self.lowest_bad.load(Ordering::Acquire) {
            return;
        }
        let host = Host::new(plan.allow.clone(), Vec::new(), plan.options.memory_max_bytes);
        let (options, mut scheduler) = machine_of(seed, &plan.options);
        let mut world = Kept::new(host, plan.interrupt.clone());
        let program = &self.test.program;
        let report = weir_runtime_sim::run(program, &options, &mut *scheduler, &mut world);
        if !matches!(report.outcome, Outcome::Ok | Outcome::Cancelled) {
            self.lowest_bad.fetch_min(seed, Ordering::AcqRel);
            self.keep(Bad { seed, report });
        }
    }

    fn keep(&self, bad: Bad) {
        if let Ok(mut kept) = self.bad.lock()
            && kept.as_ref().is_none_or(|kept| bad.seed < kept.seed)
        {
            *kept = Some(bad);
        }
    }

    fn finish(self, runs: u64, plan: &Plan) -> Tested<'a> {
        let bad = self.bad.into_inner().ok().flatten();
        let schedules = bad.as_ref().map_or(runs, |bad| bad.seed - plan.seeds.start + 1);
        Tested { test: self.test, schedules, bad }
    }
}
