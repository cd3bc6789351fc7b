//! Which locals may still be read from a node on: what a state forgets the rest by.

use std::collections::BTreeSet;

use crate::mir::{Local, LocalSet, Operand, ScopeRef};
use crate::skeleton::graph::{Action, Arg, Node, SelectOffer, Target};

/// Fills in [`Node::live`] and [`Node::asked`] of all nodes.
pub(super) fn mark_live(nodes: &mut [Node]) {
    let live = read_after(nodes, &Action::uses);
    let only_waits =
        |action: &Action| matches!(action, Action::Join { dest: None, settles: false, .. });
    let asked = match nodes.iter().any(|node| only_waits(&node.action)) {
        true => read_after(nodes, &|action| match only_waits(action) {
            true => Vec::new(),
            false => action.uses(),
        }),
        false => live.clone(),
    };
    for (node, (live, asked)) in nodes.iter_mut().zip(live.iter().zip(&asked)) {
        node.live = live.iter().collect();
        node.asked = asked.iter().collect();
    }
}

/// Which locals may be read from each node on. A node is looked at again when one that it leads to has got more.
fn read_after(nodes: &[Node], uses: &dyn Fn(&Action) -> Vec<Local>) -> Vec<LocalSet> {
    let mut before = vec![Vec::new(); nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        let next = node.next.iter().chain(&node.handler);
        next.for_each(|next| before[next.0 as usize].push(index));
    }
    let mut live = vec![LocalSet::default(); nodes.len()];
    let mut waiting: BTreeSet<usize> = (0..nodes.len()).collect();
    while let Some(index) = waiting.pop_last() {
        let set = live_before(&nodes[index], &live, uses);
        if set != live[index] {
            live[index] = set;
            waiting.extend(&before[index]);
        }
    }
    live
}

fn live_before(node: &Node, live: &[LocalSet], uses: &dyn Fn(&Action) -> Vec<Local>) -> LocalSet {
    let mut set = LocalSet::default();
    node.next.iter().for_each(|next| set.add_all(&live[next.0 as usize]));
    if let Some(local) = node.action.defines() {
        set.remove(local);
    }
    node.handler.iter().for_each(|handler| set.add_all(&live[handler.0 as usize]));
    uses(&node.action).into_iter().for_each(|local| set.insert(local));
    set
}

impl Action {
    /// The local that it gives a value on every way on.
    pub(in crate::skeleton) fn defines(&self) -> Option<Local> {
        match self {
            Self::Let(dest, _)
            | Self::Opaque { dest, .. }
            | Self::Fresh { dest, .. }
            | Self::MakeChannel(dest, _)
            | Self::MakeSignal(dest)
            | Self::MakeBarrier(dest, _)
            | Self::MakeLock { dest, .. }
            | Self::MakeAtom(dest, _)
            | Self::Lend(_, _, dest)
            | Self::Arrange { dest, .. }
            | Self::Spawn { dest, .. } => Some(*dest),
            Self::Sync { dest, .. }
            | Self::Call { dest, .. }
            | Self::Join { dest, .. }
            | Self::Enter { handle: dest, .. }
            | Self::TryTake(_, _, dest)
            | Self::Atom { dest, .. }
            | Self::Escape(_, dest) => *dest,
            _ => None,
        }
    }

    /// The locals that it reads.
    pub(in crate::skeleton) fn uses(&self) -> Vec<Local> {
        let mut used = Vec::new();
        self.for_operands(&mut |operand| used.extend(operand.local()));
        used
    }

    fn for_operands(&self, f: &mut dyn FnMut(&Operand)) {
        match self {
            Self::Let(_, value) => value.operands().into_iter().for_each(f),
            Self::Opaque { args, .. } | Self::Escape(args, _) | Self::Arrange { args, .. } => {
                args.iter().for_each(f);
            }
            Self::Put(list, index, value) => [list, index, value].into_iter().for_each(f),
            Self::MakeChannel(_, operand)
            | Self::MakeBarrier(_, operand)
            | Self::MakeAtom(_, operand)
            | Self::Lend(operand, ..)
            | Self::Branch(operand)
            | Self::Assume { condition: operand, .. }
            | Self::Cancel(operand)
            | Self::Take(operand, ..)
            | Self::TryTake(operand, ..)
            | Self::Give(operand, ..)
            | Self::Join { task: operand, .. } => f(operand),
            Self::TakeWhen(lock, _, condition) => {
                std::iter::once(lock).chain(&condition.captures).for_each(f);
            }
            Self::MakeLock { permits, guards, .. } => permits.iter().chain(guards).for_each(f),
            Self::Return(operand) => operand.iter().for_each(f),
            Self::Enter { limit, .. } => limit.iter().for_each(f),
            Self::Sync { object, value, .. } => {
                f(object);
                value.iter().for_each(f);
            }
            Self::Atom { atom, args, .. } => std::iter::once(atom).chain(args).for_each(f),
            Self::PutBack(lock, loan) => {
                f(lock);
                f(&Operand::Local(*loan));
            }
            Self::Each { iterator, .. } => f(&Operand::Local(*iterator)),
            Self::Select { cases, .. } => {
                for (offer, guard) in cases {
                    offer.for_operands(f);
                    guard.iter().for_each(&mut *f);
                }
            }
            Self::Spawn { scope, target, args, .. } => {
                if let ScopeRef::Passed(scope) = scope {
                    f(scope);
                }
                for_call(*target, args, f);
            }
            Self::Call { target, args, .. }
            | Self::Detach(target, args)
            | Self::Defer(target, args) => for_call(*target, args, f),
            Self::Fresh { .. }
            | Self::MakeSignal(_)
            | Self::RunDefers
            | Self::End(_)
            | Self::Leave(_)
            | Self::Pause
            | Self::Spin
            | Self::Unclear(_)
            | Self::Fail => {}
        }
    }
}

impl SelectOffer {
    fn for_operands(&self, f: &mut dyn FnMut(&Operand)) {
        match self {
            Self::Receive(object, _) | Self::Closed(object) | Self::Wait(object) => f(object),
            Self::Send(object, value) => {
                f(object);
                value.iter().for_each(f);
            }
            Self::Timeout => {}
        }
    }
}

fn for_call(target: Target, args: &[Arg], f: &mut dyn FnMut(&Operand)) {
    if let Target::Value(local) = target {
        f(&Operand::Local(local));
    }
    args.iter().flatten().for_each(f);
}
