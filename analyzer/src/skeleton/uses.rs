//! What may be done to channels and signals, read off the code that is left to run.
//!
//! Each local of a routine has a [`Use`]: what the object that it names, or any object in what it is made of, may come
//! to suffer by the routine and by all that it calls or starts. Not here: which object that is, and which task does it.
//!
//! Invariant: what may be done is in the use, or it is [`Use::OTHER`].

use std::ops::{BitOr, BitOrAssign};

use super::graph::{
    Action, Arg, NodeId, ObjectType, Routine, RoutineId, SelectOffer, SyncOp, Target,
};
use crate::mir::{Conversion, Local, Operand, Rvalue, ScopeId};

/// What may be done to an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Use(u8);

impl Use {
    /// A send, or a signal that is set.
    pub(super) const GIVE: Self = Self(1);
    /// A receive, or a wait for a signal.
    pub(super) const TAKE: Self = Self(2);
    /// A receive that fails where the channel has ended.
    pub(super) const FAIL: Self = Self(4);
    pub(super) const CLOSE: Self = Self(8);
    /// All that receivers do.
    pub(super) const TAKES: Self = Self(2 | 4);
    /// By a task that does not run yet.
    pub(super) const SPAWNED: Self = Self(16);
    /// Anything else, and what is not followed.
    pub(super) const OTHER: Self = Self(32);

    pub(super) fn is_within(self, bound: Self) -> bool {
        self.0 & !bound.0 == 0
    }

    pub(super) fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    fn of(op: SyncOp) -> Self {
        match op {
            SyncOp::Send | SyncOp::Set => Self::GIVE,
            SyncOp::Receive => Self::TAKE | Self::FAIL,
            SyncOp::Next | SyncOp::Wait => Self::TAKE,
            SyncOp::Close => Self::CLOSE,
            SyncOp::TrySend
            | SyncOp::TryReceive
            | SyncOp::IsClosed
            | SyncOp::Length
            | SyncOp::IsSet
            | SyncOp::Meet => Self::OTHER,
        }
    }
}

impl BitOr for Use {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Use {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What each routine may do to the objects that its locals name.
pub(super) struct Uses {
    /// By routine, then by local.
    locals: Vec<Vec<Use>>,
}

impl Uses {
    /// The uses in all routines, to a fixpoint over their calls.
    pub(super) fn of(routines: &[Routine]) -> Self {
        let none = |routine: &Routine| vec![Use::default(); routine.locals.len()];
        let mut uses = Self { locals: routines.iter().map(none).collect() };
        while uses.grow(routines) {}
        uses
    }

    fn grow(&mut self, routines: &[Routine]) -> bool {
        let mut grew = false;
        for (number, routine) in routines.iter().enumerate() {
            let mut own = self.locals[number].clone();
            let actions = routine.nodes.iter().rev().map(|node| &node.action);
            grew |= self.add(routine, actions, &mut own);
            self.locals[number] = own;
        }
        grew
    }

    /// Adds what the actions do: whether anything is new. Uses flow against the order of nodes.
    fn add<'a>(
        &self,
        routine: &Routine,
        actions: impl Iterator<Item = &'a Action>,
        own: &mut [Use],
    ) -> bool {
        let mut grew = false;
        for action in actions {
            for (local, of) in self.uses_of(routine, action, own) {
                let at = &mut own[local.index()];
                grew |= !of.is_within(*at);
                *at |= of;
            }
        }
        grew
    }

    /// What comes of a routine's locals from these nodes on, up to the end of a scope.
    pub(super) fn from(
        &self,
        routine: &Routine,
        from: &[NodeId],
        until: Option<ScopeId>,
    ) -> Vec<Use> {
        let nodes = nodes_until(routine, from, until);
        let mut own = vec![Use::default(); routine.locals.len()];
        let actions = || nodes.iter().rev().map(|node| &routine.node(*node).action);
        while self.add(routine, actions(), &mut own) {}
        own
    }

    /// What the routine may do to the object that an argument of a call of it names.
    pub(super) fn of_input(&self, routine: RoutineId, position: usize) -> Use {
        let locals = &self.locals[routine.0 as usize];
        locals.get(position).copied().unwrap_or(Use::OTHER)
    }

    /// Whether a channel that a routine makes, or the root is given, may be received from at its end, by what
    /// fails there.
    pub(super) fn may_fail_at_end(&self, routines: &[Routine]) -> bool {
        let is_ended = |of: &Use| of.has(Use::CLOSE | Use::OTHER) && of.has(Use::FAIL | Use::OTHER);
        let given = routines.first().map_or(0, |root| root.inputs as usize);
        let is_given = self.locals.first().is_some_and(|of| of[..given].iter().any(is_ended));
        let makes_it = |(number, routine): (usize, &Routine)| {
            routine.nodes.iter().any(|node| match &node.action {
                Action::MakeChannel(made, _) => is_ended(&self.locals[number][made.index()]),
                _ => false,
            })
        };
        is_given || routines.iter().enumerate().any(makes_it)
    }

