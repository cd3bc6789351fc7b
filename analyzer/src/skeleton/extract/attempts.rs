//! Where an `attempt` is open: a failure there is caught, and so no mistake by itself.

use crate::mir::{MirBody, OpKind};

/// How many attempts are open where each block begins. The brackets stand on every path, so any way
/// to a block tells.
pub(super) fn attempted_blocks(body: &MirBody) -> Vec<u32> {
    let mut depths: Vec<Option<u32>> = vec![None; body.blocks.len()];
    let mut pending = vec![(0, 0)];
    while let Some((block, depth)) = pending.pop() {
        if depths[block].is_some() {
            continue;
        }
        depths[block] = Some(depth);
        let mut depth = depth;
        for op in &body.blocks[block].ops {
            match op.kind {
                OpKind::EnterAttempt { handler, .. } => {
                    pending.push((handler.index(), depth));
                    depth += 1;
                }
                OpKind::ExitAttempt => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        let next = body.blocks[block].end.kind.successors();
        pending.extend(next.into_iter().map(|next| (next.index(), depth)));
    }
    depths.into_iter().map(Option::unwrap_or_default).collect()
}
