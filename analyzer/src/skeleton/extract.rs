//! Mir to skeleton: what the slice kept, as routines.
//!
//! Each unit of the slice becomes one routine. A call, spawn or `defer` of a function that the
//! machine provides (`spawn ch.send(1)`, `defer ch.close()`) gets a small routine of its own, so
//! that all that runs is a routine.

mod alike;
mod attempts;
mod computing;
mod constants;
mod counts;
mod demand;
mod early;
mod ends;
mod lists;
mod liveness;
mod machine;
mod operations;
mod panics;
mod payloads;
mod plain;
mod polls;
mod postdominance;
pub(super) mod quiet;
mod runs;
mod slice;
pub(super) mod unit;

use rustc_hash::FxHashMap;

use super::graph::{Action, EarlyEnds, Hold, LocalFact, Node, NodeId, Routine, Skeleton, SyncOp};
use crate::Db;
use crate::diagnostics::Site;
use crate::items::{ItemId, ItemKind, NodeIndex};
use crate::mir::{BlockId, Callee, Op, OpKind, Point, ScopeRef};
use attempts::open_attempts;
use early::{leads_to_give, mark_exposed};
use liveness::mark_live;
use quiet::is_quiet;
use slice::Slice;

/// What synchronisation sees of `item` and of all that it may come to run.
#[salsa::tracked]
pub fn skeleton(db: &dyn Db, item: ItemId) -> Skeleton {
    if !matches!(item.kind(db), ItemKind::Fn | ItemKind::Test) || is_quiet(db, item) {
        return Skeleton {
            root: item,
            routines: Vec::new(),
            is_worth_a_look: false,
            counts: Vec::new(),
            constants: Vec::new(),
            ends: EarlyEnds::default(),
            tries: false,
            incomplete: None,
        };
    }
    let slice = Slice::of(db, item);
    let mut extractor = Extractor { db, slice: &slice, routines: Vec::new(), extra: Vec::new() };
    extractor.run();
    let mut routines = extractor.routines;
    routines.append(&mut extractor.extra);
    let nodes = || routines.iter().flat_map(|routine| &routine.nodes);
    let is_worth_a_look = nodes().any(can_go_wrong) || may_fill_its_scope(nodes());
    let ends = EarlyEnds::of(&routines, slice.is_survived);
    let tries = nodes().any(|node| matches!(node.action, Action::TryTake(..)));
    Skeleton {
        root: item,
        routines,
        is_worth_a_look,
        ends,
        tries,
        counts: slice.counts(),
        constants: slice.constants(),
        incomplete: slice.incomplete,
    }
}

/// Whether the node makes what tasks wait for, or does what can be done once too often.
fn can_go_wrong(node: &Node) -> bool {
    match &node.action {
        Action::MakeChannel(..)
        | Action::MakeSignal(_)
        | Action::MakeLock { .. }
        | Action::MakeBarrier(..)
        | Action::Take(..)
        | Action::TakeWhen(..)
        | Action::Give(_, _, Hold::Bare) => true,
        Action::Sync { op, .. } => *op == SyncOp::Close,
        _ => false,
    }
}

/// Whether a task may wait for a place in a scope that it belongs to itself.
fn may_fill_its_scope<'a>(mut nodes: impl Clone + Iterator<Item = &'a Node>) -> bool {
    let is_limited = |node: &Node| matches!(node.action, Action::Enter { limit: Some(_), .. });
    let is_passed =
        |node: &Node| matches!(node.action, Action::Spawn { scope: ScopeRef::Passed(_), .. });
    nodes.clone().any(is_limited) && nodes.any(is_passed)
}

/// Makes the routines of one slice.
struct Extractor<'a, 'db> {
    db: &'db dyn Db,
    slice: &'a Slice<'db>,
    /// One for each unit.
    routines: Vec<Routine>,
    /// Those of the machine's functions, after the units'.
    extra: Vec<Routine>,
}

impl Extractor<'_, '_> {
    fn run(&mut self) {
        for unit in 0..self.slice.units.len() {
            let routine = self.routine(unit);
            self.routines.push(routine);
        }
    }

    fn routine(&mut self, unit: usize) -> Routine {
        let attempts = open_attempts(self.slice.units[unit].body);
        let mut draft = Draft { unit, nodes: Vec::new(), starts: FxHashMap::default(), attempts };
        let entry = self.block(&mut draft, BlockId(0));
        let source = &self.slice.units[unit];
        let locals: Vec<LocalFact> = source
            .body
            .locals
            .iter()
            .zip(&source.kinds)
            .map(|(local, kind)| LocalFact::of(self.db, local.name.clone(), *kind, &local.ty))
            .collect();
        mark_live(&mut draft.nodes);
        Routine {
            name: source.body.name.clone(),
            item: source.item,
            body: Some(source.id),
            inputs: source.body.params + source.body.captures,
            locals,
            nodes: draft.nodes,
            entry,
        }
    }

    /// The first node of a block. A block without nodes is where its successor is.
    fn block(&mut self, draft: &mut Draft, start: BlockId) -> NodeId {
        let mut pending = vec![start];
        while let Some(block) = pending.pop() {
            if draft.starts.contains_key(&block) {
                continue;
            }
            self.nodes_of(draft, block, &mut pending);
        }
        draft.resolve(self.slice.is_timed);
        draft.start_of(start)
    }

