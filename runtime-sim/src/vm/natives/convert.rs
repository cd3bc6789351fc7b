//! `int(…)`, `float(…)` and durations from numbers.

use weir_analyzer::mir::Intrinsic;

use super::{arg, wanted};
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::value::{Value, float_text};

pub(super) fn to_int(value: &Value) -> Fallible<Value> {
    match value {
        Value::Int(_) => Ok(value.clone()),
        Value::Bool(value) => Ok(Value::Int(i64::from(*value))),
        // i64::MAX as a float is 2^63, which does not fit any more.
        Value::Float(value) if *value >= i64::MIN as f64 && *value < i64::MAX as f64 => {
            Ok(Value::Int(*value as i64))
        }
        Value::Float(value) => {
            fail(Kind::Value, format!("{} cannot be an int", float_text(*value)))
        }
        Value::Str(text) => match text.text.trim().replace('_', "").parse() {
            Ok(value) => Ok(Value::Int(value)),
            Err(_) => fail(Kind::Value, format!("{:?} is no int", text.text)),
        },
        other => Err(wanted("a number or text", other)),
    }
}

pub(super) fn to_float(value: &Value) -> Fallible<Value> {
    match value {
        Value::Float(_) => Ok(value.clone()),
        Value::Int(value) => Ok(Value::Float(*value as f64)),
        Value::Str(text) => match text.text.trim().parse() {
            Ok(value) => Ok(Value::Float(value)),
            Err(_) => fail(Kind::Value, format!("{:?} is no float", text.text)),
        },
        other => Err(wanted("a number or text", other)),
    }
}

/// `5.seconds`, `1.5.hours`, `d.total_seconds()`
pub(super) fn duration(intrinsic: Intrinsic, args: &[Value]) -> Fallible<Value> {
    use Intrinsic::*;
    let unit: i64 = match intrinsic {
        IntNanoseconds | FloatNanoseconds => 1,
        IntMicroseconds | FloatMicroseconds => 1_000,
        IntMilliseconds | FloatMilliseconds => 1_000_000,
        IntSeconds | FloatSeconds => 1_000_000_000,
        IntMinutes | FloatMinutes => 60_000_000_000,
        _ => 3_600_000_000_000,
    };
    match (intrinsic, arg(args, 0)) {
        (DurationTotalSeconds, Value::Duration(length)) => Ok(Value::Float(*length as f64 / 1e9)),
        (_, Value::Int(count)) => match count.checked_mul(unit) {
            Some(length) => Ok(Value::Duration(length)),
            None => fail(Kind::Overflow, format!("a duration of {count} such units is too large")),
        },
        (_, Value::Float(count)) => {
            let length = (count * unit as f64).round();
            if length.abs() < i64::MAX as f64 {
                Ok(Value::Duration(length as i64))
            } else {
                let count = float_text(*count);
                fail(Kind::Overflow, format!("a duration of {count} such units is too large"))
            }
        }
        (_, other) => Err(wanted("a number", other)),
    }
}
