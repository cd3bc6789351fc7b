//! Where what a mend changes stands in the text of a body.

use crate::Db;
use crate::diagnostics::Site;
use crate::hir::{self, Body, Expr, ExprId, Lowered, SpawnTask, Stmt, StmtId, Suite};
use crate::items::{ItemId, NodeIndex};
use crate::skeleton::graph::{Action, RoutineId, Skeleton, Target};

/// The body of the item of a place, with its text's nodes.
pub(super) fn text_of(db: &dyn Db, site: Site) -> &Lowered {
    hir::lower(db, site.item)
}

/// A name, or fields of one.
pub(super) fn name_of(body: &Body, of: ExprId) -> Option<String> {
    match &body.exprs[of] {
        Expr::Local(local) => Some(body.locals[*local].name.to_string()),
        Expr::Member(of, field) => Some(format!("{}.{field}", name_of(body, *of)?)),
        _ => None,
    }
}

/// All lists of statements of a body.
pub(super) fn suites(body: &Body) -> Vec<&Suite> {
    let of_stmts = body.stmts.iter().flat_map(|(_, stmt)| suites_of(stmt));
    let of_scopes = body
        .scopes
        .iter()
        .flat_map(|(_, scope)| std::iter::once(&scope.suite).chain(&scope.otherwise));
    let of_tasks = body.exprs.iter().filter_map(|(_, expr)| match expr {
        Expr::Spawn { task: SpawnTask::Body(_, suite), .. } => Some(suite),
        _ => None,
    });
    std::iter::once(&body.suite).chain(of_stmts).chain(of_scopes).chain(of_tasks).collect()
}

fn suites_of(stmt: &Stmt) -> Vec<&Suite> {
    match stmt {
        Stmt::If { then, otherwise, .. } => vec![then, otherwise],
        Stmt::While(_, suite)
        | Stmt::For { suite, .. }
        | Stmt::ParallelFor { suite, .. }
        | Stmt::With { suite, .. }
        | Stmt::WithTaskLocal { suite, .. }
        | Stmt::Detach(SpawnTask::Body(_, suite))
        | Stmt::Blocking(suite)
        | Stmt::NestedFn { suite, .. } => vec![suite],
        Stmt::Match(_, arms) => arms.iter().map(|arm| &arm.suite).collect(),
        Stmt::Select(arms, otherwise) => {
            arms.iter().map(|arm| &arm.suite).chain(otherwise).collect()
        }
        _ => Vec::new(),
    }
}

/// The list that a statement is in, and where.
pub(super) fn place_of<'a>(text: &'a Lowered, site: Site) -> Option<(&'a Suite, usize)> {
    let is_there = |stmt: &StmtId| {
        text.source_map.stmts.get(*stmt) == Some(&site.node)
            || matches!(&text.body.stmts[*stmt], Stmt::Expr(call)
                if text.source_map.exprs.get(*call) == Some(&site.node))
    };
    let position = |suite: &'a Suite| Some((suite, suite.iter().position(is_there)?));
    suites(&text.body).into_iter().find_map(position)
}

/// Whether the place is a `return` that is written.
pub(in crate::skeleton::report) fn is_return(db: &dyn Db, site: Site) -> bool {
    let text = text_of(db, site);
    text.body.stmts.iter().any(|(id, stmt)| {
        matches!(stmt, Stmt::Return(_)) && text.source_map.stmts.get(id) == Some(&site.node)
    })
}

/// The first statement of a routine's own text.
pub(super) fn first_statement(
    db: &dyn Db,
    skeleton: &Skeleton,
    routine: RoutineId,
) -> Option<Site> {
    let source = skeleton.routine(routine);
    let lowered = hir::lower(db, source.item);
    let node_of = |stmt: StmtId| lowered.source_map.stmts.get(stmt).copied();
    let node = match source.body?.index() {
        0 => node_of(*lowered.body.suite.first()?)?,
        _ => {
            let spawn = spawned_at(skeleton, source.item, routine)?;
            let after = lowered.body.stmts.iter().filter_map(|(stmt, _)| node_of(stmt));
            after.filter(|node| *node > spawn).min()?
        }
    };
    Some(Site::whole(source.item, node))
}

/// The `spawn:` whose body the routine is.
fn spawned_at(skeleton: &Skeleton, item: ItemId, routine: RoutineId) -> Option<NodeIndex> {
    let nodes = skeleton.routines.iter().flat_map(|routine| &routine.nodes);
    let mut spawns = nodes.filter_map(|node| match &node.action {
        Action::Spawn { target: Target::Routine(target), .. } if *target == routine => {
            Some(node.site)
        }
        _ => None,
    });
    spawns.find(|site| site.item == item).map(|site| site.node)
}
