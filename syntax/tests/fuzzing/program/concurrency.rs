//! Scopes, tasks and choices.

use super::Writer;

impl Writer<'_, '_> {
    /// `concurrent` with some of its options, in any order.
    pub(super) fn concurrent(&mut self) {
        self.add("concurrent");
        let mut options = vec!["limit(", "timeout(", "deadline(", "supervised"];
        for index in 0..self.choices.below(5) {
            self.add(if index == 0 { " " } else { ", " });
            let option = options.swap_remove(self.choices.below(options.len()));
            self.add(option);
            if option.ends_with('(') {
                self.expression(1);
                self.add(")");
            }
        }
        if self.choices.one_in(3) {
            self.add(" as ");
            self.add_name();
        }
        self.add(":");
        self.block();
        if self.choices.one_in(3) {
            self.clause("else:");
        }
    }

    /// A task with a body.
    pub(super) fn task(&mut self) {
        self.add_one_of(&["", "a = ", "return ", "a: Task[int] = "]);
        self.add("spawn");
        if self.choices.one_in(3) {
            self.add(" in ");
            self.add_name();
        }
        self.add(":");
        self.block();
    }

    /// A task that is a call.
    pub(super) fn spawned_call(&mut self) {
        self.add("spawn ");
        if self.choices.one_in(3) {
            self.add("in ");
            self.add_name();
            self.add(" ");
        }
        self.call(1);
    }

    pub(super) fn detach(&mut self) {
        self.add("detach");
        if self.choices.one_in(2) {
            self.add(":");
            return self.block();
        }
        self.add(" ");
        self.call(1);
        self.end();
    }

    pub(super) fn select(&mut self) {
        self.add("select:");
        self.lines(1, 4, |this| {
            if this.choices.one_in(6) {
                this.add("else:");
            } else {
                this.add("case ");
                this.select_operation();
                if this.choices.one_in(3) {
                    this.add(" if ");
                    this.expression(1);
                }
                this.add(":");
            }
            this.block();
        });
    }

    fn select_operation(&mut self) {
        match self.choices.below(6) {
            0 | 1 => {
                self.bare_pattern();
                self.add(" from ");
                self.add_name();
            }
            2 => {
                self.add("ch.send(");
                self.expression(1);
                self.add(")");
            }
            3 => {
                self.add("timeout(");
                self.expression(1);
                self.add(")");
            }
            4 => {
                self.add("closed ");
                self.add_name();
            }
            _ => {
                self.add_name();
                self.add(".wait()");
            }
        }
    }

    pub(super) fn parallel_for(&mut self) {
        self.add("parallel for ");
        self.bare_pattern();
        self.add(" in ");
        self.expression(1);
        self.add(":");
        self.block();
    }
}
