//! Trees to Hir: one body, desugared and with its names resolved.
//!
//! What it is not: typing. A bare name pattern, a member and a call are left for inference to
//! decide. Invariant: every id of the body has its node in the source map.

mod expressions;
mod names;
mod patterns;
mod statements;
mod unread;
mod unresolved;

use la_arena::Arena;
use rustc_hash::FxHashMap;
use weir_syntax::SyntaxNode;
use weir_syntax::ast::{self, AstNode};

use super::{
    Body, Expr, ExprId, FrameId, FrameKind, LocalId, LocalKind, Lowered, Param, Pat, PatId,
    SourceMap, Stmt, StmtId, Suite,
};
use crate::diagnostics::{Code, Finding, Site};
use crate::items::{ItemId, NodeIndex, TypeLowering, item_syntax};
use crate::{Db, Name, SourceFile};

use names::Namespaces;

/// The Hir of an item that computes; of any other item, an empty body.
///
/// Hir, types and Mir take several times the room of the text. What was not used for long is
/// forgotten at the next edit: its findings and summaries are kept, and an edit elsewhere does not
/// ask for more.
#[salsa::tracked(lru = 128)]
pub fn lower(db: &dyn Db, item: ItemId) -> Lowered {
    let Some(syntax) = item_syntax(db, item) else {
        return Lowering::new(db, item, None).finish(Suite::new());
    };
    let node = syntax.node();
    let mut lowering = Lowering::new(db, item, Some(&node));
    let suite = match ast::Item::cast(node) {
        Some(ast::Item::Fn(of)) => lowering.function(&of),
        Some(ast::Item::Const(of)) => lowering.value(of.value()),
        Some(ast::Item::TaskLocal(of)) => lowering.value(of.value()),
        Some(ast::Item::Test(of)) => lowering.suite(of.body()),
        Some(ast::Item::Struct(of)) => lowering.field_defaults(&of),
        _ => Suite::new(),
    };
    lowering.finish(suite)
}

/// The state of one lowering.
pub(super) struct Lowering<'db> {
    db: &'db dyn Db,
    file: SourceFile,
    item: ItemId,
    types: Option<TypeLowering<'db>>,
    body: Body,
    source_map: SourceMap,
    findings: Vec<Finding>,
    namespaces: Namespaces,
    frame: FrameId,
    /// What the alternatives of a pattern before this one have bound.
    alternatives: Vec<(Name, LocalId)>,
    /// Names that were reported.
    /// Names that nothing declares, each with its finding.
    unknown: FxHashMap<Name, usize>,
    unread: unread::UnreadNames,
    lacks_imports: bool,
}

impl<'db> Lowering<'db> {
    fn new(db: &'db dyn Db, item: ItemId, node: Option<&SyntaxNode>) -> Self {
        let mut frames = Arena::new();
        let root = frames.alloc(super::Frame {
            kind: FrameKind::Function,
            parent: None,
            params: Vec::new(),
        });
        let body = Body {
            owner: item,
            exprs: Arena::new(),
            stmts: Arena::new(),
            pats: Arena::new(),
            locals: Arena::new(),
            frames,
            scopes: Arena::new(),
            root,
            suite: Suite::new(),
            defaults: Vec::new(),
        };
        Self {
            db,
            file: item.file(db),
            item,
            types: node.map(|node| TypeLowering::new(db, item, node)),
            body,
            source_map: SourceMap::default(),
            findings: Vec::new(),
            namespaces: Namespaces::new(root),
            frame: root,
            alternatives: Vec::new(),
            unknown: FxHashMap::default(),
            unread: unread::UnreadNames::default(),
            lacks_imports: false,
        }
    }

    fn finish(mut self, suite: Suite) -> Lowered {
        self.body.suite = suite;
        self.body.shrink_to_fit();
        self.source_map.shrink_to_fit();
        let mut findings = self.findings;
        let (wrong, obligations) = self.types.map(TypeLowering::finish).unwrap_or_default();
        findings.extend(wrong);
        let (source_map, lacks_imports) = (self.source_map, self.lacks_imports);
        Lowered { body: self.body, source_map, findings, obligations, lacks_imports }
    }

