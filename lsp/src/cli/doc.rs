//! `weir doc`: what modules declare and say of themselves.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use weir_analyzer::Db;
use weir_analyzer::docs::{ModuleDocs, module_docs};
use weir_analyzer::package::STANDARD_MODULES;
use weir_analyzer::{FileKind, SourceFile};

use super::{Status, Stop, say};
use crate::output::{counted, html_pages, markdown};
use crate::workspace::{STDIN_NAME, Workspace};

const EXAMPLES: &str = "\
Examples:
  weir doc                    the modules below the current folder, as Markdown
  weir doc src/tables.weir    one module
  weir doc prelude            what every program knows; likewise the name of a standard module
  weir doc --html site        a folder of HTML, with the prelude and the standard modules

A declaration is documented by the `##` lines right above it. Names that begin with `_` are left out.";

/// What the prelude is called where a module could be named.
const PRELUDE: &str = "prelude";

/// Document modules: their declarations with their `##` comments
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Doc {
    /// A file, a folder, or the name of a built-in module
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,
    /// Write HTML into this folder instead of Markdown to standard output
    #[arg(long, value_name = "DIR")]
    html: Option<PathBuf>,
}

impl Doc {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let (workspace, own) = self.modules()?;
        let built_in = built_in(&workspace);
        let documented = |files: &[SourceFile]| -> Vec<ModuleDocs> {
            files.iter().map(|file| module_docs(&workspace.db, *file)).collect()
        };
        let docs = documented(&own);
        match &self.html {
            Some(folder) if !own.is_empty() => {
                is_folder_or_none(folder)?;
                let others = built_in.into_iter().filter(|file| !own.contains(file));
                let pages =
                    html_pages(&self.title(), &docs, &documented(&others.collect::<Vec<_>>()));
                for page in &pages {
                    write(folder, &page.name, &page.text)?;
                }
                let index = folder.join("index.html");
                let (files, folder) = (counted(pages.len(), "file"), folder.display());
                say(&format!("{files} in `{folder}`; open `{}`", index.display()));
            }
            _ => io::stdout().lock().write_all(markdown(&docs).as_bytes())?,
        }
        workspace.unreadable.iter().for_each(|unreadable| say(&format!("weir: {unreadable}")));
        Ok(match workspace.unreadable.is_empty() {
            true => Status::Fine,
            false => Status::Unreadable,
        })
    }

    /// The modules that the path names; a file or folder before a built-in module of that name.
    fn modules(&self) -> Result<(Workspace, Vec<SourceFile>), Stop> {
        if !self.path.exists() {
            let workspace = Workspace::default();
            let standard = workspace.db.standard_modules();
            let file = match self.path.to_str() {
                Some(PRELUDE) => Some(workspace.db.prelude()),
                Some(name) => standard.find(name),
                None => None,
            };
            let names: Vec<&str> = STANDARD_MODULES.iter().map(|(name, _)| *name).collect();
            let Some(file) = file else {
                return Err(Stop::Usage(format!(
                    "`{}` does not exist; check the path, or name a built-in module: {PRELUDE}, {}",
                    self.path.display(),
                    names.join(", ")
                )));
            };
            return Ok((workspace, vec![file]));
        }
        let workspace = Workspace::read(std::slice::from_ref(&self.path), STDIN_NAME);
        let is_module = |file: &SourceFile| file.kind(&workspace.db) == FileKind::Module;
        let files = workspace.files.iter().copied().filter(is_module).collect();
        Ok((workspace, files))
    }

    /// What the documentation is of: the folder's or the module's name.
    fn title(&self) -> String {
        let path = fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned());
        name.unwrap_or_else(|| PRELUDE.to_owned())
    }
}

fn is_folder_or_none(folder: &Path) -> Result<(), Stop> {
    let path = folder.display();
    match folder.exists() && !folder.is_dir() {
        true => Err(Stop::Usage(format!(
            "`{path}` is a file, but `--html` fills a folder; name one, or one that is not there yet"
        ))),
        false => Ok(()),
    }
}

/// The prelude and the standard modules.
fn built_in(workspace: &Workspace) -> Vec<SourceFile> {
    let standard = workspace.db.standard_modules();
    let names = STANDARD_MODULES.iter().filter_map(|(name, _)| standard.find(name));
    std::iter::once(workspace.db.prelude()).chain(names).collect()
}

fn write(folder: &Path, name: &str, text: &str) -> Result<(), Stop> {
    let path = folder.join(name);
    fs::create_dir_all(folder).and_then(|()| fs::write(&path, text)).map_err(|error| {
        Stop::Usage(format!(
            "`{}` cannot be written ({error}); name another folder with `--html`",
            path.display()
        ))
    })
}
