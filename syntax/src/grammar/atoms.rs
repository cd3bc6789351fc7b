//! Operands: literals, names, brackets of all sorts, lambdas, f-strings, `attempt`.
//!
//! What it is not: operators. Invariant: an atom that begins is completed, whatever is missing.

use super::{
    Context, bracketed, comma_or_close, concurrency, expected_expression, expressions, fresh_body,
    habits, in_brackets, items, types,
};
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::{self, *};
use crate::parser::{Completed, Parser};

/// An operand, if one stands here.
pub(super) fn atom(p: &mut Parser<'_>) -> Option<Completed> {
    Some(match p.current() {
        Ident if begins_attempt(p) => attempt(p),
        Ident if habits::at_lambda(p) => habits::lambda(p),
        Ident if habits::prefix(p) => return atom(p),
        Ident if habits::at_making(p) => habits::making(p),
        Ident if matches!(p.text(0), "True" | "False") => boolean(p),
        Ident => {
            let marker = p.start();
            super::leaf(p, NameRef);
            marker.complete(p, NameExpr)
        }
        StringLiteral => {
            let text = super::leaf(p, Literal);
            habits::strings_beside(p);
            text
        }
        IntLiteral | FloatLiteral | BytesLiteral | TrueKeyword | FalseKeyword => {
            super::leaf(p, Literal)
        }
        FStringStart => {
            let text = fstring(p);
            habits::strings_beside(p);
            text
        }
        LeftParen => parenthesised(p),
        LeftBracket => list(p),
        LeftBrace => map_or_set(p),
        FnKeyword => lambda(p),
        SpawnKeyword => concurrency::spawn(p),
        BlockingKeyword => concurrency::blocking_expression(p),
        Dot if p.nth(1) == IntLiteral && p.joint(0) => half_float(p),
        Pipe => return habits::closure(p),
        _ => return None,
    })
}

/// `True` and `False`, which are meant to be `true` and `false`.
pub(super) fn boolean(p: &mut Parser<'_>) -> Completed {
    let (right, kind) = match p.text(0) {
        "True" => ("true", TrueKeyword),
        _ => ("false", FalseKeyword),
    };
    let message = format!("`{}` is written `{right}`", p.text(0));
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.range(0));
    let edits = vec![(p.range(0), right.to_string())];
    p.remark(error.with_fix(format!("write `{right}`"), edits));
    let marker = p.start();
    p.bump_as(kind);
    marker.complete(p, Literal)
}

/// `.5`
fn half_float(p: &mut Parser<'_>) -> Completed {
    let range = p.range(0).cover(p.range(1));
    let text = format!("0.{}", p.text(1));
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, "a number begins with a digit", range);
    p.remark(
        error.with_help(format!("write `{text}`")).with_fix("add the zero", vec![(range, text)]),
    );
    let marker = p.start();
    p.bump();
    p.bump();
    marker.complete(p, Error)
}

/// Whether `attempt` here is the keyword: before an expression. Where that could as well go on after
/// a name, the space decides: `attempt (x)` and `attempt -x`, but `attempt(x)` and `attempt - x`.
fn begins_attempt(p: &Parser<'_>) -> bool {
    p.text(0) == "attempt"
        && match p.nth(1) {
            LeftParen | LeftBracket => !p.joint(0),
            NotKeyword => p.nth(2) != InKeyword,
            Minus | Plus => !p.joint(0) && p.joint(1) && expressions::begins(p.nth(2)),
            next => expressions::begins(next),
        }
}

/// `attempt e`
fn attempt(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump_as(AttemptKeyword);
    expressions::expected(p, "`attempt`");
    marker.complete(p, AttemptExpr)
}

/// `fn(x): e`
fn lambda(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    if p.at(LeftParen) {
        items::params(p, false);
    } else {
        p.error(format!("expected `(` and the parameters after `fn`{}", super::found_instead(p)));
    }
    if p.at(Arrow) {
        let message = "a lambda does not say what it returns";
        p.remark(SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here()));
        types::return_type(p);
    }
    if !p.eat(Colon) {
        p.missing("expected `:` and an expression after the parameters of the lambda");
    } else if p.at(Newline) {
        let message = "the body of a lambda is one expression on the same line";
        let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here());
        p.report(error.with_help("for more, declare a function within the function"));
        if p.nth(1) == Indent {
            p.bump();
            p.bump();
            p.skip_block();
            p.bump();
        }
    } else {
        let context = Context { no_conditional: p.context.no_conditional, ..fresh_body() };
        super::within(p, context, |p| expressions::expected(p, "`:`"));
    }
    marker.complete(p, LambdaExpr)
}

