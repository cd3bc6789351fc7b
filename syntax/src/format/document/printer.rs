//! Documents in lines.
//!
//! What it is not: a search for the best layout; each group is flat if it fits where it stands,
//! else broken. Invariant: a line end is written only when text follows, so that no line ends in
//! space; a comment is the last thing on its line.

use super::{Document, Element, Group, ends, width};

/// How wide a line may be, in characters, if there is a place to break it.
pub(super) const WIDTH_MAX: u32 = 100;

/// How many spaces a level of indentation has.
const INDENT_WIDTH: u32 = 4;

/// How wide the last line of a broken group is, before what follows the group: a bracket.
const CLOSING_WIDTH: u32 = 1;

/// What stands between the text so far and the next.
#[derive(Clone, Copy)]
enum Pending {
    Nothing,
    Space,
    /// A line end; the next line is indented as it was known to be then.
    LineEnd {
        blank: bool,
        indentation: u32,
    },
}

/// Text in lines: documents are printed one after the other, so that none needs to be large.
pub(in crate::format) struct Printer<'text> {
    out: String,
    line_end: &'static str,
    /// Whether there is a line before this one.
    begun: bool,
    column: u32,
    indentation: u32,
    pending: Pending,
    /// The comment at the end of this line.
    trailing: Option<&'text str>,
    /// This line is a comment.
    is_comment: bool,
    /// Whether each open group is broken, the innermost last.
    broken: Vec<bool>,
}

impl<'text> Printer<'text> {
    /// A printer that goes on after `out`, on an empty line.
    pub(in crate::format) fn new(out: String, line_end: &'static str) -> Self {
        let pending = Pending::Nothing;
        let (begun, column, indentation) = (false, 0, 0);
        let (trailing, is_comment, broken) = (None, false, Vec::new());
        Self { out, line_end, begun, column, indentation, pending, trailing, is_comment, broken }
    }

    /// Prints a document, and empties it.
    pub(in crate::format) fn print(&mut self, document: &mut Document<'text>) {
        document.measure_rests();
        for element in &document.elements {
            self.element(element, &document.groups);
        }
        document.clear();
    }

    /// The text, with a line end at its end.
    pub(in crate::format) fn finish(mut self) -> String {
        if self.begun {
            self.end_line();
        }
        self.out
    }

    fn element(&mut self, element: &Element<'text>, groups: &[Group]) {
        match *element {
            Element::Text(text) => self.text(text),
            Element::Space => self.space(),
            Element::Line { .. } if self.in_broken() => self.line_end_before(false),
            Element::Line { space: true } => self.space(),
            Element::Line { space: false } => {}
            Element::HardLine { blank } => self.line_end_before(blank),
            Element::Blank => {
                if let Pending::LineEnd { blank, .. } = &mut self.pending {
                    *blank = true;
                }
            }
            Element::Indent => self.indentation += INDENT_WIDTH,
            Element::Dedent => self.indentation = self.indentation.saturating_sub(INDENT_WIDTH),
            Element::Open(group) => {
                let broken = self.in_broken() && !self.fits(&groups[group]);
                self.broken.push(broken);
            }
            Element::Close(_) => drop(self.broken.pop()),
            Element::IfBroken(text) if self.in_broken() => self.text(text),
            Element::IfBroken(_) => {}
            Element::TrailingComment(text) if self.trailing.is_none() && !self.is_comment => {
                self.trailing = Some(text);
            }
            Element::TrailingComment(text) => self.comment_line(text, false),
            Element::CommentLine { text, blank } => self.comment_line(text, blank),
        }
    }

    /// Whether the innermost group is broken; outside of all groups lines are lines.
    fn in_broken(&self) -> bool {
        self.broken.last().copied().unwrap_or(true)
    }

    /// Whether a group is flat: it fits with what follows it, or fits while that would be too long
    /// even on the last line of the broken group, so that breaking it would be no help.
    fn fits(&self, group: &Group) -> bool {
        if group.is_broken {
            return false;
        }
        let column = match self.pending {
            Pending::Nothing => self.column,
            Pending::Space => self.column + 1,
            Pending::LineEnd { indentation, .. } => indentation,
        };
        let start_of_last = group.tail.unwrap_or(column + group.head);
        let is_hopeless = self.indentation + CLOSING_WIDTH + group.rest > WIDTH_MAX;
        column + group.head <= WIDTH_MAX
            && start_of_last <= WIDTH_MAX
            && (start_of_last + group.rest <= WIDTH_MAX || is_hopeless)
    }

    /// What comes next stands on a new line.
    fn line_end_before(&mut self, blank: bool) {
        self.pending = Pending::LineEnd { blank, indentation: self.indentation };
    }

    fn space(&mut self) {
        if matches!(self.pending, Pending::Nothing) {
            self.pending = Pending::Space;
        }
    }

    fn text(&mut self, text: &str) {
        if self.trailing.is_some() && !matches!(self.pending, Pending::LineEnd { .. }) {
            self.line_end_before(false);
        }
        self.flush();
        self.is_comment = false;
        self.out.push_str(text);
        self.column = match ends(text) {
            Some((_, last)) => width(last),
            None => self.column + width(text),
        };
    }

    fn comment_line(&mut self, text: &str, blank: bool) {
        let blank = blank || matches!(self.pending, Pending::LineEnd { blank: true, .. });
        self.line_end_before(blank);
        self.flush();
        self.out.push_str(text);
        self.is_comment = true;
        self.line_end_before(false);
    }

    fn flush(&mut self) {
        match std::mem::replace(&mut self.pending, Pending::Nothing) {
            Pending::Nothing => {}
            Pending::Space => {
                self.out.push(' ');
                self.column += 1;
            }
            Pending::LineEnd { blank, indentation } => {
                if self.begun {
                    self.end_line();
                    if blank {
                        self.out.push_str(self.line_end);
                    }
                }
                self.out.extend(std::iter::repeat_n(' ', indentation as usize));
                self.column = indentation;
            }
        }
        self.begun = true;
    }

    fn end_line(&mut self) {
        if let Some(comment) = self.trailing.take() {
            self.out.push_str("  ");
            self.out.push_str(comment);
        }
        self.out.push_str(self.line_end);
    }
}
