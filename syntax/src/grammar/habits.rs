//! What people bring along from Python, Go, Rust, C and TypeScript: `def`, `go f()`, `x++`, `&&`.
//!
//! What it is not: part of the language. Invariant: a habit is only looked for where the text is
//! already wrong, so that no word here is lost to programs; it becomes one finding that says what
//! to write, with the edit where that is mechanical, and the rest is read as what was meant.
//!
//! The chapters: `words` that begin a statement or a declaration, `clauses` of statements with
//! suites, `operators`, `values` (other forms of expressions), `types`.

mod clauses;
mod operators;
mod types;
mod values;
mod words;

use rowan::TextRange;

pub(super) use self::clauses::*;
pub(super) use self::operators::*;
pub(super) use self::types::*;
pub(super) use self::values::*;
pub(super) use self::words::*;
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::{self, *};
use crate::parser::{Completed, Marker, Parser};

/// Edits: what goes, and what comes in its place.
type Edits = Vec<(TextRange, String)>;

/// A habit, told.
fn told(message: impl Into<String>, range: TextRange) -> SyntaxError {
    SyntaxError::new(SyntaxErrorCode::Syntax, message, range)
}

/// The edit that puts something in place of a range.
fn instead(range: TextRange, text: impl Into<String>) -> Edits {
    vec![(range, text.into())]
}

/// From the begin of the first range to the end of the last.
fn from_to(first: TextRange, last: TextRange) -> TextRange {
    TextRange::new(first.start(), last.end().max(first.start()))
}

/// Before a range.
fn before(range: TextRange) -> TextRange {
    TextRange::empty(range.start())
}

/// The word here and the space behind it: what goes when the word goes.
fn word_and_space(p: &Parser<'_>) -> TextRange {
    TextRange::new(p.range(0).start(), p.range(1).start().max(p.range(0).end()))
}

/// Takes so many tokens into an error node.
pub(super) fn skip_tokens(p: &mut Parser<'_>, count: usize) {
    let marker = p.start();
    for _ in 0..count {
        p.bump();
    }
    marker.complete(p, Error);
}

/// Ends a node around an expression of which nothing can be concluded, not even that there is none.
pub(super) fn unknown(p: &mut Parser<'_>, marker: Marker) -> Completed {
    marker.complete(p, Error).precede(p).complete(p, ParenExpr)
}

/// Whether what follows cannot follow a name.
fn follows_no_name(next: SyntaxKind) -> bool {
    matches!(
        next,
        Ident
            | IntLiteral
            | FloatLiteral
            | StringLiteral
            | FStringStart
            | TrueKeyword
            | FalseKeyword
            | FnKeyword
            | StructKeyword
            | EnumKeyword
            | ConstKeyword
            | TasklocalKeyword
            | MutableKeyword
            | WithKeyword
            | ForKeyword
    )
}
