//! Circles: declarations that lead back to themselves by what they need.
//!
//! What needs what is for the caller to say. A circle is one mistake, so it is one finding: at the first
//! of its declarations by path and text, with the way back to it.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashSet};

use super::{ItemId, NodeIndex, name_from};
use crate::diagnostics::{Code, Finding, Part, Site};
use crate::{Db, SourceFile};

/// A longer circle is shown by its beginning.
const SHOWN_NEEDS_MAX: usize = 8;

/// What some declarations lead to by what they need.
pub struct Circles {
    roots: usize,
    items: IndexSet<ItemId, FxBuildHasher>,
    /// By index: what the item needs, by indices.
    needs: Vec<Vec<usize>>,
    /// By index: whether it may be in a circle.
    may_circle: Vec<bool>,
}

impl Circles {
    /// Of declarations of one file, in the order of the text.
    pub fn of(roots: Vec<ItemId>, needs: &dyn Fn(ItemId) -> Vec<ItemId>) -> Self {
        let mut items: IndexSet<ItemId, FxBuildHasher> = roots.into_iter().collect();
        let roots = items.len();
        let mut needed = Vec::new();
        while let Some(item) = items.get_index(needed.len()).copied() {
            let of_item = needs(item).into_iter().map(|needed| items.insert_full(needed).0);
            needed.push(of_item.collect());
        }
        let may_circle = vec![true; items.len()];
        let mut circles = Self { roots, items, needs: needed, may_circle };
        circles.leave_out_ends();
        circles
    }

    /// What leads to nothing that may be in a circle is in none.
    fn leave_out_ends(&mut self) {
        let mut users = vec![Vec::new(); self.needs.len()];
        let mut left: Vec<usize> = self.needs.iter().map(Vec::len).collect();
        for (user, needs) in self.needs.iter().enumerate() {
            needs.iter().for_each(|needed| users[*needed].push(user));
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

    /// The circles that have their first declaration in the file; `said` gives the message and the
    /// help for it.
    pub fn findings(
        &self,
        db: &dyn Db,
        file: SourceFile,
        code: Code,
        said: &dyn Fn(&str) -> (String, String),
    ) -> Vec<Finding> {
        let mut told = FxHashSet::default();
        let mut findings = Vec::new();
        for root in 0..self.roots {
            let Some(circle) = self.circle(root).filter(|_| !told.contains(&root)) else {
                continue;
            };
            told.extend(circle.iter().copied());
            let items: Vec<ItemId> = circle.into_iter().map(|index| self.items[index]).collect();
            let paths = items.iter().map(|item| item.file(db).path(db));
            if paths.min() == Some(file.path(db)) {
                let (message, help) = said(&items[0].name(db));
                findings.push(finding(db, code, &items, message).help(help));
            }
        }
        findings
    }

    /// The shortest way from an item back to it: the items on it, that one first.
    fn circle(&self, start: usize) -> Option<Vec<usize>> {
        if !self.may_circle[start] {
            return None;
        }
        let mut from = vec![None; self.needs.len()];
        let mut queue = vec![start];
        let mut next = 0;
        while let Some(at) = queue.get(next).copied() {
            next += 1;
            for needed in self.needs[at].iter().filter(|needed| self.may_circle[**needed]) {
                if *needed == start {
                    let back = std::iter::successors(Some(at), |at| from[*at]);
                    let mut way: Vec<usize> = back.collect();
                    way.reverse();
                    return Some(way);
                }
                if from[*needed].is_none() {
                    from[*needed] = Some(at);
                    queue.push(*needed);
                }
            }
        }
        None
    }
}

/// At the circle's first item, with what leads on from each.
fn finding(db: &dyn Db, code: Code, circle: &[ItemId], message: String) -> Finding {
    let site = |item| Site::whole(item, NodeIndex::ITEM).part(Part::Name);
    let name = |item| name_from(db, circle[0].file(db), item);
    let mut finding = Finding::new(code, site(circle[0]), message);
    let ends = circle.iter().skip(1).chain([&circle[0]]);
    for (item, next) in circle.iter().zip(ends).take(SHOWN_NEEDS_MAX) {
        let needs = format!("`{}` needs `{}`", name(*item), name(*next));
        finding = match *item == circle[0] {
            true => finding.label(needs),
            false => finding.related(site(*item), needs),
        };
    }
    finding
}
