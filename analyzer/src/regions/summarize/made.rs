//! What a body makes itself and passes to a function that it was passed: callers have to know of it where the
//! body does more with it, since the function may have kept it.
//!
//! What is passed once, holds nothing twice and is then left alone is told to nobody, which is most of it: each round of
//! a loop may pass another, and callers would see those as one.

use std::collections::BTreeSet;

use super::Collector;
use crate::items::NodeIndex;
use crate::mir::{OpKind, Point};
use crate::regions::domain::{Fact, Holder};
use crate::regions::events::{Event, PlaceCall};
use crate::regions::flow::{self, Observer};
use crate::regions::holders::Held;
use crate::regions::paths::{Area, Path, Place};
use crate::regions::state::{Seen, State};
use crate::regions::summary::MADE;
use crate::regions::view::View;

/// An argument of a call of a function that was passed in.
pub(super) type Argument = (NodeIndex, u32);

/// What is the body's own, and what it does more with.
#[derive(Default)]
pub(super) struct Made {
    arguments: BTreeSet<Argument>,
    /// What callees made so, and passed to functions that this body was passed.
    by_callees: BTreeSet<Holder>,
    /// Where functions that were passed in are called.
    calls: BTreeSet<NodeIndex>,
}

impl Made {
    /// What it passes to functions that it was passed, and does more with.
    pub(super) fn arguments(&self) -> &BTreeSet<Argument> {
        &self.arguments
    }

    /// Whether one is called at the node.
    pub(super) fn calls(&self, at: NodeIndex) -> bool {
        self.calls.contains(&at)
    }

    /// Whether what stands there may call one. Deferred calls run wherever the body ends.
    pub(super) fn calls_at(&self, view: &View<'_>, point: Point) -> bool {
        let ends = matches!(view.op(point), Some(OpKind::RunDefers));
        self.calls(view.origin(point)) || ends && !self.calls.is_empty()
    }
}

pub(super) fn made(view: &View<'_>) -> Made {
    let (own, more, used) = Default::default();
    let mut noter = Noter { view, own, more, used, shares: false, made: Made::default() };
    flow::observe(view, &mut noter);
    if noter.shares {
        noter.more.append(&mut noter.used);
    }
    let arguments = noter.own.intersection(&noter.more).copied().collect();
    Made { arguments, ..noter.made }
}

struct Noter<'a, 'v> {
    view: &'a View<'v>,
    own: BTreeSet<Argument>,
    more: BTreeSet<Argument>,
    /// What is used afterwards: that is more if something of it is with a task, or gone.
    used: BTreeSet<Argument>,
    shares: bool,
    made: Made,
}

impl Observer for Noter<'_, '_> {
    fn event(&mut self, before: &State, event: &Event) {
        match event {
            Event::CallParam { call, at } => self.call(before, call, *at),
            Event::Store { from, into, .. } => {
                self.more.extend(passed(before, Area::all(*from)));
                self.more.extend(passed(before, Area::all(*into)));
            }
            Event::Return { holder } => {
                self.more.extend(passed(before, Area::all(Place::whole(*holder))));
            }
            Event::Give { place, .. } | Event::Guard { place, .. } => {
                self.shared(before, Area::all(*place));
            }
            Event::Take { area, .. } => self.shared(before, *area),
            Event::Apart { first, second, .. } => {
                self.more.extend(passed(before, *first));
                self.more.extend(passed(before, *second));
            }
            // Others may have come to it through what the function kept.
            Event::Touch(touch) if self.others_may_have(before) => {
                self.more.extend(passed(before, touch.area));
            }
            Event::Touch(touch) => self.used.extend(passed(before, touch.area)),
            _ => {}
        }
    }
}

impl Noter<'_, '_> {
    fn call(&mut self, before: &State, call: &PlaceCall, at: NodeIndex) {
        self.made.calls.insert(at);
        for (number, places) in (0..).zip(&call.args) {
            let holds_twice = places.iter().any(|place| before.holds_twice(*place));
            if holds_twice || is_passed_twice(before, &call.args, number as usize) {
                self.more.insert((at, number));
            }
            let holders = &self.view.holders;
            if places.iter().any(|place| self.may_be_own(before, *place)) {
                self.own.insert((at, number));
            }
            for place in places {
                let known: Vec<Argument> = passed(before, Area::all(*place)).collect();
                // A callee's own is there since that does more with it.
                let is_made = holders.held(place.holder) == Held::Made;
                self.made.by_callees.extend(is_made.then_some(place.holder));
                if is_made || !known.is_empty() {
                    self.more.extend(known);
                    self.more.insert((at, number));
                }
            }
        }
    }

    /// Whether the body may have made what lies there: nothing there arrived, or some other name of it did not.
    fn may_be_own(&self, before: &State, place: Place) -> bool {
        let holders = &self.view.holders;
        let arrived = |holder: Holder| holders.position_of(holder).is_some();
        let seen = before.seen_as(place);
        let is_own = |of: &Seen| {
            let mut links = before.cell(of.place.holder).links.keys();
            of.below.is_here()
                && holders.local_of(of.place.holder).is_some()
                && !links.any(|other| arrived(*other))
        };
        let mut whole = seen.iter().filter(|of| of.below.is_here());
        !whole.any(|of| arrived(of.place.holder)) || seen.iter().any(is_own)
    }

    /// A task gets it, or it is given away.
    fn shared(&mut self, before: &State, area: Area) {
        let mut passed = passed(before, area).peekable();
        self.shares |= passed.peek().is_some();
        self.more.extend(passed);
    }

    /// Whether several functions were called, or a task has something that arrived.
    fn others_may_have(&self, before: &State) -> bool {
        let taken = |fact: &Fact| matches!(fact, Fact::Taken(_) | Fact::Given { .. });
        before.called.len() > 1
            || self
                .view
                .holders
                .entries()
                .any(|(_, entry)| before.cell(entry).facts.iter().any(|(_, fact)| taken(fact)))
    }
}

/// Whether another argument of the call may be the same, or in it.
fn is_passed_twice(before: &State, args: &[Vec<Place>], number: usize) -> bool {
    let others = args.iter().enumerate().filter(|(other, _)| *other != number);
    let others: Vec<Place> = others.flat_map(|(_, places)| places).copied().collect();
    args[number].iter().any(|place| {
        let meets = |other: &Place| before.meet(Area::all(*place), Area::all(*other), false);
        others.iter().any(meets)
    })
}

/// As what it was passed to functions before.
fn passed(before: &State, area: Area) -> impl Iterator<Item = Argument> {
    before.facts(area).into_iter().filter_map(|fact| match fact {
        Fact::Offered { at, arg: Some(number) } => Some((at, number)),
        _ => None,
    })
}

impl Collector<'_, '_> {
    /// Whether it is what a callee made, passed on, and does more with.
    pub(super) fn is_made(&self, place: Place) -> bool {
        self.made.by_callees.contains(&place.holder)
    }

    /// The arguments of a call that the body made, and that have nothing of another one.
    pub(super) fn alone(
        &self,
        before: &State,
        args: &[Vec<Place>],
        at: NodeIndex,
    ) -> BTreeSet<u32> {
        let made = (0..args.len()).filter(|number| self.view.exposes(at, *number as u32));
        let alone = made.filter(|number| !is_passed_twice(before, args, *number));
        alone.map(|number| number as u32).collect()
    }

    /// What an argument is of what the body made: all of it, if it is passed so for the first time.
    pub(super) fn made_argument(&self, at: NodeIndex, number: u32) -> Option<(u32, Path)> {
        self.view.exposes(at, number).then_some((MADE, Path::HERE))
    }
}
