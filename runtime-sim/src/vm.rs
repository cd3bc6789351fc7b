//! The virtual machine: executes one task until it stops.
//!
//! [`interpret`] is the hot loop: what a task does by itself. What other tasks or the outside can
//! see leaves that loop; it happens only when no other lane is behind this one's clock, and may
//! end the turn. A failing instruction unwinds: see [`unwind`].

mod access;
mod accesses;
mod alone;
mod calls;
mod channels;
mod compute;
mod distinct;
mod failing;
mod globals;
mod interpret;
mod natives;
mod operators;
mod parallel;
mod results;
mod scopes;
mod shortcuts;
mod suspending;
mod turn;
mod unwind;
mod visible;

use crate::bounds::{EVALUATION_NS_MAX, NESTED_EVALUATIONS_MAX};
use crate::cost::VISIBLE_NS;
use crate::engine::Doors;
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::Machine;
use crate::program::{CodeId, Program};
use crate::task::{Fiber, TaskResult, Then};
use crate::value::Value;
use interpret::Leave;
pub(crate) use natives::undoing;
pub(crate) use turn::{Flow, MUST_NOT_WAIT, Stop, Turn, lost};

impl Machine {
    /// Runs the task until it stops.
    pub(crate) fn execute(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
    ) -> Stop {
        let mut flow = match turn.slice_is_over {
            true => self.end_slice(turn),
            false => self.resume(program, fiber, turn),
        };
        self.look_for_disturbance(turn);
        loop {
            match self.apply(program, fiber, turn, doors, flow) {
                Some(stop) => return stop,
                None => flow = self.go_on(program, fiber, turn, doors),
            }
        }
    }

    /// Lets the task compute until something other than computing is to be done, and does it.
    fn go_on(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
    ) -> Flow {
        let left = match self.races {
            None => self.interpret::<false>(program, fiber, turn),
            Some(_) => self.interpret::<true>(program, fiber, turn),
        };
        match left {
            Leave::Visible => {
                if turn.is_ahead() {
                    return Flow::Stop(Stop::Horizon);
                }
                if self.options.in_turns && !turn.is_evaluation {
                    let instr = results::instr(program, fiber);
                    if turn.has_acted || turn.begins && instr.is_some_and(suspending::acts_at_once)
                    {
                        return Flow::Stop(Stop::TurnEnds);
                    }
                    turn.has_acted = true;
                }
                if self.is_over_memory(turn) {
                    return self.over_memory(program, fiber, turn);
                }
                let Some(left) = turn.steps_left.checked_sub(1) else {
                    return Flow::Stop(Stop::Exhausted);
                };
                turn.steps_left = left;
                self.count_steps(turn);
                turn.clock += VISIBLE_NS;
                turn.acted_at = turn.clock;
                self.here = turn.stamp();
                if self.races.is_some()
                    && let Some(instr) = results::instr(program, fiber)
                {
                    self.note_visible(program, fiber, instr);
                }
                let act = self.act_to_tell(program, fiber, turn);
                let deed = self.deed(program, fiber, turn);
                let flow = self.visible(program, fiber, turn, doors);
                if let (Some(deed), Ok(flow)) = (deed, &flow) {
                    self.keep_deed(program, fiber, deed, flow);
                }
                if let (Some(act), Ok(flow)) = (act, &flow) {
                    self.tell(program, fiber, doors, turn.task, (act, flow));
                }
                self.after_visible(program, turn, doors);
                let flow = self.or_raise(program, fiber, turn, flow);
                if let Flow::Stop(Stop::Collect | Stop::Horizon | Stop::Exhausted) = flow {
                    // It will be tried again, and is known by its step: it has not been done yet.
                    turn.steps_left += 1;
                    turn.clock -= VISIBLE_NS;
                }
                flow
            }
            Leave::Waits => Flow::Wait,
            Leave::Failed(failure) => {
                let flow = self.or_raise(program, fiber, turn, Err(failure));
                in_time(fiber, turn, flow)
            }
            Leave::Slice if turn.is_evaluation => {
                let message = format!(
                    "this ran for {} seconds of virtual time where nothing can interrupt it: \
                     conditions, constants and `swap` functions must be short",
                    EVALUATION_NS_MAX / 1_000_000_000
                );
                self.or_raise(program, fiber, turn, fail(FailureKind::Error, message))
            }
            Leave::Slice => self.end_slice(turn),
            Leave::Memory => {
                let flow = self.over_memory(program, fiber, turn);
                in_time(fiber, turn, flow)
            }
            Leave::Exhausted => Flow::Stop(Stop::Exhausted),
            Leave::Collect if turn.is_evaluation => Flow::Reload,
            Leave::Collect => Flow::Stop(Stop::Collect),
            Leave::Returned(_) if comes_to_end(fiber) && turn.returns_ahead() => {
                Flow::Stop(Stop::Horizon)
            }
            Leave::Returned(value) => {
                let flow = self.returned(program, fiber, turn, value);
                self.look_for_disturbance(turn);
                in_time(fiber, turn, flow)
            }
        }
    }

