//! Failures: why a task ended badly, where, and what failed beside it.

use std::sync::Arc;

use crate::program::Place;

macro_rules! kinds {
    ($($kind:ident $text:literal)*) => {
        /// What kind of failure it is, as `kind` of a `Failure` gives it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum FailureKind { $(#[doc = concat!("`", $text, "`")] $kind,)* }

        impl FailureKind {
            /// As programs and JSON see it.
            pub fn text(self) -> &'static str {
                match self { $(Self::$kind => $text,)* }
            }
        }
    };
}

kinds! {
    Overflow "overflow"
    Division "division"
    Index "index"
    Key "key"
    Value "value"
    Closed "closed"
    Select "select"
    Lock "lock"
    Assert "assert"
    Panic "panic"
    Unwrap "unwrap"
    Stack "stack"
    Memory "memory"
    Io "io"
    Permission "permission"
    Cancelled "cancelled"
    Timeout "timeout"
    Error "error"
}

/// Why a task failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Its kind.
    pub kind: FailureKind,
    /// What happened, with the values.
    pub message: String,
    /// The task that failed, by its path.
    pub task: String,
    /// Where it failed.
    pub place: Option<Place>,
    /// The calls it failed in, innermost first.
    pub trace: Vec<String>,
    /// What failed beside it: siblings, defers.
    pub attached: Vec<Arc<Failure>>,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            kind,
            message: message.into(),
            task: String::new(),
            place: None,
            trace: Vec::new(),
            attached: Vec::new(),
        })
    }

    /// As `failed: MESSAGE` and what belongs to it, for stderr.
    pub fn report(&self) -> String {
        let mut text = format!("failed: {}\n", self.message);
        text += &format!("  task {}", self.task);
        if let Some(place) = &self.place {
            text += &format!(" at {place}");
        }
        text.push('\n');
        for call in &self.trace {
            text += &format!("  in {call}\n");
        }
        for other in &self.attached {
            let place =
                other.place.as_ref().map(|place| format!(" at {place}")).unwrap_or_default();
            text += &format!("also failed: {} (task {}{place})\n", other.message, other.task);
        }
        text
    }
}

/// The result of what can fail: boxed, so that success stays small.
pub(crate) type Fallible<T> = Result<T, Box<Failure>>;

/// A failure of that kind, as an error.
pub(crate) fn fail<T>(kind: FailureKind, message: impl Into<String>) -> Fallible<T> {
    Err(Failure::new(kind, message))
}
