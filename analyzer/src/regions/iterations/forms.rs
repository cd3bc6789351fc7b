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

use std::collections::BTreeMap;

use super::integers::{Sum, Unknown};
use crate::hir::{BinaryOp, UnaryOp};
use crate::items::ItemId;
use crate::mir::{BlockId, Const, Intrinsic, Local, OpKind, Operand, Point, Rvalue};
use crate::regions::graph::{Definition, Graph};
use crate::regions::view::View;
use crate::ty::{Builtin, Ownership, Ty};

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
    /// A field or part of an immutable value.
    Part(Unknown, u32),
    /// A list's length.
    Length(Unknown),
    /// An element of a list that no round changes.
    Element(Unknown, Sum),
    /// Rounded down.
    Quotient(Sum, Sum),
    Product(Sum, Sum),
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
    /// A list, by element, or with its positions; the list's term when no round changes it.
    List {
        list: Option<Unknown>,
        local: Option<Local>,
        with_positions: bool,
    },
    Other,
}

/// The numbers of one parallel loop.
pub(super) struct Forms<'v> {
    pub(super) around: Graph<'v>,
    pub(super) round: Graph<'v>,
    /// Where the loop stands.
    pub(super) at: Point,
    captures: &'v [Operand],
    pub(super) iterable: &'v Operand,
    /// Captures whose contents some round changes.
    changed: Vec<bool>,
    terms: Vec<Term>,
    ids: BTreeMap<Term, Unknown>,
    known: BTreeMap<(Frame, Local), Sum>,
    owned: [Vec<bool>; 2],
}

