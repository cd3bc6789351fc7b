//! Mir to skeleton: what the slice kept, as routines.
//!
//! Each unit of the slice becomes one routine. A call, spawn or `defer` of a function that the
//! machine provides (`spawn ch.send(1)`, `defer ch.close()`) gets a small routine of its own, so
//! that all that runs is a routine.

use rustc_hash::FxHashMap;

use super::graph::{
    Action, Arg, LocalFact, Node, NodeId, Routine, RoutineId, SelectOffer, Skeleton, SyncOp, Tag,
    Target,
};
use super::liveness::mark_live;
use super::slice::{Slice, only_looks};
use crate::Db;
use crate::diagnostics::Site;
use crate::items::{ItemId, ItemKind, NodeIndex};
use crate::mir::{
    self, BlockId, Callee, Const, Intrinsic, Local, Op, OpKind, Operand, Point, Rvalue, ScopeRef,
    SelectOp, Terminator,
};

/// What synchronisation sees of `item` and of all that it may come to run.
#[salsa::tracked]
pub fn skeleton(db: &dyn Db, item: ItemId) -> Skeleton {
    if !matches!(item.kind(db), ItemKind::Fn | ItemKind::Test) {
        return Skeleton {
            root: item,
            routines: Vec::new(),
            makes_waits: false,
            counts: Vec::new(),
            incomplete: None,
        };
    }
    let slice = Slice::of(db, item);
    let mut extractor = Extractor { db, slice: &slice, routines: Vec::new(), extra: Vec::new() };
    extractor.run();
    let mut routines = extractor.routines;
    routines.append(&mut extractor.extra);
    let makes =
        |node: &Node| matches!(node.action, Action::MakeChannel(..) | Action::MakeSignal(_));
    let makes_waits = routines.iter().any(|routine| routine.nodes.iter().any(makes));
    Skeleton {
        root: item,
        routines,
        makes_waits,
        counts: slice.constants(),
        incomplete: slice.incomplete,
    }
}

struct Extractor<'a, 'db> {
    db: &'db dyn Db,
    slice: &'a Slice<'db>,
    /// One for each unit.
    routines: Vec<Routine>,
    /// Those of the machine's functions, after the units'.
    extra: Vec<Routine>,
}

impl Extractor<'_, '_> {
    fn run(&mut self) {
        for unit in 0..self.slice.units.len() {
            let routine = self.routine(unit);
            self.routines.push(routine);
        }
    }

    fn routine(&mut self, unit: usize) -> Routine {
        let mut draft = Draft { unit, nodes: Vec::new(), starts: FxHashMap::default() };
        let entry = self.block(&mut draft, BlockId(0));
        let source = &self.slice.units[unit];
        let locals: Vec<LocalFact> = source
            .body
            .locals
            .iter()
            .zip(&source.kinds)
            .map(|(local, kind)| LocalFact { name: local.name.clone(), kind: *kind })
            .collect();
        mark_live(&mut draft.nodes, locals.len());
        Routine {
            name: source.body.name.clone(),
            item: source.item,
            body: Some(source.id),
            inputs: source.body.params + source.body.captures,
            locals,
            nodes: draft.nodes,
            entry,
        }
    }

    /// The first node of a block. A block without nodes is where its successor is.
    fn block(&mut self, draft: &mut Draft, start: BlockId) -> NodeId {
        let mut pending = vec![start];
        while let Some(block) = pending.pop() {
            if draft.starts.contains_key(&block) {
                continue;
            }
            self.nodes_of(draft, block, &mut pending);
        }
        draft.resolve();
        draft.start_of(start)
    }

    fn nodes_of(&mut self, draft: &mut Draft, id: BlockId, pending: &mut Vec<BlockId>) {
        let unit = &self.slice.units[draft.unit];
        let block = &unit.body.blocks[id.index()];
        draft.starts.insert(id, draft.nodes.len());
        for (position, op) in block.ops.iter().enumerate() {
            let point = Point { body: unit.id, block: id, op: position as u32 };
            if !self.slice.keeps(draft.unit, op) {
                continue;
            }
            if let Some((action, ways)) = self.action(draft.unit, op, point) {
                pending.extend(&ways);
                let next = draft.nodes.len() as u32 + 1;
                let ways = ways.iter().map(|way| BLOCK + way.0);
                let ways = std::iter::once(next).chain(ways).map(NodeId).collect();
                draft.push(action, ways, point, self.site(draft.unit, op.origin));
            }
        }
        let point = Point { body: unit.id, block: id, op: block.ops.len() as u32 };
        let site = self.site(draft.unit, block.end.origin);
        let (action, ways) = self.end(draft.unit, id, &block.end.kind);
        pending.extend(&ways);
        let ways = ways.iter().map(|way| NodeId(BLOCK + way.0)).collect();
        draft.push(action.unwrap_or(GO_ON), ways, point, site);
    }

