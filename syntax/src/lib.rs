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
mod debug;
mod equality;
mod error;
pub mod format;
mod grammar;
pub mod keywords;
mod kind;
mod layout;
mod lexer;
mod line_index;
mod literals;
mod parser;
mod tree;
mod validation;

pub use rowan::{GreenNode, NodeOrToken, TextRange, TextSize, TokenAtOffset, WalkEvent};

pub use crate::debug::{debug_tokens, debug_tree};
pub use crate::equality::equal_without_trivia;
pub use crate::error::{SyntaxError, SyntaxErrorCode, TextFix};
pub use crate::kind::{
    SyntaxElement, SyntaxKind, SyntaxNode, SyntaxNodeChildren, SyntaxToken, WeirLanguage,
};
pub use crate::line_index::{ColumnUnit, LineColumn, LineIndex};
pub use crate::parser::NESTING_MAX;

/// How long a file may be. Offsets have 32 bits, and an editor wants an answer soon; no module that
/// a person wrote comes near.
pub const SOURCE_BYTES_MAX: usize = 16 * 1024 * 1024;

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
    parse_as(text, false)
}

/// Parses a file of signatures, such as the prelude: functions may leave out their bodies, and
/// parameters may be `mutable self` or `*values: T`.
pub fn parse_signatures(text: &str) -> Parse {
    parse_as(text, true)
}

fn parse_as(text: &str, signatures: bool) -> Parse {
    if text.len() > SOURCE_BYTES_MAX {
        return too_long(text);
    }
    let lexed = lexer::lex(text);
    let input = layout::layout(&lexed);
    let mut parser = parser::Parser::new(&lexed, &input, signatures);
    grammar::source_file(&mut parser);
    let tuple_targets = std::mem::take(&mut parser.tuple_targets);
    let (events, found) = parser.finish();
    let green = tree::build(&lexed, &input, events);

    let root = SyntaxNode::new_root(green.clone());
    let mut errors = without_echoes(found, &lexed.errors, text);
    validation::literals(&lexed, &root, &mut errors);
    validation::tuple_targets(&tuple_targets, &root, &mut errors);
    errors.extend(lexed.errors);
    errors.extend(input.errors);
    errors.sort_by_key(|error| (error.range.start(), error.range.end()));
    Parse { green, errors }
}

/// What the parser said about a line whose string has no end: the rest of that line is in the
/// string, and whatever is missing there is the string's fault.
fn without_echoes(
    found: Vec<SyntaxError>,
    unterminated: &[SyntaxError],
    text: &str,
) -> Vec<SyntaxError> {
    if unterminated.is_empty() {
        return found;
    }
    let line_of = |error: &SyntaxError| {
        let before = text.get(..error.range.start().into()).unwrap_or_default();
        let start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let rest = text.get(error.range.end().into()..).unwrap_or_default();
        let end =
            rest.find(['\n', '\r']).map_or(text.len(), |at| usize::from(error.range.end()) + at);
        start..end + 1
    };
    let lines: Vec<_> = unterminated.iter().map(line_of).collect();
    let is_echo = |error: &SyntaxError| {
        let at = usize::from(error.range.start());
        let after = lines.partition_point(|line| line.start <= at);
        after.checked_sub(1).and_then(|i| lines.get(i)).is_some_and(|line| line.contains(&at))
    };
    found.into_iter().filter(|error| !is_echo(error)).collect()
}

/// The tree of a text that is too long to be read: one error around it.
fn too_long(text: &str) -> Parse {
    let mut builder = rowan::GreenNodeBuilder::new();
    builder.start_node(SyntaxKind::SourceFile.into());
    builder.start_node(SyntaxKind::Error.into());
    builder.token(SyntaxKind::Unknown.into(), text);
    builder.finish_node();
    builder.finish_node();
    let message = "this file is too long to be read";
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, TextRange::empty(0.into()))
        .with_help(format!("a module has at most {} MiB", SOURCE_BYTES_MAX / 1024 / 1024));
    Parse { green: builder.finish(), errors: vec![error] }
}
