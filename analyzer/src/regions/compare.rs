//! What each op needs, compared with what the state before it allows.

mod loans;

use std::collections::BTreeSet;

use super::circles::Circle;
use super::domain::{Access, Clash, Fact, Hold, Holder, Keep, Mode, Taken};
use super::events::{Called, Deed, Event, Late, Meeting, Touch, TouchKind};
use super::findings::Findings;
use super::flow::{self, Observer};
use super::paths::Area;
use super::report::{self, Party};
use super::state::State;
use super::summarize::clash;
use super::view::View;
use super::{atoms, circle_of, iterations, mend, placed_circle_of};
use crate::Db;
use crate::diagnostics::{Code, Finding};
use crate::items::ItemId;
use crate::mir::{self, BodyId, BodyKind, Local, OpKind, Point};
use crate::ty::Builtin;

/// The findings of all bodies of an item, in the order of the text. Whether there are any does not
/// hang on where things are done, but what they say does.
pub(super) fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let Some(circle) = circle_of(db, item) else { return Vec::new() };
    match check_with(db, item, circle).as_slice() {
        [] => Vec::new(),
        _ => {
            placed_circle_of(db, item).map_or_else(Vec::new, |circle| check_with(db, item, circle))
        }
    }
}

fn check_with(db: &dyn Db, item: ItemId, circle: &Circle) -> Vec<Finding> {
    let mir = mir::mir(db, item);
    let mut findings = Findings::default();
    for (id, body) in (0..).map(BodyId).zip(&mir.bodies) {
        let contested = circle.bodies(item).get(id.index()).is_some_and(|of| of.contested);
        let iterates = body.kind == BodyKind::Iteration;
        if !(contested || iterates || atoms::sets_one(id, body)) {
            continue;
        }
        let mut view = View::new(db, mir, id, circle);
        if iterates {
            iterations::check(&view, &mut findings);
        }
        atoms::check(&view, &mut findings);
        if contested {
            view.given_may_hold_twice = true;
            let mut checker = Checker { view: &view, findings: &mut findings };
            flow::observe(&view, &mut checker);
        }
    }
    findings.in_order()
}

struct Checker<'a, 'v> {
    view: &'a View<'v>,
    findings: &'a mut Findings,
}

impl Observer for Checker<'_, '_> {
    fn point(&mut self, point: Point, before: &State) {
        // Under a read lock, what is guarded stays what it is.
        let written = self.view.op(point).into_iter().flat_map(OpKind::locals);
        for (local, _) in written.filter(|(_, way)| *way == mir::Access::Write) {
            let Some(loan) = before.open_loan(local) else { continue };
            let (name, at) = (self.view.name(local), self.view.origin(point));
            if self.view.only_reads(loan) && self.findings.is_new(self.view, Code::R009, at, &name)
            {
                let access = Access::here(at);
                let finding = report::changed_under_read_lock(self.view, &name, access, loan);
                self.findings.add(finding);
            }
        }
    }

    fn event(&mut self, before: &State, event: &Event) {
        match event {
            Event::Touch(touch) => self.touch(before, touch),
            Event::Take { area, name, taken } => self.take(before, *area, name, taken),
            Event::Store { from, into, at, .. } => {
                if let Some((loan, hold)) = self.lets_out(before, *from, *into) {
                    let name = self.holder_name(from.holder);
                    self.escape(&name, loan, hold, *at, None);
                }
            }
            Event::Guard { place, loan, access } => {
                for (of, hold) in before.lent(*place) {
                    if of != *loan && !self.is_free(of, hold) {
                        let name = self.holder_name(place.holder);
                        self.escape(&name, of, hold, access.at, None);
                    }
                }
            }
            Event::Apart { first, second, within, kind, access, late }
                if before.meet(*first, *second, *within) =>
            {
                let names =
                    [self.holder_name(first.place.holder), self.holder_name(second.place.holder)];
                let code = code(*kind);
                if self.findings.is_new(self.view, code, access.at, &names[0]) {
                    let finding =
                        report::not_apart(self.view, code, &names, (*within, *late), *kind, access);
                    self.findings.add(finding);
                }
            }
            Event::Late(late) => self.late(before, late),
            _ => {}
        }
    }
}

