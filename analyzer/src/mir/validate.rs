//! What every finished Mir keeps, checked: for tests, and for whoever doubts a builder.
//!
//! - Every local, block, scope and body that is named exists, and every block can be reached.
//! - What is handed to an inner body is as many values as it captures.
//! - Scopes, locks, tasklocals, attempts and blocking calls nest on every path, agree where paths
//!   meet, and are all closed at a return.
//! - A temporary is written on every path before it is read. (A name may not be: that is the
//!   program's mistake, N005.)

use super::{
    Access, BlockId, BodyId, BodyKind, Callee, Local, LocalSet, Mir, MirBody, OpKind, Operand,
    Rvalue, ScopeRef, Terminator,
};

/// What is wrong with a Mir; nothing, if its builder is right.
pub fn validate(mir: &Mir) -> Vec<String> {
    let mut problems = Vec::new();
    if mir.bodies.first().is_none_or(|body| body.kind != BodyKind::Function) {
        problems.push("body 0 is not the item's own".to_owned());
    }
    for body in &mir.bodies {
        let mut validator = Validator { mir, body, problems: Vec::new() };
        validator.names_exist();
        if validator.problems.is_empty() {
            validator.follow_paths();
        }
        problems.extend(validator.problems.iter().map(|what| format!("{}: {what}", body.name)));
    }
    problems
}

struct Validator<'a> {
    mir: &'a Mir,
    body: &'a MirBody,
    problems: Vec<String>,
}

/// What holds at a place on a path.
#[derive(Clone, PartialEq, Eq)]
struct State {
    /// What is open, outermost first.
    open: Vec<String>,
    /// The locals that are written for certain.
    written: LocalSet,
}

