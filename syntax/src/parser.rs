//! The machine under the grammar: a cursor, markers, events, findings.
//!
//! What it is not: the grammar, nor the tree; it turns a walk over `Input` into a flat list of
//! events. Invariants: every event list is balanced; every token of `Input` is consumed at most
//! once and in order; the walk ends, because looking without moving uses up fuel; and no tree is
//! deeper than `NESTING_MAX` levels and `CHAIN_MAX` links of chains, because each marker knows its
//! depth and its height.

use std::cell::Cell;

use rowan::TextRange;

use crate::error::{SyntaxError, SyntaxErrorCode};
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

    // -------------------------------------------------------------------------------- findings

    /// A mistake at the current token; where a virtual one is, right behind what stands before.
    /// Later ones on the same line are taken for its echo.
    pub(crate) fn error(&mut self, message: impl Into<String>) {
        self.report(SyntaxError::new(SyntaxErrorCode::Syntax, message, self.here()));
    }

    /// Something is missing behind the token before.
    pub(crate) fn missing(&mut self, message: impl Into<String>) {
        self.report(SyntaxError::new(SyntaxErrorCode::Syntax, message, self.behind()));
    }

    /// A mistake after which the parser must find its feet again.
    pub(crate) fn report(&mut self, mut error: SyntaxError) {
        if self.input.kind(self.at) == Unknown && error.range == self.range(0) {
            // Whatever was expected, this character would not have been it anywhere.
            error.message = match self.text(0) {
                "`" => "a backquote has no meaning in Weir".to_owned(),
                text => match text.chars().next().filter(is_unseen) {
                    Some(unseen) => {
                        let code = u32::from(unseen);
                        format!("the invisible character U+{code:04X} has no meaning in Weir")
                    }
                    None => format!("{} has no meaning in Weir", self.found()),
                },
            };
            error.help = help_on_character(self.text(0)).map(str::to_owned);
        }
        self.remark(error);
        self.panicking = true;
    }

    /// After a mistake the text was understood again: what is wrong from here on is no echo.
    pub(crate) fn recover(&mut self) {
        self.panicking = false;
    }

    /// A mistake that leaves no doubt how the text goes on.
    pub(crate) fn remark(&mut self, error: SyntaxError) {
        if !self.panicking {
            self.errors.push(error);
        }
    }

    /// The suite that comes began with a `{`; gives the finding that said so, if there is one.
    pub(crate) fn report_brace(&mut self, error: SyntaxError) {
        let index = self.errors.len();
        self.report(error);
        self.brace = Some((index < self.errors.len()).then_some(index));
    }

    /// Whether the suite that begins here began with a `{`, and the finding that said so.
    pub(crate) fn take_brace(&mut self) -> Option<Option<usize>> {
        self.brace.take()
    }

    /// Adds to the fix of a finding.
    pub(crate) fn add_edit(&mut self, error: Option<usize>, edit: (TextRange, String)) {
        let error = error.and_then(|index| self.errors.get_mut(index));
        if let Some(fix) = error.and_then(|error| error.fix.as_mut()) {
            fix.edits.push(edit);
        }
    }

    /// Edits that indent the lines from that of the token at this position up to the one before the
    /// current token's.
    pub(crate) fn indenting(&self, from: usize) -> Vec<(TextRange, String)> {
        const LEVEL: &str = "    ";
        let is_line_end = |raw: &usize| self.lexed.kind(*raw) == LineEnd;
        let first = (0..=self.input.raw(from)).rev().find(is_line_end).unwrap_or_default();
        let last = (first..self.input.raw(self.at)).rev().find(is_line_end).unwrap_or(first);
        let lines = (first..last).filter(|raw| is_line_end(raw) && !is_line_end(&(raw + 1)));
        let indent = |raw| (TextRange::empty(self.lexed.range(raw).end()), LEVEL.to_owned());
        lines.map(indent).collect()
    }

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

    /// The current token in the words of a message.
    pub(crate) fn found(&self) -> String {
        match self.current() {
            kind if kind.is_virtual() => kind.words().to_string(),
            StringLiteral => "a string".to_string(),
            FStringStart => "an f-string".to_string(),
            _ => format!("`{}`", abbreviated(self.text(0))),
        }
    }

    // --------------------------------------------------------------------------------- nesting

    /// Whether a node here would be too deep; if so, says it and skips what is left of the line.
    pub(crate) fn too_deep(&mut self) -> bool {
        self.too_deep_on(0)
    }

    /// Whether a node around this one would be too deep.
    pub(crate) fn too_deep_around(&mut self, node: Completed) -> bool {
        self.too_deep_on(node.height.levels as usize)
    }

    fn too_deep_on(&mut self, levels: usize) -> bool {
        let is = self.depth() + levels + UNCHECKED_LEVELS >= NESTING_MAX;
        if is {
            self.error_nesting();
            self.skip_line();
        }
        is
    }

    /// Whether the chain that this node ends takes no further link; if so, says it and skips what is
    /// left of the line.
    pub(crate) fn too_long(&mut self, chain: Completed) -> bool {
        let is = chain.height.links as usize >= CHAIN_MAX;
        if is {
            let message = "this chain of operators or calls is too long to be read";
            let help = format!("a chain has at most {CHAIN_MAX} links; give parts of it names");
            self.error_cut(message, help);
            self.skip_line();
        }
        is || self.too_deep_around(chain)
    }

    /// The finding for nesting.
    pub(crate) fn error_nesting(&mut self) {
        let help = format!("a program nests at most {NESTING_MAX} levels; give parts of it names");
        self.error_cut("this is nested too deeply to be read", help);
    }

    /// A finding for what is beyond a bound, and is not read.
    pub(crate) fn error_cut(&mut self, message: &str, help: String) {
        self.is_cut = true;
        let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, self.here());
        self.report(error.with_help(help));
    }

    /// Takes what is left of the line into an error node.
    pub(crate) fn skip_line(&mut self) {
        self.skip_until(|_| false);
    }

    /// Takes tokens into an error node, up to one that `stops`, outside inner brackets, or the end
    /// of the line.
    pub(crate) fn skip_until(&mut self, mut stops: impl FnMut(SyntaxKind) -> bool) {
        let mut depth = 0u32;
        let mut marker = None;
        loop {
            let kind = self.input.kind(self.at);
            if kind.is_virtual() || (depth == 0 && stops(kind)) {
                break;
            }
            if kind.is_open_bracket() {
                depth += 1;
            } else if kind.is_close_bracket() {
                depth = depth.saturating_sub(1);
            }
            marker = marker.or_else(|| Some(self.start()));
            self.bump();
        }
        if let Some(marker) = marker {
            marker.complete(self, Error);
        }
    }

    /// Takes the rest of a block, with the blocks in it, into an error node, up to its end.
    pub(crate) fn skip_block(&mut self) {
        let marker = self.start();
        let mut depth = 0u32;
        loop {
            match self.input.kind(self.at) {
                Eof => break,
                Dedent if depth == 0 => break,
                Dedent => depth -= 1,
                Indent => depth += 1,
                _ => {}
            }
            self.bump();
        }
        marker.complete(self, Error);
    }
}

