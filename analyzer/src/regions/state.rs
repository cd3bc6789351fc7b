//! The state's algebra: uniting paths, and what each [`Event`] leaves behind.

use std::collections::{BTreeMap, BTreeSet};

use super::domain::{Access, Cell, Event, Fact, Holder, Keep, Open, ScopeKey, State, Target};
use crate::items::NodeIndex;
use crate::mir::{Local, Point, ScopeId};

impl State {
    /// Nothing joined, nothing known; the task-typed locals name nothing.
    pub(super) fn new(holders: usize, handles: impl Iterator<Item = Local>) -> Self {
        Self {
            cells: vec![Cell::default(); holders],
            targets: BTreeMap::new(),
            running: BTreeMap::new(),
            unnamed: handles.map(|handle| (handle, BTreeSet::new())).collect(),
            outcomes: BTreeMap::new(),
            deferred: BTreeSet::new(),
            open: Vec::new(),
        }
    }

    pub(super) fn cell(&self, holder: Holder) -> &Cell {
        &self.cells[holder.index()]
    }

    pub(super) fn facts(&self, holder: Holder) -> &BTreeSet<Fact> {
        &self.cell(holder).facts
    }

    /// Whether the two may share a region.
    pub(super) fn joined(&self, one: Holder, other: Holder) -> bool {
        one == other || self.cell(one).joined.contains(&other)
    }

    /// What a function value may be.
    pub(super) fn targets(&self, local: Local) -> BTreeSet<Target> {
        self.targets.get(&local).cloned().unwrap_or_else(|| BTreeSet::from([Target::Unknown]))
    }

    /// The loan that `local` names while its lock is held.
    pub(super) fn open_loan(&self, local: Local) -> Option<Point> {
        self.open.iter().rev().find_map(|open| match open {
            Open::Loan { loan, local: named } if *named == local => Some(*loan),
            _ => None,
        })
    }

    /// The loans whose region the holder may reach.
    pub(super) fn loans(&self, holder: Holder) -> BTreeSet<Point> {
        let lent = self.facts(holder).iter().filter_map(|fact| match fact {
            Fact::Lent { loan, .. } => Some(*loan),
            _ => None,
        });
        lent.collect()
    }

    /// Takes up what another path brings; says whether anything is new.
    pub(super) fn unite(&mut self, other: &Self) -> bool {
        let mut grew = false;
        for (mine, theirs) in self.cells.iter_mut().zip(&other.cells) {
            grew |= take_up(&mut mine.joined, &theirs.joined);
            grew |= take_up(&mut mine.facts, &theirs.facts);
        }
        for (local, targets) in &other.targets {
            grew |= take_up(self.targets.entry(*local).or_default(), targets);
        }
        for (task, scope) in &other.running {
            grew |= self.running.insert(*task, *scope).is_none();
        }
        for (handle, sites) in &other.unnamed {
            grew |= take_up(self.unnamed.entry(*handle).or_default(), sites);
        }
        grew |= take_up(&mut self.deferred, &other.deferred);
        let outcomes = self.outcomes.len();
        self.outcomes.retain(|local, tells| other.outcomes.get(local) == Some(tells));
        let common = self.open.iter().zip(&other.open).take_while(|(a, b)| a == b).count();
        grew |= self.outcomes.len() < outcomes || self.open.len() > common;
        self.open.truncate(common);
        grew
    }

