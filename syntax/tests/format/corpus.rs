//! Every program of the repository that has no mistake in it.

use std::fs;
use std::path::{Path, PathBuf};

use weir_syntax::{Parse, parse, parse_signatures};

pub(super) struct Program {
    pub(super) text: String,
    pub(super) is_signatures: bool,
}

impl Program {
    pub(super) fn parse(&self) -> Parse {
        if self.is_signatures { parse_signatures(&self.text) } else { parse(&self.text) }
    }

    pub(super) fn with_text(&self, text: String) -> Self {
        Self { text, is_signatures: self.is_signatures }
    }
}

/// The `.weir` files, and the `weir` blocks of the Markdown files.
pub(super) fn programs() -> Vec<Program> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut programs = Vec::new();
    for folder in ["examples", "syntax/tests", "analyzer/prelude", "analyzer/tests"] {
        for path in files(&root.join(folder), "weir") {
            programs
                .push(Program { text: read(&path), is_signatures: folder.ends_with("prelude") });
        }
    }
    for folder in ["tests", "docs", "analyzer/src"] {
        for path in files(&root.join(folder), "md") {
            let texts = blocks(&read(&path));
            programs.extend(texts.into_iter().map(|text| Program { text, is_signatures: false }));
        }
    }
    programs.retain(|program| program.parse().errors().is_empty());
    programs
}

#[allow(clippy::disallowed_methods, reason = "the crate reads no files; its tests read programs")]
fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let below = |path: PathBuf| match path.is_dir() {
        true => files(&path, extension),
        false if path.extension().is_some_and(|found| found == extension) => vec![path],
        false => Vec::new(),
    };
    paths.into_iter().flat_map(below).collect()
}

fn blocks(markdown: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = markdown.split_inclusive('\n');
    while let Some(line) = lines.next() {
        let info = line.trim_start_matches('`');
        let ticks = line.len() - info.len();
        if ticks < 3 {
            continue;
        }
        let fence = "`".repeat(ticks);
        let text: String = lines.by_ref().take_while(|line| line.trim_end() != fence).collect();
        if info.trim() == "weir" {
            blocks.push(text);
        }
    }
    blocks
}
