//! Two rounds that meet, made of a solution.

use std::collections::BTreeSet;

use super::problem::solve;
use super::{Example, Question, Side};
use crate::regions::iterations::forms::{Frame, Term, Walk};
use crate::regions::iterations::integers::{Solution, Sum, Unknown};

/// Values tried for a name that a product multiplies by, when an example is made.
const FACTORS_TRIED: [i128; 4] = [1, 2, 3, 0];

impl Question<'_, '_> {
    /// The solution, if its products are products; else one in which they are.
    pub(super) fn faithful(&self, solution: Solution, systems: &mut u32) -> Option<Solution> {
        let holds = |solution: &Solution| {
            self.products.iter().all(|product| {
                let parts = (product.left.value(solution), product.right.value(solution));
                let (Some(left), Some(right)) = parts else { return false };
                left.checked_mul(right) == product.value.value(solution)
            })
        };
        if holds(&solution) {
            return Some(solution);
        }
        let factors: BTreeSet<&Sum> = self.products.iter().map(|product| &product.right).collect();
        for tried in FACTORS_TRIED {
            let mut problem = self.problem.clone();
            for factor in &factors {
                problem.system.equal(factor, &Sum::constant(tried))?;
            }
            for product in &self.products {
                problem.system.equal(&product.value, &product.left.times(tried)?)?;
            }
            if let Some(Some(solution)) = solve(&problem, systems)
                && holds(&solution)
            {
                return Some(solution);
            }
        }
        None
    }

    pub(super) fn example(
        &mut self,
        solution: &Solution,
        rounds: [Unknown; 2],
        indices: &[Sum],
    ) -> Option<Example> {
        let count = |round: &Unknown| solution.get(round).copied().unwrap_or(0);
        let counts = rounds.map(|round| count(&round));
        let rounds = match self.forms.walked() {
            Walk::Range { start, step, .. } => {
                let start = self.instance(&start, Side::Both)?.value(solution)?;
                let at = |count: i128| start.checked_add(step.checked_mul(count)?);
                [at(counts[0])?, at(counts[1])?]
            }
            _ => counts,
        };
        let indices = indices.iter().map(|sum| sum.value(solution)).collect::<Option<_>>()?;
        let mut given = Vec::new();
        for ((term, _), unknown) in &self.unknowns {
            let is_given = match self.forms.term(*term) {
                Term::Value(Frame::Around, ..) => true,
                Term::Part(..) => self.forms.is_fixed(*term),
                _ => false,
            };
            if is_given && self.needed(*unknown) {
                given.push((*term, count(unknown)));
            }
        }
        Some(Example { rounds, indices, given })
    }

    /// Whether an unknown from outside matters beyond bounding the rounds.
    fn needed(&self, unknown: Unknown) -> bool {
        let named = |sum: &Sum| sum.factors.contains_key(&unknown);
        self.products.iter().any(|product| named(&product.right) || named(&product.left))
            || self.problem.system.zeros.iter().any(named)
    }
}
