//! What a callee uses after a function that was passed to it has run: if that gave it away, or
//! started a task with it, this is where it shows.
//!
//! The callee does not know what the function does, and the function not what happens afterwards.

use super::callees::{Through, passed_on, places};
use super::made::Arguments;
use super::{Actual, Effects, Resolver};
use crate::regions::domain::{Access, Clash, Holder, Keep, Mode};
use crate::regions::events::{Called, Deed, Late, Meeting, Owed, OwedUse, PlaceCall};
use crate::regions::links::Kind;
use crate::regions::paths::{Area, Place, Reach};
use crate::regions::summary::{Later, ParamCall, Summary};

/// Stands for what a callee passes on that is its own.
pub(super) const PASSED: Place = Place::whole(Holder(u32::MAX));

/// How many effects there were at some moment.
#[derive(Clone, Copy, Default)]
pub(super) struct SoFar {
    uses: usize,
    passed: usize,
    left: usize,
    pub(super) param_calls: usize,
}

/// Effects between two moments.
type Span = (SoFar, SoFar);

/// A call of a function that was passed on, and its effects.
pub(super) struct Done<'a> {
    pub(super) call: &'a ParamCall,
    pub(super) function: &'a Actual,
    pub(super) ran: Ran,
}

/// The effects of what was run: those between two moments, and those of unknown functions that had
/// come up before, which may still be growing.
#[derive(Clone)]
pub(super) struct Ran {
    span: Span,
    again: Vec<usize>,
}

/// Something that the caller may know too is used after that.
pub(super) struct LatePart {
    ran: Ran,
    used: Area,
    /// Another part of what the function had.
    within: bool,
    name: Called,
    mode: Mode,
    access: Access,
}

impl Resolver<'_, '_> {
    pub(super) fn so_far(&self) -> SoFar {
        let Effects { uses, passed, left, param_calls, .. } = &self.effects;
        let (uses, passed, left) = (uses.len(), passed.len(), left.len());
        SoFar { uses, passed, left, param_calls: param_calls.len() }
    }

    /// What was run since a moment.
    pub(super) fn ran(&self, from: SoFar, met: usize) -> Ran {
        Ran { span: (from, self.so_far()), again: self.met_again[met..].to_vec() }
    }

    pub(super) fn late(
        &mut self,
        summary: &Summary,
        done: &Done<'_>,
        actuals: Arguments<'_>,
        through: Through<'_>,
        depth: u32,
    ) {
        if self.tries {
            return;
        }
        let after = summary.after.iter().filter(|((call, _), _)| call.is_like(done.call));
        for ((_, later), (mode, access)) in after {
            match later {
                Later::Arg(number) | Later::Lent(number) => {
                    let access = through(done.call.function, *access);
                    let lent = matches!(later, Later::Lent(_));
                    let args = passed_on(done.call, actuals, &|_| false);
                    self.late_arg(done, args, (*number, lent), (*mode, access), depth);
                }
                Later::Part((position, reach)) | Later::Other((position, reach)) => {
                    let access = through(*position, *access);
                    let name = actuals.get(*position).map(|of| of.name.clone());
                    for (place, complete) in places(actuals, *position, reach.path) {
                        let used = Area { place, deep: reach.deep || !complete };
                        let other = matches!(later, Later::Other(_));
                        let within = other && arrives_once(actuals, place.holder);
                        let (ran, name) = (done.ran.clone(), name.clone().unwrap_or_default());
                        self.later.push(LatePart { ran, used, within, name, mode: *mode, access });
                    }
                }
            }
        }
    }

    /// Now that all effects are known: what is used is wrong where it meets what was given away.
    pub(super) fn late_parts(&mut self) {
        for part in std::mem::take(&mut self.later) {
            self.late_part(part);
        }
        // Where both are known, that says more.
        self.effects.late.sort_by_key(|late| late.meeting.is_none());
    }

    fn late_part(&mut self, part: LatePart) {
        let LatePart { ran, used, within, name, mode, access } = part;
        let now = self.so_far();
        let again = ran.again.iter().filter_map(|number| self.resolved.get(*number));
        let again = again.map(|of| (of.from, of.to.unwrap_or(now)));
        let spans: Vec<Span> = [ran.span].into_iter().chain(again).collect();
        for (deed, place, given) in deeds(&self.effects, &spans, mode) {
            let name = if matches!(given, Called::Nothing) { name.clone() } else { given };
            let within = within && place.holder == used.place.holder;
            let meeting = Some(Meeting { done: Area::all(place), used, within });
            self.effects.late.push(Late { deed, meeting, name, access, lent: false });
        }
        let calls = &self.effects.param_calls;
        let calls = spans.iter().flat_map(|(from, to)| &calls[from.param_calls..to.param_calls]);
        let used = OwedUse::Part { area: used, within };
        let at = self.at;
        let owed = calls.map(|call| Owed { call: call.clone(), at, used, mode, access });
        self.effects.owed.extend(owed);
    }

