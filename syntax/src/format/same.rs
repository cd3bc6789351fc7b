//! Whether two trees are one program, laid out in two ways.
//!
//! What it is not: equality of meaning; `1 + 2` and `3` differ. Invariant: it ignores trivia and
//! the commas that may end a list, and nothing else.

use rowan::{GreenNode, NodeOrToken};

use super::brackets::{is_one_tuple, takes_last_comma};
use super::{Child, Children, Node, kind_from, kind_of};
use crate::kind::SyntaxKind::{self, *};

/// Whether the two trees are the same but for space, line ends, comments, and commas behind last
/// elements where they mean nothing.
pub fn same_program(left: &GreenNode, right: &GreenNode) -> bool {
    same(left, right)
}

/// Recursion is bounded by the parser's nesting bound.
fn same(left: Node<'_>, right: Node<'_>) -> bool {
    if std::ptr::eq(left, right) {
        return true;
    }
    let (mut left_parts, mut right_parts) = (parts(left), parts(right));
    let same_parts = std::iter::from_fn(|| match (left_parts.next(), right_parts.next()) {
        (None, None) => None,
        (Some(NodeOrToken::Node(a)), Some(NodeOrToken::Node(b))) => Some(same(a, b)),
        (Some(NodeOrToken::Token(a)), Some(NodeOrToken::Token(b))) => Some(a == b),
        _ => Some(false),
    });
    left.kind() == right.kind() && { same_parts }.all(|same| same)
}

/// The children that matter.
fn parts(node: Node<'_>) -> impl Iterator<Item = Child<'_>> {
    let parent = kind_from(node.kind());
    let mut children = node.children();
    let mut elements = 0;
    std::iter::from_fn(move || {
        loop {
            let child = children.next()?;
            let kind = kind_of(&child);
            elements += usize::from(matches!(child, NodeOrToken::Node(_)));
            let is_idle = kind == Comma && is_idle_comma(parent, elements, children.clone());
            if !kind.is_trivia() && !is_idle {
                return Some(child);
            }
        }
    })
}

/// Whether a comma behind so many elements ends the list and could be left out.
fn is_idle_comma(parent: SyntaxKind, elements: usize, rest: Children<'_>) -> bool {
    let mut rest = rest.map(|child| kind_of(&child)).skip_while(|kind| kind.is_trivia());
    takes_last_comma(parent, elements)
        && !is_one_tuple(parent, elements)
        && rest.next().is_none_or(SyntaxKind::is_close_bracket)
}
