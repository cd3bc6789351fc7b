//! Edits of nodes to edits of text.

use std::borrow::Cow;

use weir_syntax::{SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize};

use super::part::part;
use crate::diagnostics::{EditKind, Part};

/// One level of the one style.
const INDENT: &str = "    ";

/// Which range gets which text.
pub(super) fn edited_part(node: &SyntaxNode, of: Part, kind: &EditKind) -> (TextRange, String) {
    let range = part(node, of);
    let indentation = indentation(node);
    match kind {
        EditKind::Replace(text) => (range, text.clone()),
        EditKind::Around(before, after) => {
            let text = node.text().slice(range - node.text_range().start());
            (range, format!("{before}{text}{after}"))
        }
        EditKind::Before(text) => (TextRange::empty(range.start()), text.clone()),
        EditKind::After(text) => (TextRange::empty(range.end()), text.clone()),
        EditKind::LineBefore(text) => {
            (TextRange::empty(range.start()), format!("{text}\n{indentation}"))
        }
        EditKind::Wrap(header) => {
            let deeper = deeper(node, range, &[]);
            (range, format!("{header}\n{indentation}{INDENT}{deeper}"))
        }
        EditKind::Unwrap => (range, unwrapped(node, range, &indentation)),
        EditKind::LineAfter(text) => {
            (TextRange::empty(range.end()), format!("\n{indentation}{text}"))
        }
        EditKind::Import(line) => import(node, line),
        EditKind::RemoveLines => (lines(node, range), String::new()),
        // They need more than this node.
        EditKind::TextOf(_) | EditKind::Enclose { .. } => (range, String::new()),
        EditKind::Arguments(text) => (arguments(node), format!("({text})")),
    }
}

/// Whether the edit makes lines of its own, which the rest of a line of others has no place for.
pub(super) fn is_of_lines(kind: &EditKind) -> bool {
    matches!(
        kind,
        EditKind::LineBefore(_)
            | EditKind::LineAfter(_)
            | EditKind::Wrap(_)
            | EditKind::Enclose { .. }
    )
}

/// Whether nothing but spaces stands before the node on its line.
pub(super) fn begins_line(node: &SyntaxNode) -> bool {
    let mut tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
    let first = tokens.find(|token| !token.kind().is_trivia());
    let mut before = first.and_then(|first| first.prev_token());
    while let Some(token) = before {
        let line = token.text().rsplit('\n').next().unwrap_or_default();
        if !line.trim().is_empty() {
            return false;
        }
        if line.len() < token.text().len() {
            return true;
        }
        before = token.prev_token();
    }
    true
}

/// Where an import goes and how: behind the last one, else above the first declaration with its
/// comments.
fn import(item: &SyntaxNode, line: &str) -> (TextRange, String) {
    use weir_syntax::SyntaxKind::{FromImport, Import};
    let root = item.ancestors().last().unwrap_or_else(|| item.clone());
    let is_import = |node: &SyntaxNode| matches!(node.kind(), Import | FromImport);
    if let Some(last) = root.children().filter(is_import).last() {
        return (TextRange::empty(part(&last, Part::Whole).end()), format!("\n{line}"));
    }
    let first = root.children().next().unwrap_or_else(|| item.clone());
    let text = root.text().to_string();
    let mut start = usize::from(part(&first, Part::Whole).start()).min(text.len());
    for above in text[..start].split_inclusive('\n').rev().take_while(|line| line.starts_with('#'))
    {
        start -= above.len();
    }
    let at = TextSize::try_from(start).unwrap_or_default();
    (TextRange::empty(at), format!("{line}\n\n"))
}

/// The arguments of a call with their brackets.
fn arguments(call: &SyntaxNode) -> TextRange {
    let list = call.children().find(|child| child.kind() == SyntaxKind::ArgList);
    part(&list.unwrap_or_else(|| call.clone()), Part::Whole)
}

/// A range with the rest of its last line, that line's end, and what it is indented by.
fn lines(node: &SyntaxNode, range: TextRange) -> TextRange {
    let root = node.ancestors().last().unwrap_or_else(|| node.clone());
    let text = root.text().to_string();
    let end = usize::from(range.end()).min(text.len());
    let rest = text[end..].find('\n').map_or(text.len() - end, |at| at + 1);
    let before = text.get(..range.start().into()).unwrap_or_default();
    let indent = before.len() - before.trim_end_matches([' ', '\t']).len();
    let size = |count: usize| TextSize::try_from(count).unwrap_or_default();
    TextRange::new(range.start() - size(indent), range.end() + size(rest))
}

