//! Reads a part and puts it into the tree.
//!
//! What it is not: the choice of the part. Invariant: what is read is exactly the part; when its last
//! line runs on into the next, or ends before the part does, there is no result.

use std::ops::Range;

use rowan::{NodeOrToken, TextRange, TextSize};

use super::TextEdit;
use super::find::Part;
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::grammar::{self, part::Place};
use crate::kind::{SyntaxKind, SyntaxKind::*, SyntaxNode};
use crate::layout::{self, Input};
use crate::lexer::{self, Lexed};
use crate::parser::{Event, Parser};
use crate::{Parse, findings, tree};

/// What begins and ends strings of several lines, which know no parts.
const LONG_QUOTE: &str = "\"\"\"";

impl Part {
    /// The parse of the new text.
    pub(super) fn reparse(&self, old: &Parse, edit: &TextEdit, new_text: &str) -> Option<Parse> {
        let children = self.children()?;
        let (root, errors) = self.read(old.signatures, edit, new_text)?;
        let new_children: Vec<_> = root.green().children().map(|child| child.to_owned()).collect();
        let container = self.container.green().splice_children(children, new_children);
        Some(Parse {
            green: self.container.replace_with(container),
            errors: self.merge(old, edit, errors)?,
            ..*old
        })
    }

    /// Which of the container's children the part has; none if it holds a string of several lines.
    fn children(&self) -> Option<Range<usize>> {
        let range = self.child_at(self.range.start())?..self.child_at(self.range.end())?;
        let green = self.container.green();
        let mut text = String::new();
        for child in green.children().skip(range.start).take(range.len()) {
            match child {
                NodeOrToken::Node(node) => text += &node.to_string(),
                NodeOrToken::Token(token) => text += token.text(),
            }
        }
        (!text.contains(LONG_QUOTE)).then_some(range)
    }

    /// The index of the child that begins here, or would if there were one more.
    fn child_at(&self, offset: TextSize) -> Option<usize> {
        if offset == self.container.text_range().start() {
            return Some(0);
        }
        // Between two children it is the first of them that is found.
        let child = self.container.child_or_token_at_range(TextRange::empty(offset))?;
        (child.text_range().end() == offset).then_some(child.index() + 1)
    }

    /// The part's new tree, as the children of a root, and what is wrong with it.
    fn read(
        &self,
        signatures: bool,
        edit: &TextEdit,
        new_text: &str,
    ) -> Option<(SyntaxNode, Vec<SyntaxError>)> {
        let start = usize::from(self.range.start());
        let end = usize::from(edit.shift(self.range.end()));
        let text = new_text.get(start..end)?;
        let with_next = new_text.get(start..self.end_of_next_line(new_text).unwrap_or(end))?;
        let begins_oddly = start > 0 && text.starts_with('\u{feff}');
        let ends_line = text.ends_with('\n') || end == new_text.len();
        if text.contains(LONG_QUOTE) || begins_oddly || !ends_line {
            return None;
        }

        let mut lexed = lexer::lex(with_next);
        let tokens = lexed.index_at(text.len())?;
        if !self.begins_well(&lexed, tokens) {
            return None;
        }
        let laid_out = layout::layout_part(&lexed, self.indentation, tokens);
        // An open bracket ends where the next line must have begun a new statement.
        let next_line = &with_next[text.len()..];
        let knows_next_line = end == new_text.len() || !next_line.is_empty();
        if laid_out.open_bracket && (!knows_next_line || next_line.contains(LONG_QUOTE)) {
            return None;
        }
        if !self.is_laid_out(&laid_out.input) {
            return None;
        }
        let end = self.end_in(&laid_out.input, tokens)?;
        let place = Place::of(&self.container)?;
        let mut sink = tree::Sink::new(&lexed, &laid_out.input);
        let mut receiver = |events: &mut [Event]| sink.events(events);
        let mut parser = Parser::new(&lexed, &laid_out.input, signatures, &mut receiver);
        if !grammar::part::part(&mut parser, &place, end) {
            return None;
        }
        let found = parser.finish();
        let green = sink.finish(tokens);
        lexed.truncate(tokens);
        let root = SyntaxNode::new_root(green);
        let errors = findings(lexed, laid_out.input, found, &root, text);
        Some((root, errors))
    }

