//! Calls that wait for the outside beside other tasks, where nothing says so (P003).
//!
//! A call that blocks holds up nobody where its task is alone, as in a program that reads its settings
//! before it starts anything. So a function that blocks is not reported by itself, but where a task comes
//! to it, or a body whose scope is open. What a function value does is not known here.

use crate::Db;
use crate::FileKind;
use crate::diagnostics::{Code, Edit, EditKind, Finding, Fix, Part, Site};
use crate::items::{ItemId, ItemKind};
use crate::mir::{self, BlockId, BodyKind, Callee, Intrinsic, MirBody, Op, OpKind};

/// One finding for each place where others could wait for a call that blocks.
pub(super) fn outside_blocking(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for body in &mir::mir(db, item).bodies {
        let is_task =
            matches!(body.kind, BodyKind::Task | BodyKind::Detached | BodyKind::Iteration);
        for (op, around) in ops(body) {
            let has_company = is_task || around.scopes > 0 || starts_task(op);
            if around.blocking || !has_company {
                continue;
            }
            let Some(call) = blocking_call(db, item, op) else { continue };
            let finding = finding(item, op, call);
            if found.iter().all(|known| known.site != finding.site) {
                found.push(finding);
            }
        }
    }
    found
}

/// A call of a function of the machine's that blocks, in the program's own text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BlockingCall {
    of: Intrinsic,
    at: Site,
}

/// The first such call that a call of the function comes to, outside of `blocking` and with no scope
/// open that would make it the function's own mistake.
#[salsa::tracked(returns(copy), cycle_initial = |_, _, _| None)]
pub(super) fn blocks(db: &dyn Db, item: ItemId) -> Option<BlockingCall> {
    if item.kind(db) != ItemKind::Fn {
        return None;
    }
    let body = mir::mir(db, item).bodies.first()?;
    let mut own = ops(body)
        .into_iter()
        .filter(|(op, around)| !around.blocking && around.scopes == 0 && !starts_task(op));
    own.find_map(|(op, _)| blocking_call(db, item, op))
}

fn blocking_call(db: &dyn Db, item: ItemId, op: &Op) -> Option<BlockingCall> {
    let callee = match &op.kind {
        OpKind::Call { callee, .. }
        | OpKind::Spawn { callee, .. }
        | OpKind::Detach { callee, .. }
        | OpKind::Defer { callee, .. } => callee,
        _ => return None,
    };
    let here = Site::whole(item, op.origin);
    match callee {
        Callee::Intrinsic(of) => of.effect().blocks.then_some(BlockingCall { of: *of, at: here }),
        Callee::Item(of) => blocks(db, *of).map(|call| {
            let is_own = of.file(db).kind(db) == FileKind::Module;
            if is_own { call } else { BlockingCall { at: here, ..call } }
        }),
        Callee::Body(_) | Callee::Value(_) | Callee::Default(..) => None,
    }
}

fn starts_task(op: &Op) -> bool {
    matches!(op.kind, OpKind::Spawn { .. } | OpKind::Detach { .. })
}

fn finding(item: ItemId, op: &Op, call: BlockingCall) -> Finding {
    let name = call.of.public_name();
    let here = Site::whole(item, op.origin);
    let is_here = call.at == here;
    let (site, what) = match is_here {
        _ if starts_task(op) => {
            (here.part(Part::Keyword), format!("this task calls `{name}`, which"))
        }
        true => (here, format!("`{name}`")),
        false => (here, format!("this comes to `{name}`, which")),
    };
    let message = format!("{what} waits for what is outside of Weir, for as long as that takes");
    let finding = Finding::new(Code::P003, site, message).help(
        "write `blocking { … }` around the call: its processor goes on with other tasks at once, and \
         whoever reads this sees that the task stands still here",
    );
    let finding = if is_here {
        finding
    } else {
        finding.related(call.at, format!("`{name}` is called here"))
    };
    if matches!(op.kind, OpKind::Call { .. }) { finding.fix(around(here)) } else { finding }
}

/// `blocking { call }`
fn around(call: Site) -> Fix {
    let kind = EditKind::Around("blocking { ".to_owned(), " }".to_owned());
    Fix {
        title: "Say that it waits".to_owned(),
        safe: false,
        edits: vec![Edit { site: call, kind }],
    }
}

/// What is open where an op stands.
#[derive(Clone, Copy, Default)]
struct Around {
    scopes: u32,
    blocking: bool,
}

/// The ops of a body in the order of its blocks, each with what is open there. The brackets stand on
/// every path, so any way to a block tells.
fn ops(body: &MirBody) -> Vec<(&Op, Around)> {
    let mut at_start: Vec<Option<Around>> = vec![None; body.blocks.len()];
    let mut pending = vec![(BlockId(0), Around::default())];
    let mut found: Vec<Vec<(&Op, Around)>> = vec![Vec::new(); body.blocks.len()];
    while let Some((id, start)) = pending.pop() {
        if at_start[id.index()].replace(start).is_some() {
            continue;
        }
        let block = &body.blocks[id.index()];
        let mut around = start;
        for op in &block.ops {
            match &op.kind {
                OpKind::EnterScope { scope, .. } => {
                    let timeout = body.scopes[scope.index()].on_timeout;
                    pending.extend(timeout.map(|block| (block, around)));
                    around.scopes += 1;
                }
                OpKind::EndScope(_) | OpKind::LeaveScope(_) => {
                    around.scopes = around.scopes.saturating_sub(1);
                }
                OpKind::EnterAttempt { handler, .. } => pending.push((*handler, around)),
                OpKind::EnterBlocking => around.blocking = true,
                OpKind::ExitBlocking => around.blocking = false,
                _ => found[id.index()].push((op, around)),
            }
        }
        pending.extend(block.end.kind.successors().into_iter().map(|next| (next, around)));
    }
    found.into_iter().flatten().collect()
}
