//! Values as text: as the expression that makes them.
//!
//! Written with a worklist, so that a long linked structure cannot overflow the machine's stack. A value whose
//! parts are shared can be short to hold and long to print: the text asks for room while it grows.

use std::collections::BTreeSet;
use std::slice;

use super::literals::{duration_text, float_text, quote, quote_byte, quote_character};
use super::{Key, Map, ObjectId, Set, Value, push_int};
use crate::failure::Fallible;
use crate::heap::{Heap, Object};
use crate::program::{Program, TypeId};
use crate::room::{Growth, bounded, counted};

/// Prints values of one machine.
pub(crate) struct Printer<'a> {
    program: &'a Program,
    heap: &'a Heap,
    growth: Growth,
}

impl<'a> Printer<'a> {
    pub(crate) fn new(program: &'a Program, heap: &'a Heap) -> Self {
        Self { program, heap, growth: Growth::default() }
    }

    /// As `print` shows it: a string bare.
    pub(crate) fn text(&mut self, value: &Value) -> Fallible<String> {
        let mut out = String::new();
        self.write_text(&mut out, value)?;
        Ok(out)
    }

    /// The same, into a text.
    pub(crate) fn write_text(&mut self, out: &mut String, value: &Value) -> Fallible<()> {
        match value {
            Value::Str(text) => {
                bounded(out.len() + text.as_bytes().len())?;
                out.push_str(text.as_str());
                Ok(())
            }
            other => self.write(out, other),
        }
    }

    /// As the expression that makes it.
    pub(crate) fn literal(&mut self, value: &Value) -> Fallible<String> {
        let mut out = String::new();
        self.write(&mut out, value)?;
        Ok(out)
    }

    /// The same, into a text.
    pub(crate) fn write(&mut self, out: &mut String, value: &Value) -> Fallible<()> {
        let mut open: Vec<Open<'_>> = Vec::new();
        let mut inside = BTreeSet::new();
        let mut next = Some(value);
        loop {
            if let Some(value) = next {
                open.extend(self.begin(out, value, &mut inside)?);
                self.growth.reach(out.len())?;
            }
            let Some(last) = open.last_mut() else { return counted(out.len()) };
            next = last.next(out);
            if next.is_none() {
                out.push_str(last.close);
                last.owned.map(|id| inside.remove(&id));
                open.pop();
            }
        }
    }

