//! Options, results and failures.

use weir_analyzer::mir::Intrinsic;

use super::Call;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::value::Value;
use crate::vm::access;
use crate::vm::operators::wanted;

pub(super) fn call(call: &Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    let of = call.arg(0);
    let held = match of {
        Value::Some(held) | Value::Ok(held) => held.first(),
        _ => None,
    };
    Ok(match call.intrinsic {
        OptionIsSome | ResultIsOk => Value::Bool(held.is_some()),
        OptionIsNone | ResultIsErr => Value::Bool(held.is_none()),
        OptionUnwrapOr | ResultUnwrapOr => held.unwrap_or(call.arg(1)).clone(),
        OptionOkOr => match held {
            Some(held) => Value::ok(held.clone()),
            None => Value::err(call.arg(1).clone()),
        },
        OptionUnwrap | ResultUnwrap => match (held, of) {
            (Some(held), _) => held.clone(),
            (None, Value::Lost) => return crate::vm::lost(),
            (None, of) => return fail(Kind::Unwrap, format!("unwrap of {}", call.literal(of)?)),
        },
        FailureMessage => access::field(&call.machine.heap, of, 0)?,
        FailureKind => access::field(&call.machine.heap, of, 1)?,
        FailureTrace => access::field(&call.machine.heap, of, 2)?,
        _ => return Err(wanted("an Option or a Result", of)),
    })
}
