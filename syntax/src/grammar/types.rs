//! Types.
//!
//! What it is not: what a name stands for. Invariant: a type is read without looking back.

use super::{bracketed, dot_name, habits, items, name_ref};
use crate::kind::SyntaxKind::{self, *};
use crate::parser::{Completed, Parser};

/// A type must stand here.
pub(super) fn expected(p: &mut Parser<'_>, after: &str) {
    if !ty(p) {
        p.error(format!("expected a type after {after}{}", super::found_instead(p)));
    }
}

/// A type, if one stands here.
pub(super) fn ty(p: &mut Parser<'_>) -> bool {
    if p.too_deep() {
        return false;
    }
    let ty = match p.current() {
        Ident => path(p),
        LeftParen => tuple(p),
        FnKeyword => function(p),
        MutableKeyword if p.nth(1) == FnKeyword => function(p),
        _ => return habits::foreign_type(p),
    };
    habits::behind_type(p, ty);
    true
}

/// `int`, `list[T]`, `tables.Row`
fn path(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    name_ref(p, "a type");
    while p.at(Dot) {
        dot_name(p);
    }
    if p.at(LeftBracket) {
        items::type_list(p, TypeArgList);
    }
    marker.complete(p, PathType)
}

/// `()`, `(int,)`, `(int, str)`, and a type in brackets, `(int)`
fn tuple(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    bracketed(p, "a type", ty);
    marker.complete(p, TupleType)
}

/// `fn(A, B) -> C`, `mutable fn(A)`
fn function(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    p.eat(MutableKeyword);
    p.bump();
    if p.at(LeftParen) {
        items::type_list(p, FnTypeParamList);
    } else {
        p.missing("expected `(` and the types of the parameters after `fn`");
    }
    if p.at(Arrow) {
        return_type(p);
    }
    marker.complete(p, FnType)
}

/// `-> T`
pub(super) fn return_type(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    expected(p, "`->`");
    marker.complete(p, RetType);
}

/// A type, in a node of this kind.
pub(super) fn type_after(p: &mut Parser<'_>, after: &str, kind: SyntaxKind) {
    let marker = p.start();
    expected(p, after);
    marker.complete(p, kind);
}
