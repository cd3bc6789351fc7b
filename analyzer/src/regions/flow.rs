//! The walk over a body's graph: states at block entries to a fixpoint, then once through every
//! block with an [`Observer`].
//!
//! Failures have no edges in Mir. What can fail inside an `attempt` also goes on at its handler,
//! and what can be interrupted inside a scope with a timeout goes on at its `else`, with everything
//! opened since closed: tasks have ended, loans are back. A failure that leaves the body runs what was
//! deferred, while tasks of scopes that outlive the body go on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::domain::{Open, Target};
use super::events::Event;
use super::links::{Kind, Link};
use super::liveness::handlers;
use super::paths::Path;
use super::state::{State, arrived};
use super::transfer::{self, Batch};
use super::view::View;
use crate::items::NodeIndex;
use crate::mir::{BlockId, Callee, Intrinsic, Local, Op, OpKind, Point, Terminator};
use crate::ty::Ty;

/// Who looks at the events of a body, each with the state before its batch.
pub(super) trait Observer {
    /// One event.
    fn event(&mut self, before: &State, event: &Event);

    /// The state before an op or terminator.
    fn point(&mut self, _point: Point, _before: &State) {}

    /// Whether it makes anything of what it is shown.
    fn looks(&self) -> bool {
        true
    }
}

/// What the function-typed locals with a value may be.
pub(super) type Functions = BTreeMap<Local, BTreeSet<Target>>;

struct Blind;

impl Observer for Blind {
    fn event(&mut self, _before: &State, _event: &Event) {}

    fn looks(&self) -> bool {
        false
    }
}

/// Shows every event that can be reached to the observer, each with the final state before it;
/// functions that arrive are the caller's. What stands before all loops is walked once: blocks stand in the
/// order of the text, so all that leads to such a block was walked before it.
pub(super) fn observe(view: &View<'_>, observer: &mut dyn Observer) {
    let functions = view.positions().filter(|local| matches!(view.ty(*local), Ty::Fn(_)));
    let passed = functions.map(|local| (local, BTreeSet::from([Target::Param(local.0)])));
    observe_knowing(view, passed.collect(), observer);
}

/// The same where more is known of the functions that arrive.
pub(super) fn observe_knowing(view: &View<'_>, functions: Functions, observer: &mut dyn Observer) {
    let count = view.body.blocks.len();
    let loops = first_loop(view).map_or(count, BlockId::index);
    let mut entries: Vec<Option<State>> = vec![None; count];
    let Some(first) = entries.first_mut() else { return };
    *first = Some(entry(view, functions));
    let mut pending = BTreeSet::from([BlockId(0)]);
    while let Some(block) = pending.pop_first() {
        let ways = if block.index() < loops {
            let state = entries[block.index()].take();
            state.map(|state| walk(view, block, state, observer))
        } else {
            let state = entries[block.index()].clone();
            state.map(|state| walk(view, block, state, &mut Blind))
        };
        for (next, state) in ways.into_iter().flatten() {
            if go_on(view, &mut entries, next, state) {
                pending.insert(next);
            }
        }
    }
    for (block, entry) in (0..).map(BlockId).zip(entries).skip(loops) {
        if let Some(state) = entry {
            walk(view, block, state, observer);
        }
    }
}

/// The first block that control comes back to.
fn first_loop(view: &View<'_>) -> Option<BlockId> {
    let mut first: Option<BlockId> = None;
    let mut note = |from: usize, to: BlockId| {
        if to.index() <= from {
            first = Some(first.map_or(to, |first| first.min(to)));
        }
    };
    for (index, block) in view.body.blocks.iter().enumerate() {
        block.end.kind.successors().into_iter().for_each(|to| note(index, to));
    }
    // Where a failure or a timeout goes on, control comes from anywhere inside what was opened.
    let last = view.body.blocks.len();
    handlers(view.body).for_each(|to| note(last, to));
    first
}

/// Takes a way to a block into the state at its entry; says whether that is another now.
fn go_on(view: &View<'_>, entries: &mut [Option<State>], next: BlockId, mut state: State) -> bool {
    let Some(known) = entries.get_mut(next.index()) else { return false };
    let liveness = view.liveness();
    state.keep_only(|holder| liveness.at_entry(next, holder, &view.holders));
    match known {
        Some(known) => known.unite(&state),
        None => {
            *known = Some(state);
            true
        }
    }
}

/// Parameters and captures hold what they held on entry.
fn entry(view: &View<'_>, functions: Functions) -> State {
    let mut state = State::default();
    state.targets = Arc::new(functions);
    state.arrived = view.holders.arrived();
    state.exposed = view.holders.exposed();
    for (position, is_list) in view.tasks_passed() {
        state.arrive_task(arrived(view.id, position), Local(position), is_list);
    }
    for (position, entry) in view.holders.entries() {
        if let Some(holder) = view.holders.local(Local(position)) {
            let same = Link { mine: Path::HERE, theirs: Path::HERE, kind: Kind::Same };
            state.link(holder, entry, same);
        }
    }
    state
}

