//! `[element for pattern in iterable if condition]`: loops in place that gather a list.

use super::Builder;
use super::exits::Open;
use crate::hir::{CompClause, ExprId};
use crate::mir::{Callee, Intrinsic, Local, OpKind, Operand, Rvalue, Terminator};
use crate::ty::{Builtin, Ty};

impl Builder<'_> {
    /// Gathers into a mutable list of its own, whose elements the result takes over.
    pub(super) fn comprehension_into(
        &mut self,
        dest: Local,
        clauses: &[CompClause],
        element: ExprId,
        ty: &Ty,
    ) {
        let gathered = self.gathered(ty);
        self.clauses(clauses, &mut |builder| {
            let element = builder.value(element);
            builder.gather_one(gathered, element);
        });
        self.call_machine(dest, Intrinsic::ListCollect, vec![Operand::Local(gathered)]);
    }

    /// A list of all that comes from a channel until it is closed and drained.
    pub(super) fn gather(&mut self, channel: Operand, ty: &Ty) -> Operand {
        let gathered = self.gathered(ty);
        let channel = self.as_local(channel, Ty::of(Builtin::Receiver, ty.arg(0)));
        let (next, body, exit) = (self.new_block(), self.new_block(), self.new_block());
        self.goto(next);
        self.enter(next);
        let element = self.temp(ty.arg(0));
        self.end(Terminator::Next { iterator: channel, dest: element, body, done: exit });
        self.enter(body);
        self.gather_one(gathered, Operand::Local(element));
        self.goto(next);
        self.enter(exit);
        let list = self.temp(ty.clone());
        self.call_machine(list, Intrinsic::ListCollect, vec![Operand::Local(gathered)]);
        Operand::Local(list)
    }

    fn gathered(&mut self, ty: &Ty) -> Local {
        let empty = self.temp_with(ty.clone(), Rvalue::List(Vec::new()));
        let gathered = self.temp(Ty::of(Builtin::MutableList, ty.arg(0)));
        self.call_machine(gathered, Intrinsic::MutableListNew, vec![empty]);
        gathered
    }

    fn gather_one(&mut self, gathered: Local, element: Operand) {
        let done = self.temp(Ty::unit());
        let args = vec![Operand::Local(gathered), element];
        self.call_machine(done, Intrinsic::MutableListAppend, args);
    }

    fn clauses(&mut self, clauses: &[CompClause], innermost: &mut dyn FnMut(&mut Self)) {
        match clauses.split_first() {
            None => innermost(self),
            Some((CompClause::If(condition), rest)) => {
                let (holds, join) = (self.new_block(), self.new_block());
                self.branch_on(*condition, holds, join);
                self.enter(holds);
                self.clauses(rest, innermost);
                self.goto(join);
                self.enter(join);
            }
            Some((CompClause::For(pattern, iterable), rest)) => {
                let walk = self.walk(*iterable);
                let (next, exit) = (self.new_block(), self.new_block());
                self.goto(next);
                self.enter(next);
                self.next_element(&walk, *pattern, exit);
                // No statement inside can leave it, but a `?` leaves the loops it stands in.
                self.while_open(Open::Loop { exit, next }, |builder| {
                    builder.clauses(rest, innermost);
                });
                self.goto(next);
                self.enter(exit);
            }
        }
    }

    /// Calls a function of the machine.
    pub(super) fn call_machine(&mut self, dest: Local, intrinsic: Intrinsic, args: Vec<Operand>) {
        self.emit(OpKind::Call { dest, callee: Callee::Intrinsic(intrinsic), args });
    }
}
