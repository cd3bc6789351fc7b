//! Which functions on lists are followed: those of immutable lists, and of the mutable ones that hold
//! channels, locks or tasks, gather what a comprehension makes, or are changed by nobody.
//!
//! Another mutable list that holds plain values is not followed, since a change of it under another name would
//! be cut away. What a comprehension gathers has no other name. Which list a name means is not known here, so one
//! that nobody changes is one of whose type none is changed.

use super::payloads::may_be_one;
use super::slice::Slice;
use super::unit::Unit;
use crate::mir::{
    Callee, Intrinsic, Local, LocalSet, MirBody, Op, OpKind, Operand, ParamUse, Rvalue,
};
use crate::ty::{Builtin, Ty};

/// The locals in which comprehensions gather their elements.
pub(super) fn gathered(body: &MirBody) -> LocalSet {
    let mut found = LocalSet::default();
    for op in body.blocks.iter().flat_map(|block| &block.ops) {
        if let OpKind::Call { callee: Callee::Intrinsic(Intrinsic::ListCollect), args, .. } =
            &op.kind
        {
            args.iter().filter_map(Operand::local).for_each(|local| found.insert(local));
        }
    }
    found
}

/// Whether a call is a function on lists that is followed.
pub(super) fn arranges(
    of: Intrinsic,
    dest: Local,
    args: &[Operand],
    is_followed: &dyn Fn(Local) -> bool,
) -> bool {
    use Intrinsic::*;
    let is_followed_arg = || args.first().and_then(Operand::local).is_some_and(is_followed);
    match of {
        Enumerate | Zip | Reversed | Sorted | SortedBy | ListNew | ListAppend | ListExtend
        | ListReverse | ListSort => true,
        MutableListNew | MutableListCopy => is_followed(dest),
        MutableListAppend | MutableListExtend | MutableListInsert | MutableListPop
        | MutableListRemove | MutableListClear | MutableListSort | MutableListArrange
        | MutableListReverse | MutableListSnapshot | MutableListFreeze | ListCollect => {
            is_followed_arg()
        }
        _ => false,
    }
}

impl Slice<'_> {
    /// Finds the mutable lists that nobody changes.
    pub(super) fn find_unchanged_lists(&mut self) {
        let changed: Vec<Ty> = self.units.iter().flat_map(changed_lists).collect();
        for unit in &mut self.units {
            for (local, data) in (0..).map(Local).zip(&unit.body.locals) {
                let is_changed = || changed.iter().any(|ty| may_be_one(ty, &data.ty));
                if data.ty.is(Builtin::MutableList) && !is_changed() {
                    unit.unchanged.insert(local);
                }
            }
        }
    }
}

/// The types of the mutable lists that a body changes, but for what comprehensions gather.
fn changed_lists(unit: &Unit<'_>) -> Vec<Ty> {
    let ops = unit.body.blocks.iter().flat_map(|block| &block.ops);
    let changed = ops.flat_map(changed_by).filter(|local| !unit.gathered.contains(*local));
    let types = changed.map(|local| &unit.body.local(local).ty);
    let mut found: Vec<Ty> = types.filter(|ty| may_be_list(ty)).cloned().collect();
    found.dedup();
    found
}

fn may_be_list(ty: &Ty) -> bool {
    ty.is(Builtin::MutableList) || !matches!(ty, Ty::Builtin(..) | Ty::Adt(..) | Ty::Tuple(_))
}

/// What an op changes, by itself or by the machine's function that it runs.
fn changed_by(op: &Op) -> Vec<Local> {
    match &op.kind {
        OpKind::SetIndex { base, .. } => vec![*base],
        OpKind::Assign { dest, value: Rvalue::Function(Callee::Intrinsic(_)) } => vec![*dest],
        OpKind::Call { callee: Callee::Intrinsic(of), args, .. }
        | OpKind::Spawn { callee: Callee::Intrinsic(of), args, .. }
        | OpKind::Detach { callee: Callee::Intrinsic(of), args }
        | OpKind::Defer { callee: Callee::Intrinsic(of), args } => {
            let given = args.iter().enumerate();
            let changed = given.filter(|(at, _)| of.effect().param(*at) == ParamUse::Change);
            changed.filter_map(|(_, arg)| arg.local()).collect()
        }
        _ => Vec::new(),
    }
}
