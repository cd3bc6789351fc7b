//! Statements, and those of one line.
//!
//! What it is not: statements with suites (`blocks`, `concurrency`). Invariant: each call reads one
//! statement with the end of its line.

use super::suites::end_of_statement;
use super::{blocks, concurrency, expressions, habits, items, types};
use crate::ast::AssignOp;
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::{self, *};
use crate::parser::{Completed, NESTING_MAX, Parser};

/// How deep the node of a statement may be: half of all, so that the deepest statement still has
/// room for expressions. That is some sixty blocks, one in another.
const STATEMENT_DEPTH_MAX: usize = NESTING_MAX / 2;

/// One statement.
pub(super) fn statement(p: &mut Parser<'_>) {
    if p.depth() >= STATEMENT_DEPTH_MAX {
        p.error_nesting();
        p.skip_block();
        return;
    }
    match p.current() {
        PassKeyword => pass(p),
        BreakKeyword | ContinueKeyword => leave_loop(p),
        ReturnKeyword => return_value(p),
        AssertKeyword => assert(p),
        DeferKeyword => defer(p),
        IfKeyword => blocks::conditional(p),
        WhileKeyword => blocks::while_loop(p),
        ForKeyword => blocks::for_loop(p),
        ParallelKeyword => concurrency::parallel_for(p),
        MatchKeyword => blocks::match_cases(p),
        WithKeyword => blocks::with(p),
        ConcurrentKeyword => concurrency::concurrent(p),
        DetachKeyword => concurrency::detach(p),
        SelectKeyword => concurrency::select(p),
        BlockingKeyword if p.nth(1) != LeftBrace => concurrency::blocking(p),
        FnKeyword if p.nth(1) != LeftParen => items::function(p),
        ElifKeyword | ElseKeyword | CaseKeyword => blocks::stray_clause(p),
        ConstKeyword => items::misplaced_constant(p),
        kind if items::begins_top_level_item(p, kind) => items::misplaced(p),
        Ident if habits::statement(p) => {}
        Plus | Minus if habits::step_before(p) => {}
        Slash | SlashSlash if habits::comment(p) => {}
        _ => simple(p),
    }
}

/// Whether a statement alone can begin with this keyword.
pub(super) fn only_begins_statement(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        PassKeyword
            | BreakKeyword
            | ContinueKeyword
            | ReturnKeyword
            | AssertKeyword
            | DeferKeyword
            | DetachKeyword
    )
}

/// `pass`
pub(super) fn pass(p: &mut Parser<'_>) {
    super::leaf(p, PassStmt);
    end_of_statement(p);
}

/// `break`, `continue`
fn leave_loop(p: &mut Parser<'_>) {
    let is_break = p.at(BreakKeyword);
    let text = p.text(0);
    let context = p.context;
    let message = if !context.in_loop {
        Some(format!("`{text}` stands outside of a loop"))
    } else if is_break && context.innermost_is_parallel {
        Some("`break` cannot leave `parallel for`: its iterations run side by side".to_string())
    } else {
        None
    };
    if let Some(message) = message {
        p.remark(SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here()));
    }
    super::leaf(p, if is_break { BreakStmt } else { ContinueStmt });
    end_of_statement(p);
}

/// `return e`
fn return_value(p: &mut Parser<'_>) {
    if p.context.in_parallel {
        let message = "`return` cannot leave `parallel for`: its iterations run side by side";
        p.remark(SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here()));
    }
    let marker = p.start();
    p.bump();
    if !p.at_virtual() && !p.at(Semicolon) {
        value(p, "`return`");
    }
    marker.complete(p, ReturnStmt);
    end_of_statement(p);
}

/// `assert condition, message`
fn assert(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    expressions::expected(p, "`assert`");
    if p.eat(Comma) {
        expressions::expected(p, "`,`");
    }
    marker.complete(p, AssertStmt);
    end_of_statement(p);
}

/// `defer f(x)`
fn defer(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    if habits::deferred_block(p) {
        marker.complete(p, Error);
        return;
    }
    if let Some(other) = expected_call(p, "defer")
        && !p.at_virtual()
    {
        let marker = other.precede(p);
        p.skip_line();
        marker.complete(p, Error);
    }
    marker.complete(p, DeferStmt);
    end_of_statement(p);
}

/// The call that `defer`, `spawn` and `detach` want; gives what stands there instead.
pub(super) fn expected_call(p: &mut Parser<'_>, keyword: &str) -> Option<Completed> {
    let value = expressions::expected(p, &format!("`{keyword}`"))?;
    if value.kind == CallExpr {
        return None;
    }
    let message = format!("`{keyword}` wants a call: `{keyword} f(x)`");
    p.remark(SyntaxError::new(SyntaxErrorCode::Syntax, message, p.range_of_node(value)));
    Some(value)
}

