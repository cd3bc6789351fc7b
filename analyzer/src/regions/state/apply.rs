//! What each [`Event`] leaves behind, and what is closed on the way out.

use std::sync::Arc;

use super::State;
use crate::items::NodeIndex;
use crate::mir::{Local, Point};
use crate::regions::domain::{Access, Fact, Hold, Holder, Keep, Open, Rounds};
use crate::regions::events::Event;
use crate::regions::paths::{Area, Place, Reach};

impl State {
    /// What the event leaves behind.
    pub(in crate::regions) fn apply(&mut self, event: &Event) {
        match event {
            Event::Touch(_)
            | Event::Return { .. }
            | Event::Apart { .. }
            | Event::Late(_)
            | Event::Knot { .. }
            | Event::Owed(_) => {}
            Event::CallParam { call, at } => {
                for (arg, places) in (0..).zip(&call.args) {
                    for place in places {
                        self.spread(Area::all(*place), Fact::Offered { at: *at, arg: Some(arg) });
                    }
                }
                for place in &call.places {
                    self.spread(Area::all(*place), Fact::Offered { at: *at, arg: None });
                }
                Arc::make_mut(&mut self.called).insert(*at);
            }
            Event::Expose(place) => self.expose(*place),
            Event::Assign { dest, from, shared, at } => self.assign(*dest, from, shared, *at),
            Event::Replace { dest, loan, at, .. } => {
                self.forget(*dest);
                self.lend(*dest, *loan, *at);
            }
            Event::Store { from, into, kind, replaces, .. } => {
                if *replaces {
                    self.clear(*into);
                }
                self.store(*from, *into, *kind);
            }
            Event::Give { place, access, keep, cut } => self.give(*place, *access, *keep, *cut),
            Event::Guard { place, loan, access } => self.put_under(*place, *loan, *access),
            Event::Leave { area, fact } => self.spread(*area, *fact),
            Event::Take { area, taken, .. } => self.take(*area, *taken),
            Event::Shift(area) => self.shift(*area),
            Event::Started { task, scope, dest } => self.tasks.start(*task, *scope, *dest),
            Event::Ended { handle } => self.end_named(*handle),
            Event::Handle { dest, from } => self.tasks.name(*dest, *from),
            Event::Handles { dest, from } => self.tasks.name_parts(*dest, *from),
            Event::Gather { task, list } => self.tasks.gathered().gather(*task, *list),
            Event::HandleList { dest, from } => self.tasks.gathered().name_list(*dest, *from),
            Event::Walk { iterator, list } => self.tasks.gathered().walk(*iterator, *list),
            Event::WalkStep { iterator, dest } => self.tasks.gathered().step(*iterator, *dest),
            Event::Walked { iterator } => self.end_walked(*iterator),
            Event::Function { dest, targets } => {
                Arc::make_mut(&mut self.targets).insert(*dest, targets.clone());
            }
            Event::Outcome { dest, tells } => {
                self.outcomes.remove(dest);
                self.outcomes.extend(tells.map(|tells| (*dest, tells)));
            }
            Event::OpenScope(scope) => self.open.push(Open::Scope(*scope)),
            Event::CloseScope(scope) => self.close_scope(*scope),
            Event::OpenAttempt(handler) => self.open.push(Open::Attempt(*handler)),
            Event::CloseAttempt => {
                self.close_last(|open| matches!(open, Open::Attempt(_)));
            }
            Event::OpenLoan { loan, local, holder, around, at } => {
                if let Some(holder) = holder {
                    self.lend_anew(*holder, *loan, around, *at);
                }
                self.open.push(Open::Loan { loan: *loan, local: *local });
            }
            Event::CloseLoan(local) => self.close_loan(*local),
            Event::Deferred { point, functions } => {
                for (position, targets) in functions {
                    let kept = Arc::make_mut(&mut self.kept);
                    kept.entry((*point, *position)).or_default().extend(targets);
                }
                let rounds = Arc::make_mut(&mut self.deferred).entry(*point);
                rounds.and_modify(|rounds| *rounds = Rounds::Several).or_insert(Rounds::One);
            }
        }
    }

    /// Closes everything above `depth`, as a failure or a timeout does.
    pub(in crate::regions) fn unwind(&mut self, depth: usize) {
        while self.open.len() > depth {
            match self.open.last().copied() {
                Some(Open::Scope(scope)) => self.close_scope(scope),
                Some(Open::Loan { local, .. }) => self.close_loan(local),
                Some(Open::Attempt(_)) | None => {
                    self.open.pop();
                }
            }
        }
    }

    /// Nothing is deferred any more.
    pub(in crate::regions) fn forget_deferred(&mut self) {
        (self.deferred, self.kept) = Default::default();
    }

    /// Whether something may have been given away at that node before.
    pub(in crate::regions) fn has_given_at(&self, node: NodeIndex) -> bool {
        self.cells.any_fact(|fact| matches!(fact, Fact::Given { access, .. } if access.at == node))
    }

    /// On the path where the giving at that node did not happen.
    pub(in crate::regions) fn take_back(&mut self, given_at: NodeIndex) {
        self.cells.change_facts(|fact| match fact {
            Fact::Given { access, .. } if access.at == given_at => None,
            fact => Some(fact),
        });
    }

    fn lend(&mut self, holder: Holder, loan: Point, left: NodeIndex) {
        let lent = Fact::Lent { loan, left, hold: Hold::Within };
        self.cell_mut(holder).facts.insert((Reach::ALL, lent));
    }

    /// A place is put into what the lock guards: what lies there already stays lent.
    fn put_under(&mut self, place: Place, loan: Point, access: Access) {
        let fact = |cut| Fact::Stored { loan, access, cut };
        let lent: Vec<Holder> = self
            .cells
            .holders()
            .filter(|it| self.is_within_loan(Place::whole(*it), loan))
            .collect();
        self.spread_out(Area::all(place), false, &fact, None);
        for holder in lent {
            let facts = &mut self.cell_mut(holder).facts;
            facts.retain(|(_, known)| known.uncut() != fact(false));
        }
    }

    /// `holder` is what the lock guards; what is `around` was there before.
    fn lend_anew(&mut self, holder: Holder, loan: Point, around: &[Holder], at: NodeIndex) {
        self.forget(holder);
        for older in around.iter().filter(|older| **older != holder) {
            self.cell_mut(*older).facts.insert((Reach::ALL, Fact::Outside { loan }));
        }
        self.lend(holder, loan, at);
    }

    fn close_loan(&mut self, local: Local) {
        let Some(closed) = self.open_loan(local) else { return };
        self.cells.change_facts(|fact| match fact {
            Fact::Outside { loan } if loan == closed => None,
            Fact::Lent { loan, left, hold } if loan == closed => {
                Some(Fact::Escaped { loan, left, hold })
            }
            Fact::Stored { loan, access, cut } if loan == closed => {
                Some(Fact::Given { access, keep: Keep::Stored, cut })
            }
            fact => Some(fact),
        });
        self.close_last(|open| matches!(open, Open::Loan { loan, .. } if *loan == closed));
    }

    pub(super) fn close_last(&mut self, is: impl Fn(&Open) -> bool) {
        if let Some(position) = self.open.iter().rposition(is) {
            self.open.truncate(position);
        }
    }
}
