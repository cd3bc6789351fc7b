//! The program as text, for `weir debug bytecode`.

use std::fmt::Write;

use super::{Code, Literal, Program};

impl Program {
    /// Every function with its instructions and lines, then the constants.
    pub fn listing(&self) -> String {
        let mut out = String::new();
        for code in &self.codes {
            self.list_code(&mut out, code);
        }
        for (index, literal) in self.literals.iter().enumerate() {
            let _ = writeln!(out, "k{index} = {}", literal_text(literal));
        }
        for (index, list) in self.lists.iter().enumerate() {
            let _ = writeln!(out, "list{index} = {list:?}");
        }
        for (index, plan) in self.plans.iter().enumerate() {
            let _ = writeln!(out, "plan{index} = {plan:?}");
        }
        out
    }

    fn list_code(&self, out: &mut String, code: &Code) {
        let _ =
            writeln!(out, "fn {}: {} params, {} registers", code.name, code.params, code.registers);
        for (register, name) in code.names.iter().enumerate() {
            if let Some(name) = name {
                let _ = writeln!(out, "    r{register} is {name}");
            }
        }
        let mut line = 0;
        for (pc, instr) in code.instrs.iter().enumerate() {
            let place = code.places.get(pc).and_then(|place| self.places.get(*place as usize));
            let here = place.map_or(0, |place| place.line);
            let shown = if here == line { String::new() } else { here.to_string() };
            line = here;
            let text = format!("{instr:?}").replace("Reg(", "r(");
            let _ = writeln!(out, "{shown:>5} {pc:>4}  {text}");
        }
        out.push('\n');
    }
}

fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Unit => "()".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Float(bits) => crate::value::float_text(f64::from_bits(*bits)),
        Literal::Str(text) => format!("{text:?}"),
        Literal::Bytes(bytes) => format!("{bytes:?}"),
    }
}
