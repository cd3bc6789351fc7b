//! One op, one terminator: what it does to regions, as events.
//!
//! Events come in batches. Those of a batch are judged against one state, the one before it, and
//! then applied in order; an op is one batch, except that each deferred call is one of its own.

use std::collections::BTreeSet;

use super::domain::{
    Access, Event, Fact, Holder, Keep, Mode, ScopeKey, State, Taken, Target, Touch, TouchKind,
};
use super::effects::{Actual, Effects, Use, actual, captures_after_params, effects, is_function};
use super::paths::{Kind, Link, Place, Source, Step as Inwards};
use super::view::View;
use crate::hir::{BinaryOp, UnaryOp};
use crate::items::NodeIndex;
use crate::mir::{
    BlockId, BodyId, Callee, Const, FormatPiece, Intrinsic, Local, LockMode, Op, OpKind, Operand,
    Point, Rvalue, ScopeRef, SelectOp, Terminator,
};
use crate::ty::Builtin;

/// What is judged against one state.
pub(super) type Batch = Vec<Event>;

/// What the op does.
pub(super) fn op(view: &View<'_>, state: &State, point: Point, op: &Op) -> Vec<Batch> {
    let (events, afterwards) = (Vec::new(), Vec::new());
    let mut step = Step { view, state, point, at: op.origin, events, afterwards };
    if op.kind == OpKind::RunDefers {
        return step.run_defers();
    }
    step.op(&op.kind);
    vec![step.events, step.afterwards]
}

/// What the terminator does before control goes on, and then on each way.
pub(super) fn end(
    view: &View<'_>,
    state: &State,
    point: Point,
    end: &Terminator,
) -> (Batch, Vec<(BlockId, Batch)>) {
    let at = view.origin(point);
    let mut step = Step { view, state, point, at, events: Vec::new(), afterwards: Vec::new() };
    let ways = step.end(end);
    (step.events, ways)
}

struct Step<'a, 'v> {
    view: &'a View<'v>,
    state: &'a State,
    point: Point,
    at: NodeIndex,
    events: Batch,
    /// What is judged against the state that the op leaves.
    afterwards: Batch,
}

impl Step<'_, '_> {
    fn op(&mut self, kind: &OpKind) {
        match kind {
            OpKind::Assign { dest, value } => self.assign(*dest, value),
            OpKind::SetField { base, field, value } => {
                self.set(*base, Inwards::Part(*field), value);
            }
            OpKind::SetIndex { base, index, value } => {
                self.set(*base, self.element(*base, index), value);
            }
            OpKind::Call { dest, callee, args } => self.call(*dest, callee, args),
            OpKind::Spawn { dest, scope, callee, args } => self.spawn(*dest, scope, callee, args),
            OpKind::Detach { callee, args } => self.detach(callee, args),
            OpKind::Join { dest, task } => self.join(*dest, task),
            OpKind::Settle { dest, task } => {
                self.assign_from(*dest, self.wholes(&[Operand::Local(*task)]));
            }
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
            | OpKind::CheckDistinct(_)
            | OpKind::ExitBlocking => {}
        }
    }

    // ---------------------------------------------------------------------------------- values

    fn assign(&mut self, dest: Local, value: &Rvalue) {
        for part in operands(value) {
            if let Some((kind, deep)) = self.touch_of(value, &part) {
                self.touch_at(&part, kind, deep);
            }
        }
        self.assign_from(dest, self.sources(value));
        self.track(dest, value);
    }

    /// How making the value uses a part, and whether what is in it too; reading a name into another is
    /// no use of what it names.
    fn touch_of(&self, value: &Rvalue, part: &Operand) -> Option<(TouchKind, bool)> {
        match value {
            Rvalue::Use(_) => None,
            Rvalue::Field(..) | Rvalue::Index(..) | Rvalue::Slice(..)
                if self.view.is_mutable(part) =>
            {
                Some((TouchKind::Read, false))
            }
            Rvalue::Format(_) => Some((TouchKind::Read, true)),
            Rvalue::Binary(BinaryOp::In | BinaryOp::NotIn, ..) => Some((TouchKind::Read, true)),
            // A part is named only where it is used itself.
            Rvalue::Field(..)
            | Rvalue::Index(..)
            | Rvalue::TupleField(..)
            | Rvalue::Payload(..)
            | Rvalue::IsVariant(..) => Some((TouchKind::Name, false)),
            _ => Some((TouchKind::Name, true)),
        }
    }

