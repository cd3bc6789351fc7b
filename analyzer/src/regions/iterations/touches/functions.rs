//! Functions that the rounds of a loop call: which they are, and that what one touches of what it
//! captured is a touch of that.

use std::collections::BTreeSet;

use super::{Collector, Path, Step};
use crate::mir::{Callee, Local, Operand, Point, Rvalue};
use crate::regions::domain::Target;
use crate::regions::flow::Functions;
use crate::regions::graph::Definition;
use crate::regions::iterations::forms::{Forms, Frame};
use crate::regions::view::View;
use crate::ty::Ty;

/// How many closures in one another are opened; what lies deeper is touched as a part of the outer.
const CLOSURE_DEPTH_MAX: u32 = 16;

/// What arrives in a round, and may be called there: a function made around the loop is that one; any
/// other may be each of its type.
pub(super) fn arriving(view: &View<'_>, forms: &Forms<'_>) -> Functions {
    let functions = view.positions().filter(|local| matches!(view.ty(*local), Ty::Fn(_)));
    functions.map(|local| (local, BTreeSet::from([target(forms, local)]))).collect()
}

fn target(forms: &Forms<'_>, local: Local) -> Target {
    let capture = forms.captured(Frame::Round, local);
    let outside = capture.and_then(|capture| forms.outside(capture));
    match outside.and_then(|outside| forms.around.definition(outside, forms.at)) {
        Some((_, Definition::Value(Rvalue::Closure(body, _)))) => Target::Body(*body),
        Some((_, Definition::Value(Rvalue::Function(Callee::Item(item))))) => Target::Item(*item),
        Some((_, Definition::Value(Rvalue::Function(Callee::Intrinsic(of))))) => {
            Target::Intrinsic(*of)
        }
        _ => Target::Unknown,
    }
}

impl<'v> Collector<'_, 'v> {
    /// The place by the names that a closure around the loop captured, if it is, or is in, one.
    pub(super) fn opened(&self, path: Path) -> Vec<Path> {
        let mut found = Vec::new();
        self.open(path, CLOSURE_DEPTH_MAX, &mut found);
        found
    }

    fn open(&self, path: Path, depth: u32, found: &mut Vec<Path>) {
        let closure = self.closure(path.root).filter(|_| depth > 0);
        let Some((made, captures)) = closure else { return found.push(path) };
        let wanted = match path.steps.first() {
            Some(Step::Part(part, _) | Step::Capture(part)) => {
                captures.get(*part as usize).map(std::slice::from_ref)
            }
            Some(_) => None,
            None => Some(captures),
        };
        let mut opened = Vec::new();
        for capture in wanted.unwrap_or_default().iter().filter_map(Operand::local) {
            if !self.forms.is_owned(Frame::Around, capture) {
                continue;
            }
            if !self.stays(capture, made) {
                return found.push(path);
            }
            let mut inside = self.root(capture);
            inside.steps.extend(path.steps.iter().skip(1).cloned());
            opened.push(inside);
        }
        for inside in opened {
            self.open(inside, depth - 1, found);
        }
    }

    /// Whether a name around the loop stands for what it stood for there.
    fn stays(&self, local: Local, since: Point) -> bool {
        let around = &self.forms.around;
        around.is_given(local)
            || around.definition(local, since).is_some()
            || around.version(local, since) == around.version(local, self.forms.at)
    }

    /// Where the function was made that a local around the loop is, and what it captured.
    fn closure(&self, local: Local) -> Option<(Point, &'v [Operand])> {
        match self.forms.around.definition(local, self.forms.at)? {
            (made, Definition::Value(Rvalue::Closure(_, captures))) => Some((made, captures)),
            _ => None,
        }
    }
}