    fn site(&self, unit: usize, origin: NodeIndex) -> Site {
        Site::whole(self.slice.units[unit].item, origin)
    }

    /// What an op does, with the blocks it may continue in beside the next op.
    fn action(&mut self, unit: usize, op: &Op, point: Point) -> Option<(Action, Vec<BlockId>)> {
        let simple = |action: Action| Some((action, Vec::new()));
        match &op.kind {
            OpKind::Assign { dest, value: Rvalue::Constant(item) } => {
                simple(constant(self.db, *dest, *item))
            }
            OpKind::Assign { dest, value } => simple(Action::Let(*dest, value.clone())),
            OpKind::SetField { value, .. }
            | OpKind::SetIndex { value, .. }
            | OpKind::EnterTaskLocal { value, .. } => {
                simple(Action::Escape(vec![value.clone()], None))
            }
            OpKind::Call { dest, callee, args } => simple(self.call(unit, *dest, callee, args)),
            OpKind::Spawn { scope: ScopeRef::Passed(_), .. } => {
                simple(Action::Unclear("a task is started in a scope that was passed in"))
            }
            OpKind::Spawn { dest, scope: ScopeRef::Own(scope), callee, args } => {
                let (target, args) = self.target(unit, op, point, callee, args)?;
                simple(Action::Spawn { dest: *dest, scope: *scope, target, args })
            }
            OpKind::Detach { callee, args } => {
                let (target, args) = self.target(unit, op, point, callee, args)?;
                simple(Action::Detach(target, args))
            }
            OpKind::Defer { callee, args } => {
                let (target, args) = self.target(unit, op, point, callee, args)?;
                simple(Action::Defer(target, args))
            }
            OpKind::RunDefers => simple(Action::RunDefers),
            OpKind::Join { dest, task } => {
                let (dest, task) = (self.wanted(unit, *dest), task.clone());
                simple(Action::Join { dest, task, settles: false })
            }
            OpKind::Settle { dest, task } => {
                let (dest, task) = (self.wanted(unit, *dest), Operand::Local(*task));
                simple(Action::Join { dest, task, settles: true })
            }
            OpKind::EnterScope { scope, limit, handle, .. } => {
                let timeout = self.slice.units[unit].body.scopes[scope.index()].on_timeout;
                let (limit, handle) = (limit.clone(), *handle);
                let action = Action::Enter { scope: *scope, limit, handle };
                Some((action, timeout.into_iter().collect()))
            }
            OpKind::EndScope(scope) => simple(Action::End(*scope)),
            OpKind::LeaveScope(scope) => simple(Action::Leave(*scope)),
            OpKind::EnterLock { when: Some(_), .. } => {
                simple(Action::Unclear("a lock is taken when a condition holds"))
            }
            OpKind::EnterLock { lock, mode, .. } => simple(Action::Take(lock.clone(), *mode)),
            OpKind::ExitLock { lock, mode, .. } => simple(Action::Give(lock.clone(), *mode)),
            OpKind::ParallelFor { .. } => {
                simple(Action::Unclear("a `parallel for` synchronises in its rounds"))
            }
            OpKind::ExitTaskLocal { .. }
            | OpKind::EnterAttempt { .. }
            | OpKind::ExitAttempt
            | OpKind::EnterBlocking
            | OpKind::ExitBlocking => None,
        }
    }

    fn wanted(&self, unit: usize, local: Local) -> Option<Local> {
        self.slice.is_relevant(unit, local).then_some(local)
    }

    fn call(&mut self, unit: usize, dest: Local, callee: &Callee, args: &[Operand]) -> Action {
        let wanted = self.wanted(unit, dest);
        match callee {
            Callee::Intrinsic(intrinsic) => self.intrinsic(unit, *intrinsic, dest, args),
            Callee::Value(function) => {
                let args = args.iter().cloned().map(Some).collect();
                Action::Call { dest: wanted, target: Target::Value(*function), args }
            }
            _ => match self.slice.unit_of(unit, callee) {
                Some(target) if self.slice.has_effect(target) => {
                    let args = self.args(target, args);
                    let target = Target::Routine(RoutineId(target as u32));
                    Action::Call { dest: wanted, target, args }
                }
                Some(target) if is_pure(self.slice, target) => {
                    let tag = Tag::Item(item_tag(self.db, callee));
                    Action::Opaque { dest, tag, args: args.to_vec() }
                }
                // Nothing is known of it, and it may give another value each time.
                _ => Action::Escape(Vec::new(), Some(dest)),
            },
        }
    }

