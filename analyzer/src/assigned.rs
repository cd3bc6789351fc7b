//! Definite assignment: every name is assigned on every path before it is read (N005).
//!
//! A forward analysis on Mir: a local is assigned at a point when it was written on all paths to
//! it. What it is not: a check of values. Invariant: a local without a name is never reported;
//! lowering writes temporaries before it reads them.

use crate::Db;
use crate::diagnostics::{Code, Finding, Site};
use crate::items::{ItemId, NodeIndex};
use crate::mir::{Access, BlockId, Local, LocalSet, MirBody, OpKind, SelectOp, Terminator, mir};

/// The item's names that may be read before anything was assigned to them, once each.
#[salsa::tracked]
pub fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let bodies = &mir(db, item).bodies;
    bodies.iter().flat_map(|body| Walk::new(body).findings(item)).collect()
}

struct Walk<'a> {
    body: &'a MirBody,
    /// What is assigned where each block begins; unreached ones count as having all.
    entry: Vec<Option<LocalSet>>,
    unread: Vec<(Local, NodeIndex)>,
}

impl<'a> Walk<'a> {
    fn new(body: &'a MirBody) -> Self {
        Self { body, entry: vec![None; body.blocks.len()], unread: Vec::new() }
    }

    fn findings(mut self, item: ItemId) -> Vec<Finding> {
        if self.body.blocks.is_empty() {
            return Vec::new();
        }
        let given = self.body.params + self.body.captures;
        self.entry[0] = Some((0..given).map(Local).collect());
        let mut pending = vec![BlockId(0)];
        while let Some(block) = pending.pop() {
            pending.extend(self.block(block));
        }
        self.unread.clear();
        for block in 0..self.body.blocks.len() {
            self.block(BlockId(block as u32));
        }
        self.unread.sort_by_key(|(local, node)| (*local, *node));
        self.unread.dedup_by_key(|(local, _)| *local);
        self.unread.iter().map(|(local, node)| self.finding(item, *local, *node)).collect()
    }

    fn finding(&self, item: ItemId, local: Local, node: NodeIndex) -> Finding {
        let name = self.body.local(local).name.clone().unwrap_or_default();
        let message = format!("`{name}` may be read here before anything was assigned to it");
        let help =
            format!("assign `{name}` on every path that leads here, for example at the start");
        Finding::new(Code::N005, Site::whole(item, node), message).help(help)
    }

    /// Walks a block; gives the blocks whose entry it changed.
    fn block(&mut self, id: BlockId) -> Vec<BlockId> {
        let Some(mut state) = self.entry[id.index()].clone() else { return Vec::new() };
        let body = self.body;
        let block = &body.blocks[id.index()];
        let mut changed = Vec::new();
        for op in &block.ops {
            self.op(&op.kind, op.origin, &mut state, &mut changed);
        }
        let end = &block.end;
        for (local, access) in end.kind.locals() {
            if access == Access::Read {
                self.read(local, end.origin, &state);
            }
        }
        for (target, written) in edges(&end.kind) {
            let mut after = state.clone();
            if let Some(local) = written {
                after.insert(local);
            }
            self.flow(target, &after, &mut changed);
        }
        changed
    }

    fn op(
        &mut self,
        op: &OpKind,
        origin: NodeIndex,
        state: &mut LocalSet,
        changed: &mut Vec<BlockId>,
    ) {
        // A name whose task was never spawned stays as it was.
        if let OpKind::Settle { dest, task } = op {
            if state.contains(*task) {
                state.insert(*dest);
            }
            return;
        }
        op.each_local(&mut |local, access| match access {
            Access::Read => self.read(local, origin, state),
            Access::Write => state.insert(local),
        });
        match op {
            OpKind::EnterScope { scope, .. } => {
                // A timeout may strike before anything in the scope was assigned.
                if let Some(target) = self.body.scopes[scope.index()].on_timeout {
                    self.flow(target, state, changed);
                }
            }
            OpKind::EnterAttempt { failure, handler } => {
                let mut failed = state.clone();
                failed.insert(*failure);
                self.flow(*handler, &failed, changed);
            }
            _ => {}
        }
    }

    fn read(&mut self, local: Local, origin: NodeIndex, state: &LocalSet) {
        if self.body.local(local).name.is_some() && !state.contains(local) {
            self.unread.push((local, origin));
        }
    }

    fn flow(&mut self, target: BlockId, state: &LocalSet, changed: &mut Vec<BlockId>) {
        match &mut self.entry[target.index()] {
            Some(known) => {
                if known.keep_common(state) {
                    changed.push(target);
                }
            }
            unreached => {
                *unreached = Some(state.clone());
                changed.push(target);
            }
        }
    }
}

/// The edges out of a block, each with the local that is written on it.
fn edges(end: &Terminator) -> Vec<(BlockId, Option<Local>)> {
    match end {
        Terminator::Next { dest, body, done, .. } => vec![(*body, Some(*dest)), (*done, None)],
        Terminator::Select { cases, otherwise } => {
            let cases = cases.iter().map(|case| match &case.op {
                SelectOp::Receive { dest, .. } => (case.target, Some(*dest)),
                _ => (case.target, None),
            });
            cases.chain(otherwise.map(|target| (target, None))).collect()
        }
        other => other.successors().into_iter().map(|target| (target, None)).collect(),
    }
}
