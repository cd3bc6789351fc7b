//! Equality of trees without their trivia: what a comment or a reformatting leaves alone.
//!
//! What it is not: equality of meaning. Invariant: equal trees have the same nodes in the same
//! preorder, so that an index of a node in one names the same node in the other.

use rowan::{GreenNode, GreenNodeData, Language, NodeOrToken};

use crate::WeirLanguage;

/// Whether the two trees have the same nodes and the same tokens, trivia aside.
pub fn equal_without_trivia(left: &GreenNode, right: &GreenNode) -> bool {
    equal(left, right)
}

/// Recursion is bounded by the parser's nesting bound.
fn equal(left: &GreenNodeData, right: &GreenNodeData) -> bool {
    if std::ptr::eq(left, right) {
        return true;
    }
    let mut left_children = significant(left);
    let mut right_children = significant(right);
    let same_children =
        std::iter::from_fn(|| match (left_children.next(), right_children.next()) {
            (None, None) => None,
            (Some(NodeOrToken::Node(a)), Some(NodeOrToken::Node(b))) => Some(equal(a, b)),
            (Some(NodeOrToken::Token(a)), Some(NodeOrToken::Token(b))) => Some(a == b),
            _ => Some(false),
        });
    left.kind() == right.kind() && { same_children }.all(|same| same)
}

fn significant(
    node: &GreenNodeData,
) -> impl Iterator<Item = NodeOrToken<&GreenNodeData, &rowan::GreenTokenData>> {
    node.children().filter(|child| match child {
        NodeOrToken::Node(_) => true,
        NodeOrToken::Token(token) => !WeirLanguage::kind_from_raw(token.kind()).is_trivia(),
    })
}
