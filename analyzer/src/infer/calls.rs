//! Calls: what is called, and what comes back.

use super::arguments::Slot;
use super::context::Context;
use super::operators::is_silent;
use super::{CallKind, CallPlan, Function, Member, PlannedArg};
use crate::diagnostics::{Code, Part, Site};
use crate::hir::{Arg, Expr, ExprId};
use crate::items::{
    FieldSignature, FnSignature, ItemId, ItemKind, NodeIndex, ParamSignature, Signature,
    TypeParamSignature, signature,
};
use crate::mir::VariantRef;
use crate::ty::{Builtin, Ty};
use crate::{FileKind, Name};

impl Context<'_> {
    pub(super) fn call(
        &mut self,
        id: ExprId,
        callee: ExprId,
        args: &[Arg],
        expected: Option<&Ty>,
    ) -> Ty {
        let body = self.body;
        match &body.exprs[callee] {
            Expr::Member(receiver, name) => {
                self.method_call(id, callee, *receiver, name, args, expected)
            }
            Expr::Item(item) => self.item_call(id, *item, None, args, expected),
            Expr::Instantiate(base, types) => match body.exprs[*base] {
                Expr::Item(item) => self.item_call(id, item, Some(types), args, expected),
                Expr::Variant(ref variant) => {
                    let variant = variant.clone();
                    self.variant_call(id, &variant, Some(types), args, expected)
                }
                _ => self.value_call(id, callee, args),
            },
            Expr::Variant(variant) => self.variant_call(id, variant, None, args, expected),
            _ => self.value_call(id, callee, args),
        }
    }

    fn item_call(
        &mut self,
        id: ExprId,
        item: ItemId,
        types: Option<&[Ty]>,
        args: &[Arg],
        expected: Option<&Ty>,
    ) -> Ty {
        match item.kind(self.db) {
            ItemKind::Fn => {
                let overloads = self.overloads(item);
                match self.chosen(&overloads, args) {
                    Some(item) => self.fn_call(id, item, types, args, expected),
                    None => Ty::Unknown,
                }
            }
            ItemKind::Struct | ItemKind::MutableStruct => {
                self.struct_call(id, item, types, args, expected)
            }
            ItemKind::Const | ItemKind::TaskLocal => {
                let ty = self.item_value(item);
                self.call_of_type(id, &ty, args)
            }
            _ => {
                let message = format!("`{}` cannot be called", item.name(self.db));
                self.mistake(Code::T004, self.at(id), message, "name one of its variants");
                self.walk(args);
                Ty::Unknown
            }
        }
    }

    fn fn_call(
        &mut self,
        id: ExprId,
        item: ItemId,
        types: Option<&[Ty]>,
        args: &[Arg],
        expected: Option<&Ty>,
    ) -> Ty {
        let Signature::Fn(of) = signature(self.db, item) else { return Ty::Unknown };
        let type_args = self.type_args(id, item, &of.type_params, types);
        let ret = of.ret.substitute(item, &type_args);
        self.expect_result(&ret, expected);
        let slots = self.slots(item, &of.params, &|ty| ty.substitute(item, &type_args));
        let name = item.name(self.db);
        let args = self.arguments(id, &name, &slots, args);
        let Some(function) = self.provided(id, item) else { return ret };
        self.result.callees.insert(id, item);
        self.result.calls.insert(id, CallPlan { kind: CallKind::Function(function), args });
        ret
    }

    /// What is expected of a generic result tells its type arguments early, so that arguments are
    /// checked against them: `xs: mutable_list[float] = mutable_list([1])`.
    fn expect_result(&mut self, ret: &Ty, expected: Option<&Ty>) {
        let Some(expected) = expected else { return };
        let (ret, expected) = (self.table.shallow(ret), self.table.shallow(expected));
        let same_head = match (&ret, &expected) {
            (Ty::Builtin(a, _), Ty::Builtin(b, _)) => a == b,
            (Ty::Adt(a, _), Ty::Adt(b, _)) => a == b,
            _ => false,
        };
        if same_head {
            self.table.unify(&ret, &expected);
        }
    }

    fn struct_call(
        &mut self,
        id: ExprId,
        item: ItemId,
        types: Option<&[Ty]>,
        args: &[Arg],
        expected: Option<&Ty>,
    ) -> Ty {
        let Signature::Struct(of) = signature(self.db, item) else { return Ty::Unknown };
        let type_args = self.type_args(id, item, &of.type_params, types);
        let ty = match Builtin::from_name(&item.name(self.db)) {
            Some(Builtin::TimeoutError) => Ty::simple(Builtin::TimeoutError),
            Some(_) if item.file(self.db) == self.db.prelude() => {
                return self.no_constructor(id, item, args);
            }
            _ => Ty::Adt(item, type_args.clone().into()),
        };
        self.expect_result(&ty, expected);
        let slots = self.field_slots(item, &of.fields, &type_args);
        let args = self.arguments(id, &item.name(self.db), &slots, args);
        self.result.calls.insert(id, CallPlan { kind: CallKind::Struct(item), args });
        ty
    }

    fn no_constructor(&mut self, id: ExprId, item: ItemId, args: &[Arg]) -> Ty {
        let message = format!("a `{}` is not made by calling its type", item.name(self.db));
        self.mistake(Code::T004, self.at(id), message, "write a literal, or call what makes one");
        self.walk(args);
        Ty::Unknown
    }

    fn variant_call(
        &mut self,
        id: ExprId,
        variant: &VariantRef,
        written: Option<&[Ty]>,
        args: &[Arg],
        expected: Option<&Ty>,
    ) -> Ty {
        let (ty, types) = self.variant_types(variant);
        let ty = match written {
            Some(written) => self.applied(id, ty, written),
            None => ty,
        };
        self.expect_result(&ty, expected);
        let names = self.variant_field_names(variant);
        let slots: Vec<Slot> = names
            .into_iter()
            .zip(types)
            .map(|(name, ty)| Slot {
                name,
                ty,
                default: None,
                variadic: false,
                is_place: false,
                declared: None,
            })
            .collect();
        let args = self.arguments(id, &variant.name, &slots, args);
        let kind = CallKind::Variant(variant.clone());
        self.result.calls.insert(id, CallPlan { kind, args });
        ty
    }

    fn variant_field_names(&self, variant: &VariantRef) -> Vec<Name> {
        match variant.owner {
            crate::mir::EnumRef::Item(item) => {
                let of = signature(self.db, item).as_enum();
                let variant = of.and_then(|of| of.variants.get(variant.index as usize));
                let fields = variant.into_iter().flat_map(|variant| &variant.fields);
                fields.map(|field| field.name.clone()).collect()
            }
            _ => vec!["value".into()],
        }
    }

    fn method_call(
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
        let ret = match makes_twin(&name, receiver) {
            true => self.table.resolve(receiver).immutable_twin(),
            false => concrete(&of.ret),
        };
        let own_ty = of.params.first().filter(|param| param.is_self).map(|of| concrete(&of.ty));
        if let Some(wanted) = own_ty.filter(|wanted| !self.table.unify(wanted, receiver)) {
            self.not_for_this(id, &name, &wanted, receiver);
        }
        self.expect_result(&ret, expected);
        let slots = self.slots(item, method_params(of), &concrete);
        let args = self.arguments(id, &name, &slots, args);
        let Some(function) = self.provided(id, item) else { return ret };
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

    /// `job.with(id=2)`: a changed copy of an immutable struct.
    fn with_call(
        &mut self,
        id: ExprId,
        ty: &Ty,
        item: ItemId,
        fields: &[FieldSignature],
        type_args: &[Ty],
        args: &[Arg],
    ) -> Ty {
        let mut slots = self.field_slots(item, fields, type_args);
        for (slot, index) in slots.iter_mut().zip(0..) {
            slot.default = Some(PlannedArg::Copied(index));
        }
        if let Some(arg) = args.iter().find(|arg| arg.name.is_none()) {
            let message = "`with` takes the fields to change by their names".to_owned();
            self.mistake(Code::T002, self.at(arg.value), message, "write `with(field=value)`");
        }
        let args = self.arguments(id, "with", &slots, args);
        self.result.calls.insert(id, CallPlan { kind: CallKind::With(item), args });
        ty.clone()
    }

    fn value_call(&mut self, id: ExprId, callee: ExprId, args: &[Arg]) -> Ty {
        if let Some(result) = self.nested_call(id, callee, args) {
            return result;
        }
        let ty = self.value(callee, None);
        self.call_of_type(id, &ty, args)
    }

    fn call_of_type(&mut self, id: ExprId, ty: &Ty, args: &[Arg]) -> Ty {
        let ty = self.table.shallow(ty);
        let Ty::Fn(of) = &ty else {
            self.walk(args);
            if !is_silent(&ty) {
                let message = format!("`{}` cannot be called", self.show(&ty));
                let help = "call a function, a method, or a name that holds a function";
                self.mistake(Code::T004, self.at(id), message, help);
            }
            return Ty::Unknown;
        };
        let slots: Vec<Slot> = of
            .params
            .iter()
            .map(|ty| Slot {
                name: Name::default(),
                ty: ty.clone(),
                default: None,
                variadic: false,
                is_place: false,
                declared: None,
            })
            .collect();
        let args = self.arguments(id, "this function", &slots, args);
        self.result.calls.insert(id, CallPlan { kind: CallKind::Value, args });
        of.ret.clone()
    }

    fn slots(
        &self,
        item: ItemId,
        params: &[ParamSignature],
        concrete: &dyn Fn(&Ty) -> Ty,
    ) -> Vec<Slot> {
        // Defaults are numbered as the callee's own parameters, `self` included.
        let offset =
            signature(self.db, item).as_fn().map_or(0, |of| of.params.len() - params.len());
        let slot = |(index, param): (usize, &ParamSignature)| Slot {
            name: param.name.clone(),
            ty: concrete(&param.ty),
            default: param
                .has_default
                .then_some(PlannedArg::Default(item, (index + offset) as u32)),
            variadic: param.variadic,
            is_place: param.mutable && !param.is_self,
            declared: self.declared(item, index + offset),
        };
        params.iter().enumerate().map(slot).collect()
    }

    fn field_slots(&self, item: ItemId, fields: &[FieldSignature], type_args: &[Ty]) -> Vec<Slot> {
        let slot = |(index, field): (u32, &FieldSignature)| Slot {
            name: field.name.clone(),
            ty: field.ty.substitute(item, type_args),
            default: field.has_default.then_some(PlannedArg::Default(item, index)),
            variadic: false,
            is_place: false,
            declared: self.declared(item, index as usize),
        };
        (0..).zip(fields).map(slot).collect()
    }

    /// Where the program declares a parameter or field; what a signature file says is no place to
    /// mend.
    fn declared(&self, item: ItemId, position: usize) -> Option<Site> {
        let part = Part::Parameter(position as u32);
        let is_own = item.file(self.db).kind(self.db) != FileKind::Signatures;
        is_own.then(|| Site::whole(item, NodeIndex::ITEM).part(part))
    }

    /// The type arguments of a call: as written, or to be found; each must meet its bound.
    pub(super) fn type_args(
        &mut self,
        id: ExprId,
        item: ItemId,
        params: &[TypeParamSignature],
        written: Option<&[Ty]>,
    ) -> Vec<Ty> {
        let args = match written {
            Some(written) if written.len() != params.len() => {
                self.wrong_type_args(id, item, params, written.len());
                vec![Ty::Unknown; params.len()]
            }
            Some(written) => written.to_vec(),
            None => self.fresh_args(params.len()),
        };
        for (param, arg) in params.iter().zip(&args) {
            if let Some(bound) = param.bound {
                let what = format!("`{}`", item.name(self.db));
                self.require(arg.clone(), bound, self.at(id), what);
            }
        }
        args
    }

    fn wrong_type_args(
        &mut self,
        id: ExprId,
        item: ItemId,
        params: &[TypeParamSignature],
        given: usize,
    ) {
        let name = item.name(self.db);
        let takes = super::expressions::count(params.len(), "type argument");
        let message = format!("`{name}` takes {takes}, but {given} are given here");
        let names: Vec<&str> = params.iter().map(|param| param.name.as_str()).collect();
        let help = format!("it is declared as `{name}[{}]`", names.join(", "));
        self.mistake(Code::T002, self.at(id), message, &help);
    }

    /// What the item is called as; a signature that the machine does not provide is refused.
    fn provided(&mut self, id: ExprId, item: ItemId) -> Option<Function> {
        let function = self.function(item);
        if function.is_none() {
            let name = item.name(self.db);
            let message = format!("this version of Weir cannot run `{name}` yet");
            self.mistake(Code::U001, self.at(id), message, "leave it out for now");
        }
        function
    }

    fn walk(&mut self, args: &[Arg]) {
        for arg in args {
            self.value(arg.value, None);
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

/// Whether a method makes the immutable twin of its receiver, all the way down, which no signature
/// could say.
fn makes_twin(name: &str, receiver: &Ty) -> bool {
    use Builtin::{MutableList, MutableMap, MutableSet};
    matches!(receiver.builtin(), Some(MutableList | MutableMap | MutableSet))
        && matches!(name, "snapshot" | "freeze")
}

/// A method's parameters but for `self`.
pub(super) fn method_params(of: &FnSignature) -> &[ParamSignature] {
    match of.params.split_first() {
        Some((first, rest)) if first.is_self => rest,
        _ => &of.params,
    }
}
