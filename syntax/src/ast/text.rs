//! The parts of f-strings.
//!
//! What it is not: the meaning of a format; that is its text here. Invariant: the parts of an
//! f-string, in order, are all that stands between its quotes.

use crate::SyntaxKind;
use crate::ast::{AstNode, FString, FStringFormat, FStringHole, FStringText, support};
use crate::literals::{self, StringShape};

impl FString {
    /// Whether escapes are plain text: `rf"..."`.
    pub fn is_raw(&self) -> bool {
        self.fstring_start_token().is_some_and(|token| StringShape::of(token.text()).raw)
    }
}

/// Whether the f-string around a part is raw.
fn within_raw(part: &impl AstNode) -> bool {
    part.syntax().ancestors().find_map(FString::cast).is_some_and(|string| string.is_raw())
}

impl FStringText {
    /// The text that this part stands for.
    pub fn value(&self) -> String {
        let Some(token) = self.fstring_piece_token() else {
            return String::new();
        };
        literals::decode_fstring_piece(token.text(), within_raw(self), &mut Vec::new())
    }
}

/// What an f-string hole does with its value before the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Conversion {
    /// `!r`: as the expression that makes it.
    Literal,
}

impl FStringHole {
    /// The conversion, `!r`.
    pub fn conversion(&self) -> Option<Conversion> {
        let bang = support::token(self.syntax(), SyntaxKind::Bang)?;
        let name = support::tokens(self.syntax())
            .find(|token| token.kind() == SyntaxKind::Ident && token.index() > bang.index())?;
        (name.text() == "r").then_some(Conversion::Literal)
    }

    /// The text of the format, after the `:`.
    pub fn format_text(&self) -> Option<String> {
        self.fstring_format().map(|format| format.text())
    }
}

impl FStringFormat {
    /// The text of the format, decoded; empty when nothing stands after the `:`.
    pub fn text(&self) -> String {
        let Some(token) = self.fstring_piece_token() else {
            return String::new();
        };
        literals::decode_fstring_piece(token.text(), within_raw(self), &mut Vec::new())
    }
}
