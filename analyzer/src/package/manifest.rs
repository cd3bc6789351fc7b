//! `weir.toml` to what it says.
//!
//! ```toml
//! [package]
//! name = "shop"
//! source = "src"      # where the modules are, if not in `src` or beside the manifest
//!
//! [analyze]
//! R008 = "error"      # levels: their meaning is the diagnostics' business
//! ```
//!
//! Mistakes ride beside: what can be read of a broken manifest is used. Invariant: at most one
//! mistake of TOML itself is reported, for the next ones may only follow from it, and then nothing
//! is said to be missing.

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use weir_syntax::{TextRange, TextSize};

use crate::diagnostics::{Selector, suggest};
use crate::{Db, SourceFile};

/// What a manifest says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// `[package] name`
    pub name: Option<Spelled>,
    /// `[package] source`, without `./` before it and `/` after it; empty for the folder itself.
    pub source: Option<Spelled>,
    /// The lines of `[analyze]`, in the order of the text. Neither keys nor values are checked.
    pub analyze: Vec<Entry>,
    /// What is wrong with it.
    pub mistakes: Vec<Mistake>,
    /// Whether it is no TOML: what seems wrong besides may only follow from that.
    pub is_broken: bool,
}

/// A text and where it stands; a value's range includes its quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spelled {
    /// The text.
    pub text: String,
    /// Where.
    pub range: TextRange,
}

/// `key = "value"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Spelled,
    /// The value.
    pub value: Spelled,
}

/// Something wrong with a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// Where.
    pub range: TextRange,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

const TABLES: [&str; 2] = ["analyze", "package"];
const PACKAGE_KEYS: [&str; 2] = ["name", "source"];

/// What a manifest says. It holds ranges: other queries read it through a firewall of their own.
#[salsa::tracked]
pub fn manifest_of(db: &dyn Db, file: SourceFile) -> Manifest {
    Manifest::parse(file.text(db))
}

/// What is wrong with a package's manifest, the folder it names included.
pub fn manifest_mistakes(db: &dyn Db, file: SourceFile) -> Vec<Mistake> {
    let manifest = manifest_of(db, file);
    let mut mistakes = manifest.mistakes.clone();
    if manifest.is_broken {
        return mistakes;
    }
    mistakes.extend(crate::diagnostics::level_mistakes(manifest));
    let package = file.package(db);
    if let (Some(package), Some(source)) = (package, &manifest.source)
        && super::source_folder(db, package).holds_nothing
    {
        let message =
            format!("`{}` holds no `.weir` file, so the package has no modules", source.text);
        let help = "name the folder that the modules are in, from the folder of `weir.toml`";
        mistakes.push(Mistake { range: source.range, message, help: help.to_owned() });
    }
    mistakes
}

impl Manifest {
    /// Reads a manifest's text.
    pub fn parse(text: &str) -> Self {
        let (root, errors) = DeTable::parse_recoverable(text);
        let mut manifest = Self::default();
        let root = root.get_ref();
        for (key, value) in in_order(root) {
            match (key.text.as_str(), value.get_ref()) {
                ("package", DeValue::Table(table)) => manifest.package(table),
                ("analyze", DeValue::Table(table)) => manifest.levels(table),
                ("package" | "analyze", _) => manifest.no_table(&key),
                _ => manifest.unknown(&key, "a manifest", &TABLES),
            }
        }
        manifest.is_broken = !errors.is_empty();
        match errors.first() {
            Some(error) => manifest.mistakes = vec![of_toml(error)],
            None if manifest.name.is_none() && manifest.mistakes.is_empty() => {
                manifest.nameless(text);
            }
            None => {}
        }
        manifest
    }

    fn package(&mut self, table: &DeTable<'_>) {
        for (key, value) in in_order(table) {
            let value = match key.text.as_str() {
                "name" | "source" => self.text(&key, value),
                _ => {
                    self.unknown(&key, "`[package]`", &PACKAGE_KEYS);
                    None
                }
            };
            match (key.text.as_str(), value) {
                ("name", Some(name)) if name.text.trim().is_empty() => {
                    self.mistake(name.range, "the package's name is empty", "give it a name");
                }
                ("name", Some(name)) => self.name = Some(name),
                ("source", Some(source)) => self.source(source),
                _ => {}
            }
        }
    }

    fn source(&mut self, source: Spelled) {
        let parts = source.text.split('/').filter(|part| !part.is_empty() && *part != ".");
        let text = parts.collect::<Vec<_>>().join("/");
        let leads_out = source.text.starts_with('/') || text.split('/').any(|part| part == "..");
        if leads_out || text.contains('\\') {
            let message = format!("`{}` is no folder below this one", source.text);
            let help = "name a folder of the package, such as `src`, with `/` between its parts";
            self.mistake(source.range, message, help);
        } else {
            self.source = Some(Spelled { text, ..source });
        }
    }

    fn levels(&mut self, table: &DeTable<'_>) {
        for (key, value) in in_order(table) {
            let range = text_range(value.span());
            match value.get_ref() {
                DeValue::String(text) => {
                    let value = Spelled { text: text.to_string(), range };
                    self.analyze.push(Entry { key, value });
                }
                other => {
                    let found = kind(other);
                    let message = format!("a level is a word in quotes, but {found} stands here");
                    let help = "write a code, a name or a family, and what its findings are: \
                                `R008 = \"error\"`";
                    self.mistake(range, message, help);
                }
            }
        }
    }

