//! A document: text with places where it may break, and how it is printed in lines.
//!
//! What it is not: knowledge of Weir. **Nouns.** A *group* is printed *flat*, its lines being
//! spaces or nothing, if it fits; else it is *broken*, and each of its own lines is a line end.
//! Invariant: printing takes linear time. What Wadler's printer finds by looking ahead is known
//! before: a group's flat width from building it, the width of what follows from one pass back.
//!
//! Comments are elements of their own, because they end the line they stand on: they break the
//! groups around them, and whatever follows them goes to a new line.

/// How wide a line may be, in characters, if there is a place to break it.
pub(super) const WIDTH_MAX: u32 = 100;

/// How many spaces a level of indentation has.
const INDENT_WIDTH: u32 = 4;

/// How wide the last line of a broken group is, before what follows the group: a bracket.
const CLOSING_WIDTH: u32 = 1;

enum Element<'text> {
    Text(&'text str),
    Space,
    /// A line end in a broken group; in a flat one a space, or nothing.
    Line {
        space: bool,
    },
    /// A line end, perhaps with a blank line.
    HardLine {
        blank: bool,
    },
    /// If a line ends here, a blank line follows.
    Blank,
    Indent,
    Dedent,
    Open(usize),
    Close(usize),
    /// Text for broken groups alone.
    IfBroken(&'text str),
    /// A comment behind what is on the line.
    TrailingComment(&'text str),
    /// A comment on a line of its own.
    CommentLine {
        text: &'text str,
        blank: bool,
    },
}

#[derive(Default)]
struct Group {
    /// The flat width: all of it, or up to the first line end in a long string.
    head: u32,
    /// The width after the last line end in a long string, if there is one.
    tail: Option<u32>,
    /// The width of what follows, up to the next place for a line end.
    rest: u32,
    is_broken: bool,
}

/// A document that is being built.
#[derive(Default)]
pub(super) struct Document<'text> {
    elements: Vec<Element<'text>>,
    groups: Vec<Group>,
    /// The groups that are open, and the flat width before each.
    open: Vec<(usize, u32)>,
    /// The flat width of all elements.
    width: u32,
    /// That width at the last line end in a long string.
    last_line_end: u32,
}

impl<'text> Document<'text> {
    /// Text without a line end.
    pub(super) fn text(&mut self, text: &'text str) {
        self.width += width(text);
        self.elements.push(Element::Text(text));
    }

    /// Text that may have line ends, and keeps them.
    pub(super) fn verbatim(&mut self, text: &'text str) {
        let Some((first, last)) = ends(text) else { return self.text(text) };
        self.width += width(first);
        for (group, start) in self.open.iter().rev() {
            let group = &mut self.groups[*group];
            if group.tail.is_some() {
                break;
            }
            group.head = self.width - start;
            group.tail = Some(0);
        }
        self.last_line_end = self.width;
        self.width += width(last);
        self.elements.push(Element::Text(text));
    }

    /// A space, unless the line ends here.
    pub(super) fn space(&mut self) {
        self.width += 1;
        self.elements.push(Element::Space);
    }

    /// A place for a line end; a space if it is none.
    pub(super) fn line(&mut self) {
        self.width += 1;
        self.elements.push(Element::Line { space: true });
    }

    /// A place for a line end; nothing if it is none.
    pub(super) fn soft_line(&mut self) {
        self.elements.push(Element::Line { space: false });
    }

    /// A line end.
    pub(super) fn hard_line(&mut self, blank: bool) {
        self.break_groups();
        self.elements.push(Element::HardLine { blank });
    }

    /// A blank line, if a line ends here.
    pub(super) fn blank(&mut self) {
        self.elements.push(Element::Blank);
    }

    /// What follows is indented by one more level.
    pub(super) fn indent(&mut self) {
        self.elements.push(Element::Indent);
    }

    /// The end of what is indented.
    pub(super) fn dedent(&mut self) {
        self.elements.push(Element::Dedent);
    }

    /// Text that stands in a broken group alone.
    pub(super) fn if_broken(&mut self, text: &'text str) {
        self.elements.push(Element::IfBroken(text));
    }

    /// A comment behind what is on the line; within brackets it breaks the groups around it.
    pub(super) fn trailing_comment(&mut self, text: &'text str, in_brackets: bool) {
        if in_brackets {
            self.break_groups();
        }
        self.elements.push(Element::TrailingComment(text));
    }

    /// A comment on a line of its own.
    pub(super) fn comment_line(&mut self, text: &'text str, blank: bool) {
        self.break_groups();
        self.elements.push(Element::CommentLine { text, blank });
    }

    /// Opens a group.
    pub(super) fn open(&mut self) {
        let group = self.groups.len();
        self.groups.push(Group::default());
        self.open.push((group, self.width));
        self.elements.push(Element::Open(group));
    }

    /// Closes the innermost group.
    pub(super) fn close(&mut self) {
        let Some((index, start)) = self.open.pop() else { return };
        let group = &mut self.groups[index];
        match &mut group.tail {
            Some(tail) => *tail = self.width - self.last_line_end,
            None => group.head = self.width - start,
        }
        self.elements.push(Element::Close(index));
    }

    /// Whether every group is closed, and so may be printed.
    pub(super) fn is_closed(&self) -> bool {
        self.open.is_empty()
    }

    /// The groups around a line end are broken; where one is, those around it are too.
    fn break_groups(&mut self) {
        for (group, _) in self.open.iter().rev() {
            let group = &mut self.groups[*group];
            if group.is_broken {
                break;
            }
            group.is_broken = true;
        }
    }

    /// Notes for each group how much follows it, up to the next place for a line end.
    fn measure_rests(&mut self) {
        let mut rest = 0;
        for element in self.elements.iter().rev() {
            match element {
                Element::Text(text) | Element::IfBroken(text) => {
                    rest = ends(text).map_or_else(|| rest + width(text), |(first, _)| width(first));
                }
                Element::Space => rest += 1,
                Element::Line { .. }
                | Element::HardLine { .. }
                | Element::TrailingComment(_)
                | Element::CommentLine { .. } => rest = 0,
                Element::Close(group) => self.groups[*group].rest = rest,
                _ => {}
            }
        }
    }

    fn clear(&mut self) {
        self.elements.clear();
        self.groups.clear();
        self.width = 0;
        self.last_line_end = 0;
    }
}

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
pub(super) struct Printer<'text> {
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
    pub(super) fn new(out: String, line_end: &'static str) -> Self {
        let pending = Pending::Nothing;
        let (begun, column, indentation) = (false, 0, 0);
        let (trailing, is_comment, broken) = (None, false, Vec::new());
        Self { out, line_end, begun, column, indentation, pending, trailing, is_comment, broken }
    }

    /// Prints a document, and empties it.
    pub(super) fn print(&mut self, document: &mut Document<'text>) {
        document.measure_rests();
        for element in &document.elements {
            self.element(element, &document.groups);
        }
        document.clear();
    }

    /// The text, with a line end at its end.
    pub(super) fn finish(mut self) -> String {
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

/// How many columns a text takes: one for each character.
fn width(text: &str) -> u32 {
    let width = if text.is_ascii() { text.len() } else { text.chars().count() };
    // A text has at most 16 MiB.
    u32::try_from(width).unwrap_or(WIDTH_MAX)
}

/// The first and the last line of a text that has several.
fn ends(text: &str) -> Option<(&str, &str)> {
    // Only strings have line ends, and most tokens are shorter than the shortest such string.
    if text.len() < 4 && text != "\n" && text != "\r\n" {
        return None;
    }
    let first = text.find('\n')?;
    let last = text.rfind('\n')?;
    Some((text[..first].trim_end_matches('\r'), &text[last + 1..]))
}
