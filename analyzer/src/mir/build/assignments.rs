//! Assignments: the right side first, then the target's own parts, each once.

use super::Builder;
use super::types::indexed_ty;
use crate::hir::{BinaryOp, Expr, ExprId, Target};
use crate::mir::{Local, OpKind, Operand, Rvalue};
use crate::ty::Ty;

/// A target whose own parts are evaluated.
enum Place {
    Local(Local),
    Index(Local, Operand, Ty),
    Field(Local, u32, Ty),
}

impl Place {
    /// Whether the local is part of saying where it is.
    fn names(&self, local: Local) -> bool {
        match self {
            Self::Local(it) | Self::Field(it, ..) => *it == local,
            Self::Index(base, index, _) => *base == local || *index == Operand::Local(local),
        }
    }
}

impl Builder<'_> {
    /// `target = value`
    pub(super) fn assignment(&mut self, target: &Target, value: ExprId) {
        match (target, &self.hir.exprs[value]) {
            (Target::Local(local) | Target::Captured(local), _) => {
                let dest = self.written(*local);
                self.value_into(dest, value);
            }
            (Target::Tuple(targets), Expr::Tuple(parts))
                if targets.len() == parts.len() && self.coercions(value).is_empty() =>
            {
                // All right sides are read before anything is assigned: `a, b = b, a`.
                let values: Vec<(Operand, Ty)> =
                    parts.iter().map(|part| (self.stable_value(*part), self.ty(*part))).collect();
                for (target, (value, ty)) in targets.iter().zip(values) {
                    self.assign_target(target, value, &ty);
                }
            }
            _ => {
                let ty = self.ty(value);
                let value = self.value(value);
                self.assign_target(target, value, &ty);
            }
        }
    }

    fn assign_target(&mut self, target: &Target, value: Operand, ty: &Ty) {
        match target {
            Target::Tuple(targets) => {
                let parts = (0..targets.len()).map(|position| {
                    let part = Rvalue::TupleField(value.clone(), position as u32);
                    let ty = ty.arg(position);
                    (self.temp_with(ty.clone(), part), ty)
                });
                let parts: Vec<(Operand, Ty)> = parts.collect();
                for (target, (part, ty)) in targets.iter().zip(parts) {
                    self.assign_target(target, part, &ty);
                }
            }
            Target::Discard => {}
            _ => {
                if let Some(place) = self.place(target) {
                    self.store(&place, value);
                }
            }
        }
    }

    /// `take(place, value)`: puts the value there, and what was there into `dest`.
    pub(super) fn take_into(&mut self, dest: Local, place: ExprId, value: ExprId) {
        let target = self.hir.target(place);
        let Some(place) = target.and_then(|target| self.place(&target)) else { return };
        let ty = self.ty(value);
        let value = self.value(value);
        let was = match &place {
            Place::Local(local) => Rvalue::Use(Operand::Local(*local)),
            Place::Index(base, index, _) => Rvalue::Index(Operand::Local(*base), index.clone()),
            Place::Field(base, field, _) => Rvalue::Field(Operand::Local(*base), *field),
        };
        // What is put there, and where, is asked before the name changes.
        if place.names(dest) || value == Operand::Local(dest) {
            let was = self.temp_with(ty, was);
            self.store(&place, value);
            self.assign(dest, Rvalue::Use(was));
        } else {
            self.assign(dest, was);
            self.store(&place, value);
        }
    }

    /// `target op= value`
    pub(super) fn update(&mut self, target: &Target, op: BinaryOp, value: ExprId) {
        let Some(place) = self.place(target) else { return };
        match place {
            Place::Local(local) => {
                let value = self.value(value);
                self.assign(local, Rvalue::Binary(op, Operand::Local(local), value));
            }
            Place::Index(base, ref index, ref ty) => {
                let read = Rvalue::Index(Operand::Local(base), index.clone());
                self.update_part(&place, read, ty, op, value);
            }
            Place::Field(base, field, ref ty) => {
                let read = Rvalue::Field(Operand::Local(base), field);
                self.update_part(&place, read, ty, op, value);
            }
        }
    }

    fn update_part(&mut self, place: &Place, read: Rvalue, ty: &Ty, op: BinaryOp, value: ExprId) {
        let before = self.temp_with(ty.clone(), read);
        let value = self.value(value);
        let after = self.temp_with(ty.clone(), Rvalue::Binary(op, before, value));
        self.store(place, after);
    }

    fn place(&mut self, target: &Target) -> Option<Place> {
        match target {
            Target::Local(local) | Target::Captured(local) => {
                Some(Place::Local(self.written(*local)))
            }
            Target::Index(base, index) => {
                let ty = self.ty(*base);
                let base = self.value_local(*base);
                let index = self.index_value(&Operand::Local(base), &ty, *index);
                Some(Place::Index(base, index, indexed_ty(&ty)))
            }
            Target::Member(base, name) => {
                let ty = self.ty(*base);
                let base = self.value_local(*base);
                match self.field_position(&ty, name) {
                    Some(field) => Some(Place::Field(base, field, self.field_ty(&ty, field))),
                    None => self.no_place(),
                }
            }
            Target::Tuple(_) | Target::Discard | Target::Missing => self.no_place(),
        }
    }

    fn no_place(&mut self) -> Option<Place> {
        self.fail("this assignment could not be understood");
        None
    }

    fn store(&mut self, place: &Place, value: Operand) {
        match place {
            Place::Local(local) => self.assign(*local, Rvalue::Use(value)),
            Place::Index(base, index, _) => {
                self.emit(OpKind::SetIndex { base: *base, index: index.clone(), value });
            }
            Place::Field(base, field, _) => {
                self.emit(OpKind::SetField { base: *base, field: *field, value });
            }
        }
    }
}
