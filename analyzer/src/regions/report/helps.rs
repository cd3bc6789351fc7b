//! What to do, where the program shows what was meant.

use super::{Party, quoted};
use crate::items::NodeIndex;
use crate::mir::{Block, BodyId, Callee, Intrinsic, Local, OpKind, Operand, Rvalue, Terminator};
use crate::regions::domain::Holder;
use crate::regions::view::{View, ops};
use crate::ty::{Builtin, Ty};

/// How many further names of what a loop counts are looked through.
const NAMES_MAX: u32 = 4;

/// Whether what people call so has a `snapshot()`, as far as that is known.
pub(super) fn has_snapshot(view: &View<'_>, name: &str) -> bool {
    let locals = (0..view.body.locals.len() as u32).map(Local);
    let mut types = locals.filter(|local| view.name(*local) == name).map(|local| view.ty(local));
    let is_known = types.clone().next().is_some();
    name.is_empty() || !is_known || types.any(|ty| ty.immutable_twin() != *ty)
}

/// A deferred call that may meet a task, in a body that joins one.
pub(super) fn deferred_help(view: &View<'_>, mine: &Party<'_>) -> Option<String> {
    let is_deferred = mine.task.is_none() && view.is_deferred(mine.access.at);
    let joins = |kind: &OpKind| {
        let join = Callee::Intrinsic(Intrinsic::TaskJoin);
        matches!(kind, OpKind::Join { .. })
            || matches!(kind, OpKind::Call { callee, .. } if *callee == join)
    };
    (is_deferred && ops(view.id, view.body).any(|(_, kind)| joins(kind))).then(|| {
        "a deferred call also runs when the function fails or is cancelled, whether the task was joined or not: \
         start the task in a `concurrent` block of this function, which ends before the deferred call runs"
            .to_owned()
    })
}

/// A task that takes a lock around what it does, and the lock guards something else.
pub(super) fn lock_help(view: &View<'_>, party: &Party<'_>) -> Option<String> {
    let OpKind::Spawn { callee: Callee::Body(body), .. } = view.op(party.task?)? else {
        return None;
    };
    let lock = lock_taken(view, *body)?;
    let name = quoted(party.name);
    Some(format!(
        "`{lock}` does not guard {name}: a lock guards what it holds. Make it `mutex({})`, and use what \
         `with {lock}.lock() as …:` lends",
        party.name
    ))
}

/// The one that starts the task takes a bare lock around it, or around its own use: the task does not.
pub(super) fn bare_lock_help(view: &View<'_>, party: &Party<'_>) -> Option<String> {
    let lock = bare_lock_at(view, party.access.at)?;
    let name = party.name;
    Some(format!(
        "the task does not take `{lock}`, and `{lock}` guards nothing. Make it `mutex({name})`, and use what \
         `with {lock}.lock() as …:` lends, here and in the task"
    ))
}

/// The name of a lock that was taken by hand before that node of the text, and not given back.
fn bare_lock_at(view: &View<'_>, at: NodeIndex) -> Option<String> {
    let mut held: Vec<String> = Vec::new();
    for (point, kind) in ops(view.id, view.body) {
        let OpKind::Call { callee: Callee::Intrinsic(of), args, .. } = kind else { continue };
        if view.origin(point) >= at {
            continue;
        }
        let Some(lock) = args.first().and_then(Operand::local).map(|local| view.name(local)) else {
            continue;
        };
        match of {
            Intrinsic::MutexLock => held.push(lock),
            Intrinsic::MutexUnlock => held.retain(|name| *name != lock),
            _ => {}
        }
    }
    held.pop().filter(|lock| !lock.is_empty())
}

/// The name of a lock that the body itself takes to change something.
fn lock_taken(view: &View<'_>, body: BodyId) -> Option<String> {
    let task = view.of_body(body);
    let taken = ops(body, view.mir.body(body)).find_map(|(_, kind)| match kind {
        OpKind::EnterLock { lock, .. } => Some(lock),
        OpKind::Call { callee: Callee::Intrinsic(Intrinsic::MutexLock), args, .. } => args.first(),
        _ => None,
    })?;
    let name = task.name(taken.local()?);
    (!name.is_empty()).then_some(name)
}

/// A task for each element, taken out of its list by index.
pub(super) fn element_help(view: &View<'_>, taken: Holder) -> Option<String> {
    let local = view.holders.local_of(taken)?;
    let (list, index) = ops(view.id, view.body).find_map(|(_, kind)| match kind {
        OpKind::Assign {
            dest,
            value: Rvalue::Index(Operand::Local(list), Operand::Local(index)),
        } if *dest == local => view.ty(*list).is(Builtin::MutableList).then_some((*list, *index)),
        _ => None,
    })?;
    let list = view.name(list);
    let help = match is_counted(view, index, NAMES_MAX) {
        true => format!(
            "let the loop walk `{list}` itself: what it gives in each round is another element. Beside \
             another list, `for x, y in zip(…, {list}):`; with indices, `parallel for i in range(len({list})):`"
        ),
        false => format!(
            "two rounds may come to one index: start one task for each element of `{list}` and send it its \
             work over a channel, or put each element into a `mutex`"
        ),
    };
    (!list.is_empty()).then_some(help)
}

/// Whether a loop gives the local its values, one after the other: itself, or by a further name or a pair.
fn is_counted(view: &View<'_>, local: Local, depth: u32) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    let is_next =
        |block: &Block| matches!(block.end.kind, Terminator::Next { dest, .. } if dest == local);
    view.body.blocks.iter().any(is_next)
        || ops(view.id, view.body).any(|(_, kind)| match kind {
            OpKind::Assign {
                dest,
                value: Rvalue::Use(Operand::Local(of)) | Rvalue::TupleField(Operand::Local(of), _),
            } => *dest == local && is_counted(view, *of, depth),
            _ => false,
        })
}

/// A list that was made by a function which was passed another, and gathered what that gave.
pub(super) struct Gathered {
    pub(super) list: String,
    /// The call.
    pub(super) at: NodeIndex,
}

impl Gathered {
    pub(super) fn help(&self) -> String {
        let list = &self.list;
        format!(
            "pass a function that makes a new value each time it is called: then every element of `{list}` is \
             another"
        )
    }
}

/// How the list was made that a loop takes the value from.
pub(super) fn gathered_by_call(view: &View<'_>, taken: Holder) -> Option<Gathered> {
    let local = view.holders.local_of(taken)?;
    let iterator = view.body.blocks.iter().find_map(|block| match block.end.kind {
        Terminator::Next { iterator, dest, .. } if dest == local => Some(iterator),
        _ => None,
    })?;
    let walked = ops(view.id, view.body).find_map(|(_, kind)| match kind {
        OpKind::Assign { dest, value: Rvalue::Iterate(of) } if *dest == iterator => of.local(),
        _ => None,
    })?;
    let is_function =
        |arg: &Operand| arg.local().is_some_and(|local| matches!(view.ty(local), Ty::Fn(_)));
    let (call, _) = ops(view.id, view.body).find(|(_, kind)| match kind {
        OpKind::Call { dest, callee: Callee::Item(_), args } => {
            *dest == walked && args.iter().any(is_function)
        }
        _ => false,
    })?;
    let list = view.name(walked);
    (!list.is_empty()).then(|| Gathered { list, at: view.origin(call) })
}
