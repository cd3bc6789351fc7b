//! The machine under the grammar: a cursor, markers, events, findings.
//!
//! `markers` begins and ends nodes, `mistakes` words findings, `bounds` skips what is not read.
//!
//! What it is not: the grammar, nor the tree; it turns a walk over `Input` into a flat list of
//! events. Invariants: every event list is balanced; every token of `Input` is consumed at most
//! once and in order; the walk ends, because looking without moving uses up fuel; and no tree is
//! deeper than `NESTING_MAX` levels and `CHAIN_MAX` links of chains, because each marker knows its
//! depth and its height.

mod bounds;
mod markers;
mod mistakes;

use std::cell::Cell;

use rowan::TextRange;

use crate::error::SyntaxError;
use crate::grammar::Context;
use crate::kind::SyntaxKind::{self, *};
use crate::layout::Input;
use crate::lexer::Lexed;

/// How many levels of nodes there may be, one in another, the links of chains aside. Every later
/// stage may recurse over a tree.
pub const NESTING_MAX: usize = 256;

/// How many links the chains may have that lead to one place: `a + b + c` has two, `a.b()` has two.
/// To a person a chain is flat; in the tree each link is a node around the one before it.
pub const CHAIN_MAX: usize = 1024;

/// How many levels the grammar may add below a node that it has checked the depth of: an argument,
/// a name in it, the error node of what is skipped.
const UNCHECKED_LEVELS: usize = 4;

/// How often the grammar may look at tokens without consuming one. The grammar's longest honest
/// look is a few dozen.
const FUEL_MAX: u32 = 4096;

/// How far the grammar looks back for what a message or a fix is to say.
const LOOK_BACK_MAX: usize = 256;

/// How many events are held before they are given away at the end of an item: few enough for the
/// processor's nearest cache.
const EVENTS_HELD: usize = 1024;

/// What the parser tells the tree builder.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Event {
    /// A node begins. With `forward_parent`, the node that begins that many events later encloses
    /// this one. A node of kind `Eof` was given up.
    Start { kind: SyntaxKind, forward_parent: u32 },
    /// The innermost node ends.
    Finish,
    /// The next token of `Input`, as this kind; a virtual one only moves the cursor.
    Token { kind: SyntaxKind },
}

/// A node that has begun.
pub(crate) struct Marker {
    event: usize,
}

/// How high a node is, above the deepest of its tokens.
#[derive(Clone, Copy, Default)]
struct Height {
    /// Levels of nodes, the links of chains aside.
    levels: u32,
    /// Links of chains.
    links: u32,
}

/// A node that has ended.
#[derive(Clone, Copy)]
pub(crate) struct Completed {
    event: usize,
    height: Height,
    pub(crate) kind: SyntaxKind,
    /// Its first token.
    first: usize,
}

pub(crate) struct Parser<'a> {
    input: &'a Input,
    lexed: &'a Lexed<'a>,
    at: usize,
    events: Vec<Event>,
    /// Takes the events of what is finished, so that they need not all be held.
    receiver: &'a mut dyn FnMut(&mut [Event]),
    pub(crate) errors: Vec<SyntaxError>,
    fuel: Cell<u32>,
    /// The height, so far, of each node that is open; and the token it began at.
    open: Vec<(Height, usize)>,
    /// A mistake was reported on this line: what follows on it is its echo.
    panicking: bool,
    /// The line before ended in a mistake; if the next is indented, that is its echo.
    pub(crate) echo_of_mistake: bool,
    /// How many brackets the grammar is within.
    pub(crate) brackets: u32,
    /// Where the grammar is.
    pub(crate) context: Context,
    /// Where tuples are assigned to: what is within them is left to validation.
    pub(crate) tuple_targets: Vec<TextRange>,
    /// Functions may leave their bodies out.
    pub(crate) signatures: bool,
    /// How many nodes are open around the part that is read; none around a file.
    outer_depth: usize,
    /// The token at which the part ends.
    end: usize,
    /// Something was nested too deeply.
    is_cut: bool,
    /// A `{` stood where a `:` belongs: the finding that says so, until the suite begins.
    brace: Option<Option<usize>>,
}

