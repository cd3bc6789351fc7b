//! Dependencies first: long chains of queries walked on the heap, not on the stack.
//!
//! A query that asks for the same of what it depends on recurses as deep as the program's longest
//! chain of calls, constants or aliases. Asking in this order first, each finds its dependencies
//! done. What it is not: a query; nothing depends on the order.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

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

/// Strongly connected components (Tarjan, 1972), on the heap: those that lead to one another together,
/// and what they lead to first.
pub fn components(
    roots: impl Iterator<Item = ItemId>,
    nexts: &dyn Fn(ItemId) -> Vec<ItemId>,
) -> Vec<Vec<ItemId>> {
    let mut found = Vec::new();
    // Of each item that was seen: when it was, and the earliest that it leads back to.
    let mut order: FxHashMap<ItemId, usize> = FxHashMap::default();
    let mut earliest: FxHashMap<ItemId, usize> = FxHashMap::default();
    let (mut open, mut is_open) = (Vec::new(), BTreeSet::new());
    for root in roots {
        let mut pending = Vec::new();
        let mut enter = Some(root).filter(|root| !order.contains_key(root));
        loop {
            if let Some(item) = enter.take() {
                let number = order.len();
                order.insert(item, number);
                earliest.insert(item, number);
                open.push(item);
                is_open.insert(item);
                pending.push((item, nexts(item)));
            }
            let Some((item, waiting)) = pending.last_mut() else { break };
            let item = *item;
            match waiting.pop() {
                Some(next) if !order.contains_key(&next) => enter = Some(next),
                Some(next) if is_open.contains(&next) => {
                    let known = earliest[&item].min(order[&next]);
                    earliest.insert(item, known);
                }
                Some(_) => {}
                None => {
                    pending.pop();
                    if let Some((above, _)) = pending.last() {
                        let known = earliest[above].min(earliest[&item]);
                        earliest.insert(*above, known);
                    }
                    if earliest[&item] == order[&item] {
                        let start = open.iter().rposition(|of| *of == item).unwrap_or(0);
                        let members = open.split_off(start);
                        for member in &members {
                            is_open.remove(member);
                        }
                        found.push(members.into_iter().rev().collect());
                    }
                }
            }
        }
    }
    found
}
