//! What makes the tasks of a generated program meet.

use super::{Generator, Place};
use crate::differential::types::Ty;

/// Indices of what a round touches.
const INDICES: [&str; 9] = ["i", "i", "i", "i + 1", "2 * i", "2 * i + 1", "1 - i", "i // 2", "0"];

impl Generator {
    pub(super) fn concurrent(&mut self) -> Option<()> {
        self.may_nest()?;
        let place = Place { in_scope: true, ..self.here() };
        let scope = self.fresh_name(Ty::Scope);
        let (head, end) = match self.numbers.below(8) {
            0 => ("concurrent supervised:".to_owned(), ""),
            1 => ("concurrent timeout(1.seconds):".to_owned(), "else: pass"),
            2 => (format!("concurrent as {scope}:"), ""),
            3 => ("concurrent limit(2):".to_owned(), ""),
            _ => ("concurrent:".to_owned(), ""),
        };
        self.line(&head);
        let named = head.contains(" as ");
        self.block(place, |it| {
            if named {
                it.names.push((scope, Ty::Scope));
            }
            if it.spawn_apart().is_none() {
                it.line("spawn note(1)");
            }
            it.statements();
            if it.one_in(2) {
                it.statement();
            }
        });
        if !end.is_empty() {
            self.line(end);
        }
        Some(())
    }

    pub(super) fn spawn_apart(&mut self) -> Option<()> {
        let from = self.text.len();
        self.spawn()?;
        self.forget_since(from);
        Some(())
    }

    pub(super) fn send_away(&mut self) -> Option<()> {
        let from = self.text.len();
        self.send()?;
        self.forget_since(from);
        Some(())
    }

    pub(super) fn detach_away(&mut self) -> Option<()> {
        if self.one_in(3) {
            return self.detach_body();
        }
        let from = self.text.len();
        let call = self.task_call()?;
        self.line(&format!("detach {call}"));
        self.forget_since(from);
        Some(())
    }

    /// It names what is around it, which is never right: mostly somebody uses that again.
    fn detach_body(&mut self) -> Option<()> {
        self.may_nest()?;
        let list = self.known_list()?;
        self.line("detach:");
        self.block(self.body(), |it| it.line(&format!("note(len({list}))")));
        if !self.one_in(4) {
            self.line(&format!("{list}.append(6)"));
        }
        Some(())
    }

    pub(super) fn lock_away(&mut self) -> Option<()> {
        let from = self.text.len();
        self.lock()?;
        self.forget_since(from);
        Some(())
    }

    fn spawn(&mut self) -> Option<()> {
        if let Some(scope) = self.name(Ty::Scope)
            && self.one_in(2)
        {
            let list = self.known_list()?;
            self.line(&format!("start({scope}, {list})"));
            return Some(());
        }
        if !self.at.in_scope {
            return None;
        }
        match self.numbers.below(8) {
            0 | 1 => {
                let call = self.task_call()?;
                self.line(&format!("spawn {call}"));
            }
            2 => {
                let call = self.of(&["read", "change"]);
                let list = self.known_list()?;
                self.bind(Ty::TaskInt, &format!("spawn {call}({list})"));
            }
            3 => {
                let list = self.known_list()?;
                self.bind(Ty::TaskList, &format!("spawn same({list})"));
            }
            4 => {
                let call = self.of(&["read", "change"]);
                let (rows, row) = (self.name(Ty::Rows)?, self.fresh_name(Ty::List));
                self.line(&format!("for {row} in {rows}: spawn {call}({row})"));
            }
            5 => {
                let (call, list) = (self.of(&["read", "change"]), self.known_list()?);
                self.bind(Ty::Tasks, "mutable_list[Task[int]]()");
                let tasks = self.name(Ty::Tasks)?;
                self.line(&format!("{tasks}.append(spawn {call}({list}))"));
            }
            _ => {
                self.may_nest()?;
                self.line("spawn:");
                self.block(self.body(), Self::statements);
            }
        }
        Some(())
    }

