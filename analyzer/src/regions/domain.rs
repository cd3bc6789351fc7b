//! The domain: who reaches which owned value at a point of a body, and what has become of it.
//!
//! **Nouns.** A [`Holder`] is anything that reaches a region: an owned local, an iterator over one,
//! what a parameter held on entry, or what a `defer` keeps. Two holders are *joined* when their
//! regions may be one. A [`Fact`] says what may have happened to a holder's region: given away,
//! taken by a task, lent by a lock.
//!
//! Joined holders are linked *at places* (`paths`): a row is what its list has at some element. A
//! holder linked to itself holds something twice; one that is not is a *tree*, whose distinct parts
//! are regions of their own, and facts then belong to parts. What an iterator, `pop` or `remove`
//! gives is cut out of what it came from.
//!
//! **Invariants.** Everything is a *may*: states of two paths are united, so what no path does is
//! never claimed. "Joined" is symmetric but not transitive, and facts belong to holders. Regions as
//! classes of a union-find were tried first: uniting two paths then makes one class of what is
//! never one on any path, and a value sent on the one path is lost on the other.
//!
//! ```text
//! xs = mutable_list[int]()     {xs}
//! box = Box(xs)                {box.0 = xs}
//! ch.send(box)                 {box.0 = xs}, both given away
//! xs = mutable_list[int]()     {xs} {box: given away}
//!
//! for row in rows:             {rows[…] = row}, and not what the loop will still give
//!     spawn work(row)          {rows[…] = row}, with the task; the next row is another
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::links::Link;
use super::paths::{Reach, Step};
use crate::items::{ItemId, NodeIndex};
use crate::mir::{BlockId, BodyId, Intrinsic, Local, Point, ScopeId};

/// Something that reaches a region; an index into the body's table of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Holder(pub(super) u32);

impl Holder {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is done to a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// It is looked at.
    Read,
    /// It is changed.
    Change,
}

/// How an owned value is given away for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Keep {
    /// `channel.send` and its relatives.
    Sent,
    /// `detach f(x)`
    Detached,
    /// `freeze()`
    Frozen,
    /// `mutex(x)`, `rwlock(x)`
    Guarded,
    /// Stored into what a lock lends.
    Stored,
    /// Passed as a parameter that says `move`.
    Moved,
}

/// Where something is done to a region: a node of the item, and for what happens inside a callee
/// the way on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Access {
    /// The access itself, or the call that leads to it.
    pub at: NodeIndex,
    /// Where it leads.
    pub via: Option<Via>,
}

/// The way from a call to the access inside the callee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Via {
    /// A node of the same item: inside a closure or nested function.
    Node(NodeIndex),
    /// Some access of that parameter in that function; its summary knows which.
    Param(ItemId, u32),
}

impl Access {
    pub(super) const fn here(at: NodeIndex) -> Self {
        Self { at, via: None }
    }
}

/// A `concurrent` scope as a body sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ScopeKey {
    /// Its own: it ends here.
    Own(ScopeId),
    /// One that arrived as the parameter or capture at that position: it outlives the body.
    Passed(u32),
    /// One that the analysis lost sight of.
    Unknown,
}

impl ScopeKey {
    /// Which of two scopes that are open at one place ends later: bodies open outer ones first, and
    /// what is not their own outlives them.
    pub(super) fn outer(self, other: Self) -> Self {
        match (self, other) {
            (Self::Own(one), Self::Own(another)) => Self::Own(one.min(another)),
            (Self::Own(_), outer) => outer,
            (outer, _) => outer,
        }
    }
}

/// What may have become of a holder's region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fact {
    /// Given away for good.
    Given {
        access: Access,
        keep: Keep,
        /// It was taken out from there before, and what lies there now is another.
        cut: bool,
    },
    /// With a task of an open scope.
    Taken(Taken),
    /// A function that was passed in was called with it there, as that argument, or is itself part of it.
    Offered { at: NodeIndex, arg: Option<u32> },
    /// Lent by the lock taken at `loan`; `left` is where this holder came to reach it.
    Lent { loan: Point, left: NodeIndex, hold: Hold },
    /// Put into what that lock guards: gone as soon as the lock is given back.
    Stored {
        loan: Point,
        access: Access,
        /// As of what was given away.
        cut: bool,
    },
    /// Older than the open loan: lent parts must not be put into it.
    Outside { loan: Point },
    /// Was lent, and the lock has been given back.
    Escaped { loan: Point, left: NodeIndex, hold: Hold },
}

impl Fact {
    /// The same of what was given away itself, wherever it lay.
    pub(super) fn uncut(self) -> Self {
        match self {
            Self::Given { access, keep, .. } => Self::Given { access, keep, cut: false },
            Self::Stored { loan, access, .. } => Self::Stored { loan, access, cut: false },
            Self::Taken(taken) => Self::Taken(Taken { cut: false, ..taken }),
            fact => fact,
        }
    }

    /// The task that it is with.
    pub(super) fn task(&self) -> Option<Point> {
        match self {
            Self::Taken(taken) => Some(taken.task),
            _ => None,
        }
    }

    /// The same of something that may hold what it was said of.
    pub(super) fn around(self) -> Self {
        match self {
            Self::Lent { loan, left, hold: Hold::Within } => {
                Self::Lent { loan, left, hold: Hold::Around }
            }
            fact => fact,
        }
    }
}

/// What something that a lock lends is to what the lock guards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Hold {
    /// The whole, or a part that is in it.
    Within,
    /// Something new that may hold a part.
    Around,
    /// A part that was taken out: free, unless it was in there twice (`knots`).
    Out,
}

/// A region with a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Taken {
    /// What it was taken through.
    pub(super) holder: Holder,
    /// The `spawn`, or the call that spawned into a scope passed to it.
    pub(super) task: Point,
    pub(super) scope: ScopeKey,
    pub(super) mode: Mode,
    pub(super) access: Access,
    /// How and where the task gives it away, if it does: then it does not come back.
    pub(super) keep: Option<(Keep, Access)>,
    /// The task takes it out of there before it gives it away.
    pub(super) cut: bool,
}

/// What a holder is joined with, and its facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) links: BTreeMap<Holder, BTreeSet<Link>>,
    pub(super) facts: BTreeSet<(Reach, Fact)>,
}

/// A local that is a task, or that holds one at a step which no one can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Handle {
    pub(super) local: Local,
    pub(super) part: Option<Step>,
}

impl Handle {
    pub(super) const fn of(local: Local) -> Self {
        Self { local, part: None }
    }
}

/// What a function value may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    /// A closure over a body of this Mir.
    Body(BodyId),
    Item(ItemId),
    Intrinsic(Intrinsic),
    /// What the caller passed, or the maker captured, at that position.
    Param(u32),
    Unknown,
}

/// How often a `defer` may have been passed: what one in a loop keeps, it keeps for each round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rounds {
    One,
    Several,
}

/// Something open that a failure or a timeout closes on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    Scope(ScopeId),
    Attempt(BlockId),
    Loan { loan: Point, local: Local },
}

/// How the use of one region is wrong because of another's fate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Clash {
    /// A change of what a task has: R001.
    Change,
    /// A read of what a task changes: R002.
    Read,
    /// A use of what was given away: R006.
    Gone,
}
