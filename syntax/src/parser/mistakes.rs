//! Findings: one for each mistake, with what was found instead, and no echo of it on the same line.

use rowan::TextRange;

use super::Parser;
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::{FStringStart, LineEnd, StringLiteral, Unknown};

impl Parser<'_> {
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

    /// The current token in the words of a message.
    pub(crate) fn found(&self) -> String {
        match self.current() {
            kind if kind.is_virtual() => kind.words().to_string(),
            StringLiteral => "a string".to_string(),
            FStringStart => "an f-string".to_string(),
            _ => format!("`{}`", abbreviated(self.text(0))),
        }
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