    pub(super) fn join(&mut self) -> Option<()> {
        match self.numbers.below(5) {
            0 => {
                let task = self.name(Ty::TaskInt)?;
                self.line(&format!("note({task})"));
            }
            1 => {
                let task = self.name(Ty::TaskInt)?;
                self.line(&format!("note({task}.join())"));
            }
            2 => {
                let task = self.name(Ty::TaskInt)?;
                self.line(&format!("while not {task}.done(): sleep(1.microseconds)"));
            }
            3 => {
                let task = self.name(Ty::TaskList)?;
                self.bind(Ty::List, &format!("{task}.join()"));
            }
            _ => {
                let tasks = self.name(Ty::Tasks)?;
                self.line(&format!("note(len(join_all({tasks})))"));
            }
        }
        Some(())
    }

    fn send(&mut self) -> Option<()> {
        let ch = self.name(Ty::Channel)?;
        let list = self.known_list()?;
        match self.numbers.below(6) {
            0 => {
                self.may_nest()?;
                self.line(&format!("if not {ch}.try_send({list}):"));
                self.block(self.here(), |it| it.line(&format!("{list}.append(5)")));
            }
            1 => {
                self.may_nest()?;
                self.line("select:");
                self.indent += 1;
                self.line(&format!("case {ch}.send({list}): pass"));
                self.line(&format!("else: note(len({list}))"));
                self.indent -= 1;
            }
            2 => self.line(&format!("give({ch}, {list})")),
            3 => {
                let (chs, inner) = (self.fresh_name(Ty::Channels), self.fresh_name(Ty::Channel));
                self.line(&format!("{chs} = channel[channel[mutable_list[int]]](buffer=2)"));
                self.line(&format!("{chs}.send({ch})"));
                self.line(&format!("{inner} = {chs}.receive()"));
                self.line(&format!("{inner}.send({list})"));
                self.names.push((inner, Ty::Channel));
            }
            _ => self.line(&format!("{ch}.send({list})")),
        }
        Some(())
    }

    pub(super) fn receive(&mut self) -> Option<()> {
        self.may_nest()?;
        let ch = self.name(Ty::Channel)?;
        if !self.one_in(3) {
            self.line(&format!("{ch}.send(fresh())"));
        }
        let got = self.fresh_name(Ty::List);
        if self.one_in(2) {
            self.line(&format!("match {ch}.try_receive():"));
            self.indent += 1;
            self.line(&format!("case Some({got}):"));
            self.block_with(self.here(), &got, Ty::List, Self::statements);
            self.line("case None: pass");
        } else {
            self.line("select:");
            self.indent += 1;
            self.line(&format!("case {got} from {ch}:"));
            self.block_with(self.here(), &got, Ty::List, Self::statements);
            self.line("case timeout(1.milliseconds): pass");
        }
        self.indent -= 1;
        Some(())
    }

    /// A task that receives, and one that sends.
    pub(super) fn pipeline(&mut self) -> Option<()> {
        self.may_nest()?;
        let (ch, got) = (self.fresh_name(Ty::Channel), self.fresh_name(Ty::List));
        let size = self.of(&["", "buffer=1"]);
        self.line(&format!("{ch} = channel[mutable_list[int]]({size})"));
        self.line("concurrent:");
        let place = Place { in_scope: true, ..self.here() };
        let sent = self.list(1);
        self.block(place, |it| {
            it.line("spawn:");
            it.block(it.body(), |it| {
                it.line(&format!("for {got} in {ch}:"));
                it.block_with(it.here(), &got, Ty::List, Self::statements);
            });
            it.line(&format!("{ch}.send({sent})"));
            if it.one_in(2) {
                it.statement();
            }
            it.line(&format!("{ch}.close()"));
        });
        Some(())
    }

