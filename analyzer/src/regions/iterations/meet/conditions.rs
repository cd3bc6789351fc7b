//! Under which conditions a touch is reached in its round.

use super::problem::{Constraints, SYSTEMS_MAX, strictly};
use super::{Question, Side};
use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{BlockId, Const, OpKind, Operand, Point, Rvalue};
use crate::regions::graph::{Definition, Guard, Way};
use crate::regions::iterations::forms::Frame;
use crate::regions::iterations::integers::Sum;
use crate::regions::iterations::touches::Touched;
use crate::ty::Builtin;

/// Names that a condition is followed through; beyond, it is not understood.
const CONDITION_NAMES_MAX: u32 = 8;

impl Question<'_, '_> {
    /// Says that the touch is reached in its round.
    pub(super) fn reached(&mut self, touched: &Touched, side: Side) -> Option<()> {
        let choices = self.ways(touched.point.block, side)?;
        self.problem.choices.push(choices);
        Some(())
    }

    /// What holds when a block of the round is reached: one of these.
    fn ways(&mut self, block: BlockId, side: Side) -> Option<Vec<Constraints>> {
        let mut choices = Vec::new();
        for way in self.forms.round.ways(block) {
            choices.extend(self.way(&way, side)?);
        }
        Some(choices)
    }

    /// What holds when a way was taken: one of these.
    pub(super) fn way(&mut self, way: &Way, side: Side) -> Option<Vec<Constraints>> {
        let (conjunctions, said) = self.on_the_way(|question| question.decided(way, side))?;
        Some(conjunctions.iter().map(|decided| decided.and(&said)).collect())
    }

    /// What is asked, and what else holds if control came by there: a value that the way makes has its own
    /// conditions, which do not hold in rounds that go another way.
    pub(super) fn on_the_way<T>(
        &mut self,
        ask: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<(T, Constraints)> {
        let (around, known) = (std::mem::take(&mut self.problem), self.known.clone());
        let asked = ask(self);
        let said = std::mem::replace(&mut self.problem, around);
        self.known = known;
        Some((asked?, said.into_constraints()))
    }

    /// What was decided on a way. Each guard may itself leave a choice (`!=`): a way becomes one
    /// choice for each.
    fn decided(&mut self, way: &Way, side: Side) -> Option<Vec<Constraints>> {
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
        Some(conjunctions)
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
            Some(OpKind::Assign { value, .. }) => value,
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
            Operand::Local(local) => self.forms.round.body.local(*local).ty.is(Builtin::Int),
        })
    }
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
    let equal = Constraints::zero(left.plus(-1, right)?);
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
