//! What a body does with what it is passed, as its callers see it.
//!
//! **Nouns.** *Positions* count a body's parameters, then its captures. A [`Summary`] is in terms
//! of positions and of nodes of the item, never of holders or points, so that it stays equal while
//! the body's inside changes without consequence. Nodes are for the words of a finding alone: for
//! callers, summaries that differ in nothing else are equal (`places`).

mod growing;
mod places;
mod widest;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use super::domain::{Access, Clash, Keep, Mode};
use super::links::{Kind, Link};
use super::paths::{Path, Reach};
use crate::Name;
use crate::items::NodeIndex;
use crate::ty::{FnTy, Ty};

/// Parts of a parameter whose uses are kept apart; of one with more, all is used.
const PARTS_MAX: usize = 24;

/// Stands among positions for what a body makes itself, passes to a function that it was passed, and
/// does more with: that is one region for callers.
pub(super) const MADE: u32 = u32::MAX;

/// Types of knots that are kept apart; beyond, whatever a lock guards may be one.
const KNOTS_MAX: usize = 24;

/// What a body does with its parameters and captures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// By position.
    pub params: Vec<ParamSummary>,
    /// The same of what is [`MADE`] here, if anything is.
    pub made: Option<ParamSummary>,
    /// Whether something in it could be wrong: it starts a task with something, gives it away, takes a
    /// lock, or passes two that must be apart.
    pub contested: bool,
    /// Whether something could be wrong with names or atoms: its item holds bodies that run beside it or that
    /// must not assign its names, or it sets an atom.
    pub meets_others: bool,
    /// Whether it takes a lock that lends something with owned parts. What becomes of a part that is
    /// taken out may hang on what any function of the package puts into locks (`knots`).
    pub opens_parts: bool,
    /// What arrives in one and is put into another, and at which node.
    pub stores: BTreeMap<Stored, NodeIndex>,
    /// What the result has from parameters.
    pub results: BTreeSet<ResultPart>,
    /// What the result holds twice.
    pub shared: BTreeSet<Link>,
    /// What of all that comes together even if functions that were passed in give something new each time.
    pub anyway: Anyway,
    /// What tasks do with a parameter in a scope that was passed in.
    pub passed: BTreeMap<PassedKey, Passed>,
    /// Parts of a parameter, or of the result, that were gone or with a task of a passed scope before
    /// they were put there: of themselves, callers would know nothing of it.
    pub left: BTreeMap<LeftKey, Passed>,
    /// Calls of functions that were passed in.
    pub calls: BTreeSet<ParamCall>,
    /// What is used after a function that was passed in has run: it must not have given that away.
    pub after: BTreeMap<(ParamCall, Later), (Mode, Access)>,
    /// Parts of parameters that must not share a region, and what goes wrong when they do.
    pub apart: BTreeMap<(ParamReach, ParamReach), Apart>,
    /// Positions of tasks, or of lists of tasks, that have all ended when it returns.
    pub joins: BTreeSet<u32>,
    /// What a lock may get that holds a value twice, by its type, and where.
    pub knots: Vec<(Ty, NodeIndex)>,
}

/// What a body brings together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anyway {
    /// As in the summary.
    pub stores: BTreeMap<Stored, NodeIndex>,
    /// As in the summary.
    pub results: BTreeSet<ResultPart>,
    /// As in the summary.
    pub shared: BTreeSet<Link>,
}

/// A part of what arrives at a position.
pub type ParamReach = (u32, Reach);

/// Something put into something, by position and path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stored {
    /// What.
    pub from: (u32, Path),
    /// Where, its own step included.
    pub into: (u32, Path),
    /// How much is known of it.
    pub kind: Kind,
}

/// A part of the result that a parameter reaches too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResultPart {
    /// Where in the result.
    pub to: Path,
    /// Of which parameter.
    pub param: u32,
    /// Where there.
    pub from: Path,
    /// How alike.
    pub kind: Kind,
}