    fn uses_of(&self, routine: &Routine, action: &Action, own: &[Use]) -> Vec<(Local, Use)> {
        let mut found = Vec::new();
        let mut add = |of: &Operand, what: Use| found.extend(of.local().map(|of| (of, what)));
        match action {
            Action::Let(dest, value) => match value {
                // What is done to a part is done to something in the whole.
                Rvalue::Use(of)
                | Rvalue::Iterate(of)
                | Rvalue::Field(of, _)
                | Rvalue::TupleField(of, _)
                | Rvalue::Convert(Conversion::ToSender | Conversion::ToReceiver, of) => {
                    add(of, own[dest.index()]);
                }
                Rvalue::Unary(..) | Rvalue::Binary(..) | Rvalue::IsVariant(..) => {}
                _ => value.operands().into_iter().for_each(|of| add(of, Use::OTHER)),
            },
            Action::Opaque { args, .. }
            | Action::Escape(args, _)
            | Action::Arrange { args, .. } => args.iter().for_each(|of| add(of, Use::OTHER)),
            Action::Sync { op, object, value, .. } => {
                add(object, Use::of(*op));
                value.iter().for_each(|of| add(of, Use::OTHER));
            }
            Action::Each { iterator, dest } => {
                // What a channel gives is no part of it.
                let is_channel = routine.local(*iterator).object == Some(ObjectType::Channel);
                let element = dest.filter(|_| !is_channel).map(|dest| own[dest.index()]);
                add(&Operand::Local(*iterator), Use::TAKE | element.unwrap_or_default());
            }
            Action::Select { cases, has_else } => {
                let is_timed = cases.iter().any(|(offer, _)| *offer == SelectOffer::Timeout);
                for (offer, _) in cases {
                    // It goes on otherwise where nothing is ready: then it matters who is first.
                    let (of, what) = match offer {
                        SelectOffer::Timeout => continue,
                        SelectOffer::Closed(of) => (of, Use::OTHER),
                        SelectOffer::Receive(of, _) | SelectOffer::Wait(of) => (of, Use::TAKE),
                        SelectOffer::Send(of, _) => (of, Use::GIVE),
                    };
                    add(of, if *has_else || is_timed { Use::OTHER } else { what });
                    if let SelectOffer::Send(_, sent) = offer {
                        sent.iter().for_each(|of| add(of, Use::OTHER));
                    }
                }
            }
            Action::Call { target, args, .. } | Action::Defer(target, args) => {
                self.hand_over(*target, args, Use::default(), &mut add);
            }
            Action::Spawn { target, args, .. } | Action::Detach(target, args) => {
                self.hand_over(*target, args, Use::SPAWNED, &mut add);
            }
            Action::Take(of, ..)
            | Action::TakeWhen(of, ..)
            | Action::TryTake(of, ..)
            | Action::Give(of, ..) => add(of, Use::OTHER),
            Action::MakeLock { guards, .. } => guards.iter().for_each(|of| add(of, Use::OTHER)),
            Action::MakeAtom(_, of) | Action::Lend(of, ..) | Action::PutBack(of, _) => {
                add(of, Use::OTHER);
            }
            Action::Atom { atom, args, .. } => {
                std::iter::once(atom).chain(args).for_each(|of| add(of, Use::OTHER));
            }
            Action::Put(list, _, value) => {
                [list, value].into_iter().for_each(|of| add(of, Use::OTHER));
            }
            Action::Return(of) => of.iter().for_each(|of| add(of, Use::OTHER)),
            Action::Fresh { .. }
            | Action::MakeChannel(..)
            | Action::MakeSignal(_)
            | Action::MakeBarrier(..)
            | Action::Branch(_)
            | Action::Assume { .. }
            | Action::RunDefers
            | Action::Join { .. }
            | Action::Cancel(_)
            | Action::Enter { .. }
            | Action::End(_)
            | Action::Leave(_)
            | Action::Pause
            | Action::Spin
            | Action::Unclear(_)
            | Action::Fail => {}
        }
        found
    }

    /// What is done to arguments: what the routine does to its inputs.
    fn hand_over(
        &self,
        target: Target,
        args: &[Arg],
        how: Use,
        add: &mut dyn FnMut(&Operand, Use),
    ) {
        for (position, of) in args.iter().enumerate() {
            let what = match target {
                Target::Routine(routine) => self.of_input(routine, position) | how,
                Target::Value(_) => Use::OTHER,
            };
            of.iter().for_each(|of| add(of, what));
        }
        if let Target::Value(function) = target {
            add(&Operand::Local(function), Use::OTHER);
        }
    }
}

/// The nodes that control may come to, up to where it leaves a scope, in the routine's order.
fn nodes_until(routine: &Routine, from: &[NodeId], until: Option<ScopeId>) -> Vec<NodeId> {
    let mut seen = vec![false; routine.nodes.len()];
    let mut pending = from.to_vec();
    while let Some(at) = pending.pop() {
        if std::mem::replace(&mut seen[at.0 as usize], true) {
            continue;
        }
        let node = routine.node(at);
        let is_end = match node.action {
            Action::End(scope) | Action::Leave(scope) => Some(scope) == until,
            _ => false,
        };
        pending.extend(node.next.iter().chain(&node.handler).filter(|_| !is_end));
    }
    (0..).zip(seen).filter(|(_, seen)| *seen).map(|(node, _)| NodeId(node)).collect()
}
