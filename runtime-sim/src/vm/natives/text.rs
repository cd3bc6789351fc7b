//! Text. Positions and widths count characters; what grows is bounded before it is made.

use weir_analyzer::mir::Intrinsic;

use super::Call;
use crate::failure::{FailureKind as Kind, Fallible, fail};
use crate::pace::look_at;
use crate::room::{bounded, counted, row_of, through_text};
use crate::value::{Printer, Text, Value, quoted};
use crate::vm::operators::{shown, wanted};

pub(super) fn call(call: &Call<'_>) -> Fallible<Value> {
    use Intrinsic::*;
    match (call.intrinsic, call.arg(0)) {
        (ToStr, value) => {
            shown(&call.machine.heap, value)?;
            return Printer::new(call.program, &call.machine.heap).text(value).map(Value::str);
        }
        (Chr, _) => return chr(call.int(0)?),
        _ => {}
    }
    let of = call.text(0)?;
    let text = of.as_str();
    through_text(text.len())?;
    Ok(match call.intrinsic {
        Ord => return ord(text),
        StrUpper => Value::str(text.to_uppercase()),
        StrLower => Value::str(text.to_lowercase()),
        StrTitle => Value::str(title(text)),
        StrCapitalize => Value::str(capitalized(text)),
        StrSwapcase => Value::str(text.chars().map(swapped).collect::<String>()),
        StrStrip | StrLstrip | StrRstrip => Value::str(stripped(call, text)?),
        StrRemoveprefix => {
            let prefix = call.text(1)?.as_str();
            Value::str(text.strip_prefix(prefix).unwrap_or(text))
        }
        StrRemovesuffix => {
            let suffix = call.text(1)?.as_str();
            Value::str(text.strip_suffix(suffix).unwrap_or(text))
        }
        StrSplit | StrRsplit => split(call, text)?,
        StrSplitlines => Value::list(row_of(lines(text).map(Value::str))?),
        StrPartition | StrRpartition => partition(call, text)?,
        StrJoin => join(call, text)?,
        StrReplace => replace(call, text)?,
        StrStartswith => Value::Bool(affixes(call)?.iter().any(|affix| text.starts_with(affix))),
        StrEndswith => {
            Value::Bool(affixes(call)?.iter().any(|affix| text.ends_with(affix.as_str())))
        }
        StrFind | StrRfind => Value::Int(position(call, of)?.map_or(-1, |at| at as i64)),
        StrIndex | StrRindex => match position(call, of)? {
            Some(at) => Value::Int(at as i64),
            None => {
                let part = call.literal(call.arg(1))?;
                return fail(Kind::Value, format!("{part} is not in the string"));
            }
        },
        StrCount => Value::Int(text.matches(call.text(1)?.as_str()).count() as i64),
        StrIsdigit => all(text, |character| character.is_ascii_digit()),
        StrIsalpha => all(text, char::is_alphabetic),
        StrIsalnum => all(text, char::is_alphanumeric),
        StrIsspace => all(text, char::is_whitespace),
        StrIsupper => {
            let has = |is: fn(char) -> bool| text.chars().any(is);
            Value::Bool(has(char::is_uppercase) && !has(char::is_lowercase))
        }
        StrIslower => {
            let has = |is: fn(char) -> bool| text.chars().any(is);
            Value::Bool(has(char::is_lowercase) && !has(char::is_uppercase))
        }
        StrIsascii => Value::Bool(of.is_ascii()),
        StrZfill => zfill(of, call.int(1)?)?,
        StrLjust | StrRjust | StrCenter => justified(call, of)?,
        StrEncode => Value::Bytes(text.as_bytes().to_vec().into()),
        _ => return call.unknown(),
    })
}

impl Call<'_> {
    pub(super) fn text(&self, at: usize) -> Fallible<&Text> {
        match self.arg(at) {
            Value::Str(text) => Ok(text),
            other => Err(wanted("a str", other)),
        }
    }
}

fn chr(code: i64) -> Fallible<Value> {
    match u32::try_from(code).ok().and_then(char::from_u32) {
        Some(character) => Ok(Value::character(character)),
        None => fail(Kind::Value, format!("{code} is the code of no character")),
    }
}