/// What a parser has found: the mistakes, and what validation is to look at.
pub(crate) struct Found {
    pub(crate) errors: Vec<SyntaxError>,
    pub(crate) tuple_targets: Vec<TextRange>,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(
        lexed: &'a Lexed<'a>,
        input: &'a Input,
        signatures: bool,
        receiver: &'a mut dyn FnMut(&mut [Event]),
    ) -> Self {
        Self {
            input,
            lexed,
            at: 0,
            events: Vec::with_capacity(input.len().min(EVENTS_HELD) * 3),
            receiver,
            errors: Vec::new(),
            fuel: Cell::new(FUEL_MAX),
            open: Vec::new(),
            panicking: false,
            echo_of_mistake: false,
            brackets: 0,
            context: Context::default(),
            tuple_targets: Vec::new(),
            signatures,
            outer_depth: 0,
            end: usize::MAX,
            is_cut: false,
            brace: None,
        }
    }

    /// The end: all events have been received.
    pub(crate) fn finish(mut self) -> Found {
        (self.receiver)(&mut self.events);
        Found { errors: self.errors, tuple_targets: self.tuple_targets }
    }

    /// Between two items: the events so far go to where they are wanted.
    pub(crate) fn item_ended(&mut self) {
        if self.open.is_empty() && self.events.len() >= EVENTS_HELD {
            (self.receiver)(&mut self.events);
            self.events.clear();
        }
    }

    // ----------------------------------------------------------------------------------- parts

    /// What is read is a part of a file.
    pub(crate) fn begin_part(&mut self, context: Context, outer_depth: usize, end: usize) {
        self.context = context;
        self.outer_depth = outer_depth;
        self.end = end;
    }

    /// Whether the part that is read is over.
    pub(crate) fn at_end_of_part(&self) -> bool {
        self.at >= self.end
    }

    /// Whether the part was read to its end, no further, and as it would be within the whole.
    pub(crate) fn ended_part(&self) -> bool {
        // What is nested too deeply takes the rest of its block along.
        self.at == self.end && !self.is_cut && self.previous().is_virtual()
    }

    // --------------------------------------------------------------------------------- looking

    /// The kind of the current token.
    pub(crate) fn current(&self) -> SyntaxKind {
        self.nth(0)
    }

    /// The kind of the token `ahead` of the current one. When the fuel is used up it is `Eof`
    /// everywhere, and every loop of the grammar ends at that.
    pub(crate) fn nth(&self, ahead: usize) -> SyntaxKind {
        let fuel = self.fuel.get();
        if fuel == 0 {
            return Eof;
        }
        self.fuel.set(fuel - 1);
        self.input.kind(self.at + ahead)
    }

    pub(crate) fn at(&self, kind: SyntaxKind) -> bool {
        self.current() == kind
    }

    /// Whether the current token is a virtual one.
    pub(crate) fn at_virtual(&self) -> bool {
        self.current().is_virtual()
    }

    /// Whether nothing stands between the token `ahead` and the one after it.
    pub(crate) fn joint(&self, ahead: usize) -> bool {
        let (this, next) = (self.at + ahead, self.at + ahead + 1);
        !self.input.kind(next).is_virtual() && self.input.raw(next) == self.input.raw(this) + 1
    }

