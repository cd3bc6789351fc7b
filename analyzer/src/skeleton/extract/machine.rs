//! From calls of the machine's functions to actions.

use super::Extractor;
use super::lists::arranges;
use super::liveness::mark_live;
use super::unit::{only_looks, picks};
use crate::items::NodeIndex;
use crate::mir::{
    Callee, Const, Family, Intrinsic, Local, LockMode, OpKind, Operand, Point, Rvalue,
};
use crate::skeleton::graph::{
    Action, Arg, AtomOp, Hold, LocalFact, Node, NodeId, Routine, RoutineId, SyncOp, Tag, Target,
};

impl Extractor<'_, '_> {
    pub(super) fn intrinsic(
        &self,
        unit: usize,
        of: Intrinsic,
        dest: Local,
        args: &[Operand],
    ) -> Action {
        let wanted = self.wanted(unit, dest);
        let arg = |position: usize| args.get(position).cloned().unwrap_or_else(Operand::unit);
        let sync = |op: SyncOp, value: Arg, dest: Option<Local>| Action::Sync {
            op,
            object: arg(0),
            value,
            dest,
        };
        let payload = || args.get(1).and_then(|value| self.sent(unit, &args[0], value));
        match of {
            Intrinsic::ChannelNew => Action::MakeChannel(dest, arg(0)),
            Intrinsic::SignalNew => Action::MakeSignal(dest),
            Intrinsic::MutexNew | Intrinsic::RwlockNew => {
                let source = &self.slice.units[unit];
                let matters =
                    |arg: &&Operand| source.carries(arg) || !self.slice.guarded.is_empty();
                let guards = args.first().filter(matters).cloned();
                Action::MakeLock { dest, permits: None, guards }
            }
            Intrinsic::SemaphoreNew => {
                Action::MakeLock { dest, permits: Some(arg(0)), guards: None }
            }
            Intrinsic::AtomNew if self.slice.follows_atom(unit, &[Operand::Local(dest)]) => {
                Action::MakeAtom(dest, arg(0))
            }
            Intrinsic::ChannelSend => sync(SyncOp::Send, payload(), None),
            Intrinsic::ChannelTrySend => sync(SyncOp::TrySend, payload(), wanted),
            Intrinsic::ChannelReceive => sync(SyncOp::Receive, None, wanted),
            Intrinsic::ChannelNext => sync(SyncOp::Next, None, wanted),
            Intrinsic::ChannelTryReceive => sync(SyncOp::TryReceive, None, wanted),
            Intrinsic::ChannelClose => sync(SyncOp::Close, None, None),
            Intrinsic::ChannelClosed => sync(SyncOp::IsClosed, None, wanted),
            Intrinsic::ChannelLen => sync(SyncOp::Length, None, wanted),
            Intrinsic::SignalSet => sync(SyncOp::Set, None, None),
            Intrinsic::SignalIsSet => sync(SyncOp::IsSet, None, wanted),
            Intrinsic::SignalWait => sync(SyncOp::Wait, None, None),
            Intrinsic::TaskJoin | Intrinsic::JoinAll => {
                Action::Join { dest: wanted, task: arg(0), settles: false, fails: true }
            }
            Intrinsic::TaskCancel => Action::Cancel(arg(0)),
            Intrinsic::BarrierNew => Action::MakeBarrier(dest, arg(0)),
            Intrinsic::BarrierWait => sync(SyncOp::Meet, None, None),
            Intrinsic::RwlockRead | Intrinsic::RwlockWrite => {
                Action::Unclear("a lock is taken without a block")
            }
            Intrinsic::TaskOutcome => {
                Action::Join { dest: wanted, task: arg(0), settles: false, fails: false }
            }
            // Whether it is done by now is anybody's guess.
            Intrinsic::TaskDone => Action::Escape(Vec::new(), wanted),
            Intrinsic::ParallelMap | Intrinsic::ParallelReduce if self.runs_seen(unit, args) => {
                Action::Unclear("a `parallel_map` or `parallel_reduce` calls what synchronises")
            }
            _ if arranges(of, dest, args, &|list| self.slice.units[unit].follows(list)) => {
                Action::Arrange { dest, of, args: args.to_vec() }
            }
            _ => lock_action(of, arg(0), wanted)
                .or_else(|| self.atom_action(unit, of, args, wanted))
                .unwrap_or_else(|| self.computation(unit, of, dest, args)),
        }
    }

