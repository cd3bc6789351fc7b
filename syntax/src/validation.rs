//! What is wrong though it parses: literals that stand for nothing (S005), targets that are no
//! places.
//!
//! What it is not: a walk over the tree, which would cost as much as building it. Literals are
//! looked at as tokens; the tree is asked only where a token alone cannot tell. Invariant: the
//! findings do not depend on the parser's.

use rowan::TextRange;

use crate::ast::{AstNode, Expr, Literal, TupleExpr};
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::grammar::target_words;
use crate::kind::{SyntaxKind, SyntaxNode};
use crate::lexer::Lexed;
use crate::literals::{self, LiteralError, StringShape};

/// All findings about literals.
pub(crate) fn literals(lexed: &Lexed<'_>, root: &SyntaxNode, errors: &mut Vec<SyntaxError>) {
    // Whether each open f-string is raw.
    let mut raw = Vec::new();
    let mut found = Vec::new();
    for index in 0..lexed.len() {
        let text = || lexed.text(index);
        match lexed.kind(index) {
            SyntaxKind::IntLiteral | SyntaxKind::FloatLiteral if is_plain(text()) => continue,
            SyntaxKind::IntLiteral => int(lexed, index, root, &mut found),
            SyntaxKind::FloatLiteral => found.extend(literals::decode_float(text()).1),
            SyntaxKind::StringLiteral => {
                if text().starts_with(['\'', 'r', 'R']) && single_quoted(lexed, index, errors) {
                    continue;
                }
                if text().contains('\\') {
                    literals::decode_string(text(), &mut found);
                }
            }
            SyntaxKind::BytesLiteral => {
                if single_quoted(lexed, index, errors) {
                    continue;
                }
                literals::decode_bytes(text(), &mut found);
            }
            SyntaxKind::FStringStart => {
                single_quoted(lexed, index, errors);
                raw.push(StringShape::of(text()).raw);
            }
            SyntaxKind::FStringPiece => {
                if text().contains(['\\', '{', '}']) {
                    let is_raw = raw.last().copied().unwrap_or(false);
                    literals::decode_fstring_piece(text(), is_raw, &mut found);
                }
            }
            SyntaxKind::FStringEnd => {
                raw.pop();
            }
            _ => continue,
        }
        let start = lexed.range(index).start();
        errors.extend(found.drain(..).map(|error| bad_literal(error, start)));
    }
}

/// Whether nothing can be wrong with a number, seen from afar: nearly all are such.
fn is_plain(text: &str) -> bool {
    /// So many digits fit an `int`.
    const DIGITS_MAX: usize = 18;
    let all_plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    all_plain && text.len() <= DIGITS_MAX && (text.len() == 1 || !text.starts_with('0'))
}

fn bad_literal(error: LiteralError, start: rowan::TextSize) -> SyntaxError {
    let range = error.range + start;
    let bad = SyntaxError::new(SyntaxErrorCode::BadLiteral, error.message, range);
    let bad = SyntaxError { help: error.help, ..bad };
    match error.instead {
        Some(instead) => bad.with_fix(format!("write `{instead}`"), vec![(range, instead)]),
        None => bad,
    }
}

/// An integer must fit; 2^63 does right after a minus, which only the tree can tell.
fn int(lexed: &Lexed<'_>, index: usize, root: &SyntaxNode, found: &mut Vec<LiteralError>) {
    let text = lexed.text(index);
    let (value, error) = literals::decode_int(text);
    found.extend(error);
    if value != 1 << 63 {
        return;
    }
    let token = root.token_at_offset(lexed.range(index).start()).right_biased();
    let literal = token.and_then(|token| token.parent()).and_then(Literal::cast);
    if !literal.is_some_and(|literal| literal.is_negated()) {
        let range = TextRange::up_to(lexed.range(index).len());
        found.push(LiteralError {
            message: literals::int_too_large(text),
            range,
            help: None,
            instead: None,
        });
    }
}

/// `'text'`
fn single_quoted(lexed: &Lexed<'_>, index: usize, errors: &mut Vec<SyntaxError>) -> bool {
    let (text, range) = (lexed.text(index), lexed.range(index));
    let shape = StringShape::of(text);
    if shape.quote != '\'' {
        return false;
    }
    let message = "a string is written with `\"`, not with `'`";
    let mut error = SyntaxError::new(SyntaxErrorCode::BadLiteral, message, range);
    let content = text.get(shape.content(text)).unwrap_or_default();
    let prefix = text.split('\'').next().unwrap_or_default();
    if shape.format {
        if let Some(end) = end_of_fstring(lexed, index) {
            let edits = vec![(range, format!("{prefix}\"")), (end, "\"".to_string())];
            error = error.with_fix("write `\"`", edits);
        }
    } else if !content.contains(['"', '\\']) {
        error = error.with_fix("write `\"`", vec![(range, format!("{prefix}\"{content}\""))]);
    }
    errors.push(error);
    true
}

/// The quote that ends the f-string that begins here, if its text could stand between other quotes.
fn end_of_fstring(lexed: &Lexed<'_>, start: usize) -> Option<TextRange> {
    let mut depth = 0u32;
    for index in start..lexed.len() {
        match lexed.kind(index) {
            SyntaxKind::FStringStart => depth += 1,
            SyntaxKind::FStringEnd => depth -= 1,
            SyntaxKind::FStringPiece if depth == 1 && lexed.text(index).contains('"') => {
                return None;
            }
            SyntaxKind::LineEnd => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(lexed.range(index));
        }
    }
    None
}

/// The parts of tuples that are assigned to: `(f(), b) = pair`.
pub(crate) fn tuple_targets(
    targets: &[TextRange],
    root: &SyntaxNode,
    errors: &mut Vec<SyntaxError>,
) {
    for range in targets {
        let element = root.covering_element(*range);
        let tuple = element.into_node().and_then(TupleExpr::cast);
        if let Some(tuple) = tuple {
            tuple.exprs().for_each(|part| check_target(part, errors));
        }
    }
}

fn check_target(part: Expr, errors: &mut Vec<SyntaxError>) {
    match part {
        Expr::NameExpr(_) | Expr::MemberExpr(_) | Expr::IndexExpr(_) => {}
        Expr::TupleExpr(tuple) => tuple.exprs().for_each(|part| check_target(part, errors)),
        _ => {
            let message = format!("cannot assign to {}", target_words(part.syntax().kind()));
            let range = part.syntax().text_range();
            errors.push(SyntaxError::new(SyntaxErrorCode::Syntax, message, range));
        }
    }
}
