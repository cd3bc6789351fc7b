//! Patterns against the type they are matched with.

use super::context::Context;
use super::expressions::count;
use super::operators::is_silent;
use crate::diagnostics::Code;
use crate::hir::{Literal, LocalId, Pat, PatId};
use crate::items::{Signature, signature};
use crate::mir::{EnumRef, VariantRef};
use crate::ty::{Builtin, Ty};

impl Context<'_> {
    pub(super) fn pattern(&mut self, id: PatId, ty: &Ty) {
        let body = self.body;
        match &body.pats[id] {
            Pat::Missing | Pat::Wildcard => {}
            Pat::Bind(local) => self.bind(*local, ty, id),
            Pat::Literal(literal) => self.literal_pattern(id, literal, ty),
            Pat::Tuple(parts) => self.tuple_pattern(id, parts, ty),
            Pat::Constructor { name, variant, args } => {
                let variant = self.variant_in(ty, name).or_else(|| variant.clone());
                self.constructor(id, variant, name, args.as_deref(), ty);
            }
            Pat::Or(alternatives) => {
                for alternative in alternatives {
                    self.pattern(*alternative, ty);
                }
            }
        }
    }

    fn bind(&mut self, local: LocalId, ty: &Ty, at: PatId) {
        match self.result.locals.get(local).cloned() {
            None => {
                self.result.locals.insert(local, ty.clone());
            }
            Some(known) => {
                if !self.table.unify(&known, ty) {
                    let name = &self.body.locals[local].name;
                    let message = format!(
                        "`{name}` holds `{}`, but would be bound to `{}` here",
                        self.show(&known),
                        self.show(ty)
                    );
                    self.mistake(Code::T001, self.at_pat(at), message, "use another name");
                }
            }
        }
    }

    fn literal_pattern(&mut self, id: PatId, literal: &Literal, ty: &Ty) {
        let literal = match literal {
            Literal::Int(_) => Ty::int(),
            Literal::Float(_) => Ty::float(),
            Literal::Str(_) => Ty::str(),
            Literal::Bytes(_) => Ty::simple(Builtin::Bytes),
            Literal::Bool(_) => Ty::bool(),
        };
        if !self.table.unify(&literal, ty) {
            let message = format!(
                "this is `{}`, but the value matched is `{}`",
                self.show(&literal),
                self.show(ty)
            );
            self.mistake(Code::T001, self.at_pat(id), message, "");
        }
    }

    fn tuple_pattern(&mut self, id: PatId, parts: &[PatId], ty: &Ty) {
        let mut ty = self.table.shallow(ty);
        if let Ty::Var(_) = ty {
            let fresh = Ty::Tuple(self.fresh_args(parts.len()).into());
            self.table.unify(&ty, &fresh);
            ty = fresh;
        }
        let types = match &ty {
            Ty::Tuple(types) if types.len() == parts.len() => types.to_vec(),
            Ty::Builtin(Builtin::Unit, _) if parts.is_empty() => Vec::new(),
            _ => {
                if !is_silent(&ty) {
                    let parts = count(parts.len(), "part");
                    let message = format!(
                        "this takes a tuple of {parts} apart, but the value is `{}`",
                        self.show(&ty)
                    );
                    self.mistake(Code::T001, self.at_pat(id), message, "");
                }
                vec![Ty::Unknown; parts.len()]
            }
        };
        for (part, ty) in parts.iter().zip(&types) {
            self.pattern(*part, ty);
        }
    }

    /// The variant of that name of the matched type.
    fn variant_in(&mut self, ty: &Ty, name: &str) -> Option<VariantRef> {
        match self.table.shallow(ty) {
            Ty::Adt(item, _) => {
                let Signature::Enum(of) = signature(self.db, item) else { return None };
                let index = of.variants.iter().position(|variant| variant.name == name)?;
                let owner = EnumRef::Item(item);
                Some(VariantRef { owner, index: index as u32, name: name.into() })
            }
            _ => None,
        }
    }

    fn constructor(
        &mut self,
        id: PatId,
        variant: Option<VariantRef>,
        name: &str,
        args: Option<&[PatId]>,
        ty: &Ty,
    ) {
        let args = args.unwrap_or(&[]);
        let Some(variant) = variant else {
            if !is_silent(&self.table.shallow(ty)) {
                let message = format!("`{}` has no variant called `{name}`", self.show(ty));
                self.mistake(Code::T003, self.at_pat(id), message, "");
            }
            return args.iter().for_each(|arg| self.pattern(*arg, &Ty::Unknown));
        };
        let (enum_ty, fields) = self.variant_types(&variant);
        if !self.table.unify(&enum_ty, ty) {
            let message = format!(
                "`{name}` is a variant of `{}`, but the value matched is `{}`",
                self.show(&enum_ty),
                self.show(ty)
            );
            self.mistake(Code::T001, self.at_pat(id), message, "");
        }
        if args.len() != fields.len() {
            let message = format!(
                "`{name}` holds {}, but {} taken here",
                count(fields.len(), "value"),
                taken(args.len())
            );
            self.mistake(Code::T002, self.at_pat(id), message, "use `_` for what does not matter");
        }
        for (position, arg) in args.iter().enumerate() {
            let ty = fields.get(position).cloned().unwrap_or(Ty::Unknown);
            self.pattern(*arg, &ty);
        }
        self.result.variants.insert(id, variant);
    }
}

fn taken(number: usize) -> String {
    if number == 1 {
        "1 is".to_owned()
    } else {
        format!("{} are", if number == 0 { "none".to_owned() } else { number.to_string() })
    }
}
