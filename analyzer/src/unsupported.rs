//! Calls that this version of the machine cannot carry out (U001).
//!
//! The network is declared and typed like anything else, so that programs with it are analysed; but
//! nothing runs it yet, and it is better to hear so from the analyzer than from a run.
//!
//! **Invariant.** A finding stands in the program's own code: what a standard module's body calls is
//! said of the call into that module.

use rustc_hash::FxHashSet;

use crate::db::FileKind;
use crate::diagnostics::{Code, Finding, Site};
use crate::items::{ItemId, NodeIndex};
use crate::mir::{Callee, Intrinsic, Op, OpKind, Rvalue, mir};
use crate::{Db, Name};

/// The item's calls of what nothing runs yet.
pub fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    if is_provided(db, item) {
        return Vec::new();
    }
    let calls = called(db, item);
    calls
        .filter(|(callee, _)| needs_more(db, callee))
        .map(|(callee, origin)| finding(db, item, callee, origin))
        .collect()
}

/// What the item's bodies call or name as a value, with where they do.
fn called(db: &dyn Db, item: ItemId) -> impl Iterator<Item = (&Callee, NodeIndex)> {
    let blocks = mir(db, item).bodies.iter().flat_map(|body| &body.blocks);
    blocks.flat_map(|block| &block.ops).filter_map(|op| Some((callee(op)?, op.origin)))
}

fn callee(op: &Op) -> Option<&Callee> {
    match &op.kind {
        OpKind::Call { callee, .. }
        | OpKind::Spawn { callee, .. }
        | OpKind::Detach { callee, .. }
        | OpKind::Defer { callee, .. }
        | OpKind::Assign { value: Rvalue::Function(callee), .. } => Some(callee),
        _ => None,
    }
}

/// Whether a call gets to what nothing runs yet, be it through other functions of standard modules.
fn needs_more(db: &dyn Db, callee: &Callee) -> bool {
    let (mut open, mut seen) = (vec![callee], FxHashSet::default());
    while let Some(callee) = open.pop() {
        match callee {
            Callee::Intrinsic(intrinsic) if !is_run(*intrinsic) => return true,
            Callee::Item(item) if is_provided(db, *item) && seen.insert(*item) => {
                open.extend(called(db, *item).map(|(callee, _)| callee));
            }
            _ => {}
        }
    }
    false
}

/// Whether the machine can carry it out.
pub fn is_run(intrinsic: Intrinsic) -> bool {
    use Intrinsic::*;
    !matches!(
        intrinsic,
        HttpGet
            | HttpPost
            | HttpServe
            | NetListen
            | NetConnect
            | NetListenerAccept
            | NetListenerClose
            | NetConnectionRead
            | NetConnectionReadLine
            | NetConnectionWrite
            | NetConnectionClose
    )
}

fn is_provided(db: &dyn Db, item: ItemId) -> bool {
    item.file(db).kind(db) == FileKind::Signatures
}

fn finding(db: &dyn Db, item: ItemId, callee: &Callee, origin: NodeIndex) -> Finding {
    let message = format!("this version of Weir cannot run `{}` yet", name(db, callee));
    let help = "leave it out for now: a run has no network";
    Finding::new(Code::U001, Site::whole(item, origin), message).help(help)
}

fn name(db: &dyn Db, callee: &Callee) -> Name {
    match callee {
        Callee::Item(item) => qualified(db, *item),
        Callee::Intrinsic(intrinsic) => Name::from(intrinsic.name()),
        Callee::Value(_) | Callee::Body(_) | Callee::Default(..) => Name::default(),
    }
}

fn qualified(db: &dyn Db, item: ItemId) -> Name {
    let module = db.standard_modules().name_of(item.file(db));
    match module {
        Some(module) => Name::from(format!("{module}.{}", item.name(db))),
        None => item.name(db),
    }
}