    /// Where the first line ends of what follows in the container.
    fn end_of_next_line(&self, new_text: &str) -> Option<usize> {
        let next = usize::from(self.next?);
        let rest = new_text.get(next..)?;
        Some(rest.find('\n').map_or(new_text.len(), |line_end| next + line_end + 1))
    }

    /// Whether the part begins with a token that cannot belong to the statement before it, nor to a
    /// block of that as its comment.
    fn begins_well(&self, lexed: &Lexed<'_>, tokens: usize) -> bool {
        let mut kinds = (0..tokens).map(|index| lexed.kind(index));
        let first = kinds.find(|kind| !matches!(kind, Whitespace | LineEnd | ByteOrderMark));
        let is_comment = matches!(first, Some(Comment | DocComment));
        first.is_some_and(|kind| !self.has_previous || (!is_comment && begins_line(kind)))
    }

    /// Whether the layout of the part is what it is in the whole text.
    fn is_laid_out(&self, input: &Input) -> bool {
        let has_tabs = |error: &SyntaxError| error.code == SyntaxErrorCode::TabInIndentation;
        input.kind(0) != Indent
            && if self.is_of_file() {
                !input.errors.iter().any(has_tabs)
            } else {
                input.errors.is_empty()
            }
    }

    /// The token of the layout with which the part has ended, if all blocks in it have.
    fn end_in(&self, input: &Input, tokens: usize) -> Option<usize> {
        let end = match self.next {
            Some(_) => (0..input.len()).find(|index| {
                input.raw(*index) >= tokens
                    && !matches!(input.kind(*index), Newline | Indent | Dedent)
            })?,
            None if self.is_of_file() => input.len() - 1,
            // The container's own DEDENT, and the end.
            None => input.len().checked_sub(2)?,
        };
        let before = input.kind(end.checked_sub(1)?);
        let ends = match self.next {
            Some(_) => matches!(before, Newline | Dedent) && !input.kind(end).is_virtual(),
            None if self.is_of_file() => true,
            None => input.kind(end) == Dedent && input.raw(end) == tokens,
        };
        ends.then_some(end)
    }

    /// The findings of the whole text.
    fn merge(
        &self,
        old: &Parse,
        edit: &TextEdit,
        mut found: Vec<SyntaxError>,
    ) -> Option<Vec<SyntaxError>> {
        for error in &mut found {
            move_error(error, |range| Some(range + self.range.start()))?;
        }
        let first = old.errors.partition_point(|error| error.range.start() < self.range.start());
        let behind = |error: &SyntaxError| {
            error.range.start() >= self.range.start() && !self.range.contains_range(error.range)
        };
        let mut errors = old.errors.get(..first)?.to_vec();
        errors.append(&mut found);
        for error in old.errors.get(first..)?.iter().filter(|error| behind(error)) {
            let mut error = error.clone();
            move_error(&mut error, |range| {
                let is_behind = range.start() >= self.range.end();
                is_behind
                    .then(|| TextRange::new(edit.shift(range.start()), edit.shift(range.end())))
            })?;
            errors.push(error);
        }
        Some(errors)
    }
}

/// Moves all ranges of a finding.
fn move_error(
    error: &mut SyntaxError,
    to: impl std::ops::Fn(TextRange) -> Option<TextRange>,
) -> Option<()> {
    error.range = to(error.range)?;
    for (range, _) in error.fix.iter_mut().flat_map(|fix| &mut fix.edits) {
        *range = to(*range)?;
    }
    Some(())
}

/// Whether a token of this kind, where a line may begin, begins one, whatever stands before.
fn begins_line(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        Ident
            | IntLiteral
            | FloatLiteral
            | StringLiteral
            | BytesLiteral
            | FStringStart
            | AssertKeyword
            | BlockingKeyword
            | BreakKeyword
            | ConcurrentKeyword
            | ConstKeyword
            | ContinueKeyword
            | DeferKeyword
            | DetachKeyword
            | EnumKeyword
            | FalseKeyword
            | FnKeyword
            | ForKeyword
            | FromKeyword
            | IfKeyword
            | ImportKeyword
            | MatchKeyword
            | MutableKeyword
            | ParallelKeyword
            | PassKeyword
            | ReturnKeyword
            | SelectKeyword
            | SpawnKeyword
            | StructKeyword
            | TasklocalKeyword
            | TrueKeyword
            | WhileKeyword
            | WithKeyword
    )
}
