//! Findings of the front end: the S family.
//!
//! What it is not: rendering, levels or suppression; the analyzer has those. Invariant: an error
//! stands beside the tree, never instead of it.

use rowan::TextRange;

/// The code of a syntax finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SyntaxErrorCode {
    /// S001: something else was expected here.
    Syntax,
    /// S002: the indentation fits no block.
    InconsistentIndentation,
    /// S003: a tab in the indentation.
    TabInIndentation,
    /// S004: a string without its end.
    UnterminatedString,
    /// S005: a literal that stands for nothing.
    BadLiteral,
}

impl SyntaxErrorCode {
    /// The code as it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Syntax => "S001",
            Self::InconsistentIndentation => "S002",
            Self::TabInIndentation => "S003",
            Self::UnterminatedString => "S004",
            Self::BadLiteral => "S005",
        }
    }
}

impl std::fmt::Display for SyntaxErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One mistake in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Its code.
    pub code: SyntaxErrorCode,
    /// What is wrong, in the words a person would use.
    pub message: String,
    /// Where. An empty range stands where something is missing.
    pub range: TextRange,
    /// What to do about it.
    pub help: Option<String>,
    /// The edit that mends it, where that is mechanical.
    pub fix: Option<TextFix>,
}

impl SyntaxError {
    /// A finding without help or fix.
    pub fn new(code: SyntaxErrorCode, message: impl Into<String>, range: TextRange) -> Self {
        Self { code, message: message.into(), range, help: None, fix: None }
    }

    /// The same finding with a help line.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same finding with a fix.
    #[must_use]
    pub fn with_fix(mut self, title: impl Into<String>, edits: Vec<(TextRange, String)>) -> Self {
        self.fix = Some(TextFix { title: title.into(), edits });
        self
    }
}

/// An edit that mends a mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFix {
    /// What the edit does.
    pub title: String,
    /// Ranges and the text that takes their place, in the order of the text and apart.
    pub edits: Vec<(TextRange, String)>,
}