    /// An operation on an atom whose value is followed.
    fn atom_action(
        &self,
        unit: usize,
        of: Intrinsic,
        args: &[Operand],
        dest: Option<Local>,
    ) -> Option<Action> {
        let op = match of {
            Intrinsic::AtomGet => AtomOp::Get,
            Intrinsic::AtomSet => AtomOp::Set,
            Intrinsic::AtomSwap => AtomOp::Swap,
            Intrinsic::AtomCompareAndSet => AtomOp::CompareAndSet,
            _ => return None,
        };
        let (atom, rest) = args.split_first().filter(|_| self.slice.follows_atom(unit, args))?;
        Some(Action::Atom { op, atom: atom.clone(), args: rest.to_vec(), dest })
    }

    /// Whether one of these functions, which the body makes, does what other tasks can see.
    fn runs_seen(&self, unit: usize, functions: &[Operand]) -> bool {
        let ops = self.slice.units[unit].body.blocks.iter().flat_map(|block| &block.ops);
        ops.into_iter().any(|op| match &op.kind {
            OpKind::Assign { dest, value } => {
                let is_given = functions.iter().any(|of| of.local() == Some(*dest));
                let callee = match value {
                    Rvalue::Closure(body, _) => Callee::Body(*body),
                    Rvalue::Function(callee) => callee.clone(),
                    _ => return false,
                };
                let made = self.slice.unit_of(unit, &callee);
                is_given && made.is_some_and(|made| self.slice.has_effect(made))
            }
            _ => false,
        })
    }

    /// What is sent, where it decides something.
    pub(super) fn sent(&self, unit: usize, channel: &Operand, value: &Operand) -> Arg {
        self.slice.sends_value(unit, channel, value).then(|| value.clone())
    }

    pub(super) fn computation(
        &self,
        unit: usize,
        of: Intrinsic,
        dest: Local,
        args: &[Operand],
    ) -> Action {
        let kinds = &self.slice.units[unit].kinds;
        let carries =
            |arg: &Operand| arg.local().is_some_and(|local| kinds[local.index()].carries_objects());
        match of {
            Intrinsic::Len => Action::Opaque { dest, tag: Tag::Len, args: args.to_vec() },
            // What others make of an atom is not followed: it may be anything at each look.
            Intrinsic::AtomGet => Action::Escape(Vec::new(), Some(dest)),
            Intrinsic::Now
            | Intrinsic::TaskId
            | Intrinsic::InstantElapsed
            | Intrinsic::RandomBits => Action::Fresh { dest, may_be_any: false },
            _ if of.family() == Family::Outside => Action::Fresh { dest, may_be_any: true },
            Intrinsic::OptionUnwrap | Intrinsic::ResultUnwrap => {
                let variant = u32::from(of == Intrinsic::OptionUnwrap);
                Action::Opaque { dest, tag: Tag::Payload(variant, 0), args: args.to_vec() }
            }
            _ if !only_looks(of) && !picks(of) && args.iter().any(carries) => {
                Action::Escape(args.to_vec(), Some(dest))
            }
            _ => Action::Opaque { dest, tag: Tag::Intrinsic(of), args: args.to_vec() },
        }
    }

