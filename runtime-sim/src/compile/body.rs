//! One body: its blocks one after the other, jumps patched at the end.

use std::sync::Arc;

use weir_analyzer::FileKind;
use weir_analyzer::items::{ItemId, NodeIndex};
use weir_analyzer::mir::{
    Block, BlockId, BodyId, Callee, Intrinsic, Local, MirBody, Op, OpKind, Operand, Rvalue,
    ScopeRef, SelectCase, SelectOp, Terminator,
};
use weir_analyzer::regions::entry_places;
use weir_analyzer::ty::{Builtin, Ty};

use super::fuse::{LANDING, Uses, uses};
use super::places::NO_PLACE;
use super::registers::Registers;
use super::{CompileError, Compiler};
use crate::bounds::REGISTERS_MAX;
use crate::program::{
    Case, CaseOp, Code, CodeId, DistinctPlace, Instr, ListId, Native, Plan, Reg, ScopeInfo,
    ScopeSlot, Slot, Target,
};

/// A body on its way.
pub(super) struct BodyCompiler<'a, 'db> {
    pub(super) compiler: &'a mut Compiler<'db>,
    pub(super) item: ItemId,
    pub(super) body: &'db MirBody,
    pub(super) instrs: Vec<Instr>,
    places: Vec<u32>,
    /// The place of what is compiled now.
    place: u32,
    /// Where each block starts, once it is known.
    pub(super) starts: Vec<u32>,
    /// How each local is used.
    pub(super) uses: Vec<Uses>,
    registers: Registers,
    /// Where a list goes that was repeated.
    pub(super) repeats: Option<Reg>,
}

pub(super) fn compile_body<'db>(
    compiler: &mut Compiler<'db>,
    item: ItemId,
    body: &'db MirBody,
) -> Result<Code, CompileError> {
    let mut of = BodyCompiler {
        compiler,
        item,
        body,
        instrs: Vec::new(),
        places: Vec::new(),
        place: 0,
        starts: Vec::new(),
        uses: uses(body),
        registers: Registers::of(body),
        repeats: None,
    };
    of.at(NodeIndex::ITEM);
    if body.locals.len() >= REGISTERS_MAX {
        let message =
            format!("`{}` has more than {REGISTERS_MAX} names and temporaries", body.name);
        return Err(CompileError { message, place: of.compiler.places.place(of.place).cloned() });
    }
    for (index, block) in body.blocks.iter().enumerate() {
        of.block(index as u32, block);
    }
    Ok(of.finish())
}

