//! Statements with suites as other languages write them: `if c {`, `else if`, `try:`, `default:`.
//!
//! What it is not: the words that begin other statements (`words`). Invariant: the block beneath a
//! head that was understood keeps its meaning; that of any other is kept in the tree alone.

use super::{before, from_to, instead, told};
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::grammar::suites::{self, end_of_statement};
use crate::grammar::{Context, expressions};
use crate::kind::SyntaxKind::*;
use crate::parser::Parser;

/// Words that stand before a block, what is said of them, and whether they are loops.
const BLOCKS: &[(&str, &str, bool)] = &[
    ("try", FAILURE, false),
    ("except", FAILURE, false),
    ("catch", FAILURE, false),
    ("finally", "what must run at the end is a `defer`", false),
    ("loop", "an endless loop is `while true:`", true),
    ("do", "a loop begins with its condition: `while c:`", true),
    ("begin", "a block is indented, without a word of its own", false),
    ("unsafe", "Weir has no `unsafe`", false),
    ("synchronized", "what is guarded is used in `with m.lock() as value:`", false),
    ("async", "functions have no colour: a task with a body is `spawn:`", false),
];

const FAILURE: &str = "a failure is caught with `attempt e`, which gives a `Result`";

/// What may follow a `try` block and is told with it.
const REST_OF_TRY: &[&str] = &["except", "catch", "finally"];

/// `try:`, `loop {` and the like; false if no such word is here.
pub(super) fn foreign_block(p: &mut Parser<'_>) -> bool {
    let text = p.text(0);
    let is_head = p.nth(2) == Newline;
    let Some((_, message, is_loop)) = BLOCKS.iter().find(|(word, ..)| *word == text && is_head)
    else {
        return false;
    };
    let mut error = told(*message, p.range(0));
    if text == "loop" && p.at_block_brace(1) {
        error = error.with_fix("write `while true`", instead(p.range(0), "while true"));
    } else if text == "loop" {
        error = error.with_fix("write `while true:`", instead(p.range(0), "while true"));
    }
    p.report(error);
    let marker = p.start();
    p.bump();
    let context = Context { in_loop: *is_loop || p.context.in_loop, ..p.context };
    suites::block_within(p, "this", context);
    match text {
        "try" => rest_of_try(p),
        "do" => rest_of_do(p),
        _ => {}
    }
    marker.complete(p, Error);
    true
}

/// `except E as e:`, `else:` and `finally:`, after a `try` block.
fn rest_of_try(p: &mut Parser<'_>) {
    while p.at(ElseKeyword) || p.at(Ident) && REST_OF_TRY.contains(&p.text(0)) {
        p.skip_until(|kind| matches!(kind, Colon | LeftBrace));
        suites::block(p, "this");
    }
}

/// `while c` without a suite, after a `do` block.
fn rest_of_do(p: &mut Parser<'_>) {
    if p.at(WhileKeyword) && p.find_on_line(0, |kind| kind == Colon).is_none() {
        p.skip_line();
        if p.at(Newline) {
            p.bump();
        }
    }
}

/// `defer:` with a block; false if this is none.
pub(in crate::grammar) fn deferred_block(p: &mut Parser<'_>) -> bool {
    if !(p.at(Colon) && p.nth(1) == Newline) {
        return false;
    }
    let error = told("`defer` takes one call, and no block", p.range(0));
    p.report(error.with_help("put the block into a function and `defer` a call of it"));
    suites::block(p, "`defer`");
    true
}

/// The words between `else` and `elif`: whether one stands here, as the head of a clause.
pub(in crate::grammar) fn at_else_if(p: &Parser<'_>) -> bool {
    match p.current() {
        ElseKeyword => p.nth(1) == IfKeyword,
        Ident => {
            matches!(p.text(0), "elseif" | "elsif")
                && (p.nth(1) == LeftParen
                    || p.nth(1) == NotKeyword
                    || super::follows_no_name(p.nth(1)))
        }
        _ => false,
    }
}

