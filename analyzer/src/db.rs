//! The database: the inputs, and the one handle that every query takes.
//!
//! Files are interned by path in a concurrent map; a [`SourceFile`] is the salsa input behind a
//! path. The prelude is a file like any other, known to all.

#![allow(missing_docs, reason = "salsa's macros write undocumented accessors")]

use std::sync::{Arc, Mutex};

use dashmap::DashMap;
use salsa::{Durability, Setter, Storage};
use weir_syntax::Parse;

/// A module's text, by path.
#[salsa::input(debug)]
pub struct SourceFile {
    /// Where the file stands, as the caller named it; `prelude.weir` is the prelude's own.
    pub path: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
}

/// What queries may ask of their database beyond salsa's own.
#[salsa::db]
pub trait Db: salsa::Database {
    /// The file that declares the prelude's types and functions.
    fn prelude(&self) -> SourceFile;
}

/// The concrete database. Clones are snapshots that share storage; a write waits for them.
#[salsa::db]
#[derive(Clone)]
pub struct Database {
    storage: Storage<Self>,
    files: Arc<DashMap<Arc<str>, SourceFile>>,
    prelude: Option<SourceFile>,
}

/// The prelude's path, as labels and `weir debug` show it.
pub const PRELUDE_PATH: &str = "prelude.weir";

/// The names of the queries that salsa ran, in order, for tests that assert incrementality.
#[derive(Clone, Default)]
pub struct QueryLog(Arc<Mutex<Vec<String>>>);

impl QueryLog {
    /// What ran since the last call, as `query(key)` texts.
    pub fn take(&self) -> Vec<String> {
        match self.0.lock() {
            Ok(mut log) => std::mem::take(&mut *log),
            Err(poisoned) => std::mem::take(&mut *poisoned.into_inner()),
        }
    }

    fn push(&self, entry: String) {
        if let Ok(mut log) = self.0.lock() {
            log.push(entry);
        }
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::with_storage(Storage::default())
    }
}

impl Database {
    /// A database whose query executions are written to the returned log.
    pub fn with_query_log() -> (Self, QueryLog) {
        let log = QueryLog::default();
        let sink = log.clone();
        let storage = Storage::new(Some(Box::new(move |event: salsa::Event| {
            if let salsa::EventKind::WillExecute { database_key } = event.kind {
                sink.push(format!("{database_key:?}"));
            }
        })));
        (Self::with_storage(storage), log)
    }

    fn with_storage(storage: Storage<Self>) -> Self {
        let mut db = Self { storage, files: Arc::default(), prelude: None };
        let text = Arc::from(include_str!("../prelude/prelude.weir"));
        let file = SourceFile::builder(Arc::from(PRELUDE_PATH), text)
            .durability(Durability::NEVER_CHANGE)
            .new(&db);
        db.prelude = Some(file);
        db
    }

    /// Adds a file or replaces its text; an equal text changes nothing.
    pub fn set_file(&mut self, path: &str, text: &str) -> SourceFile {
        let existing = self.files.get(path).map(|entry| *entry);
        match existing {
            Some(file) => {
                if &**file.text(self) != text {
                    file.set_text(self).to(Arc::from(text));
                }
                file
            }
            None => {
                let path: Arc<str> = Arc::from(path);
                let file = SourceFile::new(self, path.clone(), Arc::from(text));
                self.files.insert(path, file);
                file
            }
        }
    }

    /// Forgets the path. The input behind it and its facts stay in memory: salsa frees no input.
    pub fn remove_file(&mut self, path: &str) {
        self.files.remove(path);
    }

    /// The file at `path`, if it was added.
    pub fn file(&self, path: &str) -> Option<SourceFile> {
        self.files.get(path).map(|entry| *entry)
    }
}

#[salsa::db]
impl salsa::Database for Database {}

#[salsa::db]
impl Db for Database {
    fn prelude(&self) -> SourceFile {
        // Set by the only constructor, before any query can run.
        self.prelude.unwrap_or_else(|| unreachable!("a database has its prelude"))
    }
}

/// The file's tree and its syntax errors. Never compared: a text change is a new tree, and
/// [`crate::items::file_items`] is the firewall behind which only real changes count.
#[salsa::tracked(no_eq, lru = 128)]
pub fn parse(db: &dyn Db, file: SourceFile) -> Parse {
    match file == db.prelude() {
        true => weir_syntax::parse_signatures(file.text(db)),
        false => weir_syntax::parse(file.text(db)),
    }
}
