//! Patterns: tests in order, then bindings, so that a pattern that fails half-way binds nothing.

use super::Builder;
use super::expressions::constant;
use crate::hir::{BinaryOp, LocalId, Pat, PatId};
use crate::mir::{BlockId, Const, Local, Operand, Rvalue, Terminator, VariantRef};
use crate::ty::{Builtin, Ty};

/// Names a pattern gives values to, once all of it fits.
type Bindings = Vec<(LocalId, Rvalue)>;

impl Builder<'_> {
    /// The local that a matched value may be put into directly: the name's own when the pattern is
    /// one, else a new one.
    pub(super) fn pattern_local(&mut self, pattern: PatId, ty: &Ty) -> Local {
        match &self.hir.pats[pattern] {
            Pat::Bind(local) if !self.types.is_constructor(pattern) => self.written(*local),
            _ => self.temp(ty.clone()),
        }
    }

    /// Binds a pattern that cannot fail.
    pub(super) fn bind(&mut self, pattern: PatId, value: Operand, ty: &Ty) {
        let failed = self.new_block();
        self.test_and_bind(pattern, &value, ty, failed);
        let fits = self.draft.current;
        self.enter(failed);
        self.end(Terminator::Unreachable);
        self.enter(fits);
    }

    /// Goes to `failed` unless the value fits; binds the pattern's names if it does.
    pub(super) fn test_and_bind(
        &mut self,
        pattern: PatId,
        value: &Operand,
        ty: &Ty,
        failed: BlockId,
    ) {
        let mut bindings = Bindings::new();
        self.test(pattern, value, ty, failed, &mut bindings);
        self.bind_all(bindings);
    }

    fn bind_all(&mut self, bindings: Bindings) {
        for (name, value) in bindings {
            let dest = self.written(name);
            // A value that was put into the name's own local is there already.
            if value != Rvalue::Use(Operand::Local(dest)) {
                self.assign(dest, value);
            }
        }
    }

    fn test(
        &mut self,
        pattern: PatId,
        value: &Operand,
        ty: &Ty,
        failed: BlockId,
        bindings: &mut Bindings,
    ) {
        let node = self.source_map.pats.get(pattern).copied();
        self.at_node(node, |builder| {
            builder.test_here(pattern, value, ty, failed, bindings);
        });
    }

    fn test_here(
        &mut self,
        pattern: PatId,
        value: &Operand,
        ty: &Ty,
        failed: BlockId,
        bindings: &mut Bindings,
    ) {
        let (hir, types) = (self.hir, self.types);
        match (&hir.pats[pattern], types.variants.get(&pattern)) {
            (Pat::Missing, _) => self.fail("this pattern could not be understood"),
            (Pat::Wildcard, _) => {}
            (Pat::Bind(_), Some(variant)) => self.test_variant(value, variant, failed),
            (Pat::Bind(_), None) if types.structs.contains(&pattern) => {}
            (Pat::Bind(name), None) => bindings.push((*name, Rvalue::Use(value.clone()))),
            (Pat::Literal(literal), _) => {
                let literal = Operand::Const(literal_of(constant(literal), ty));
                let equal = Rvalue::Binary(BinaryOp::Equal, value.clone(), literal);
                self.test_holds(equal, failed);
            }
            (Pat::Tuple(parts), _) => {
                for (position, part) in parts.iter().enumerate() {
                    let read = Rvalue::TupleField(value.clone(), position as u32);
                    self.test_part(*part, read, ty.arg(position), failed, bindings);
                }
            }
            (Pat::Constructor { args, .. }, Some(variant)) => {
                self.test_variant(value, variant, failed);
                for (index, part) in (0..).zip(args.iter().flatten()) {
                    let read = Rvalue::Payload(value.clone(), variant.clone(), index);
                    let part_ty = self.payload_ty(ty, variant, index);
                    self.test_part(*part, read, part_ty, failed, bindings);
                }
            }
            (Pat::Constructor { args, .. }, None) if types.structs.contains(&pattern) => {
                for (field, part) in (0..).zip(args.iter().flatten()) {
                    let read = Rvalue::Field(value.clone(), field);
                    self.test_part(*part, read, self.field_ty(ty, field), failed, bindings);
                }
            }
            (Pat::Constructor { .. }, None) => self.fail("this pattern could not be understood"),
            (Pat::Or(alternatives), _) => self.test_any(alternatives, value, ty, failed),
        }
    }

    /// `A | B`: each alternative binds the same names.
    fn test_any(&mut self, alternatives: &[PatId], value: &Operand, ty: &Ty, failed: BlockId) {
        let fits = self.new_block();
        for (position, alternative) in alternatives.iter().enumerate() {
            let is_last = position + 1 == alternatives.len();
            let next = if is_last { failed } else { self.new_block() };
            self.test_and_bind(*alternative, value, ty, next);
            self.goto(fits);
            if !is_last {
                self.enter(next);
            }
        }
        self.enter(fits);
    }

    fn test_part(
        &mut self,
        part: PatId,
        read: Rvalue,
        ty: Ty,
        failed: BlockId,
        bindings: &mut Bindings,
    ) {
        match &self.hir.pats[part] {
            Pat::Wildcard => return,
            Pat::Bind(name) if !self.types.is_constructor(part) => {
                return bindings.push((*name, read));
            }
            _ => {}
        }
        let value = self.temp_with(ty.clone(), read);
        self.test(part, &value, &ty, failed, bindings);
    }

    fn test_variant(&mut self, value: &Operand, variant: &VariantRef, failed: BlockId) {
        self.test_holds(Rvalue::IsVariant(value.clone(), variant.clone()), failed);
    }

    fn test_holds(&mut self, condition: Rvalue, failed: BlockId) {
        let holds = self.temp_with(Ty::bool(), condition);
        let fits = self.new_block();
        self.branch(holds, fits, failed);
        self.enter(fits);
    }
}

/// `1` written out serves as `1.0` too.
fn literal_of(literal: Const, ty: &Ty) -> Const {
    match literal {
        Const::Int(int) if ty.is(Builtin::Float) => Const::Float((int as f64).to_bits()),
        literal => literal,
    }
}
