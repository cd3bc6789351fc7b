//! R008: what is read and then set becomes one step.

use crate::diagnostics::{Edit, EditKind, Fix};
use crate::hir::{BinaryOp, Body, Expr, ExprId, Literal, Stmt, UnaryOp, lower};
use crate::items::NodeIndex;
use crate::regions::report::here;
use crate::regions::view::View;

/// How deep an expression is that a fix writes anew.
const SWAPPED_DEPTH_MAX: u32 = 8;

/// `a.set(a.get() + 1)` as `a.swap(fn(value): value + 1)`.
pub(in crate::regions) fn swap(view: &View<'_>, name: &str, set_at: NodeIndex) -> Option<Fix> {
    let lowered = lower(view.db, view.owner());
    let body = &lowered.body;
    let (_, expr) = body.exprs.iter().find(|(id, expr)| {
        lowered.source_map.exprs.get(*id) == Some(&set_at) && matches!(expr, Expr::Call(..))
    })?;
    let value = in_terms_of(body, name, argument(expr)?, SWAPPED_DEPTH_MAX)?;
    value.contains("value").then(|| Fix {
        title: format!("change `{name}` in one step, with `swap`"),
        safe: false,
        edits: vec![Edit {
            site: here(view, set_at),
            kind: EditKind::Replace(format!("{name}.swap(fn(value): {value})")),
        }],
    })
}

/// `if a.get() == 0: a.set(1)` as `if a.compare_and_set(0, 1):`, or as that alone if there is nothing more in it.
pub(in crate::regions) fn exchange(view: &View<'_>, name: &str, set_at: NodeIndex) -> Option<Fix> {
    let lowered = lower(view.db, view.owner());
    let (body, nodes) = (&lowered.body, &lowered.source_map);
    let is_set = |expr: ExprId| nodes.exprs.get(expr) == Some(&set_at);
    let (branch, condition, then, set, is_all) = body.stmts.iter().find_map(|(id, stmt)| {
        let Stmt::If { condition, then, otherwise } = stmt else { return None };
        let set = then
            .iter()
            .find(|inside| matches!(&body.stmts[**inside], Stmt::Expr(expr) if is_set(*expr)))?;
        Some((id, *condition, then, *set, then.len() == 1 && otherwise.is_empty()))
    })?;
    // An `elif` is no statement that something else could stand for.
    let is_chained =
        |stmt: &Stmt| matches!(stmt, Stmt::If { otherwise, .. } if otherwise.contains(&branch));
    if is_all && body.stmts.iter().any(|(_, stmt)| is_chained(stmt)) {
        return None;
    }
    let Stmt::Expr(call) = &body.stmts[set] else { return None };
    let was = expected(body, name, condition)?;
    let new = in_terms_of(body, name, argument(&body.exprs[*call])?, SWAPPED_DEPTH_MAX)?;
    let exchanged = format!("{name}.compare_and_set({was}, {new})");
    let edit = |node: NodeIndex, kind| Edit { site: here(view, node), kind };
    let edits = match is_all {
        true => vec![edit(*nodes.stmts.get(branch)?, EditKind::Replace(exchanged))],
        // What stands before the setting would see what was set.
        false if then.len() == 1 || then.first() != Some(&set) => return None,
        false => vec![
            edit(*nodes.exprs.get(condition)?, EditKind::Replace(exchanged)),
            edit(*nodes.stmts.get(set)?, EditKind::RemoveLines),
        ],
    };
    (!new.contains("value")).then(|| Fix {
        title: format!("look at `{name}` and set it in one step, with `compare_and_set`"),
        safe: false,
        edits,
    })
}

/// What the atom holds where the condition is true, as text.
fn expected(body: &Body, atom: &str, condition: ExprId) -> Option<String> {
    let text = |expr| in_terms_of(body, atom, expr, SWAPPED_DEPTH_MAX);
    let is_it = |expr| text(expr).as_deref() == Some("value");
    match &body.exprs[condition] {
        Expr::Unary(UnaryOp::Not, of) if is_it(*of) => Some("false".to_owned()),
        Expr::Compare(first, rest) => match rest.as_slice() {
            [(BinaryOp::Equal, second)] if is_it(*first) => {
                text(*second).filter(|text| !text.contains("value"))
            }
            _ => None,
        },
        _ => is_it(condition).then(|| "true".to_owned()),
    }
}

fn argument(call: &Expr) -> Option<ExprId> {
    let Expr::Call(_, args) = call else { return None };
    let [arg] = args.as_slice() else { return None };
    Some(arg.value)
}

/// The text of a simple expression, with `value` for the atom's; none for any other.
fn in_terms_of(body: &Body, atom: &str, expr: ExprId, depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match &body.exprs[expr] {
        Expr::Literal(Literal::Int(value)) => Some(value.to_string()),
        Expr::Literal(Literal::Bool(value)) => Some(value.to_string()),
        Expr::Local(local) if body.locals[*local].name != "value" => {
            Some(body.locals[*local].name.to_string())
        }
        Expr::Call(callee, args) if args.is_empty() => match &body.exprs[*callee] {
            Expr::Member(of, name) if *name == "get" => match &body.exprs[*of] {
                Expr::Local(local) if body.locals[*local].name == atom => Some("value".to_owned()),
                _ => None,
            },
            _ => None,
        },
        Expr::Binary(op, left, right) => {
            let symbol = match op {
                BinaryOp::Add => "+",
                BinaryOp::Subtract => "-",
                BinaryOp::Multiply => "*",
                _ => return None,
            };
            let side = |side: ExprId| {
                let text = in_terms_of(body, atom, side, depth)?;
                let nested = matches!(body.exprs[side], Expr::Binary(..));
                Some(if nested { format!("({text})") } else { text })
            };
            Some(format!("{} {symbol} {}", side(*left)?, side(*right)?))
        }
        _ => None,
    }
}
