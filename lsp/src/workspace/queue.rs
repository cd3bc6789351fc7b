//! Work on several threads, some of which needs other work to be done before.
//!
//! What it is not: what the work is. Invariant: no work begins before all that it needs has ended, and every
//! thread works or waits for one that does. Nobody would wake those who wait for work that panicked, so whoever
//! brings it catches that.

use std::num::NonZeroUsize;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use weir_analyzer::Database;

use crate::threads;

/// Does all work, by its number: what each needs stands before it.
pub(super) fn in_order(
    needs: &[&[usize]],
    db: &Database,
    threads: NonZeroUsize,
    work: impl Fn(&Database, usize) + Sync,
) {
    let queue = Queue::new(needs);
    thread::scope(|scope| {
        for _ in 1..threads.get() {
            let (db, queue, work) = (db.clone(), &queue, &work);
            let helper = threads::for_analysis("weir analysis");
            // A thread that cannot be started is one helper less.
            let _ = helper.spawn_scoped(scope, move || queue.take_all(|number| work(&db, number)));
        }
        queue.take_all(|number| work(db, number));
    });
}

/// What is left to be done.
struct Queue {
    state: Mutex<State>,
    /// Told when something can begin, and when all is done.
    changed: Condvar,
    /// By number, the work that needs it.
    needed_by: Vec<Vec<usize>>,
}

struct State {
    /// What can begin; the last one first, for it is likely to need what was done just now.
    ready: Vec<usize>,
    /// By number, how much of what it needs is not done.
    waits_for: Vec<usize>,
    /// How much has not ended.
    left: usize,
}

impl Queue {
    fn new(needs: &[&[usize]]) -> Self {
        let mut needed_by = vec![Vec::new(); needs.len()];
        for (number, needs) in needs.iter().enumerate() {
            needs.iter().for_each(|needed| needed_by[*needed].push(number));
        }
        let waits_for: Vec<usize> = needs.iter().map(|needs| needs.len()).collect();
        let ready = (0..needs.len()).rev().filter(|number| waits_for[*number] == 0).collect();
        let state = Mutex::new(State { ready, waits_for, left: needs.len() });
        Self { state, changed: Condvar::new(), needed_by }
    }

    fn take_all(&self, work: impl Fn(usize)) {
        while let Some(number) = self.next() {
            work(number);
            self.done(number);
        }
    }

    fn next(&self) -> Option<usize> {
        let is_idle = |state: &mut State| state.ready.is_empty() && state.left > 0;
        let state = self.changed.wait_while(self.state(), is_idle);
        state.unwrap_or_else(PoisonError::into_inner).ready.pop()
    }

    fn done(&self, number: usize) {
        let mut state = self.state();
        state.left -= 1;
        for waiting in &self.needed_by[number] {
            state.waits_for[*waiting] -= 1;
            if state.waits_for[*waiting] == 0 {
                state.ready.push(*waiting);
            }
        }
        let is_news = state.left == 0 || state.ready.len() > 1;
        drop(state);
        if is_news {
            self.changed.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn what_is_needed_ends_before() {
        let needs: Vec<Vec<usize>> =
            (0..300).map(|number| (number / 7 * 6..number).step_by(5).collect()).collect();
        let needs: Vec<&[usize]> = needs.iter().map(Vec::as_slice).collect();
        for threads in 1..4 {
            let ended = Mutex::new(BTreeSet::new());
            let threads = NonZeroUsize::new(threads).unwrap();
            in_order(&needs, &Database::default(), threads, |_, number| {
                assert!(needs[number].iter().all(|needed| ended.lock().unwrap().contains(needed)));
                ended.lock().unwrap().insert(number);
            });
            assert_eq!(ended.lock().unwrap().len(), needs.len());
        }
    }
}
