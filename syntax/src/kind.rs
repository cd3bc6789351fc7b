//! The kinds of tokens and nodes.
//!
//! What it is not: knowledge of how they fit together; the grammar has that. Invariant: the node
//! kinds and the keywords are those of `weir.ungram`, from which `generated.rs` is made.

#[rustfmt::skip]
mod generated;

pub use self::generated::SyntaxKind;

impl SyntaxKind {
    /// Whether a token of this kind means nothing to the grammar.
    pub fn is_trivia(self) -> bool {
        matches!(
            self,
            Self::Whitespace
                | Self::LineEnd
                | Self::Comment
                | Self::DocComment
                | Self::ByteOrderMark
        )
    }

    /// Whether this is a virtual token of the layout, which never reaches a tree.
    pub fn is_virtual(self) -> bool {
        matches!(self, Self::Newline | Self::Indent | Self::Dedent | Self::Eof)
    }

    /// Whether this is the kind of a keyword, reserved or contextual.
    pub fn is_keyword(self) -> bool {
        (Self::FIRST_KEYWORD as u16..=Self::LAST_KEYWORD as u16).contains(&(self as u16))
    }

    /// Whether this is the kind of a token; the others are nodes.
    pub fn is_token(self) -> bool {
        (self as u16) < Self::Error as u16
    }

    /// Whether this is an opening bracket.
    pub fn is_open_bracket(self) -> bool {
        matches!(self, Self::LeftParen | Self::LeftBracket | Self::LeftBrace)
    }

    /// Whether this is a closing bracket.
    pub fn is_close_bracket(self) -> bool {
        matches!(self, Self::RightParen | Self::RightBracket | Self::RightBrace)
    }

    /// The bracket that closes this one.
    pub fn closing(self) -> Option<SyntaxKind> {
        match self {
            Self::LeftParen => Some(Self::RightParen),
            Self::LeftBracket => Some(Self::RightBracket),
            Self::LeftBrace => Some(Self::RightBrace),
            _ => None,
        }
    }
}

/// The language of the tree, as rowan wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WeirLanguage {}

impl rowan::Language for WeirLanguage {
    type Kind = SyntaxKind;

    fn kind_from_raw(raw: rowan::SyntaxKind) -> SyntaxKind {
        // A number of no kind comes only from a tree of another language.
        SyntaxKind::ALL.get(usize::from(raw.0)).copied().unwrap_or(SyntaxKind::Error)
    }

    fn kind_to_raw(kind: SyntaxKind) -> rowan::SyntaxKind {
        kind.into()
    }
}

impl From<SyntaxKind> for rowan::SyntaxKind {
    fn from(kind: SyntaxKind) -> Self {
        rowan::SyntaxKind(kind as u16)
    }
}

/// A node of the tree.
pub type SyntaxNode = rowan::SyntaxNode<WeirLanguage>;
/// A token of the tree.
pub type SyntaxToken = rowan::SyntaxToken<WeirLanguage>;
/// A node or a token of the tree.
pub type SyntaxElement = rowan::SyntaxElement<WeirLanguage>;
/// The children of a node that are nodes.
pub type SyntaxNodeChildren = rowan::SyntaxNodeChildren<WeirLanguage>;
