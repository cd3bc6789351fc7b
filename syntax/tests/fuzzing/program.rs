//! Programs of the right structure: mostly without mistakes, and with all forms there are.
//!
//! What it is not: programs that mean anything. Invariant: what is made is finite, whatever the choices.

mod concurrency;
mod declarations;
mod expressions;
mod habits;
mod literals;
mod patterns;
mod statements;

use super::choices::Choices;

/// How many blocks may stand one in another.
const BLOCKS_MAX: usize = 5;

/// A program.
pub(crate) fn program(choices: &mut Choices<'_>) -> String {
    let mut writer = Writer { choices, out: String::new(), depth: 0 };
    for _ in 0..1 + writer.choices.below(6) {
        writer.item();
    }
    writer.out
}

struct Writer<'a, 'b> {
    choices: &'a mut Choices<'b>,
    out: String,
    depth: usize,
}

/// Every contextual keyword is a name too.
const NAMES: &[&str] = &[
    "a",
    "b",
    "xs",
    "ch",
    "self",
    "timeout",
    "deadline",
    "closed",
    "move",
    "type",
    "test",
    "attempt",
    "when",
    "limit",
    "größe",
    "value_of",
    "Job",
    "supervised",
    "shareable",
    "ordered",
];

impl Writer<'_, '_> {
    fn name(&mut self) -> &'static str {
        self.choices.pick(NAMES)
    }

    fn add(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn add_one_of(&mut self, texts: &[&str]) {
        let text = self.choices.pick(texts);
        self.add(text);
    }

    fn add_name(&mut self) {
        let name = self.name();
        self.add(name);
    }

    /// What stands between commas, so many times and sometimes with one behind the last.
    fn commas(&mut self, count: usize, mut each: impl FnMut(&mut Self)) {
        for index in 0..count {
            if self.choices.one_in(20) {
                self.out.push('\n');
                self.indent();
            }
            each(self);
            if index + 1 < count {
                self.add(", ");
            } else if self.choices.one_in(8) {
                self.add(",");
            }
        }
    }

    // ------------------------------------------------------------------------------------- lines

    fn begin(&mut self) {
        if self.choices.one_in(12) {
            self.out.push('\n');
        }
        if self.choices.one_in(16) {
            self.comment();
        }
        self.indent();
    }

    fn comment(&mut self) {
        // Comments may stand at any indentation.
        for _ in 0..self.choices.below(self.depth + 2) {
            self.out.push_str("    ");
        }
        self.add_one_of(&["# a comment\n", "## a doc comment\n", "####\n", "#\"\"\"\n", "#\n"]);
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("    ");
        }
        if self.choices.one_in(200) {
            self.add_one_of(&[" ", "  ", "\t", "    "]);
        }
    }

    fn end(&mut self) {
        let end = match self.choices.below(60) {
            0 => "  # trailing\n",
            1 => "\r\n",
            2 => ";\n",
            3 => " )\n",
            4 => "\n\n",
            5 => " \n",
            _ => "\n",
        };
        self.add(end);
    }

    // ------------------------------------------------------------------------------------ blocks

    /// What stands behind a `:`.
    fn block(&mut self) {
        if self.choices.one_in(12) {
            self.add(" ");
            return self.simple(1);
        }
        if self.choices.one_in(100) {
            return self.end();
        }
        self.lines(1, 4, |this| {
            let room = BLOCKS_MAX.saturating_sub(this.depth);
            this.statement(room);
        });
    }

    /// An indented block of lines, `from` to `from + more - 1` of them.
    fn lines(&mut self, from: usize, more: usize, mut each: impl FnMut(&mut Self)) {
        self.end();
        self.depth += 1;
        for _ in 0..from + self.choices.below(more) {
            self.begin();
            each(self);
        }
        if self.choices.one_in(10) {
            self.comment();
        }
        self.depth -= 1;
    }

    /// The clause that may follow a block: `else:` and the like.
    fn clause(&mut self, head: &str) {
        self.begin();
        self.add(head);
        self.block();
    }
}
