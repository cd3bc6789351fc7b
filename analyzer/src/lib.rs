//! What a Weir program means, and what is wrong with it.
//!
//! Text goes in as [`SourceFile`]s of a [`Database`]; every other fact is derived from them by
//! tracked functions, one stage after the other:
//!
//! ```text
//! parse ▶ items ▶ hir ▶ infer ▶ mir ─┬▶ regions  ─┬▶ diagnostics
//!                                    └▶ skeleton ─┘
//! ```
//!
//! Each stage is a function from values to values; mistakes ride beside the value as
//! [`diagnostics::Finding`]s, which name tree nodes by their index in an item and so survive any
//! edit that leaves the item's meaning alone. Ranges are looked up last, in
//! [`diagnostics::file_diagnostics`].
//!
//! Never here: files, clocks, threads, LSP types, the terminal.

pub mod assigned;
pub mod conduct;
pub mod constants;
pub mod db;
pub mod declared;
pub mod diagnostics;
pub mod docs;
pub mod format;
pub mod hir;
pub mod idle;
pub mod infer;
pub mod items;
pub mod mir;
pub mod package;
pub mod regions;
pub mod skeleton;
pub mod ty;
pub mod unused;
pub mod walked;

pub use db::{Database, Db, FileKind, SourceFile};
pub use weir_syntax::{TextRange, TextSize};

/// A name as it stands in the source.
pub type Name = smol_str::SmolStr;