impl<'db> BodyCompiler<'_, 'db> {
    fn finish(mut self) -> Code {
        self.patch_jumps();
        self.join_rounds();
        let scopes = self.body.scopes.iter().map(|scope| ScopeInfo {
            supervised: scope.supervised,
            on_timeout: scope.on_timeout.map(|block| self.starts[block.index()]),
            place: self.compiler.places.index(self.item, scope.origin),
        });
        let scopes = scopes.collect();
        Code {
            name: self.body.name.clone(),
            names: register_names(self.compiler, self.body, &self.registers),
            registers: self.registers.count,
            kept: self.registers.kept,
            params: self.body.params,
            instrs: self.instrs,
            places: self.places,
            scopes,
            is_provided: self.item.file(self.compiler.db).kind(self.compiler.db)
                == FileKind::Signatures,
            fails_from: Box::default(),
        }
    }

    fn at(&mut self, node: NodeIndex) {
        self.place = self.compiler.places.index(self.item, node);
    }

    pub(super) fn emit(&mut self, instr: Instr) {
        self.instrs.push(instr);
        self.places.push(self.place);
    }

    /// What is emitted next stands where what was emitted last stood.
    pub(super) fn take_place(&mut self) {
        self.place = self.places.pop().unwrap_or(self.place);
    }

    pub(super) fn reg(&self, local: Local) -> Reg {
        self.registers.get(local)
    }

    pub(super) fn slot(&mut self, operand: &Operand) -> Slot {
        match operand {
            Operand::Local(local) => Slot::register(self.reg(*local)),
            Operand::Const(constant) => self.compiler.constant(constant),
        }
    }

    /// Where an index is; of one that counts from the end it is noted that this was written here.
    pub(super) fn index(&mut self, operand: &Operand) -> Slot {
        if let Operand::Local(local) = operand
            && self.body.local(*local).counts_from_end
        {
            self.compiler.places.note_from_end(self.place);
        }
        self.slot(operand)
    }

    pub(super) fn slots(&mut self, operands: &[Operand]) -> ListId {
        let slots = operands.iter().map(|operand| self.slot(operand)).collect();
        self.compiler.list(slots)
    }

    pub(super) fn is(&self, operand: &Operand, builtin: Builtin) -> bool {
        match operand {
            Operand::Local(local) => self.body.local(*local).ty.is(builtin),
            Operand::Const(constant) => matches!(
                (constant, builtin),
                (weir_analyzer::mir::Const::Int(_), Builtin::Int)
                    | (weir_analyzer::mir::Const::Float(_), Builtin::Float)
                    | (weir_analyzer::mir::Const::Str(_), Builtin::Str)
            ),
        }
    }

    fn block(&mut self, index: u32, block: &Block) {
        self.starts.push(self.instrs.len() as u32);
        for Op { kind, origin } in &block.ops {
            self.at(*origin);
            self.op(kind);
        }
        self.at(block.end.origin);
        self.end(index, &block.end.kind);
    }

    fn op(&mut self, op: &OpKind) {
        let instr = match op {
            OpKind::Assign { dest, value } => return self.assign(*dest, value),
            OpKind::SetField { base, field, value } => {
                Instr::SetField { base: self.reg(*base), field: *field, value: self.slot(value) }
            }
            OpKind::SetIndex { base, index, value } => {
                let (index, value) = (self.index(index), self.slot(value));
                Instr::SetIndex { base: self.reg(*base), index, value }
            }
            OpKind::Call { dest, callee, args } => self.call(self.reg(*dest), callee, args),
            OpKind::Spawn { dest, scope, callee, args } => {
                let scope = match scope {
                    ScopeRef::Own(scope) => ScopeSlot::Own(scope.0),
                    ScopeRef::Passed(scope) => ScopeSlot::Passed(self.slot(scope)),
                };
                Instr::Spawn {
                    dest: self.reg(*dest),
                    plan: self.start(Some(scope), callee, args, self.place),
                }
            }
            OpKind::Detach { callee, args } => {
                Instr::Detach { plan: self.start(None, callee, args, self.place) }
            }
            OpKind::Defer { callee, args } => {
                Instr::Defer { plan: self.start(None, callee, args, NO_PLACE) }
            }
            OpKind::Join { dest, task } => {
                Instr::Join { dest: self.reg(*dest), task: self.slot(task) }
            }
            OpKind::Settle { dest, task } => {
                Instr::Settle { dest: self.reg(*dest), task: self.reg(*task) }
            }
            OpKind::EnterScope { scope, timeout, deadline, limit, handle } => {
                let mut optional =
                    |operand: &Option<Operand>| operand.as_ref().map(|it| self.slot(it));
                let (timeout, deadline, limit) =
                    (optional(timeout), optional(deadline), optional(limit));
                let handle = handle.map(|handle| self.reg(handle));
                let plan = Plan::Scope { scope: scope.0, timeout, deadline, limit, handle };
                Instr::EnterScope { plan: self.compiler.plan(plan) }
            }
            OpKind::EndScope(scope) => Instr::EndScope { scope: scope.0 },
            OpKind::LeaveScope(scope) => Instr::LeaveScope { scope: scope.0 },
            OpKind::EnterLock { loan, lock, mode, when } => {
                let lock = self.slot(lock);
                let when = when.as_ref().map(|(body, captures)| {
                    (self.compiler.body(self.item, *body), self.slots(captures))
                });
                let plan = Plan::Lock { loan: self.reg(*loan), lock, mode: *mode, when };
                Instr::EnterLock { plan: self.compiler.plan(plan) }
            }
            OpKind::ExitLock { loan, lock, mode } => {
                Instr::ExitLock { loan: self.reg(*loan), lock: self.slot(lock), mode: *mode }
            }
            OpKind::EnterTaskLocal { item, value } => {
                let value = self.slot(value);
                Instr::EnterTaskLocal { global: self.compiler.global(*item), value }
            }
            OpKind::ExitTaskLocal { item } => {
                Instr::ExitTaskLocal { global: self.compiler.global(*item) }
            }
            OpKind::RunDefers => Instr::RunDefers,
            OpKind::EnterAttempt { failure, handler } => {
                Instr::EnterAttempt { failure: self.reg(*failure), handler: handler.0 }
            }
            OpKind::ExitAttempt => Instr::ExitAttempt,
            OpKind::CheckDistinct(body) => return self.check_distinct(*body),
            OpKind::ParallelFor { body, iterable, captures } => {
                let code = self.compiler.body(self.item, *body);
                let (iterable, captures) = (self.slot(iterable), self.slots(captures));
                let plan = Plan::Parallel { code, iterable, captures };
                Instr::ParallelFor { plan: self.compiler.plan(plan) }
            }
            OpKind::EnterBlocking => Instr::EnterBlocking,
            OpKind::ExitBlocking => Instr::ExitBlocking,
        };
        self.emit(instr);
    }

    /// Nothing is left to check where the analysis knows that all differ.
    fn check_distinct(&mut self, body: BodyId) {
        let places = entry_places(self.compiler.db, self.item).get(&body);
        let places: Vec<DistinctPlace> = places
            .into_iter()
            .flatten()
            .map(|place| DistinctPlace {
                root: Slot::register(self.reg(place.root)),
                name: place.name.as_str().into(),
                steps: place.steps.clone(),
                deep: place.deep,
                changed: place.changed,
            })
            .collect();
        if !places.is_empty() {
            let plan = self.compiler.plan(Plan::Distinct(places));
            self.emit(Instr::CheckDistinct { plan });
        }
    }

    fn call(&mut self, dest: Reg, callee: &Callee, args: &[Operand]) -> Instr {
        match callee {
            Callee::Intrinsic(intrinsic) => {
                if let (Intrinsic::MutableListNew, [list]) = (intrinsic, args)
                    && let Some(list) = self.spent(list)
                {
                    let repeat = self.repeat(dest, list);
                    return repeat.unwrap_or(Instr::Thaw { dest, list });
                }
                if let (Intrinsic::MathSqrt, [value]) = (intrinsic, args) {
                    return Instr::SquareRoot { dest, value: self.slot(value) };
                }
                Instr::CallNative { dest, native: Native(*intrinsic), args: self.slots(args) }
            }
            Callee::Value(function) => {
                Instr::CallValue { dest, function: self.reg(*function), args: self.slots(args) }
            }
            callee => match self.code(callee, args.len()) {
                Some(code) => Instr::Call { dest, code, args: self.slots(args) },
                None => Instr::Unreachable,
            },
        }
    }

    /// The code of a callee that is no function value.
    pub(super) fn code(&mut self, callee: &Callee, params: usize) -> Option<CodeId> {
        match callee {
            Callee::Item(item) => Some(self.compiler.item(*item)),
            Callee::Intrinsic(intrinsic) => Some(self.compiler.thunk(*intrinsic, params, NO_PLACE)),
            Callee::Body(body) => Some(self.compiler.body(self.item, *body)),
            Callee::Default(item, position) => self.compiler.default(*item, *position),
            Callee::Value(_) => None,
        }
    }

    /// What is started and with what. Nobody calls a task, so where it was started is all that its trace can
    /// tell; a deferred call has a caller that does.
    fn start(
        &mut self,
        scope: Option<ScopeSlot>,
        callee: &Callee,
        args: &[Operand],
        place: u32,
    ) -> crate::program::PlanId {
        let target = match callee {
            Callee::Value(function) => Target::Value(self.reg(*function)),
            Callee::Intrinsic(intrinsic) => {
                Target::Code(self.compiler.thunk(*intrinsic, args.len(), place))
            }
            callee => Target::Code(self.code(callee, args.len()).unwrap_or(CodeId(0))),
        };
        let args = self.slots(args);
        self.compiler.plan(Plan::Start { scope, target, args })
    }

    fn end(&mut self, index: u32, end: &Terminator) {
        match end {
            Terminator::Goto(block) => self.jump(index, *block),
            Terminator::Branch { condition, then, otherwise } => {
                self.branch(index, condition, *then, *otherwise);
            }
            Terminator::Next { iterator, dest, body, done } => {
                let is_walk = body.0 == index + 1 && !self.may_be_channel(*iterator);
                let (iterator, dest, done) = (self.reg(*iterator), self.reg(*dest), done.0);
                if is_walk {
                    return self.emit(Instr::Walk { iterator, dest, done });
                }
                self.emit(Instr::Next { iterator, dest, done });
                self.jump(index, *body);
            }
            Terminator::Select { cases, otherwise } => {
                let cases = cases.iter().map(|case| self.case(case)).collect();
                let plan = Plan::Select { cases, otherwise: otherwise.map(|block| block.0) };
                let plan = self.compiler.plan(plan);
                self.emit(Instr::Select { plan });
            }
            Terminator::Return(value) => {
                let value = self.slot(value);
                self.emit(Instr::Return { value });
            }
            Terminator::Fail { kind, message } => {
                let message = self.slot(message);
                self.emit(Instr::Fail { kind: *kind, message });
            }
            Terminator::Unreachable => self.emit(Instr::Unreachable),
        }
    }

    fn jump(&mut self, from: u32, to: BlockId) {
        self.emit(match to.0 <= from {
            true => Instr::JumpBack { target: to.0 },
            false => Instr::Jump { target: to.0 },
        });
    }

    /// Whether the iterator walks what may be a channel; unless it is one of the types that are none.
    fn may_be_channel(&self, iterator: Local) -> bool {
        use Builtin::{List, Map, MutableList, MutableMap, MutableSet, Range, Set, Str};
        let walked =
            self.body.blocks.iter().flat_map(|block| &block.ops).filter_map(|op| match &op.kind {
                OpKind::Assign { dest, value: Rvalue::Iterate(of) } if *dest == iterator => {
                    Some(of)
                }
                _ => None,
            });
        let mut walked = walked.peekable();
        walked.peek().is_none()
            || walked.any(|of| {
                let known = [Range, List, Map, Set, Str, MutableList, MutableMap, MutableSet];
                !known.into_iter().any(|builtin| self.is(of, builtin))
            })
    }

    /// A branch that goes back does so over a jump of its own, where preemption can strike.
    fn branch(&mut self, from: u32, condition: &Operand, then: BlockId, otherwise: BlockId) {
        if self.fuse(from, condition, then, otherwise) {
            if otherwise.0 <= from {
                self.emit(Instr::JumpBack { target: otherwise.0 });
            }
            return;
        }
        let condition = self.slot(condition);
        self.emit(Instr::Branch { condition, then: then.0, otherwise: otherwise.0 });
        let at = self.instrs.len() - 1;
        for (block, is_then) in [(then, true), (otherwise, false)] {
            if block.0 <= from {
                let landing = self.instrs.len() as u32 | LANDING;
                if let Instr::Branch { then, otherwise, .. } = &mut self.instrs[at] {
                    *(if is_then { then } else { otherwise }) = landing;
                }
                self.emit(Instr::JumpBack { target: block.0 });
            }
        }
    }

    fn case(&mut self, case: &SelectCase) -> Case {
        let op = match &case.op {
            SelectOp::Receive { channel, dest } => {
                CaseOp::Receive { channel: self.slot(channel), dest: self.reg(*dest) }
            }
            SelectOp::Send { channel, value } => {
                CaseOp::Send { channel: self.slot(channel), value: self.slot(value) }
            }
            SelectOp::Timeout(length) => CaseOp::Timeout(self.slot(length)),
            SelectOp::Closed(channel) => CaseOp::Closed(self.slot(channel)),
            SelectOp::Wait(signal) => CaseOp::Wait(self.slot(signal)),
        };
        let guard = case.guard.as_ref().map(|guard| self.slot(guard));
        Case { op, guard, target: case.target.0 }
    }
}

