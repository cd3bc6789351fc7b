//! How a state goes on: a task's own steps, choices, and meetings of tasks.
//!
//! Steps that no other task can see are taken at once ([`Machine::settle`]); they commute with
//! everything, so no order of them is lost. Then a state either has a task at a *choice* (a
//! decision whose value is not known), which is made first, or all its tasks stand at operations
//! that others can see, and each possible one is a [`Step`].

mod cells;
mod choice;
mod eval;
mod lists;
mod local;
mod locks;
mod make;
pub(super) mod meet;
mod scopes;
mod stops;
mod tasks;
mod twins;
mod walk;

use super::graph::{
    Action, Kind, Node, NodeId, ObjectType, RoutineId, SelectOffer, Skeleton, SyncOp, Tag,
};
use super::state::value::{Known, Value};
use super::state::{Frame, Made, Mode, Object, ObjectKind, Reach, State};
use crate::mir::{Const, Local, Operand};
use eval::operand;
use meet::Offer;
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
const UNSCALED_MAX: i64 = 4;

/// One way on from a state.
#[derive(Debug)]
pub(super) struct Step {
    /// The task that takes it.
    pub(super) task: u32,
    /// Whether the outcomes are guesses, all of which must fail for a failure to count; else each
    /// of them can happen.
    pub(super) guessed: bool,
    /// The states it leads to, not yet settled.
    pub(super) outcomes: Vec<Outcome>,
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

/// Something that happened, for the witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event {
    /// The task's path.
    pub(super) task: String,
    /// Where.
    pub(super) at: (RoutineId, NodeId),
    /// What.
    pub(super) kind: EventKind,
    /// Where the object comes from that it is about.
    pub(super) made: Option<Made>,
    /// By which case of a `select` it goes on; the `else` stands behind the last.
    pub(super) case: Option<u32>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EventKind {
    Starts(String),
    Detaches(String),
    Sends,
    Receives,
    Closes,
    FindsEnd,
    TakesLock,
    GivesLock,
    Queues,
    Meets,
    Sets,
    /// An atom gets another value, where that is known this one.
    Stores(Option<Const>),
    /// What an atom holds, how many values wait in a channel, whether one is closed or a signal set.
    Looks(Option<Const>),
    /// What is only tried cannot be done now.
    Misses,
    TimesOut,
    Fails,
    /// No case of a `select` is ready, so its `else` is taken.
    FindsNone,
    Tries(Const),
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
    /// Which conditions that nothing is known of may go either way. Else both ways must fail.
    pub(super) open: Open,
}

/// Which conditions that nothing is known of are taken to go either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// None.
    No,
    /// Those that end a loop.
    Exits,
    /// All others.
    Ways,
}

impl<'a> Machine<'a> {
    /// Counts as they are, and conditions that come true last.
    pub(super) fn of(skeleton: &'a Skeleton) -> Self {
        let (scaled, eager, all_orders) = (false, false, false);
        Self { skeleton, scaled, given_back: &[], eager, all_orders, open: Open::No }
    }

