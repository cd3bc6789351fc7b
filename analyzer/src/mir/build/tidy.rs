//! From a draft to a finished body: what nothing reaches goes, empty steps between blocks go, and
//! locals get their final places (parameters, captures, then the others in the order of their
//! first use).

use super::draft::{Draft, DraftBlock};
use crate::mir::{
    Block, BlockId, End, Local, LocalDecl, MirBody, OpKind, Operand, Rvalue, Terminator,
};
use crate::ty::{Ownership, Ty};

impl Draft {
    /// The finished body.
    pub(super) fn finish(mut self) -> MirBody {
        self.drop_idle_defer_runs();
        let mut blocks: Vec<Block> =
            std::mem::take(&mut self.blocks).into_iter().map(close).collect();
        let mut scopes = std::mem::take(&mut self.scopes);
        let shortcuts = shortcuts(&blocks);
        for block in &mut blocks {
            map_blocks(block, &|id| shortcuts[id.index()]);
        }
        for scope in &mut scopes {
            scope.on_timeout = scope.on_timeout.map(|id| shortcuts[id.index()]);
        }
        let timeouts: Vec<Option<BlockId>> = scopes.iter().map(|scope| scope.on_timeout).collect();
        join_lines(&mut blocks, &timeouts);
        let places = keep_reached(&mut blocks, &timeouts);
        for scope in &mut scopes {
            scope.on_timeout = scope.on_timeout.and_then(|id| places[id.index()]);
        }
        let locals = self.place_locals(&mut blocks);
        // Bodies are made once and kept for long.
        blocks.iter_mut().for_each(|block| block.ops.shrink_to_fit());
        MirBody {
            kind: self.kind,
            name: self.name,
            params: self.params,
            captures: self.captures.len() as u32,
            locals,
            scopes,
            blocks,
            ret: self.ret,
        }
    }

    /// Each return runs the defers, if the body turned out to have any.
    fn drop_idle_defer_runs(&mut self) {
        let ops = || self.blocks.iter().flat_map(|block| &block.ops);
        if ops().any(|op| matches!(op.kind, OpKind::Defer { .. })) {
            return;
        }
        for block in &mut self.blocks {
            block.ops.retain(|op| !matches!(op.kind, OpKind::RunDefers));
        }
    }

    /// Puts locals into their final order and drops those that nothing uses.
    fn place_locals(&mut self, blocks: &mut [Block]) -> Vec<LocalDecl> {
        let captures: Vec<Local> = self.captures.iter().map(|(_, local)| *local).collect();
        self.fill_own_captures(blocks, &captures);
        let mut order: Vec<Local> = (0..self.params).map(Local).collect();
        order.extend(&captures);
        let mut places = vec![None; self.locals.len()];
        for (place, local) in (0..).zip(&order) {
            places[local.index()] = Some(Local(place));
        }
        for block in blocks {
            block.visit_locals(&mut |local| {
                let place = places[local.index()].get_or_insert_with(|| {
                    order.push(*local);
                    Local(order.len() as u32 - 1)
                });
                *local = *place;
            });
        }
        let nameless = || LocalDecl {
            name: None,
            ty: Ty::Unknown,
            ownership: Ownership::Value,
            counts_from_end: false,
        };
        let mut take =
            |local: Local| std::mem::replace(&mut self.locals[local.index()], nameless());
        order.into_iter().map(&mut take).collect()
    }

    /// A nested function that names itself is made again from what it captured.
    fn fill_own_captures(&self, blocks: &mut [Block], captures: &[Local]) {
        for op in blocks.iter_mut().flat_map(|block| &mut block.ops) {
            if let OpKind::Assign { value: Rvalue::Closure(body, args), .. } = &mut op.kind
                && *body == self.id
            {
                *args = captures.iter().copied().map(Operand::Local).collect();
            }
        }
    }
}

/// A block that was never ended is one that nothing reaches.
fn close(block: DraftBlock) -> Block {
    let origin = block.ops.last().map_or(crate::items::NodeIndex::ITEM, |op| op.origin);
    let end = block.end.unwrap_or(End { kind: Terminator::Unreachable, origin });
    Block { ops: block.ops, end }
}

/// For each block, where a jump to it really leads: past blocks that only go on. A circle of such
/// blocks (an endless loop of nothing) stays.
fn shortcuts(blocks: &[Block]) -> Vec<BlockId> {
    let follow = |start: BlockId| {
        let mut at = start;
        // Whoever has gone on so often goes round in a circle.
        for _ in 0..=blocks.len() {
            match &blocks[at.index()] {
                Block { ops, end: End { kind: Terminator::Goto(next), .. } } if ops.is_empty() => {
                    at = *next;
                }
                _ => return at,
            }
        }
        start
    };
    (0..blocks.len() as u32).map(|id| follow(BlockId(id))).collect()
}