fn ord(text: &str) -> Fallible<Value> {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) => Ok(Value::Int(i64::from(u32::from(only)))),
        _ => fail(Kind::Value, format!("`ord` takes one character, not {}", quoted(text))),
    }
}

fn all(text: &str, is: impl Fn(char) -> bool) -> Value {
    Value::Bool(!text.is_empty() && text.chars().all(is))
}

fn swapped(character: char) -> String {
    match character.is_uppercase() {
        true => character.to_lowercase().collect(),
        false => character.to_uppercase().collect(),
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    first.to_uppercase().collect::<String>() + &characters.as_str().to_lowercase()
}

/// A word is a run of letters, so that `they're` becomes `They'Re`, as in Python.
fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_word = false;
    for character in text.chars() {
        match in_word {
            true => out.extend(character.to_lowercase()),
            false => out.extend(character.to_uppercase()),
        }
        in_word = character.is_alphabetic();
    }
    out
}

fn stripped<'t>(call: &Call<'_>, text: &'t str) -> Fallible<&'t str> {
    let characters = match call.args.get(1) {
        Some(_) => Some(call.text(1)?.as_str()),
        None => None,
    };
    let goes = |character: char| -> Fallible<bool> {
        let Some(characters) = characters else { return Ok(character.is_whitespace()) };
        // It is looked for among all of them.
        look_at(1 + characters.len())?;
        Ok(characters.contains(character))
    };
    let mut rest = text;
    if call.intrinsic != Intrinsic::StrRstrip {
        while let Some(first) = rest.chars().next()
            && goes(first)?
        {
            rest = &rest[first.len_utf8()..];
        }
    }
    if call.intrinsic != Intrinsic::StrLstrip {
        while let Some(last) = rest.chars().next_back()
            && goes(last)?
        {
            rest = &rest[..rest.len() - last.len_utf8()];
        }
    }
    Ok(rest)
}

fn separator<'c>(call: &'c Call<'_>) -> Fallible<&'c str> {
    let separator = call.text(1)?.as_str();
    if separator.is_empty() {
        return fail(Kind::Value, "a string cannot be split at an empty separator");
    }
    Ok(separator)
}

/// At words without a separator, else at most `maxsplit` times from one side.
fn split(call: &Call<'_>, text: &str) -> Fallible<Value> {
    if call.args.len() < 2 {
        return row_of(text.split_whitespace().map(Value::str)).map(Value::list);
    }
    let separator = separator(call)?;
    let parts_max = match usize::try_from(call.int(2)?) {
        Ok(splits) => splits.saturating_add(1),
        Err(_) => usize::MAX,
    };
    let parts = match call.intrinsic {
        Intrinsic::StrRsplit => {
            let mut parts = row_of(text.rsplitn(parts_max, separator).map(Value::str))?;
            parts.reverse();
            parts
        }
        _ => row_of(text.splitn(parts_max, separator).map(Value::str))?,
    };
    Ok(Value::list(parts))
}

fn partition(call: &Call<'_>, text: &str) -> Fallible<Value> {
    let separator = separator(call)?;
    let (before, at, behind) = match call.intrinsic {
        Intrinsic::StrRpartition => match text.rsplit_once(separator) {
            Some((before, behind)) => (before, separator, behind),
            None => ("", "", text),
        },
        _ => match text.split_once(separator) {
            Some((before, behind)) => (before, separator, behind),
            None => (text, "", ""),
        },
    };
    Ok(Value::tuple([before, at, behind].map(Value::str).to_vec()))
}

/// Up to every kind of line end that Unicode knows; nothing behind the last one is no line.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let is_end = |character: char| {
        matches!(
            character,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'
                ..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (line, end) = rest.split_at(rest.find(is_end).unwrap_or(rest.len()));
        let length = match end.starts_with("\r\n") {
            true => 2,
            false => end.chars().next().map_or(0, char::len_utf8),
        };
        rest = &end[length..];
        Some(line)
    })
}

