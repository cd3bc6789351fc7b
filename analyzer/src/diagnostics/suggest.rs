//! "Did you mean": the known name nearest to a misspelt one, or that of another language's word.

use std::cmp::Reverse;

/// So many letters of a name bear one edit, and no name bears more than [`EDITS_MAX`].
const LETTERS_FOR_AN_EDIT: usize = 3;
const EDITS_MAX: usize = 2;
/// A name that begins with another letter was meant only if it is so long, and nearly it.
const LETTERS_FOR_ANOTHER_FIRST: usize = 5;
/// So many of what a type has are named.
const NEAREST_MAX: usize = 6;

/// The nearest of `known` to `name`, the first of equals; none when nothing is near, and none for a
/// single letter, to which every other one would be.
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    suggestions(name, known).into_iter().next()
}

/// All of `known` that are near to `name`, the nearest first.
pub fn suggestions<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let near = known.into_iter().filter(|candidate| *candidate != name);
    let near = near.filter_map(|candidate| Some((distance(name, candidate)?, candidate)));
    let mut near: Vec<_> = near.collect();
    near.sort_by_key(|(distance, candidate)| (*distance, Reverse(shared_start(name, candidate))));
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

/// How many edits lead from one name to the other, if one could be meant by the other. Most names are
/// ruled out by their first letters and lengths: a large module has many, and many mistakes.
fn distance(name: &str, candidate: &str) -> Option<usize> {
    let (letters, others) = (name.chars().count(), candidate.chars().count());
    if letters < 2 || others < 2 {
        return None;
    }
    if plain(name).eq(plain(candidate)) {
        return Some(0);
    }
    let limit = match plain(name).next() == plain(candidate).next() || swaps_first(name, candidate)
    {
        true => (letters / LETTERS_FOR_AN_EDIT).clamp(1, EDITS_MAX),
        false if letters >= LETTERS_FOR_ANOTHER_FIRST => 1,
        false => 0,
    };
    if letters.abs_diff(others) > limit || limit == 0 {
        return None;
    }
    Some(strsim::osa_distance(name, candidate)).filter(|distance| *distance <= limit)
}

/// Without what languages differ in when they join words: `startsWith`, `starts_with`.
fn plain(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|character| *character != '_').flat_map(char::to_lowercase)
}

/// Whether the first two letters changed places.
fn swaps_first(name: &str, candidate: &str) -> bool {
    let mut name = name.chars();
    let swapped = name.next().zip(name.next()).map(|(first, second)| (second, first));
    let mut candidate = candidate.chars();
    swapped == candidate.next().zip(candidate.next())
}

fn shared_start(name: &str, candidate: &str) -> usize {
    name.chars().zip(candidate.chars()).take_while(|(a, b)| a == b).count()
}

/// Of `known`, the few that are most like `name`, those first; all of them in their own order if
/// they are few.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut known: Vec<&str> = known.into_iter().collect();
    if known.len() > NEAREST_MAX {
        let likeness = |of: &&str| strsim::jaro_winkler(name, of);
        known.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
        known.truncate(NEAREST_MAX);
    }
    known
}

