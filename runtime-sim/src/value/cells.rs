//! A fixed or growing row of values whose drop is a loop, however deep they are nested.

use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use super::Value;

/// A row of values.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells(Vec<Value>);

impl Cells {
    pub(crate) fn one(value: Value) -> Self {
        Self(vec![value])
    }

    /// The values themselves; nothing is left to drop.
    pub(crate) fn into_vec(mut self) -> Vec<Value> {
        std::mem::take(&mut self.0)
    }
}

impl From<Vec<Value>> for Cells {
    fn from(values: Vec<Value>) -> Self {
        Self(values)
    }
}

impl Deref for Cells {
    type Target = Vec<Value>;

    fn deref(&self) -> &Vec<Value> {
        &self.0
    }
}

impl DerefMut for Cells {
    fn deref_mut(&mut self) -> &mut Vec<Value> {
        &mut self.0
    }
}

impl Drop for Cells {
    fn drop(&mut self) {
        if !self.0.iter().any(Value::holds_values) {
            return;
        }
        let mut rest = std::mem::take(&mut self.0);
        while let Some(mut value) = rest.pop() {
            dismantle(&mut value, &mut rest);
        }
    }
}

/// Moves what only this value holds to `rest`, so that its own drop finds nothing.
fn dismantle(value: &mut Value, rest: &mut Vec<Value>) {
    match value {
        Value::List(cells)
        | Value::Tuple(cells)
        | Value::Some(cells)
        | Value::Ok(cells)
        | Value::Err(cells) => take(Rc::get_mut(cells), rest),
        Value::Struct(of) => take(Rc::get_mut(of).map(|of| &mut of.fields), rest),
        Value::Variant(of) => take(Rc::get_mut(of).map(|of| &mut of.fields), rest),
        Value::Function(of) => take(Rc::get_mut(of).map(|of| &mut of.captures), rest),
        Value::Map(map) => {
            if let Some(map) = Rc::get_mut(map) {
                for (key, value) in map.drain(..) {
                    rest.push(key.0);
                    rest.push(value);
                }
            }
        }
        Value::Set(set) => {
            if let Some(set) = Rc::get_mut(set) {
                rest.extend(set.drain(..).map(|key| key.0));
            }
        }
        _ => {}
    }
}

fn take(cells: Option<&mut Cells>, rest: &mut Vec<Value>) {
    if let Some(cells) = cells {
        rest.append(&mut cells.0);
    }
}