/// What is meant where a character stands that Weir does not have.
fn help_on_character(text: &str) -> Option<&'static str> {
    Some(match text.chars().next()? {
        '@' => "Weir has no decorators: call the function where its result is wanted",
        '\\' => "a line needs no sign at its end: what takes several lines stands in brackets",
        '\'' | '`' => "a string is written with `\"`",
        '“' | '”' | '‘' | '’' => "a string is written with the straight quote `\"`",
        '$' => "a value is put into a text by an f-string: `f\"{x}\"`",
        _ => return None,
    })
}

/// Whether nobody would see the character between two others.
fn is_unseen(character: &char) -> bool {
    // What joins, parts or turns round the characters beside it.
    let is_mark = matches!(
        character,
        '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    );
    is_mark || character.is_control() || character.is_whitespace()
}

/// A text short enough for a message.
fn abbreviated(text: &str) -> String {
    const LENGTH_MAX: usize = 24;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= LENGTH_MAX && line.len() == text.len() {
        return text.to_string();
    }
    let short: String = line.chars().take(LENGTH_MAX).collect();
    format!("{short}...")
}

impl Marker {
    /// Ends the node.
    pub(crate) fn complete(self, p: &mut Parser<'_>, kind: SyntaxKind) -> Completed {
        self.complete_as(p, kind, |inner| Height { levels: inner.levels + 1, ..inner })
    }

    /// Ends the node, which is a link of a chain.
    pub(crate) fn complete_link(self, p: &mut Parser<'_>, kind: SyntaxKind) -> Completed {
        self.complete_as(p, kind, |inner| Height { links: inner.links + 1, ..inner })
    }

    fn complete_as(
        self,
        p: &mut Parser<'_>,
        kind: SyntaxKind,
        around: impl FnOnce(Height) -> Height,
    ) -> Completed {
        if let Some(Event::Start { kind: start, .. }) = p.events.get_mut(self.event) {
            *start = kind;
        }
        p.events.push(Event::Finish);
        let (inner, first) = p.open.pop().unwrap_or_default();
        let height = around(inner);
        p.grow(height);
        Completed { event: self.event, height, kind, first }
    }

    /// Gives the node up; its children become its parent's.
    pub(crate) fn abandon(self, p: &mut Parser<'_>) {
        if self.event + 1 == p.events.len() {
            p.events.pop();
        }
        let (inner, _) = p.open.pop().unwrap_or_default();
        p.grow(inner);
    }
}

impl Parser<'_> {
    /// The innermost open node has a child of this height.
    fn grow(&mut self, height: Height) {
        if let Some((tallest, _)) = self.open.last_mut() {
            tallest.levels = height.levels.max(tallest.levels);
            tallest.links = height.links.max(tallest.links);
        }
    }
}

impl Completed {
    /// A node begins that encloses this one.
    pub(crate) fn precede(self, p: &mut Parser<'_>) -> Marker {
        let event = p.events.len();
        p.events.push(Event::Start { kind: Eof, forward_parent: 0 });
        let distance = u32::try_from(event - self.event).unwrap_or(0);
        if let Some(Event::Start { forward_parent, .. }) = p.events.get_mut(self.event) {
            *forward_parent = distance;
        }
        p.open.push((self.height, self.first));
        Marker { event }
    }
}
