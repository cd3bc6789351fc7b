//! Patterns against the type they are matched with.
//!
//! A bare name is a constructor if the matched type has one of that name, else it binds: only here
//! is the type known that decides. A pattern that a finding stands at is *mistaken*: what it takes is
//! not known, and nothing more is said of the cases around it.

use rustc_hash::FxHashMap;

use super::context::Context;
use super::operators::is_silent;
use crate::Name;
use crate::diagnostics::count;
use crate::diagnostics::{Code, Finding, suggest};
use crate::hir::{Literal, LocalId, Pat, PatId};
use crate::items::{FieldSignature, ItemId, ItemKind, Signature, file_items, signature};
use crate::mir::{EnumRef, VariantRef};
use crate::ty::{Builtin, Ty, TyArgs};

impl Context<'_> {
    pub(super) fn pattern(&mut self, id: PatId, ty: &Ty) {
        self.part(id, ty);
        let mut names = Vec::new();
        self.names_of(id, &mut names);
        self.bound_twice(&names);
    }

    /// A pattern that has to take every value.
    pub(super) fn irrefutable(&mut self, id: PatId, ty: &Ty) {
        self.pattern(id, ty);
        self.check_irrefutable(id, ty);
    }

    fn part(&mut self, id: PatId, ty: &Ty) {
        let body = self.body;
        match &body.pats[id] {
            Pat::Missing | Pat::Wildcard => {}
            Pat::Bind(local) => self.name(id, *local, ty),
            Pat::Literal(literal) => self.literal_pattern(id, literal, ty),
            Pat::Tuple(parts) => self.tuple_pattern(id, parts, ty),
            Pat::Constructor { name, variant, structure, args } => {
                let args = args.as_deref();
                let named = variant.clone().filter(|of| matches!(of.owner, EnumRef::Item(_)));
                let variant = named.or_else(|| self.variant_in(ty, name)).or(variant.clone());
                match (variant, structure) {
                    (Some(variant), _) => self.constructor(id, variant, args, ty),
                    (None, Some(item)) => self.struct_pattern(id, *item, args, ty),
                    (None, None) => {
                        self.no_variant(id, name, ty);
                        self.walk_parts(args);
                    }
                }
            }
            Pat::Or(alternatives) => {
                for alternative in alternatives {
                    self.part(*alternative, ty);
                }
                self.bind_alike(alternatives);
            }
        }
    }

    /// A bare name: a constructor of the matched type, or a name that takes every value.
    fn name(&mut self, id: PatId, local: LocalId, ty: &Ty) {
        let name = self.body.locals[local].name.clone();
        let ty = self.table.shallow(ty);
        if let Some(variant) = self.variant_in(&ty, &name) {
            self.constructors.insert(local, variant.clone());
            return self.constructor(id, variant, None, &ty);
        }
        match self.struct_of(&ty, &name) {
            Some((_, fields)) if fields.is_empty() => drop(self.result.structs.insert(id)),
            Some((_, fields)) => self.wrong_count(id, &name, fields.len(), 0),
            None if self.is_misspelt(&name, &ty) => self.no_variant(id, &name, &ty),
            None => self.bind(local, &ty, id),
        }
    }

    /// Whether the name was meant as a constructor: it is written like one, and is near to one of
    /// the matched type, or is one of another enum of this file.
    fn is_misspelt(&self, name: &str, ty: &Ty) -> bool {
        let is_type_like = name.chars().next().is_some_and(char::is_uppercase);
        if !is_type_like || is_silent(ty) || matches!(ty, Ty::Var(_)) {
            return false;
        }
        let near = suggest(name, self.variant_names(ty).iter().map(Name::as_str)).is_some();
        near || self.is_variant_elsewhere(name)
    }

    fn is_variant_elsewhere(&self, name: &str) -> bool {
        let items = file_items(self.db, self.item.file(self.db)).ids(self.db);
        let mut enums = items.filter(|item| item.kind(self.db) == ItemKind::Enum);
        enums.any(|item| {
            let of = signature(self.db, item).as_enum();
            of.is_some_and(|of| of.variants.iter().any(|variant| variant.name == name))
        })
    }

    fn variant_names(&self, ty: &Ty) -> Vec<Name> {
        match ty {
            Ty::Builtin(Builtin::Option, _) => vec!["None".into(), "Some".into()],
            Ty::Builtin(Builtin::Result, _) => vec!["Ok".into(), "Err".into()],
            Ty::Adt(item, _) => {
                let of = signature(self.db, *item).as_enum();
                let variants = of.into_iter().flat_map(|of| &of.variants);
                variants.map(|variant| variant.name.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn no_variant(&mut self, id: PatId, name: &str, ty: &Ty) {
        self.mistaken.insert(id);
        let ty = self.table.shallow(ty);
        if is_silent(&ty) {
            return;
        }
        let shown = self.show(&ty);
        let known = self.variant_names(&ty);
        let (message, help) = match suggest(name, known.iter().map(Name::as_str)) {
            Some(close) => (
                format!("`{shown}` has no variant called `{name}`"),
                format!("did you mean `{close}`?"),
            ),
            None if known.is_empty() => (
                format!("`{name}` is no constructor of `{shown}`, which is matched here"),
                forms_of(&ty, "match with a literal, a name, or `_`"),
            ),
            None => (
                format!("`{shown}` has no variant called `{name}`"),
                format!("its variants are `{}`", known.join("`, `")),
            ),
        };
        let finding = Finding::new(Code::T003, self.site(self.at_pat(id)), message);
        self.report(finding.help(help));
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
                    self.mistaken(at, Code::T001, message, "use another name");
                    self.result.locals.insert(local, Ty::Unknown);
                }
            }
        }
    }

    fn literal_pattern(&mut self, id: PatId, literal: &Literal, ty: &Ty) {
        let of = match literal {
            // `1` written out serves as `1.0` too.
            Literal::Int(_) if self.table.shallow(ty).is(Builtin::Float) => return,
            Literal::Int(_) => Ty::int(),
            Literal::Float(_) => Ty::float(),
            Literal::Str(_) => Ty::str(),
            Literal::Bytes(_) => Ty::simple(Builtin::Bytes),
            Literal::Bool(_) => Ty::bool(),
        };
        if !self.table.unify(&of, ty) {
            let (of, ty) = (self.show(&of), self.show(ty));
            let message = format!("this is `{of}`, but the value matched is `{ty}`");
            let help = format!("match a `{of}`, or write a pattern for `{ty}`");
            self.mistaken(id, Code::T001, message, &help);
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
                    let help = "write one name for each part of the value, `_` for one that does not matter";
                    self.mistaken(id, Code::T001, message, help);
                }
                vec![Ty::Unknown; parts.len()]
            }
        };
        for (part, ty) in parts.iter().zip(&types) {
            self.part(*part, ty);
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

    /// The matched type and its fields, if it is the struct of that name.
    fn struct_of(&self, ty: &Ty, name: &str) -> Option<(ItemId, Vec<FieldSignature>)> {
        let owner = match ty {
            Ty::Adt(item, _) => *item,
            Ty::Builtin(Builtin::TimeoutError, _) => self.type_item(ty)?,
            _ => return None,
        };
        let of = signature(self.db, owner).as_struct()?;
        (owner.name(self.db) == name).then(|| (owner, of.fields.clone()))
    }

    fn constructor(&mut self, id: PatId, variant: VariantRef, args: Option<&[PatId]>, ty: &Ty) {
        let (enum_ty, fields) = self.variant_types(&variant);
        let name = variant.name.clone();
        if !self.table.unify(&enum_ty, ty) {
            let message = format!(
                "`{name}` is a variant of `{}`, but the value matched is `{}`",
                self.show(&enum_ty),
                self.show(ty)
            );
            let ty = self.table.shallow(ty);
            let help = forms_of(&ty, "match with a constructor of the value's own type");
            self.mistaken(id, Code::T001, message, &help);
            return self.walk_parts(args);
        }
        self.result.variants.insert(id, variant);
        self.payload(id, &name, args, &fields);
    }

    /// `Job(id, body)`: all fields of a struct, in order.
    fn struct_pattern(&mut self, id: PatId, item: ItemId, args: Option<&[PatId]>, ty: &Ty) {
        let Signature::Struct(of) = signature(self.db, item) else { return };
        let type_args: TyArgs = self.fresh_args(of.type_params.len()).into();
        let struct_ty = match Builtin::from_name(&item.name(self.db)) {
            Some(builtin) if item.file(self.db) == self.db.prelude() => {
                Ty::Builtin(builtin, type_args.clone())
            }
            _ => Ty::Adt(item, type_args.clone()),
        };
        let name = item.name(self.db);
        if !self.table.unify(&struct_ty, ty) {
            let message = format!(
                "this takes a `{name}` apart, but the value matched is `{}`",
                self.show(ty)
            );
            let ty = self.table.shallow(ty);
            let help = forms_of(&ty, "match with a constructor of the value's own type");
            self.mistaken(id, Code::T001, message, &help);
            return self.walk_parts(args);
        }
        self.result.structs.insert(id);
        let fields: Vec<Ty> =
            of.fields.iter().map(|field| field.ty.substitute(item, &type_args)).collect();
        self.payload(id, &name, args, &fields);
    }

    fn payload(&mut self, id: PatId, name: &str, args: Option<&[PatId]>, fields: &[Ty]) {
        let args = args.unwrap_or(&[]);
        if args.len() != fields.len() {
            self.wrong_count(id, name, fields.len(), args.len());
        }
        for (position, arg) in args.iter().enumerate() {
            let ty = fields.get(position).cloned().unwrap_or(Ty::Unknown);
            self.part(*arg, &ty);
        }
    }

    fn wrong_count(&mut self, id: PatId, name: &str, holds: usize, taken: usize) {
        let taken = match taken {
            0 => "none are".to_owned(),
            1 => "1 is".to_owned(),
            many => format!("{many} are"),
        };
        let message = format!("`{name}` holds {}, but {taken} taken here", count(holds, "value"));
        let help = format!("write `{name}({})`", vec!["_"; holds].join(", "));
        let help = if holds == 0 { format!("write `{name}`") } else { help };
        self.mistaken(id, Code::T002, message, &format!("{help}, with names for what matters"));
    }

    fn walk_parts(&mut self, args: Option<&[PatId]>) {
        args.unwrap_or(&[]).iter().for_each(|arg| self.part(*arg, &Ty::Unknown));
    }

    /// Each alternative has to bind the names of all.
    fn bind_alike(&mut self, alternatives: &[PatId]) {
        let mut bound: Vec<Vec<(LocalId, PatId)>> = Vec::new();
        for alternative in alternatives {
            let mut names = Vec::new();
            self.names_of(*alternative, &mut names);
            bound.push(names);
        }
        let lacking = bound.iter().flatten().find_map(|(local, at)| {
            let without = bound.iter().position(|names| names.iter().all(|(of, _)| of != local))?;
            Some((*local, *at, alternatives[without]))
        });
        let Some((local, at, without)) = lacking else { return };
        if self.is_broken(without) {
            return;
        }
        let name = self.body.locals[local].name.clone();
        let message = format!("this alternative gives `{name}` no value, but another one does");
        let finding = Finding::new(Code::N005, self.site(self.at_pat(without)), message)
            .related(self.site(self.at_pat(at)), format!("`{name}` is bound here"))
            .help("bind the same names in each alternative, or write a `case` for each");
        self.mistaken.insert(without);
        self.report(finding);
    }

    fn names_of(&self, id: PatId, names: &mut Vec<(LocalId, PatId)>) {
        match &self.body.pats[id] {
            Pat::Bind(local) if !self.result.is_constructor(id) && !self.mistaken.contains(&id) => {
                names.push((*local, id));
            }
            Pat::Tuple(parts) => parts.iter().for_each(|part| self.names_of(*part, names)),
            // Its alternatives bind alike, or have their finding.
            Pat::Or(parts) => parts.iter().take(1).for_each(|part| self.names_of(*part, names)),
            Pat::Constructor { args, .. } => {
                args.iter().flatten().for_each(|part| self.names_of(*part, names));
            }
            _ => {}
        }
    }

    fn bound_twice(&mut self, names: &[(LocalId, PatId)]) {
        let mut bound = FxHashMap::default();
        for (local, second) in names {
            let name = self.body.locals[*local].name.clone();
            let first = *bound.entry(name.clone()).or_insert(*second);
            if first == *second {
                continue;
            }
            let message = format!("`{name}` is bound twice in this pattern");
            let finding = Finding::new(Code::N002, self.site(self.at_pat(*second)), message)
                .related(self.site(self.at_pat(first)), "the first time")
                .help("use another name, and compare the two in a guard if they are to be equal");
            self.mistaken.insert(*second);
            self.report(finding);
        }
    }

    /// A mistake at a pattern.
    fn mistaken(&mut self, id: PatId, code: Code, message: String, help: &str) {
        self.mistaken.insert(id);
        self.mistake(code, self.at_pat(id), message, help);
    }
}

/// What to match a value of the type with; a tuple with a pattern for each part, others as is said.
fn forms_of(ty: &Ty, others: &str) -> String {
    match ty {
        Ty::Tuple(parts) => {
            let patterns = vec!["…"; parts.len()].join(", ");
            format!("match with a pattern for each part, `({patterns})`, with a name, or `_`")
        }
        _ => others.to_owned(),
    }
}
