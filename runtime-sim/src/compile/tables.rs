//! The program's side tables: constants, operand lists, plans, types and variants, each once.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use weir_analyzer::items::{ItemId, signature};
use weir_analyzer::mir::{Const, EnumRef, VariantRef};

use super::Compiler;
use crate::program::{
    ListId, Literal, Plan, PlanId, Slot, TypeId, TypeInfo, VariantId, VariantInfo, VariantTest,
};

/// What was put into which table.
#[derive(Default)]
pub(super) struct Tables {
    literals: FxHashMap<Literal, usize>,
    lists: FxHashMap<Box<[Slot]>, ListId>,
    types: FxHashMap<ItemId, TypeId>,
    variants: FxHashMap<(ItemId, u32), VariantId>,
}

impl Compiler<'_> {
    pub(super) fn constant(&mut self, constant: &Const) -> Slot {
        self.literal(match constant {
            Const::Unit => Literal::Unit,
            Const::Bool(value) => Literal::Bool(*value),
            Const::Int(value) => Literal::Int(*value),
            Const::Float(bits) => Literal::Float(*bits),
            Const::Str(text) => Literal::Str(Arc::from(text.as_str())),
            Const::Bytes(bytes) => Literal::Bytes(Arc::from(&**bytes)),
        })
    }

    pub(super) fn literal(&mut self, literal: Literal) -> Slot {
        let next = self.program.literals.len();
        let index = *self.tables.literals.entry(literal.clone()).or_insert(next);
        if index == next {
            self.program.literals.push(literal);
        }
        Slot::constant(index)
    }

    pub(super) fn list(&mut self, slots: Vec<Slot>) -> ListId {
        let slots: Box<[Slot]> = slots.into();
        if let Some(list) = self.tables.lists.get(&slots) {
            return *list;
        }
        let list = ListId(self.program.lists.len() as u32);
        self.program.lists.push(slots.clone());
        self.tables.lists.insert(slots, list);
        list
    }

    pub(super) fn plan(&mut self, plan: Plan) -> PlanId {
        self.program.plans.push(plan);
        PlanId(self.program.plans.len() as u32 - 1)
    }

    pub(super) fn ty(&mut self, item: ItemId) -> TypeId {
        if let Some(ty) = self.tables.types.get(&item) {
            return *ty;
        }
        let fields = signature(self.db, item).as_struct().map(|of| &of.fields[..]).unwrap_or(&[]);
        let info = TypeInfo {
            name: item.name(self.db).to_string(),
            fields: fields.iter().map(|field| field.name.to_string()).collect(),
            mutable: self.is_mutable_struct(item),
        };
        let ty = TypeId(self.program.types.len() as u32);
        self.program.types.push(info);
        self.tables.types.insert(item, ty);
        ty
    }

    pub(super) fn variant(&mut self, variant: &VariantRef) -> VariantTest {
        match (variant.owner, variant.index) {
            (EnumRef::Option, 0) => VariantTest::NONE,
            (EnumRef::Option, _) => VariantTest::SOME,
            (EnumRef::Result, 0) => VariantTest::OK,
            (EnumRef::Result, _) => VariantTest::ERR,
            (EnumRef::Item(item), _) if self.is_prelude(item) => match variant.name.as_str() {
                "None" => VariantTest::NONE,
                "Some" => VariantTest::SOME,
                "Ok" => VariantTest::OK,
                _ => VariantTest::ERR,
            },
            (EnumRef::Item(item), index) => self.declared_variant(item, index, variant),
        }
    }

    fn declared_variant(&mut self, item: ItemId, index: u32, variant: &VariantRef) -> VariantTest {
        let next = VariantId(self.program.variants.len() as u32);
        let id = *self.tables.variants.entry((item, index)).or_insert(next);
        if id == next {
            let owner = item.name(self.db).to_string();
            self.program.variants.push(VariantInfo { owner, name: variant.name.to_string() });
        }
        VariantTest::of(id)
    }
}
