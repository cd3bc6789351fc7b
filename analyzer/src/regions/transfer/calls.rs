//! What is run: in this task, as a task of a scope, as one outside of all.

use super::Step;
use crate::mir::{Callee, Intrinsic, Local, Operand, ScopeRef};
use crate::regions::domain::{Access, Fact, Keep, Mode, ScopeKey, Taken};
use crate::regions::effects::{ApartPlaces, Effects, LeftBehind, actual, effects};
use crate::regions::events::{Called, Event, TouchKind};
use crate::regions::links::{Kind, Source};
use crate::regions::paths::{self, Area, Place};

impl Step<'_, '_> {
    pub(super) fn call(&mut self, dest: Local, callee: &Callee, args: &[Operand]) {
        match (callee, args) {
            (Callee::Intrinsic(Intrinsic::TaskJoin), [task]) => return self.join(dest, task),
            (Callee::Intrinsic(Intrinsic::TaskOutcome), [task]) => return self.outcome(dest, task),
            _ => {}
        }
        let effects = self.run(callee, args);
        let (results, shared) = (effects.results.clone(), effects.shared.clone());
        self.apply(&effects);
        match callee {
            Callee::Intrinsic(
                Intrinsic::ChannelReceive | Intrinsic::ChannelNext | Intrinsic::ChannelTryReceive,
            ) => self.received(dest),
            _ => self.result(dest, results, shared),
        }
        self.leave_in_result(dest, &effects);
        self.call_on_tasks(dest, callee, args);
        if *callee == Callee::Intrinsic(Intrinsic::ChannelTrySend) {
            // What an earlier round gave here is gone whatever this one tells.
            let tells = (!self.state.has_given_at(self.at)).then_some((self.at, true));
            self.events.push(Event::Outcome { dest, tells });
        }
    }

    fn run(&self, callee: &Callee, args: &[Operand]) -> Effects {
        let actuals = args.iter().map(|arg| actual(self.view, self.state, arg)).collect();
        effects(self.view, self.state, callee, actuals, None, (self.at, self.made()))
    }

    /// What is done in this task itself.
    pub(super) fn apply(&mut self, effects: &Effects) {
        self.functions(effects);
        for used in &effects.uses {
            let kind = match (used.keep, used.mode) {
                (Some((keep, _)), _) => TouchKind::Give(keep),
                (None, Some(Mode::Change)) => TouchKind::Change,
                (None, Some(Mode::Read)) => TouchKind::Read,
                (None, None) => TouchKind::Name,
            };
            self.touch_holder(used, kind);
        }
        // What was taken out is what lay there before.
        self.give(effects, true);
        self.beyond_uses(effects);
        self.give(effects, false);
        self.shift(effects);
    }

    fn give(&mut self, effects: &Effects, cut: bool) {
        let given = effects.uses.iter().filter(|used| used.cut == cut);
        let given = given.filter_map(|used| {
            let (keep, access) = used.keep?;
            Some(Event::Give { place: used.area.place, access, keep, cut })
        });
        let given: Vec<Event> = given.collect();
        self.events.extend(given);
    }

    fn shift(&mut self, effects: &Effects) {
        let shifts = effects.shifts.iter();
        self.events.extend(shifts.map(|area| Event::Shift(*area)));
    }

    /// What a callee does beyond using its arguments, wherever it runs.
    fn beyond_uses(&mut self, effects: &Effects) {
        self.apart(effects);
        for passed in &effects.passed {
            let taken = Taken {
                holder: passed.area.place.holder,
                task: self.point,
                scope: passed.scope,
                mode: passed.mode,
                keep: passed.keep,
                cut: false,
                access: passed.access,
            };
            self.take(passed.area, passed.name.clone(), taken);
            self.events.push(Event::Started { task: self.point, scope: passed.scope, dest: None });
        }
        for (from, into, kind) in &effects.stores {
            self.store(*from, *into, *kind);
        }
        self.store_again(&effects.again);
        let at = self.at;
        self.events.extend(effects.knots.iter().map(|ty| Event::Knot { ty: ty.clone(), at }));
        for left in &effects.left {
            if let Some(place) = left.place {
                self.leave(left, place);
            }
        }
    }

    /// What is put somewhere several times is then held there more than once.
    fn store_again(&mut self, stores: &[(Place, Place, Kind)]) {
        let before = std::mem::take(&mut self.events);
        for (from, into, kind) in stores {
            self.store(*from, *into, *kind);
        }
        let judged_then = std::mem::replace(&mut self.events, before);
        self.again.extend(judged_then);
    }

