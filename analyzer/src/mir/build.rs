//! Builds the explicit program from Hir and its types.
//!
//! **Nouns.** A [`Draft`] is a body in the making: blocks that may still lack their terminator,
//! names that already have their local, and the stack of what is open at the current place. The
//! [`Builder`] has one current draft and, around it, those of the enclosing bodies; a name of an
//! enclosing body becomes a capture of every draft between the two.
//!
//! **Invariants.** Ops come in the order in which the language evaluates. Every statement leaves
//! the stack of open things as it found it; exits emit what leaving each of them does, innermost
//! first, and build on in a block that nothing reaches. [`tidy`] removes such blocks and puts
//! locals into their final order, so that a finished body holds nothing that cannot run.
//!
//! Not here: what is wrong with a program. What cannot be built fails the task when it is reached,
//! and says so; a program without findings never gets there.

mod access;
mod assignments;
mod branching;
mod calls;
mod closures;
mod comprehensions;
mod concurrency;
mod control;
mod draft;
mod exits;
mod expressions;
mod locks;
mod patterns;
mod select;
mod statements;
mod text;
mod tidy;
mod types;

use rustc_hash::FxHashMap;

use self::draft::Draft;
use super::{BodyId, BodyKind, Mir, MirBody};
use crate::Db;
use crate::hir::{self, FrameId, LocalId, SourceMap};
use crate::infer::{Inference, infer};
use crate::items::{ItemId, ItemKind, NodeIndex};
use crate::ty::Ty;

/// The Mir of an item that computes. An item without statements of its own (a struct) has an
/// empty body 0, so that its defaults have a place. Few are kept: see [`hir::lower`].
#[salsa::tracked(lru = 128)]
pub fn mir(db: &dyn Db, item: ItemId) -> Mir {
    Builder::new(db, item).build()
}

/// One item's way from Hir to Mir.
struct Builder<'db> {
    db: &'db dyn Db,
    item: ItemId,
    hir: &'db hir::Body,
    source_map: &'db SourceMap,
    types: &'db Inference,
    /// How many places give each name a value; a name with one is the same value wherever it is.
    bindings: FxHashMap<LocalId, u32>,
    /// Finished bodies; a body's id is reserved before its children's.
    bodies: Vec<Option<MirBody>>,
    /// The body that is built now.
    draft: Draft,
    /// The bodies around it, outermost first.
    outer: Vec<Draft>,
}

impl<'db> Builder<'db> {
    fn new(db: &'db dyn Db, item: ItemId) -> Self {
        let lowered = hir::lower(db, item);
        let types = infer(db, item);
        let root = lowered.body.root;
        let ret = types.returns.get(root).cloned().unwrap_or_else(Ty::unit);
        let name = item_name(db, item);
        let draft =
            Draft::new(BodyId(0), BodyKind::Function, name, Some(root), ret, NodeIndex::ITEM);
        Self {
            db,
            item,
            hir: &lowered.body,
            source_map: &lowered.source_map,
            types,
            bindings: count_bindings(&lowered.body),
            bodies: vec![None],
            draft,
            outer: Vec::new(),
        }
    }

    fn build(mut self) -> Mir {
        let hir = self.hir;
        self.declare_params(hir.root);
        self.suite(&hir.suite);
        self.fall_off_the_end();
        for (position, frame, value) in &hir.defaults {
            self.default_body(*position, *frame, *value);
        }
        let bodies = std::mem::take(&mut self.bodies);
        let root = self.draft.finish();
        let mut finished: Vec<MirBody> = bodies.into_iter().flatten().collect();
        finished.insert(0, root);
        Mir { owner: self.item, bodies: finished }
    }

    fn default_body(&mut self, position: u32, frame: FrameId, value: hir::ExprId) {
        let ret = self.ty(value);
        self.child(BodyKind::Default(position), Some(frame), None, ret, |builder| {
            let value = builder.value(value);
            builder.return_value(value);
        });
    }
}

/// What people call the item: `main`, `Counter.bump`, a test's title.
fn item_name(db: &dyn Db, item: ItemId) -> String {
    match (item.kind(db), item.parent(db)) {
        (ItemKind::Test, _) => format!("test {:?}", item.name(db).as_str()),
        (_, Some(parent)) => format!("{}.{}", parent.name(db), item.name(db)),
        (_, None) => item.name(db).to_string(),
    }
}

/// How many places give each name a value.
fn count_bindings(body: &hir::Body) -> FxHashMap<LocalId, u32> {
    let mut counts = FxHashMap::default();
    let mut count = |local: LocalId| *counts.entry(local).or_default() += 1;
    for (_, frame) in body.frames.iter() {
        frame.params.iter().for_each(|param| count(param.local));
    }
    for (_, pattern) in body.pats.iter() {
        if let hir::Pat::Bind(local) = pattern {
            count(*local);
        }
    }
    for (_, scope) in body.scopes.iter() {
        scope.settled.iter().for_each(|(_, after)| count(*after));
        scope.handle.iter().for_each(|handle| count(*handle));
    }
    for (_, stmt) in body.stmts.iter() {
        match stmt {
            hir::Stmt::Assign { target, .. } | hir::Stmt::Update { target, .. } => {
                assigned_names(target, &mut count);
            }
            hir::Stmt::With { name: Some(name), .. } => count(*name),
            hir::Stmt::NestedFn { local, .. } => count(*local),
            _ => {}
        }
    }
    counts
}

fn assigned_names(target: &hir::Target, count: &mut dyn FnMut(LocalId)) {
    match target {
        hir::Target::Local(local) | hir::Target::Captured(local) => count(*local),
        hir::Target::Tuple(targets) => {
            targets.iter().for_each(|target| assigned_names(target, count));
        }
        _ => {}
    }
}