    /// What an owned value is made of.
    fn sources(&self, value: &Rvalue) -> Vec<Source> {
        let holder = |operand: &Operand| self.view.holders.of(operand);
        let one = |operand: &Operand, source: &dyn Fn(Holder) -> Source| {
            holder(operand).map(source).into_iter().collect::<Vec<Source>>()
        };
        let put = |parts: &[Operand], step: &dyn Fn(u32) -> Inwards| {
            let parts = parts.iter().enumerate();
            parts
                .filter_map(|(index, part)| Some(Source::put(holder(part)?, step(index as u32))))
                .collect()
        };
        match value {
            Rvalue::Use(of) | Rvalue::Convert(_, of) => one(of, &Source::whole),
            Rvalue::Field(of, part)
            | Rvalue::TupleField(of, part)
            | Rvalue::Payload(of, _, part) => one(of, &|of| Source::part(of, Inwards::Part(*part))),
            Rvalue::Index(of, index) => {
                let step = of.local().map_or(Inwards::Item, |local| self.element(local, index));
                one(of, &|of| Source::part(of, step))
            }
            Rvalue::Slice(of, ..) => one(of, &Source::elements),
            Rvalue::Iterate(of) => one(of, &Source::elements)
                .into_iter()
                .chain(one(of, &|of| Source { kind: Kind::Spine, ..Source::whole(of) }))
                .collect(),
            Rvalue::List(parts) => put(parts, &Inwards::At),
            Rvalue::Set(parts) => put(parts, &|_| Inwards::Item),
            Rvalue::Map(entries) => {
                let values: Vec<Operand> = entries.iter().map(|(_, value)| value.clone()).collect();
                put(&values, &|_| Inwards::Item)
            }
            Rvalue::Tuple(parts)
            | Rvalue::Struct(_, parts)
            | Rvalue::Variant(_, parts)
            | Rvalue::Closure(_, parts) => put(parts, &Inwards::Part),
            Rvalue::Unary(_, of) => one(of, &Source::loose),
            Rvalue::Binary(_, a, b) => {
                one(a, &Source::loose).into_iter().chain(one(b, &Source::loose)).collect()
            }
            Rvalue::Format(_)
            | Rvalue::IsVariant(..)
            | Rvalue::Function(_)
            | Rvalue::Constant(_)
            | Rvalue::TaskLocal(_) => Vec::new(),
        }
    }

    /// The step to an element: constant indices of lists are apart.
    fn element(&self, base: Local, index: &Operand) -> Inwards {
        let is_list =
            matches!(self.view.ty(base).builtin(), Some(Builtin::MutableList | Builtin::List));
        match index {
            Operand::Const(Const::Int(index)) if is_list && *index >= 0 => {
                Inwards::At(u32::try_from(*index).unwrap_or(u32::MAX))
            }
            _ => Inwards::Item,
        }
    }

    fn set(&mut self, base: Local, step: Inwards, value: &Operand) {
        self.touch_at(&Operand::Local(base), TouchKind::Change, false);
        self.touch(value, TouchKind::Name);
        if let (Some(from), Some(into)) =
            (self.view.holders.of(value), self.view.holders.local(base))
        {
            let place = Place::whole(into).below(step);
            self.store_at(Place::whole(from), place, Kind::Same, step != Inwards::Item);
        }
    }

    fn wholes(&self, parts: &[Operand]) -> Vec<Source> {
        parts.iter().filter_map(|part| self.view.holders.of(part)).map(Source::whole).collect()
    }

