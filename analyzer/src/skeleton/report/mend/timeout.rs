//! A way out for a `select` that waits for ever.

use super::text::text_of;
use crate::diagnostics::{Edit, EditKind, Fix, Site};
use crate::hir::{SelectArm, Stmt};
use crate::skeleton::graph::{Action, NodeId, Routine, SelectOffer};
use crate::skeleton::report::Report;
use crate::skeleton::stuck::helpers::reachable;
use crate::skeleton::stuck::{Stuck, StuckWait};

impl Report<'_> {
    /// `case timeout(…): pass` as the last case of a `select` that is in no loop: in one, it would be waited
    /// for over and over.
    pub(in crate::skeleton::report) fn timeout(&self, cause: &Stuck) -> Option<Fix> {
        if cause.wait != StuckWait::Select {
            return None;
        }
        let (routine, node) = cause.at;
        let last = self.last_case(self.site(cause.at))?;
        let behind = behind(self.skeleton.routine(routine), node)?;
        let is_mended = self.is_mended_by(self.made(cause), |skeleton| {
            let select = &mut skeleton.routines[routine.0 as usize].nodes[node.0 as usize];
            if let Action::Select { cases, .. } = &mut select.action {
                select.next.insert(cases.len(), behind);
                cases.push((SelectOffer::Timeout, None));
            }
        });
        let kind = EditKind::LineAfter("case timeout(1.seconds): pass".to_owned());
        let edits = vec![Edit { site: last, kind }];
        let title = "Wait one second, and go on if nothing comes".to_owned();
        is_mended.then_some(Fix { title, safe: false, edits })
    }

    /// Where the last case stands, if each of them leads on behind the `select`.
    fn last_case(&self, select: Site) -> Option<Site> {
        let text = text_of(self.db, select);
        let mut stmts = text.body.stmts.iter();
        let (_, found) =
            stmts.find(|(id, _)| text.source_map.stmts.get(*id) == Some(&select.node))?;
        let Stmt::Select(arms, None) = found else { return None };
        let from = arms.first()?.origin;
        let leaves = |stmt: &Stmt| matches!(stmt, Stmt::Return(_) | Stmt::Break | Stmt::Continue);
        let is_within = |site: Site| site.node > from;
        let is_left = text.body.stmts.iter().any(|(id, stmt)| {
            let node = text.source_map.stmts.get(id);
            leaves(stmt) && node.is_some_and(|node| is_within(Site { node: *node, ..select }))
        });
        let last = |arm: &SelectArm| Site::whole(select.item, arm.origin);
        arms.last().map(last).filter(|_| !is_left)
    }
}

/// Where all cases of a `select` meet again; none in a loop.
fn behind(routine: &Routine, select: NodeId) -> Option<NodeId> {
    let ways: Vec<Vec<NodeId>> =
        routine.node(select).next.iter().map(|next| reachable(routine, *next)).collect();
    let (first, others) = ways.split_first()?;
    if ways.iter().any(|way| way.contains(&select)) {
        return None;
    }
    let is_shared = |node: &&NodeId| others.iter().all(|way| way.contains(node));
    let shared: Vec<NodeId> = first.iter().filter(is_shared).copied().collect();
    let leads_to_all = |node: &&NodeId| {
        let way = reachable(routine, **node);
        shared.iter().all(|other| way.contains(other))
    };
    shared.iter().find(leads_to_all).copied()
}
