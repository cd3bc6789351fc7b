//! The state of one inference, and its frames.

use la_arena::ArenaMap;
use rustc_hash::{FxHashMap, FxHashSet};

use super::statements::Flow;
use super::table::Table;
use super::twins::EarlyTwin;
use super::{Inference, value_type};
use crate::Db;
use crate::diagnostics::{Code, Finding, Site};
use crate::hir::{Body, ExprId, FrameId, LocalId, Lowered, PatId, SourceMap, StmtId, lower};
use crate::items::{
    Bound, ItemId, ItemKind, NodeIndex, Obligation, Signature, lowered_signature, signature, unmet,
};
use crate::mir::VariantRef;
use crate::ty::{Builtin, Ty, display};

/// The state of one inference.
pub(super) struct Context<'db> {
    pub(super) db: &'db dyn Db,
    pub(super) item: ItemId,
    pub(super) body: &'db Body,
    pub(super) source_map: &'db SourceMap,
    pub(super) table: Table,
    pub(super) result: Inference,
    pub(super) frames: Vec<FrameState>,
    /// Arguments that were looked at to tell which overload is meant.
    pub(super) ahead: FxHashMap<ExprId, Ty>,
    /// The expression that a loop or a parameter walks; nowhere else may a view come about.
    pub(super) walked: Option<ExprId>,
    /// The call that a `with` takes its lock by; nowhere else may a loan come about.
    pub(super) resource: Option<ExprId>,
    /// Whether a finding says that a lock lends what it guards to a block alone.
    pub(super) told_of_loans: bool,
    pub(super) early_twins: Vec<EarlyTwin>,
    /// Whether no run reaches the statement that is being inferred, which was reported.
    pub(super) dead: bool,
    /// Patterns that a finding stands at: what they take is not known.
    pub(super) mistaken: FxHashSet<PatId>,
    /// Names in patterns that turned out to be constructors: as expressions they are nothing.
    pub(super) constructors: FxHashMap<LocalId, VariantRef>,
    /// Scopes' names where they go no further than a scope may.
    pub(super) lent: FxHashSet<ExprId>,
    /// The names of scopes whose blocks stand above what is being inferred.
    pub(super) ended: FxHashSet<LocalId>,
    /// Names of functions that start tasks in a scope from around them.
    pub(super) holders: FxHashMap<LocalId, LocalId>,
    /// The namespaces of nested functions, by the names that still mean them.
    pub(super) nested: FxHashMap<LocalId, FrameId>,
    bounds: Vec<Obligation>,
    /// Locals that each frame names from outside itself.
    pub(super) captures: FxHashMap<FrameId, Vec<(LocalId, ExprId)>>,
}

/// A frame that is being inferred.
pub(super) struct FrameState {
    pub(super) frame: FrameId,
    pub(super) ret: Ty,
    /// Why the result is what it is: "`fetch` returns".
    pub(super) why: String,
}

impl<'db> Context<'db> {
    pub(super) fn new(db: &'db dyn Db, item: ItemId) -> Self {
        let Lowered { body, source_map, obligations, .. } = lower(db, item);
        Self {
            db,
            item,
            body,
            source_map,
            table: Table::default(),
            result: Inference::default(),
            frames: Vec::new(),
            ahead: FxHashMap::default(),
            walked: None,
            resource: None,
            told_of_loans: false,
            early_twins: Vec::new(),
            dead: false,
            mistaken: FxHashSet::default(),
            constructors: FxHashMap::default(),
            lent: FxHashSet::default(),
            ended: FxHashSet::default(),
            holders: FxHashMap::default(),
            nested: FxHashMap::default(),
            bounds: obligations.clone(),
            captures: FxHashMap::default(),
        }
    }

    pub(super) fn run(mut self) -> Inference {
        self.defaults();
        let name = self.item.name(self.db);
        let ret = self.declared_result();
        self.params();
        self.check_main(&ret);
        self.global_is_shareable(&ret);
        let why = match self.item.kind(self.db) {
            ItemKind::Const | ItemKind::TaskLocal => format!("`{name}` is"),
            _ => format!("`{name}` returns"),
        };
        self.enter(self.body.root, ret.clone(), why);
        let flow = self.suite(&self.body.suite);
        self.leave();
        if flow == Flow::Continues && self.has_suite() {
            self.missing_return(&ret, NodeIndex::ITEM, &format!("`{name}`"), &self.body.suite);
        }
        self.finish()
    }

    /// What the item's own frame returns; a constant's type may have to be found.
    fn declared_result(&mut self) -> Ty {
        match signature(self.db, self.item) {
            Signature::Fn(of) => of.ret.clone(),
            Signature::Value(Some(ty)) => ty.clone(),
            Signature::Value(None) => self.table.fresh(),
            _ => Ty::unit(),
        }
    }

