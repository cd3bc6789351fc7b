//! The front end of Weir: text to tree.
//!
//! ```text
//! text ─lexer▶ Lexed ─layout▶ Input ─parser▶ Events ─tree▶ GreenNode ─▶ ast
//!                └─────────────┴──── SyntaxErrors ride beside ────┘
//! ```
//!
//! What it is not: it knows no salsa, no files and no LSP; it resolves no name and knows no type.
//! An error never stops a parse: every text has a tree, and the tree's text is that text.
//!
//! The nouns: a *token* is a stretch of text with a kind; *trivia* are the tokens the grammar does
//! not see; *virtual* tokens (line end, indent, dedent) are seen by the grammar alone; a *finding*
//! of this crate is a [`SyntaxError`].

pub mod ast;
mod equality;
mod error;
pub mod keywords;
mod kind;
mod literals;

pub use rowan::{GreenNode, NodeOrToken, TextRange, TextSize, TokenAtOffset, WalkEvent};

pub use crate::equality::equal_without_trivia;
pub use crate::error::{SyntaxError, SyntaxErrorCode, TextFix};
pub use crate::kind::{
    SyntaxElement, SyntaxKind, SyntaxNode, SyntaxNodeChildren, SyntaxToken, WeirLanguage,
};

/// What a parse gives: the tree and, beside it, the mistakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parse {
    green: GreenNode,
    errors: Vec<SyntaxError>,
}

impl Parse {
    /// The root of the tree.
    pub fn syntax(&self) -> SyntaxNode {
        SyntaxNode::new_root(self.green.clone())
    }

    /// The typed view of the tree.
    pub fn tree(&self) -> ast::SourceFile {
        // Every parse makes a source file; the default is for the type alone.
        ast::AstNode::cast(self.syntax()).unwrap_or_else(|| parse("").tree())
    }

    /// The mistakes, in the order of the text.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// The tree, as it can be shared between threads.
    pub fn green(&self) -> &GreenNode {
        &self.green
    }
}

/// Parses a file. Never fails: the mistakes are in the result.
pub fn parse(text: &str) -> Parse {
    let mut builder = rowan::GreenNodeBuilder::new();
    builder.start_node(SyntaxKind::SourceFile.into());
    builder.token(SyntaxKind::Unknown.into(), text);
    builder.finish_node();
    Parse { green: builder.finish(), errors: Vec::new() }
}
