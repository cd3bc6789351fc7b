//! Terms as unknowns: what holds of each, and of several together.

use super::problem::{Constraints, strictly};
use super::{Product, Question, Side};
use crate::hir::BinaryOp;
use crate::mir::{Const, Local, Operand, Point, Rvalue};
use crate::regions::graph::Definition;
use crate::regions::iterations::forms::{Extreme, Frame, Term, Walk};
use crate::regions::iterations::integers::{Sum, Unknown};

/// Assignments of names that are followed for one pair of touches; beyond, a name may be any number.
const WRITES_FOLLOWED_MAX: u32 = 32;

impl Question<'_, '_> {
    pub(super) fn new_unknown(&mut self) -> Unknown {
        self.fresh += 1;
        self.fresh - 1
    }

    /// The sum with unknowns of one side in place of terms.
    pub(super) fn instance(&mut self, sum: &Sum, side: Side) -> Option<Sum> {
        let mut instance = Sum::constant(sum.constant);
        for (term, factor) in &sum.factors {
            let unknown = self.unknown(*term, side);
            instance = instance.plus(*factor, &Sum::unknown(unknown))?;
        }
        Some(instance)
    }

    pub(super) fn unknown(&mut self, term: Unknown, side: Side) -> Unknown {
        let side = if self.forms.is_fixed(term) { Side::Both } else { side };
        let known = self.unknowns.get(&(term, side)).copied();
        let unknown = known.unwrap_or_else(|| self.new_unknown());
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
            Term::Inner(inner) => {
                let walk = self.forms.inner_turns(inner);
                self.counts(&value, &walk, side)
            }
            Term::Length(_) => self.problem.system.at_most(&Sum::constant(0), &value),
            Term::Quotient(left, right) => self.divides(&left, &right, side),
            Term::Product(left, right) => {
                let (left, right) = (self.instance(&left, side)?, self.instance(&right, side)?);
                self.products.push(Product { left, right, value });
                Some(())
            }
            Term::Extreme(which, sums) => self.is_extreme(which, &sums, &value, side),
            Term::Element(list, index) => {
                if self.distinct.contains(&list) {
                    let index = self.instance(&index, side)?;
                    if self.elements.iter().all(|(.., known)| *known != value) {
                        self.elements.push((list, index, value));
                    }
                } else {
                    self.uncertain = true;
                }
                Some(())
            }
            Term::Value(Frame::Round, local, version) => {
                if let Some(choices) = self.given(local, version, &value, side)? {
                    self.problem.choices.push(choices);
                    return Some(());
                }
                self.uncertain = true;
                self.grows_from(local, version, &value)
            }
            Term::Value(Frame::Around, ..) | Term::Constant(_) | Term::Part(..) => Some(()),
        }
    }

    /// A count of rounds or turns lies between what the loop walks.
    fn counts(&mut self, count: &Sum, walk: &Walk, side: Side) -> Option<()> {
        if !matches!(walk, Walk::Between { .. }) {
            self.problem.system.at_most(&Sum::constant(0), count)?;
        }
        match walk {
            Walk::Between { start, stop } => self.is_between(count, start, stop, side),
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

    /// A number on the way from the one to the other, up or down: whether the steps come to it, nobody knows.
    fn is_between(&mut self, number: &Sum, start: &Sum, stop: &Sum, side: Side) -> Option<()> {
        self.uncertain = true;
        let (start, stop) = (self.instance(start, side)?, self.instance(stop, side)?);
        let (mut up, mut down) = (strictly(number, &stop)?, strictly(&stop, number)?);
        up.at_most(&start, number)?;
        down.at_most(number, &start)?;
        self.problem.choices.push(vec![up, down]);
        Some(())
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

    /// No number of them lies beyond the value, and one of them is it.
    fn is_extreme(&mut self, which: Extreme, of: &[Sum], value: &Sum, side: Side) -> Option<()> {
        let mut one_of = Vec::new();
        for sum in of {
            let sum = self.instance(sum, side)?;
            match which {
                Extreme::Least => self.problem.system.at_most(value, &sum)?,
                Extreme::Greatest => self.problem.system.at_most(&sum, value)?,
            }
            one_of.push(Constraints::zero(sum.plus(-1, value)?));
        }
        self.problem.choices.push(one_of);
        Some(())
    }

    /// What gave a name of the round its value: one of these. None where a loop may give it again, or where
    /// no number that is understood does.
    #[allow(clippy::option_option)]
    fn given(
        &mut self,
        local: Local,
        version: Option<Point>,
        value: &Sum,
        side: Side,
    ) -> Option<Option<Vec<Constraints>>> {
        let round = &self.forms.round;
        let given = local.0 < round.body.params + round.body.captures;
        let Some(version) = version.filter(|_| !given) else { return Some(None) };
        if self.written == WRITES_FOLLOWED_MAX {
            return Some(None);
        }
        self.written += 1;
        if round.writes_of(local).contains(&version) {
            let Some(number) = self.forms.written(local, version) else { return Some(None) };
            let gap = self.instance(&number, side)?.plus(-1, value)?;
            return Some(Some(vec![Constraints::zero(gap)]));
        }
        let mut one_of = Vec::new();
        for way in round.ways(version.block) {
            let Some(write) = self.forms.round.last_write(local, &way) else { return Some(None) };
            let other = || Term::Value(Frame::Round, local, Some(write));
            let number = self.forms.written(local, write);
            let number = number.unwrap_or_else(|| Sum::unknown(self.forms.id(other())));
            let (number, said) = self.on_the_way(|question| question.instance(&number, side))?;
            let is_it = said.and(&Constraints::zero(number.plus(-1, value)?));
            one_of.extend(self.way(&way, side)?.iter().map(|way| way.and(&is_it)));
        }
        Some(Some(one_of))
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

    /// Products by the same factor differ by that factor times what the other factors differ by.
    pub(super) fn relate_products(&mut self) -> Option<()> {
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

    pub(super) fn relate_elements(&mut self) -> Option<()> {
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
}

/// What `value = left * right` says, by the signs of both.
fn multiplied(left: &Sum, right: &Sum, value: &Sum) -> Option<Vec<Constraints>> {
    let zero = Sum::constant(0);
    let mut choices = Vec::new();
    for factor in [left, right] {
        let zeros = vec![factor.clone(), value.clone()];
        choices.push(Constraints { zeros, ..Constraints::default() });
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
