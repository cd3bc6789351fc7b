//! Terminators: what is done before control goes on, and on each way.

use super::{Batch, Step};
use crate::mir::{BlockId, Operand, Rvalue, SelectOp, Terminator};
use crate::regions::domain::{Access, Keep};
use crate::regions::events::{Event, TouchKind};
use crate::regions::links::Source;
use crate::regions::paths::{Place, Step as Inwards};
use crate::ty::Builtin;

impl Step<'_, '_> {
    pub(super) fn end(&mut self, end: &Terminator) -> Vec<(BlockId, Batch)> {
        match end {
            Terminator::Next { iterator, dest, body, done } => {
                let mutable = self.view.walks_mutable(*iterator);
                let kind = if mutable { TouchKind::Read } else { TouchKind::Name };
                self.touch_at(&Operand::Local(*iterator), kind, false);
                let judged = std::mem::take(&mut self.events);
                match self.view.holders.local(*iterator) {
                    Some(holder) => {
                        let element = Source { cut: true, ..Source::part(holder, Inwards::Item) };
                        self.assign_from(*dest, vec![element]);
                    }
                    None => self.received(*dest),
                }
                self.track(*dest, &Rvalue::Use(Operand::unit()));
                let (iterator, is_task) = (*iterator, self.view.ty(*dest).is(Builtin::Task));
                let ended = is_task.then_some(Event::Walked { iterator }).into_iter().collect();
                if is_task {
                    self.events.push(Event::WalkStep { iterator, dest: *dest });
                }
                let element = std::mem::replace(&mut self.events, judged);
                vec![(*body, element), (*done, ended)]
            }
            Terminator::Select { cases, otherwise } => {
                let judged = std::mem::take(&mut self.events);
                let mut ways = Vec::new();
                for case in cases {
                    self.at = case.origin;
                    self.select_case(&case.op);
                    ways.push((case.target, std::mem::take(&mut self.events)));
                }
                self.events = judged;
                ways.extend(otherwise.map(|block| (block, Vec::new())));
                ways
            }
            Terminator::Return(value) => {
                self.touch(value, TouchKind::Name);
                if let Some(holder) = self.view.holders.of(value) {
                    self.events.push(Event::Return { holder });
                }
                Vec::new()
            }
            _ => end.successors().into_iter().map(|block| (block, Vec::new())).collect(),
        }
    }

    fn select_case(&mut self, op: &SelectOp) {
        match op {
            SelectOp::Receive { dest, .. } => self.received(*dest),
            SelectOp::Send { value, .. } => {
                self.touch(value, TouchKind::Give(Keep::Sent));
                if let Some(holder) = self.view.holders.of(value) {
                    let access = Access::here(self.at);
                    let (place, keep) = (Place::whole(holder), Keep::Sent);
                    self.events.push(Event::Give { place, access, keep, cut: false });
                }
            }
            SelectOp::Timeout(_) | SelectOp::Closed(_) | SelectOp::Wait(_) => {}
        }
    }
}
