//! The cells of a state: those that hold something, by holder.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::regions::domain::{Cell, Fact, Holder};
use crate::regions::links::add_link;
use crate::regions::paths::{Path, Reach};

static NOTHING: Cell = Cell { links: BTreeMap::new(), facts: BTreeSet::new() };

/// Sorted by holder.
#[derive(Clone, Debug, Default)]
pub(super) struct Cells {
    cells: Vec<(Holder, Arc<Cell>)>,
}

impl Cells {
    pub(super) fn get(&self, holder: Holder) -> &Cell {
        match self.position(holder) {
            Ok(position) => &self.cells[position].1,
            Err(_) => &NOTHING,
        }
    }

    pub(super) fn get_mut(&mut self, holder: Holder) -> &mut Cell {
        let position = self.position(holder).unwrap_or_else(|position| {
            self.cells.insert(position, (holder, Arc::default()));
            position
        });
        Arc::make_mut(&mut self.cells[position].1)
    }

    /// Takes a holder's cell out.
    pub(super) fn take(&mut self, holder: Holder) -> Cell {
        match self.position(holder) {
            Ok(position) => Arc::unwrap_or_clone(self.cells.remove(position).1),
            Err(_) => Cell::default(),
        }
    }

    /// The holders that have one.
    pub(super) fn holders(&self) -> impl Iterator<Item = Holder> {
        self.cells.iter().map(|(holder, _)| *holder)
    }

    /// Whether some fact of some holder is so.
    pub(super) fn any_fact(&self, is: impl Fn(&Fact) -> bool) -> bool {
        self.cells.iter().any(|(_, cell)| cell.facts.iter().any(|(_, fact)| is(fact)))
    }

    /// Puts `change` of each fact in its place, or nothing.
    pub(super) fn change_facts(&mut self, change: impl Fn(Fact) -> Option<Fact>) {
        for (_, cell) in &mut self.cells {
            if cell.facts.iter().any(|(_, fact)| change(*fact) != Some(*fact)) {
                let cell = Arc::make_mut(cell);
                let facts = std::mem::take(&mut cell.facts);
                let changed = |(reach, fact)| change(fact).map(|fact| (reach, fact));
                cell.facts = facts.into_iter().filter_map(changed).collect();
            }
        }
        self.cells.retain(|(_, cell)| !cell.is_empty());
    }

    /// Takes up what another path brings; says whether anything is new.
    pub(super) fn unite(&mut self, other: &Self) -> bool {
        let mut grew = false;
        let mut position = 0;
        for (holder, theirs) in &other.cells {
            while self.cells.get(position).is_some_and(|(mine, _)| mine < holder) {
                position += 1;
            }
            match self.cells.get_mut(position) {
                Some((mine, cell)) if mine == holder => {
                    if !Arc::ptr_eq(cell, theirs) && **cell != **theirs {
                        grew |= Arc::make_mut(cell).take_up(theirs);
                    }
                }
                _ => {
                    self.cells.insert(position, (*holder, theirs.clone()));
                    grew = true;
                }
            }
        }
        grew
    }

    fn position(&self, holder: Holder) -> Result<usize, usize> {
        self.cells.binary_search_by_key(&holder, |(of, _)| *of)
    }
}

impl Cell {
    pub(super) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.facts.is_empty()
    }

    fn take_up(&mut self, other: &Self) -> bool {
        let before = self.facts.len();
        self.facts.extend(&other.facts);
        let mut grew = self.facts.len() > before;
        for (holder, links) in &other.links {
            let mine = self.links.entry(*holder).or_default();
            for link in links {
                grew |= add_link(mine, *link);
            }
        }
        grew
    }

    /// Its own paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = Path> {
        let own = self.links.values().flat_map(|links| links.iter().map(|link| link.mine));
        self.facts.iter().map(|(reach, _): &(Reach, Fact)| reach.path).chain(own)
    }
}
