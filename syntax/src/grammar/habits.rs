//! What people bring along from Python, Go, Rust and C: `def`, `go f()`, `x++`, `&&`, `True`.
//!
//! What it is not: part of the language. Invariant: a habit is only looked for where the text is
//! already wrong, so that no word here is lost to programs; it becomes one finding that says what
//! to write, and the rest is read as what was meant.

use rowan::TextRange;

use super::suites::end_of_statement;
use super::{expressions, items, suites};
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::{self, *};
use crate::parser::Parser;

/// A word that begins something in another language.
struct Habit {
    word: &'static str,
    message: &'static str,
    /// What to write instead of the word.
    instead: Option<&'static str>,
    then: Then,
}

/// How to go on after the word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// A function, from its name on.
    Function,
    /// Another declaration or another such word: `async def`, `pub fn`.
    Declaration,
    /// A statement that needs no such word.
    Statement,
    /// Nothing that could be read.
    Line,
}

const fn habit(
    word: &'static str,
    message: &'static str,
    instead: Option<&'static str>,
    then: Then,
) -> Habit {
    Habit { word, message, instead, then }
}

const HABITS: &[Habit] = &[
    habit("def", "a function is declared with `fn`", Some("fn"), Then::Function),
    habit("func", "a function is declared with `fn`", Some("fn"), Then::Function),
    habit("function", "a function is declared with `fn`", Some("fn"), Then::Function),
    habit(
        "async",
        "functions have no colour: every function may wait, without `async`",
        Some(""),
        Then::Declaration,
    ),
    habit(
        "pub",
        "what a module declares is public unless its name begins with `_`",
        Some(""),
        Then::Declaration,
    ),
    habit(
        "export",
        "what a module declares is public unless its name begins with `_`",
        Some(""),
        Then::Declaration,
    ),
    habit(
        "class",
        "a type with fields is a `struct`, or a `mutable struct` if they change",
        Some("struct"),
        Then::Line,
    ),
    habit(
        "go",
        "a task is started with `spawn`, within a `concurrent` block",
        Some("spawn"),
        Then::Statement,
    ),
    habit(
        "await",
        "a task is joined where its value is needed, without `await`",
        Some(""),
        Then::Statement,
    ),
    habit("let", "a name is declared by assigning to it, without `let`", Some(""), Then::Statement),
    habit("var", "a name is declared by assigning to it, without `var`", Some(""), Then::Statement),
    habit(
        "del",
        "a name ends with its function; to take an entry out, call `remove`",
        None,
        Then::Line,
    ),
    habit(
        "global",
        "a name of an enclosing body cannot be assigned: use an `atom` or a `mutex`",
        None,
        Then::Line,
    ),
    habit(
        "nonlocal",
        "a name of an enclosing body cannot be assigned: use an `atom` or a `mutex`",
        None,
        Then::Line,
    ),
    habit("raise", "a task fails by `panic(message)`", None, Then::Line),
    habit("throw", "a task fails by `panic(message)`", None, Then::Line),
    habit("yield", "values are passed on through a `channel`", None, Then::Line),
    habit("switch", "a choice by value is a `match`", Some("match"), Then::Line),
];

/// Words that stand alone before a `:`.
const BLOCK_HABITS: &[(&str, &str)] = &[
    ("try", "a failure is caught with `attempt e`, which gives a `Result`"),
    ("except", "a failure is caught with `attempt e`, which gives a `Result`"),
    ("catch", "a failure is caught with `attempt e`, which gives a `Result`"),
    ("finally", "what must run at the end is a `defer`"),
    ("loop", "an endless loop is `while true:`"),
    ("do", "a loop begins with its condition: `while c:`"),
];

fn find(word: &str) -> Option<&'static Habit> {
    HABITS.iter().find(|habit| habit.word == word)
}

/// Whether what follows cannot follow a name.
fn follows_no_name(next: SyntaxKind) -> bool {
    matches!(
        next,
        Ident | IntLiteral | StringLiteral | FStringStart | FnKeyword | StructKeyword | EnumKeyword
    )
}

/// Whether this word, before such a token, begins a declaration in another language.
pub(super) fn is_declaration(word: &str, next: SyntaxKind) -> bool {
    follows_no_name(next)
        && find(word).is_some_and(|habit| {
            matches!(habit.then, Then::Function | Then::Declaration) || habit.word == "class"
        })
}

/// A declaration that begins with such a word.
pub(super) fn declaration(p: &mut Parser<'_>) {
    if !statement(p) {
        p.error(format!("expected a declaration, found {}", p.found()));
        p.skip_line();
        end_of_statement(p);
    }
}

