//! Tasks, scopes and choices: `concurrent`, `spawn`, `detach`, `select`, `parallel for`, `blocking`.
//!
//! What it is not: the rules of tasks; where a `spawn` may stand is the analyzer's to say (P001).
//! Invariant: the body of a task is a body of its own, in which outer loops do not count.

use super::suites::{block, block_within, colon, end_of_statement, suite};
use super::{
    Context, blocks, expressions, fresh_body, habits, in_brackets, name, patterns, statements,
};
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::*;
use crate::parser::Parser;

/// `concurrent limit(2), timeout(1.seconds) as s:` and its `else:`
pub(super) fn concurrent(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    habits::options_in_brackets(p);
    let header = if p.at(Ident) { "the `concurrent` options" } else { "`concurrent`" };
    let mut seen: Vec<&str> = Vec::new();
    if p.at(Ident) {
        while {
            option(p, &mut seen);
            p.eat(Comma)
        } {}
    }
    let header = if p.eat(AsKeyword) {
        name(p, "a scope");
        "the name of the scope"
    } else {
        header
    };
    if p.at(Comma) {
        p.error("the options of `concurrent` stand before `as`");
        p.skip_until(|kind| kind == Colon);
    }
    block(p, header);
    blocks::else_clause(p);
    marker.complete(p, ConcurrentStmt);
}

/// `timeout(d)`, `deadline(i)`, `limit(n)`, `supervised`
fn option<'a>(p: &mut Parser<'a>, seen: &mut Vec<&'a str>) {
    if !p.at(Ident) {
        p.error(format!("expected an option of `concurrent`{}", super::found_instead(p)));
        return;
    }
    let text = p.text(0);
    let takes_value = matches!(text, "timeout" | "deadline" | "limit");
    let message = if !takes_value && text != "supervised" {
        Some(format!("`concurrent` has no option `{text}`"))
    } else if seen.contains(&text) {
        Some(format!("the option `{text}` stands here twice"))
    } else {
        None
    };
    if let Some(message) = message {
        let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here());
        let help = "the options are `timeout(d)`, `deadline(i)`, `limit(n)` and `supervised`";
        p.remark(error.with_help(help));
    }
    seen.push(text);
    let marker = p.start();
    p.bump();
    if p.at(LeftParen) {
        if text == "supervised" {
            p.error("`supervised` takes no value");
        }
        in_brackets(p, |p, _| expressions::expected(p, "`(`"));
    } else if takes_value {
        p.missing(format!("expected `(` and the value of `{text}`"));
    }
    marker.complete(p, ConcurrentOption);
}

// ------------------------------------------------------------------------------------------ tasks

/// `spawn f(x)`, `spawn in s f(x)`, `spawn: ...`
pub(super) fn spawn(p: &mut Parser<'_>) -> crate::parser::Completed {
    let marker = p.start();
    p.bump();
    let mut header = "`spawn`";
    if p.at(InKeyword) {
        let target = p.start();
        p.bump();
        super::name_ref(p, "a scope");
        target.complete(p, SpawnTarget);
        header = "the name of the scope";
    }
    if p.at(Colon) {
        task_body(p, header);
    } else if !expressions::begins(p.current()) {
        p.error(format!("expected a call or `:` after {header}{}", super::found_instead(p)));
    } else {
        statements::expected_call(p, "spawn");
    }
    marker.complete(p, SpawnExpr)
}

/// `detach f(x)`, `detach: ...`
pub(super) fn detach(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    if p.at(Colon) {
        task_body(p, "`detach`");
    } else if !expressions::begins(p.current()) {
        p.error(format!("expected a call or `:` after `detach`{}", super::found_instead(p)));
    } else {
        statements::expected_call(p, "detach");
    }
    marker.complete(p, DetachStmt);
    end_of_statement(p);
}

fn task_body(p: &mut Parser<'_>, header: &str) {
    if p.brackets > 0 {
        let help = "start the task in a statement of its own, `t = spawn:`, and name it here";
        let message = "the body of a task cannot stand within brackets";
        let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here());
        p.report(error.with_help(help));
        return skip_task_body(p);
    }
    block_within(p, header, fresh_body());
}

/// A body within brackets, which may close in its last line: all of it is kept in the tree alone.
fn skip_task_body(p: &mut Parser<'_>) {
    if !(p.nth(1) == Newline && p.nth(2) == Indent) {
        return p.skip_until(|kind| kind == Comma || kind.is_close_bracket());
    }
    let marker = p.start();
    habits::skip_tokens(p, 1);
    p.bump();
    p.bump();
    p.skip_block();
    p.bump();
    marker.complete(p, Error);
}

