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
mod logical_lines;
mod parser;
mod reparse;
mod shortened;
mod tree;
mod validation;

pub use rowan::{
    GreenNode, GreenNodeData, NodeOrToken, TextRange, TextSize, TokenAtOffset, WalkEvent,
};

pub use crate::debug::{debug_tokens, debug_tree};
pub use crate::equality::equal_without_trivia;
pub use crate::error::{SyntaxError, SyntaxErrorCode, TextFix};
pub use crate::kind::{
    SyntaxElement, SyntaxKind, SyntaxNode, SyntaxNodeChildren, SyntaxToken, WeirLanguage,
};
pub use crate::line_index::{ColumnUnit, LineColumn, LineIndex};
pub use crate::logical_lines::LogicalLines;
pub use crate::parser::{CHAIN_MAX, NESTING_MAX};
pub use crate::reparse::TextEdit;
pub use crate::shortened::shortened;

/// How long a file may be. Offsets have 32 bits, and an editor wants an answer soon; no module that
/// a person wrote comes near.
pub const SOURCE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// What a parse gives: the tree and, beside it, the mistakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parse {
    green: GreenNode,
    errors: Vec<SyntaxError>,
    /// Whether it was read as a file of signatures.
    signatures: bool,
    /// Whether parts of it can be read again by themselves: nothing in it is wrong in a way that
    /// reaches through the whole file.
    has_parts: bool,
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

/// Parses a text of any length, to measure how the parser grows. Tools have [`parse`].
#[doc(hidden)]
pub fn parse_unbounded(text: &str) -> Parse {
    parse_stages(text, false)
}

fn parse_as(text: &str, signatures: bool) -> Parse {
    if text.len() > SOURCE_BYTES_MAX {
        return too_long(text, signatures);
    }
    parse_stages(text, signatures)
}

fn parse_stages(text: &str, signatures: bool) -> Parse {
    let lexed = lexer::lex(text);
    let input = layout::layout(&lexed);
    let mut sink = tree::Sink::new(&lexed, &input);
    let mut receiver = |events: &mut [parser::Event]| sink.events(events);
    let mut parser = parser::Parser::new(&lexed, &input, signatures, &mut receiver);
    grammar::source_file(&mut parser);
    let found = parser.finish();
    let green = sink.finish(lexed.len());

    let root = SyntaxNode::new_root(green.clone());
    // Tabs anywhere are one finding.
    let is_one_for_all = |error: &SyntaxError| error.code == SyntaxErrorCode::TabInIndentation;
    let has_parts = !lexed.long_string_left_open && !input.errors.iter().any(is_one_for_all);
    let errors = findings(lexed, input, found, &root, text);
    Parse { green, errors, signatures, has_parts }
}

/// All that is wrong with a text, in its order.
fn findings(
    lexed: lexer::Lexed<'_>,
    input: layout::Input,
    found: parser::Found,
    root: &SyntaxNode,
    text: &str,
) -> Vec<SyntaxError> {
    let mut errors = without_echoes(found.errors, &lexed.errors, text);
    validation::literals(&lexed, root, &mut errors);
    validation::tuple_targets(&found.tuple_targets, root, &mut errors);
    errors.extend(lexed.errors);
    errors.extend(input.errors);
    errors.sort_by_key(|error| (error.range.start(), error.range.end()));
    errors
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
fn too_long(text: &str, signatures: bool) -> Parse {
    let mut builder = rowan::GreenNodeBuilder::new();
    builder.start_node(SyntaxKind::SourceFile.into());
    builder.start_node(SyntaxKind::Error.into());
    builder.token(SyntaxKind::Unknown.into(), text);
    builder.finish_node();
    builder.finish_node();
    let error = error_too_long("this file is too long to be read");
    Parse { green: builder.finish(), errors: vec![error], signatures, has_parts: false }
}

/// The finding for a file of more than [`SOURCE_BYTES_MAX`] bytes.
fn error_too_long(message: &str) -> SyntaxError {
    SyntaxError::new(SyntaxErrorCode::Syntax, message, TextRange::empty(0.into()))
        .with_help(format!("a module has at most {} MiB", SOURCE_BYTES_MAX / 1024 / 1024))
}
