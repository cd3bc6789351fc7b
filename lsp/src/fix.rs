//! `weir analyze --fix`: fixes made in the texts of a workspace, until none is left.
//!
//! What it is not: it writes no files, and knows no rule; which fix mends a finding is the rule's to
//! say. **Nouns.** A *round* analyses, makes as many fixes as go together, and looks at what came of it.
//! **Invariant.** A round leaves no file with a syntax error that it did not have: a fix that would is
//! refused, and never tried again. Of a file with syntax errors those are mended first, for what else
//! is found in it may only follow from them.

mod deliver;
mod round;

use indexmap::IndexMap;
use weir_analyzer::SourceFile;
use weir_analyzer::diagnostics::{Diagnostic, ResolvedFix};

pub(crate) use deliver::{Destination, deliver, summarize};

use crate::workspace::{Analysis, LevelChoice, Workspace};

/// After so many rounds the rest is left for another time: fixes may bring forth one another.
const ROUNDS_MAX: usize = 50;

/// Which fixes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    /// Those that keep what the program means.
    Safe,
    /// Those too that may change it.
    Suggested,
}

/// What became of a workspace.
pub(crate) struct Fixed {
    /// What is wrong in the new texts.
    pub(crate) rest: Analysis,
    /// How many fixes were made.
    pub(crate) made: usize,
    /// The files that changed, with their old texts, in the order of the workspace.
    pub(crate) changed: Vec<(SourceFile, String)>,
    /// Fixes that would have broken their file: what they would have done, and where.
    pub(crate) refused: Vec<Refused>,
    /// Whether there were still fixes to make when the rounds were over.
    pub(crate) is_given_up: bool,
}

/// A fix that would have made a syntax error.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Refused {
    /// The file.
    pub(crate) path: String,
    /// What it would have done.
    pub(crate) title: String,
    /// The texts it would have put in.
    texts: Vec<String>,
}

/// Makes every fix to that extent that a finding has.
pub(crate) fn fix(workspace: &mut Workspace, levels: &LevelChoice, extent: Extent) -> Fixed {
    let originals: IndexMap<SourceFile, String> =
        workspace.files.iter().map(|file| (*file, file.text(&workspace.db).to_string())).collect();
    let (mut made, mut refused, mut is_given_up) = (0, Vec::new(), true);
    let mut rest = workspace.analyze(levels);
    for _ in 0..ROUNDS_MAX {
        let fixes = candidates(workspace, &rest.diagnostics, extent, &refused);
        if fixes.is_empty() {
            is_given_up = false;
            break;
        }
        made += round::make(workspace, &fixes, &mut refused);
        rest = workspace.analyze(levels);
    }
    let changed = originals.into_iter();
    let changed = changed.filter(|(file, old)| **file.text(&workspace.db) != **old).collect();
    Fixed { rest, made, changed, refused, is_given_up }
}

/// The first fix of each finding that may be made, in the order of the findings.
fn candidates(
    workspace: &Workspace,
    diagnostics: &[Diagnostic],
    extent: Extent,
    refused: &[Refused],
) -> Vec<ResolvedFix> {
    let may_be_made = |fix: &&ResolvedFix| {
        (fix.safe || extent == Extent::Suggested)
            && !fix.edits.is_empty()
            && fix.edits.iter().all(|(file, ..)| workspace.files.contains(file))
            && !refused.contains(&Refused::new(workspace, fix))
    };
    let of = |is_syntax: bool| {
        let diagnostics = diagnostics.iter().filter(|of| of.code.rule().is_syntax() == is_syntax);
        let fixes = diagnostics.filter_map(|of| of.fixes.iter().find(may_be_made).cloned());
        fixes.collect::<Vec<_>>()
    };
    let syntax = of(true);
    if syntax.is_empty() { of(false) } else { syntax }
}

impl Refused {
    fn new(workspace: &Workspace, fix: &ResolvedFix) -> Self {
        let file = fix.edits.first().map(|(file, ..)| *file);
        Self {
            path: file.map_or_else(String::new, |file| file.path(&workspace.db).to_string()),
            title: fix.title.clone(),
            texts: fix.edits.iter().map(|(.., text)| text.clone()).collect(),
        }
    }
}
