//! Rows of bytes. Parts are looked for in time that grows with both lengths, not with their product.

use std::rc::Rc;

use memchr::memmem;
use weir_analyzer::mir::Intrinsic;

use super::Call;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::room::{bounded, row_of};
use crate::value::Value;
use crate::vm::operators::wanted;

pub(super) fn call(call: &Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    if call.intrinsic == BytesNew {
        return new(call);
    }
    let bytes = call.bytes(0)?;
    Ok(match call.intrinsic {
        BytesDecode => match std::str::from_utf8(bytes) {
            Ok(text) => Value::str(text),
            Err(error) => {
                let at = error.valid_up_to();
                return fail(Kind::Value, format!("the bytes are no UTF-8 from index {at} on"));
            }
        },
        BytesHex => {
            bounded(bytes.len().saturating_mul(2))?;
            Value::str(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        }
        BytesStartswith => Value::Bool(bytes.starts_with(call.bytes(1)?)),
        BytesEndswith => Value::Bool(bytes.ends_with(call.bytes(1)?)),
        BytesFind => Value::Int(memmem::find(bytes, call.bytes(1)?).map_or(-1, |at| at as i64)),
        BytesCount => Value::Int(memmem::find_iter(bytes, call.bytes(1)?).count() as i64),
        BytesSplit => split(bytes, call.bytes(1)?)?,
        BytesJoin => join(call, bytes)?,
        _ => return call.unknown(),
    })
}

impl Call<'_> {
    fn bytes(&self, at: usize) -> Fallible<&[u8]> {
        match self.arg(at) {
            Value::Bytes(bytes) => Ok(bytes),
            other => Err(wanted("bytes", other)),
        }
    }
}

fn value(bytes: &[u8]) -> Value {
    Value::Bytes(Rc::new(bytes.to_vec()))
}

fn new(call: &Call<'_>) -> Fallible<Value> {
    let mut bytes = Vec::new();
    for item in call.elements(0)? {
        let Value::Int(item) = item else { return Err(wanted("an int", &item)) };
        match u8::try_from(item) {
            Ok(byte) => bytes.push(byte),
            Err(_) => return fail(Kind::Value, format!("a byte is from 0 to 255, not {item}")),
        }
    }
    Ok(Value::Bytes(Rc::new(bytes)))
}

fn split(bytes: &[u8], separator: &[u8]) -> Fallible<Value> {
    if separator.is_empty() {
        return fail(Kind::Value, "bytes cannot be split at an empty separator");
    }
    let ends = memmem::find_iter(bytes, separator).chain([bytes.len()]);
    let mut start = 0;
    let parts = ends.map(|end| {
        let part = value(&bytes[start..end]);
        start = end + separator.len();
        part
    });
    row_of(parts).map(Value::list)
}

fn join(call: &Call<'_>, separator: &[u8]) -> Fallible<Value> {
    let mut out = Vec::new();
    for (at, item) in call.elements(1)?.iter().enumerate() {
        let Value::Bytes(item) = item else { return Err(wanted("bytes", item)) };
        if at > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(item);
        bounded(out.len())?;
    }
    Ok(Value::Bytes(Rc::new(out)))
}
