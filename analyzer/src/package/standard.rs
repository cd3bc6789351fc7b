//! The standard modules: signature files like the prelude, seen by those who import them.
//!
//! A function without a body is one that the machine provides, found by its qualified name
//! (`math.sqrt`, for a method `process.Child.wait`). Invariant: they never change, so nothing that
//! was derived from them is derived again.

use std::sync::Arc;

use salsa::Durability;

use crate::db::FileKind;
use crate::{Database, SourceFile};

macro_rules! standard_modules {
    ($($name:literal)*) => {
        /// Every standard module: its name and its text, `prelude/NAME.weir`.
        pub const STANDARD_MODULES: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../prelude/", $name, ".weir"))),)*];
    };
}

standard_modules! {
    "args"
    "env"
    "fs"
    "http"
    "json"
    "log"
    "math"
    "net"
    "process"
    "random"
    "time"
}

/// The files behind the standard modules.
#[derive(Clone, Debug, Default)]
pub struct StandardModules(Arc<[(&'static str, SourceFile)]>);

impl StandardModules {
    /// Adds them to a database.
    pub(crate) fn new(db: &Database) -> Self {
        let files = STANDARD_MODULES.iter().map(|(name, text)| {
            let path = Arc::from(format!("standard/{name}.weir"));
            let file = SourceFile::builder(path, Arc::from(*text), FileKind::Signatures, None)
                .durability(Durability::NEVER_CHANGE)
                .new(db);
            (*name, file)
        });
        Self(files.collect())
    }

    /// The module of that name.
    pub fn find(&self, name: &str) -> Option<SourceFile> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, file)| *file)
    }

    /// The name of that module, if it is one.
    pub fn name_of(&self, file: SourceFile) -> Option<&'static str> {
        self.0.iter().find(|(_, known)| *known == file).map(|(name, _)| *name)
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }
}
