//! Dependencies first: long chains of queries walked on the heap, not on the stack.
//!
//! A query that asks for the same of what it depends on recurses as deep as the program's longest
//! chain of calls, constants or aliases. Asking in this order first, each finds its dependencies
//! done. What it is not: a query; nothing depends on the order.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::ItemId;

/// Calls `visit` on every root and all it leads to, each once, what it depends on first. In a
/// circle some order is taken. What `is_done` is passed over, with all that only it leads to.
pub fn dependencies_first<'a>(
    roots: impl IntoIterator<Item = ItemId>,
    dependencies: &dyn Fn(ItemId) -> Cow<'a, [ItemId]>,
    is_done: &dyn Fn(ItemId) -> bool,
    visit: &mut dyn FnMut(ItemId),
) {
    let mut seen = FxHashSet::default();
    for root in roots {
        let mut pending = vec![(root, false)];
        while let Some((item, is_visit)) = pending.pop() {
            if is_visit {
                visit(item);
            } else if seen.insert(item) && !is_done(item) {
                pending.push((item, true));
                pending.extend(dependencies(item).iter().map(|item| (*item, false)));
            }
        }
    }
}
