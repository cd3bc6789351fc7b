//! Calls: arguments in the order they were written, then in the order the callee wants them, with
//! defaults filled in.

use rustc_hash::FxHashMap;

use super::Builder;
use super::expressions::constant;
use crate::FileKind;
use crate::hir::{self, Expr, ExprId};
use crate::infer::{CallKind, CallPlan, Function, PlannedArg};
use crate::items::{ItemId, Signature, signature};
use crate::mir::{
    BodyKind, Callee, FailKind, Intrinsic, Local, OpKind, Operand, Rvalue, Terminator,
};
use crate::ty::Ty;

/// What a call comes to once its arguments are evaluated.
pub(super) enum Invocation {
    /// Something that runs.
    Run(Callee, Vec<Operand>),
    /// A value that is made in place.
    Construct(Rvalue),
}

impl Builder<'_> {
    /// Puts a call's result into a local.
    pub(super) fn call_into(&mut self, dest: Local, call: ExprId) {
        if let Some((place, value)) = self.taking(call) {
            return self.take_into(dest, place, value);
        }
        match self.invocation(call) {
            Some(Invocation::Run(callee, args)) => self.run_into(dest, callee, args),
            Some(Invocation::Construct(value)) => self.assign(dest, value),
            None => self.fail("this call could not be understood"),
        }
        if self.plain_ty(call) == Ty::Never {
            self.end(Terminator::Unreachable);
        }
    }

    /// The place and the replacement of a `take`, which is no call but an assignment.
    fn taking(&self, call: ExprId) -> Option<(ExprId, ExprId)> {
        let plan = self.types.calls.get(&call)?;
        let taken = CallKind::Function(Function::Intrinsic(Intrinsic::Take));
        match plan.args.as_slice() {
            [PlannedArg::Given(place), PlannedArg::Given(value)] if plan.kind == taken => {
                Some((*place, *value))
            }
            _ => None,
        }
    }

    /// Evaluates the callee's value or receiver and the arguments of a call.
    pub(super) fn invocation(&mut self, call: ExprId) -> Option<Invocation> {
        let (hir, types) = (self.hir, self.types);
        let Expr::Call(callee, written) = &hir.exprs[call] else { return None };
        let plan = types.calls.get(&call)?;
        let receiver = match plan.kind {
            CallKind::Method(_) | CallKind::With(_) => Some(self.receiver(*callee)?),
            CallKind::Value => Some((self.value(*callee), self.ty(*callee))),
            _ => None,
        };
        let evaluated: FxHashMap<ExprId, Operand> =
            written.iter().map(|arg| (arg.value, self.value(arg.value))).collect();
        let result = self.plain_ty(call);
        let mut args = self.planned(plan, &evaluated, receiver.as_ref(), &result);
        Some(match (&plan.kind, receiver) {
            (CallKind::Method(function), Some((receiver, _))) => {
                args.insert(0, receiver);
                Invocation::Run(self.callee(*function)?, args)
            }
            (CallKind::Value, Some((value, ty))) => {
                Invocation::Run(Callee::Value(self.as_local(value, ty)), args)
            }
            (CallKind::Function(function), _) => {
                let callee = self.callee(*function)?;
                Invocation::Run(callee, args)
            }
            (CallKind::Struct(item) | CallKind::With(item), _) => {
                Invocation::Construct(Rvalue::Struct(*item, args))
            }
            (CallKind::Variant(variant), _) => {
                Invocation::Construct(Rvalue::Variant(variant.clone(), args))
            }
            (CallKind::Method(_) | CallKind::Value, None) => return None,
        })
    }

    /// Emits a call; what never returns or has an op of its own ends or becomes that.
    fn run_into(&mut self, dest: Local, callee: Callee, args: Vec<Operand>) {
        match (callee, <[Operand; 1]>::try_from(args)) {
            (Callee::Intrinsic(Intrinsic::Panic), Ok([message])) => {
                self.end(Terminator::Fail { kind: FailKind::Panic, message });
            }
            (Callee::Intrinsic(Intrinsic::TaskJoin), Ok([task])) => {
                self.emit(OpKind::Join { dest, task });
            }
            (callee, Ok([only])) => self.emit(OpKind::Call { dest, callee, args: vec![only] }),
            (callee, Err(args)) => self.emit(OpKind::Call { dest, callee, args }),
        }
    }

    fn receiver(&mut self, callee: ExprId) -> Option<(Operand, Ty)> {
        match &self.hir.exprs[callee] {
            Expr::Member(receiver, _) => {
                let receiver = *receiver;
                Some((self.value(receiver), self.ty(receiver)))
            }
            Expr::Instantiate(generic, _) => self.receiver(*generic),
            _ => None,
        }
    }

    fn planned(
        &mut self,
        plan: &CallPlan,
        evaluated: &FxHashMap<ExprId, Operand>,
        receiver: Option<&(Operand, Ty)>,
        result: &Ty,
    ) -> Vec<Operand> {
        let mut args = Vec::new();
        for planned in &plan.args {
            match planned {
                PlannedArg::Given(expr) => args.push(self.given(*expr, evaluated)),
                PlannedArg::Rest(exprs) => {
                    let rest = exprs.iter().map(|expr| self.given(*expr, evaluated));
                    args.extend(rest.collect::<Vec<_>>());
                }
                PlannedArg::Default(item, position) => {
                    args.push(self.default(*item, *position, result));
                }
                PlannedArg::Copied(field) => {
                    if let Some((value, ty)) = receiver {
                        let copied = Rvalue::Field(value.clone(), *field);
                        args.push(self.temp_with(self.field_ty(ty, *field), copied));
                    }
                }
            }
        }
        args
    }

    fn given(&mut self, expr: ExprId, evaluated: &FxHashMap<ExprId, Operand>) -> Operand {
        match evaluated.get(&expr) {
            Some(value) => value.clone(),
            None => self.value(expr),
        }
    }

    /// The default of a parameter or field. The prelude's are literals and stand in place, so that
    /// every reader sees the capacity of a `channel()`.
    fn default(&mut self, item: ItemId, position: u32, result: &Ty) -> Operand {
        let ty = self.parameter_ty(item, position, result);
        if let Some(value) = self.prelude_default(item, position) {
            return match value {
                Rvalue::Use(constant) => constant,
                value => self.temp_with(ty, value),
            };
        }
        let dest = self.temp(ty);
        self.emit(OpKind::Call { dest, callee: Callee::Default(item, position), args: Vec::new() });
        Operand::Local(dest)
    }

    fn prelude_default(&self, item: ItemId, position: u32) -> Option<Rvalue> {
        if item.file(self.db).kind(self.db) != FileKind::Signatures {
            return None;
        }
        let body = &hir::lower(self.db, item).body;
        let (_, _, value) = body.defaults.iter().find(|(at, ..)| *at == position)?;
        match &body.exprs[*value] {
            Expr::Literal(literal) => Some(Rvalue::Use(Operand::Const(constant(literal)))),
            Expr::List(items) if items.is_empty() => Some(Rvalue::List(Vec::new())),
            Expr::Tuple(items) if items.is_empty() => Some(Rvalue::Use(Operand::unit())),
            _ => None,
        }
    }

    /// The type of a nested function's parameter, by the position of its default.
    fn nested_parameter_ty(&self, item: ItemId, position: u32) -> Option<Ty> {
        let frames = self.hir.frames.iter().filter(|(frame, _)| *frame != self.hir.root);
        let (_, _, value) = self.hir.defaults.iter().find(|(at, ..)| *at == position)?;
        let mut params = frames.flat_map(|(_, frame)| &frame.params);
        let param = params.find(|param| item == self.item && param.default == Some(*value))?;
        Some(self.local_ty(param.local))
    }

    /// The type of a parameter or field where the call's result is known; what the result does not
    /// tell stays unknown.
    fn parameter_ty(&self, item: ItemId, position: u32, result: &Ty) -> Ty {
        if let Some(ty) = self.nested_parameter_ty(item, position) {
            return ty;
        }
        let (declared, ret) = match signature(self.db, item) {
            Signature::Fn(of) => (of.params.get(position as usize).map(|of| &of.ty), &of.ret),
            Signature::Struct(of) => {
                let field = of.fields.get(position as usize).map(|of| &of.ty);
                return field.map_or(Ty::Unknown, |ty| ty.substitute(item, result.args()));
            }
            _ => return Ty::Unknown,
        };
        let mut told = FxHashMap::default();
        type_arguments(ret, result, &mut told);
        let told = |ty: &Ty| match ty {
            Ty::Param(param) => Some(told.get(&param.index).cloned().unwrap_or(Ty::Unknown)),
            _ => None,
        };
        declared.map_or(Ty::Unknown, |ty| ty.map_leaves(&mut { told }))
    }

    fn callee(&mut self, function: Function) -> Option<Callee> {
        match function {
            Function::Item(item) => self.function(item),
            Function::Intrinsic(intrinsic) => Some(Callee::Intrinsic(intrinsic)),
        }
    }

    /// A declared function as a callee: itself, or the machine's when it has no body.
    pub(super) fn function(&self, item: ItemId) -> Option<Callee> {
        let provided = signature(self.db, item).as_fn().is_some_and(|of| !of.has_body);
        if !provided {
            return Some(Callee::Item(item));
        }
        let own = item.name(self.db);
        let qualified = match item.parent(self.db) {
            Some(parent) => format!("{}.{own}", parent.name(self.db)),
            None => own.to_string(),
        };
        Intrinsic::from_name(&qualified).map(Callee::Intrinsic)
    }

    /// A constructor as a value: a closure over nothing that makes one.
    pub(super) fn constructor_value(
        &mut self,
        ty: &Ty,
        construct: impl FnOnce(Vec<Operand>) -> Rvalue,
    ) -> Rvalue {
        let Ty::Fn(function) = ty else { return construct(Vec::new()) };
        let inner = self.child(BodyKind::Closure, None, None, function.ret.clone(), |builder| {
            let parts = function.params.iter().map(|ty| builder.temp(ty.clone()));
            let parts: Vec<Operand> = parts.map(Operand::Local).collect();
            builder.draft.params = parts.len() as u32;
            let made = builder.temp_with(function.ret.clone(), construct(parts));
            builder.return_value(made);
        });
        inner.closure()
    }
}

/// What a declared type's parameters stand for in an actual type, by position.
fn type_arguments(declared: &Ty, actual: &Ty, told: &mut FxHashMap<u32, Ty>) {
    match declared {
        Ty::Param(param) => {
            told.entry(param.index).or_insert_with(|| actual.clone());
        }
        _ => {
            for (declared, actual) in declared.args().iter().zip(actual.args()) {
                type_arguments(declared, actual, told);
            }
        }
    }
}