/// Appends a block to its only predecessor when that one just goes on to it.
fn join_lines(blocks: &mut [Block], timeouts: &[Option<BlockId>]) {
    let mut entries = entries(blocks, timeouts);
    for id in 0..blocks.len() {
        while entries[id] > 0
            && let Terminator::Goto(next) = blocks[id].end.kind
            && entries[next.index()] == 1
            && next.index() != id
        {
            let idle = End { kind: Terminator::Unreachable, origin: blocks[id].end.origin };
            let ops = std::mem::take(&mut blocks[next.index()].ops);
            blocks[id].ops.extend(ops);
            blocks[id].end = std::mem::replace(&mut blocks[next.index()].end, idle);
            entries[next.index()] = 0;
        }
    }
}

/// How many ways lead into each block from those that are reached; into the first, one more.
fn entries(blocks: &[Block], timeouts: &[Option<BlockId>]) -> Vec<u32> {
    let mut entries = vec![0; blocks.len()];
    entries[0] = 1;
    let mut waiting = vec![BlockId(0)];
    while let Some(id) = waiting.pop() {
        each_next(&blocks[id.index()], timeouts, &mut |next| {
            if entries[next.index()] == 0 {
                waiting.push(next);
            }
            entries[next.index()] += 1;
        });
    }
    entries
}

/// Drops what nothing reaches and puts the rest into the order of the text: a loop's body before
/// what follows the loop. Gives each old id its new one.
fn keep_reached(blocks: &mut Vec<Block>, timeouts: &[Option<BlockId>]) -> Vec<Option<BlockId>> {
    let order = text_order(blocks, timeouts);
    let mut places = vec![None; blocks.len()];
    for (place, old) in (0..).zip(&order) {
        places[old.index()] = Some(BlockId(place));
    }
    let mut old: Vec<Option<Block>> = std::mem::take(blocks).into_iter().map(Some).collect();
    blocks.extend(order.iter().filter_map(|id| old[id.index()].take()));
    for block in blocks.iter_mut() {
        map_blocks(block, &|id| places[id.index()].unwrap_or(id));
    }
    places
}

/// The reached blocks, each before those that only it leads to, first choices first: the reverse
/// of the order in which a walk that takes last choices first is done with them.
fn text_order(blocks: &[Block], timeouts: &[Option<BlockId>]) -> Vec<BlockId> {
    let mut seen = vec![false; blocks.len()];
    let mut order = Vec::new();
    let mut choices = vec![BlockId(0)];
    // A block that was entered, and where its choices begin.
    let mut path: Vec<(BlockId, usize)> = Vec::new();
    loop {
        let begin = path.last().map_or(0, |(_, begin)| *begin);
        if choices.len() > begin {
            let Some(next) = choices.pop() else { break };
            if !std::mem::replace(&mut seen[next.index()], true) {
                path.push((next, choices.len()));
                each_next(&blocks[next.index()], timeouts, &mut |next| choices.push(next));
            }
        } else {
            let Some((done, _)) = path.pop() else { break };
            order.push(done);
        }
    }
    order.reverse();
    order
}

/// Shows the blocks that control may go to from a block: its terminator's, and those that a failure
/// or a timeout goes to.
fn each_next(block: &Block, timeouts: &[Option<BlockId>], show: &mut dyn FnMut(BlockId)) {
    block.end.kind.each_successor(show);
    for op in &block.ops {
        match &op.kind {
            OpKind::EnterAttempt { handler, .. } => show(*handler),
            OpKind::EnterScope { scope, .. } => {
                timeouts[scope.index()].iter().for_each(|next| show(*next));
            }
            _ => {}
        }
    }
}

fn map_blocks(block: &mut Block, map: &dyn Fn(BlockId) -> BlockId) {
    for op in &mut block.ops {
        if let OpKind::EnterAttempt { handler, .. } = &mut op.kind {
            *handler = map(*handler);
        }
    }
    match &mut block.end.kind {
        Terminator::Goto(next) => *next = map(*next),
        Terminator::Branch { then, otherwise, .. } => {
            (*then, *otherwise) = (map(*then), map(*otherwise));
        }
        Terminator::Next { body, done, .. } => (*body, *done) = (map(*body), map(*done)),
        Terminator::Select { cases, otherwise } => {
            cases.iter_mut().for_each(|case| case.target = map(case.target));
            *otherwise = otherwise.map(map);
        }
        Terminator::Return(_) | Terminator::Fail { .. } | Terminator::Unreachable => {}
    }
}