fn join(call: &Call<'_>, separator: &str) -> Fallible<Value> {
    let others;
    let items = match call.arg(1) {
        Value::List(items) => &items[..],
        _ => {
            others = call.elements(1)?;
            &others
        }
    };
    let mut length = separator.len().saturating_mul(items.len().saturating_sub(1));
    for item in items {
        let Value::Str(item) = item else { return Err(wanted("a str", item)) };
        length += item.as_bytes().len();
        counted(length)?;
    }
    bounded(length)?;
    let mut out = String::with_capacity(length);
    for (at, item) in items.iter().enumerate() {
        let Value::Str(item) = item else { continue };
        if at > 0 {
            out.push_str(separator);
        }
        out.push_str(item.as_str());
    }
    Ok(Value::str(out))
}

fn replace(call: &Call<'_>, text: &str) -> Fallible<Value> {
    let (old, new) = (call.text(1)?.as_str(), call.text(2)?.as_str());
    let times_max = usize::try_from(call.int(3)?).unwrap_or(usize::MAX);
    let grown = text.matches(old).take(times_max).count().saturating_mul(new.len());
    bounded(text.len().saturating_add(grown))?;
    Ok(Value::str(text.replacen(old, new, times_max)))
}

/// The one affix, or each of several.
fn affixes(call: &Call<'_>) -> Fallible<Vec<String>> {
    if let Value::Str(only) = call.arg(1) {
        return Ok(vec![only.as_str().to_string()]);
    }
    let texts = call.elements(1)?.into_iter().map(|item| match item {
        Value::Str(text) => Ok(text.as_str().to_string()),
        other => Err(wanted("a str", &other)),
    });
    texts.collect()
}

/// The first or last position of the part, from a start on that is clamped as a slice's is.
fn position(call: &Call<'_>, of: &Text) -> Fallible<Option<usize>> {
    let (part, length) = (call.text(1)?.as_str(), of.count());
    let start = call.int(2)?;
    let start = match usize::try_from(start) {
        Ok(start) => start,
        Err(_) => length.saturating_sub(start.unsigned_abs() as usize),
    };
    if start > length {
        return Ok(None);
    }
    let byte_of = |position: usize| match of.is_ascii() {
        true => position,
        false => of.as_str().char_indices().nth(position).map_or(of.as_str().len(), |(at, _)| at),
    };
    let tail = &of.as_str()[byte_of(start)..];
    let found = match call.intrinsic {
        Intrinsic::StrRfind | Intrinsic::StrRindex => tail.rfind(part),
        _ => tail.find(part),
    };
    Ok(found.map(|byte| start + if of.is_ascii() { byte } else { tail[..byte].chars().count() }))
}

/// How many characters are missing to the width.
fn missing(text: &Text, width: i64) -> Fallible<usize> {
    let width = usize::try_from(width).unwrap_or(0);
    bounded(width)?;
    Ok(width.saturating_sub(text.count()))
}

fn zfill(text: &Text, width: i64) -> Fallible<Value> {
    let zeros = "0".repeat(missing(text, width)?);
    let signed = text.as_str().starts_with(['-', '+']);
    let (sign, digits) = text.as_str().split_at(usize::from(signed));
    Ok(Value::str(format!("{sign}{zeros}{digits}")))
}

fn justified(call: &Call<'_>, text: &Text) -> Fallible<Value> {
    let missing = missing(text, call.int(1)?)?;
    let fill = call.text(2)?;
    if fill.count() != 1 {
        let message = format!("a fill is one character, not {}", quoted(fill.as_str()));
        return fail(Kind::Value, message);
    }
    let width = usize::try_from(call.int(1)?).unwrap_or(0);
    // Where the two sides of a centred text differ, Python's `center` decides by the width.
    let left = match call.intrinsic {
        Intrinsic::StrLjust => 0,
        Intrinsic::StrRjust => missing,
        _ => missing / 2 + (missing & width & 1),
    };
    let side = |count: usize| fill.as_str().repeat(count);
    bounded(text.as_str().len().saturating_add(missing.saturating_mul(fill.as_str().len())))?;
    Ok(Value::str(format!("{}{}{}", side(left), text.as_str(), side(missing - left))))
}
