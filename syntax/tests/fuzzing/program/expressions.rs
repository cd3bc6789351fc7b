//! Expressions.

use super::Writer;

const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "and", "or", "in",
    "not in", "&", "|", "^", "<<", ">>",
];

impl Writer<'_, '_> {
    /// An expression of so many levels at most.
    pub(super) fn expression(&mut self, depth: usize) {
        if depth == 0 || self.choices.one_in(4) {
            return if self.choices.one_in(3) { self.literal() } else { self.add_name() };
        }
        let depth = depth - 1;
        match self.choices.below(17) {
            0..=2 => self.operator(depth),
            3..=5 => self.call(depth),
            6 => {
                self.operand(depth);
                self.add(".");
                self.call(depth);
            }
            7 => self.collection(depth),
            8 => {
                self.expression(depth);
                self.add(" if ");
                self.expression(0);
                self.add(" else ");
                self.expression(depth);
            }
            9 => {
                self.add_one_of(&["-", "not ", "~", "attempt ", "+", "- "]);
                self.operand(depth);
            }
            10 => self.fstring(depth),
            11 => self.comprehension(depth),
            12 => {
                self.add("blocking { ");
                self.expression(depth);
                self.add_one_of(&[" }", " }?"]);
            }
            13 => self.lambda(depth),
            14 => self.explicit_types(depth),
            15 => {
                self.operand(depth);
                self.add_one_of(&["?", "?.a", "[-1]", "[0][1:]"]);
            }
            _ => self.index(depth),
        }
    }

    fn operator(&mut self, depth: usize) {
        self.expression(depth);
        for _ in 0..1 + self.choices.below(2) {
            let operator = self.choices.pick(OPERATORS);
            self.add(&format!(" {operator} "));
            self.expression(depth);
        }
    }

    /// What may stand before a `.` or behind a sign.
    fn operand(&mut self, depth: usize) {
        if self.choices.one_in(3) {
            self.add("(");
            self.expression(depth);
            return self.add(")");
        }
        self.add_name();
    }

    /// A call, with arguments by place and then by name.
    pub(super) fn call(&mut self, depth: usize) {
        self.add_name();
        self.add("(");
        let count = self.choices.below(4);
        let mut by_name = false;
        self.commas(count, |this| {
            by_name |= this.choices.one_in(4);
            if by_name {
                this.add_name();
                this.add("=");
            }
            this.expression(depth);
        });
        self.add(")");
    }

    fn collection(&mut self, depth: usize) {
        if self.choices.one_in(4) {
            self.add("{");
            let count = self.choices.below(3);
            self.commas(count, |this| {
                this.expression(0);
                this.add(": ");
                this.expression(depth);
            });
            return self.add("}");
        }
        let (open, close) = self.choices.pick(&[("[", "]"), ("(", ")"), ("{", "}")]);
        let close = if self.choices.one_in(100) { "]" } else { close };
        self.add(open);
        let count = self.choices.below(4);
        self.commas(count, |this| this.expression(depth));
        self.add(close);
    }

    fn comprehension(&mut self, depth: usize) {
        self.add("[");
        self.expression(depth);
        for _ in 0..1 + self.choices.below(2) {
            self.add(" for ");
            self.bare_pattern();
            self.add(" in ");
            self.add_name();
            if self.choices.one_in(2) {
                self.add(" if ");
                self.expression(0);
            }
        }
        self.add("]");
    }

    fn lambda(&mut self, depth: usize) {
        self.add("fn(");
        let count = self.choices.below(3);
        self.commas(count, |this| {
            this.add_name();
            if this.choices.one_in(2) {
                this.add(": ");
                this.ty(1);
            }
        });
        self.add("): ");
        self.expression(depth);
    }

    /// `channel[fn(int) -> int](buffer=3)`
    fn explicit_types(&mut self, depth: usize) {
        self.add_one_of(&["channel", "mutable_map", "m.first"]);
        self.add("[");
        self.ty(2);
        if self.choices.one_in(3) {
            self.add(", ");
            self.ty(1);
        }
        self.add("](");
        if self.choices.one_in(2) {
            self.expression(depth);
        }
        self.add(")");
    }

    fn index(&mut self, depth: usize) {
        self.add_name();
        self.add("[");
        match self.choices.below(5) {
            0 => self.add(":"),
            1 => {
                self.expression(depth);
                self.add(":");
            }
            2 => {
                self.add(":");
                self.expression(depth);
            }
            3 => {
                self.expression(depth);
                self.add(":");
                self.expression(depth);
            }
            _ => self.expression(depth),
        }
        self.add("]");
    }
}
