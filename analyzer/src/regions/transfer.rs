//! One op, one terminator: what it does to regions, as events.
//!
//! Events come in batches. Those of a batch are judged against one state, the one before it, and
//! then applied in order; an op is one batch, except that each deferred call is one of its own.

mod assign;
mod calls;
mod defers;
mod ends;
mod locks;
mod sources;
mod tasks;

use super::domain::{Access, Holder, Keep};
use super::effects::Use;
use super::events::{Called, Event, Touch, TouchKind};
use super::links::Kind;
use super::paths::{Area, Place, Step as Inwards};
use super::state::State;
use super::view::View;
use crate::items::NodeIndex;
use crate::mir::{BlockId, Callee, Intrinsic, Local, Op, OpKind, Operand, Point, Terminator};
pub(super) use tasks::is_list_of_tasks;

/// What is judged against one state.
pub(super) type Batch = Vec<Event>;

/// What the op does.
pub(super) fn op(view: &View<'_>, state: &State, point: Point, op: &Op) -> Vec<Batch> {
    let mut step = Step::new(view, state, point, op.origin);
    if op.kind == OpKind::RunDefers {
        return step.run_defers();
    }
    step.op(&op.kind);
    step.forget_made(point);
    if !adds(&op.kind) {
        step.scatter();
    }
    step.batches().to_vec()
}

/// What deferred calls do when the body is left at that point.
pub(super) fn defers(view: &View<'_>, state: &State, point: Point) -> Vec<Batch> {
    Step::new(view, state, point, view.origin(point)).run_defers()
}

/// Whether the op puts something into a list, and takes nothing out.
fn adds(kind: &OpKind) -> bool {
    matches!(kind, OpKind::Call { callee: Callee::Intrinsic(Intrinsic::MutableListAppend), .. })
}

/// What the terminator does before control goes on, and then on each way.
pub(super) fn end(
    view: &View<'_>,
    state: &State,
    point: Point,
    end: &Terminator,
) -> (Batch, Vec<(BlockId, Batch)>) {
    let mut step = Step::new(view, state, point, view.origin(point));
    let ways = step.end(end);
    (step.events, ways)
}

struct Step<'a, 'v> {
    view: &'a View<'v>,
    state: &'a State,
    point: Point,
    at: NodeIndex,
    events: Batch,
    /// What is done several times, once more.
    again: Batch,
    /// What is judged against the state that the op leaves.
    afterwards: Batch,
}

impl<'a, 'v> Step<'a, 'v> {
    fn new(view: &'a View<'v>, state: &'a State, point: Point, at: NodeIndex) -> Self {
        let (events, again, afterwards) = Default::default();
        Self { view, state, point, at, events, again, afterwards }
    }

    /// What there is so far, each judged against the state that the one before it leaves.
    fn batches(&mut self) -> [Batch; 3] {
        [&mut self.events, &mut self.again, &mut self.afterwards].map(std::mem::take)
    }
}

impl Step<'_, '_> {
    fn op(&mut self, kind: &OpKind) {
        match kind {
            OpKind::Assign { dest, value } => self.assign(*dest, value),
            OpKind::SetField { base, field, value } => {
                self.set(*base, Inwards::Part(*field), value);
            }
            OpKind::SetIndex { base, index, value } => {
                self.set(*base, self.element(*base, index), value);
            }
            OpKind::Call { dest, callee, args } => self.call(*dest, callee, args),
            OpKind::Spawn { dest, scope, callee, args } => self.spawn(*dest, scope, callee, args),
            OpKind::Detach { callee, args } => self.detach(callee, args),
            OpKind::Join { dest, task } => self.join(*dest, task),
            OpKind::Settle { dest, task } => {
                self.result(*dest, self.wholes(&[Operand::Local(*task)]), Vec::new());
            }
            OpKind::EnterScope { scope, .. } => self.events.push(Event::OpenScope(*scope)),
            OpKind::EndScope(scope) | OpKind::LeaveScope(scope) => {
                self.events.push(Event::CloseScope(*scope));
            }
            OpKind::EnterLock { loan, when, mode, .. } => self.enter_lock(*loan, *mode, when),
            OpKind::ExitLock { loan, .. } => self.events.push(Event::CloseLoan(*loan)),
            OpKind::Defer { callee, args } => self.defer(callee, args),
            OpKind::EnterAttempt { handler, .. } => self.events.push(Event::OpenAttempt(*handler)),
            OpKind::ExitAttempt => self.events.push(Event::CloseAttempt),
            OpKind::ParallelFor { body, iterable, captures } => {
                self.parallel_for(*body, iterable, captures);
            }
            OpKind::RunDefers
            | OpKind::EnterTaskLocal { .. }
            | OpKind::ExitTaskLocal { .. }
            | OpKind::EnterBlocking
            | OpKind::CheckDistinct(_)
            | OpKind::ExitBlocking => {}
        }
    }

