//! Mutexes: one holder, who has what is guarded.

use std::collections::VecDeque;

use super::LockWaiter;
use crate::value::{TaskId, Value};

/// A mutex and what it guards.
#[derive(Clone, Debug)]
pub(crate) struct Mutex {
    pub(crate) value: Value,
    pub(crate) holder: Option<TaskId>,
    pub(crate) waiters: VecDeque<LockWaiter>,
}

impl Mutex {
    pub(crate) fn new(value: Value) -> Self {
        Self { value, holder: None, waiters: VecDeque::new() }
    }
}
