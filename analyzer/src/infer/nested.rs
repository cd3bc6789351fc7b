//! Nested functions: their signatures stand in the body, and so are known to its calls by name.

use super::arguments::Slot;
use super::context::Context;
use super::statements::Flow;
use super::{CallKind, CallPlan, PlannedArg};
use crate::diagnostics::Site;
use crate::hir::{Arg, Expr, ExprId, FrameId, LocalId, Param, Suite};
use crate::items::NodeIndex;
use crate::ty::{FnTy, Ty};

impl Context<'_> {
    /// A call of a nested function by its name: its parameters have names and defaults.
    pub(super) fn nested_call(&mut self, id: ExprId, callee: ExprId, args: &[Arg]) -> Option<Ty> {
        let Expr::Local(local) = self.body.exprs[callee] else { return None };
        let frame = *self.nested.get(&local)?;
        let Ty::Fn(of) = self.value(callee, None) else { return None };
        let params = self.body.frames[frame].params.iter().zip(of.params.iter());
        let slots: Vec<Slot> = params.map(|(param, ty)| self.nested_slot(param, ty)).collect();
        let name = self.body.locals[local].name.clone();
        let args = self.arguments(id, &name, &slots, args);
        self.result.calls.insert(id, CallPlan { kind: CallKind::Value, args });
        Some(of.ret.clone())
    }

    fn nested_slot(&self, param: &Param, ty: &Ty) -> Slot {
        let default = param.default.and_then(|value| self.body.default_position(value));
        let node = self.source_map.locals.get(param.local);
        Slot {
            name: self.body.locals[param.local].name.clone(),
            ty: ty.clone(),
            default: default.map(|position| PlannedArg::Default(self.item, position)),
            variadic: false,
            is_place: false,
            declared: node.map(|node| Site::whole(self.item, *node)),
        }
    }

    pub(super) fn nested(&mut self, local: LocalId, frame: FrameId, ret: &Ty, suite: &Suite) {
        let mut params = Vec::new();
        for param in &self.body.frames[frame].params {
            let ty = param.ty.clone().unwrap_or(Ty::Unknown);
            self.result.locals.insert(param.local, ty.clone());
            if let Some(default) = param.default {
                let of_default = self.body.defaults.iter().find(|(_, _, value)| *value == default);
                if let Some((_, frame, _)) = of_default {
                    let name = &self.body.locals[param.local].name;
                    self.default(*frame, default, &ty, name);
                }
            }
            params.push(ty);
        }
        // Known before its body, so that it may call itself.
        let known = FnTy { params: params.clone().into(), ret: ret.clone(), mutable: false };
        self.result.locals.insert(local, Ty::Fn(known.into()));
        self.nested.insert(local, frame);
        let name = self.body.locals[local].name.clone();
        self.enter(frame, ret.clone(), format!("`{name}` returns"));
        let flow = self.suite(suite);
        self.leave();
        if flow == Flow::Continues {
            let node = self.source_map.locals.get(local).copied();
            let node = node.unwrap_or(NodeIndex::ITEM);
            self.missing_return(ret, node, &format!("`{name}`"), suite);
        }
        self.holds_scope(local, frame);
        if self.captures_owned(frame) {
            let owned = FnTy { params: params.into(), ret: ret.clone(), mutable: true };
            self.result.locals.insert(local, Ty::Fn(owned.into()));
        }
    }
}
