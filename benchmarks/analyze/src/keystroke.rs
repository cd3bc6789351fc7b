//! One more character in a body, and back, again and again.
//!
//! What it is not: a server; there is no protocol around it. Invariant: each keystroke ends with the findings
//! of the edited file.

use std::time::{Duration, Instant};

use weir_analyzer::diagnostics::{Diagnostic, file_diagnostics, local_diagnostics};
use weir_analyzer::items::file_items;
use weir_analyzer::{Database, SourceFile, regions};

use crate::measure;
use crate::package::Module;

/// How often the key is hit.
const TIMES: usize = 41;

/// What a keystroke takes to new findings: of each body by itself, and of all.
pub struct Keystroke {
    pub local: Duration,
    pub all: Duration,
}

/// The same to what ownership finds in the file, after what is found of each body by itself. To be asked
/// of another database that was used for nothing else: so both keep as many bodies.
pub fn to_ownership(db: &mut Database, module: &Module) -> Duration {
    keystrokes(db, module, &|db, file| {
        let found = local_diagnostics(db, file);
        for item in file_items(db, file).ids(db) {
            assert!(regions::check(db, item).is_empty());
        }
        found
    })
}

/// Types in the middle of a module whose package was analysed before.
pub fn measure(db: &mut Database, module: &Module) -> Keystroke {
    let local = keystrokes(db, module, &|db, file| local_diagnostics(db, file));
    let all = keystrokes(db, module, &|db, file| file_diagnostics(db, file));
    Keystroke { local, all }
}

fn keystrokes(
    db: &mut Database,
    module: &Module,
    findings: &dyn Fn(&Database, SourceFile) -> Vec<Diagnostic>,
) -> Duration {
    let texts = [with_character(&module.text), module.text.clone()];
    let mut key = |text: &str| {
        let start = Instant::now();
        let file = db.set_file(&module.path, text);
        assert_eq!(findings(db, file), []);
        start.elapsed()
    };
    // The first ones tell the database that this file changes.
    for text in &texts {
        key(text);
    }
    measure::median((0..TIMES).map(|number| key(&texts[number % 2])).collect())
}

/// The text with one more digit in a number that a body in its middle assigns.
fn with_character(text: &str) -> String {
    let middle = (text.len() / 2..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let function = middle + text[middle..].find("\nfn compute_").expect("a function");
    let at =
        function + text[function..].find("    return ").expect("a result") + "    return ".len();
    format!("{}1 + {}", &text[..at], &text[at..])
}
