//! A program of one file or several, as a section writes it down.
//!
//! One file alone is a lone program. Several are the files of a package, or of several packages if
//! there are several manifests; without any manifest there is one that only gives a name.

use std::collections::BTreeMap;
use std::sync::Arc;

use weir_analyzer::package::MANIFEST_NAME;
use weir_analyzer::{Database, SourceFile};

/// The name that the file of a lone program goes by.
pub const PROGRAM: &str = "main.weir";

/// The manifest of a package whose section has none.
const MANIFEST: &str = "[package]\nname = \"program\"\n";

/// A program's files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// In the order in which they are written.
    pub files: Vec<ProjectFile>,
}

/// One of its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectFile {
    /// Its path from the folder that the program is in.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The line of the document on which it starts, from 1.
    pub line: usize,
}

impl Project {
    /// A program of one file.
    pub fn lone(text: &str) -> Self {
        Self {
            files: vec![ProjectFile { path: PROGRAM.to_owned(), text: text.to_owned(), line: 1 }],
        }
    }

    /// The file that is run, and that blocks show: `main.weir`, else the first module.
    pub fn main(&self) -> Option<&ProjectFile> {
        let named = self.files.iter().find(|file| file.path == PROGRAM);
        named.or_else(|| self.files.iter().find(|file| !file.is_manifest()))
    }

    /// The same program with other text in one file.
    #[must_use]
    pub fn with(&self, path: &str, text: &str) -> Self {
        let mut project = self.clone();
        let file = project.files.iter_mut().find(|file| file.path == path);
        file.into_iter().for_each(|file| text.clone_into(&mut file.text));
        project
    }

    /// All files: those that are written, and the manifest that goes without saying.
    pub fn all_files(&self) -> Vec<ProjectFile> {
        let mut files = self.files.clone();
        if files.len() > 1 && !files.iter().any(ProjectFile::is_manifest) {
            files.push(ProjectFile {
                path: MANIFEST_NAME.to_owned(),
                text: MANIFEST.to_owned(),
                line: 1,
            });
        }
        files
    }

    /// Puts the files into a database, as packages; gives those that are written, in their order.
    pub fn load(&self, db: &mut Database) -> Vec<SourceFile> {
        let files: Vec<(String, SourceFile)> = self
            .all_files()
            .into_iter()
            .map(|file| (file.path.clone(), db.set_file(&file.path, &file.text)))
            .collect();
        let manifests: BTreeMap<&str, SourceFile> =
            files.iter().filter_map(|(path, file)| Some((manifest_folder(path)?, *file))).collect();
        for (folder, manifest) in &manifests {
            let inside = files.iter().filter_map(|(path, file)| {
                let path = path.strip_suffix(".weir").and_then(|_| below(path, folder))?;
                let is_nearest = !manifests.keys().any(|other| {
                    *other != *folder
                        && below(other, folder).is_some_and(|other| below(path, other).is_some())
                });
                is_nearest.then(|| (Arc::from(path), *file))
            });
            db.set_package(folder, *manifest, inside.collect());
        }
        files.into_iter().take(self.files.len()).map(|(_, file)| file).collect()
    }
}

impl ProjectFile {
    /// Whether it is a `weir.toml`.
    pub fn is_manifest(&self) -> bool {
        manifest_folder(&self.path).is_some()
    }
}

/// The folder of a manifest.
fn manifest_folder(path: &str) -> Option<&str> {
    let folder = path.strip_suffix(MANIFEST_NAME)?;
    (folder.is_empty() || folder.ends_with('/')).then(|| folder.trim_end_matches('/'))
}

/// The rest of a path that is below a folder.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    match folder {
        "" => Some(path),
        folder => path.strip_prefix(folder)?.strip_prefix('/'),
    }
}
