//! Whether two touches of one container can meet: the question as constraints, and its answer.
//!
//! Each touch belongs to a round of its own. Fixed terms are one unknown for both, all others one
//! for each. What links the terms (a quotient to its remainder, a product to its factors, distinct
//! elements to their indices) are alternatives, taken up only when a solution breaks them.
//!
//! **Invariant.** [`Meeting::Never`] is proved. A [`Meeting::At`] that is `certain` happens in a run
//! whose values are those of the example.

use std::collections::{BTreeMap, BTreeSet};

use super::forms::{Forms, Frame, Term, Walk};
use super::integers::{Answer, Solution, Sum, System, Unknown};
use super::touches::{Step, Touched};
use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{Const, Local, Operand, Point, Rvalue};
use crate::regions::graph::{Definition, Guard};

/// Systems solved for one pair of touches; beyond, nothing is proved.
const SYSTEMS_MAX: u32 = 300;
/// Names that a condition is followed through; beyond, it is not understood.
const CONDITION_NAMES_MAX: u32 = 8;
/// Values tried for a name that a product multiplies by, when an example is made.
const FACTORS_TRIED: [i128; 4] = [1, 2, 3, 0];

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
    /// Values of names from outside that the example needs.
    pub(super) given: Vec<(Local, i128)>,
}

/// Constraints, some of which leave a choice.
#[derive(Clone, Debug, Default)]
struct Problem {
    system: System,
    /// Of each, one holds.
    choices: Vec<Vec<Constraints>>,
}

/// Sums that are 0, and sums that are 0 or more.
#[derive(Clone, Debug, Default)]
struct Constraints {
    zeros: Vec<Sum>,
    naturals: Vec<Sum>,
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
        uncertain: false,
        fresh: 0,
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
            short.path.steps.len() < long.path.steps.len() && !short.deep
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
            Step::Part(..) => None,
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

    // ------------------------------------------------------------------------------ conditions

    /// Says that the touch is reached in its round.
    fn reached(&mut self, touched: &Touched, side: Side) -> Option<()> {
        let ways = self.forms.round.ways(touched.point.block);
        let mut choices = Vec::new();
        for way in ways {
            // Each guard may itself leave a choice (`!=`): a way becomes one choice for each.
            let mut conjunctions = vec![Constraints::default()];
            for guard in &way.guards {
                let alternatives = self.guard(guard, side)?;
                conjunctions = conjunctions
                    .iter()
                    .flat_map(|so_far| alternatives.iter().map(|more| so_far.and(more)))
                    .collect();
                if conjunctions.len() > SYSTEMS_MAX as usize {
                    return None;
                }
            }
            choices.extend(conjunctions);
        }
        self.problem.choices.push(choices);
        Some(())
    }

    /// What a guard says, as alternatives; nothing where its condition is not understood.
    fn guard(&mut self, guard: &Guard, side: Side) -> Option<Vec<Constraints>> {
        let write = self.forms.round.written_on_the_way(guard.condition, guard);
        let write = write.or_else(|| {
            let found = self.forms.round.definition(guard.condition, guard.branch);
            found.map(|(point, _)| point)
        });
        let understood = match write {
            Some(point) => self.condition_at(point, guard.holds, side, CONDITION_NAMES_MAX)?,
            None => None,
        };
        Some(understood.unwrap_or_else(|| {
            self.uncertain = true;
            vec![Constraints::default()]
        }))
    }

    #[allow(clippy::option_option)]
    fn condition_at(
        &mut self,
        point: Point,
        holds: bool,
        side: Side,
        depth: u32,
    ) -> Option<Option<Vec<Constraints>>> {
        let value = match self.forms.round.op(point) {
            Some(crate::mir::OpKind::Assign { value, .. }) => value,
            _ => return Some(None),
        };
        match value {
            Rvalue::Use(Operand::Const(Const::Bool(known))) => Some(Some(match *known == holds {
                true => vec![Constraints::default()],
                false => Vec::new(),
            })),
            Rvalue::Use(Operand::Local(of)) | Rvalue::Unary(UnaryOp::Not, Operand::Local(of))
                if depth > 0 =>
            {
                let holds = holds == matches!(value, Rvalue::Use(_));
                match self.forms.round.definition(*of, point) {
                    Some((point, Definition::Value(_))) => {
                        self.condition_at(point, holds, side, depth - 1)
                    }
                    _ => Some(None),
                }
            }
            Rvalue::Binary(op, left, right) if self.are_ints(left, right) => {
                let left = self.forms.number(Frame::Round, left, point);
                let right = self.forms.number(Frame::Round, right, point);
                let (left, right) = (self.instance(&left, side)?, self.instance(&right, side)?);
                compared(*op, &left, &right, holds)
            }
            _ => Some(None),
        }
    }

    fn are_ints(&self, left: &Operand, right: &Operand) -> bool {
        [left, right].iter().all(|operand| match operand {
            Operand::Const(constant) => matches!(constant, Const::Int(_)),
            Operand::Local(local) => {
                self.forms.round.body.local(*local).ty.is(crate::ty::Builtin::Int)
            }
        })
    }

