//! Patterns.

use super::Writer;

impl Writer<'_, '_> {
    /// A pattern where several with commas between are a tuple.
    pub(super) fn bare_pattern(&mut self) {
        let count = if self.choices.one_in(3) { 2 } else { 1 };
        for index in 0..count {
            if index > 0 {
                self.add(", ");
            }
            self.pattern(2);
        }
    }

    fn pattern(&mut self, depth: usize) {
        if depth == 0 || self.choices.one_in(3) {
            return self.simple_pattern();
        }
        let depth = depth - 1;
        match self.choices.below(4) {
            0 => {
                self.pattern(depth);
                self.add(" | ");
                self.simple_pattern();
            }
            1 | 2 => {
                self.add_one_of(&["Some", "Event.Started", "m.Event.Moved", "Point"]);
                self.add("(");
                let count = self.choices.below(4);
                self.commas(count, |this| this.pattern(depth));
                self.add(")");
            }
            _ => {
                self.add("(");
                self.pattern(depth);
                self.add_one_of(&[")", ",)", ", _)"]);
            }
        }
    }

    fn simple_pattern(&mut self) {
        let text = match self.choices.below(4) {
            0 => self.choices.pick(&["_", "Event.Stopped", "None"]),
            1 => {
                self.choices.pick(&["0", "-1", "0xff", "1.5", "true", "\"s\"", "b\"b\"", "r\"\\\""])
            }
            _ => self.name(),
        };
        self.add(text);
    }
}
