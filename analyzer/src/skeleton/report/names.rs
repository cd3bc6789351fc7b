//! What the program calls a channel, signal or lock.

use crate::Db;
use crate::items::{ItemKind, signature};
use crate::mir::{self, Const, Intrinsic, Local, Operand, Rvalue};
use crate::skeleton::graph::{Action, Node, NodeId, Routine, RoutineId, Skeleton};
use crate::skeleton::state::Made;
use crate::ty::Ty;

/// No name has more parts.
const NAME_PARTS_MAX: usize = 4;

/// What the object of the node's operation is called there: `ch`, `self.queue`.
pub(super) fn name_at(
    db: &dyn Db,
    skeleton: &Skeleton,
    (routine, node): (RoutineId, NodeId),
) -> Option<String> {
    let routine = skeleton.routine(routine);
    name_of(db, routine, object_of(&routine.node(node).action)?)
}

/// Whether the object of the node's operation is one of several in a list there.
pub(super) fn is_element(skeleton: &Skeleton, (routine, node): (RoutineId, NodeId)) -> bool {
    let routine = skeleton.routine(routine);
    let object = object_of(&routine.node(node).action);
    let takes_out = |node: &Node| match &node.action {
        Action::Let(to, Rvalue::Index(..)) => Some(*to) == object,
        _ => false,
    };
    routine.nodes.iter().any(takes_out)
}

fn object_of(action: &Action) -> Option<Local> {
    match action {
        Action::Each { iterator, .. } => Some(*iterator),
        Action::Sync { object: operand, .. }
        | Action::Atom { atom: operand, .. }
        | Action::Take(operand, ..)
        | Action::TakeWhen(operand, ..)
        | Action::TryTake(operand, ..)
        | Action::Give(operand, ..) => operand.local(),
        _ => None,
    }
}

/// What the object is called first.
pub(super) fn name_where_made(db: &dyn Db, skeleton: &Skeleton, made: Made) -> Option<String> {
    let (routine, node) = match made {
        Made::At(routine, node) => (routine, node),
        Made::Given(input) => return own_name(skeleton.routine(RoutineId(0)), input),
        Made::Part(input, field) => {
            let root = skeleton.routine(RoutineId(0));
            let field = field_name(db, root, input, field)?;
            return Some(format!("{}.{field}", own_name(root, input)?));
        }
    };
    let routine = skeleton.routine(routine);
    let (Action::MakeChannel(dest, _)
    | Action::MakeSignal(dest)
    | Action::MakeBarrier(dest, _)
    | Action::MakeAtom(dest, _)
    | Action::MakeLock { dest, .. }) = &routine.node(node).action
    else {
        return None;
    };
    let listed = || routine.nodes.iter().find_map(|node| name_in_list(db, routine, node, *dest));
    let copied = routine.nodes.iter().find_map(|node| match &node.action {
        Action::Let(to, Rvalue::Use(of)) if of.local() == Some(*dest) => own_name(routine, *to),
        _ => None,
    });
    let held = || name_in_struct(db, routine, *dest);
    let constant = || name_of_constant(db, routine);
    own_name(routine, *dest).or(copied).or_else(listed).or_else(held).or_else(constant)
}

/// What the constant is called that the routine makes, if it makes one.
fn name_of_constant(db: &dyn Db, routine: &Routine) -> Option<String> {
    let item = routine.item;
    let is_constant = matches!(item.kind(db), ItemKind::Const | ItemKind::TaskLocal);
    is_constant.then(|| item.name(db).to_string())
}

/// What an element of a list is called by the list's name, where the node makes it one.
fn name_in_list(db: &dyn Db, routine: &Routine, node: &Node, element: Local) -> Option<String> {
    let list_name = |list| own_name(routine, list).or_else(|| name_in_struct(db, routine, list));
    match &node.action {
        Action::Let(list, Rvalue::List(parts)) => {
            let position = parts.iter().position(|part| part.local() == Some(element))?;
            Some(format!("{}[{position}]", list_name(*list)?))
        }
        Action::Arrange { of: Intrinsic::MutableListAppend, args, .. } => match &args[..] {
            [list, item] if item.local() == Some(element) => {
                let list = list.local()?;
                let name = list_name(list).or_else(|| list_name(collected(routine, list)?))?;
                Some(format!("{name}[…]"))
            }
            _ => None,
        },
        _ => None,
    }
}

/// What a part of a struct is called by the struct's name, where the routine makes it one.
fn name_in_struct(db: &dyn Db, routine: &Routine, part: Local) -> Option<String> {
    routine.nodes.iter().find_map(|node| {
        let Action::Let(dest, Rvalue::Struct(item, parts)) = &node.action else { return None };
        let position = parts.iter().position(|of| of.local() == Some(part))?;
        let signature = signature(db, *item);
        let field = &signature.as_struct()?.fields.get(position)?.name;
        let whole = own_name(routine, *dest).or_else(|| name_of_constant(db, routine))?;
        Some(format!("{whole}.{field}"))
    })
}

/// The list that a comprehension makes of what it gathers.
fn collected(routine: &Routine, gathered: Local) -> Option<Local> {
    routine.nodes.iter().find_map(|node| match &node.action {
        Action::Arrange { of: Intrinsic::ListCollect, dest, args }
            if args.first().and_then(Operand::local) == Some(gathered) =>
        {
            Some(*dest)
        }
        _ => None,
    })
}

fn own_name(routine: &Routine, local: Local) -> Option<String> {
    routine.local(local).name.as_ref().map(ToString::to_string)
}

/// A temporary is called after the named local, element or field that it is read from, however far within.
fn name_of(db: &dyn Db, routine: &Routine, local: Local) -> Option<String> {
    name_within(db, routine, local, NAME_PARTS_MAX)
}

fn name_within(db: &dyn Db, routine: &Routine, local: Local, parts: usize) -> Option<String> {
    own_name(routine, local).or_else(|| {
        let inner = |of: Local| name_within(db, routine, of, parts.checked_sub(1)?);
        routine.nodes.iter().find_map(|node| match &node.action {
            Action::Let(to, Rvalue::Use(of) | Rvalue::Convert(_, of) | Rvalue::Iterate(of))
                if *to == local =>
            {
                inner(of.local()?)
            }
            Action::Let(to, Rvalue::Constant(item) | Rvalue::TaskLocal(item)) if *to == local => {
                Some(item.name(db).to_string())
            }
            Action::Let(to, Rvalue::Index(of, index)) if *to == local => {
                Some(format!("{}[{}]", inner(of.local()?)?, index_text(routine, index)))
            }
            Action::Let(to, Rvalue::Field(of, index)) if *to == local => {
                let of = of.local()?;
                let field = field_name(db, routine, of, *index)?;
                Some(inner(of).map_or_else(|| field.clone(), |base| format!("{base}.{field}")))
            }
            _ => None,
        })
    })
}

/// A position as it is written, if that is short.
fn index_text(routine: &Routine, index: &Operand) -> String {
    let written = match index {
        Operand::Const(Const::Int(position)) => Some(position.to_string()),
        Operand::Const(_) => None,
        Operand::Local(local) => own_name(routine, *local),
    };
    written.unwrap_or_else(|| "…".to_string())
}

fn field_name(db: &dyn Db, routine: &Routine, of: Local, index: u32) -> Option<String> {
    let body = mir::mir(db, routine.item).bodies.get(routine.body?.index())?;
    let Ty::Adt(item, _) = &body.locals.get(of.index())?.ty else { return None };
    let signature = signature(db, *item);
    Some(signature.as_struct()?.fields.get(index as usize)?.name.to_string())
}