/// `parallel for p in xs:`
pub(super) fn parallel_for(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    if p.eat(ForKeyword) {
        blocks::for_header(p);
    } else {
        p.error(format!("expected `for` after `parallel`{}", super::found_instead(p)));
        p.skip_until(|kind| kind == Colon);
    }
    blocks::loop_body(p, "what `for` walks", true);
    marker.complete(p, ParallelForStmt);
}

/// `blocking:`
pub(super) fn blocking(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    block(p, "`blocking`");
    marker.complete(p, BlockingStmt);
}

/// `blocking { e }`
pub(super) fn blocking_expression(p: &mut Parser<'_>) -> crate::parser::Completed {
    let marker = p.start();
    p.bump();
    if p.at(LeftBrace) {
        in_brackets(p, |p, _| expressions::expected(p, "`{`"));
    } else {
        p.missing("expected `{` and an expression after `blocking`");
    }
    marker.complete(p, BlockingExpr)
}

// ----------------------------------------------------------------------------------------- select

/// `select:` and its cases
pub(super) fn select(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    colon(p, "`select`");
    suite(p, None, "`select`", select_case);
    marker.complete(p, SelectStmt);
}

fn select_case(p: &mut Parser<'_>) {
    match p.current() {
        CaseKeyword => {}
        ElseKeyword => return blocks::else_clause(p),
        Ident if habits::default_of_select(p) => return,
        _ => return blocks::stray_in_cases(p, "only `case` and `else` stand in a `select`"),
    }
    let marker = p.start();
    p.bump();
    select_operation(p);
    if p.at(IfKeyword) {
        let guard = p.start();
        p.bump();
        expressions::expected(p, "`if`");
        guard.complete(p, SelectGuard);
    }
    block(p, "the `case`");
    marker.complete(p, SelectCase);
}

/// What a case waits for.
fn select_operation(p: &mut Parser<'_>) {
    let receives = p.find_on_line(0, |kind| matches!(kind, FromKeyword | Colon | IfKeyword));
    let arrow = p.find_on_line(0, |kind| matches!(kind, Less | FromKeyword));
    let is_arrow = arrow.is_some_and(|(ahead, kind)| kind == Less && p.nth(ahead + 1) == Minus);
    if matches!(receives, Some((_, FromKeyword))) {
        receive(p);
    } else if is_arrow {
        habits::arrow_in_case(p);
    } else if p.at(Ident) && p.nth(1) == Equals {
        habits::assignment_in_case(p);
    } else if p.at_word("closed") && p.nth(1) == Ident {
        let marker = p.start();
        p.bump_as(ClosedKeyword);
        expressions::expected_before_guard(p, "`closed`");
        marker.complete(p, SelectClosed);
    } else if p.at_word("timeout") && p.nth(1) == LeftParen {
        let marker = p.start();
        p.bump_as(TimeoutKeyword);
        in_brackets(p, |p, _| expressions::expected(p, "`(`"));
        marker.complete(p, SelectTimeout);
    } else {
        call(p);
    }
}

/// `x from ch`
fn receive(p: &mut Parser<'_>) {
    let marker = p.start();
    patterns::bare(p, "`case`");
    if !p.at(FromKeyword) {
        p.error(format!("expected `from` after the pattern{}", super::found_instead(p)));
        p.skip_until(|kind| kind == FromKeyword);
    }
    p.eat(FromKeyword);
    expressions::expected_before_guard(p, "`from`");
    marker.complete(p, SelectReceive);
}

/// `ch.send(e)`, `s.wait()`
fn call(p: &mut Parser<'_>) {
    let help = "a case is `x from ch`, `ch.send(e)`, `timeout(d)`, `closed ch` or `s.wait()`";
    let marker = p.start();
    let is_rest = (p.at_word("_") || p.at_word("default")) && p.nth(1) == Colon;
    let context = Context { no_conditional: true, ..p.context };
    let Some(operation) = super::within(p, context, expressions::expression) else {
        marker.abandon(p);
        let message = format!("expected what the `case` waits for{}", super::found_instead(p));
        p.report(SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here()).with_help(help));
        return;
    };
    if operation.kind == CallExpr {
        marker.complete(p, SelectCall);
        return;
    }
    let message = "a `case` of `select` waits for a channel, a signal or a timeout";
    let help = match is_rest {
        true => "what is done when nothing is ready now stands under `else:`",
        false => help,
    };
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.range_of_node(operation));
    p.report(error.with_help(help));
    marker.complete(p, Error);
}
