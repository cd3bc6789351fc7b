//! Statements, with suites and without.

use super::{Writer, habits};

impl Writer<'_, '_> {
    /// A statement in which at most so many blocks may stand.
    pub(super) fn statement(&mut self, room: usize) {
        if room == 0 || !self.choices.one_in(3) {
            return self.simple(3);
        }
        match self.choices.below(18) {
            0 | 1 => self.conditional(),
            2 => self.with_head("while "),
            3 | 4 => self.loop_over(),
            5 | 6 => self.match_cases(),
            7 => self.select(),
            8 | 9 => self.with(),
            10 | 11 => self.concurrent(),
            12 => self.clause_of("blocking:"),
            13 | 14 => self.task(),
            15 => self.detach(),
            16 => self.function(),
            _ if self.choices.one_in(2) => self.parallel_for(),
            _ => {
                self.add_one_of(habits::HEADS);
                self.clause_of(":");
            }
        }
    }

    fn clause_of(&mut self, head: &str) {
        self.add(head);
        self.block();
    }

    /// A word, an expression and a block.
    fn with_head(&mut self, word: &str) {
        self.add(word);
        self.expression(2);
        self.add(":");
        self.block();
    }

    fn conditional(&mut self) {
        self.with_head("if ");
        for _ in 0..self.choices.below(3) {
            self.begin();
            self.with_head("elif ");
        }
        if self.choices.one_in(2) {
            self.clause("else:");
        }
    }

    fn loop_over(&mut self) {
        self.add_one_of(&["for ", "for ", "for move "]);
        self.bare_pattern();
        self.add(" in ");
        self.expression(1);
        if self.choices.one_in(8) {
            self.add(", ");
            self.expression(1);
        }
        self.add(":");
        self.block();
    }

    fn match_cases(&mut self) {
        self.add("match ");
        self.expression(1);
        self.add(":");
        self.lines(1, 4, |this| {
            if this.choices.one_in(30) {
                this.add_one_of(habits::CASES);
            } else {
                this.add("case ");
                this.bare_pattern();
                if this.choices.one_in(4) {
                    this.add(" if ");
                    this.expression(1);
                }
                this.add(":");
            }
            this.block();
        });
    }

    fn with(&mut self) {
        self.add("with ");
        if self.choices.one_in(3) {
            self.add_name();
            self.add(" = ");
            self.expression(2);
        } else {
            self.add_one_of(&["m.lock()", "r.read()", "s.acquire()"]);
            if self.choices.one_in(2) {
                self.add(" as ");
                self.add_name();
                if self.choices.one_in(2) {
                    self.add(" when ");
                    self.expression(2);
                }
            }
        }
        self.add(":");
        self.block();
    }

    // ----------------------------------------------------------------------------- without suites

    pub(super) fn simple(&mut self, depth: usize) {
        match self.choices.below(15) {
            0 => self.add("pass"),
            1 => self.add_one_of(&["break", "continue", "return"]),
            2 => {
                self.add("return ");
                self.expression(depth);
            }
            3 => {
                self.add("assert ");
                self.expression(depth);
                if self.choices.one_in(2) {
                    self.add(", ");
                    self.expression(1);
                }
            }
            4 => {
                self.add("defer ");
                self.call(1);
            }
            5 if self.choices.one_in(3) => self.add_one_of(habits::STATEMENTS),
            6 => {
                self.target();
                self.add_one_of(&[" += ", " -= ", " *= ", " /= ", " //= ", " %= "]);
                self.expression(depth);
            }
            7 => {
                self.add_name();
                self.add(": ");
                self.ty(2);
                self.add(" = ");
                self.expression(depth);
            }
            8..=10 => {
                self.targets();
                self.add(" = ");
                self.expression(depth);
            }
            11 => self.spawned_call(),
            _ => self.expression(depth),
        }
        self.end();
    }

    fn target(&mut self) {
        self.add_name();
        if self.choices.one_in(3) {
            self.add_one_of(&["[0]", ".f", "[a][b].type"]);
        }
    }

    fn targets(&mut self) {
        match self.choices.below(8) {
            0 => self.add_one_of(&["a, b", "(a, b)", "xs[0], (o.f, _)", "(a, f())"]),
            _ => self.target(),
        }
    }
}