    /// The arguments that decide something in the callee.
    fn args(&self, target: usize, args: &[Operand]) -> Vec<Arg> {
        let matters = |position: usize| self.slice.is_relevant(target, Local(position as u32));
        args.iter()
            .enumerate()
            .map(|(position, arg)| matters(position).then(|| arg.clone()))
            .collect()
    }

    fn intrinsic(&self, unit: usize, of: Intrinsic, dest: Local, args: &[Operand]) -> Action {
        let wanted = self.wanted(unit, dest);
        let arg = |position: usize| args.get(position).cloned().unwrap_or_else(Operand::unit);
        let sync = |op: SyncOp, value: Arg, dest: Option<Local>| Action::Sync {
            op,
            object: arg(0),
            value,
            dest,
        };
        let payload = || args.get(1).and_then(|value| self.sent(unit, value));
        match of {
            Intrinsic::ChannelNew => Action::MakeChannel(dest, arg(0)),
            Intrinsic::SignalNew => Action::MakeSignal(dest),
            Intrinsic::MutexNew | Intrinsic::RwlockNew if !self.guards_objects(unit, args) => {
                Action::MakeLock(dest, None)
            }
            Intrinsic::SemaphoreNew => Action::MakeLock(dest, Some(arg(0))),
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
                Action::Join { dest: wanted, task: arg(0), settles: false }
            }
            Intrinsic::TaskCancel => Action::Cancel(arg(0)),
            Intrinsic::BarrierWait => Action::Unclear("tasks meet at a barrier"),
            Intrinsic::MutexLock
            | Intrinsic::RwlockRead
            | Intrinsic::RwlockWrite
            | Intrinsic::SemaphoreAcquire => Action::Unclear("a lock is taken without a block"),
            Intrinsic::TaskOutcome => Action::Unclear("a task's outcome is looked at"),
            Intrinsic::TaskDone => Action::Unclear("a task is asked whether it is done"),
            _ => self.computation(unit, of, dest, args),
        }
    }

    /// What is sent, where it decides something.
    fn sent(&self, unit: usize, value: &Operand) -> Arg {
        self.slice.sends_value(unit, value).then(|| value.clone())
    }

    fn guards_objects(&self, unit: usize, args: &[Operand]) -> bool {
        let kinds = &self.slice.units[unit].kinds;
        args.iter()
            .filter_map(Operand::local)
            .any(|local| kinds[local.index()] == super::graph::Kind::Sync)
    }

    fn computation(&self, unit: usize, of: Intrinsic, dest: Local, args: &[Operand]) -> Action {
        let kinds = &self.slice.units[unit].kinds;
        let carries =
            |arg: &Operand| arg.local().is_some_and(|local| kinds[local.index()].carries_objects());
        match of {
            Intrinsic::Len => Action::Opaque { dest, tag: Tag::Len, args: args.to_vec() },
            Intrinsic::Now | Intrinsic::TaskId | Intrinsic::InstantElapsed => Action::Fresh(dest),
            Intrinsic::OptionUnwrap | Intrinsic::ResultUnwrap => {
                let variant = u32::from(of == Intrinsic::OptionUnwrap);
                Action::Opaque { dest, tag: Tag::Payload(variant, 0), args: args.to_vec() }
            }
            _ if !only_looks(of) && args.iter().any(carries) => {
                Action::Escape(args.to_vec(), Some(dest))
            }
            _ => Action::Opaque { dest, tag: Tag::Intrinsic(of), args: args.to_vec() },
        }
    }

    /// What is spawned, detached or deferred; nothing when it cannot be seen.
    fn target(
        &mut self,
        unit: usize,
        op: &Op,
        point: Point,
        callee: &Callee,
        args: &[Operand],
    ) -> Option<(Target, Vec<Arg>)> {
        match callee {
            Callee::Value(function) => {
                Some((Target::Value(*function), args.iter().cloned().map(Some).collect()))
            }
            Callee::Intrinsic(intrinsic) => {
                let target = self.machine_routine(unit, *intrinsic, args, point, op.origin);
                Some((target, args.iter().cloned().map(Some).collect()))
            }
            _ => {
                let target = self.slice.unit_of(unit, callee)?;
                Some((Target::Routine(RoutineId(target as u32)), self.args(target, args)))
            }
        }
    }

    /// A routine that calls one function of the machine's.
    fn machine_routine(
        &mut self,
        unit: usize,
        of: Intrinsic,
        args: &[Operand],
        point: Point,
        origin: NodeIndex,
    ) -> Target {
        let source = &self.slice.units[unit];
        let fact = |operand: &Operand| match operand {
            Operand::Local(local) => LocalFact {
                name: source.body.local(*local).name.clone(),
                kind: source.kinds[local.index()],
            },
            Operand::Const(_) => LocalFact { name: None, kind: super::graph::Kind::Value },
        };
        let mut locals: Vec<LocalFact> = args.iter().map(fact).collect();
        let result = Local(locals.len() as u32);
        locals.push(LocalFact { name: None, kind: super::graph::Kind::Value });
        let params: Vec<Operand> =
            (0..result.0).map(|position| Operand::Local(Local(position))).collect();
        let action = machine_action(of, result, &params);
        let site = self.site(unit, origin);
        let node = |action: Action, next: Vec<NodeId>| Node {
            action,
            next,
            point,
            site,
            live: Vec::new(),
        };
        let mut nodes = vec![node(action, vec![NodeId(1)]), node(Action::Return(None), Vec::new())];
        mark_live(&mut nodes, locals.len());
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

    /// What a terminator does, and where it goes; no action where it only goes on.
    fn end(&self, unit: usize, id: BlockId, end: &Terminator) -> (Option<Action>, Vec<BlockId>) {
        let source = &self.slice.units[unit];
        match end {
            Terminator::Goto(next) => (None, vec![*next]),
            Terminator::Branch { condition, .. } if self.slice.decides(unit, id) => {
                (Some(Action::Branch(condition.clone())), end.successors())
            }
            Terminator::Next { iterator, dest, .. }
                if source.is_channel(*iterator) || self.slice.decides(unit, id) =>
            {
                let dest = self.wanted(unit, *dest);
                (Some(Action::Each { iterator: *iterator, dest }), end.successors())
            }
            Terminator::Branch { .. } | Terminator::Next { .. } => self.skip(unit, id, end),
            Terminator::Select { cases, otherwise } => {
                let cases: Vec<_> = cases
                    .iter()
                    .map(|case| (self.offer(unit, &case.op), case.guard.clone()))
                    .collect();
                let has_else = otherwise.is_some();
                (Some(Action::Select { cases, has_else }), end.successors())
            }
            Terminator::Return(value) => {
                let value = self.slice.result_matters(unit).then(|| value.clone());
                (Some(Action::Return(value)), Vec::new())
            }
            Terminator::Fail { .. } | Terminator::Unreachable => (Some(Action::Fail), Vec::new()),
        }
    }

    /// A branch that decides nothing: on to where its ways meet, or the one way that does not fail.
    fn skip(&self, unit: usize, id: BlockId, end: &Terminator) -> (Option<Action>, Vec<BlockId>) {
        let ways = &self.slice.units[unit].ways;
        let open: Vec<BlockId> =
            end.successors().into_iter().filter(|way| !ways.fails(*way)).collect();
        match (open.as_slice(), ways.meeting(id)) {
            ([], _) => (Some(Action::Fail), Vec::new()),
            ([only], _) => (self.assumption(unit, end, *only), vec![*only]),
            (_, Some(meeting)) => (None, vec![meeting]),
            (_, None) => (Some(Action::Return(None)), Vec::new()),
        }
    }

    /// What must hold for the way that does not fail, where it is about what decides something.
    fn assumption(&self, unit: usize, end: &Terminator, way: BlockId) -> Option<Action> {
        let Terminator::Branch { condition, then, .. } = end else { return None };
        let matters = self.slice.is_relevant(unit, condition.local()?);
        matters.then(|| Action::Assume(condition.clone(), way == *then))
    }

    fn offer(&self, unit: usize, op: &SelectOp) -> SelectOffer {
        match op {
            SelectOp::Receive { channel, dest } => {
                SelectOffer::Receive(channel.clone(), self.wanted(unit, *dest))
            }
            SelectOp::Send { channel, value } => {
                SelectOffer::Send(channel.clone(), self.sent(unit, value))
            }
            SelectOp::Timeout(_) => SelectOffer::Timeout,
            SelectOp::Closed(object) => SelectOffer::Closed(object.clone()),
            SelectOp::Wait(object) => SelectOffer::Wait(object.clone()),
        }
    }
}

