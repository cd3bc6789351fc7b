//! Mechanical mends: a `snapshot()` where a copy is what was meant. Suggestions, since a snapshot
//! is an immutable twin and shows an earlier state.

use super::domain::Mode;
use super::report::{Party, here};
use super::view::{View, ops};
use crate::diagnostics::{Code, Edit, EditKind, Fix};
use crate::hir::{BinaryOp, Body, Expr, ExprId, Literal, lower};
use crate::items::NodeIndex;
use crate::mir::{Callee, Intrinsic, OpKind, Operand, Rvalue};
use crate::ty::{Ownership, Ty, ownership};

/// How deep an expression is that a fix writes anew.
const SWAPPED_DEPTH_MAX: u32 = 8;

/// R002: the reader looks at a snapshot from before the task's start.
pub(super) fn read_snapshot(
    view: &View<'_>,
    code: Code,
    mine: &Party<'_>,
    other: &Party<'_>,
) -> Option<Fix> {
    let (Mode::Read, None, None) = (mine.mode, mine.task, mine.access.via) else { return None };
    let task = other.task.filter(|_| code == Code::R002)?;
    let read = mine.access.at;
    let has_twin = view.holders.locals().any(|(local, _)| {
        let declared = view.body.local(local);
        declared.name.as_deref() == Some(mine.name) && is_immutable_in_full(view, &declared.ty)
    });
    let (name, copy) = (mine.name, format!("{}_before", mine.name));
    let is_taken = view.body.locals.iter().any(|local| local.name.as_deref() == Some(&*copy));
    if !has_twin || is_taken || !reads_any_twin(view, read) {
        return None;
    }
    let taken = Edit {
        site: here(view, view.statement(view.origin(task))),
        kind: EditKind::LineBefore(format!("{copy} = {name}.snapshot()")),
    };
    let used = Edit { site: here(view, mention(view, name, read)?), kind: EditKind::Replace(copy) };
    Some(Fix {
        title: format!("read a snapshot of `{name}` taken before the `spawn`"),
        safe: false,
        edits: vec![taken, used],
    })
}

/// Whether a snapshot of a value of the type holds nothing that could still be changed.
fn is_immutable_in_full(view: &View<'_>, ty: &Ty) -> bool {
    let twin = ty.immutable_twin();
    twin != *ty && ownership(view.db, &twin) != Ownership::Owned
}

/// R006 of a frozen value: freeze a copy instead.
pub(super) fn keep_by_snapshot(view: &View<'_>, given_at: NodeIndex) -> Option<Fix> {
    let name = ops(view.id, view.body).find_map(|(point, kind)| {
        let OpKind::Call { callee: Callee::Intrinsic(intrinsic), args, .. } = kind else {
            return None;
        };
        let freezes = matches!(
            intrinsic,
            Intrinsic::MutableListFreeze
                | Intrinsic::MutableMapFreeze
                | Intrinsic::MutableSetFreeze
        );
        let is_it = freezes && view.origin(point) == given_at;
        let receiver = args.first().filter(|_| is_it).and_then(Operand::local)?;
        view.body.local(receiver).name.clone()
    })?;
    Some(Fix {
        title: format!("take a snapshot of `{name}` instead of freezing it"),
        safe: false,
        edits: vec![Edit {
            site: here(view, given_at),
            kind: EditKind::Replace(format!("{name}.snapshot()")),
        }],
    })
}

/// R008: `a.set(a.get() + 1)` as `a.swap(fn(value): value + 1)`.
pub(super) fn swap(view: &View<'_>, name: &str, set_at: NodeIndex) -> Option<Fix> {
    let lowered = lower(view.db, view.owner());
    let body = &lowered.body;
    let (_, expr) = body.exprs.iter().find(|(id, expr)| {
        lowered.source_map.exprs.get(*id) == Some(&set_at) && matches!(expr, Expr::Call(..))
    })?;
    let Expr::Call(_, args) = expr else { return None };
    let [arg] = args.as_slice() else { return None };
    let value = in_terms_of(body, name, arg.value, SWAPPED_DEPTH_MAX)?;
    value.contains("value").then(|| Fix {
        title: format!("change `{name}` in one step, with `swap`"),
        safe: false,
        edits: vec![Edit {
            site: here(view, set_at),
            kind: EditKind::Replace(format!("{name}.swap(fn(value): {value})")),
        }],
    })
}

/// The text of a simple expression, with `value` for the atom's; none for any other.
fn in_terms_of(body: &Body, atom: &str, expr: ExprId, depth: u32) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match &body.exprs[expr] {
        Expr::Literal(Literal::Int(value)) => Some(value.to_string()),
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

/// Whether what reads at the node takes an immutable twin as well.
fn reads_any_twin(view: &View<'_>, at: NodeIndex) -> bool {
    ops(view.id, view.body).filter(|(point, _)| view.origin(*point) == at).any(|(_, kind)| {
        match kind {
            OpKind::Call { callee: Callee::Intrinsic(intrinsic), .. } => {
                matches!(intrinsic, Intrinsic::Print | Intrinsic::Eprint | Intrinsic::Len)
            }
            OpKind::Assign { value, .. } => {
                matches!(value, Rvalue::Format(_) | Rvalue::Index(..))
            }
            _ => false,
        }
    })
}

/// Where the expression at the node first mentions the name.
fn mention(view: &View<'_>, name: &str, at: NodeIndex) -> Option<NodeIndex> {
    let lowered = lower(view.db, view.owner());
    let (body, nodes) = (&lowered.body, &lowered.source_map.exprs);
    let mentions = body.exprs.iter().filter_map(|(id, expr)| match expr {
        Expr::Local(local) if body.locals[*local].name == name => nodes.get(id).copied(),
        _ => None,
    });
    mentions.filter(|node| *node >= at && view.statement(*node) == view.statement(at)).min()
}
