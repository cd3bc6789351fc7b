//! Words that begin a statement or a declaration in another language.
//!
//! What it is not: words within expressions (`values`). Invariant: such a word is a name wherever
//! what follows can follow a name.

use super::{Edits, follows_no_name, from_to, instead, told, word_and_space};
use crate::grammar::suites::{self, end_of_statement};
use crate::grammar::{blocks, items, statements};
use crate::kind::SyntaxKind::*;
use crate::parser::Parser;

/// A word that begins something in another language.
struct Word {
    text: &'static str,
    message: &'static str,
    /// What to write instead of the word; nothing for one that goes.
    instead: Option<&'static str>,
    then: Then,
}

/// How to go on at the word, or after it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    /// A function, from its name on.
    Function,
    /// Another declaration or another such word: `async def`, `pub fn`.
    Declaration,
    /// A struct, of which the word is the keyword.
    Struct,
    /// A statement that needs no such word.
    Statement,
    /// A statement of which the word is the keyword.
    If,
    While,
    For,
    Match,
    /// Nothing that could be read.
    Line,
}

const fn word(
    text: &'static str,
    message: &'static str,
    instead: Option<&'static str>,
    then: Then,
) -> Word {
    Word { text, message, instead, then }
}

const FN: &str = "a function is declared with `fn`";
const PUBLIC: &str = "what a module declares is public unless its name begins with `_`";
const PRIVATE: &str = "what a module declares is private if its name begins with `_`";
const NO_WORD: &str = "a name is declared by assigning to it";
const ENCLOSING: &str =
    "a name of an enclosing body cannot be assigned: use an `atom` or a `mutex`";
const FAILS: &str = "a task fails by `panic(message)`";
const BEHAVIOUR: &str =
    "Weir has no interfaces: pass a function, or tell cases apart with an `enum`";
const MODULE: &str = "a file is a module and has its name: none is declared";
const IMPORT: &str = "another module is brought in with `import`";

const WORDS: &[Word] = &[
    word("def", FN, Some("fn"), Then::Function),
    word("func", FN, Some("fn"), Then::Function),
    word("function", FN, Some("fn"), Then::Function),
    word("fun", FN, Some("fn"), Then::Function),
    word("proc", FN, Some("fn"), Then::Function),
    word(
        "async",
        "functions have no colour: every function may wait, without `async`",
        Some(""),
        Then::Declaration,
    ),
    word("pub", PUBLIC, Some(""), Then::Declaration),
    word("public", PUBLIC, Some(""), Then::Declaration),
    word("export", PUBLIC, Some(""), Then::Declaration),
    word("private", PRIVATE, Some(""), Then::Declaration),
    word(
        "static",
        "what belongs to no value is declared at the top level",
        Some(""),
        Then::Declaration,
    ),
    word(
        "class",
        "a type with fields is a `struct`, or a `mutable struct` if they change",
        Some("struct"),
        Then::Struct,
    ),
    word("record", "a type with fields is a `struct`", Some("struct"), Then::Struct),
    word("interface", BEHAVIOUR, None, Then::Line),
    word("trait", BEHAVIOUR, None, Then::Line),
    word("protocol", BEHAVIOUR, None, Then::Line),
    word("impl", "the methods of a type stand in its `struct` or `enum`", None, Then::Line),
    word("package", MODULE, None, Then::Line),
    word("module", MODULE, None, Then::Line),
    word("namespace", MODULE, None, Then::Line),
    word("use", IMPORT, None, Then::Line),
    word("using", IMPORT, None, Then::Line),
    word("require", IMPORT, None, Then::Line),
    word("include", IMPORT, None, Then::Line),
    word(
        "go",
        "a task is started with `spawn`, within a `concurrent` block",
        Some("spawn"),
        Then::Statement,
    ),
    word("let", NO_WORD, Some(""), Then::Statement),
    word("var", NO_WORD, Some(""), Then::Statement),
    word("val", NO_WORD, Some(""), Then::Statement),
    word("mut", "every name may be assigned again, without `mut`", Some(""), Then::Statement),
    word("auto", NO_WORD, Some(""), Then::Statement),
    word("foreach", "a loop over values is `for`", Some("for"), Then::For),
    word("switch", "a choice by value is a `match`", Some("match"), Then::Match),
    word("unless", "a condition that must not hold is `if not`", Some("if not"), Then::If),
    word("until", "a loop goes on `while not`", Some("while not"), Then::While),
    word(
        "del",
        "a name ends with its function; to take an entry out, call `remove`",
        None,
        Then::Line,
    ),
    word("global", ENCLOSING, None, Then::Line),
    word("nonlocal", ENCLOSING, None, Then::Line),
    word("raise", FAILS, None, Then::Line),
    word("throw", FAILS, None, Then::Line),
    word("yield", "values are passed on through a `channel`", None, Then::Line),
    word("lock", "what is guarded is used in `with m.lock() as value:`", None, Then::Line),
];

/// Whether this is such a word.
pub(super) fn is_word(text: &str) -> bool {
    find(text).is_some()
}

/// Whether the word declares a name that has a value.
fn is_value(word: &Word) -> bool {
    word.message == NO_WORD
}

fn find(text: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| word.text == text)
}

