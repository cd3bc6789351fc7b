//! Markdown to sections. No more of Markdown than headings and fences.

use std::fs;
use std::path::{Path, PathBuf};

use weir_analyzer::package::MANIFEST_NAME;

use crate::project::{PROGRAM, Project, ProjectFile};

/// A Markdown file.
#[derive(Clone, Debug)]
pub struct Document {
    /// Where it stands, from the root of the repository.
    pub path: String,
    /// Its sections.
    pub sections: Vec<Section>,
}

/// A heading, the program beneath it and what is said of that program.
#[derive(Clone, Debug)]
pub struct Section {
    /// The heading: a claim. A second program under it is `heading (2)`.
    pub heading: String,
    /// The program.
    pub project: Project,
    /// The further blocks.
    pub blocks: Vec<Block>,
}

/// A fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// What stands after the fence: `run --seed 3`.
    pub info: String,
    /// What is inside, each line with its end.
    pub text: String,
    /// The line of the document on which the inside starts, from 1.
    pub line: usize,
}

impl Document {
    /// Reads a document below the root of the repository.
    pub fn read(path: &str) -> Self {
        let text = fs::read_to_string(root().join(path)).unwrap_or_default();
        Self { path: path.to_owned(), sections: sections(&text) }
    }

    /// Every document whose programs are tested: the sections of `tests/`, the docs, the readme.
    pub fn all() -> Vec<Self> {
        let mut paths = Vec::new();
        for folder in ["tests", "docs"] {
            walk(&root().join(folder), "md", &mut paths);
        }
        paths.push(root().join("README.md"));
        let paths = paths.iter().filter(|path| path.is_file());
        paths.map(|path| Self::read(&from_root(path))).collect()
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests).to_owned()
}

/// A path as it is written from the root of the repository.
pub fn from_root(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// The files below a folder with that extension, in the order of their names.
pub fn walk(folder: &Path, extension: &str, paths: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            walk(&path, extension, paths);
        } else if path.extension().is_some_and(|found| found == extension) {
            paths.push(path);
        }
    }
}

/// The sections of a text.
pub fn sections(text: &str) -> Vec<Section> {
    let mut sections = Vec::<Section>::new();
    let (mut heading, mut programs) = (String::new(), 0);
    for part in parts(text) {
        let block = match part {
            Part::Heading(of) => {
                (heading, programs) = (of, 0);
                continue;
            }
            Part::Block(block) => block,
        };
        let open = if programs > 0 { sections.last_mut() } else { None };
        let name = file_name(&block.info).map(str::to_owned);
        match (name, open) {
            (Some(name), Some(section)) if section.lacks(&name) => {
                section.project.files.push(file(&name, block));
            }
            (Some(name), _) => {
                programs += 1;
                let heading = match programs {
                    1 => heading.clone(),
                    _ => format!("{heading} ({programs})"),
                };
                let project = Project { files: vec![file(&name, block)] };
                sections.push(Section { heading, project, blocks: Vec::new() });
            }
            (None, Some(section)) => section.blocks.push(block),
            (None, None) => {}
        }
    }
    sections
}

impl Section {
    /// The line of the document on which the program starts, from 1.
    pub fn line(&self) -> usize {
        self.project.main().map_or(1, |main| main.line)
    }

    /// The text of the program's main file.
    pub fn text(&self) -> &str {
        self.project.main().map_or("", |main| &main.text)
    }

    fn lacks(&self, name: &str) -> bool {
        !self.project.files.iter().any(|file| file.path == name)
    }
}

/// The file that a block holds: `weir`, `weir text/tables.weir`, `toml weir.toml`.
fn file_name(info: &str) -> Option<&str> {
    match info.split_once(' ') {
        None => (info == "weir").then_some(PROGRAM),
        Some(("weir", name)) => Some(name),
        Some(("toml", name)) if name.ends_with(MANIFEST_NAME) => Some(name),
        Some(_) => None,
    }
}

fn file(name: &str, block: Block) -> ProjectFile {
    ProjectFile { path: name.to_owned(), text: block.text, line: block.line }
}

enum Part {
    Heading(String),
    Block(Block),
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut lines = text.split_inclusive('\n').enumerate();
    while let Some((_, line)) = lines.next() {
        if let Some(heading) = heading(line) {
            parts.push(Part::Heading(heading));
        } else if let Some((fence, info)) = fence(line) {
            let mut block = Block { info, text: String::new(), line: 0 };
            for (number, line) in lines.by_ref() {
                if block.line == 0 {
                    block.line = number + 1;
                }
                if line.trim_end() == fence {
                    break;
                }
                block.text += line;
            }
            parts.push(Part::Block(block));
        }
    }
    parts
}

fn heading(line: &str) -> Option<String> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    ((1..=6).contains(&level) && rest.starts_with(' ')).then(|| rest.trim().to_owned())
}

/// The fence that a line opens, and its info string.
fn fence(line: &str) -> Option<(String, String)> {
    let rest = line.trim_start_matches('`');
    let ticks = line.len() - rest.len();
    (ticks >= 3).then(|| ("`".repeat(ticks), rest.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# One\nprose\n```weir\na\n```\n```run --seed 3\nb\n```\n## Two\n````weir\n```\n````\n```weir\nc\n```\n";

    #[test]
    fn a_section_is_a_heading_with_a_program_and_its_blocks() {
        let sections = sections(TEXT);
        let names: Vec<_> = sections.iter().map(|of| (of.heading.as_str(), of.line())).collect();
        assert_eq!(names, [("One", 4), ("Two", 11), ("Two (2)", 14)]);
        let block = Block { info: "run --seed 3".to_owned(), text: "b\n".to_owned(), line: 7 };
        assert_eq!(sections[0].blocks, [block]);
    }

    #[test]
    fn a_program_may_have_several_files() {
        let text = "# One\n```toml weir.toml\n```\n```weir\n```\n```weir a/b.weir\n```\n```run\n```\n```weir\n```\n";
        let sections = sections(text);
        let paths = |section: &Section| -> Vec<String> {
            section.project.files.iter().map(|file| file.path.clone()).collect()
        };
        assert_eq!(paths(&sections[0]), ["weir.toml", "main.weir", "a/b.weir"]);
        assert_eq!(sections[0].blocks.len(), 1);
        assert_eq!(paths(&sections[1]), ["main.weir"]);
    }

    #[test]
    fn a_longer_fence_holds_shorter_ones() {
        assert_eq!(sections(TEXT)[1].project.files[0].text, "```\n");
    }
}
