//! Parallel loops: chunks as tasks of a hidden scope, results in order.
//!
//! How a loop is cut depends on its length alone, so that task numbers and the tree of a
//! reduction are the same for any number of processors. A failure cancels the chunks after it and
//! lets those before it go on: the one that counts is the first in index order.

use std::rc::Rc;
use std::sync::Arc;

use super::Scope;
use crate::bounds::PARALLEL_CHUNKS_MAX;
use crate::failure::{Failure, Fallible};
use crate::machine::Machine;
use crate::task::TaskResult;
use crate::value::{Function, ScopeRef, TaskId, Value};

/// What a parallel loop does with its elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ParallelKind {
    For,
    Map,
    Reduce,
}

/// A running parallel loop.
#[derive(Clone, Debug)]
pub(crate) struct Parallel {
    pub(crate) kind: ParallelKind,
    pub(crate) function: Rc<Function>,
    /// What each chunk gave, by its position.
    pub(crate) results: Vec<Option<Value>>,
    /// Where a reduction begins; taken when its chunks' results are combined.
    pub(crate) start: Option<Value>,
    pub(crate) failure: Option<(u32, Arc<Failure>)>,
    /// The keys of this stage's children start after this one.
    first_key: u32,
}

/// One task's share of a parallel loop.
#[derive(Clone, Debug)]
pub(crate) struct Chunk {
    pub(crate) kind: ParallelKind,
    pub(crate) function: Rc<Function>,
    pub(crate) items: Rc<Vec<Value>>,
    pub(crate) next: usize,
    pub(crate) end: usize,
    /// The rounds' results; for a reduction, the one so far.
    pub(crate) results: Vec<Value>,
}

impl Chunk {
    /// The arguments of the next round, if there is one.
    pub(crate) fn next_round(&mut self) -> Option<Vec<Value>> {
        if self.kind == ParallelKind::Reduce && self.results.is_empty() && self.next < self.end {
            self.results.push(self.items[self.next].clone());
            self.next += 1;
        }
        if self.next >= self.end {
            return None;
        }
        let item = self.items[self.next].clone();
        self.next += 1;
        let mut args = match self.kind {
            ParallelKind::Reduce => self.results.pop().into_iter().collect(),
            ParallelKind::For | ParallelKind::Map => Vec::new(),
        };
        args.push(item);
        args.extend(self.function.captures.iter().cloned());
        Some(args)
    }

    pub(crate) fn round_gave(&mut self, value: Value) {
        if self.kind != ParallelKind::For {
            self.results.push(value);
        }
    }

    pub(crate) fn result(&mut self) -> Value {
        match self.kind {
            ParallelKind::For => Value::Unit,
            ParallelKind::Map => Value::list(std::mem::take(&mut self.results)),
            ParallelKind::Reduce => self.results.pop().unwrap_or(Value::Unit),
        }
    }
}

impl Machine {
    /// Cuts the elements into chunks and starts a task for each.
    pub(crate) fn start_parallel(
        &mut self,
        owner: TaskId,
        kind: ParallelKind,
        function: Rc<Function>,
        items: Vec<Value>,
        start: Option<Value>,
    ) -> Fallible<ScopeRef> {
        let mut scope = Scope::new(owner);
        let parallel =
            Parallel { kind, function, results: Vec::new(), start, failure: None, first_key: 1 };
        scope.parallel = Some(Box::new(parallel));
        let of = self.scopes.open(scope);
        let chunks = items.len().min(PARALLEL_CHUNKS_MAX);
        self.start_chunks(of, owner, items, chunks)?;
        Ok(of)
    }

    fn start_chunks(
        &mut self,
        of: ScopeRef,
        owner: TaskId,
        items: Vec<Value>,
        chunks: usize,
    ) -> Fallible<()> {
        let items = Rc::new(items);
        let scope = self.scope(of)?;
        let first_key = scope.spawned + 1;
        let Some(parallel) = scope.parallel.as_mut() else { return Ok(()) };
        parallel.results = vec![None; chunks];
        parallel.first_key = first_key;
        let (kind, function) = (parallel.kind, parallel.function.clone());
        for chunk in 0..chunks {
            let (next, end) = (items.len() * chunk / chunks, items.len() * (chunk + 1) / chunks);
            let task = self.new_child(owner, Some(of))?;
            self.tasks.get_mut(task.0).chunk = Some(Box::new(Chunk {
                kind,
                function: function.clone(),
                items: items.clone(),
                next,
                end,
                results: Vec::new(),
            }));
            self.begin_child(owner, task);
        }
        Ok(())
    }

    pub(super) fn chunk_ended(&mut self, of: ScopeRef, key: u32, result: &TaskResult) {
        let Some(scope) = self.scopes.get_mut(of) else { return };
        let Some(parallel) = &mut scope.parallel else { return };
        match result {
            TaskResult::Value(value) => {
                if let Some(slot) = parallel.results.get_mut((key - parallel.first_key) as usize) {
                    *slot = Some(value.clone());
                }
            }
            TaskResult::Failed(failure) => {
                if parallel.failure.as_ref().is_none_or(|(first, _)| key < *first) {
                    parallel.failure = Some((key, failure.clone()));
                }
                let after: Vec<TaskId> = scope.children.starting_at(key).collect();
                after.into_iter().for_each(|task| self.cancel(task));
            }
            TaskResult::Cancelled => {}
        }
    }

    /// All chunks have ended: the loop's value, or none when a last stage was started.
    pub(crate) fn finish_parallel(
        &mut self,
        of: ScopeRef,
        owner: TaskId,
    ) -> Fallible<Option<Value>> {
        let scope = self.scope(of)?;
        let Some(parallel) = scope.parallel.as_mut() else { return Ok(Some(Value::Unit)) };
        if let Some((_, failure)) = &parallel.failure {
            return Err(Box::new((**failure).clone()));
        }
        let results = std::mem::take(&mut parallel.results).into_iter().flatten();
        Ok(match parallel.kind {
            ParallelKind::For => Some(Value::Unit),
            ParallelKind::Map => Some(Value::list(results.flat_map(elements).collect())),
            ParallelKind::Reduce => match parallel.start.take() {
                Some(start) => {
                    if let Some(races) = &mut self.races {
                        races.scope_ended(of, owner);
                    }
                    let items = std::iter::once(start).chain(results).collect();
                    self.start_chunks(of, owner, items, 1)?;
                    None
                }
                None => results.last(),
            },
        })
    }
}

fn elements(list: Value) -> Vec<Value> {
    match list {
        Value::List(items) => {
            Rc::try_unwrap(items).map_or_else(|items| items.to_vec(), |items| items.into_vec())
        }
        _ => Vec::new(),
    }
}
