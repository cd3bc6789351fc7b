//! Which part of a text is to be read again.
//!
//! What it is not: the reading. Invariant: the lines of a part begin at the container's indentation, in the
//! old text and in the new.

use rowan::{TextRange, TextSize};

use super::TextEdit;
use crate::kind::{SyntaxElement, SyntaxKind::*, SyntaxNode};
use crate::{Parse, SyntaxError, SyntaxErrorCode};

/// How many declarations in a row are asked whether they are right, on either side of an edit, before the
/// part goes to that end of the file: to ask all of a file that is wrong throughout would take quadratic
/// time.
const NEIGHBOURS_MAX: usize = 16;

/// A part of a file.
pub(super) struct Part {
    pub(super) container: SyntaxNode,
    /// The indentation of the container's lines.
    pub(super) indentation: usize,
    /// Its range in the old text.
    pub(super) range: TextRange,
    /// Whether something stands before it in the container.
    pub(super) has_previous: bool,
    /// Where the node begins, in the new text, that stands behind it in the container.
    pub(super) next: Option<TextSize>,
}

/// What finding a part looks at.
struct Search<'a> {
    old: &'a Parse,
    edit: &'a TextEdit,
    new_text: &'a str,
    container: SyntaxNode,
    indentation: usize,
}

impl Part {
    /// The part of this container that is to be read again, if the container is one and has it.
    pub(super) fn find(
        old: &Parse,
        edit: &TextEdit,
        new_text: &str,
        container: SyntaxNode,
    ) -> Option<Part> {
        let mut search = Search { old, edit, new_text, container, indentation: 0 };
        match search.container.kind() {
            SourceFile => {}
            Block | MemberList | VariantList => {
                let first = search.container.first_child()?;
                search.indentation = search.indentation_before(first.text_range().start())?;
                if search.indentation == 0 {
                    return None;
                }
            }
            _ => return None,
        }
        let part = search.part()?;
        search.is_sound_around(&part).then_some(part)
    }

    /// Whether the container is the file.
    pub(super) fn is_of_file(&self) -> bool {
        self.container.kind() == SourceFile
    }
}

