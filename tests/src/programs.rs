//! Every program in the tree: examples, sections, the pages of rules.

use std::fs;

use weir_analyzer::diagnostics::REGISTRY;

use crate::markdown::{Document, from_root, root, sections, walk};

/// A program and where it stands.
#[derive(Clone, Debug)]
pub struct Sample {
    /// For messages: `examples/bank.weir`, `tests/run/loops.md › A loop ends`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// All of them, in the order of their names.
pub fn all() -> Vec<Sample> {
    let mut all = examples();
    for document in Document::all() {
        let sections = document.sections.into_iter();
        all.extend(sections.map(|section| Sample {
            name: format!("{} › {}", document.path, section.heading),
            text: section.program,
        }));
    }
    for rule in REGISTRY {
        let pages = sections(rule.page).into_iter();
        all.extend(pages.map(|page| Sample {
            name: format!("{} › {}", rule.code, page.heading),
            text: page.program,
        }));
    }
    all
}

/// The programs of `examples/`.
pub fn examples() -> Vec<Sample> {
    let mut paths = Vec::new();
    walk(&root().join("examples"), "weir", &mut paths);
    let paths = paths.iter();
    let read = |path: &std::path::PathBuf| Sample {
        name: from_root(path),
        text: fs::read_to_string(path).unwrap_or_default(),
    };
    paths.map(read).collect()
}

/// Checks a claim about many programs and reports every one that breaks it.
///
/// # Panics
/// When there are such programs, or no programs at all.
pub fn for_each(samples: &[Sample], claim: impl Fn(&Sample) -> Result<(), String>) {
    assert!(!samples.is_empty(), "there are no programs to check");
    let broken = samples.iter().filter_map(|sample| {
        let why = claim(sample).err()?;
        Some(format!("{}: {why}", sample.name))
    });
    let broken: Vec<_> = broken.collect();
    let (count, of) = (broken.len(), samples.len());
    assert!(
        broken.is_empty(),
        "{count} of {of} programs break the claim:\n\n{}",
        broken.join("\n\n")
    );
}