    fn function(&mut self, of: &ast::Fn) -> Suite {
        if let Some(types) = &mut self.types {
            types.own_params(of.type_param_list());
        }
        self.params(of.param_list(), self.body.root, true);
        self.suite(of.body())
    }

    fn value(&mut self, value: Option<ast::Expr>) -> Suite {
        let Some(value) = value else { return Suite::new() };
        let origin = self.index(value.syntax());
        let value = self.expr(&value);
        vec![self.alloc_stmt(Stmt::Return(Some(value)), origin)]
    }

    fn field_defaults(&mut self, of: &ast::Struct) -> Suite {
        if let Some(types) = &mut self.types {
            types.own_params(of.type_param_list());
        }
        let members = of.member_list().into_iter().flat_map(|list| list.members());
        let fields = members.filter_map(|member| match member {
            ast::Member::Field(field) => Some(field),
            _ => None,
        });
        for (position, field) in (0..).zip(fields) {
            if let Some(default) = field.default() {
                self.default(position, &default);
            }
        }
        Suite::new()
    }

    /// A default sees no names of the body: it is evaluated at each call or construction.
    fn default(&mut self, position: u32, default: &ast::Expr) -> ExprId {
        let frame = self.new_frame(FrameKind::Default, None);
        let value = self.within(frame, |lowering| lowering.expr(default));
        self.body.defaults.push((position, frame, value));
        value
    }

    /// The position of a nested function's default.
    fn next_default(&self) -> u32 {
        let own = self.body.frames[self.body.root].params.len();
        (own + self.body.defaults.len()) as u32
    }

    /// Declares the parameters in `frame`, which is the current one. The item's own have their
    /// types in its signature; the defaults of nested functions are numbered behind them.
    fn params(&mut self, list: Option<ast::ParamList>, frame: FrameId, own: bool) {
        for (position, param) in (0..).zip(list.into_iter().flat_map(|list| list.params())) {
            let default = param.default().map(|default| match own {
                true => self.default(position, &default),
                false => self.default(self.next_default(), &default),
            });
            let ty = match (own, param.ty(), &mut self.types) {
                (false, Some(ty), Some(types)) => Some(types.parameter(&ty)),
                _ => None,
            };
            let name: Name = param.name().map(|name| name.text().into()).unwrap_or_default();
            let origin = self.index(param.syntax());
            let first = self.namespaces.own(frame, &name);
            let local = self.declare(name.clone(), LocalKind::Param, origin);
            if let Some(first) = first {
                self.namespaces.bind(frame, name, first);
            }
            let moved = param.move_token().is_some();
            self.body.frames[frame].params.push(Param { local, ty, moved, default });
        }
    }

    fn new_frame(&mut self, kind: FrameKind, parent: Option<FrameId>) -> FrameId {
        let frame = self.body.frames.alloc(super::Frame { kind, parent, params: Vec::new() });
        self.namespaces.add(frame);
        frame
    }

    /// Runs `f` with `frame` as the current namespace.
    fn within<T>(&mut self, frame: FrameId, f: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.frame, frame);
        let result = f(self);
        self.frame = outer;
        result
    }

    fn index(&self, node: &SyntaxNode) -> NodeIndex {
        self.types.as_ref().map_or(NodeIndex::ITEM, |types| types.index(node))
    }

    fn alloc_expr(&mut self, expr: Expr, origin: NodeIndex) -> ExprId {
        let id = self.body.exprs.alloc(expr);
        self.source_map.exprs.insert(id, origin);
        id
    }

    fn alloc_stmt(&mut self, stmt: Stmt, origin: NodeIndex) -> StmtId {
        let id = self.body.stmts.alloc(stmt);
        self.source_map.stmts.insert(id, origin);
        id
    }

    fn alloc_pat(&mut self, pat: Pat, origin: NodeIndex) -> PatId {
        let id = self.body.pats.alloc(pat);
        self.source_map.pats.insert(id, origin);
        id
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn report_at(&mut self, code: Code, node: NodeIndex, message: &str, help: &str) {
        self.report(Finding::new(code, Site::whole(self.item, node), message).help(help));
    }
}