// --------------------------------------------------------------------------------------- brackets

/// `()`, `(e)`, `(a, b)`
fn parenthesised(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    let kind = in_brackets(p, |p, close| {
        if p.at(close) {
            return TupleExpr;
        }
        habits::spread(p);
        match expressions::expected(p, "`(`") {
            None => p.skip_until(|kind| kind == Comma || kind.is_close_bracket()),
            Some(element) if p.at(ForKeyword) => drop(habits::generator(p, element)),
            Some(_) => {}
        }
        if !p.at(Comma) {
            return ParenExpr;
        }
        while comma_or_close(p, close) && !p.at(close) && !p.at_virtual() {
            if expressions::expected(p, "`,`").is_none() {
                p.skip_until(|kind| kind == Comma || kind.is_close_bracket());
            }
        }
        TupleExpr
    });
    marker.complete(p, kind)
}

/// `[1, 2]`, `[e for p in xs if c]`
fn list(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    let kind = in_brackets(p, |p, close| {
        let mut is_first = true;
        while !p.at(close) && !p.at_virtual() {
            let is_spread = habits::spread(p);
            match expressions::expected(p, if is_first { "`[`" } else { "`,`" }) {
                None => p.skip_until(|kind| kind == Comma || kind.is_close_bracket()),
                Some(element) if is_spread => {
                    let marker = element.precede(p);
                    habits::unknown(p, marker);
                }
                Some(_) => {}
            }
            if is_first && p.at(ForKeyword) {
                clauses(p);
                return ListComp;
            }
            is_first = false;
            if !comma_or_close(p, close) {
                break;
            }
        }
        ListExpr
    });
    marker.complete(p, kind)
}

/// `for p in xs if c`, as often as liked; each is a level of nesting to those who run it.
pub(super) fn clauses(p: &mut Parser<'_>) {
    const CLAUSES_MAX: usize = 32;
    let mut count = 0;
    loop {
        let kind = match p.current() {
            ForKeyword => CompFor,
            IfKeyword => CompIf,
            _ => return,
        };
        count += 1;
        if count > CLAUSES_MAX {
            p.error_nesting();
            p.skip_until(SyntaxKind::is_close_bracket);
            return;
        }
        let marker = p.start();
        p.bump();
        if kind == CompFor {
            super::patterns::bare(p, "`for`");
            if !p.eat(InKeyword) {
                p.error(format!("expected `in` after the pattern{}", super::found_instead(p)));
            }
        }
        expressions::expected_before_guard(p, if kind == CompFor { "`in`" } else { "`if`" });
        marker.complete(p, kind);
    }
}

fn no_comprehension(p: &mut Parser<'_>, message: &str) {
    p.error(message);
    p.skip_until(SyntaxKind::is_close_bracket);
}

/// `{}`, `{"k": 1}`, `{1, 2}`
fn map_or_set(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    let kind = in_brackets(p, |p, close| {
        let mut kind = None;
        while !p.at(close) && !p.at_virtual() {
            let is_map = entry(p, kind);
            kind = kind.or(Some(is_map));
            if p.at(ForKeyword) {
                no_comprehension(
                    p,
                    "a comprehension makes a list: there is none for maps and sets",
                );
                return Error;
            }
            if !comma_or_close(p, close) {
                break;
            }
        }
        if kind == Some(false) { SetExpr } else { MapExpr }
    });
    marker.complete(p, kind)
}

/// One entry of a map or element of a set; says which. `is_map` is what those before it were.
fn entry(p: &mut Parser<'_>, is_map: Option<bool>) -> bool {
    let marker = p.start();
    if expressions::expected(p, if is_map.is_none() { "`{`" } else { "`,`" }).is_none() {
        p.skip_until(|kind| matches!(kind, Comma | Colon) || kind.is_close_bracket());
    }
    if p.at(Colon) {
        if is_map == Some(false) {
            p.error("a set has elements, not entries");
        }
        p.bump();
        if expressions::expected(p, "`:`").is_none() {
            p.skip_until(|kind| kind == Comma || kind.is_close_bracket());
        }
        marker.complete(p, MapEntry);
        return true;
    }
    marker.abandon(p);
    if is_map == Some(true) {
        p.missing("expected `:` and the value for this key");
    }
    false
}

// --------------------------------------------------------------------------- arguments and indices

