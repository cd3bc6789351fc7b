//! What a task of a generated program does by itself.

use super::Generator;
use crate::differential::types::Ty;

impl Generator {
    pub(super) fn new_name(&mut self) -> Option<()> {
        let ty = self.of(&Ty::NEW);
        let value = self.value(ty)?;
        self.bind(ty, &value);
        Some(())
    }

    pub(super) fn read(&mut self) -> Option<()> {
        let line = match self.numbers.below(8) {
            0 => format!("note(len({}))", self.known_list()?),
            1 => format!("note(sum({}))", self.known_list()?),
            2 => format!("note({}[{}])", self.known_list()?, self.numbers.below(2)),
            3 => format!("note(read({}))", self.known_list()?),
            4 => format!("note({}.n)", self.cell(0)?),
            5 => format!("note({}.total())", self.cell(0)?),
            6 => format!("note(len(f\"{{{}}}\"))", self.cell(0)?),
            _ => format!("note(len({}))", self.name(Ty::Map)?),
        };
        self.line(&line);
        Some(())
    }

    pub(super) fn change(&mut self) -> Option<()> {
        let number = self.numbers.below(9);
        let line = match self.numbers.below(8) {
            0 | 1 => format!("{}.append({number})", self.known_list()?),
            2 => format!("{}[{}] = {number}", self.known_list()?, self.numbers.below(2)),
            3 => format!("change({})", self.known_list()?),
            4 => format!("{}.n += 1", self.cell(0)?),
            5 => format!("{}.bump()", self.cell(0)?),
            6 => format!("{}.turn()", self.name(Ty::Pair)?),
            _ => format!("{}.sort()", self.known_list()?),
        };
        self.line(&line);
        Some(())
    }

    /// Puts a list into something.
    pub(super) fn store(&mut self) -> Option<()> {
        let line = match self.numbers.below(7) {
            0 => format!("{}.items = {}", self.cell(0)?, self.list(0)),
            1 => format!("{}.put({})", self.cell(0)?, self.list(0)),
            2 => format!("{}.append({})", self.name(Ty::Rows)?, self.list(0)),
            3 => format!("{}[{}] = {}", self.name(Ty::Rows)?, self.numbers.below(2), self.list(0)),
            4 => format!("keep({}, {})", self.name(Ty::Rows)?, self.list(0)),
            5 => {
                format!("{}[\"{}\"] = {}", self.name(Ty::Map)?, self.of(&["a", "c"]), self.list(0))
            }
            _ => format!("{}.left = {}", self.name(Ty::Pair)?, self.name(Ty::Cell)?),
        };
        self.line(&line);
        Some(())
    }

    pub(super) fn alias(&mut self) -> Option<()> {
        match self.numbers.below(4) {
            0 => {
                let cell = self.cell(0)?;
                self.bind(Ty::Cell, &cell);
            }
            1 => {
                let rows = self.name(Ty::Rows)?;
                self.bind(Ty::Rows, &rows);
            }
            _ => {
                let list = self.known_list()?;
                self.bind(Ty::List, &list);
            }
        }
        Some(())
    }

    /// Binds the parts of something by a pattern.
    pub(super) fn take_apart(&mut self) -> Option<()> {
        self.may_nest()?;
        if self.one_in(3) {
            let two = self.name(Ty::Two)?;
            let (one, other) = (self.fresh_name(Ty::List), self.fresh_name(Ty::List));
            self.line(&format!("{one}, {other} = {two}"));
            self.names.extend([(one, Ty::List), (other, Ty::List)]);
            return Some(());
        }
        let (value, some, none) = match self.one_in(2) {
            true => (self.name(Ty::Maybe)?, "Some", "None"),
            false => (self.name(Ty::Load)?, "Full", "Empty"),
        };
        let list = self.fresh_name(Ty::List);
        self.line(&format!("match {value}:"));
        self.indent += 1;
        self.line(&format!("case {some}({list}):"));
        self.block_with(self.here(), &list, Ty::List, Self::statements);
        self.line(&format!("case {none}: pass"));
        self.indent -= 1;
        Some(())
    }

