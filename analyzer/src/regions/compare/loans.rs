//! What a lock lends: it must not leave (R007), nor be changed under a read lock (R009).

use super::Checker;
use crate::diagnostics::{Code, Site};
use crate::items::NodeIndex;
use crate::mir::Point;
use crate::regions::domain::{Access, Fact, Hold, Mode, Taken};
use crate::regions::paths::{Area, Place};
use crate::regions::state::State;
use crate::regions::{knots, report};

impl Checker<'_, '_> {
    /// R009.
    pub(super) fn changed_under_read_lock(&mut self, facts: &[Fact], name: &str, access: Access) {
        let read_only = facts.iter().find_map(|fact| match fact {
            Fact::Lent { loan, .. } if self.view.only_reads(*loan) => Some(*loan),
            _ => None,
        });
        if let Some(loan) = read_only
            && self.findings.is_new(self.view, Code::R009, access.at, name)
        {
            let finding = report::changed_under_read_lock(self.view, name, access, loan);
            self.findings.add(finding);
        }
    }

    /// A task takes what a lock lends. That is fine in a scope which ends before the lock is given back, as
    /// long as the task itself lets nothing out; says whether it is not.
    pub(super) fn taken_from_lock(
        &mut self,
        before: &State,
        facts: &[Fact],
        name: &str,
        taken: &Taken,
    ) -> bool {
        let leaves = facts.iter().find_map(|fact| match fact {
            Fact::Lent { loan, .. }
                if taken.keep.is_none() && before.ends_within(taken.scope, *loan) =>
            {
                None
            }
            Fact::Lent { loan, hold, .. } | Fact::Escaped { loan, hold, .. } => {
                (!self.is_free(*loan, *hold)).then_some((*loan, *hold))
            }
            _ => None,
        });
        match leaves {
            Some((loan, hold)) => self.escape(name, loan, hold, taken.access.at, None),
            None if taken.mode == Mode::Change => {
                self.changed_under_read_lock(facts, name, taken.access);
            }
            None => {}
        }
        leaves.is_some()
    }

    pub(super) fn escape(
        &mut self,
        name: &str,
        loan: Point,
        hold: Hold,
        at: NodeIndex,
        used: Option<NodeIndex>,
    ) {
        // What is read from something that leaves leaves with it.
        let statement = self.view.statement(at);
        let is_known = self.findings.of(Code::R007).any(|known| {
            let node = known.site.node;
            node == at || used.is_some() && self.view.statement(node) == statement
        });
        if !is_known && self.findings.is_new(self.view, Code::R007, at, name) {
            let knot = if hold == Hold::Out { knots::of_loan(self.view, loan) } else { None };
            let site = |node| Site::whole(self.view.owner(), node);
            let used = used.map(site);
            self.findings.add(report::loan_escapes(self.view, name, loan, knot, site(at), used));
        }
    }

    /// Whether it was taken out of what the lock guards, and cannot be in there any more.
    pub(super) fn is_free(&self, loan: Point, hold: Hold) -> bool {
        hold == Hold::Out && knots::of_loan(self.view, loan).is_none()
    }

    /// Whether storing `from` into `into` lets what a lock lends get out.
    pub(super) fn lets_out(
        &self,
        state: &State,
        from: Place,
        into: Place,
    ) -> Option<(Point, Hold)> {
        let into_loans = state.loans(into);
        state.lent(from).into_iter().find(|(loan, hold)| {
            let outside = state.facts(Area::at(into)).contains(&Fact::Outside { loan: *loan });
            let leaves = !into_loans.contains(loan) && (outside || !into_loans.is_empty());
            leaves && !self.is_free(*loan, *hold)
        })
    }
}
