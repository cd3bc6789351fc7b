//! `weir fmt`: the one way to lay out a program.
//!
//! ```text
//! GreenNode ─walk▶ Document ─print▶ text
//! ```
//!
//! What it is not: a change of the program. It adds and removes space, line ends and the commas
//! that may end a list in brackets, and nothing else: no brackets, no quotes, no order.
//! **Invariants.** The formatted text has the same tree, layout aside ([`same_program`]), and is
//! its own format; every comment is kept, once and in order. The layout depends on the tree, on
//! comments and blank lines, and on which suites stand on the line of their `:`; where the other
//! line ends were makes no difference.
//!
//! The style:
//!
//! - Four spaces for a level; no tabs; no space at the end of a line; one line end at the end of
//!   the file. Line ends are `\r\n` if the first one was, else `\n`.
//! - A run of blank lines is one. None stands at the begin or end of a file or a suite, before `elif`
//!   and `else`, or after an opening bracket. At the top level one stands before and after each
//!   declaration with a body; all others are the author's.
//! - A suite on the line of its `:` stays there if it fits, in `WIDTH_MAX` characters.
//! - What stands in brackets and does not fit is broken from the outside in: one element to a
//!   line, a comma after each; then operators and, where there are two calls or more, dots begin
//!   the lines. Outside of brackets a line end would end the statement, so there nothing is broken.
//! - Comments keep their text. A comment behind code stays behind it, after two spaces; one on a
//!   line of its own stays there, indented as what it stands among. It does not count as width.
//! - F-strings are left as they are, holes and all, and so are other strings.

mod brackets;
mod document;
mod expressions;
mod same;
mod spacing;
mod statements;
mod walk;

pub use self::same::same_program;
use self::walk::Walk;
use crate::error::SyntaxError;
use crate::kind::{SyntaxKind, WeirLanguage};
use crate::{Parse, SOURCE_BYTES_MAX};

/// Why a file is left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatError {
    /// The first mistake: what is not understood cannot be laid out.
    pub first: SyntaxError,
    /// How many mistakes there are.
    pub count: usize,
}

impl std::fmt::Display for FormatError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.first.message)
    }
}

impl std::error::Error for FormatError {}

/// The text of a file in the one style.
pub fn format(parse: &Parse) -> Result<String, FormatError> {
    if let Some(first) = parse.errors().first() {
        return Err(FormatError { first: first.clone(), count: parse.errors().len() });
    }
    let text = Walk::file(parse.green());
    if text.len() > SOURCE_BYTES_MAX {
        let message = "this file would be too long to be read once it is laid out: split it";
        return Err(FormatError { first: crate::error_too_long(message), count: 1 });
    }
    Ok(text)
}

type Node<'tree> = &'tree rowan::GreenNodeData;
type Child<'tree> = rowan::NodeOrToken<Node<'tree>, &'tree rowan::GreenTokenData>;
type Children<'tree> = rowan::Children<'tree>;

fn kind_of(child: &Child<'_>) -> SyntaxKind {
    kind_from(match child {
        rowan::NodeOrToken::Node(node) => node.kind(),
        rowan::NodeOrToken::Token(token) => token.kind(),
    })
}

fn kind_from(raw: rowan::SyntaxKind) -> SyntaxKind {
    <WeirLanguage as rowan::Language>::kind_from_raw(raw)
}