    fn nodes_of(&mut self, draft: &mut Draft, id: BlockId, pending: &mut Vec<BlockId>) {
        let unit = &self.slice.units[draft.unit];
        let block = &unit.body.blocks[id.index()];
        draft.starts.insert(id, draft.nodes.len());
        let mut attempts = draft.attempts[id.index()].clone();
        for (position, op) in block.ops.iter().enumerate() {
            match op.kind {
                OpKind::EnterAttempt { handler, .. } => {
                    pending.push(handler);
                    attempts.push(handler);
                }
                OpKind::ExitAttempt => drop(attempts.pop()),
                _ => {}
            }
            let point = Point { body: unit.id, block: id, op: position as u32 };
            for (action, ways) in self.actions(draft.unit, op, point) {
                pending.extend(&ways);
                let next = draft.nodes.len() as u32 + 1;
                let ways = ways.iter().map(|way| BLOCK + way.0);
                let ways = std::iter::once(next).chain(ways).map(NodeId).collect();
                let site = self.site(draft.unit, op.origin);
                draft.push(action, ways, point, site, attempts.last());
            }
        }
        let point = Point { body: unit.id, block: id, op: block.ops.len() as u32 };
        let site = self.site(draft.unit, block.end.origin);
        let (action, ways) = self.end(draft.unit, id, &block.end.kind);
        pending.extend(&ways);
        let ways = ways.iter().map(|way| NodeId(BLOCK + way.0)).collect();
        draft.push(action.unwrap_or(GO_ON), ways, point, site, attempts.last());
    }

    /// What an op does, in order, each with the blocks it may continue in beside what is next.
    fn actions(&mut self, unit: usize, op: &Op, point: Point) -> Vec<(Action, Vec<BlockId>)> {
        if !self.slice.keeps(unit, op) {
            return Vec::from_iter(is_pause(op).then(|| (Action::Pause, Vec::new())));
        }
        let action = self.action(unit, op, point);
        let simple = |action: Action| (action, Vec::new());
        let before = self.put_back(unit, op).map(simple);
        let after = self.lend(unit, op).map(simple);
        before.into_iter().chain(action).chain(after).collect()
    }

    /// Where a node of a unit stands.
    fn site(&self, unit: usize, origin: NodeIndex) -> Site {
        Site::whole(self.slice.units[unit].item, origin)
    }
}

/// Whether the op only waits, for the clock or the world.
pub(super) fn is_pause(op: &Op) -> bool {
    match &op.kind {
        OpKind::Call { callee: Callee::Intrinsic(of), .. } => of.effect().suspends,
        _ => false,
    }
}

/// A routine in the making. Successors that are blocks are written as `BLOCK + block`.
struct Draft {
    unit: usize,
    nodes: Vec<Node>,
    starts: FxHashMap<BlockId, usize>,
    /// The handlers of the attempts that are open where each block begins.
    attempts: Vec<Vec<BlockId>>,
}

const BLOCK: u32 = 1 << 30;

/// Stands at the end of a block that only goes on.
const GO_ON: Action = Action::Escape(Vec::new(), None);

impl Draft {
    fn push(
        &mut self,
        action: Action,
        next: Vec<NodeId>,
        point: Point,
        site: Site,
        handler: Option<&BlockId>,
    ) {
        let handler = handler.map(|block| NodeId(BLOCK + block.0));
        let (live, asked, is_exposed) = (Vec::new(), Vec::new(), false);
        self.nodes.push(Node { action, next, point, site, live, asked, handler, is_exposed });
    }

    fn start_of(&self, block: BlockId) -> NodeId {
        NodeId(self.starts.get(&block).copied().unwrap_or(0) as u32)
    }

    fn resolve(&mut self, is_timed: bool) {
        let starts = std::mem::take(&mut self.starts);
        for next in
            self.nodes.iter_mut().flat_map(|node| node.next.iter_mut().chain(&mut node.handler))
        {
            if next.0 >= BLOCK {
                let start = starts.get(&BlockId(next.0 - BLOCK)).copied().unwrap_or(0);
                *next = NodeId(start as u32);
            }
        }
        self.starts = starts;
        mark_exposed(&mut self.nodes);
        for number in 0..self.nodes.len() {
            let node = &self.nodes[number];
            let is_seen = node.is_exposed
                || leads_to_give(&self.nodes, number)
                || is_timed && !self.only_pauses(number);
            if node.action == Action::Pause && !is_seen {
                self.nodes[number].action = GO_ON;
            }
        }
        self.thread();
    }

    /// Whether the task comes back to the node by pauses alone: a loop that nobody sees.
    fn only_pauses(&self, start: usize) -> bool {
        let mut at = start;
        for _ in 0..self.nodes.len() {
            let node = &self.nodes[at];
            match node.next.as_slice() {
                [next] if node.action == GO_ON || node.action == Action::Pause => {
                    at = next.0 as usize;
                }
                _ => return false,
            }
            if at == start {
                return true;
            }
        }
        true
    }

    /// Leads successors past nodes that only go on; a circle of such is a loop that nobody sees.
    fn thread(&mut self) {
        let goes_on = |node: &Node| node.action == GO_ON;
        let goes_on_at: Vec<bool> =
            self.nodes.iter().map(|node| goes_on(node) && !node.next.is_empty()).collect();
        let targets: Vec<NodeId> = (0..self.nodes.len())
            .map(|start| {
                let mut at = start;
                for _ in 0..self.nodes.len() {
                    match self.nodes[at].next.as_slice() {
                        [next] if goes_on(&self.nodes[at]) => at = next.0 as usize,
                        _ => break,
                    }
                }
                NodeId(at as u32)
            })
            .collect();
        for next in
            self.nodes.iter_mut().flat_map(|node| node.next.iter_mut().chain(&mut node.handler))
        {
            *next = targets[next.0 as usize];
        }
        for node in &mut self.nodes {
            if goes_on(node) && node.next.iter().any(|next| goes_on_at[next.0 as usize]) {
                node.action = Action::Spin;
            }
        }
        for start in self.starts.values_mut() {
            *start = targets[*start].0 as usize;
        }
    }
}
