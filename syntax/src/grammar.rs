//! The grammar of Weir, by recursive descent.
//!
//! What it is not: the machine under it (`parser`), or the offside rule (`layout`), or meaning.
//! Invariants: every function consumes what it knows and leaves the rest; a mistake is reported
//! once, where a person would point, and the next statement is read as if nothing had happened.
//!
//! The chapters: `items`, `types`, `statements`, `blocks` (suites and the statements that have
//! them), `concurrency`, `expressions` (operators), `atoms`, `patterns`; `habits` knows what people
//! bring along from other languages.

mod atoms;
mod blocks;
mod concurrency;
mod expressions;
mod habits;
mod items;
pub(crate) mod part;
mod patterns;
mod statements;
mod suites;
mod types;

pub(crate) use self::statements::target_words;
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::{self, *};
use crate::parser::{Completed, Parser};

/// Where the grammar is, as far as it decides what may stand there.
#[derive(Clone, Copy, Default)]
pub(crate) struct Context {
    /// Within a loop of this function or task body.
    in_loop: bool,
    /// The innermost loop is a `parallel for`.
    innermost_is_parallel: bool,
    /// Some loop of this function or task body is a `parallel for`.
    in_parallel: bool,
    /// An `if` here begins a guard, and no conditional expression.
    no_conditional: bool,
}

/// A whole file.
pub(crate) fn source_file(p: &mut Parser<'_>) {
    items::items(p);
}

/// Runs a part of the grammar in another context, and comes back to this one.
fn within<T>(p: &mut Parser<'_>, context: Context, part: impl FnOnce(&mut Parser<'_>) -> T) -> T {
    let outer = p.context;
    p.context = context;
    let result = part(p);
    p.context = outer;
    result
}

/// The context of a new function or task body.
fn fresh_body() -> Context {
    Context::default()
}

// ------------------------------------------------------------------------------------------ names

/// The name that a declaration gives: `of` says of what, as in "a function".
fn name(p: &mut Parser<'_>, of: &str) -> bool {
    name_as(p, Name, of)
}

/// A name that is used.
fn name_ref(p: &mut Parser<'_>, of: &str) -> bool {
    name_as(p, NameRef, of)
}

fn name_as(p: &mut Parser<'_>, node: SyntaxKind, of: &str) -> bool {
    if p.at(Ident) {
        let marker = p.start();
        p.bump();
        marker.complete(p, node);
        return true;
    }
    if p.current().is_keyword() {
        p.error(format!("{} is a keyword and cannot be the name of {of}", p.found()));
        let marker = p.start();
        p.bump_as(Ident);
        marker.complete(p, node);
        return true;
    }
    p.error(format!("expected the name of {of}{}", found_instead(p)));
    false
}

/// A dot and the name after it. A keyword right behind the dot is a name: `job.with(id=2)`.
fn dot_name(p: &mut Parser<'_>) {
    let of_number = p.previous() == IntLiteral;
    let is_name = p.nth(1) == Ident || (p.nth(1).is_keyword() && p.joint(0));
    p.bump();
    if is_name {
        let marker = p.start();
        p.bump_as(Ident);
        marker.complete(p, NameRef);
    } else if matches!(p.current(), IntLiteral | FloatLiteral) {
        p.error("expected a name after `.`: the parts of a tuple are `t[0]`, `t[1]`");
        p.skip_until(|kind| !matches!(kind, IntLiteral | FloatLiteral));
    } else if of_number {
        let error = SyntaxError::new(
            SyntaxErrorCode::Syntax,
            "a float has a digit behind its dot",
            p.behind(),
        );
        p.report(error.with_fix("add a zero", vec![(p.behind(), "0".to_owned())]));
    } else {
        p.missing("expected a name after `.`");
    }
}

// --------------------------------------------------------------------------------------- messages

/// `, found ...` if something is there instead of what was expected.
fn found_instead(p: &Parser<'_>) -> String {
    if p.at_virtual() { String::new() } else { format!(", found {}", p.found()) }
}

/// An expression was expected here.
fn expected_expression(p: &mut Parser<'_>, after: &str) {
    let message = format!("expected an expression after {after}{}", found_instead(p));
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here());
    if p.at(Newline) && p.nth(1) == Indent {
        let help = "a statement ends with its line; put it in brackets to use several lines";
        p.report(error.with_help(help));
    } else {
        p.report(error);
    }
}

// ------------------------------------------------------------------------------------------ lists

/// A list in brackets, the opening one being the current token: items, commas between, one more at
/// the end if liked. `item` says whether there was one.
fn bracketed(p: &mut Parser<'_>, what: &str, mut item: impl FnMut(&mut Parser<'_>) -> bool) {
    in_brackets(p, |p, close| {
        while !p.at(close) && !p.at_virtual() {
            if !item(p) {
                p.error(format!("expected {what}{}", found_instead(p)));
                p.skip_until(|kind| kind == Comma || kind.is_close_bracket());
            }
            if !comma_or_close(p, close) {
                break;
            }
        }
    });
}

/// After an item: a comma, and so perhaps another item, or the end of the list.
fn comma_or_close(p: &mut Parser<'_>, close: SyntaxKind) -> bool {
    if comma(p) {
        return true;
    }
    if p.at_virtual() || p.previous().is_virtual() || p.current().is_close_bracket() {
        return false;
    }
    p.error(format!("expected `,` or {}{}", close.words(), found_instead(p)));
    p.skip_until(|kind| kind == Comma || kind.is_close_bracket());
    comma(p)
}

/// A comma between two elements. Whatever was wrong with the one before is no fault of the next.
fn comma(p: &mut Parser<'_>) -> bool {
    let is_there = p.eat(Comma);
    if is_there {
        p.recover();
    }
    is_there
}

/// Brackets, the opening one being the current token, around what `inner` reads.
fn in_brackets<T>(p: &mut Parser<'_>, inner: impl FnOnce(&mut Parser<'_>, SyntaxKind) -> T) -> T {
    let open = p.current();
    let range = p.range(0);
    let close = open.closing().unwrap_or(RightParen);
    p.bump();
    p.brackets += 1;
    let context = Context { no_conditional: false, ..p.context };
    let result = within(p, context, |p| inner(p, close));
    let is_over = p.at_virtual() || p.previous().is_virtual();
    if !p.at(close) && !is_over && !p.current().is_close_bracket() {
        p.error(format!("expected {}{}", close.words(), found_instead(p)));
        p.skip_until(SyntaxKind::is_close_bracket);
    }
    p.brackets -= 1;
    // A block that ended within the brackets has its finding.
    if !p.eat(close) && !p.previous().is_virtual() {
        let message = format!("this {} is never closed", open.words());
        p.report(SyntaxError::new(SyntaxErrorCode::Syntax, message, range));
    }
    result
}

/// A node of one token.
fn leaf(p: &mut Parser<'_>, kind: SyntaxKind) -> Completed {
    let marker = p.start();
    p.bump();
    marker.complete(p, kind)
}
