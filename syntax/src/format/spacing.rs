//! Which neighbours on a line have a space between them.
//!
//! What it is not: line breaks. Invariant: the answer depends on the kinds of the neighbours and
//! of the node that holds them, and on nothing that was there before.

use crate::kind::SyntaxKind::{self, *};

/// Whether a space stands between two neighbours in a node.
pub(super) fn is_between(parent: SyntaxKind, before: SyntaxKind, after: SyntaxKind) -> bool {
    match parent {
        // `xs[a:b]`, `k=v`, `-1`, `a.b`, `f(x)`, `xs[i]`, `e?`, `limit(2)`, `Started(job)`
        SliceIndex | Arg | LiteralPattern | MemberExpr | CallExpr | IndexExpr | QuestionExpr
        | ModulePath | PathType | ConstructorPattern | ConcurrentOption | SelectTimeout
        | Variant => false,
        // `- -x`, since a statement that begins with `--x` is no negation.
        UnaryExpr => before == NotKeyword || after == UnaryExpr,
        Param if before == Star => false,
        _ => !touches_what_is_before(after),
    }
}

fn touches_what_is_before(kind: SyntaxKind) -> bool {
    // Suites and clauses stand on lines of their own, or bring their space along.
    matches!(kind, Comma | Colon | TypeParamList | ParamList | FnTypeParamList)
        || is_suite(kind)
        || is_clause(kind)
}

/// Whether a node of this kind is what stands after a `:`.
pub(super) fn is_suite(kind: SyntaxKind) -> bool {
    matches!(kind, Block | MemberList | VariantList)
}

/// Whether a node of this kind goes on with a statement on a line of its own.
pub(super) fn is_clause(kind: SyntaxKind) -> bool {
    matches!(kind, ElifClause | ElseClause)
}