    // ----------------------------------------------------------------------------------- terms

    fn new_unknown(&mut self) -> Unknown {
        self.fresh += 1;
        self.fresh - 1
    }

    /// The sum with unknowns of one side in place of terms.
    fn instance(&mut self, sum: &Sum, side: Side) -> Option<Sum> {
        let mut instance = Sum::constant(sum.constant);
        for (term, factor) in &sum.factors {
            let unknown = self.unknown(*term, side);
            instance = instance.plus(*factor, &Sum::unknown(unknown))?;
        }
        Some(instance)
    }

    fn unknown(&mut self, term: Unknown, side: Side) -> Unknown {
        let side = if self.forms.is_fixed(term) { Side::Both } else { side };
        if let Some(unknown) = self.unknowns.get(&(term, side)) {
            return *unknown;
        }
        let unknown = self.new_unknown();
        self.unknowns.insert((term, side), unknown);
        if self.known.insert(unknown) && self.state(term, unknown, side).is_none() {
            self.uncertain = true;
        }
        unknown
    }

    /// What holds of a term whatever the program does.
    fn state(&mut self, term: Unknown, unknown: Unknown, side: Side) -> Option<()> {
        let value = Sum::unknown(unknown);
        match self.forms.term(term).clone() {
            Term::Round => {
                let walk = self.forms.walked();
                self.counts(&value, &walk, side)
            }
            Term::Turn(head) => {
                let walk = self.forms.turns(head);
                self.counts(&value, &walk, side)
            }
            Term::Length(_) => self.problem.system.at_most(&Sum::constant(0), &value),
            Term::Quotient(left, right) => self.divides(&left, &right, side),
            Term::Product(left, right) => {
                let (left, right) = (self.instance(&left, side)?, self.instance(&right, side)?);
                self.products.push(Product { left, right, value });
                Some(())
            }
            Term::Element(list, index) => {
                if self.distinct.contains(&list) {
                    let index = self.instance(&index, side)?;
                    self.elements.push((list, index, value));
                } else {
                    self.uncertain = true;
                }
                Some(())
            }
            Term::Value(Frame::Round, local, version) => {
                self.uncertain = true;
                self.grows_from(local, version, &value)
            }
            Term::Value(Frame::Around, ..) | Term::Constant(_) | Term::Part(..) => Some(()),
        }
    }

    /// A count of rounds or turns lies between what the loop walks.
    fn counts(&mut self, count: &Sum, walk: &Walk, side: Side) -> Option<()> {
        self.problem.system.at_most(&Sum::constant(0), count)?;
        match walk {
            Walk::Range { start, stop, step } => {
                let start = self.instance(start, side)?;
                let stop = self.instance(stop, side)?;
                let now = start.plus(*step, count)?;
                match *step > 0 {
                    true => self.problem.system.below(&now, &stop),
                    false => self.problem.system.below(&stop, &now),
                }
            }
            Walk::List { list: Some(list), .. } => {
                let length = self.forms.id(Term::Length(*list));
                let length = Sum::unknown(self.unknown(length, side));
                self.problem.system.below(count, &length)
            }
            Walk::List { .. } | Walk::Other => Some(()),
        }
    }

    /// `left // right`: what remains lies between 0 and the divisor.
    fn divides(&mut self, left: &Sum, right: &Sum, side: Side) -> Option<()> {
        let dividend = self.instance(left, side)?;
        let divisor = self.instance(right, side)?;
        let quotient = self.forms.id(Term::Quotient(left.clone(), right.clone()));
        let multiple = self.forms.product(&Sum::unknown(quotient), right)?;
        let multiple = self.instance(&multiple, side)?;
        let rest = dividend.plus(-1, &multiple)?;
        let zero = Sum::constant(0);
        let (mut up, mut down) = (strictly(&rest, &divisor)?, strictly(&divisor, &rest)?);
        up.at_most(&zero, &rest)?;
        down.at_most(&rest, &zero)?;
        self.problem.choices.push(vec![up, down]);
        Some(())
    }

    /// A name that starts at a constant and only grows is never below it.
    fn grows_from(&mut self, local: Local, version: Option<Point>, value: &Sum) -> Option<()> {
        version?;
        let definitions = self.forms.round.definitions(local);
        let mut least: Option<i128> = None;
        for definition in &definitions {
            match definition {
                Definition::Value(Rvalue::Use(Operand::Const(Const::Int(start)))) => {
                    let start = i128::from(*start);
                    least = Some(least.map_or(start, |least| least.min(start)));
                }
                Definition::Value(Rvalue::Binary(
                    BinaryOp::Add,
                    Operand::Local(of),
                    Operand::Const(Const::Int(by)),
                )) if *of == local && *by >= 0 => {}
                _ => return Some(()),
            }
        }
        match least {
            Some(least) => self.problem.system.at_most(&Sum::constant(least), value),
            None => Some(()),
        }
    }

    // --------------------------------------------------------------------------- relations

