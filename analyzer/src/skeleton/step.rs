//! How a state goes on: a task's own steps, choices, and meetings of tasks.
//!
//! Steps that no other task can see are taken at once ([`Machine::settle`]); they commute with
//! everything, so no order of them is lost. Then a state either has a task at a *choice* (a
//! decision whose value is not known), which is made first, or all its tasks stand at operations
//! that others can see, and each possible one is a [`Step`].

mod barrier;
mod cells;
mod choice;
mod clock;
mod condition;
mod eval;
mod event;
mod fails;
mod handing;
mod initial;
pub(super) mod leaving;
mod lists;
mod local;
mod locks;
mod make;
mod meet;
pub(super) mod offers;
mod parts;
mod scopes;
mod stops;
mod tasks;
mod twins;
mod unwind;
mod walk;

use super::graph::{Action, Kind, Node, NodeId, RoutineId, Skeleton, SyncOp, Tag};
use super::state::value::Value;
use super::state::{Frame, Made, Mode, State};
use crate::mir::{Const, Operand};
use eval::operand;
pub(super) use event::{Event, EventKind, Supposed};
use offers::Offer;
use twins::firsts;

/// Calls nested deeper end the search on their path.
pub(super) const CALL_DEPTH_MAX: usize = 24;
/// A task that takes more steps of its own in one go is taken not to come back.
const LOCAL_STEPS_MAX: u32 = 5_000;
/// No state has more tasks.
pub(super) const TASKS_MAX: usize = 256;
/// No path tries more values.
const FACTS_MAX: usize = 24;
/// Longer counts are scaled when a search with the real ones was too long.
pub(super) const UNSCALED_MAX: i64 = 4;

/// One way on from a state.
#[derive(Debug)]
pub(super) struct Step {
    /// The task that takes it.
    pub(super) task: u32,
    /// What the outcomes are.
    pub(super) kind: StepKind,
    /// The states it leads to, not yet settled.
    pub(super) outcomes: Vec<Outcome>,
}

/// What the outcomes of a step are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepKind {
    /// Each of them can happen.
    Happens,
    /// Guesses, all of which must fail for a failure to count.
    Guess,
    /// Guesses of how many there are of something.
    Count,
}

impl Step {
    /// Whether the outcomes are guesses.
    pub(super) fn is_guess(&self) -> bool {
        self.kind != StepKind::Happens
    }
}

/// A state that a step leads to, or why the search ends there.
pub(super) type Outcome = Result<(State, Vec<Event>), Stop>;

/// Why a path is not followed further. None of these is a finding of this stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// What is not known was tried with a value that it must not have.
    Failed,
    /// A bound or a construct that is not followed.
    Bounded(&'static str),
}

/// Whether a task could take a step of its own.
pub(super) enum Progress {
    Moved,
    Waits,
}

/// Runs states of one skeleton.
#[derive(Clone, Copy)]
pub(super) struct Machine<'a> {
    pub(super) skeleton: &'a Skeleton,
    /// Whether long constant counts are tried with small values, equal ones with equal values.
    pub(super) scaled: bool,
    /// Locks from outside that some path gives back before it ends.
    pub(super) given_back: &'a [Made],
    /// Whether a condition of `with … when` may hold as soon as its lock is free. Else it only counts where
    /// nobody else goes on, for then it holds or never will.
    pub(super) eager: bool,
    /// Whether every order of steps is followed, also where one stands for all.
    pub(super) all_orders: bool,
    /// Whether every count is followed that is tried, also where nothing goes wrong with another.
    pub(super) all_counts: bool,
    /// What of that of which nothing is known may come out either way. Else all ways must fail.
    pub(super) open: Open,
    /// What may come out in more ways than it does.
    pub(super) loose: Loose<'a>,
}

/// Which counted loops may end after any number of rounds, and what is not looked at.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Loose<'a> {
    pub(super) loops: &'a [(RoutineId, NodeId)],
    /// Of these only those with more rounds than so many.
    pub(super) above: i64,
    /// Whether nothing is known of the numbers and texts that loops walk and tasks send each other.
    pub(super) is_blind: bool,
}

impl Loose<'_> {
    /// Whether anything may come out in more ways than it does: what goes wrong then need not.
    pub(super) fn is_any(self) -> bool {
        self.is_blind || !self.loops.is_empty()
    }
}

/// Which of what nothing is known of is taken to come out either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Open {
    /// Nothing.
    No,
    /// Conditions that end a loop.
    Exits,
    /// Conditions that do not end a loop by themselves, and which of several it is.
    Conditions,
    /// Those, and how many there are.
    Ways,
}

