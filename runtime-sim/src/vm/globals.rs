//! Constants, which are computed when they are first needed, and names that a task has values of its own for.

use std::rc::Rc;

use crate::engine::Doors;
use crate::failure::{FailureKind, Fallible, fail};
use crate::machine::{Global, Machine};
use crate::program::{GlobalId, Program};
use crate::task::{Fiber, Open};
use crate::value::Value;
use crate::vm::Turn;

impl Machine {
    pub(super) fn bind_task_local(
        &mut self,
        fiber: &mut Fiber,
        turn: &Turn,
        global: GlobalId,
        value: Value,
    ) {
        let task = self.tasks.get_mut(turn.task.0);
        let before = task.locals.clone();
        let mut locals = before.as_deref().cloned().unwrap_or_default();
        locals.push((global, value));
        task.locals = Some(Rc::new(locals));
        if let Some(extra) = fiber.extra() {
            extra.open.push(Open::TaskLocal { before });
        }
    }

    /// The value of a constant or of an unbound tasklocal, computed when it is first needed.
    pub(crate) fn global(
        &mut self,
        program: &Program,
        turn: &mut Turn,
        doors: &mut Doors<'_>,
        global: GlobalId,
    ) -> Fallible<Value> {
        let info = &program.globals[global.index()];
        match &self.globals[global.index()] {
            Global::Ready(value) => return Ok(value.clone()),
            Global::Running => {
                return fail(
                    FailureKind::Error,
                    format!("the value of `{}` needs itself", info.name),
                );
            }
            Global::Pending => {}
        }
        self.globals[global.index()] = Global::Running;
        let value = self.evaluate(program, turn, doors, info.code, Vec::new())?;
        self.globals[global.index()] = Global::Ready(value.clone());
        Ok(value)
    }
}
