//! Which functions on lists are followed: those of immutable lists, and of the mutable ones that hold
//! channels, locks or tasks, or gather what a comprehension makes.
//!
//! A mutable list that holds plain values is not followed, since a change of it under another name would
//! be cut away. What a comprehension gathers has no other name.

use crate::mir::{Callee, Intrinsic, Local, LocalSet, MirBody, OpKind, Operand};

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
