//! The programs there are: examples, tests, the prelude.
//!
//! What it is not: a choice among them. Invariant: their order is that of their paths.

use std::path::{Path, PathBuf};

/// All programs in the tree, those in Markdown each by itself.
pub(crate) fn seeds() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .find(|folder| folder.join("examples").is_dir());
    let mut files = Vec::new();
    for folder in ["examples", "tests", "syntax/tests", "analyzer/prelude", "docs"] {
        collect(&root.unwrap_or(Path::new(".")).join(folder), &mut files);
    }
    files.sort();
    let mut seeds = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        if file.extension().is_some_and(|extension| extension == "weir") {
            seeds.push(text);
        } else {
            seeds.extend(blocks(&text));
        }
    }
    seeds
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "weir" || extension == "md")
        {
            files.push(path);
        }
    }
}

fn blocks(markdown: &str) -> Vec<String> {
    let parts = markdown.split("```weir\n").skip(1);
    parts
        .filter_map(|part| part.split_once("```").map(|(program, _)| program.to_string()))
        .collect()
}
