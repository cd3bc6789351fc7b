//! From the nodes of an item to their indices and back.

use std::cell::{Cell, OnceCell};
use std::cmp::Reverse;

use weir_syntax::{GreenNode, GreenNodeData, NodeOrToken, SyntaxNode, TextSize};

use super::NodeIndex;

/// The node at an index of the item.
pub fn node_at(item: &SyntaxNode, index: NodeIndex) -> Option<SyntaxNode> {
    item.descendants().nth(index.0 as usize)
}

/// The indices of an item's nodes, counted when the first is asked for: most signatures have no
/// use for any.
pub(super) struct NodeIndices {
    item: GreenNode,
    preorder: OnceCell<Vec<Place>>,
    /// The index that was found last: a walk over the item asks for one not far behind it next.
    last: Cell<usize>,
}

/// So many nodes behind the last one are looked at before all are searched.
const NEAR: usize = 8;

/// Where a node stands: in preorder, starts ascend, and of nodes with one start, ends descend.
type Place = (TextSize, Reverse<TextSize>, *const ());

impl NodeIndices {
    /// Of the item whose own tree's root is `node`.
    pub(super) fn of(node: &SyntaxNode) -> Self {
        let item = node.green().into_owned();
        Self { item, preorder: OnceCell::new(), last: Cell::new(0) }
    }

    /// The index of a node of the item's own tree.
    pub(super) fn get(&self, node: &SyntaxNode) -> Option<NodeIndex> {
        let preorder = self.preorder.get_or_init(|| preorder(&self.item));
        let (range, green) = (node.text_range(), node.green());
        let place = (range.start(), Reverse(range.end()), std::ptr::from_ref(&*green).cast());
        let near = preorder.iter().skip(self.last.get()).take(NEAR);
        let near = near.zip(self.last.get()..).find(|(other, _)| **other == place);
        let at = near.map(|(_, at)| at).or_else(|| search(preorder, place))?;
        self.last.set(at);
        Some(NodeIndex(at as u32))
    }
}

fn search(preorder: &[Place], place: Place) -> Option<usize> {
    let (start, end, _) = place;
    let first = preorder.partition_point(|(from, to, _)| (*from, *to) < (start, end));
    // Nodes without any text may stand before others of the same start, out of that order.
    let at = preorder[first..].iter().position(|other| *other == place).map(|at| first + at);
    at.or_else(|| preorder.iter().position(|other| *other == place))
}

fn preorder(item: &GreenNode) -> Vec<Place> {
    let place = |start, node: &GreenNodeData| {
        (start, Reverse(start + node.text_len()), std::ptr::from_ref(node).cast())
    };
    let mut places = vec![place(TextSize::new(0), item)];
    let mut open = vec![(TextSize::new(0), item.children())];
    while let Some((at, children)) = open.last_mut() {
        match children.next() {
            Some(NodeOrToken::Node(child)) => {
                let start = *at;
                *at += child.text_len();
                places.push(place(start, child));
                open.push((start, child.children()));
            }
            Some(NodeOrToken::Token(token)) => *at += token.text_len(),
            None => drop(open.pop()),
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_has_its_place_in_preorder() {
        let text =
            "fn f(a: int) -> int:\n    if a > (((1))):\n        return a + a + a\n    f(a, )\n";
        for text in [text, "fn (:\n  x = \n", "struct A:\n    a:\n    fn\n", ""] {
            let root = weir_syntax::parse(text).syntax();
            let indices = NodeIndices::of(&root);
            for (node, index) in root.descendants().zip(0..) {
                assert_eq!(indices.get(&node), Some(NodeIndex(index)), "{node:?} of {text:?}");
                assert_eq!(node_at(&root, NodeIndex(index)), Some(node));
            }
        }
    }
}
