//! The levels that a package's manifest sets, and what is wrong with the lines that set them.

use super::{LevelChange, LevelError, Levels, Selector, Setting, suggest};
use crate::package::{Entry, Manifest, Mistake, Package, manifest_of};
use crate::{Db, SourceFile};

/// The levels of a file's findings, as its package has them.
pub fn levels_of(db: &dyn Db, file: SourceFile) -> Levels {
    file.package(db).map_or_else(Levels::default, |package| package_levels(db, package).clone())
}

/// Equal as long as the levels are, whatever else changes in the manifest.
#[salsa::tracked]
fn package_levels(db: &dyn Db, package: Package) -> Levels {
    let manifest = manifest_of(db, package.manifest_file(db));
    let changes = manifest.analyze.iter().filter_map(|line| change(line).ok());
    Levels::default().with(&changes.collect::<Vec<_>>())
}

/// What is wrong with the lines of `[analyze]`: each by itself, and those that name a rule again.
pub(crate) fn level_mistakes(manifest: &Manifest) -> Vec<Mistake> {
    let mut named: Vec<Selector> = Vec::new();
    let mistakes = manifest.analyze.iter().filter_map(|line| match change(line) {
        Ok(change) if named.contains(&change.selector()) => {
            Some(named_again(line, change.selector()))
        }
        Ok(change) => {
            named.push(change.selector());
            None
        }
        Err(mistake) => Some(mistake),
    });
    mistakes.collect()
}

fn named_again(line: &Entry, selector: Selector) -> Mistake {
    Mistake {
        range: line.key.range,
        message: format!("`{}` means `{selector}`, which has its level above", line.key.text),
        help: "keep one of the two lines".to_owned(),
    }
}

fn change(line: &Entry) -> Result<LevelChange, Mistake> {
    let (key, value) = (&line.key, &line.value);
    let mistake = |range, message, help| Err(Mistake { range, message, help });
    let Some(setting) = Setting::parse(&value.text) else {
        let meant = meant(&value.text).or_else(|| suggest(&value.text, Setting::WORDS));
        let help = meant.map_or_else(
            || format!("write one of `{}`", Setting::WORDS.join("`, `")),
            |meant| format!("did you mean `{meant}`?"),
        );
        return mistake(value.range, format!("`{}` is no level", value.text), help);
    };
    LevelChange::new(&key.text, setting).or_else(|error| {
        let range = if matches!(error, LevelError::Unknown(_)) { key.range } else { value.range };
        mistake(range, error.message(&key.text), error.help())
    })
}

/// What a level is called here that goes by this word on the command line or in other tools.
fn meant(word: &str) -> Option<&'static str> {
    Some(match word {
        "deny" | "forbid" => "error",
        "warn" => "warning",
        "info" | "note" => "hint",
        "off" | "ignore" | "none" | "silent" | "disable" => "allow",
        _ => return None,
    })
}
