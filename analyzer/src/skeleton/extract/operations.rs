//! From ops to actions: calls, spawns, scopes, locks.

use super::Extractor;
use super::slice::Slice;
use crate::Db;
use crate::items::ItemId;
use crate::mir::{
    self, BlockId, Callee, Family, Intrinsic, Local, LockMode, Op, OpKind, Operand, Point, Rvalue,
};
use crate::skeleton::graph::{Action, Arg, Condition, Hold, RoutineId, Tag, Target};

impl Extractor<'_, '_> {
    /// What an op does, with the blocks it may continue in beside the next op.
    pub(super) fn action(
        &mut self,
        unit: usize,
        op: &Op,
        point: Point,
    ) -> Option<(Action, Vec<BlockId>)> {
        let simple = |action: Action| Some((action, Vec::new()));
        match &op.kind {
            OpKind::Assign { dest, value: Rvalue::Constant(item) }
                if self.slice.unit_of_constant(*item).is_none() =>
            {
                simple(constant(self.db, *dest, *item))
            }
            OpKind::Assign { dest, value } => simple(Action::Let(*dest, value.clone())),
            OpKind::SetIndex { base, index, value } if self.slice.units[unit].follows(*base) => {
                simple(Action::Put(Operand::Local(*base), index.clone(), value.clone()))
            }
            OpKind::SetField { value, .. }
            | OpKind::SetIndex { value, .. }
            | OpKind::EnterTaskLocal { value, .. } => {
                simple(Action::Escape(vec![value.clone()], None))
            }
            OpKind::Call { dest, callee, args } => simple(self.call(unit, *dest, callee, args)),
            OpKind::Spawn { dest, scope, callee, args } => {
                let (target, args) = self.target(unit, op, point, callee, args)?;
                simple(Action::Spawn { dest: *dest, scope: scope.clone(), target, args })
            }
            OpKind::Detach { callee, args } => {
                let (target, args) = self.target(unit, op, point, callee, args)?;
                simple(Action::Detach(target, args))
            }
            OpKind::Defer { callee, args } => {
                let (target, args) = self.target(unit, op, point, callee, args)?;
                simple(Action::Defer(target, args))
            }
            OpKind::RunDefers => simple(Action::RunDefers),
            OpKind::Join { dest, task } => {
                let (dest, task) = (self.wanted(unit, *dest), task.clone());
                simple(Action::Join { dest, task, settles: false, fails: true })
            }
            OpKind::Settle { dest, task } => {
                let (dest, task) = (self.wanted(unit, *dest), Operand::Local(*task));
                simple(Action::Join { dest, task, settles: true, fails: false })
            }
            OpKind::EnterScope { scope, limit, handle, .. } => {
                let timeout = self.slice.units[unit].body.scopes[scope.index()].on_timeout;
                let (limit, handle) = (limit.clone(), *handle);
                let supervised = self.slice.units[unit].body.scopes[scope.index()].supervised;
                let action = Action::Enter { scope: *scope, limit, handle, supervised };
                Some((action, timeout.into_iter().collect()))
            }
            OpKind::EndScope(scope) => simple(Action::End(*scope)),
            OpKind::LeaveScope(scope) => simple(Action::Leave(*scope)),
            OpKind::EnterLock { lock, mode, when: Some((body, captures)), .. } => {
                let of = self.slice.unit_of(unit, &Callee::Body(*body));
                let routine = of.map(|of| RoutineId(of as u32));
                let condition = Condition { routine, captures: captures.clone() };
                simple(Action::TakeWhen(lock.clone(), *mode, condition))
            }
            OpKind::EnterLock { lock, mode, .. } => {
                simple(Action::Take(lock.clone(), *mode, Hold::Block))
            }
            OpKind::ExitLock { lock, mode, .. } => {
                simple(Action::Give(lock.clone(), *mode, Hold::Block))
            }
            OpKind::ParallelFor { .. } => {
                simple(Action::Unclear("a `parallel for` synchronises in its rounds"))
            }
            OpKind::ExitTaskLocal { .. }
            | OpKind::EnterAttempt { .. }
            | OpKind::ExitAttempt
            | OpKind::EnterBlocking
            | OpKind::CheckDistinct(_)
            | OpKind::ExitBlocking => None,
        }
    }

    /// A lock that is taken lends what it guards, where that is followed.
    pub(super) fn lend(&self, unit: usize, op: &Op) -> Option<Action> {
        let OpKind::EnterLock { loan, lock, mode, .. } = &op.kind else { return None };
        self.slice.lends(unit, *loan).then(|| Action::Lend(lock.clone(), *mode, *loan))
    }

    /// Before it is given back it gets what was made of the loan.
    pub(super) fn put_back(&self, unit: usize, op: &Op) -> Option<Action> {
        let OpKind::ExitLock { loan, lock, mode } = &op.kind else { return None };
        let writes = *mode != LockMode::Read && self.slice.lends(unit, *loan);
        writes.then(|| Action::PutBack(lock.clone(), *loan))
    }

    pub(super) fn wanted(&self, unit: usize, local: Local) -> Option<Local> {
        self.slice.is_relevant(unit, local).then_some(local)
    }