    /// The root at its entry, its parameters unknown but fixed.
    pub(super) fn initial(self) -> State {
        let root = self.skeleton.routine(RoutineId(0));
        let mut objects = Vec::new();
        let args: Vec<Value> = (0..root.inputs)
            .map(|input| {
                match (root.locals[input as usize].kind, root.locals[input as usize].object) {
                    (Kind::Owned | Kind::List, _) => Value::Unknown,
                    (_, Some(of)) => {
                        objects.push(outside(of, Local(input)).into());
                        Value::Object(objects.len() as u32 - 1)
                    }
                    (kind, None) => Value::Symbol(input, kind),
                }
            })
            .collect();
        let frame = Frame::new(self.skeleton, RoutineId(0), &args);
        let task = super::state::Task::new(root.name.clone(), None, frame);
        State {
            tasks: vec![task.into()],
            objects,
            facts: Vec::new(),
            symbols: root.inputs,
            uncertain: false,
            picked: false,
            unseen: false,
            misuse: None,
        }
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
        let steps: Vec<Step> = firsts(state)
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
        let is_choice = steps.iter().any(|step| step.guessed || step.outcomes.len() > 1);
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

    /// Time passes while others compute, so any of the pending timeouts may be the next to happen.
    fn timers(self, state: &State) -> Vec<Step> {
        let mut steps = Vec::new();
        for task in 0..state.tasks.len() as u32 {
            let outcomes = self.select_timeout(state, task).into_iter();
            let outcomes = outcomes.chain(self.scope_timeouts(state, task));
            let outcomes = outcomes.chain(self.tick(state, task));
            steps.extend(outcomes.map(|outcome| Step {
                task,
                guessed: false,
                outcomes: vec![outcome],
            }));
        }
        steps
    }

    /// Whether time may end the wait of the task: a ticker's, its own `select`'s, or that of a scope
    /// around it, unless it is in a deferred call.
    pub(super) fn is_timed(self, state: &State, task: u32) -> bool {
        if self.timeout_case(state, task).is_some() || self.is_ticker(state, task) {
            return true;
        }
        if state.tasks[task as usize].is_masked() {
            return false;
        }
        let mut at = task;
        let mut inside = u32::MAX;
        loop {
            let of = &state.tasks[at as usize];
            if of.scopes.iter().take(inside as usize).any(|open| open.is_timed()) {
                return true;
            }
            let Some((parent, scope)) = of.parent else { return false };
            (at, inside) = (parent, scope + 1);
        }
    }

    /// Where the `select` that the task stands at goes on when its time is up.
    pub(super) fn timeout_case(self, state: &State, task: u32) -> Option<NodeId> {
        let node = self.node(state, task)?;
        let Action::Select { cases, .. } = &node.action else { return None };
        let frame = state.tasks[task as usize].frames.last()?;
        let is_open = |guard: &Option<Operand>| {
            let guard = guard.as_ref().map(|guard| operand(frame, guard).known(&state.facts));
            !matches!(guard, Some(Known::Is(Const::Bool(false))))
        };
        let is_it = |(offer, guard): &(SelectOffer, Option<Operand>)| {
            *offer == SelectOffer::Timeout && is_open(guard)
        };
        node.next.get(cases.iter().position(is_it)?).copied()
    }

    /// The timeout case of a `select`, unless another case is ready: that one it takes at once, and
    /// whoever serves one meanwhile ends the wait before the clock does.
    fn select_timeout(self, state: &State, task: u32) -> Option<Outcome> {
        let next = self.timeout_case(state, task)?;
        if self.offers(state, task).iter().any(|offer| meet::is_ready_alone(state, offer)) {
            return None;
        }
        let event = self.event(state, task, EventKind::TimesOut, None);
        let mut ways = self.node(state, task)?.next.iter();
        let case = ways.position(|way| *way == next).map(|case| case as u32);
        let event = event.map(|event| Event { case, ..event });
        let mut state = state.clone();
        self.pass(&mut state, task, Some(next));
        Some(Ok((state, event.into_iter().collect())))
    }

    fn scope_timeouts(self, state: &State, task: u32) -> Vec<Outcome> {
        let scopes = &state.tasks[task as usize].scopes;
        let timed = (0..).zip(scopes).filter(|(_, open)| open.is_timed());
        timed
            .map(|(position, _)| {
                let event = self.event(state, task, EventKind::TimesOut, None);
                let mut state = state.clone();
                let of = &mut state.tasks[task as usize];
                of.is_new = false;
                of.scopes[position as usize].timed_out = true;
                let children = state.children(task, Some(position));
                scopes::cancel_all(&mut state, &children);
                Ok((state, event.into_iter().collect()))
            })
            .collect()
    }

    /// Lets a task go on after what others can see.
    pub(super) fn pass(self, state: &mut State, task: u32, next: Option<NodeId>) {
        state.tasks[task as usize].is_new = false;
        let _ = self.go_on(state, task, next);
    }

    /// What happened at the node that the task stands at.
    pub(super) fn event(
        self,
        state: &State,
        task: u32,
        kind: EventKind,
        object: Option<u32>,
    ) -> Option<Event> {
        let task = &state.tasks[task as usize];
        let frame = task.frames.last()?;
        let made = object.map(|object| state.objects[object as usize].made);
        let at = (frame.routine, frame.node);
        Some(Event { task: task.label.path.clone(), at, kind, made, case: None })
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

/// What a parameter of the root names.
fn outside(of: ObjectType, input: Local) -> Object {
    let kind = match of {
        ObjectType::Channel => {
            ObjectKind::Channel { capacity: 0, queue: Vec::new(), closed: false, closer: None }
        }
        ObjectType::Lock => ObjectKind::Lock {
            permits: 1,
            holders: Vec::new(),
            queued: Vec::new(),
            before: true,
            guards: Value::Unknown,
        },
    };
    Object { made: Made::Given(input), reach: Reach::Outside, kind }
}
