//! Steps that take long: they ask now and then whether they are to go on.
//!
//! A step is made before anybody else has a turn, and one over millions of values takes seconds. So whoever looks at many
//! says so here, and is stopped when somebody interrupts the run or its steps are used up: each [`LOOK_VALUES`] values
//! are as much as a step. Invariants: a step that is stopped has done nothing yet, and the place in the run where one was
//! is in the schedule, so that a replay stops it there.

use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::bounds::LOOK_VALUES;
use crate::failure::{FailureKind, Fallible, fail};

thread_local! {
    /// How many values were looked at since it was last asked whether to go on.
    static VALUES: Cell<usize> = const { Cell::new(0) };
    /// The turn that goes on.
    static GOING: Cell<Going> = const { Cell::new(Going { looks: 0, looks_max: u64::MAX, stops_at: 0, stopped: None }) };
    /// Raised from outside when the run is to end.
    static FLAG: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

#[derive(Clone, Copy, Debug)]
struct Going {
    /// How often it was asked in this run.
    looks: u64,
    /// By then the run's steps are used up.
    looks_max: u64,
    /// The look at which a step was stopped when it was recorded; none is the 0th.
    stops_at: u64,
    stopped: Option<Stopped>,
}

/// Why a step does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// Somebody interrupts the run.
    Interrupted,
    /// The run has no steps left.
    Exhausted,
}

/// So many values more are looked at; fails when the step is to be stopped.
#[inline]
pub(crate) fn look_at(values: usize) -> Fallible<()> {
    match looked_at(values) < LOOK_VALUES {
        true => Ok(()),
        false => look(),
    }
}

/// The same where nothing can be stopped.
#[inline]
pub(crate) fn looked_at(values: usize) -> usize {
    let all = VALUES.get().saturating_add(values);
    VALUES.set(all);
    all
}

/// Values one by one, until the step is to be stopped.
pub(crate) fn paced<T>(values: impl Iterator<Item = T>) -> impl Iterator<Item = Fallible<T>> {
    values.map(|value| look_at(1).map(|()| value))
}

#[cold]
#[inline(never)]
fn look() -> Fallible<()> {
    let values = VALUES.get();
    VALUES.set(values % LOOK_VALUES);
    let mut going = GOING.get();
    going.looks += (values / LOOK_VALUES) as u64;
    going.stopped = if going.stopped.is_some() {
        going.stopped
    } else if going.looks > going.looks_max {
        Some(Stopped::Exhausted)
    } else if going.stops_at > 0 && going.looks >= going.stops_at || is_flagged() {
        Some(Stopped::Interrupted)
    } else {
        None
    };
    GOING.set(going);
    match going.stopped {
        Some(_) => fail(FailureKind::Cancelled, "this was stopped before it was done"),
        None => Ok(()),
    }
}

fn is_flagged() -> bool {
    let is_raised = |flag: &Arc<AtomicBool>| flag.load(Ordering::Relaxed);
    FLAG.with_borrow(|flag| flag.as_ref().is_some_and(is_raised))
}

/// What a run has of it between its turns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace {
    looks: u64,
    /// Values that were looked at since the last look.
    values: usize,
    flag: Option<Arc<AtomicBool>>,
    stops_at: Option<u64>,
}

impl Pace {
    /// Of a run that whoever raises the flag wants to end.
    pub(crate) fn of(flag: Option<Arc<AtomicBool>>) -> Self {
        Self { flag, ..Self::default() }
    }

    /// Of one that is made again.
    pub(crate) fn recorded(stopped_at: Option<u64>) -> Self {
        Self { stops_at: stopped_at, ..Self::default() }
    }

    /// What is looked at from now on counts for this run, which has so many steps left.
    pub(crate) fn begin_turn(&self, steps_left: u64) {
        VALUES.set(self.values);
        FLAG.set(self.flag.clone());
        GOING.set(Going {
            looks: self.looks,
            looks_max: self.looks.saturating_add(steps_left),
            stops_at: self.stops_at.unwrap_or(0),
            stopped: None,
        });
    }

    /// Gives how many steps' worth of values were looked at.
    pub(crate) fn end_turn(&mut self) -> u64 {
        let looks = GOING.get().looks - self.looks;
        (self.looks, self.values) = (GOING.get().looks, VALUES.get());
        VALUES.set(0);
        FLAG.set(None);
        GOING.set(Going { looks: 0, looks_max: u64::MAX, stops_at: 0, stopped: None });
        looks
    }

    /// How often it was asked, up to the turn that goes on.
    pub(crate) fn looks(&self) -> u64 {
        self.looks
    }

    /// Whether the last failure was one of being stopped.
    pub(crate) fn stopped(&self) -> Option<Stopped> {
        GOING.get().stopped
    }

    /// Somebody interrupts the run, which stops no further step. Gives the look at which that is.
    pub(crate) fn hear(&mut self) -> u64 {
        (self.flag, self.stops_at) = (None, None);
        FLAG.set(None);
        let going = GOING.get();
        GOING.set(Going { stops_at: 0, stopped: None, ..going });
        going.looks
    }
}
