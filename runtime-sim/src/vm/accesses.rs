//! What an instruction touches of owned values, told to the race detector before it is done.
//!
//! Nothing here is done when no races are looked for: the hot loop is compiled twice. Written from what
//! the machine does, not from what the analyzer believes of it: the one is to check the other.

use rustc_hash::FxHashSet;
use weir_analyzer::hir::BinaryOp;
use weir_analyzer::mir::{Family, Intrinsic};

use super::access::clamped;
use crate::heap::{Heap, Object};
use crate::machine::Machine;
use crate::program::{Instr, Native, Piece, Plan, Program, Slot};
use crate::races::{Deed, Part, Races, Spot};
use crate::task::Fiber;
use crate::value::{ObjectId, Value};

impl Machine {
    /// Tells the detector, if there is one, what the instruction is about to touch.
    pub(super) fn note_accesses(&mut self, program: &Program, fiber: &Fiber, instr: &Instr) {
        let Some(mut races) = self.races.take() else { return };
        let mut noting = Noting { machine: self, races: &mut races, program, fiber };
        noting.instr(instr);
        self.races = Some(races);
    }

    /// The same of an instruction that others can see, which may start tasks and take locks too.
    pub(super) fn note_visible(&mut self, program: &Program, fiber: &Fiber, instr: &Instr) {
        // Who comes back to a loop that it began has touched all that before.
        if super::parallel::open_parallel(fiber).is_none() {
            self.note_accesses(program, fiber, instr);
        }
        let lock = match instr {
            Instr::EnterLock { plan } => match program.plan(*plan) {
                Plan::Lock { lock, .. } => Some(*lock),
                _ => None,
            },
            Instr::CallNative { native: Native(Intrinsic::MutexLock), args, .. }
            | Instr::CallNative { native: Native(Intrinsic::MutexTryLock), args, .. } => {
                program.list(*args).first().copied()
            }
            _ => None,
        };
        let name = lock.and_then(|lock| {
            let Value::Sync(id) = self.read(fiber, lock) else { return None };
            Some((*id, program.name(fiber.top()?.code, lock)?))
        });
        let Some(races) = &mut self.races else { return };
        races.at(spot(program, fiber));
        if let Some((id, name)) = name {
            races.name_lock(id, name);
        }
    }
}

/// The innermost call that stands in a program's own text.
fn spot(program: &Program, fiber: &Fiber) -> Spot {
    let mut frames = fiber.frames.iter().rev();
    let found = frames.find(|frame| program.place(frame.code, frame.pc).is_some());
    found.map_or(Spot::NOWHERE, |frame| Spot { code: frame.code.0, pc: frame.pc })
}

struct Noting<'a> {
    machine: &'a Machine,
    races: &'a mut Races,
    program: &'a Program,
    fiber: &'a Fiber,
}

impl<'a> Noting<'a> {
    fn instr(&mut self, instr: &Instr) {
        match instr {
            Instr::GetField { base, field, .. } | Instr::GetFloat { base, field, .. } => {
                let base = self.read(Slot::register(*base));
                self.owned(base, Part::Field(*field as usize), Deed::Reads)
            }
            Instr::SetField { base, field, .. } => {
                let base = self.read(Slot::register(*base));
                self.owned(base, Part::Field(*field as usize), Deed::Changes)
            }
            Instr::GetIndex { base, index, .. } => self.index(*base, *index, Deed::Reads),
            Instr::SetIndex { base, index, .. } => {
                self.index(Slot::register(*base), *index, Deed::Changes)
            }
            Instr::Next { iterator, .. } | Instr::Walk { iterator, .. } => {
                self.next(self.read(Slot::register(*iterator)))
            }
            Instr::Slice { base, bounds, .. } => {
                let bounds = self.program.list(*bounds);
                let bounds: Vec<Value> = bounds.iter().map(|of| self.read(*of).clone()).collect();
                self.contents_within(self.read(*base), |length| clamped(&bounds, length));
            }
            Instr::Thaw { list, .. } => self.contents(self.read(Slot::register(*list))),
            // `in`; `==` on owned values asks whether they are the same, and looks into none.
            Instr::Binary { op: BinaryOp::In | BinaryOp::NotIn, right, .. } => {
                self.contents(self.read(*right))
            }
            Instr::Format { plan, .. } => {
                let Plan::Format(pieces) = self.program.plan(*plan) else { return };
                for piece in pieces {
                    if let Piece::Value { value, .. } = piece {
                        self.everything(self.read(*value));
                    }
                }
            }
            Instr::Fail { message, .. } => self.everything(self.read(*message)),
            Instr::ParallelFor { plan } => {
                if let Plan::Parallel { iterable, .. } = self.program.plan(*plan) {
                    self.contents(self.read(*iterable));
                }
            }
            Instr::CallNative { native, args, .. } => {
                let program = self.program;
                self.native(native.0, program.list(*args));
            }
            _ => {}
        }
    }