    fn text(&mut self, key: &Spelled, value: &Spanned<DeValue<'_>>) -> Option<Spelled> {
        let range = text_range(value.span());
        match value.get_ref() {
            DeValue::String(text) => Some(Spelled { text: text.to_string(), range }),
            other => {
                let (key, found) = (&key.text, kind(other));
                let message = format!("`{key}` is a text, but {found} stands here");
                self.mistake(range, message, &format!("write `{key} = \"…\"`"));
                None
            }
        }
    }

    fn no_table(&mut self, key: &Spelled) {
        let message = format!("`{}` is a table, not a value", key.text);
        let help = format!("write `[{}]` on a line of its own and its keys below", key.text);
        self.mistake(key.range, message, &help);
    }

    /// A key in a table that has no such key, and in no table it belongs to.
    fn unknown(&mut self, key: &Spelled, place: &str, known: &[&str]) {
        let own = match key.text.as_str() {
            text if PACKAGE_KEYS.contains(&text) => Some("package"),
            text if Selector::parse(text).is_ok() => Some("analyze"),
            _ => None,
        };
        let (message, help) = match (own, suggest(&key.text, known.iter().copied())) {
            (_, Some(close)) => (None, format!("did you mean `{close}`?")),
            (Some(table), None) => (
                Some(format!("`{}` stands outside of the table that it belongs to", key.text)),
                format!("put it below a line `[{table}]`"),
            ),
            (None, None) => (None, format!("it may have `{}`", known.join("` and `"))),
        };
        let message = message.unwrap_or_else(|| format!("{place} has no `{}`", key.text));
        self.mistake(key.range, message, &help);
    }

    /// Said at the first line: there is no better place for what is not there.
    fn nameless(&mut self, text: &str) {
        let line = text.lines().next().unwrap_or_default().trim_end().len();
        let range = text_range(0..line);
        let help = "write `[package]` and below it `name = \"…\"`";
        self.mistake(range, "the package has no name", help);
    }

    fn mistake(&mut self, range: TextRange, message: impl Into<String>, help: &str) {
        self.mistakes.push(Mistake { range, message: message.into(), help: help.to_owned() });
    }
}

fn of_toml(error: &toml::de::Error) -> Mistake {
    Mistake {
        range: text_range(error.span().unwrap_or(0..0)),
        message: format!("this is no TOML: {}", error.message()),
        help: "a manifest is a TOML file: `[package]`, and below it `name = \"…\"`".to_owned(),
    }
}

/// A table's entries in the order of the text.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(Spelled, &'t Spanned<DeValue<'i>>)> {
    let spelled = |key: &Spanned<std::borrow::Cow<'i, str>>| Spelled {
        text: key.get_ref().to_string(),
        range: text_range(key.span()),
    };
    let mut entries: Vec<_> = table.iter().map(|(key, value)| (spelled(key), value)).collect();
    entries.sort_by_key(|(key, _)| key.range.start());
    entries
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a truth value",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn text_range(range: std::ops::Range<usize>) -> TextRange {
    let size = |offset| TextSize::new(u32::try_from(offset).unwrap_or(u32::MAX));
    TextRange::new(size(range.start), size(range.end.max(range.start)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Vec<String> {
        Manifest::parse(text).mistakes.into_iter().map(|mistake| mistake.message).collect()
    }

    #[test]
    fn what_a_manifest_says_is_read_with_its_places() {
        let text = "[package]\nname = \"shop\"\nsource = \"./lib/\"\n[analyze]\nR008 = \"error\"\n";
        let manifest = Manifest::parse(text);
        assert_eq!(manifest.mistakes, []);
        assert_eq!(manifest.name.map(|name| name.text).as_deref(), Some("shop"));
        assert_eq!(manifest.source.map(|source| source.text).as_deref(), Some("lib"));
        let entry = &manifest.analyze[0];
        let at = |spelled: &Spelled| {
            &text[usize::from(spelled.range.start())..][..usize::from(spelled.range.len())]
        };
        assert_eq!((at(&entry.key), at(&entry.value)), ("R008", "\"error\""));
    }

    #[test]
    fn entries_keep_the_order_of_the_text() {
        let text =
            "[package]\nname = \"a\"\n[analyze]\nall = \"allow\"\nR = \"error\"\nA001 = \"hint\"";
        let keys: Vec<_> =
            Manifest::parse(text).analyze.into_iter().map(|entry| entry.key.text).collect();
        assert_eq!(keys, ["all", "R", "A001"]);
    }

    #[test]
    fn one_mistake_of_toml_is_one_mistake() {
        assert_eq!(messages("[package\nname = \"a\"\nsource = = 1").len(), 1);
        assert_eq!(messages("name = \n[[[").len(), 1);
    }

    #[test]
    fn an_unknown_key_says_which_was_meant() {
        let manifest = Manifest::parse("[package]\nname = \"a\"\nsuorce = \"src\"");
        assert_eq!(manifest.mistakes[0].message, "`[package]` has no `suorce`");
        assert_eq!(manifest.mistakes[0].help, "did you mean `source`?");
    }

    #[test]
    fn a_source_folder_outside_the_package_is_refused() {
        for source in ["../other", "/abs", "a/../../b", "a\\\\b"] {
            let text = format!("[package]\nname = \"a\"\nsource = \"{source}\"");
            assert_eq!(messages(&text).len(), 1, "{source}");
        }
    }

    #[test]
    fn an_empty_manifest_lacks_a_name() {
        assert_eq!(messages(""), ["the package has no name"]);
        assert_eq!(messages("[package]\nname = 3"), ["`name` is a text, but a number stands here"]);
    }
}
