//! Text to tokens.
//!
//! What it is not: the offside rule, which is the layout's; nor the meaning of a literal, of which
//! the lexer only finds the end. Invariant: the tokens cover every byte of the text, in order and
//! without gaps, whatever the text; lexing never fails and takes linear time.
//!
//! An f-string is no single token: `f"a {x + 1:>4} b"` is a start (`f"`), pieces of text, and
//! between them holes of ordinary tokens, so that names in them resolve and nested f-strings work.
//! A stack of open f-strings says which of the two the lexer is in.

mod scan;
mod strings;

use rowan::{TextRange, TextSize};

use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind;

/// A token: what it is and where it starts; it ends where the next one starts.
#[derive(Clone, Copy)]
struct Token {
    start: u32,
    kind: SyntaxKind,
}

/// The tokens of a text.
pub(crate) struct Lexed<'text> {
    text: &'text str,
    /// The tokens, and at last an `Eof` where the text ends.
    tokens: Vec<Token>,
    /// Strings without their end.
    pub(crate) errors: Vec<SyntaxError>,
    /// The tokens before which all open f-strings were given up, though no line ended them.
    pub(crate) given_up: Vec<usize>,
    /// A string of several lines has no end: where it stops depends on all that follows.
    pub(crate) long_string_left_open: bool,
}

impl<'text> Lexed<'text> {
    /// How many tokens there are.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len() - 1
    }

    /// The kind of a token; past the end, `Eof`.
    pub(crate) fn kind(&self, index: usize) -> SyntaxKind {
        self.tokens.get(index).map_or(SyntaxKind::Eof, |token| token.kind)
    }

    /// Where a token starts; past the end, where the text ends.
    pub(crate) fn start(&self, index: usize) -> u32 {
        self.tokens.get(index).or(self.tokens.last()).map_or(0, |token| token.start)
    }

    /// The range of a token.
    pub(crate) fn range(&self, index: usize) -> TextRange {
        TextRange::new(TextSize::new(self.start(index)), TextSize::new(self.start(index + 1)))
    }

    /// The text of a token; empty past the end.
    pub(crate) fn text(&self, index: usize) -> &'text str {
        let Some([this, next]) = self.tokens.get(index..index + 2) else { return "" };
        self.text.get(this.start as usize..next.start as usize).unwrap_or_default()
    }

    /// The token that begins here, if one does; at the end of the text, how many there are.
    pub(crate) fn index_at(&self, offset: usize) -> Option<usize> {
        let offset = u32::try_from(offset).ok()?;
        self.tokens.binary_search_by_key(&offset, |token| token.start).ok()
    }

    /// Forgets all from this token on.
    pub(crate) fn truncate(&mut self, len: usize) {
        let start = self.start(len);
        self.tokens.truncate(len);
        self.tokens.push(Token { start, kind: SyntaxKind::Eof });
        self.errors.retain(|error| error.range.start() < TextSize::new(start));
    }

    /// The text of a range.
    pub(crate) fn slice(&self, range: TextRange) -> &'text str {
        self.text.get(range.start().into()..range.end().into()).unwrap_or_default()
    }
}

/// Lexes a text of at most 4 GiB.
pub(crate) fn lex(text: &str) -> Lexed<'_> {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        tokens: Vec::with_capacity(text.len() / 4 + 5),
        errors: Vec::new(),
        given_up: Vec::new(),
        fstrings: Vec::new(),
        long_string_left_open: false,
        last_long_quote: None,
    };
    if text.starts_with('\u{feff}') {
        lexer.token('\u{feff}'.len_utf8(), SyntaxKind::ByteOrderMark);
    }
    while lexer.at < lexer.bytes.len() {
        if lexer.fstrings.is_empty() {
            // This always consumes text.
            lexer.ordinary();
            continue;
        }
        // A step consumes text or leaves a part of the f-string; that it does is a matter of care,
        // that the loop ends is not left to it.
        let (at, open) = (lexer.at, lexer.fstrings.len());
        lexer.step();
        if lexer.at == at && lexer.fstrings.len() == open {
            lexer.step();
            if lexer.at == at && lexer.fstrings.len() == open {
                lexer.unknown_char();
            }
        }
    }
    lexer.close_fstrings_at_line_end();
    lexer.close_long_fstrings_at_end();
    let Lexer { mut tokens, errors, given_up, long_string_left_open, .. } = lexer;
    tokens.push(Token { start: offset(text.len()), kind: SyntaxKind::Eof });
    let long_string_left_open = long_string_left_open || !given_up.is_empty();
    Lexed { text, tokens, errors, given_up, long_string_left_open }
}

/// An offset as it is stored. The front end refuses longer texts long before this saturates.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

struct Lexer<'text> {
    text: &'text str,
    bytes: &'text [u8],
    at: usize,
    tokens: Vec<Token>,
    errors: Vec<SyntaxError>,
    given_up: Vec<usize>,
    /// The f-strings that are open here, the innermost last.
    fstrings: Vec<OpenFString>,
    /// A `"""` string was found to have no end: from then on none is looked for beyond the next
    /// declaration, or a text of nothing but `"""` would take quadratic time.
    long_string_left_open: bool,
    /// Where the last `"""` of the text is, once somebody asked.
    last_long_quote: Option<usize>,
}

/// An f-string whose end the lexer has not met yet.
struct OpenFString {
    start: usize,
    quote: u8,
    long: bool,
    raw: bool,
    part: FStringPart,
}

/// What of an f-string the lexer is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum FStringPart {
    /// The text between holes.
    Text,
    /// A hole, within this many brackets of its own.
    Hole { brackets: u32 },
    /// The format of a hole, after its `:`.
    Format,
}

impl Lexer<'_> {
    /// Lexes one token.
    fn step(&mut self) {
        match self.fstrings.last() {
            Some(OpenFString { part: FStringPart::Text, .. }) => self.fstring_text(),
            Some(OpenFString { part: FStringPart::Format, .. }) => self.fstring_format(),
            Some(OpenFString { part: FStringPart::Hole { brackets }, .. }) => {
                let brackets = *brackets;
                self.fstring_hole(brackets);
            }
            None => self.ordinary(),
        }
    }

    /// The byte `ahead` of the current one; 0 past the end.
    fn byte(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    /// Ends a token of `len` bytes here.
    fn token(&mut self, len: usize, kind: SyntaxKind) {
        self.tokens.push(Token { start: offset(self.at), kind });
        self.at = (self.at + len).min(self.bytes.len());
    }

    fn unterminated(&mut self, start: usize, end: usize, message: &str, help: &str) {
        let range = TextRange::new(TextSize::new(offset(start)), TextSize::new(offset(end)));
        let error = SyntaxError::new(SyntaxErrorCode::UnterminatedString, message, range);
        self.errors.push(error.with_help(help));
    }
}
