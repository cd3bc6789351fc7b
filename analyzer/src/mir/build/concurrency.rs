//! Scopes, tasks, `select`, parallel loops, and expressions that bracket another.

use super::Builder;
use super::calls::Invocation;
use super::exits::Open;
use super::types::{element_ty, err, ok};
use crate::hir::{
    Expr, ExprId, FrameId, PatId, ScopeIdx, ScopeOption, SpawnScope, SpawnTask, Suite,
};
use crate::infer::timeout_variant;
use crate::items::builtin_item;
use crate::mir::{
    BlockId, BodyKind, Callee, Local, OpKind, Operand, Rvalue, ScopeDecl, ScopeId, ScopeRef,
};
use crate::ty::{Builtin, Ownership, Ty};

impl Builder<'_> {
    /// `concurrent`, its end in the text, and where a timeout continues.
    pub(super) fn concurrent(&mut self, index: ScopeIdx) {
        let hir = self.hir;
        let data = &hir.scopes[index];
        let (mut timeout, mut deadline, mut limit) = (None, None, None);
        for (option, value) in &data.options {
            let place = match option {
                ScopeOption::Timeout => &mut timeout,
                ScopeOption::Deadline => &mut deadline,
                ScopeOption::Limit => &mut limit,
            };
            *place = Some(self.value(*value));
        }
        let on_timeout = data.can_time_out().then(|| self.new_block());
        let scope = self.declare_scope(index, on_timeout);
        let handle = data.handle.map(|handle| self.written(handle));
        self.emit(OpKind::EnterScope { scope, timeout, deadline, limit, handle });
        self.while_open(Open::Scope(scope), |builder| builder.suite(&data.suite));
        self.emit(OpKind::EndScope(scope));
        for (inside, after) in &data.settled {
            let (dest, task) = (self.written(*after), self.written(*inside));
            self.emit(OpKind::Settle { dest, task });
        }
        if let Some(on_timeout) = on_timeout {
            self.after_timeout(on_timeout, data.otherwise.as_ref());
        }
    }

    fn declare_scope(&mut self, index: ScopeIdx, on_timeout: Option<BlockId>) -> ScopeId {
        let data = &self.hir.scopes[index];
        let scope = ScopeId(self.draft.scopes.len() as u32);
        self.draft.scopes.push(ScopeDecl {
            name: data.handle.map(|handle| self.hir.locals[handle].name.clone()),
            supervised: data.supervised,
            on_timeout,
            origin: self.source_map.scopes.get(index).copied().unwrap_or(self.draft.at),
        });
        self.draft.scope_ids.insert(index, scope);
        scope
    }

    fn after_timeout(&mut self, on_timeout: BlockId, otherwise: Option<&Suite>) {
        let join = self.new_block();
        self.goto(join);
        self.enter(on_timeout);
        match otherwise {
            Some(suite) => self.suite(suite),
            None => match self.timeout_error() {
                Some(error) => {
                    let early = Rvalue::Variant(err(), vec![error]);
                    let early = self.temp_with(self.draft.ret.clone(), early);
                    self.return_value(early);
                }
                None => self.fail("the scope ran out of time, and nothing handles that"),
            },
        }
        self.goto(join);
        self.enter(join);
    }

    /// The error that the function returns when a scope runs out of time: a `TimeoutError`, in the
    /// variant that holds it when the error type is an enum.
    fn timeout_error(&mut self) -> Option<Operand> {
        let ret = self.draft.ret.clone();
        if !ret.is(Builtin::Result) {
            return None;
        }
        let wrapping = match ret.arg(1) {
            Ty::Builtin(Builtin::TimeoutError, _) => None,
            error @ Ty::Adt(..) => Some(timeout_variant(self.db, &error)?),
            _ => return None,
        };
        let item = builtin_item(self.db, Builtin::TimeoutError)?;
        let plain = Rvalue::Struct(item, Vec::new());
        let plain = self.temp_with(Ty::simple(Builtin::TimeoutError), plain);
        Some(match wrapping {
            Some(variant) => self.temp_with(ret.arg(1), Rvalue::Variant(variant, vec![plain])),
            None => plain,
        })
    }

    /// `spawn …`; without a scope to belong to, which is a finding, it runs in place.
    pub(super) fn spawn_into(&mut self, dest: Local, scope: Option<SpawnScope>, task: &SpawnTask) {
        let scope = scope.and_then(|scope| self.scope_ref(scope));
        let Some((callee, args)) = self.task(BodyKind::Task, task) else {
            return self.fail("this task could not be understood");
        };
        self.emit(match scope {
            Some(scope) => OpKind::Spawn { dest, scope, callee, args },
            None => OpKind::Call { dest, callee, args },
        });
    }

    fn scope_ref(&mut self, scope: SpawnScope) -> Option<ScopeRef> {
        match scope {
            SpawnScope::Nearest(index) => {
                self.draft.scope_ids.get(&index).copied().map(ScopeRef::Own)
            }
            SpawnScope::Named(name) => match self.own_open_scope(name) {
                Some(scope) => Some(ScopeRef::Own(scope)),
                None => Some(ScopeRef::Passed(self.value(name))),
            },
        }
    }

    /// The scope of this body that a name stands for, while it is open.
    fn own_open_scope(&self, name: ExprId) -> Option<ScopeId> {
        let Expr::Local(local) = &self.hir.exprs[name] else { return None };
        let (index, _) = self.hir.scopes.iter().find(|(_, scope)| scope.handle == Some(*local))?;
        let scope = self.draft.scope_ids.get(&index).copied()?;
        let is_open = |open: &Open| matches!(open, Open::Scope(open) if *open == scope);
        self.draft.open.iter().any(is_open).then_some(scope)
    }

    /// `detach …`
    pub(super) fn detach(&mut self, task: &SpawnTask) {
        match self.task(BodyKind::Detached, task) {
            Some((callee, args)) => self.emit(OpKind::Detach { callee, args }),
            None => self.fail("this task could not be understood"),
        }
    }

    fn task(&mut self, kind: BodyKind, task: &SpawnTask) -> Option<(Callee, Vec<Operand>)> {
        let call = match task {
            SpawnTask::Body(frame, suite) => {
                return Some(self.task_body(kind, *frame, suite).callee());
            }
            SpawnTask::Call(call) => *call,
        };
        match self.invocation(call)? {
            Invocation::Run(callee, args) => Some((callee, args)),
            Invocation::Construct(value) => {
                let ty = self.plain_ty(call);
                let value = self.temp_with(ty.clone(), value);
                Some(self.value_body(kind, value, ty).callee())
            }
        }
    }

    /// `defer call`: callee, receiver and arguments are evaluated here.
    pub(super) fn defer(&mut self, call: ExprId) {
        match self.invocation(call) {
            Some(Invocation::Run(callee, args)) => self.emit(OpKind::Defer { callee, args }),
            Some(Invocation::Construct(_)) => {}
            None => self.fail("`defer` takes a call"),
        }
    }

    /// `parallel for`
    pub(super) fn parallel_for(
        &mut self,
        pattern: PatId,
        iterable: ExprId,
        frame: FrameId,
        suite: &Suite,
    ) {
        let walked = self.ty(iterable);
        let element = element_ty(&walked);
        let mut iterable = self.value(iterable);
        // Rounds are cut from a whole: a channel's values are waited for first.
        if walked.is(Builtin::Channel) || walked.is(Builtin::Receiver) {
            iterable = self.gather(iterable, &Ty::of(Builtin::List, element.clone()));
        }
        let inner = self.child(BodyKind::Iteration, Some(frame), None, Ty::unit(), |builder| {
            let param = builder.pattern_local(pattern, &element);
            builder.draft.params = param.0 + 1;
            builder.bind(pattern, Operand::Local(param), &element);
            builder.suite(suite);
            builder.fall_off_the_end();
        });
        let (body, captures) = (inner.body, inner.captures);
        let reaches_owned = captures.iter().chain([&iterable]).any(|operand| {
            let local = operand.local();
            local
                .is_some_and(|local| self.draft.locals[local.index()].ownership == Ownership::Owned)
        });
        if reaches_owned {
            self.emit(OpKind::CheckDistinct(body));
        }
        self.emit(OpKind::ParallelFor { body, iterable, captures });
    }

    /// `attempt e`: `Ok` of its value, or `Err` of the failure.
    pub(super) fn attempt_into(&mut self, dest: Local, inner: ExprId) {
        let failure = self.temp(Ty::simple(Builtin::Failure));
        let (handler, join) = (self.new_block(), self.new_block());
        self.emit(OpKind::EnterAttempt { failure, handler });
        let value = self.while_open(Open::Attempt, |builder| builder.value(inner));
        self.emit(OpKind::ExitAttempt);
        self.assign(dest, Rvalue::Variant(ok(), vec![value]));
        self.goto(join);
        self.enter(handler);
        self.assign(dest, Rvalue::Variant(err(), vec![Operand::Local(failure)]));
        self.goto(join);
        self.enter(join);
    }

    /// `blocking { e }`
    pub(super) fn blocking_into(&mut self, dest: Local, inner: ExprId) {
        self.emit(OpKind::EnterBlocking);
        self.while_open(Open::Blocking, |builder| builder.value_into(dest, inner));
        self.emit(OpKind::ExitBlocking);
    }
}