/// What a body does with one parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParamSummary {
    /// Its name.
    pub name: Name,
    /// Its type, if it is a function.
    pub function: Option<Arc<FnTy>>,
    /// Parts of it are looked at, there first.
    pub read: BTreeMap<Reach, Access>,
    /// Parts of it are changed, there first.
    pub changed: BTreeMap<Reach, Access>,
    /// Parts of it are given away, there first and so.
    pub kept: BTreeMap<Path, (Access, Keep)>,
    /// The same of what was taken out of it before: something else lies there afterwards.
    pub cut: BTreeMap<Path, (Access, Keep)>,
}

/// A parameter's part and the scope whose tasks use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PassedKey {
    /// The scope's position.
    pub scope: u32,
    /// The parameter's.
    pub param: u32,
    /// Which part.
    pub reach: Reach,
}

/// Where something is left that is not free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftKey {
    /// In which parameter; none for the result.
    pub param: Option<u32>,
    /// In which part.
    pub reach: Reach,
    /// The position of the scope whose task has it; none if it is gone.
    pub scope: Option<u32>,
}

/// What tasks in a passed scope do with a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Whether they change it.
    pub mode: Mode,
    /// Where.
    pub access: Access,
    /// How and where they give it away, if they do.
    pub keep: Option<(Keep, Access)>,
}

/// A call of a function that was passed in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParamCall {
    /// The function's position.
    pub function: u32,
    /// By argument, the positions and parts that it may come from.
    pub args: Vec<BTreeSet<(u32, Path)>>,
    /// The arguments that may hold one value in two places, wherever they are from.
    pub twice: BTreeSet<u32>,
    /// The arguments that the body made, and that have nothing of another one.
    pub alone: BTreeSet<u32>,
    /// What is passed may lie anywhere in these parts.
    pub within: bool,
    /// The function may have been called before.
    pub again: bool,
}

/// What goes wrong when two parts share a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Apart {
    /// How.
    pub clash: Clash,
    /// Where.
    pub access: Access,
    /// A function that was passed in may have run before, and made one of the two.
    pub after_calls: bool,
}

/// What is used after a call of a function that was passed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Later {
    /// A part of what arrived, which the function may have had.
    Part(ParamReach),
    /// A part that it had not, as long as what arrived holds each value in one place.
    Other(ParamReach),
    /// What the call passed as that argument, wherever it came from.
    Arg(u32),
    /// The same, and it is part of what a lock guards: the function must not put it anywhere either.
    Lent(u32),
}

impl ParamCall {
    /// Whether it is the same call, be it one of several or not.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        let Self { function, args, twice, alone, within, again: _ } = self;
        *function == other.function
            && *args == other.args
            && *twice == other.twice
            && *alone == other.alone
            && *within == other.within
    }

    /// Whether it passes all that the other does.
    fn covers(&self, other: &Self) -> bool {
        self.function == other.function
            && self.args.len() == other.args.len()
            && self.args.iter().zip(&other.args).all(|(mine, theirs)| mine.is_superset(theirs))
            && self.twice.is_superset(&other.twice)
            && self.alone.is_subset(&other.alone)
            && (self.within, self.again) >= (other.within, other.again)
    }
}

impl Summary {
    /// Of what has no body.
    pub(super) fn nothing() -> &'static Self {
        static NOTHING: LazyLock<Summary> = LazyLock::new(Summary::default);
        &NOTHING
    }

    /// What it does with what is at each position.
    pub(super) fn positions(&self) -> impl Iterator<Item = (u32, &ParamSummary)> {
        (0..).zip(&self.params).chain(self.made.iter().map(|made| (MADE, made)))
    }

    /// What comes together, with what functions that it is passed give, or if that is new each time.
    pub(super) fn together(
        &self,
        given_is_new: bool,
    ) -> (&BTreeMap<Stored, NodeIndex>, &BTreeSet<ResultPart>, &BTreeSet<Link>) {
        match given_is_new {
            true => (&self.anyway.stores, &self.anyway.results, &self.anyway.shared),
            false => (&self.stores, &self.results, &self.shared),
        }
    }

    /// Whether anything comes together.
    pub(super) fn brings_together(&self) -> bool {
        !(self.stores.is_empty() && self.results.is_empty() && self.shared.is_empty())
    }

    /// Whether that makes a difference.
    pub(super) fn hangs_on_given(&self) -> bool {
        self.together(false) != self.together(true)
    }

    /// Takes up what the same body says if functions that it is passed give something new each time. What
    /// it passes them is then its own more often.
    pub(super) fn with_anyway(mut self, new: Self) -> Self {
        let covered = |call: &ParamCall| self.calls.iter().any(|known| known.covers(call));
        let calls: Vec<ParamCall> = new.calls.into_iter().filter(|call| !covered(call)).collect();
        self.calls.extend(calls);
        let (stores, results, shared) = (new.stores, new.results, new.shared);
        Self { anyway: Anyway { stores, results, shared }, ..self }
    }

    /// The parameter or capture at that position; of one that is not there, nothing is known.
    pub fn param(&self, position: u32) -> Option<&ParamSummary> {
        match position {
            MADE => self.made.as_ref(),
            _ => self.params.get(position as usize),
        }
    }
}

