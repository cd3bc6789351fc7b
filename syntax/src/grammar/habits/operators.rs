//! Operators of other languages: `&&`, `!`, `x++`, `===`, `is`, `x ^= 2`, `x := 1`, `ch <- x`.
//!
//! What it is not: forms with words of their own (`values`). Invariant: the operands keep their
//! meaning; what stands for an operator of Weir is read as that one, as far as precedence goes.

use rowan::TextRange;

use super::{from_to, instead, told};
use crate::grammar::expressions;
use crate::kind::SyntaxKind::{self, *};
use crate::parser::{Completed, Parser};

/// An operator between two operands.
#[derive(Clone, Copy)]
pub(in crate::grammar) struct Foreign {
    pub(in crate::grammar) tokens: usize,
    pub(in crate::grammar) text: &'static str,
    ours: &'static str,
}

/// The operator of another language here, and what it is in Weir.
pub(in crate::grammar) fn operator(p: &Parser<'_>) -> Option<Foreign> {
    let foreign = |tokens, text, ours| Some(Foreign { tokens, text, ours });
    if compound(p).is_some() {
        return None;
    }
    match p.current() {
        Pipe if is_doubled(p) => foreign(2, "`||`", "or"),
        Ampersand if is_doubled(p) => foreign(2, "`&&`", "and"),
        EqualsEquals if p.nth(1) == Equals && p.joint(0) => foreign(2, "`===`", "=="),
        NotEquals if p.nth(1) == Equals && p.joint(0) => foreign(2, "`!==`", "!="),
        Less if p.nth(1) == Greater && p.joint(0) => foreign(2, "`<>`", "!="),
        Ident if p.text(0) == "is" => match p.nth(1) {
            NotKeyword => foreign(2, "`is not`", "!="),
            next if expressions::begins(next) => foreign(1, "`is`", "=="),
            _ => None,
        },
        _ => None,
    }
}

impl Foreign {
    /// What the operator is read as.
    pub(in crate::grammar) fn kind(self) -> SyntaxKind {
        match self.ours {
            "or" => OrKeyword,
            "and" => AndKeyword,
            "==" => EqualsEquals,
            _ => NotEquals,
        }
    }

    /// Takes the operator, and tells it.
    pub(in crate::grammar) fn take(self, p: &mut Parser<'_>) {
        let range = from_to(p.range(0), p.range(self.tokens - 1));
        let error = told(format!("{} is written `{}`", self.text, self.ours), range);
        p.remark(error.with_fix(format!("write `{}`", self.ours), instead(range, self.ours)));
        super::skip_tokens(p, self.tokens);
    }
}

/// Whether two of the token here stand side by side.
pub(in crate::grammar) fn is_doubled(p: &Parser<'_>) -> bool {
    p.nth(1) == p.current() && p.joint(0)
}

/// `!x`
pub(in crate::grammar) fn bang(p: &mut Parser<'_>) {
    let range = p.range(0);
    p.remark(told("`!` is written `not`", range).with_fix("write `not`", instead(range, "not ")));
    crate::grammar::leaf(p, Error);
}

/// Whether `++` or `--` stands here, with nothing that it could be a sign of.
pub(in crate::grammar) fn is_step(p: &Parser<'_>) -> bool {
    is_doubled(p) && !expressions::begins(p.nth(2))
}

/// `x++`, behind the `x`.
pub(in crate::grammar) fn step_behind(p: &mut Parser<'_>, target: Completed) {
    let sign = p.text(0);
    let range = p.range(0).cover(p.range(1));
    let error = told(format!("Weir has no `{sign}{sign}`"), range);
    let text = format!("{sign}= 1");
    p.report(error.with_fix(format!("write `{text}`"), instead(range, format!(" {text}"))));
    let marker = target.precede(p);
    super::skip_tokens(p, 2);
    marker.complete(p, Error);
}

/// `++x`, where a statement begins; false if this is none.
pub(in crate::grammar) fn step_before(p: &mut Parser<'_>) -> bool {
    if !matches!(p.current(), Plus | Minus) || !is_doubled(p) || p.nth(2) != Ident || !p.joint(1) {
        return false;
    }
    let sign = p.text(0);
    let range = p.range(0).cover(p.range(1));
    let marker = p.start();
    super::skip_tokens(p, 2);
    expressions::expression(p);
    marker.complete(p, Error);
    let error = told(format!("Weir has no `{sign}{sign}`"), range);
    let edits = vec![(range, String::new()), (p.behind(), format!(" {sign}= 1"))];
    p.report(error.with_fix(format!("write `{sign}= 1`"), edits));
    crate::grammar::suites::end_of_statement(p);
    true
}

/// `x := e`: takes the `:` away. What receives, `x := <-ch`, is told there.
pub(in crate::grammar) fn walrus(p: &mut Parser<'_>) {
    let range = p.range(0);
    let whole = range.cover(p.range(1));
    if !super::at_receiving(p, 2) {
        p.remark(told("`:=` is written `=`", whole).with_fix("write `=`", instead(range, "")));
    }
    crate::grammar::leaf(p, Error);
}

/// Whether an operator and a `=` right behind it stand here that assign in other languages: how many
/// tokens the operator has.
pub(in crate::grammar) fn compound(p: &Parser<'_>) -> Option<usize> {
    let tokens = match p.current() {
        Pipe | Ampersand | Question if is_doubled(p) => 2,
        StarStar | Caret | Pipe | Ampersand | ShiftLeft | ShiftRight => 1,
        _ => return None,
    };
    (p.nth(tokens) == Equals && p.joint(tokens - 1) && p.nth(tokens + 1) != Equals)
        .then_some(tokens)
}

/// `x ^= e`, from the operator on.
pub(in crate::grammar) fn compound_assignment(
    p: &mut Parser<'_>,
    target: Completed,
    tokens: usize,
) {
    let place = p.slice(p.range_of_node(target));
    let operator = match (p.current(), tokens) {
        (Pipe, 2) => "or",
        (Ampersand, 2) => "and",
        _ => p.text(0),
    };
    let range = from_to(p.range(0), p.range(tokens));
    let error = told(format!("Weir has no `{}`", p.slice(range)), range);
    let marker = target.precede(p);
    super::skip_tokens(p, tokens);
    p.bump();
    let value = expressions::expected_list(p, "`=`");
    marker.complete(p, AssignStmt);
    let error = error.with_help(format!("write `{place} = {place} {operator} ...`"));
    let Some(value) = value.filter(|_| operator != "?") else { return p.remark(error) };
    let mut edits = instead(range, format!("= {place} {operator}"));
    if matches!(value.kind, BinaryExpr | ConditionalExpr | UnaryExpr | LambdaExpr) {
        let range = p.range_of_node(value);
        edits.push((super::before(range), "(".to_owned()));
        edits.push((TextRange::empty(range.end()), ")".to_owned()));
    }
    p.remark(error.with_fix("write it in full", edits));
}

/// `ch <- x`, a statement that was read as a comparison: tells it; false if it is none.
pub(in crate::grammar) fn sending(p: &mut Parser<'_>, node: Completed) -> bool {
    let Some((between, arrow)) = p.arrow_in(node) else { return false };
    let edits = vec![(between, ".send(".to_owned()), (p.behind(), ")".to_owned())];
    let error = told("a value is sent with `ch.send(x)`", arrow);
    p.remark(error.with_fix("write `send`", edits));
    true
}
