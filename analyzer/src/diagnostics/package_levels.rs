//! The levels that a package's manifest sets, and what is wrong with the lines that set them.

use super::{LevelChange, LevelError, Levels, Setting, suggest};
use crate::package::{self, Manifest, Mistake, Package, manifest_of};
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

/// What is wrong with the lines of `[analyze]`.
pub(crate) fn level_mistakes(manifest: &Manifest) -> Vec<Mistake> {
    manifest.analyze.iter().filter_map(|line| change(line).err()).collect()
}

fn change(line: &package::Setting) -> Result<LevelChange, Mistake> {
    let (key, value) = (&line.key, &line.value);
    let mistake = |range, message, help| Err(Mistake { range, message, help });
    let Some(setting) = Setting::parse(&value.text) else {
        let near = suggest(&value.text, Setting::WORDS);
        let help = near.map_or_else(
            || format!("write one of `{}`", Setting::WORDS.join("`, `")),
            |near| format!("did you mean `{near}`?"),
        );
        return mistake(value.range, format!("`{}` is no level", value.text), help);
    };
    LevelChange::new(&key.text, setting).or_else(|error| {
        let range = if matches!(error, LevelError::Unknown(_)) { key.range } else { value.range };
        mistake(range, error.message(&key.text), error.help())
    })
}