impl Summary {
    pub(super) fn note_knot(&mut self, ty: Ty, at: NodeIndex) {
        let said = |known: &Ty| *known == ty || *known == Ty::Unknown;
        if let Some((_, known)) = self.knots.iter_mut().find(|(known, _)| said(known)) {
            *known = at.min(*known);
        } else if ty == Ty::Unknown || self.knots.len() >= KNOTS_MAX {
            let first = self.knots.iter().map(|(_, at)| *at).chain([at]).min();
            self.knots = vec![(Ty::Unknown, first.unwrap_or(at))];
        } else {
            self.knots.push((ty, at));
        }
    }
}

impl Apart {
    /// What is wrong in either of two places, the worst of it first.
    pub(super) fn take_up(&mut self, other: &Self) {
        (self.clash, self.access) = (self.clash, self.access).min((other.clash, other.access));
        self.after_calls |= other.after_calls;
    }
}

impl Passed {
    /// The most that is done, there first.
    pub(super) fn take_up(&mut self, other: &Self) {
        self.keep = self.keep.max(other.keep);
        (self.mode, self.access) = most((self.mode, self.access), (other.mode, other.access));
    }
}

/// The most of what is done, there first.
pub(super) fn most(one: (Mode, Access), other: (Mode, Access)) -> (Mode, Access) {
    std::cmp::max_by_key(one, other, |(mode, access)| (*mode, Reverse(*access)))
}

impl ParamSummary {
    /// Where it is first looked at.
    pub fn first_read(&self) -> Option<Access> {
        self.read.values().min().copied()
    }

    /// Where it is first given away.
    pub fn first_kept(&self) -> Option<Access> {
        self.kept.values().chain(self.cut.values()).map(|(access, _)| *access).min()
    }

    /// The first of the most that is done with it, a change or giving away before a read.
    pub fn access(&self, mode: Mode) -> Option<Access> {
        match mode {
            Mode::Read => self.first_read(),
            Mode::Change => self.changed.values().copied().chain(self.first_kept()).min(),
        }
    }

    pub(super) fn note(&mut self, mode: Mode, reach: Reach, access: Access) {
        let parts = match mode {
            Mode::Read => &mut self.read,
            Mode::Change => &mut self.changed,
        };
        let known = parts.entry(reach).or_insert(access);
        *known = access.min(*known);
        if parts.len() > PARTS_MAX {
            let first = parts.values().min().copied();
            *parts = first.map(|first| (Reach::ALL, first)).into_iter().collect();
        }
    }

    pub(super) fn note_cut(&mut self, path: Path, access: Access, keep: Keep) {
        note_giving(&mut self.cut, path, access, keep);
        if self.cut.len() > PARTS_MAX {
            let all = std::mem::take(&mut self.cut);
            if let Some((access, keep)) = all.into_values().min() {
                self.note_kept(Path::HERE, access, keep);
            }
        }
    }

    pub(super) fn note_kept(&mut self, path: Path, access: Access, keep: Keep) {
        note_giving(&mut self.kept, path, access, keep);
        if self.kept.len() > PARTS_MAX {
            let first = self.kept.values().min().copied();
            self.kept = first.map(|first| (Path::HERE, first)).into_iter().collect();
        }
    }
}

/// Of several givings of one part, the first.
fn note_giving(parts: &mut BTreeMap<Path, (Access, Keep)>, path: Path, access: Access, keep: Keep) {
    let known = parts.entry(path).or_insert((access, keep));
    *known = (access, keep).min(*known);
}
