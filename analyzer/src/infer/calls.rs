//! Calls: what is called, and what comes back.

use super::arguments::Slot;
use super::context::Context;
use super::operators::is_silent;
use super::{CallKind, CallPlan, PlannedArg};
use crate::diagnostics::{Code, Finding, Part, Site};
use crate::hir::{Arg, Expr, ExprId, LocalId};
use crate::items::{
    ItemId, ItemKind, NodeIndex, ParamSignature, Resolution, Signature, resolve_value, signature,
};
use crate::ty::Ty;
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
                let overloads = self.overloads(&item);
                match self.chosen(overloads, args) {
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
        let Some(function) = self.function(item) else { return ret };
        self.result.callees.insert(id, item);
        self.result.calls.insert(id, CallPlan { kind: CallKind::Function(function), args });
        ret
    }

    /// What is expected of a generic result tells its type arguments early, so that arguments are
    /// checked against them: `xs: mutable_list[float] = mutable_list([1])`.
    pub(super) fn expect_result(&mut self, ret: &Ty, expected: Option<&Ty>) {
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

    fn value_call(&mut self, id: ExprId, callee: ExprId, args: &[Arg]) -> Ty {
        if let Some(result) = self.nested_call(id, callee, args) {
            return result;
        }
        let ty = self.value(callee, None);
        if let Some(hidden) = self.hidden_function(callee, &ty) {
            self.walk(args);
            self.hides_function(id, hidden, &ty);
            return Ty::Unknown;
        }
        self.call_of_type(id, &ty, args)
    }

    /// The name that is called as a function and means a value of this body, where there is a function
    /// of that name.
    fn hidden_function(&self, callee: ExprId, ty: &Ty) -> Option<LocalId> {
        let Expr::Local(local) = self.body.exprs[callee] else { return None };
        let name = &self.body.locals[local].name;
        let function = match resolve_value(self.db, self.item.file(self.db), name)? {
            Resolution::Value(items) => items[0].kind(self.db) == ItemKind::Fn,
            _ => false,
        };
        (function && !is_silent(ty) && !matches!(ty, Ty::Fn(_) | Ty::Var(_))).then_some(local)
    }

    fn hides_function(&mut self, id: ExprId, local: LocalId, ty: &Ty) {
        let name = &self.body.locals[local].name;
        let message =
            format!("`{name}` is `{}` here, and hides the function `{name}`", self.show(ty));
        let finding = Finding::new(Code::T004, self.site(self.at(id)), message);
        let finding = match self.source_map.locals.get(local) {
            Some(node) => finding.related(self.site(*node), "it is given its value here"),
            None => finding,
        };
        self.report(finding.help("give the value another name"));
    }

    pub(super) fn call_of_type(&mut self, id: ExprId, ty: &Ty, args: &[Arg]) -> Ty {
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

    pub(super) fn slots(
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

    /// Where the program declares a parameter or field; what a signature file says is no place to
    /// mend.
    pub(super) fn declared(&self, item: ItemId, position: usize) -> Option<Site> {
        let part = Part::Parameter(position as u32);
        let is_own = item.file(self.db).kind(self.db) != FileKind::Signatures;
        is_own.then(|| Site::whole(item, NodeIndex::ITEM).part(part))
    }

    pub(super) fn walk(&mut self, args: &[Arg]) {
        for arg in args {
            self.value(arg.value, None);
        }
    }
}
