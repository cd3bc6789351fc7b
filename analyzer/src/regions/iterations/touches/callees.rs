//! Functions of the program that a round calls: which elements they touch of what they are passed, by
//! the numbers that they are passed.
//!
//! Not here: what starts tasks, gives something away, puts it elsewhere or calls what it was passed. Of
//! that, its summary alone says what it touches.
//!
//! **Invariant.** What stands for a call is all that it touches of its arguments; a number of the
//! callee that its arguments do not give is any number.

use std::collections::BTreeMap;

use super::{Collector, Own, Sight, Step, Touched, touches_within};
use crate::items::ItemId;
use crate::mir::{BodyId, Callee, Local, OpKind, Operand, Point, mir};
use crate::regions::circle_of;
use crate::regions::domain::Mode;
use crate::regions::iterations::forms::{Forms, Frame, Term, Walk};
use crate::regions::iterations::integers::{Sum, Unknown};
use crate::regions::summary::Summary;
use crate::regions::view::View;

/// Calls inside calls that are looked into; of deeper ones the summary says what they touch.
const CALL_DEPTH_MAX: usize = 6;

/// Calls that are looked into for one loop, those inside them too.
const CALLS_MAX: usize = 200;

/// The calls that are being looked into.
#[derive(Default)]
pub(super) struct Opening {
    inside: Vec<ItemId>,
    count: usize,
}

/// A touch of what is passed as a parameter, in numbers of the caller.
#[derive(Clone)]
pub(super) struct CallTouch {
    param: u32,
    steps: Vec<Step>,
    deep: bool,
    mode: Mode,
    sight: Sight,
}

impl Collector<'_, '_> {
    /// What the call at hand touches of the local; none where it is not looked into.
    pub(super) fn touched_by_call(&mut self, local: Local, mode: Mode) -> Option<Vec<Own>> {
        let OpKind::Call { callee: Callee::Item(item), args, .. } = self.view.op(self.at)? else {
            return None;
        };
        if !self.calls.contains_key(&self.at) {
            let touched = self.call(*item, args);
            self.calls.insert(self.at, touched);
        }
        let path = self.path(local)?;
        let is_it = |touch: &&CallTouch| {
            let arg = args.get(touch.param as usize).and_then(Operand::local);
            touch.mode == mode && arg == Some(local)
        };
        let own = |touch: &CallTouch| {
            let mut path = path.clone();
            path.steps.extend(touch.steps.iter().cloned());
            Own { path, deep: touch.deep, sight: touch.sight }
        };
        let touched = self.calls.get(&self.at)?.as_ref()?;
        let found: Vec<Own> = touched.iter().filter(is_it).map(own).collect();
        // Of what may be anywhere in it, the summary knows more.
        let is_known = found.iter().all(|own| own.sight != Sight::Anywhere);
        (!found.is_empty() && is_known).then_some(found)
    }

    fn call(&mut self, item: ItemId, args: &[Operand]) -> Option<Vec<CallTouch>> {
        let opening = &mut *self.opening;
        let is_deep = opening.inside.contains(&item) || opening.inside.len() >= CALL_DEPTH_MAX;
        if is_deep || opening.count >= CALLS_MAX {
            return None;
        }
        let mir = mir(self.view.db, item);
        let view = View::new(self.view.db, mir, BodyId(0), circle_of(self.view.db, item)?);
        if mir.bodies.len() != 1 || !only_touches(view.summary_of(view.id)?) {
            return None;
        }
        opening.count += 1;
        opening.inside.push(item);
        let mut forms = Forms::of_function(&view);
        let touches = touches_within(&view, &mut forms, opening);
        opening.inside.pop();
        let mut carried =
            Carried { from: forms, to: self.forms, args, at: self.at, loops: BTreeMap::new() };
        Some(touches.iter().map(|touched| carried.touch(touched)).collect())
    }
}

/// Whether all that a function does with what it is passed is to look at it and to change it.
fn only_touches(summary: &Summary) -> bool {
    let Summary { stores, passed, left, calls, after, .. } = summary;
    let functions = summary.params.iter().any(|param| param.function.is_some());
    let kept = summary.params.iter().any(|param| !param.kept.is_empty());
    let nothing = stores.is_empty() && passed.is_empty() && left.is_empty();
    nothing && calls.is_empty() && after.is_empty() && !functions && !kept
}

