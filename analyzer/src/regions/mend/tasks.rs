//! R001 and R002: the task is joined before its value is used again.

use crate::diagnostics::{Edit, EditKind, Fix};
use crate::hir::{Body, Expr, ExprId, LocalId, SourceMap, Stmt, StmtId, Target, lower};
use crate::mir::{Callee, OpKind, Operand, Point};
use crate::regions::report::{Party, here};
use crate::regions::view::{View, may_meet_others};

/// What a task is called that had no name.
const NEW_NAME: &str = "task";

/// Where both stand in one scope, and the task waits for nobody: then it can be waited for.
pub(in crate::regions) fn join_before(
    view: &View<'_>,
    mine: &Party<'_>,
    other: &Party<'_>,
) -> Option<Fix> {
    let task = other.task.filter(|task| mine.task.is_none() && task.body == view.id)?;
    if waits(view, task) || view.is_deferred(mine.access.at) {
        return None;
    }
    let lowered = lower(view.db, view.owner());
    let (body, nodes) = (&lowered.body, &lowered.source_map);
    let suite = body.scopes.iter().map(|(_, scope)| &scope.suite);
    let at = |node| {
        let statement = view.statement(node);
        move |id: &&StmtId| nodes.stmts.get(**id) == Some(&statement)
    };
    let (spawn, used) = suite.into_iter().find_map(|suite| {
        let spawn = suite.iter().position(|id| at(view.origin(task))(&id))?;
        let used = suite.iter().position(|id| at(mine.access.at)(&id))?;
        (spawn < used).then(|| (suite[spawn], suite[used]))
    })?;
    let name = named(body, nodes, spawn, view.origin(task))?;
    let used = here(view, *nodes.stmts.get(used)?);
    let new = match name {
        Some(_) => None,
        None if body.locals.iter().any(|(_, local)| local.name == NEW_NAME) => return None,
        None => Some(Edit {
            site: here(view, *nodes.stmts.get(spawn)?),
            kind: EditKind::Before(format!("{NEW_NAME} = ")),
        }),
    };
    let name = name.map_or(NEW_NAME, |name| body.locals[name].name.as_str());
    let join = Edit { site: used, kind: EditKind::LineBefore(format!("{name}.join()")) };
    Some(Fix {
        title: "join the task first".to_owned(),
        safe: false,
        edits: new.into_iter().chain([join]).collect(),
    })
}

/// What the statement calls the task that it starts; none if it is not one that just starts it.
fn named(
    body: &Body,
    nodes: &SourceMap,
    spawn: StmtId,
    at: crate::items::NodeIndex,
) -> Option<Option<LocalId>> {
    let starts = |expr: ExprId| {
        matches!(body.exprs[expr], Expr::Spawn { .. }) && nodes.exprs.get(expr) == Some(&at)
    };
    match &body.stmts[spawn] {
        Stmt::Expr(expr) if starts(*expr) => Some(None),
        Stmt::Assign { target: Target::Local(local), value, .. } if starts(*value) => {
            let again = body.stmts.iter().filter(|(_, stmt)| {
                matches!(stmt, Stmt::Assign { target: Target::Local(of), .. } if of == local)
            });
            // A name of an inner scope stands for a result behind that.
            let settles = |(_, after): &(LocalId, LocalId)| after == local;
            let is_bound_anew =
                body.scopes.iter().any(|(_, scope)| scope.settled.iter().any(settles));
            (again.count() == 1 && !is_bound_anew).then_some(Some(*local))
        }
        _ => None,
    }
}

/// Whether the task may wait for somebody: whoever waits for it could then wait for ever.
fn waits(view: &View<'_>, task: Point) -> bool {
    let Some(OpKind::Spawn { callee, args, .. }) = view.op(task) else { return true };
    let is_known = matches!(callee, Callee::Item(_) | Callee::Body(_));
    let meets = |arg: &Operand| arg.local().is_some_and(|local| may_meet_others(view.ty(local)));
    !is_known || args.iter().any(meets)
}
