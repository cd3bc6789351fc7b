//! The race detector: whether two accesses to an owned value, one of them a change, are ordered by
//! anything but the chance of the schedule.
//!
//! It is FastTrack (Flanagan and Freund, PLDI 2009): each thread has a vector clock, each thing that
//! orders threads carries clocks from one to another, and each part of each owned value remembers the
//! last change and the last read as an epoch, a moment of one thread, which one comparison can tell from
//! all later ones. Only reads that are not ordered among themselves are remembered one by one.
//!
//! ```text
//!   vm ── this instruction touches that part ──▶ shadow ──▶ the earlier access, if unordered ──▶ report
//!   sync ── spawn, join, send, unlock, … ──────▶ order  ──▶ the clocks of threads
//! ```
//!
//! What it departs from: the paper's threads are given, ours are many and short, so [`threads`] gives
//! their numbers on; and each iteration of a parallel loop is a thread, whatever task runs it.
//!
//! Not here: the run goes the same way with the detector as without, and ends where it would.
//! Invariant: what the machine does not tell of orders nothing.

mod cell;
mod clock;
mod held;
mod moves;
mod order;
mod parts;
mod report;
mod row;
mod shadow;
mod threads;

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::heap::{Heap, Marks, Object};
use crate::program::{CodeId, Place, Program};
use crate::value::{ObjectId, SyncId, TaskId};
use clock::Clock;
use held::Held;
use moves::Moves;
use order::Left;
use shadow::{Access, Earlier, Shadow};
use threads::{Life, Slots};

pub use report::{Race, RaceAccess, Use};
pub(crate) use shadow::{Deed, Part, Spot};

/// How many races of one run are reported.
const RACES_MAX: usize = 64;

/// The detector's state.
#[derive(Clone, Debug)]
pub(crate) struct Races {
    /// By task.
    threads: Vec<Thread>,
    slots: Slots,
    left: Left,
    /// By object.
    shadows: Vec<Shadow>,
    held: Held,
    current: TaskId,
    /// How many tasks were started.
    started: u32,
    here: Spot,
    found: Vec<Race>,
    /// Uses of what was given away, if they are looked for.
    moves: Option<Moves>,
    /// The pairs of places that were reported.
    known: FxHashSet<(Spot, Spot)>,
}

/// A thread: what its task does now.
#[derive(Clone, Debug)]
struct Thread {
    clock: Clock,
    /// What was known when its task was started.
    origin: Clock,
    /// The index of the set of locks that it holds.
    held: u32,
    /// Which task it is of all that ever were.
    serial: u32,
}

impl Thread {
    fn new(clock: Clock) -> Self {
        Self { clock, origin: Clock::nobody(), held: 0, serial: 0 }
    }

    fn idle() -> Self {
        Self::new(Clock::nobody())
    }
}

impl Races {
    pub(crate) fn new(main: TaskId, moves: bool) -> Self {
        let mut slots = Slots::default();
        let life = Life { task: Arc::from("main"), iteration: None, started: Spot::NOWHERE };
        let clock = Clock::new(slots.begin(&Clock::nobody(), life));
        let mut threads = vec![Thread::idle(); main.0 as usize];
        threads.push(Thread::new(clock));
        Self {
            threads,
            slots,
            left: Left::default(),
            shadows: Vec::new(),
            held: Held::default(),
            current: main,
            here: Spot::NOWHERE,
            found: Vec::new(),
            moves: moves.then(Moves::default),
            started: 0,
            known: FxHashSet::default(),
        }
    }

    /// The running task touches a part of an object; `spot` says where, if that matters.
    pub(crate) fn touch(
        &mut self,
        program: &Program,
        heap: &Heap,
        (object, part, deed): (ObjectId, Part, Deed),
        spot: impl Fn() -> Spot,
    ) {
        let at = object.0 as usize;
        if at >= self.shadows.len() {
            self.shadows.resize_with(at + 1, Shadow::default);
        }
        let Thread { clock, held, serial, .. } = &self.threads[self.current.0 as usize];
        let access = || Access { epoch: clock.now, spot: spot(), held: *held };
        if let Some(moves) = &mut self.moves
            && moves.is_gone(object, *serial)
        {
            let task = self.slots.life(clock.now).map(|life| life.task.to_string());
            moves.uses.push((task.unwrap_or_default(), spot()));
        }
        if let Some((part, earlier)) = self.shadows[at].touch(part, deed, clock, &access) {
            let access = access();
            self.report(program, heap, (object, part), earlier, Earlier { access, deed });
        }
    }

