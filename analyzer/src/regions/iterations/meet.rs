//! Whether two touches of one container can meet: the question as constraints, and its answer.
//!
//! Each touch belongs to a round of its own. Fixed terms are one unknown for both, all others one
//! for each. What links the terms (a quotient to its remainder, a product to its factors, distinct
//! elements to their indices) are alternatives, taken up only when a solution breaks them.
//!
//! **Invariant.** [`Meeting::Never`] is proved. A [`Meeting::At`] that is `certain` happens in a run
//! whose values are those of the example.

mod conditions;
mod example;
mod problem;
mod terms;

use std::collections::{BTreeMap, BTreeSet};

use self::problem::{Constraints, Problem, solve, strictly};
use super::forms::{Forms, Term};
use super::integers::{Sum, Unknown};
use super::touches::{Extent, Sight, Step, Touched};

/// How two touches meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meeting {
    Never,
    At(Example),
    /// Nothing shows that they do not.
    Perhaps,
}

/// Two rounds that meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Example {
    /// What the loop counts in the two rounds, or the positions of their elements.
    pub(super) rounds: [i128; 2],
    /// The indices of the place, outermost first, of those steps that are elements.
    pub(super) indices: Vec<i128>,
    /// Values of names from outside, and of their parts, that the example needs.
    pub(super) given: Vec<(Unknown, i128)>,
}

/// Whether the two touches can be of one place, in different rounds.
pub(super) fn meeting(
    forms: &mut Forms<'_>,
    distinct: &BTreeSet<Unknown>,
    first: &Touched,
    second: &Touched,
) -> Meeting {
    let mut question = Question {
        forms,
        distinct,
        unknowns: BTreeMap::new(),
        known: BTreeSet::new(),
        problem: Problem::default(),
        products: Vec::new(),
        elements: Vec::new(),
        uncertain: [first, second].iter().any(|touched| touched.sight == Sight::Perhaps),
        fresh: 0,
        written: 0,
    };
    question.ask(first, second).unwrap_or(Meeting::Perhaps)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Both,
    First,
    Second,
}

struct Product {
    left: Sum,
    right: Sum,
    value: Sum,
}

struct Question<'a, 'v> {
    forms: &'a mut Forms<'v>,
    /// Lists whose elements differ from one another.
    distinct: &'a BTreeSet<Unknown>,
    unknowns: BTreeMap<(Unknown, Side), Unknown>,
    /// Unknowns whose own constraints are stated.
    known: BTreeSet<Unknown>,
    problem: Problem,
    products: Vec<Product>,
    /// Elements of distinct lists: the list, the index, the element.
    elements: Vec<(Unknown, Sum, Sum)>,
    /// Whether the example depends on values that nobody here can check.
    uncertain: bool,
    fresh: Unknown,
    /// Assignments that were followed.
    written: u32,
}

impl Question<'_, '_> {
    fn ask(&mut self, first: &Touched, second: &Touched) -> Option<Meeting> {
        let round = self.forms.id(Term::Round);
        let rounds = [Side::First, Side::Second].map(|side| self.unknown(round, side));
        let [one, other] = rounds.map(Sum::unknown);
        let earlier = strictly(&one, &other)?;
        let later = strictly(&other, &one)?;
        self.problem.choices.push(vec![earlier, later]);
        let indices = self.same_place(first, second)?;
        let Some(indices) = indices else { return Some(Meeting::Never) };
        self.reached(first, Side::First)?;
        self.reached(second, Side::Second)?;
        self.relate_products()?;
        self.relate_elements()?;
        let mut systems = 0;
        let solution = match solve(&self.problem, &mut systems)? {
            None => return Some(Meeting::Never),
            Some(solution) => solution,
        };
        let Some(solution) = self.faithful(solution, &mut systems) else {
            return Some(Meeting::Perhaps);
        };
        if self.uncertain {
            return Some(Meeting::Perhaps);
        }
        self.example(&solution, rounds, &indices).map(Meeting::At)
    }

    /// Says that the two paths lead to one place; none if they do not anyway.
    #[allow(clippy::option_option)]
    fn same_place(&mut self, first: &Touched, second: &Touched) -> Option<Option<Vec<Sum>>> {
        let (a, b) = (&first.path.steps, &second.path.steps);
        let within = |short: &Touched, long: &Touched| {
            short.path.steps.len() < long.path.steps.len() && short.extent != Extent::All
        };
        if within(first, second) || within(second, first) {
            return Some(None);
        }
        let mut indices = Vec::new();
        for (one, other) in a.iter().zip(b) {
            let (Some(one), Some(other)) =
                (self.index(one, Side::First)?, self.index(other, Side::Second)?)
            else {
                if one_part(one) != one_part(other) {
                    return Some(None);
                }
                continue;
            };
            self.problem.system.equal(&one, &other)?;
            self.problem.system.at_most(&Sum::constant(0), &one)?;
            indices.push(one);
        }
        Some(Some(indices))
    }

    /// The index of an element's step, as an unknown's sum; none for parts.
    #[allow(clippy::option_option)]
    fn index(&mut self, step: &Step, side: Side) -> Option<Option<Sum>> {
        Some(match step {
            Step::Element(index) => Some(self.instance(index, side)?),
            Step::Between(start, end) => Some(self.between(start.as_ref(), end.as_ref(), side)?),
            Step::Part(..) | Step::Capture(_) => None,
        })
    }

    /// Some index of a slice; of one with a bound that may count from the end, any index.
    fn between(&mut self, start: Option<&Sum>, end: Option<&Sum>, side: Side) -> Option<Sum> {
        let index = Sum::unknown(self.new_unknown());
        let mut inside = Constraints::default();
        let mut choices = Vec::new();
        for (bound, is_start) in [(start, true), (end, false)] {
            let Some(bound) = bound else { continue };
            let bound = self.instance(bound, side)?;
            match is_start {
                true => inside.at_most(&bound, &index)?,
                false => inside.naturals.extend(strictly(&index, &bound)?.naturals),
            }
            inside.at_most(&Sum::constant(0), &bound)?;
            choices.push(strictly(&bound, &Sum::constant(0))?);
        }
        choices.insert(0, inside);
        self.problem.choices.push(choices);
        Some(index)
    }
}

fn one_part(step: &Step) -> Option<u32> {
    match step {
        Step::Part(part, _) | Step::Capture(part) => Some(*part),
        _ => None,
    }
}
