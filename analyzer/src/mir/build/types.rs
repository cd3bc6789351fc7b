//! Types of what has no expression of its own: coerced values, elements, fields, payloads.

use super::Builder;
use crate::hir::{ExprId, LocalId};
use crate::infer::Coercion;
use crate::items::{ItemId, signature};
use crate::mir::{Conversion, EnumRef, VariantRef};
use crate::ty::{Builtin, Ty};

impl Builder<'_> {
    /// Of an expression, before its coercions.
    pub(super) fn plain_ty(&self, expr: ExprId) -> Ty {
        self.types.exprs.get(expr).cloned().unwrap_or(Ty::Unknown)
    }

    /// Of an expression's value, as its surroundings get it.
    pub(super) fn ty(&self, expr: ExprId) -> Ty {
        let plain = self.plain_ty(expr);
        self.coercions(expr).iter().fold(plain, |ty, coercion| self.coerced_ty(&ty, *coercion))
    }

    /// The coercions of an expression's value, in order.
    pub(super) fn coercions(&self, expr: ExprId) -> &[Coercion] {
        self.types.coercions.get(&expr).map_or(&[], Vec::as_slice)
    }

    /// What a coercion makes of a type.
    pub(super) fn coerced_ty(&self, ty: &Ty, coercion: Coercion) -> Ty {
        match coercion {
            Coercion::Join => ty.arg(0),
            Coercion::Gather => Ty::of(Builtin::List, ty.arg(0)),
            Coercion::WrapOk => self.draft.ret.clone(),
            Coercion::Convert(Conversion::IntToFloat) => Ty::float(),
            Coercion::Convert(Conversion::ToSender) => Ty::of(Builtin::Sender, ty.arg(0)),
            Coercion::Convert(Conversion::ToReceiver) => Ty::of(Builtin::Receiver, ty.arg(0)),
        }
    }

    /// Of a name.
    pub(super) fn local_ty(&self, local: LocalId) -> Ty {
        self.types.locals.get(local).cloned().unwrap_or(Ty::Unknown)
    }

    /// Of a struct's field.
    pub(super) fn field_ty(&self, base: &Ty, field: u32) -> Ty {
        let Ty::Adt(item, args) = base else { return Ty::Unknown };
        signature(self.db, *item)
            .as_struct()
            .and_then(|of| of.fields.get(field as usize))
            .map_or(Ty::Unknown, |of| of.ty.substitute(*item, args))
    }

    /// The position of a struct's field.
    pub(super) fn field_position(&self, base: &Ty, name: &str) -> Option<u32> {
        let Ty::Adt(item, _) = base else { return None };
        let fields = &signature(self.db, *item).as_struct()?.fields;
        fields.iter().position(|field| field.name == name).map(|position| position as u32)
    }

    /// Of what a variant of the type holds.
    pub(super) fn payload_ty(&self, scrutinee: &Ty, variant: &VariantRef, index: u32) -> Ty {
        match variant.owner {
            EnumRef::Option => scrutinee.arg(0),
            EnumRef::Result => scrutinee.arg(variant.index as usize),
            EnumRef::Item(item) => self.declared_payload_ty(item, scrutinee, variant, index),
        }
    }

    fn declared_payload_ty(
        &self,
        item: ItemId,
        scrutinee: &Ty,
        variant: &VariantRef,
        index: u32,
    ) -> Ty {
        signature(self.db, item)
            .as_enum()
            .and_then(|of| of.variants.get(variant.index as usize))
            .and_then(|of| of.fields.get(index as usize))
            .map_or(Ty::Unknown, |field| field.ty.substitute(item, scrutinee.args()))
    }
}

/// Of what `for` gets out of a value.
pub(super) fn element_ty(walked: &Ty) -> Ty {
    match walked.builtin() {
        Some(Builtin::Range | Builtin::Bytes) => Ty::int(),
        Some(Builtin::Str) => Ty::str(),
        _ => walked.arg(0),
    }
}

/// Of `base[index]`.
pub(super) fn indexed_ty(base: &Ty) -> Ty {
    match base.builtin() {
        Some(Builtin::Map | Builtin::MutableMap) => base.arg(1),
        _ => element_ty(base),
    }
}

/// Whether a literal negative index of such a value counts from its end.
pub(super) fn counts_from_end(base: &Ty) -> bool {
    use Builtin::{Bytes, List, MutableList, Range, Str};
    matches!(base.builtin(), Some(Bytes | List | MutableList | Range | Str))
}

/// Whether `for` takes elements from such a value directly, waiting for each.
pub(super) fn is_channel(ty: &Ty) -> bool {
    matches!(ty.builtin(), Some(Builtin::Channel | Builtin::Receiver))
}

/// `Ok`
pub(super) fn ok() -> VariantRef {
    VariantRef { owner: EnumRef::Result, index: 0, name: "Ok".into() }
}

/// `Err`
pub(super) fn err() -> VariantRef {
    VariantRef { owner: EnumRef::Result, index: 1, name: "Err".into() }
}

/// `None`
pub(super) fn none() -> VariantRef {
    VariantRef { owner: EnumRef::Option, index: 0, name: "None".into() }
}

/// `Some`
pub(super) fn some() -> VariantRef {
    VariantRef { owner: EnumRef::Option, index: 1, name: "Some".into() }
}