/// Through one block; gives the states with which control may go on, and where.
fn walk(
    view: &View<'_>,
    block: BlockId,
    mut state: State,
    observer: &mut dyn Observer,
) -> Vec<(BlockId, State)> {
    let data = &view.body.blocks[block.index()];
    let mut ways = Vec::new();
    interrupt_all(view, &state, &mut ways);
    for (index, op) in data.ops.iter().enumerate() {
        let point = Point { body: view.id, block, op: index as u32 };
        observer.point(point, &state);
        for batch in transfer::op(view, &state, point, op) {
            run(&mut state, &batch, observer);
        }
        interrupt(view, op, data.ops.get(index + 1), &state, &mut ways);
        match op.kind {
            // It stands alone before a body's end, and has run them all.
            OpKind::RunDefers => state.forget_deferred(),
            // Whatever it fails by, nothing has come of it that was not so before.
            OpKind::Assign { .. } => {}
            _ => leave(view, point, &state, observer),
        }
        for last_named in view.liveness().last_named(point) {
            state.forget(last_named);
        }
    }
    let point = Point { body: view.id, block, op: data.ops.len() as u32 };
    observer.point(point, &state);
    let (batch, ends) = transfer::end(view, &state, point, &data.end.kind);
    run(&mut state, &batch, observer);
    interrupt_all(view, &state, &mut ways);
    leave(view, point, &state, observer);
    let mut ends = ends.into_iter().peekable();
    let mut refuted = refuted(&state, &data.end.kind);
    while let Some((next, batch)) = ends.next() {
        let mut state = match ends.peek() {
            Some(_) => state.clone(),
            None => std::mem::take(&mut state),
        };
        run(&mut state, &batch, observer);
        if let Some((_, given_at)) = refuted.take_if(|(block, _)| *block == next) {
            state.take_back(given_at);
        }
        ways.push((next, state));
    }
    ways
}

fn run(state: &mut State, batch: &Batch, observer: &mut dyn Observer) {
    for event in batch {
        observer.event(state, event);
    }
    for event in batch {
        state.apply(event);
    }
}

/// The way of a branch on which a giving is known not to have happened, and which giving.
fn refuted(state: &State, end: &Terminator) -> Option<(BlockId, NodeIndex)> {
    let Terminator::Branch { condition, then, otherwise } = end else { return None };
    let outcome = condition.local().and_then(|local| state.outcomes.get(&local));
    let (given_at, when) = outcome.copied()?;
    let refuting = if when { otherwise } else { then };
    (then != otherwise).then_some((*refuting, given_at))
}

/// What may go on elsewhere because this op fails or is interrupted; assignments of plain values
/// fail only inside an `attempt`.
fn interrupt(
    view: &View<'_>,
    op: &Op,
    next: Option<&Op>,
    state: &State,
    ways: &mut Vec<(BlockId, State)>,
) {
    let in_attempt = state.open.iter().any(|open| matches!(open, Open::Attempt(_)));
    if in_attempt || !matches!(op.kind, OpKind::Assign { .. }) {
        let fails = !matches!(op.kind, OpKind::EnterAttempt { .. }) || !next.is_some_and(joins);
        interrupt_with(view, state, fails, ways);
    }
}

/// Whether the op fails only as the task does that it waits for, which has ended then.
fn joins(op: &Op) -> bool {
    match &op.kind {
        OpKind::Join { .. } => true,
        OpKind::Call { callee, .. } => *callee == Callee::Intrinsic(Intrinsic::TaskJoin),
        _ => false,
    }
}

/// A failure or a cancellation leaves the body here, and runs what was deferred. Tasks may be running that
/// are joined where the body ends, and it may never come to its end.
fn leave(view: &View<'_>, point: Point, state: &State, observer: &mut dyn Observer) {
    if state.deferred.is_empty() || !observer.looks() {
        return;
    }
    let mut state = state.clone();
    state.unwind(0);
    for batch in transfer::defers(view, &state, point) {
        run(&mut state, &batch, observer);
    }
}

fn interrupt_all(view: &View<'_>, state: &State, ways: &mut Vec<(BlockId, State)>) {
    interrupt_with(view, state, true, ways);
}

/// The same where nothing fails, if not `fails`: then only scopes may come to their time's end.
fn interrupt_with(view: &View<'_>, state: &State, fails: bool, ways: &mut Vec<(BlockId, State)>) {
    let mut caught = !fails;
    for (depth, open) in state.open.iter().enumerate().rev() {
        let goes_on = match open {
            Open::Attempt(handler) if !caught => {
                caught = true;
                Some(*handler)
            }
            Open::Scope(scope) => {
                view.body.scopes.get(scope.index()).and_then(|scope| scope.on_timeout)
            }
            _ => None,
        };
        if let Some(block) = goes_on {
            let mut state = state.clone();
            state.unwind(depth);
            match ways.iter_mut().find(|(known, _)| *known == block) {
                Some((_, known)) => _ = known.unite(&state),
                None => ways.push((block, state)),
            }
        }
    }
}
