//! What ops do to regions, as events: made by `transfer`, judged by observers, then applied to the
//! state.

use std::collections::BTreeSet;

use super::domain::{Access, Clash, Fact, Handle, Holder, Keep, Mode, ScopeKey, Taken, Target};
use super::links::{Kind, Link, Source};
use super::paths::{Area, Place};
use crate::Name;
use crate::items::NodeIndex;
use crate::mir::{BlockId, Local, Point, ScopeId};
use crate::ty::Ty;

/// One thing that an op does; a batch of them is judged against the state before it.
#[derive(Clone, Debug)]
pub(super) enum Event {
    /// A use that needs the right to it; leaves the state as it is.
    Touch(Touch),
    /// `dest` names something new made of, or found in, these.
    Assign {
        dest: Holder,
        from: Vec<Source>,
        /// What it holds twice beyond what its sources tell.
        shared: Vec<Link>,
        at: NodeIndex,
    },
    /// `dest` holds the lock's loan anew, after something else was assigned to the loan's name.
    Replace {
        dest: Holder,
        loan: Point,
        /// That may hold something twice beyond what its parts tell.
        twice: bool,
        at: NodeIndex,
    },
    /// What is at `from` is put at `into`.
    Store {
        from: Place,
        into: Place,
        kind: Kind,
        /// The place is a single one, and what was there is there no more.
        replaces: bool,
        at: NodeIndex,
    },
    /// What lies in the place may have got other indices, and if all of it is meant, further in too.
    Shift(Area),
    Give {
        place: Place,
        access: Access,
        keep: Keep,
        /// Something else was put where it lay.
        cut: bool,
    },
    /// Put into what the open lock taken at `loan` guards.
    Guard {
        place: Place,
        loan: Point,
        access: Access,
    },
    Take {
        area: Area,
        name: Called,
        taken: Taken,
    },
    /// A task was spawned, and put into `dest` if its parent is at hand.
    Started {
        task: Point,
        scope: ScopeKey,
        dest: Option<Local>,
    },
    /// The task that `handle` names has ended, or all tasks in the list that it is.
    Ended {
        handle: Local,
    },
    /// Task-typed `dest` names what `from` names, or something unknown.
    Handle {
        dest: Handle,
        from: Option<Handle>,
    },
    /// What holds tasks in `dest` holds those that `from` holds, or unknown ones.
    Handles {
        dest: Local,
        from: Option<Local>,
    },
    /// The task is put into the list.
    Gather {
        task: Local,
        list: Local,
    },
    /// The list of tasks `dest` holds what `from` holds, or something unknown.
    HandleList {
        dest: Local,
        from: Option<Local>,
    },
    /// A loop over a list of tasks begins.
    Walk {
        iterator: Local,
        list: Local,
    },
    /// A round of it begins, with the task `dest`.
    WalkStep {
        iterator: Local,
        dest: Local,
    },
    /// It has come to its end.
    Walked {
        iterator: Local,
    },
    /// Function-typed `dest` is one of these.
    Function {
        dest: Local,
        targets: BTreeSet<Target>,
    },
    /// Bool `dest` tells whether the giving at the node happened; `None`: tells nothing.
    Outcome {
        dest: Local,
        tells: Option<(NodeIndex, bool)>,
    },
    OpenScope(ScopeId),
    CloseScope(ScopeId),
    OpenAttempt(BlockId),
    CloseAttempt,
    OpenLoan {
        loan: Point,
        local: Local,
        holder: Option<Holder>,
        /// What was there before the lock was taken, and may be used afterwards.
        around: Vec<Holder>,
        at: NodeIndex,
    },
    CloseLoan(Local),
    /// A `defer` was passed, with what the functions were that it keeps, by position.
    Deferred {
        point: Point,
        functions: Vec<(usize, BTreeSet<Target>)>,
    },
    /// The body's result is, or holds, this.
    Return {
        holder: Holder,
    },
    /// What a callee put there was not free before; nothing is done with it here.
    Leave {
        area: Area,
        fact: Fact,
    },
    /// A function that arrived here is passed what the body made there, and does more with.
    Expose(Place),
    /// A function that arrived here is called.
    CallParam {
        call: PlaceCall,
        at: NodeIndex,
    },
    /// A callee uses something after a function that it was passed has run.
    Late(Late),
    /// The same of a function that arrived here: what it does, callers know.
    Owed(Owed),
    /// What a value of the type holds twice may come to a lock.
    Knot {
        ty: Ty,
        at: NodeIndex,
    },
    /// A callee touches the two as if they were apart.
    Apart {
        first: Area,
        second: Area,
        /// Both are of one parameter: its parts must not share.
        within: bool,
        kind: Clash,
        access: Access,
        /// Functions that it was passed may have made them one.
        late: bool,
    },
}

