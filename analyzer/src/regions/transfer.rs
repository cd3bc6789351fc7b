//! One op, one terminator: what it does to regions, as events.
//!
//! Events come in batches. Those of a batch are judged against one state, the one before it, and
//! then applied in order; an op is one batch, except that each deferred call is one of its own.

use std::collections::BTreeSet;

use super::domain::{
    Access, Event, Fact, Holder, Keep, Mode, ScopeKey, State, Taken, Target, Touch, TouchKind,
};
use super::effects::{Actual, Effects, Use, actual, captures_after_params, effects, is_function};
use super::view::View;
use crate::hir::{BinaryOp, UnaryOp};
use crate::items::NodeIndex;
use crate::mir::{
    BlockId, BodyId, Callee, FormatPiece, Intrinsic, Local, LockMode, Op, OpKind, Operand, Point,
    Rvalue, ScopeRef, SelectOp, Terminator,
};
use crate::ty::Builtin;

/// What is judged against one state.
pub(super) type Batch = Vec<Event>;

/// What the op does.
pub(super) fn op(view: &View<'_>, state: &State, point: Point, op: &Op) -> Vec<Batch> {
    let mut step = Step { view, state, point, at: op.origin, events: Vec::new() };
    if op.kind == OpKind::RunDefers {
        return step.run_defers();
    }
    step.op(&op.kind);
    vec![step.events]
}

/// What the terminator does before control goes on, and then on each way.
pub(super) fn end(
    view: &View<'_>,
    state: &State,
    point: Point,
    end: &Terminator,
) -> (Batch, Vec<(BlockId, Batch)>) {
    let at = view.origin(point);
    let mut step = Step { view, state, point, at, events: Vec::new() };
    let ways = step.end(end);
    (step.events, ways)
}

struct Step<'a, 'v> {
    view: &'a View<'v>,
    state: &'a State,
    point: Point,
    at: NodeIndex,
    events: Batch,
}

impl Step<'_, '_> {
    fn op(&mut self, kind: &OpKind) {
        match kind {
            OpKind::Assign { dest, value } => self.assign(*dest, value),
            OpKind::SetField { base, value, .. } | OpKind::SetIndex { base, value, .. } => {
                self.touch(&Operand::Local(*base), TouchKind::Change);
                self.touch(value, TouchKind::Name);
                if let (Some(from), Some(into)) =
                    (self.view.holders.of(value), self.view.holders.local(*base))
                {
                    self.store(from, into);
                }
            }
            OpKind::Call { dest, callee, args } => self.call(*dest, callee, args),
            OpKind::Spawn { dest, scope, callee, args } => self.spawn(*dest, scope, callee, args),
            OpKind::Detach { callee, args } => self.detach(callee, args),
            OpKind::Join { dest, task } => self.join(*dest, task),
            OpKind::Settle { dest, task } => self.assign_from(*dest, &[Operand::Local(*task)]),
            OpKind::EnterScope { scope, .. } => self.events.push(Event::OpenScope(*scope)),
            OpKind::EndScope(scope) | OpKind::LeaveScope(scope) => {
                self.events.push(Event::CloseScope(*scope));
            }
            OpKind::EnterLock { loan, when, mode, .. } => self.enter_lock(*loan, *mode, when),
            OpKind::ExitLock { loan, .. } => self.events.push(Event::CloseLoan(*loan)),
            OpKind::Defer { callee, args } => self.defer(callee, args),
            OpKind::EnterAttempt { handler, .. } => self.events.push(Event::OpenAttempt(*handler)),
            OpKind::ExitAttempt => self.events.push(Event::CloseAttempt),
            OpKind::ParallelFor { body, iterable, captures } => {
                self.parallel_for(*body, iterable, captures);
            }
            OpKind::RunDefers
            | OpKind::EnterTaskLocal { .. }
            | OpKind::ExitTaskLocal { .. }
            | OpKind::EnterBlocking
            | OpKind::ExitBlocking => {}
        }
    }

    // ---------------------------------------------------------------------------------- values

