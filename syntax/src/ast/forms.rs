//! Small questions about forms that the shape of a node alone does not answer.
//!
//! What it is not: meaning. Invariant: each answer follows from the tokens of one node.

use crate::ast::support;
use crate::ast::{
    AstNode, ConcurrentOption, ElseClause, IfStmt, Param, TupleExpr, TuplePattern, TupleType,
    TypeParam,
};
use crate::{SyntaxKind, SyntaxNode};

/// One thing in brackets with no comma is that thing, not a tuple of it.
fn is_grouping(node: &SyntaxNode) -> bool {
    support::token(node, SyntaxKind::LeftParen).is_some()
        && support::token(node, SyntaxKind::Comma).is_none()
        && node.children().count() == 1
}

impl TupleType {
    /// Whether this is a type in brackets, `(int)`, and no tuple: a tuple of one is `(int,)`.
    pub fn is_grouping(&self) -> bool {
        is_grouping(self.syntax())
    }
}

impl TuplePattern {
    /// Whether this is a pattern in brackets, `(A | B)`, and no tuple: a tuple of one is `(a,)`.
    pub fn is_grouping(&self) -> bool {
        is_grouping(self.syntax())
    }
}

impl TupleExpr {
    /// Whether the tuple stands without brackets: `a, b = b, a`.
    pub fn is_bare(&self) -> bool {
        self.left_paren_token().is_none()
    }
}

impl Param {
    /// Whether this is the receiver of a method: `self`.
    pub fn is_self(&self) -> bool {
        self.ty().is_none() && self.name().is_some_and(|name| name.text() == "self")
    }
}

impl TypeParam {
    /// The text of the bound, `shareable` or `ordered`.
    pub fn bound_text(&self) -> Option<String> {
        self.bound().map(|bound| bound.text().to_owned())
    }
}

impl IfStmt {
    /// The block of the final `else:`.
    pub fn else_branch(&self) -> Option<crate::ast::Block> {
        self.else_clause().as_ref().and_then(ElseClause::block)
    }
}

impl ConcurrentOption {
    /// The option's word: `timeout`, `deadline`, `limit` or `supervised`.
    pub fn text(&self) -> Option<String> {
        self.ident_token().map(|token| token.text().to_string())
    }
}
