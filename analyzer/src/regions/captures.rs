//! Names that cross into a task: assigned there (R003, in a parallel iteration R005), or mentioned
//! by a `detach:` body (D001). From Hir: which name is meant is all that matters, not what flows.

mod words;

use std::collections::BTreeSet;

use super::report::quoted;
use crate::Db;
use crate::diagnostics::{Finding, Site};
use crate::hir::{
    Arg, Body, CompClause, Expr, ExprId, FormatPart, Frame, FrameId, FrameKind, LocalId,
    SelectArmOp, SourceMap, SpawnScope, SpawnTask, Stmt, StmtId, Suite, Target, lower,
};
use crate::items::{ItemId, NodeIndex};

/// Whether the item has a body inside its own that is there for a rule: a task, a function or a round.
pub(super) fn may_cross(db: &dyn Db, item: ItemId) -> bool {
    use FrameKind::{Detached, Iteration, NestedFn, Task};
    let crosses = |frame: &Frame| matches!(frame.kind, Task | Detached | Iteration | NestedFn);
    lower(db, item).body.frames.iter().any(|(_, frame)| crosses(frame))
}

/// The findings about an item's captures, in the order of the text.
pub(super) fn check(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let lowered = lower(db, item);
    let (body, source_map) = (&lowered.body, &lowered.source_map);
    let mut walk = Walk {
        db,
        body,
        source_map,
        frame: body.root,
        starts: vec![(body.root, NodeIndex::ITEM)],
        mentioned: BTreeSet::new(),
        findings: Vec::new(),
    };
    walk.suite(&body.suite);
    walk.findings
}

struct Walk<'a> {
    db: &'a dyn Db,
    body: &'a Body,
    source_map: &'a SourceMap,
    /// The namespace that the walk is in.
    frame: FrameId,
    /// The namespaces around it, outermost first, with the nodes that open them.
    starts: Vec<(FrameId, NodeIndex)>,
    /// What D001 has said: names by the detached namespace that mentions them.
    mentioned: BTreeSet<(u32, u32)>,
    findings: Vec<Finding>,
}