    /// What was passed as that argument is used, be it known here or not: the function is run again
    /// with something that stands for it.
    fn late_arg(
        &mut self,
        done: &Done<'_>,
        mut args: Vec<Actual>,
        (number, lent): (u32, bool),
        (mode, access): (Mode, Access),
        depth: u32,
    ) {
        let Some(arg) = args.get_mut(number as usize) else { return };
        *arg = Actual { places: vec![PASSED], ..Actual::default() };
        let mut resolver =
            Resolver { tries: true, ..Resolver::new(self.view, self.state, self.at) };
        resolver.value(done.function, &args, depth + 1);
        let all = (SoFar::default(), resolver.so_far());
        let effects = resolver.effects;
        let done = deeds(&effects, &[all], mode).into_iter();
        let done = done.filter(|(_, place, _)| place.holder == PASSED.holder);
        let mut done: Vec<Deed> = done.map(|(deed, ..)| deed).collect();
        let keeps = |(from, into, _): &(Place, Place, Kind)| {
            from.holder == PASSED.holder && into.holder != PASSED.holder
        };
        if lent && effects.stores.iter().any(keeps) {
            done.push(Deed::Put);
        }
        // What is put into what a lock lends is the lock's from then on.
        for (from, into, _) in &effects.stores {
            if lent && into.holder == PASSED.holder && from.holder != PASSED.holder {
                self.given(*from, &Reach::ALL, &Called::Nothing, (Keep::Stored, access), false);
            }
        }
        for deed in done {
            let (meeting, name) = (None, Called::Nothing);
            self.effects.late.push(Late { deed, meeting, name, access, lent });
        }
        for call in effects.param_calls {
            let is_passed =
                |places: &Vec<Place>| places.iter().any(|place| place.holder == PASSED.holder);
            let number = call.args.iter().position(is_passed);
            let args = call.args.into_iter().map(known).collect();
            let call = PlaceCall { args, places: known(call.places), ..call };
            if let Some(number) = number {
                let number = number as u32;
                let used = if lent { OwedUse::Lent(number) } else { OwedUse::Arg(number) };
                self.effects.owed.push(Owed { call, at: self.at, used, mode, access });
            }
        }
    }
}

/// What is wrong when a task does the one with something, and somebody else the other.
fn clash(task: Mode, other: Mode) -> Option<Clash> {
    match (task, other) {
        (Mode::Read, Mode::Read) => None,
        (_, Mode::Change) => Some(Clash::Change),
        (Mode::Change, Mode::Read) => Some(Clash::Read),
    }
}

/// Whether one argument alone is or holds it.
fn arrives_once(actuals: Arguments<'_>, holder: Holder) -> bool {
    let has = |of: &&Actual| of.places.iter().any(|place| place.holder == holder);
    actuals.passed.iter().chain(actuals.made).filter(has).count() == 1
}

/// What was given away, or is with a task in an open scope, and under which name: as far as a later
/// use in that mode is wrong.
fn deeds(effects: &Effects, spans: &[Span], mode: Mode) -> Vec<(Deed, Place, Called)> {
    let given = spans.iter().flat_map(|(from, to)| &effects.uses[from.uses..to.uses]);
    let given = given.filter_map(|of| {
        let (keep, access) = of.keep?;
        Some((Deed::Gave(keep, access), of.area.place, of.name.clone()))
    });
    let shared = spans.iter().flat_map(|(from, to)| &effects.passed[from.passed..to.passed]);
    let shared = shared.filter_map(|of| {
        let clash = clash(of.mode, mode)?;
        Some((Deed::Shared(clash), of.area.place, of.name.clone()))
    });
    let left = spans.iter().flat_map(|(from, to)| &effects.left[from.left..to.left]);
    let left = left.filter_map(|of| {
        let deed = match (of.scope, of.keep) {
            (Some(_), _) => Deed::Shared(clash(of.mode, mode)?),
            (None, Some((keep, access))) => Deed::Gave(keep, access),
            (None, None) => return None,
        };
        Some((deed, of.place?, Called::Nothing))
    });
    given.chain(shared).chain(left).collect()
}

fn known(mut places: Vec<Place>) -> Vec<Place> {
    places.retain(|place| place.holder != PASSED.holder);
    places
}
