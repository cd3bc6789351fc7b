//! What runs inside a round: functions of the program that it calls, and parallel loops in it. Which
//! elements they touch, by the numbers that they are passed or find around them.
//!
//! Not here: what starts tasks, gives something away, puts it elsewhere or calls what it was passed. Of
//! that, its summary alone says what it touches.
//!
//! **Invariant.** What stands for a call or loop is all that it touches of what came from outside of it; a
//! number of its own that nothing outside gives is any number.

use std::collections::BTreeMap;

use super::{Collector, Extent, Own, Sight, Step, Touched, touches_within};
use crate::items::ItemId;
use crate::mir::{BodyId, BodyKind, Callee, Local, MirBody, OpKind, Operand, Point, mir};
use crate::regions::circle_of;
use crate::regions::domain::Mode;
use crate::regions::iterations::forms::{Forms, Frame, Term, Walk};
use crate::regions::iterations::integers::{Sum, Unknown};
use crate::regions::summary::Summary;
use crate::regions::view::View;

/// Calls and loops inside one another that are looked into; of deeper ones the summary says what they touch.
const DEPTH_MAX: usize = 6;

/// Calls and loops that are looked into for one loop, those inside them too.
const OPENED_MAX: usize = 200;

/// The bodies that are being looked into.
#[derive(Default)]
pub(super) struct Opening {
    inside: Vec<(ItemId, BodyId)>,
    count: usize,
}

/// A touch of what came from outside, in numbers of the round.
#[derive(Clone)]
pub(super) struct InsideTouch {
    /// Of what stands for that in the round.
    of: Local,
    steps: Vec<Step>,
    extent: Extent,
    mode: Mode,
    sight: Sight,
}

/// What the round has for what a body inside it has from outside.
#[derive(Clone, Copy)]
enum Outside<'a> {
    /// What is passed, by parameter.
    Args(&'a [Operand]),
    /// The locals around an inner loop themselves.
    Around,
}

impl<'v> Collector<'_, 'v> {
    /// What the call or inner loop at hand touches of the local; none where it is not looked into.
    pub(super) fn touched_inside(&mut self, local: Local, mode: Mode) -> Option<Vec<Own>> {
        let op = self.view.op(self.at)?;
        if !self.inside.contains_key(&self.at) {
            let touched = match op {
                OpKind::Call { callee: Callee::Item(item), args, .. } => self.call(*item, args),
                OpKind::ParallelFor { body, .. } => self.inner_loop(*body),
                _ => None,
            };
            self.inside.insert(self.at, touched);
        }
        let path = self.path(local)?;
        let first = self.forms.round.first_name(local, self.at);
        // Nobody tells of a read of what is changed as well.
        let is_it = |touch: &&InsideTouch| touch.mode <= mode && touch.of == first;
        let own = |touch: &InsideTouch| {
            let mut path = path.clone();
            path.steps.extend(touch.steps.iter().cloned());
            Own { path, extent: touch.extent, mode: touch.mode, sight: touch.sight }
        };
        let touched = self.inside.get(&self.at)?.as_ref()?;
        let found: Vec<Own> = touched.iter().filter(is_it).map(own).collect();
        let is_told = found.iter().any(|own| own.mode == mode);
        // Of what may be anywhere in it, the summary knows more.
        let is_known = found.iter().all(|own| own.sight != Sight::Anywhere);
        (is_told && is_known).then_some(found)
    }

    fn call(&mut self, item: ItemId, args: &[Operand]) -> Option<Vec<InsideTouch>> {
        let mir = mir(self.view.db, item);
        let is_plain =
            |body: &MirBody| matches!(body.kind, BodyKind::Function | BodyKind::Default(_));
        if !mir.bodies.iter().all(is_plain) {
            return None;
        }
        let view = View::new(self.view.db, mir, BodyId(0), circle_of(self.view.db, item)?);
        let forms = Forms::of_function(&view);
        self.body(&view, forms, Outside::Args(args))
    }

    fn inner_loop(&mut self, body: BodyId) -> Option<Vec<InsideTouch>> {
        let view = self.view.of_body(body);
        let forms = Forms::new(&view)?;
        self.body(&view, forms, Outside::Around)
    }

    fn body<'c>(
        &mut self,
        view: &View<'c>,
        mut forms: Forms<'c>,
        outside: Outside<'_>,
    ) -> Option<Vec<InsideTouch>> {
        let opening = &mut *self.opening;
        let this = (view.owner(), view.id);
        let is_deep = opening.inside.contains(&this) || opening.inside.len() >= DEPTH_MAX;
        if is_deep || opening.count >= OPENED_MAX || !only_touches(view.summary_of(view.id)?) {
            return None;
        }
        opening.count += 1;
        opening.inside.push(this);
        let touches = touches_within(view, &mut forms, opening);
        opening.inside.pop();
        let at = self.at;
        let to = &mut *self.forms;
        let mut carried = Carried { from: forms, to, outside, at, loops: BTreeMap::new() };
        touches.iter().map(|touched| carried.touch(touched)).collect()
    }
}

