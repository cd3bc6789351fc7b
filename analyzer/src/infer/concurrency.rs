//! Types of scopes, tasks, `select` and `with`.

use super::context::Context;
use super::operators::is_silent;
use super::statements::Flow;
use crate::Db;
use crate::diagnostics::{Code, Part};
use crate::hir::{
    ExprId, FrameId, LocalId, ScopeIdx, ScopeOption, SelectArm, SelectArmOp, SpawnScope, SpawnTask,
    Suite,
};
use crate::items::signature;
use crate::mir::{EnumRef, VariantRef};
use crate::ty::{Builtin, Ty};

/// The one variant of an error enum that holds a `TimeoutError`, which a timeout is wrapped in.
pub(crate) fn timeout_variant(db: &dyn Db, error: &Ty) -> Option<VariantRef> {
    let Ty::Adt(item, args) = error else { return None };
    let variants = &signature(db, *item).as_enum()?.variants;
    let is_timeout = |ty: &Ty| ty.substitute(*item, args).is(Builtin::TimeoutError);
    let mut holding = variants.iter().enumerate().filter(
        |(_, variant)| matches!(variant.fields.as_slice(), [field] if is_timeout(&field.ty)),
    );
    let (index, variant) = holding.next()?;
    let owner = EnumRef::Item(*item);
    let found = VariantRef { owner, index: index as u32, name: variant.name.clone() };
    holding.next().is_none().then_some(found)
}

/// Whether what a variant of the error enum holds is not known, which a finding says.
fn is_unclear(db: &dyn Db, error: &Ty) -> bool {
    let Ty::Adt(item, _) = error else { return false };
    let variants = signature(db, *item).as_enum().map_or(&[][..], |of| &of.variants);
    variants.iter().flat_map(|variant| &variant.fields).any(|field| field.ty == Ty::Unknown)
}

