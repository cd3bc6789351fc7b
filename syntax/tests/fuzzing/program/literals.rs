//! Literals and f-strings.

use super::Writer;

const LITERALS: &[&str] = &[
    "0",
    "1_000",
    "0xff",
    "0o17",
    "0b101",
    "9223372036854775807",
    "1.5",
    "1e9",
    "2.5e-3",
    "true",
    "false",
    "\"text\"",
    "\"\\n\\u{1F600}\\x41\\\"\"",
    "r\"raw\\\"",
    "b\"x\\xff\"",
    "rb\"\\\"",
    "5.seconds",
    "1.5.minutes",
    "0x10.hours",
    "()",
    "[]",
    "{}",
];

/// What spoils a line, or the rest of the file.
const ODD: &[&str] = &[
    "0b12",
    "\"\\q\"",
    "9223372036854775808",
    "'old'",
    "'don't'",
    "\"\"\"long\nlines\"\"\"",
    "r\"\"\"raw \\\nlong\"\"\"",
    "f\"\"\"{a}\n\"\"\"",
    "f\"\"\"{\na\n}{b:>4}\"\"\"",
    "\"open",
    "f\"open {a",
];

/// What may follow the expression of a hole.
const HOLE_ENDS: &[&str] =
    &["}", "}", "}", "!r}", "!r:>4}", ":.2}", ":*^10,.3}", ":03}", " }", "}}}", "!s}"];

impl Writer<'_, '_> {
    pub(super) fn literal(&mut self) {
        if self.choices.one_in(24) { self.add_one_of(ODD) } else { self.add_one_of(LITERALS) }
    }

    pub(super) fn fstring(&mut self, depth: usize) {
        self.add_one_of(&["f\"", "f\"", "rf\""]);
        for _ in 0..1 + self.choices.below(3) {
            self.add_one_of(&["", "text ", "{{", "\\\\", "größe "]);
            self.add("{");
            self.expression(depth.min(1));
            self.add_one_of(HOLE_ENDS);
        }
        let end = if self.choices.one_in(60) { "" } else { "\"" };
        self.add(end);
    }
}
