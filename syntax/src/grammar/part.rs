//! A part of a file, read by itself.
//!
//! What it is not: the choice of the part; `reparse` makes that. Invariant: the part is read as it is
//! where it stands in the whole file, or there is no result.

use super::{Context, items, suites};
use crate::kind::{SyntaxKind, SyntaxKind::*, SyntaxNode};
use crate::parser::Parser;

/// Where a part stands: all that the grammar knows of what is around it.
pub(crate) struct Place {
    container: SyntaxKind,
    context: Context,
    /// How many nodes are open around it.
    depth: usize,
}

impl Place {
    /// The place of what this container lists; none if that cannot be said from the tree.
    pub(crate) fn of(container: &SyntaxNode) -> Option<Place> {
        let mut place =
            Place { container: container.kind(), context: Context::default(), depth: 0 };
        let mut is_in_body = true;
        for node in container.ancestors() {
            match node.kind() {
                SourceFile => return Some(place),
                // Its node begins when the expression has been read.
                ExprStmt => continue,
                WhileStmt | ForStmt if is_in_body => place.context.enter_loop(false),
                ParallelForStmt if is_in_body => place.context.enter_loop(true),
                Fn | Test | SpawnExpr | DetachStmt => is_in_body = false,
                kind if is_transparent(kind) => {}
                _ => return None,
            }
            place.depth += 1;
        }
        None
    }
}

/// Whether a node of this kind leaves what is in its blocks as it is.
fn is_transparent(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        AssignStmt
            | Block
            | BlockingStmt
            | ConcurrentStmt
            | ElifClause
            | ElseClause
            | Enum
            | ForStmt
            | IfStmt
            | MatchCase
            | MatchStmt
            | MemberList
            | ParallelForStmt
            | ReturnStmt
            | SelectCase
            | SelectStmt
            | Struct
            | VariantList
            | WhileStmt
            | WithStmt
    )
}

impl Context {
    /// A loop is around what is known so far, from the inside out.
    fn enter_loop(&mut self, is_parallel: bool) {
        if !self.in_loop {
            self.innermost_is_parallel = is_parallel;
        }
        self.in_loop = true;
        self.in_parallel |= is_parallel;
    }
}

/// Reads a part up to this token; whether it ended there, and nothing in it would have been read in
/// another way within the whole file.
pub(crate) fn part(p: &mut Parser<'_>, place: &Place, end: usize) -> bool {
    p.begin_part(place.context, place.depth, end);
    match place.container {
        SourceFile => items::items(p),
        MemberList => suites::part(p, items::member),
        VariantList => suites::part(p, items::enum_member),
        _ => suites::part(p, super::statements::statement),
    }
    p.ended_part()
}
