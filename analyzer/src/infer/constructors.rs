//! Calls that make a value of the program's types: structs, variants, changed copies.

use super::arguments::Slot;
use super::context::Context;
use super::{CallKind, CallPlan, PlannedArg};
use crate::Name;
use crate::diagnostics::Code;
use crate::hir::{Arg, ExprId};
use crate::items::{FieldSignature, ItemId, Signature, signature};
use crate::mir::VariantRef;
use crate::ty::{Builtin, Ty};

impl Context<'_> {
    pub(super) fn struct_call(
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

    pub(super) fn variant_call(
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

    /// `job.with(id=2)`: a changed copy of an immutable struct.
    pub(super) fn with_call(
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
}
