//! `weir new`: a package to begin with.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use weir_analyzer::package::MANIFEST_NAME;

use super::{Status, Stop, say};

const EXAMPLES: &str = "\
Examples:
  weir new shop         the folder `shop` with a manifest and a program
  weir new tools/shop   the same, further down
  weir run shop         run it";

/// Where the program of a new package is.
const MAIN: &str = "src/main.weir";

const PROGRAM: &str = "\
## Whom to greet, and how.
fn greeting(name: str) -> str:
    return f\"Hello, {name}!\"

fn main():
    print(greeting(\"world\"))
";

/// Make a package: a folder with a manifest and a first program
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct New {
    /// The folder, whose name is the package's too
    #[arg(value_name = "NAME")]
    folder: PathBuf,
}

impl New {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let name = self.name()?;
        let folder = self.folder.display();
        if has_content(&self.folder) {
            return Err(Stop::Usage(format!(
                "`{folder}` exists already and is left as it is; name a folder that does not"
            )));
        }
        let parents = self.missing_parents();
        let manifest = format!("[package]\nname = \"{name}\"\n");
        self.write(MANIFEST_NAME, &manifest)?;
        self.write(MAIN, PROGRAM)?;
        let also = parents.map(|parents| format!("; `{}` was made for it", parents.display()));
        let also = also.unwrap_or_default();
        say(&format!("the package `{name}` is in `{folder}`{also}; `weir run {folder}` runs it"));
        Ok(Status::Fine)
    }

    /// The folder around the package, if it is not there yet.
    fn missing_parents(&self) -> Option<&Path> {
        let parent = self.folder.parent()?;
        let is_missing = !parent.as_os_str().is_empty() && !parent.exists();
        is_missing.then_some(parent)
    }

    /// What the package is called: as its folder, where that is a plain word.
    fn name(&self) -> Result<String, Stop> {
        let name = self.folder.file_name().map(|name| name.to_string_lossy());
        // One with a `-` in front would be taken for an option wherever it is named.
        let is_plain = |name: &str| {
            name.chars().all(|c| c.is_alphanumeric() || "-_".contains(c)) && !name.starts_with('-')
        };
        let name = name.filter(|name| is_plain(name)).map(|name| name.into_owned());
        name.ok_or_else(|| {
            let folder = self.folder.display();
            Stop::Usage(format!(
                "`{folder}` cannot be a package's name; use letters, digits, `_`, and `-` but not in front"
            ))
        })
    }

    /// Writes a file that is not there yet.
    fn write(&self, inside: &str, text: &str) -> Result<(), Stop> {
        let path = self.folder.join(inside);
        let parent = path.parent().unwrap_or(Path::new("."));
        let made = fs::create_dir_all(parent).and_then(|()| File::create_new(&path));
        made.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error: io::Error| {
            let path = path.display();
            Stop::Usage(format!("`{path}` cannot be written ({error}); name another folder"))
        })
    }
}

/// Whether anything is there that a new package would mix with.
fn has_content(folder: &Path) -> bool {
    match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(_) => folder.exists(),
    }
}