    /// Stands for what callees make and pass to functions that they are passed.
    fn made(&self) -> Option<Holder> {
        self.view.holders.made(self.point)
    }

    /// Now it is theirs alone.
    fn forget_made(&mut self, point: Point) {
        let made = self.view.holders.made(point);
        let (from, shared, at) = (Vec::new(), Vec::new(), self.at);
        self.afterwards.extend(made.map(|dest| Event::Assign { dest, from, shared, at }));
    }

    /// Putting an owned value into another; into a lock's loan gives it away.
    fn store(&mut self, from: Place, into: Place, kind: Kind) {
        self.store_at(from, into, kind, false);
    }

    fn store_at(&mut self, from: Place, into: Place, kind: Kind, replaces: bool) {
        if !self.view.may_own(into) {
            return;
        }
        let (source, target) = (self.state.loans(from), self.state.loans(into));
        if source.is_empty() && !target.is_empty() {
            self.needs_all(from);
            let access = Access::here(self.at);
            let under = |loan: Point| Event::Guard { place: from, loan, access };
            self.events.extend(target.into_iter().map(under));
        }
        self.events.push(Event::Store { from, into, kind, replaces, at: self.at });
    }

    /// What is put under a lock must be free.
    fn needs_all(&mut self, place: Place) {
        let (access, kind) = (Access::here(self.at), TouchKind::Give(Keep::Stored));
        let name = self.view.holders.local_of(place.holder).map_or(Called::Nothing, Called::Local);
        let area = Area::all(place);
        let touch = Touch { area, name, kind, access, cut: false, assumed: false };
        self.events.push(Event::Touch(touch));
    }

    fn touch(&mut self, operand: &Operand, kind: TouchKind) {
        self.touch_at(operand, kind, true);
    }

    fn touch_at(&mut self, operand: &Operand, kind: TouchKind, deep: bool) {
        if let Some(holder) = self.view.holders.of(operand) {
            let (name, access) = (self.view.operand_name(operand), Access::here(self.at));
            let area = Area { place: Place::whole(holder), deep };
            let touch = Touch { area, name, kind, access, cut: false, assumed: false };
            self.events.push(Event::Touch(touch));
        }
    }

    /// What lies at a step from the local, and nothing further in.
    fn touch_below(&mut self, base: Local, step: Inwards, kind: TouchKind) {
        if let Some(holder) = self.view.holders.local(base) {
            let (name, access) = (Called::Local(base), Access::here(self.at));
            let area = Area::at(Place::whole(holder).below(step));
            let touch = Touch { area, name, kind, access, cut: false, assumed: false };
            self.events.push(Event::Touch(touch));
        }
    }

    fn touch_holder(&mut self, used: &Use, kind: TouchKind) {
        self.events.push(Event::Touch(Touch {
            area: used.area,
            name: used.name.clone(),
            kind,
            access: used.access,
            cut: used.cut,
            assumed: used.assumed,
        }));
    }
}
