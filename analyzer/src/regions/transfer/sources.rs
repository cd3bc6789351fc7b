//! What a value is made of, and how making it uses its parts.

use super::Step;
use crate::hir::BinaryOp;
use crate::mir::{Const, Local, Operand, Rvalue};
use crate::regions::domain::Holder;
use crate::regions::events::TouchKind;
use crate::regions::links::{Kind, Source};
use crate::regions::paths::Step as Inwards;
use crate::ty::Builtin;

impl Step<'_, '_> {
    /// How making the value uses a part, and whether what is in it too; reading a name into another is
    /// no use of what it names.
    pub(super) fn touch_of(&self, value: &Rvalue, part: &Operand) -> Option<(TouchKind, bool)> {
        match value {
            Rvalue::Use(_) => None,
            Rvalue::Index(..) | Rvalue::Slice(..) if self.view.is_mutable(part) => {
                Some((TouchKind::Read, false))
            }
            Rvalue::Format(_) => Some((TouchKind::Read, true)),
            // What is owned is compared by which it is, and not by what is in it.
            Rvalue::Binary(BinaryOp::In | BinaryOp::NotIn, _, whole) => {
                Some((if part == whole { TouchKind::Read } else { TouchKind::Name }, false))
            }
            // A part is named only where it is used itself.
            Rvalue::Field(..)
            | Rvalue::Index(..)
            | Rvalue::TupleField(..)
            | Rvalue::Payload(..)
            | Rvalue::IsVariant(..) => Some((TouchKind::Name, false)),
            _ => Some((TouchKind::Name, true)),
        }
    }

    /// What an owned value is made of.
    pub(super) fn sources(&self, value: &Rvalue) -> Vec<Source> {
        let holder = |operand: &Operand| self.view.holders.of(operand);
        let one = |operand: &Operand, source: &dyn Fn(Holder) -> Source| {
            holder(operand).map(source).into_iter().collect::<Vec<Source>>()
        };
        let put = |parts: &[Operand], step: &dyn Fn(u32) -> Inwards| {
            let parts = parts.iter().enumerate();
            parts
                .filter_map(|(index, part)| Some(Source::put(holder(part)?, step(index as u32))))
                .collect()
        };
        match value {
            Rvalue::Use(of) | Rvalue::Convert(_, of) => one(of, &Source::whole),
            Rvalue::Field(of, part)
            | Rvalue::TupleField(of, part)
            | Rvalue::Payload(of, _, part) => one(of, &|of| Source::part(of, Inwards::Part(*part))),
            Rvalue::Index(of, index) => {
                let step = of.local().map_or(Inwards::Item, |local| self.element(local, index));
                one(of, &|of| Source::part(of, step))
            }
            Rvalue::Slice(of, ..) => one(of, &Source::rearranged),
            Rvalue::Iterate(of) => one(of, &Source::elements)
                .into_iter()
                .chain(one(of, &|of| Source { kind: Kind::Spine, ..Source::whole(of) }))
                .collect(),
            Rvalue::List(parts) => put(parts, &Inwards::At),
            Rvalue::Set(parts) => put(parts, &|_| Inwards::Item),
            Rvalue::Map(entries) => {
                let put = |(key, value): &(Operand, Operand)| {
                    Some(Source::put(holder(value)?, keyed(key)))
                };
                entries.iter().filter_map(put).collect()
            }
            Rvalue::Tuple(parts)
            | Rvalue::Struct(_, parts)
            | Rvalue::Variant(_, parts)
            | Rvalue::Closure(_, parts) => put(parts, &Inwards::Part),
            Rvalue::Unary(_, of) => one(of, &Source::loose),
            // Lists are put one behind the other.
            Rvalue::Binary(BinaryOp::Add | BinaryOp::Multiply, a, b) => {
                one(a, &Source::rearranged).into_iter().chain(one(b, &Source::rearranged)).collect()
            }
            Rvalue::Binary(_, a, b) => {
                one(a, &Source::loose).into_iter().chain(one(b, &Source::loose)).collect()
            }
            Rvalue::Format(_)
            | Rvalue::IsVariant(..)
            | Rvalue::Function(_)
            | Rvalue::Constant(_)
            | Rvalue::TaskLocal(_) => Vec::new(),
        }
    }

    /// The step to an element: constant indices of lists are apart, and constant keys of maps.
    pub(super) fn element(&self, base: Local, index: &Operand) -> Inwards {
        match (self.view.ty(base).builtin(), index) {
            (Some(Builtin::MutableList | Builtin::List), Operand::Const(Const::Int(index))) => {
                Inwards::at(*index)
            }
            (Some(Builtin::MutableMap | Builtin::Map), key) => keyed(key),
            _ => Inwards::Item,
        }
    }
}

/// The step to a map's value.
fn keyed(key: &Operand) -> Inwards {
    match key {
        Operand::Const(key) => Inwards::key(key),
        Operand::Local(_) => Inwards::Item,
    }
}
