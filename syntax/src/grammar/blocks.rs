//! Statements with suites: `if`, `while`, `for`, `match`, `with`.
//!
//! What it is not: the suites' own rules (`suites`). Invariant: a clause without its statement is
//! kept, with its block, and reported once.

use super::suites::{self, block, block_within, colon, suite};
use super::{Context, expressions, habits, patterns};
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::*;
use crate::parser::Parser;

/// How many `elif` clauses an `if` may have. They stand side by side in the text and in the tree; to
/// those who give them a meaning each is an `if` in the `else` of the one before.
const ELIF_MAX: usize = 1000;

/// `if`, `elif`, `else`
pub(super) fn conditional(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    condition(p, "`if`");
    block(p, "the `if` condition");
    let mut count = 0;
    while p.at(ElifKeyword) || habits::at_else_if(p) {
        count += 1;
        if count > ELIF_MAX {
            too_many_elifs(p);
            break;
        }
        let clause = p.start();
        if p.at(ElifKeyword) {
            p.bump();
        } else {
            habits::else_if(p);
        }
        condition(p, "`elif`");
        block(p, "the `elif` condition");
        clause.complete(p, ElifClause);
    }
    else_clause(p);
    marker.complete(p, IfStmt);
}

fn condition(p: &mut Parser<'_>, after: &str) {
    let condition = expressions::expected(p, after);
    if let Some(condition) = condition
        && p.at(Equals)
    {
        // It is no condition before the `=` is mended.
        let marker = condition.precede(p);
        habits::unknown(p, marker);
    }
}

fn too_many_elifs(p: &mut Parser<'_>) {
    let help =
        format!("an `if` has at most {ELIF_MAX}; look the case up in a `map`, or use `match`");
    p.error_cut("this `if` has too many `elif`s to be read", help);
    let marker = p.start();
    while matches!(p.current(), ElifKeyword) {
        p.skip_line();
        if p.at(Newline) {
            p.bump();
        }
        if p.at(Indent) {
            p.bump();
            p.skip_block();
            p.bump();
        }
    }
    marker.complete(p, Error);
}

/// `else:`, if it is there.
pub(super) fn else_clause(p: &mut Parser<'_>) {
    if !p.at(ElseKeyword) {
        return;
    }
    let marker = p.start();
    p.bump();
    block(p, "`else`");
    marker.complete(p, ElseClause);
}

/// `while`
pub(super) fn while_loop(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    condition(p, "`while`");
    loop_body(p, "the `while` condition", false);
    marker.complete(p, WhileStmt);
}

/// `for move row in rows:`
pub(super) fn for_loop(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    let moves = p.at_word("move") && (p.nth(1) == Ident || (p.nth(1) == LeftParen && !p.joint(0)));
    if moves {
        p.bump_as(MoveKeyword);
    }
    for_header(p);
    loop_body(p, "what `for` walks", false);
    marker.complete(p, ForStmt);
}

/// `pattern in e`
pub(super) fn for_header(p: &mut Parser<'_>) {
    patterns::bare(p, "`for`");
    if p.eat(InKeyword) {
        expressions::expected_list(p, "`in`");
    } else {
        habits::in_of_loop(p);
    }
}

/// The body of a loop.
pub(super) fn loop_body(p: &mut Parser<'_>, header: &str, is_parallel: bool) {
    let context = Context {
        in_loop: true,
        innermost_is_parallel: is_parallel,
        in_parallel: is_parallel || p.context.in_parallel,
        ..p.context
    };
    block_within(p, header, context);
}

// ------------------------------------------------------------------------------------------ match

/// `match e:` and its cases
pub(super) fn match_cases(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    expressions::expected_list(p, "`match`");
    colon(p, "what `match` looks at");
    suite(p, None, "what `match` looks at", match_case);
    marker.complete(p, MatchStmt);
}

fn match_case(p: &mut Parser<'_>) {
    let marker = p.start();
    if p.eat(CaseKeyword) {
        patterns::bare(p, "`case`");
    } else if !habits::case(p) {
        marker.abandon(p);
        stray_in_cases(p, "only `case` stands in a `match`");
        return;
    } else if !p.at(Colon) {
        patterns::bare(p, "`case`");
    }
    if p.at(IfKeyword) {
        let guard = p.start();
        p.bump();
        condition(p, "`if`");
        guard.complete(p, MatchGuard);
        if p.at(Comma) {
            let message = "the `if` of a `case` comes last, behind the whole pattern";
            let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here());
            p.report(error.with_help("write all parts of the pattern first: `case a, b if …:`"));
            p.skip_until(|kind| kind == Colon);
            p.recover();
        }
    }
    block(p, "the pattern");
    marker.complete(p, MatchCase);
}

/// Something else among cases: kept as it is.
pub(super) fn stray_in_cases(p: &mut Parser<'_>, message: &str) {
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.rest_of_line());
    p.report(error);
    if p.at(ElseKeyword) {
        else_clause(p);
    } else {
        suites::each_moves(p, super::statements::statement);
    }
}

/// `elif`, `else` or `case` without the statement that it belongs to.
pub(super) fn stray_clause(p: &mut Parser<'_>) {
    let found = p.found();
    let message = match p.current() {
        CaseKeyword => "`case` stands in a `match` or a `select`".to_string(),
        ElseKeyword => "`else` without an `if`, `concurrent` or `select` above it".to_string(),
        _ => format!("{found} without an `if` above it"),
    };
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here());
    p.report(error.with_help("it is indented as the line it belongs to"));
    let marker = p.start();
    p.bump();
    p.skip_until(|kind| kind == Colon);
    if p.at(Colon) {
        block(p, &found);
    } else {
        suites::end_of_statement(p);
    }
    marker.complete(p, Error);
}

// ------------------------------------------------------------------------------------------- with

/// `with m.lock() as q when len(q) > 0:`, `with request_id = "r1":`
pub(super) fn with(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    if p.at(Ident) && p.nth(1) == Equals {
        let binding = p.start();
        super::name_ref(p, "a task-local value");
        p.bump();
        expressions::expected(p, "`=`");
        binding.complete(p, WithBinding);
    } else {
        expressions::expected(p, "`with`");
        if p.eat(AsKeyword) {
            super::name(p, "what `with` gives");
        }
        if p.at_word("when") {
            let clause = p.start();
            p.bump_as(WhenKeyword);
            condition(p, "`when`");
            clause.complete(p, WhenClause);
        }
        if p.at(Comma) {
            p.error("`with` takes one resource: put the next into a `with` of its own");
            p.skip_until(|kind| kind == Colon);
        }
    }
    block(p, "the resource of `with`");
    marker.complete(p, WithStmt);
}
