//! Statements.

use weir_syntax::ast::{self, AstNode};

use super::Lowering;
use crate::Name;
use crate::diagnostics::{Code, EditKind, Finding, Fix, Part, Site};
use crate::hir::{
    Expr, ExprId, FrameKind, LocalKind, MatchArm, ScopeData, ScopeIdx, ScopeOption, SelectArm,
    SelectArmOp, SpawnScope, Stmt, StmtId, Suite, Target,
};
use crate::items::{ItemKind, NodeIndex, Resolution, resolve_value};
use crate::ty::Ty;

impl Lowering<'_> {
    pub(super) fn suite(&mut self, block: Option<ast::Block>) -> Suite {
        let mut suite = Suite::new();
        for stmt in block.into_iter().flat_map(|block| block.stmts()) {
            suite.extend(self.stmt(&stmt));
        }
        suite
    }

    fn stmt(&mut self, stmt: &ast::Stmt) -> Option<StmtId> {
        let origin = self.index(stmt.syntax());
        let lowered = match stmt {
            ast::Stmt::PassStmt(_) => return None,
            ast::Stmt::AssignStmt(of) => return Some(self.assign(of, origin)),
            ast::Stmt::ExprStmt(of) => Stmt::Expr(self.optional(of.expr(), origin)),
            ast::Stmt::BreakStmt(_) => Stmt::Break,
            ast::Stmt::ContinueStmt(_) => Stmt::Continue,
            ast::Stmt::ReturnStmt(of) => Stmt::Return(of.expr().map(|value| self.expr(&value))),
            ast::Stmt::AssertStmt(of) => {
                let condition = self.optional(of.condition(), origin);
                Stmt::Assert(condition, of.message().map(|message| self.expr(&message)))
            }
            ast::Stmt::DeferStmt(of) => Stmt::Defer(self.optional(of.expr(), origin)),
            ast::Stmt::IfStmt(of) => self.if_stmt(of, origin),
            ast::Stmt::WhileStmt(of) => {
                let condition = self.optional(of.condition(), origin);
                Stmt::While(condition, self.suite(of.body()))
            }
            ast::Stmt::ForStmt(of) => {
                let iterable = self.optional(of.iterable(), origin);
                let pattern = self.pattern(of.pattern());
                let moved = of.move_token().is_some();
                Stmt::For { pattern, iterable, moved, suite: self.suite(of.body()) }
            }
            ast::Stmt::ParallelForStmt(of) => self.parallel_for(of, origin),
            ast::Stmt::MatchStmt(of) => self.match_stmt(of, origin),
            ast::Stmt::WithStmt(of) => self.with_stmt(of, origin),
            ast::Stmt::ConcurrentStmt(of) => Stmt::Concurrent(self.concurrent(of, origin)),
            ast::Stmt::DetachStmt(of) => {
                Stmt::Detach(self.task(of.call(), of.body(), FrameKind::Detached, origin))
            }
            ast::Stmt::SelectStmt(of) => self.select(of),
            ast::Stmt::BlockingStmt(of) => Stmt::Blocking(self.suite(of.body())),
            ast::Stmt::Fn(of) => self.nested_fn(of, origin),
        };
        Some(self.alloc_stmt(lowered, origin))
    }

    fn assign(&mut self, of: &ast::AssignStmt, origin: NodeIndex) -> StmtId {
        let value = self.optional(of.value(), origin);
        let target_origin = of.target().map_or(origin, |target| self.index(target.syntax()));
        let stmt = match of.op().and_then(|op| op.binary()) {
            Some(op) => {
                let target = self.update_target(of.target());
                Stmt::Update { target, op, value }
            }
            None => {
                let ty = match (of.ty(), &mut self.types) {
                    (Some(ty), Some(types)) => Some(types.lower(&ty)),
                    _ => None,
                };
                let target = match self.task_target(of.target(), &ty, value, target_origin) {
                    Some(target) => target,
                    None => self.target(of.target()),
                };
                Stmt::Assign { target, ty, value }
            }
        };
        let stmt = self.alloc_stmt(stmt, origin);
        self.source_map.targets.insert(stmt, target_origin);
        stmt
    }

    fn target(&mut self, target: Option<ast::Expr>) -> Target {
        let Some(target) = target else { return Target::Missing };
        let origin = self.index(target.syntax());
        match &target {
            ast::Expr::NameExpr(name) => match name.name_ref() {
                Some(name) => self.assigned_name(name.text(), origin),
                None => Target::Missing,
            },
            ast::Expr::ParenExpr(paren) => self.target(paren.expr()),
            ast::Expr::TupleExpr(tuple) => {
                Target::Tuple(tuple.exprs().map(|part| self.target(Some(part))).collect())
            }
            ast::Expr::MemberExpr(_) | ast::Expr::IndexExpr(_) => {
                let place = self.expr(&target);
                match &self.body.exprs[place] {
                    Expr::Member(base, name) => Target::Member(*base, name.clone()),
                    Expr::Index(base, index) => Target::Index(*base, *index),
                    Expr::Missing => Target::Missing,
                    _ => Target::Missing,
                }
            }
            // The parser has said that this cannot be assigned to.
            _ => Target::Missing,
        }
    }

    /// The target of `x += e` must exist.
    fn update_target(&mut self, target: Option<ast::Expr>) -> Target {
        if let Some(ast::Expr::NameExpr(name)) = &target
            && let Some(name) = name.name_ref()
            && self.local(name.text()).is_none()
        {
            if let Expr::Item(item) = self.name_expr(&name) {
                self.unchangeable(item, self.index(name.syntax()));
            }
            return Target::Missing;
        }
        self.target(target)
    }

    /// `x = spawn …` binds `x` to the task inside its scope; at the scope's end it is settled into
    /// the name's plain result. A `supervised` scope and a written type leave it a task.
    fn task_target(
        &mut self,
        target: Option<ast::Expr>,
        ty: &Option<Ty>,
        value: ExprId,
        origin: NodeIndex,
    ) -> Option<Target> {
        let Expr::Spawn { scope: Some(SpawnScope::Nearest(scope)), .. } = self.body.exprs[value]
        else {
            return None;
        };
        let Some(ast::Expr::NameExpr(name)) = target else { return None };
        let name: Name = name.name_ref()?.text().into();
        if ty.is_some() || self.body.scopes[scope].supervised || name == "_" {
            return None;
        }
        let own = self.namespaces.own(self.frame, &name);
        let is_task =
            |local: crate::hir::LocalId| self.body.locals[local].kind == LocalKind::TaskIn(scope);
        if let Some(local) = own.filter(|local| is_task(*local)) {
            return Some(Target::Local(local));
        }
        if own.is_none()
            && let Some(captured) = self.local(&name)
        {
            return Some(Target::Captured(captured));
        }
        let inside = self.declare(name.clone(), LocalKind::TaskIn(scope), origin);
        let after = own.unwrap_or_else(|| {
            let after = self.declare(name.clone(), LocalKind::Assigned, origin);
            self.namespaces.bind(self.frame, name.clone(), inside);
            after
        });
        self.body.scopes[scope].settled.push((inside, after));
        Some(Target::Local(inside))
    }

    fn if_stmt(&mut self, of: &ast::IfStmt, origin: NodeIndex) -> Stmt {
        let condition = self.optional(of.condition(), origin);
        let then = self.suite(of.then_branch());
        let clauses: Vec<ast::ElifClause> = of.elif_clauses().collect();
        let otherwise = self.elifs(&clauses, of.else_branch());
        Stmt::If { condition, then, otherwise }
    }

    fn elifs(&mut self, clauses: &[ast::ElifClause], last: Option<ast::Block>) -> Suite {
        let mut lowered = Vec::new();
        for clause in clauses {
            let origin = self.index(clause.syntax());
            let condition = self.optional(clause.condition(), origin);
            lowered.push((condition, self.suite(clause.block()), origin));
        }
        let mut otherwise = self.suite(last);
        for (condition, then, clause) in lowered.into_iter().rev() {
            otherwise = vec![self.alloc_stmt(Stmt::If { condition, then, otherwise }, clause)];
        }
        otherwise
    }

    fn parallel_for(&mut self, of: &ast::ParallelForStmt, origin: NodeIndex) -> Stmt {
        let iterable = self.optional(of.iterable(), origin);
        let frame = self.new_frame(FrameKind::Iteration, Some(self.frame));
        let (pattern, suite) = self.within(frame, |lowering| {
            let pattern = lowering.pattern(of.pattern());
            (pattern, lowering.suite(of.body()))
        });
        Stmt::ParallelFor { pattern, iterable, frame, suite }
    }

    fn match_stmt(&mut self, of: &ast::MatchStmt, origin: NodeIndex) -> Stmt {
        let scrutinee = self.optional(of.scrutinee(), origin);
        let mut arms = Vec::new();
        for case in of.match_cases() {
            let pattern = self.pattern(case.pattern());
            let guard = case.match_guard().and_then(|guard| guard.condition());
            let guard = guard.map(|guard| self.expr(&guard));
            arms.push(MatchArm { pattern, guard, suite: self.suite(case.body()) });
        }
        Stmt::Match(scrutinee, arms)
    }

    fn with_stmt(&mut self, of: &ast::WithStmt, origin: NodeIndex) -> Stmt {
        if let Some(binding) = of.with_binding() {
            return self.with_tasklocal(of, &binding, origin);
        }
        let resource = self.optional(of.resource(), origin);
        let name = of.name().map(|name| {
            let origin = self.index(name.syntax());
            self.bind_pattern(name.text().into(), LocalKind::With, origin)
        });
        let when = of.when_clause().and_then(|when| when.condition()).map(|condition| {
            let frame = self.new_frame(FrameKind::When, Some(self.frame));
            (frame, self.within(frame, |lowering| lowering.when(of, frame, &condition)))
        });
        Stmt::With { resource, name, when, suite: self.suite(of.body()) }
    }

    /// The condition is a closure over what is lent: its parameter has the loan's name.
    fn when(
        &mut self,
        of: &ast::WithStmt,
        frame: crate::hir::FrameId,
        condition: &ast::Expr,
    ) -> ExprId {
        let name: Name = of.name().map(|name| name.text().into()).unwrap_or_default();
        let origin = self.index(of.syntax());
        let local = self.declare(name, LocalKind::Param, origin);
        let param = crate::hir::Param { local, ty: None, moved: false, default: None };
        self.body.frames[frame].params.push(param);
        self.expr(condition)
    }

    fn with_tasklocal(
        &mut self,
        of: &ast::WithStmt,
        binding: &ast::WithBinding,
        origin: NodeIndex,
    ) -> Stmt {
        let value = self.optional(binding.value(), origin);
        let suite = self.suite(of.body());
        let name: Name = binding.name_ref().map(|name| name.text().into()).unwrap_or_default();
        match resolve_value(self.db, self.file, &name) {
            Some(Resolution::Value(items)) if items[0].kind(self.db) == ItemKind::TaskLocal => {
                Stmt::WithTaskLocal { item: items[0], value, suite }
            }
            _ => {
                let message = format!("`{name}` is no tasklocal, so `with` cannot bind it");
                let help = format!("declare it at the top level: `tasklocal {name}: … = …`");
                self.report(
                    Finding::new(Code::N001, Site::whole(self.item, origin), message).help(help),
                );
                Stmt::Blocking(suite)
            }
        }
    }

    fn concurrent(&mut self, of: &ast::ConcurrentStmt, origin: NodeIndex) -> ScopeIdx {
        let mut data = ScopeData {
            handle: None,
            options: Vec::new(),
            supervised: false,
            suite: Suite::new(),
            otherwise: None,
            settled: Vec::new(),
        };
        for option in of.concurrent_options() {
            let value = option.expr().map(|value| self.expr(&value));
            let text = option.text().unwrap_or_default();
            data.supervised |= text == "supervised";
            data.options.extend(ScopeOption::of_text(&text).zip(value));
        }
        data.handle = of.name().map(|name| {
            let origin = self.index(name.syntax());
            self.declare(name.text().into(), LocalKind::Scope, origin)
        });
        let scope = self.body.scopes.alloc(data);
        self.source_map.scopes.insert(scope, origin);
        self.namespaces.open(self.frame, scope);
        let before = self.body.exprs.len();
        let suite = self.suite(of.body());
        self.namespaces.close(self.frame);
        self.starts_nothing(scope, before, origin, of);
        let settled = self.body.scopes[scope].settled.clone();
        for (_, after) in settled {
            let name = self.body.locals[after].name.clone();
            self.namespaces.bind(self.frame, name, after);
        }
        let otherwise = of.else_clause().map(|clause| self.suite(clause.block()));
        self.body.scopes[scope].suite = suite;
        self.body.scopes[scope].otherwise = otherwise;
        scope
    }

    /// A scope that starts no task, in what was lowered since `before` (P005). One that limits its
    /// body's time, or that somebody else may start tasks in, does something all the same.
    fn starts_nothing(
        &mut self,
        scope: ScopeIdx,
        before: usize,
        origin: NodeIndex,
        of: &ast::ConcurrentStmt,
    ) {
        let data = &self.body.scopes[scope];
        let handle = data.handle;
        if data.can_time_out() {
            return;
        }
        let serves = |expr: &Expr| match expr {
            Expr::Spawn { scope: Some(SpawnScope::Nearest(of)), .. } => *of == scope,
            Expr::Local(local) => Some(*local) == handle,
            Expr::Missing => true,
            _ => false,
        };
        if self.body.exprs.values().skip(before).any(serves) {
            return;
        }
        let whole = Site::whole(self.item, origin);
        let site = whole.part(Part::Keyword);
        let message = "this `concurrent` block starts no task, so it has nothing to wait for";
        let help = "write `spawn` before the calls that are to run at the same time, or leave the \
                    block out";
        let mut finding = Finding::new(Code::P005, site, message).help(help);
        if of.else_clause().is_none() {
            finding = finding.fix(Fix::suggested("leave the block out", whole, EditKind::Unwrap));
        }
        self.report(finding);
    }

    fn select(&mut self, of: &ast::SelectStmt) -> Stmt {
        let mut arms = Vec::new();
        for case in of.select_cases() {
            let origin = self.index(case.syntax());
            // A guard is evaluated before the select, so it does not see the case's names.
            let guard = case.select_guard().and_then(|guard| guard.condition());
            let guard = guard.map(|guard| self.expr(&guard));
            let op = self.select_op(case.select_op(), origin);
            arms.push(SelectArm { op, guard, suite: self.suite(case.body()), origin });
        }
        let otherwise = of.else_clause().map(|clause| self.suite(clause.block()));
        Stmt::Select(arms, otherwise)
    }

    fn select_op(&mut self, op: Option<ast::SelectOp>, origin: NodeIndex) -> SelectArmOp {
        match op {
            Some(ast::SelectOp::SelectReceive(of)) => {
                let channel = self.optional(of.channel(), origin);
                SelectArmOp::Receive(self.pattern(of.pattern()), channel)
            }
            Some(ast::SelectOp::SelectTimeout(of)) => {
                SelectArmOp::Timeout(self.optional(of.expr(), origin))
            }
            Some(ast::SelectOp::SelectClosed(of)) => {
                SelectArmOp::Closed(self.optional(of.channel(), origin))
            }
            Some(ast::SelectOp::SelectCall(of)) => self.select_call(of.expr(), origin),
            None => SelectArmOp::Missing,
        }
    }

    fn select_call(&mut self, call: Option<ast::Expr>, origin: NodeIndex) -> SelectArmOp {
        let Some(call) = call else { return SelectArmOp::Missing };
        let call = self.expr(&call);
        if let Expr::Call(callee, args) = &self.body.exprs[call]
            && let Expr::Member(receiver, name) = &self.body.exprs[*callee]
        {
            match (name.as_str(), args.as_slice()) {
                ("send", [arg]) => return SelectArmOp::Send(*receiver, arg.value),
                ("wait", []) => return SelectArmOp::Wait(*receiver),
                _ => {}
            }
        }
        let help = "a case is `x from ch`, `ch.send(x)`, `timeout(d)`, `closed ch` or `s.wait()`";
        self.report_at(Code::S001, origin, "`select` cannot wait for this", help);
        SelectArmOp::Missing
    }

    fn nested_fn(&mut self, of: &ast::Fn, origin: NodeIndex) -> Stmt {
        let name: Name = of.name().map(|name| name.text().into()).unwrap_or_default();
        let local = self.declare(name, LocalKind::NestedFn, origin);
        let ret = match (of.ret_type().and_then(|ret| ret.ty()), &mut self.types) {
            (Some(ty), Some(types)) => types.lower(&ty),
            _ => Ty::unit(),
        };
        let frame = self.new_frame(FrameKind::NestedFn, Some(self.frame));
        let suite = self.within(frame, |lowering| {
            lowering.params(of.param_list(), frame, false);
            lowering.suite(of.body())
        });
        Stmt::NestedFn { local, frame, ret, suite }
    }
}
