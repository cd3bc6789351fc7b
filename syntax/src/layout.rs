//! The offside rule: where lines end and blocks begin and end.
//!
//! What it is not: the grammar; it does not know where a block is allowed. Invariant: `Input` holds
//! every significant token of the `Lexed` in order, and its INDENTs and DEDENTs are balanced.
//!
//! ```text
//! while x:          while x : NEWLINE          A DEDENT waits for the comments that stand at its
//!     f()           INDENT f ( ) NEWLINE       block's own indentation, and comes before trailing
//!     # of the body                            blank lines: so that folding a block takes what
//!                   DEDENT                     is its, and no more.
//! g()               g ( ) NEWLINE
//! ```
//!
//! Inside brackets line ends are plain space. A bracket left open would swallow the rest of the
//! file; so layout is restored at the next line that must have begun a new statement.

mod restore;

use rowan::TextRange;

use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::{self, *};
use crate::lexer::Lexed;

/// How many columns a tab stands for when the two measures disagree, and in the fix.
const TAB_WIDTH: u32 = 4;

/// A token of the grammar.
#[derive(Clone, Copy)]
struct Token {
    kind: SyntaxKind,
    /// The index in `Lexed`: of the token, or, for a virtual one, of the token it stands before.
    raw: u32,
}

/// What the parser reads: significant tokens and the virtual ones of the layout.
pub(crate) struct Input {
    tokens: Vec<Token>,
    /// What is wrong with the indentation.
    pub(crate) errors: Vec<SyntaxError>,
}

impl Input {
    /// How many tokens there are, the final `Eof` included.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The kind of a token; past the end, `Eof`.
    pub(crate) fn kind(&self, index: usize) -> SyntaxKind {
        self.tokens.get(index).map_or(Eof, |token| token.kind)
    }

    /// The kind of a token, and its index in `Lexed`.
    #[inline]
    pub(crate) fn token(&self, index: usize) -> (SyntaxKind, usize) {
        match self.tokens.get(index) {
            Some(token) => (token.kind, token.raw as usize),
            None => (Eof, self.raw(index)),
        }
    }

    /// The index of a token in `Lexed`; a virtual token stands before that one.
    pub(crate) fn raw(&self, index: usize) -> usize {
        self.tokens.get(index).or(self.tokens.last()).map_or(0, |token| token.raw as usize)
    }

    /// Whether the last token so far is text.
    fn last_is_text(&self) -> bool {
        self.tokens.last().is_some_and(|token| !token.kind.is_virtual())
    }
}

/// Lays out a file.
pub(crate) fn layout(lexed: &Lexed<'_>) -> Input {
    layout_part(lexed, 0, lexed.len()).input
}

/// A part of a file that is laid out.
pub(crate) struct LaidOut {
    pub(crate) input: Input,
    /// A bracket was open where the part ended.
    pub(crate) open_bracket: bool,
}

/// Lays out lines of a block that is indented by so many spaces: those up to the token `end`, and one
/// that follows.
pub(crate) fn layout_part(lexed: &Lexed<'_>, indentation: usize, end: usize) -> LaidOut {
    let mut layout = Layout {
        lexed,
        input: Input { tokens: Vec::with_capacity(lexed.len()), errors: Vec::new() },
        blocks: vec![Block { indentation: Indentation::default(), alias: None }],
        brackets: Vec::new(),
        open_fstrings: Vec::new(),
        line: Line::default(),
        comments: Vec::new(),
        block_end: 0,
        line_end: None,
        tabs: Vec::new(),
    };
    let mut given_up = lexed.given_up.iter().peekable();
    if indentation > 0 {
        let columns = u32::try_from(indentation).unwrap_or(u32::MAX);
        let indentation = Indentation { narrow: columns, wide: columns, usual: columns };
        layout.blocks.push(Block { indentation, alias: None });
    }
    let mut open_bracket = false;
    for index in 0..lexed.len() {
        if index == end {
            open_bracket = !layout.brackets.is_empty();
        }
        if given_up.next_if_eq(&&index).is_some() {
            layout.give_up_fstrings();
        }
        layout.token(index);
    }
    if lexed.len() == end {
        open_bracket = !layout.brackets.is_empty();
    }
    layout.finish();
    LaidOut { input: layout.input, open_bracket }
}

/// How far a line is indented, by two measures: tabs make the order of two lines doubtful exactly
/// when the measures disagree about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Indentation {
    /// Each tab counts as one column.
    narrow: u32,
    /// Each tab goes to the next multiple of eight.
    wide: u32,
    /// Each tab goes to the next multiple of `TAB_WIDTH`: decides when the other two disagree.
    usual: u32,
}

impl Indentation {
    fn of(space: &str) -> Self {
        let mut this = Self::default();
        for byte in space.bytes() {
            if byte == b'\t' {
                this.narrow += 1;
                this.wide = (this.wide / 8 + 1) * 8;
                this.usual = (this.usual / TAB_WIDTH + 1) * TAB_WIDTH;
            } else {
                this.narrow += 1;
                this.wide += 1;
                this.usual += 1;
            }
        }
        this
    }

