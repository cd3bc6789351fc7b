//! What a body uses after a function that it was passed has run: whoever passes one knows whether
//! that gave it away.

use std::collections::{BTreeMap, BTreeSet};

use super::{Collector, ENTRIES_MAX};
use crate::items::NodeIndex;
use crate::regions::domain::{Access, Fact, Mode};
use crate::regions::events::{Late, Meeting, Owed, OwedUse, PlaceCall};
use crate::regions::paths::{Area, Path, Place, Reach};
use crate::regions::state::State;
use crate::regions::summary::{Later, MADE, ParamCall, most};

/// Calls of one function that are kept apart: as many as a walk over a tree of two branches makes, by all ways that
/// a path tells apart.
const CALLS_MAX: usize = 32;

/// What was seen of it so far. A use may be seen before the call that an earlier round made.
#[derive(Default)]
pub(super) struct Uses {
    calls: BTreeMap<NodeIndex, BTreeSet<ParamCall>>,
    after: BTreeMap<(NodeIndex, Later), (Mode, Access)>,
}

impl Collector<'_, '_> {
    pub(super) fn call(&mut self, before: &State, call: &PlaceCall, at: NodeIndex) {
        let again = call.again || self.was_called(before, call.function, at);
        let summarized = self.bounded(ParamCall { again, ..self.param_call(before, call, at) });
        self.late.calls.entry(at).or_default().insert(summarized.clone());
        for (number, places) in (0..).zip(&call.args) {
            if places.iter().any(|place| !before.loans(*place).is_empty()) {
                let (later, access) = (Later::Lent(number), Access::here(at));
                self.note_late(summarized.clone(), later, Mode::Change, access);
            }
        }
        self.summary.calls.insert(summarized);
    }

    fn param_call(&self, before: &State, call: &PlaceCall, at: NodeIndex) -> ParamCall {
        let within = call.within || call.args.iter().flatten().any(|arg| self.wraps(before, *arg));
        let of = |arg: &Place| {
            let reached = self.reached(before, Area { place: *arg, deep: within }).into_iter();
            reached.map(|(position, reach)| (position, reach.path))
        };
        let args = (0..).zip(&call.args).map(|(number, arg)| {
            let made = self.made_argument(at, number);
            arg.iter().flat_map(of).chain(made).collect()
        });
        let holds_twice = |arg: &&Vec<Place>| arg.iter().any(|place| before.holds_twice(*place));
        let twice = (0..).zip(&call.args).filter(|(_, arg)| holds_twice(arg));
        let twice = twice.map(|(number, _)| number).chain(call.twice.iter().copied()).collect();
        let alone = self.alone(before, &call.args, at);
        let PlaceCall { function, again, .. } = *call;
        ParamCall { function, args: args.collect(), twice, alone, within, again }
    }

    /// Whether something that arrived is part of it, and it is no part of that.
    fn wraps(&self, before: &State, place: Place) -> bool {
        let seen = before.seen_as(place).into_iter();
        let mut arrived = seen.filter(|of| self.entry(of.place.holder).is_some()).peekable();
        arrived.peek().is_some() && arrived.all(|of| !of.below.is_here())
    }

    /// Whether a function that was passed in may have been called on the way here.
    fn was_called(&self, before: &State, function: u32, at: NodeIndex) -> bool {
        let calls = |called: &NodeIndex| self.late.calls.get(called).into_iter().flatten();
        before
            .called
            .iter()
            .any(|called| *called == at || calls(called).any(|call| call.function == function))
    }

    /// A call that is kept apart, or what stands for it: a function that calls itself on each part of
    /// its argument passes parts of parts of it.
    fn bounded(&self, call: ParamCall) -> ParamCall {
        let known = &self.summary.calls;
        let of_function = known.iter().filter(|known| known.function == call.function).count();
        if of_function < CALLS_MAX || known.contains(&call) {
            return call;
        }
        let somewhere = |arg: &BTreeSet<(u32, Path)>| {
            arg.iter().map(|(position, _)| (*position, Path::HERE)).collect()
        };
        let args = call.args.iter().map(somewhere).collect();
        ParamCall { args, within: true, ..call }
    }

    /// A use here, after whatever was called on the way.
    pub(super) fn note_after(&mut self, before: &State, area: Area, mode: Mode, access: Access) {
        if before.called.is_empty() {
            return;
        }
        let (reached, facts) = (self.reached(before, area), before.facts(area));
        let had = |called: NodeIndex| {
            facts.iter().any(|fact| matches!(fact, Fact::Offered { at, .. } if *at == called))
        };
        let mut note = |at, later| {
            let known = self.late.after.entry((at, later)).or_insert((mode, access));
            *known = most(*known, (mode, access));
        };
        for fact in &facts {
            if let Fact::Offered { at, arg: Some(arg) } = fact {
                note(*at, Later::Arg(*arg));
            }
        }
        for part in reached {
            for at in before.called.iter() {
                match had(*at) {
                    // What was passed there is told of as its argument.
                    true if part.0 == MADE => {}
                    true => note(*at, Later::Part(part)),
                    false => note(*at, Later::Other(part)),
                }
            }
        }
    }

    /// What is used here after something else was given away must not be the same for callers.
    pub(super) fn not_late(&mut self, before: &State, late: &Late) {
        let Some(Meeting { done, used, within }) = late.meeting else { return };
        if !before.meet(done, used, within) {
            self.not_together(before, done, used, late.deed.kind(), late.access);
        }
    }

    /// A use inside a callee, after a call of what arrived here.
    pub(super) fn owed(&mut self, before: &State, owed: &Owed) {
        let call = self.bounded(self.param_call(before, &owed.call, owed.at));
        let (mode, access) = (owed.mode, owed.access);
        match owed.used {
            OwedUse::Arg(number) => self.note_late(call, Later::Arg(number), mode, access),
            OwedUse::Lent(number) => self.note_late(call, Later::Lent(number), mode, access),
            OwedUse::Part { area, within } => {
                let later = if within { Later::Other } else { Later::Part };
                for part in self.reached(before, area) {
                    self.note_late(call.clone(), later(part), mode, access);
                }
            }
        }
    }

    /// Now that all calls are known.
    pub(super) fn late(&mut self) {
        let Uses { calls, after } = std::mem::take(&mut self.late);
        for ((at, later), (mode, access)) in after {
            for call in calls.get(&at).into_iter().flatten() {
                self.note_late(call.clone(), later, mode, access);
            }
        }
    }

    fn note_late(&mut self, call: ParamCall, later: Later, mode: Mode, access: Access) {
        let after = &mut self.summary.after;
        let known = (call, later);
        let key = match after.len() < ENTRIES_MAX || after.contains_key(&known) {
            true => known,
            false => (known.0, whole(later)),
        };
        let known = after.entry(key).or_insert((mode, access));
        *known = most(*known, (mode, access));
    }
}

fn whole(later: Later) -> Later {
    match later {
        Later::Part((position, _)) | Later::Other((position, _)) => {
            Later::Part((position, Reach::ALL))
        }
        Later::Arg(_) | Later::Lent(_) => later,
    }
}