/// What people call the registers: a name, or the path that a temporary was read from.
fn register_names(
    compiler: &Compiler<'_>,
    body: &MirBody,
    registers: &Registers,
) -> Vec<Option<Arc<str>>> {
    let mut names: Vec<Option<Arc<str>>> = body
        .locals
        .iter()
        .map(|local| local.name.as_ref().map(|name| Arc::from(name.as_str())))
        .collect();
    for op in body.blocks.iter().flat_map(|block| &block.ops) {
        let OpKind::Assign { dest, value } = &op.kind else { continue };
        if names[dest.index()].is_some() {
            continue;
        }
        let derived = derived_name(compiler, body, &names, value);
        names[dest.index()] = derived;
    }
    // Those that share a register are numbers, which nobody waits for.
    let mut named = vec![None; registers.kept as usize];
    for (local, name) in names.into_iter().enumerate() {
        let register = registers.get(Local(local as u32)).index();
        if let Some(place) = named.get_mut(register) {
            *place = name;
        }
    }
    named
}

fn derived_name(
    compiler: &Compiler<'_>,
    body: &MirBody,
    names: &[Option<Arc<str>>],
    value: &Rvalue,
) -> Option<Arc<str>> {
    let (Rvalue::Use(base)
    | Rvalue::Convert(_, base)
    | Rvalue::Iterate(base)
    | Rvalue::Field(base, _)
    | Rvalue::Index(base, _)) = value
    else {
        return None;
    };
    let local = base.local()?;
    let name = names[local.index()].clone()?;
    match value {
        Rvalue::Field(_, field) => {
            let Ty::Adt(item, _) = &body.local(local).ty else { return None };
            let signature = weir_analyzer::items::signature(compiler.db, *item);
            let field = &signature.as_struct()?.fields.get(*field as usize)?.name;
            Some(Arc::from(format!("{name}.{field}")))
        }
        Rvalue::Index(_, _) => Some(Arc::from(format!("{name}[...]"))),
        _ => Some(name),
    }
}
