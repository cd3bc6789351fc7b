//! Expressions.

use weir_syntax::ast::{self, AstNode, BinaryOp, UnaryOp};

use super::Lowering;
use super::names::Path;
use super::patterns::{literal, negated};
use crate::Name;
use crate::diagnostics::{Code, EditKind, Finding, Fix, Part, Site, suggest};
use crate::hir::{
    Arg, CompClause, Expr, ExprId, FormatPart, FrameKind, Literal, SpawnScope, SpawnTask,
};
use crate::items::{ItemId, ItemKind, NodeIndex, Signature, methods, signature};
use crate::ty::Ty;

impl Lowering<'_> {
    /// An expression that the parser may have missed, in which case it has reported it.
    pub(super) fn optional(&mut self, expr: Option<ast::Expr>, parent: NodeIndex) -> ExprId {
        match expr {
            Some(expr) => self.expr(&expr),
            None => self.alloc_expr(Expr::Missing, parent),
        }
    }

    pub(super) fn expr(&mut self, expr: &ast::Expr) -> ExprId {
        let origin = self.index(expr.syntax());
        let lowered = match expr {
            ast::Expr::ParenExpr(paren) => return self.optional(paren.expr(), origin),
            ast::Expr::Literal(of) => Expr::Literal(literal(of.value())),
            ast::Expr::FString(of) => self.format(of, origin),
            ast::Expr::NameExpr(of) => match of.name_ref() {
                Some(name) => self.name_expr(&name),
                None => Expr::Missing,
            },
            ast::Expr::TupleExpr(of) => Expr::Tuple(self.all(of.exprs())),
            ast::Expr::ListExpr(of) => Expr::List(self.all(of.exprs())),
            ast::Expr::SetExpr(of) => Expr::Set(self.all(of.exprs())),
            ast::Expr::MapExpr(of) => self.map(of, origin),
            ast::Expr::ListComp(of) => self.comprehension(of, origin),
            ast::Expr::MemberExpr(of) => self.member(of, origin),
            ast::Expr::CallExpr(of) => self.call(of, origin),
            ast::Expr::IndexExpr(of) => self.index_expr(of, origin),
            ast::Expr::UnaryExpr(of) => self.unary(of, origin),
            ast::Expr::BinaryExpr(of) => self.binary(of, origin),
            ast::Expr::ConditionalExpr(of) => {
                let condition = self.optional(of.condition(), origin);
                let then = self.optional(of.then_value(), origin);
                let otherwise = self.optional(of.else_value(), origin);
                Expr::Conditional { condition, then, otherwise }
            }
            ast::Expr::LambdaExpr(of) => self.lambda(of, origin),
            ast::Expr::QuestionExpr(of) => Expr::Question(self.optional(of.expr(), origin)),
            ast::Expr::AttemptExpr(of) => Expr::Attempt(self.optional(of.expr(), origin)),
            ast::Expr::SpawnExpr(of) => self.spawn(of, origin),
            ast::Expr::BlockingExpr(of) => Expr::Blocking(self.optional(of.expr(), origin)),
        };
        self.alloc_expr(lowered, origin)
    }

    fn all(&mut self, exprs: impl Iterator<Item = ast::Expr>) -> Vec<ExprId> {
        exprs.map(|expr| self.expr(&expr)).collect()
    }

    fn format(&mut self, of: &ast::FString, origin: NodeIndex) -> Expr {
        let parts = of.fstring_parts().map(|part| match part {
            ast::FStringPart::FStringText(text) => FormatPart::Text(text.value().into()),
            ast::FStringPart::FStringHole(hole) => FormatPart::Value {
                value: self.optional(hole.expr(), origin),
                literal: hole.conversion().is_some(),
                format: hole.format_text().map(Name::from),
            },
        });
        Expr::Format(parts.collect())
    }

    fn map(&mut self, of: &ast::MapExpr, origin: NodeIndex) -> Expr {
        let entries = of.map_entries().map(|entry| {
            (self.optional(entry.key(), origin), self.optional(entry.value(), origin))
        });
        Expr::Map(entries.collect())
    }

    fn comprehension(&mut self, of: &ast::ListComp, origin: NodeIndex) -> Expr {
        let frame = self.new_frame(FrameKind::Comprehension, Some(self.frame));
        self.within(frame, |lowering| {
            let mut clauses = Vec::new();
            for clause in of.comp_clauses() {
                clauses.push(match clause {
                    ast::CompClause::CompFor(clause) => {
                        let iterable = lowering.optional(clause.iterable(), origin);
                        CompClause::For(lowering.pattern(clause.pattern()), iterable)
                    }
                    ast::CompClause::CompIf(clause) => {
                        CompClause::If(lowering.optional(clause.condition(), origin))
                    }
                });
            }
            let element = lowering.optional(of.element(), origin);
            Expr::Comprehension { frame, clauses, element }
        })
    }

    fn member(&mut self, of: &ast::MemberExpr, origin: NodeIndex) -> Expr {
        let name: Name = of.name_ref().map(|name| name.text().into()).unwrap_or_default();
        match of.receiver().and_then(|receiver| self.path(&receiver)) {
            Some(Path::Module(module)) => return self.module_member(module, &name, origin),
            Some(Path::Type(item)) => return self.type_member(item, &name, origin),
            None => {}
        }
        if let Some(variant) = self.applied_variant(of, &name, origin) {
            return variant;
        }
        let receiver = self.optional(of.receiver(), origin);
        // Half-typed: the parser has said so.
        if name.is_empty() { Expr::Missing } else { Expr::Member(receiver, name) }
    }

    /// `Tree[int].Leaf`
    fn applied_variant(
        &mut self,
        of: &ast::MemberExpr,
        name: &Name,
        origin: NodeIndex,
    ) -> Option<Expr> {
        let Some(ast::Expr::IndexExpr(applied)) = of.receiver() else { return None };
        let Path::Type(owner) = self.path(&applied.base()?)? else { return None };
        signature(self.db, owner).as_enum()?;
        let args = applied.indices().map(|index| self.type_argument(&index)).collect();
        match self.type_member(owner, name, origin) {
            variant @ Expr::Variant(_) => {
                Some(Expr::Instantiate(self.alloc_expr(variant, origin), args))
            }
            missing => Some(missing),
        }
    }

    pub(super) fn type_member(&mut self, item: ItemId, name: &Name, origin: NodeIndex) -> Expr {
        if let Some(variant) = self.variant_of(item, name) {
            return Expr::Variant(variant);
        }
        if !name.is_empty() {
            let owner = item.name(self.db);
            let message = format!("the type `{owner}` has no variant called `{name}`");
            let mut finding = Finding::new(Code::T003, Site::whole(self.item, origin), message);
            if methods(self.db, item).iter().any(|(method, _)| method == name) {
                let help = format!("`{name}` is a method: call it on a value, `value.{name}(…)`");
                finding = finding.help(help);
            } else if let Signature::Enum(of) = signature(self.db, item) {
                let known: Vec<&str> =
                    of.variants.iter().map(|variant| variant.name.as_str()).collect();
                finding = match suggest(name, known.iter().copied()) {
                    Some(close) => {
                        let rename = Fix::rename(Site::whole(self.item, origin), close);
                        finding.help(format!("did you mean `{close}`?")).fix(rename)
                    }
                    None => finding.help(format!("its variants are `{}`", known.join("`, `"))),
                };
            }
            self.report(finding);
        }
        Expr::Missing
    }

    fn call(&mut self, of: &ast::CallExpr, origin: NodeIndex) -> Expr {
        let callee = self.optional(of.callee(), origin);
        let args = of.arg_list().into_iter().flat_map(|list| list.args());
        let args = args.map(|arg| Arg {
            name: arg.name().map(|name| name.text().into()),
            value: self.optional(arg.expr(), origin),
        });
        Expr::Call(callee, args.collect())
    }

    fn index_expr(&mut self, of: &ast::IndexExpr, origin: NodeIndex) -> Expr {
        let base = self.optional(of.base(), origin);
        let indices: Vec<ast::Index> = of.indices().collect();
        if self.is_generic(base) {
            let args = indices.iter().map(|index| self.type_argument(index)).collect();
            return Expr::Instantiate(base, args);
        }
        match indices.as_slice() {
            [ast::Index::SliceIndex(slice)] => {
                let start = slice.start().map(|start| self.expr(&start));
                let end = slice.end().map(|end| self.expr(&end));
                Expr::Slice(base, start, end)
            }
            [ast::Index::Expr(index)] => {
                let index = self.expr(index);
                Expr::Index(base, index)
            }
            _ => Expr::Missing,
        }
    }

    /// Whether the expression names a generic function or type, which takes type arguments.
    fn is_generic(&self, expr: ExprId) -> bool {
        match self.body.exprs[expr] {
            Expr::Item(item) => {
                let is_type_or_fn =
                    item.kind(self.db).is_type() || item.kind(self.db) == ItemKind::Fn;
                is_type_or_fn && !signature(self.db, item).type_params().is_empty()
            }
            _ => false,
        }
    }

    fn type_argument(&mut self, index: &ast::Index) -> Ty {
        match index {
            ast::Index::TypeIndex(of) => match (of.ty(), &mut self.types) {
                (Some(ty), Some(types)) => types.lower(&ty),
                _ => Ty::Unknown,
            },
            ast::Index::Expr(expr) => self.expr_as_type(expr),
            ast::Index::SliceIndex(_) => Ty::Unknown,
        }
    }

    /// `list[int]` between the brackets of `channel[list[int]]` was read as an expression.
    fn expr_as_type(&mut self, expr: &ast::Expr) -> Ty {
        let named = |lowering: &mut Self, name: &ast::Expr, args: Vec<Ty>| match name {
            ast::Expr::NameExpr(of) => match (of.name_ref(), &mut lowering.types) {
                (Some(name), Some(types)) => types.named(name.text(), args, expr.syntax()),
                _ => Ty::Unknown,
            },
            ast::Expr::MemberExpr(of) => match (&mut lowering.types, qualified_name(of)) {
                (Some(types), Some(path)) => types.qualified(&path, args, expr.syntax()),
                _ => Ty::Unknown,
            },
            _ => Ty::Unknown,
        };
        match expr {
            ast::Expr::NameExpr(_) => named(self, expr, Vec::new()),
            ast::Expr::MemberExpr(of) if qualified_name(of).is_some() => {
                named(self, expr, Vec::new())
            }
            ast::Expr::IndexExpr(of) => {
                let args: Vec<Ty> = of.indices().map(|index| self.type_argument(&index)).collect();
                of.base().map_or(Ty::Unknown, |base| named(self, &base, args))
            }
            ast::Expr::ParenExpr(of) => of.expr().map_or(Ty::Unknown, |of| self.expr_as_type(&of)),
            ast::Expr::TupleExpr(of) => {
                let parts: Vec<Ty> = of.exprs().map(|part| self.expr_as_type(&part)).collect();
                if parts.is_empty() { Ty::unit() } else { Ty::Tuple(parts.into()) }
            }
            _ => {
                let help = "write a type between the brackets, such as `channel[int]()`";
                let origin = self.index(expr.syntax());
                self.report_at(Code::N001, origin, "this is no type", help);
                Ty::Unknown
            }
        }
    }

    fn unary(&mut self, of: &ast::UnaryExpr, origin: NodeIndex) -> Expr {
        let Some(op) = of.op() else { return Expr::Missing };
        // A sign belongs to the literal right behind it, so that the smallest int can be written.
        let is_sign = op == UnaryOp::Negate && matches!(of.expr(), Some(ast::Expr::Literal(_)));
        let operand = self.optional(of.expr(), origin);
        match &self.body.exprs[operand] {
            Expr::Literal(value @ (Literal::Int(_) | Literal::Float(_))) if is_sign => {
                Expr::Literal(negated(value.clone()))
            }
            _ => Expr::Unary(op, operand),
        }
    }

    fn binary(&mut self, of: &ast::BinaryExpr, origin: NodeIndex) -> Expr {
        let Some(op) = of.op() else { return Expr::Missing };
        if op.is_comparison() {
            return self.comparison(of, op, origin);
        }
        let left = self.optional(of.lhs(), origin);
        let right = self.optional(of.rhs(), origin);
        Expr::Binary(op, left, right)
    }

    /// The left side of a comparison without brackets of its own is the chain so far.
    fn comparison(&mut self, of: &ast::BinaryExpr, op: BinaryOp, origin: NodeIndex) -> Expr {
        let mut links = Vec::new();
        let mut first = of.lhs();
        links.push((op, of.rhs()));
        while let Some(ast::Expr::BinaryExpr(inner)) = &first
            && let Some(op) = inner.op().filter(|op| op.is_comparison())
        {
            links.push((op, inner.rhs()));
            first = inner.lhs();
        }
        let first = self.optional(first, origin);
        let links = links.into_iter().rev();
        let links = links.map(|(op, right)| (op, self.optional(right, origin))).collect();
        Expr::Compare(first, links)
    }

    fn lambda(&mut self, of: &ast::LambdaExpr, origin: NodeIndex) -> Expr {
        let frame = self.new_frame(FrameKind::Lambda, Some(self.frame));
        self.within(frame, |lowering| {
            lowering.params(of.param_list(), frame, false);
            let body = lowering.optional(of.body(), origin);
            Expr::Lambda { frame, body }
        })
    }

    fn spawn(&mut self, of: &ast::SpawnExpr, origin: NodeIndex) -> Expr {
        let named = of.spawn_target().and_then(|target| target.name_ref());
        let scope = match named {
            Some(name) => {
                let origin = self.index(name.syntax());
                let expr = self.name_expr(&name);
                Some(SpawnScope::Named(self.alloc_expr(expr, origin)))
            }
            None => self.nearest_scope().map(SpawnScope::Nearest),
        };
        if scope.is_none() {
            self.spawn_outside(of, origin);
        }
        let task = self.task(of.call(), of.body(), FrameKind::Task, origin);
        Expr::Spawn { scope, task }
    }

    /// What a `spawn` or `detach` runs. A call is evaluated in the parent but for the call itself;
    /// any other expression becomes a body of its own.
    pub(super) fn task(
        &mut self,
        call: Option<ast::Expr>,
        body: Option<ast::Block>,
        kind: FrameKind,
        origin: NodeIndex,
    ) -> SpawnTask {
        match (call, body) {
            (_, Some(body)) => {
                let frame = self.new_frame(kind, Some(self.frame));
                let suite = self.within(frame, |lowering| lowering.suite(Some(body)));
                SpawnTask::Body(frame, suite)
            }
            (call, None) => SpawnTask::Call(self.optional(call, origin)),
        }
    }

    fn spawn_outside(&mut self, of: &ast::SpawnExpr, origin: NodeIndex) {
        let site = Site::whole(self.item, origin);
        let message = "this `spawn` has no `concurrent` block around it, so nothing would wait for \
                       its task";
        let mut finding = Finding::new(Code::P001, site.part(Part::Keyword), message)
            .label("the task would belong to nobody")
            .help("put it into a `concurrent:` block, which ends when its tasks have ended");
        let statement = of.syntax().ancestors().find(|node| {
            ast::Stmt::can_cast(node.kind())
                && node.parent().is_some_and(|parent| ast::Block::can_cast(parent.kind()))
        });
        if let Some(statement) = statement {
            let site = Site::whole(self.item, self.index(&statement));
            let wrap = EditKind::Wrap("concurrent:".to_owned());
            finding = finding.fix(Fix::suggested("put it into a `concurrent:` block", site, wrap));
        }
        self.report(finding);
    }
}

/// `tables.Row`
fn qualified_name(of: &ast::MemberExpr) -> Option<[Name; 2]> {
    match of.receiver()? {
        ast::Expr::NameExpr(module) => {
            Some([module.name_ref()?.text().into(), of.name_ref()?.text().into()])
        }
        _ => None,
    }
}
