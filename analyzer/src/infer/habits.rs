//! Members and arguments that other languages have, and how Weir says it: for the help of T003 and
//! T002.

use crate::ty::Builtin;

/// How a member is written that people look for under this name.
pub(super) fn meant(of: Builtin, name: &str) -> Option<&'static str> {
    use Builtin::*;
    let is_list = matches!(of, List | MutableList);
    let is_map = matches!(of, Map | MutableMap);
    let is_set = matches!(of, Set | MutableSet);
    let is_collection = is_list || is_map || is_set || matches!(of, Str | Bytes | Range);
    Some(match name {
        "contains" | "includes" | "has" | "__contains__" if is_collection => {
            "ask with `in`: `x in xs`"
        }
        "has_key" | "contains_key" | "containsKey" if is_map => "ask with `in`: `key in entries`",
        "length" | "size" | "len" if is_collection => "ask with `len(…)`",
        "is_empty" | "isEmpty" | "empty" if is_collection => "compare: `len(…) == 0`",
        "push" | "push_back" | "add" if is_list => "it is `append(item)`",
        "map" if is_list => "write a comprehension: `[f(x) for x in xs]`",
        "filter" if is_list => "write a comprehension: `[x for x in xs if …]`",
        "sorted" if is_list => "it is `sort()`, or `sorted(xs)` for a new list",
        "reversed" if is_list => "it is `reverse()`, or `reversed(xs)` for a new list",
        "join" if is_list => "the separator comes first: `\", \".join(xs)`",
        "first" if is_list => "write `xs[0]`",
        "last" if is_list => "write `xs[-1]`",
        "delete" if is_map || is_set => "it is `remove(…)`, or `discard(…)` if it may be absent",
        "insert" | "set" | "put" if of == MutableMap => "assign: `entries[key] = value`",
        "trim" if of == Str => "it is `strip()`",
        "to_upper" | "toUpperCase" | "uppercase" if of == Str => "it is `upper()`",
        "to_lower" | "toLowerCase" | "lowercase" if of == Str => "it is `lower()`",
        "starts_with" | "startsWith" if of == Str => "it is `startswith(prefix)`",
        "ends_with" | "endsWith" if of == Str => "it is `endswith(suffix)`",
        "repeat" if of == Str => "multiply: `text * times`",
        "format" if of == Str => "write an f-string: `f\"{value}\"`",
        "chars" if of == Str => "walk it, or `list(text)`",
        "lines" if of == Str => "it is `splitlines()`",
        "expect" if matches!(of, Option | Result) => "it is `unwrap()`",
        "recv" if matches!(of, Channel | Receiver) => "it is `receive()`",
        "acquire" | "release" if of == Mutex => "take it by `with m.lock() as x:`",
        "load" if of == Atom => "it is `get()`",
        "store" if of == Atom => "it is `set(value)`",
        "update" | "fetch_add" if of == Atom => "it is `swap(f)`",
        _ => return None,
    })
}

/// How to say what people mean by this argument of a function of the prelude.
pub(super) fn argument(of: &str, name: Option<&str>) -> Option<&'static str> {
    Some(match (of, name) {
        ("print" | "eprint", Some("end")) => {
            "each `print` is a line: put what belongs on one into one `print`, or `\"\".join(…)`"
        }
        ("print" | "eprint", Some("sep")) => {
            "a space stands between values: for anything else, `\", \".join(…)` or an f-string"
        }
        ("print", Some("file")) => "`eprint(…)` prints to standard error",
        ("print" | "eprint", Some("flush")) => "leave it out: what is printed is never held back",
        ("map", None) => "write a comprehension: `[f(x) for x in xs]`",
        ("min" | "max", Some("default")) => {
            "ask first whether there is something: `max(xs) if len(xs) > 0 else …`"
        }
        ("sorted" | "sort", Some("cmp")) => "say what to sort by: `key=fn(x): …`",
        ("zip", Some("strict")) => "make sure first: `assert len(xs) == len(ys)`",
        _ => return None,
    })
}
