//! Hir as text: what `weir debug hir` shows, with each name's and expression's type.
//!
//! What it is not: source code. Names that differ are told apart by their number (`x.1`), tasks
//! and closures show what they capture, and every call shows what it calls.

use std::fmt::Write;

use super::{
    Body, CompClause, Expr, ExprId, FormatPart, FrameId, Literal, LocalId, Lowered, Pat, PatId,
    ScopeIdx, SelectArmOp, SpawnScope, SpawnTask, Stmt, StmtId, Suite, Target, lower,
};
use crate::Db;
use crate::infer::{CallKind, Coercion, Function, Inference, infer};
use crate::items::{ItemId, name_from};
use crate::ty::display;

/// The item's body, one statement a line.
pub fn print(db: &dyn Db, item: ItemId) -> String {
    let Lowered { body, .. } = lower(db, item);
    let types = infer(db, item);
    let mut printer = Printer { db, body, types, out: String::new(), depth: 0 };
    printer.item(item);
    printer.out
}

struct Printer<'db> {
    db: &'db dyn Db,
    body: &'db Body,
    types: &'db Inference,
    out: String,
    depth: usize,
}

impl Printer<'_> {
    fn item(&mut self, item: ItemId) {
        let params = self.params(self.body.root);
        let ret = self.types.returns.get(self.body.root);
        let ret = ret.map_or_else(String::new, |ret| format!(" -> {}", display(self.db, ret)));
        let name = item.name(self.db);
        self.line(&format!("{name}({params}){ret}:"));
        for (position, _, value) in &self.body.defaults {
            let value = self.expr(*value);
            self.deeper(|printer| printer.line(&format!("default {position} = {value}")));
        }
        self.suite(&self.body.suite);
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{:indent$}{text}", "", indent = self.depth * 4);
    }

    fn deeper(&mut self, f: impl FnOnce(&mut Self)) {
        self.depth += 1;
        f(self);
        self.depth -= 1;
    }

    fn suite(&mut self, suite: &Suite) {
        self.deeper(|printer| {
            for stmt in suite {
                printer.stmt(*stmt);
            }
        });
    }

    fn block(&mut self, header: &str, suite: &Suite) {
        self.line(header);
        self.suite(suite);
    }

    fn stmt(&mut self, id: StmtId) {
        let text = match &self.body.stmts[id] {
            Stmt::Expr(expr) => self.expr(*expr),
            Stmt::Assign { target, value, .. } => {
                format!("{} = {}", self.target(target), self.expr(*value))
            }
            Stmt::Update { target, op, value } => {
                format!("{} {}= {}", self.target(target), op.text(), self.expr(*value))
            }
            Stmt::Break => "break".to_owned(),
            Stmt::Continue => "continue".to_owned(),
            Stmt::Return(None) => "return".to_owned(),
            Stmt::Return(Some(value)) => format!("return {}", self.expr(*value)),
            Stmt::Assert(condition, None) => format!("assert {}", self.expr(*condition)),
            Stmt::Assert(condition, Some(message)) => {
                format!("assert {}, {}", self.expr(*condition), self.expr(*message))
            }
            Stmt::Defer(call) => format!("defer {}", self.expr(*call)),
            _ => return self.compound(id),
        };
        self.line(&text);
    }

    fn compound(&mut self, id: StmtId) {
        match &self.body.stmts[id] {
            Stmt::If { condition, then, otherwise } => {
                self.block(&format!("if {}:", self.expr(*condition)), then);
                if !otherwise.is_empty() {
                    self.block("else:", otherwise);
                }
            }
            Stmt::While(condition, suite) => {
                self.block(&format!("while {}:", self.expr(*condition)), suite);
            }
            Stmt::For { pattern, iterable, moved, suite } => {
                let moved = if *moved { "move " } else { "" };
                let (pattern, iterable) = (self.pat(*pattern), self.expr(*iterable));
                self.block(&format!("for {moved}{pattern} in {iterable}:"), suite);
            }
            Stmt::ParallelFor { pattern, iterable, suite, .. } => {
                let (pattern, iterable) = (self.pat(*pattern), self.expr(*iterable));
                self.block(&format!("parallel for {pattern} in {iterable}:"), suite);
            }
            Stmt::Match(scrutinee, arms) => {
                self.line(&format!("match {}:", self.expr(*scrutinee)));
                self.deeper(|printer| {
                    for arm in arms {
                        let guard = printer.guard(arm.guard);
                        let pattern = printer.pat(arm.pattern);
                        printer.block(&format!("case {pattern}{guard}:"), &arm.suite);
                    }
                });
            }
            Stmt::With { resource, name, when, suite } => {
                let name = name.map(|name| format!(" as {}", self.local(name)));
                let when = when.as_ref().map(|(_, when)| format!(" when {}", self.expr(*when)));
                let (name, when) = (name.unwrap_or_default(), when.unwrap_or_default());
                self.block(&format!("with {}{name}{when}:", self.expr(*resource)), suite);
            }
            Stmt::WithTaskLocal { item, value, suite } => {
                let header = format!("with {} = {}:", item.name(self.db), self.expr(*value));
                self.block(&header, suite);
            }
            Stmt::Concurrent(scope) => self.concurrent(*scope),
            Stmt::Detach(task) => {
                let text = format!("detach{}", self.task(task));
                self.task_lines(&text, task);
            }
            Stmt::Select(arms, otherwise) => {
                self.line("select:");
                self.deeper(|printer| {
                    for arm in arms {
                        let header = format!(
                            "case {}{}:",
                            printer.select_op(&arm.op),
                            printer.guard(arm.guard)
                        );
                        printer.block(&header, &arm.suite);
                    }
                    if let Some(otherwise) = otherwise {
                        printer.block("else:", otherwise);
                    }
                });
            }
            Stmt::Blocking(suite) => self.block("blocking:", suite),
            Stmt::NestedFn { local, frame, suite, .. } => {
                let header = format!("fn {}({}):", self.local(*local), self.params(*frame));
                self.block(&header, suite);
            }
            _ => {}
        }
    }

    fn concurrent(&mut self, scope: ScopeIdx) {
        let data = &self.body.scopes[scope];
        let written = data.options.iter();
        let mut options: Vec<String> = written
            .map(|(option, value)| format!("{}({})", option.text(), self.expr(*value)))
            .collect();
        if data.supervised {
            options.push("supervised".to_owned());
        }
        let options = match options.is_empty() {
            true => String::new(),
            false => format!(" {}", options.join(", ")),
        };
        let handle = data.handle.map(|handle| format!(" as {}", self.local(handle)));
        self.block(&format!("concurrent{options}{}:", handle.unwrap_or_default()), &data.suite);
        if let Some(otherwise) = &data.otherwise {
            self.block("else:", otherwise);
        }
        for (inside, after) in &data.settled {
            self.line(&format!("settle {} = {}", self.local(*after), self.local(*inside)));
        }
    }

    fn task_lines(&mut self, text: &str, task: &SpawnTask) {
        match task {
            SpawnTask::Call(_) => self.line(text),
            SpawnTask::Body(_, suite) => self.block(text, suite),
        }
    }

    fn task(&self, task: &SpawnTask) -> String {
        match task {
            SpawnTask::Call(call) => format!(" {}", self.expr(*call)),
            SpawnTask::Body(..) => ":".to_owned(),
        }
    }

    fn guard(&self, guard: Option<ExprId>) -> String {
        guard.map(|guard| format!(" if {}", self.expr(guard))).unwrap_or_default()
    }

    fn select_op(&self, op: &SelectArmOp) -> String {
        match op {
            SelectArmOp::Receive(pattern, channel) => {
                format!("{} from {}", self.pat(*pattern), self.expr(*channel))
            }
            SelectArmOp::Send(channel, value) => {
                format!("{}.send({})", self.expr(*channel), self.expr(*value))
            }
            SelectArmOp::Timeout(length) => format!("timeout({})", self.expr(*length)),
            SelectArmOp::Closed(channel) => format!("closed {}", self.expr(*channel)),
            SelectArmOp::Wait(signal) => format!("{}.wait()", self.expr(*signal)),
            SelectArmOp::Missing => "?".to_owned(),
        }
    }

    fn params(&self, frame: FrameId) -> String {
        let params = self.body.frames[frame].params.iter();
        let params = params.map(|param| self.typed(param.local));
        params.collect::<Vec<_>>().join(", ")
    }

    fn typed(&self, local: LocalId) -> String {
        let ty = self.types.locals.get(local).map(|ty| display(self.db, ty));
        format!("{}: {}", self.local(local), ty.unwrap_or_else(|| "?".to_owned()))
    }

    /// The name; with a number when the body has several of that name.
    fn local(&self, local: LocalId) -> String {
        let name = &self.body.locals[local].name;
        let same: Vec<LocalId> = self
            .body
            .locals
            .iter()
            .filter(|(_, data)| data.name == *name)
            .map(|(id, _)| id)
            .collect();
        match same.iter().position(|id| *id == local) {
            Some(position) if same.len() > 1 => format!("{name}.{position}"),
            _ => name.to_string(),
        }
    }

    fn target(&self, target: &Target) -> String {
        match target {
            Target::Local(local) => self.typed(*local),
            Target::Captured(local) => format!("captured {}", self.local(*local)),
            Target::Tuple(parts) => {
                parts.iter().map(|part| self.target(part)).collect::<Vec<_>>().join(", ")
            }
            Target::Index(base, index) => format!("{}[{}]", self.expr(*base), self.expr(*index)),
            Target::Member(base, name) => format!("{}.{name}", self.expr(*base)),
            Target::Discard => "_".to_owned(),
            Target::Missing => "?".to_owned(),
        }
    }

    fn pat(&self, id: PatId) -> String {
        match &self.body.pats[id] {
            Pat::Missing => "?".to_owned(),
            Pat::Wildcard => "_".to_owned(),
            Pat::Bind(local) => self.typed(*local),
            Pat::Literal(value) => literal(value),
            Pat::Tuple(parts) => format!("({})", self.pats(parts, ", ")),
            Pat::Constructor { name, args, .. } => match args {
                Some(args) => format!("{name}({})", self.pats(args, ", ")),
                None => name.to_string(),
            },
            Pat::Or(parts) => self.pats(parts, " | "),
        }
    }

    fn pats(&self, parts: &[PatId], separator: &str) -> String {
        parts.iter().map(|part| self.pat(*part)).collect::<Vec<_>>().join(separator)
    }

    /// The expression with its coercions written out.
    fn expr(&self, id: ExprId) -> String {
        let coercions = self.types.coercions.get(&id).map_or(&[][..], Vec::as_slice);
        coercions.iter().fold(self.plain(id), |text, coercion| match coercion {
            Coercion::Join => format!("join({text})"),
            Coercion::Gather => format!("gather({text})"),
            Coercion::WrapOk => format!("Ok({text})"),
            Coercion::Convert(conversion) => format!("{conversion:?}({text})"),
        })
    }

    fn plain(&self, id: ExprId) -> String {
        match &self.body.exprs[id] {
            Expr::Missing => "?".to_owned(),
            Expr::Literal(value) => literal(value),
            Expr::Format(parts) => self.format(parts),
            Expr::Local(local) => self.local(*local),
            Expr::Item(item) => self.named(*item),
            Expr::Variant(variant) => variant.name.to_string(),
            Expr::Instantiate(base, args) => {
                let args = crate::ty::display_list(self.db, args);
                format!("{}[{args}]", self.expr(*base))
            }
            Expr::Member(receiver, name) => format!("{}.{name}", self.expr(*receiver)),
            Expr::Call(callee, _) => self.call(id, *callee),
            Expr::Index(base, index) => format!("{}[{}]", self.expr(*base), self.expr(*index)),
            Expr::Slice(base, start, end) => {
                let bound =
                    |bound: &Option<ExprId>| bound.map(|id| self.expr(id)).unwrap_or_default();
                format!("{}[{}:{}]", self.expr(*base), bound(start), bound(end))
            }
            Expr::Unary(op, operand) => format!("({} {})", op.text(), self.expr(*operand)),
            Expr::Binary(op, left, right) => {
                format!("({} {} {})", self.expr(*left), op.text(), self.expr(*right))
            }
            Expr::Compare(first, links) => {
                let links =
                    links.iter().map(|(op, right)| format!(" {} {}", op.text(), self.expr(*right)));
                format!("({}{})", self.expr(*first), links.collect::<String>())
            }
            Expr::Conditional { condition, then, otherwise } => format!(
                "({} if {} else {})",
                self.expr(*then),
                self.expr(*condition),
                self.expr(*otherwise)
            ),
            Expr::List(items) => format!("[{}]", self.exprs(items)),
            Expr::Set(items) => format!("{{{}}}", self.exprs(items)),
            Expr::Tuple(items) => format!("({})", self.exprs(items)),
            Expr::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, value)| format!("{}: {}", self.expr(*key), self.expr(*value)));
                format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
            }
            Expr::Comprehension { clauses, element, .. } => {
                let clauses = clauses.iter().map(|clause| match clause {
                    CompClause::For(pattern, iterable) => {
                        format!(" for {} in {}", self.pat(*pattern), self.expr(*iterable))
                    }
                    CompClause::If(condition) => format!(" if {}", self.expr(*condition)),
                });
                format!("[{}{}]", self.expr(*element), clauses.collect::<String>())
            }
            Expr::Lambda { frame, body } => {
                format!("fn({}): {}", self.params(*frame), self.expr(*body))
            }
            Expr::Question(operand) => format!("{}?", self.expr(*operand)),
            Expr::Attempt(operand) => format!("attempt {}", self.expr(*operand)),
            Expr::Spawn { scope, task } => {
                let within = match scope {
                    Some(SpawnScope::Named(handle)) => format!(" in {}", self.expr(*handle)),
                    Some(SpawnScope::Nearest(_)) => String::new(),
                    None => " (no scope)".to_owned(),
                };
                format!("spawn{within}{}", self.spawned(task))
            }
            Expr::Blocking(operand) => format!("blocking {{ {} }}", self.expr(*operand)),
        }
    }

    /// A task's body within an expression, set in braces.
    fn spawned(&self, task: &SpawnTask) -> String {
        let SpawnTask::Body(_, suite) = task else { return self.task(task) };
        let mut inner = Printer {
            db: self.db,
            body: self.body,
            types: self.types,
            out: String::new(),
            depth: self.depth,
        };
        inner.suite(suite);
        format!(":\n{}", inner.out.trim_end())
    }

    fn call(&self, id: ExprId, callee: ExprId) -> String {
        let Some(plan) = self.types.calls.get(&id) else {
            return format!("{}(?)", self.expr(callee));
        };
        let receiver = match (&plan.kind, &self.body.exprs[callee]) {
            (CallKind::Method(_) | CallKind::With(_), Expr::Member(receiver, _)) => Some(*receiver),
            _ => None,
        };
        let name = match &plan.kind {
            CallKind::Function(function) | CallKind::Method(function) => self.function(*function),
            CallKind::Struct(item) => self.named(*item),
            CallKind::Variant(variant) => variant.name.to_string(),
            CallKind::With(_) => "with".to_owned(),
            CallKind::Value => self.expr(callee),
        };
        let args = plan.args.iter().map(|arg| match arg {
            crate::infer::PlannedArg::Given(value) => self.expr(*value),
            crate::infer::PlannedArg::Default(_, index) => format!("default {index}"),
            crate::infer::PlannedArg::Copied(index) => format!("copy {index}"),
            crate::infer::PlannedArg::Rest(values) => self.exprs(values),
        });
        let receiver = receiver.map(|receiver| self.expr(receiver));
        format!("{name}({})", receiver.into_iter().chain(args).collect::<Vec<_>>().join(", "))
    }

    fn function(&self, function: Function) -> String {
        match function {
            Function::Intrinsic(intrinsic) => intrinsic.name().to_owned(),
            Function::Item(item) => self.named(item),
        }
    }

    fn named(&self, item: ItemId) -> String {
        name_from(self.db, self.body.owner.file(self.db), item)
    }

    fn exprs(&self, items: &[ExprId]) -> String {
        items.iter().map(|item| self.expr(*item)).collect::<Vec<_>>().join(", ")
    }

    fn format(&self, parts: &[FormatPart]) -> String {
        let parts = parts.iter().map(|part| match part {
            FormatPart::Text(text) => format!("{text:?}"),
            FormatPart::Value { value, literal, format } => {
                let literal = if *literal { "!r" } else { "" };
                let format = format.as_ref().map(|format| format!(":{format}"));
                format!("{{{}{literal}{}}}", self.expr(*value), format.unwrap_or_default())
            }
        });
        format!("format({})", parts.collect::<Vec<_>>().join(" "))
    }
}

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Int(value) => value.to_string(),
        Literal::Float(bits) => format!("{:?}", f64::from_bits(*bits)),
        Literal::Str(text) => format!("{text:?}"),
        Literal::Bytes(bytes) => format!("b{:?}", String::from_utf8_lossy(bytes)),
        Literal::Bool(value) => value.to_string(),
    }
}
