//! A document: text with places where it may break.
//!
//! What it is not: knowledge of Weir, or lines, which the printer makes. **Nouns.** A *group* is
//! printed *flat*, its lines being spaces or nothing, if it fits; else it is *broken*, and each of
//! its own lines is a line end. Invariant: printing takes linear time. What Wadler's printer finds
//! by looking ahead is known before: a group's flat width from building it, the width of what
//! follows from one pass back.
//!
//! Comments are elements of their own, because they end the line they stand on: they break the
//! groups around them, and whatever follows them goes to a new line.

mod printer;

pub(super) use self::printer::Printer;

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

/// How many columns a text takes: one for each character.
fn width(text: &str) -> u32 {
    let width = if text.is_ascii() { text.len() } else { text.chars().count() };
    // A text has at most 16 MiB.
    u32::try_from(width).unwrap_or(u32::MAX)
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