impl<'a> Machine<'a> {
    /// Counts as they are, and conditions that come true last.
    pub(super) fn of(skeleton: &'a Skeleton) -> Self {
        Self {
            skeleton,
            scaled: false,
            given_back: &[],
            eager: false,
            all_orders: false,
            all_counts: false,
            open: Open::No,
            loose: Loose::default(),
        }
    }

    /// Whether all that it does comes about in some run: nothing is scaled, loose or open.
    pub(super) fn is_real(self) -> bool {
        let is_plain = !self.scaled && !self.loose.is_any() && self.open == Open::No;
        is_plain && !self.eager && !self.all_orders
    }

    /// Takes all steps that no other task can see.
    pub(super) fn settle(self, state: &mut State, log: &mut Vec<Event>) -> Result<(), Stop> {
        if state.facts.len() > FACTS_MAX {
            return Err(Stop::Bounded("too much is decided by what is not known"));
        }
        let mut fuel = LOCAL_STEPS_MAX;
        loop {
            let mut moved = false;
            let mut task = 0;
            while task < state.tasks.len() {
                while let Progress::Moved = self.local_step(state, task as u32, log)? {
                    if state.misuse.is_some() {
                        return Ok(());
                    }
                    moved = true;
                    fuel = fuel.checked_sub(1).ok_or(Stop::Bounded("a loop computes for long"))?;
                }
                task += 1;
            }
            if !moved {
                self.forget_new(state);
                return Ok(());
            }
        }
    }

    /// A constant count as a search with scaled counts sees it.
    pub(super) fn count(self, value: Value) -> Value {
        match value {
            Value::Const(Const::Int(count)) if self.scaled && count > UNSCALED_MAX => {
                Value::computed(Tag::Count(count), Vec::new(), Kind::Int)
            }
            value => value,
        }
    }

    /// All ways on from a settled state but the clock's.
    pub(super) fn moves(self, state: &State) -> Vec<Step> {
        if state.misuse.is_some() {
            return Vec::new();
        }
        let tasks = 0..state.tasks.len() as u32;
        let decided = |task| self.struck(state, task).or_else(|| self.choice(state, task));
        if let Some(choice) = tasks.clone().find_map(decided) {
            return vec![choice];
        }
        let offers: Vec<Vec<Offer>> = tasks.map(|task| self.offers(state, task)).collect();
        let steps: Vec<Step> = firsts(self.skeleton, state)
            .into_iter()
            .flat_map(|task| self.meetings(state, task, &offers))
            .collect();
        if steps.is_empty() && self.timers(state).is_empty() {
            return self.woken(state, &offers).into_iter().collect();
        }
        steps
    }

    /// All ways on from a settled state.
    pub(super) fn steps(self, state: &State) -> Vec<Step> {
        self.with_timers(state, self.moves(state))
    }

    /// The moves, and what the clock does.
    pub(super) fn with_timers(self, state: &State, mut steps: Vec<Step>) -> Vec<Step> {
        let is_choice = steps.iter().any(|step| step.is_guess() || step.outcomes.len() > 1);
        if state.misuse.is_none() && !is_choice {
            steps.extend(self.timers(state));
        }
        steps
    }

    /// The node that a task stands at, unless it ended or unwinds.
    pub(super) fn node(self, state: &State, task: u32) -> Option<&'a Node> {
        let task = &state.tasks[task as usize];
        let frame = task.frames.last()?;
        let follows_nodes = task.mode == Mode::Running;
        follows_nodes.then(|| self.skeleton.routine(frame.routine).node(frame.node))
    }

    /// Lets a task go on after what others can see.
    pub(super) fn pass(self, state: &mut State, task: u32, next: Option<NodeId>) {
        state.tasks[task as usize].is_new = false;
        let _ = self.go_on(state, task, next);
    }
}

/// Whether a task that is to stop does so at this operation.
pub(super) fn is_suspension(frame: &Frame, node: &Node) -> bool {
    match &node.action {
        Action::Sync { op, .. } => {
            matches!(
                op,
                SyncOp::Send | SyncOp::Receive | SyncOp::Next | SyncOp::Wait | SyncOp::Meet
            )
        }
        Action::Each { iterator, .. } => {
            !matches!(operand(frame, &Operand::Local(*iterator)), Value::Iterator(..))
        }
        Action::Select { .. }
        | Action::Spawn { .. }
        | Action::End(_)
        | Action::Leave(_)
        | Action::Take(..)
        | Action::Pause
        | Action::Spin
        | Action::TakeWhen(..)
        | Action::Unclear(_) => true,
        Action::Join { settles, .. } => !settles,
        _ => false,
    }
}
