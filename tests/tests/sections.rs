//! One test for each section of the Markdown in `tests/` and `docs/`, named `file › heading`.
//!
//! `UPDATE=1 cargo test -p weir-tests --test sections` rewrites the blocks.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};
use std::{env, fs};

use libtest_mimic::{Arguments, Failed, Trial};
use weir_tests::difference::difference;
use weir_tests::markdown::root;
use weir_tests::{Block, Document, Section, findings, stages};

/// What `UPDATE=1` is going to write: by path and line, the block and its new text.
type Updates = Arc<Mutex<BTreeMap<(String, usize), (Block, String)>>>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let updates = env::var_os("UPDATE").map(|_| Updates::default());
    let trials =
        Document::all().into_iter().flat_map(|document| trials(document, updates.as_ref()));
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    if let Some(updates) = updates {
        rewrite(&updates);
    }
    conclusion.exit_code()
}

fn trials(document: Document, updates: Option<&Updates>) -> Vec<Trial> {
    let path = document.path;
    let sections = document.sections.into_iter();
    let trial = |section: Section| {
        let name = format!("{path} › {}", section.heading);
        let (path, updates) = (path.clone(), updates.cloned());
        Trial::test(name, move || check(&path, &section, updates.as_ref()))
    };
    sections.map(trial).collect()
}

fn check(path: &str, section: &Section, updates: Option<&Updates>) -> Result<(), Failed> {
    let mut mistakes = Vec::new();
    if let Err(mistake) = findings::check(&section.project) {
        mistakes.push(format!("{path}:{}: {mistake}", section.line()));
    }
    for (block, printed) in stages::printed(env!("CARGO_BIN_EXE_weir-under-test"), section) {
        if block.text == printed {
            continue;
        }
        match updates.map(|updates| updates.lock()) {
            Some(Ok(mut updates)) => {
                updates.insert((path.to_owned(), block.line), (block.clone(), printed));
            }
            _ => mistakes.push(format!(
                "{path}:{}: `{}` prints something else\n{}",
                block.line,
                block.info,
                difference(&block.text, &printed)
            )),
        }
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes.join("\n").into()) }
}

/// Writes the blocks, the last of each file first, so that the lines before it stay where they are.
fn rewrite(updates: &Updates) {
    let Ok(updates) = updates.lock() else { return };
    for ((path, line), (block, printed)) in updates.iter().rev() {
        let path = root().join(path);
        let text = fs::read_to_string(&path).unwrap_or_default();
        let lines: Vec<_> = text.split_inclusive('\n').collect();
        let (start, end) = (line - 1, line - 1 + block.text.lines().count());
        let text = [&lines[..start].concat(), printed.as_str(), &lines[end..].concat()].concat();
        if let Err(error) = fs::write(&path, text) {
            eprintln!("{} cannot be written: {error}", path.display());
        }
    }
}
