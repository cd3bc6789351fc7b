//! Values as text: as the expression that makes them.

use super::{Key, Value, push_int};
use crate::bounds::PRINT_DEPTH_MAX;
use crate::heap::{Heap, Object};
use crate::program::Program;

/// Prints values of one machine.
pub(crate) struct Printer<'a> {
    program: &'a Program,
    heap: &'a Heap,
    /// The owned objects that are being printed: one inside itself shows `...`.
    open: Vec<super::ObjectId>,
    depth: usize,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(program: &'a Program, heap: &'a Heap) -> Self {
        Self { program, heap, open: Vec::new(), depth: 0 }
    }

    /// As `print` shows it: a string bare.
    pub(crate) fn text(&mut self, value: &Value) -> String {
        let mut out = String::new();
        self.write_text(&mut out, value);
        out
    }

    /// The same, into a text.
    pub(crate) fn write_text(&mut self, out: &mut String, value: &Value) {
        match value {
            Value::Str(text) => out.push_str(text.as_str()),
            other => self.write(out, other),
        }
    }

    /// As the expression that makes it.
    pub(crate) fn literal(&mut self, value: &Value) -> String {
        let mut out = String::new();
        self.write(&mut out, value);
        out
    }

    /// The same, into a text.
    pub(crate) fn write(&mut self, out: &mut String, value: &Value) {
        if self.depth >= PRINT_DEPTH_MAX {
            out.push_str("...");
            return;
        }
        self.depth += 1;
        self.write_value(out, value);
        self.depth -= 1;
    }

    fn write_value(&mut self, out: &mut String, value: &Value) {
        match value {
            Value::Unassigned => out.push_str("<unassigned>"),
            Value::Lost => out.push_str("<cancelled>"),
            Value::Unit => out.push_str("()"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Value::Int(value) => push_int(out, *value),
            Value::Float(value) => out.push_str(&float_text(*value)),
            Value::Duration(value) => out.push_str(&duration_text(*value)),
            Value::Instant(value) => out.push_str(&format!("instant({})", duration_text(*value))),
            Value::Str(text) => quote(out, text.as_str()),
            Value::Bytes(bytes) => quote_bytes(out, bytes),
            Value::Range(range) if range.step == 1 => {
                out.push_str(&format!("range({}, {})", range.start, range.stop));
            }
            Value::Range(range) => {
                out.push_str(&format!("range({}, {}, {})", range.start, range.stop, range.step));
            }
            Value::List(items) => self.write_row(out, "[", items, "]"),
            Value::Map(map) => self.write_entries(out, map.iter()),
            Value::Set(set) if set.is_empty() => out.push_str("set()"),
            Value::Set(set) => self.write_elements(out, set.iter()),
            Value::Tuple(items) if items.len() == 1 => self.write_row(out, "(", items, ",)"),
            Value::Tuple(items) => self.write_row(out, "(", items, ")"),
            Value::Struct(of) => self.write_struct(out, of.ty, &of.fields),
            Value::Variant(of) => {
                let variant = self.program.variant(of.variant);
                out.push_str(&format!("{}.{}", variant.owner, variant.name));
                if !of.fields.is_empty() {
                    self.write_row(out, "(", &of.fields, ")");
                }
            }
            Value::None => out.push_str("None"),
            Value::Some(of) => self.write_row(out, "Some(", of, ")"),
            Value::Ok(of) => self.write_row(out, "Ok(", of, ")"),
            Value::Err(of) => self.write_row(out, "Err(", of, ")"),
            Value::Failure(failure) => {
                out.push_str("Failure(message=");
                quote(out, &failure.message);
                out.push_str(&format!(", kind=\"{}\")", failure.kind.text()));
            }
            Value::Function(function) => {
                out.push_str(&format!("<fn {}>", self.program.code(function.code).name));
            }
            Value::Iterator(_) => out.push_str("<iterator>"),
            Value::Owned(id) => self.write_owned(out, *id),
            Value::Sync(id) => out.push_str(&format!("<{}>", self.heap.sync(*id).noun())),
            Value::Task(_) => out.push_str("<task>"),
            Value::Scope(_) => out.push_str("<scope>"),
        }
    }

    fn write_owned(&mut self, out: &mut String, id: super::ObjectId) {
        if self.open.contains(&id) {
            out.push_str("...");
            return;
        }
        self.open.push(id);
        match self.heap.object(id) {
            Object::List(items) => self.write_row(out, "mutable_list([", items, "])"),
            Object::Flags(flags) => {
                let items: Vec<Value> = flags.values().collect();
                self.write_row(out, "mutable_list([", &items, "])");
            }
            Object::Map(map) => {
                out.push_str("mutable_map(");
                self.write_entries(out, map.iter());
                out.push(')');
            }
            Object::Set(set) if set.is_empty() => out.push_str("mutable_set()"),
            Object::Set(set) => {
                out.push_str("mutable_set(");
                self.write_elements(out, set.iter());
                out.push(')');
            }
            Object::Struct(ty, fields) => self.write_struct(out, *ty, fields),
            Object::Frozen(noun) => out.push_str(&format!("<frozen {noun}>")),
        }
        self.open.pop();
    }

    fn write_struct(&mut self, out: &mut String, ty: crate::program::TypeId, fields: &[Value]) {
        let of = self.program.ty(ty);
        out.push_str(&of.name);
        out.push('(');
        for (position, value) in fields.iter().enumerate() {
            if position > 0 {
                out.push_str(", ");
            }
            if let Some(name) = of.fields.get(position) {
                out.push_str(&format!("{name}="));
            }
            self.write(out, value);
        }
        out.push(')');
    }

    fn write_row(&mut self, out: &mut String, open: &str, items: &[Value], close: &str) {
        out.push_str(open);
        for (position, item) in items.iter().enumerate() {
            if position > 0 {
                out.push_str(", ");
            }
            self.write(out, item);
        }
        out.push_str(close);
    }

    fn write_entries<'v>(
        &mut self,
        out: &mut String,
        entries: impl Iterator<Item = (&'v Key, &'v Value)>,
    ) {
        out.push('{');
        for (position, (key, value)) in entries.enumerate() {
            if position > 0 {
                out.push_str(", ");
            }
            self.write(out, &key.0);
            out.push_str(": ");
            self.write(out, value);
        }
        out.push('}');
    }

    fn write_elements<'v>(&mut self, out: &mut String, elements: impl Iterator<Item = &'v Key>) {
        out.push('{');
        for (position, element) in elements.enumerate() {
            if position > 0 {
                out.push_str(", ");
            }
            self.write(out, &element.0);
        }
        out.push('}');
    }
}

