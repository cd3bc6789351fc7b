//! The module `math`. What has no answer among the floats fails, and says for which number.

use weir_analyzer::mir::Intrinsic;

use super::Call;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::value::{Value, float_text};
use crate::vm::operators::wanted;

pub(super) fn call(call: &Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    let x = float(call, 0)?;
    let value = match call.intrinsic {
        MathFloor => return whole(x.floor()),
        MathCeil => return whole(x.ceil()),
        MathTrunc => return whole(x.trunc()),
        MathIsnan => return Ok(Value::Bool(x.is_nan())),
        MathIsinf => return Ok(Value::Bool(x.is_infinite())),
        MathIsfinite => return Ok(Value::Bool(x.is_finite())),
        MathSqrt => of(call, x, x.is_nan() || x >= 0.0, "must not be negative", f64::sqrt)?,
        MathLog | MathLog2 | MathLog10 => logarithm(call, x)?,
        MathAsin => of(call, x, is_ratio(x), "must be from -1.0 to 1.0", f64::asin)?,
        MathAcos => of(call, x, is_ratio(x), "must be from -1.0 to 1.0", f64::acos)?,
        MathSin => x.sin(),
        MathCos => x.cos(),
        MathTan => x.tan(),
        MathAtan => x.atan(),
        MathAtan2 => x.atan2(float(call, 1)?),
        MathHypot => x.hypot(float(call, 1)?),
        MathCopysign => x.copysign(float(call, 1)?),
        MathCbrt => x.cbrt(),
        MathExp => x.exp(),
        _ => return call.unknown(),
    };
    Ok(Value::Float(value))
}

fn float(call: &Call<'_>, at: usize) -> Fallible<f64> {
    match call.arg(at) {
        Value::Float(value) => Ok(*value),
        other => Err(wanted("a float", other)),
    }
}

fn of(call: &Call<'_>, x: f64, has: bool, must: &str, f: fn(f64) -> f64) -> Fallible<f64> {
    if has {
        return Ok(f(x));
    }
    let name = call.intrinsic.name().trim_start_matches("math.");
    fail(Kind::Value, format!("{name}({}): the number {must}", float_text(x)))
}

fn is_ratio(x: f64) -> bool {
    x.is_nan() || x.abs() <= 1.0
}

fn logarithm(call: &Call<'_>, x: f64) -> Fallible<f64> {
    let f: fn(f64) -> f64 = match call.intrinsic {
        Intrinsic::MathLog2 => f64::log2,
        Intrinsic::MathLog10 => f64::log10,
        _ => f64::ln,
    };
    let above_zero = |x: f64| x.is_nan() || x > 0.0;
    let value = of(call, x, above_zero(x), "must be above zero", f)?;
    if call.args.len() < 2 {
        return Ok(value);
    }
    let base = float(call, 1)?;
    let has = above_zero(base) && base != 1.0;
    Ok(value / of(call, base, has, "must be above zero and not 1 as a base", f64::ln)?)
}

fn whole(x: f64) -> Fallible<Value> {
    // i64::MAX as a float is 2^63, which does not fit any more.
    if x >= i64::MIN as f64 && x < i64::MAX as f64 {
        return Ok(Value::Int(x as i64));
    }
    fail(Kind::Value, format!("{} cannot be an int", float_text(x)))
}