/// A text with the line ends that another one has.
pub(super) fn with_line_ends_of(other: &str, text: String) -> String {
    let first = other.find('\n').is_some_and(|at| other[..at].ends_with('\r'));
    match first {
        true => text.replace("\r\n", "\n").replace('\n', "\r\n"),
        false => text,
    }
}

/// A `with` of the first statement, around those behind it up to the last, without these of them.
pub(super) fn enclosed(
    first: &SyntaxNode,
    last: &SyntaxNode,
    without: &[SyntaxNode],
) -> (TextRange, String) {
    let (first, last) = (part(first, Part::Whole), part(last, Part::Whole));
    let root = without.iter().flat_map(|node| node.ancestors()).last();
    let inside = TextRange::new(first.end(), last.end());
    let left_out: Vec<TextRange> = without.iter().map(|node| part(node, Part::Whole)).collect();
    let text = root.as_ref().map(|root| root.text().slice(first).to_string()).unwrap_or_default();
    let body = root.map(|root| deeper(&root, inside, &left_out)).unwrap_or_default();
    (first.cover(last), format!("with {text}:{body}"))
}

/// The node's text within the range, one level deeper and without these lines. Lines of a long string
/// stay as they are, for they are its value.
fn deeper(node: &SyntaxNode, range: TextRange, without: &[TextRange]) -> String {
    let tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
    let tokens: Vec<_> = tokens.filter(|token| range.contains_range(token.text_range())).collect();
    let starts_blank = |token: Option<&SyntaxToken>| {
        token.is_some_and(|next| next.text().starts_with(['\n', '\r']))
    };
    let is_left_out =
        |token: &SyntaxToken| without.iter().any(|range| range.contains_range(token.text_range()));
    let mut text = String::new();
    for (index, token) in tokens.iter().enumerate() {
        if is_left_out(token) {
            text.truncate(text.trim_end_matches([' ', '\n', '\r']).len());
            continue;
        }
        let is_blank_next = starts_blank(tokens.get(index + 1));
        let token_text = match token.kind().is_trivia() {
            true => Cow::Owned(indented(token.text(), is_blank_next)),
            false => Cow::Borrowed(token.text()),
        };
        text += &token_text;
    }
    text
}

/// Space one level deeper: behind each line end, unless the line is blank.
fn indented(space: &str, is_blank_next: bool) -> String {
    let mut lines = space.split('\n').peekable();
    let mut text = lines.next().unwrap_or_default().to_owned();
    while let Some(line) = lines.next() {
        let is_blank = match lines.peek() {
            Some(_) => line.trim_end_matches('\r').is_empty(),
            None => line.is_empty() && is_blank_next,
        };
        text.push('\n');
        text += if is_blank { "" } else { INDENT };
        text += line;
    }
    text
}

/// What stands behind the node's `:`, at the indentation that the node has. Lines of a long string stay
/// as they are, for they are its value.
fn unwrapped(node: &SyntaxNode, range: TextRange, outer: &str) -> String {
    let mut own = node.children_with_tokens().filter_map(|element| element.into_token());
    let Some(colon) = own.find(|token| token.kind() == SyntaxKind::Colon) else {
        return node.text().to_string();
    };
    let inside = TextRange::new(colon.text_range().end(), range.end());
    let tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
    let tokens: Vec<_> = tokens.filter(|token| inside.contains_range(token.text_range())).collect();
    let first = tokens.iter().find(|token| !token.kind().is_trivia());
    let inner = first.map_or(0, |token| indentation_at(token).len());
    let surplus = inner.saturating_sub(outer.len());
    let (mut text, mut left) = (String::new(), 0);
    for token in &tokens {
        for character in token.text().chars() {
            let is_surplus = token.kind().is_trivia() && character == ' ' && left > 0;
            left = match character {
                '\n' => surplus,
                ' ' if is_surplus => left - 1,
                _ => 0,
            };
            text.extend((!is_surplus).then_some(character));
        }
    }
    text.trim_start().to_owned()
}

/// The spaces before the line on which the node starts.
fn indentation(node: &SyntaxNode) -> String {
    node.first_token().map_or_else(String::new, |first| indentation_at(&first))
}

/// The spaces before the line on which the token starts.
fn indentation_at(first: &SyntaxToken) -> String {
    let mut before = Vec::new();
    let mut token = first.prev_token();
    while let Some(current) = token {
        let text = current.text();
        if let Some(at) = text.rfind('\n') {
            before.push(text[at + 1..].to_owned());
            break;
        }
        before.push(text.to_owned());
        token = current.prev_token();
    }
    let line: String = before.into_iter().rev().collect();
    line.chars().take_while(|character| *character == ' ').collect()
}