    pub(super) fn call(
        &mut self,
        unit: usize,
        dest: Local,
        callee: &Callee,
        args: &[Operand],
    ) -> Action {
        let wanted = self.wanted(unit, dest);
        match callee {
            Callee::Intrinsic(intrinsic) => self.intrinsic(unit, *intrinsic, dest, args),
            Callee::Value(function) => {
                let args = args.iter().cloned().map(Some).collect();
                Action::Call { dest: wanted, target: Target::Value(*function), args }
            }
            _ => match self.slice.unit_of(unit, callee) {
                Some(target) if self.slice.is_followed(target) => {
                    let args = self.args(target, args);
                    let target = Target::Routine(RoutineId(target as u32));
                    Action::Call { dest: wanted, target, args }
                }
                Some(target) => match sources(self.slice, target) {
                    Sources::Arguments => {
                        let tag = Tag::Item(tag_of(self.db, callee));
                        Action::Opaque { dest, tag, args: args.to_vec() }
                    }
                    Sources::World => Action::Fresh { dest, may_be_any: false },
                    Sources::Shared => Action::Escape(Vec::new(), Some(dest)),
                },
                // Nothing is known of it, and it may give another value each time.
                None => Action::Escape(Vec::new(), Some(dest)),
            },
        }
    }

    /// The arguments that decide something in the callee.
    pub(super) fn args(&self, target: usize, args: &[Operand]) -> Vec<Arg> {
        let matters = |position: usize| self.slice.is_relevant(target, Local(position as u32));
        args.iter()
            .enumerate()
            .map(|(position, arg)| matters(position).then(|| arg.clone()))
            .collect()
    }

    /// What is spawned, detached or deferred; nothing when it cannot be seen.
    pub(super) fn target(
        &mut self,
        unit: usize,
        op: &Op,
        point: Point,
        callee: &Callee,
        args: &[Operand],
    ) -> Option<(Target, Vec<Arg>)> {
        match callee {
            Callee::Value(function) => {
                Some((Target::Value(*function), args.iter().cloned().map(Some).collect()))
            }
            Callee::Intrinsic(intrinsic) => {
                let target = self.machine_routine(unit, *intrinsic, args, point, op.origin);
                Some((target, args.iter().cloned().map(Some).collect()))
            }
            _ => {
                let target = self.slice.unit_of(unit, callee)?;
                Some((Target::Routine(RoutineId(target as u32)), self.args(target, args)))
            }
        }
    }
}

/// A constant is its value where that is written out, and else the same wherever it is read.
fn constant(db: &dyn Db, dest: Local, item: ItemId) -> Action {
    match mir::mir(db, item).literal() {
        Some(value) => Action::Let(dest, Rvalue::Use(Operand::Const(value.clone()))),
        None => {
            let tag = Tag::Item(item_tag(db, item));
            Action::Opaque { dest, tag, args: Vec::new() }
        }
    }
}

/// What the result of a body is made of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sources {
    /// Nothing but its arguments: it is the same of the same.
    Arguments,
    /// The clock, chance or the outside too: it is new each time.
    World,
    /// What tasks make of a lock, an atom or a channel too, or what is not known.
    Shared,
}

fn sources(slice: &Slice<'_>, unit: usize) -> Sources {
    let mut seen = vec![false; slice.units.len()];
    let mut pending = vec![unit];
    let mut found = Sources::Arguments;
    while let Some(unit) = pending.pop() {
        if std::mem::replace(&mut seen[unit], true) {
            continue;
        }
        for op in slice.units[unit].body.blocks.iter().flat_map(|block| &block.ops) {
            found = found.max(sources_of_op(op));
            if let OpKind::Call { callee, .. } = &op.kind {
                pending.extend(slice.unit_of(unit, callee));
            }
        }
    }
    found
}

fn sources_of_op(op: &Op) -> Sources {
    match &op.kind {
        OpKind::Assign { value: Rvalue::TaskLocal(_), .. } | OpKind::EnterLock { .. } => {
            Sources::Shared
        }
        OpKind::Call { callee: Callee::Value(_), .. } => Sources::Shared,
        OpKind::Call { callee: Callee::Intrinsic(of), .. } if reads_the_world(*of) => {
            Sources::World
        }
        OpKind::Call { callee: Callee::Intrinsic(of), .. } if reads_what_tasks_share(*of) => {
            Sources::Shared
        }
        _ => Sources::Arguments,
    }
}

fn reads_the_world(of: Intrinsic) -> bool {
    use Intrinsic::*;
    matches!(of, Now | TaskId | InstantElapsed | RandomBits) || of.family() == Family::Outside
}

fn reads_what_tasks_share(of: Intrinsic) -> bool {
    use Intrinsic::*;
    matches!(
        of,
        AtomGet
            | AtomSwap
            | AtomCompareAndSet
            | ChannelLen
            | ChannelClosed
            | SignalIsSet
            | TaskDone
    )
}

fn tag_of(db: &dyn Db, callee: &Callee) -> String {
    match callee {
        Callee::Item(item) => item_tag(db, *item),
        Callee::Default(item, position) => format!("{}={position}", item_tag(db, *item)),
        callee => format!("{callee:?}"),
    }
}

fn item_tag(db: &dyn Db, item: ItemId) -> String {
    let parent = item.parent(db).map(|parent| parent.name(db));
    format!("{}::{parent:?}.{}#{}", item.file(db).path(db), item.name(db), item.duplicate(db))
}
