//! Types of f-strings: whether each format fits what it shapes.

use super::context::Context;
use crate::diagnostics::{Code, Finding};
use crate::format::Format;
use crate::hir::{ExprId, FormatPart};
use crate::ty::{Builtin, Ty};

impl Context<'_> {
    pub(super) fn format(&mut self, parts: &[FormatPart]) -> Ty {
        for part in parts {
            if let FormatPart::Value { value, literal, format } = part {
                let ty = self.value(*value, None);
                if let Some(format) = format {
                    // `!r` makes a text of it first.
                    let ty = if *literal { Ty::str() } else { ty };
                    self.check_format(*value, &ty, format);
                }
            }
        }
        Ty::str()
    }

    fn check_format(&mut self, value: ExprId, ty: &Ty, text: &str) {
        let site = self.site(self.at(value));
        let Some(format) = Format::parse(text) else {
            let message = format!("`{text}` is no format");
            return self.report(Finding::new(Code::S005, site, message).help(habit(text)));
        };
        // What a type parameter stands for may fit.
        if matches!(ty, Ty::Unknown | Ty::Never | Ty::Var(_) | Ty::Param(_)) {
            return;
        }
        let kind = ty.builtin();
        let is_number = matches!(kind, Some(Builtin::Int | Builtin::Float));
        let (what, takes) =
            if format.digits.is_some() && !matches!(kind, Some(Builtin::Float | Builtin::Str)) {
                ("`.digits`", "a float or text")
            } else if format.commas && !is_number {
                ("`,`", "an int or float")
            } else {
                return;
            };
        let message = format!(
            "{what} in the format `{text}` is for {takes}, but this is `{}`",
            self.show(ty)
        );
        let help = match kind {
            Some(Builtin::Int) => "convert it, `float(…)`, or leave the digits out",
            _ => "leave it out, or format a number or text made of the value",
        };
        self.report(Finding::new(Code::T001, site, message).help(help));
    }
}

/// What to write for a format that is none: most are another language's, with a letter for the kind.
fn habit(text: &str) -> String {
    let without = text.strip_suffix(['d', 'f', 'F', 'g', 's', 'n']).unwrap_or_default();
    match (text, Format::parse(without)) {
        ("d" | "f" | "g" | "s" | "n" | "v", _) => {
            "leave it out: a value knows how it is shown".to_owned()
        }
        (_, Some(_)) if !without.is_empty() => {
            format!("leave the letter out, `:{without}`: a value knows how it is shown")
        }
        (_, _) if text.ends_with('%') => "multiply by 100 and write the `%` behind".to_owned(),
        (_, _) if text.ends_with(['x', 'X', 'b', 'o']) => {
            "formats are decimal: build the digits with `%` and `//`".to_owned()
        }
        _ => "a format is `[[fill]align][0][width][,][.digits]`, such as `>8` or `.2`".to_owned(),
    }
}