impl Walk<'_> {
    fn suite(&mut self, suite: &Suite) {
        for stmt in suite {
            self.stmt(*stmt);
        }
    }

    fn within(&mut self, frame: FrameId, at: NodeIndex, walk: impl FnOnce(&mut Self)) {
        let around = std::mem::replace(&mut self.frame, frame);
        self.starts.push((frame, at));
        walk(self);
        self.starts.pop();
        self.frame = around;
    }

    fn stmt(&mut self, id: StmtId) {
        let at = self.source_map.stmts.get(id).copied().unwrap_or(NodeIndex::ITEM);
        match &self.body.stmts[id] {
            Stmt::Expr(e) | Stmt::Defer(e) => self.expr(*e),
            Stmt::Assign { target, value, .. } | Stmt::Update { target, value, .. } => {
                self.expr(*value);
                let place = self.source_map.targets.get(id).copied().unwrap_or(at);
                self.target(target, place);
            }
            Stmt::Break | Stmt::Continue => {}
            Stmt::Return(value) => self.exprs(value.iter().copied()),
            Stmt::Assert(condition, message) => {
                self.expr(*condition);
                self.exprs(message.iter().copied());
            }
            Stmt::If { condition, then, otherwise } => {
                self.expr(*condition);
                self.suite(then);
                self.suite(otherwise);
            }
            Stmt::While(condition, suite) => {
                self.expr(*condition);
                self.suite(suite);
            }
            Stmt::For { iterable, suite, .. } => {
                self.expr(*iterable);
                self.suite(suite);
            }
            Stmt::ParallelFor { iterable, frame, suite, .. } => {
                self.expr(*iterable);
                self.within(*frame, at, |walk| walk.suite(suite));
            }
            Stmt::Match(scrutinee, arms) => {
                self.expr(*scrutinee);
                for arm in arms {
                    self.exprs(arm.guard.iter().copied());
                    self.suite(&arm.suite);
                }
            }
            Stmt::With { resource, when, suite, .. } => {
                self.expr(*resource);
                if let Some((frame, condition)) = when {
                    self.within(*frame, at, |walk| walk.expr(*condition));
                }
                self.suite(suite);
            }
            Stmt::WithTaskLocal { value, suite, .. } => {
                self.expr(*value);
                self.suite(suite);
            }
            Stmt::Concurrent(scope) => {
                let scope = &self.body.scopes[*scope];
                self.exprs(scope.options.iter().map(|(_, value)| *value));
                self.suite(&scope.suite);
                self.suites(scope.otherwise.iter());
            }
            Stmt::Detach(task) => self.task(task, at),
            Stmt::Select(arms, otherwise) => {
                for arm in arms {
                    self.select_op(&arm.op);
                    self.exprs(arm.guard.iter().copied());
                    self.suite(&arm.suite);
                }
                self.suites(otherwise.iter());
            }
            Stmt::Blocking(suite) => self.suite(suite),
            Stmt::NestedFn { frame, suite, .. } => {
                self.within(*frame, at, |walk| walk.suite(suite));
            }
        }
    }

    fn select_op(&mut self, op: &SelectArmOp) {
        match op {
            SelectArmOp::Send(channel, value) => self.exprs([*channel, *value]),
            SelectArmOp::Receive(_, e)
            | SelectArmOp::Timeout(e)
            | SelectArmOp::Closed(e)
            | SelectArmOp::Wait(e) => self.expr(*e),
            SelectArmOp::Missing => {}
        }
    }

    fn task(&mut self, task: &SpawnTask, at: NodeIndex) {
        match task {
            SpawnTask::Call(call) => self.expr(*call),
            SpawnTask::Body(frame, suite) => self.within(*frame, at, |walk| walk.suite(suite)),
        }
    }

    fn suites<'s>(&mut self, suites: impl Iterator<Item = &'s Suite>) {
        suites.for_each(|suite| self.suite(suite));
    }

    fn exprs(&mut self, exprs: impl IntoIterator<Item = ExprId>) {
        exprs.into_iter().for_each(|expr| self.expr(expr));
    }

    fn args(&mut self, args: &[Arg]) {
        self.exprs(args.iter().map(|arg| arg.value));
    }

    fn expr(&mut self, id: ExprId) {
        let at = self.source_map.exprs.get(id).copied().unwrap_or(NodeIndex::ITEM);
        match &self.body.exprs[id] {
            Expr::Missing | Expr::Literal(_) | Expr::Item(_) | Expr::Variant(_) => {}
            Expr::Local(local) => self.mention(*local, at),
            Expr::Format(parts) => {
                for part in parts {
                    if let FormatPart::Value { value, .. } = part {
                        self.expr(*value);
                    }
                }
            }
            Expr::Instantiate(e, _)
            | Expr::Member(e, _)
            | Expr::Unary(_, e)
            | Expr::Question(e)
            | Expr::Attempt(e)
            | Expr::Blocking(e) => self.expr(*e),
            Expr::Call(callee, args) => {
                self.expr(*callee);
                self.args(args);
            }
            Expr::Index(a, b) | Expr::Binary(_, a, b) => self.exprs([*a, *b]),
            Expr::Slice(base, start, end) => {
                self.expr(*base);
                self.exprs(start.iter().chain(end).copied());
            }
            Expr::Compare(first, rest) => {
                self.expr(*first);
                self.exprs(rest.iter().map(|(_, e)| *e));
            }
            Expr::Conditional { condition, then, otherwise } => {
                self.exprs([*condition, *then, *otherwise]);
            }
            Expr::List(items) | Expr::Set(items) | Expr::Tuple(items) => {
                self.exprs(items.iter().copied());
            }
            Expr::Map(entries) => self.exprs(entries.iter().flat_map(|(k, v)| [*k, *v])),
            Expr::Comprehension { frame, clauses, element } => {
                self.within(*frame, at, |walk| {
                    for clause in clauses {
                        let (CompClause::For(_, e) | CompClause::If(e)) = clause;
                        walk.expr(*e);
                    }
                    walk.expr(*element);
                });
            }
            Expr::Lambda { frame, body } => self.within(*frame, at, |walk| walk.expr(*body)),
            Expr::Spawn { scope, task } => {
                if let Some(SpawnScope::Named(name)) = scope {
                    self.expr(*name);
                }
                self.task(task, at);
            }
        }
    }

    fn target(&mut self, target: &Target, at: NodeIndex) {
        match target {
            Target::Captured(local) => self.assigned(*local, at),
            Target::Tuple(targets) => targets.iter().for_each(|target| self.target(target, at)),
            Target::Index(base, index) => self.exprs([*base, *index]),
            Target::Member(base, _) => self.expr(*base),
            Target::Local(_) | Target::Discard | Target::Missing => {}
        }
    }

    /// The namespaces between here and the one the name belongs to, innermost first.
    fn crossed(&self, local: LocalId) -> Vec<(FrameId, FrameKind, NodeIndex)> {
        let home = self.body.locals[local].frame;
        let inside = self.starts.iter().rev().take_while(|(frame, _)| *frame != home);
        inside.map(|(frame, at)| (*frame, self.body.frames[*frame].kind, *at)).collect()
    }

    fn mention(&mut self, local: LocalId, at: NodeIndex) {
        let crossed = self.crossed(local);
        let detached = crossed.iter().find(|(_, kind, _)| *kind == FrameKind::Detached);
        let Some((frame, _, start)) = detached else { return };
        let key = (frame.into_raw().into_u32(), local.into_raw().into_u32());
        if self.mentioned.insert(key) {
            let finding = self.detached_mention(local, at, *start);
            self.findings.push(finding);
        }
    }

    fn assigned(&mut self, local: LocalId, at: NodeIndex) {
        let crossed = self.crossed(local);
        if crossed.iter().any(|(_, kind, _)| *kind == FrameKind::Detached) {
            return self.mention(local, at);
        }
        let Some((_, kind, start)) = crossed.first().copied() else { return };
        let finding = match kind {
            FrameKind::Iteration => self.iteration_assigns(local, at, start),
            _ => self.task_assigns(local, kind, at, start),
        };
        self.findings.push(finding);
    }

    fn name(&self, local: LocalId) -> String {
        quoted(&self.body.locals[local].name)
    }

    fn site(&self, node: NodeIndex) -> Site {
        Site::whole(self.body.owner, node)
    }
}