    /// Writes a value that has no parts, or what stands in front of the parts of one that has.
    fn begin<'v>(
        &mut self,
        out: &mut String,
        value: &'v Value,
        inside: &mut BTreeSet<ObjectId>,
    ) -> Fallible<Option<Open<'v>>>
    where
        'a: 'v,
    {
        match value {
            Value::Unassigned => out.push_str("<unassigned>"),
            Value::Lost => out.push_str("<cancelled>"),
            Value::Unit => out.push_str("()"),
            Value::Bool(value) => out.push_str(bool_text(*value)),
            Value::Int(value) => push_int(out, *value),
            Value::Float(value) => out.push_str(&float_text(*value)),
            Value::Duration(value) => out.push_str(&duration_text(*value)),
            Value::Instant(value) => out.push_str(&format!("instant({})", duration_text(*value))),
            Value::Str(text) => {
                out.push('"');
                for character in text.as_str().chars() {
                    quote_character(out, character);
                    self.growth.reach(out.len())?;
                }
                out.push('"');
            }
            Value::Bytes(bytes) => {
                out.push_str("b\"");
                for byte in bytes.iter() {
                    quote_byte(out, *byte);
                    self.growth.reach(out.len())?;
                }
                out.push('"');
            }
            Value::Range(range) if range.step == 1 => {
                out.push_str(&format!("range({}, {})", range.start, range.stop));
            }
            Value::Range(range) => {
                out.push_str(&format!("range({}, {}, {})", range.start, range.stop, range.step));
            }
            Value::List(items) => return Ok(Some(Open::row(out, "[", items, "]"))),
            Value::Map(map) => return Ok(Some(Open::map(out, "{", map, "}"))),
            Value::Set(set) if set.is_empty() => out.push_str("set()"),
            Value::Set(set) => return Ok(Some(Open::set(out, "{", set, "}"))),
            Value::Tuple(items) if items.len() == 1 => {
                return Ok(Some(Open::row(out, "(", items, ",)")));
            }
            Value::Tuple(items) => return Ok(Some(Open::row(out, "(", items, ")"))),
            Value::Struct(of) => return Ok(Some(self.fields(out, of.ty, &of.fields))),
            Value::Variant(of) => {
                let variant = self.program.variant(of.variant);
                out.push_str(&format!("{}.{}", variant.owner, variant.name));
                if !of.fields.is_empty() {
                    return Ok(Some(Open::row(out, "(", &of.fields, ")")));
                }
            }
            Value::None => out.push_str("None"),
            Value::Some(of) => return Ok(Some(Open::row(out, "Some(", of, ")"))),
            Value::Ok(of) => return Ok(Some(Open::row(out, "Ok(", of, ")"))),
            Value::Err(of) => return Ok(Some(Open::row(out, "Err(", of, ")"))),
            Value::Failure(failure) => {
                out.push_str("Failure(message=");
                quote(out, &failure.message);
                out.push_str(&format!(", kind=\"{}\")", failure.kind.text()));
            }
            Value::Function(function) => {
                out.push_str(&format!("<fn {}>", self.program.code(function.code).name));
            }
            Value::Iterator(_) => out.push_str("<iterator>"),
            Value::Owned(id) if !inside.insert(*id) => out.push_str("..."),
            Value::Owned(id) => {
                let open = self.begin_owned(out, *id)?;
                return Ok(Some(Open { owned: Some(*id), ..open }));
            }
            Value::Sync(id) => out.push_str(&format!("<{}>", self.heap.sync(*id).noun())),
            Value::Task(_) => out.push_str("<task>"),
            Value::Scope(_) => out.push_str("<scope>"),
        }
        Ok(None)
    }

    fn begin_owned(&mut self, out: &mut String, id: ObjectId) -> Fallible<Open<'a>> {
        Ok(match self.heap.object(id) {
            Object::List(items) => Open::row(out, "mutable_list([", items, "])"),
            Object::Flags(flags) => {
                let open = Open::row(out, "mutable_list([", &[], "])");
                for (position, flag) in flags.iter().enumerate() {
                    out.push_str(if position > 0 { ", " } else { "" });
                    out.push_str(bool_text(flag));
                    self.growth.reach(out.len())?;
                }
                open
            }
            Object::Map(map) => Open::map(out, "mutable_map({", map, "})"),
            Object::Set(set) if set.is_empty() => Open::row(out, "mutable_set(", &[], ")"),
            Object::Set(set) => Open::set(out, "mutable_set({", set, "})"),
            Object::Struct(ty, fields) => self.fields(out, *ty, fields),
            Object::Frozen(noun) => {
                out.push_str("<frozen ");
                Open::row(out, noun, &[], ">")
            }
        })
    }

    fn fields<'v>(&self, out: &mut String, ty: TypeId, fields: &'v [Value]) -> Open<'v>
    where
        'a: 'v,
    {
        let of = self.program.ty(ty);
        out.push_str(&of.name);
        Open::new(out, "(", Parts::Fields(of.fields.iter(), fields.iter()), ")")
    }
}

/// A value whose parts are being written.
struct Open<'v> {
    parts: Parts<'v>,
    is_first: bool,
    close: &'static str,
    /// The object that it is, if it is an owned one: one inside itself shows `...`.
    owned: Option<ObjectId>,
}

/// The parts that are still to come.
enum Parts<'v> {
    Row(slice::Iter<'v, Value>),
    Fields(slice::Iter<'v, String>, slice::Iter<'v, Value>),
    /// With the value of the key that was written last.
    Entries(indexmap::map::Iter<'v, Key, Value>, Option<&'v Value>),
    Elements(indexmap::set::Iter<'v, Key>),
}

impl<'v> Open<'v> {
    fn new(out: &mut String, open: &str, parts: Parts<'v>, close: &'static str) -> Self {
        out.push_str(open);
        Self { parts, is_first: true, close, owned: None }
    }

    fn row(out: &mut String, open: &str, items: &'v [Value], close: &'static str) -> Self {
        Self::new(out, open, Parts::Row(items.iter()), close)
    }

    fn map(out: &mut String, open: &str, map: &'v Map, close: &'static str) -> Self {
        Self::new(out, open, Parts::Entries(map.iter(), None), close)
    }

    fn set(out: &mut String, open: &str, set: &'v Set, close: &'static str) -> Self {
        Self::new(out, open, Parts::Elements(set.iter()), close)
    }

    /// The next part, with what stands in front of it written.
    fn next(&mut self, out: &mut String) -> Option<&'v Value> {
        if let Parts::Entries(_, value) = &mut self.parts
            && let Some(value) = value.take()
        {
            out.push_str(": ");
            return Some(value);
        }
        let (name, part) = match &mut self.parts {
            Parts::Row(items) => (None, items.next()?),
            Parts::Fields(names, items) => (names.next(), items.next()?),
            Parts::Entries(entries, pending) => {
                let (key, value) = entries.next()?;
                *pending = Some(value);
                (None, &key.0)
            }
            Parts::Elements(elements) => (None, &elements.next()?.0),
        };
        if !std::mem::take(&mut self.is_first) {
            out.push_str(", ");
        }
        if let Some(name) = name {
            out.push_str(name);
            out.push('=');
        }
        Some(part)
    }
}

fn bool_text(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}
