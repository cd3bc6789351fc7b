//! A long row of times, by slot, of which many are alike: what two of them have in common is there once.
//!
//! Not here: what a time means. The row is a tree of fixed width. Whoever learns a time copies the way to
//! it and no more, and a merge goes only where both sides differ, so that a million tasks that follow one
//! another through one lock need a few hundred bytes each and not a row of a million times.

use std::rc::Rc;

const LEAF_BITS: u32 = 5;
const INNER_BITS: u32 = 4;
const LEAF_TIMES: usize = 1 << LEAF_BITS;
const CHILDREN: usize = 1 << INNER_BITS;

/// The times of slots; 0 of all that it was never told of.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    root: Option<Rc<Node>>,
    /// How many inner nodes lie between the root's parent and a leaf.
    height: u32,
}

#[derive(Clone, Debug)]
enum Node {
    Leaf([u32; LEAF_TIMES]),
    Inner([Option<Rc<Node>>; CHILDREN]),
}

impl Row {
    #[inline]
    pub(super) fn time_of(&self, slot: u32) -> u32 {
        let (Some(mut node), true) = (self.root.as_ref(), self.covers(slot)) else { return 0 };
        let mut height = self.height;
        loop {
            match &**node {
                Node::Leaf(times) => return times[slot as usize % LEAF_TIMES],
                Node::Inner(children) => match &children[child(slot, height)] {
                    Some(child) => node = child,
                    None => return 0,
                },
            }
            height -= 1;
        }
    }

    /// Whether both are the same row, or the other one is empty: then it has nothing that is later.
    #[inline]
    pub(super) fn shares(&self, other: &Self) -> bool {
        match (&self.root, &other.root) {
            (Some(own), Some(other)) => Rc::ptr_eq(own, other),
            (_, other) => other.is_none(),
        }
    }

    /// Shares the other row from now on.
    #[inline]
    pub(super) fn become_like(&mut self, other: &Self) {
        match (&self.root, &other.root) {
            (Some(own), Some(other)) if Rc::ptr_eq(own, other) => {}
            _ => self.root.clone_from(&other.root),
        }
        self.height = other.height;
    }

    /// Takes note of a time, unless a later one is known.
    pub(super) fn raise(&mut self, slot: u32, time: u32) {
        if time <= self.time_of(slot) {
            return;
        }
        while !self.covers(slot) {
            self.grow();
        }
        raise(&mut self.root, self.height, slot, time);
    }

    /// Takes over all times of the other row that are later.
    pub(super) fn merge(&mut self, other: &Self) {
        let Some(root) = &other.root else { return };
        while self.height < other.height {
            self.grow();
        }
        let root = (other.height..self.height).fold(root.clone(), |node, _| above(Some(node)));
        self.root = Some(match &self.root {
            Some(own) => merged(own, &root),
            None => root,
        });
    }

    fn covers(&self, slot: u32) -> bool {
        slot.checked_shr(LEAF_BITS + INNER_BITS * self.height).is_none_or(|rest| rest == 0)
    }

    fn grow(&mut self) {
        self.root = self.root.take().map(|root| above(Some(root)));
        self.height += 1;
    }
}

fn above(node: Option<Rc<Node>>) -> Rc<Node> {
    let mut children: [Option<Rc<Node>>; CHILDREN] = Default::default();
    children[0] = node;
    Rc::new(Node::Inner(children))
}

/// Which child of a node of this height leads to the slot.
fn child(slot: u32, height: u32) -> usize {
    (slot >> (LEAF_BITS + INNER_BITS * (height - 1))) as usize % CHILDREN
}

fn raise(node: &mut Option<Rc<Node>>, height: u32, slot: u32, time: u32) {
    let fresh = || match height {
        0 => Rc::new(Node::Leaf([0; LEAF_TIMES])),
        _ => above(None),
    };
    match Rc::make_mut(node.get_or_insert_with(fresh)) {
        Node::Leaf(times) => times[slot as usize % LEAF_TIMES] = time,
        Node::Inner(children) => raise(&mut children[child(slot, height)], height - 1, slot, time),
    }
}

/// The later times of both; one of the two themselves, if it has them all.
fn merged(left: &Rc<Node>, right: &Rc<Node>) -> Rc<Node> {
    if Rc::ptr_eq(left, right) {
        return left.clone();
    }
    match (&**left, &**right) {
        (Node::Leaf(of_left), Node::Leaf(of_right)) => {
            let times = std::array::from_fn(|at| of_left[at].max(of_right[at]));
            match () {
                () if times == *of_left => left.clone(),
                () if times == *of_right => right.clone(),
                () => Rc::new(Node::Leaf(times)),
            }
        }
        (Node::Inner(of_left), Node::Inner(of_right)) => {
            let children = std::array::from_fn(|at| match (&of_left[at], &of_right[at]) {
                (Some(left), Some(right)) => Some(merged(left, right)),
                (left, right) => left.clone().or(right.clone()),
            });
            match () {
                () if are_same(&children, of_left) => left.clone(),
                () if are_same(&children, of_right) => right.clone(),
                () => Rc::new(Node::Inner(children)),
            }
        }
        _ => unreachable!("nodes of one height are of one kind"),
    }
}

fn are_same(left: &[Option<Rc<Node>>; CHILDREN], right: &[Option<Rc<Node>>; CHILDREN]) -> bool {
    left.iter().zip(right).all(|pair| match pair {
        (Some(left), Some(right)) => Rc::ptr_eq(left, right),
        (left, right) => left.is_none() && right.is_none(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_knows_the_latest_time_of_each_slot() {
        let mut row = Row::default();
        for slot in (0..5_000).step_by(7).chain([u32::MAX - 1]) {
            row.raise(slot, slot / 2 + 1);
            row.raise(slot, 1);
        }
        assert_eq!(row.time_of(4_998), 2_500);
        assert_eq!((row.time_of(4_999), row.time_of(9_999_999)), (0, 0));
        assert_eq!(row.time_of(u32::MAX - 1), u32::MAX / 2 + 1);
    }

    #[test]
    fn a_merge_has_the_later_times_of_rows_of_any_length() {
        for (short, long) in [(3, 40), (40, 3), (100, 5_000), (5_000, 100), (0, 9), (9, 0)] {
            let (mut left, mut right) = (Row::default(), Row::default());
            (0..short).for_each(|slot| left.raise(slot, 10 + slot % 3));
            (0..long).for_each(|slot| right.raise(slot, 12 - slot % 3));
            left.merge(&right);
            for slot in 0..6_000 {
                let of_left = if slot < short { 10 + slot % 3 } else { 0 };
                let of_right = if slot < long { 12 - slot % 3 } else { 0 };
                assert_eq!(left.time_of(slot), of_left.max(of_right), "{short} {long} {slot}");
            }
        }
    }

    #[test]
    fn who_has_it_all_is_taken_whole() {
        let mut earlier = Row::default();
        (0..2_000).for_each(|slot| earlier.raise(slot, 1));
        let mut later = earlier.clone();
        later.raise(1_000, 2);
        earlier.merge(&later);
        assert!(earlier.root.zip(later.root).is_some_and(|(own, of)| Rc::ptr_eq(&own, &of)));
    }
}
