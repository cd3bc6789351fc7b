//! Loops over what is not a channel of the skeleton: lists, ranges, and what is not known.

use std::rc::Rc;

use super::local::Moved;
use super::parts::{length, part_at};
use super::{EventKind, Loose, Machine, Outcome, Progress, Step, StepKind};
use crate::mir::{Const, Local, Operand};
use crate::skeleton::graph::{Action, Kind, NodeId, ObjectType};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{Reach, State};

impl Machine<'_> {
    /// The next element of what is not a channel of this skeleton.
    pub(super) fn each(
        self,
        state: &mut State,
        task: u32,
        iterator: Local,
        dest: Option<Local>,
        next: &[NodeId],
    ) -> Moved {
        let walked = self.operand(state, task, &Operand::Local(iterator));
        let (of, taken) = match &walked {
            Value::Object(object) if state.objects[*object as usize].reach != Reach::Outside => {
                return Ok(Progress::Waits);
            }
            Value::Unknown if self.kind_of(state, task, iterator) == Kind::Sync => {
                return Ok(Progress::Waits);
            }
            _ if self.is_ticker(state, task) => return Ok(Progress::Waits),
            Value::Iterator(of, taken) => (of.clone(), *taken),
            // A channel from outside: as many values as its senders please.
            _ => (Rc::new(Value::Unknown), 0),
        };
        let kind = dest.map_or(Kind::Value, |dest| self.kind_of(state, task, dest));
        if taken == 0 && self.is_loose(state, task, &of) {
            return Ok(Progress::Waits);
        }
        let of = if taken == 0 { self.scaled_walk(of) } else { of };
        let element = match element_at(&of, taken, kind, state) {
            Element::Is(value) => self.seen(value),
            Element::End => return self.go_on(state, task, next.get(1).copied()),
            Element::Undecided => {
                let waits = matches!(walked, Value::Iterator(..));
                self.set(state, task, Some(iterator), Value::Iterator(of, taken));
                return Ok(if waits { Progress::Waits } else { Progress::Moved });
            }
        };
        self.set(state, task, Some(iterator), Value::Iterator(of, taken + 1));
        self.set(state, task, dest, element);
        self.go_on(state, task, next.first().copied())
    }

    /// One more round of a loop that may go round as often as it likes, or its end.
    pub(super) fn any_round(self, state: &State, task: u32) -> Option<Step> {
        let Action::Each { iterator, dest } = &self.node(state, task)?.action else { return None };
        let Value::Iterator(of, 0) = self.operand(state, task, &Operand::Local(*iterator)) else {
            return None;
        };
        let ways = self.node(state, task)?.next.iter().filter(|_| self.is_loose(state, task, &of));
        let outcomes: Vec<Outcome> = ways
            .map(|next| {
                let mut state = state.clone();
                self.set(&mut state, task, *dest, Value::Unknown);
                self.go_on(&mut state, task, Some(*next))?;
                Ok((state, Vec::new()))
            })
            .collect();
        (!outcomes.is_empty()).then_some(Step { task, kind: StepKind::Happens, outcomes })
    }

    /// Whether the loop that the task stands at may go round as often as it likes over this.
    fn is_loose(self, state: &State, task: u32, of: &Value) -> bool {
        let Loose { loops, above, .. } = self.loose;
        let Some(frame) = state.tasks[task as usize].frames.last() else { return false };
        let count = || match of {
            Value::List(parts) => Some(parts.len() as i64),
            Value::Object(list) => state.listed(*list).map(|parts| parts.len() as i64),
            Value::Range(parts) => count_of_range(parts),
            _ => None,
        };
        loops.contains(&(frame.routine, frame.node)) && count().is_none_or(|count| count > above)
    }

    /// What is known of a value that a loop walks, or that a task gets from another one.
    pub(super) fn seen(self, value: Value) -> Value {
        if !self.loose.is_blind {
            return value;
        }
        value.renamed(&|part| match part {
            Value::Const(Const::Bool(_) | Const::Unit) => None,
            Value::Const(_) | Value::Symbol(..) | Value::Term(_) | Value::Range(_) => {
                Some(Value::Unknown)
            }
            _ => None,
        })
    }

    /// Whether the task walks a channel of the world's, in which a value may come at any time.
    pub(super) fn is_ticker(self, state: &State, task: u32) -> bool {
        let Some(Action::Each { iterator, .. }) = self.node(state, task).map(|node| &node.action)
        else {
            return false;
        };
        let Some(frame) = state.tasks[task as usize].frames.last() else { return false };
        let walks = self.skeleton.routine(frame.routine).local(*iterator).object;
        let walked = self.operand(state, task, &Operand::Local(*iterator));
        walks == Some(ObjectType::Channel) && matches!(walked, Value::Symbol(..))
    }

    /// The next value of such a channel.
    pub(super) fn tick(self, state: &State, task: u32) -> Option<Outcome> {
        let node = self.node(state, task).filter(|_| self.is_ticker(state, task))?;
        let Action::Each { dest, .. } = &node.action else { return None };
        let event = self.event(state, task, EventKind::Receives, None);
        let mut state = state.clone();
        self.set(&mut state, task, *dest, Value::Unknown);
        self.pass(&mut state, task, node.next.first().copied());
        Some(Ok((state, event.into_iter().collect())))
    }

    /// What a loop walks, with a long constant count left open.
    pub(super) fn scaled_walk(self, of: Rc<Value>) -> Rc<Value> {
        let count = match &*of {
            Value::List(parts) if parts.iter().all(|part| part.kind() != Kind::Sync) => {
                Some(parts.len() as i64)
            }
            Value::Range(parts) => count_of_range(parts),
            _ => None,
        };
        match count.map(|count| self.count(Value::int(count))) {
            Some(count @ Value::Term(_)) => {
                Rc::new(Value::Range(Rc::new([Value::int(0), count, Value::int(1)])))
            }
            _ => of,
        }
    }
}