/// A routine in the making. Successors that are blocks are written as `BLOCK + block`.
struct Draft {
    unit: usize,
    nodes: Vec<Node>,
    starts: FxHashMap<BlockId, usize>,
}

const BLOCK: u32 = 1 << 30;

/// Stands at the end of a block that only goes on.
const GO_ON: Action = Action::Escape(Vec::new(), None);

impl Draft {
    fn push(&mut self, action: Action, next: Vec<NodeId>, point: Point, site: Site) {
        self.nodes.push(Node { action, next, point, site, live: Vec::new() });
    }

    fn start_of(&self, block: BlockId) -> NodeId {
        NodeId(self.starts.get(&block).copied().unwrap_or(0) as u32)
    }

    fn resolve(&mut self) {
        let starts = std::mem::take(&mut self.starts);
        for next in self.nodes.iter_mut().flat_map(|node| &mut node.next) {
            if next.0 >= BLOCK {
                let start = starts.get(&BlockId(next.0 - BLOCK)).copied().unwrap_or(0);
                *next = NodeId(start as u32);
            }
        }
        self.starts = starts;
        self.thread();
    }

    /// Leads successors past nodes that only go on.
    fn thread(&mut self) {
        let goes_on = |node: &Node| node.action == GO_ON;
        let targets: Vec<NodeId> = (0..self.nodes.len())
            .map(|start| {
                let mut at = start;
                for _ in 0..self.nodes.len() {
                    match self.nodes[at].next.as_slice() {
                        [next] if goes_on(&self.nodes[at]) => at = next.0 as usize,
                        _ => break,
                    }
                }
                NodeId(at as u32)
            })
            .collect();
        for next in self.nodes.iter_mut().flat_map(|node| &mut node.next) {
            *next = targets[next.0 as usize];
        }
        for start in self.starts.values_mut() {
            *start = targets[*start].0 as usize;
        }
    }
}

