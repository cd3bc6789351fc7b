//! Suites: what stands after a `:`, and how statements end.
//!
//! What it is not: the statements themselves. Invariant: whoever reads a suite reads its line end
//! too, so that a statement with a suite needs none of its own.

use rowan::TextRange;

use super::{Context, habits, items, statements};
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::{self, *};
use crate::parser::Parser;

/// How many `;` of a line one fix removes: a look at each of a line without end would cost its square.
const SEMICOLONS_MAX: usize = 32;

/// `:` and a block of statements; `header` is what stands before the `:`, for the messages.
pub(super) fn block(p: &mut Parser<'_>, header: &str) {
    colon(p, header);
    suite(p, Some(Block), header, statements::statement);
}

/// A block in another context.
pub(super) fn block_within(p: &mut Parser<'_>, header: &str, context: Context) {
    super::within(p, context, |p| block(p, header));
}

/// The `:` before a suite.
pub(super) fn colon(p: &mut Parser<'_>, header: &str) {
    if p.eat(Colon) {
        return;
    }
    let message = format!("expected `:` after {header}");
    if p.at_virtual() || statements::only_begins_statement(p.current()) {
        p.missing(message);
        return;
    }
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here());
    if habits::arrow_for_colon(p) || habits::word_for_colon(p) {
        return;
    }
    match p.current() {
        LeftBrace if p.at_block_brace(0) => return habits::block_brace(p),
        Equals => {
            let range = p.here();
            let error = SyntaxError::new(
                SyntaxErrorCode::Syntax,
                "`=` assigns and cannot stand in an expression",
                range,
            );
            let error = error.with_help("to compare, write `==`");
            p.report(error.with_fix("compare with `==`", vec![(range, "==".to_string())]));
        }
        LeftBrace => p.report(error.with_help("a block begins with `:` and is indented")),
        _ => {
            let message = format!("{}, found {}", error.message, p.found());
            p.report(SyntaxError { message, ..error });
        }
    }
    p.skip_until(|kind| matches!(kind, Colon | LeftBrace));
    if p.at_block_brace(0) {
        return habits::block_brace(p);
    }
    p.skip_until(|kind| kind == Colon);
    // Of several the one at the end of the line is the one.
    while p.at(Colon) && p.nth(1) != Newline && p.find_on_line(1, |kind| kind == Colon).is_some() {
        habits::skip_tokens(p, 1);
        p.skip_until(|kind| kind == Colon);
    }
    p.eat(Colon);
}

/// What stands after the `:`: an indented suite, or one simple statement on the line. It becomes a
/// node of the kind `node`, if there is one.
pub(super) fn suite(
    p: &mut Parser<'_>,
    node: Option<SyntaxKind>,
    header: &str,
    each: fn(&mut Parser<'_>),
) {
    let brace = p.take_brace();
    if node.is_none() && p.at(Newline) && habits::begins_case(p, 1) {
        habits::cases_beside(p, header, brace, each);
    } else {
        suite_of(p, node, header, each);
    }
    if let Some(error) = brace {
        habits::end_of_braces(p, error);
    }
}

fn suite_of(p: &mut Parser<'_>, node: Option<SyntaxKind>, header: &str, each: fn(&mut Parser<'_>)) {
    if p.at(Newline) && p.nth(1) == Indent {
        p.bump();
        let marker = node.map(|kind| (p.start(), kind));
        indented(p, each);
        if let Some((marker, kind)) = marker {
            marker.complete(p, kind);
        }
    } else if p.at_virtual() {
        missing_suite(p, node, header, each);
    } else {
        let marker = node.map(|kind| (p.start(), kind));
        if begins_suite(p.current()) && node == Some(Block) {
            let found = p.found();
            p.error(format!("{found} has a block of its own: put it on the next line, indented"));
        }
        each(p);
        if let Some((marker, kind)) = marker {
            marker.complete(p, kind);
        }
    }
}

/// An indented suite, from its INDENT to its DEDENT.
fn indented(p: &mut Parser<'_>, each: fn(&mut Parser<'_>)) {
    p.bump();
    lines(p, each, |_| false);
    if p.at(Dedent) {
        p.bump();
    }
}

/// The lines of a part of a block.
pub(super) fn part(p: &mut Parser<'_>, each: fn(&mut Parser<'_>)) {
    lines(p, each, |p| p.at_end_of_part());
}

