//! What the numbers in a parallel loop are: linear forms over terms that are the same wherever they
//! are the same number.
//!
//! **Nouns.** A [`Term`] is a number that is no linear form of others: which round it is, what an
//! inner loop counts, a value from before the loop, a quotient, a product, an element of a list. Its
//! number in the table of [`Forms`] is the unknown of a [`Sum`]. A *fixed* term has one value in all
//! rounds.
//!
//! **Invariant.** Two places with one term see one value, in any one round. What no rule here
//! understands is a term of its own, never a guess.

mod changes;
mod loops;
mod numbers;
mod values;

use std::collections::BTreeMap;

use self::changes::Changes;
use super::integers::{Sum, Unknown};
use crate::Db;
use crate::items::ItemId;
use crate::mir::{BlockId, Local, MirBody, OpKind, Operand, Point};
use crate::regions::graph::Graph;
use crate::regions::view::View;
use crate::ty::{Builtin, Ownership};

/// How far definitions are followed; what lies deeper is a term of its own.
const DEPTH_MAX: u32 = 64;

/// The body that has the loop, or the one that its rounds run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Frame {
    Around,
    Round,
}

/// A number, or a value that numbers are found in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Term {
    /// How many rounds of the parallel loop stand before this one.
    Round,
    /// How many turns of the loop with that head stand before this one.
    Turn(BlockId),
    /// What a local holds; of one with several values, the one it was given there.
    Value(Frame, Local, Option<Point>),
    Constant(ItemId),
    /// A field or part of a value, which no round changes.
    Part(Unknown, u32),
    /// A list's length.
    Length(Unknown),
    /// An element of a list that no round changes.
    Element(Unknown, Sum),
    /// Rounded down.
    Quotient(Sum, Sum),
    Product(Sum, Sum),
    /// The least of the numbers, or the greatest.
    Extreme(Extreme, Vec<Sum>),
    /// How many turns of a loop inside a callee, or rounds of an inner parallel loop, stand before this one;
    /// which loop, by its place in a table.
    Inner(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Extreme {
    Least,
    Greatest,
}

/// What a loop walks.
#[derive(Clone, Debug)]
pub(super) enum Walk {
    /// From the first on, in steps, up to but without the second.
    Range {
        start: Sum,
        stop: Sum,
        step: i128,
    },
    /// Numbers from the first on up to but without the second, or down to it, in steps that are no constant: a
    /// turn is the number itself.
    Between {
        start: Sum,
        stop: Sum,
    },
    /// A list, by element, or with its positions; the list's term when no round changes it.
    List {
        list: Option<Unknown>,
        local: Option<Local>,
        with_positions: bool,
    },
    Other,
}

/// The numbers of one parallel loop, or of a function that its rounds call: then what it was passed is
/// what came from around, and a call of it is the round.
pub(super) struct Forms<'v> {
    db: &'v dyn Db,
    pub(super) around: Graph<'v>,
    pub(super) round: Graph<'v>,
    /// Where the loop stands, or the function begins.
    pub(super) at: Point,
    captures: &'v [Operand],
    /// What the loop walks; a function walks nothing.
    pub(super) iterable: Option<&'v Operand>,
    changes: Changes,
    /// What the loops inside callees, and inner parallel loops, walk.
    inner: Vec<Walk>,
    terms: Vec<Term>,
    ids: BTreeMap<Term, Unknown>,
    known: BTreeMap<(Frame, Local), Sum>,
    owned: [Vec<bool>; 2],
}

impl<'v> Forms<'v> {
    /// `view` is the round's.
    pub(super) fn new(view: &View<'v>) -> Option<Self> {
        let (at, iterable, captures) = loop_point(view)?;
        let around = Graph::new(at.body, view.mir.body(at.body));
        let changes = Changes::new(view, &around, at, captures);
        Some(Self { captures, iterable: Some(iterable), ..Self::within(view, around, at, changes) })
    }

    /// `view` is a function's.
    pub(super) fn of_function(view: &View<'v>) -> Self {
        let at = Point { body: view.id, block: BlockId(0), op: 0 };
        let around = Graph::new(view.id, view.body);
        Self::within(view, around, at, Changes::of_function(view))
    }

