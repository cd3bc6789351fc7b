//! The words: messages, labels, helps, mends and witnesses of the R family.

mod giving;
mod helps;
mod loans;
mod meetings;
mod ways;

pub(super) use self::giving::{used_after_giving, used_after_passing};
pub(super) use self::loans::{changed_under_read_lock, lent_to_passed, loan_escapes};
pub(super) use self::meetings::{clash, moved_in_loop, not_apart, parted_when_passed};
pub(super) use self::ways::task_path;
use super::domain::{Access, Keep, Mode};
use super::view::View;
use crate::diagnostics::Site;
use crate::items::NodeIndex;
use crate::mir::Point;

/// One of the two who meet at a region.
pub(super) struct Party<'a> {
    /// What the region is called there.
    pub(super) name: &'a str,
    pub(super) access: Access,
    pub(super) mode: Mode,
    /// The spawn, when it is a task; none for the body itself.
    pub(super) task: Option<Point>,
    pub(super) gives: bool,
    /// It is a loop over the region, asking for the next element.
    pub(super) walks: bool,
}

impl Party<'_> {
    /// What it does with something.
    fn does(&self, what: &str) -> String {
        match self.mode {
            _ if self.gives => format!("gives {what} away"),
            Mode::Read => format!("reads {what}"),
            Mode::Change => format!("changes {what}"),
        }
    }

    fn verb(&self) -> &'static str {
        match self.mode {
            _ if self.gives => "give away",
            Mode::Read => "read",
            Mode::Change => "change",
        }
    }

    fn participle(&self) -> &'static str {
        match self.mode {
            _ if self.gives => "given away",
            Mode::Read => "read",
            Mode::Change => "changed",
        }
    }
}

/// `name` in backticks; of what has no name, a word that fits.
pub(super) fn quoted(name: &str) -> String {
    if name.is_empty() { "this value".to_owned() } else { format!("`{name}`") }
}

pub(super) fn here(view: &View<'_>, node: NodeIndex) -> Site {
    Site::whole(view.owner(), node)
}

/// What becomes of a value that is given away so.
pub(super) fn fate(keep: Keep) -> &'static str {
    match keep {
        Keep::Sent => "sent over a channel",
        Keep::Detached => "handed to a detached task",
        Keep::Frozen => "frozen",
        Keep::Guarded => "put into a lock",
        Keep::Stored => "stored in what a lock guards",
        Keep::Moved => "moved into a call",
    }
}
