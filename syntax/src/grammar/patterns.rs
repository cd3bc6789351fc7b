//! Patterns.
//!
//! What it is not: whether a bare name is a constructor; its type says that, later. Invariant: a
//! bare name is a `NamePattern`, a dotted one or one with arguments a `ConstructorPattern`.

use super::{bracketed, dot_name, in_brackets};
use crate::kind::SyntaxKind::{self, *};
use crate::parser::{Completed, Parser};

/// A pattern where a comma list without brackets is a tuple: in `for` and `case`.
pub(super) fn bare(p: &mut Parser<'_>, after: &str) {
    let Some(first) = pattern(p) else {
        p.error(format!("expected a pattern after {after}{}", super::found_instead(p)));
        return;
    };
    if !p.at(Comma) {
        return;
    }
    let marker = first.precede(p);
    while p.eat(Comma) {
        if pattern(p).is_none() {
            break;
        }
    }
    marker.complete(p, TuplePattern);
}

/// A pattern, if one stands here: alternatives with `|` between.
fn pattern(p: &mut Parser<'_>) -> Option<Completed> {
    let first = single(p)?;
    if !p.at(Pipe) {
        return Some(first);
    }
    let marker = first.precede(p);
    while p.eat(Pipe) {
        if single(p).is_none() {
            p.error(format!("expected a pattern after `|`{}", super::found_instead(p)));
            break;
        }
    }
    Some(marker.complete(p, OrPattern))
}

fn single(p: &mut Parser<'_>) -> Option<Completed> {
    if p.too_deep() {
        return None;
    }
    match p.current() {
        Ident if p.text(0) == "_" && !is_path(p.nth(1)) => {
            let marker = p.start();
            p.bump_as(Underscore);
            Some(marker.complete(p, WildcardPattern))
        }
        Ident => Some(named(p)),
        LeftParen => Some(tuple(p)),
        Minus => {
            let marker = p.start();
            p.bump();
            if !literal(p) {
                p.error(format!("expected a number after `-`{}", super::found_instead(p)));
            }
            Some(marker.complete(p, LiteralPattern))
        }
        LeftBracket | LeftBrace => {
            p.error("no pattern takes a list or a map apart");
            let marker = p.start();
            in_brackets(p, |p, _| p.skip_until(SyntaxKind::is_close_bracket));
            Some(marker.complete(p, Error))
        }
        FStringStart => {
            p.error("a pattern is known before the program runs: it cannot be an f-string");
            let marker = p.start();
            super::atoms::fstring(p);
            Some(marker.complete(p, Error))
        }
        _ => {
            let marker = p.start();
            if literal(p) {
                return Some(marker.complete(p, LiteralPattern));
            }
            marker.abandon(p);
            None
        }
    }
}

fn literal(p: &mut Parser<'_>) -> bool {
    let is = matches!(
        p.current(),
        IntLiteral | FloatLiteral | StringLiteral | BytesLiteral | TrueKeyword | FalseKeyword
    );
    if is {
        super::leaf(p, Literal);
    }
    is
}

/// A name that is a path goes on with one of these.
fn is_path(next: SyntaxKind) -> bool {
    matches!(next, Dot | LeftParen)
}

fn named(p: &mut Parser<'_>) -> Completed {
    if matches!(p.text(0), "True" | "False") {
        let literal = super::atoms::boolean(p);
        return literal.precede(p).complete(p, LiteralPattern);
    }
    let marker = p.start();
    if !is_path(p.nth(1)) {
        super::leaf(p, Name);
        return marker.complete(p, NamePattern);
    }
    super::leaf(p, NameRef);
    while p.at(Dot) {
        dot_name(p);
    }
    if p.at(LeftParen) {
        let list = p.start();
        bracketed(p, "a pattern", |p| pattern(p).is_some());
        list.complete(p, PatternArgList);
    }
    marker.complete(p, ConstructorPattern)
}

fn tuple(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    bracketed(p, "a pattern", |p| pattern(p).is_some());
    marker.complete(p, TuplePattern)
}
