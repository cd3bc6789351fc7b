//! Names and doc comments.
//!
//! What it is not: resolution. Invariant: a name's text is its token's text, unchanged.

use crate::ast::{
    AstNode, Const, Enum, Field, Fn, Name, NameRef, Param, Struct, TaskLocal, Test, TypeAlias,
    TypeParam, Variant, VariantField, support,
};
use crate::{SyntaxKind, SyntaxToken};

impl Name {
    /// The token of the name.
    pub fn token(&self) -> Option<SyntaxToken> {
        self.ident_token()
    }

    /// The text of the name; empty when the name is missing.
    pub fn text(&self) -> &str {
        support::token_text(self.syntax(), SyntaxKind::Ident).unwrap_or_default()
    }
}

impl NameRef {
    /// The token of the name.
    pub fn token(&self) -> Option<SyntaxToken> {
        self.ident_token()
    }

    /// The text of the name; empty when the name is missing.
    pub fn text(&self) -> &str {
        support::token_text(self.syntax(), SyntaxKind::Ident).unwrap_or_default()
    }
}

/// A node that gives something a name.
pub trait HasName: AstNode {
    /// The name.
    fn name(&self) -> Option<Name> {
        support::child(self.syntax())
    }
}

/// A declaration that `##` lines may document.
pub trait HasDoc: AstNode {
    /// The text of the `##` lines right above the declaration, without their marks, joined by
    /// line ends. `None` when there are none; a blank line or a plain comment between ends them.
    fn doc_comment(&self) -> Option<String> {
        let mut lines = Vec::new();
        let mut line_ends = 0;
        let mut token = self.syntax().first_token()?.prev_token();
        while let Some(this) = token {
            match this.kind() {
                SyntaxKind::DocComment => {
                    lines.push(doc_text(this.text()).to_string());
                    line_ends = 0;
                }
                SyntaxKind::Whitespace => {}
                SyntaxKind::LineEnd if line_ends == 0 => line_ends = 1,
                _ => break,
            }
            token = this.prev_token();
        }
        if lines.is_empty() {
            return None;
        }
        lines.reverse();
        Some(lines.join("\n"))
    }
}

/// The text of one doc comment line: without `##` and one space after it.
fn doc_text(comment: &str) -> &str {
    let text = comment.trim_start_matches('#');
    text.strip_prefix(' ').unwrap_or(text).trim_end()
}

macro_rules! named {
    ($($node:ident),*) => { $(impl HasName for $node {})* };
}
macro_rules! documented {
    ($($node:ident),*) => { $(impl HasDoc for $node {})* };
}
named!(
    Const,
    TaskLocal,
    TypeAlias,
    Struct,
    Enum,
    Fn,
    Field,
    Variant,
    VariantField,
    Param,
    TypeParam
);
documented!(Const, TaskLocal, TypeAlias, Struct, Enum, Fn, Field, Variant, Test);
