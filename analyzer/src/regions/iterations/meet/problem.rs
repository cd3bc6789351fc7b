//! Constraints with choices, and their solution.

use crate::regions::iterations::integers::{Answer, Solution, Sum, System};

/// Systems solved for one pair of touches; beyond, nothing is proved.
pub(super) const SYSTEMS_MAX: u32 = 300;

/// Constraints, some of which leave a choice.
#[derive(Clone, Debug, Default)]
pub(super) struct Problem {
    pub(super) system: System,
    /// Of each, one holds.
    pub(super) choices: Vec<Vec<Constraints>>,
}

/// Sums that are 0, sums that are 0 or more, and what leaves a choice again.
#[derive(Clone, Debug, Default)]
pub(super) struct Constraints {
    pub(super) zeros: Vec<Sum>,
    pub(super) naturals: Vec<Sum>,
    pub(super) choices: Vec<Vec<Constraints>>,
}

impl Problem {
    pub(super) fn into_constraints(self) -> Constraints {
        let System { zeros, naturals } = self.system;
        Constraints { zeros, naturals, choices: self.choices }
    }
}

impl Constraints {
    /// One sum is 0.
    pub(super) fn zero(sum: Sum) -> Self {
        Self { zeros: vec![sum], ..Self::default() }
    }

    pub(super) fn at_most(&mut self, low: &Sum, high: &Sum) -> Option<()> {
        self.naturals.push(high.plus(-1, low)?);
        Some(())
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.zeros.extend(other.zeros.iter().cloned());
        both.naturals.extend(other.naturals.iter().cloned());
        both.choices.extend(other.choices.iter().cloned());
        both
    }

    fn hold(&self, solution: &Solution) -> bool {
        self.zeros.iter().all(|sum| sum.value(solution) == Some(0))
            && self.naturals.iter().all(|sum| sum.value(solution) >= Some(0))
            && self.choices.iter().all(|choice| choice.iter().any(|one| one.hold(solution)))
    }
}

/// Solves a problem, deciding one choice after the other, and only those that a solution leaves
/// open. The outer `None`: a bound was hit.
#[allow(clippy::option_option)]
pub(super) fn solve(problem: &Problem, systems: &mut u32) -> Option<Option<Solution>> {
    *systems += 1;
    if *systems > SYSTEMS_MAX {
        return None;
    }
    let solution = match problem.system.clone().solve() {
        Answer::Never => return Some(None),
        Answer::When(solution) => solution,
        Answer::Unknown => return None,
    };
    let open = |choice: &Vec<Constraints>| !choice.iter().any(|one| one.hold(&solution));
    let Some(position) = problem.choices.iter().position(open) else {
        return Some(Some(solution));
    };
    let mut rest = problem.clone();
    let choice = rest.choices.swap_remove(position);
    for one in choice {
        let mut decided = rest.clone();
        decided.system.zeros.extend(one.zeros);
        decided.system.naturals.extend(one.naturals);
        decided.choices.extend(one.choices);
        if let Some(solution) = solve(&decided, systems)? {
            return Some(Some(solution));
        }
    }
    Some(None)
}

/// `low < high`
pub(super) fn strictly(low: &Sum, high: &Sum) -> Option<Constraints> {
    let gap = high.plus(-1, low)?.plus(1, &Sum::constant(-1))?;
    Some(Constraints { naturals: vec![gap], ..Constraints::default() })
}
