//! Barriers: tasks that go on together, and those that break them.

use super::offers::{Offer, OfferKind};
use super::{EventKind, Machine, Outcome, Stop};
use crate::skeleton::graph::NodeId;
use crate::skeleton::state::{Ended, ObjectKind, State};

/// No state follows more ways in which tasks may have come to a barrier first.
const ROUNDS_MAX: usize = 64;

impl Machine<'_> {
    /// Lets tasks at a barrier go on together, once enough of them are there. Where there are more, any
    /// of them may have come first. The first of those that go on takes the step for all.
    pub(super) fn gather(
        self,
        state: &State,
        task: u32,
        offer: &Offer,
        parties: i64,
        all: &[Vec<Offer>],
    ) -> Vec<Outcome> {
        let there = meeters(offer, all).into_iter().filter(|(member, _)| *member > task);
        let Some(others) = usize::try_from(parties).ok().and_then(|all| all.checked_sub(1)) else {
            return Vec::new();
        };
        let Some(rounds) = chosen(&there.collect::<Vec<_>>(), others) else {
            return vec![Err(Stop::Bounded("many more tasks wait at a barrier than it is for"))];
        };
        let round = |others: Vec<(u32, NodeId)>| {
            let (mut events, mut after) = (Vec::new(), state.clone());
            let all: Vec<_> = std::iter::once((task, offer.next)).chain(others).collect();
            for (member, next) in &all {
                events.extend(self.event(state, *member, EventKind::Meets, Some(offer.object)));
                self.pass(&mut after, *member, Some(*next));
            }
            let barrier = &mut after.objects[offer.object as usize].kind;
            if let ObjectKind::Barrier { latest, .. } = barrier
                && self.skeleton.ends.any
            {
                *latest = all.into_iter().map(|(member, _)| member).collect();
            }
            Ok((after, events))
        };
        rounds.into_iter().map(round).collect()
    }
}

/// The task is over: it is no party any more, and the barriers break that it was one of, unless it has returned.
pub(super) fn end_party(state: &mut State, task: u32, ended: &Ended) {
    let returned = matches!(ended, Ended::Well(_));
    for number in 0..state.objects.len() {
        if !state.objects[number].kind.latest().contains(&task) {
            continue;
        }
        match &mut state.objects[number].kind {
            ObjectKind::Barrier { latest, .. } if returned => latest.retain(|of| *of != task),
            kind => break_barrier(kind),
        }
    }
}

/// Breaks a barrier, of which it then no longer matters who is a party.
pub(super) fn break_barrier(kind: &mut ObjectKind) {
    if let ObjectKind::Barrier { broken, latest, .. } = kind {
        *broken = true;
        latest.clear();
    }
}

/// All ways to choose so many; none if there are too many ways.
fn chosen<T: Copy>(from: &[T], count: usize) -> Option<Vec<Vec<T>>> {
    let mut found = vec![Vec::new()];
    for (position, one) in from.iter().enumerate() {
        let left = from.len() - position - 1;
        let with = found.iter().filter(|chosen| chosen.len() < count).map(|chosen| {
            let mut chosen: Vec<T> = chosen.clone();
            chosen.push(*one);
            chosen
        });
        let with: Vec<Vec<T>> = with.collect();
        found.extend(with);
        found.retain(|chosen| chosen.len() + left >= count);
        if found.len() > ROUNDS_MAX {
            return None;
        }
    }
    found.retain(|chosen| chosen.len() == count);
    Some(found)
}

/// Who stands at the barrier, and where they go on.
pub(super) fn meeters(offer: &Offer, all: &[Vec<Offer>]) -> Vec<(u32, NodeId)> {
    let meets = |offers: &Vec<Offer>| {
        let is_it = |of: &&Offer| of.object == offer.object && matches!(of.kind, OfferKind::Meet);
        offers.iter().find(is_it).map(|of| of.next)
    };
    (0..).zip(all).filter_map(|(task, offers)| Some((task, meets(offers)?))).collect()
}
