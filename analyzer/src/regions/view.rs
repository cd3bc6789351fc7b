//! One body as the analysis sees it: its holders, their names for people, and what the bodies and
//! functions around it are known to do.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeMap, BTreeSet};

use super::circles::Circle;
use super::domain::{Holder, ScopeKey};
use super::events::Called;
use super::holders::{Held, Holders};
use super::liveness::Liveness;
use super::paths::{Path, Place, Step};
use super::summary::Summary;
use super::transfer::is_list_of_tasks;
use crate::Db;
use crate::hir::{FrameId, lower};
use crate::items::{FieldSignature, ItemId, ItemKind, NodeIndex, signature};
use crate::mir::{
    Access, BlockId, BodyId, Const, Local, LockMode, Mir, MirBody, OpKind, Operand, Point, Rvalue,
    Terminator,
};
use crate::ty::{Builtin, Ownership, Ty, ownership};

/// How deep types are looked into; what lies deeper may hold anything.
pub(super) const HELD_DEPTH_MAX: u32 = 8;

/// A body, and what its walk may look up. What few bodies need is found when it is asked for.
pub(super) struct View<'a> {
    pub(super) db: &'a dyn Db,
    pub(super) mir: &'a Mir,
    pub(super) id: BodyId,
    pub(super) body: &'a MirBody,
    pub(super) holders: Holders,
    /// What the items that call one another do, this Mir's among them, as far as it is known.
    circle: &'a Circle,
    asked_unfinished: Cell<bool>,
    /// Whether functions that were passed in count as giving something new each time.
    pub(super) given_is_new: bool,
    /// Whether they count as giving what may hold a value twice. Callers know, but not what a body does
    /// with the parts of it.
    pub(super) given_may_hold_twice: bool,
    /// What the body made itself, where it passes that to functions that it was passed, and does more with it.
    exposed: BTreeSet<(NodeIndex, u32)>,
    liveness: OnceCell<Liveness>,
    scopes: OnceCell<BTreeMap<Local, ScopeKey>>,
    /// The iterators over something that cannot change meanwhile.
    steady: OnceCell<BTreeSet<Local>>,
    /// What each temporary was read from, in the source's words.
    names: OnceCell<BTreeMap<Local, String>>,
    /// Which ops made each temporary, and of what.
    made: OnceCell<Temporaries>,
    statements: OnceCell<BTreeSet<NodeIndex>>,
}

type Temporaries = BTreeMap<Local, Vec<(NodeIndex, Vec<Local>)>>;

impl<'a> View<'a> {
    pub(super) fn new(db: &'a dyn Db, mir: &'a Mir, id: BodyId, circle: &'a Circle) -> Self {
        let body = mir.body(id);
        Self {
            db,
            mir,
            id,
            body,
            holders: Holders::new(id, body),
            circle,
            asked_unfinished: Cell::new(false),
            given_is_new: false,
            given_may_hold_twice: false,
            exposed: BTreeSet::new(),
            liveness: OnceCell::new(),
            scopes: OnceCell::new(),
            steady: OnceCell::new(),
            names: OnceCell::new(),
            made: OnceCell::new(),
            statements: OnceCell::new(),
        }
    }

    /// The same body, if functions that were passed in give something new each time.
    pub(super) fn with_new_given(&self) -> Self {
        Self { given_is_new: true, ..self.of_body(self.id) }
    }

    /// The same body, if it exposes these arguments of calls.
    pub(super) fn exposing(&self, exposed: BTreeSet<(NodeIndex, u32)>) -> Self {
        let (given_is_new, given_may_hold_twice) = (self.given_is_new, self.given_may_hold_twice);
        Self { exposed, given_is_new, given_may_hold_twice, ..self.of_body(self.id) }
    }

    /// Whether the body made what it passes there as that argument, and does more with it.
    pub(super) fn exposes(&self, at: NodeIndex, number: u32) -> bool {
        self.exposed.contains(&(at, number))
    }

    /// Another body of the same Mir.
    pub(super) fn of_body(&self, body: BodyId) -> Self {
        Self::new(self.db, self.mir, body, self.circle)
    }

