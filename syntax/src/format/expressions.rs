//! Expressions within brackets, where lines may end before operators and dots.
//!
//! What it is not: expressions outside of brackets, which stay on their line. Invariant: what
//! groups together in the tree is broken together: a chain of operators that bind equally
//! tightly, a chain of calls, a conditional expression.

use rowan::NodeOrToken;

use super::walk::Walk;
use super::{Node, kind_from, kind_of};
use crate::kind::SyntaxKind::{self, *};

/// How many method calls make a chain that is broken at its dots.
const CHAIN_CALLS_MIN: usize = 2;

impl<'tree> Walk<'tree> {
    /// A node within brackets. `alone` says that nothing else stands in them: then what is broken
    /// needs no indentation of its own.
    pub(super) fn expression(&mut self, node: Node<'tree>, alone: bool) {
        let kind = kind_from(node.kind());
        if self.is_rigid {
            return if kind == FString { self.node(node) } else { self.sequence(node) };
        }
        match kind {
            BinaryExpr => self.broken_together(alone, |walk| walk.operators(node)),
            ConditionalExpr => self.broken_together(alone, |walk| walk.conditional(node)),
            _ if is_postfix(kind) && method_calls(node) < CHAIN_CALLS_MIN => {
                self.postfix(node, false, false);
            }
            _ if is_postfix(kind) => {
                self.broken_together(alone, |walk| walk.postfix(node, true, false));
            }
            FString => self.node(node),
            _ => self.sequence(node),
        }
    }

    fn broken_together(&mut self, alone: bool, inner: impl FnOnce(&mut Self)) {
        self.document.open();
        if !alone {
            self.document.indent();
        }
        inner(self);
        if !alone {
            self.document.dedent();
        }
        self.document.close();
    }

    /// `a + b - c`: lines may end before the operators.
    fn operators(&mut self, node: Node<'tree>) {
        let mut is_first = true;
        let mut in_operator = false;
        for child in node.children() {
            let kind = kind_of(&child);
            match child {
                NodeOrToken::Node(lhs) if is_first && binds_as(lhs, node) => self.operators(lhs),
                NodeOrToken::Node(operand) => {
                    if !is_first {
                        self.document.space();
                    }
                    self.expression(operand, false);
                }
                NodeOrToken::Token(token) if kind.is_trivia() => self.token(kind, token.text()),
                NodeOrToken::Token(token) => {
                    // `not in` are two.
                    if in_operator {
                        self.document.space()
                    } else {
                        self.document.line()
                    }
                    in_operator = true;
                    self.token(kind, token.text());
                }
            }
            is_first &= kind.is_trivia();
        }
    }

    /// `a if c else b`: lines may end before `if` and `else`.
    fn conditional(&mut self, node: Node<'tree>) {
        let mut before = None;
        for child in node.children() {
            let kind = kind_of(&child);
            match child {
                NodeOrToken::Node(last) if before == Some(ElseKeyword) => {
                    self.document.space();
                    if kind == ConditionalExpr {
                        self.conditional(last);
                    } else {
                        self.expression(last, false);
                    }
                }
                NodeOrToken::Node(part) => {
                    if before.is_some() {
                        self.document.space();
                    }
                    self.expression(part, false);
                }
                NodeOrToken::Token(token) => {
                    if !kind.is_trivia() {
                        self.document.line();
                    }
                    self.token(kind, token.text());
                }
            }
            if !kind.is_trivia() {
                before = Some(kind);
            }
        }
    }

    /// Calls, members, indices and `?`. In a chain a line may end before the dot of a method.
    fn postfix(&mut self, node: Node<'tree>, in_chain: bool, is_callee: bool) {
        let parent = kind_from(node.kind());
        let mut children = node.children();
        let mut before = None;
        while let Some(child) = children.next() {
            let kind = kind_of(&child);
            match child {
                NodeOrToken::Node(receiver) if before.is_none() && is_postfix(kind) => {
                    self.postfix(receiver, in_chain, parent == CallExpr);
                }
                _ => {
                    if kind == Dot && in_chain && is_callee {
                        self.document.soft_line();
                    }
                    self.next_of(node, before, child, &mut children);
                }
            }
            if !kind.is_trivia() {
                before = Some(kind);
            }
        }
    }
}

fn is_postfix(kind: SyntaxKind) -> bool {
    matches!(kind, MemberExpr | CallExpr | IndexExpr | QuestionExpr)
}

/// How many calls of methods there are in a chain.
fn method_calls(node: Node<'_>) -> usize {
    let mut count = 0;
    let mut next = Some(node);
    let mut is_callee = false;
    while let Some(node) = next {
        let kind = kind_from(node.kind());
        count += usize::from(is_callee && kind == MemberExpr);
        is_callee = kind == CallExpr;
        let first = node.children().find_map(NodeOrToken::into_node);
        next = first.filter(|first| is_postfix(kind) && is_postfix(kind_from(first.kind())));
    }
    count
}

/// Whether a left operand is a chain of operators that bind as tightly as the one it is under.
fn binds_as(lhs: Node<'_>, node: Node<'_>) -> bool {
    kind_from(lhs.kind()) == BinaryExpr && tightness(lhs) == tightness(node)
}

/// From loose to tight; the order is the grammar's.
fn tightness(node: Node<'_>) -> u8 {
    let operator = node.children().find_map(|child| match child {
        NodeOrToken::Token(_) => Some(kind_of(&child)).filter(|kind| !kind.is_trivia()),
        NodeOrToken::Node(_) => None,
    });
    match operator {
        Some(OrKeyword) => 1,
        Some(AndKeyword) => 2,
        Some(Pipe) => 5,
        Some(Caret) => 6,
        Some(Ampersand) => 7,
        Some(ShiftLeft | ShiftRight) => 8,
        Some(Plus | Minus) => 9,
        Some(Star | Slash | SlashSlash | Percent) => 10,
        Some(StarStar) => 12,
        // Comparisons.
        _ => 4,
    }
}
