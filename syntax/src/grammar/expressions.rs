//! Expressions: operators and what binds how tightly.
//!
//! What it is not: the operands (`atoms`). Invariant: chains grow to the left, and each link is
//! checked against the bounds on nesting and on chains; so no expression, however long, overflows a
//! stack.
//!
//! From loose to tight, as in Python: a lambda, `attempt` and `spawn` take all to their right;
//! `a if c else b`; `or`; `and`; `not`; comparisons, which chain; `|`; `^`; `&`; shifts; `+ -`;
//! `* / // %`; unary `- + ~`; `**`; calls, members, indices and `?`.

use super::{Context, atoms, expected_expression, habits};
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::{self, *};
use crate::parser::{Completed, Parser};

const LOOSEST: u8 = 1;
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const UNARY: u8 = 11;
const POWER: u8 = 12;

/// An expression must stand here.
pub(super) fn expected(p: &mut Parser<'_>, after: &str) -> Option<Completed> {
    let expression = expression(p);
    if expression.is_none() {
        expected_expression(p, after);
    }
    expression.map(|value| habits::named_value(p, value))
}

/// An expression before which an `if` of its own would be a guard.
pub(super) fn expected_before_guard(p: &mut Parser<'_>, after: &str) -> Option<Completed> {
    let context = Context { no_conditional: true, ..p.context };
    super::within(p, context, |p| expected(p, after))
}

/// An expression, or several with commas between, which are a tuple.
pub(super) fn expected_list(p: &mut Parser<'_>, after: &str) -> Option<Completed> {
    let first = expected(p, after)?;
    Some(rest_of_list(p, first))
}

/// What may follow the first expression of a tuple without brackets.
pub(super) fn rest_of_list(p: &mut Parser<'_>, first: Completed) -> Completed {
    if !p.at(Comma) || is_over(p) {
        return first;
    }
    let marker = first.precede(p);
    while p.eat(Comma) {
        if p.at(Star) {
            habits::rest_of_list(p);
            return marker.complete(p, Error);
        }
        if expression(p).is_none() {
            break;
        }
    }
    marker.complete(p, TupleExpr)
}

/// An expression, if one stands here.
pub(super) fn expression(p: &mut Parser<'_>) -> Option<Completed> {
    let value = binary(p, LOOSEST)?;
    if matches!(p.current(), Question | Dot | Equals | Arrow) {
        return Some(habits::rest(p, value));
    }
    if !p.at(IfKeyword) || p.context.no_conditional || is_over(p) || p.too_deep_around(value) {
        return Some(value);
    }
    let marker = value.precede(p);
    p.bump();
    if binary(p, LOOSEST).is_none() {
        expected_expression(p, "`if`");
    }
    if p.eat(ElseKeyword) {
        expected(p, "`else`");
    } else {
        p.missing("expected `else` and the value when the condition does not hold");
    }
    Some(marker.complete(p, ConditionalExpr))
}

/// Whether the expression ended with a block, and so with its line.
fn is_over(p: &Parser<'_>) -> bool {
    p.previous().is_virtual()
}

/// Operators that bind at least as tightly as `min`.
fn binary(p: &mut Parser<'_>, min: u8) -> Option<Completed> {
    if p.too_deep() {
        return None;
    }
    let mut value = prefix(p, min)?;
    while !is_over(p) {
        let foreign = habits::operator(p);
        let kind = foreign.map_or(p.current(), habits::Foreign::kind);
        let Some(power) = power(p, kind) else { break };
        if power < min || p.too_long(value) {
            break;
        }
        let marker = value.precede(p);
        let words = match foreign {
            Some(foreign) => foreign.text,
            None => operator_words(p),
        };
        match foreign {
            Some(foreign) => foreign.take(p),
            None => operator_tokens(p),
        }
        // `**` groups to the right, and takes a unary operator on its right.
        let next = if power == POWER { UNARY } else { power + 1 };
        if binary(p, next).is_none() {
            expected_expression(p, words);
        }
        value = marker.complete_link(p, BinaryExpr);
    }
    Some(value)
}