    fn compare(self, other: Self) -> std::cmp::Ordering {
        let narrow = self.narrow.cmp(&other.narrow);
        if narrow == self.wide.cmp(&other.wide) { narrow } else { self.usual.cmp(&other.usual) }
    }

    fn is_at_least(self, other: Self) -> bool {
        self.compare(other).is_ge()
    }
}

struct Block {
    indentation: Indentation,
    /// The indentation of a line that was taken into this block though it fits none: its equals
    /// are taken in silently, up to a line that fits, as one mistake deserves one finding. That the
    /// next line at the left margin ends it lets a part of a file be read without what is before.
    alias: Option<Indentation>,
}

impl Block {
    fn takes(&self, indentation: Indentation) -> bool {
        self.indentation.compare(indentation).is_eq() || self.alias == Some(indentation)
    }
}

struct Bracket {
    kind: SyntaxKind,
    /// The indentation of the line that the bracket stands on.
    line: Indentation,
}

/// A line that holds nothing but a comment.
struct CommentLine {
    indentation: Indentation,
    /// The token after its line end.
    end: usize,
}

/// What is known of the line that is being read.
#[derive(Default)]
struct Line {
    /// Its first token.
    start: usize,
    /// Whether a significant token or a comment was met on it.
    begun: bool,
    indentation: Indentation,
}

struct Layout<'a> {
    lexed: &'a Lexed<'a>,
    input: Input,
    /// The open blocks, the file itself the first.
    blocks: Vec<Block>,
    brackets: Vec<Bracket>,
    /// Which of the brackets are f-strings, and whether they are long ones.
    open_fstrings: Vec<(usize, bool)>,
    line: Line,
    /// The comment lines since the last significant token.
    comments: Vec<CommentLine>,
    /// The token after the last logical line: where a block that ends there ends.
    block_end: usize,
    /// The line end after the last significant token, once it was met.
    line_end: Option<usize>,
    /// The indentations that hold tabs.
    tabs: Vec<TextRange>,
}