/// Whether all that a function does with what it is passed is to look at it and to change it.
fn only_touches(summary: &Summary) -> bool {
    let Summary { stores, passed, left, calls, after, .. } = summary;
    let functions = summary.params.iter().any(|param| param.function.is_some());
    let kept = summary.params.iter().any(|param| !param.kept.is_empty() || !param.cut.is_empty());
    let nothing = stores.is_empty() && passed.is_empty() && left.is_empty();
    nothing && calls.is_empty() && after.is_empty() && !functions && !kept
}

/// The numbers of a body as those of the round that it runs in.
struct Carried<'a, 'v, 'c> {
    from: Forms<'c>,
    to: &'a mut Forms<'v>,
    outside: Outside<'a>,
    /// The call or loop.
    at: Point,
    /// The loops in the body, as they are known in the round.
    loops: BTreeMap<Unknown, Unknown>,
}

impl Carried<'_, '_, '_> {
    fn touch(&mut self, touched: &Touched) -> Option<InsideTouch> {
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
        Some(InsideTouch {
            of: self.to.round.first_name(self.outside(touched.path.root)?.local()?, self.at),
            steps: known.into_iter().map(|step| step.unwrap_or_else(any)).collect(),
            extent: touched.extent,
            mode: touched.mode,
            sight,
        })
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
            Term::Value(frame, local, None) if self.is_outside(frame, local) => {
                self.to.number(Frame::Round, &self.outside(local)?, self.at)
            }
            // The graph around an inner loop is the round's own.
            Term::Value(Frame::Around, local, version) if self.is_outside(Frame::Around, local) => {
                Sum::unknown(self.to.id(Term::Value(Frame::Round, local, version)))
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
            Term::Round => {
                let walk = self.from.walked();
                self.turns(id, &walk)
            }
            Term::Turn(head) => {
                let walk = self.from.turns(head);
                self.turns(id, &walk)
            }
            Term::Inner(inner) => {
                let walk = self.from.inner_turns(inner);
                self.turns(id, &walk)
            }
            _ => return None,
        })
    }

    /// Whether a local of the body's numbers stands for what is outside of it.
    fn is_outside(&self, frame: Frame, local: Local) -> bool {
        match self.outside {
            Outside::Args(_) => frame == Frame::Round && self.from.is_passed(local),
            Outside::Around => frame == Frame::Around,
        }
    }

    /// What the round has for it.
    fn outside(&self, local: Local) -> Option<Operand> {
        match self.outside {
            Outside::Args(args) => args.get(local.index()).cloned(),
            Outside::Around => Some(Operand::Local(local)),
        }
    }

    /// The local at the start of a way, and the way.
    fn way(&self, of: Unknown) -> Option<(Local, Vec<u32>)> {
        match self.from.term(of) {
            Term::Value(frame, local, None) if self.is_outside(*frame, *local) => {
                Some((self.outside(*local)?.local()?, Vec::new()))
            }
            Term::Part(around, part) => {
                let (local, mut way) = self.way(*around)?;
                way.push(*part);
                Some((local, way))
            }
            _ => None,
        }
    }

    /// How many turns of that loop stand before this one.
    fn turns(&mut self, id: Unknown, walk: &Walk) -> Sum {
        if let Some(known) = self.loops.get(&id) {
            return Sum::unknown(*known);
        }
        let walk = match walk {
            Walk::Range { start, stop, step } => match (self.number(start), self.number(stop)) {
                (Some(start), Some(stop)) => Walk::Range { start, stop, step: *step },
                _ => Walk::Other,
            },
            Walk::Between { start, stop } => match (self.number(start), self.number(stop)) {
                (Some(start), Some(stop)) => Walk::Between { start, stop },
                _ => Walk::Other,
            },
            Walk::List { .. } | Walk::Other => Walk::Other,
        };
        let known = self.to.inner_loop(walk);
        self.loops.insert(id, known);
        Sum::unknown(known)
    }
}