/// Lines up to the end of the block, or one that `stops`. Lines that are indented more than they
/// should be are read as if they were not.
pub(super) fn lines(p: &mut Parser<'_>, each: fn(&mut Parser<'_>), stops: fn(&Parser<'_>) -> bool) {
    let mut too_deep = 0u32;
    loop {
        match p.current() {
            Eof => return,
            Dedent if too_deep == 0 => return,
            Dedent => {
                too_deep -= 1;
                p.bump();
            }
            Indent => {
                too_deep += 1;
                unexpected_indent(p);
            }
            Newline => p.bump(),
            _ if too_deep == 0 && stops(p) => return,
            _ => each_moves(p, each),
        }
    }
}

/// Reads one part, and sees to it that something was read.
pub(super) fn each_moves(p: &mut Parser<'_>, each: fn(&mut Parser<'_>)) {
    let before = p.position();
    each(p);
    if p.position() == before {
        p.error(format!("{} is not expected here", p.found()));
        let marker = p.start();
        p.bump();
        marker.complete(p, Error);
    }
}

/// An INDENT where no block begins.
pub(super) fn unexpected_indent(p: &mut Parser<'_>) {
    let is_echo = p.echo_of_mistake;
    p.bump();
    if !is_echo {
        let error = SyntaxError::new(
            SyntaxErrorCode::InconsistentIndentation,
            "this line is indented, but no block begins above it",
            p.here(),
        );
        p.remark(error.with_help("indent it as the line above"));
    }
}

/// Nothing is indented after the `:`.
fn missing_suite(
    p: &mut Parser<'_>,
    node: Option<SyntaxKind>,
    header: &str,
    each: fn(&mut Parser<'_>),
) {
    let adopts = p.depth() == 1 && p.at(Newline) && node == Some(Block) && {
        let next = p.nth(1);
        !next.is_virtual() && !items::begins_item(p, 1)
    };
    if !adopts {
        p.missing(format!("expected an indented block after {header}"));
        if p.at(Newline) {
            p.bump();
        }
        return;
    }
    // The body of a function at the left margin: one mistake, and its lines keep their meaning.
    p.bump();
    let error = SyntaxError::new(
        SyntaxErrorCode::InconsistentIndentation,
        format!("expected an indented block after {header}"),
        p.here(),
    );
    p.remark(error.with_help("indent this line and those that belong with it"));
    let marker = p.start();
    lines(p, each, |p| items::begins_item(p, 0));
    marker.complete(p, Block);
}

/// Whether a statement that begins with this has a suite.
fn begins_suite(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        IfKeyword
            | WhileKeyword
            | ForKeyword
            | ParallelKeyword
            | MatchKeyword
            | WithKeyword
            | ConcurrentKeyword
            | SelectKeyword
    )
}

/// The end of a simple statement. What stands before it was not understood.
pub(super) fn end_of_statement(p: &mut Parser<'_>) {
    match p.current() {
        Newline => p.bump(),
        // The statement ended with a suite, which has read the line's end.
        _ if p.previous().is_virtual() => {}
        Dedent | Eof | Indent => {}
        Semicolon => semicolon(p),
        _ => {
            if !habits::at_end(p) {
                p.error(format!("expected the end of the line, found {}", p.found()));
            }
            p.skip_line();
            if p.at(Newline) {
                p.bump();
            }
        }
    }
}

/// `;` behind a statement. What follows on the line is a statement of its own.
fn semicolon(p: &mut Parser<'_>) {
    let message = "a statement ends with its line: Weir has no `;`";
    let mut error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here());
    if p.nth(1) == Newline {
        error = error.with_fix("remove `;`", vec![(p.here(), String::new())]);
    } else if let Some(indentation) = p.indentation() {
        error = error.with_fix("begin new lines", new_lines(p, indentation));
    }
    p.report(error);
    let marker = p.start();
    p.bump();
    marker.complete(p, Error);
    if p.at(Newline) {
        p.bump();
    }
}

/// A new line in the place of this `;` and of each behind it on its line.
fn new_lines(p: &Parser<'_>, indentation: &str) -> Vec<(TextRange, String)> {
    let mut edits = Vec::new();
    let mut ahead = 0;
    loop {
        let (this, next) = (p.range(ahead), p.nth(ahead + 1));
        edits.push(match next {
            Newline => (this, String::new()),
            _ => (
                TextRange::new(this.start(), p.range(ahead + 1).start()),
                format!("\n{indentation}"),
            ),
        });
        match p.find_on_line(ahead + 1, |kind| kind == Semicolon) {
            Some((found, _)) if edits.len() < SEMICOLONS_MAX => ahead = found,
            _ => return edits,
        }
    }
}
