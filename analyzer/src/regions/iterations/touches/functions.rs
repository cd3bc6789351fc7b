//! What a function touches that was made around the loop and is called in it, there or by whoever it is
//! passed to.

use super::{Collector, Path, Touched};
use crate::items::NodeIndex;
use crate::mir::{BodyId, Local, Operand, Rvalue};
use crate::regions::domain::{Access, Mode, Via};
use crate::regions::graph::Definition;
use crate::regions::iterations::forms::Frame;
use crate::regions::paths::Path as Inside;
use crate::regions::summary::ParamSummary;

impl Collector<'_, '_> {
    pub(super) fn called(&mut self, function: Local, at: NodeIndex) {
        if self.view.holders.local(function).is_none() {
            return;
        }
        let capture = self.forms.captured(Frame::Round, function);
        let Some(outside) = capture.and_then(|capture| self.forms.outside(capture)) else { return };
        match self.forms.around.definition(outside, self.forms.at) {
            Some((_, Definition::Value(Rvalue::Closure(body, captures))))
                if self.is_plain(*body) =>
            {
                self.run(*body, captures, at);
            }
            // Whatever it has may be changed.
            _ => {
                let path = self.root(outside);
                self.note(path, true, Mode::Change, Access::here(at));
            }
        }
    }

    /// Whether it calls no function that it captured itself.
    fn is_plain(&self, body: BodyId) -> bool {
        self.view.summary_of(body).is_some_and(|summary| summary.calls.is_empty())
    }

    fn run(&mut self, body: BodyId, captures: &[Operand], at: NodeIndex) {
        let Some(summary) = self.view.summary_of(body) else { return };
        let params = self.view.mir.body(body).params as usize;
        for (captured, operand) in summary.params.iter().skip(params).zip(captures) {
            let Some(local) = operand.local() else { continue };
            for (inside, deep, mode, access) in uses(captured) {
                let ty = self.view.mir.body(self.forms.at.body).local(local).ty.clone();
                let path = self.further(self.root(local), &ty, &inside);
                let access = Access { at, via: Some(Via::Node(access.at)) };
                self.note(path, deep, mode, access);
            }
        }
    }

    fn note(&mut self, path: Path, deep: bool, mode: Mode, at: Access) {
        let around = self.view.mir.body(self.forms.at.body);
        let name = around.local(path.root).name.as_ref().map(ToString::to_string);
        let (name, point) = (name.unwrap_or_default(), self.at);
        self.touches.push(Touched { path, deep, mode, at, point, name });
    }
}

/// What a body does with what it captured.
fn uses(captured: &ParamSummary) -> Vec<(Inside, bool, Mode, Access)> {
    let read = captured.read.iter().map(|(reach, at)| (reach.path, reach.deep, Mode::Read, *at));
    let changed =
        captured.changed.iter().map(|(reach, at)| (reach.path, reach.deep, Mode::Change, *at));
    let kept = captured.kept.iter().map(|(path, (at, _))| (*path, true, Mode::Change, *at));
    read.chain(changed).chain(kept).collect()
}