    fn assign(&mut self, dest: Local, value: &Rvalue) {
        let parts = operands(value);
        for part in &parts {
            if let Some(kind) = self.touch_of(value, part) {
                self.touch(part, kind);
            }
        }
        let from: &[Operand] = if shares_operands(value) { &parts } else { &[] };
        self.assign_from(dest, from);
        self.track(dest, value);
    }

    /// How making the value uses a part; reading a name into another is no use of what it names.
    fn touch_of(&self, value: &Rvalue, part: &Operand) -> Option<TouchKind> {
        match value {
            Rvalue::Use(_) => None,
            Rvalue::Field(..) | Rvalue::Index(..) | Rvalue::Slice(..)
                if self.view.is_mutable(part) =>
            {
                Some(TouchKind::Read)
            }
            Rvalue::Format(_) => Some(TouchKind::Read),
            Rvalue::Binary(BinaryOp::In | BinaryOp::NotIn, ..) => Some(TouchKind::Read),
            _ => Some(TouchKind::Name),
        }
    }

    /// `dest` becomes something made of these; a loan's name then stands for what is guarded.
    fn assign_from(&mut self, dest: Local, from: &[Operand]) {
        let Some(holder) = self.view.holders.local(dest) else { return };
        let from: Vec<Holder> = from.iter().filter_map(|part| self.view.holders.of(part)).collect();
        self.assign_holders(dest, holder, from);
    }

    fn assign_holders(&mut self, dest: Local, holder: Holder, from: Vec<Holder>) {
        let at = self.at;
        let Some(loan) = self.state.open_loan(dest) else {
            return self.events.push(Event::Assign { dest: holder, from, at });
        };
        if from.iter().any(|from| self.state.loans(*from).contains(&loan)) {
            return self.events.push(Event::Assign { dest: holder, from, at });
        }
        for given in from {
            let access = Access::here(at);
            self.events.push(Event::Give { holder: given, access, keep: Keep::Stored });
        }
        self.events.push(Event::Replace { dest: holder, loan, at });
    }

    /// What else is known of a local's value: its functions, its task, what a bool tells.
    fn track(&mut self, dest: Local, value: &Rvalue) {
        if is_function(self.view, dest) {
            let targets = match value {
                Rvalue::Use(Operand::Local(from)) => self.state.targets(*from),
                Rvalue::Closure(body, _) => BTreeSet::from([Target::Body(*body)]),
                Rvalue::Function(Callee::Item(item)) => BTreeSet::from([Target::Item(*item)]),
                Rvalue::Function(Callee::Intrinsic(of)) => BTreeSet::from([Target::Intrinsic(*of)]),
                _ => BTreeSet::from([Target::Unknown]),
            };
            self.events.push(Event::Function { dest, targets });
        }
        if self.view.ty(dest).is(Builtin::Task) {
            let from = match value {
                Rvalue::Use(from) => from.local(),
                _ => None,
            };
            self.events.push(Event::Handle { dest, from });
        }
        if self.view.ty(dest).is(Builtin::Bool) {
            let known = |from: &Operand| {
                from.local().and_then(|from| self.state.outcomes.get(&from)).copied()
            };
            let tells = match value {
                Rvalue::Use(from) => known(from),
                Rvalue::Unary(UnaryOp::Not, from) => known(from).map(|(at, when)| (at, !when)),
                _ => None,
            };
            self.events.push(Event::Outcome { dest, tells });
        }
    }

    /// A call's result forgets what its local was; `from` is what it may be made of.
    fn result(&mut self, dest: Local, from: Vec<Holder>) {
        if let Some(holder) = self.view.holders.local(dest) {
            self.assign_holders(dest, holder, from);
        }
        self.track(dest, &Rvalue::Use(Operand::unit()));
    }

    /// Putting an owned value into another; into a lock's loan gives it away.
    fn store(&mut self, from: Holder, into: Holder) {
        let (source, target) = (self.state.loans(from), self.state.loans(into));
        if target.is_empty() || !source.is_disjoint(&target) {
            return self.events.push(Event::Store { from, into, at: self.at });
        }
        if source.is_empty() {
            let access = Access::here(self.at);
            return self.events.push(Event::Give { holder: from, access, keep: Keep::Stored });
        }
        self.events.push(Event::Store { from, into, at: self.at });
    }

