//! Read-write locks: many readers or one writer; a read waits behind a writer that waits.

use std::collections::VecDeque;

use super::LockWaiter;
use crate::value::{TaskId, Value};

/// A read-write lock and what it guards.
#[derive(Clone, Debug)]
pub(crate) struct Rwlock {
    pub(crate) value: Value,
    pub(crate) readers: Vec<TaskId>,
    pub(crate) writer: Option<TaskId>,
    pub(crate) waiters: VecDeque<LockWaiter>,
}

impl Rwlock {
    pub(crate) fn new(value: Value) -> Self {
        Self { value, readers: Vec::new(), writer: None, waiters: VecDeque::new() }
    }
}