/// How Weir says what goes by a name in another language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// By this name.
    Name(&'static str),
    /// In another form, which this sentence tells.
    Advice(&'static str),
}

/// How Weir says what is a value or function of this name in another language.
pub fn foreign_value(name: &str) -> Option<Foreign> {
    use Foreign::{Advice, Name};
    Some(match name {
        "null" | "nil" | "NULL" | "undefined" | "nullptr" | "Nothing" => Name("None"),
        "this" => Name("self"),
        "println" | "printf" | "echo" | "puts" => Name("print"),
        "length" => Name("len"),
        "dict" | "HashMap" => Name("map"),
        "string" => Name("str"),
        "fmt" | "console" | "System" | "stdout" => Advice("`print(…)` writes a line"),
        "input" | "raw_input" | "readline" => {
            Advice("a program is given what it needs by `import args`, `env` or `fs`")
        }
        "open" => Advice("`import fs`, and read all of a file by `fs.read(path)`"),
        "os" | "sys" | "subprocess" => {
            Advice("what is outside is in the modules `fs`, `env`, `args` and `process`")
        }
        "pow" => Advice("a power is written `a ** b`"),
        "divmod" => Advice("write `a // b` and `a % b`"),
        "tuple" => Advice("a tuple is written `(a, b)`"),
        "filter" => Advice("write a comprehension: `[x for x in xs if …]`"),
        "reduce" => Advice("write a loop, or call `parallel_reduce(xs, start, f)`"),
        "next" => Advice("it is a method: `ch.next()`"),
        "append" => Advice("it is a method: `xs.append(item)`"),
        "isinstance" | "type" | "typeof" => {
            Advice("types are known before a run; tell the variants of an `enum` apart by `match`")
        }
        "exit" | "quit" => Advice("a program ends with `main`, whose int is the exit status"),
        "make" => Advice("a channel is made by `channel[T]()`, or `channel[T](buffer=n)`"),
        "WaitGroup" | "sync" => Advice("a `concurrent:` block waits for all that is spawned in it"),
        "Lock" | "RLock" | "Mutex" => {
            Advice("`m = mutex(value)` guards a value: `with m.lock() as x:`")
        }
        "Queue" | "Channel" => Advice("`channel[T](buffer=n)` is a queue between tasks"),
        "new" => Advice("call the type: `Job(id=1)`"),
        "delete" => Advice("it is a method: `entries.remove(key)`"),
        "cap" => Advice("it is a method: `ch.capacity()`"),
        "close" => Advice("it is a method: `ch.close()`"),
        "recover" => Advice("`attempt f()` turns a failure into a `Result`"),
        "repr" => Advice("write it as a literal: `f\"{x!r}\"`"),
        "format" | "sprintf" => Advice("write an f-string: `f\"{count} of {total}\"`"),
        "hex" | "bin" | "oct" => {
            Advice("numbers are written in decimal: build the digits with `%` and `//`")
        }
        "frozenset" => Advice("a `set` never changes; a `mutable_set` does"),
        "iter" => Advice("walk it with `for`"),
        "getattr" | "setattr" | "hasattr" => Advice("fields are named in the text: `x.field`"),
        "asyncio" | "threading" | "Thread" | "Promise" => {
            Advice("a task is started with `spawn`, within a `concurrent:` block")
        }
        "super" => Advice("no type inherits from another: let a field hold what it builds on"),
        _ => return None,
    })
}

/// What a type is called in Weir that goes by this name in another language.
pub fn foreign_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "string" | "String" | "char" => "str",
        "boolean" | "Bool" | "Boolean" => "bool",
        "integer" | "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "long"
        | "usize" => "int",
        "double" | "f32" | "f64" | "number" => "float",
        "List" | "Vec" | "array" | "Array" | "vector" | "slice" => "list",
        "dict" | "Dict" | "Map" | "HashMap" | "object" => "map",
        "Set" | "HashSet" => "set",
        "Optional" | "Maybe" | "Nullable" => "Option",
        "chan" | "Channel" | "Queue" => "channel",
        "void" | "unit" | "None" | "NoneType" => "()",
        "Mutex" | "Lock" => "mutex",
        "Exception" | "Error" => "Failure",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn a_swap_of_letters_is_near() {
        assert_eq!(suggest("pritn", ["len", "print"]), Some("print"));
        assert_eq!(suggest("rpint", ["len", "print"]), Some("print"));
    }

    #[test]
    fn a_different_word_is_not() {
        assert_eq!(suggest("fetch", ["print", "len"]), None);
        assert_eq!(suggest("x", ["yz", "y"]), None);
    }

    #[test]
    fn short_words_that_begin_otherwise_are_different_ones() {
        for (name, other) in [("pow", "now"), ("bin", "min"), ("input", "int"), ("id", "d")] {
            assert_eq!(suggest(name, [other]), None, "{name}");
        }
    }

    #[test]
    fn words_joined_in_another_way_are_the_same() {
        assert_eq!(suggest("startsWith", ["strip", "startswith"]), Some("startswith"));
        assert_eq!(suggest("readLines", ["read_lines"]), Some("read_lines"));
    }
}
