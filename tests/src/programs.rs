//! Every program in the tree: examples, sections, the pages of rules.

use std::panic::{self, AssertUnwindSafe};
use std::{fs, thread};

use weir_analyzer::diagnostics::REGISTRY;

use crate::markdown::{Document, from_root, root, sections, walk};
use crate::{Project, ProjectFile};

/// A program and where it stands.
#[derive(Clone, Debug)]
pub struct Sample {
    /// For messages: `examples/bank.weir`, `tests/run/loops.md › A loop ends`.
    pub name: String,
    /// The text.
    pub text: String,
    /// The file of its project that it is.
    pub path: String,
    /// The program that it is a file of.
    pub project: Project,
}

impl Sample {
    /// A program of one file.
    pub fn lone(name: String, text: String) -> Self {
        let project = Project::lone(&text);
        Self { name, text, path: crate::project::PROGRAM.to_owned(), project }
    }

    /// The modules of a program, one by one.
    fn of(name: &str, project: &Project) -> Vec<Self> {
        let main = project.main().map(|main| &main.path);
        let modules = project.files.iter().filter(|file| !file.is_manifest());
        let sample = |file: &ProjectFile| Self {
            name: match Some(&file.path) == main {
                true => name.to_owned(),
                false => format!("{name}, {}", file.path),
            },
            text: file.text.clone(),
            path: file.path.clone(),
            project: project.clone(),
        };
        modules.map(sample).collect()
    }
}

/// A race, and a comment that allows nothing: an error and a warning.
pub const SUSPECT: &str = "\
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            data.append(1)
        # weir: allow(C001) left behind
        print(data)
";

/// All of them, in the order of their names.
pub fn all() -> Vec<Sample> {
    let mut all = examples();
    for document in Document::all() {
        let sections = document.sections.into_iter();
        all.extend(sections.flat_map(|section| {
            Sample::of(&format!("{} › {}", document.path, section.heading), &section.project)
        }));
    }
    for rule in REGISTRY {
        let pages = sections(rule.page).into_iter();
        all.extend(pages.flat_map(|page| {
            Sample::of(&format!("{} › {}", rule.code, page.heading), &page.project)
        }));
    }
    all
}

/// The programs of `examples/`.
pub fn examples() -> Vec<Sample> {
    let mut paths = Vec::new();
    walk(&root().join("examples"), "weir", &mut paths);
    let paths = paths.iter();
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).unwrap_or_default();
        Sample::of(&from_root(path), &Project::lone(&text))
    };
    paths.flat_map(read).collect()
}

/// Room for the deepest nesting that the parser lets through.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// Checks a claim about many programs and reports every one that breaks it; a panic breaks it too.
///
/// # Panics
/// When there are such programs, or no programs at all.
pub fn for_each(samples: &[Sample], claim: impl Fn(&Sample) -> Result<(), String> + Sync) {
    assert!(!samples.is_empty(), "there are no programs to check");
    let broken = thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_BYTES);
        let checked = thread.spawn_scoped(scope, || broken(samples, &claim));
        let checked = checked.ok().and_then(|checked| checked.join().ok());
        checked.unwrap_or_else(|| vec!["the check itself could not be made".to_owned()])
    });
    let (count, of) = (broken.len(), samples.len());
    let list = broken.join("\n\n");
    assert!(broken.is_empty(), "{count} of {of} programs break the claim:\n\n{list}");
}

fn broken(samples: &[Sample], claim: impl Fn(&Sample) -> Result<(), String>) -> Vec<String> {
    let check = |sample: &Sample| {
        let checked = panic::catch_unwind(AssertUnwindSafe(|| claim(sample)));
        let why = checked.unwrap_or_else(|_| Err("it panics".to_owned())).err()?;
        Some(format!("{}: {why}", sample.name))
    };
    samples.iter().filter_map(check).collect()
}
