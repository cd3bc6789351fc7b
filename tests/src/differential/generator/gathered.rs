//! Tasks in lists and who joins them, functions that take something out and give it away, and values that
//! are made elsewhere and held in two places.

use super::Generator;
use crate::differential::types::Ty;

impl Generator {
    /// Tasks are put into a list.
    pub(super) fn gather(&mut self) -> Option<()> {
        if !self.at.in_scope {
            return None;
        }
        let from = self.text.len();
        let (call, rows) = (self.of(&["read", "change"]), self.name(Ty::Rows)?);
        let row = self.fresh_name(Ty::List);
        match self.numbers.below(3) {
            0 => {
                let tasks = format!("mutable_list([spawn {call}({row}) for {row} in {rows}])");
                self.bind(Ty::Tasks, &tasks);
            }
            1 => {
                let other = self.known_list()?;
                let tasks = format!("[spawn {call}({rows}[0]), spawn change({other})]");
                self.bind(Ty::Tasks, &format!("mutable_list({tasks})"));
            }
            _ => {
                self.bind(Ty::Tasks, "mutable_list[Task[int]]()");
                let (tasks, task) = (self.name(Ty::Tasks)?, self.fresh_name(Ty::TaskInt));
                self.line(&format!("for {row} in {rows}:"));
                let is_whole = !self.one_in(4);
                self.block(self.here(), |it| {
                    it.line(&format!("{task} = spawn {call}({row})"));
                    let when = if is_whole { "" } else { "if coin(): " };
                    it.line(&format!("{when}{tasks}.append({task})"));
                });
            }
        }
        if self.one_in(2) {
            self.join_gathered();
            return Some(());
        }
        self.forget_since(from);
        Some(())
    }

    /// Tasks in a list are joined, all or some.
    pub(super) fn join_gathered(&mut self) -> Option<()> {
        let tasks = self.name(Ty::Tasks)?;
        let task = self.fresh_name(Ty::TaskInt);
        if self.one_in(5) {
            let same = self.fresh_name(Ty::Tasks);
            self.line(&format!("{same} = {tasks}"));
            self.line(&format!("if len({same}) > 1: note({same}.pop().join())"));
        }
        match self.numbers.below(6) {
            0 => self.line(&format!("note(wait_all({tasks}))")),
            1 => self.line(&format!("note(len([{task}.join() for {task} in {tasks}]))")),
            2 => {
                let way = self.of(&["continue", "break"]);
                self.line(&format!("for {task} in {tasks}:"));
                self.block(self.here(), |it| {
                    it.line(&format!("if coin(): {way}"));
                    it.line(&format!("note({task}.join())"));
                });
            }
            _ => self.line(&format!("for {task} in {tasks}: note({task}.join())")),
        }
        Some(())
    }

    /// A function takes something out of what it is passed, and sends it.
    pub(super) fn drain_away(&mut self) -> Option<()> {
        let from = self.text.len();
        let ch = self.name(Ty::Channel)?;
        let line = match self.numbers.below(4) {
            0 => format!("drain({}, {ch})", self.cell(0)?),
            1 => format!("trade({}, {}, {ch})", self.cell(0)?, self.list(1)),
            2 => format!("ship({}, {ch})", self.name(Ty::Rows)?),
            _ => format!("push({}, {ch})", self.cell(0)?),
        };
        self.line(&line);
        if self.one_in(2) {
            self.forget_since(from);
        }
        Some(())
    }

    /// Something that may hold a list twice is made elsewhere.
    pub(super) fn make_elsewhere(&mut self) -> Option<()> {
        let make = self.of(&[
            "mutable_list([fresh()] * 2)",
            "mutable_list([fresh(), fresh()])",
            "mutable_list([fresh(), fresh()])",
        ]);
        match self.numbers.below(4) {
            0 => {
                let n = self.fresh_name(Ty::TaskInt);
                let made = format!("parallel_map([1, 2], fn({n}): {make})");
                self.bind(Ty::Cube, &format!("mutable_list({made})"));
            }
            1 => {
                let cube = self.name(Ty::Cube)?;
                self.line(&format!("fill_with({cube}, fn(): {make})"));
            }
            2 => self.bind(Ty::Rows, &format!("made_by(fn(): {make})")),
            _ => {
                let rows = self.name(Ty::Rows)?;
                self.line(&format!("double_in({rows})"));
            }
        }
        Some(())
    }
}
