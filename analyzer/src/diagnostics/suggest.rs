//! "Did you mean": the known name nearest to a misspelt one, or that of another language's word.

/// At most this many edits, and fewer than half the name's length, make a name near.
const DISTANCE_MAX: usize = 2;

/// The nearest of `known` to `name`, the first of equals; none when nothing is near, and none for a
/// single letter, to which every other one would be.
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = DISTANCE_MAX.min(name.chars().count().div_ceil(2).saturating_sub(1)).max(1);
    known
        .into_iter()
        .filter(|candidate| {
            *candidate != name && !candidate.is_empty() && name.chars().nth(1).is_some()
        })
        .map(|candidate| (strsim::osa_distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// What a value is called in Weir that goes by this name in another language.
pub fn foreign_value(name: &str) -> Option<&'static str> {
    Some(match name {
        "null" | "nil" | "NULL" | "undefined" | "nullptr" | "Nothing" => "None",
        "this" => "self",
        "println" | "printf" | "echo" | "puts" | "console" | "fmt" => "print",
        "dict" | "HashMap" => "map",
        "make" => "channel",
        "string" => "str",
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
    }

    #[test]
    fn a_different_word_is_not() {
        assert_eq!(suggest("fetch", ["print", "len"]), None);
        assert_eq!(suggest("x", ["yz", "y"]), None);
    }
}
