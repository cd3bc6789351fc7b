//! The harness of Weir's tests: Markdown in, claims out.
//!
//! **Nouns.** A [`Document`] is a Markdown file. A [`Section`] of it is a heading with a program
//! beneath: the first `weir` block, and its further files if it has any, `weir text/tables.weir` and
//! `toml weir.toml` (a second nameless `weir` block begins a section of its own). An
//! [`Assertion`](findings::Assertion) is a comment `# error: R001 "words"` in the program. A
//! [`Stage`](stages::Stage) block holds what a verb of `weir` prints for the program.
//!
//! ````text
//! ## A list in two tasks is refused          the claim, and the test's name
//! Why this is so.                            prose
//! ```weir
//! …
//!         xs.append(1)  # error: R001 "xs"   a finding that must be there
//! ```
//! ```run --seed 3                            what `weir run --seed 3` prints
//! hello
//! ```
//! ````
//!
//! **Invariants.** A finding that is not asserted fails its section. A block is compared byte for
//! byte; `UPDATE=1` rewrites the blocks in place, and the diff is the review.

pub mod agreement;
pub mod confirmed;
pub mod difference;
pub mod differential;
pub mod edits;
pub mod findings;
pub mod language_client;
pub mod markdown;
pub mod programs;
pub mod project;
pub mod reused;
pub mod rules;
pub mod runs;
pub mod stages;
pub mod traces;
pub mod weir;

pub use markdown::{Block, Document, Section};
pub use project::{Project, ProjectFile};
