//! Indices of a parallel loop's rounds: what the locals of an iteration's body are, as affine forms
//! of the loop's counter, where one op alone gives each its value.

use std::collections::{BTreeMap, BTreeSet};

use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{BodyId, Callee, Const, Intrinsic, Local, OpKind, Operand, Point, Rvalue};
use crate::regions::view::{View, ops};
use crate::ty::Builtin;

/// `scale * i + offset`, plus the loop-invariant names with their factors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Index {
    pub(super) scale: i64,
    pub(super) offset: i64,
    pub(super) symbols: BTreeMap<Local, i64>,
}

impl Index {
    /// The counter itself.
    fn counter() -> Self {
        Self { scale: 1, offset: 0, symbols: BTreeMap::new() }
    }

    fn constant(offset: i64) -> Self {
        Self { scale: 0, offset, symbols: BTreeMap::new() }
    }

    fn add(&self, other: &Self, sign: i64) -> Option<Self> {
        let other = other.times(sign)?;
        let mut symbols = self.symbols.clone();
        for (symbol, factor) in other.symbols {
            let sum = symbols.entry(symbol).or_default();
            *sum = sum.checked_add(factor)?;
        }
        symbols.retain(|_, factor| *factor != 0);
        let scale = self.scale.checked_add(other.scale)?;
        Some(Self { scale, offset: self.offset.checked_add(other.offset)?, symbols })
    }

    fn times(&self, factor: i64) -> Option<Self> {
        let mut symbols = self.symbols.clone();
        for value in symbols.values_mut() {
            *value = value.checked_mul(factor)?;
        }
        symbols.retain(|_, factor| *factor != 0);
        let scale = self.scale.checked_mul(factor)?;
        Some(Self { scale, offset: self.offset.checked_mul(factor)?, symbols })
    }

    fn as_constant(&self) -> Option<i64> {
        (self.scale == 0 && self.symbols.is_empty()).then_some(self.offset)
    }
}

/// The one op that gives a local its value.
pub(super) enum Definition {
    Value(Rvalue),
    Call(Intrinsic, Vec<Operand>),
}

/// What the body's locals are, where one op alone gives them their value.
pub(super) struct Indices<'a, 'v> {
    view: &'a View<'v>,
    definitions: BTreeMap<Local, Definition>,
    assigned: BTreeSet<Local>,
    /// The local that counts the rounds.
    counter: Option<Operand>,
    /// The loop walks `enumerate(…)`: the counter is the first part of its element.
    enumerated: bool,
}

impl<'a, 'v> Indices<'a, 'v> {
    pub(super) fn new(view: &'a View<'v>) -> Self {
        let definitions = single_definitions(view, view.id);
        let assigned = assigned_locals(view, view.id);
        let iterable = loop_of(view);
        let walked = iterable.and_then(|(body, iterable)| {
            let local = iterable.local()?;
            let is_range = view.mir.body(body).local(local).ty.is(Builtin::Range);
            let made = single_definitions(view, body);
            let enumerated =
                matches!(made.get(&local), Some(Definition::Call(Intrinsic::Enumerate, _)));
            Some((is_range, enumerated))
        });
        let (is_range, enumerated) = walked.unwrap_or((false, false));
        let counter = (is_range || enumerated).then_some(Operand::Local(Local(0)));
        Self { view, definitions, assigned, counter, enumerated }
    }

    /// Whether `local` is the capture itself.
    pub(super) fn is(&self, capture: Local, local: Local) -> bool {
        if local == capture {
            return !self.assigned.contains(&capture);
        }
        match self.definitions.get(&local) {
            Some(Definition::Value(Rvalue::Use(Operand::Local(from)))) => self.is(capture, *from),
            _ => false,
        }
    }

    /// The index at which `local` was found in the capture, if it is part of one element.
    #[allow(clippy::option_option)]
    pub(super) fn element_of(&self, capture: Local, local: Local) -> Option<Option<Index>> {
        let Some(Definition::Value(value)) = self.definitions.get(&local) else { return None };
        match value {
            Rvalue::Index(Operand::Local(base), index)
                if self.is(capture, *base) && self.view.ty(*base).is(Builtin::MutableList) =>
            {
                Some(self.index(index))
            }
            Rvalue::Use(Operand::Local(base))
            | Rvalue::Index(Operand::Local(base), _)
            | Rvalue::Field(Operand::Local(base), _)
            | Rvalue::TupleField(Operand::Local(base), _)
            | Rvalue::Iterate(Operand::Local(base)) => self.element_of(capture, *base),
            _ => None,
        }
    }

