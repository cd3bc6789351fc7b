//! Types as other languages write them, and names with types: `int x`, `x int`, `[T]`, `T?`, `&T`.
//!
//! What it is not: the types' names, which are looked up much later. Invariant: what stands for no
//! type of Weir is an error node, of which nothing is concluded.

use super::{before, from_to, instead, told};
use crate::grammar::suites::{self, end_of_statement};
use crate::grammar::{expressions, types};
use crate::kind::SyntaxKind::*;
use crate::parser::{Completed, Parser};

/// Types that are known everywhere: before a name, they say that the type was written first.
const COMMON: &[&str] = &[
    "int", "float", "bool", "str", "bytes", "list", "map", "set", "string", "double", "char",
    "long", "auto", "boolean", "String", "i32", "i64", "u32", "u64", "f64",
];

/// Whether a name and its type stand here without a `:`, in either order.
pub(in crate::grammar) fn at_name_and_type(p: &Parser<'_>) -> bool {
    p.at(Ident) && p.nth(1) == Ident
}

/// `int x` or `x int`: tells it, and reads the name as a node of this kind.
pub(in crate::grammar) fn name_and_type(p: &mut Parser<'_>) {
    let (first, second) = (p.range(0), p.range(1));
    let is_type_first = COMMON.contains(&p.text(0));
    let (name, ty) = match is_type_first {
        true => (p.text(1), p.text(0)),
        false => (p.text(0), p.text(1)),
    };
    let error =
        told(format!("a name with its type is written `{name}: {ty}`"), first.cover(second));
    let edits = match is_type_first {
        true => vec![(first, format!("{name}:")), (second, ty.to_owned())],
        false => instead(rowan::TextRange::empty(first.end()), ":"),
    };
    p.remark(error.with_fix("write it with `:`", edits));
    if is_type_first {
        super::skip_tokens(p, 1);
    }
    let marker = p.start();
    p.bump();
    marker.complete(p, Name);
    if !is_type_first {
        types::ty(p);
    }
}

/// `int x = 1`: tells it, and reads the rest; false if this is no such thing.
pub(super) fn declared_in_c(p: &mut Parser<'_>) -> bool {
    if p.nth(1) != Ident || p.nth(2) != Equals {
        return false;
    }
    if !COMMON.contains(&p.text(0)) && COMMON.contains(&p.text(1)) {
        let range = rowan::TextRange::empty(p.range(0).end());
        let message = format!("a name with its type is written `{}: {}`", p.text(0), p.text(1));
        let error = told(message, p.range(0).cover(p.range(1)));
        p.report(error.with_fix("write it with `:`", instead(range, ":")));
        return typed_in_go(p);
    }
    let (ty, name) = (p.text(0), p.text(1));
    let (first, second) = (p.range(0), p.range(1));
    let error =
        told(format!("a name with its type is written `{name}: {ty}`"), first.cover(second));
    let edits = vec![(first, format!("{name}:")), (second, ty.to_owned())];
    p.report(error.with_fix("write it with `:`", edits));
    super::skip_tokens(p, 1);
    crate::grammar::statements::statement(p);
    true
}

/// `x int = 1`, behind a `var`: false if this is no such thing.
pub(super) fn typed_in_go(p: &mut Parser<'_>) -> bool {
    if !at_name_and_type(p) || p.nth(2) != Equals || super::is_word(p.text(0)) {
        return false;
    }
    let target = p.start();
    crate::grammar::leaf(p, NameRef);
    let target = target.complete(p, NameExpr);
    let marker = target.precede(p);
    types::ty(p);
    p.bump();
    expressions::expected_list(p, "`=`");
    marker.complete(p, AssignStmt);
    end_of_statement(p);
    true
}

