//! Methods of `str`.

use weir_analyzer::mir::Intrinsic;

use super::{Args, arg, int_arg, wanted};
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::machine::Machine;
use crate::value::{Text, Value};
use crate::vm::{access, operators};

pub(super) fn call(machine: &Machine, intrinsic: Intrinsic, args: Args) -> Fallible<Value> {
    use Intrinsic::*;
    let text = &*text_arg(&args, 0)?.text;
    Ok(match intrinsic {
        StrUpper => Value::str(text.to_uppercase()),
        StrLower => Value::str(text.to_lowercase()),
        StrStrip => Value::str(text.trim()),
        StrSplit => split(text, &text_arg(&args, 1)?.text)?,
        StrJoin => join(machine, text, arg(&args, 1))?,
        StrReplace => {
            let (old, new) = (&*text_arg(&args, 1)?.text, &*text_arg(&args, 2)?.text);
            let grown = text.matches(old).count().saturating_mul(new.len());
            operators::bounded(text.len().saturating_add(grown))?;
            Value::str(text.replace(old, new))
        }
        StrStartsWith => Value::Bool(text.starts_with(&*text_arg(&args, 1)?.text)),
        StrEndsWith => Value::Bool(text.ends_with(&*text_arg(&args, 1)?.text)),
        StrContains => Value::Bool(text.contains(&*text_arg(&args, 1)?.text)),
        StrFind => match text.find(&*text_arg(&args, 1)?.text) {
            Some(byte) => Value::Int(text[..byte].chars().count() as i64),
            None => Value::Int(-1),
        },
        StrRepeat => operators::repeat(text, int_arg(&args, 1)?)?,
        _ => return Err(wanted("a method of str", arg(&args, 0))),
    })
}

fn text_arg(args: &[Value], at: usize) -> Fallible<&Text> {
    match arg(args, at) {
        Value::Str(text) => Ok(text),
        other => Err(wanted("a str", other)),
    }
}

fn split(text: &str, separator: &str) -> Fallible<Value> {
    if separator.is_empty() {
        return fail(Kind::Value, "a string cannot be split at an empty separator");
    }
    Ok(Value::list(text.split(separator).map(Value::str).collect()))
}

fn join(machine: &Machine, separator: &str, items: &Value) -> Fallible<Value> {
    let mut out = String::new();
    for (at, item) in access::elements(&machine.heap, items)?.iter().enumerate() {
        let Value::Str(item) = item else { return Err(wanted("a str", item)) };
        if at > 0 {
            out.push_str(separator);
        }
        out.push_str(&item.text);
        operators::bounded(out.len())?;
    }
    Ok(Value::str(out))
}
