//! How tasks may end before their time, and at which suspension points that makes a difference.

use crate::mir::Intrinsic;
use crate::skeleton::graph::{
    Action, AtomOp, EarlyEnds, Hold, Node, NodeId, Routine, RoutineId, SyncOp, Target,
};
use crate::skeleton::uses::Uses;

impl EarlyEnds {
    /// What the routines of a skeleton allow. What fails on values counts where a failure is survived.
    pub(super) fn of(routines: &[Routine], is_survived: bool) -> Self {
        let actions = || routines.iter().flat_map(|of| &of.nodes).map(|node| &node.action);
        let closes = actions().any(|of| matches!(of, Action::Sync { op: SyncOp::Close, .. }))
            && Uses::of(routines).may_fail_at_end(routines);
        let may_end = |of: &Action| may_end_by(of, closes) || is_survived && checks(of);
        let any = actions().any(may_end) || routines.iter().flat_map(|of| &of.nodes).any(is_timed);
        let mut ends = Self { any, fails: vec![false; routines.len()] };
        let fails = |of: &Action| fails_by(of, closes) || is_survived && checks(of);
        while any && ends.grow(routines, &fails) {}
        ends
    }

    fn grow(&mut self, routines: &[Routine], fails: &dyn Fn(&Action) -> bool) -> bool {
        let mut grew = false;
        for (number, routine) in routines.iter().enumerate() {
            let actions = || routine.nodes.iter().map(|node| &node.action);
            if !self.fails[number] && actions().any(|of| fails(of) || self.fails_within(of)) {
                self.fails[number] = true;
                grew = true;
            }
        }
        grew
    }

    fn fails_within(&self, action: &Action) -> bool {
        match action {
            Action::Call { target, .. }
            | Action::Spawn { target, .. }
            | Action::Defer(target, _) => match target {
                Target::Routine(RoutineId(routine)) => self.fails[*routine as usize],
                Target::Value(_) => self.fails.contains(&true),
            },
            _ => false,
        }
    }
}

fn fails_by(action: &Action, closes: bool) -> bool {
    match action {
        Action::Fail | Action::Assume { or_fails: true, .. } => true,
        Action::Sync { op: SyncOp::Receive, .. } => closes,
        // Of what was cancelled or failed before.
        Action::Sync { op: SyncOp::Meet, .. } | Action::Join { fails: true, .. } => true,
        _ => false,
    }
}

/// Whether it fails or not on what it is given: a list that may lack a position, a text that may be no int.
fn checks(action: &Action) -> bool {
    let is_of_list =
        matches!(action, Action::Put(..) | Action::Arrange { of: Intrinsic::MutableListPop, .. });
    is_of_list || action.fails_on_values()
}

fn may_end_by(action: &Action, closes: bool) -> bool {
    match action {
        Action::Fail
        | Action::Assume { or_fails: true, .. }
        | Action::Leave(_)
        | Action::Cancel(_) => true,
        Action::Sync { op: SyncOp::Receive, .. } => closes,
        _ => false,
    }
}

fn is_timed(node: &Node) -> bool {
    matches!(node.action, Action::Enter { .. }) && node.next.len() > 1
}

/// Marks the suspension points that nobody sees and behind which something may come, before the next
/// suspension point, that others would see.
pub(super) fn mark_exposed(nodes: &mut [Node]) {
    for number in 0..nodes.len() {
        let passes_unseen = matches!(
            nodes[number].action,
            Action::Pause
                | Action::Spawn { .. }
                | Action::End(_)
                | Action::Join { settles: false, .. }
                // Of a signal that is set.
                | Action::Sync { op: SyncOp::Wait, .. }
        );
        nodes[number].is_exposed = passes_unseen && leads_to(nodes, number, &comes_next);
    }
}

/// Whether a lock may be given back between a suspension point and the next one.
pub(super) fn leads_to_give(nodes: &[Node], from: usize) -> bool {
    leads_to(nodes, from, &|action| match (action, comes_next(action)) {
        (Action::Give(..), _) => Next::Effect,
        (_, Next::Effect) => Next::Nothing,
        (_, next) => next,
    })
}

fn leads_to(nodes: &[Node], from: usize, comes_next: &dyn Fn(&Action) -> Next) -> bool {
    let mut seen = vec![false; nodes.len()];
    let mut pending: Vec<NodeId> = nodes[from].next.clone();
    while let Some(NodeId(at)) = pending.pop() {
        let node = &nodes[at as usize];
        if std::mem::replace(&mut seen[at as usize], true) {
            continue;
        }
        match comes_next(&node.action) {
            Next::Effect => return true,
            Next::Stop => {}
            Next::Nothing => pending.extend(&node.next),
        }
    }
    false
}

enum Next {
    /// What others would see.
    Effect,
    /// Another suspension point.
    Stop,
    Nothing,
}

fn comes_next(action: &Action) -> Next {
    match action {
        Action::Sync { op, .. } => match op {
            SyncOp::TrySend | SyncOp::TryReceive | SyncOp::Close | SyncOp::Set => Next::Effect,
            SyncOp::IsClosed | SyncOp::Length | SyncOp::IsSet => Next::Nothing,
            SyncOp::Send | SyncOp::Receive | SyncOp::Next | SyncOp::Wait | SyncOp::Meet => {
                Next::Stop
            }
        },
        Action::Atom { op: AtomOp::Get, .. } => Next::Nothing,
        Action::TryTake(..)
        | Action::Atom { .. }
        | Action::Give(_, _, Hold::Bare)
        | Action::Cancel(_)
        | Action::Detach(..)
        | Action::Defer(..)
        | Action::Call { .. }
        | Action::Fail
        | Action::Assume { or_fails: true, .. } => Next::Effect,
        Action::Select { .. }
        | Action::Spawn { .. }
        | Action::End(_)
        | Action::Leave(_)
        | Action::Join { settles: false, .. }
        | Action::Take(..)
        | Action::TakeWhen(..)
        | Action::Pause
        | Action::Spin
        | Action::Unclear(_)
        | Action::Return(_) => Next::Stop,
        _ => Next::Nothing,
    }
}