    fn index(&mut self, base: Slot, index: Slot, deed: Deed) {
        let (base, index) = (self.read(base), self.read(index));
        let Value::Owned(id) = base else { return };
        match (self.machine.heap.object(*id).elements(), index) {
            (Some(count), Value::Int(at)) => match usize::try_from(*at) {
                Ok(at) if at < count => self.touch(*id, Part::Element(at), deed),
                _ => self.touch(*id, Part::Whole, Deed::Reads),
            },
            _ => self.touch(*id, Part::Whole, deed),
        }
    }

    fn next(&mut self, iterator: &Value) {
        let Value::Iterator(iter) = iterator else { return };
        let Value::Owned(id) = iter.over else { return };
        let part = match self.machine.heap.object(id).elements() {
            Some(count) if (iter.position as usize) < count => {
                Part::Element(iter.position as usize)
            }
            _ => Part::Whole,
        };
        self.touch(id, part, Deed::Reads);
    }

    /// What the machine itself does with the arguments of a native.
    fn native(&mut self, native: Intrinsic, args: &[Slot]) {
        use Intrinsic::*;
        let arg = |at: usize| args.get(at).map(|slot| self.read(*slot));
        let (first, second) = (arg(0), arg(1));
        let (machine, fiber) = (self.machine, self.fiber);
        let all = args.iter().map(move |slot| machine.read(fiber, *slot));
        match native {
            Len => self.maybe(first, |of, value| of.owned(value, Part::Whole, Deed::Reads)),
            Print | Eprint | Panic | ToStr => all.for_each(|it| self.everything(it)),
            MutableListSnapshot | MutableMapSnapshot | MutableSetSnapshot => {
                self.maybe(first, Self::containers)
            }
            MutableListFreeze | MutableMapFreeze | MutableSetFreeze => {
                self.maybe(first, Self::containers);
                self.maybe(first, |of, value| of.owned(value, Part::Whole, Deed::Changes));
                self.maybe(first, Self::gives);
            }
            MutexNew | RwlockNew => self.maybe(first, Self::gives),
            MutableListExtend | MutableMapUpdate | MutableSetUpdate | MutableListArrange => {
                self.maybe(second, Self::contents);
                self.maybe(first, |of, value| of.owned(value, Part::Whole, Deed::Changes));
            }
            MutableListAppend | MutableListInsert | MutableListPop | MutableListRemove
            | MutableListClear | MutableListSort | MutableListReverse | MutableMapSetdefault
            | MutableMapPop | MutableMapPopitem | MutableMapRemove | MutableMapDiscard
            | MutableMapClear | MutableSetAdd | MutableSetRemove | MutableSetDiscard
            | MutableSetPop | MutableSetClear | ListCollect => {
                self.maybe(first, |of, value| of.owned(value, Part::Whole, Deed::Changes))
            }
            AssertEq => {}
            // What is looked for, added or taken as a key or a default is not looked into.
            ListIndex | ListCount | ListAppend | ListInsert | ListRemove | MapGet | MapRemove
            | MapDiscard | SetAdd | SetRemove | SetDiscard => self.maybe(first, Self::contents),
            _ => match native.family() {
                Family::Walks
                | Family::Str
                | Family::Bytes
                | Family::List
                | Family::Map
                | Family::Set
                | Family::Parallel => all.for_each(|value| self.contents(value)),
                _ if native == JoinAll => self.maybe(first, Self::contents),
                _ => {}
            },
        }
    }

