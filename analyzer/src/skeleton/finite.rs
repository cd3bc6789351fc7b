//! Whether all that a skeleton runs comes to an end, and which of its loops may go round as often as they like.
//!
//! A loop over what is counted ends, and so does one that goes round by what it takes from channels, unless what it
//! gives meanwhile comes back to it, however far round. Which channels those are, a search has seen. Where all loops are
//! such, a task that waits for ever is seen in a state in which nobody moves. And no such state is lost if a counted loop
//! may end sooner or later than it does: what is not found so is not there (an *over-approximation*: Clarke, Grumberg and
//! Long, Model Checking and Abstraction, 1994).
//!
//! Not here: loops that never end. What never happens beside them is not seen so.

mod flow;

use super::graph::{
    Action, AtomOp, Node, NodeId, ObjectType, Routine, RoutineId, SelectOffer, Skeleton, SyncOp,
    Target,
};
use crate::mir::{Local, Operand, Rvalue, ScopeRef};
pub(super) use flow::{Flow, flows_one_way};

/// Whether every run of the skeleton comes to rest, if what loops give does not come back to them.
pub(super) fn comes_to_rest(skeleton: &Skeleton) -> bool {
    let runs = Runs::of(skeleton);
    let ends = |(number, routine): (usize, &Routine)| {
        !runs.leads_to(number, number)
            && !routine.nodes.iter().any(|node| is_endless(routine, &node.action))
            && loops_end(routine)
    };
    let root = skeleton.routines.first();
    let is_given = root.is_some_and(|root| {
        root.locals.iter().take(root.inputs as usize).any(|of| of.kind.carries_objects())
    });
    !is_given && skeleton.routines.iter().enumerate().all(ends)
}

/// The loops that leave nothing behind that would become more with each round, and look at no element, unless all look
/// at nothing.
pub(super) fn loose_loops(skeleton: &Skeleton, is_blind: bool) -> Vec<(RoutineId, NodeId)> {
    let runs = Runs::of(skeleton);
    let mut found = Vec::new();
    for (number, routine) in (0..).zip(&skeleton.routines) {
        for (at, node) in (0..).map(NodeId).zip(&routine.nodes) {
            let Action::Each { iterator, dest } = node.action else { continue };
            let is_plain = |dest: Local| !routine.local(dest).kind.carries_objects();
            if dest.is_some_and(|dest| !is_blind || !is_plain(dest)) {
                continue;
            }
            let grows = |of: NodeId| runs.grows(&routine.node(of).action);
            let body = || circle(routine, at, node.next[0]);
            if !is_channel(routine, iterator) && !body().into_iter().any(grows) {
                found.push((RoutineId(number), at));
            }
        }
    }
    found
}

/// Whether it goes on without end, or what it does is not followed.
fn is_endless(routine: &Routine, action: &Action) -> bool {
    match action {
        Action::Spin | Action::Unclear(_) | Action::TakeWhen(..) => true,
        // A channel of the world's.
        Action::Fresh { dest, .. }
        | Action::Opaque { dest, .. }
        | Action::Escape(_, Some(dest)) => routine.local(*dest).object == Some(ObjectType::Channel),
        _ => false,
    }
}

/// Whether each loop of the routine goes round by a count, or by what it takes.
fn loops_end(routine: &Routine) -> bool {
    let ways = |node: &Node| {
        let next = node.next.iter().enumerate();
        let free = next.filter(|(way, _)| round_by(routine, &node.action, *way).is_none());
        free.map(|(_, next)| *next).chain(node.handler).collect()
    };
    let left: Vec<Vec<NodeId>> = routine.nodes.iter().map(ways).collect();
    (0..left.len()).all(|node| !reaches(&left, &left[node], node))
}

/// What is less by one each time that control goes this way.
enum By {
    Count,
    Value,
}