    /// `dest` becomes something made of these; a loan's name then stands for what is guarded.
    fn assign_from(&mut self, dest: Local, from: Vec<Source>) {
        let Some(holder) = self.view.holders.local(dest) else { return };
        self.assign_holders(dest, holder, from, Vec::new());
    }

    fn assign_holders(
        &mut self,
        dest: Local,
        holder: Holder,
        from: Vec<Source>,
        shared: Vec<Link>,
    ) {
        let at = self.at;
        let is_loan = self.state.open_loan(dest).filter(|loan| {
            let place = |from: &Source| Place { holder: from.holder, path: from.from };
            !from.iter().any(|from| self.state.loans(place(from)).contains(loan))
        });
        let Some(loan) = is_loan else {
            return self.events.push(Event::Assign { dest: holder, from, shared, at });
        };
        for given in from {
            let (access, keep) = (Access::here(at), Keep::Stored);
            let place = Place { holder: given.holder, path: given.from };
            self.events.push(Event::Give { place, access, keep });
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
    fn result(&mut self, dest: Local, from: Vec<Source>, shared: Vec<Link>) {
        if let Some(holder) = self.view.holders.local(dest) {
            self.assign_holders(dest, holder, from, shared);
        }
        self.track(dest, &Rvalue::Use(Operand::unit()));
    }

    /// What comes from elsewhere may hold one value in several places.
    fn received(&mut self, dest: Local) {
        let shared = match self.view.may_hold_twice(dest) {
            true => vec![Link::LOOSE],
            false => Vec::new(),
        };
        self.result(dest, Vec::new(), shared);
    }

    /// Putting an owned value into another; into a lock's loan gives it away.
    fn store(&mut self, from: Place, into: Place, kind: Kind) {
        self.store_at(from, into, kind, false);
    }

    fn store_at(&mut self, from: Place, into: Place, kind: Kind, replaces: bool) {
        let (source, target) = (self.state.loans(from), self.state.loans(into));
        if source.is_empty() && !target.is_empty() {
            let access = Access::here(self.at);
            return self.events.push(Event::Give { place: from, access, keep: Keep::Stored });
        }
        self.events.push(Event::Store { from, into, kind, replaces, at: self.at });
    }

    // ----------------------------------------------------------------------------------- calls

    fn call(&mut self, dest: Local, callee: &Callee, args: &[Operand]) {
        if let (Callee::Intrinsic(Intrinsic::TaskJoin | Intrinsic::TaskOutcome), [task]) =
            (callee, args)
        {
            return self.join(dest, task);
        }
        let effects = self.run(callee, args);
        let (results, shared) = (effects.results.clone(), effects.shared.clone());
        self.apply(effects);
        match callee {
            Callee::Intrinsic(
                Intrinsic::ChannelReceive | Intrinsic::ChannelNext | Intrinsic::ChannelTryReceive,
            ) => self.received(dest),
            _ => self.result(dest, results, shared),
        }
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
                self.events.push(Event::Give { place: used.place, access, keep });
            }
        }
        self.shift(&effects);
        for used in &effects.afterwards {
            let kind = match used.mode {
                Some(Mode::Change) => TouchKind::Change,
                _ => TouchKind::Read,
            };
            let (place, deep, access) = (used.place, used.deep, used.access);
            let name = used.name.clone();
            let touch = Touch { place, deep, name, kind, access, assumed: false };
            self.afterwards.push(Event::Touch(touch));
        }
    }

    fn shift(&mut self, effects: &Effects) {
        let shifts = effects.shifts.iter();
        self.events.extend(shifts.map(|(place, deep)| Event::Shift { place: *place, deep: *deep }));
    }

    /// What a callee does beyond using its arguments, wherever it runs.
    fn beyond_uses(&mut self, effects: &Effects) {
        for apart in &effects.apart {
            self.events.push(Event::Apart {
                first: apart.first,
                second: apart.second,
                within: apart.within,
                kind: apart.kind,
                access: apart.access,
            });
        }
        for passed in &effects.passed {
            let taken = Taken {
                holder: passed.place.holder,
                task: self.point,
                scope: passed.scope,
                mode: passed.mode,
                keep: passed.keep,
                access: passed.access,
            };
            self.take(passed.place, passed.deep, passed.name.clone(), taken);
            self.events.push(Event::Started { task: self.point, scope: passed.scope, dest: None });
        }
        for (function, args) in &effects.param_calls {
            self.events.push(Event::CallParam { function: *function, args: args.clone() });
        }
        for (from, into, kind) in &effects.stores {
            self.store(*from, *into, *kind);
        }
    }

