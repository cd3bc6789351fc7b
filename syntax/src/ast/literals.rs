//! The values of literals.
//!
//! What it is not: the report of mistakes; validation makes that (S005). Invariant: a literal
//! always has a value; of a mistaken one it is as near as can be.

use crate::ast::{AstNode, Literal, LiteralPattern, Test, UnaryExpr, UnaryOp, support};
use crate::literals;
pub use crate::literals::LiteralError;
use crate::{SyntaxKind, SyntaxToken};

/// What a literal stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum LiteralValue {
    /// `42`
    Int(i64),
    /// `3.14`
    Float(f64),
    /// `"text"`
    Str(String),
    /// `b"bytes"`
    Bytes(Vec<u8>),
    /// `true`
    Bool(bool),
}

impl Literal {
    /// The literal's token.
    pub fn token(&self) -> Option<SyntaxToken> {
        support::token_where(self.syntax(), |kind| !kind.is_trivia())
    }

    /// The value. The operand of a minus may be 2^63, which no `int` is: its value here is
    /// `i64::MIN`, and negating that with wrap-around gives `i64::MIN` again, as it should.
    pub fn value(&self) -> LiteralValue {
        let Some(token) = self.token() else {
            return LiteralValue::Bool(false);
        };
        let text = token.text();
        let mut unreported = Vec::new();
        match token.kind() {
            SyntaxKind::IntLiteral => {
                let (value, _) = literals::decode_int(text);
                let limit = if self.is_negated() { i64::MIN } else { i64::MAX };
                LiteralValue::Int(i64::try_from(value).unwrap_or(limit))
            }
            SyntaxKind::FloatLiteral => LiteralValue::Float(literals::decode_float(text).0),
            SyntaxKind::StringLiteral => {
                LiteralValue::Str(literals::decode_string(text, &mut unreported))
            }
            SyntaxKind::BytesLiteral => {
                LiteralValue::Bytes(literals::decode_bytes(text, &mut unreported))
            }
            kind => LiteralValue::Bool(kind == SyntaxKind::TrueKeyword),
        }
    }

    /// Whether the literal is the operand of a minus.
    pub(crate) fn is_negated(&self) -> bool {
        let Some(parent) = self.syntax().parent() else {
            return false;
        };
        LiteralPattern::cast(parent.clone()).is_some_and(|it| it.minus_token().is_some())
            || UnaryExpr::cast(parent).is_some_and(|it| it.op() == Some(UnaryOp::Negate))
    }
}

impl Test {
    /// The test's title, decoded.
    pub fn title(&self) -> Option<String> {
        let token = self.title_token()?;
        Some(literals::decode_string(token.text(), &mut Vec::new()))
    }
}