/// A constant is its value where that is written out, and else the same wherever it is read.
fn constant(db: &dyn Db, dest: Local, item: ItemId) -> Action {
    let literal = mir::mir(db, item).bodies.first().and_then(|body| match body.blocks.as_slice() {
        [block] => match (block.ops.as_slice(), &block.end.kind) {
            ([], Terminator::Return(value @ Operand::Const(_))) => Some(value.clone()),
            _ => None,
        },
        _ => None,
    });
    match literal {
        Some(value) => Action::Let(dest, Rvalue::Use(value)),
        None => {
            let tag = Tag::Item(item_tag(db, &Callee::Item(item)));
            Action::Opaque { dest, tag, args: Vec::new() }
        }
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
        Intrinsic::TaskJoin => Action::Join { dest: None, task: object(), settles: false },
        Intrinsic::TaskCancel => Action::Cancel(object()),
        Intrinsic::BarrierWait => Action::Unclear("tasks meet at a barrier"),
        _ if only_looks(of) => Action::Fresh(result),
        _ => Action::Escape(params.to_vec(), None),
    }
}

/// Whether the body computes the same from the same arguments.
fn is_pure(slice: &Slice<'_>, unit: usize) -> bool {
    let mut seen = vec![false; slice.units.len()];
    let mut pending = vec![unit];
    while let Some(unit) = pending.pop() {
        if std::mem::replace(&mut seen[unit], true) {
            continue;
        }
        for op in slice.units[unit].body.blocks.iter().flat_map(|block| &block.ops) {
            match &op.kind {
                OpKind::Assign { value: Rvalue::TaskLocal(_), .. } | OpKind::EnterLock { .. } => {
                    return false;
                }
                OpKind::Call { callee: Callee::Intrinsic(of), .. } if reads_the_world(*of) => {
                    return false;
                }
                OpKind::Call { callee: Callee::Value(_), .. } => return false,
                OpKind::Call { callee, .. } => pending.extend(slice.unit_of(unit, callee)),
                _ => {}
            }
        }
    }
    true
}

fn reads_the_world(of: Intrinsic) -> bool {
    use Intrinsic::*;
    matches!(
        of,
        Now | TaskId
            | InstantElapsed
            | AtomGet
            | AtomSwap
            | AtomCompareAndSet
            | ChannelLen
            | ChannelClosed
            | SignalIsSet
            | TaskDone
    )
}

fn item_tag(db: &dyn Db, callee: &Callee) -> String {
    match callee {
        Callee::Item(item) => {
            let parent = item.parent(db).map(|parent| parent.name(db));
            format!(
                "{}::{parent:?}.{}#{}",
                item.file(db).path(db),
                item.name(db),
                item.duplicate(db)
            )
        }
        callee => format!("{callee:?}"),
    }
}