    fn lock(&mut self) -> Option<()> {
        self.may_nest()?;
        if self.one_in(3) {
            let ty = self.of(&[Ty::Guard, Ty::Shared]);
            let list = self.list(0);
            let new = if ty == Ty::Guard { "mutex" } else { "rwlock" };
            self.bind(ty, &format!("{new}({list})"));
            return Some(());
        }
        if self.one_in(2) {
            let guard = self.name(Ty::Guard)?;
            return self.under(&format!("{guard}.lock()"));
        }
        let shared = self.name(Ty::Shared)?;
        if self.one_in(3) {
            return self.under(&format!("{shared}.write()"));
        }
        if self.one_in(4) {
            return self.under(&format!("{shared}.read()"));
        }
        // Another reader beside it: what is changed under a read lock is wrong for that one.
        self.line("concurrent:");
        self.block(Place { in_scope: true, ..self.here() }, |it| {
            let other = it.fresh_name(Ty::List);
            it.line("spawn:");
            it.block(it.body(), |it| {
                it.line(&format!("with {shared}.read() as {other}: note(len({other}))"));
            });
            let done = it.under(&format!("{shared}.read()"));
            if done.is_none() {
                it.line("note(2)");
            }
        });
        Some(())
    }

    /// What a lock lends is used, while it is held.
    fn under(&mut self, taken: &str) -> Option<()> {
        self.may_nest()?;
        let loan = self.fresh_name(Ty::List);
        self.line(&format!("with {taken} as {loan}:"));
        // Who waits for a task or a lock in it may wait for ever.
        let place = Place { plain: true, in_scope: false, ..self.here() };
        self.block_with(place, &loan, Ty::List, |it| {
            match it.numbers.below(3) {
                0 => it.line(&format!("{loan}.append(3)")),
                1 => it.line(&format!("note(len({loan}))")),
                _ => {}
            }
            it.statements();
        });
        Some(())
    }

    pub(super) fn parallel(&mut self) -> Option<()> {
        self.may_nest()?;
        let place = Place { plain: true, in_scope: false, gives: None, ..self.at };
        if self.one_in(3) {
            let (rows, row) = (self.name(Ty::Rows)?, self.fresh_name(Ty::List));
            self.line(&format!("parallel for {row} in {rows}:"));
            self.block_with(place, &row, Ty::List, |it| {
                it.line(&format!("{row}[0] = len({row})"));
                if it.one_in(2) {
                    it.statement();
                }
            });
            return Some(());
        }
        let list = self.known_list()?;
        self.line("parallel for i in range(2):");
        self.block(place, |it| {
            let index = match it.one_in(6) {
                true => it.index_of_lengths(),
                false => it.of(&INDICES).to_owned(),
            };
            let line = match it.numbers.below(4) {
                0 => format!("{list}[{index}] = i"),
                1 => {
                    let other = it.of(&["i", "i", "i + 2", "3 - i", "i + 1"]);
                    format!("{list}[{index}] = {list}[{other}] + 1")
                }
                2 => match it.known_list() {
                    Some(other) => format!("{list}[{index}] = {other}[i]"),
                    None => format!("{list}[{index}] = 1"),
                },
                _ => match it.name(Ty::Rows) {
                    Some(rows) => format!("{rows}[{}].append(i)", it.of(&["i", "i", "0", "1 - i"])),
                    None => format!("note({list}[{index}])"),
                },
            };
            it.line(&line);
            if it.one_in(4) {
                it.statement();
            }
        });
        Some(())
    }

    pub(super) fn defer(&mut self) -> Option<()> {
        let call = self.task_call()?;
        self.line(&format!("defer {call}"));
        Some(())
    }

    /// A nested function over the names around it, called at once or later.
    pub(super) fn closure(&mut self) -> Option<()> {
        self.may_nest()?;
        let name = self.fresh_name(Ty::Closure);
        self.line(&format!("fn {name}():"));
        let place = Place { plain: true, ..self.body() };
        self.block(place, Self::statements);
        if self.one_in(2) {
            self.line(&format!("{name}()"));
        }
        self.names.push((name, Ty::Closure));
        Some(())
    }

    pub(super) fn blocking(&mut self) -> Option<()> {
        self.may_nest()?;
        self.line("blocking:");
        let place = Place { plain: true, in_scope: false, gives: None, ..self.at };
        self.block(place, Self::statements);
        Some(())
    }
}