    fn report(
        &mut self,
        program: &Program,
        heap: &Heap,
        (object, part): (ObjectId, Part),
        first: Earlier,
        second: Earlier,
    ) {
        let pair = (first.access.spot, second.access.spot);
        if self.found.len() >= RACES_MAX || !self.known.insert(pair) {
            return;
        }
        let what = described(program, heap.object(object), part);
        let (first, second) = (self.side(program, first), self.side(program, second));
        self.found.push(Race { what, first, second });
    }

    fn side(&self, program: &Program, of: Earlier) -> RaceAccess {
        let life = self.slots.life(of.access.epoch);
        let started = life.and_then(|life| place(program, life.started));
        RaceAccess {
            task: life.map_or("a task that has ended", |life| &life.task).to_owned(),
            iteration: life.and_then(|life| life.iteration),
            changes: of.deed == Deed::Changes,
            // A task that is one call of the machine's own is where it was started.
            place: place(program, of.access.spot).or(started.clone()),
            held: self.held.names_of(of.access.held),
            started,
        }
    }

    /// What a lock is called where it is taken.
    pub(crate) fn name_lock(&mut self, id: SyncId, name: &str) {
        self.held.name(id, name);
    }

    /// Forgets what no task can reach any more.
    pub(crate) fn sweep(&mut self, marks: &Marks) {
        for (object, shadow) in self.shadows.iter_mut().enumerate() {
            if !marks.has_object(ObjectId(object as u32)) {
                *shadow = Shadow::default();
            }
        }
        self.left.retain(|id| marks.has_sync(id));
        if let Some(moves) = &mut self.moves {
            moves.retain(|id| marks.has_object(id));
        }
        self.held.retain_names(|id| marks.has_sync(id));
    }

    /// The races that were found, and no longer by this one.
    pub(crate) fn take_found(&mut self) -> Vec<Race> {
        std::mem::take(&mut self.found)
    }

    /// The uses of what was given away, and no longer by this one.
    pub(crate) fn take_uses(&mut self, program: &Program) -> Vec<Use> {
        let uses = self.moves.as_mut().map(|moves| std::mem::take(&mut moves.uses));
        let uses = uses.unwrap_or_default().into_iter();
        uses.map(|(task, spot)| Use { task, place: place(program, spot) }).collect()
    }

    fn thread(&mut self, task: TaskId) -> &mut Thread {
        &mut self.threads[task.0 as usize]
    }
}

fn place(program: &Program, spot: Spot) -> Option<Place> {
    match spot {
        Spot::NOWHERE => None,
        Spot { code, pc } => program.place(CodeId(code), pc).cloned(),
    }
}

/// What people call a part of an object.
fn described(program: &Program, object: &Object, part: Part) -> String {
    match (object, part) {
        (Object::List(_) | Object::Flags(_), Part::Element(at)) => {
            format!("element {at} of a mutable list")
        }
        (Object::List(_) | Object::Flags(_), _) => "a mutable list".to_owned(),
        (Object::Map(_), _) => "a mutable map".to_owned(),
        (Object::Set(_), _) => "a mutable set".to_owned(),
        (Object::Struct(ty, _), Part::Field(at)) => {
            let of = program.ty(*ty);
            let field = of.fields.get(at).map_or("?", |field| field);
            format!("field `{field}` of a `{}`", of.name)
        }
        (Object::Struct(ty, _), _) => format!("a `{}`", program.ty(*ty).name),
        (Object::Frozen(noun), _) => format!("a frozen {noun}"),
    }
}