    // ----------------------------------------------------------------------------------- calls

    fn call(&mut self, dest: Local, callee: &Callee, args: &[Operand]) {
        if let (Callee::Intrinsic(Intrinsic::TaskJoin | Intrinsic::TaskOutcome), [task]) =
            (callee, args)
        {
            return self.join(dest, task);
        }
        let effects = self.run(callee, args);
        let results = effects.results.clone();
        self.apply(effects);
        self.result(dest, results);
        if *callee == Callee::Intrinsic(Intrinsic::ChannelTrySend) {
            self.events.push(Event::Outcome { dest, tells: Some((self.at, true)) });
        }
    }

    fn run(&self, callee: &Callee, args: &[Operand]) -> Effects {
        let actuals = args.iter().map(|arg| actual(self.view, self.state, arg)).collect();
        effects(self.view, self.state, callee, actuals, None, self.at)
    }

    /// What is done in this task itself.
    fn apply(&mut self, effects: Effects) {
        for used in &effects.uses {
            let kind = match (used.keep, used.mode) {
                (Some((keep, _)), _) => TouchKind::Give(keep),
                (None, Some(Mode::Change)) => TouchKind::Change,
                (None, Some(Mode::Read)) => TouchKind::Read,
                (None, None) => TouchKind::Name,
            };
            self.touch_holder(used, kind);
        }
        self.beyond_uses(&effects);
        for used in &effects.uses {
            if let Some((keep, access)) = used.keep {
                self.events.push(Event::Give { holder: used.holder, access, keep });
            }
        }
    }

    /// What a callee does beyond using its arguments, wherever it runs.
    fn beyond_uses(&mut self, effects: &Effects) {
        for (first, second, kind, access) in &effects.apart {
            self.events.push(Event::Apart {
                first: *first,
                second: *second,
                kind: *kind,
                access: *access,
            });
        }
        for passed in &effects.passed {
            let taken = Taken {
                task: self.point,
                scope: passed.scope,
                mode: passed.mode,
                keep: passed.keep,
                access: passed.access,
            };
            self.take(passed.holder, passed.name.clone(), taken);
            self.events.push(Event::Started { task: self.point, scope: passed.scope, dest: None });
        }
        for (function, args) in &effects.param_calls {
            self.events.push(Event::CallParam { function: *function, args: args.clone() });
        }
        for (from, into) in &effects.stores {
            self.store(*from, *into);
        }
    }

    fn take(&mut self, holder: Holder, name: String, taken: Taken) {
        self.events.push(Event::Take { holder, name, taken });
    }

    fn spawn(&mut self, dest: Local, scope: &ScopeRef, callee: &Callee, args: &[Operand]) {
        let scope = match scope {
            ScopeRef::Own(scope) => ScopeKey::Own(*scope),
            ScopeRef::Passed(operand) => self.view.scope(operand),
        };
        let effects = self.run(callee, args);
        for used in &effects.uses {
            match used.mode {
                Some(mode) => {
                    let (keep, access) = (used.keep, used.access);
                    let taken = Taken { task: self.point, scope, mode, keep, access };
                    self.take(used.holder, used.name.clone(), taken);
                }
                None => self.touch_holder(used, TouchKind::Name),
            }
        }
        self.beyond_uses(&effects);
        self.result(dest, effects.results);
        self.events.push(Event::Started { task: self.point, scope, dest: Some(dest) });
    }

    /// The body form names nothing around it (else D001); the call form hands everything over.
    fn detach(&mut self, callee: &Callee, args: &[Operand]) {
        if matches!(callee, Callee::Body(_)) {
            return;
        }
        let function = match callee {
            Callee::Value(local) => Some(Operand::Local(*local)),
            _ => None,
        };
        for arg in args.iter().chain(&function) {
            self.touch(arg, TouchKind::Give(Keep::Detached));
        }
        for arg in args.iter().chain(&function) {
            if let Some(holder) = self.view.holders.of(arg) {
                let (access, keep) = (Access::here(self.at), Keep::Detached);
                self.events.push(Event::Give { holder, access, keep });
            }
        }
    }