/// `(x, k=v)`
pub(super) fn arguments(p: &mut Parser<'_>) {
    let marker = p.start();
    let mut after_name = false;
    bracketed(p, "an argument", |p| {
        let is_named = match p.nth(1) {
            Equals => p.at(Ident) || p.current().is_keyword(),
            Colon => p.at(Ident) && !habits::at_lambda(p) && !names_no_argument(p),
            _ => false,
        };
        let argument = p.start();
        let is_spread = !is_named && habits::spread(p);
        if is_named {
            super::name(p, "a parameter");
            if p.at(Colon) {
                habits::named_with_colon(p);
            } else {
                p.bump();
            }
            expressions::expected(p, "`=`");
        } else {
            let range = p.here();
            let Some(value) = expressions::expression(p) else {
                argument.abandon(p);
                return false;
            };
            if p.at(ForKeyword) {
                habits::generator(p, value);
            } else if is_spread {
                let marker = value.precede(p);
                habits::unknown(p, marker);
            } else {
                habits::named_value(p, value);
            }
            if after_name {
                let message = "an argument without a name stands before those with one";
                p.remark(SyntaxError::new(SyntaxErrorCode::Syntax, message, range));
            }
        }
        after_name |= is_named;
        argument.complete(p, Arg);
        true
    });
    marker.complete(p, ArgList);
}

/// Whether the `:` behind a name belongs to a `:=`, or ends the head of a block.
fn names_no_argument(p: &Parser<'_>) -> bool {
    p.nth(2).is_virtual() || p.nth(2) == Equals && p.joint(1)
}

/// `[i]`, `[a:b]`, `[str, int]`
pub(super) fn indices(p: &mut Parser<'_>) {
    let open = p.here();
    let mut count = 0;
    bracketed(p, "an index", |p| {
        count += 1;
        index(p)
    });
    if count == 0 {
        p.remark(SyntaxError::new(SyntaxErrorCode::Syntax, "expected an index after `[`", open));
    }
}

fn index(p: &mut Parser<'_>) -> bool {
    if begins_function_type(p) {
        let marker = p.start();
        types::ty(p);
        marker.complete(p, TypeIndex);
        return true;
    }
    let start = if p.at(Colon) { None } else { expressions::expression(p) };
    if !p.at(Colon) {
        return start.is_some();
    }
    let marker = match start {
        Some(start) => start.precede(p),
        None => p.start(),
    };
    p.bump();
    expressions::expression(p);
    if p.at(Colon) {
        p.error("a slice has a start and an end, and no step");
        p.skip_until(|kind| kind == Comma || kind.is_close_bracket());
    }
    marker.complete(p, SliceIndex);
    true
}

/// Whether `fn` here begins a type, `fn(int) -> int`, and no lambda, `fn(x): e`.
fn begins_function_type(p: &Parser<'_>) -> bool {
    if p.at(MutableKeyword) {
        return p.nth(1) == FnKeyword;
    }
    if !p.at(FnKeyword) || p.nth(1) != LeftParen {
        return false;
    }
    let closing = p.find_on_line(2, |kind| kind == RightParen);
    closing.is_some_and(|(ahead, _)| {
        matches!(p.nth(ahead + 1), Arrow | Comma) || p.nth(ahead + 1).is_close_bracket()
    })
}

// -------------------------------------------------------------------------------------- f-strings

/// `f"total {x + 1}, {name!r}, {ratio:.2}"`
pub(super) fn fstring(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.bump();
    loop {
        match p.current() {
            FStringPiece => {
                super::leaf(p, FStringText);
            }
            LeftBrace => hole(p),
            FStringEnd => {
                p.bump();
                break;
            }
            // The lexer has reported that the end is missing.
            _ => break,
        }
    }
    marker.complete(p, FString)
}

fn hole(p: &mut Parser<'_>) {
    let marker = p.start();
    let open = p.here();
    p.bump();
    p.brackets += 1;
    let context = Context { no_conditional: false, ..p.context };
    super::within(p, context, |p| {
        if expressions::expression(p).is_none() {
            if p.at(RightBrace) {
                let error = SyntaxError::new(
                    SyntaxErrorCode::Syntax,
                    "this hole is empty",
                    open.cover(p.here()),
                );
                p.remark(error.with_help("write `{{}}` for two braces"));
            } else {
                expected_expression(p, "`{`");
            }
        }
    });
    if p.eat(Bang) {
        if p.at_word("r") {
            p.bump();
        } else {
            p.error("`!r` is the only conversion");
        }
    }
    if p.at(Colon) {
        let format = p.start();
        p.bump();
        p.eat(FStringPiece);
        format.complete(p, FStringFormat);
    }
    if !p.at(RightBrace) {
        p.error(format!("expected `}}` after the expression{}", super::found_instead(p)));
        p.skip_until(|kind| matches!(kind, RightBrace | FStringPiece | FStringEnd));
    }
    if p.eat(RightBrace) {
        p.recover();
    }
    p.brackets -= 1;
    marker.complete(p, FStringHole);
}