    /// An operand as an index.
    pub(super) fn index(&self, operand: &Operand) -> Option<Index> {
        let local = match operand {
            Operand::Const(Const::Int(value)) => return Some(Index::constant(*value)),
            Operand::Const(_) => return None,
            Operand::Local(local) => *local,
        };
        if !self.enumerated && self.counter.as_ref() == Some(operand) {
            return self.invariant(local).then(Index::counter);
        }
        if local.0 >= self.view.body.params
            && local.0 < self.view.body.params + self.view.body.captures
        {
            let symbols = BTreeMap::from([(local, 1)]);
            let index = Index { scale: 0, offset: 0, symbols };
            return self.invariant(local).then_some(index);
        }
        match self.definitions.get(&local)? {
            Definition::Value(Rvalue::Use(from)) => self.index(from),
            Definition::Value(Rvalue::Unary(UnaryOp::Negate, of)) => self.index(of)?.times(-1),
            Definition::Value(Rvalue::Binary(op, a, b)) => {
                let (a, b) = (self.index(a)?, self.index(b)?);
                match op {
                    BinaryOp::Add => a.add(&b, 1),
                    BinaryOp::Subtract => a.add(&b, -1),
                    BinaryOp::Multiply => match (a.as_constant(), b.as_constant()) {
                        (Some(factor), _) => b.times(factor),
                        (_, Some(factor)) => a.times(factor),
                        _ => None,
                    },
                    _ => None,
                }
            }
            Definition::Value(Rvalue::TupleField(of, 0))
                if self.enumerated && self.counter.as_ref() == Some(of) =>
            {
                Some(Index::counter())
            }
            _ => None,
        }
    }

    fn invariant(&self, local: Local) -> bool {
        !self.assigned.contains(&local)
    }
}

/// The body that has the loop, and what it walks.
pub(super) fn loop_of<'v>(view: &View<'v>) -> Option<(BodyId, &'v Operand)> {
    loop_point(view).map(|(point, iterable)| (point.body, iterable))
}

pub(super) fn loop_point<'v>(view: &View<'v>) -> Option<(Point, &'v Operand)> {
    let mir = view.mir;
    (0..mir.bodies.len() as u32).map(BodyId).find_map(|body| {
        ops(body, mir.body(body)).find_map(|(point, kind)| match kind {
            OpKind::ParallelFor { body, iterable, .. } if *body == view.id => {
                Some((point, iterable))
            }
            _ => None,
        })
    })
}

fn assigned_locals(view: &View<'_>, body: BodyId) -> BTreeSet<Local> {
    writes(view, body).into_keys().collect()
}

/// How often each local is written.
fn writes(view: &View<'_>, body: BodyId) -> BTreeMap<Local, u32> {
    let mut counts = BTreeMap::new();
    let body = view.mir.body(body);
    for block in &body.blocks {
        let ops = block.ops.iter().flat_map(|op| op.kind.locals());
        for (local, access) in ops.chain(block.end.kind.locals()) {
            if access == crate::mir::Access::Write {
                *counts.entry(local).or_default() += 1;
            }
        }
    }
    counts
}

pub(super) fn single_definitions(view: &View<'_>, body: BodyId) -> BTreeMap<Local, Definition> {
    let counts = writes(view, body);
    let once = |local: &Local| counts.get(local) == Some(&1);
    let mut definitions = BTreeMap::new();
    for (_, kind) in ops(body, view.mir.body(body)) {
        match kind {
            OpKind::Assign { dest, value } if once(dest) => {
                definitions.insert(*dest, Definition::Value(value.clone()));
            }
            OpKind::Call { dest, callee: Callee::Intrinsic(intrinsic), args } if once(dest) => {
                definitions.insert(*dest, Definition::Call(*intrinsic, args.clone()));
            }
            _ => {}
        }
    }
    definitions
}
