//! `select`: what the cases wait for is evaluated before, in order; what belongs to a case whose
//! guard is false is not evaluated at all, so that `case out.send(queue[0]) if len(queue) > 0:`
//! does not fail on an empty queue.

use super::Builder;
use crate::hir::{Expr, ExprId, SelectArm, SelectArmOp, Suite};
use crate::mir::{Const, Local, Operand, Rvalue, SelectCase, SelectOp, Terminator};
use crate::ty::Ty;

impl Builder<'_> {
    pub(super) fn select(&mut self, arms: &[SelectArm], otherwise: Option<&Suite>) {
        let join = self.new_block();
        let mut cases = Vec::new();
        let mut received = Vec::new();
        for arm in arms {
            let (case, dest) = self.at_node(Some(arm.origin), |builder| builder.case(arm));
            let Some(case) = case else {
                return self.fail("this case could not be understood");
            };
            cases.push(case);
            received.push(dest);
        }
        let targets: Vec<_> = cases.iter().map(|case| case.target).collect();
        let other = otherwise.map(|suite| (self.new_block(), suite));
        self.end(Terminator::Select { cases, otherwise: other.map(|(block, _)| block) });
        for ((arm, target), dest) in arms.iter().zip(targets).zip(received) {
            self.enter(target);
            self.at_node(Some(arm.origin), |builder| builder.bind_received(arm, dest));
            self.suite(&arm.suite);
            self.goto(join);
        }
        if let Some((block, suite)) = other {
            self.enter(block);
            self.suite(suite);
            self.goto(join);
        }
        self.enter(join);
    }

    /// A case with its operands evaluated, and the local that gets what it receives.
    fn case(&mut self, arm: &SelectArm) -> (Option<SelectCase>, Option<Local>) {
        let guard = arm.guard.map(|guard| self.value(guard));
        let mut dest = None;
        let op = match &arm.op {
            SelectArmOp::Receive(pattern, channel) => {
                let element = self.ty(*channel).arg(0);
                let local = self.pattern_local(*pattern, &element);
                dest = Some(local);
                SelectOp::Receive { channel: self.case_value(&guard, *channel), dest: local }
            }
            SelectArmOp::Send(channel, value) => SelectOp::Send {
                channel: self.case_value(&guard, *channel),
                value: self.case_value(&guard, *value),
            },
            SelectArmOp::Timeout(length) => SelectOp::Timeout(self.case_value(&guard, *length)),
            SelectArmOp::Closed(channel) => SelectOp::Closed(self.case_value(&guard, *channel)),
            SelectArmOp::Wait(signal) => SelectOp::Wait(self.case_value(&guard, *signal)),
            SelectArmOp::Missing => return (None, None),
        };
        let target = self.new_block();
        (Some(SelectCase { op, guard, target, origin: arm.origin }), dest)
    }

    /// A value that a case needs; behind a guard, evaluated only when the guard holds.
    fn case_value(&mut self, guard: &Option<Operand>, expr: ExprId) -> Operand {
        let there_already = matches!(self.hir.exprs[expr], Expr::Local(_) | Expr::Literal(_))
            && self.coercions(expr).is_empty();
        match guard {
            Some(Operand::Const(Const::Bool(true))) | None => self.value(expr),
            Some(_) if there_already => self.value(expr),
            Some(guard) => self.guarded_value(guard.clone(), expr),
        }
    }

    fn guarded_value(&mut self, guard: Operand, expr: ExprId) -> Operand {
        let value = self.temp(self.ty(expr));
        let (holds, fails, join) = (self.new_block(), self.new_block(), self.new_block());
        self.branch(guard, holds, fails);
        self.enter(holds);
        self.value_into(value, expr);
        self.goto(join);
        self.enter(fails);
        // Nobody reads it: the case is disabled.
        self.assign(value, Rvalue::Use(Operand::unit()));
        self.goto(join);
        self.enter(join);
        Operand::Local(value)
    }

    fn bind_received(&mut self, arm: &SelectArm, dest: Option<Local>) {
        if let (SelectArmOp::Receive(pattern, channel), Some(dest)) = (&arm.op, dest) {
            let element: Ty = self.ty(*channel).arg(0);
            self.bind(*pattern, Operand::Local(dest), &element);
        }
    }
}
