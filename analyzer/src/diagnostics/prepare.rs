//! What queries would recurse for, derived in an order in which they do not: no chain of calls, constants
//! or aliases in a program is too long for the stack.
//!
//! What it is not: a place where anything is found. **Invariant.** Nothing depends on what is
//! prepared but how deep queries recurse.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::items::{ItemId, components, dependencies_first, file_items, prepare_aliases};
use crate::regions::{asks_of_package, needed};
use crate::{Db, SourceFile};

/// Prepares what is asked about a file.
pub fn prepare(db: &dyn Db, file: SourceFile) {
    prepare_local(db, file);
    prepare_calls(db, file, &|item| follow(db, item));
}

/// The same for what is known before bodies are followed into one another.
pub(super) fn prepare_local(db: &dyn Db, file: SourceFile) {
    prepare_aliases(db, file);
    crate::infer::prepare_constants(db, file);
}

/// The same for ownership.
pub(super) fn prepare_summaries(db: &dyn Db, file: SourceFile) {
    prepare_local(db, file);
    prepare_calls(db, file, &|item| crate::regions::prepare(db, item));
}

/// Functions that lead to one another, mostly one alone, and which of the circles before them they need.
pub struct Circle {
    /// Its members.
    pub items: Vec<ItemId>,
    /// By position.
    pub needs: Vec<usize>,
}

/// What is to be followed for these files and was not yet, callees first. Whoever has several threads gives each
/// circle to one of them, as soon as what it needs was followed.
pub fn circles_to_follow(db: &dyn Db, files: &[SourceFile]) -> Vec<Circle> {
    let is_left = |item: &ItemId| !db.prepared().contains(*item);
    let nexts = |item| needed(db, item).iter().copied().filter(is_left).collect();
    let items = files.iter().flat_map(|file| file_items(db, *file).ids(db));
    let roots = items.filter(|item| item.kind(db).has_body() && is_left(item));
    let mut circle_of: FxHashMap<ItemId, usize> = FxHashMap::default();
    let circles = components(roots, &nexts).into_iter().enumerate().map(|(number, items)| {
        let needed = items.iter().flat_map(|item| needed(db, *item));
        let mut needs: Vec<usize> = needed.filter_map(|of| circle_of.get(of)).copied().collect();
        needs.sort_unstable();
        needs.dedup();
        circle_of.extend(items.iter().map(|item| (*item, number)));
        Circle { items, needs }
    });
    circles.collect()
}

/// Follows the functions of a circle into what they call, which was followed.
pub fn follow_circle(db: &dyn Db, circle: &Circle) {
    for item in &circle.items {
        follow(db, *item);
    }
    for item in &circle.items {
        db.prepared().insert(*item, item.file(db), needed(db, *item));
    }
}

/// What functions do, of a file's and of those they call, callees first.
fn prepare_calls(db: &dyn Db, file: SourceFile, follow: &dyn Fn(ItemId)) {
    prepare_calls_of(db, file, follow);
    let mut items = file_items(db, file).ids(db);
    if let Some(package) = file.package(db)
        && items.any(|item| asks_of_package(db, item))
    {
        for other in package.files(db).values() {
            prepare_calls_of(db, *other, follow);
        }
    }
}

fn prepare_calls_of(db: &dyn Db, file: SourceFile, follow: &dyn Fn(ItemId)) {
    let prepared = db.prepared();
    if prepared.contains_all_of(file) {
        return;
    }
    let items = file_items(db, file).ids(db).filter(|item| item.kind(db).has_body());
    let items: Vec<ItemId> = items.collect();
    let callees = |item: ItemId| Cow::Borrowed(needed(db, item).as_slice());
    let is_done = |item: ItemId| prepared.contains(item);
    dependencies_first(items.iter().copied(), &callees, &is_done, &mut |item| {
        follow(item);
        prepared.insert(item, item.file(db), needed(db, item));
    });
    prepared.insert_all_of(file, &items);
}

fn follow(db: &dyn Db, item: ItemId) {
    crate::regions::prepare(db, item);
    crate::skeleton::is_quiet(db, item);
    crate::conduct::prepare(db, item);
}