    pub(super) fn liveness(&self) -> &Liveness {
        self.liveness.get_or_init(|| Liveness::new(self.body, &self.holders))
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

    /// Whether the holder's type is owned; a type parameter without a bound counts as that.
    pub(super) fn may_be_owned(&self, holder: Holder) -> bool {
        let is_owned = |local| ownership(self.db, self.ty(local)) == Ownership::Owned;
        self.holders.local_of(holder).is_none_or(is_owned)
    }

    /// Whether a value of the local's type can hold one owned value in two places.
    pub(super) fn may_hold_twice(&self, local: Local) -> bool {
        self.ty_may_hold_twice(self.ty(local))
    }

    /// Whether a value of the type can.
    pub(super) fn ty_may_hold_twice(&self, ty: &Ty) -> bool {
        self.may_hold_twice_within(ty, HELD_DEPTH_MAX)
    }

    fn may_hold_twice_within(&self, ty: &Ty, depth: u32) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return true };
        let owned = |ty: &Ty| ownership(self.db, ty) == Ownership::Owned;
        match ty {
            Ty::Builtin(Builtin::Option | Builtin::Result | Builtin::Task, args) => {
                args.iter().any(|arg| owned(arg) && self.may_hold_twice_within(arg, depth))
            }
            Ty::Builtin(_, args) => args.iter().any(owned),
            Ty::Adt(item, args) if args.is_empty() => match signature(self.db, *item).as_struct() {
                Some(of) => self.parts_may_share(of.fields.iter().map(|field| &field.ty), depth),
                None => true,
            },
            Ty::Tuple(parts) => self.parts_may_share(parts.iter(), depth),
            Ty::Fn(function) => function.mutable,
            _ => true,
        }
    }

    /// Whether one owned value can be held in two of the parts, or in one part twice. Containers of
    /// different types that hold nothing owned are different ones.
    fn parts_may_share<'t>(&self, parts: impl Iterator<Item = &'t Ty>, depth: u32) -> bool {
        let is_owned = |ty: &&Ty| ownership(self.db, ty) == Ownership::Owned;
        let owned: Vec<&Ty> = parts.filter(is_owned).collect();
        let holds_none =
            |ty: &&Ty| matches!(ty, Ty::Builtin(_, args) if !args.iter().any(|ty| is_owned(&ty)));
        let alike = |(index, ty): (usize, &&Ty)| owned[..index].contains(ty);
        let are_apart = owned.len() <= 1
            || owned.iter().all(holds_none) && !owned.iter().enumerate().any(alike);
        !are_apart || owned.iter().any(|ty| self.may_hold_twice_within(ty, depth))
    }

    /// The parameters and captures, by position, with their names.
    pub(super) fn positions(&self) -> impl Iterator<Item = Local> {
        (0..self.body.params + self.body.captures).map(Local)
    }

    /// The positions at which tasks arrive, and whether in a list.
    pub(super) fn tasks_passed(&self) -> impl Iterator<Item = (u32, bool)> {
        self.positions().filter_map(|local| {
            let ty = self.ty(local);
            let is_list = is_list_of_tasks(ty);
            (is_list || ty.is(Builtin::Task)).then_some((local.0, is_list))
        })
    }

    /// What a body of this Mir does.
    pub(super) fn summary_of(&self, body: BodyId) -> Option<&'a Summary> {
        if body <= self.id {
            self.asked_unfinished.set(true);
        }
        self.circle.bodies(self.mir.owner).get(body.index())
    }

    /// What the bodies of another item do.
    pub(super) fn summaries_of(&self, item: ItemId) -> &'a [Summary] {
        if self.circle.has(item) {
            self.asked_unfinished.set(true);
            return self.circle.bodies(item);
        }
        super::bodies(self.db, item)
    }

    /// Whether it was asked for a summary that may still grow.
    pub(super) fn asked_unfinished(&self) -> bool {
        self.asked_unfinished.get()
    }

    /// The scope that an operand stands for.
    pub(super) fn scope(&self, operand: &Operand) -> ScopeKey {
        let scopes = self.scopes.get_or_init(|| scope_handles(self.id, self.body));
        let known = operand.local().and_then(|local| scopes.get(&local));
        known.copied().unwrap_or(ScopeKey::Unknown)
    }

    /// The statement that a node is part of, so that a line says one thing once.
    pub(super) fn statement(&self, node: NodeIndex) -> NodeIndex {
        let statements = self.statements.get_or_init(|| {
            let stmts = &lower(self.db, self.mir.owner).source_map.stmts;
            stmts.iter().map(|(_, node)| *node).collect()
        });
        statements.range(..=node).next_back().copied().unwrap_or(node)
    }

    /// The op at a point; none for a terminator.
    pub(super) fn op(&self, point: Point) -> Option<&'a OpKind> {
        let block = self.body.blocks.get(point.block.index())?;
        block.ops.get(point.op as usize).map(|op| &op.kind)
    }

    /// The terminator of the block that a point is in.
    pub(super) fn end(&self, point: Point) -> Option<&'a Terminator> {
        Some(&self.body.blocks.get(point.block.index())?.end.kind)
    }

    /// Whether a loan is one of a read lock.
    pub(super) fn only_reads(&self, loan: Point) -> bool {
        matches!(self.op(loan), Some(OpKind::EnterLock { mode: LockMode::Read, .. }))
    }

    /// Whether what stands at the node is a deferred call.
    pub(super) fn is_deferred(&self, at: NodeIndex) -> bool {
        let mut ops = ops(self.id, self.body);
        ops.any(|(point, kind)| matches!(kind, OpKind::Defer { .. }) && self.origin(point) == at)
    }

    pub(super) fn origin(&self, point: Point) -> NodeIndex {
        self.mir.origin(point)
    }

    /// Whether the iterator walks something that can change meanwhile.
    pub(super) fn walks_mutable(&self, iterator: Local) -> bool {
        let steady = self.steady.get_or_init(|| {
            let walked = ops(self.id, self.body).filter_map(|(_, kind)| match kind {
                OpKind::Assign { dest, value: Rvalue::Iterate(of) } => Some((*dest, of)),
                _ => None,
            });
            walked.filter(|(_, of)| !self.is_mutable(of)).map(|(dest, _)| dest).collect()
        });
        !steady.contains(&iterator)
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

    /// Whether a field holds no region: then it is a place of its own, which nothing else reaches.
    pub(super) fn is_plain_field(&self, base: Local, field: u32) -> bool {
        let declared = self.field(self.ty(base), field);
        declared.is_some_and(|of| ownership(self.db, &of.ty) != Ownership::Owned)
    }

    pub(super) fn field(&self, of: &Ty, field: u32) -> Option<&'a FieldSignature> {
        let Ty::Adt(item, _) = of else { return None };
        signature(self.db, *item).as_struct()?.fields.get(field as usize)
    }

    /// The type of a part of a value, as far as declarations tell.
    pub(super) fn ty_within(&self, ty: &Ty, path: &Path) -> Ty {
        path.steps().fold(ty.clone(), |ty, step| match (step, &ty) {
            (Step::Part(part), Ty::Adt(_, args)) if args.is_empty() => {
                self.field(&ty, part).map_or(Ty::Unknown, |field| field.ty.clone())
            }
            (Step::Part(part), Ty::Tuple(parts)) => {
                parts.get(part as usize).cloned().unwrap_or(Ty::Unknown)
            }
            (Step::Part(_), _) => Ty::Unknown,
            (_, Ty::Builtin(_, args)) => args.last().cloned().unwrap_or(Ty::Unknown),
            _ => Ty::Unknown,
        })
    }

    /// Whether something owned or a task may lie at the place, as far as its type tells: copies of plain values
    /// are apart.
    pub(super) fn may_own(&self, place: Place) -> bool {
        let local = match self.holders.held(place.holder) {
            Held::Local(local) => local,
            Held::Entry(position) => Local(position),
            Held::Exposed | Held::Deferred | Held::Made => return true,
        };
        let ty = self.ty_within(self.ty(local), &place.path);
        // A holder holds something itself, whatever its type: an iterator's is not owned.
        place.path.is_here()
            || ty == Ty::Unknown
            || match ownership(self.db, &ty) {
                Ownership::Owned => true,
                Ownership::Sync => may_hold_task(&ty),
                Ownership::Value => false,
            }
    }

    /// What people call the local: its name, or the place that a temporary was read from.
    pub(super) fn name(&self, local: Local) -> String {
        match &self.body.local(local).name {
            Some(name) => name.to_string(),
            None => {
                let names = self.names.get_or_init(|| self.temporary_names());
                names.get(&local).cloned().unwrap_or_default()
            }
        }
    }

    /// The name; empty when there is none.
    pub(super) fn called(&self, called: &Called) -> String {
        match called {
            Called::Nothing => String::new(),
            Called::Local(local) => self.name(*local),
            Called::Name(name) => name.to_string(),
        }
    }

    /// How people call the operand.
    pub(super) fn operand_name(&self, operand: &Operand) -> Called {
        operand.local().map_or(Called::Nothing, Called::Local)
    }

    /// The nodes of the ops that read a temporary from somewhere: parts of the expression around.
    pub(super) fn read_at(&self, local: Local) -> BTreeSet<NodeIndex> {
        let made = self.made.get_or_init(|| temporaries(self.body));
        let mut nodes = BTreeSet::new();
        let (mut pending, mut seen) = (vec![local], BTreeSet::new());
        while let Some(local) = pending.pop() {
            if seen.insert(local) {
                for (node, from) in made.get(&local).into_iter().flatten() {
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
                    Operand::Const(Const::Str(key)) => Some(format!("{key:?}")),
                    index => name(index),
                };
                Some(format!("{}[{}]", name(base)?, index.as_deref().unwrap_or("…")))
            }
            Rvalue::Payload(base, ..) => name(base),
            _ => None,
        }
    }

    pub(super) fn field_name(&self, base: &Operand, field: u32) -> Option<String> {
        self.field(self.ty(base.local()?), field).map(|field| field.name.to_string())
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

/// Whether something may be in a value of the type by which tasks wait for one another.
pub(super) fn may_meet_others(ty: &Ty) -> bool {
    match ty {
        Ty::Builtin(builtin, args) => {
            builtin.ownership() == Ownership::Sync || args.iter().any(may_meet_others)
        }
        Ty::Tuple(parts) => parts.iter().any(may_meet_others),
        _ => true,
    }
}

/// Whether a task may be in a value of the type; fields of the program's own types are not looked at.
fn may_hold_task(ty: &Ty) -> bool {
    match ty {
        Ty::Builtin(builtin, args) => *builtin == Builtin::Task || args.iter().any(may_hold_task),
        Ty::Tuple(parts) => parts.iter().any(may_hold_task),
        _ => true,
    }
}

fn temporaries(body: &MirBody) -> Temporaries {
    let mut made = Temporaries::new();
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