    /// What a program's `main` returns becomes its exit status, or its failure.
    fn check_main(&mut self, ret: &Ty) {
        if !self.item.is_main(self.db) {
            return;
        }
        self.main_takes_nothing();
        let fits = match ret {
            Ty::Builtin(Builtin::Unit | Builtin::Int, _) | Ty::Unknown | Ty::Never => true,
            Ty::Builtin(Builtin::Result, args) => args[0].is(Builtin::Unit),
            _ => false,
        };
        if !fits {
            let shown = self.show(ret);
            let message =
                format!("`main` returns nothing, `int` or `Result[(), E]`, but not `{shown}`");
            let site = self.site(NodeIndex::ITEM).part(crate::diagnostics::Part::Name);
            let help = "print the value, or return an exit status from 0 to 255";
            self.report(Finding::new(Code::T001, site, message).help(help));
        }
    }

    fn main_takes_nothing(&mut self) {
        let takes = signature(self.db, self.item).as_fn().is_some_and(|of| !of.params.is_empty());
        if takes {
            let site = self.site(NodeIndex::ITEM).part(crate::diagnostics::Part::Parameter(0));
            let message = "`main` takes no parameters: a program starts with it, and nobody could \
                           pass any";
            let help = "for the words of the command line, `import args` and ask `args.all()`";
            self.report(Finding::new(Code::T002, site, message).help(help));
        }
    }

    /// Every task sees constants and tasklocals.
    fn global_is_shareable(&mut self, ty: &Ty) {
        let what = match self.item.kind(self.db) {
            ItemKind::Const => "a constant",
            ItemKind::TaskLocal => "a tasklocal",
            _ => return,
        };
        self.require(ty.clone(), Bound::Shareable, NodeIndex::ITEM, what.to_owned());
    }

    fn has_suite(&self) -> bool {
        match signature(self.db, self.item) {
            Signature::Fn(of) => of.has_body,
            _ => false,
        }
    }

    fn params(&mut self) {
        let Signature::Fn(of) = signature(self.db, self.item) else { return };
        let params = &self.body.frames[self.body.root].params;
        for (param, declared) in params.iter().zip(&of.params) {
            self.result.locals.insert(param.local, declared.ty.clone());
        }
    }

    fn defaults(&mut self) {
        for (position, frame, value) in &self.body.defaults {
            let declared = match signature(self.db, self.item) {
                Signature::Fn(of) => {
                    of.params.get(*position as usize).map(|param| (&param.name, &param.ty))
                }
                Signature::Struct(of) => {
                    of.fields.get(*position as usize).map(|field| (&field.name, &field.ty))
                }
                _ => None,
            };
            // Those of nested functions are inferred with them.
            if let Some((name, ty)) = declared {
                self.default(*frame, *value, ty, name);
            }
        }
    }

    /// A default, in a namespace of its own.
    pub(super) fn default(&mut self, frame: FrameId, value: ExprId, ty: &Ty, name: &str) {
        self.enter(frame, ty.clone(), String::new());
        self.check(value, ty, &format!("`{name}` is"));
        self.leave();
    }

    pub(super) fn enter(&mut self, frame: FrameId, ret: Ty, why: String) {
        self.frames.push(FrameState { frame, ret, why });
    }

    /// What the innermost frame returns, and how messages say that.
    pub(super) fn returned(&self) -> (Ty, String) {
        let innermost = self.frames.last();
        innermost
            .map_or((Ty::Unknown, String::new()), |state| (state.ret.clone(), state.why.clone()))
    }

    pub(super) fn leave(&mut self) {
        if let Some(state) = self.frames.pop() {
            self.result.returns.insert(state.frame, state.ret);
        }
    }

    /// The type of a name, known so far.
    pub(super) fn local(&mut self, local: LocalId) -> Ty {
        match self.result.locals.get(local) {
            Some(ty) => ty.clone(),
            None => {
                let fresh = self.table.fresh();
                self.result.locals.insert(local, fresh.clone());
                fresh
            }
        }
    }

    /// The type of a module's value.
    pub(super) fn item_value(&mut self, item: ItemId) -> Ty {
        match item.kind(self.db) {
            ItemKind::Const | ItemKind::TaskLocal => value_type(self.db, item),
            _ => Ty::Unknown,
        }
    }

    /// Remembers that `ty` must meet `bound`; checked when all is known.
    pub(super) fn require(&mut self, ty: Ty, bound: Bound, node: NodeIndex, what: String) {
        self.bounds.push(Obligation { ty, bound, node, what });
    }