// ------------------------------------------------------------------- expressions and assignments

/// An expression or an assignment.
fn simple(p: &mut Parser<'_>) {
    let Some(first) = expressions::expression(p) else {
        not_a_statement(p);
        return;
    };
    let first_is_target = is_target(first);
    let target = expressions::rest_of_list(p, first);
    let is_over = p.previous().is_virtual() || p.at_virtual() || p.at(Semicolon);
    if is_over {
        let is_sending = target.kind == BinaryExpr && habits::sending(p, target);
        let kind = if is_sending { Error } else { ExprStmt };
        target.precede(p).complete(p, kind);
    } else if let Some(tokens) = habits::compound(p) {
        habits::compound_assignment(p, target, tokens);
    } else if matches!(p.current(), Plus | Minus) && habits::is_step(p) {
        habits::step_behind(p, target);
    } else if AssignOp::of(p.current()).is_some() {
        assign(p, target, first_is_target.then_some(first));
    } else if p.at(Colon) && p.nth(1) == Equals && p.joint(0) {
        habits::walrus(p);
        assign(p, target, first_is_target.then_some(first));
    } else if p.at(Colon) && !p.nth(1).is_virtual() {
        annotated(p, target);
    } else {
        // What follows belongs to it, and nobody knows how.
        let callee = target;
        let marker = target.precede(p);
        if habits::call_without_brackets(p, callee) {
            p.skip_line();
        }
        marker.complete(p, Error);
    }
    end_of_statement(p);
}

/// The value of a statement, which ends with it. If something follows that was not understood,
/// nothing is concluded from the value.
fn value(p: &mut Parser<'_>, after: &str) {
    let value = expressions::expected_list(p, after);
    if let Some(value) = value
        && !p.at_virtual()
        && !p.previous().is_virtual()
        && !p.at(Semicolon)
    {
        let marker = value.precede(p);
        habits::unknown(p, marker);
    }
}

/// Nothing that begins a statement.
fn not_a_statement(p: &mut Parser<'_>) {
    let message = match p.current() {
        Semicolon => "a statement ends with its line: Weir has no `;`".to_string(),
        _ => format!("expected a statement, found {}", p.found()),
    };
    p.error(message);
    p.skip_line();
    end_of_statement(p);
}

/// `target = value`, the operator being the current token.
fn assign(p: &mut Parser<'_>, target: Completed, valid: Option<Completed>) {
    check_target(p, target, valid);
    let operator = p.current().words();
    let marker = target.precede(p);
    p.bump();
    value(p, operator);
    if p.at(Equals) {
        p.error("an assignment gives one value to one target");
        p.skip_line();
    }
    marker.complete(p, AssignStmt);
}

/// `x: T = e`, the `:` being the current token.
fn annotated(p: &mut Parser<'_>, target: Completed) {
    if target.kind != NameExpr {
        let message = "only a name takes a type";
        p.remark(SyntaxError::new(SyntaxErrorCode::Syntax, message, p.range_of_node(target)));
    }
    let marker = target.precede(p);
    p.bump();
    types::expected(p, "`:`");
    if p.at(Colon) && p.nth(1) == Equals && p.joint(0) {
        habits::walrus(p);
    }
    if p.eat(Equals) {
        value(p, "`=`");
    } else {
        p.missing("expected `=` and a value: a name is declared by giving it one");
    }
    marker.complete(p, AssignStmt);
}

/// Says so if the target is no place. What is within brackets is looked at by validation.
fn check_target(p: &mut Parser<'_>, target: Completed, first: Option<Completed>) {
    let range = p.range_of_node(target);
    let remark = |p: &mut Parser<'_>, message: String| {
        p.remark(SyntaxError::new(SyntaxErrorCode::Syntax, message, range));
    };
    if target.kind == TupleExpr {
        p.tuple_targets.push(range);
        if !p.at(Equals) {
            let operator = p.text(0);
            remark(p, format!("`{operator}` changes one place, not several"));
        }
    } else if first.is_none() {
        remark(p, format!("cannot assign to {}", target_words(target.kind)));
    }
}

fn is_target(node: Completed) -> bool {
    matches!(node.kind, NameExpr | MemberExpr | IndexExpr | TupleExpr)
}

/// What a message calls an expression that cannot be assigned to.
pub(crate) fn target_words(kind: SyntaxKind) -> &'static str {
    match kind {
        CallExpr => "a call",
        Literal => "a literal",
        FString => "an f-string",
        BinaryExpr | UnaryExpr => "the result of an operator",
        ParenExpr => "an expression in brackets",
        ListExpr | ListComp => "a list",
        MapExpr => "a map",
        SetExpr => "a set",
        LambdaExpr => "a lambda",
        _ => "this expression",
    }
}
