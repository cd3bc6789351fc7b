//! Statements that choose or repeat: `if`, `while`, `for`, `match`.

use super::Builder;
use super::exits::Open;
use super::types::{element_ty, is_channel};
use crate::hir::{BinaryOp, ExprId, MatchArm, PatId, Suite};
use crate::mir::{BlockId, Const, Intrinsic, Local, Operand, Rvalue, Terminator};
use crate::ty::{Builtin, Ty, ownership};

/// What a loop walks, and how.
pub(super) struct Walk {
    /// The iterator, the channel, or the list that elements are taken out of.
    from: Local,
    element: Ty,
    /// `for move` over a mutable list: each element is cut out of it.
    takes_out: bool,
}

impl Builder<'_> {
    pub(super) fn if_else(&mut self, condition: ExprId, then: &Suite, otherwise: &Suite) {
        let (yes, no, join) = (self.new_block(), self.new_block(), self.new_block());
        self.branch_on(condition, yes, no);
        for (block, suite) in [(yes, then), (no, otherwise)] {
            self.enter(block);
            self.suite(suite);
            self.goto(join);
        }
        self.enter(join);
    }

    pub(super) fn while_loop(&mut self, condition: ExprId, suite: &Suite) {
        let (next, body, exit) = (self.new_block(), self.new_block(), self.new_block());
        self.goto(next);
        self.enter(next);
        self.branch_on(condition, body, exit);
        self.enter(body);
        self.while_open(Open::Loop { exit, next }, |builder| builder.suite(suite));
        self.goto(next);
        self.enter(exit);
    }

    pub(super) fn for_loop(
        &mut self,
        pattern: PatId,
        iterable: ExprId,
        moved: bool,
        suite: &Suite,
    ) {
        let walk = if moved { self.taking_walk(iterable) } else { self.walk(iterable) };
        let (next, exit) = (self.new_block(), self.new_block());
        self.goto(next);
        self.enter(next);
        self.next_element(&walk, pattern, exit);
        self.while_open(Open::Loop { exit, next }, |builder| builder.suite(suite));
        self.goto(next);
        self.enter(exit);
    }

    /// Evaluates what a loop walks.
    pub(super) fn walk(&mut self, iterable: ExprId) -> Walk {
        let ty = self.ty(iterable);
        let element = element_ty(&ty);
        let value = self.stable_value(iterable);
        let from = if is_channel(&ty) {
            self.as_local(value, ty)
        } else {
            self.iterator(value, &ty, element.clone())
        };
        Walk { from, element, takes_out: false }
    }

    /// An iterator reaches what it walks, so it may be shared as little as that.
    fn iterator(&mut self, value: Operand, walked: &Ty, element: Ty) -> Local {
        let iterator = self.temp(Ty::of(Builtin::Iterator, element));
        self.draft.locals[iterator.index()].ownership = ownership(self.db, walked);
        self.assign(iterator, Rvalue::Iterate(value));
        iterator
    }

    fn taking_walk(&mut self, iterable: ExprId) -> Walk {
        let ty = self.ty(iterable);
        if !ty.is(Builtin::MutableList) {
            return self.walk(iterable);
        }
        let value = self.stable_value(iterable);
        Walk { element: element_ty(&ty), from: self.as_local(value, ty), takes_out: true }
    }

    /// Takes the next element and binds it; goes to `exit` when there is none.
    pub(super) fn next_element(&mut self, walk: &Walk, pattern: PatId, exit: BlockId) {
        let dest = self.pattern_local(pattern, &walk.element);
        let body = self.new_block();
        if walk.takes_out {
            self.take_first(walk.from, dest, body, exit);
        } else {
            self.end(Terminator::Next { iterator: walk.from, dest, body, done: exit });
            self.enter(body);
        }
        self.bind(pattern, Operand::Local(dest), &walk.element);
    }

    fn take_first(&mut self, list: Local, dest: Local, body: BlockId, exit: BlockId) {
        let zero = Operand::Const(Const::Int(0));
        let left = self.temp(Ty::int());
        self.call_machine(left, Intrinsic::Len, vec![Operand::Local(list)]);
        let more = Rvalue::Binary(BinaryOp::Greater, Operand::Local(left), zero.clone());
        let more = self.temp_with(Ty::bool(), more);
        self.branch(more, body, exit);
        self.enter(body);
        self.call_machine(dest, Intrinsic::MutableListPop, vec![Operand::Local(list), zero]);
    }

    /// Arms are tried in order; that one of them fits is the checker's promise.
    pub(super) fn match_on(&mut self, scrutinee: ExprId, arms: &[MatchArm]) {
        let ty = self.ty(scrutinee);
        let value = self.stable_value(scrutinee);
        let join = self.new_block();
        for arm in arms {
            let failed = self.new_block();
            self.test_and_bind(arm.pattern, &value, &ty, failed);
            if let Some(guard) = arm.guard {
                let fits = self.new_block();
                self.branch_on(guard, fits, failed);
                self.enter(fits);
            }
            self.suite(&arm.suite);
            self.goto(join);
            self.enter(failed);
        }
        self.end(Terminator::Unreachable);
        self.enter(join);
    }
}