/// `else if`, `elseif`: up to the condition.
pub(in crate::grammar) fn else_if(p: &mut Parser<'_>) {
    let is_two = p.at(ElseKeyword);
    let range = if is_two { from_to(p.range(0), p.range(1)) } else { p.range(0) };
    let text = if is_two { "else if" } else { p.text(0) };
    let error = told(format!("`{text}` is written `elif`"), range);
    p.report(error.with_fix("write `elif`", instead(range, "elif")));
    super::skip_tokens(p, if is_two { 2 } else { 1 });
    p.recover();
}

/// A `{` in the place of the `:` before a suite.
pub(in crate::grammar) fn block_brace(p: &mut Parser<'_>) {
    let header_end = p.behind().end();
    let range = rowan::TextRange::new(header_end, p.range(0).end());
    let message = "a block begins with `:` and is indented, without braces";
    let error = told(message, p.range(0));
    p.report_brace(error.with_fix("write it without braces", instead(range, ":")));
    super::skip_tokens(p, 1);
    p.recover();
}

/// The `}` that ends such a block. It goes with the `{`.
pub(in crate::grammar) fn end_of_braces(p: &mut Parser<'_>, error: Option<usize>) {
    if !p.at(RightBrace) {
        return;
    }
    let range = match p.nth(1) {
        Newline => p.whole_line(),
        _ => super::word_and_space(p),
    };
    p.add_edit(error, (range, String::new()));
    super::skip_tokens(p, 1);
    if p.at(Newline) {
        p.bump();
    }
}

/// `then` or `do` at the end of a head.
pub(in crate::grammar) fn word_for_colon(p: &mut Parser<'_>) -> bool {
    if !matches!(p.text(0), "then" | "do") || !matches!(p.nth(1), Newline | Colon) {
        return false;
    }
    let (text, behind) = (p.text(0), p.behind());
    let end = if p.nth(1) == Colon { p.range(1) } else { p.range(0) };
    let error = told(format!("`{text}` is written `:`"), p.range(0));
    p.report(error.with_fix("write `:`", instead(from_to(behind, end), ":")));
    super::skip_tokens(p, 1);
    p.eat(Colon);
    true
}

/// `=>` in the place of a `:`.
pub(in crate::grammar) fn arrow_for_colon(p: &mut Parser<'_>) -> bool {
    if !(p.at(Equals) && p.nth(1) == Greater && p.joint(0)) {
        return false;
    }
    let range = p.range(0).cover(p.range(1));
    let whole = from_to(p.behind(), range);
    p.report(told("`=>` is written `:`", range).with_fix("write `:`", instead(whole, ":")));
    super::skip_tokens(p, 2);
    p.recover();
    true
}

/// Whether a case begins so many tokens ahead.
pub(in crate::grammar) fn begins_case(p: &Parser<'_>, ahead: usize) -> bool {
    match p.nth(ahead) {
        CaseKeyword => true,
        Ident => p.text(ahead) == "default" && p.nth(ahead + 1) == Colon,
        _ => false,
    }
}

/// `default:` in a `select`; false if this is none.
pub(in crate::grammar) fn default_of_select(p: &mut Parser<'_>) -> bool {
    if !(p.text(0) == "default" && p.nth(1) == Colon) {
        return false;
    }
    let range = p.range(0);
    let error = told("what is done when nothing is ready stands in `else:`", range);
    p.remark(error.with_fix("write `else`", instead(range, "else")));
    let marker = p.start();
    super::skip_tokens(p, 1);
    suites::block(p, "`else`");
    marker.complete(p, ElseClause);
    true
}

