//! The text of a condition, for the message of an assert without one.
//!
//! Made from the tokens alone, never from the spaces between them: an item is the same item
//! however it is laid out, and so is its Mir.

use weir_syntax::{SyntaxKind, SyntaxToken};

use crate::Db;
use crate::items::{ItemId, NodeIndex, item_syntax, node_at};

/// The node's tokens, spaced as the formatter would.
pub(super) fn condition_text(db: &dyn Db, item: ItemId, node: NodeIndex) -> String {
    let node = item_syntax(db, item).and_then(|syntax| node_at(&syntax.node(), node));
    let tokens = node.into_iter().flat_map(|node| node.descendants_with_tokens());
    let tokens = tokens.filter_map(|element| element.into_token());
    let mut text = String::new();
    let mut before: Option<SyntaxToken> = None;
    for token in tokens.filter(|token| !token.kind().is_trivia()) {
        if before.is_some_and(|before| spaced(&before, &token)) {
            text.push(' ');
        }
        text.push_str(token.text());
        before = Some(token);
    }
    text
}

/// Whether a space stands between two tokens.
fn spaced(before: &SyntaxToken, after: &SyntaxToken) -> bool {
    let in_hole = |token: &SyntaxToken| {
        token.parent_ancestors().any(|node| node.kind() == SyntaxKind::FString)
    };
    if in_hole(before) && in_hole(after) {
        return false;
    }
    let opens = matches!(before.text(), "(" | "[" | "{" | "." | "~");
    let closes = matches!(after.text(), ")" | "]" | "}" | "," | "." | ":" | "?");
    let applies = matches!(after.text(), "(" | "[")
        && after
            .parent()
            .is_some_and(|list| matches!(list.kind(), SyntaxKind::ArgList | SyntaxKind::IndexExpr));
    let is_sign = matches!(before.text(), "-" | "+")
        && before.parent().is_some_and(|parent| parent.kind() == SyntaxKind::UnaryExpr);
    let names_arg = |token: &SyntaxToken| {
        token.text() == "=" && token.parent().is_some_and(|arg| arg.kind() == SyntaxKind::Arg)
    };
    !(opens || closes || applies || is_sign || names_arg(before) || names_arg(after))
}