    /// Functions that it is passed are called, and what they had is used.
    fn functions(&mut self, effects: &Effects) {
        for call in &effects.param_calls {
            for (number, places) in (0..).zip(&call.args) {
                if self.view.exposes(self.at, number) {
                    self.events.extend(places.iter().copied().map(Event::Expose));
                }
            }
            self.events.push(Event::CallParam { call: call.clone(), at: self.at });
        }
        self.afterwards.extend(effects.late.iter().cloned().map(Event::Late));
        self.afterwards.extend(effects.owed.iter().cloned().map(Event::Owed));
    }

    fn leave_in_result(&mut self, dest: Local, effects: &Effects) {
        let Some(holder) = self.view.holders.local(dest) else { return };
        for left in effects.left.iter().filter(|left| left.place.is_none()) {
            self.leave(left, Place { holder, path: left.reach.path });
        }
    }

    /// What a callee left that is not free is known from now on.
    fn leave(&mut self, left: &LeftBehind, place: Place) {
        let fact = match (left.scope, left.keep) {
            (Some(scope), keep) => {
                self.events.push(Event::Started { task: self.point, scope, dest: None });
                let (holder, task, access) = (place.holder, self.point, left.access);
                let mode = left.mode;
                Fact::Taken(Taken { holder, task, scope, mode, access, keep, cut: false })
            }
            (None, Some((keep, access))) => Fact::Given { access, keep, cut: false },
            (None, None) => return,
        };
        let area = Area { place, deep: left.reach.deep };
        self.events.push(Event::Leave { area, fact });
    }

    /// What its arguments must not share: before it runs, or where functions that it was passed may have made
    /// them one.
    fn apart(&mut self, effects: &Effects) {
        for apart in &effects.apart {
            let ApartPlaces { first, second, within, kind, access, late } = apart.clone();
            let apart = |late| Event::Apart { first, second, within, kind, access, late };
            self.events.push(apart(false));
            self.afterwards.extend(late.then(|| apart(true)));
        }
    }

    fn take(&mut self, area: Area, name: Called, taken: Taken) {
        self.events.push(Event::Take { area, name, taken });
    }

    pub(super) fn spawn(
        &mut self,
        dest: Local,
        scope: &ScopeRef,
        callee: &Callee,
        args: &[Operand],
    ) {
        let scope = match scope {
            ScopeRef::Own(scope) => ScopeKey::Own(*scope),
            ScopeRef::Passed(operand) => self.view.scope(operand),
        };
        let effects = self.run(callee, args);
        self.functions(&effects);
        for used in &effects.uses {
            match used.mode {
                Some(mode) => {
                    let (keep, access, cut) = (used.keep, used.access, used.cut);
                    let (holder, task) = (used.area.place.holder, self.point);
                    let taken = Taken { holder, task, scope, mode, keep, access, cut };
                    self.take(used.area, used.name.clone(), taken);
                }
                None => self.touch_holder(used, TouchKind::Name),
            }
        }
        self.beyond_uses(&effects);
        self.shift(&effects);
        self.result(dest, effects.results.clone(), effects.shared.clone());
        self.leave_in_result(dest, &effects);
        self.events.push(Event::Started { task: self.point, scope, dest: Some(dest) });
    }

    /// The body form names nothing around it (else D001); the call form hands everything over.
    pub(super) fn detach(&mut self, callee: &Callee, args: &[Operand]) {
        if matches!(callee, Callee::Body(_)) {
            return;
        }
        let function = match callee {
            Callee::Value(local) => Some(Operand::Local(*local)),
            _ => None,
        };
        let effects = self.run(callee, args);
        self.apart(&effects);
        self.functions(&effects);
        for (from, into, kind) in &effects.stores {
            self.store(*from, *into, *kind);
        }
        self.store_again(&effects.again);
        for arg in args.iter().chain(&function) {
            self.touch(arg, TouchKind::Give(Keep::Detached));
        }
        for arg in args.iter().chain(&function) {
            if let Some(holder) = self.view.holders.of(arg) {
                let (access, keep) = (Access::here(self.at), Keep::Detached);
                let place = Place::whole(holder);
                self.events.push(Event::Give { place, access, keep, cut: false });
            }
        }
    }

    pub(super) fn join(&mut self, dest: Local, task: &Operand) {
        self.end_of(task);
        self.result(dest, self.wholes(std::slice::from_ref(task)), Vec::new());
    }

    /// What the task gave is what `Ok` holds.
    fn outcome(&mut self, dest: Local, task: &Operand) {
        self.end_of(task);
        let in_ok = |task| Source::put(task, paths::Step::Part(0));
        let results = self.view.holders.of(task).map(in_ok);
        self.result(dest, results.into_iter().collect(), Vec::new());
    }

    fn end_of(&mut self, task: &Operand) {
        self.touch(task, TouchKind::Name);
        self.events.extend(task.local().map(|handle| Event::Ended { handle }));
    }
}