    /// Products by the same factor differ by that factor times what the other factors differ by.
    fn relate_products(&mut self) -> Option<()> {
        for index in 0..self.products.len() {
            let Product { left, right, value } = &self.products[index];
            self.problem.choices.push(multiplied(left, right, value)?);
            for other in &self.products[..index] {
                if other.right == *right {
                    let left = left.plus(-1, &other.left)?;
                    let value = value.plus(-1, &other.value)?;
                    self.problem.choices.push(multiplied(&left, right, &value)?);
                }
            }
        }
        Some(())
    }

    fn relate_elements(&mut self) -> Option<()> {
        for (position, (list, index, value)) in self.elements.iter().enumerate() {
            for (other_list, other_index, other) in &self.elements[..position] {
                if list != other_list {
                    continue;
                }
                let mut same = Constraints::default();
                same.zeros.extend([index.plus(-1, other_index)?, value.plus(-1, other)?]);
                let mut choices = vec![same];
                for (low, high) in [(index, other_index), (other_index, index)] {
                    for (less, more) in [(value, other), (other, value)] {
                        choices.push(strictly(low, high)?.and(&strictly(less, more)?));
                    }
                }
                self.problem.choices.push(choices);
            }
        }
        Some(())
    }

    // ---------------------------------------------------------------------------------- example

    /// The solution, if its products are products; else one in which they are.
    fn faithful(&self, solution: Solution, systems: &mut u32) -> Option<Solution> {
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

    fn example(
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
            if let Term::Value(Frame::Around, local, _) = self.forms.term(*term)
                && self.needed(*unknown)
            {
                given.push((*local, count(unknown)));
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

impl Constraints {
    fn at_most(&mut self, low: &Sum, high: &Sum) -> Option<()> {
        self.naturals.push(high.plus(-1, low)?);
        Some(())
    }

    fn and(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.zeros.extend(other.zeros.iter().cloned());
        both.naturals.extend(other.naturals.iter().cloned());
        both
    }

    fn hold(&self, solution: &Solution) -> bool {
        self.zeros.iter().all(|sum| sum.value(solution) == Some(0))
            && self.naturals.iter().all(|sum| sum.value(solution) >= Some(0))
    }
}

/// Solves a problem, deciding one choice after the other, and only those that a solution leaves
/// open. The outer `None`: a bound was hit.
#[allow(clippy::option_option)]
fn solve(problem: &Problem, systems: &mut u32) -> Option<Option<Solution>> {
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
        if let Some(solution) = solve(&decided, systems)? {
            return Some(Some(solution));
        }
    }
    Some(None)
}

/// `low < high`
fn strictly(low: &Sum, high: &Sum) -> Option<Constraints> {
    let gap = high.plus(-1, low)?.plus(1, &Sum::constant(-1))?;
    Some(Constraints { zeros: Vec::new(), naturals: vec![gap] })
}

/// What `value = left * right` says, by the signs of both.
fn multiplied(left: &Sum, right: &Sum, value: &Sum) -> Option<Vec<Constraints>> {
    let zero = Sum::constant(0);
    let mut choices = Vec::new();
    for factor in [left, right] {
        choices.push(Constraints { zeros: vec![factor.clone(), value.clone()], naturals: vec![] });
    }
    for left_sign in [1, -1] {
        for right_sign in [1, -1] {
            let (left, right) = (left.times(left_sign)?, right.times(right_sign)?);
            let value = value.times(left_sign * right_sign)?;
            let mut both = strictly(&zero, &left)?.and(&strictly(&zero, &right)?);
            both.at_most(&left, &value)?;
            both.at_most(&right, &value)?;
            choices.push(both);
        }
    }
    Some(choices)
}

#[allow(clippy::option_option)]
fn compared(
    op: BinaryOp,
    left: &Sum,
    right: &Sum,
    holds: bool,
) -> Option<Option<Vec<Constraints>>> {
    let less = strictly(left, right)?;
    let more = strictly(right, left)?;
    let equal = Constraints { zeros: vec![left.plus(-1, right)?], naturals: Vec::new() };
    let mut at_most = Constraints::default();
    at_most.at_most(left, right)?;
    let mut at_least = Constraints::default();
    at_least.at_most(right, left)?;
    Some(Some(match (op, holds) {
        (BinaryOp::Equal, true) | (BinaryOp::NotEqual, false) => vec![equal],
        (BinaryOp::NotEqual, true) | (BinaryOp::Equal, false) => vec![less, more],
        (BinaryOp::Less, true) | (BinaryOp::GreaterEqual, false) => vec![less],
        (BinaryOp::LessEqual, true) | (BinaryOp::Greater, false) => vec![at_most],
        (BinaryOp::Greater, true) | (BinaryOp::LessEqual, false) => vec![more],
        (BinaryOp::GreaterEqual, true) | (BinaryOp::Less, false) => vec![at_least],
        _ => return Some(None),
    }))
}

fn one_part(step: &Step) -> Option<u32> {
    match step {
        Step::Part(part, _) => Some(*part),
        _ => None,
    }
}