    fn take(&mut self, place: Place, deep: bool, name: String, taken: Taken) {
        self.events.push(Event::Take { place, deep, name, taken });
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
                    let holder = used.place.holder;
                    let taken = Taken { holder, task: self.point, scope, mode, keep, access };
                    self.take(used.place, used.deep, used.name.clone(), taken);
                }
                None => self.touch_holder(used, TouchKind::Name),
            }
        }
        self.beyond_uses(&effects);
        self.shift(&effects);
        self.result(dest, effects.results, effects.shared);
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
                self.events.push(Event::Give { place: Place::whole(holder), access, keep });
            }
        }
    }

    fn join(&mut self, dest: Local, task: &Operand) {
        self.touch(task, TouchKind::Name);
        if let Some(handle) = task.local() {
            self.events.push(Event::Ended { handle });
        }
        self.result(dest, self.wholes(std::slice::from_ref(task)), Vec::new());
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
                let (from, shared) = (vec![Source::whole(from)], Vec::new());
                self.events.push(Event::Assign { dest: *kept, from, shared, at: self.at });
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
                places: kept
                    .get(position)
                    .copied()
                    .flatten()
                    .map(Place::whole)
                    .into_iter()
                    .collect(),
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
        let walked = actual(self.view, self.state, iterable);
        let elements = walked.places.iter().map(|place| place.below(Inwards::Item)).collect();
        let element = Actual { places: elements, ty: None, ..walked };
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
                self.touch_at(&Operand::Local(*iterator), kind, false);
                let judged = std::mem::take(&mut self.events);
                match self.view.holders.local(*iterator) {
                    Some(holder) => {
                        let element = Source { cut: true, ..Source::part(holder, Inwards::Item) };
                        self.assign_from(*dest, vec![element]);
                    }
                    None => self.received(*dest),
                }
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
            SelectOp::Receive { dest, .. } => self.received(*dest),
            SelectOp::Send { value, .. } => {
                self.touch(value, TouchKind::Give(Keep::Sent));
                if let Some(holder) = self.view.holders.of(value) {
                    let access = Access::here(self.at);
                    let place = Place::whole(holder);
                    self.events.push(Event::Give { place, access, keep: Keep::Sent });
                }
            }
            SelectOp::Timeout(_) | SelectOp::Closed(_) | SelectOp::Wait(_) => {}
        }
    }

    // --------------------------------------------------------------------------------- touches

    fn touch(&mut self, operand: &Operand, kind: TouchKind) {
        self.touch_at(operand, kind, true);
    }

    fn touch_at(&mut self, operand: &Operand, kind: TouchKind, deep: bool) {
        if let Some(holder) = self.view.holders.of(operand) {
            let (name, access) = (self.view.operand_name(operand), Access::here(self.at));
            let place = Place::whole(holder);
            let touch = Touch { place, deep, name, kind, access, assumed: false };
            self.events.push(Event::Touch(touch));
        }
    }

    fn touch_holder(&mut self, used: &Use, kind: TouchKind) {
        self.events.push(Event::Touch(Touch {
            place: used.place,
            deep: used.deep,
            name: used.name.clone(),
            kind,
            access: used.access,
            assumed: used.assumed,
        }));
    }
}

/// Whether storing `from` into `into` lets what a lock lends get out.
pub(super) fn lets_out(state: &State, from: Place, into: Place) -> Option<Point> {
    let into_loans = state.loans(into);
    state.loans(from).into_iter().find(|loan| {
        let outside = state.facts(into, false).contains(&Fact::Outside { loan: *loan });
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
