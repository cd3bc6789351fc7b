//! Functions that get a function and what to call it with: it may make two of its arguments one, put one value into
//! one of them twice, or keep what it gets, and they start tasks or send afterwards.

use super::Generator;
use crate::differential::types::Ty;

/// What a function gets that is passed others.
const PARAMS: [&[Ty]; 8] = [
    &[Ty::Joins, Ty::Cell, Ty::Cell],
    &[Ty::Joins, Ty::Cell],
    &[Ty::Fills, Ty::Rows],
    &[Ty::Fills, Ty::Channel],
    &[Ty::Keeps, Ty::List],
    &[Ty::Keeps, Ty::Channel],
    &[Ty::Keeps, Ty::Rows],
    &[Ty::Fills, Ty::Keeps],
];

impl Generator {
    /// The parameters of a generated function.
    pub(super) fn params(&mut self) -> Vec<Ty> {
        if self.one_in(3) {
            return self.of(&PARAMS).to_vec();
        }
        (0..1 + self.numbers.below(2)).map(|_| self.of(&Ty::PARAMS)).collect()
    }

    /// A function that was passed in is called, mostly with what is used afterwards.
    pub(super) fn call_passed(&mut self) -> Option<()> {
        let ty = self.of(&[Ty::Joins, Ty::Fills, Ty::Keeps]);
        let function = self.name(ty)?;
        let args = match ty {
            Ty::Joins => format!("{}, {}", self.passed(Ty::Cell)?, self.passed(Ty::Cell)?),
            Ty::Fills => self.passed(Ty::Rows)?,
            _ => self.passed(Ty::List)?,
        };
        self.line(&format!("{function}({args})"));
        Some(())
    }

    /// Something new, or something that has a name.
    fn passed(&mut self, ty: Ty) -> Option<String> {
        if self.one_in(3) {
            let value = self.value(ty)?;
            self.bind(ty, &value);
        }
        match self.one_in(8) {
            true => self.value(ty),
            false => self.argument(ty),
        }
    }

    /// A function that is passed on.
    pub(super) fn passed_function(&mut self, ty: Ty) -> String {
        let (params, otherwise) = match ty {
            Ty::Joins => ("a: Cell, b: Cell", "level"),
            Ty::Fills => ("it: mutable_list[mutable_list[int]]", "double_in"),
            _ => ("it: mutable_list[int]", "hear"),
        };
        let does = match ty {
            Ty::Joins => self.joining(),
            Ty::Fills => self.filling(),
            _ => self.keeping(),
        };
        does.map_or(otherwise.to_owned(), |does| format!("fn({params}): {does}"))
    }

    fn joining(&mut self) -> Option<String> {
        Some(match self.numbers.below(6) {
            0 => "turn_over(a, b)".to_owned(),
            1 => format!("keep_in({}, a, b)", self.name(Ty::Rows)?),
            2 => format!("a.put({})", self.known_list()?),
            3 => "note(a.n + b.n)".to_owned(),
            _ => return None,
        })
    }

    fn filling(&mut self) -> Option<String> {
        Some(match self.numbers.below(6) {
            0 => format!("keep(it, {})", self.known_list()?),
            1 => format!("keep({}, it[0])", self.name(Ty::Rows)?),
            2 => "keep(it, fresh())".to_owned(),
            3 => "keep(it, last(it))".to_owned(),
            _ => return None,
        })
    }

    fn keeping(&mut self) -> Option<String> {
        Some(match self.numbers.below(6) {
            0 | 1 => format!("keep({}, it)", self.name(Ty::Rows)?),
            2 => format!("pass_by({}, it)", self.cell(0)?),
            3 => format!("{}.put(it)", self.cell(0)?),
            4 => format!("hear({})", self.known_list()?),
            _ => return None,
        })
    }
}
