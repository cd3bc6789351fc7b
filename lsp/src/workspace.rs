//! The files that a command was given, read into a database with the packages they are in, and
//! what is wrong in them.
//!
//! A path is a file, a folder (every `*.weir` and `weir.toml` below it, in the order of their
//! names, without what is hidden) or `-` for standard input. Of a file in a package, the rest of
//! the package is read too, so that its imports mean something; what is wrong there is nobody's
//! question. What cannot be read rides beside: the rest is analysed all the same.
//!
//! **Invariants.** Only this module and its own open sources; nothing longer than
//! [`weir_syntax::SOURCE_BYTES_MAX`] is read. A file is in the database once, by whatever paths it
//! was named.

pub(crate) mod packages;
mod parallel;
mod portions;
mod queue;
pub(crate) mod read;
mod replace;

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use rustc_hash::FxHashMap;
use weir_analyzer::diagnostics::{Diagnostic, Level, LevelChange, Levels, check_file, levels_of};
use weir_analyzer::items::imported_modules;
use weir_analyzer::package::MANIFEST_NAME;
use weir_analyzer::{Database, SourceFile};

use crate::bug::{self, Bug};

pub(crate) use read::Unreadable;
pub(crate) use replace::replace;

/// The path of standard input.
pub(crate) const STDIN: &str = "-";

/// The name that standard input goes by, unless it is given another.
pub(crate) const STDIN_NAME: &str = "standard-input.weir";

/// Files in a database.
#[derive(Default)]
pub(crate) struct Workspace {
    /// The database.
    pub(crate) db: Database,
    /// The files that were asked about, in the order of the command line, each once.
    pub(crate) files: Vec<SourceFile>,
    /// On how many threads it is analysed; as many as there are processors unless given.
    pub(crate) threads: Option<NonZeroUsize>,
    /// What could not be read.
    pub(crate) unreadable: Vec<Unreadable>,
    /// What is in the database, by paths without links and detours.
    by_identity: FxHashMap<PathBuf, SourceFile>,
}

/// Which levels findings have.
#[derive(Clone, Debug, Default)]
pub(crate) struct LevelChoice {
    /// What the user changed, over what the files' packages say.
    pub(crate) changes: Vec<LevelChange>,
    /// Whether what the packages say is left out.
    pub(crate) no_config: bool,
}

impl LevelChoice {
    fn of(&self, db: &Database, file: SourceFile) -> Levels {
        let base = if self.no_config { Levels::default() } else { levels_of(db, file) };
        base.with(&self.changes)
    }
}

/// What is wrong in a workspace.
#[derive(Default)]
pub(crate) struct Analysis {
    /// The findings, file by file.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// How many more there are that comments allow.
    pub(crate) suppressed: usize,
    /// The files whose analysis struck a bug of Weir's.
    pub(crate) bugs: Vec<Bug>,
    /// How long it took.
    pub(crate) seconds: f64,
}

impl Analysis {
    fn add(&mut self, db: &Database, file: SourceFile, levels: &LevelChoice) {
        let doing = || format!("analysing `{}`", file.path(db));
        match bug::catch(doing, || check_file(db, file)) {
            Ok(mut checked) => {
                levels.of(db, file).apply(&mut checked.diagnostics);
                self.diagnostics.append(&mut checked.diagnostics);
                self.suppressed += checked.suppressed;
            }
            Err(bug) => self.bugs.push(bug),
        }
    }
}

impl Workspace {
    /// Reads what the paths name and the packages around; standard input goes by the name given.
    pub(crate) fn read(paths: &[PathBuf], stdin_name: &str) -> Self {
        let mut workspace = Self::read_alone(paths, stdin_name);
        workspace.add_packages();
        workspace
    }

    /// Reads what the paths name and nothing else.
    pub(crate) fn read_alone(paths: &[PathBuf], stdin_name: &str) -> Self {
        let mut workspace = Self::default();
        for path in paths {
            match read::sources(path, stdin_name) {
                Ok(sources) => workspace.ask_about_all(sources),
                Err(unreadable) => workspace.unreadable.push(unreadable),
            }
        }
        workspace
    }

