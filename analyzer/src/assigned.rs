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
pub fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let bodies = &mir(db, item).bodies;
    bodies.iter().flat_map(|body| Walk::new(body).findings(item)).collect()
}

struct Walk<'a> {
    body: &'a MirBody,
    /// What is assigned where each block begins; unreached ones count as having all.
    entry: Vec<Option<LocalSet>>,
    /// The blocks that are to be walked, by index.
    pending: Vec<bool>,
    unread: Vec<(Local, NodeIndex)>,
}

impl<'a> Walk<'a> {
    fn new(body: &'a MirBody) -> Self {
        let count = body.blocks.len();
        Self { body, entry: vec![None; count], pending: vec![false; count], unread: Vec::new() }
    }

    fn findings(mut self, item: ItemId) -> Vec<Finding> {
        if self.body.blocks.is_empty() {
            return Vec::new();
        }
        let given = self.body.params + self.body.captures;
        self.entry[0] = Some((0..given).map(Local).collect());
        self.pending[0] = true;
        // Blocks come in the order of the text, so that most are walked once.
        while self.pending.contains(&true) {
            for block in 0..self.body.blocks.len() {
                if std::mem::take(&mut self.pending[block]) {
                    self.block(BlockId(block as u32));
                }
            }
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

    /// Walks a block. What it reads is noted each time: what is assigned there never grows.
    fn block(&mut self, id: BlockId) {
        let Some(mut state) = self.entry[id.index()].clone() else { return };
        let block = &self.body.blocks[id.index()];
        for op in &block.ops {
            self.op(&op.kind, op.origin, &mut state);
        }
        let end = &block.end;
        end.kind.each_local(&mut |local, access| {
            if access == Access::Read {
                self.read(local, end.origin, &state);
            }
        });
        each_edge(&end.kind, &mut |target, written| match written {
            Some(local) => {
                let mut after = state.clone();
                after.insert(local);
                self.flow(target, &after);
            }
            None => self.flow(target, &state),
        });
    }

    fn op(&mut self, op: &OpKind, origin: NodeIndex, state: &mut LocalSet) {
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
                    self.flow(target, state);
                }
            }
            OpKind::EnterAttempt { failure, handler } => {
                let mut failed = state.clone();
                failed.insert(*failure);
                self.flow(*handler, &failed);
            }
            _ => {}
        }
    }

    fn read(&mut self, local: Local, origin: NodeIndex, state: &LocalSet) {
        if !state.contains(local) && self.body.local(local).name.is_some() {
            self.unread.push((local, origin));
        }
    }

    fn flow(&mut self, target: BlockId, state: &LocalSet) {
        let is_changed = match &mut self.entry[target.index()] {
            Some(known) => known.keep_common(state),
            unreached => {
                *unreached = Some(state.clone());
                true
            }
        };
        self.pending[target.index()] |= is_changed;
    }
}

/// Shows the edges out of a block, each with the local that is written on it.
fn each_edge(end: &Terminator, show: &mut dyn FnMut(BlockId, Option<Local>)) {
    match end {
        Terminator::Next { dest, body, done, .. } => {
            show(*body, Some(*dest));
            show(*done, None);
        }
        Terminator::Select { cases, otherwise } => {
            for case in cases {
                match &case.op {
                    SelectOp::Receive { dest, .. } => show(case.target, Some(*dest)),
                    _ => show(case.target, None),
                }
            }
            otherwise.iter().for_each(|target| show(*target, None));
        }
        other => other.each_successor(&mut |target| show(target, None)),
    }
}
