//! One body as the analysis sees it: its holders, their names for people, and what the bodies and
//! functions around it are known to do.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::domain::{Holder, ScopeKey};
use super::summarize::Summary;
use crate::Db;
use crate::hir::{FrameId, lower};
use crate::items::{ItemId, ItemKind, NodeIndex, signature};
use crate::mir::{
    Access, BlockId, BodyId, Callee, Const, Local, LockMode, Mir, MirBody, OpKind, Operand, Point,
    Rvalue,
};
use crate::ty::{Builtin, Ownership, Ty, ownership};

/// How deep types are looked into; what lies deeper may hold anything.
const HELD_DEPTH_MAX: u32 = 8;

/// A body, and what its walk may look up.
pub(super) struct View<'a> {
    pub(super) db: &'a dyn Db,
    pub(super) mir: &'a Mir,
    pub(super) id: BodyId,
    pub(super) body: &'a MirBody,
    pub(super) holders: Holders,
    /// What the bodies of this Mir do, as far as it is known.
    inner: &'a [Summary],
    asked_unfinished: Cell<bool>,
    scopes: BTreeMap<Local, ScopeKey>,
    /// What each temporary was read from, in the source's words.
    names: BTreeMap<Local, String>,
    /// Which ops made each temporary, and of what.
    made: BTreeMap<Local, Vec<(NodeIndex, Vec<Local>)>>,
    statements: BTreeSet<NodeIndex>,
}

/// Which locals, entries and deferred arguments hold regions.
pub(super) struct Holders {
    locals: Vec<Option<Holder>>,
    entries: Vec<Option<Holder>>,
    deferred: BTreeMap<Point, Vec<Option<Holder>>>,
    count: u32,
}

impl Holders {
    fn new(id: BodyId, body: &MirBody) -> Self {
        let mut holders =
            Self { locals: Vec::new(), entries: Vec::new(), deferred: BTreeMap::new(), count: 0 };
        for local in &body.locals {
            let holds = local.ownership == Ownership::Owned || local.ty.is(Builtin::Iterator);
            let holder = holds.then(|| holders.next());
            holders.locals.push(holder);
        }
        for position in 0..(body.params + body.captures) as usize {
            let entry = holders.locals.get(position).copied().flatten().map(|_| holders.next());
            holders.entries.push(entry);
        }
        for (point, kind) in ops(id, body) {
            if let OpKind::Defer { callee, args } = kind {
                let callee = match callee {
                    Callee::Value(local) => Some(Operand::Local(*local)),
                    _ => None,
                };
                let kept: Vec<_> = args
                    .iter()
                    .chain(&callee)
                    .map(|arg| holders.of(arg).map(|_| holders.next()))
                    .collect();
                holders.deferred.insert(point, kept);
            }
        }
        holders
    }

    fn next(&mut self) -> Holder {
        self.count += 1;
        Holder(self.count - 1)
    }

    pub(super) fn len(&self) -> usize {
        self.count as usize
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

    /// What a `defer` keeps: its arguments, then the function value if it calls one.
    pub(super) fn deferred(&self, point: Point) -> &[Option<Holder>] {
        self.deferred.get(&point).map_or(&[], Vec::as_slice)
    }

    /// All owned locals.
    pub(super) fn locals(&self) -> impl Iterator<Item = (Local, Holder)> {
        let locals = self.locals.iter().enumerate();
        locals.filter_map(|(local, holder)| holder.map(|holder| (Local(local as u32), holder)))
    }
}

impl<'a> View<'a> {
    pub(super) fn new(db: &'a dyn Db, mir: &'a Mir, id: BodyId, inner: &'a [Summary]) -> Self {
        let body = mir.body(id);
        let holders = Holders::new(id, body);
        let (scopes, names) = (scope_handles(id, body), BTreeMap::new());
        let made = temporaries(body);
        let stmts = &lower(db, mir.owner).source_map.stmts;
        let statements = stmts.iter().map(|(_, node)| *node).collect();
        let asked_unfinished = Cell::new(false);
        let mut view = Self {
            db,
            mir,
            id,
            body,
            holders,
            inner,
            asked_unfinished,
            scopes,
            names,
            made,
            statements,
        };
        view.names = view.temporary_names();
        view
    }

    pub(super) fn owner(&self) -> ItemId {
        self.mir.owner
    }

    /// What people call a body of this Mir.
    pub(super) fn body_name(&self, body: BodyId) -> String {
        self.mir.body(body).name.clone()
    }

    /// The namespace in Hir of the item's own body.
    pub(super) fn frame(&self) -> Option<FrameId> {
        (self.id == BodyId(0)).then(|| lower(self.db, self.mir.owner).body.root)
    }

