//! Numbers and durations.

use std::num::IntErrorKind;

use weir_analyzer::mir::Intrinsic;

use super::Call;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::value::{Value, float_text, quoted};
use crate::vm::operators::wanted;

/// Digits beyond these change no float.
const DIGITS_MAX: i64 = 330;

pub(super) fn call(call: &Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    let of = call.arg(0);
    match (call.intrinsic, of) {
        (Abs, of) => abs(of),
        (Round, Value::Float(value)) => match call.args.get(1) {
            Some(_) => Ok(Value::Float(rounded(*value, call.int(1)?))),
            None => to_int(&Value::Float(value.round_ties_even())),
        },
        (ToInt, Value::Str(text)) => match call.args.get(1) {
            Some(_) => int_in_base(text.as_str(), call.int(1)?),
            None => parsed_int(text.as_str(), text.as_str(), 10),
        },
        (ToInt, of) => to_int(of),
        (ToFloat, of) => to_float(of),
        (IntBitLength, Value::Int(value)) => {
            Ok(Value::Int(i64::from(u64::BITS - value.unsigned_abs().leading_zeros())))
        }
        (IntBitCount, Value::Int(value)) => {
            Ok(Value::Int(i64::from(value.unsigned_abs().count_ones())))
        }
        (FloatIsInteger, Value::Float(value)) => {
            Ok(Value::Bool(value.is_finite() && value.fract() == 0.0))
        }
        (DurationTotalSeconds, Value::Duration(length)) => Ok(Value::Float(*length as f64 / 1e9)),
        (intrinsic, of) => duration(intrinsic, of),
    }
}

fn abs(value: &Value) -> Fallible<Value> {
    match value {
        Value::Int(value) => match value.checked_abs() {
            Some(value) => Ok(Value::Int(value)),
            None => fail(Kind::Overflow, format!("abs({value}) is too large for an int")),
        },
        Value::Float(value) => Ok(Value::Float(value.abs())),
        Value::Duration(value) => Ok(Value::Duration(value.saturating_abs())),
        other => Err(wanted("a number", other)),
    }
}

/// To so many digits, exactly: of the decimal numbers of that length, the nearest.
fn rounded(value: f64, digits: i64) -> f64 {
    if !value.is_finite() || digits > DIGITS_MAX {
        return value;
    }
    match usize::try_from(digits) {
        Ok(digits) => format!("{value:.digits$}").parse().unwrap_or(value),
        Err(_) => {
            let unit = 10f64.powi(i32::try_from(-digits.max(-DIGITS_MAX)).unwrap_or(0));
            if unit.is_finite() { (value / unit).round_ties_even() * unit } else { 0.0 }
        }
    }
}

fn to_int(value: &Value) -> Fallible<Value> {
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
        other => Err(wanted("a number or text", other)),
    }
}

/// A prefix that the base allows may stand in front: `0xff` in base 16.
fn int_in_base(text: &str, base: i64) -> Fallible<Value> {
    let radix = match u32::try_from(base) {
        Ok(radix @ 2..=36) => radix,
        _ => return fail(Kind::Value, format!("a base is from 2 to 36, not {base}")),
    };
    let trimmed = text.trim();
    let (sign, digits) = match trimmed.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let prefixes: &[&str] = match radix {
        2 => &["0b", "0B"],
        8 => &["0o", "0O"],
        16 => &["0x", "0X"],
        _ => &[],
    };
    let digits = prefixes.iter().find_map(|prefix| digits.strip_prefix(prefix)).unwrap_or(digits);
    parsed_int(&format!("{sign}{digits}"), text, radix)
}

/// `written` is the text as the program has it, for the message.
fn parsed_int(text: &str, written: &str, radix: u32) -> Fallible<Value> {
    let is_no_int = || fail(Kind::Value, format!("{} is no int", quoted(written)));
    let Some(digits) = without_underscores(text.trim()) else { return is_no_int() };
    match i64::from_str_radix(&digits, radix) {
        Ok(value) => Ok(Value::Int(value)),
        Err(error) => match error.kind() {
            IntErrorKind::PosOverflow | IntErrorKind::NegOverflow => {
                fail(Kind::Overflow, format!("{} is too large for an int", quoted(written)))
            }
            _ => is_no_int(),
        },
    }
}

/// Single underscores between digits are left out; others make no number.
fn without_underscores(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let between = |at: usize| {
        let digit = |at: Option<usize>| {
            at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric)
        };
        digit(at.checked_sub(1)) && digit(Some(at + 1))
    };
    let misplaced = text.match_indices('_').any(|(at, _)| !between(at));
    (!misplaced).then(|| text.replace('_', ""))
}

fn to_float(value: &Value) -> Fallible<Value> {
    match value {
        Value::Float(_) => Ok(value.clone()),
        Value::Int(value) => Ok(Value::Float(*value as f64)),
        Value::Str(text) => {
            let digits = without_underscores(text.as_str().trim());
            match digits.and_then(|digits| digits.parse().ok()) {
                Some(value) => Ok(Value::Float(value)),
                None => fail(Kind::Value, format!("{} is no float", quoted(text.as_str()))),
            }
        }
        other => Err(wanted("a number or text", other)),
    }
}

/// `5.seconds`, `1.5.hours`
fn duration(intrinsic: Intrinsic, of: &Value) -> Fallible<Value> {
    use Intrinsic::*;
    let unit: i64 = match intrinsic {
        IntNanoseconds | FloatNanoseconds => 1,
        IntMicroseconds | FloatMicroseconds => 1_000,
        IntMilliseconds | FloatMilliseconds => 1_000_000,
        IntSeconds | FloatSeconds => 1_000_000_000,
        IntMinutes | FloatMinutes => 60_000_000_000,
        _ => 3_600_000_000_000,
    };
    match of {
        Value::Int(count) => match count.checked_mul(unit) {
            Some(length) => Ok(Value::Duration(length)),
            None => fail(Kind::Overflow, format!("a duration of {count} such units is too large")),
        },
        Value::Float(count) => {
            let length = (count * unit as f64).round();
            if length.abs() < i64::MAX as f64 {
                Ok(Value::Duration(length as i64))
            } else {
                let count = float_text(*count);
                fail(Kind::Overflow, format!("a duration of {count} such units is too large"))
            }
        }
        other => Err(wanted("a number", other)),
    }
}
