//! What locks guard that has lists in it: something is taken out of it, used, put back, used again.

use super::{Generator, Place};
use crate::differential::types::Ty;

impl Generator {
    pub(super) fn pool(&mut self) -> Option<()> {
        self.may_nest()?;
        match self.numbers.below(8) {
            0 => {
                let ty = self.of(&Ty::POOLS);
                let value = self.value(ty)?;
                self.bind(ty, &value);
            }
            1 => {
                let pool = self.name(Ty::Pool)?;
                self.bind(Ty::List, &format!("pooled({pool})"));
            }
            2 => {
                let (pool, list) = (self.name(Ty::Pool)?, self.list(1));
                let from = self.text.len();
                self.line(&format!("hand({pool}, {list})"));
                self.forget_since(from);
            }
            3 => {
                let held = self.name(Ty::Held)?;
                self.open(&held, Ty::Cell, Self::out_of_cell);
            }
            4 => {
                let keyed = self.name(Ty::Keyed)?;
                self.open(&keyed, Ty::Map, Self::out_of_map);
            }
            _ => {
                let pool = self.name(Ty::Pool)?;
                self.open(&pool, Ty::Rows, Self::out_of_rows);
            }
        }
        Some(())
    }

    /// Under the lock, something comes out; behind the block it is there.
    fn open(&mut self, lock: &str, lent: Ty, out: fn(&mut Self, &str) -> String) {
        let (got, loan) = (self.fresh_name(Ty::List), self.fresh_name(lent));
        self.line(&format!("{got} = fresh()"));
        self.line(&format!("with {lock}.lock() as {loan}:"));
        // Who waits for a task or a lock in it may wait for ever.
        let place = Place { plain: true, in_scope: false, ..self.here() };
        self.block_with(place, &loan, lent, |it| {
            let value = out(it, &loan);
            it.line(&format!("{got} = {value}"));
            it.names.push((got.clone(), Ty::List));
            if it.one_in(2) {
                it.statement();
            }
        });
        self.names.push((got, Ty::List));
    }

    fn out_of_rows(&mut self, rows: &str) -> String {
        let part = self.part();
        self.line(&format!("{rows}.append({part})"));
        match self.numbers.below(7) {
            0 => format!("take({rows}[0], {})", self.part()),
            1 => format!("{rows}[0]"),
            2 => {
                let at = self.numbers.below(2);
                self.line(&format!("{rows}.append({rows}[{at}])"));
                format!("{rows}.pop()")
            }
            3 => format!("last({rows})"),
            4 => {
                let row = self.fresh_name(Ty::List);
                self.line(&format!("{row} = {rows}.pop(0)"));
                self.line(&format!("{rows}.append({row})"));
                row
            }
            _ => format!("{rows}.pop({})", self.of(&["", "0"])),
        }
    }

    fn out_of_cell(&mut self, cell: &str) -> String {
        match self.numbers.below(3) {
            0 => format!("{cell}.inside()"),
            1 => {
                let part = self.part();
                self.line(&format!("{cell}.put({part})"));
                format!("take({cell}.items, fresh())")
            }
            _ => format!("take({cell}.items, {})", self.part()),
        }
    }

    fn out_of_map(&mut self, map: &str) -> String {
        let part = self.part();
        self.line(&format!("{map}[\"a\"] = {part}"));
        match self.numbers.below(5) {
            0 => format!("{map}.popitem()[1]"),
            1 => format!("{map}[\"b\"]"),
            2 => {
                self.line(&format!("{map}[\"c\"] = {map}[\"a\"]"));
                format!("{map}.pop(\"c\")")
            }
            3 => format!("take({map}[\"b\"], {})", self.part()),
            _ => format!("{map}.pop(\"a\")"),
        }
    }
}
