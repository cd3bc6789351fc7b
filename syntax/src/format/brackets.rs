//! What stands in brackets: on one line if it fits, else one element to a line.
//!
//! What it is not: what an element is. Invariant: a comma stands behind its element, before any
//! comment; the last one stands where the brackets are broken, and where it makes the tuple.

use rowan::NodeOrToken;

use super::walk::Walk;
use super::{Child, Children, kind_of};
use crate::kind::SyntaxKind::{self, *};

/// What is known of a bracket's content before it is laid out.
#[derive(Clone, Copy, Default)]
struct Content {
    elements: usize,
    /// There is a comment between the elements.
    has_comment: bool,
    ends_in_comma: bool,
    /// A single name or literal.
    is_simple: bool,
}

impl<'tree> Walk<'tree> {
    /// Brackets, of which the opening one was met.
    pub(super) fn bracketed(
        &mut self,
        parent: SyntaxKind,
        open: &'tree str,
        children: &mut Children<'tree>,
    ) {
        let content = content(children.clone());
        let is_index = parent == IndexExpr && content.is_simple;
        let is_tight = (self.is_rigid || is_index || content.elements == 0) && !content.has_comment;
        self.document.text(open);
        self.met_token();
        self.brackets += 1;
        self.at_begin = true;
        if !is_tight {
            self.document.open();
            self.document.indent();
            self.edge(parent);
        }
        let close = self.elements(parent, content, is_tight, children);
        if !is_tight {
            self.document.dedent();
            self.edge(parent);
        }
        self.brackets -= 1;
        if let Some(close) = close {
            self.document.text(close);
        }
        if !is_tight {
            self.document.close();
        }
        self.met_token();
    }

    /// The place behind the opening bracket, and before the closing one.
    fn edge(&mut self, parent: SyntaxKind) {
        if parent == BlockingExpr { self.document.line() } else { self.document.soft_line() }
    }

    /// Everything up to the closing bracket, which it gives back.
    fn elements(
        &mut self,
        parent: SyntaxKind,
        content: Content,
        is_tight: bool,
        children: &mut Children<'tree>,
    ) -> Option<&'tree str> {
        let mut count = 0;
        for child in children.by_ref() {
            let kind = kind_of(&child);
            match child {
                NodeOrToken::Token(token) if kind.is_close_bracket() => return Some(token.text()),
                NodeOrToken::Token(_) if kind == Comma => self.line_ends = 0,
                NodeOrToken::Token(token) => self.token(kind, token.text()),
                NodeOrToken::Node(node) => {
                    if count > 0 && self.line_ends > 1 {
                        self.document.blank();
                    }
                    count += 1;
                    self.expression(node, matches!(parent, ParenExpr | BlockingExpr));
                    self.behind_element(parent, content, is_tight, count);
                }
            }
        }
        None
    }

    fn behind_element(
        &mut self,
        parent: SyntaxKind,
        content: Content,
        is_tight: bool,
        count: usize,
    ) {
        let is_last = count == content.elements;
        let takes_comma = parent != ListComp;
        if is_last && is_one_tuple(parent, content.elements) {
            if content.ends_in_comma {
                self.document.text(",");
            }
        } else if is_last && !is_tight && takes_last_comma(parent, content.elements) {
            self.document.if_broken(",");
        } else if !is_last {
            if takes_comma {
                self.document.text(",");
            }
            if is_tight { self.document.space() } else { self.document.line() }
        }
    }
}

fn content(children: Children<'_>) -> Content {
    let mut content = Content::default();
    for child in children {
        let kind = kind_of(&child);
        match kind {
            Comma => content.ends_in_comma = true,
            Comment | DocComment => content.has_comment = true,
            _ if kind.is_close_bracket() => break,
            _ => {}
        }
        if let NodeOrToken::Node(_) = child {
            content.elements += 1;
            content.ends_in_comma = false;
            content.is_simple = content.elements == 1 && matches!(kind, NameExpr | Literal);
        }
    }
    content
}

/// Whether a part of the tree is a comment or has one.
pub(super) fn has_comment(child: &Child<'_>) -> bool {
    match (child, kind_of(child)) {
        (_, Comment | DocComment) => true,
        // What comments there are in holes stay there.
        (_, FString) => false,
        (NodeOrToken::Token(_), _) => false,
        (NodeOrToken::Node(node), _) => node.children().any(|child| has_comment(&child)),
    }
}

/// Whether the comma behind the only element is what makes the tuple.
pub(super) fn is_one_tuple(parent: SyntaxKind, elements: usize) -> bool {
    elements == 1 && matches!(parent, TupleExpr | TupleType | TuplePattern)
}

/// Whether a comma may stand behind the last element and mean nothing.
pub(super) fn takes_last_comma(parent: SyntaxKind, elements: usize) -> bool {
    match parent {
        ArgList | ParamList | TypeParamList | TypeArgList | FnTypeParamList | VariantFieldList
        | PatternArgList | ListExpr | MapExpr | SetExpr | FromImport => true,
        TupleExpr | TupleType | TuplePattern | IndexExpr => elements > 1,
        _ => false,
    }
}