impl Checker<'_, '_> {
    /// What a function that was passed on has given away, the callee uses.
    fn late(&mut self, before: &State, late: &Late) {
        let at = late.access.at;
        if late.lent {
            if self.findings.is_new(self.view, Code::R007, at, "") {
                self.findings.add(report::lent_to_passed(self.view, late.deed, late.access));
            }
            return;
        }
        let is_wrong = match late.meeting {
            Some(Meeting { done, used, within }) => before.meet(done, used, within),
            // What it passed may have come from here, and been found so.
            None => !self.findings.has_at(Code::R006, at),
        };
        let code = code(late.deed.kind());
        let name = self.view.called(&late.name);
        if is_wrong && self.findings.is_new(self.view, code, at, &name) {
            let finding = match (late.deed, late.meeting) {
                (Deed::Gave(keep, given), Some(Meeting { within: false, .. })) => {
                    report::used_after_giving(self.view, &name, late.access, given, keep)
                }
                (_, Some(Meeting { done, .. })) => {
                    let names = [self.holder_name(done.place.holder), String::new()];
                    let kind = late.deed.kind();
                    report::not_apart(self.view, code, &names, (true, false), kind, &late.access)
                }
                (Deed::Parted(kind), None) => {
                    report::parted_when_passed(self.view, code, kind, &late.access)
                }
                (deed, _) => report::used_after_passing(self.view, code, &name, deed, late.access),
            };
            self.findings.add(finding);
        }
    }

    fn touch(&mut self, before: &State, touch: &Touch) {
        let count = self.findings.count();
        self.judge(before, touch);
        if self.findings.count() > count
            && let Some(local) = self.local(touch.area.place.holder)
        {
            self.findings.absorb(&self.view.read_at(local), touch.access.at);
        }
    }

    fn judge(&mut self, before: &State, touch: &Touch) {
        let facts = &before.facts(touch.area);
        if facts.is_empty() {
            return;
        }
        let name = &self.view.called(&touch.name);
        let gives = matches!(touch.kind, TouchKind::Give(_));
        let is_gone = match touch.kind {
            // Naming a container is no use of a part that is gone.
            TouchKind::Name => {
                self.gone(&before.facts(Area::at(touch.area.place)), name, touch.access, false)
            }
            _ => self.gone(facts, name, touch.access, gives),
        };
        if is_gone {
            return;
        }
        for fact in facts {
            match fact {
                Fact::Lent { loan, hold: Hold::Within, .. }
                    if touch.cut && self.is_free(*loan, Hold::Out) => {}
                Fact::Lent { loan, hold, .. } | Fact::Escaped { loan, hold, .. }
                    if self.is_free(*loan, *hold) => {}
                Fact::Escaped { loan, left, hold } => {
                    // What the loan's own name reaches after the block is at fault where it is
                    // used; any other name, where it was given what the lock lends.
                    let used = touch.access.at;
                    if *left == self.view.origin(*loan) {
                        self.escape(name, *loan, *hold, used, None);
                    } else {
                        self.escape(name, *loan, *hold, *left, Some(used));
                    }
                    return;
                }
                // Where it is put under a lock, what was taken out of it may go back in.
                Fact::Lent { hold: Hold::Out, .. }
                    if touch.kind == TouchKind::Give(Keep::Stored) => {}
                Fact::Lent { loan, hold, .. } if gives => {
                    self.escape(name, *loan, *hold, touch.access.at, None);
                    return;
                }
                _ => {}
            }
        }
        let mode = match touch.kind {
            TouchKind::Name => return,
            TouchKind::Read => Mode::Read,
            TouchKind::Change | TouchKind::Give(_) => Mode::Change,
        };
        if touch.kind == TouchKind::Change {
            self.changed_under_read_lock(facts, name, touch.access);
        }
        let walks = self
            .local(touch.area.place.holder)
            .is_some_and(|local| self.view.ty(local).is(Builtin::Iterator));
        let access = touch.access;
        let mine = Party { name, access, mode, task: None, gives, walks };
        self.clashes(facts, &mine, None);
    }

    fn take(&mut self, before: &State, area: Area, name: &Called, taken: &Taken) {
        let facts = &before.facts(area);
        if facts.is_empty() {
            return;
        }
        let name = self.view.called(name);
        let name = name.as_str();
        if self.gone(facts, name, taken.access, true) {
            return;
        }
        if self.taken_from_lock(before, facts, name, taken) {
            return;
        }
        let mine = Party {
            name,
            access: taken.access,
            mode: taken.mode,
            task: Some(taken.task),
            gives: gives(taken),
            walks: false,
        };
        self.clashes(facts, &mine, Some(taken));
        self.again(facts, &mine, taken);
    }

