//! One body: its blocks one after the other, jumps patched at the end.

use weir_analyzer::FileKind;
use weir_analyzer::items::{ItemId, NodeIndex};
use weir_analyzer::mir::{
    Block, BodyId, Callee, Intrinsic, Local, MirBody, Op, OpKind, Operand, ScopeRef,
};
use weir_analyzer::regions::entry_places;
use weir_analyzer::ty::Builtin;

use super::fuse::{Uses, uses};
use super::names::register_names;
use super::places::NO_PLACE;
use super::registers::Registers;
use super::{CompileError, Compiler};
use crate::bounds::REGISTERS_MAX;
use crate::program::{
    Code, CodeId, DistinctPlace, Instr, ListId, Native, Plan, Reg, ScopeInfo, ScopeSlot, Slot,
    Target,
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
}
