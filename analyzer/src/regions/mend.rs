//! Mechanical mends: a `snapshot()` where a copy is what was meant, a task that is joined first, another
//! way to take a lock, one step on an atom. Suggestions, since only people know what was meant: a snapshot is
//! an immutable twin and shows an earlier state, and who joins waits.

mod atoms;
mod tasks;

pub(super) use self::atoms::{exchange, swap};
pub(super) use self::tasks::join_before;
use super::domain::Mode;
use super::report::{Party, here};
use super::view::{View, ops};
use crate::diagnostics::{Code, Edit, EditKind, Fix, Part};
use crate::hir::{Expr, Stmt, lower};
use crate::items::NodeIndex;
use crate::mir::{Callee, Intrinsic, OpKind, Operand, Point, Rvalue};
use crate::ty::{Ownership, Ty, ownership};

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

/// R009: the lock is taken to write.
pub(super) fn take_to_write(view: &View<'_>, loan: Point) -> Option<Fix> {
    let lowered = lower(view.db, view.owner());
    let (body, at) = (&lowered.body, view.origin(loan));
    let taken = body.stmts.iter().filter_map(|(id, stmt)| match stmt {
        Stmt::With { resource, .. } if lowered.source_map.stmts.get(id) == Some(&at) => {
            let Expr::Call(callee, _) = &body.exprs[*resource] else { return None };
            let reads = matches!(&body.exprs[*callee], Expr::Member(_, name) if *name == "read");
            reads.then_some(*callee)
        }
        _ => None,
    });
    let [callee] = taken.collect::<Vec<_>>()[..] else { return None };
    let method = here(view, *lowered.source_map.exprs.get(callee)?).part(Part::Reference);
    Some(Fix {
        title: "take the lock with `write()`".to_owned(),
        safe: false,
        edits: vec![Edit { site: method, kind: EditKind::Replace("write".to_owned()) }],
    })
}

/// Whether what reads at the node takes an immutable twin as well.
fn reads_any_twin(view: &View<'_>, at: NodeIndex) -> bool {
    ops(view.id, view.body).filter(|(point, _)| view.origin(*point) == at).any(|(_, kind)| {
        match kind {
            OpKind::Call { callee: Callee::Intrinsic(intrinsic), .. } => {
                use Intrinsic::{Eprint, Len, Max, Min, Print, Sum};
                matches!(intrinsic, Print | Eprint | Len | Sum | Min | Max)
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