    /// The slice is over: the task is preempted, or hears that it is to stop.
    fn end_slice(&mut self, turn: &Turn) -> Flow {
        if turn.is_ahead() {
            self.lanes.note_slice_end(turn.lane, turn.clock);
            return Flow::Stop(Stop::Horizon);
        }
        match self.pending_raise(turn.task) {
            Some(raise) => Flow::Raise(raise),
            None => Flow::Stop(Stop::Preempted),
        }
    }

    fn apply(
        &mut self,
        program: &Program,
        fiber: &mut Fiber,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        flow: Flow,
    ) -> Option<Stop> {
        match flow {
            Flow::Next => fiber.advance(),
            Flow::Jump(target) => fiber.jump(target),
            Flow::Again | Flow::Reload => {}
            Flow::Wait => return Some(Stop::Waits),
            Flow::Stop(stop) => return Some(stop),
            Flow::Diverged => return Some(Stop::Diverged),
            Flow::Raise(raise) => {
                let next = self.unwind(program, fiber, turn, doors, raise);
                self.after_visible(program, turn, doors);
                return self.apply(program, fiber, turn, doors, next);
            }
        }
        None
    }

    /// Takes over how many steps the run has made so far.
    pub(crate) fn count_steps(&mut self, turn: &Turn) {
        if !turn.is_evaluation {
            self.steps = self.steps_max() - turn.steps_left;
        }
    }

    /// What others saw may have made tasks ready, and another lane go first.
    fn after_visible(&mut self, program: &Program, turn: &mut Turn, doors: &mut Doors<'_>) {
        while let Some(lock) = self.rehand.pop() {
            self.hand_on(program, turn, doors, lock);
        }
        if self.lanes.wants_wake() {
            self.wake_processors(doors);
        }
        self.say_notices(doors);
        self.look_around_again(turn);
        self.look_for_disturbance(turn);
    }

    /// Runs code that must not suspend, to its result.
    pub(crate) fn evaluate(
        &mut self,
        program: &Program,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        code: CodeId,
        args: Vec<Value>,
    ) -> Fallible<Value> {
        if self.evaluations >= NESTED_EVALUATIONS_MAX {
            let message = format!(
                "conditions, `swap` functions and constants need one another more than \
                 {NESTED_EVALUATIONS_MAX} deep"
            );
            return fail(FailureKind::Stack, message);
        }
        let mut fiber = Fiber::default();
        fiber.push(program.code(code), code, args, Then::Evaluation);
        let slice_end = match self.evaluations {
            0 => turn.clock.saturating_add(EVALUATION_NS_MAX),
            _ => turn.slice_end,
        };
        // It is bounded by its time and happens at once: one step of the task.
        let mut inner = Turn {
            is_evaluation: true,
            begins: false,
            is_undisturbed: false,
            slice_is_over: false,
            slice_end,
            steps_left: u64::MAX,
            ..turn.clone()
        };
        self.evaluations += 1;
        let mut flow = Flow::Reload;
        let stop = loop {
            match self.apply(program, &mut fiber, &mut inner, doors, flow) {
                Some(stop) => break stop,
                None => flow = self.go_on(program, &mut fiber, &mut inner, doors),
            }
        };
        self.evaluations -= 1;
        (turn.clock, turn.horizon, turn.acted_at) = (inner.clock, inner.horizon, inner.acted_at);
        match (stop, inner.result) {
            (Stop::Ends, Some(TaskResult::Value(value))) => Ok(value),
            (Stop::Ends, Some(TaskResult::Failed(failure))) => Err(Box::new((*failure).clone())),
            _ => fail(FailureKind::Error, MUST_NOT_WAIT),
        }
    }
}

/// What unwinds because of what was computed is kept until others have come to that time.
fn in_time(fiber: &mut Fiber, turn: &Turn, flow: Flow) -> Flow {
    match flow {
        Flow::Raise(raise) if turn.is_ahead() => {
            fiber.raising = Some(raise);
            Flow::Stop(Stop::Horizon)
        }
        flow => flow,
    }
}

/// Whether others hear of the return that the task is at: it ends the task, or a `defer` in an unwinding.
fn comes_to_end(fiber: &Fiber) -> bool {
    matches!(fiber.top().map(|frame| &frame.then), Some(Then::End | Then::Unwind { .. }))
}