impl Search<'_> {
    fn is_file(&self) -> bool {
        self.container.kind() == SourceFile
    }

    fn part(&self) -> Option<Part> {
        let first = self.first();
        let (start, has_previous) = match &first {
            Some(node) => {
                let start =
                    node.text_range().start() - TextSize::try_from(self.indentation).ok()?;
                (start, node.prev_sibling().is_some())
            }
            None if self.is_file() => (TextSize::new(0), false),
            None => return None,
        };
        let next = self.next();
        let end = match &next {
            Some(node) => node.text_range().start() - TextSize::try_from(self.indentation).ok()?,
            None => self.end_of_container()?,
        };
        Some(Part {
            container: self.container.clone(),
            indentation: self.indentation,
            range: TextRange::new(start, end),
            has_previous,
            next: next.map(|node| self.edit.shift(node.text_range().start())),
        })
    }

    /// The node with which the part begins: the last one that begins a line before the edit, or one
    /// before that, until what stands before is beyond doubt.
    fn first(&self) -> Option<SyntaxNode> {
        let at = TextRange::empty(self.edit.range.start());
        let mut element = self.container.child_or_token_at_range(at);
        let mut first = loop {
            let this = element?;
            if let SyntaxElement::Node(node) = &this
                && self.begins_line_before_edit(node)
            {
                break node.clone();
            }
            element = this.prev_sibling_or_token();
        };
        for _ in 0..NEIGHBOURS_MAX {
            match first.prev_sibling() {
                Some(previous)
                    if !self.begins_line_before_edit(&first) || !self.is_clean(&previous) =>
                {
                    first = previous;
                }
                Some(_) => return Some(first),
                None => break,
            }
        }
        if first.prev_sibling().is_some() {
            return None;
        }
        self.begins_line_before_edit(&first).then_some(first)
    }

    fn begins_line_before_edit(&self, node: &SyntaxNode) -> bool {
        let start = node.text_range().start();
        start <= self.edit.range.start() && self.indentation_before(start) == Some(self.indentation)
    }

    /// The node that begins a line behind the part.
    fn next(&self) -> Option<SyntaxNode> {
        let at = TextRange::empty(self.edit.range.end());
        let mut element = self.container.child_or_token_at_range(at);
        let mut asked = 0;
        while asked < NEIGHBOURS_MAX {
            let this = element?;
            if let SyntaxElement::Node(node) = &this
                && self.begins_line_behind_edit(node)
                && !may_go_on(node)
            {
                if self.is_clean(node) {
                    return Some(node.clone());
                }
                asked += 1;
            }
            element = this.next_sibling_or_token();
        }
        None
    }

    fn begins_line_behind_edit(&self, node: &SyntaxNode) -> bool {
        let start = node.text_range().start();
        if start <= self.edit.range.end() {
            return false;
        }
        let start = usize::from(self.edit.shift(start));
        // The line end before it must be one that was there.
        let line_end = start.checked_sub(self.indentation + 1);
        line_end.is_some_and(|line_end| line_end >= usize::from(self.edit.insert_end()))
            && self.indentation_in_new_text(start) == Some(self.indentation)
    }

    /// Where a part ends that nothing follows in the container.
    fn end_of_container(&self) -> Option<TextSize> {
        let end = self.container.text_range().end();
        if self.is_file() {
            return Some(end);
        }
        let last = usize::from(self.edit.shift(end)).checked_sub(1)?;
        let ends_line = self.new_text.as_bytes().get(last) == Some(&b'\n');
        (ends_line && self.edit.range.end() < end).then_some(end)
    }

    /// How far a line is indented whose first token begins here, before the edit; nothing if that token
    /// is not the first one or the indentation is not of spaces alone.
    fn indentation_before(&self, offset: TextSize) -> Option<usize> {
        (offset <= self.edit.range.start()).then(|| self.indentation_in_new_text(offset.into()))?
    }

    fn indentation_in_new_text(&self, offset: usize) -> Option<usize> {
        let before = self.new_text.as_bytes().get(..offset)?;
        let spaces = before.iter().rev().take_while(|byte| **byte == b' ').count();
        let begins_line = before.len() == spaces || before[before.len() - spaces - 1] == b'\n';
        begins_line.then_some(spaces)
    }

    /// Whether a node beside the part is right, and at the top level a declaration that begins a line.
    fn is_clean(&self, node: &SyntaxNode) -> bool {
        if !self.is_file() {
            // Errors in the same declaration are looked for at the end.
            return true;
        }
        let range = node.text_range();
        let is_declaration = matches!(
            node.kind(),
            Import | FromImport | Const | TaskLocal | Struct | Enum | Fn | TypeAlias | Test
        );
        let start = if range.start() > self.edit.range.end() {
            usize::from(self.edit.shift(range.start()))
        } else if range.end() <= self.edit.range.start() {
            usize::from(range.start())
        } else {
            return false;
        };
        is_declaration
            && self.indentation_in_new_text(start) == Some(0)
            && !self.old.errors.iter().any(|error| error.range.intersect(range).is_some())
    }

    /// Whether all around the part is right, as far as it could matter.
    fn is_sound_around(&self, part: &Part) -> bool {
        let is_within = |range: TextRange| part.range.contains_range(range);
        if self.is_file() {
            return self.old.errors.iter().all(|error| {
                is_within(error.range) || error.range.intersect(part.range).is_none()
            });
        }
        let ancestors = part.container.ancestors();
        let declaration =
            ancestors.take_while(|node| node.kind() != SourceFile).last().unwrap_or_else(|| {
                // A container other than the file has a declaration around it.
                part.container.clone()
            });
        let around = match declaration.prev_sibling() {
            Some(previous) => previous.text_range().cover(declaration.text_range()),
            None => declaration.text_range(),
        };
        // A line that fits no block tells the blocks before it, and those can be of this declaration.
        let next = declaration.next_sibling().map(|next| next.text_range());
        let is_misfit_of_next = |error: &SyntaxError| {
            error.code == SyntaxErrorCode::InconsistentIndentation
                && next.is_some_and(|next| error.range.intersect(next).is_some())
        };
        // What is missing behind the container is reported behind its last token.
        let last_end = part.next.is_none().then(|| end_of_last_token(&part.container));
        self.indentation_before(declaration.text_range().start()) == Some(0)
            && self.old.errors.iter().all(|error| {
                // A line that fits no block may be taken into this one, and its equals below too.
                let is_local = is_within(error.range)
                    && error.code != SyntaxErrorCode::InconsistentIndentation
                    && last_end.is_none_or(|end| error.range.end() < end);
                (is_local || error.range.intersect(around).is_none()) && !is_misfit_of_next(error)
            })
    }
}

/// Whether a node may be the rest of the line before it, in a bracket that was left open there, though it
/// begins a line of the text: what was not understood may be, and what stands behind a `;`.
fn may_go_on(node: &SyntaxNode) -> bool {
    let is_error = |node: &SyntaxNode| node.kind() == Error;
    is_error(node) || node.prev_sibling().is_some_and(|previous| is_error(&previous))
}

/// Where the last token ends that is no trivia.
fn end_of_last_token(node: &SyntaxNode) -> TextSize {
    let last = std::iter::successors(node.last_token(), |token| token.prev_token());
    let mut last = last.skip_while(|token| token.kind().is_trivia());
    last.next().map_or(node.text_range().start(), |token| token.text_range().end())
}
