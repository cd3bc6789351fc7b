//! Channels that nothing goes through (C008): only closed, or asked for their length.
//!
//! A channel that goes anywhere out of the item's own bodies is taken to be used. One that is not
//! even named again is an unused name.

use crate::Db;
use crate::diagnostics::{Code, Finding, Site};
use crate::items::ItemId;
use crate::mir::{
    self, BodyId, Callee, Intrinsic, Local, Mir, Op, OpKind, Operand, Rvalue, SelectOp, Terminator,
};

/// The channels of the item's bodies that nothing goes through.
pub(super) fn unused(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mir = mir::mir(db, item);
    let mut found = Vec::new();
    for (index, body) in mir.bodies.iter().enumerate() {
        for op in body.blocks.iter().flat_map(|block| &block.ops) {
            let OpKind::Call { dest, callee: Callee::Intrinsic(Intrinsic::ChannelNew), .. } =
                &op.kind
            else {
                continue;
            };
            let mut flow = Flow { mir, seen: vec![(BodyId(index as u32), *dest)], looks: 0 };
            if !flow.is_used() && flow.looks > 0 {
                found.push(finding(item, op, flow.name()));
            }
        }
    }
    found
}

fn finding(item: ItemId, made: &Op, name: Option<String>) -> Finding {
    let name = name.map_or_else(|| "this channel".to_owned(), |name| format!("`{name}`"));
    let message = format!("nothing is ever sent on {name} or received from it");
    Finding::new(Code::C008, Site::whole(item, made.origin), message)
        .help("take the channel out, or send on it what it was meant for")
}

/// The locals that hold one channel.
struct Flow<'a> {
    mir: &'a Mir,
    seen: Vec<(BodyId, Local)>,
    /// How often it is closed or asked.
    looks: usize,
}

impl Flow<'_> {
    fn name(&self) -> Option<String> {
        let names = self.seen.iter().map(|(body, local)| &self.mir.body(*body).local(*local).name);
        names.flatten().next().map(ToString::to_string)
    }

    fn is_used(&mut self) -> bool {
        let mut next = 0;
        while next < self.seen.len() {
            let (body, local) = self.seen[next];
            next += 1;
            for block in &self.mir.body(body).blocks {
                let used = block.ops.iter().any(|op| self.uses(body, local, op));
                if used || ends_with(&block.end.kind, local) {
                    return true;
                }
            }
        }
        false
    }

    fn add(&mut self, body: BodyId, local: Local) {
        if !self.seen.contains(&(body, local)) {
            self.seen.push((body, local));
        }
    }

    /// Whether the op does something with the channel in the local that counts as use.
    fn uses(&mut self, body: BodyId, local: Local, op: &Op) -> bool {
        let is_it = |operand: &Operand| operand.local() == Some(local);
        match &op.kind {
            OpKind::Assign { dest, value: Rvalue::Use(of) | Rvalue::Convert(_, of) } => {
                if is_it(of) {
                    self.add(body, *dest);
                }
                false
            }
            OpKind::Assign { value: Rvalue::Closure(inner, captures), .. } => {
                let params = self.mir.body(*inner).params;
                for (position, capture) in (params..).zip(captures) {
                    if is_it(capture) {
                        self.add(*inner, Local(position));
                    }
                }
                false
            }
            OpKind::Assign { value, .. } => {
                let ops = value.operands();
                ops.into_iter().any(is_it)
            }
            OpKind::Call { callee, args, .. }
            | OpKind::Spawn { callee, args, .. }
            | OpKind::Detach { callee, args }
            | OpKind::Defer { callee, args } => self.passes(local, callee, args),
            OpKind::SetField { value, .. } | OpKind::SetIndex { value, .. } => is_it(value),
            OpKind::ParallelFor { captures, .. } => captures.iter().any(is_it),
            _ => false,
        }
    }

    fn passes(&mut self, local: Local, callee: &Callee, args: &[Operand]) -> bool {
        let positions = args.iter().zip(0..).filter(|(arg, _)| arg.local() == Some(local));
        let positions: Vec<u32> = positions.map(|(_, position)| position).collect();
        match callee {
            _ if positions.is_empty() => false,
            Callee::Intrinsic(
                Intrinsic::ChannelClose
                | Intrinsic::ChannelClosed
                | Intrinsic::ChannelLen
                | Intrinsic::ChannelCapacity,
            ) => {
                self.looks += 1;
                false
            }
            Callee::Body(body) => {
                positions.into_iter().for_each(|position| self.add(*body, Local(position)));
                false
            }
            _ => true,
        }
    }
}

fn ends_with(end: &Terminator, local: Local) -> bool {
    let is_it = |operand: &Operand| operand.local() == Some(local);
    match end {
        Terminator::Return(value) => is_it(value),
        Terminator::Next { iterator, .. } => *iterator == local,
        Terminator::Select { cases, .. } => cases.iter().any(|case| match &case.op {
            SelectOp::Receive { channel, .. } => is_it(channel),
            SelectOp::Send { channel, value } => is_it(channel) || is_it(value),
            SelectOp::Closed(channel) => is_it(channel),
            SelectOp::Wait(_) | SelectOp::Timeout(_) => false,
        }),
        _ => false,
    }
}
