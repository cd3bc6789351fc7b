//! After an edit: reads again what the edit can have changed, and keeps the rest of the tree.
//!
//! What it is not: a second parser; a part is read by the same stages as a file. Invariant: the result is
//! the one that [`crate::parse`] gives for the new text, tree and findings. Whatever leaves a doubt about
//! that is a reason to read a larger part, and in the end the whole file.
//!
//! A *part* is a run of whole lines: some of the statements, members or declarations that one node, the
//! *container*, lists.
//!
//! ```text
//! fn f():               container: the block of `f`
//!     a()
//!     if b:           ┐
//!         c(█)        ├ part: the statement with the edit, up to the line on which the next one begins
//!                     ┘
//!     d()               read along as far as its first line, so that nothing is taken for the end of the
//! g()                   file that is not
//! ```
//!
//! Why that is enough: where a part begins and ends, lexer and parser remember nothing, and the layout
//! only the indentation, if these hold: no `"""` is left open in the file or stands in the part; the part
//! begins and ends with a line whose indentation is the container's; nothing outside it, as far as its
//! declaration and those beside it go, is wrong; and nothing at its begin could belong to what stands before.

mod find;
mod splice;

use rowan::{TextRange, TextSize};

use self::find::Part;
use crate::{Parse, SOURCE_BYTES_MAX, parse_as};

/// A change of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// What goes, in the old text.
    pub range: TextRange,
    /// What comes in its place.
    pub insert: String,
}

impl TextEdit {
    /// Where the inserted text ends, in the new text.
    fn insert_end(&self) -> TextSize {
        self.range.start() + TextSize::of(self.insert.as_str())
    }

    /// An offset behind the edit, as it is in the new text.
    fn shift(&self, offset: TextSize) -> TextSize {
        self.insert_end() + offset.checked_sub(self.range.end()).unwrap_or_default()
    }

    /// Whether the edit, applied to a text of this length, can have given the new text.
    fn fits(&self, old_len: TextSize, new_text: &str) -> bool {
        let (start, end) = (usize::from(self.range.start()), usize::from(self.insert_end()));
        self.range.end() <= old_len
            && new_text.get(start..end) == Some(self.insert.as_str())
            && usize::from(self.shift(old_len)) == new_text.len()
    }
}

impl Parse {
    /// The parse of the text that the edit made of this one's. `new_text` is that whole text; the result
    /// is what [`crate::parse`] gives for it (or [`crate::parse_signatures`], if that gave this one).
    #[must_use]
    pub fn reparse(&self, edit: &TextEdit, new_text: &str) -> Parse {
        self.reparse_part(edit, new_text).unwrap_or_else(|| parse_as(new_text, self.signatures))
    }

    /// The same, if a part of the text is enough to tell.
    #[must_use]
    pub fn reparse_part(&self, edit: &TextEdit, new_text: &str) -> Option<Parse> {
        let root = self.syntax();
        let fits = edit.fits(root.text_range().end(), new_text);
        if !self.has_parts || !fits || new_text.len() > SOURCE_BYTES_MAX {
            return None;
        }
        let covering = root.covering_element(edit.range);
        let node = covering.as_node().cloned().or_else(|| covering.parent())?;
        // From the smallest container outwards.
        node.ancestors().find_map(|container| {
            let part = Part::find(self, edit, new_text, container)?;
            part.reparse(self, edit, new_text)
        })
    }
}
