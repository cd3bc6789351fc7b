//! Room in a channel for what nobody comes to take.

use crate::diagnostics::{Edit, EditKind, Fix, count};
use crate::mir::{Const, Operand};
use crate::skeleton::graph::{Action, NodeId, RoutineId, Skeleton};
use crate::skeleton::report::Report;
use crate::skeleton::state::Made;
use crate::skeleton::stuck::{Stuck, StuckWait};

/// How much room a channel is made with, where that is written.
#[derive(Clone, Copy)]
pub(super) struct Room {
    made: (RoutineId, NodeId),
    pub(super) values: i64,
}

impl Report<'_> {
    /// `buffer=n` where the channel is made, for as many values as wait: one, or one of each task.
    pub(in crate::skeleton::report) fn room(&self, cause: &Stuck) -> Option<Fix> {
        let made = self.made(cause);
        let room = self.room_of(made).filter(|_| cause.wait == StuckWait::Send)?;
        let mut rooms = vec![room.with(1), room.with(self.waiting_beside(cause))];
        rooms.dedup_by_key(|room| room.values);
        let is_enough = |room: &Room| self.is_mended_by(made, |skeleton| room.give(skeleton));
        let room = rooms.into_iter().find(is_enough)?;
        let values = count(usize::try_from(room.values).ok()?, "value");
        let title = format!("Give {} room for {values}", self.own_name(made));
        Some(Fix { title, safe: false, edits: vec![self.room_edit(room)] })
    }

    pub(super) fn room_of(&self, made: Made) -> Option<Room> {
        let Made::At(routine, node) = made else { return None };
        match self.action((routine, node)) {
            Action::MakeChannel(_, Operand::Const(Const::Int(values))) => {
                Some(Room { made: (routine, node), values: *values })
            }
            _ => None,
        }
    }

    pub(super) fn room_edit(&self, room: Room) -> Edit {
        let kind = EditKind::Arguments(format!("buffer={}", room.values));
        Edit { site: self.site(room.made), kind }
    }

    /// How many tasks wait at the same place.
    fn waiting_beside(&self, cause: &Stuck) -> i64 {
        let frames = self.doom.state.tasks.iter().filter_map(|task| task.frames.last());
        frames.filter(|frame| (frame.routine, frame.node) == cause.at).count() as i64
    }
}

impl Room {
    /// Room for so many more.
    pub(super) fn with(self, more: i64) -> Self {
        Self { values: self.values + more, ..self }
    }

    /// Makes the channel with this room.
    pub(super) fn give(self, skeleton: &mut Skeleton) {
        let (routine, node) = self.made;
        let made = &mut skeleton.routines[routine.0 as usize].nodes[node.0 as usize];
        if let Action::MakeChannel(_, of) = &mut made.action {
            *of = Operand::Const(Const::Int(self.values));
        }
    }
}
