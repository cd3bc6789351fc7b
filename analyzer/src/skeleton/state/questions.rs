//! Which facts may still be asked for: those about values that a task holds or can come to compute again.
//!
//! The order that a loop has dealt with is computed from the loop's number, and no later round has that
//! number. What was tried for it would keep states apart that go on alike. A value can come back only if it
//! is held, or if code that is left to run computes it from what can come back itself; so the ints that are
//! left (in hand, in the text, in the rest of a range) say which computations are.
//!
//! Invariant: what is forgotten is asked for nowhere. Where ints may come of arithmetic, any int is left.
//! Not told apart: an int that an unknown is tried with is not taken to be one that is left.

mod ints;
mod left;

use std::cell::RefCell;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use ints::Ints;
use left::Left;

use super::value::Value;
use super::{State, Task};
use crate::mir::{Const, Intrinsic, Operand, Rvalue};
use crate::skeleton::graph::{
    Action, Kind, Node, NodeId, Routine, RoutineId, SelectOffer, Skeleton, SyncOp, Tag, Target,
};

/// A place in the code.
type Place = (RoutineId, NodeId);

/// What the code that is left to run computes, from wherever a task stands.
pub(in crate::skeleton) struct Questions<'a> {
    skeleton: &'a Skeleton,
    known: RefCell<FxHashMap<Place, Rc<Code>>>,
}

/// What code computes.
#[derive(Default)]
struct Code {
    ints: Ints,
    /// The computations that it does not look into.
    tags: FxHashSet<Tag>,
    /// Whether it walks anything from its beginning.
    walks: bool,
}

impl State {
    /// Forgets what was tried for values that nobody can come to ask for again.
    pub(super) fn forget_facts(&mut self, questions: &Questions<'_>) {
        if self.facts.is_empty() {
            return;
        }
        let left = questions.left(self);
        self.facts.retain(|(of, _)| left.may_ask(of));
    }
}

impl<'a> Questions<'a> {
    /// Of a skeleton's code.
    pub(in crate::skeleton) fn of(skeleton: &'a Skeleton) -> Self {
        Self { skeleton, known: RefCell::default() }
    }

    pub(super) fn skeleton(&self) -> &'a Skeleton {
        self.skeleton
    }

    fn left(&self, state: &State) -> Left {
        let mut left = Left::default();
        for task in &state.tasks {
            for place in self.places(task) {
                left.code.push(self.code(place));
            }
            task.values().for_each(|value| self.hold(&mut left, value));
        }
        for object in &state.objects {
            object.kind.held().iter().for_each(|value| self.hold(&mut left, value));
        }
        left
    }

    /// Where the task's calls go on, also when their time is up or they fail.
    fn places(&self, task: &Task) -> Vec<Place> {
        let mut places = Vec::new();
        for (number, frame) in task.frames.iter().enumerate() {
            places.push((frame.routine, frame.node));
            let caller = number.checked_sub(1).map(|below| task.frames[below].routine);
            places.extend(caller.zip(frame.handler));
            places.extend(frame.deferred.iter().map(|(routine, _)| self.entry(*routine)));
        }
        for open in &task.scopes {
            let opener = (open.frames as usize).checked_sub(1).and_then(|at| task.frames.get(at));
            places.extend(opener.map(|frame| frame.routine).zip(open.on_timeout));
        }
        places
    }

    fn entry(&self, routine: RoutineId) -> Place {
        (routine, self.skeleton.routine(routine).entry)
    }

    fn hold(&self, left: &mut Left, value: &Value) {
        match value {
            Value::Const(Const::Int(int)) => left.ints.add(*int),
            Value::Symbol(..) => left.hold(value),
            Value::Term(term) if term.is_arithmetic() => {
                term.args().iter().for_each(|arg| self.hold(left, arg));
            }
            Value::Term(_) => left.hold(value),
            Value::List(parts) | Value::Tuple(parts) | Value::Variant(_, parts) => {
                parts.iter().for_each(|part| self.hold(left, part));
            }
            Value::Function(routine, captures) => {
                left.code.push(self.code(self.entry(*routine)));
                captures.iter().for_each(|part| self.hold(left, part));
            }
            Value::Range(parts) => self.hold_range(left, parts, 0),
            Value::Iterator(of, taken) => match &**of {
                Value::List(parts) => {
                    parts.iter().skip(*taken as usize).for_each(|part| self.hold(left, part));
                }
                Value::Range(parts) => self.hold_range(left, parts, *taken),
                Value::Symbol(..) | Value::Term(_) => left.walk(of, *taken),
                of => self.hold(left, of),
            },
            Value::Unknown
            | Value::Const(_)
            | Value::Object(_)
            | Value::Task(_)
            | Value::Scope(..) => {}
        }
    }

    fn hold_range(&self, left: &mut Left, parts: &[Value; 3], taken: u32) {
        left.ints.add_range(parts, taken);
        let unknown = parts.iter().filter(|part| !matches!(part, Value::Const(_)));
        unknown.for_each(|part| self.hold(left, part));
    }

    /// What the code from there on computes, that of its calls and tasks included.
    fn code(&self, from: Place) -> Rc<Code> {
        if let Some(code) = self.known.borrow().get(&from) {
            return code.clone();
        }
        let code = Rc::new(self.read(from));
        self.known.borrow_mut().insert(from, code.clone());
        code
    }

    fn read(&self, from: Place) -> Code {
        let mut code = Code::default();
        let mut seen = FxHashSet::from_iter([from]);
        let mut pending = vec![from];
        while let Some((routine, node)) = pending.pop() {
            let of = self.skeleton.routine(routine);
            let node = of.node(node);
            code.add(of, node);
            let ways = node.next.iter().chain(&node.handler).map(|next| (routine, *next));
            for place in ways.chain(self.runs(of, node)) {
                if seen.insert(place) {
                    pending.push(place);
                }
            }
        }
        code
    }

    /// What a node calls, starts or makes a value of.
    fn runs(&self, of: &Routine, node: &Node) -> Option<Place> {
        let routine = match &node.action {
            Action::Call { target: Target::Routine(routine), .. }
            | Action::Spawn { target: Target::Routine(routine), .. }
            | Action::Detach(Target::Routine(routine), _)
            | Action::Defer(Target::Routine(routine), _) => *routine,
            Action::Let(_, value) => self.skeleton.function(of.item, value)?,
            _ => return None,
        };
        Some(self.entry(routine))
    }
}

