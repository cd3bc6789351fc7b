//! Constants that need each other in a circle: none of them has a value (T005).
//!
//! A constant needs what its value names, and what the functions that it names name, whether they
//! are called or not and in whatever module they stand. So it is a rule about names, which can be
//! followed by eye, and it holds for any order in which the machine might compute constants.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::diagnostics::{Code, Finding, Part, Site};
use crate::hir::{Expr, lower};
use crate::infer::{CallKind, Function, infer};
use crate::items::{ItemId, ItemKind, NodeIndex, file_items, name_from};
use crate::{Db, FileKind, SourceFile};

/// A longer circle is shown by its beginning.
const SHOWN_NEEDS_MAX: usize = 8;

/// The file's constants and tasklocals whose value needs itself.
#[salsa::tracked]
pub fn check(db: &dyn Db, file: SourceFile) -> Vec<Finding> {
    let values: Vec<ItemId> =
        file_items(db, file).ids(db).filter(|item| is_value(db, *item)).collect();
    let needs = Needs::of(db, &values);
    let circles = values.iter().filter_map(|value| Some((*value, needs.circle(*value)?)));
    circles.map(|(value, circle)| finding(db, value, &circle)).collect()
}

fn is_value(db: &dyn Db, item: ItemId) -> bool {
    matches!(item.kind(db), ItemKind::Const | ItemKind::TaskLocal)
}

fn finding(db: &dyn Db, value: ItemId, circle: &[ItemId]) -> Finding {
    let site = |item| Site::whole(item, NodeIndex::ITEM).part(Part::Name);
    let name = |item| name_from(db, value.file(db), item);
    let message = format!("the value of `{}` needs its own value", value.name(db));
    let help = "compute it from other constants, or write its value";
    let mut finding = Finding::new(Code::T005, site(value), message).help(help);
    let ends = circle.iter().skip(1).chain([&value]);
    for (item, next) in circle.iter().zip(ends).take(SHOWN_NEEDS_MAX) {
        let needs = format!("`{}` needs `{}`", name(*item), name(*next));
        finding = match *item == value {
            true => finding.label(needs),
            false => finding.related(site(*item), needs),
        };
    }
    finding
}

/// What some items lead to by naming it.
struct Needs {
    items: IndexSet<ItemId, FxBuildHasher>,
    /// By index: what the item names, by indices.
    named: Vec<Vec<usize>>,
    /// By index: whether it may be in a circle.
    may_circle: Vec<bool>,
}

impl Needs {
    fn of(db: &dyn Db, roots: &[ItemId]) -> Self {
        let mut items: IndexSet<ItemId, FxBuildHasher> = roots.iter().copied().collect();
        let mut named = Vec::new();
        while let Some(item) = items.get_index(named.len()).copied() {
            let of_item = named_items(db, item).iter().map(|needed| items.insert_full(*needed).0);
            named.push(of_item.collect());
        }
        let may_circle = vec![true; items.len()];
        let mut needs = Self { items, named, may_circle };
        needs.leave_out_ends();
        needs
    }

    /// What leads to nothing that may be in a circle is in none.
    fn leave_out_ends(&mut self) {
        let mut users = vec![Vec::new(); self.named.len()];
        let mut left: Vec<usize> = self.named.iter().map(Vec::len).collect();
        for (user, named) in self.named.iter().enumerate() {
            named.iter().for_each(|needed| users[*needed].push(user));
        }
        let mut ends: Vec<usize> = (0..left.len()).filter(|index| left[*index] == 0).collect();
        while let Some(end) = ends.pop() {
            self.may_circle[end] = false;
            for user in &users[end] {
                left[*user] -= 1;
                ends.extend((left[*user] == 0).then_some(*user));
            }
        }
    }

    /// The shortest way from an item back to it: the items on it, that one first.
    fn circle(&self, item: ItemId) -> Option<Vec<ItemId>> {
        let start = self.items.get_index_of(&item).filter(|start| self.may_circle[*start])?;
        let mut from = vec![None; self.named.len()];
        let mut queue = vec![start];
        let mut next = 0;
        while let Some(at) = queue.get(next).copied() {
            next += 1;
            for needed in self.named[at].iter().filter(|needed| self.may_circle[**needed]) {
                if *needed == start {
                    return Some(self.way_to(at, &from));
                }
                if from[*needed].is_none() {
                    from[*needed] = Some(at);
                    queue.push(*needed);
                }
            }
        }
        None
    }

    fn way_to(&self, end: usize, from: &[Option<usize>]) -> Vec<ItemId> {
        let back = std::iter::successors(Some(end), |at| from[*at]);
        let mut way: Vec<ItemId> = back.map(|index| self.items[index]).collect();
        way.reverse();
        way
    }
}

/// The constants, tasklocals and functions with a body that an item names.
#[salsa::tracked]
fn named_items(db: &dyn Db, item: ItemId) -> Vec<ItemId> {
    let exprs = lower(db, item).body.exprs.iter();
    let named = exprs.filter_map(|(_, expr)| match expr {
        Expr::Item(item) => Some(*item),
        _ => None,
    });
    let methods = infer(db, item).calls.values().filter_map(|plan| match plan.kind {
        CallKind::Method(Function::Item(item)) => Some(item),
        _ => None,
    });
    let counts = |item: &ItemId| {
        let kind = item.kind(db);
        item.file(db).kind(db) == FileKind::Module && (kind == ItemKind::Fn || is_value(db, *item))
    };
    let mut all: Vec<ItemId> = named.chain(methods).filter(counts).collect();
    // Their order may show; that of the calls' map must not.
    all.sort_by_cached_key(|item| {
        (item.file(db).path(db).clone(), item.name(db), item.duplicate(db))
    });
    all.dedup();
    all
}