/// Cases that are indented no deeper than the statement they belong to, as Go writes them. If the
/// statement has braces, that goes with those.
pub(in crate::grammar) fn cases_beside(
    p: &mut Parser<'_>,
    header: &str,
    brace: Option<Option<usize>>,
    each: fn(&mut Parser<'_>),
) {
    p.bump();
    let first = p.position();
    let error = brace.unwrap_or_else(|| {
        let index = p.errors.len();
        let message = format!("expected the cases indented beneath {header}");
        let error = SyntaxError::new(SyntaxErrorCode::InconsistentIndentation, message, p.here());
        p.remark(error.with_fix("indent them", Vec::new()));
        (index < p.errors.len()).then_some(index)
    });
    suites::lines(p, each, |p| !begins_case(p, 0) && !p.at(ElseKeyword));
    p.indenting(first).into_iter().for_each(|edit| p.add_edit(error, edit));
}

/// A case of a `match` without its `case`, or `default:`: up to the pattern; false if this is none.
pub(in crate::grammar) fn case(p: &mut Parser<'_>) -> bool {
    let range = p.range(0);
    let is_default = match p.current() {
        ElseKeyword => true,
        Ident => p.text(0) == "default" && p.nth(1) == Colon,
        _ => false,
    };
    if is_default {
        let message = match p.current() {
            ElseKeyword => "`match` has no `else`: write `case _:`",
            _ => "what fits no other case is `case _:`",
        };
        p.report(told(message, range).with_fix("write `case _`", instead(range, "case _")));
        super::skip_tokens(p, 1);
        return true;
    }
    let head = p.find_on_line(0, |kind| matches!(kind, Colon | Equals));
    let ends = head.is_some_and(|(ahead, kind)| kind == Colon || p.nth(ahead + 1) == Greater);
    if !ends || !expressions::begins(p.current()) || p.at(FnKeyword) {
        return false;
    }
    let error = told("expected `case` before the pattern", before(range));
    p.report(error.with_fix("write `case`", instead(before(range), "case ")));
    true
}

/// `for x of xs`, `for x : xs`, `for i := 0; ...`: the place of `in`.
pub(in crate::grammar) fn in_of_loop(p: &mut Parser<'_>) {
    let range = p.range(0);
    let is_colon = p.at(Colon) && p.nth(1) != Newline && p.nth(1) != Equals;
    if is_colon || p.at_word("of") {
        let whole = if is_colon { from_to(p.behind(), range) } else { range };
        let text = if is_colon { " in" } else { "in" };
        let error = told("what is walked stands behind `in`", range);
        p.report(error.with_fix("write `in`", instead(whole, text)));
        super::skip_tokens(p, 1);
        expressions::expected_list(p, "`in`");
        return;
    }
    let message = format!("expected `in` after the pattern{}", crate::grammar::found_instead(p));
    let mut error = told(message, p.here());
    if p.at(Equals) || p.at(Colon) {
        error.message = "a loop walks the values of something".to_owned();
        error = error.with_help(
            "over numbers: `for i in range(10):`; with places: `for i, x in enumerate(xs):`",
        );
    }
    p.report(error);
    p.skip_until(|kind| matches!(kind, InKeyword | Colon | LeftBrace));
    if p.at(Colon) && p.nth(1) == Equals {
        p.skip_until(|kind| kind == LeftBrace);
    }
    if p.eat(InKeyword) {
        expressions::expected_list(p, "`in`");
    }
}

/// A comment of another language, in the place of a statement.
pub(in crate::grammar) fn comment(p: &mut Parser<'_>) -> bool {
    let is_long = p.at(Slash) && p.nth(1) == Star && p.joint(0);
    if !p.at(SlashSlash) && !is_long {
        return false;
    }
    comment_finding(p, is_long);
    p.skip_line();
    end_of_statement(p);
    true
}

fn comment_finding(p: &mut Parser<'_>, is_long: bool) {
    let documents = p.nth(1) == Slash && p.joint(0);
    let range = if documents || is_long { p.range(0).cover(p.range(1)) } else { p.range(0) };
    let mut error = told("a comment begins with `#`", range);
    if !is_long {
        let text = if documents { "##" } else { "#" };
        error = error.with_fix(format!("write `{text}`"), instead(range, text));
    }
    p.report(error);
}

/// A `//` behind which stand words that are no expression.
pub(in crate::grammar) fn comment_at_end(p: &mut Parser<'_>) -> bool {
    let Some(range) = p.last_on_line(SlashSlash) else { return false };
    p.report(
        told("a comment begins with `#`: `//` divides", range)
            .with_fix("write `#`", instead(range, "#")),
    );
    true
}

/// `x := <-ch`, `<-ch` and `ch <- x` behind the `case` of a `select`.
pub(in crate::grammar) fn arrow_in_case(p: &mut Parser<'_>) {
    let marker = p.start();
    let begin = p.range(0);
    if p.at(Less) {
        arrow_finding(p, "_ from ".to_owned(), begin);
        super::skip_tokens(p, 2);
    } else if p
        .find_on_line(0, |kind| matches!(kind, Equals | Colon | Less))
        .is_some_and(|(_, kind)| kind == Less)
    {
        // Sending: it is read as the comparison that it seems to be.
        let context = Context { no_conditional: true, ..p.context };
        if let Some(operation) = crate::grammar::within(p, context, expressions::expression) {
            super::sending(p, operation);
        }
        marker.complete(p, Error);
        return;
    } else {
        crate::grammar::patterns::bare(p, "`case`");
        let sign = p.here();
        let count = (0..4).find(|ahead| p.nth(*ahead) == Less).unwrap_or(0);
        arrow_finding(p, "from ".to_owned(), sign);
        super::skip_tokens(p, count + 2);
    }
    expressions::expected_before_guard(p, "`from`");
    marker.complete(p, SelectReceive);
}

/// `x = ch.receive()` behind the `case` of a `select`: read as the receiving that it is meant to be.
pub(in crate::grammar) fn assignment_in_case(p: &mut Parser<'_>) {
    const CALLS: [&str; 2] = [".receive()", ".next()"];
    let marker = p.start();
    crate::grammar::patterns::bare(p, "`case`");
    let sign = p.range(0);
    super::skip_tokens(p, 1);
    let value = expressions::expected_before_guard(p, "`=`");
    let mut edits = instead(sign, "from");
    if let Some(value) = value {
        let range = p.range_of_node(value);
        if let Some(call) = CALLS.iter().find(|call| p.slice(range).ends_with(**call)) {
            let start = range.end() - rowan::TextSize::of(*call);
            edits.push((rowan::TextRange::new(start, range.end()), String::new()));
        }
        let marker = value.precede(p);
        super::unknown(p, marker);
    }
    let error = told("a case that receives is `case x from ch`", sign);
    p.remark(error.with_fix("write `from`", edits));
    marker.complete(p, SelectReceive);
}

/// Tells that what stands from `begin` to the arrow is written as `text`.
fn arrow_finding(p: &mut Parser<'_>, text: String, begin: rowan::TextRange) {
    let ahead = (0..4).find(|ahead| p.nth(*ahead) == Less).unwrap_or(0);
    let arrow = p.range(ahead).cover(p.range(ahead + 1));
    let range = rowan::TextRange::new(begin.start(), p.range(ahead + 2).start().max(arrow.end()));
    let error = told("a case that receives is `case x from ch`", begin.cover(arrow));
    p.remark(error.with_fix("write `from`", instead(range, text)));
}

/// `concurrent(limit=2):`, `concurrent with limit(2):`
pub(in crate::grammar) fn options_in_brackets(p: &mut Parser<'_>) {
    if p.at(WithKeyword) && p.nth(1) == Ident {
        let range = super::word_and_space(p);
        let error = told("the options of `concurrent` stand right behind it", p.range(0));
        p.remark(error.with_fix("remove `with`", instead(range, "")));
        super::skip_tokens(p, 1);
    } else if p.at(LeftParen) {
        p.report(
            told("the options of `concurrent` stand behind it without brackets", p.range(0))
                .with_help("`concurrent limit(2), timeout(1.seconds):`"),
        );
        crate::grammar::items::skip_brackets(p);
    }
}