impl Code {
    fn add(&mut self, of: &Routine, node: &Node) {
        match &node.action {
            Action::Let(dest, value) => {
                self.walks |= matches!(value, Rvalue::Iterate(_));
                let computes = matches!(value, Rvalue::Unary(..) | Rvalue::Binary(..));
                self.ints.any |= computes && of.local(*dest).kind == Kind::Int;
                if !computes {
                    self.add_ints(value.operands());
                }
            }
            Action::Opaque { tag: Tag::Intrinsic(Intrinsic::Range), args, .. } => {
                self.ints.add_range_of(args);
            }
            Action::Opaque { dest, tag, args } => {
                self.ints.any |= is_number(tag, of.local(*dest).kind);
                self.add_ints(args);
                self.tags.insert(tag.clone());
            }
            Action::Arrange { of, args, .. } => {
                self.ints.any |= *of == Intrinsic::Enumerate;
                self.add_ints(args);
                self.tags.insert(Tag::Intrinsic(*of));
            }
            Action::Put(_, _, value) | Action::MakeAtom(_, value) => self.add_ints([value]),
            Action::MakeLock { guards, .. } => self.add_ints(guards),
            Action::Atom { args, .. } => self.add_ints(args),
            Action::Sync { op, value, .. } => {
                self.ints.any |= *op == SyncOp::Length;
                self.add_ints(value);
            }
            Action::Select { cases, .. } => {
                for (offer, _) in cases {
                    if let SelectOffer::Send(_, value) = offer {
                        self.add_ints(value);
                    }
                }
            }
            Action::Call { args, .. }
            | Action::Spawn { args, .. }
            | Action::Detach(_, args)
            | Action::Defer(_, args) => self.add_ints(args.iter().flatten()),
            Action::Return(value) => self.add_ints(value),
            _ => {}
        }
    }

    fn add_ints<'o>(&mut self, operands: impl IntoIterator<Item = &'o Operand>) {
        for operand in operands {
            if let Operand::Const(Const::Int(int)) = operand {
                self.ints.add(*int);
            }
        }
    }
}

/// Whether it may compute an int of known values.
fn is_number(tag: &Tag, result: Kind) -> bool {
    match tag {
        Tag::Intrinsic(Intrinsic::MapGet) => false,
        Tag::Len | Tag::Intrinsic(_) => result == Kind::Int,
        _ => false,
    }
}