impl<'v> Forms<'v> {
    /// `view` is the round's.
    pub(super) fn new(view: &View<'v>) -> Option<Self> {
        let (at, iterable, captures) = loop_point(view)?;
        let summary = view.summary_of(view.id);
        let changed = (0..view.body.captures).map(|capture| {
            let param = summary.and_then(|summary| summary.param(view.body.params + capture));
            param.is_none_or(|param| !param.changed.is_empty() || !param.kept.is_empty())
        });
        let around = view.mir.body(at.body);
        let owned = |body: &crate::mir::MirBody| {
            body.locals.iter().map(|local| local.ownership == Ownership::Owned).collect()
        };
        Some(Self {
            owned: [owned(around), owned(view.body)],
            around: Graph::new(at.body, around),
            round: Graph::new(view.id, view.body),
            at,
            captures,
            iterable,
            changed: changed.collect(),
            terms: Vec::new(),
            ids: BTreeMap::new(),
            known: BTreeMap::new(),
        })
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
            Term::Round | Term::Turn(_) | Term::Value(Frame::Round, ..) => false,
            Term::Value(Frame::Around, ..) | Term::Constant(_) => true,
            Term::Part(of, _) | Term::Length(of) => self.is_fixed(*of),
            Term::Element(of, index) => self.is_fixed(*of) && all(index),
            Term::Quotient(left, right) | Term::Product(left, right) => all(left) && all(right),
        }
    }

    // --------------------------------------------------------------------------------- numbers

    /// An operand as a number.
    pub(super) fn number(&mut self, frame: Frame, operand: &Operand, at: Point) -> Sum {
        self.number_within(frame, operand, at, DEPTH_MAX)
    }

    fn number_within(&mut self, frame: Frame, operand: &Operand, at: Point, depth: u32) -> Sum {
        let local = match operand {
            Operand::Const(Const::Int(int)) => return Sum::constant(i128::from(*int)),
            Operand::Const(_) => return Sum::constant(0),
            Operand::Local(local) => *local,
        };
        if let Some(capture) = self.captured(frame, local) {
            let (operand, at) = (&self.captures[capture], self.at);
            return self.number_within(Frame::Around, operand, at, depth.saturating_sub(1));
        }
        let single = self.graph(frame).definition(local, at).is_some();
        if let Some(known) = self.known.get(&(frame, local)).filter(|_| single) {
            return known.clone();
        }
        let number = self
            .defined_number(frame, local, at, depth)
            .unwrap_or_else(|| Sum::unknown(self.value_within(frame, local, at, depth)));
        if single {
            self.known.insert((frame, local), number.clone());
        }
        number
    }

    fn defined_number(&mut self, frame: Frame, local: Local, at: Point, depth: u32) -> Option<Sum> {
        if frame == Frame::Round && self.is_element(local) {
            return self.walked_number(Frame::Around, self.iterable, self.at, Term::Round, depth);
        }
        let depth = depth.checked_sub(1)?;
        let (point, definition) = self.graph(frame).definition(local, at)?;
        let value = match definition {
            Definition::Value(value) => value,
            // What a loop around counts is one value while this one runs.
            Definition::Next(_) if frame == Frame::Around => return None,
            Definition::Next(iterator) => {
                let over = self.iterated(frame, iterator, point)?;
                let turn = Term::Turn(point.block);
                return self.walked_number(frame, &over.0, over.1, turn, depth);
            }
            _ => return None,
        };
        match value {
            Rvalue::Use(of) => Some(self.number_within(frame, of, point, depth)),
            Rvalue::Unary(UnaryOp::Negate, of) => {
                self.number_within(frame, of, point, depth).times(-1)
            }
            Rvalue::Binary(op, left, right) if self.is_int(frame, local) => {
                let left = self.number_within(frame, left, point, depth);
                let right = self.number_within(frame, right, point, depth);
                self.combined(*op, &left, &right)
            }
            Rvalue::TupleField(Operand::Local(of), 0) => {
                let turn = self.position_of(frame, *of, point)?;
                Some(Sum::unknown(self.id(turn)))
            }
            _ => None,
        }
    }

    fn combined(&mut self, op: BinaryOp, left: &Sum, right: &Sum) -> Option<Sum> {
        match op {
            BinaryOp::Add => left.plus(1, right),
            BinaryOp::Subtract => left.plus(-1, right),
            BinaryOp::Multiply => self.product(left, right),
            BinaryOp::FloorDivide => Some(self.quotient(left, right)),
            BinaryOp::Modulo => {
                let quotient = self.quotient(left, right);
                left.plus(-1, &self.product(&quotient, right)?)
            }
            _ => None,
        }
    }

    fn quotient(&mut self, left: &Sum, right: &Sum) -> Sum {
        if *right == Sum::constant(1) {
            return left.clone();
        }
        Sum::unknown(self.id(Term::Quotient(left.clone(), right.clone())))
    }

    /// Constants are multiplied out, so that `(i + 1) * m` and `i * m + m` are one form.
    pub(super) fn product(&mut self, left: &Sum, right: &Sum) -> Option<Sum> {
        let bare = |sum: &Sum| Sum { constant: 0, factors: sum.factors.clone() };
        let (a, b) = (bare(left), bare(right));
        let mut sum = a.times(right.constant)?.plus(left.constant, &b)?;
        sum.constant = left.constant.checked_mul(right.constant)?;
        if a.factors.is_empty() || b.factors.is_empty() {
            return Some(sum);
        }
        // What is fixed stands to the right: that is what two rounds have in common.
        let fixed = |sum: &Sum| sum.factors.keys().all(|id| self.is_fixed(*id));
        let (a, b) = if (fixed(&a), &a) > (fixed(&b), &b) { (b, a) } else { (a, b) };
        let product = self.id(Term::Product(a, b));
        sum.plus(1, &Sum::unknown(product))
    }

    /// The element that a loop is at in one of its turns, as a number.
    fn walked_number(
        &mut self,
        frame: Frame,
        over: &Operand,
        at: Point,
        turn: Term,
        depth: u32,
    ) -> Option<Sum> {
        match self.walk_within(frame, over, at, depth) {
            Walk::Range { start, step, .. } => start.plus(step, &Sum::unknown(self.id(turn))),
            Walk::List { list: Some(list), with_positions: false, .. } => {
                let turn = Sum::unknown(self.id(turn));
                Some(Sum::unknown(self.id(Term::Element(list, turn))))
            }
            _ => None,
        }
    }

    // ---------------------------------------------------------------------------------- values

    /// The term of a value that is no linear form.
    pub(super) fn value(&mut self, frame: Frame, local: Local, at: Point) -> Unknown {
        self.value_within(frame, local, at, DEPTH_MAX)
    }

    fn value_within(&mut self, frame: Frame, local: Local, at: Point, depth: u32) -> Unknown {
        if let Some(capture) = self.captured(frame, local)
            && let Operand::Local(outside) = self.captures[capture]
        {
            return self.value_within(Frame::Around, outside, self.at, depth.saturating_sub(1));
        }
        let term = self
            .defined_value(frame, local, at, depth)
            .unwrap_or_else(|| self.opaque(frame, local, at));
        self.id(term)
    }

    fn opaque(&self, frame: Frame, local: Local, at: Point) -> Term {
        let graph = self.graph(frame);
        let single = graph.is_given(local) || graph.definition(local, at).is_some();
        Term::Value(frame, local, (!single).then(|| graph.version(local, at)))
    }

    fn defined_value(&mut self, frame: Frame, local: Local, at: Point, depth: u32) -> Option<Term> {
        let depth = depth.checked_sub(1)?;
        let (point, definition) = self.graph(frame).definition(local, at)?;
        match definition {
            Definition::Value(Rvalue::Use(Operand::Local(of))) => {
                let value = self.value_within(frame, *of, point, depth);
                Some(self.term(value).clone())
            }
            Definition::Value(Rvalue::Constant(item)) => Some(Term::Constant(*item)),
            Definition::Value(Rvalue::Field(Operand::Local(of), part))
            | Definition::Value(Rvalue::TupleField(Operand::Local(of), part))
                if !self.is_owned(frame, *of) =>
            {
                Some(Term::Part(self.value_within(frame, *of, point, depth), *part))
            }
            Definition::Value(Rvalue::Index(Operand::Local(of), index)) => {
                let list = self.unchanged_list(frame, *of, point, depth)?;
                let index = self.number_within(frame, index, point, depth);
                Some(Term::Element(list, index))
            }
            Definition::Call(Intrinsic::Len, [Operand::Local(of)]) => {
                let of = *of;
                if self.is_owned(frame, of)
                    && frame == Frame::Around
                    && !self.stays_until_loop(point)
                {
                    return None;
                }
                Some(Term::Length(self.value_within(frame, of, point, depth)))
            }
            _ => None,
        }
    }

    /// Whether what stands between here and the loop changes nothing.
    fn stays_until_loop(&self, point: Point) -> bool {
        let block = &self.around.body.blocks[point.block.index()];
        point.block == self.at.block
            && block.ops[point.op as usize + 1..self.at.op as usize].iter().all(|op| {
                match &op.kind {
                    OpKind::Assign { .. } => true,
                    OpKind::Call { callee: crate::mir::Callee::Intrinsic(of), .. } => {
                        let effect = of.effect();
                        effect.params.iter().all(|of| *of == crate::mir::ParamUse::Read)
                    }
                    _ => false,
                }
            })
    }

    /// The term of a list whose elements stay what they are while the loop runs.
    fn unchanged_list(
        &mut self,
        frame: Frame,
        list: Local,
        at: Point,
        depth: u32,
    ) -> Option<Unknown> {
        let ty = &self.graph(frame).body.local(list).ty;
        let stays = match ty {
            Ty::Builtin(Builtin::List | Builtin::Bytes | Builtin::Range, _) => true,
            Ty::Builtin(Builtin::MutableList, _) => {
                self.root_of_capture(frame, list, at).is_some_and(|of| !self.changed[of])
            }
            _ => false,
        };
        stays.then(|| self.value_within(frame, list, at, depth))
    }

    fn root_of_capture(&self, frame: Frame, list: Local, at: Point) -> Option<usize> {
        let mut local = list;
        for _ in 0..DEPTH_MAX {
            if let Some(capture) = self.captured(frame, local) {
                return Some(capture);
            }
            match self.graph(frame).definition(local, at)?.1 {
                Definition::Value(Rvalue::Use(Operand::Local(of))) => local = *of,
                _ => return None,
            }
        }
        None
    }

    // ----------------------------------------------------------------------------------- loops

    /// What the parallel loop walks.
    pub(super) fn walked(&mut self) -> Walk {
        self.walk_within(Frame::Around, self.iterable, self.at, DEPTH_MAX)
    }

    /// What the inner loop with that head walks.
    pub(super) fn turns(&mut self, head: BlockId) -> Walk {
        let block = &self.round.body.blocks[head.index()];
        let crate::mir::Terminator::Next { iterator, .. } = &block.end.kind else {
            return Walk::Other;
        };
        let point = Point { body: self.round.id, block: head, op: block.ops.len() as u32 };
        match self.iterated(Frame::Round, *iterator, point) {
            Some((over, at)) => self.walk_within(Frame::Round, &over, at, DEPTH_MAX),
            None => Walk::Other,
        }
    }

    /// What an iterator was made of, and where.
    pub(super) fn iterated(
        &self,
        frame: Frame,
        iterator: Local,
        at: Point,
    ) -> Option<(Operand, Point)> {
        match self.graph(frame).definition(iterator, at)? {
            (point, Definition::Value(Rvalue::Iterate(over))) => Some((over.clone(), point)),
            _ => None,
        }
    }

    fn walk_within(&mut self, frame: Frame, over: &Operand, at: Point, depth: u32) -> Walk {
        let (Some(local), Some(depth)) = (over.local(), depth.checked_sub(1)) else {
            return Walk::Other;
        };
        if let Some(capture) = self.captured(frame, local) {
            let (operand, at) = (&self.captures[capture], self.at);
            if let Walk::Range { start, stop, step } =
                self.walk_within(Frame::Around, operand, at, depth)
            {
                return Walk::Range { start, stop, step };
            }
        }
        match self.graph(frame).definition(local, at) {
            Some((point, Definition::Call(Intrinsic::Range, args))) => {
                let mut bounds =
                    args.iter().map(|arg| self.number_within(frame, arg, point, depth));
                let (first, second, third) = (bounds.next(), bounds.next(), bounds.next());
                let step = third.map_or(Some(1), |step| {
                    (step.factors.is_empty() && step.constant != 0).then_some(step.constant)
                });
                match (first, second, step) {
                    (Some(stop), None, _) => Walk::Range { start: Sum::constant(0), stop, step: 1 },
                    (Some(start), Some(stop), Some(step)) => Walk::Range { start, stop, step },
                    _ => Walk::Other,
                }
            }
            Some((
                point,
                Definition::Call(
                    Intrinsic::Enumerate,
                    [list] | [list, Operand::Const(Const::Int(0))],
                ),
            )) => self.list_walk(frame, list, point, true, depth),
            Some((point, Definition::Value(Rvalue::Use(of)))) => {
                let of = of.clone();
                self.walk_within(frame, &of, point, depth)
            }
            _ => self.list_walk(frame, over, at, false, depth),
        }
    }

    fn list_walk(
        &mut self,
        frame: Frame,
        list: &Operand,
        at: Point,
        with_positions: bool,
        depth: u32,
    ) -> Walk {
        let Some(local) = list.local() else { return Walk::Other };
        let ty = &self.graph(frame).body.local(local).ty;
        match ty.builtin() {
            Some(Builtin::List | Builtin::MutableList) => {
                let list = self.unchanged_list(frame, local, at, depth);
                Walk::List { list, local: Some(local), with_positions }
            }
            _ => Walk::Other,
        }
    }

    /// The count of the loop whose `(position, element)` a local is.
    pub(super) fn position_of(&mut self, frame: Frame, pair: Local, at: Point) -> Option<Term> {
        if frame == Frame::Round && self.is_element(pair) {
            let walk = self.walked();
            return matches!(walk, Walk::List { with_positions: true, .. }).then_some(Term::Round);
        }
        match self.graph(frame).definition(pair, at)? {
            (_, Definition::Next(_)) if frame == Frame::Around => None,
            (point, Definition::Next(iterator)) => {
                let (over, made) = self.iterated(frame, iterator, point)?;
                let walk = self.walk_within(frame, &over, made, DEPTH_MAX);
                let positions = matches!(walk, Walk::List { with_positions: true, .. });
                positions.then_some(Term::Turn(point.block))
            }
            (point, Definition::Value(Rvalue::Use(Operand::Local(of)))) => {
                self.position_of(frame, *of, point)
            }
            _ => None,
        }
    }

    // --------------------------------------------------------------------------------- details

    /// Whether the local is the loop's element, as each round finds it.
    pub(super) fn is_element(&self, local: Local) -> bool {
        local.0 < self.round.body.params && self.round.is_given(local)
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