impl Layout<'_> {
    fn token(&mut self, index: usize) {
        match self.lexed.kind(index) {
            LineEnd => self.line_ends(index),
            Whitespace | ByteOrderMark => {}
            Comment | DocComment => {
                if !self.line.begun {
                    self.line_begins(index);
                    let end = index + 2;
                    self.comments.push(CommentLine { indentation: self.line.indentation, end });
                }
            }
            kind => {
                if !self.line.begun {
                    self.line_begins(index);
                    self.place_line(index);
                }
                self.significant(kind, index);
            }
        }
    }

    fn push(&mut self, kind: SyntaxKind, raw: usize) {
        let raw = u32::try_from(raw).unwrap_or(u32::MAX);
        self.input.tokens.push(Token { kind, raw });
    }

    fn significant(&mut self, kind: SyntaxKind, index: usize) {
        self.comments.clear();
        self.line_end = None;
        match kind {
            LeftBrace if self.begins_block(index) => {}
            LeftParen | LeftBracket | LeftBrace | FStringStart => {
                if kind == FStringStart {
                    let long = self.lexed.text(index).ends_with("\"\"\"");
                    self.open_fstrings.push((self.brackets.len(), long));
                }
                self.brackets.push(Bracket { kind, line: self.line.indentation });
            }
            RightParen | RightBracket | RightBrace => self.close_bracket(kind),
            FStringEnd => {
                if let Some((open, _)) = self.open_fstrings.pop() {
                    self.brackets.truncate(open);
                }
            }
            _ => {}
        }
        self.push(kind, index);
    }

    /// A closing bracket closes its own and what was left open within; a stray one closes nothing.
    fn close_bracket(&mut self, kind: SyntaxKind) {
        /// How far to look for the bracket that is closed: beyond that the text is no program, and
        /// looking further would take quadratic time.
        const LOOK_BACK_MAX: usize = 64;
        let floor = self.open_fstrings.last().map_or(0, |(open, _)| open + 1);
        let within = self.brackets.len().saturating_sub(LOOK_BACK_MAX).max(floor);
        let opened = (within..self.brackets.len())
            .rev()
            .find(|open| self.brackets[*open].kind.closing() == Some(kind));
        if let Some(opened) = opened {
            self.brackets.truncate(opened);
        }
    }

    fn give_up_fstrings(&mut self) {
        if let Some((open, _)) = self.open_fstrings.first() {
            self.brackets.truncate(*open);
        }
        self.open_fstrings.clear();
    }

    fn line_ends(&mut self, index: usize) {
        // The lexer ends short f-strings with their line.
        while let Some((open, false)) = self.open_fstrings.last().copied() {
            self.open_fstrings.pop();
            self.brackets.truncate(open);
        }
        if self.line_end.is_none() && self.input.last_is_text() {
            self.line_end = Some(index);
            if self.brackets.is_empty() {
                self.end_statement(index);
            }
        }
        self.line = Line { start: index + 1, ..Line::default() };
    }

    fn end_statement(&mut self, raw: usize) {
        self.push(Newline, raw);
        self.block_end = raw + 1;
        self.line_end = None;
    }

    /// The first token of a line that is more than space.
    fn line_begins(&mut self, index: usize) {
        self.line.begun = true;
        let space = (self.line.start..index).find(|i| self.lexed.kind(*i) == Whitespace);
        let Some(space) = space else { return };
        let text = self.lexed.text(space);
        self.line.indentation = Indentation::of(text);
        if text.contains('\t') && self.brackets.is_empty() {
            self.tabs.push(self.lexed.range(space));
        }
    }

    /// The first significant token of a line.
    fn place_line(&mut self, index: usize) {
        if !self.brackets.is_empty() {
            if !self.can_only_be_statement(index) {
                return;
            }
            self.brackets.clear();
            let line_end = self.line_end.unwrap_or(self.line.start);
            self.end_statement(line_end);
        }
        self.offside(index);
    }

    fn offside(&mut self, index: usize) {
        let indentation = self.line.indentation;
        let top = self.blocks.last().map(|block| block.indentation).unwrap_or_default();
        if self.blocks.last().is_none_or(|block| !block.takes(indentation)) {
            if indentation.compare(top).is_gt() {
                self.blocks.push(Block { indentation, alias: None });
                self.push(Indent, self.block_end);
                return;
            }
            self.close_blocks(index);
        }
        if let Some(block) = self.blocks.last_mut().filter(|of| of.indentation == indentation) {
            block.alias = None;
        }
    }

    /// A line is indented less than the block it follows.
    fn close_blocks(&mut self, index: usize) {
        let indentation = self.line.indentation;
        let deeper = |block: &Block| {
            !block.takes(indentation) && block.indentation.compare(indentation).is_gt()
        };
        let first_deeper =
            self.blocks.iter().rposition(|block| !deeper(block)).map_or(1, |i| i + 1);
        let mut keep = first_deeper.max(1);
        let fits = self.blocks[keep - 1].takes(indentation);
        if !fits {
            let outer = self.blocks[keep - 1].indentation.usual;
            let inner = self.blocks.get(keep).map_or(outer, |block| block.indentation.usual);
            let (to_outer, to_inner) =
                (indentation.usual.saturating_sub(outer), inner.saturating_sub(indentation.usual));
            // The nearer block is the one that was meant; most slips are of one column. At the top
            // level only declarations stand, so whatever else is there belongs to the inner one.
            let is_of_inner = to_outer > to_inner
                || keep == 1 && (to_outer == to_inner || !self.begins_declaration(index));
            if is_of_inner {
                keep += 1;
            }
            self.report_misfit(index);
        }
        let mut end = self.block_end;
        let mut comments = std::mem::take(&mut self.comments).into_iter().peekable();
        while self.blocks.len() > keep {
            let Some(block) = self.blocks.pop() else { break };
            while let Some(comment) =
                comments.next_if(|comment| comment.indentation.is_at_least(block.indentation))
            {
                end = comment.end.min(self.lexed.len());
            }
            self.push(Dedent, end);
        }
        if !fits && let Some(block) = self.blocks.last_mut() {
            block.alias = Some(indentation);
        }
    }

    fn report_misfit(&mut self, index: usize) {
        // The line's own tab, if it has one, is the last so far.
        if self.tabs.last().is_some_and(|tab| tab.end() == self.lexed.range(index).start()) {
            // The tab is the mistake, and is reported.
            return;
        }
        let error = SyntaxError::new(
            SyntaxErrorCode::InconsistentIndentation,
            "the indentation of this line fits no block above it",
            self.lexed.range(index),
        );
        let levels: Vec<String> =
            self.blocks.iter().map(|block| block.indentation.usual.to_string()).collect();
        let help = format!("the blocks above are indented by {} spaces", and_list(&levels));
        self.input.errors.push(error.with_help(help));
    }

    fn finish(&mut self) {
        if self.input.last_is_text() {
            let end = self.line_end.unwrap_or(self.lexed.len());
            self.brackets.clear();
            self.end_statement(end.min(self.lexed.len()));
        }
        self.line.indentation = Indentation::default();
        if self.blocks.len() > 1 {
            self.close_blocks(self.lexed.len());
        }
        self.push(Eof, self.lexed.len());
        self.report_tabs();
    }

    /// One finding for all tabs of the file: they are one habit, and one fix mends them.
    fn report_tabs(&mut self) {
        let Some(first) = self.tabs.first().copied() else { return };
        let edits = self.tabs.iter().map(|range| (*range, self.as_spaces(*range))).collect();
        let message = match self.tabs.len() {
            1 => "a tab in the indentation".to_string(),
            lines => format!("tabs in the indentation, here and on {} more lines", lines - 1),
        };
        let error = SyntaxError::new(SyntaxErrorCode::TabInIndentation, message, first)
            .with_help("Weir indents with spaces only")
            .with_fix("indent with spaces", edits);
        self.input.errors.push(error);
    }

    fn as_spaces(&self, range: TextRange) -> String {
        let text = self.lexed.slice(range);
        " ".repeat(Indentation::of(text).usual as usize)
    }
}

/// `0, 4 and 8`
fn and_list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}