    /// Reads one program: its main file, which is the first, the modules that it leads to and its
    /// manifest. Without a manifest that can be read nobody knows what its imports mean.
    pub(crate) fn read_program(path: &Path) -> Result<(Self, SourceFile), Unreadable> {
        let mut workspace = Self::default();
        let main = workspace.ask_about(&read::program(path)?);
        workspace.add_packages();
        if let Some(manifest) = workspace.unreadable.pop() {
            return Err(manifest);
        }
        let db = &workspace.db;
        workspace.files.extend(imported_modules(db, main));
        workspace.files.extend(main.package(db).map(|package| package.manifest_file(db)));
        Ok((workspace, main))
    }

    /// Analyses every file; a bug struck in one leaves the others alone. Bodies of one portion are
    /// forgotten before the next, so that a large package takes little more room than its trees.
    pub(crate) fn analyze(&mut self, levels: &LevelChoice) -> Analysis {
        let start = Instant::now();
        let threads = self.threads.unwrap_or_else(crate::threads::available);
        let mut analysis = Analysis::default();
        for (number, files) in portions::of(&self.db, &self.files).into_iter().enumerate() {
            if number > 0 {
                self.db.forget_bodies();
            }
            parallel::derive(&self.db, files, threads);
            files.iter().for_each(|file| analysis.add(&self.db, *file, levels));
        }
        analysis.seconds = start.elapsed().as_secs_f64();
        analysis
    }

    /// The files that were read.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = &Path> {
        self.by_identity.keys().map(PathBuf::as_path)
    }

    /// Replaces a file's text here, and nowhere else.
    pub(crate) fn set_text(&mut self, file: SourceFile, text: &str) {
        let path = file.path(&self.db).clone();
        self.db.set_file(&path, text);
    }

    fn ask_about_all(&mut self, sources: Vec<Result<read::Source, Unreadable>>) {
        for source in sources {
            match source {
                Ok(source) => drop(self.ask_about(&source)),
                Err(unreadable) => self.cannot_read(unreadable),
            }
        }
    }

    fn ask_about(&mut self, source: &read::Source) -> SourceFile {
        let file = self.add(source);
        if !self.files.contains(&file) {
            self.files.push(file);
        }
        file
    }

    fn add(&mut self, source: &read::Source) -> SourceFile {
        let identity = source.identity.clone();
        if let Some(known) = identity.as_ref().and_then(|path| self.by_identity.get(path)) {
            return *known;
        }
        let file = self.db.set_file(&source.name, &source.text);
        self.by_identity.extend(identity.map(|path| (path, file)));
        file
    }

    /// Reads the packages that the files so far are in.
    fn add_packages(&mut self) {
        let mut roots: Vec<PathBuf> =
            self.by_identity.keys().filter_map(|path| packages::enclosing(path)).collect();
        roots.sort();
        roots.dedup();
        roots.iter().for_each(|root| self.add_package(root));
    }

    /// Reads a package. A manifest that cannot be read is told of; with nothing in it, the modules
    /// are found all the same. A module that cannot be read is the business of who imports it.
    fn add_package(&mut self, root: &Path) {
        let manifest = self.add_from(root, MANIFEST_NAME).unwrap_or_else(|unreadable| {
            let stand_in = self.db.set_file(&unreadable.path, "");
            self.cannot_read(unreadable);
            stand_in
        });
        let inside = read::package(root).unwrap_or_else(|unreadable| {
            self.cannot_read(unreadable);
            Vec::new()
        });
        let (mut files, mut unreadable) = (BTreeMap::new(), BTreeMap::new());
        for inside in inside {
            match self.add_from(root, &inside) {
                Ok(file) => drop(files.insert(Arc::from(inside), file)),
                Err(why) => drop(unreadable.insert(inside.into(), why.to_string().into())),
            }
        }
        let shown = packages::from_here(root);
        let package = self.db.set_package(&shown.to_string_lossy(), manifest, files);
        self.db.set_unreadable(package, unreadable);
    }

    fn cannot_read(&mut self, unreadable: Unreadable) {
        if !self.unreadable.contains(&unreadable) {
            self.unreadable.push(unreadable);
        }
    }

    /// A file of a package, by its path from the package's folder.
    fn add_from(&mut self, root: &Path, inside: &str) -> Result<SourceFile, Unreadable> {
        let identity = root.join(inside);
        match self.by_identity.get(&identity) {
            Some(known) => Ok(*known),
            None => Ok(self.add(&read::file(&packages::from_here(&identity))?)),
        }
    }
}

impl Analysis {
    /// How many findings are of that level.
    pub(crate) fn count(&self, level: Level) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count()
    }
}