    /// R004: what tasks of the same `spawn`, started in earlier rounds of a loop, may still have.
    fn again(&mut self, facts: &[Fact], mine: &Party<'_>, taken: &Taken) {
        let earlier = facts.iter().filter_map(|fact| match fact {
            Fact::Taken(theirs) if theirs.task == taken.task => Some(theirs.mode),
            _ => None,
        });
        let Some(theirs) = earlier.max() else { return };
        match (theirs, taken.mode) {
            (Mode::Read, Mode::Read) => {}
            (Mode::Change, Mode::Change) => {
                if self.findings.is_new(self.view, Code::R004, taken.access.at, mine.name) {
                    let finding = report::moved_in_loop(self.view, mine, taken, theirs);
                    self.findings.add_looping(taken.task, finding);
                }
            }
            _ => {
                let finding = report::moved_in_loop(self.view, mine, taken, theirs);
                self.findings.add_partly(taken.task, finding);
            }
        }
    }

    /// Whether the region was given away before: R006. What was put under an open lock may be used on
    /// until it is given back, by whoever holds the lock.
    fn gone(&mut self, facts: &[Fact], name: &str, access: Access, gives: bool) -> bool {
        let given = facts.iter().find_map(|fact| match fact {
            Fact::Given { access, keep, .. } => Some((*access, *keep)),
            Fact::Stored { access, .. } if gives => Some((*access, Keep::Stored)),
            _ => None,
        });
        let Some((given, keep)) = given else { return false };
        if self.findings.is_new(self.view, Code::R006, access.at, name) {
            let finding = report::used_after_giving(self.view, name, access, given, keep);
            self.findings.add(finding);
            // Deferred calls run in another order.
            if !self.view.is_deferred(access.at) {
                self.findings.add_gone(given.at, access.at);
            }
        }
        true
    }

    /// R001 and R002: the later party is at fault, and of two tasks that both change both are.
    fn clashes(&mut self, facts: &[Fact], mine: &Party<'_>, by: Option<&Taken>) {
        let tasks: BTreeSet<Point> = facts.iter().filter_map(Fact::task).collect();
        for fact in facts {
            let (Fact::Taken(theirs), Some(kind)) = (fact, clash(fact, mine.mode, by)) else {
                continue;
            };
            let their_name = self.holder_name(theirs.holder);
            let name = if their_name.is_empty() { mine.name } else { their_name.as_str() };
            let other = Party {
                name,
                access: theirs.access,
                mode: theirs.mode,
                task: Some(theirs.task),
                gives: gives(theirs),
                walks: false,
            };
            self.clash_at(kind, mine, &other, tasks.len() == 1);
            if mine.task.is_some() && mine.mode == Mode::Change && theirs.mode == Mode::Change {
                self.clash_at(Clash::Change, &other, mine, false);
            }
        }
    }

    /// If they are `alone`, all is well once the other has ended.
    fn clash_at(&mut self, kind: Clash, mine: &Party<'_>, other: &Party<'_>, alone: bool) {
        let code = if kind == Clash::Read { Code::R002 } else { Code::R001 };
        if !self.findings.is_new(self.view, code, mine.access.at, mine.name) {
            return;
        }
        let mut finding = report::clash(self.view, code, mine, other);
        if alone {
            finding.fixes.extend(mend::join_before(self.view, mine, other));
        }
        match other.task {
            Some(task) if mine.walks => self.findings.add_walked(task, finding),
            _ => self.findings.add(finding),
        }
    }

    fn holder_name(&self, holder: Holder) -> String {
        self.local(holder).map(|local| self.view.name(local)).unwrap_or_default()
    }

    fn local(&self, holder: Holder) -> Option<Local> {
        self.view.holders.local_of(holder)
    }
}

fn code(kind: Clash) -> Code {
    match kind {
        Clash::Change => Code::R001,
        Clash::Read => Code::R002,
        Clash::Gone => Code::R006,
    }
}

/// Whether the access that says most of a task's taking is a giving.
fn gives(taken: &Taken) -> bool {
    taken.keep.is_some_and(|(_, access)| access == taken.access)
}
