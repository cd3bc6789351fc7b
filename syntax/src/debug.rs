//! What the front end sees, as text: `weir debug tokens` and `weir debug tree` print this.
//!
//! What it is not: a format for programs. Invariant: one line for each token or node.

use std::fmt::Write as _;

use rowan::WalkEvent;

use crate::kind::{SyntaxElement, SyntaxNode};
use crate::layout::layout;
use crate::lexer::lex;

/// The tokens of a text and, among them, the virtual ones of the layout: kind, range, text.
pub fn debug_tokens(text: &str) -> String {
    let lexed = lex(text);
    let input = layout(&lexed);
    let mut out = String::new();
    let mut raw = 0;
    for index in 0..input.len() {
        let kind = input.kind(index);
        if !kind.is_virtual() {
            continue;
        }
        while raw < input.raw(index).min(lexed.len()) {
            let _ =
                writeln!(out, "{:?} {:?} {:?}", lexed.kind(raw), lexed.range(raw), lexed.text(raw));
            raw += 1;
        }
        let at = lexed.start(input.raw(index));
        let _ = writeln!(out, "{} {at}", format!("{kind:?}").to_uppercase());
    }
    out
}

/// A tree: kinds and ranges of nodes and tokens, indented, with the text of tokens.
pub fn debug_tree(node: &SyntaxNode) -> String {
    let mut out = String::new();
    let mut depth = 0;
    for event in node.preorder_with_tokens() {
        match event {
            WalkEvent::Enter(element) => {
                let _ = write!(out, "{:indent$}", "", indent = depth * 2);
                let _ = match &element {
                    SyntaxElement::Node(node) => {
                        writeln!(out, "{:?} {:?}", node.kind(), node.text_range())
                    }
                    SyntaxElement::Token(token) => {
                        writeln!(
                            out,
                            "{:?} {:?} {:?}",
                            token.kind(),
                            token.text_range(),
                            token.text()
                        )
                    }
                };
                depth += 1;
            }
            WalkEvent::Leave(_) => depth -= 1,
        }
    }
    out
}