/// The numbers of a callee as those of its caller.
struct Carried<'a, 'v, 'c> {
    from: Forms<'c>,
    to: &'a mut Forms<'v>,
    args: &'a [Operand],
    /// The call.
    at: Point,
    /// The callee's loops, as they are known in the caller.
    loops: BTreeMap<Unknown, Unknown>,
}

impl Carried<'_, '_, '_> {
    fn touch(&mut self, touched: &Touched) -> CallTouch {
        let known = touched.path.steps.iter().map(|step| self.step(step));
        let known: Vec<Option<Step>> = known.collect();
        let ways = self.from.round.ways(touched.point.block);
        let is_sure =
            known.iter().all(Option::is_some) && ways.iter().all(|way| way.guards.is_empty());
        let sight = match touched.sight {
            Sight::Certain if !is_sure => Sight::Perhaps,
            sight => sight,
        };
        let any = || Step::Between(None, None);
        CallTouch {
            param: touched.path.root.0,
            steps: known.into_iter().map(|step| step.unwrap_or_else(any)).collect(),
            deep: touched.deep,
            mode: touched.mode,
            sight,
        }
    }

    fn step(&mut self, step: &Step) -> Option<Step> {
        Some(match step {
            Step::Element(index) => Step::Element(self.number(index)?),
            Step::Between(start, end) => {
                let mut bound = |of: &Option<Sum>| match of {
                    Some(sum) => self.number(sum).map(Some),
                    None => Some(None),
                };
                Step::Between(bound(start)?, bound(end)?)
            }
            Step::Part(..) | Step::Capture(_) => step.clone(),
        })
    }

    fn number(&mut self, sum: &Sum) -> Option<Sum> {
        sum.factors.iter().try_fold(Sum::constant(sum.constant), |so_far, (term, factor)| {
            so_far.plus(*factor, &self.term(*term)?)
        })
    }

    fn term(&mut self, id: Unknown) -> Option<Sum> {
        Some(match self.from.term(id).clone() {
            Term::Value(Frame::Round, local, None) if self.from.is_passed(local) => {
                self.to.number(Frame::Round, self.args.get(local.index())?, self.at)
            }
            Term::Constant(item) => Sum::unknown(self.to.id(Term::Constant(item))),
            Term::Part(of, part) => {
                let (local, mut way) = self.way(of)?;
                way.push(part);
                Sum::unknown(self.to.part_of(local, &way, self.at)?)
            }
            Term::Quotient(left, right) => {
                let (left, right) = (self.number(&left)?, self.number(&right)?);
                self.to.quotient(&left, &right)
            }
            Term::Product(left, right) => {
                let (left, right) = (self.number(&left)?, self.number(&right)?);
                self.to.product(&left, &right)?
            }
            Term::Extreme(which, sums) => {
                let sums = sums.iter().map(|sum| self.number(sum)).collect::<Option<_>>()?;
                Sum::unknown(self.to.id(Term::Extreme(which, sums)))
            }
            Term::Turn(head) => {
                let walk = self.from.turns(head);
                self.inner_loop(id, &walk)
            }
            Term::Inner(inner) => {
                let walk = self.from.inner_turns(inner);
                self.inner_loop(id, &walk)
            }
            _ => return None,
        })
    }

    /// The local that is passed for the parameter at the start of a way, and the way.
    fn way(&self, of: Unknown) -> Option<(Local, Vec<u32>)> {
        match self.from.term(of) {
            Term::Value(Frame::Round, local, None) if self.from.is_passed(*local) => {
                Some((self.args.get(local.index())?.local()?, Vec::new()))
            }
            Term::Part(around, part) => {
                let (local, mut way) = self.way(*around)?;
                way.push(*part);
                Some((local, way))
            }
            _ => None,
        }
    }

    fn inner_loop(&mut self, id: Unknown, walk: &Walk) -> Sum {
        if let Some(known) = self.loops.get(&id) {
            return Sum::unknown(*known);
        }
        let walk = match walk {
            Walk::Range { start, stop, step } => match (self.number(start), self.number(stop)) {
                (Some(start), Some(stop)) => Walk::Range { start, stop, step: *step },
                _ => Walk::Other,
            },
            Walk::List { .. } | Walk::Other => Walk::Other,
        };
        let known = self.to.inner_loop(walk);
        self.loops.insert(id, known);
        Sum::unknown(known)
    }
}