    /// What the event leaves behind.
    pub(super) fn apply(&mut self, event: &Event) {
        match event {
            Event::Touch(_)
            | Event::Return { .. }
            | Event::CallParam { .. }
            | Event::Apart { .. } => {}
            Event::Assign { dest, from, at } => self.assign(*dest, from, *at),
            Event::Replace { dest, loan, at } => {
                self.forget(*dest);
                self.lend(*dest, *loan, *at);
            }
            Event::Store { from, into, .. } => self.join(*from, *into),
            Event::Give { holder, access, keep } => self.give(*holder, *access, *keep),
            Event::Take { holder, taken, .. } => self.spread(*holder, Fact::Taken(*taken)),
            Event::Started { task, scope, dest } => self.start(*task, *scope, *dest),
            Event::Ended { handle } => self.end_named(*handle),
            Event::Handle { dest, from } => self.name_task(*dest, *from),
            Event::Function { dest, targets } => {
                self.targets.insert(*dest, targets.clone());
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
            Event::OpenLoan { loan, local, holder, at } => {
                self.open_loan_of(*loan, *local, *holder, *at);
            }
            Event::CloseLoan(local) => self.close_loan(*local),
            Event::Deferred(point) => {
                self.deferred.insert(*point);
            }
        }
    }

    /// Closes everything above `depth`, as a failure or a timeout does.
    pub(super) fn unwind(&mut self, depth: usize) {
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

    /// On the path where the giving at that node did not happen.
    pub(super) fn take_back(&mut self, given_at: NodeIndex) {
        for cell in &mut self.cells {
            cell.facts.retain(
                |fact| !matches!(fact, Fact::Given { access, .. } if access.at == given_at),
            );
        }
    }

    fn assign(&mut self, dest: Holder, from: &[Holder], at: NodeIndex) {
        let mut cell = Cell::default();
        for holder in from {
            cell.joined.extend(&self.cell(*holder).joined);
            cell.joined.insert(*holder);
            cell.facts.extend(self.facts(*holder).iter().map(|fact| moved_on(*fact, at)));
        }
        // A name that holds part of what it held before keeps its own past.
        self.forget(dest);
        cell.joined.remove(&dest);
        for other in &cell.joined {
            self.cells[other.index()].joined.insert(dest);
        }
        self.cells[dest.index()] = cell;
    }

    fn forget(&mut self, holder: Holder) {
        let old = std::mem::take(&mut self.cells[holder.index()]);
        for other in old.joined {
            self.cells[other.index()].joined.remove(&holder);
        }
    }

    /// Everything joined with either becomes joined with everything joined with the other.
    fn join(&mut self, one: Holder, other: Holder) {
        let (left, right) = (self.region(one), self.region(other));
        let facts: BTreeSet<Fact> = self.facts(one).union(self.facts(other)).copied().collect();
        for holder in left.iter().chain(&right) {
            self.cells[holder.index()].facts.extend(&facts);
        }
        for a in &left {
            for b in &right {
                if a != b {
                    self.cells[a.index()].joined.insert(*b);
                    self.cells[b.index()].joined.insert(*a);
                }
            }
        }
    }

    fn region(&self, holder: Holder) -> BTreeSet<Holder> {
        let mut region = self.cell(holder).joined.clone();
        region.insert(holder);
        region
    }

    fn spread(&mut self, holder: Holder, fact: Fact) {
        for holder in self.region(holder) {
            self.cells[holder.index()].facts.insert(fact);
        }
    }

    fn give(&mut self, holder: Holder, access: Access, keep: Keep) {
        self.spread(holder, Fact::Given { access, keep });
    }

    fn lend(&mut self, holder: Holder, loan: Point, left: NodeIndex) {
        self.cells[holder.index()].facts.insert(Fact::Lent { loan, left });
    }

    fn start(&mut self, task: Point, scope: ScopeKey, dest: Option<Local>) {
        let before: BTreeSet<Point> = self.running.keys().copied().collect();
        self.running.insert(task, scope);
        for (handle, unnamed) in &mut self.unnamed {
            if Some(*handle) == dest {
                unnamed.clone_from(&before);
            } else {
                unnamed.insert(task);
            }
        }
    }

    fn name_task(&mut self, dest: Local, from: Option<Local>) {
        let unnamed = match from.and_then(|from| self.unnamed.get(&from)) {
            Some(unnamed) => unnamed.clone(),
            None => self.running.keys().copied().collect(),
        };
        self.unnamed.insert(dest, unnamed);
    }

    fn end_named(&mut self, handle: Local) {
        let Some(unnamed) = self.unnamed.get(&handle) else { return };
        let named = self.running.keys().filter(|task| !unnamed.contains(task));
        let ended = named.copied().collect();
        self.end_tasks(&ended);
    }

    fn close_scope(&mut self, scope: ScopeId) {
        let own = ScopeKey::Own(scope);
        let of_scope = self.running.iter().filter(|(_, key)| **key == own);
        let ended = of_scope.map(|(task, _)| *task).collect();
        self.end_tasks(&ended);
        self.close_last(|open| *open == Open::Scope(scope));
    }

    /// The regions of tasks that have ended come back, except what the tasks gave away.
    fn end_tasks(&mut self, ended: &BTreeSet<Point>) {
        self.change_facts(|fact| match fact {
            Fact::Taken(taken) if ended.contains(&taken.task) => {
                taken.keep.map(|(keep, access)| Fact::Given { access, keep })
            }
            fact => Some(fact),
        });
        self.running.retain(|task, _| !ended.contains(task));
        for unnamed in self.unnamed.values_mut() {
            unnamed.retain(|task| !ended.contains(task));
        }
    }

    fn change_facts(&mut self, change: impl Fn(Fact) -> Option<Fact>) {
        for cell in &mut self.cells {
            if !cell.facts.is_empty() {
                let facts = std::mem::take(&mut cell.facts);
                cell.facts = facts.into_iter().filter_map(&change).collect();
            }
        }
    }

    fn open_loan_of(&mut self, loan: Point, local: Local, holder: Option<Holder>, at: NodeIndex) {
        if let Some(holder) = holder {
            self.forget(holder);
            for cell in &mut self.cells {
                cell.facts.insert(Fact::Outside { loan });
            }
            self.cells[holder.index()].facts = BTreeSet::from([Fact::Lent { loan, left: at }]);
        }
        self.open.push(Open::Loan { loan, local });
    }

    fn close_loan(&mut self, local: Local) {
        let Some(closed) = self.open_loan(local) else { return };
        self.change_facts(|fact| match fact {
            Fact::Outside { loan } if loan == closed => None,
            Fact::Lent { loan, left } if loan == closed => Some(Fact::Escaped { loan, left }),
            fact => Some(fact),
        });
        self.close_last(|open| matches!(open, Open::Loan { loan, .. } if *loan == closed));
    }

    fn close_last(&mut self, is: impl Fn(&Open) -> bool) {
        if let Some(position) = self.open.iter().rposition(is) {
            self.open.truncate(position);
        }
    }
}

fn take_up<T: Ord + Copy>(mine: &mut BTreeSet<T>, theirs: &BTreeSet<T>) -> bool {
    let count = mine.len();
    mine.extend(theirs);
    mine.len() > count
}

/// A fact as a new name takes it over: a loan then leaves, if it does, where the name was given it.
fn moved_on(fact: Fact, at: NodeIndex) -> Fact {
    match fact {
        Fact::Lent { loan, .. } => Fact::Lent { loan, left: at },
        fact => fact,
    }
}
