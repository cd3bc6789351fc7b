//! The order of control: where it goes on from each block, and what it passes on every way.

use std::collections::{BTreeMap, BTreeSet};

use crate::mir::{BlockId, MirBody, OpKind, ScopeId};

/// Something open that a failure or a timeout closes on its way out.
#[derive(Clone, Copy)]
enum Open {
    Attempt(BlockId),
    Scope(ScopeId, Option<BlockId>),
}

/// By block, where control may go on: its successors, and twice each place where a failure or a timeout in
/// it goes on.
pub(super) fn nexts(body: &MirBody) -> Vec<Vec<BlockId>> {
    let mut nexts: Vec<_> = body.blocks.iter().map(|block| block.end.kind.successors()).collect();
    for (of_block, elsewhere) in nexts.iter_mut().zip(elsewhere(body)) {
        of_block.extend(elsewhere.into_iter().flat_map(|block| [block, block]));
        of_block.retain(|next| next.index() < body.blocks.len());
    }
    nexts
}

/// By block, where a failure or a timeout inside of it goes on.
fn elsewhere(body: &MirBody) -> Vec<BTreeSet<BlockId>> {
    let mut elsewhere = vec![BTreeSet::new(); body.blocks.len()];
    let mut open_at: Vec<Option<Vec<Open>>> = vec![None; body.blocks.len()];
    let mut pending = vec![(BlockId(0), Vec::new())];
    while let Some((block, mut open)) = pending.pop() {
        let Some(at @ None) = open_at.get_mut(block.index()) else { continue };
        *at = Some(open.clone());
        let data = &body.blocks[block.index()];
        let mut leaves: BTreeMap<BlockId, Vec<Open>> = ways_out(&open).into_iter().collect();
        for op in data.ops.iter().filter(|op| opens(&op.kind)) {
            step(body, &op.kind, &mut open);
            leaves.extend(ways_out(&open));
        }
        pending.extend(data.end.kind.successors().into_iter().map(|next| (next, open.clone())));
        for (next, around) in leaves {
            elsewhere[block.index()].insert(next);
            pending.push((next, around));
        }
    }
    elsewhere
}

fn opens(op: &OpKind) -> bool {
    matches!(op, OpKind::EnterAttempt { .. } | OpKind::EnterScope { .. })
        || matches!(op, OpKind::ExitAttempt | OpKind::EndScope(_) | OpKind::LeaveScope(_))
}

/// What the op opens or closes.
fn step(body: &MirBody, op: &OpKind, open: &mut Vec<Open>) {
    let closes = |is_it: &dyn Fn(&Open) -> bool, open: &mut Vec<Open>| {
        if let Some(depth) = open.iter().rposition(is_it) {
            open.truncate(depth);
        }
    };
    match op {
        OpKind::EnterAttempt { handler, .. } => open.push(Open::Attempt(*handler)),
        OpKind::EnterScope { scope, .. } => {
            let on_timeout = body.scopes.get(scope.index()).and_then(|scope| scope.on_timeout);
            open.push(Open::Scope(*scope, on_timeout));
        }
        OpKind::ExitAttempt => closes(&|open| matches!(open, Open::Attempt(_)), open),
        OpKind::EndScope(ended) | OpKind::LeaveScope(ended) => {
            closes(&|open| matches!(open, Open::Scope(scope, _) if scope == ended), open);
        }
        _ => {}
    }
}

/// Where a failure goes on, and where each timeout does, with what is open there.
fn ways_out(open: &[Open]) -> Vec<(BlockId, Vec<Open>)> {
    let mut caught = false;
    let mut ways = Vec::new();
    for (depth, of) in open.iter().enumerate().rev() {
        let goes_on = match of {
            Open::Attempt(handler) => (!std::mem::replace(&mut caught, true)).then_some(*handler),
            Open::Scope(_, on_timeout) => *on_timeout,
        };
        ways.extend(goes_on.map(|block| (block, open[..depth].to_vec())));
    }
    ways
}

/// By block, the one that every way to it passes last (Cooper, Harvey and Kennedy, 2001).
pub(super) fn dominators(after: &[Vec<BlockId>], before: &[Vec<BlockId>]) -> Vec<Option<BlockId>> {
    let order = reverse_postorder(after);
    let rank: BTreeMap<BlockId, usize> = order.iter().copied().zip(0..).collect();
    let mut above: Vec<Option<BlockId>> = vec![None; after.len()];
    let meet = |above: &[Option<BlockId>], mut a: BlockId, mut b: BlockId| {
        while a != b {
            let later = if rank[&a] > rank[&b] { &mut a } else { &mut b };
            match above[later.index()] {
                Some(next) => *later = next,
                None => return BlockId(0),
            }
        }
        a
    };
    loop {
        let mut changed = false;
        for block in order.iter().skip(1) {
            let known = before[block.index()]
                .iter()
                .filter(|of| rank.contains_key(of) && (of.0 == 0 || above[of.index()].is_some()));
            let new = known.copied().reduce(|a, b| meet(&above, a, b));
            if above[block.index()] != new {
                above[block.index()] = new;
                changed = true;
            }
        }
        if !changed {
            return above;
        }
    }
}

/// By block, a number that it shares with those from which control comes back to it (Kosaraju; Sharir, 1981).
pub(super) fn circles(after: &[Vec<BlockId>], before: &[Vec<BlockId>]) -> Vec<u32> {
    let mut circles: Vec<Option<u32>> = vec![None; after.len()];
    for (number, first) in (0..).zip(reverse_postorder(after)) {
        let mut pending = vec![first];
        while let Some(block) = pending.pop() {
            if circles[block.index()].is_none() {
                circles[block.index()] = Some(number);
                pending.extend(&before[block.index()]);
            }
        }
    }
    circles.into_iter().map(|circle| circle.unwrap_or(u32::MAX)).collect()
}

fn reverse_postorder(after: &[Vec<BlockId>]) -> Vec<BlockId> {
    let (mut order, mut seen) = (Vec::new(), BTreeSet::from([BlockId(0)]));
    let mut pending = vec![(BlockId(0), after.first().cloned().unwrap_or_default())];
    while let Some((block, nexts)) = pending.last_mut() {
        match nexts.pop() {
            Some(next) if seen.insert(next) => pending.push((next, after[next.index()].clone())),
            Some(_) => {}
            None => {
                order.push(*block);
                pending.pop();
            }
        }
    }
    order.reverse();
    order
}
