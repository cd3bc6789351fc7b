//! A replayed run with snapshots on the way: any step of it can be looked at for little, one before
//! the last one looked at too.
//!
//! Snapshots are taken between events, where a machine is whole; from the last one before a step the
//! run is made again up to it. With many, every second one goes, and they are taken half as often.

use std::sync::Arc;

use crate::bounds::{PROCESSORS_MAX, PROCESSORS_MIN, SNAPSHOT_EVENTS_MIN, SNAPSHOTS_MAX};
use crate::engine::Doors;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::program::{CodeId, Program};
use crate::run::{RunOptions, RunReport};
use crate::schedule::Replay;
use crate::world::{Stream, World};

/// A run that can be looked at, step by step, in both directions.
pub struct History<'p> {
    program: &'p Program,
    start: Snapshot,
    /// Why main never began.
    failed: Option<Arc<Failure>>,
    snapshots: Vec<Snapshot>,
    steps: u64,
}

#[derive(Clone)]
struct Snapshot {
    machine: Machine,
    replay: Replay,
}

/// Nobody hears what a history does again.
struct Silent;

impl World for Silent {
    fn write(&mut self, _stream: Stream, _text: &str) {}
}

impl<'p> History<'p> {
    /// The history of a recorded run.
    pub fn new(program: &'p Program, replay: Replay) -> Self {
        let options = RunOptions::of_schedule(replay.schedule());
        let procs = options.procs.clamp(PROCESSORS_MIN, PROCESSORS_MAX);
        let mut machine =
            Machine::new(program, &RunOptions { procs, ..options }, replay.schedule().seed);
        machine.follow(replay.schedule());
        let mut now = Snapshot { machine, replay };
        let entry = program.entry.unwrap_or(CodeId(0));
        let failed = now.act(|machine, doors| machine.start_main(program, doors, entry));
        let start = now.clone();
        let mut history = Self { program, start, failed, snapshots: Vec::new(), steps: 0 };
        if history.failed.is_none() {
            history.go_through(&mut now);
        }
        history.steps = now.machine.steps;
        history
    }

    /// How many steps the run makes.
    pub fn steps(&self) -> u64 {
        self.steps
    }

    /// What the run has come to after so many steps, or at its end where there are fewer.
    pub fn stopped_at(&self, step: u64) -> RunReport {
        let before = self.snapshots.iter().rfind(|snapshot| snapshot.machine.steps <= step);
        let Snapshot { mut machine, mut replay } = before.unwrap_or(&self.start).clone();
        machine.options.until = Some(step);
        let mut doors = Doors { scheduler: &mut replay, world: &mut Silent };
        let report = machine.run_on(self.program, &mut doors, self.failed.clone());
        report.compared(replay.schedule())
    }

    fn go_through(&mut self, now: &mut Snapshot) {
        let (mut interval, mut next) = (SNAPSHOT_EVENTS_MIN, SNAPSHOT_EVENTS_MIN);
        while now.act(|machine, doors| machine.advance(self.program, doors)).is_continue() {
            if now.machine.events < next {
                continue;
            }
            self.snapshots.push(now.clone());
            if self.snapshots.len() > SNAPSHOTS_MAX {
                let mut keeps = false;
                self.snapshots.retain(|_| {
                    keeps = !keeps;
                    keeps
                });
                interval *= 2;
            }
            next = now.machine.events + interval;
        }
    }
}

impl Snapshot {
    fn act<T>(&mut self, act: impl FnOnce(&mut Machine, &mut Doors<'_>) -> T) -> T {
        let mut doors = Doors { scheduler: &mut self.replay, world: &mut Silent };
        act(&mut self.machine, &mut doors)
    }
}
