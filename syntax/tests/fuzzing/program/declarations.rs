//! Declarations and types.

use super::{Writer, habits};

impl Writer<'_, '_> {
    pub(super) fn item(&mut self) {
        self.begin();
        match self.choices.below(14) {
            0 => self.import(),
            1 | 2 => self.value(),
            3 => self.type_alias(),
            4 | 5 => return self.structure(),
            6 => return self.enumeration(),
            7 => {
                self.add_one_of(&["test \"it works\":", "test \"größe \\u{41}\":", "test r\"x\":"]);
                return self.block();
            }
            8 if self.choices.one_in(4) => return self.statement(2),
            9 if self.choices.one_in(4) => {
                self.add_one_of(habits::DECLARATIONS);
                return self.block();
            }
            _ => return self.function(),
        }
        self.end();
    }

    fn import(&mut self) {
        self.add_one_of(&[
            "import text",
            "import text.tables as t",
            "from text.tables import parse",
            "from text import parse, Row as R",
            "from text import (parse, Row as R)",
            "from text import (\n    parse,  # a name\n    Row,\n)",
            "import type.move as when",
        ]);
    }

    /// A constant or a task-local value.
    fn value(&mut self) {
        let keyword = self.choices.pick(&["const ", "const ", "tasklocal "]);
        self.add(keyword);
        self.add_name();
        if keyword == "tasklocal " || !self.choices.one_in(3) {
            self.add(": ");
            self.ty(2);
        }
        self.add(" = ");
        self.expression(2);
    }

    fn type_alias(&mut self) {
        self.add("type ");
        self.add_name();
        if self.choices.one_in(3) {
            self.add("[T]");
        }
        self.add(" = ");
        self.ty(3);
    }

    fn structure(&mut self) {
        self.add_one_of(&["struct ", "mutable struct "]);
        self.add_name();
        self.type_params();
        self.add(":");
        if self.choices.one_in(10) {
            return self.add(" pass\n");
        }
        self.lines(1, 4, |this| {
            if this.choices.one_in(3) {
                return this.function();
            }
            this.add_name();
            this.add(": ");
            this.ty(2);
            if this.choices.one_in(2) {
                this.add(" = ");
                this.expression(2);
            }
            this.end();
        });
    }

    fn enumeration(&mut self) {
        self.add("enum ");
        self.add_name();
        self.type_params();
        self.add(":");
        self.lines(1, 4, |this| {
            if this.choices.one_in(5) {
                return this.function();
            }
            if this.choices.one_in(20) {
                this.add_one_of(habits::VARIANTS);
            } else {
                this.add_name();
                this.variant_fields();
            }
            this.end();
        });
    }

    fn variant_fields(&mut self) {
        if self.choices.one_in(2) {
            return;
        }
        self.add("(");
        let count = 1 + self.choices.below(3);
        self.commas(count, |this| {
            this.add_name();
            this.add(": ");
            this.ty(1);
        });
        self.add(")");
    }

    pub(super) fn function(&mut self) {
        self.add("fn ");
        self.add_name();
        self.type_params();
        self.add("(");
        let count = self.choices.below(4);
        let has_self = self.choices.one_in(3);
        self.add(match (has_self, count) {
            (true, 0) => "self",
            (true, _) => "self, ",
            (false, _) => "",
        });
        self.commas(count, Self::param);
        self.add(")");
        if self.choices.one_in(2) {
            self.add(" -> ");
            self.ty(2);
        }
        let end = if self.choices.one_in(40) { "" } else { ":" };
        self.add(end);
        self.block();
    }

    fn param(&mut self) {
        if self.choices.one_in(5) {
            self.add("move ");
        }
        self.add_name();
        if self.choices.one_in(40) {
            return;
        }
        self.add(": ");
        self.ty(2);
        if self.choices.one_in(3) {
            self.add(" = ");
            self.expression(1);
        }
    }

    fn type_params(&mut self) {
        if self.choices.one_in(3) {
            self.add_one_of(&["[T]", "[T: shareable]", "[K: ordered, V]", "[A, B,]"]);
        }
    }

    pub(super) fn ty(&mut self, depth: usize) {
        if depth == 0 || self.choices.one_in(3) {
            return self.add_one_of(&["int", "str", "()", "m.T", "T", "scope", "type"]);
        }
        let depth = depth - 1;
        match self.choices.below(6) {
            0 | 1 => {
                self.add_one_of(&["list[", "channel[", "m.Row["]);
                self.ty(depth);
                self.add("]");
            }
            2 => {
                self.add_one_of(&["map[str, ", "Result[(), "]);
                self.ty(depth);
                self.add("]");
            }
            3 => {
                self.add("(");
                self.ty(depth);
                self.add_one_of(&[")", ",)", ", int)"]);
            }
            _ => {
                self.add_one_of(&["fn(", "mutable fn("]);
                let count = self.choices.below(3);
                self.commas(count, |this| this.ty(depth));
                self.add(")");
                if self.choices.one_in(2) {
                    self.add(" -> ");
                    self.ty(depth);
                }
            }
        }
    }
}
