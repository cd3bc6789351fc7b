//! What lists hold: an immutable one is a value, a mutable one an object of the state.
//!
//! A mutable list belongs to one task at a time, so what is done with it is nobody else's to see; but
//! whoever has it has the channels, locks and tasks in it too.

use std::rc::Rc;

use super::value::{Known, LIST_LEN_MAX, Value};
use super::{ObjectKind, Reach, State};
use crate::mir::Const;

impl State {
    /// The elements of what can be walked, where each of them is known.
    pub(in crate::skeleton) fn elements(&self, of: &Value) -> Option<Rc<[Value]>> {
        match of {
            Value::List(parts) => Some(parts.clone()),
            Value::Object(list) => Some(self.listed(*list)?.into()),
            Value::Range(parts) => {
                let [start, stop, step] = [0, 1, 2].map(|part: usize| self.int(&parts[part]));
                ints(start?, stop?, step?)
            }
            _ => None,
        }
    }

    /// Whether the object is a mutable list.
    pub(in crate::skeleton) fn is_list(&self, object: u32) -> bool {
        matches!(self.objects[object as usize].kind, ObjectKind::List(_))
    }

    /// The elements of a mutable list that is in sight.
    pub(in crate::skeleton) fn listed(&self, list: u32) -> Option<&[Value]> {
        let object = &self.objects[list as usize];
        match &object.kind {
            ObjectKind::List(elements) if object.reach == Reach::Own => Some(elements),
            _ => None,
        }
    }

    /// Puts other elements into a mutable list. One that gets too long goes out of sight.
    pub(in crate::skeleton) fn relist(&mut self, list: u32, elements: Vec<Value>) {
        let is_too_long = elements.len() > LIST_LEN_MAX;
        if let ObjectKind::List(held) = &mut self.objects[list as usize].kind {
            *held = elements;
        }
        if is_too_long {
            self.escape(&Value::Object(list));
        }
    }

    /// The value with each mutable list in it as an immutable one: what `freeze` and `snapshot` give.
    pub(in crate::skeleton) fn frozen(&self, of: &Value) -> Value {
        of.renamed(&|part| match part {
            Value::Object(list) => {
                let elements = self.listed(*list)?;
                Some(Value::List(elements.iter().map(|element| self.frozen(element)).collect()))
            }
            _ => None,
        })
    }

    /// The int that a value is known to be.
    pub(in crate::skeleton) fn int(&self, of: &Value) -> Option<i64> {
        match of.known(&self.facts) {
            Known::Is(Const::Int(value)) => Some(value),
            _ => None,
        }
    }

    /// The object and the mutable lists that hold it, however deep: whoever has one of these has it.
    pub(in crate::skeleton) fn carriers(&self, object: u32) -> Vec<u32> {
        let lists: Vec<(u32, &[Value])> = (0..)
            .zip(&self.objects)
            .filter_map(|(list, of)| match &of.kind {
                ObjectKind::List(elements) => Some((list, elements.as_slice())),
                _ => None,
            })
            .collect();
        let mut carriers = vec![object];
        let mut next = 0;
        while next < carriers.len() {
            let carried = carriers[next];
            next += 1;
            for (list, elements) in &lists {
                let holds = elements.iter().any(|element| element.mentions(carried));
                if holds && !carriers.contains(list) {
                    carriers.push(*list);
                }
            }
        }
        carriers
    }
}

/// The ints of a range, unless they are too many.
fn ints(start: i64, stop: i64, step: i64) -> Option<Rc<[Value]>> {
    let mut found = Vec::new();
    let mut at = start;
    while (step > 0 && at < stop) || (step < 0 && at > stop) {
        if found.len() == LIST_LEN_MAX {
            return None;
        }
        found.push(Value::int(at));
        at = at.checked_add(step)?;
    }
    Some(found.into())
}
