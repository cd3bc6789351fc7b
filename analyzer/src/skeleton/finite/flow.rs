//! Where values go, as far as a search has seen: whether what a loop gives comes back to it.
//!
//! Channels are told apart by where they are made alone, so of several that are made in one place each may be any other.

use rustc_hash::FxHashMap;

use super::{By, Runs, circle, round_by};
use crate::skeleton::graph::{NodeId, Routine, RoutineId, Skeleton};
use crate::skeleton::state::{Made, State};
use crate::skeleton::step::Machine;
use crate::skeleton::step::offers::OfferKind;

/// A node of a skeleton.
type At = (RoutineId, NodeId);

/// Which channels the nodes of a skeleton were seen to take from and to give to, by where these are made.
#[derive(Default)]
pub(in crate::skeleton) struct Flow {
    takes: FxHashMap<At, Vec<Made>>,
    gives: FxHashMap<At, Vec<Made>>,
}

impl Flow {
    /// Notes where the tasks of a state would take from and give to.
    pub(in crate::skeleton) fn note(&mut self, machine: Machine<'_>, state: &State) {
        for (number, task) in (0..).zip(&state.tasks) {
            let Some(frame) = task.frames.last() else { continue };
            for offer in machine.offers(state, number) {
                let found = match offer.kind {
                    OfferKind::Receive { .. } | OfferKind::TryReceive(_) => &mut self.takes,
                    OfferKind::Send(_) | OfferKind::TrySend(..) => &mut self.gives,
                    _ => continue,
                };
                let found = found.entry((frame.routine, frame.node)).or_default();
                let made = state.objects[offer.object as usize].made;
                if !found.contains(&made) {
                    found.push(made);
                }
            }
        }
    }

    /// Where a node gives to, and all that it runs.
    fn given(&self, runs: &Runs, routine: &Routine, at: At) -> Vec<Made> {
        let started = super::run(&routine.node(at.1).action, &runs.values);
        let leads_to = |RoutineId(of): RoutineId| {
            let of = of as usize;
            started.iter().any(|start| *start == of || runs.leads_to(*start, of))
        };
        let nodes = self.gives.iter().filter(|(of, _)| **of == at || leads_to(of.0));
        nodes.flat_map(|(_, made)| made.iter().copied()).collect()
    }
}

/// Whether nothing that a loop gives comes back to it, however far round.
pub(in crate::skeleton) fn flows_one_way(skeleton: &Skeleton, flow: &Flow) -> bool {
    let runs = Runs::of(skeleton);
    let mut left: Vec<(Made, Made)> = Vec::new();
    for (number, routine) in (0..).map(RoutineId).zip(&skeleton.routines) {
        for (at, node) in (0..).map(NodeId).zip(&routine.nodes) {
            let Some(takes) = flow.takes.get(&(number, at)) else { continue };
            for (position, way) in node.next.iter().enumerate() {
                if let Some(By::Value) = round_by(routine, &node.action, position) {
                    let body = circle(routine, at, *way).into_iter();
                    let gives = body.flat_map(|of| flow.given(&runs, routine, (number, of)));
                    let gives: Vec<Made> = gives.collect();
                    left.extend(takes.iter().flat_map(|of| gives.iter().map(|to| (*of, *to))));
                }
            }
        }
    }
    // What nothing is given for that a loop takes ends; then so does what that gives.
    loop {
        let count = left.len();
        let given: Vec<Made> = left.iter().map(|(_, to)| *to).collect();
        left.retain(|(of, _)| given.contains(of));
        if left.len() == count {
            return left.is_empty();
        }
    }
}
