//! The files that a command was given, read into a database, and what is wrong in them.
//!
//! A path is a file, a folder (every `*.weir` below it, in the order of their names, without what
//! is hidden) or `-` for standard input. What cannot be read rides beside: the rest is analysed
//! all the same.
//!
//! **Invariant.** Only this module opens sources; nothing longer than
//! [`weir_syntax::SOURCE_BYTES_MAX`] is read.

mod parallel;
mod portions;
mod read;
mod replace;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Instant;

use weir_analyzer::diagnostics::{Diagnostic, Level, LevelChange, Levels, check_file, levels_of};
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
    /// The files, in the order of the command line, each once.
    pub(crate) files: Vec<SourceFile>,
    /// On how many threads it is analysed; as many as there are processors unless given.
    pub(crate) threads: Option<NonZeroUsize>,
    /// What could not be read.
    pub(crate) unreadable: Vec<Unreadable>,
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
    /// Reads what the paths name; standard input goes by the name given.
    pub(crate) fn read(paths: &[PathBuf], stdin_name: &str) -> Self {
        let mut workspace = Self::default();
        for path in paths {
            match read::sources(path, stdin_name) {
                Ok(sources) => workspace.add_all(sources),
                Err(unreadable) => workspace.unreadable.push(unreadable),
            }
        }
        workspace
    }

    /// Reads one program.
    pub(crate) fn read_program(path: &std::path::Path) -> Result<(Self, SourceFile), Unreadable> {
        let mut workspace = Self::default();
        let source = read::program(path)?;
        let file = workspace.add(&source);
        Ok((workspace, file))
    }

    /// Analyses every file; a bug struck in one leaves the others alone. Bodies of one portion are
    /// forgotten before the next, so that a large package takes little more room than its trees.
    pub(crate) fn analyze(&mut self, levels: &LevelChoice) -> Analysis {
        let start = Instant::now();
        let threads = self.threads.unwrap_or_else(crate::threads::available);
        let mut analysis = Analysis::default();
        for files in portions::of(&self.db, &self.files) {
            parallel::derive(&self.db, files, threads);
            files.iter().for_each(|file| analysis.add(&self.db, *file, levels));
            self.db.forget_bodies();
        }
        analysis.seconds = start.elapsed().as_secs_f64();
        analysis
    }

    /// Replaces a file's text here, and nowhere else.
    pub(crate) fn set_text(&mut self, file: SourceFile, text: &str) {
        let path = file.path(&self.db).clone();
        self.db.set_file(&path, text);
    }

    fn add_all(&mut self, sources: Vec<Result<read::Source, Unreadable>>) {
        for source in sources {
            match source {
                Ok(source) => drop(self.add(&source)),
                Err(unreadable) => self.unreadable.push(unreadable),
            }
        }
    }

    fn add(&mut self, source: &read::Source) -> SourceFile {
        let file = self.db.set_file(&source.name, &source.text);
        if !self.files.contains(&file) {
            self.files.push(file);
        }
        file
    }
}

impl Analysis {
    /// How many findings are of that level.
    pub(crate) fn count(&self, level: Level) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count()
    }
}