    /// A routine that calls one function of the machine's.
    pub(super) fn machine_routine(
        &mut self,
        unit: usize,
        of: Intrinsic,
        args: &[Operand],
        point: Point,
        origin: NodeIndex,
    ) -> Target {
        let source = &self.slice.units[unit];
        let fact = |operand: &Operand| match operand {
            Operand::Local(local) => {
                let of = source.body.local(*local);
                LocalFact::of(self.db, of.name.clone(), source.kinds[local.index()], &of.ty)
            }
            Operand::Const(_) => LocalFact::plain(),
        };
        let mut locals: Vec<LocalFact> = args.iter().map(fact).collect();
        let result = Local(locals.len() as u32);
        locals.push(LocalFact::plain());
        let params: Vec<Operand> =
            (0..result.0).map(|position| Operand::Local(Local(position))).collect();
        let atom = self.atom_action(unit, of, args, None).map(|action| match action {
            Action::Atom { op, .. } => {
                let (atom, args) = (params[0].clone(), params[1..].to_vec());
                Action::Atom { op, atom, args, dest: None }
            }
            other => other,
        });
        let action = atom.unwrap_or_else(|| machine_action(of, result, &params));
        let site = self.site(unit, origin);
        let node = |action: Action, next: Vec<NodeId>| Node {
            action,
            next,
            point,
            site,
            live: Vec::new(),
            asked: Vec::new(),
            handler: None,
            is_exposed: false,
        };
        let mut nodes = vec![node(action, vec![NodeId(1)]), node(Action::Return(None), Vec::new())];
        mark_live(&mut nodes);
        let routine = Routine {
            name: of.name().to_string(),
            item: source.item,
            body: None,
            inputs: result.0,
            locals,
            nodes,
            entry: NodeId(0),
        };
        self.extra.push(routine);
        let id = self.slice.units.len() + self.extra.len() - 1;
        Target::Routine(RoutineId(id as u32))
    }
}

fn machine_action(of: Intrinsic, result: Local, params: &[Operand]) -> Action {
    let object = || params.first().cloned().unwrap_or(Operand::Const(Const::Unit));
    let sync = |op: SyncOp, value: Arg| Action::Sync { op, object: object(), value, dest: None };
    match of {
        Intrinsic::ChannelSend => sync(SyncOp::Send, params.get(1).cloned()),
        Intrinsic::ChannelTrySend => sync(SyncOp::TrySend, params.get(1).cloned()),
        Intrinsic::ChannelReceive => sync(SyncOp::Receive, None),
        Intrinsic::ChannelNext => sync(SyncOp::Next, None),
        Intrinsic::ChannelTryReceive => sync(SyncOp::TryReceive, None),
        Intrinsic::ChannelClose => sync(SyncOp::Close, None),
        Intrinsic::SignalSet => sync(SyncOp::Set, None),
        Intrinsic::SignalWait => sync(SyncOp::Wait, None),
        Intrinsic::TaskJoin => {
            Action::Join { dest: None, task: object(), settles: false, fails: true }
        }
        Intrinsic::TaskCancel => Action::Cancel(object()),
        Intrinsic::BarrierWait => sync(SyncOp::Meet, None),
        Intrinsic::Panic => Action::Fail,
        _ if only_looks(of) => Action::Fresh { dest: result, may_be_any: true },
        _ => {
            lock_action(of, object(), None).unwrap_or_else(|| Action::Escape(params.to_vec(), None))
        }
    }
}

/// The operations of a mutex without a block, and of a semaphore.
fn lock_action(of: Intrinsic, lock: Operand, dest: Option<Local>) -> Option<Action> {
    Some(match of {
        Intrinsic::MutexLock => Action::Take(lock, LockMode::Lock, Hold::Bare),
        Intrinsic::SemaphoreAcquire => Action::Take(lock, LockMode::Acquire, Hold::Bare),
        Intrinsic::MutexTryLock => Action::TryTake(lock, LockMode::Lock, dest),
        Intrinsic::SemaphoreTryAcquire => Action::TryTake(lock, LockMode::Acquire, dest),
        Intrinsic::MutexUnlock => Action::Give(lock, LockMode::Lock, Hold::Bare),
        Intrinsic::SemaphoreRelease => Action::Give(lock, LockMode::Acquire, Hold::Bare),
        _ => return None,
    })
}