    pub(super) fn show(&self, ty: &Ty) -> String {
        display(self.db, &self.table.resolve(ty))
    }

    pub(super) fn site(&self, node: NodeIndex) -> Site {
        Site::whole(self.item, node)
    }

    pub(super) fn at(&self, expr: ExprId) -> NodeIndex {
        self.source_map.exprs.get(expr).copied().unwrap_or(NodeIndex::ITEM)
    }

    pub(super) fn at_stmt(&self, stmt: StmtId) -> NodeIndex {
        self.source_map.stmts.get(stmt).copied().unwrap_or(NodeIndex::ITEM)
    }

    pub(super) fn at_pat(&self, pat: PatId) -> NodeIndex {
        self.source_map.pats.get(pat).copied().unwrap_or(NodeIndex::ITEM)
    }

    pub(super) fn report(&mut self, finding: Finding) {
        self.result.findings.push(finding);
    }

    pub(super) fn mistake(&mut self, code: Code, node: NodeIndex, message: String, help: &str) {
        let finding = Finding::new(code, self.site(node), message);
        self.report(if help.is_empty() { finding } else { finding.help(help) });
    }

    fn finish(mut self) -> Inference {
        self.check_bounds();
        self.kept_scopes();
        self.early_twins();
        self.open_names();
        let Self { table, mut result, .. } = self;
        finish_all(&table, &mut result.exprs);
        finish_all(&table, &mut result.locals);
        finish_all(&table, &mut result.returns);
        result.shrink_to_fit();
        result
    }

    /// A name whose type nothing decided: one finding at the first, the rest may follow from it.
    fn open_names(&mut self) {
        let open = self
            .result
            .locals
            .iter()
            .find(|(_, ty)| self.table.is_open(ty))
            .map(|(local, ty)| (local, ty.clone()));
        let Some((local, ty)) = open else { return };
        if self.body_is_broken() || self.shares_a_finding(local) {
            return;
        }
        let name = &self.body.locals[local].name;
        let shown = self.show(&ty);
        let message = match self.table.resolve(&ty) {
            Ty::Var(_) => format!("the type of `{name}` cannot be told"),
            _ => format!(
                "the type of `{name}` cannot be told: nothing says what `_` is in `{shown}`"
            ),
        };
        let node = self.source_map.locals.get(local).copied().unwrap_or(NodeIndex::ITEM);
        self.mistake(Code::T005, node, message, "write the type: `name: type = value`");
    }

    /// Whether a finding stands in a statement that names the local: that nothing says more of its
    /// type may follow from it.
    fn shares_a_finding(&self, local: LocalId) -> bool {
        let mut starts: Vec<NodeIndex> = self.source_map.stmts.values().copied().collect();
        starts.sort_unstable();
        let statement = |node: NodeIndex| starts.partition_point(|start| *start <= node);
        let own = self.result.findings.iter().filter(|finding| finding.site.item == self.item);
        let mistaken: FxHashSet<usize> = own.map(|finding| statement(finding.site.node)).collect();
        let names = self.body.exprs.iter().filter_map(|(id, expr)| match expr {
            crate::hir::Expr::Local(named) if *named == local => Some(self.at(id)),
            _ => None,
        });
        let bound = self.source_map.locals.get(local).copied();
        names.chain(bound).any(|node| mistaken.contains(&statement(node)))
    }

    fn body_is_broken(&self) -> bool {
        !lower(self.db, self.item).findings.is_empty()
            || self.body.exprs.iter().any(|(_, expr)| *expr == crate::hir::Expr::Missing)
    }

    fn check_bounds(&mut self) {
        let signature = &lowered_signature(self.db, self.item).obligations;
        // A type parameter without its bound is one mistake, however often it shows.
        let mut told: Vec<(Ty, Bound)> =
            signature.iter().map(|known| (known.ty.clone(), known.bound)).collect();
        let declared = told.clone();
        for mut obligation in std::mem::take(&mut self.bounds) {
            obligation.ty = self.table.finish(&obligation.ty);
            let key = (obligation.ty.clone(), obligation.bound);
            let is_param = matches!(obligation.ty, Ty::Param(_));
            if declared.contains(&key) || is_param && told.contains(&key) {
                continue;
            }
            if let Some(finding) = unmet(self.db, self.item, &obligation) {
                told.push(key);
                self.result.findings.push(finding);
            }
        }
    }
}

fn finish_all<T>(table: &Table, types: &mut ArenaMap<la_arena::Idx<T>, Ty>) {
    for (_, ty) in types.iter_mut() {
        *ty = table.finish(ty);
    }
}
