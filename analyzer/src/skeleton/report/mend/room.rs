//! Room in a channel for what nobody comes to take.

use crate::diagnostics::{Edit, EditKind, Fix, count};
use crate::mir::{Const, Operand};
use crate::skeleton::graph::Action;
use crate::skeleton::report::Report;
use crate::skeleton::state::Made;
use crate::skeleton::stuck::{Stuck, StuckWait};

impl Report<'_> {
    /// `buffer=n` where the channel is made, for as many values as wait: one, or one of each task.
    pub(in crate::skeleton::report) fn room(&self, cause: &Stuck) -> Option<Fix> {
        let made = self.made(cause);
        let Made::At(routine, node) = made else { return None };
        let Action::MakeChannel(_, Operand::Const(Const::Int(room))) = self.action((routine, node))
        else {
            return None;
        };
        if cause.wait != StuckWait::Send {
            return None;
        }
        let is_enough = |room: &i64| {
            self.is_mended_by(made, |skeleton| {
                let made = &mut skeleton.routines[routine.0 as usize].nodes[node.0 as usize];
                if let Action::MakeChannel(_, of) = &mut made.action {
                    *of = Operand::Const(Const::Int(*room));
                }
            })
        };
        let mut rooms = vec![room + 1, room + self.waiting_beside(cause)];
        rooms.dedup();
        let room = rooms.into_iter().find(is_enough)?;
        let values = count(usize::try_from(room).ok()?, "value");
        let title = format!("Give {} room for {values}", self.own_name(made));
        let kind = EditKind::Arguments(format!("buffer={room}"));
        let edits = vec![Edit { site: self.made_site(made), kind }];
        Some(Fix { title, safe: false, edits })
    }

    /// How many tasks wait at the same place.
    fn waiting_beside(&self, cause: &Stuck) -> i64 {
        let frames = self.doom.state.tasks.iter().filter_map(|task| task.frames.last());
        frames.filter(|frame| (frame.routine, frame.node) == cause.at).count() as i64
    }
}