enum Element {
    Is(Value),
    End,
    Undecided,
}

/// The element at a position of what a loop walks.
fn element_at(of: &Value, taken: u32, kind: Kind, state: &State) -> Element {
    let within = |count: i64| i64::from(taken) < count;
    match of {
        Value::List(parts) => match parts.get(taken as usize) {
            Some(part) => Element::Is(part.clone()),
            None => Element::End,
        },
        Value::Range(parts) => {
            let [start, stop, step] = [0, 1, 2].map(|part: usize| state.int(&parts[part]));
            match (start, stop, step) {
                (Some(start), Some(stop), Some(step)) => in_range(start, stop, step, taken),
                _ => Element::Undecided,
            }
        }
        Value::Object(list) => match state.listed(*list).map(|of| of.get(taken as usize)) {
            Some(Some(part)) => Element::Is(part.clone()),
            Some(None) => Element::End,
            None => Element::Undecided,
        },
        Value::Symbol(..) | Value::Term(_) => match state.int(&length(of)) {
            Some(count) if within(count) => Element::Is(part_at(state, of, i64::from(taken), kind)),
            Some(_) => Element::End,
            None => Element::Undecided,
        },
        Value::Const(Const::Str(text)) => {
            if within(text.chars().count() as i64) {
                Element::Is(part_at(state, of, i64::from(taken), kind))
            } else {
                Element::End
            }
        }
        _ => Element::Undecided,
    }
}

fn count_of_range(parts: &[Value; 3]) -> Option<i64> {
    match parts {
        [
            Value::Const(Const::Int(start)),
            Value::Const(Const::Int(stop)),
            Value::Const(Const::Int(step)),
        ] => {
            let span = stop.checked_sub(*start)?;
            let is_partial = span.checked_rem(*step)? != 0;
            span.checked_div(*step)?.checked_add(i64::from(is_partial)).map(|count| count.max(0))
        }
        _ => None,
    }
}

fn in_range(start: i64, stop: i64, step: i64, taken: u32) -> Element {
    let at = step.checked_mul(i64::from(taken)).and_then(|offset| start.checked_add(offset));
    match at {
        Some(at) if (step > 0 && at < stop) || (step < 0 && at > stop) => {
            Element::Is(Value::int(at))
        }
        _ => Element::End,
    }
}
