//! Types of expressions.

use super::coerce::Expectation;
use super::context::Context;
use crate::diagnostics::{Code, count};
use crate::hir::{CompClause, Expr, ExprId, FrameId, Literal, LocalId};
use crate::items::{Bound, ItemKind, Signature, signature};
use crate::mir::{EnumRef, VariantRef};
use crate::ty::{Builtin, FnTy, Ownership, Ty, TyArgs, ownership};

impl Context<'_> {
    /// The expression's type, before any coercion of it. `expected` is a hint alone.
    pub(super) fn expr(&mut self, expr: ExprId, expected: Option<&Ty>) -> Ty {
        let mut ty = self.expr_inner(expr, expected);
        if ty.is_too_large(&|ty| self.table.shallow(ty)) {
            self.too_large(expr);
            ty = Ty::Unknown;
        }
        self.result.exprs.insert(expr, ty.clone());
        ty
    }

    fn expr_inner(&mut self, id: ExprId, expected: Option<&Ty>) -> Ty {
        let body = self.body;
        match &body.exprs[id] {
            Expr::Missing => Ty::Unknown,
            Expr::Literal(literal) => literal_type(literal),
            Expr::Format(parts) => self.format(parts),
            Expr::Local(local) => self.local_expr(id, *local),
            Expr::Item(item) => self.item_expr(id, *item),
            Expr::Variant(variant) => self.variant_expr(id, variant),
            Expr::Instantiate(base, args) => self.instantiated(id, *base, args),
            Expr::Member(receiver, name) => self.member(id, *receiver, name),
            Expr::Call(callee, args) => self.call(id, *callee, args, expected),
            Expr::Index(base, index) => self.index(id, *base, *index),
            Expr::Slice(base, start, end) => self.slice(id, *base, *start, *end),
            Expr::Unary(op, operand) => self.unary(id, *op, *operand),
            Expr::Binary(op, left, right) => self.binary(id, *op, *left, *right, expected),
            Expr::Compare(first, links) => self.comparison(*first, links),
            Expr::Conditional { condition, then, otherwise } => {
                self.condition(*condition);
                let ty = match expected {
                    Some(expected) => expected.clone(),
                    None => self.table.fresh(),
                };
                let first = self.expr(*then, Some(&ty));
                self.coerce(*then, &first, &ty, "this value is");
                self.check(*otherwise, &ty, "the value before `if` is");
                ty
            }
            Expr::List(items) => {
                let element = self.elements(items, expected, Builtin::List);
                Ty::of(Builtin::List, element)
            }
            Expr::Set(items) => {
                let element = self.elements(items, expected, Builtin::Set);
                self.shareable(&element, id, "a set's element");
                Ty::of(Builtin::Set, element)
            }
            Expr::Map(entries) => self.map(id, entries, expected),
            Expr::Tuple(items) => self.tuple(items, expected),
            Expr::Comprehension { frame, clauses, element } => {
                self.comprehension(*frame, clauses, *element, expected)
            }
            Expr::Lambda { frame, body } => self.lambda(*frame, *body, expected),
            Expr::Question(operand) => self.question(id, *operand),
            Expr::Attempt(operand) => {
                let ty = self.value(*operand, None);
                let ty = if self.table.shallow(&ty) == Ty::Never { Ty::unit() } else { ty };
                Ty::result(ty, Ty::simple(Builtin::Failure))
            }
            Expr::Spawn { scope, task } => self.spawn(*scope, task),
            Expr::Blocking(operand) => self.value(*operand, expected),
        }
    }

    /// One finding a body: what is made of the value would be too large as well.
    fn too_large(&mut self, expr: ExprId) {
        let message = "the type of this value is too large to be checked".to_owned();
        let help = "give its parts names: declare a struct for them";
        if !self.result.findings.iter().any(|finding| finding.message == message) {
            self.mistake(Code::T005, self.at(expr), message, help);
        }
    }

    fn local_expr(&mut self, id: ExprId, local: LocalId) -> Ty {
        if let (Some(variant), None) =
            (self.constructors.get(&local), self.result.locals.get(local))
        {
            let name = variant.name.clone();
            let owner = match variant.owner {
                EnumRef::Item(item) => item.name(self.db),
                _ => name.clone(),
            };
            let message = format!("nothing is called `{name}` here: it is a variant of `{owner}`");
            self.mistake(Code::N001, self.at(id), message, &format!("write `{owner}.{name}`"));
            return Ty::Unknown;
        }
        if self.ended.contains(&local) {
            return self.ended_scope(id, local);
        }
        self.held_scope(id, local);
        let owner = self.body.locals[local].frame;
        let captures = &mut self.captures;
        let inner = self.frames.iter().map(|state| state.frame).skip_while(|frame| *frame != owner);
        for frame in inner.skip(1) {
            captures.entry(frame).or_default().push((local, id));
        }
        self.local(local)
    }

    fn item_expr(&mut self, id: ExprId, item: crate::items::ItemId) -> Ty {
        match item.kind(self.db) {
            ItemKind::Const | ItemKind::TaskLocal => self.item_value(item),
            ItemKind::Fn => {
                let Signature::Fn(of) = signature(self.db, item) else { return Ty::Unknown };
                let params = of.params.iter().filter(|param| !param.variadic);
                let is_place = params.clone().any(|param| param.mutable && !param.is_self);
                if is_place || (params.clone().count() == 0 && !of.params.is_empty()) {
                    let message =
                        format!("`{}` can only be called, not used as a value", item.name(self.db));
                    self.mistake(Code::T004, self.at(id), message, "write a lambda: `fn(x): …`");
                    return Ty::Unknown;
                }
                let args = self.fresh_args(of.type_params.len());
                let params: TyArgs = params
                    .map(|param| match param.ty.is(Builtin::Any) {
                        true => self.table.fresh(),
                        false => param.ty.substitute(item, &args),
                    })
                    .collect();
                let ret = of.ret.substitute(item, &args);
                Ty::Fn(FnTy { params, ret, mutable: false }.into())
            }
            _ => {
                let message = format!("`{}` is a type, not a value", item.name(self.db));
                let help = "call it to make a value, or name one of its variants";
                self.mistake(Code::T004, self.at(id), message, help);
                Ty::Unknown
            }
        }
    }

    /// A variant as a value: of one without a payload, a value; of any other, a function.
    fn variant_expr(&mut self, id: ExprId, variant: &VariantRef) -> Ty {
        let (enum_ty, fields) = self.variant_types(variant);
        if fields.is_empty() {
            return enum_ty;
        }
        let name = &variant.name;
        let message = format!("`{name}` holds {} and must be called", count(fields.len(), "value"));
        self.mistake(Code::T002, self.at(id), message, &format!("write `{name}(…)`"));
        Ty::Unknown
    }

    /// The enum's type with fresh arguments, and the types of what the variant holds.
    pub(super) fn variant_types(&mut self, variant: &VariantRef) -> (Ty, Vec<Ty>) {
        match variant.owner {
            EnumRef::Option => {
                let value = self.table.fresh();
                let fields = if variant.index == 0 { Vec::new() } else { vec![value.clone()] };
                (Ty::option(value), fields)
            }
            EnumRef::Result => {
                let (ok, err) = (self.table.fresh(), self.table.fresh());
                let field = if variant.index == 0 { ok.clone() } else { err.clone() };
                (Ty::result(ok, err), vec![field])
            }
            EnumRef::Item(item) => {
                let Signature::Enum(of) = signature(self.db, item) else {
                    return (Ty::Unknown, Vec::new());
                };
                let args: TyArgs = self.fresh_args(of.type_params.len()).into();
                let fields = of.variants.get(variant.index as usize).map(|variant| {
                    variant.fields.iter().map(|field| field.ty.substitute(item, &args)).collect()
                });
                (Ty::Adt(item, args), fields.unwrap_or_default())
            }
        }
    }

    pub(super) fn fresh_args(&mut self, count: usize) -> Vec<Ty> {
        (0..count).map(|_| self.table.fresh()).collect()
    }

    /// What a literal puts into a place for shareable values alone.
    fn shareable(&mut self, ty: &Ty, id: ExprId, what: &str) {
        self.require(ty.clone(), Bound::Shareable, self.at(id), what.to_owned());
    }

    fn instantiated(&mut self, id: ExprId, base: ExprId, args: &[Ty]) -> Ty {
        if let Expr::Variant(variant) = &self.body.exprs[base] {
            let ty = self.variant_expr(base, variant);
            return self.applied(id, ty, args);
        }
        let Expr::Item(item) = self.body.exprs[base] else { return Ty::Unknown };
        let Signature::Fn(of) = signature(self.db, item) else {
            return self.item_expr(id, item);
        };
        let args = self.type_args(id, item, &of.type_params, Some(args));
        let params: TyArgs =
            of.params.iter().map(|param| param.ty.substitute(item, &args)).collect();
        let ret = of.ret.substitute(item, &args);
        Ty::Fn(FnTy { params, ret, mutable: false }.into())
    }

    /// A generic type at the arguments written for it: `Tree[int].Leaf`.
    pub(super) fn applied(&mut self, id: ExprId, ty: Ty, args: &[Ty]) -> Ty {
        if let Ty::Adt(item, of) = &ty {
            let params = signature(self.db, *item).type_params();
            let written = self.type_args(id, *item, params, Some(args));
            for (of, written) in of.iter().zip(&written) {
                self.table.unify(of, written);
            }
        }
        ty
    }

    fn elements(&mut self, items: &[ExprId], expected: Option<&Ty>, of: Builtin) -> Ty {
        let hint = self.hinted(expected, of, 0);
        // Without a hint from outside, the first element decides.
        let element = hint.unwrap_or_else(|| self.table.fresh());
        // Several of one wrong type are one mistake.
        let mut told: Option<Ty> = None;
        for (position, item) in items.iter().enumerate() {
            let actual = self.expr(*item, Some(&element));
            let why = if position == 0 { "an element here is" } else { "the elements before are" };
            if !self.fits(*item, &actual, &element) {
                let actual = self.table.resolve(&actual);
                if told.as_ref() != Some(&actual) {
                    self.mismatch(*item, &actual, Expectation::new(&element, why));
                }
                told = Some(actual);
            }
        }
        element
    }

    /// The argument of an expected `of[…]`, when that is what is expected.
    fn hinted(&mut self, expected: Option<&Ty>, of: Builtin, index: usize) -> Option<Ty> {
        let expected = self.table.shallow(expected?);
        expected.is(of).then(|| expected.arg(index))
    }

    fn map(&mut self, id: ExprId, entries: &[(ExprId, ExprId)], expected: Option<&Ty>) -> Ty {
        let key = self.hinted(expected, Builtin::Map, 0).unwrap_or_else(|| self.table.fresh());
        let value = self.hinted(expected, Builtin::Map, 1).unwrap_or_else(|| self.table.fresh());
        for (key_expr, value_expr) in entries {
            self.check(*key_expr, &key, "the keys before are");
            self.check(*value_expr, &value, "the values before are");
        }
        self.shareable(&key, id, "a map's key");
        Ty::of2(Builtin::Map, key, value)
    }

    fn tuple(&mut self, items: &[ExprId], expected: Option<&Ty>) -> Ty {
        let expected = expected.map(|expected| self.table.shallow(expected));
        let hints: Vec<Ty> = match &expected {
            Some(Ty::Tuple(parts)) if parts.len() == items.len() => parts.to_vec(),
            _ => Vec::new(),
        };
        let mut parts = Vec::new();
        for (position, item) in items.iter().enumerate() {
            let actual = self.expr(*item, hints.get(position));
            match hints.get(position) {
                Some(hint) => {
                    self.coerce(*item, &actual, hint, "this part of the tuple is");
                    parts.push(hint.clone());
                }
                None => parts.push(actual),
            }
        }
        if parts.is_empty() { Ty::unit() } else { Ty::Tuple(parts.into()) }
    }

    fn comprehension(
        &mut self,
        frame: FrameId,
        clauses: &[CompClause],
        element: ExprId,
        expected: Option<&Ty>,
    ) -> Ty {
        let hint = self.hinted(expected, Builtin::List, 0);
        // It runs in place: what leaves it early leaves the body that it stands in.
        let (ret, why) = self.returned();
        self.enter(frame, ret, why);
        for clause in clauses {
            match clause {
                CompClause::For(pattern, iterable) => {
                    let ty = self.iterated(*iterable);
                    self.irrefutable(*pattern, &ty);
                }
                CompClause::If(condition) => self.condition(*condition),
            }
        }
        let mut ty = self.expr(element, hint.as_ref());
        if let Some(hint) = hint {
            self.coerce(element, &ty, &hint, "an element here is");
            ty = hint;
        }
        self.leave();
        Ty::of(Builtin::List, ty)
    }

    /// The element type of what a loop walks.
    pub(super) fn iterated(&mut self, iterable: ExprId) -> Ty {
        self.walked = Some(iterable);
        let ty = self.value(iterable, None);
        match self.element_type(&ty) {
            Some(element) => element,
            None => {
                let shown = self.show(&ty);
                let message = format!("`{shown}` cannot be walked by a loop");
                let help = match ty.builtin() {
                    Some(Builtin::Option | Builtin::Result) => TAKE_OUT,
                    Some(Builtin::Int) => "to count, walk a `range(…)`",
                    _ => "a loop walks lists, maps, sets, strings, ranges and channels",
                };
                self.mistake(Code::T004, self.at(iterable), message, help);
                Ty::Unknown
            }
        }
    }

    /// What walking a value of the type yields.
    pub(super) fn element_type(&mut self, ty: &Ty) -> Option<Ty> {
        use Builtin::*;
        let ty = self.table.shallow(ty);
        match &ty {
            Ty::Unknown | Ty::Never => Some(Ty::Unknown),
            Ty::Builtin(List | Set | Map | MutableList | MutableSet | MutableMap, _)
            | Ty::Builtin(Channel | Receiver | Iterator | Iterable, _) => Some(ty.arg(0)),
            Ty::Builtin(Str, _) => Some(Ty::str()),
            Ty::Builtin(Range | Bytes, _) => Some(Ty::int()),
            _ => None,
        }
    }

    fn lambda(&mut self, frame: FrameId, body: ExprId, expected: Option<&Ty>) -> Ty {
        let expected = match expected.map(|expected| self.table.shallow(expected)) {
            Some(Ty::Fn(of)) => Some(of),
            _ => None,
        };
        let mut params = Vec::new();
        for (position, param) in self.body.frames[frame].params.iter().enumerate() {
            let hint = expected.as_ref().and_then(|of| of.params.get(position)).cloned();
            let ty = match (&param.ty, hint) {
                (Some(written), _) => written.clone(),
                (None, Some(hint)) => hint,
                (None, None) => self.table.fresh(),
            };
            self.result.locals.insert(param.local, ty.clone());
            params.push(ty);
        }
        let ret = expected.map_or_else(|| self.table.fresh(), |of| of.ret.clone());
        self.enter(frame, ret.clone(), "the lambda returns".to_owned());
        let actual = self.expr(body, Some(&ret));
        self.coerce_returned(body, &actual, Expectation::new(&ret, "the lambda returns"));
        self.leave();
        let mutable = self.captures_owned(frame);
        Ty::Fn(FnTy { params: params.into(), ret, mutable }.into())
    }

    /// Whether the frame names an owned value from outside itself.
    pub(super) fn captures_owned(&mut self, frame: FrameId) -> bool {
        self.owned_capture(frame).is_some()
    }

    /// The first owned value from outside itself that the frame names, and where.
    pub(super) fn owned_capture(&mut self, frame: FrameId) -> Option<(LocalId, ExprId)> {
        let captures = self.captures.get(&frame).cloned().unwrap_or_default();
        captures.into_iter().find(|(local, _)| {
            let ty = self.local(*local);
            ownership(self.db, &self.table.finish(&ty)) == Ownership::Owned
        })
    }

    /// `e?`: the value, or an early return of the frame.
    fn question(&mut self, id: ExprId, operand: ExprId) -> Ty {
        let ty = self.value(operand, None);
        let (ret, _) = self.returned();
        let (value, early) = match ty.builtin() {
            Some(Builtin::Option) => (ty.arg(0), Ty::option(self.table.fresh())),
            Some(Builtin::Result) => (ty.arg(0), Ty::result(self.table.fresh(), ty.arg(1))),
            _ => {
                if !matches!(ty, Ty::Unknown | Ty::Never) {
                    let shown = self.show(&ty);
                    let message =
                        format!("`?` needs an `Option` or a `Result`, but this is `{shown}`");
                    self.mistake(Code::T001, self.at(operand), message, "leave the `?` out");
                }
                return Ty::Unknown;
            }
        };
        if !self.table.unify(&ret, &early) {
            let shown = self.show(&ret);
            let early = match early.is(Builtin::Option) {
                true => "`None`".to_owned(),
                false => format!("the error, `{}`,", self.show(&early.arg(1))),
            };
            let message =
                format!("`?` returns {early} early from here, but this body returns `{shown}`");
            let help = "change what the function returns, or `match` on the value";
            self.mistake(Code::T009, self.at(id), message, help);
        }
        value
    }
}

/// What to do with an `Option` or a `Result` where its value is needed.
pub(super) const TAKE_OUT: &str =
    "take the value out first: `match` on it, `?`, or `.unwrap_or(…)`";

fn literal_type(literal: &Literal) -> Ty {
    match literal {
        Literal::Int(_) => Ty::int(),
        Literal::Float(_) => Ty::float(),
        Literal::Str(_) => Ty::str(),
        Literal::Bytes(_) => Ty::simple(Builtin::Bytes),
        Literal::Bool(_) => Ty::bool(),
    }
}
