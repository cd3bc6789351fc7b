//! Overloads: which of a signature file's declarations of one name a call means.
//!
//! The first that takes so many arguments of such names; when there are several, the first that
//! takes a first argument of that type. No program declares overloads, so no call of one pays.

use super::context::Context;
use super::operators::is_silent;
use crate::FileKind;
use crate::diagnostics::Code;
use crate::diagnostics::listed;
use crate::hir::{Arg, ExprId};
use crate::items::{ItemId, ParamSignature, Signature, module_scope, signature};
use crate::ty::{Builtin, Ty};

/// Of what a function takes, so many types are named.
const NAMED_MAX: usize = 6;

impl<'db> Context<'db> {
    /// The declarations of a function's name.
    pub(super) fn overloads<'a>(&self, item: &'a ItemId) -> &'a [ItemId]
    where
        'db: 'a,
    {
        let file = item.file(self.db);
        if file.kind(self.db) != FileKind::Signatures || item.parent(self.db).is_some() {
            return std::slice::from_ref(item);
        }
        module_scope(self.db, file).values(&item.name(self.db))
    }

    /// The declaration that a call means; none when a finding has said why there is none.
    pub(super) fn chosen(&mut self, overloads: &[ItemId], args: &[Arg]) -> Option<ItemId> {
        let [_, _, ..] = overloads else { return overloads.first().copied() };
        let fitting: Vec<ItemId> =
            overloads.iter().copied().filter(|item| self.takes_shape(*item, args)).collect();
        match (fitting.as_slice(), args.first()) {
            ([], _) => overloads.first().copied(),
            ([only], _) => Some(*only),
            ([first, ..], None) => Some(*first),
            ([_, ..], Some(arg)) => self.chosen_by_type(&fitting, arg, &args[1..]),
        }
    }

    fn chosen_by_type(
        &mut self,
        overloads: &[ItemId],
        arg: &Arg,
        further: &[Arg],
    ) -> Option<ItemId> {
        self.walked = Some(arg.value);
        let found = self.expr(arg.value, None);
        self.ahead.insert(arg.value, found.clone());
        let params: Vec<(ItemId, Ty)> = overloads
            .iter()
            .filter_map(|item| Some((*item, self.param_of(*item, arg)?.ty.clone())))
            .collect();
        let fits = params.iter().find(|(_, param)| self.may_take(param, &found));
        let chosen = fits.map(|(item, _)| *item);
        if chosen.is_none() {
            self.no_overload(overloads, &params, arg.value, &found);
            further.iter().for_each(|arg| drop(self.value(arg.value, None)));
        }
        chosen
    }

    fn no_overload(
        &mut self,
        overloads: &[ItemId],
        params: &[(ItemId, Ty)],
        value: ExprId,
        found: &Ty,
    ) {
        let Some(first) = overloads.first() else { return };
        let name = first.name(self.db);
        let mut takes: Vec<String> = Vec::new();
        for (_, param) in params {
            let shown = format!("`{}`", self.show(param));
            if !takes.contains(&shown) {
                takes.push(shown);
            }
        }
        let shown = self.show(found);
        let message = match takes.len() > NAMED_MAX {
            true => format!("`{name}` does not take `{shown}`"),
            false => format!("`{name}` takes {}, but this is `{shown}`", listed(&takes)),
        };
        let help = match self.table.shallow(found).builtin() {
            Some(Builtin::Option | Builtin::Result) => super::expressions::TAKE_OUT,
            _ => "",
        };
        self.mistake(Code::T001, self.at(value), message, help);
    }

    /// Whether the declaration has room for these arguments, and a default for all others.
    fn takes_shape(&self, item: ItemId, args: &[Arg]) -> bool {
        let params = self.params_of(item);
        let positional = args.iter().filter(|arg| arg.name.is_none()).count();
        let has_rest = params.iter().any(|param| param.variadic);
        let named =
            |param: &ParamSignature| args.iter().any(|arg| arg.name.as_ref() == Some(&param.name));
        let known = args
            .iter()
            .filter_map(|arg| arg.name.as_ref())
            .all(|name| params.iter().any(|param| param.name == *name));
        let mut optional = params.iter().skip(positional);
        known
            && (has_rest || positional <= params.len())
            && optional.all(|param| param.has_default || param.variadic || named(param))
    }

    fn params_of(&self, item: ItemId) -> &[ParamSignature] {
        match signature(self.db, item) {
            Signature::Fn(of) => super::methods::method_params(of),
            _ => &[],
        }
    }

    /// The parameter that the call's first argument is for.
    fn param_of(&self, item: ItemId, arg: &Arg) -> Option<&ParamSignature> {
        let params = self.params_of(item);
        match &arg.name {
            Some(name) => params.iter().find(|param| param.name == *name),
            None => params.first(),
        }
    }

    /// Whether a value of the type may be given for the parameter, as far as is known yet.
    fn may_take(&mut self, param: &Ty, found: &Ty) -> bool {
        let found = self.table.shallow(found);
        let found = match found.is(Builtin::Task) && !param.is(Builtin::Task) {
            true => self.table.shallow(&found.arg(0)),
            false => found,
        };
        if is_silent(&found) || matches!(found, Ty::Var(_)) {
            return true;
        }
        match (param, &found) {
            (Ty::Param(_), _) => true,
            (Ty::Builtin(Builtin::Any, _), _) => true,
            (Ty::Builtin(Builtin::Iterable, args), _) => {
                let element = self.element_type(&found);
                element.is_some_and(|element| self.may_take(&args[0], &element))
            }
            (Ty::Builtin(one, params), Ty::Builtin(other, args)) => {
                one == other && self.may_take_all(params, args)
            }
            (Ty::Adt(one, params), Ty::Adt(other, args)) => {
                one == other && self.may_take_all(params, args)
            }
            (Ty::Tuple(params), Ty::Tuple(args)) => self.may_take_all(params, args),
            (Ty::Fn(_), Ty::Fn(_)) => true,
            _ => false,
        }
    }

    fn may_take_all(&mut self, params: &[Ty], found: &[Ty]) -> bool {
        params.len() == found.len()
            && params.iter().zip(found).all(|(param, found)| self.may_take(param, found))
    }
}