/// A call of the function that arrived at a position, with what is at these places by argument.
#[derive(Clone, Debug)]
pub(super) struct PlaceCall {
    pub(super) function: u32,
    /// Where the function itself is.
    pub(super) places: Vec<Place>,
    pub(super) args: Vec<Vec<Place>>,
    /// The arguments that a callee made so that they may hold one value in two places.
    pub(super) twice: BTreeSet<u32>,
    /// What is passed may lie anywhere there.
    pub(super) within: bool,
    /// Whoever calls it may do so several times.
    pub(super) again: bool,
    /// Whoever calls it may put what it gives into a lock, send it, or start a task with it.
    pub(super) contested: bool,
}

/// A use, inside a callee, of what a function that was passed to it may have given away before.
#[derive(Clone, Debug)]
pub(super) struct Late {
    pub(super) deed: Deed,
    /// None if the callee itself passed what it uses.
    pub(super) meeting: Option<Meeting>,
    pub(super) name: Called,
    pub(super) access: Access,
    /// It is part of what a lock guards, which the callee holds.
    pub(super) lent: bool,
}

/// Where something was done, and what is used: wrong if they meet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Meeting {
    pub(super) done: Area,
    pub(super) used: Area,
    /// They are different parts of one thing, unless it holds a value twice.
    pub(super) within: bool,
}

/// What a function did with something before it was used.
#[derive(Clone, Copy, Debug)]
pub(super) enum Deed {
    Gave(Keep, Access),
    /// It started a task with it, in a scope that is still open.
    Shared(Clash),
    /// It put it into something else.
    Put,
    /// It took two parts to be apart that may be one value.
    Parted(Clash),
}

impl Deed {
    pub(super) fn kind(self) -> Clash {
        match self {
            Self::Gave(..) | Self::Put => Clash::Gone,
            Self::Shared(clash) | Self::Parted(clash) => clash,
        }
    }
}

/// A use after a call of a function that arrived here.
#[derive(Clone, Debug)]
pub(super) struct Owed {
    pub(super) call: PlaceCall,
    /// Where that is.
    pub(super) at: NodeIndex,
    pub(super) used: OwedUse,
    pub(super) mode: Mode,
    pub(super) access: Access,
}

/// What is used then.
#[derive(Clone, Copy, Debug)]
pub(super) enum OwedUse {
    /// What was passed as that argument.
    Arg(u32),
    /// The same, and a lock lends it.
    Lent(u32),
    Part {
        area: Area,
        /// The function had another part of it.
        within: bool,
    },
}

/// A use of a holder's region.
#[derive(Clone, Debug)]
pub(super) struct Touch {
    pub(super) area: Area,
    pub(super) name: Called,
    pub(super) kind: TouchKind,
    pub(super) access: Access,
    /// What is given away is taken out of where it lies.
    pub(super) cut: bool,
    /// Assumed of an unknown function: judged here, but no part of the summary.
    pub(super) assumed: bool,
}

/// How a region is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TouchKind {
    /// It is named: wrong only for what is gone.
    Name,
    Read,
    Change,
    /// It is given away.
    Give(Keep),
}

/// What people call something: looked up when there is something to say about it.
#[derive(Clone, Debug, Default)]
pub(super) enum Called {
    #[default]
    Nothing,
    /// As that local, or the place that it was read from.
    Local(Local),
    Name(Name),
}
