//! What the hot loop relies on without looking again: that what instructions name is there.
//!
//! What it is not: a check of what a program means. Invariant: in a program that is sound, the instructions
//! that the hot loop does itself name only registers that their body has, constants and lists of the program, and
//! instructions of their body; and no body ends with an instruction that goes on to the next.

use super::{Code, CodeId, Instr, ListId, Program, Reg, Slot};

impl Program {
    /// Whether it is; the compiler makes no other.
    pub(crate) fn is_sound(&self) -> bool {
        self.codes.iter().all(|code| {
            let looks = Looks { program: self, code };
            code.kept <= code.registers
                && code.instrs.iter().enumerate().all(|(at, instr)| looks.has(at, instr))
                && code.instrs.last().is_none_or(ends)
        })
    }
}

/// Whether the instruction never goes on to the one behind it.
pub(super) fn ends(instr: &Instr) -> bool {
    matches!(
        instr,
        Instr::Return { .. }
            | Instr::Jump { .. }
            | Instr::JumpBack { .. }
            | Instr::WalkAgain { .. }
            | Instr::Branch { .. }
            | Instr::Select { .. }
            | Instr::Fail { .. }
            | Instr::Unreachable
    )
}

struct Looks<'a> {
    program: &'a Program,
    code: &'a Code,
}

