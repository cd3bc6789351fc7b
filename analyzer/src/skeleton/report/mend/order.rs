//! Two locks that are taken right after one another, taken the other way round.

use super::text::{place_of, text_of};
use crate::diagnostics::{Edit, EditKind, Fix, Part, Site};
use crate::hir::{Expr, LocalId, Lowered, Stmt, StmtId};
use crate::mir::Local;
use crate::skeleton::graph::{Action, Node, NodeId, Routine, RoutineId, Skeleton};
use crate::skeleton::report::Report;
use crate::skeleton::state::Made;
use crate::skeleton::step::EventKind;
use crate::skeleton::stuck::{LockCircle, Stuck, StuckWait};

/// The nodes from where the first lock is taken to where the second is.
struct Chain {
    routine: RoutineId,
    nodes: Vec<NodeId>,
    /// Where the first lock comes from.
    first: Made,
}

impl Report<'_> {
    /// Of the tasks of a circle, one that takes its two locks in the other order: if it can be, one that
    /// does not take them as they are made.
    pub(in crate::skeleton::report) fn other_order(&self, cause: &Stuck) -> Option<Fix> {
        if cause.wait != StuckWait::Lock(LockCircle::Order) {
            return None;
        }
        let mut chains: Vec<Chain> =
            cause.circle.iter().filter_map(|task| self.chain(*task)).collect();
        chains.sort_by_key(|chain| std::cmp::Reverse(chain.first));
        chains.iter().find_map(|chain| {
            let edits = self.exchanged(chain)?;
            let is_mended = self.is_mended_by(self.made(cause), |of| chain.turn_round(of));
            let title = "Take the two locks in the order that the others take them".to_owned();
            is_mended.then_some(Fix { title, safe: false, edits })
        })
    }

    /// What leads from the lock that the task took last to the one that it waits for, where nothing
    /// that others see comes between.
    fn chain(&self, task: u32) -> Option<Chain> {
        let of = &self.doom.state.tasks[task as usize];
        let frame = of.frames.last()?;
        let (routine, second) = (frame.routine, frame.node);
        let is_last = |event: &&crate::skeleton::step::Event| event.task == of.label.path;
        let taken = self.doom.events.iter().rev().find(is_last)?;
        if taken.kind != EventKind::TakesLock || taken.at.0 != routine {
            return None;
        }
        let source = self.skeleton.routine(routine);
        let nodes = straight(source, taken.at.1, second)?;
        let takes = |node: &NodeId| matches!(source.node(*node).action, Action::Take(..));
        let both = takes(&taken.at.1) && takes(&second);
        both.then_some(Chain { routine, nodes, first: taken.made? })
    }

    /// The edits that exchange the heads of two blocks, or two statements.
    fn exchanged(&self, chain: &Chain) -> Option<Vec<Edit>> {
        let site = |node: &NodeId| self.site((chain.routine, *node));
        let (first, second) = (site(chain.nodes.first()?), site(chain.nodes.last()?));
        let text = text_of(self.db, first);
        let (suite, at) = place_of(text, first)?;
        let part = match &text.body.stmts[suite[at]] {
            Stmt::With { .. } => {
                let inner = only_inner(text, suite[at], second)?;
                are_apart(text, suite[at], inner).then_some(Part::Head)?
            }
            Stmt::Expr(_) if place_of(text, second)? == (suite, at + 1) => Part::Whole,
            _ => return None,
        };
        let (first, second) = (first.part(part), second.part(part));
        let put = |site, other| Edit { site, kind: EditKind::TextOf(other) };
        Some(vec![put(first, second), put(second, first)])
    }
}

impl Chain {
    /// Takes the first lock behind the second.
    fn turn_round(&self, skeleton: &mut Skeleton) {
        let nodes = &mut skeleton.routines[self.routine.0 as usize].nodes;
        let mut live: Vec<Local> = Vec::new();
        for node in &self.nodes {
            live.extend(&nodes[node.0 as usize].live);
        }
        live.sort_unstable();
        live.dedup();
        for pair in self.nodes.windows(2) {
            let (a, b) = (pair[0].0 as usize, pair[1].0 as usize);
            let (before, behind) = nodes.split_at_mut(b.max(a));
            let (Some(left), Some(right)) = (before.get_mut(b.min(a)), behind.first_mut()) else {
                return;
            };
            std::mem::swap(&mut left.action, &mut right.action);
            std::mem::swap(&mut left.site, &mut right.site);
        }
        for node in &self.nodes {
            nodes[node.0 as usize].live.clone_from(&live);
        }
    }
}

/// The way from one node to another where it does nothing that others see and has no branch.
fn straight(routine: &Routine, from: NodeId, to: NodeId) -> Option<Vec<NodeId>> {
    let goes_on = |node: &Node| {
        matches!(node.action, Action::Let(..) | Action::Opaque { .. } | Action::Fresh { .. })
            || node.action == Action::Escape(Vec::new(), None)
    };
    let mut way = vec![from];
    for _ in 0..routine.nodes.len() {
        let [next] = routine.node(*way.last()?).next[..] else { return None };
        way.push(next);
        if next == to {
            return Some(way);
        }
        if !goes_on(routine.node(next)) {
            return None;
        }
    }
    None
}

/// The block that is all that stands in the other one.
fn only_inner(text: &Lowered, outer: StmtId, inner: Site) -> Option<StmtId> {
    let Stmt::With { suite, when: None, .. } = &text.body.stmts[outer] else { return None };
    let [only] = suite[..] else { return None };
    let is_it = text.source_map.stmts.get(only) == Some(&inner.node);
    let is_plain = matches!(text.body.stmts[only], Stmt::With { when: None, .. });
    (is_it && is_plain).then_some(only)
}

/// Whether neither head uses the name that the other one gives.
fn are_apart(text: &Lowered, outer: StmtId, inner: StmtId) -> bool {
    let head = |stmt: StmtId| match &text.body.stmts[stmt] {
        Stmt::With { name, suite, .. } => Some((*name, suite)),
        _ => None,
    };
    let node = |stmt: StmtId| text.source_map.stmts.get(stmt).map_or(0, |node| node.0);
    let (Some((outer_name, _)), Some((inner_name, suite))) = (head(outer), head(inner)) else {
        return false;
    };
    let end = suite.first().map_or(u32::MAX, |first| node(*first));
    !is_named(text, outer_name, node(inner), end)
        && !is_named(text, inner_name, node(outer), node(inner))
}

/// Whether an expression between the two nodes names the local.
fn is_named(text: &Lowered, name: Option<LocalId>, from: u32, to: u32) -> bool {
    let is_it = |expr: &Expr| matches!((expr, name), (Expr::Local(of), Some(name)) if *of == name);
    text.body.exprs.iter().any(|(id, expr)| {
        let node = text.source_map.exprs.get(id).map_or(0, |node| node.0);
        is_it(expr) && (from..to).contains(&node)
    })
}
