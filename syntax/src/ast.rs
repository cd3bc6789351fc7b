//! The typed view of the tree.
//!
//! What it is not: a tree of its own. Each type here is a [`SyntaxNode`](crate::SyntaxNode) known
//! to be of a kind; each accessor looks among its children. Invariant: every accessor is optional
//! or a list, because an unfinished program has a tree too.
//!
//! `generated.rs` is made from `weir.ungram`; what generation cannot express is written by hand in
//! the files beside it, by area: `expressions` (operators, what stands where), `literals` (values),
//! `names` (names, doc comments), `text` (f-strings), `forms` (small questions about the rest).

mod expressions;
mod forms;
#[rustfmt::skip]
mod generated;
mod literals;
mod names;
pub mod support;
mod text;

pub use self::expressions::{AssignOp, BinaryOp, UnaryOp};
pub use self::generated::*;
pub use self::literals::{LiteralError, LiteralValue};
pub use self::names::{HasDoc, HasName};
pub use self::support::{AstChildren, AstNode};
pub use self::text::Conversion;
