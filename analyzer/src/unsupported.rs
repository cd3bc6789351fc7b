//! Calls that this version of the machine cannot carry out (U001).
//!
//! What needs the world outside is declared and typed like anything else, so that programs with it
//! are analysed; but nothing runs it yet, and it is better to hear so from the analyzer than from a run.

use crate::Db;
use crate::diagnostics::{Code, Finding, Site};
use crate::items::{ItemId, NodeIndex};
use crate::mir::{Callee, Family, Intrinsic, OpKind, Rvalue, mir};

/// The item's calls of what nothing runs yet.
#[salsa::tracked]
pub fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let bodies = mir(db, item).bodies.iter();
    let ops = bodies.flat_map(|body| &body.blocks).flat_map(|block| &block.ops);
    let called = ops.filter_map(|op| match &op.kind {
        OpKind::Call { callee: Callee::Intrinsic(called), .. }
        | OpKind::Spawn { callee: Callee::Intrinsic(called), .. }
        | OpKind::Detach { callee: Callee::Intrinsic(called), .. }
        | OpKind::Defer { callee: Callee::Intrinsic(called), .. }
        | OpKind::Assign { value: Rvalue::Function(Callee::Intrinsic(called)), .. } => {
            Some((*called, op.origin))
        }
        _ => None,
    });
    let outside = called.filter(|(called, _)| called.family() == Family::Outside);
    outside.map(|(called, origin)| finding(item, called, origin)).collect()
}

fn finding(item: ItemId, called: Intrinsic, origin: NodeIndex) -> Finding {
    let message = format!("this version of Weir cannot run `{}` yet", called.name());
    let help = "leave it out for now: a run has no files, network or environment";
    Finding::new(Code::U001, Site::whole(item, origin), message).help(help)
}
