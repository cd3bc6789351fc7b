//! How a branch leaves the loop around it.
//!
//! Each loop ends somewhere, so a condition that alone ends one says how often it goes round. Of a loop with several
//! ways out no condition does: each is one like others, which may come out either way.

use crate::skeleton::graph::{Action, NodeId, Routine};
use crate::skeleton::stuck::helpers::reachable;

/// What a branch is to the loop around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::skeleton) enum Leaving {
    /// No way out: it lies in no loop, or both ways go on in it.
    Never,
    /// The only way out.
    AtLast,
    /// One of several ways out.
    Early {
        /// Whether the loop also ends with what it walks.
        of_walk: bool,
    },
}

impl Leaving {
    /// Whether one way of the branch comes back to it and the other does not, and what else ends the loop then.
    pub(in crate::skeleton) fn of(routine: &Routine, branch: NodeId) -> Self {
        if !(0..2).any(|way| is_way_out(routine, branch, way)) {
            return Self::Never;
        }
        let is_within = |node: &NodeId| reachable(routine, *node).contains(&branch);
        let leaves = |node: &NodeId| routine.node(*node).next.iter().any(|next| !is_within(next));
        let others: Vec<NodeId> = reachable(routine, branch)
            .into_iter()
            .filter(|node| *node != branch && is_within(node) && leaves(node))
            .collect();
        let walks = |node: &NodeId| matches!(routine.node(*node).action, Action::Each { .. });
        match others.as_slice() {
            [] => Self::AtLast,
            others => Self::Early { of_walk: others.iter().any(walks) },
        }
    }

    pub(in crate::skeleton) fn is_way_out(self) -> bool {
        self != Self::Never
    }
}

/// Whether that way of a branch leaves the loop that another comes back by.
pub(in crate::skeleton) fn is_way_out(routine: &Routine, branch: NodeId, way: usize) -> bool {
    let returns = |way: &NodeId| reachable(routine, *way).contains(&branch);
    let ways = &routine.node(branch).next;
    ways.get(way).is_some_and(|way| !returns(way)) && ways.iter().any(returns)
}
