//! Whether every write of an atom that its item can see is under one lock.
//!
//! What it is not: an answer about the functions that the atom is passed to.

use std::collections::BTreeMap;

use super::{Around, Named, named_first};
use crate::Db;
use crate::mir::{BodyId, Callee, Intrinsic, Local, OpKind, Operand, Point, Rvalue};
use crate::regions::graph::Graph;
use crate::regions::view::{View, ops};
use crate::ty::Builtin;

/// A name of one body, which those of inner bodies may stand for, or a part of what it names.
type Root = (BodyId, Named);

/// The bodies of an item, and how names go from one into another.
pub(super) struct Writes<'v> {
    db: &'v dyn Db,
    graphs: Vec<Graph<'v>>,
    /// Where each inner body gets its captures, and what they are.
    captures: BTreeMap<BodyId, (Point, &'v [Operand])>,
}

impl<'v> Writes<'v> {
    pub(super) fn new(view: &View<'v>) -> Self {
        let (db, mir) = (view.db, view.mir);
        let bodies = || (0..).map(BodyId).zip(&mir.bodies);
        let mut captures = BTreeMap::new();
        for (point, kind) in bodies().flat_map(|(id, body)| ops(id, body)) {
            let (body, of) = match kind {
                OpKind::Spawn { callee: Callee::Body(body), args, .. }
                | OpKind::Call { callee: Callee::Body(body), args, .. } => (body, args),
                OpKind::Assign { value: Rvalue::Closure(body, captures), .. }
                | OpKind::ParallelFor { body, captures, .. } => (body, captures),
                _ => continue,
            };
            captures.insert(*body, (point, of.as_slice()));
        }
        Self { db, graphs: bodies().map(|(id, body)| Graph::new(id, body)).collect(), captures }
    }

    /// Whether some lock that is held at both places of `view` is held wherever the atom is written.
    pub(super) fn share_lock(&self, view: &View<'v>, atom: Local, places: [Point; 2]) -> bool {
        let around = Around::of(view);
        let atom = self.root(view.id, atom, places[1]);
        let both = around
            .loans_at(places[0])
            .filter(|loan| around.loans_at(places[1]).any(|other| other == *loan));
        let mut locks = both.filter_map(|loan| self.lock(loan));
        locks.any(|lock| {
            (0..).map(BodyId).take(self.graphs.len()).all(|body| {
                let writes = self.writes(body, &atom);
                writes.is_empty() || {
                    let around = Around::of(&view.of_body(body));
                    writes.into_iter().all(|write| {
                        let mut held = around.loans_at(write);
                        held.any(|loan| self.lock(loan).as_ref() == Some(&lock))
                    })
                }
            })
        })
    }

    /// Where a body writes the atom.
    fn writes(&self, body: BodyId, atom: &Root) -> Vec<Point> {
        let written = ops(body, self.graphs[body.index()].body).filter_map(|(point, kind)| {
            let OpKind::Call { callee: Callee::Intrinsic(of), args, .. } = kind else {
                return None;
            };
            let writes = matches!(
                of,
                Intrinsic::AtomSet | Intrinsic::AtomSwap | Intrinsic::AtomCompareAndSet
            );
            let local = args.first().filter(|_| writes)?.local()?;
            (self.root(body, local, point) == *atom).then_some(point)
        });
        written.collect()
    }

    /// The lock that is taken there; a semaphore may let several in.
    fn lock(&self, loan: Point) -> Option<Root> {
        let graph = &self.graphs[loan.body.index()];
        let is_lock = |lock: &Operand| {
            lock.local().is_some_and(|lock| !graph.body.local(lock).ty.is(Builtin::Semaphore))
        };
        match graph.op(loan)? {
            OpKind::EnterLock { lock, .. } if is_lock(lock) => {
                Some(self.root(loan.body, lock.local()?, loan))
            }
            _ => None,
        }
    }

    /// The name that others are only further names of, in whichever body.
    fn root(&self, body: BodyId, local: Local, at: Point) -> Root {
        let (mut body, mut local, mut at, mut fields) = (body, local, at, Vec::new());
        loop {
            let graph = &self.graphs[body.index()];
            let mut named = named_first(self.db, graph, local, at);
            named.fields.append(&mut fields);
            (local, fields) = (named.local, named.fields);
            let capture = local.0.checked_sub(graph.body.params).map(|capture| capture as usize);
            let outside = capture.filter(|_| graph.is_given(local)).and_then(|capture| {
                let (point, captures) = self.captures.get(&body)?;
                Some((*point, captures.get(capture)?.local()?))
            });
            // Inner bodies come after those around them, so this ends.
            match outside {
                Some((point, of)) if point.body < body => {
                    (body, local, at) = (point.body, of, point)
                }
                _ => return (body, Named { local, fields }),
            }
        }
    }
}