/// `[T]`, `&T`, `*T`: forms that begin no type of Weir; false if none is here.
pub(in crate::grammar) fn foreign_type(p: &mut Parser<'_>) -> bool {
    let range = p.range(0);
    match p.current() {
        LeftBracket => list_type(p),
        Ampersand | Star => {
            let message = "Weir has no pointers: what is owned is lent by each call";
            p.report(
                told(message, range)
                    .with_fix(format!("remove `{}`", p.text(0)), instead(range, "")),
            );
            super::skip_tokens(p, 1);
            types::ty(p);
        }
        _ => return false,
    }
    true
}

/// `[T]` and `[]T`
fn list_type(p: &mut Parser<'_>) {
    let (open, mut edits) = (p.range(0), Vec::new());
    if p.nth(1) == Ident && p.nth(2) == RightBracket {
        edits = vec![(before(open), "list".to_owned())];
    }
    let mut error = told("a list type is written `list[T]`", open);
    if !edits.is_empty() {
        error = error.with_fix("write `list`", edits);
    }
    p.report(error);
    let marker = p.start();
    crate::grammar::items::skip_brackets(p);
    if p.at(Ident) {
        types::ty(p);
    }
    marker.complete(p, Error);
}

/// What other languages put behind a type: `T?`, `T | None`, `list<T>`.
pub(in crate::grammar) fn behind_type(p: &mut Parser<'_>, ty: Completed) {
    match p.current() {
        Question => optional(p, ty, 1),
        Pipe if matches!(p.text(1), "None" | "null" | "nil" | "undefined") => optional(p, ty, 2),
        Pipe if p.nth(1) == Ident => {
            let message = "a type is one type: for a choice of several, declare an `enum`";
            p.report(told(message, p.range(0)));
            let marker = ty.precede(p);
            while p.at(Pipe) && p.nth(1) == Ident {
                p.bump();
                types::ty(p);
            }
            marker.complete(p, Error);
        }
        Less if p.nth(1) == Ident => angles(p, ty),
        Ident if p.previous_text() == "chan" => {
            let word = p.range_of_node(ty);
            let begin = p.here();
            let marker = ty.precede(p);
            types::ty(p);
            let error = told("the type of a channel is written `channel[T]`", word);
            let edits = vec![
                (from_to(word, before(begin)), "channel[".to_owned()),
                (p.behind(), "]".to_owned()),
            ];
            p.remark(error.with_fix("write `channel[T]`", edits));
            marker.complete(p, Error);
        }
        _ => {}
    }
}

fn optional(p: &mut Parser<'_>, ty: Completed, tokens: usize) {
    let (range, mark) = (p.range_of_node(ty), p.range(0));
    let whole = range.cover(p.range(tokens - 1));
    let text = format!("Option[{}]", p.slice(range));
    let error = told("an optional type is written `Option[T]`", mark);
    p.report(error.with_fix(format!("write `{text}`"), instead(whole, text)));
    let marker = ty.precede(p);
    super::skip_tokens(p, tokens);
    marker.complete(p, Error);
    p.recover();
}

/// `list<T>`
fn angles(p: &mut Parser<'_>, ty: Completed) {
    let open = p.range(0);
    let marker = ty.precede(p);
    p.bump();
    while types::ty(p) && p.eat(Comma) {}
    let mut error = told("type arguments stand in `[` and `]`", open);
    if p.at(Greater) {
        let edits = vec![(open, "[".to_owned()), (p.range(0), "]".to_owned())];
        error = error.with_fix("write `[` and `]`", edits);
        p.report(error);
        p.bump();
        p.recover();
    } else {
        p.report(error);
        p.eat(ShiftRight);
    }
    marker.complete(p, Error);
}

/// `*args`, `**options` among parameters: tells it; false if none is here.
pub(in crate::grammar) fn any_number(p: &mut Parser<'_>) -> bool {
    let help = match p.current() {
        Star => "take a list: `args: list[T]`, called with `[a, b]`",
        StarStar => "give each option a parameter with a default: `verbose: bool = false`",
        _ => return false,
    };
    let error = told("a function takes a fixed number of arguments", p.range(0));
    p.report(error.with_help(help));
    true
}