/// How tightly the operator here binds, which is, or stands for, one of this kind.
fn power(p: &Parser<'_>, kind: SyntaxKind) -> Option<u8> {
    Some(match kind {
        OrKeyword => 1,
        AndKeyword => 2,
        NotKeyword if p.nth(1) == InKeyword => COMPARISON,
        EqualsEquals | NotEquals | Less | LessEquals | Greater | GreaterEquals | InKeyword => {
            COMPARISON
        }
        Pipe | Caret | Ampersand | ShiftLeft | ShiftRight | StarStar
            if habits::compound(p).is_some() =>
        {
            return None;
        }
        Pipe => 5,
        Caret => 6,
        Ampersand => 7,
        ShiftLeft | ShiftRight => 8,
        Plus | Minus if habits::is_step(p) => return None,
        Plus | Minus => 9,
        Star | Slash | SlashSlash | Percent => 10,
        StarStar => POWER,
        _ => return None,
    })
}

fn operator_words(p: &Parser<'_>) -> &'static str {
    if p.at(NotKeyword) { "`not in`" } else { p.current().words() }
}

fn operator_tokens(p: &mut Parser<'_>) {
    if p.at(NotKeyword) {
        p.bump();
    }
    p.bump();
}

/// What a unary operator takes.
pub(super) fn operand(p: &mut Parser<'_>) -> Option<Completed> {
    binary(p, UNARY)
}

/// Operators before their operand.
fn prefix(p: &mut Parser<'_>, min: u8) -> Option<Completed> {
    let (operand, text) = match p.current() {
        NotKeyword => (NOT, "not"),
        Minus => (UNARY, "-"),
        Plus => (UNARY, "+"),
        Tilde => (UNARY, "~"),
        Bang => (UNARY, "!"),
        Less => return habits::receiving(p),
        _ => return postfix(p),
    };
    if p.at(NotKeyword) && min > NOT {
        let message = "`not` binds more loosely than the operator before it";
        let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here());
        p.remark(error.with_help("put brackets around: `(not ...)`"));
    }
    let marker = p.start();
    if p.at(Bang) {
        habits::bang(p);
    } else {
        p.bump();
    }
    if binary(p, operand).is_none() {
        expected_expression(p, &format!("`{text}`"));
    }
    Some(marker.complete(p, UnaryExpr))
}

/// Calls, members, indices, `?`.
fn postfix(p: &mut Parser<'_>) -> Option<Completed> {
    let mut value = atoms::atom(p)?;
    // These have taken all that stands to their right.
    if matches!(value.kind, AttemptExpr | SpawnExpr | LambdaExpr) {
        return Some(value);
    }
    loop {
        let kind = match p.current() {
            Dot if habits::is_range(p) => return Some(value),
            Question if habits::is_foreign_question(p) => return Some(value),
            Dot => MemberExpr,
            LeftParen => CallExpr,
            LeftBracket => IndexExpr,
            Question => QuestionExpr,
            _ => return Some(value),
        };
        if p.too_long(value) {
            return Some(value);
        }
        let marker = value.precede(p);
        match kind {
            MemberExpr => super::dot_name(p),
            CallExpr => atoms::arguments(p),
            IndexExpr => atoms::indices(p),
            _ => question(p),
        }
        value = marker.complete_link(p, kind);
    }
}

fn question(p: &mut Parser<'_>) {
    if p.context.in_parallel {
        let message = "`?` cannot leave an iteration of `parallel for`";
        p.remark(SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here()));
    }
    p.bump();
}

/// Whether an expression can begin with this.
pub(super) fn begins(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        Ident
            | IntLiteral
            | FloatLiteral
            | StringLiteral
            | BytesLiteral
            | FStringStart
            | TrueKeyword
            | FalseKeyword
            | LeftParen
            | LeftBracket
            | LeftBrace
            | Minus
            | Plus
            | Tilde
            | Bang
            | NotKeyword
            | FnKeyword
            | SpawnKeyword
            | BlockingKeyword
    )
}