    /// Takes a part out of something that held it.
    pub(super) fn cut_out(&mut self) -> Option<()> {
        let rows = self.name(Ty::Rows)?;
        let value = match self.numbers.below(3) {
            0 => {
                self.line(&format!("{rows}.append(fresh())"));
                format!("{rows}.pop()")
            }
            1 => format!("take({rows}[0], {})", self.part()),
            _ => format!("take({}.items, fresh())", self.cell(0)?),
        };
        self.bind(Ty::List, &value);
        Some(())
    }

    pub(super) fn walk_rows(&mut self) -> Option<()> {
        self.may_nest()?;
        let rows = self.name(Ty::Rows)?;
        let row = self.fresh_name(Ty::List);
        let moves = if self.one_in(4) { "move " } else { "" };
        self.line(&format!("for {moves}{row} in {rows}:"));
        let in_scope = self.here().in_scope;
        self.block_with(self.here(), &row, Ty::List, |it| {
            if !moves.is_empty() {
                it.names.retain(|(name, _)| *name != rows);
            }
            if in_scope && it.one_in(2) {
                it.line(&format!("spawn change({row})"));
            } else {
                it.statements();
            }
            if moves.is_empty() {
                // What grows while it is walked is walked to its new end.
                it.line(&format!("if len({rows}) > 9: break"));
            }
        });
        Some(())
    }

    pub(super) fn condition(&mut self) -> Option<()> {
        self.may_nest()?;
        self.line("if coin():");
        self.block(self.here(), Self::statements);
        if self.one_in(2) {
            self.line("else:");
            self.block(self.here(), Self::statements);
        }
        Some(())
    }

    pub(super) fn repeat(&mut self) -> Option<()> {
        self.may_nest()?;
        self.line("for _ in range(2):");
        self.block(self.here(), |it| {
            it.statements();
            if it.one_in(4) {
                it.line("if coin(): break");
            }
        });
        Some(())
    }

    pub(super) fn call(&mut self) -> Option<()> {
        let (call, gives) = self.helper_call()?;
        match gives {
            Some(ty) if self.one_in(2) => self.bind(ty, &call),
            _ => self.line(&call),
        }
        Some(())
    }

    pub(super) fn pass_function(&mut self) -> Option<()> {
        let from = self.text.len();
        let call = self.passing_call()?;
        self.line(&call);
        self.forget_since(from);
        Some(())
    }

    pub(super) fn end_or_copy(&mut self) -> Option<()> {
        let from = self.text.len();
        self.twin()?;
        self.forget_since(from);
        Some(())
    }

    /// A copy, or the end of the mutable one.
    fn twin(&mut self) -> Option<()> {
        let line = match self.numbers.below(4) {
            0 | 1 => format!("note(len({}.snapshot()))", self.known_list()?),
            2 => format!("note(len({}.freeze()))", self.known_list()?),
            _ => format!("note(len({}.freeze()))", self.name(Ty::Rows)?),
        };
        self.line(&line);
        Some(())
    }

    pub(super) fn attempt(&mut self) -> Option<()> {
        self.may_nest()?;
        let (list, got) = (self.known_list()?, self.fresh_name(Ty::List));
        self.line(&format!("match attempt same({list}):"));
        self.indent += 1;
        self.line(&format!("case Ok({got}):"));
        self.block_with(self.here(), &got, Ty::List, Self::statements);
        self.line("case Err(_): pass");
        self.indent -= 1;
        Some(())
    }

    pub(super) fn early_return(&mut self) -> Option<()> {
        let gives = self.at.gives?;
        let value = gives.map_or(String::new(), |_| format!(" {}", self.list(0)));
        self.line(&format!("if coin(): return{value}"));
        Some(())
    }
}
