//! Items, suites and clauses: what stands on lines of its own.
//!
//! What it is not: what stands on one line. Invariant: a statement begins a line, except the one
//! of a suite that stands behind its `:`.

use rowan::NodeOrToken;

use super::walk::{Walk, significant};
use super::{Children, Node, brackets, kind_of};
use crate::kind::SyntaxKind::*;

impl<'tree> Walk<'tree> {
    /// All items of a file.
    pub(super) fn items(&mut self, root: Node<'tree>) {
        let mut children = root.children();
        while let Some(child) = children.next() {
            match child {
                NodeOrToken::Node(node) => {
                    self.statement(node);
                    self.sets_off = self.must_set_off(node, children.clone());
                }
                NodeOrToken::Token(token) => self.token(kind_of(&child), token.text()),
            }
        }
    }

    /// Whether a declaration is to be set off from what follows, and is not yet.
    fn must_set_off(&self, item: Node<'tree>, rest: Children<'tree>) -> bool {
        let mut line_ends = self.line_ends;
        for child in rest {
            match kind_of(&child) {
                LineEnd => line_ends += 1,
                Whitespace => {}
                _ if line_ends > 1 => return false,
                _ => line_ends = 0,
            }
            if let NodeOrToken::Node(next) = child {
                return has_body(item) || has_body(next);
            }
        }
        has_body(item)
    }

    /// A statement or declaration on a line of its own.
    fn statement(&mut self, node: Node<'tree>) {
        let blank = self.takes_blank();
        self.document.hard_line(blank);
        self.node(node);
        self.print();
    }

    /// `elif` or `else`
    pub(super) fn clause(&mut self, node: Node<'tree>) {
        self.document.hard_line(false);
        self.sequence(node);
    }

    /// What follows a `:`, on its line or indented.
    pub(super) fn suite(&mut self, mut children: Children<'tree>) {
        while self.line_ends == 0
            && let Some(child) = children.clone().next()
            && let (NodeOrToken::Token(token), None) = (child, significant(&child))
        {
            self.token(kind_of(&child), token.text());
            children.next();
        }
        if self.line_ends > 0 { self.indented(children) } else { self.on_one_line(children) }
    }

    fn indented(&mut self, children: Children<'tree>) {
        self.document.indent();
        self.at_begin = true;
        for child in children {
            match child {
                NodeOrToken::Node(node) => self.statement(node),
                NodeOrToken::Token(token) => self.token(kind_of(&child), token.text()),
            }
        }
        self.document.dedent();
    }

    fn on_one_line(&mut self, children: Children<'tree>) {
        self.document.open();
        self.document.indent();
        self.document.line();
        for child in children {
            match child {
                NodeOrToken::Node(node) => self.node(node),
                NodeOrToken::Token(token) => self.token(kind_of(&child), token.text()),
            }
        }
        self.document.dedent();
        self.document.close();
    }

    /// `match` and `select`: their cases are children of their own.
    pub(super) fn cases(&mut self, node: Node<'tree>) {
        let mut children = node.children();
        let mut before = None;
        while let Some(child) = children.next() {
            self.next_of(node, before, child, &mut children);
            before = significant(&child).or(before);
            if before == Some(Colon) {
                break;
            }
        }
        self.suite(children);
    }

    /// A function. What it returns stays in one piece, so that its parameters are what is broken.
    pub(super) fn function(&mut self, node: Node<'tree>) {
        let mut children = node.children();
        let mut before = None;
        while let Some(child) = children.next() {
            let kind = kind_of(&child);
            self.is_rigid = kind == RetType && !brackets::has_comment(&child);
            self.next_of(node, before, child, &mut children);
            self.is_rigid = false;
            before = significant(&child).or(before);
        }
    }
}

fn has_body(item: Node<'_>) -> bool {
    let mut children = item.children();
    children.any(|child| matches!(kind_of(&child), Block | MemberList | VariantList))
}
