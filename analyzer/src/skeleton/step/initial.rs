//! The first state: the root at its entry, and what it is given.

use super::Machine;
use crate::mir::Local;
use crate::skeleton::graph::{Kind, LocalFact, ObjectType, RoutineId};
use crate::skeleton::state::value::Value;
use crate::skeleton::state::{Constants, Frame, Made, Object, ObjectKind, Reach, State, Task};

impl Machine<'_> {
    /// The root at its entry, its parameters unknown but fixed.
    pub(in crate::skeleton) fn initial(self) -> State {
        let root = self.skeleton.routine(RoutineId(0));
        let mut given = Given { symbols: root.inputs, objects: Vec::new() };
        let inputs = (0..root.inputs).zip(&root.locals);
        let args: Vec<Value> = inputs.map(|(input, of)| given.value(input, of)).collect();
        let frame = Frame::new(self.skeleton, RoutineId(0), &args);
        let constants = vec![Value::Unknown; self.skeleton.constants.len()];
        let constants = Constants(constants.into());
        let mut state = State {
            tasks: vec![Task::new(root.name.clone(), None, frame, constants).into()],
            objects: given.objects.into_iter().map(Into::into).collect(),
            facts: Vec::new(),
            symbols: given.symbols,
            uncertain: false,
            picked: false,
            unseen: false,
            misuse: None,
        };
        self.make_constants(&mut state);
        state
    }

    /// Makes what the program's constants hold, before anything else.
    fn make_constants(self, state: &mut State) {
        for (place, (_, routine)) in self.skeleton.constants.iter().enumerate() {
            let frames = state.tasks[0].frames.len();
            state.tasks[0].frames.push(Frame::new(self.skeleton, *routine, &[]));
            let value = self.result(state, 0, frames + 1).unwrap_or(Value::Unknown);
            state.tasks[0].frames.truncate(frames);
            let mut constants = state.tasks[0].constants.0.to_vec();
            constants[place] = value;
            state.tasks[0].constants = Constants(constants.into());
        }
    }
}

/// What comes from outside.
struct Given {
    symbols: u32,
    objects: Vec<Object>,
}

impl Given {
    fn value(&mut self, input: u32, of: &LocalFact) -> Value {
        match (of.kind, of.object) {
            (Kind::Owned | Kind::List, _) => Value::Unknown,
            (_, Some(object)) => self.object(object, Made::Given(Local(input))),
            (_, None) if !of.parts.is_empty() => {
                let parts =
                    (0..).zip(&of.parts).map(|(field, part)| match (part.kind, part.object) {
                        (Kind::Owned | Kind::List, _) => Value::Unknown,
                        (_, Some(object)) => self.object(object, Made::Part(Local(input), field)),
                        (kind, None) => self.symbol(kind),
                    });
                Value::Tuple(parts.collect())
            }
            (kind, None) => Value::Symbol(input, kind),
        }
    }

    fn symbol(&mut self, kind: Kind) -> Value {
        self.symbols += 1;
        Value::Symbol(self.symbols - 1, kind)
    }

    fn object(&mut self, of: ObjectType, made: Made) -> Value {
        let kind = match of {
            ObjectType::Channel => {
                ObjectKind::Channel { capacity: 0, queue: Vec::new(), closed: false, closer: None }
            }
            ObjectType::Lock => ObjectKind::Lock {
                permits: 1,
                holders: Vec::new(),
                queued: Vec::new(),
                before: true,
                guards: Value::Unknown,
            },
        };
        self.objects.push(Object { made, reach: Reach::Outside, kind });
        Value::Object(self.objects.len() as u32 - 1)
    }
}
