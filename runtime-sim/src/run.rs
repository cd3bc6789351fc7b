//! One run, from a program to its report.

mod options;
mod report;
mod verdict;

use std::sync::Arc;

use crate::bounds::{PROCESSORS_MAX, PROCESSORS_MIN};
use crate::engine::Doors;
use crate::failure::Failure;
use crate::machine::Machine;
use crate::memory::Memory;
use crate::outcome::Outcome;
use crate::pace::Pace;
use crate::program::{CodeId, Program};
use crate::schedule::{Draws, Replay, Schedule, Scheduler};
use crate::world::World;
pub use options::RunOptions;
pub use report::RunReport;
use verdict::Ended;

/// Runs a program to its end.
pub fn run(
    program: &Program,
    options: &RunOptions,
    scheduler: &mut dyn Scheduler,
    world: &mut dyn World,
) -> RunReport {
    let procs = options.procs.clamp(PROCESSORS_MIN, PROCESSORS_MAX);
    let options = RunOptions { procs, ..options.clone() };
    let mut machine = Machine::new(program, &options, scheduler.seed());
    match scheduler.recorded() {
        Some(recorded) => machine.follow(recorded),
        None => machine.pace = Pace::of(world.interrupt()),
    }
    let mut doors = Doors { scheduler, world };
    let entry = program.entry.unwrap_or(CodeId(0));
    let failed = machine.start_main(program, &mut doors, entry);
    machine.run_on(program, &mut doors, failed)
}

/// Replays a schedule; the options are those that it was recorded with.
pub fn replay(program: &Program, replay: Replay, trace: bool, world: &mut dyn World) -> RunReport {
    let options = RunOptions { trace, ..RunOptions::of_schedule(replay.schedule()) };
    replay_with(program, &options, replay, world)
}

/// Replays a schedule up to a step, and shows where every task stands there.
pub fn replay_until(
    program: &Program,
    replay: Replay,
    step: u64,
    trace: bool,
    world: &mut dyn World,
) -> RunReport {
    let of_schedule = RunOptions::of_schedule(replay.schedule());
    let options = RunOptions { until: Some(step), trace, ..of_schedule };
    replay_with(program, &options, replay, world)
}

fn replay_with(
    program: &Program,
    options: &RunOptions,
    mut replay: Replay,
    world: &mut dyn World,
) -> RunReport {
    let report = run(program, options, &mut replay, world);
    report.compared(replay.schedule())
}

impl Machine {
    /// What depended on the memory and the clock of the machine below happens as it was recorded, and as many numbers come by
    /// chance.
    pub(crate) fn follow(&mut self, recorded: &Schedule) {
        self.memory = Memory::recorded(&recorded.memory_ends, &recorded.memory_refusals);
        self.pace = Pace::recorded(recorded.stopped_at);
        self.draws = Draws::recorded(recorded);
    }

    /// Computes the constants and puts main on the first processor; why not, if that fails.
    pub(crate) fn start_main(
        &mut self,
        program: &Program,
        doors: &mut Doors<'_>,
        entry: CodeId,
    ) -> Option<Arc<Failure>> {
        let mut turn = crate::vm::Turn {
            task: self.main,
            lane: 0,
            clock: 0,
            horizon: u64::MAX,
            slice_end: u64::MAX,
            steps_left: u64::MAX,
            is_evaluation: true,
            has_acted: false,
            acted_at: 0,
            begins: false,
            is_undisturbed: false,
            slice_is_over: false,
            wait: None,
            result: None,
        };
        for global in program.order.iter().copied() {
            self.memory.begin_turn();
            self.pace.begin_turn(turn.steps_left);
            let computed = self.global(program, &mut turn, doors, global);
            self.memory.end_turn();
            self.pace.end_turn();
            if let Err(failure) = computed {
                // It may have failed of that.
                self.hear_interrupt(doors);
                let fiber = crate::task::Fiber::default();
                return Some(self.located(program, &fiber, self.main, failure));
            }
        }
        let main = self.main;
        let task = self.tasks.get_mut(main.0);
        task.fiber.enter(program.code(entry), entry, Vec::new());
        self.make_ready(main);
        self.wake_processors(doors);
        None
    }

    /// Goes on from where it stands to the end, or to the step at which it is looked at; `failed` says why main never began.
    pub(crate) fn run_on(
        mut self,
        program: &Program,
        doors: &mut Doors<'_>,
        failed: Option<Arc<Failure>>,
    ) -> RunReport {
        let ended = match failed {
            Some(_) if self.is_interrupted() => Ended::Badly(Outcome::Cancelled),
            Some(failure) => Ended::Failed(failure),
            None => match self.drive(program, doors) {
                Some(outcome) => self.judge(program, outcome),
                None => self.gave_up(program),
            },
        };
        let is_over = !matches!(ended, Ended::Badly(Outcome::Stopped));
        if is_over {
            self.warn_of_unread();
        }
        self.say_notices(doors);
        if is_over
            && self.divergence.is_none()
            && let Err(message) = doors.scheduler.finish().and_then(|()| self.draws.finish())
        {
            self.acting = None;
            self.diverge(message);
        }
        let stdout = doors.world.stdout().to_owned();
        self.report(program, ended, stdout)
    }

    fn warn_of_unread(&mut self) {
        self.notices += &self.unread.warnings();
        self.warn_of_more_unheard();
    }
}

#[cfg(test)]
mod tests {
    use weir_analyzer::Database;
    use weir_analyzer::items::file_items;

    use super::*;
    use crate::{Seeded, Simulated, compile};

    #[test]
    fn ended_tasks_with_plain_results_are_reclaimed() {
        let text = "fn same(n: int) -> int:\n    return n\n\nfn main():\n    total = 0\n    \
                    for n in range(30000):\n        concurrent:\n            t = spawn same(n)\n        \
                    total += t\n    print(total)\n";
        let mut db = Database::default();
        let file = db.set_file("main.weir", text);
        let mut items = file_items(&db, file).ids(&db);
        let main = items.find(|item| item.name(&db) == "main").expect("the program has a main");
        let program = compile(&db, main).expect("the program compiles");
        let mut machine = Machine::new(&program, &RunOptions::default(), 0);
        let (mut scheduler, mut world) = (Seeded::new(0), Simulated::default());
        let mut doors = Doors { scheduler: &mut scheduler, world: &mut world };
        let entry = program.entry.expect("the program has an entry");
        assert!(machine.start_main(&program, &mut doors, entry).is_none());
        assert_eq!(machine.drive(&program, &mut doors), Some(Outcome::Ok));
        assert_eq!((doors.world.stdout(), machine.started), ("449985000\n", 30_001));
        assert!(machine.tasks.live() < 10_000, "{} tasks are kept", machine.tasks.live());
    }
}
