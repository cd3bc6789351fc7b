//! The walk over a body's graph: states at block entries to a fixpoint, then once through every
//! block with an [`Observer`].
//!
//! Failures have no edges in Mir. What can fail inside an `attempt` also goes on at its handler,
//! and what can be interrupted inside a scope with a timeout goes on at its `else`, with everything
//! opened since closed: tasks have ended, loans are back.

use std::collections::BTreeSet;

use super::domain::{Event, Open, State, Target};
use super::paths::{Kind, Link, Path};
use super::transfer::{self, Batch};
use super::view::View;
use crate::mir::{BlockId, Local, Op, OpKind, Operand, Point, Terminator};
use crate::ty::{Builtin, Ty};

/// Who looks at the events of a body, each with the state before its batch.
pub(super) trait Observer {
    /// One event.
    fn event(&mut self, before: &State, event: &Event);

    /// The state before an op or terminator.
    fn point(&mut self, _point: Point, _before: &State) {}
}

/// Walks the body to its fixpoint, then shows every reachable event to the observer.
pub(super) fn observe(view: &View<'_>, observer: &mut dyn Observer) {
    let entries = entries(view);
    for (block, entry) in entries.iter().enumerate() {
        if let Some(entry) = entry {
            walk(view, BlockId(block as u32), entry.clone(), observer);
        }
    }
}

struct Blind;

impl Observer for Blind {
    fn event(&mut self, _before: &State, _event: &Event) {}
}

/// The state at the entry of each block that can be reached.
fn entries(view: &View<'_>) -> Vec<Option<State>> {
    let mut entries: Vec<Option<State>> = vec![None; view.body.blocks.len()];
    let Some(first) = entries.first_mut() else { return entries };
    *first = Some(entry(view));
    let mut pending = BTreeSet::from([BlockId(0)]);
    while let Some(block) = pending.pop_first() {
        let Some(state) = entries.get(block.index()).cloned().flatten() else { continue };
        for (next, state) in walk(view, block, state, &mut Blind) {
            let Some(known) = entries.get_mut(next.index()) else { continue };
            let grew = match known {
                Some(known) => known.unite(&state),
                None => {
                    *known = Some(state);
                    true
                }
            };
            if grew {
                pending.insert(next);
            }
        }
    }
    entries
}

/// Parameters and captures hold what they held on entry; passed functions are the caller's.
fn entry(view: &View<'_>) -> State {
    let locals = view.body.locals.iter().enumerate();
    let handles = locals.filter(|(_, local)| local.ty.is(Builtin::Task));
    let handles = handles.map(|(index, _)| Local(index as u32));
    let mut state = State::new(view.holders.len(), handles);
    for (position, entry) in view.holders.entries() {
        if let Some(holder) = view.holders.local(Local(position)) {
            let same = Link { mine: Path::HERE, theirs: Path::HERE, kind: Kind::Same };
            state.cell_mut(entry).links.entry(holder).or_default().insert(same);
            state.cell_mut(holder).links.entry(entry).or_default().insert(same);
        }
    }
    for (local, _) in view.positions() {
        if matches!(view.ty(local), Ty::Fn(_)) {
            state.targets.insert(local, BTreeSet::from([Target::Param(local.0)]));
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
    for (index, op) in data.ops.iter().enumerate() {
        let point = Point { body: view.id, block, op: index as u32 };
        observer.point(point, &state);
        interrupt(view, op, &state, &mut ways);
        for batch in transfer::op(view, &state, point, op) {
            run(&mut state, &batch, observer);
        }
        interrupt(view, op, &state, &mut ways);
    }
    let point = Point { body: view.id, block, op: data.ops.len() as u32 };
    observer.point(point, &state);
    let (batch, ends) = transfer::end(view, &state, point, &data.end.kind);
    run(&mut state, &batch, observer);
    for (next, batch) in ends {
        let mut state = state.clone();
        run(&mut state, &batch, observer);
        ways.push((next, state));
    }
    if let Terminator::Branch { condition, then, otherwise } = &data.end.kind {
        refute(&state, condition, *then, *otherwise, &mut ways);
    }
    interrupt_all(view, &state, &mut ways);
    ways
}

fn run(state: &mut State, batch: &Batch, observer: &mut dyn Observer) {
    if batch.is_empty() {
        return;
    }
    let before = state.clone();
    for event in batch {
        observer.event(&before, event);
        state.apply(event);
    }
}

/// Where a branch shows that a giving did not happen, it is taken back.
fn refute(
    state: &State,
    condition: &Operand,
    then: BlockId,
    otherwise: BlockId,
    ways: &mut [(BlockId, State)],
) {
    let outcome = condition.local().and_then(|local| state.outcomes.get(&local));
    let Some((given_at, when)) = outcome.copied() else { return };
    let refuting = if when { otherwise } else { then };
    if then == otherwise {
        return;
    }
    for (block, state) in ways.iter_mut().rev().take(2) {
        if *block == refuting {
            state.take_back(given_at);
        }
    }
}

/// What may go on elsewhere because this op fails or is interrupted; assignments of plain values
/// fail only inside an `attempt`.
fn interrupt(view: &View<'_>, op: &Op, state: &State, ways: &mut Vec<(BlockId, State)>) {
    let in_attempt = state.open.iter().any(|open| matches!(open, Open::Attempt(_)));
    if in_attempt || !matches!(op.kind, OpKind::Assign { .. }) {
        interrupt_all(view, state, ways);
    }
}

fn interrupt_all(view: &View<'_>, state: &State, ways: &mut Vec<(BlockId, State)>) {
    let mut caught = false;
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
            ways.push((block, state));
        }
    }
}
