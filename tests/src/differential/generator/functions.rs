//! Functions in lists, and calls of them: one after the other, in tasks, and in rounds of a parallel
//! loop.

use super::{Generator, Place};
use crate::differential::types::Ty;

impl Generator {
    /// Two nested functions in a list: known ones, or new ones for it alone.
    pub(super) fn list_functions(&mut self) -> Option<()> {
        self.may_nest()?;
        let from = self.text.len();
        let mut acts = Vec::new();
        for _ in 0..2 {
            let known = if self.one_in(3) { self.name(Ty::Closure) } else { None };
            acts.push(match known {
                Some(known) => known,
                None => self.new_function(),
            });
        }
        // Of two types, unless both have something owned: so not in one literal.
        let list = self.fresh_name(Ty::Closures);
        self.line(&format!("{list} = {}()", Ty::Closures.text()));
        acts.iter().for_each(|act| self.line(&format!("{list}.append({act})")));
        self.forget_since(from);
        self.names.push((list, Ty::Closures));
        Some(())
    }

    /// A nested function that does one thing.
    fn new_function(&mut self) -> String {
        let name = self.fresh_name(Ty::Closure);
        self.line(&format!("fn {name}():"));
        let place = Place { plain: true, ..self.body() };
        self.block(place, Self::statement);
        name
    }

    /// Functions of a list are called in this task.
    pub(super) fn call_listed(&mut self) -> Option<()> {
        let acts = self.name(Ty::Closures)?;
        let line = match self.numbers.below(5) {
            0 => format!("{acts}[{}]()", self.numbers.below(2)),
            1 => format!("twice({acts}[{}])", self.numbers.below(2)),
            2 => format!("both({acts}[0], {acts}[1])"),
            3 if self.at.in_scope => format!("for act in {acts}: spawn act()"),
            _ => format!("for act in {acts}: act()"),
        };
        self.line(&line);
        Some(())
    }

    /// Rounds of a parallel loop call functions.
    pub(super) fn parallel_functions(&mut self) -> Option<()> {
        self.may_nest()?;
        let (head, call) = match self.numbers.below(9) {
            0 => {
                let acts = self.name(Ty::Closures)?;
                self.line(&format!("each({acts})"));
                return Some(());
            }
            1 => ("act in ACTS", "act()"),
            2 => ("i, act in enumerate(ACTS)", "act()"),
            3 => ("i in range(2)", "ACTS[i]()"),
            4 => ("i in range(2)", "ACTS[1 - i]()"),
            5 => ("i in range(2)", "ACTS[0]()"),
            6 => ("i in range(2)", "for act in ACTS: act()"),
            7 => ("i in range(2)", "ACT()"),
            _ => return self.parallel_values(),
        };
        let acts = if head.contains("ACTS") || call.contains("ACTS") {
            self.name(Ty::Closures)?
        } else {
            self.name(Ty::Closure)?
        };
        let named = |text: &str| text.replace("ACTS", &acts).replace("ACT", &acts);
        self.line(&format!("parallel for {}:", named(head)));
        let place = Place { plain: true, in_scope: false, gives: None, ..self.at };
        self.block(place, |it| {
            it.line(&named(call));
            if it.one_in(3) {
                it.statement();
            }
        });
        Some(())
    }

    /// Rounds of a parallel loop get the values of a map, or pass rows to a function.
    fn parallel_values(&mut self) -> Option<()> {
        let row = self.fresh_name(Ty::List);
        let (head, call) = match self.numbers.below(3) {
            0 => (format!("{row} in {}.values()", self.name(Ty::Map)?), format!("change({row})")),
            1 => (format!("_, {row} in {}.items()", self.name(Ty::Map)?), format!("change({row})")),
            _ => {
                let (rows, f) = (self.name(Ty::Rows)?, self.fresh_name(Ty::Closure));
                let does = self.of(&["change", "read"]);
                self.line(&format!("{f} = {does}"));
                (format!("{row} in {rows}"), format!("{f}({row})"))
            }
        };
        self.line(&format!("parallel for {head}:"));
        let place = Place { plain: true, in_scope: false, gives: None, ..self.at };
        self.block(place, |it| it.line(&call));
        Some(())
    }
}