impl Validator<'_> {
    fn names_exist(&mut self) {
        if self.body.params + self.body.captures > self.body.locals.len() as u32 {
            self.problems.push("it has more parameters and captures than locals".to_owned());
        }
        for block in &self.body.blocks {
            for op in &block.ops {
                self.locals_exist(&op.kind.locals());
                self.op_names_exist(&op.kind);
            }
            self.locals_exist(&block.end.kind.locals());
            for next in block.end.kind.successors() {
                self.block_exists(next);
            }
        }
        for block in self.body.scopes.iter().filter_map(|scope| scope.on_timeout) {
            self.block_exists(block);
        }
    }

    fn locals_exist(&mut self, locals: &[(Local, Access)]) {
        for (local, _) in locals {
            if local.index() >= self.body.locals.len() {
                self.problems.push(format!("{local:?} does not exist"));
            }
        }
    }

    fn block_exists(&mut self, block: BlockId) {
        if block.index() >= self.body.blocks.len() {
            self.problems.push(format!("{block:?} does not exist"));
        }
    }

    fn op_names_exist(&mut self, op: &OpKind) {
        match op {
            OpKind::Call { callee, args, .. }
            | OpKind::Detach { callee, args }
            | OpKind::Defer { callee, args } => self.callee_fits(callee, args),
            OpKind::Spawn { scope, callee, args, .. } => {
                self.callee_fits(callee, args);
                if let ScopeRef::Own(scope) = scope {
                    self.scope_exists(scope.index());
                }
            }
            OpKind::EnterScope { scope, .. }
            | OpKind::EndScope(scope)
            | OpKind::LeaveScope(scope) => self.scope_exists(scope.index()),
            OpKind::EnterLock { when: Some((body, captures)), .. } => {
                self.captures_fit(*body, captures);
            }
            OpKind::CheckDistinct(body) if body.index() >= self.mir.bodies.len() => {
                self.problems.push(format!("{body:?} does not exist"));
            }
            OpKind::ParallelFor { body, captures, .. }
            | OpKind::Assign { value: Rvalue::Closure(body, captures), .. } => {
                self.captures_fit(*body, captures);
            }
            OpKind::EnterAttempt { handler, .. } => self.block_exists(*handler),
            _ => {}
        }
    }

    fn scope_exists(&mut self, scope: usize) {
        if scope >= self.body.scopes.len() {
            self.problems.push(format!("scope{scope} does not exist"));
        }
    }

    fn callee_fits(&mut self, callee: &Callee, args: &[Operand]) {
        if let Callee::Body(body) = callee {
            self.captures_fit(*body, args);
        }
    }

    fn captures_fit(&mut self, body: BodyId, captures: &[Operand]) {
        match self.mir.bodies.get(body.index()) {
            Some(inner) if inner.captures as usize == captures.len() => {}
            Some(inner) => self.problems.push(format!(
                "{} captures {} values and gets {}",
                inner.name,
                inner.captures,
                captures.len()
            )),
            None => self.problems.push(format!("{body:?} does not exist")),
        }
    }

    /// Walks until what holds at each block's entry no longer changes.
    fn follow_paths(&mut self) {
        let outside = (0..self.body.params + self.body.captures).map(Local).collect();
        let mut entries: Vec<Option<State>> = vec![None; self.body.blocks.len()];
        let mut waiting = vec![(BlockId(0), State { open: Vec::new(), written: outside })];
        while let Some((block, state)) = waiting.pop() {
            let before = entries[block.index()].take();
            let met = match &before {
                Some(known) => self.meet(block, known, &state),
                None => state,
            };
            if before.as_ref() != Some(&met) {
                waiting.extend(self.leave(block, met.clone(), false));
            }
            entries[block.index()] = Some(met);
        }
        for (number, entry) in entries.into_iter().enumerate() {
            match entry {
                Some(entry) => drop(self.leave(BlockId(number as u32), entry, true)),
                None => self.problems.push(format!("nothing reaches bb{number}")),
            }
        }
    }

    fn meet(&mut self, block: BlockId, known: &State, other: &State) -> State {
        if known.open != other.open {
            let (one, two) = (known.open.join(", "), other.open.join(", "));
            self.problem(format!("{block:?} is entered with [{one}] open and with [{two}]"));
        }
        let mut written = known.written.clone();
        written.keep_common(&other.written);
        State { open: known.open.clone(), written }
    }

    fn problem(&mut self, what: String) {
        if !self.problems.contains(&what) {
            self.problems.push(what);
        }
    }

    /// What holds where control goes to from a block; reports what is wrong in it if `report`.
    fn leave(&mut self, block: BlockId, mut state: State, report: bool) -> Vec<(BlockId, State)> {
        let body = self.body;
        let block = &body.blocks[block.index()];
        let mut next = Vec::new();
        for op in &block.ops {
            match &op.kind {
                OpKind::EnterAttempt { failure, handler } => {
                    let mut failed = state.clone();
                    failed.written.insert(*failure);
                    next.push((*handler, failed));
                }
                OpKind::EnterScope { scope, .. } => {
                    let on_timeout = body.scopes[scope.index()].on_timeout;
                    next.extend(on_timeout.map(|block| (block, state.clone())));
                }
                _ => {}
            }
            self.access(&op.kind.locals(), &mut state, report);
            self.open_or_close(&op.kind, &mut state, report);
        }
        self.access(&block.end.kind.locals(), &mut state, report);
        if report && matches!(block.end.kind, Terminator::Return(_)) && !state.open.is_empty() {
            self.problem(format!("a return leaves [{}] open", state.open.join(", ")));
        }
        next.extend(block.end.kind.successors().into_iter().map(|to| (to, state.clone())));
        next
    }

    fn access(&mut self, locals: &[(Local, Access)], state: &mut State, report: bool) {
        for (local, access) in locals {
            match access {
                Access::Write => state.written.insert(*local),
                Access::Read => {
                    let is_temporary = self.body.local(*local).name.is_none();
                    if report && is_temporary && !state.written.contains(*local) {
                        self.problem(format!("{local:?} is read and not always written before"));
                    }
                }
            }
        }
    }

    fn open_or_close(&mut self, op: &OpKind, state: &mut State, report: bool) {
        let closes = match op {
            OpKind::EnterScope { scope, .. } => return state.open.push(format!("{scope:?}")),
            OpKind::EnterLock { loan, .. } => return state.open.push(format!("lock {loan:?}")),
            OpKind::EnterTaskLocal { item, .. } => {
                return state.open.push(format!("tasklocal {item:?}"));
            }
            OpKind::EnterAttempt { .. } => return state.open.push("attempt".to_owned()),
            OpKind::EnterBlocking => return state.open.push("blocking".to_owned()),
            OpKind::EndScope(scope) | OpKind::LeaveScope(scope) => format!("{scope:?}"),
            OpKind::ExitLock { loan, .. } => format!("lock {loan:?}"),
            OpKind::ExitTaskLocal { item } => format!("tasklocal {item:?}"),
            OpKind::ExitAttempt => "attempt".to_owned(),
            OpKind::ExitBlocking => "blocking".to_owned(),
            _ => return,
        };
        let innermost = state.open.pop();
        if report && innermost.as_ref() != Some(&closes) {
            let innermost = innermost.unwrap_or_else(|| "nothing".to_owned());
            self.problem(format!("{closes} is closed where {innermost} is innermost"));
        }
    }
}