impl Looks<'_> {
    fn has(&self, at: usize, instr: &Instr) -> bool {
        match instr {
            Instr::AddInt { dest, left, right }
            | Instr::SubtractInt { dest, left, right }
            | Instr::MultiplyInt { dest, left, right }
            | Instr::FloorDivideInt { dest, left, right }
            | Instr::ModuloInt { dest, left, right }
            | Instr::LessInt { dest, left, right }
            | Instr::LessEqualInt { dest, left, right }
            | Instr::EqualInt { dest, left, right }
            | Instr::AddFloat { dest, left, right }
            | Instr::SubtractFloat { dest, left, right }
            | Instr::MultiplyFloat { dest, left, right }
            | Instr::DivideFloat { dest, left, right }
            | Instr::LessFloat { dest, left, right }
            | Instr::EqualStr { dest, left, right } => {
                self.register(*dest) && self.slot(*left) && self.slot(*right)
            }
            Instr::AddInts { dest, left, right }
            | Instr::SubtractInts { dest, left, right }
            | Instr::MultiplyInts { dest, left, right }
            | Instr::AddFloats { dest, left, right }
            | Instr::SubtractFloats { dest, left, right }
            | Instr::MultiplyFloats { dest, left, right } => {
                self.register(*dest) && self.register(*left) && self.register(*right)
            }
            Instr::AddSmall { dest, left, .. } | Instr::SubtractSmall { dest, left, .. } => {
                self.register(*dest) && self.register(*left)
            }
            Instr::BranchLessInt { skip, left, right, otherwise }
            | Instr::BranchLessEqualInt { skip, left, right, otherwise }
            | Instr::BranchEqualInt { skip, left, right, otherwise }
            | Instr::BranchEqualStr { skip, left, right, otherwise } => {
                self.slot(*left) && self.slot(*right) && self.branch(at, *skip, *otherwise)
            }
            Instr::BranchLessInts { skip, left, right, otherwise }
            | Instr::BranchLessEqualInts { skip, left, right, otherwise } => {
                self.register(*left) && self.register(*right) && self.branch(at, *skip, *otherwise)
            }
            Instr::BranchLessSmall { skip, left, otherwise, .. }
            | Instr::BranchEqualSmall { skip, left, otherwise, .. } => {
                self.register(*left) && self.branch(at, *skip, *otherwise)
            }
            Instr::Branch { condition, then, otherwise } => {
                self.slot(*condition) && self.target(*then) && self.target(*otherwise)
            }
            Instr::Move { dest, value } => self.register(*dest) && self.slot(*value),
            Instr::GetField { dest, base: of, .. }
            | Instr::GetFloat { dest, base: of, .. }
            | Instr::Thaw { dest, list: of } => self.register(*dest) && self.register(*of),
            Instr::Repeat { dest, list, times } => {
                self.register(*dest) && self.slot(*list) && self.slot(*times)
            }
            Instr::SetField { base, value, .. } => self.register(*base) && self.slot(*value),
            Instr::GetIndex { dest, base, index } => {
                self.register(*dest) && self.slot(*base) && self.slot(*index)
            }
            Instr::SetIndex { base, index, value } => {
                self.register(*base) && self.slot(*index) && self.slot(*value)
            }
            Instr::Call { dest, code, args } => {
                self.body(*code) && self.register(*dest) && self.list(*args)
            }
            Instr::CallValue { dest, function, args } => {
                self.register(*dest) && self.register(*function) && self.list(*args)
            }
            Instr::CallNative { dest, args, .. } | Instr::IterateRange { dest, args } => {
                self.register(*dest) && self.list(*args)
            }
            Instr::SquareRoot { dest, value } => self.register(*dest) && self.slot(*value),
            Instr::Jump { target } | Instr::JumpBack { target } => self.target(*target),
            Instr::WalkAgain { iterator, dest, target } => {
                let walk = self.code.instrs.get(*target as usize);
                matches!(walk, Some(Instr::Walk { iterator: of, dest: to, .. }) if (of, to) == (iterator, dest))
            }
            Instr::Walk { iterator, dest, done } | Instr::Next { iterator, dest, done } => {
                self.register(*iterator) && self.register(*dest) && self.target(*done)
            }
            Instr::Return { value } => self.slot(*value),
            _ => true,
        }
    }

    fn register(&self, register: Reg) -> bool {
        register.index() < self.code.registers as usize
    }

    fn slot(&self, slot: Slot) -> bool {
        match slot.as_constant() {
            Some(constant) => constant < self.program.literals.len(),
            None => slot.as_register().is_some_and(|register| self.register(register)),
        }
    }

    fn body(&self, body: CodeId) -> bool {
        self.program.codes.get(body.index()).is_some_and(|code| !code.instrs.is_empty())
    }

    fn list(&self, list: ListId) -> bool {
        let list = self.program.lists.get(list.index());
        list.is_some_and(|slots| slots.iter().all(|slot| self.slot(*slot)))
    }

    fn target(&self, target: u32) -> bool {
        (target as usize) < self.code.instrs.len()
    }

    /// Whether there is something so many instructions behind a branch, and where it jumps to.
    fn branch(&self, at: usize, skip: u8, otherwise: u32) -> bool {
        at + usize::from(skip) < self.code.instrs.len() && self.target(otherwise)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(instrs: Vec<Instr>) -> Program {
        let code = Code {
            name: "f".to_owned(),
            places: vec![0; instrs.len()],
            instrs,
            registers: 1,
            kept: 0,
            params: 0,
            names: Vec::new(),
            scopes: Vec::new(),
            is_provided: false,
            fails_from: Box::default(),
        };
        Program { codes: vec![code], ..Program::default() }
    }

    #[test]
    fn what_names_something_that_is_not_there_is_not_sound() {
        let (here, beyond) = (Slot::register(Reg::new(0)), Slot::register(Reg::new(1)));
        let give = |value| Instr::Return { value };
        assert!(program(vec![give(here)]).is_sound());
        assert!(!program(vec![give(beyond)]).is_sound());
        assert!(!program(vec![give(Slot::constant(0))]).is_sound());
        assert!(!program(vec![Instr::Jump { target: 1 }]).is_sound());
        assert!(!program(vec![Instr::Move { dest: Reg::new(0), value: here }]).is_sound());
        let again = Instr::WalkAgain { iterator: Reg::new(0), dest: Reg::new(0), target: 0 };
        assert!(!program(vec![again]).is_sound());
    }
}
