//! Texts: what is asked of known ones, and what is made of them. A text has a bound here, so that a loop does not
//! make one that grows and grows.

use smol_str::SmolStr;

use crate::hir::BinaryOp;
use crate::mir::{Const, Intrinsic};
use crate::skeleton::state::value::Value;

/// Longer texts are not computed.
const TEXT_LEN_MAX: usize = 256;

/// A function of a known text, with its further arguments.
pub(super) fn compute(of: Intrinsic, text: &str, rest: &[Value]) -> Option<Const> {
    use Intrinsic::*;
    let other = || match rest {
        [Value::Const(Const::Str(other)), ..] => Some(other.as_str()),
        _ => None,
    };
    Some(match (of, rest) {
        (StrStartswith, [other]) => Const::Bool(any(other, |affix| text.starts_with(affix))?),
        (StrEndswith, [other]) => Const::Bool(any(other, |affix| text.ends_with(affix))?),
        (StrUpper, []) => short(text.to_uppercase())?,
        (StrLower, []) => short(text.to_lowercase())?,
        (StrStrip, []) => short(text.trim())?,
        (StrLstrip, []) => short(text.trim_start())?,
        (StrRstrip, []) => short(text.trim_end())?,
        (StrRemoveprefix, [_]) => short(text.strip_prefix(other()?).unwrap_or(text))?,
        (StrRemovesuffix, [_]) => short(text.strip_suffix(other()?).unwrap_or(text))?,
        (StrCount, [_]) => Const::Int(text.matches(other()?).count() as i64),
        (StrIsdigit, []) => Const::Bool(all(text, |of| of.is_ascii_digit())),
        (StrIsalpha, []) => Const::Bool(all(text, char::is_alphabetic)),
        (StrIsalnum, []) => Const::Bool(all(text, char::is_alphanumeric)),
        (StrIsspace, []) => Const::Bool(all(text, char::is_whitespace)),
        (ToStr, []) => short(text)?,
        (ToInt, []) if all(text.strip_prefix('-').unwrap_or(text), |of| of.is_ascii_digit()) => {
            Const::Int(text.parse().ok()?)
        }
        _ => return None,
    })
}

pub(super) fn compute_binary(op: BinaryOp, a: &str, b: &str) -> Option<Const> {
    Some(match op {
        BinaryOp::Less => Const::Bool(a < b),
        BinaryOp::LessEqual => Const::Bool(a <= b),
        BinaryOp::Greater => Const::Bool(a > b),
        BinaryOp::GreaterEqual => Const::Bool(a >= b),
        BinaryOp::In => Const::Bool(b.contains(a)),
        BinaryOp::NotIn => Const::Bool(!b.contains(a)),
        BinaryOp::Add => short(format!("{a}{b}"))?,
        _ => return None,
    })
}

/// What `str` makes of it.
pub(super) fn written(of: &Const) -> Option<Const> {
    match of {
        Const::Str(text) => short(text.as_str()),
        Const::Int(int) => short(int.to_string()),
        Const::Bool(is) => short(is.to_string()),
        _ => None,
    }
}

/// The parts that `split` makes of a known text.
pub(in crate::skeleton::state::value) fn parts_of(
    text: &str,
    rest: &[Value],
) -> Option<Vec<Const>> {
    let parts: Vec<&str> = match rest {
        [] => text.split_whitespace().collect(),
        [Value::Const(Const::Str(at)), Value::Const(Const::Int(..0))] if !at.is_empty() => {
            text.split(at.as_str()).collect()
        }
        _ => return None,
    };
    parts.into_iter().map(short).collect()
}

/// The character at a position of a known text, from its end where that is below 0.
pub(in crate::skeleton::state::value) fn character_at(text: &str, position: i64) -> Option<Const> {
    let count = text.chars().count() as i64;
    let at = if position < 0 { position.checked_add(count)? } else { position };
    let character = text.chars().nth(usize::try_from(at).ok()?)?;
    short(character.to_string())
}

/// Whether it holds of the text, or of any of a list of them.
fn any(of: &Value, holds: impl Fn(&str) -> bool) -> Option<bool> {
    let holds_of = |of: &Value| match of {
        Value::Const(Const::Str(of)) => Some(holds(of)),
        _ => None,
    };
    match of {
        Value::List(parts) | Value::Tuple(parts) => {
            let all: Vec<bool> = parts.iter().map(holds_of).collect::<Option<_>>()?;
            Some(all.contains(&true))
        }
        of => holds_of(of),
    }
}

fn all(text: &str, is: impl Fn(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(is)
}

fn short(text: impl Into<SmolStr>) -> Option<Const> {
    let text = text.into();
    (text.len() <= TEXT_LEN_MAX).then_some(Const::Str(text))
}
