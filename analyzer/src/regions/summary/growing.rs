//! How summaries that are found in rounds grow, so that the rounds come to an end.
//!
//! **Invariant.** What was once said of a whole value, as there was too much to say of its parts,
//! stays said of the whole: otherwise the next round would say less, and the one after it more again.

use std::collections::{BTreeMap, BTreeSet};

use super::{ParamSummary, ResultPart, Stored, Summary, most};
use crate::items::NodeIndex;
use crate::regions::domain::Access;
use crate::regions::links::Kind;
use crate::regions::paths::{Path, Reach};

impl Summary {
    /// This round's summary, with what the round before said of whole values.
    pub(in crate::regions) fn after(mut self, before: &Self) -> Self {
        for (param, known) in self.params.iter_mut().zip(&before.params) {
            param.stay_whole(known);
        }
        if let Some(known) = &before.made {
            self.made.get_or_insert_default().stay_whole(known);
        }
        results_stay_whole(&mut self.results, &before.results);
        results_stay_whole(&mut self.anyway.results, &before.anyway.results);
        self
    }

    /// What either of two rounds says.
    pub(in crate::regions) fn with(mut self, before: &Self) -> Self {
        for (param, known) in self.params.iter_mut().zip(&before.params) {
            param.take_up(known);
        }
        if let Some(known) = &before.made {
            self.made.get_or_insert_default().take_up(known);
        }
        self.contested |= before.contested;
        self.joins.retain(|position| before.joins.contains(position));
        self.opens_parts |= before.opens_parts;
        self.results.extend(&before.results);
        self.shared.extend(&before.shared);
        self.anyway.results.extend(&before.anyway.results);
        self.anyway.shared.extend(&before.anyway.shared);
        self.calls.extend(before.calls.iter().cloned());
        take_up_stores(&mut self.stores, &before.stores);
        take_up_stores(&mut self.anyway.stores, &before.anyway.stores);
        for (pair, apart) in &before.apart {
            self.apart.entry(*pair).or_insert(*apart).take_up(apart);
        }
        for (after, used) in &before.after {
            let known = self.after.entry(after.clone()).or_insert(*used);
            *known = most(*known, *used);
        }
        for (key, passed) in &before.passed {
            self.passed.entry(*key).or_insert_with(|| passed.clone()).take_up(passed);
        }
        for (ty, at) in &before.knots {
            self.note_knot(ty.clone(), *at);
        }
        for (key, left) in &before.left {
            self.left.entry(*key).or_insert_with(|| left.clone()).take_up(left);
        }
        self
    }
}

impl ParamSummary {
    fn stay_whole(&mut self, before: &Self) {
        stay_whole(&mut self.read, &before.read);
        stay_whole(&mut self.changed, &before.changed);
        if let (1, Some(known)) = (before.kept.len(), before.kept.get(&Path::HERE)) {
            let first = self.kept.values().copied().chain([*known]).min();
            self.kept = first.map(|first| (Path::HERE, first)).into_iter().collect();
        }
    }

    fn take_up(&mut self, before: &Self) {
        for (mine, known) in [(&mut self.read, &before.read), (&mut self.changed, &before.changed)]
        {
            for (reach, access) in known {
                let first = mine.entry(*reach).or_insert(*access);
                *first = (*first).min(*access);
            }
        }
        for (path, (access, keep)) in &before.kept {
            self.note_kept(*path, *access, *keep);
        }
        for (path, (access, keep)) in &before.cut {
            self.note_cut(*path, *access, *keep);
        }
    }
}

fn stay_whole(parts: &mut BTreeMap<Reach, Access>, before: &BTreeMap<Reach, Access>) {
    if let (1, Some(known)) = (before.len(), before.get(&Reach::ALL)) {
        let first = parts.values().copied().chain([*known]).min();
        *parts = first.map(|first| (Reach::ALL, first)).into_iter().collect();
    }
}

fn results_stay_whole(results: &mut BTreeSet<ResultPart>, before: &BTreeSet<ResultPart>) {
    let params: BTreeSet<u32> = before.iter().map(|part| part.param).collect();
    for param in params {
        let whole = ResultPart { to: Path::HERE, param, from: Path::HERE, kind: Kind::Loose };
        if before.iter().all(|part| part.param != param || *part == whole) {
            results.retain(|part| part.param != param);
            results.insert(whole);
        }
    }
}

fn take_up_stores(stores: &mut BTreeMap<Stored, NodeIndex>, before: &BTreeMap<Stored, NodeIndex>) {
    for (store, at) in before {
        let known = stores.entry(*store).or_insert(*at);
        *known = (*known).min(*at);
    }
}
