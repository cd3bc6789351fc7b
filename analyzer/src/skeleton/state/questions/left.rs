//! What is left to ask with: what tasks hold, and what their code computes of that.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::Code;
use super::ints::Ints;
use crate::mir::{Const, Intrinsic};
use crate::skeleton::graph::Tag;
use crate::skeleton::state::value::{Term, Value};

/// What is left to ask with.
#[derive(Default)]
pub(super) struct Left {
    pub(super) code: Vec<Rc<Code>>,
    pub(super) ints: Ints,
    pub(super) held: FxHashSet<Value>,
    /// What loops walk, and from which element on.
    pub(super) walked: Vec<(Value, u32)>,
    /// What the held values hang together with.
    pub(super) bases: FxHashSet<Value>,
}

impl Left {
    pub(super) fn hold(&mut self, value: &Value) {
        self.bases.extend(value.bases());
        self.held.insert(value.clone());
    }

    fn may_compute(&self, term: &Term) -> bool {
        self.is_of_walk(&term.tag, &term.args)
            || self.computes(&term.tag) && term.args.iter().all(|arg| self.may_come(arg))
    }

    /// What is walked, and what that was made of.
    pub(super) fn walk(&mut self, of: &Value, taken: u32) {
        self.bases.extend(of.bases());
        self.walked.push((of.clone(), taken));
        if let Value::Term(term) = of {
            self.ints.any |= *term.tag() == Tag::Intrinsic(Intrinsic::Enumerate);
            let taken = if keeps_places(term.tag()) { taken } else { 0 };
            let parts = term.args().iter().filter(|arg| !matches!(arg, Value::Const(_)));
            for part in parts {
                self.held.insert(part.clone());
                self.walk(part, taken);
            }
        }
    }

    /// Whether what was tried for it counts for what may still be asked.
    pub(super) fn may_ask(&self, of: &Value) -> bool {
        if let Value::Term(term) = of
            && term.is_arithmetic()
        {
            return term
                .args()
                .iter()
                .any(|arg| !matches!(arg, Value::Const(_)) && self.may_ask(arg));
        }
        let hangs_together = |base: &Value| self.bases.contains(base) || self.may_come(base);
        self.may_come(of) || of.bases().iter().any(hangs_together)
    }

    /// Whether a task holds it or may come to.
    fn may_come(&self, value: &Value) -> bool {
        let all = |parts: &[Value]| parts.iter().all(|part| self.may_come(part));
        match value {
            Value::Const(Const::Int(int)) => {
                self.ints.has(*int) || self.code.iter().any(|code| code.ints.has(*int))
            }
            Value::Term(term) => self.held.contains(value) || self.may_compute(term),
            Value::Symbol(..) => self.held.contains(value),
            Value::List(parts) | Value::Tuple(parts) | Value::Variant(_, parts) => all(parts),
            Value::Range(parts) => all(&parts[..]),
            _ => true,
        }
    }

    /// Whether it is the length of what a loop walks, or an element that is still to come.
    fn is_of_walk(&self, tag: &Tag, args: &[Value]) -> bool {
        let from = |of: &Value| {
            let walks = self.walked.iter().filter(|(walked, _)| walked == of);
            walks.map(|(_, taken)| i64::from(*taken)).min()
        };
        match (tag, args) {
            (Tag::Len, [of]) => from(of).is_some(),
            (Tag::Element, [of, Value::Const(Const::Int(at))]) => {
                let walks = || self.code.iter().any(|code| code.walks);
                from(of).is_some_and(|taken| *at >= taken) || walks() && self.may_come(of)
            }
            _ => false,
        }
    }

    fn computes(&self, tag: &Tag) -> bool {
        match tag {
            Tag::Item(_) => self.code.iter().any(|code| code.tags.contains(tag)),
            Tag::Intrinsic(Intrinsic::Min | Intrinsic::Max | Intrinsic::MapGet) => true,
            Tag::Intrinsic(_) => self.code.iter().any(|code| code.tags.contains(tag)),
            _ => true,
        }
    }
}

/// Whether the elements of what is made stand where those of its parts do.
fn keeps_places(made: &Tag) -> bool {
    use Intrinsic::{Enumerate, MapItems, MapKeys, MapValues, Sorted, SortedBy, Zip};
    matches!(
        made,
        Tag::Intrinsic(Enumerate | Zip | MapItems | MapKeys | MapValues | Sorted | SortedBy)
    )
}