    /// Whether the holder's type is owned for certain, and not only because nothing is known of
    /// its type parameters.
    pub(super) fn is_owned_for_certain(&self, holder: Holder) -> bool {
        let known = self.holders.locals().find(|(_, of)| *of == holder);
        known.is_none_or(|(local, _)| {
            let plain =
                self.ty(local).map_leaves(&mut |ty| matches!(ty, Ty::Param(_)).then(Ty::int));
            ownership(self.db, &plain) == Ownership::Owned
        })
    }

    /// Whether a value of the local's type can hold one owned value in two places.
    pub(super) fn may_hold_twice(&self, local: Local) -> bool {
        self.ty_may_hold_twice(self.ty(local), HELD_DEPTH_MAX)
    }

    fn ty_may_hold_twice(&self, ty: &Ty, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        let owned = |ty: &Ty| ownership(self.db, ty) == Ownership::Owned;
        match ty {
            Ty::Builtin(Builtin::Option | Builtin::Result | Builtin::Task, args) => {
                args.iter().any(|arg| owned(arg) && self.ty_may_hold_twice(arg, depth))
            }
            Ty::Builtin(_, args) => args.iter().any(owned),
            Ty::Adt(item, _) => match signature(self.db, *item).as_struct() {
                Some(of) => of.fields.iter().any(|field| owned(&field.ty)),
                None => true,
            },
            Ty::Tuple(parts) => parts.iter().any(owned),
            Ty::Fn(function) => function.mutable,
            _ => true,
        }
    }

    /// The parameters and captures, by position, with their names.
    pub(super) fn positions(&self) -> impl Iterator<Item = (Local, String)> {
        let count = self.body.params + self.body.captures;
        (0..count).map(Local).map(|local| (local, self.name(local)))
    }

    /// What a body of this Mir does.
    pub(super) fn summary_of(&self, body: BodyId) -> Option<&'a Summary> {
        if body <= self.id {
            self.asked_unfinished.set(true);
        }
        self.inner.get(body.index())
    }

    /// Whether it was asked for the summary of a body whose own is found after this one's.
    pub(super) fn asked_unfinished(&self) -> bool {
        self.asked_unfinished.get()
    }

    /// The scope that an operand stands for.
    pub(super) fn scope(&self, operand: &Operand) -> ScopeKey {
        let known = operand.local().and_then(|local| self.scopes.get(&local));
        known.copied().unwrap_or(ScopeKey::Unknown)
    }

    /// The statement that a node is part of, so that a line says one thing once.
    pub(super) fn statement(&self, node: NodeIndex) -> NodeIndex {
        self.statements.range(..=node).next_back().copied().unwrap_or(node)
    }

