//! Calls of functions that are passed something that may lie anywhere in what the caller has: what they
//! do with it, they may do with any part of that.

use super::{Actual, Resolver};
use crate::regions::links::{Kind, Source};
use crate::regions::paths::{Area, Place};

/// How many effects of each kind there were at some moment.
pub(super) struct Counts {
    pub(super) uses: usize,
    pub(super) stores: usize,
    results: usize,
    pub(super) passed: usize,
    pub(super) apart: usize,
    shifts: usize,
    pub(super) param_calls: usize,
}

impl Resolver<'_, '_> {
    pub(super) fn counts(&self) -> Counts {
        let effects = &self.effects;
        Counts {
            uses: effects.uses.len(),
            stores: effects.stores.len(),
            results: effects.results.len(),
            passed: effects.passed.len(),
            apart: effects.apart.len(),
            shifts: effects.shifts.len(),
            param_calls: effects.param_calls.len(),
        }
    }

    /// What was done since with an argument may have been done anywhere in it.
    pub(super) fn widen(&mut self, since: &Counts, args: &[Actual]) {
        let args: Vec<Place> = args.iter().flat_map(|arg| arg.places.iter().copied()).collect();
        let around = |place: &Place| {
            let is_in =
                |arg: &&Place| arg.holder == place.holder && place.path.starts_with(arg.path);
            args.iter().find(is_in).copied()
        };
        let widen = |area: &mut Area| {
            if let Some(arg) = around(&area.place) {
                *area = Area::all(arg);
            }
        };
        let effects = &mut self.effects;
        for used in &mut effects.uses[since.uses..] {
            used.cut &= around(&used.area.place).is_none();
            widen(&mut used.area);
        }
        effects.passed[since.passed..].iter_mut().for_each(|of| widen(&mut of.area));
        effects.shifts[since.shifts..].iter_mut().for_each(widen);
        for apart in &mut effects.apart[since.apart..] {
            widen(&mut apart.first);
            widen(&mut apart.second);
        }
        for (from, into, kind) in &mut effects.stores[since.stores..] {
            for place in [from, into] {
                if let Some(arg) = around(place) {
                    (*place, *kind) = (arg, Kind::Loose);
                }
            }
        }
        for source in &mut effects.results[since.results..] {
            let place = Place { holder: source.holder, path: source.from };
            if let Some(arg) = around(&place) {
                *source = Source::loose(arg.holder).within(arg);
            }
        }
        for call in &mut effects.param_calls[since.param_calls..] {
            call.within |= call.args.iter().flatten().any(|place| around(place).is_some());
        }
    }
}
