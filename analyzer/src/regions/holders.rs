//! Which locals, entries and deferred arguments of a body hold regions.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::domain::Holder;
use super::summary::MADE;
use super::view::ops;
use crate::mir::{Access, BodyId, Callee, Local, LocalDecl, MirBody, OpKind, Operand, Point};
use crate::ty::{Builtin, Ownership, Ty};

/// What a holder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Local(Local),
    /// What the parameter or capture at that position held on entry.
    Entry(u32),
    /// What the body made itself and passed to functions that it was passed, for good: they may have kept it.
    Exposed,
    /// An argument of a `defer`.
    Deferred,
    /// What callees make and pass to functions that they are passed, while one call runs.
    Made,
}

/// What a `defer` keeps: its arguments, then the function value if it calls one.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Of the last round in which it was passed.
    pub(super) last: Vec<Option<Holder>>,
    /// Of all rounds before.
    pub(super) earlier: Vec<Option<Holder>>,
}

/// The holders of a body.
#[derive(Debug, Default)]
pub(super) struct Holders {
    locals: Vec<Option<Holder>>,
    entries: Vec<Option<Holder>>,
    exposed: Option<Holder>,
    deferred: BTreeMap<Point, Kept>,
    made: BTreeMap<Point, Holder>,
    /// By holder.
    held: Vec<Held>,
}

impl Holders {
    pub(super) fn new(id: BodyId, body: &MirBody) -> Self {
        if is_idle(body) {
            return Self::default();
        }
        let mut holders = Self::default();
        let walks = iterators(id, body);
        for (index, local) in body.locals.iter().enumerate() {
            let index = Local(index as u32);
            let holds = local.ownership == Ownership::Owned || walks.contains(&index);
            let holder = holds.then(|| holders.next(Held::Local(index)));
            holders.locals.push(holder);
        }
        for position in 0..body.params + body.captures {
            let local = holders.local(Local(position));
            let entry = local.map(|_| holders.next(Held::Entry(position)));
            holders.entries.push(entry);
        }
        let takes_functions =
            (0..body.params + body.captures).any(|of| is_function(body, Local(of)));
        holders.exposed = takes_functions.then(|| holders.next(Held::Exposed));
        for (point, kind) in ops(id, body) {
            if let OpKind::Defer { callee, args } = kind {
                let callee = match callee {
                    Callee::Value(local) => Some(Operand::Local(*local)),
                    _ => None,
                };
                let mut kept = || {
                    let args = args.iter().chain(&callee);
                    args.map(|arg| holders.of(arg).map(|_| holders.next(Held::Deferred))).collect()
                };
                let kept = Kept { last: kept(), earlier: kept() };
                holders.deferred.insert(point, kept);
            }
            if passes_function(body, kind) {
                let made = holders.next(Held::Made);
                holders.made.insert(point, made);
            }
        }
        holders
    }

    fn next(&mut self, held: Held) -> Holder {
        let holder = Holder(self.held.len() as u32);
        self.held.push(held);
        holder
    }

    /// Whether nothing in the body holds a region.
    pub(super) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    /// Whether something came from outside.
    pub(super) fn has_entries(&self) -> bool {
        self.entries.iter().any(Option::is_some)
    }

    pub(super) fn held(&self, holder: Holder) -> Held {
        self.held.get(holder.index()).copied().unwrap_or(Held::Deferred)
    }

    /// The local that a holder is.
    pub(super) fn local_of(&self, holder: Holder) -> Option<Local> {
        match self.held(holder) {
            Held::Local(local) => Some(local),
            _ => None,
        }
    }

    /// The position at which what the holder holds is known to callers.
    pub(super) fn position_of(&self, holder: Holder) -> Option<u32> {
        match self.held(holder) {
            Held::Entry(position) => Some(position),
            Held::Exposed => Some(MADE),
            _ => None,
        }
    }

    pub(super) fn local(&self, local: Local) -> Option<Holder> {
        self.locals.get(local.index()).copied().flatten()
    }

    pub(super) fn of(&self, operand: &Operand) -> Option<Holder> {
        operand.local().and_then(|local| self.local(local))
    }

    /// What the parameters and captures held on entry, by position.
    pub(super) fn entries(&self) -> impl Iterator<Item = (u32, Holder)> {
        let entries = self.entries.iter().enumerate();
        entries.filter_map(|(position, entry)| entry.map(|entry| (position as u32, entry)))
    }

    /// What stands for all that functions which were passed in may have kept.
    pub(super) fn exposed(&self) -> Option<Holder> {
        self.exposed
    }

    /// What stands for all names that callers have.
    pub(super) fn arrived(&self) -> Range<Holder> {
        let all = || self.entries.iter().chain([&self.exposed]).flatten();
        let end = all().max().map_or(Holder(0), |last| Holder(last.0 + 1));
        all().min().copied().unwrap_or_default()..end
    }

    /// What a `defer` keeps.
    pub(super) fn deferred(&self, point: Point) -> Option<&Kept> {
        self.deferred.get(&point)
    }

    /// What callees of the call make and pass on.
    pub(super) fn made(&self, point: Point) -> Option<Holder> {
        self.made.get(&point).copied()
    }

    /// All holders.
    pub(super) fn all(&self) -> impl Iterator<Item = (Holder, Held)> {
        self.held.iter().enumerate().map(|(index, held)| (Holder(index as u32), *held))
    }

    /// The locals among them.
    pub(super) fn locals(&self) -> impl Iterator<Item = (Local, Holder)> {
        let locals = self.locals.iter().enumerate();
        locals.filter_map(|(local, holder)| holder.map(|holder| (Local(local as u32), holder)))
    }
}

/// Whether nothing in the body is owned, and no function is at hand that could have something owned.
pub(super) fn is_idle(body: &MirBody) -> bool {
    let concerns = |of: &LocalDecl| of.ownership == Ownership::Owned || matches!(of.ty, Ty::Fn(_));
    !body.locals.iter().any(concerns)
}

fn is_function(body: &MirBody, local: Local) -> bool {
    matches!(body.local(local).ty, Ty::Fn(_))
}

/// Whether a function is at hand for what the op runs.
fn passes_function(body: &MirBody, kind: &OpKind) -> bool {
    let runs = matches!(
        kind,
        OpKind::Call { .. }
            | OpKind::Spawn { .. }
            | OpKind::Detach { .. }
            | OpKind::Defer { .. }
            | OpKind::EnterLock { .. }
            | OpKind::ParallelFor { .. }
    );
    let mut passes = false;
    kind.each_local(&mut |local, access| {
        passes |= access == Access::Read && is_function(body, local)
    });
    runs && passes
}

/// The iterators over what is owned: made of it, or of one another.
fn iterators(id: BodyId, body: &MirBody) -> BTreeSet<Local> {
    let mut found = BTreeSet::new();
    for (_, kind) in ops(id, body) {
        let (OpKind::Assign { dest, .. } | OpKind::Call { dest, .. }) = kind else { continue };
        if !body.local(*dest).ty.is(Builtin::Iterator) {
            continue;
        }
        let mut walks = false;
        kind.each_local(&mut |local, access| {
            let is_owned = body.local(local).ownership == Ownership::Owned;
            walks |= access == Access::Read && (is_owned || found.contains(&local));
        });
        if walks {
            found.insert(*dest);
        }
    }
    found
}