    /// The op at a point; none for a terminator.
    pub(super) fn op(&self, point: Point) -> Option<&'a OpKind> {
        let block = self.body.blocks.get(point.block.index())?;
        block.ops.get(point.op as usize).map(|op| &op.kind)
    }

    /// Whether a loan is one of a read lock.
    pub(super) fn only_reads(&self, loan: Point) -> bool {
        matches!(self.op(loan), Some(OpKind::EnterLock { mode: LockMode::Read, .. }))
    }

    pub(super) fn origin(&self, point: Point) -> NodeIndex {
        self.mir.origin(point)
    }

    /// Whether the iterator walks something that can change meanwhile.
    pub(super) fn walks_mutable(&self, iterator: Local) -> bool {
        let mut walked = ops(self.id, self.body).filter_map(|(_, kind)| match kind {
            OpKind::Assign { dest, value: Rvalue::Iterate(of) } if *dest == iterator => Some(of),
            _ => None,
        });
        walked.all(|of| self.is_mutable(of))
    }

    pub(super) fn ty(&self, local: Local) -> &Ty {
        &self.body.local(local).ty
    }

    /// Whether what the operand itself is, its parts aside, can change.
    pub(super) fn is_mutable(&self, operand: &Operand) -> bool {
        operand.local().is_none_or(|local| match self.ty(local) {
            Ty::Adt(item, _) => item.kind(self.db) == ItemKind::MutableStruct,
            Ty::Tuple(_) => false,
            Ty::Builtin(builtin, _) => builtin.ownership() == Ownership::Owned,
            Ty::Fn(function) => function.mutable,
            _ => true,
        })
    }

    /// What people call the local: its name, or the place that a temporary was read from.
    pub(super) fn name(&self, local: Local) -> String {
        match &self.body.local(local).name {
            Some(name) => name.to_string(),
            None => self.names.get(&local).cloned().unwrap_or_default(),
        }
    }

    /// What people call the operand; empty when it has no name.
    pub(super) fn operand_name(&self, operand: &Operand) -> String {
        operand.local().map(|local| self.name(local)).unwrap_or_default()
    }

    /// The nodes of the ops that read a temporary from somewhere: parts of the expression around.
    pub(super) fn read_at(&self, local: Local) -> BTreeSet<NodeIndex> {
        let mut nodes = BTreeSet::new();
        let (mut pending, mut seen) = (vec![local], BTreeSet::new());
        while let Some(local) = pending.pop() {
            if seen.insert(local) {
                for (node, from) in self.made.get(&local).into_iter().flatten() {
                    nodes.insert(*node);
                    pending.extend(from);
                }
            }
        }
        nodes
    }

    fn temporary_names(&self) -> BTreeMap<Local, String> {
        let mut names = BTreeMap::new();
        for (_, kind) in ops(self.id, self.body) {
            let OpKind::Assign { dest, value } = kind else { continue };
            if self.body.local(*dest).name.is_some() {
                continue;
            }
            if let Some(name) = self.place_name(value, &names) {
                names.insert(*dest, name);
            }
        }
        names
    }

    fn place_name(&self, value: &Rvalue, known: &BTreeMap<Local, String>) -> Option<String> {
        let name = |operand: &Operand| {
            let local = operand.local()?;
            let own = self.body.local(local).name.as_ref().map(ToString::to_string);
            own.or_else(|| known.get(&local).cloned())
        };
        match value {
            Rvalue::Use(operand) | Rvalue::Iterate(operand) | Rvalue::Convert(_, operand) => {
                name(operand)
            }
            Rvalue::Field(base, field) => {
                Some(format!("{}.{}", name(base)?, self.field_name(base, *field)?))
            }
            Rvalue::TupleField(base, field) => Some(format!("{}[{field}]", name(base)?)),
            Rvalue::Index(base, index) => {
                let index = match index {
                    Operand::Const(Const::Int(index)) => Some(index.to_string()),
                    index => name(index),
                };
                Some(format!("{}[{}]", name(base)?, index.as_deref().unwrap_or("…")))
            }
            Rvalue::Payload(base, ..) => name(base),
            _ => None,
        }
    }

    pub(super) fn field_name(&self, base: &Operand, field: u32) -> Option<String> {
        let Ty::Adt(item, _) = self.ty(base.local()?) else { return None };
        let fields = &signature(self.db, *item).as_struct()?.fields;
        fields.get(field as usize).map(|field| field.name.to_string())
    }
}

/// All ops of a body with their points, in the order of its blocks.
pub(super) fn ops(id: BodyId, body: &MirBody) -> impl Iterator<Item = (Point, &OpKind)> {
    body.blocks.iter().enumerate().flat_map(move |(block, data)| {
        let block = BlockId(block as u32);
        data.ops
            .iter()
            .enumerate()
            .map(move |(op, data)| (Point { body: id, block, op: op as u32 }, &data.kind))
    })
}

fn temporaries(body: &MirBody) -> BTreeMap<Local, Vec<(NodeIndex, Vec<Local>)>> {
    let mut made: BTreeMap<Local, Vec<(NodeIndex, Vec<Local>)>> = BTreeMap::new();
    for op in body.blocks.iter().flat_map(|block| &block.ops) {
        let (writes, reads): (Vec<_>, Vec<_>) =
            op.kind.locals().into_iter().partition(|(_, access)| *access == Access::Write);
        for (dest, _) in writes {
            if body.local(dest).name.is_none() {
                let from = reads.iter().map(|(local, _)| *local).collect();
                made.entry(dest).or_default().push((op.origin, from));
            }
        }
    }
    made
}

/// The locals that stand for scopes: passed in, or named by `concurrent as`.
fn scope_handles(id: BodyId, body: &MirBody) -> BTreeMap<Local, ScopeKey> {
    let positions = (0..body.params + body.captures).map(Local);
    let mut handles: BTreeMap<Local, ScopeKey> = positions
        .filter(|local| body.local(*local).ty.is(Builtin::Scope))
        .map(|local| (local, ScopeKey::Passed(local.0)))
        .collect();
    for (_, kind) in ops(id, body) {
        match kind {
            OpKind::EnterScope { scope, handle: Some(handle), .. } => {
                handles.insert(*handle, ScopeKey::Own(*scope));
            }
            OpKind::Assign { dest, value: Rvalue::Use(Operand::Local(from)) } => {
                if let Some(key) = handles.get(from).copied() {
                    handles.insert(*dest, key);
                }
            }
            _ => {}
        }
    }
    handles
}
