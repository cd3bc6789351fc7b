//! What a body does of which nothing more will be found out: whatever arrives may be changed, given
//! away and used at any time, and the result may be of all of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Anyway, Apart, Later, LeftKey, MADE, ParamCall, ParamReach, ParamSummary, Passed, ResultPart,
    Summary,
};
use crate::items::NodeIndex;
use crate::regions::domain::{Access, Clash, Keep, Mode};
use crate::regions::links::{Kind, Link};
use crate::regions::paths::{Path, Reach};
use crate::ty::Ty;

const AT: Access = Access::here(NodeIndex::ITEM);
const ANYHOW: Apart = Apart { clash: Clash::Change, access: AT, after_calls: true };

impl Summary {
    /// At least what any summary of the same body says. What is put into what need not be said: all
    /// of it is gone for callers.
    pub(in crate::regions) fn widened(&self) -> Self {
        let positions = 0..self.params.len() as u32;
        let whole: Vec<ParamReach> = positions.map(|position| (position, Reach::ALL)).collect();
        let calls: BTreeSet<ParamCall> = self.any_calls().collect();
        let after = calls.iter().flat_map(|call| {
            let args = 0..call.args.len() as u32;
            let args = args.flat_map(|number| [Later::Arg(number), Later::Lent(number)]);
            let later = whole.iter().copied().map(Later::Part).chain(args);
            later.map(|later| ((call.clone(), later), (Mode::Change, AT)))
        });
        let pairs = whole.iter().enumerate().flat_map(|(position, one)| {
            whole[position..].iter().map(|other| ((*one, *other), ANYHOW))
        });
        let result =
            |param| ResultPart { to: Path::HERE, param, from: Path::HERE, kind: Kind::Loose };
        let gone = Passed { mode: Mode::Change, access: AT, keep: Some((Keep::Moved, AT)) };
        let results: BTreeSet<ResultPart> =
            whole.iter().map(|(position, _)| result(*position)).collect();
        let shared = BTreeSet::from([Link::LOOSE]);
        let anyway =
            Anyway { stores: BTreeMap::new(), results: results.clone(), shared: shared.clone() };
        Self {
            params: self.params.iter().map(widened).collect(),
            made: (!calls.is_empty()).then(ParamSummary::default),
            contested: true,
            meets_others: self.meets_others,
            opens_parts: true,
            stores: BTreeMap::new(),
            results,
            shared,
            anyway,
            passed: BTreeMap::new(),
            left: BTreeMap::from([(LeftKey { param: None, reach: Reach::ALL, scope: None }, gone)]),
            after: after.collect(),
            calls,
            apart: pairs.collect(),
            joins: BTreeSet::new(),
            knots: vec![(Ty::Unknown, NodeIndex::ITEM)],
        }
    }

    /// Each function that arrives, called with anything that arrives.
    fn any_calls(&self) -> impl Iterator<Item = ParamCall> {
        let positions = (0..self.params.len() as u32).chain([MADE]);
        let anything = positions.map(|position| (position, Path::HERE));
        let anything: BTreeSet<(u32, Path)> = anything.collect();
        self.params.iter().zip(0..).filter_map(move |(param, function)| {
            let ty = param.function.as_ref()?;
            let args = vec![anything.clone(); ty.params.len()];
            let twice = (0..args.len() as u32).collect();
            let alone = BTreeSet::new();
            Some(ParamCall { function, args, twice, alone, within: true, again: true })
        })
    }
}

fn widened(param: &ParamSummary) -> ParamSummary {
    let all = BTreeMap::from([(Reach::ALL, AT)]);
    ParamSummary {
        read: all.clone(),
        changed: all,
        kept: BTreeMap::from([(Path::HERE, (AT, Keep::Moved))]),
        cut: BTreeMap::new(),
        ..param.clone()
    }
}
