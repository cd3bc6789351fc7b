//! An analyzer that takes one generated program after the other: what it knows of the prelude it need not
//! learn anew.

use weir_analyzer::items::{ItemKind, file_items};
use weir_analyzer::{Database, SourceFile};
use weir_runtime_sim::{Program, compile};

/// After how many texts a database is given up for a new one.
const TEXTS_OF_A_DATABASE: usize = 500;

/// A database that is made anew now and then, since it forgets none of its texts.
#[derive(Default)]
pub struct Reused {
    db: Database,
    texts: usize,
}

impl Reused {
    /// The database, for the text that was taken last.
    pub fn db(&self) -> &Database {
        &self.db
    }

    /// Takes a text in the place of the one before.
    pub fn take(&mut self, text: &str) -> SourceFile {
        self.texts += 1;
        if self.texts.is_multiple_of(TEXTS_OF_A_DATABASE) {
            self.db = Database::default();
        }
        self.db.set_file("main.weir", text)
    }

    /// The program of the file's `main`.
    ///
    /// # Errors
    ///
    /// There is no `main`, or it cannot be compiled.
    pub fn compiled(&self, file: SourceFile) -> Result<Program, String> {
        let main = file_items(&self.db, file)
            .ids(&self.db)
            .find(|item| item.kind(&self.db) == ItemKind::Fn && item.name(&self.db) == "main");
        let main = main.ok_or("there is no main")?;
        compile(&self.db, main).map_err(|error| error.to_string())
    }
}
