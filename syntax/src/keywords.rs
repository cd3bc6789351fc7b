//! The words that mean something to the grammar: one table for the lexer, completion and the
//! editor's own grammar.
//!
//! What it is not: the names of the prelude, which are ordinary names. Invariant: a reserved word
//! is never a name (but may stand after a dot: `job.with(id=2)`); a contextual one is a name
//! wherever its place does not say otherwise.

use unicode_ident::{is_xid_continue, is_xid_start};

use crate::SyntaxKind;

/// The reserved words, in alphabetical order.
pub const RESERVED: &[(&str, SyntaxKind)] = &[
    ("and", SyntaxKind::AndKeyword),
    ("as", SyntaxKind::AsKeyword),
    ("assert", SyntaxKind::AssertKeyword),
    ("blocking", SyntaxKind::BlockingKeyword),
    ("break", SyntaxKind::BreakKeyword),
    ("case", SyntaxKind::CaseKeyword),
    ("concurrent", SyntaxKind::ConcurrentKeyword),
    ("const", SyntaxKind::ConstKeyword),
    ("continue", SyntaxKind::ContinueKeyword),
    ("defer", SyntaxKind::DeferKeyword),
    ("detach", SyntaxKind::DetachKeyword),
    ("elif", SyntaxKind::ElifKeyword),
    ("else", SyntaxKind::ElseKeyword),
    ("enum", SyntaxKind::EnumKeyword),
    ("false", SyntaxKind::FalseKeyword),
    ("fn", SyntaxKind::FnKeyword),
    ("for", SyntaxKind::ForKeyword),
    ("from", SyntaxKind::FromKeyword),
    ("if", SyntaxKind::IfKeyword),
    ("import", SyntaxKind::ImportKeyword),
    ("in", SyntaxKind::InKeyword),
    ("match", SyntaxKind::MatchKeyword),
    ("mutable", SyntaxKind::MutableKeyword),
    ("not", SyntaxKind::NotKeyword),
    ("or", SyntaxKind::OrKeyword),
    ("parallel", SyntaxKind::ParallelKeyword),
    ("pass", SyntaxKind::PassKeyword),
    ("return", SyntaxKind::ReturnKeyword),
    ("select", SyntaxKind::SelectKeyword),
    ("spawn", SyntaxKind::SpawnKeyword),
    ("struct", SyntaxKind::StructKeyword),
    ("tasklocal", SyntaxKind::TasklocalKeyword),
    ("true", SyntaxKind::TrueKeyword),
    ("while", SyntaxKind::WhileKeyword),
    ("with", SyntaxKind::WithKeyword),
];

/// A word that is a keyword in one place and a name in all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContextualKeyword {
    /// The word.
    pub text: &'static str,
    /// The kind its token has in the tree where it is a keyword; `None` when it stays a name there.
    pub kind: Option<SyntaxKind>,
    /// Where it is a keyword.
    pub place: &'static str,
}

/// The contextual words.
pub const CONTEXTUAL: &[ContextualKeyword] = &[
    contextual("attempt", Some(SyntaxKind::AttemptKeyword), "before an expression"),
    contextual("closed", Some(SyntaxKind::ClosedKeyword), "in a `case` of `select`, before a name"),
    contextual("deadline", None, "an option of `concurrent`, before `(`"),
    contextual("limit", None, "an option of `concurrent`, before `(`"),
    contextual("move", Some(SyntaxKind::MoveKeyword), "before a parameter or the pattern of `for`"),
    contextual("ordered", None, "the bound of a type parameter"),
    contextual("self", None, "the first parameter of a method"),
    contextual("shareable", None, "the bound of a type parameter"),
    contextual("supervised", None, "an option of `concurrent`"),
    contextual("test", Some(SyntaxKind::TestKeyword), "before a string, at the top level"),
    contextual(
        "timeout",
        Some(SyntaxKind::TimeoutKeyword),
        "an option of `concurrent` or a `case` of `select`, before `(`",
    ),
    contextual("type", Some(SyntaxKind::TypeKeyword), "before a name, at the top level"),
    contextual("when", Some(SyntaxKind::WhenKeyword), "after the resource of `with`"),
];

const fn contextual(
    text: &'static str,
    kind: Option<SyntaxKind>,
    place: &'static str,
) -> ContextualKeyword {
    ContextualKeyword { text, kind, place }
}

/// Whether a text can be written as a name.
pub fn is_name(text: &str) -> bool {
    let mut characters = text.chars();
    let starts = characters.next().is_some_and(|first| first == '_' || is_xid_start(first));
    starts && characters.all(is_xid_continue) && text != "_" && reserved(text).is_none()
}

/// The kind of a reserved word; `None` for a name.
pub fn reserved(text: &str) -> Option<SyntaxKind> {
    // The lexer asks for every name of a file: the first letter and the length decide most.
    use SyntaxKind::*;
    let bytes = text.as_bytes();
    if !(2..=10).contains(&bytes.len()) {
        return None;
    }
    let is = |word: &str, kind: SyntaxKind| (text == word).then_some(kind);
    match bytes[0] {
        b'a' => match bytes.len() {
            2 => is("as", AsKeyword),
            3 => is("and", AndKeyword),
            _ => is("assert", AssertKeyword),
        },
        b'b' => is("break", BreakKeyword).or_else(|| is("blocking", BlockingKeyword)),
        b'c' => match bytes.len() {
            4 => is("case", CaseKeyword),
            5 => is("const", ConstKeyword),
            8 => is("continue", ContinueKeyword),
            _ => is("concurrent", ConcurrentKeyword),
        },
        b'd' => is("defer", DeferKeyword).or_else(|| is("detach", DetachKeyword)),
        b'e' => match text {
            "else" => Some(ElseKeyword),
            "elif" => Some(ElifKeyword),
            "enum" => Some(EnumKeyword),
            _ => None,
        },
        b'f' => match text {
            "fn" => Some(FnKeyword),
            "for" => Some(ForKeyword),
            "from" => Some(FromKeyword),
            "false" => Some(FalseKeyword),
            _ => None,
        },
        b'i' => match text {
            "if" => Some(IfKeyword),
            "in" => Some(InKeyword),
            "import" => Some(ImportKeyword),
            _ => None,
        },
        b'm' => is("match", MatchKeyword).or_else(|| is("mutable", MutableKeyword)),
        b'n' => is("not", NotKeyword),
        b'o' => is("or", OrKeyword),
        b'p' => is("pass", PassKeyword).or_else(|| is("parallel", ParallelKeyword)),
        b'r' => is("return", ReturnKeyword),
        b's' => match text {
            "spawn" => Some(SpawnKeyword),
            "select" => Some(SelectKeyword),
            "struct" => Some(StructKeyword),
            _ => None,
        },
        b't' => is("true", TrueKeyword).or_else(|| is("tasklocal", TasklocalKeyword)),
        b'w' => is("with", WithKeyword).or_else(|| is("while", WhileKeyword)),
        _ => None,
    }
}