/// The text as a literal.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::new();
    quote(&mut out, text);
    out
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control.is_control() => {
                out.push_str(&format!("\\u{{{:X}}}", control as u32))
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
}

fn quote_bytes(out: &mut String, bytes: &[u8]) {
    out.push_str("b\"");
    for byte in bytes {
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x20..=0x7e => out.push(char::from(*byte)),
            other => out.push_str(&format!("\\x{other:02x}")),
        }
    }
    out.push('"');
}

/// The shortest text that reads back as this float: `1.0`, `0.1`, `1e+21`, `1e-07`, `inf`, `nan`.
pub(crate) fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if value != 0.0 && !(-4..=20).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let plain = format!("{value}");
    if plain.contains('.') { plain } else { plain + ".0" }
}

/// As Go writes durations: `1m30s`, `250ms`, `1.5s`, `0s`.
pub(crate) fn duration_text(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let length = nanoseconds.unsigned_abs();
    if length == 0 {
        return "0s".to_owned();
    }
    if length < 1_000_000_000 {
        let (unit, name) = match length {
            0..1_000 => (1, "ns"),
            1_000..1_000_000 => (1_000, "µs"),
            _ => (1_000_000, "ms"),
        };
        return format!("{sign}{}{name}", decimal(length, unit));
    }
    let (hours, rest) = (length / 3_600_000_000_000, length % 3_600_000_000_000);
    let (minutes, seconds) = (rest / 60_000_000_000, rest % 60_000_000_000);
    let mut text = sign.to_owned();
    if hours > 0 {
        text += &format!("{hours}h");
    }
    if hours > 0 || minutes > 0 {
        text += &format!("{minutes}m");
    }
    text + &decimal(seconds, 1_000_000_000) + "s"
}

fn decimal(value: u64, unit: u64) -> String {
    let (whole, rest) = (value / unit, value % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let digits = unit.ilog10() as usize;
    let fraction = format!("{rest:0digits$}");
    format!("{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_the_shortest_text_that_reads_back() {
        let texts = [1.0, 0.1, 1e21, 1e-7, -0.5, 1e20, 0.0001, 1.5e300, 0.0].map(float_text);
        assert_eq!(
            texts,
            [
                "1.0",
                "0.1",
                "1e+21",
                "1e-07",
                "-0.5",
                "100000000000000000000.0",
                "0.0001",
                "1.5e+300",
                "0.0"
            ]
        );
        assert_eq!(float_text(f64::NAN), "nan");
        assert_eq!(float_text(f64::NEG_INFINITY), "-inf");
    }

    #[test]
    fn durations_print_as_go_writes_them() {
        let second = 1_000_000_000;
        let texts = [90 * second, 250_000_000, 1_500_000_000, 0, -second, 3600 * second, 1500, 7]
            .map(duration_text);
        assert_eq!(texts, ["1m30s", "250ms", "1.5s", "0s", "-1s", "1h0m0s", "1.5µs", "7ns"]);
    }
}