    /// The value is no longer the running task's.
    fn gives(&mut self, value: &Value) {
        let by = self.races.current();
        self.races.given(&self.machine.heap, std::slice::from_ref(value), by);
    }

    fn maybe(&mut self, value: Option<&'a Value>, note: impl FnOnce(&mut Self, &'a Value)) {
        if let Some(value) = value {
            note(self, value);
        }
    }

    /// What is directly in a container is read, or in the one that an iterator walks.
    fn contents(&mut self, value: &Value) {
        self.contents_within(value, |length| (0, length));
    }

    /// The same, of a list with so many elements those of a part.
    fn contents_within(&mut self, value: &Value, part: impl FnOnce(usize) -> (usize, usize)) {
        match value {
            Value::Owned(id) => {
                let object = self.machine.heap.object(*id);
                let part = match (object, object.elements()) {
                    (_, Some(length)) => {
                        let (start, end) = part(length);
                        Part::Elements { start, end }
                    }
                    (Object::Map(_) | Object::Set(_), None) => Part::Whole,
                    _ => return,
                };
                self.touch(*id, part, Deed::Reads);
            }
            Value::Iterator(iter) => self.contents_within(&iter.over, part),
            _ => {}
        }
    }

    /// Containers in containers are read, as `snapshot` does.
    fn containers(&mut self, value: &Value) {
        self.deep(value, |value| matches!(value, Value::Owned(_)), false);
    }

    /// All that the value reaches is read, as printing does; what synchronises seals what it holds.
    fn everything(&mut self, value: &Value) {
        self.deep(value, |value| value.holds_values() || matches!(value, Value::Owned(_)), true);
    }

    fn deep(&mut self, value: &Value, follows: impl Fn(&Value) -> bool, structs: bool) {
        let (machine, mut seen) = (self.machine, FxHashSet::default());
        let mut shared = FxHashSet::default();
        let mut rest = vec![value];
        while let Some(value) = rest.pop() {
            if value.address().is_some_and(|address| !shared.insert(address)) {
                continue;
            }
            if let Value::Owned(id) = value {
                if !seen.insert(*id) {
                    continue;
                }
                match machine.heap.object(*id) {
                    Object::Struct(_, fields) if structs => {
                        for at in 0..fields.len() {
                            self.touch(*id, Part::Field(at), Deed::Reads);
                        }
                    }
                    _ => self.contents(value),
                }
            }
            parts(&machine.heap, value, structs, &mut |part| {
                if follows(part) {
                    rest.push(part);
                }
            });
        }
    }

    fn owned(&mut self, value: &Value, part: Part, deed: Deed) {
        if let Value::Owned(id) = value {
            self.touch(*id, part, deed);
        }
    }

    fn touch(&mut self, id: ObjectId, part: Part, deed: Deed) {
        let (program, fiber) = (self.program, self.fiber);
        let here = || spot(program, fiber);
        self.races.touch(program, &self.machine.heap, (id, part, deed), here);
    }

    fn read(&self, slot: Slot) -> &'a Value {
        self.machine.read(self.fiber, slot)
    }
}

/// The values directly in a value, of structs only if they count.
fn parts<'a>(heap: &'a Heap, value: &'a Value, structs: bool, visit: &mut dyn FnMut(&'a Value)) {
    match value {
        Value::List(cells)
        | Value::Tuple(cells)
        | Value::Some(cells)
        | Value::Ok(cells)
        | Value::Err(cells) => cells.iter().for_each(visit),
        Value::Struct(of) => of.fields.iter().for_each(visit),
        Value::Variant(of) => of.fields.iter().for_each(visit),
        Value::Map(map) => map.values().for_each(visit),
        Value::Owned(id) => match heap.object(*id) {
            Object::List(items) => items.iter().for_each(visit),
            Object::Struct(_, fields) if structs => fields.iter().for_each(visit),
            Object::Map(map) => map.values().for_each(visit),
            Object::Struct(..) | Object::Set(_) | Object::Flags(_) | Object::Frozen(_) => {}
        },
        _ => {}
    }
}
