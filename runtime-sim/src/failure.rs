//! Failures: why a task ended badly, where, and what failed beside it.

use std::sync::Arc;

use crate::bounds::BESIDE_MAX;
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
    pub beside: Beside,
}

/// The failures beside a failure: the first of them, and how many there are besides.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The first of them.
    pub first: Vec<Arc<Failure>>,
    /// How many more there are.
    pub more: u64,
}

impl Beside {
    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    pub(crate) fn add(&mut self, failure: Arc<Failure>) {
        match self.first.len() < BESIDE_MAX {
            true => self.first.push(failure),
            false => self.more += 1,
        }
    }

    pub(crate) fn add_all(&mut self, others: &Self) {
        others.first.iter().for_each(|other| self.add(other.clone()));
        self.more += others.more;
    }
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, message: impl Into<String>) -> Box<Self> {
        Box::new(Self {
            kind,
            message: message.into(),
            task: String::new(),
            place: None,
            trace: Vec::new(),
            beside: Beside::default(),
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
        for other in &self.beside.first {
            let place =
                other.place.as_ref().map(|place| format!(" at {place}")).unwrap_or_default();
            text += &format!("also failed: {} (task {}{place})\n", other.message, other.task);
        }
        if self.beside.more > 0 {
            text += &format!("also failed: {} more tasks\n", self.beside.more);
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