/// A declaration or statement that begins with such a word; false if none does.
pub(super) fn statement(p: &mut Parser<'_>) -> bool {
    if p.nth(1) == Colon && p.nth(2) == Newline {
        return block_habit(p);
    }
    if !follows_no_name(p.nth(1)) {
        return false;
    }
    let Some(habit) = find(p.text(0)) else { return false };
    word_finding(p, habit);
    let marker = p.start();
    p.bump();
    match habit.then {
        Then::Function => {
            // The word takes the place of `fn`.
            items::function_after_keyword(p);
            marker.complete(p, Fn);
            end_of_statement(p);
        }
        Then::Line => {
            p.skip_line();
            marker.complete(p, Error);
            end_of_statement(p);
            skip_indented(p);
        }
        Then::Declaration | Then::Statement => {
            marker.complete(p, Error);
            if items::begins_item(p, 0) {
                items::item(p);
            } else {
                suites::each_moves(p, super::statements::statement);
            }
        }
    }
    true
}

fn word_finding(p: &mut Parser<'_>, habit: &Habit) {
    let range = p.range(0);
    let mut error = SyntaxError::new(SyntaxErrorCode::Syntax, habit.message, range);
    if let Some(instead) = habit.instead {
        // A word that goes takes the space behind it along.
        let end = if instead.is_empty() { p.range(1).start() } else { range.end() };
        let title = if instead.is_empty() {
            format!("remove `{}`", habit.word)
        } else {
            format!("write `{instead}`")
        };
        let edits = vec![(TextRange::new(range.start(), end), instead.to_string())];
        error = error.with_fix(title, edits);
    }
    p.report(error);
}

/// `try:` and the like.
fn block_habit(p: &mut Parser<'_>) -> bool {
    let word = p.text(0);
    let Some((_, message)) = BLOCK_HABITS.iter().find(|(known, _)| *known == word) else {
        return false;
    };
    p.error(*message);
    let marker = p.start();
    p.bump();
    suites::block(p, "this");
    marker.complete(p, Error);
    true
}

/// A block whose head was not understood.
fn skip_indented(p: &mut Parser<'_>) {
    if p.at(Indent) {
        p.bump();
        p.skip_block();
        p.bump();
    }
}

// -------------------------------------------------------------------------------------- operators

/// Whether `&&` or `||` stands here.
pub(super) fn is_doubled(p: &Parser<'_>) -> bool {
    p.nth(1) == p.current() && p.joint(0)
}

/// `&&`, `||`
pub(super) fn doubled(p: &mut Parser<'_>) {
    let word = if p.at(Pipe) { "or" } else { "and" };
    let text = if p.at(Pipe) { "||" } else { "&&" };
    let range = p.range(0).cover(p.range(1));
    let message = format!("`{text}` is written `{word}`");
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, range);
    p.remark(error.with_fix(format!("write `{word}`"), vec![(range, word.to_string())]));
    let marker = p.start();
    p.bump();
    p.bump();
    marker.complete(p, Error);
}

/// `!x`
pub(super) fn bang(p: &mut Parser<'_>) {
    let range = p.range(0);
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, "`!` is written `not`", range);
    p.remark(error.with_fix("write `not`", vec![(range, "not ".to_string())]));
    super::leaf(p, Error);
}

/// Whether `++` or `--` stands here, with nothing that it could be a sign of.
pub(super) fn is_step(p: &Parser<'_>) -> bool {
    is_doubled(p) && !expressions::begins(p.nth(2))
}

/// `x := e`: takes the `:` away.
pub(super) fn walrus(p: &mut Parser<'_>) {
    let range = p.range(0);
    let whole = range.cover(p.range(1));
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, "`:=` is written `=`", whole);
    p.remark(error.with_fix("write `=`", vec![(range, String::new())]));
    super::leaf(p, Error);
}

/// `True` and `False`, where a name stands.
pub(super) fn boolean(p: &mut Parser<'_>) {
    let right = match p.text(0) {
        "True" => "true",
        "False" => "false",
        _ => return,
    };
    let range = p.range(0);
    let message = format!("`{}` is written `{right}`", p.text(0));
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, range);
    p.remark(error.with_fix(format!("write `{right}`"), vec![(range, right.to_string())]));
}

/// An operator of another language after an expression; says so and is true if there is one.
pub(super) fn at_operator(p: &mut Parser<'_>) -> bool {
    let (message, help) = match p.current() {
        Plus | Minus if is_doubled(p) => {
            let sign = p.text(0);
            (format!("Weir has no `{sign}{sign}`"), format!("write `x {sign}= 1`"))
        }
        Ident if p.text(0) == "is" => {
            ("`is` is written `==`".to_string(), "owned values compare by identity".to_string())
        }
        Equals if p.previous() == StarStar => {
            ("Weir has no `**=`".to_string(), "write `x = x ** y`".to_string())
        }
        StringLiteral if p.previous() == StringLiteral => {
            ("two strings side by side".to_string(), "join them with `+`".to_string())
        }
        Ident | Colon if p.previous_text() == "lambda" => {
            ("a lambda is written with `fn`".to_string(), "write `fn(x): e`".to_string())
        }
        _ => return false,
    };
    let range = match p.current() {
        Plus | Minus => p.range(0).cover(p.range(1)),
        _ => p.range(0),
    };
    p.report(SyntaxError::new(SyntaxErrorCode::Syntax, message, range).with_help(help));
    true
}
