//! The walk over a tree that lays it out: tokens, comments and blank lines, in their order.
//!
//! What it is not: the layout of any construct; `statements`, `brackets` and `expressions` have
//! those. Invariant: each token of the tree is visited once and in order, whatever the node, so
//! that none is lost; only commas are left to the brackets around them.

use rowan::{GreenNodeData, NodeOrToken};

use super::document::{Document, Printer};
use super::spacing::{is_between, is_clause, is_suite};
use super::{Child, Children, Node, kind_from, kind_of};
use crate::kind::SyntaxKind::{self, *};

/// How often a formatted text is longer than before, in one part of so many.
const GROWTH: usize = 16;

pub(super) struct Walk<'tree> {
    pub(super) document: Document<'tree>,
    printer: Printer<'tree>,
    /// How many brackets are open.
    pub(super) brackets: u32,
    /// How many lines ended since the last token or comment.
    pub(super) line_ends: u32,
    /// Nothing was met yet of what was begun: here no blank line belongs.
    pub(super) at_begin: bool,
    /// A blank line belongs before the next declaration and its comments, though there was none.
    pub(super) sets_off: bool,
    /// No bracket is broken here.
    pub(super) is_rigid: bool,
}

impl<'tree> Walk<'tree> {
    /// The text of a file in the one style.
    pub(super) fn file(root: &'tree GreenNodeData) -> String {
        let length = usize::from(root.text_len());
        let mut out = String::with_capacity(length + length / GROWTH);
        if first_token_kind(root) == Some(ByteOrderMark) {
            out.push('\u{feff}');
        }
        let mut walk = Walk {
            document: Document::default(),
            printer: Printer::new(out, line_end(root)),
            brackets: 0,
            line_ends: 1,
            at_begin: true,
            sets_off: false,
            is_rigid: false,
        };
        walk.items(root);
        walk.print();
        walk.printer.finish()
    }

    /// Prints what there is, if it is whole.
    pub(super) fn print(&mut self) {
        if self.document.is_closed() {
            self.printer.print(&mut self.document);
        }
    }

    /// Any node, wherever it stands.
    pub(super) fn node(&mut self, node: Node<'tree>) {
        match kind_from(node.kind()) {
            MatchStmt | SelectStmt => self.cases(node),
            Fn => self.function(node),
            FString => self.fstring(node),
            _ if self.brackets > 0 => self.expression(node, false),
            _ => self.sequence(node),
        }
    }

    /// The children of a node side by side.
    pub(super) fn sequence(&mut self, node: Node<'tree>) {
        let mut children = node.children();
        let mut before = None;
        while let Some(child) = children.next() {
            self.next_of(node, before, child, &mut children);
            before = significant(&child).or(before);
        }
    }

    /// A child of a node, and, if it is an opening bracket, all up to the closing one.
    pub(super) fn next_of(
        &mut self,
        parent: Node<'tree>,
        before: Option<SyntaxKind>,
        child: Child<'tree>,
        rest: &mut Children<'tree>,
    ) {
        let (parent, kind, tuple) = (kind_from(parent.kind()), kind_of(&child), parent);
        if before.is_some_and(|before| !kind.is_trivia() && is_between(parent, before, kind)) {
            self.document.space();
        }
        match child {
            NodeOrToken::Node(node) if is_suite(kind) => self.suite(node.children()),
            NodeOrToken::Node(node) if is_clause(kind) => self.clause(node),
            NodeOrToken::Node(node) => self.node(node),
            NodeOrToken::Token(token) if kind.is_open_bracket() => {
                self.bracketed(parent, token.text(), rest);
            }
            NodeOrToken::Token(_) if kind == Comma && is_idle_comma(tuple, rest) => {
                self.line_ends = 0;
            }
            NodeOrToken::Token(token) => self.token(kind, token.text()),
        }
    }

    /// Any token.
    pub(super) fn token(&mut self, kind: SyntaxKind, text: &'tree str) {
        match kind {
            Whitespace | ByteOrderMark => {}
            LineEnd => self.line_ends += 1,
            Comment | DocComment => self.comment(text.trim_end()),
            StringLiteral | BytesLiteral => {
                self.document.verbatim(text);
                self.met_token();
            }
            _ => {
                self.document.text(text);
                self.met_token();
            }
        }
    }

    /// What is known of the line changes with each token.
    pub(super) fn met_token(&mut self) {
        self.line_ends = 0;
        self.at_begin = false;
    }

    fn comment(&mut self, text: &'tree str) {
        if self.line_ends == 0 {
            self.document.trailing_comment(text, self.brackets > 0);
        } else {
            let blank = self.takes_blank();
            self.document.comment_line(text, blank);
        }
        self.met_token();
    }

    /// Whether a blank line belongs before what comes now, on a line of its own.
    pub(super) fn takes_blank(&mut self) -> bool {
        let has_blank = self.line_ends > 1 && !self.at_begin;
        std::mem::take(&mut self.sets_off) || has_blank
    }

    /// An f-string as it is, the comments and line ends in its holes too.
    fn fstring(&mut self, node: Node<'tree>) {
        for child in node.children() {
            match child {
                NodeOrToken::Node(node) => self.fstring(node),
                NodeOrToken::Token(token) => self.document.verbatim(token.text()),
            }
        }
        self.met_token();
    }
}

/// The kind of a child that is no trivia.
pub(super) fn significant(child: &Child<'_>) -> Option<SyntaxKind> {
    Some(kind_of(child)).filter(|kind| !kind.is_trivia())
}

/// Whether a comma ends a tuple without brackets that is one without it too.
fn is_idle_comma(node: Node<'_>, rest: &Children<'_>) -> bool {
    matches!(kind_from(node.kind()), TupleExpr | TuplePattern)
        && rest.clone().all(|child| kind_of(&child).is_trivia())
        && node.children().filter(|child| child.as_node().is_some()).count() > 1
}

/// The line end of the file: that of its first line.
fn line_end(node: Node<'_>) -> &'static str {
    match first_line_end(node) {
        Some("\r\n") => "\r\n",
        _ => "\n",
    }
}

fn first_line_end(node: Node<'_>) -> Option<&str> {
    node.children().find_map(|child| match child {
        NodeOrToken::Node(node) => first_line_end(node),
        NodeOrToken::Token(token) if kind_of(&child) == LineEnd => Some(token.text()),
        NodeOrToken::Token(_) => None,
    })
}

fn first_token_kind(node: Node<'_>) -> Option<SyntaxKind> {
    node.children().next().map(|child| kind_of(&child))
}