    /// The text of the token `ahead`; a virtual one has none.
    pub(crate) fn text(&self, ahead: usize) -> &'a str {
        if self.input.kind(self.at + ahead).is_virtual() {
            return "";
        }
        self.lexed.text(self.input.raw(self.at + ahead))
    }

    /// Whether the current token is a name with this text.
    pub(crate) fn at_word(&self, word: &str) -> bool {
        self.at(Ident) && self.text(0) == word
    }

    /// The first token, from `ahead` on and outside inner brackets, that `stops`. Looks no further
    /// than the line, and costs no fuel: each line is looked through a bounded number of times.
    pub(crate) fn find_on_line(
        &self,
        ahead: usize,
        mut stops: impl FnMut(SyntaxKind) -> bool,
    ) -> Option<(usize, SyntaxKind)> {
        let mut depth = 0u32;
        for index in self.at + ahead..self.input.len() {
            let kind = self.input.kind(index);
            if kind.is_virtual() {
                return None;
            }
            if depth == 0 && stops(kind) {
                return Some((index - self.at, kind));
            }
            if kind.is_open_bracket() {
                depth += 1;
            } else if kind.is_close_bracket() {
                depth = depth.checked_sub(1)?;
            }
        }
        None
    }

    /// Whether a `{` ends the line, this many tokens ahead: the layout has opened no bracket for it.
    pub(crate) fn at_block_brace(&self, ahead: usize) -> bool {
        self.nth(ahead) == LeftBrace && self.nth(ahead + 1) == Newline
    }

    /// The last token of this kind before the current one, on the line and outside of brackets.
    pub(crate) fn last_on_line(&self, kind: SyntaxKind) -> Option<TextRange> {
        let on_line = (self.at.saturating_sub(LOOK_BACK_MAX)..self.at).rev();
        let mut on_line = on_line.take_while(|index| {
            let kind = self.input.kind(*index);
            !kind.is_virtual() && !kind.is_close_bracket() && !kind.is_open_bracket()
        });
        on_line.find(|index| self.input.kind(*index) == kind).map(|index| self.range_of(index))
    }

    /// Where a comparison with a number that has a sign stands in a node as if it were an arrow, `ch <- x`:
    /// from the end of the left side to the begin of the right one, and the arrow.
    pub(crate) fn arrow_in(&self, node: Completed) -> Option<(TextRange, TextRange)> {
        let indices = node.first + 1..self.at.min(node.first + LOOK_BACK_MAX);
        let joint = |index: usize| self.input.raw(index + 1) == self.input.raw(index) + 1;
        let is_arrow = |index: &usize| {
            (self.input.kind(*index), self.input.kind(*index + 1)) == (Less, Minus)
                && joint(*index)
                && !joint(*index + 1)
        };
        let index = { indices }.find(is_arrow)?;
        let (left, right) = (self.range_of(index - 1), self.range_of(index + 2));
        let between = TextRange::new(left.end(), right.start());
        Some((between, self.range_of(index).cover(self.range_of(index + 1))))
    }

    /// The `:` of a `:=` right before the current token.
    pub(crate) fn colon_before_equals(&self) -> Option<TextRange> {
        let colon = self.at.checked_sub(2)?;
        let are_these = (self.input.kind(colon), self.input.kind(colon + 1)) == (Colon, Equals);
        let are_joint = self.input.raw(colon + 1) == self.input.raw(colon) + 1;
        (are_these && are_joint).then(|| self.range_of(colon))
    }

    /// How many tokens were consumed.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The text of the token before the current one; a virtual one has none.
    pub(crate) fn previous_text(&self) -> &'a str {
        let real = self.at.checked_sub(1).filter(|before| !self.input.kind(*before).is_virtual());
        real.map_or("", |before| self.lexed.text(self.input.raw(before)))
    }

    /// The kind of the token before the current one.
    pub(crate) fn previous(&self) -> SyntaxKind {
        self.at.checked_sub(1).map_or(Eof, |before| self.input.kind(before))
    }

    // ---------------------------------------------------------------------------------- moving

    /// Consumes the current token.
    pub(crate) fn bump(&mut self) {
        let kind = self.input.kind(self.at);
        self.bump_as(kind);
    }

    /// Consumes the current token under another kind: a contextual keyword, or a name after a dot.
    pub(crate) fn bump_as(&mut self, kind: SyntaxKind) {
        let real = self.input.kind(self.at);
        if real == Eof {
            return;
        }
        if real.is_virtual() {
            self.echo_of_mistake = real == Newline && self.panicking;
            self.panicking = false;
        }
        self.events.push(Event::Token { kind });
        self.at += 1;
        self.fuel.set(FUEL_MAX);
    }

    /// Consumes the current token if it is of this kind.
    pub(crate) fn eat(&mut self, kind: SyntaxKind) -> bool {
        let is = self.at(kind);
        if is {
            self.bump();
        }
        is
    }

    // --------------------------------------------------------------------------------- markers

    /// A node begins before the current token.
    pub(crate) fn start(&mut self) -> Marker {
        let event = self.events.len();
        self.events.push(Event::Start { kind: Eof, forward_parent: 0 });
        self.open.push((Height::default(), self.at));
        Marker { event }
    }

    /// How deep the node is that would begin here.
    pub(crate) fn depth(&self) -> usize {
        self.outer_depth + self.open.len()
    }

    // ---------------------------------------------------------------------------------- places

    /// The range of the current token, or the place behind the last one.
    pub(crate) fn here(&self) -> TextRange {
        if self.input.kind(self.at).is_virtual() { self.behind() } else { self.range(0) }
    }

    /// The range of the token `ahead`.
    pub(crate) fn range(&self, ahead: usize) -> TextRange {
        self.range_of(self.at + ahead)
    }

    fn range_of(&self, index: usize) -> TextRange {
        let raw = self.input.raw(index);
        if self.input.kind(index).is_virtual() {
            return TextRange::empty(self.lexed.range(raw).start());
        }
        self.lexed.range(raw)
    }

    /// The place right behind the last token that is text.
    pub(crate) fn behind(&self) -> TextRange {
        let before = (0..self.at).rev().find(|index| !self.input.kind(*index).is_virtual());
        before.map_or(TextRange::empty(0.into()), |index| {
            TextRange::empty(self.lexed.range(self.input.raw(index)).end())
        })
    }

    /// From the current token to the last one of its line.
    pub(crate) fn rest_of_line(&self) -> TextRange {
        let mut end = self.range(0);
        for index in self.at..self.input.len() {
            if self.input.kind(index).is_virtual() {
                break;
            }
            end = self.range_of(index);
        }
        self.range(0).cover(end)
    }

    /// The line of the current token, with its end.
    pub(crate) fn whole_line(&self) -> TextRange {
        let raw = self.input.raw(self.at);
        let is_space = |index: usize| self.lexed.kind(index) == Whitespace;
        let begins = (0..raw).rev().take_while(|index| is_space(*index)).last().unwrap_or(raw);
        let mut end = raw + 1;
        while matches!(self.lexed.kind(end), Whitespace | Comment | DocComment) {
            end += 1;
        }
        let last = if self.lexed.kind(end) == LineEnd { end } else { end - 1 };
        self.lexed.range(begins).cover(self.lexed.range(last))
    }

    /// The space before the line of the current token; none if the line is a long one.
    pub(crate) fn indentation(&self) -> Option<&'a str> {
        let raw = self.input.raw(self.at);
        let within = raw.saturating_sub(LOOK_BACK_MAX)..raw;
        let line_end = { within.clone() }.rev().find(|index| self.lexed.kind(*index) == LineEnd);
        let first = line_end.map(|index| index + 1).or((within.start == 0).then_some(0))?;
        Some(if self.lexed.kind(first) == Whitespace { self.lexed.text(first) } else { "" })
    }

    /// The text of a range.
    pub(crate) fn slice(&self, range: TextRange) -> &'a str {
        self.lexed.slice(range)
    }

    /// The range of a node.
    pub(crate) fn range_of_node(&self, node: Completed) -> TextRange {
        let first = self.range_of(node.first);
        TextRange::new(first.start(), self.behind().start().max(first.start()))
    }
}
