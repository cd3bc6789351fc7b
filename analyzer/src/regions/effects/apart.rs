//! What must not share a region for a callee, told of the caller's places.
//!
//! A callee that calls a function which it was passed, beside a task, says that all of that function must be apart
//! from what the task has. Whoever passes it knows what it touches: that alone must be.

use super::callees::{Through, function, places};
use super::made::Arguments;
use super::{Actual, ApartPlaces, Resolver};
use crate::regions::events::{Called, Deed, Late};
use crate::regions::paths::{Area, Path};
use crate::regions::summary::{Apart, MADE, ParamCall, ParamReach, Summary};
use crate::ty::{Ownership, ownership};

impl Resolver<'_, '_> {
    /// What the callee made has no other name before it was passed to a function.
    pub(super) fn apart(
        &mut self,
        summary: &Summary,
        actuals: Arguments<'_>,
        through: Through<'_>,
        depth: u32,
    ) {
        if self.tries {
            return;
        }
        for ((one, other), apart) in &summary.apart {
            let Apart { clash: kind, after_calls, .. } = *apart;
            let (within, access) = (one.0 == other.0, through(one.0, apart.access));
            if within && actuals.get(one.0).is_some_and(|of| of.twice) {
                let (deed, meeting, name) = (Deed::Parted(kind), None, Called::Nothing);
                self.effects.late.push(Late { deed, meeting, name, access, lent: false });
            }
            let late = after_calls || [one.0, other.0].contains(&MADE);
            let is_alone =
                [one.0, other.0].iter().any(|of| actuals.get(*of).is_some_and(|of| of.alone));
            let first = self.side(summary, actuals, *one, depth);
            let second = self.side(summary, actuals, *other, depth);
            for (first, second) in first.against(&second) {
                // Two new values, until some function makes them one.
                let are_new =
                    is_alone && actuals.is_made(first.place) && actuals.is_made(second.place);
                let (within, late) = (within || are_new, late || are_new);
                let apart = ApartPlaces { first, second, within, kind, access, late };
                self.effects.apart.push(apart);
            }
        }
    }

    /// Where the part of what arrives at a position stands for the caller; of a function that is only called, what
    /// it touches of its own.
    fn side(
        &self,
        summary: &Summary,
        actuals: Arguments<'_>,
        (position, reach): ParamReach,
        depth: u32,
    ) -> Side {
        if let Some(call) = called(summary, position).filter(|_| reach.path.is_here())
            && let Some(function) = function(summary, call, actuals)
            && self.gives_value(&function)
        {
            return self.touched_by(&function, call.args.len(), depth);
        }
        let area = |(place, complete): (_, bool)| Area { place, deep: reach.deep || !complete };
        let touched = places(actuals, position, reach.path).into_iter().map(area).collect();
        let mut side = Side { touched, ..Side::default() };
        let mut path = reach.path;
        while let (around, Some(_)) = path.split() {
            path = around;
            let around = places(actuals, position, path).into_iter();
            side.around.extend(around.map(|(place, _)| Area::at(place)));
        }
        side
    }

    /// Whether nothing that a function gives is part of what it has.
    fn gives_value(&self, function: &Actual) -> bool {
        let ret = function.ty.as_ref().map(|ty| ownership(self.view.db, &ty.ret));
        ret == Some(Ownership::Value)
    }

    /// What a function touches or puts somewhere that it was not passed.
    fn touched_by(&self, function: &Actual, params: usize, depth: u32) -> Side {
        let mut resolver =
            Resolver { tries: true, ..Resolver::new(self.view, self.state, self.at) };
        resolver.value(function, &vec![Actual::default(); params], depth + 1);
        let effects = resolver.effects;
        let uses = effects.uses.into_iter().filter(|of| of.mode.is_some()).map(|of| of.area);
        let passed = effects.passed.into_iter().map(|of| of.area);
        let stored = effects.stores.into_iter().map(|(from, ..)| Area::all(from));
        let touched = uses.chain(passed).chain(stored).collect();
        let shifted = effects.shifts.into_iter().map(|area| Area::at(area.place)).collect();
        Side { touched, shifted, around: Vec::new() }
    }
}

/// One of two that must be apart.
#[derive(Default)]
struct Side {
    touched: Vec<Area>,
    /// Containers in which elements may have got other indices.
    shifted: Vec<Area>,
    /// What the part lies in.
    around: Vec<Area>,
}

impl Side {
    /// Which places must not be one: an element is another where its container was put into another order.
    fn against(&self, other: &Self) -> Vec<(Area, Area)> {
        let pairs = [
            (&self.touched, &other.touched),
            (&self.shifted, &other.around),
            (&self.around, &other.shifted),
        ];
        let all = |(mine, theirs): (&Vec<Area>, &Vec<Area>)| {
            mine.iter().flat_map(|one| theirs.iter().map(|it| (*one, *it))).collect::<Vec<_>>()
        };
        pairs.into_iter().flat_map(all).collect()
    }
}

/// A call of what arrives at a position, if the callee does nothing else with that.
fn called(summary: &Summary, position: u32) -> Option<&ParamCall> {
    let is_it = |(of, _): &(u32, Path)| *of == position;
    let param = summary.param(position)?;
    let goes_on = !(param.kept.is_empty() && param.cut.is_empty())
        || summary.calls.iter().any(|call| call.args.iter().flatten().any(is_it))
        || summary.stores.keys().any(|stored| is_it(&stored.from) || is_it(&stored.into))
        || summary.results.iter().any(|part| part.param == position);
    summary.calls.iter().find(|call| call.function == position).filter(|_| !goes_on)
}