/// Whether this word, before such a token, begins a declaration in another language.
pub(in crate::grammar) fn is_declaration(p: &Parser<'_>, ahead: usize) -> bool {
    follows_no_name(p.nth(ahead + 1))
        && find(p.text(ahead)).is_some_and(|word| match word.then {
            Then::Function | Then::Struct => p.nth(ahead + 1) == Ident,
            Then::Declaration => items::begins_item(p, ahead + 1) || is_declaration(p, ahead + 1),
            Then::Statement => is_value(word) && p.depth() == 0,
            Then::Line => p.depth() == 0 && p.nth(ahead + 1) == Ident,
            _ => false,
        })
}

/// A declaration that begins with such a word.
pub(in crate::grammar) fn declaration(p: &mut Parser<'_>) {
    if !statement(p) {
        p.error(format!("expected a declaration, found {}", p.found()));
        p.skip_line();
        end_of_statement(p);
    }
}

/// A declaration or statement that begins with such a word; false if none does.
pub(in crate::grammar) fn statement(p: &mut Parser<'_>) -> bool {
    let next = p.nth(1);
    if matches!(next, Colon | LeftBrace) {
        return super::foreign_block(p);
    }
    let is_condition =
        matches!(next, NotKeyword | LeftParen) && matches!(p.text(0), "unless" | "until");
    if !follows_no_name(next) && !is_condition {
        return false;
    }
    let Some(word) = find(p.text(0)) else { return super::declared_in_c(p) };
    tell(p, word);
    let marker = p.start();
    let is_body = word.text == "go" && matches!(p.text(1), "func" | "fn");
    match if is_body { Then::Line } else { word.then } {
        Then::Function => {
            // The word takes the place of `fn`.
            p.bump();
            items::function_after_keyword(p, false);
            marker.complete(p, Fn);
            end_of_statement(p);
        }
        Then::Line => {
            skip_with_block(p);
            marker.complete(p, Error);
            end_of_statement(p);
        }
        Then::Statement if is_value(word) && p.depth() == 1 => {
            marker.abandon(p);
            items::constant(p);
        }
        Then::Declaration | Then::Statement => {
            p.bump();
            marker.complete(p, Error);
            if items::begins_item(p, 0) {
                items::item(p);
            } else if !super::typed_in_go(p) {
                suites::each_moves(p, statements::statement);
            }
        }
        Then::Struct | Then::If | Then::While | Then::For | Then::Match => {
            marker.abandon(p);
            match word.then {
                Then::Struct => items::structure(p),
                Then::If => blocks::conditional(p),
                Then::While => blocks::while_loop(p),
                Then::For => blocks::for_loop(p),
                _ => blocks::match_cases(p),
            }
        }
    }
    true
}

fn tell(p: &mut Parser<'_>, word: &Word) {
    let mut error = told(word.message, p.range(0));
    let fix = match word.text {
        "raise" | "throw" => panicking(p),
        // `async def` is one word too many and another one.
        "async" if find(p.text(1)).is_some_and(|next| next.then == Then::Function) => {
            Some(("write `fn`".to_owned(), instead(p.range(0).cover(p.range(1)), "fn")))
        }
        "go" if matches!(p.text(1), "func" | "fn") => {
            error =
                error.with_help("a task with a body of its own is `spawn:` and an indented block");
            None
        }
        _ if is_value(word) && p.depth() == 0 => {
            error.message = "a value at the top level is declared with `const`".to_owned();
            Some(("write `const`".to_owned(), instead(p.range(0), "const")))
        }
        _ => word.instead.map(|text| replacing(p, word, text)),
    };
    if let Some((title, edits)) = fix {
        error = error.with_fix(title, edits);
    }
    p.report(error);
}

fn replacing(p: &Parser<'_>, word: &Word, text: &str) -> (String, Edits) {
    match text {
        "" if is_value(word) && p.text(1) == "mut" => {
            let range = rowan::TextRange::new(p.range(0).start(), p.range(2).start());
            (format!("remove `{} mut`", word.text), instead(range, ""))
        }
        "" if is_value(word) && p.nth(1) == Ident && p.nth(2) == Ident => {
            let colon = (rowan::TextRange::empty(p.range(1).end()), ":".to_owned());
            (format!("remove `{}`", word.text), vec![(word_and_space(p), String::new()), colon])
        }
        "" => (format!("remove `{}`", word.text), instead(word_and_space(p), "")),
        _ => (format!("write `{text}`"), instead(p.range(0), text)),
    }
}

/// `raise Error("text")` and `throw "text"`, as a call of `panic`.
fn panicking(p: &Parser<'_>) -> Option<(String, Edits)> {
    let title = "write `panic`".to_owned();
    let line = p.rest_of_line();
    match (p.nth(1), p.nth(2), p.nth(3), p.nth(4), p.nth(5)) {
        (Ident, LeftParen, StringLiteral, RightParen, Newline) => {
            Some((title, instead(from_to(p.range(0), p.range(1)), "panic")))
        }
        (StringLiteral, Newline, ..) => {
            let edits = vec![
                (word_and_space(p), "panic(".to_owned()),
                (rowan::TextRange::empty(line.end()), ")".to_owned()),
            ];
            Some((title, edits))
        }
        _ => None,
    }
}

/// A line that was not understood, with the block beneath it: all in the node that is open, so that
/// what ends the block is never taken for a statement of its own.
fn skip_with_block(p: &mut Parser<'_>) {
    p.skip_line();
    let has_braces = p.previous() == LeftBrace;
    if p.at(Newline) && p.nth(1) == Indent {
        p.bump();
        p.bump();
        p.skip_block();
        p.bump();
        if has_braces && p.at(RightBrace) {
            p.skip_line();
            p.eat(Newline);
        }
    }
}