/// `fn f<T>(...)`
pub(in crate::grammar) fn angle_params(p: &mut Parser<'_>) -> bool {
    if !p.at(Less) || p.nth(1) != Ident {
        return false;
    }
    let open = p.range(0);
    let mut error = told("type parameters stand in `[` and `]`", open);
    if let Some((ahead, _)) = p.find_on_line(0, |kind| kind == Greater) {
        let edits = vec![(open, "[".to_owned()), (p.range(ahead), "]".to_owned())];
        error = error.with_fix("write `[` and `]`", edits);
    }
    p.report(error);
    let list = p.start();
    super::skip_tokens(p, 1);
    while p.at(Ident) {
        let param = p.start();
        crate::grammar::leaf(p, Name);
        param.complete(p, TypeParam);
        p.skip_until(|kind| matches!(kind, Comma | Greater | LeftParen));
        p.eat(Comma);
    }
    if p.at(Greater) {
        super::skip_tokens(p, 1);
    }
    list.complete(p, TypeParamList);
    p.recover();
    true
}

/// A return type without its `->`, or with another sign: `f() int:`, `f(): int`, `f() => int:`. Tells
/// it and goes to the type; false if there is none.
pub(in crate::grammar) fn return_sign(p: &mut Parser<'_>) -> bool {
    let here = p.range(0);
    match p.current() {
        Ident | LeftParen | LeftBracket => {
            let is_type = p.find_on_line(0, |kind| matches!(kind, Colon | LeftBrace));
            let is_type =
                is_type.is_some_and(|(ahead, kind)| kind == Colon || p.at_block_brace(ahead));
            if !is_type || p.text(0) == "where" {
                return false;
            }
            let error = told("expected `->` before the return type", before(here));
            p.remark(error.with_fix("write `->`", instead(before(here), "-> ")));
        }
        Equals if p.nth(1) == Greater && p.joint(0) => {
            let range = here.cover(p.range(1));
            p.remark(
                told("`=>` is written `->`", range).with_fix("write `->`", instead(range, "->")),
            );
            super::skip_tokens(p, 2);
        }
        Colon if p.nth(1) == Arrow => {
            let range = from_to(p.behind(), p.range(1));
            let mut edits = instead(range, " ->");
            edits.push((rowan::TextRange::empty(p.rest_of_line().end()), ":".to_owned()));
            let error = told("the return type stands before the `:`", here.cover(p.range(1)));
            p.report(error.with_fix("move the `:`", edits));
            super::skip_tokens(p, 2);
        }
        Colon if p.nth(1) == Ident && is_type_before_block(p) => {
            let mut edits = instead(from_to(p.behind(), here), " ->");
            edits.push((rowan::TextRange::empty(p.rest_of_line().end()), ":".to_owned()));
            let error = told("the return type is written `-> T`, before the `:`", here);
            p.report(error.with_fix("write `->`", edits));
            super::skip_tokens(p, 1);
        }
        _ => return false,
    }
    true
}

/// Whether what follows the `:` is a type alone, and then an indented block.
fn is_type_before_block(p: &Parser<'_>) -> bool {
    let end = match p.nth(2) {
        LeftBracket => match p.find_on_line(3, |kind| kind == RightBracket) {
            Some((ahead, _)) => ahead + 1,
            None => return false,
        },
        _ => 2,
    };
    p.nth(end) == Newline && p.nth(end + 1) == Indent
}

/// `type Job struct {`, from the `struct` on: the name and what stands before it are in the node already.
pub(in crate::grammar) fn struct_in_go(p: &mut Parser<'_>, marker: crate::parser::Marker) {
    let error = told("a struct is declared with `struct Name:`", p.range(0));
    p.report(error);
    super::skip_tokens(p, 1);
    suites::colon(p, "the name of the struct");
    suites::suite(p, Some(MemberList), "the name of the struct", crate::grammar::items::member);
    marker.complete(p, Struct);
    end_of_statement(p);
}
