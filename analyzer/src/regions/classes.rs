//! Places of a value that holds itself, by which of them may be one.
//!
//! A link of a value to itself says that two places may be one, and so may what lies the same way further in.
//! A [`Class`] is what may be one by all of them together: their congruence closure (Downey, Sethi and Tarjan
//! 1980), over the ways that the links name. A value found inside has links to itself of its own: the same
//! classes, named by the ways from there.

use std::collections::BTreeMap;

use super::links::{Kind, Link};
use super::paths::{Path, Step};

/// One place, or all that may be one value.
type Class = usize;

/// The classes of one value's places. What lies in a container counts as one element.
struct Classes {
    /// Of each class the one it was made part of: itself, if none.
    one_with: Vec<Class>,
    /// What lies further in.
    inwards: Vec<BTreeMap<Step, Class>>,
    /// Elements of which two may be one.
    twice: Vec<Class>,
}

impl Classes {
    const WHOLE: Class = 0;

    fn of<'a>(links: impl Iterator<Item = &'a Link>) -> Self {
        let mut classes =
            Self { one_with: vec![Self::WHOLE], inwards: vec![BTreeMap::new()], twice: Vec::new() };
        for link in links {
            let (mine, theirs) = (classes.at(link.mine), classes.at(link.theirs));
            if mine == theirs && link.mine.by_any_element() == link.theirs.by_any_element() {
                classes.twice.push(mine);
            }
            classes.unite(mine, theirs);
        }
        classes
    }

    fn find(&self, mut class: Class) -> Class {
        while self.one_with[class] != class {
            class = self.one_with[class];
        }
        class
    }

    /// The class of the place, a new one where no link leads.
    fn at(&mut self, path: Path) -> Class {
        path.by_any_element().steps().fold(Self::WHOLE, |class, step| {
            let (class, new) = (self.find(class), self.one_with.len());
            let inner = *self.inwards[class].entry(step).or_insert(new);
            if inner == new {
                self.one_with.push(new);
                self.inwards.push(BTreeMap::new());
            }
            self.find(inner)
        })
    }

    /// The two may be one value, and so may what is in them.
    fn unite(&mut self, one: Class, other: Class) {
        let mut open = vec![(one, other)];
        while let Some((one, other)) = open.pop() {
            let (one, other) = (self.find(one), self.find(other));
            if one == other {
                continue;
            }
            self.one_with[other] = one;
            for (step, inner) in std::mem::take(&mut self.inwards[other]) {
                let known = *self.inwards[one].entry(step).or_insert(inner);
                open.push((known, inner));
            }
        }
    }

    /// The links of what lies there to itself, by the shortest ways from there.
    fn links_from(&self, from: Class) -> Vec<Link> {
        let mut names = BTreeMap::from([(from, Path::HERE)]);
        let mut named = vec![from];
        let mut links = Vec::new();
        let mut position = 0;
        while let Some(class) = named.get(position).copied() {
            let name = names[&class];
            for (step, inner) in &self.inwards[class] {
                let inner = self.find(*inner);
                let (way, complete) = name.then(Path::of(*step));
                if !complete {
                    links.push(Link { mine: way, theirs: Path::HERE, kind: Kind::Loose });
                } else if let Some(known) = names.get(&inner) {
                    links.push(Link { mine: way, theirs: *known, kind: Kind::Same });
                } else {
                    names.insert(inner, way);
                    named.push(inner);
                }
            }
            position += 1;
        }
        let twice = self.twice.iter().filter_map(|class| names.get(&self.find(*class)));
        let twice = twice.filter(|name| name.has_item());
        links.extend(twice.map(|name| Link { mine: *name, theirs: *name, kind: Kind::Same }));
        links
    }
}

/// The links to itself of what lies at a place of a value that has these, if one of them goes round. What is
/// `cut` out of there, the value does not have there any more.
pub(super) fn links_from<'a>(
    own: impl Iterator<Item = &'a Link> + Clone,
    from: Path,
    cut: bool,
) -> Vec<Link> {
    let own = own.filter(|link| link.kind.plain() == Kind::Same);
    if !own.clone().any(Link::is_round) {
        return Vec::new();
    }
    let mut classes = Classes::of(own);
    let class = classes.at(from);
    if let (container, Some(last)) = from.by_any_element().split()
        && cut
        // Of elements there are others.
        && last != Step::Item
    {
        let container = classes.at(container);
        classes.inwards[container].remove(&last);
    }
    classes.links_from(class)
}
