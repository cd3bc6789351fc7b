//! Values that hold values of their own type, lists three deep, and functions that lead to themselves and
//! to one another.

use super::Generator;
use crate::differential::types::Ty;

impl Generator {
    /// A list that lies deep in something, or that comes back from a function which calls itself.
    pub(super) fn nested_list(&mut self) -> Option<String> {
        Some(match self.numbers.below(5) {
            0 => format!("{}.items", self.node()?),
            1 => format!("end_of({})", self.node()?),
            2 | 3 => {
                let (one, other) = (self.name(Ty::List)?, self.name(Ty::List)?);
                format!("ping({}, {one}, {other})", self.numbers.below(4))
            }
            _ => {
                let (one, other) = (self.numbers.below(2), self.numbers.below(2));
                format!("{}[{one}][{other}]", self.name(Ty::Cube)?)
            }
        })
    }

    /// A node, or one that it leads to.
    fn node(&mut self) -> Option<String> {
        let mut node = self.name(Ty::Node)?;
        for _ in 0..self.numbers.below(4) {
            node += self.of(&[".next.unwrap()", ".next.unwrap()", ".prev.unwrap()", ".kids[0]"]);
        }
        Some(node)
    }

    /// Nodes get to lead to others, to one another or to themselves, by one way or several.
    fn tie_nodes(&mut self) -> Option<()> {
        for _ in 0..1 + self.numbers.below(3) {
            let (one, other) = (self.name(Ty::Node)?, self.name(Ty::Node)?);
            let line = match self.numbers.below(5) {
                0 => format!("{one}.next = Some({other})"),
                1 => format!("{one}.prev = Some({other})"),
                2 => format!("{one}.kids.append({other})"),
                3 => format!("tie({one}, {other})"),
                _ => format!("adopt({one}, {other})"),
            };
            self.line(&line);
        }
        Some(())
    }

    /// Something is done with all that hangs together.
    pub(super) fn use_nested(&mut self) -> Option<()> {
        let line = self.nested_call()?;
        self.line(&line);
        Some(())
    }

    pub(super) fn nested_call(&mut self) -> Option<String> {
        Some(match self.numbers.below(6) {
            0 | 1 => format!("walk({}, {})", self.node()?, self.of(&["read", "change"])),
            2 => format!("walk({}, {})", self.node()?, self.lambda()?),
            3 => format!("link({}, {})", self.node()?, self.list(1)),
            4 => {
                let (one, other) = (self.known_list()?, self.known_list()?);
                format!(
                    "hand_down({}, {}, {one}, {other})",
                    self.numbers.below(3),
                    self.name(Ty::Channel)?
                )
            }
            _ => format!("change({})", self.nested_list()?),
        })
    }

    /// Another name for a part, or a part put elsewhere.
    pub(super) fn part_nested(&mut self) -> Option<()> {
        match self.numbers.below(6) {
            0 => {
                let node = self.node()?;
                self.bind(Ty::Node, &node);
            }
            4 | 5 => self.tie_nodes()?,
            1 => {
                let (node, next) = (self.name(Ty::Node)?, self.node()?);
                self.line(&format!("{node}.next = Some({next})"));
            }
            2 => {
                let rows = format!("{}[{}]", self.name(Ty::Cube)?, self.numbers.below(2));
                self.bind(Ty::Rows, &rows);
            }
            _ => {
                let (cube, rows) = (self.name(Ty::Cube)?, self.name(Ty::Rows)?);
                let at = self.numbers.below(2);
                self.line(&format!("{cube}[{at}] = {rows}"));
            }
        }
        Some(())
    }
}
