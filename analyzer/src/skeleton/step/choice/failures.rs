//! Failures on values that are not known, where an `attempt` catches them.
//!
//! Elsewhere it is taken that such an operation succeeds: a failure that nothing catches is a mistake of its own.

use crate::hir::BinaryOp;
use crate::mir::{Const, Operand, Rvalue};
use crate::skeleton::graph::{Action, Tag};
use crate::skeleton::state::State;
use crate::skeleton::state::value::Value;
use crate::skeleton::step::{EventKind, Machine, Open, Step, StepKind, Supposed, eval};

impl Machine<'_> {
    /// Whether it is supposed that the task may fail where it stands.
    pub(in crate::skeleton::step) fn may_be_caught(self, state: &State, task: u32) -> bool {
        let Some(node) = self.node(state, task).filter(|_| self.open >= Open::Conditions) else {
            return false;
        };
        // Which element it is, is tried first.
        if let Action::Let(_, Rvalue::Index(of, index)) = &node.action
            && self.is_unknown_element(state, task, of, index)
        {
            return false;
        }
        let is_caught = || node.handler.is_some() || state.tasks[task as usize].is_attempted();
        node.action.fails_on_values() && is_caught() && !self.is_known_to_do(state, task)
    }

    /// The operation succeeds, or the `attempt` goes on with its failure.
    pub(super) fn caught_or_not(self, state: &State, task: u32) -> Option<Step> {
        if !self.may_be_caught(state, task) {
            return None;
        }
        let event = self.event(state, task, EventKind::Supposes(Supposed::Fails), None);
        let mut failed = state.clone();
        self.fail(&mut failed, task);
        let (mut done, mut log) = (state.clone(), Vec::new());
        let moved = Self { open: Open::No, ..self }.follow(&mut done, task, &mut log);
        let outcomes = vec![moved.map(|_| (done, log)), Ok((failed, event.into_iter().collect()))];
        Some(Step { task, kind: StepKind::Happens, outcomes })
    }

    /// Whether what the operation gives is known, so that it does not fail.
    fn is_known_to_do(self, state: &State, task: u32) -> bool {
        let Some(node) = self.node(state, task) else { return false };
        let value = |of: &Operand| self.operand(state, task, of);
        match &node.action {
            Action::Opaque { tag, args, dest } => {
                let args = self.operands(state, task, args);
                let result = eval::opaque(tag, args, self.kind_of(state, task, *dest));
                !matches!(result, Value::Unknown | Value::Symbol(..) | Value::Term(_))
            }
            Action::Let(_, Rvalue::Index(of, index)) => {
                let elements = state.elements(&value(of)).map(|of| of.len() as i64);
                elements.zip(state.int(&value(index))).is_some_and(|(count, at)| at < count)
            }
            Action::Let(_, Rvalue::Binary(_, _, by)) => match value(by) {
                Value::Const(Const::Float(bits)) => f64::from_bits(bits) != 0.0,
                by => state.int(&by).is_some_and(|by| by != 0),
            },
            _ => false,
        }
    }
}

impl Action {
    /// Whether it fails or not on the values that it is given.
    pub(in crate::skeleton) fn fails_on_values(&self) -> bool {
        use BinaryOp::{Divide, FloorDivide, Modulo};
        match self {
            Self::Let(_, Rvalue::Index(..) | Rvalue::Binary(Divide | FloorDivide | Modulo, ..)) => {
                true
            }
            Self::Opaque { tag: Tag::Intrinsic(of), .. } => of.effect().checks,
            Self::Opaque { tag: Tag::Item(_) | Tag::Payload(..), .. } => true,
            Self::Fresh { may_be_any, .. } => *may_be_any,
            _ => false,
        }
    }
}