impl Context<'_> {
    /// The `Task[T]` that a `spawn` gives.
    pub(super) fn spawn(&mut self, scope: Option<SpawnScope>, task: &SpawnTask) -> Ty {
        if let Some(SpawnScope::Named(handle)) = scope {
            self.lent.insert(handle);
            self.check(handle, &Ty::simple(Builtin::Scope), "`spawn in` takes");
        }
        let result = self.task(task);
        Ty::of(Builtin::Task, result)
    }

    /// What the task yields.
    pub(super) fn task(&mut self, task: &SpawnTask) -> Ty {
        match task {
            SpawnTask::Call(call) => {
                let ty = self.expr(*call, None);
                if self.table.shallow(&ty) == Ty::Never { Ty::unit() } else { ty }
            }
            SpawnTask::Body(frame, suite) => self.task_body(*frame, suite),
        }
    }

    /// A body whose `return`s decide its result; without any, it is `()`.
    pub(super) fn task_body(&mut self, frame: FrameId, suite: &Suite) -> Ty {
        let ret = self.table.fresh();
        self.enter(frame, ret.clone(), "the task returns".to_owned());
        let flow = self.suite(suite);
        self.leave();
        match (self.table.shallow(&ret), flow) {
            (Ty::Var(_), _) => {
                self.table.unify(&ret, &Ty::unit());
            }
            (known, Flow::Continues) if !known.is(Builtin::Unit) => {
                let node = suite.first().map(|stmt| self.at_stmt(*stmt));
                let node = node.unwrap_or(crate::items::NodeIndex::ITEM);
                self.missing_return(&known, node, "this task's body", suite);
            }
            _ => {}
        }
        ret
    }

    pub(super) fn concurrent(&mut self, scope: ScopeIdx) -> Flow {
        let data = &self.body.scopes[scope];
        for (option, value) in &data.options {
            let (ty, taker) = match option {
                ScopeOption::Timeout => (Ty::simple(Builtin::Duration), "`timeout` takes"),
                ScopeOption::Deadline => (Ty::simple(Builtin::Instant), "`deadline` takes"),
                ScopeOption::Limit => (Ty::int(), "`limit` takes"),
            };
            self.check(*value, &ty, taker);
        }
        if let Some(handle) = data.handle {
            self.result.locals.insert(handle, Ty::simple(Builtin::Scope));
            self.ended.remove(&handle);
        }
        let mut flow = self.suite(&data.suite);
        self.ended.extend(data.handle);
        for (inside, after) in &data.settled {
            self.settle(*inside, *after);
        }
        if data.can_time_out() {
            match &data.otherwise {
                Some(otherwise) => flow = flow.or(self.suite(otherwise)),
                None if self.timeout_unhandled(scope) => flow = flow.or(Flow::Unclear),
                None => {}
            }
        }
        flow
    }

    fn settle(&mut self, inside: LocalId, after: LocalId) {
        let task = self.local(inside);
        let result = self.table.shallow(&task).arg(0);
        let known = self.local(after);
        if !self.table.unify(&known, &result) {
            let name = &self.body.locals[after].name;
            let message = format!(
                "`{name}` holds `{}`, but the task leaves `{}` in it at the scope's end",
                self.show(&known),
                self.show(&result)
            );
            let node = self.source_map.locals.get(inside).copied();
            let node = node.unwrap_or(crate::items::NodeIndex::ITEM);
            self.mistake(Code::T001, node, message, "use another name for the task");
        }
    }

    /// With no `else`, a timeout returns `Err(TimeoutError)`. Whether the body is unable to.
    fn timeout_unhandled(&mut self, scope: ScopeIdx) -> bool {
        let (ret, _) = self.returned();
        let error = self.table.shallow(&self.table.shallow(&ret).arg(1));
        if timeout_variant(self.db, &error).is_some() || is_unclear(self.db, &error) {
            return false;
        }
        let value = self.table.fresh();
        let early = Ty::result(value, Ty::simple(Builtin::TimeoutError));
        let unhandled = !self.table.unify(&ret, &early);
        if unhandled {
            let node = self.source_map.scopes.get(scope).copied();
            let node = node.unwrap_or(crate::items::NodeIndex::ITEM);
            let shown = self.show(&ret);
            let message = format!(
                "when this scope runs out of time, the function would return \
                 `Err(TimeoutError)`, but it returns `{shown}`"
            );
            let finding = crate::diagnostics::Finding::new(
                Code::T010,
                self.site(node).part(Part::Keyword),
                message,
            );
            self.report(
                finding.help("add an `else:` to the block, or return a `Result[…, TimeoutError]`"),
            );
        }
        unhandled
    }

    pub(super) fn select(&mut self, arms: &[SelectArm], otherwise: Option<&Suite>) -> Flow {
        let mut flow = if arms.is_empty() { Flow::Unclear } else { Flow::Leaves };
        for arm in arms {
            if let Some(guard) = arm.guard {
                self.condition(guard);
            }
            self.select_op(&arm.op);
            flow = flow.or(self.suite(&arm.suite));
        }
        match otherwise {
            Some(suite) => flow.or(self.suite(suite)),
            None => flow,
        }
    }

    fn select_op(&mut self, op: &SelectArmOp) {
        match op {
            SelectArmOp::Receive(pattern, channel) => {
                let element = self.channel(*channel, &[Builtin::Channel, Builtin::Receiver]);
                self.irrefutable(*pattern, &element);
            }
            SelectArmOp::Send(channel, value) => {
                let element = self.channel(*channel, &[Builtin::Channel, Builtin::Sender]);
                self.check(*value, &element, "the channel takes");
            }
            SelectArmOp::Timeout(length) => {
                self.check(*length, &Ty::simple(Builtin::Duration), "`timeout` takes");
            }
            SelectArmOp::Closed(channel) => {
                self.channel(*channel, &[Builtin::Channel, Builtin::Receiver]);
            }
            SelectArmOp::Wait(signal) => {
                self.check(*signal, &Ty::simple(Builtin::Signal), "`wait` in a `select` is of");
            }
            SelectArmOp::Missing => {}
        }
    }

    /// The element type of a channel or a view of one.
    fn channel(&mut self, channel: ExprId, allowed: &[Builtin]) -> Ty {
        let ty = self.value(channel, None);
        if ty.builtin().is_some_and(|builtin| allowed.contains(&builtin)) {
            return ty.arg(0);
        }
        if !is_silent(&ty) {
            let message = format!("a channel is needed here, but this is `{}`", self.show(&ty));
            let help = "name a `channel`, or a view of one that allows it";
            self.mistake(Code::T001, self.at(channel), message, help);
        }
        Ty::Unknown
    }

    /// `with resource as name when condition:`
    pub(super) fn with(
        &mut self,
        resource: ExprId,
        name: Option<LocalId>,
        when: Option<&(FrameId, ExprId)>,
        suite: &Suite,
    ) -> Flow {
        self.resource = Some(resource);
        let ty = self.value(resource, None);
        let lent = match ty.builtin() {
            Some(Builtin::MutexGuard | Builtin::ReadLoan | Builtin::WriteLoan) => ty.arg(0),
            Some(Builtin::Permit) => Ty::unit(),
            _ => {
                if !is_silent(&ty) {
                    let message = format!("`with` takes a lock, but this is `{}`", self.show(&ty));
                    let help =
                        "write `with m.lock() as x:`, `r.read()`, `r.write()` or `s.acquire()`";
                    self.mistake(Code::T001, self.at(resource), message, help);
                }
                Ty::Unknown
            }
        };
        if let Some(name) = name {
            let known = self.local(name);
            self.table.unify(&known, &lent);
        }
        if let Some((frame, condition)) = when {
            if ty.is(Builtin::Permit) {
                let message = "`when` asks what a lock guards, and a semaphore guards nothing";
                let help = "guard with a `mutex` what the condition is about: \
                            `with m.lock() as x when …`";
                self.mistake(Code::T004, self.at(*condition), message.to_owned(), help);
            }
            for param in &self.body.frames[*frame].params {
                self.result.locals.insert(param.local, lent.clone());
            }
            self.enter(*frame, Ty::bool(), "a condition is".to_owned());
            self.condition(*condition);
            self.leave();
        }
        self.suite(suite)
    }
}