    fn join(&mut self, dest: Local, task: &Operand) {
        self.touch(task, TouchKind::Name);
        if let Some(handle) = task.local() {
            self.events.push(Event::Ended { handle });
        }
        self.result(dest, self.view.holders.of(task).into_iter().collect());
    }

    // ---------------------------------------------------------------------------------- defers

    fn defer(&mut self, callee: &Callee, args: &[Operand]) {
        let function = match callee {
            Callee::Value(local) => Some(Operand::Local(*local)),
            _ => None,
        };
        let kept = self.view.holders.deferred(self.point);
        for (arg, kept) in args.iter().chain(&function).zip(kept) {
            self.touch(arg, TouchKind::Name);
            if let (Some(from), Some(kept)) = (self.view.holders.of(arg), kept) {
                self.events.push(Event::Assign { dest: *kept, from: vec![from], at: self.at });
            }
        }
        self.events.push(Event::Deferred(self.point));
    }

    fn run_defers(&mut self) -> Vec<Batch> {
        let mut batches = Vec::new();
        for point in self.state.deferred.iter().rev() {
            let Some(OpKind::Defer { callee, args }) = self.view.op(*point) else { continue };
            self.at = self.view.origin(*point);
            let kept = self.view.holders.deferred(*point);
            let held = |position: usize, operand: &Operand| Actual {
                holders: kept.get(position).copied().flatten().into_iter().collect(),
                ..actual(self.view, self.state, operand)
            };
            let actuals =
                args.iter().enumerate().map(|(position, arg)| held(position, arg)).collect();
            let function = match callee {
                Callee::Value(local) => Some(held(args.len(), &Operand::Local(*local))),
                _ => None,
            };
            let effects = effects(self.view, self.state, callee, actuals, function, self.at);
            self.apply(effects);
            batches.push(std::mem::take(&mut self.events));
        }
        batches
    }

    // ------------------------------------------------------------------------- locks and loops

    fn enter_lock(&mut self, loan: Local, mode: LockMode, when: &Option<(BodyId, Vec<Operand>)>) {
        if let Some((body, captures)) = when {
            let actuals = captures_after_params(self.view, self.state, *body, Vec::new(), captures);
            let run = Callee::Body(*body);
            let effects = effects(self.view, self.state, &run, actuals, None, self.at);
            self.apply(effects);
        }
        let holder = match mode {
            LockMode::Acquire => None,
            _ => self.view.holders.local(loan),
        };
        self.events.push(Event::OpenLoan { loan: self.point, local: loan, holder, at: self.at });
        self.track(loan, &Rvalue::Use(Operand::unit()));
    }

    fn parallel_for(&mut self, body: BodyId, iterable: &Operand, captures: &[Operand]) {
        self.touch(iterable, TouchKind::Read);
        let element = actual(self.view, self.state, iterable);
        let actuals = captures_after_params(self.view, self.state, body, vec![element], captures);
        let run = Callee::Body(body);
        let effects = effects(self.view, self.state, &run, actuals, None, self.at);
        self.apply(effects);
    }

    // ------------------------------------------------------------------------------------ ends

    fn end(&mut self, end: &Terminator) -> Vec<(BlockId, Batch)> {
        match end {
            Terminator::Next { iterator, dest, body, done } => {
                let mutable = self.view.walks_mutable(*iterator);
                let kind = if mutable { TouchKind::Read } else { TouchKind::Name };
                self.touch(&Operand::Local(*iterator), kind);
                let judged = std::mem::take(&mut self.events);
                self.assign_from(*dest, &[Operand::Local(*iterator)]);
                self.track(*dest, &Rvalue::Use(Operand::unit()));
                let element = std::mem::replace(&mut self.events, judged);
                vec![(*body, element), (*done, Vec::new())]
            }
            Terminator::Select { cases, otherwise } => {
                let judged = std::mem::take(&mut self.events);
                let mut ways = Vec::new();
                for case in cases {
                    self.at = case.origin;
                    self.select_case(&case.op);
                    ways.push((case.target, std::mem::take(&mut self.events)));
                }
                self.events = judged;
                ways.extend(otherwise.map(|block| (block, Vec::new())));
                ways
            }
            Terminator::Return(value) => {
                self.touch(value, TouchKind::Name);
                if let Some(holder) = self.view.holders.of(value) {
                    self.events.push(Event::Return { holder });
                }
                Vec::new()
            }
            _ => end.successors().into_iter().map(|block| (block, Vec::new())).collect(),
        }
    }