fn round_by(routine: &Routine, action: &Action, way: usize) -> Option<By> {
    match action {
        Action::Each { iterator, .. } if way == 0 => {
            Some(if is_channel(routine, *iterator) { By::Value } else { By::Count })
        }
        Action::Sync { op: SyncOp::Receive, .. } => Some(By::Value),
        Action::Select { cases, .. } => match cases.get(way)? {
            (SelectOffer::Receive(..), _) => Some(By::Value),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the local walks a channel.
fn is_channel(routine: &Routine, iterator: Local) -> bool {
    let names = |local: Local| routine.local(local).object == Some(ObjectType::Channel);
    names(iterator)
        || routine.nodes.iter().any(|node| match &node.action {
            Action::Let(dest, Rvalue::Iterate(Operand::Local(of))) => {
                *dest == iterator && names(*of)
            }
            _ => false,
        })
}

/// The nodes on the ways from one back to another, if there are any.
fn circle(routine: &Routine, at: NodeId, from: NodeId) -> Vec<NodeId> {
    let ways: Vec<Vec<NodeId>> = routine
        .nodes
        .iter()
        .map(|node| node.next.iter().chain(&node.handler).copied().collect())
        .collect();
    let start = [from];
    let all = (0..routine.nodes.len()).filter(|node| {
        reaches(&ways, &start, *node)
            && (*node == at.0 as usize || reaches(&ways, &ways[*node], at.0 as usize))
    });
    all.map(|node| NodeId(node as u32)).collect()
}

/// Whether one of these leads to the node.
fn reaches(ways: &[Vec<NodeId>], from: &[NodeId], to: usize) -> bool {
    let mut seen = vec![false; ways.len()];
    let mut pending = from.to_vec();
    while let Some(NodeId(at)) = pending.pop() {
        let at = at as usize;
        if at == to {
            return true;
        }
        if !std::mem::replace(&mut seen[at], true) {
            pending.extend(&ways[at]);
        }
    }
    false
}

/// What routines run, and what comes of it.
struct Runs {
    /// By routine: those that it calls and starts.
    runs: Vec<Vec<usize>>,
    /// Those that are made values of.
    values: Vec<usize>,
    grows: Vec<bool>,
}

impl Runs {
    fn of(skeleton: &Skeleton) -> Self {
        let of = |routine: &Routine, f: &dyn Fn(&Action) -> bool| {
            routine.nodes.iter().any(|node| f(&node.action))
        };
        let values = values(skeleton);
        let all_run = |routine: &Routine| {
            routine.nodes.iter().flat_map(|node| run(&node.action, &values)).collect()
        };
        Self {
            runs: skeleton.routines.iter().map(all_run).collect(),
            grows: skeleton.routines.iter().map(|routine| of(routine, &outlives)).collect(),
            values,
        }
    }

    /// Whether a routine comes to run another one.
    fn leads_to(&self, from: usize, to: usize) -> bool {
        let mut seen = vec![false; self.runs.len()];
        let mut pending = self.runs[from].clone();
        while let Some(at) = pending.pop() {
            if at == to {
                return true;
            }
            if !std::mem::replace(&mut seen[at], true) {
                pending.extend(&self.runs[at]);
            }
        }
        false
    }

    fn has(&self, action: &Action, of: &[bool]) -> bool {
        let is_it =
            |from: usize| (0..of.len()).any(|at| of[at] && (at == from || self.leads_to(from, at)));
        run(action, &self.values).into_iter().any(is_it)
    }

    /// Whether something is left of it that was not there before.
    fn grows(&self, action: &Action) -> bool {
        outlives(action)
            || self.has(action, &self.grows)
            || matches!(
                action,
                Action::Spawn { .. }
                    | Action::Defer(..)
                    | Action::MakeAtom(..)
                    | Action::MakeBarrier(..)
                    | Action::MakeChannel(..)
                    | Action::MakeLock { .. }
                    | Action::MakeSignal(_)
            )
    }
}

/// The routines that are made values of.
fn values(skeleton: &Skeleton) -> Vec<usize> {
    let mut found = Vec::new();
    for routine in &skeleton.routines {
        found.extend(routine.nodes.iter().filter_map(|node| match &node.action {
            Action::Let(_, value) => Some(skeleton.function(routine.item, value)?.0 as usize),
            _ => None,
        }));
    }
    found
}

/// What an action may come to run: of function values any.
fn run(action: &Action, values: &[usize]) -> Vec<usize> {
    match action {
        Action::Call { target, .. }
        | Action::Spawn { target, .. }
        | Action::Detach(target, _)
        | Action::Defer(target, _) => match target {
            Target::Routine(RoutineId(routine)) => vec![*routine as usize],
            Target::Value(_) => values.to_vec(),
        },
        Action::Atom { op: AtomOp::Swap, .. } => values.to_vec(),
        _ => Vec::new(),
    }
}

/// Whether it starts what outlives the call, or lengthens a list.
fn outlives(action: &Action) -> bool {
    matches!(
        action,
        Action::Detach(..)
            | Action::Spawn { scope: ScopeRef::Passed(_), .. }
            | Action::Arrange { .. }
            | Action::Put(..)
    )
}
