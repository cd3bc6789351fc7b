//! Calls of methods: whose they are, what they lend.

use super::context::Context;
use super::operators::is_silent;
use super::{CallKind, CallPlan, Member};
use crate::diagnostics::Code;
use crate::hir::{Arg, ExprId};
use crate::items::{FnSignature, ItemId, ParamSignature, Signature, TypeParamSignature, signature};
use crate::ty::{Builtin, Ty};
use crate::{FileKind, Name};

impl Context<'_> {
    pub(super) fn method_call(
        &mut self,
        id: ExprId,
        callee: ExprId,
        receiver: ExprId,
        name: &Name,
        args: &[Arg],
        expected: Option<&Ty>,
    ) -> Ty {
        let ty = self.receiver(receiver, name);
        if is_silent(&ty) {
            self.walk(args);
            return Ty::Unknown;
        }
        let candidates = self.methods_named(&ty, name);
        if !candidates.is_empty() {
            return match self.chosen(&candidates, args) {
                Some(item) => self.method(id, callee, &ty, item, args, expected),
                None => Ty::Unknown,
            };
        }
        if let (Ty::Adt(item, type_args), "with") = (&ty, name.as_str())
            && let Signature::Struct(of) = signature(self.db, *item)
            && !of.mutable
        {
            return self.with_call(id, &ty, *item, &of.fields, type_args, args);
        }
        if let Some((member, field)) = self.field(&ty, name) {
            self.result.members.insert(callee, member);
            self.result.exprs.insert(callee, field.clone());
            return self.call_of_type(id, &field, args);
        }
        self.walk(args);
        self.unknown_member(callee, &ty, name, Some(args.len()));
        Ty::Unknown
    }

    fn method(
        &mut self,
        id: ExprId,
        callee: ExprId,
        receiver: &Ty,
        item: ItemId,
        args: &[Arg],
        expected: Option<&Ty>,
    ) -> Ty {
        let Signature::Fn(of) = signature(self.db, item) else { return Ty::Unknown };
        if of.ret.is(Builtin::Iterator) && self.walked != Some(id) {
            self.kept_view(id, item);
        }
        let own = self.type_args(id, item, &of.type_params, None);
        let owner = item.parent(self.db).unwrap_or(item);
        let outer = receiver.args().to_vec();
        self.unify_restated(owner, &of.type_params, &own, &outer);
        let concrete = |ty: &Ty| ty.substitute(owner, &outer).substitute(item, &own);
        let name = item.name(self.db);
        let ret = self.twin(id, &name, receiver).unwrap_or_else(|| concrete(&of.ret));
        let own_ty = of.params.first().filter(|param| param.is_self).map(|of| concrete(&of.ty));
        if let Some(wanted) = own_ty.filter(|wanted| !self.table.unify(wanted, receiver)) {
            self.not_for_this(id, &name, &wanted, receiver);
        }
        self.expect_result(&ret, expected);
        let slots = self.slots(item, method_params(of), &concrete);
        let args = self.arguments(id, &name, &slots, args);
        let Some(function) = self.function(item) else { return ret };
        let ret = match is_bare(&ret, receiver) && self.resource != Some(id) {
            true => Ty::unit(),
            false => ret,
        };
        if is_loan(&ret) && self.resource != Some(id) {
            self.lent_to_nobody(id, &name);
            return Ty::Unknown;
        }
        self.result.members.insert(callee, Member::Method(function));
        self.result.callees.insert(id, item);
        self.result.calls.insert(id, CallPlan { kind: CallKind::Method(function), args });
        ret
    }

    /// A view changes with its map, so it is for a loop alone.
    fn kept_view(&mut self, id: ExprId, item: ItemId) {
        let name = item.name(self.db);
        let message = format!("what `{name}` gives is for a loop to walk, and there is none here");
        let help = format!("make a list of it: `list(….{name}())`");
        self.mistake(Code::T004, self.at(id), message, &help);
    }

    /// A prelude method's type parameter that its type has too is that one, with a bound.
    fn unify_restated(
        &mut self,
        owner: ItemId,
        params: &[TypeParamSignature],
        own: &[Ty],
        outer: &[Ty],
    ) {
        if owner.file(self.db).kind(self.db) != FileKind::Signatures {
            return;
        }
        let declared = signature(self.db, owner).type_params();
        for (param, own) in params.iter().zip(own) {
            let same = declared.iter().position(|of| of.name == param.name);
            if let Some(outer) = same.and_then(|position| outer.get(position)) {
                self.table.unify(own, outer);
            }
        }
    }
}

/// What only a `with` block may hold.
fn is_loan(ty: &Ty) -> bool {
    use Builtin::*;
    matches!(ty.builtin(), Some(MutexGuard | ReadLoan | WriteLoan | Permit))
}

/// Whether a lock that guards nothing, or a place in a semaphore, is taken without a block.
fn is_bare(ret: &Ty, receiver: &Ty) -> bool {
    ret.is(Builtin::Permit) || (ret.is(Builtin::MutexGuard) && receiver.arg(0).is(Builtin::Unit))
}

/// A method's parameters but for `self`.
pub(super) fn method_params(of: &FnSignature) -> &[ParamSignature] {
    match of.params.split_first() {
        Some((first, rest)) if first.is_self => rest,
        _ => &of.params,
    }
}