    fn select_case(&mut self, op: &SelectOp) {
        match op {
            SelectOp::Receive { dest, .. } => self.result(*dest, Vec::new()),
            SelectOp::Send { value, .. } => {
                self.touch(value, TouchKind::Give(Keep::Sent));
                if let Some(holder) = self.view.holders.of(value) {
                    let access = Access::here(self.at);
                    self.events.push(Event::Give { holder, access, keep: Keep::Sent });
                }
            }
            SelectOp::Timeout(_) | SelectOp::Closed(_) | SelectOp::Wait(_) => {}
        }
    }

    // --------------------------------------------------------------------------------- touches

    fn touch(&mut self, operand: &Operand, kind: TouchKind) {
        if let Some(holder) = self.view.holders.of(operand) {
            let (name, access) = (self.view.operand_name(operand), Access::here(self.at));
            self.events.push(Event::Touch(Touch { holder, name, kind, access, assumed: false }));
        }
    }

    fn touch_holder(&mut self, used: &Use, kind: TouchKind) {
        self.events.push(Event::Touch(Touch {
            holder: used.holder,
            name: used.name.clone(),
            kind,
            access: used.access,
            assumed: used.assumed,
        }));
    }
}

/// Whether storing `from` into `into` lets what a lock lends get out.
pub(super) fn lets_out(state: &State, from: Holder, into: Holder) -> Option<Point> {
    let into_loans = state.loans(into);
    state.loans(from).into_iter().find(|loan| {
        let outside = state.facts(into).contains(&Fact::Outside { loan: *loan });
        !into_loans.contains(loan) && (outside || !into_loans.is_empty())
    })
}

/// The operands of a value, in order.
fn operands(value: &Rvalue) -> Vec<Operand> {
    match value {
        Rvalue::Use(a)
        | Rvalue::Unary(_, a)
        | Rvalue::Field(a, _)
        | Rvalue::TupleField(a, _)
        | Rvalue::IsVariant(a, _)
        | Rvalue::Payload(a, ..)
        | Rvalue::Convert(_, a)
        | Rvalue::Iterate(a) => vec![a.clone()],
        Rvalue::Binary(_, a, b) | Rvalue::Index(a, b) => vec![a.clone(), b.clone()],
        Rvalue::Slice(a, start, end) => {
            [Some(a), start.as_ref(), end.as_ref()].into_iter().flatten().cloned().collect()
        }
        Rvalue::List(parts)
        | Rvalue::Set(parts)
        | Rvalue::Tuple(parts)
        | Rvalue::Struct(_, parts)
        | Rvalue::Variant(_, parts)
        | Rvalue::Closure(_, parts) => parts.clone(),
        Rvalue::Map(entries) => {
            entries.iter().flat_map(|(key, value)| [key.clone(), value.clone()]).collect()
        }
        Rvalue::Format(pieces) => pieces
            .iter()
            .filter_map(|piece| match piece {
                FormatPiece::Value { value, .. } => Some(value.clone()),
                FormatPiece::Text(_) => None,
            })
            .collect(),
        Rvalue::Function(_) | Rvalue::Constant(_) | Rvalue::TaskLocal(_) => Vec::new(),
    }
}

/// Whether an owned value made so reaches what its operands reach.
fn shares_operands(value: &Rvalue) -> bool {
    !matches!(value, Rvalue::Format(_) | Rvalue::IsVariant(..))
}
