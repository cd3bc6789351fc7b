//! What the program calls a channel, signal or lock.

use crate::Db;
use crate::items::signature;
use crate::mir::{self, Local, Operand, Rvalue};
use crate::skeleton::graph::{Action, NodeId, Routine, RoutineId, Skeleton};
use crate::skeleton::state::Made;
use crate::ty::Ty;

/// What the object of the node's operation is called there: `ch`, `self.queue`.
pub(super) fn name_at(
    db: &dyn Db,
    skeleton: &Skeleton,
    (routine, node): (RoutineId, NodeId),
) -> Option<String> {
    let routine = skeleton.routine(routine);
    let operand = match &routine.node(node).action {
        Action::Sync { object, .. } => object.clone(),
        Action::Each { iterator, .. } => Operand::Local(*iterator),
        Action::Take(lock, ..)
        | Action::TakeWhen(lock, _)
        | Action::TryTake(lock, ..)
        | Action::Give(lock, ..) => lock.clone(),
        _ => return None,
    };
    name_of(db, routine, operand.local()?)
}

/// What the object is called first.
pub(super) fn name_where_made(skeleton: &Skeleton, made: Made) -> Option<String> {
    let (routine, node) = match made {
        Made::At(routine, node) => (routine, node),
        Made::Given(input) => return own_name(skeleton.routine(RoutineId(0)), input),
    };
    let routine = skeleton.routine(routine);
    let (Action::MakeChannel(dest, _)
    | Action::MakeSignal(dest)
    | Action::MakeBarrier(dest, _)
    | Action::MakeLock(dest, _)) = &routine.node(node).action
    else {
        return None;
    };
    let copied = routine.nodes.iter().find_map(|node| match &node.action {
        Action::Let(to, Rvalue::Use(of)) if of.local() == Some(*dest) => own_name(routine, *to),
        _ => None,
    });
    own_name(routine, *dest).or(copied)
}

fn own_name(routine: &Routine, local: Local) -> Option<String> {
    routine.local(local).name.as_ref().map(ToString::to_string)
}

/// A temporary is called after the named local or field that it is read from.
fn name_of(db: &dyn Db, routine: &Routine, local: Local) -> Option<String> {
    own_name(routine, local).or_else(|| {
        routine.nodes.iter().find_map(|node| match &node.action {
            Action::Let(to, Rvalue::Use(of) | Rvalue::Convert(_, of) | Rvalue::Iterate(of))
                if *to == local =>
            {
                own_name(routine, of.local()?)
            }
            Action::Let(to, Rvalue::Field(of, index)) if *to == local => {
                field_name(db, routine, of.local()?, *index)
            }
            _ => None,
        })
    })
}

fn field_name(db: &dyn Db, routine: &Routine, of: Local, index: u32) -> Option<String> {
    let body = mir::mir(db, routine.item).bodies.get(routine.body?.index())?;
    let Ty::Adt(item, _) = &body.locals.get(of.index())?.ty else { return None };
    let signature = signature(db, *item);
    let field = &signature.as_struct()?.fields.get(index as usize)?.name;
    Some(match own_name(routine, of) {
        Some(base) => format!("{base}.{field}"),
        None => field.to_string(),
    })
}
