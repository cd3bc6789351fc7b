//! What to do, where the program shows what was meant.

use super::{Party, quoted};
use crate::mir::{BodyId, Callee, Intrinsic, OpKind, Operand, Rvalue};
use crate::regions::domain::Holder;
use crate::regions::view::{View, ops};
use crate::ty::Builtin;

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
    let list = ops(view.id, view.body).find_map(|(_, kind)| match kind {
        OpKind::Assign { dest, value: Rvalue::Index(Operand::Local(list), index) }
            if *dest == local && index.local().is_some() =>
        {
            view.ty(*list).is(Builtin::MutableList).then_some(*list)
        }
        _ => None,
    })?;
    let list = view.name(list);
    (!list.is_empty()).then(|| {
        format!(
            "let the loop walk `{list}` itself: what it gives in each round is another element. Beside \
             another list, `for x, y in zip(…, {list}):`; with indices, `parallel for i in range(len({list})):`"
        )
    })
}
