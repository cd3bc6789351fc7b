//! Where an `attempt` is open: a failure there goes on in its handler, and so is no mistake by itself.

use crate::mir::{BlockId, MirBody, OpKind};

/// The handlers of the attempts that are open where each block begins, outermost first. The brackets
/// stand on every path, so any way to a block tells.
pub(super) fn open_attempts(body: &MirBody) -> Vec<Vec<BlockId>> {
    let mut open: Vec<Option<Vec<BlockId>>> = vec![None; body.blocks.len()];
    let mut pending = vec![(0, Vec::new())];
    while let Some((block, handlers)) = pending.pop() {
        if open[block].is_some() {
            continue;
        }
        open[block] = Some(handlers.clone());
        let mut handlers = handlers;
        for op in &body.blocks[block].ops {
            match op.kind {
                OpKind::EnterAttempt { handler, .. } => {
                    pending.push((handler.index(), handlers.clone()));
                    handlers.push(handler);
                }
                OpKind::ExitAttempt => drop(handlers.pop()),
                _ => {}
            }
        }
        let next = body.blocks[block].end.kind.successors();
        pending.extend(next.into_iter().map(|next| (next.index(), handlers.clone())));
    }
    open.into_iter().map(Option::unwrap_or_default).collect()
}
