//! The states of an object's parts, one by one or, of a long list, by what its elements have in common.
//!
//! Most elements of a long list were touched by one thread at a few places, so few of their states differ. Those are
//! there once, and an element has the number of its own in one byte. Not here: what a touch does to a state.
//! Invariant: every part is in the state that it would have by itself.

use super::cell::Cell;
use super::clock::Clock;
use super::shadow::{Access, Deed, Earlier};

/// So many parts are written out in any case.
const PARTS_FEW: usize = 64;

/// With more states than these, each part has its own.
const STATES_MAX: usize = 128;

/// The parts of an object.
#[derive(Clone, Debug)]
pub(super) enum Parts {
    Each(Vec<Cell>),
    Alike(Box<Alike>),
}

/// Parts of which many are in one state.
#[derive(Clone, Debug)]
pub(super) struct Alike {
    /// By part, the number of its state.
    numbers: Vec<u8>,
    /// The first is that of a part that nobody has touched.
    states: Vec<State>,
}

#[derive(Clone, Debug, Default)]
struct State {
    cell: Cell,
    /// How many parts are in it.
    parts: usize,
    /// The states that a part last went to from here, by a read and by a change: mostly the next one does too.
    after: [u8; 2],
}

impl Default for Parts {
    fn default() -> Self {
        Self::Each(Vec::new())
    }
}

impl Parts {
    /// Notes an access to a part; the earlier one that it races with, if there is one.
    pub(super) fn touch(
        &mut self,
        at: usize,
        deed: Deed,
        clock: &Clock,
        access: &impl Fn() -> Access,
    ) -> Option<Earlier> {
        if let Self::Each(cells) = self
            && at >= PARTS_FEW
            && cells.len() <= PARTS_FEW
        {
            *self = Self::Alike(Box::new(Alike::of(cells)));
        }
        match self {
            Self::Each(cells) => part(cells, at).touch(deed, clock, access),
            Self::Alike(alike) => match alike.touch(at, deed, clock, access) {
                Ok(earlier) => earlier,
                Err((cell, earlier)) => {
                    let mut cells = alike.written_out();
                    *part(&mut cells, at) = cell;
                    *self = Self::Each(cells);
                    earlier
                }
            },
        }
    }
}

fn part(cells: &mut Vec<Cell>, at: usize) -> &mut Cell {
    if at >= cells.len() {
        cells.resize_with(at + 1, Cell::default);
    }
    &mut cells[at]
}

impl Alike {
    fn of(cells: &[Cell]) -> Self {
        let mut alike = Self { numbers: Vec::new(), states: vec![State::default()] };
        for cell in cells {
            let number = alike.number(cell).unwrap_or(0);
            alike.numbers.push(number);
            alike.states[usize::from(number)].parts += 1;
        }
        alike
    }

    /// The same as [`Parts::touch`]; where there is no number left for it, the state that the part comes to.
    fn touch(
        &mut self,
        at: usize,
        deed: Deed,
        clock: &Clock,
        access: &impl Fn() -> Access,
    ) -> Result<Option<Earlier>, (Cell, Option<Earlier>)> {
        if at >= self.numbers.len() {
            self.states[0].parts += at + 1 - self.numbers.len();
            self.numbers.resize(at + 1, 0);
        }
        let from = usize::from(self.numbers[at]);
        let state = &self.states[from];
        if let Some(earlier) = state.cell.touch_in_vain(deed, clock) {
            return Ok(earlier);
        }
        let mut cell = state.cell.clone();
        let earlier = cell.touch(deed, clock, access);
        let way = usize::from(deed == Deed::Changes);
        let mut to = state.after[way];
        if self.states[usize::from(to)].cell != cell {
            to = match self.number(&cell) {
                Some(number) => number,
                None => return Err((cell, earlier)),
            };
            self.states[from].after[way] = to;
        }
        self.states[from].parts -= 1;
        self.states[usize::from(to)].parts += 1;
        self.numbers[at] = to;
        Ok(earlier)
    }

    /// The number of a state, a new one if it is new and one is left.
    fn number(&mut self, cell: &Cell) -> Option<u8> {
        let known = self.states.iter().position(|state| state.cell == *cell);
        let number = known.or_else(|| {
            let mut others = self.states.iter().skip(1);
            let free = others.position(|state| state.parts == 0).map(|at| at + 1);
            let number = free.unwrap_or(self.states.len());
            if number >= STATES_MAX {
                return None;
            }
            if number == self.states.len() {
                self.states.push(State::default());
            }
            self.states[number].cell = cell.clone();
            Some(number)
        });
        number.and_then(|number| u8::try_from(number).ok())
    }

    fn written_out(&self) -> Vec<Cell> {
        let cell = |number: &u8| self.states[usize::from(*number)].cell.clone();
        self.numbers.iter().map(cell).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::races::clock::Epoch;
    use crate::races::shadow::Spot;

    /// Threads that touch parts by a fixed pattern, and learn of each other now and then.
    fn touches(threads: u32, spots: u32) -> (Vec<Option<Earlier>>, Vec<Option<Earlier>>) {
        let clock = |slot| Clock::new(Epoch { slot, time: 1 });
        let mut clocks: Vec<Clock> = (0..threads).map(clock).collect();
        let (mut shared, mut each) = (Parts::default(), vec![Cell::default(); 300]);
        let (mut of_shared, mut of_each) = (Vec::new(), Vec::new());
        let mut random = 1_u32;
        for _ in 0..20_000 {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (at, thread) = ((random >> 8) as usize % 300, (random >> 20) % threads);
            if random >> 28 == 0 {
                let released = clocks[thread as usize].release();
                clocks[(thread as usize + 1) % threads as usize].take_in(&released);
            }
            let deed = if random & 0x4000 == 0 { Deed::Reads } else { Deed::Changes };
            let clock = &clocks[thread as usize];
            let spot = Spot { code: 0, pc: (random >> 17) % spots };
            let access = || Access { epoch: clock.now, spot, held: 0 };
            of_shared.push(shared.touch(at, deed, clock, &access));
            of_each.push(each[at].touch(deed, clock, &access));
        }
        (of_shared, of_each)
    }

    #[test]
    fn parts_that_share_states_find_what_each_by_itself_would() {
        for (threads, spots) in [(1, 1), (1, 3), (2, 1), (3, 2), (7, 20)] {
            let (shared, each) = touches(threads, spots);
            assert_eq!(shared, each, "{threads} threads at {spots} places");
            assert_eq!(each.iter().any(Option::is_some), threads > 1);
        }
    }

    #[test]
    fn a_long_list_of_one_thread_has_few_states() {
        let clock = Clock::new(Epoch { slot: 0, time: 1 });
        let access = || Access { epoch: clock.now, spot: Spot { code: 0, pc: 0 }, held: 0 };
        let mut parts = Parts::default();
        for at in 0..100_000 {
            parts.touch(at, Deed::Changes, &clock, &access);
            parts.touch(at / 2, Deed::Reads, &clock, &access);
        }
        let Parts::Alike(alike) = parts else { panic!("each part has a state of its own") };
        assert_eq!(alike.states.len(), 3);
    }
}