    fn within(view: &View<'v>, around: Graph<'v>, at: Point, changes: Changes) -> Self {
        let owned = |body: &MirBody| {
            body.locals.iter().map(|local| local.ownership == Ownership::Owned).collect()
        };
        Self {
            db: view.db,
            owned: [owned(around.body), owned(view.body)],
            changes,
            around,
            round: Graph::new(view.id, view.body),
            at,
            captures: &[],
            iterable: None,
            inner: Vec::new(),
            terms: Vec::new(),
            ids: BTreeMap::new(),
            known: BTreeMap::new(),
        }
    }

    pub(super) fn graph(&self, frame: Frame) -> &Graph<'v> {
        match frame {
            Frame::Around => &self.around,
            Frame::Round => &self.round,
        }
    }

    pub(super) fn term(&self, id: Unknown) -> &Term {
        &self.terms[id as usize]
    }

    pub(super) fn id(&mut self, term: Term) -> Unknown {
        if let Some(id) = self.ids.get(&term) {
            return *id;
        }
        let id = self.terms.len() as Unknown;
        self.terms.push(term.clone());
        self.ids.insert(term, id);
        id
    }

    /// Whether the term has one value in all rounds.
    pub(super) fn is_fixed(&self, id: Unknown) -> bool {
        let all = |sum: &Sum| sum.factors.keys().all(|id| self.is_fixed(*id));
        match self.term(id) {
            Term::Round | Term::Turn(_) | Term::Inner(_) | Term::Value(Frame::Round, ..) => false,
            Term::Value(Frame::Around, ..) | Term::Constant(_) => true,
            Term::Part(of, _) | Term::Length(of) => self.is_fixed(*of),
            Term::Element(of, index) => self.is_fixed(*of) && all(index),
            Term::Quotient(left, right) | Term::Product(left, right) => all(left) && all(right),
            Term::Extreme(_, sums) => sums.iter().all(all),
        }
    }

    /// Whether the local is the loop's element, as each round finds it.
    pub(super) fn is_element(&self, local: Local) -> bool {
        self.iterable.is_some() && local.0 < self.round.body.params && self.round.is_given(local)
    }

    /// Whether the local is what the function was passed.
    pub(super) fn is_passed(&self, local: Local) -> bool {
        self.iterable.is_none() && local.0 < self.round.body.params && self.round.is_given(local)
    }

    /// Which capture of the round the local is.
    pub(super) fn captured(&self, frame: Frame, local: Local) -> Option<usize> {
        if frame == Frame::Around || !self.round.is_given(local) {
            return None;
        }
        let capture = local.0.checked_sub(self.round.body.params)? as usize;
        (capture < self.captures.len()).then_some(capture)
    }

    /// The local around the loop that a capture was made of.
    pub(super) fn outside(&self, capture: usize) -> Option<Local> {
        self.captures.get(capture).and_then(Operand::local)
    }

    /// Where the local came from, if it arrived: the local around the loop, or the parameter.
    pub(super) fn arrived(&self, local: Local) -> Option<Local> {
        match self.captured(Frame::Round, local) {
            Some(capture) => self.outside(capture),
            None => self.is_passed(local).then_some(local),
        }
    }

    /// A loop inside a callee, or an inner parallel loop, by what it walks.
    pub(super) fn inner_loop(&mut self, walk: Walk) -> Unknown {
        self.inner.push(walk);
        self.id(Term::Inner(self.inner.len() as u32 - 1))
    }

    /// What the loop of that place in the table walks.
    pub(super) fn inner_turns(&self, inner: u32) -> Walk {
        self.inner.get(inner as usize).cloned().unwrap_or(Walk::Other)
    }

    fn is_int(&self, frame: Frame, local: Local) -> bool {
        self.graph(frame).body.local(local).ty.is(Builtin::Int)
    }

    pub(super) fn is_owned(&self, frame: Frame, local: Local) -> bool {
        let table = &self.owned[usize::from(frame == Frame::Round)];
        table.get(local.index()).copied().unwrap_or(true)
    }
}

/// Where the loop stands whose rounds the view's body runs, what it walks and what it captures.
pub(super) fn loop_point<'v>(view: &View<'v>) -> Option<(Point, &'v Operand, &'v [Operand])> {
    let mir = view.mir;
    (0..mir.bodies.len() as u32).map(crate::mir::BodyId).find_map(|body| {
        super::super::view::ops(body, mir.body(body)).find_map(|(point, kind)| match kind {
            OpKind::ParallelFor { body, iterable, captures } if *body == view.id => {
                Some((point, iterable, captures.as_slice()))
            }
            _ => None,
        })
    })
}
