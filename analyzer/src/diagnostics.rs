//! Findings: what is wrong, where, why it matters, what to do.
//!
//! A stage makes [`Finding`]s, which name nodes of items ([`Site`]) and hold no ranges; they stay
//! equal when text moves. [`file_diagnostics`] turns them into [`Diagnostic`]s with ranges, levels
//! and order, the form that every output reads. Comments that allow findings, and the levels that
//! a package or a user chose, come last of all.

mod act;
mod collect;
mod edits;
mod levels;
mod package_levels;
mod prepare;
mod registry;
mod resolve;
mod selector;
mod suggest;
mod suppression;
mod words;

use crate::items::{ItemId, NodeIndex};
use crate::{SourceFile, TextRange};

pub use act::{Act, Witness, WitnessStep};
pub use collect::{
    Checked, check_file, file_diagnostics, item_findings, local_diagnostics, local_findings,
    owned_diagnostics,
};
pub use edits::edited;
pub use levels::{LevelChange, LevelError, Levels, Setting};
pub(crate) use package_levels::level_mistakes;
pub use package_levels::levels_of;
pub use prepare::{Circle, circles_to_follow, follow_circle, prepare};
pub use registry::{Code, Doubt, FAMILIES, Level, REGISTRY, Rule};
pub use resolve::resolve_site;
pub use selector::{Selector, UnknownRule};
pub use suggest::{Foreign, foreign_type, foreign_value, nearest, suggest, suggestions};
pub use words::{count, listed};

/// One thing that is wrong, free of positions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its code.
    pub code: Code,
    /// What is wrong, naming the things involved.
    pub message: String,
    /// Where it stands.
    pub site: Site,
    /// What the primary range's label says, if more than the message.
    pub label: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<(Site, String)>,
    /// What to do.
    pub help: Option<String>,
    /// Mechanical mends.
    pub fixes: Vec<Fix>,
    /// The schedule that shows it.
    pub witness: Option<Witness>,
}

/// A place: a node of an item, or a part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Site {
    /// The item.
    pub item: ItemId,
    /// The node, by its preorder index in the item.
    pub node: NodeIndex,
    /// Which part of it.
    pub part: Part,
}

/// Which part of a node a site means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// From its first to its last token that is no trivia.
    Whole,
    /// Its first token: `concurrent`, `spawn`, `detach`.
    Keyword,
    /// The point behind its last token: where a block ends.
    End,
    /// The name it declares, or failing that the whole.
    Name,
    /// The last name it refers to, or failing that the whole: `c` of `a.b.c`.
    Reference,
    /// The parameter or field at this position of a function or struct, or failing that its name.
    Parameter(u32),
    /// The type that a function is said to return, or failing that its name.
    Result,
    /// What stands before the `:` of a block, without its first word.
    Head,
    /// The name before the `=` of an argument, of which the node is the value.
    ArgumentName,
}

/// A mechanical mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an imperative.
    pub title: String,
    /// Whether it keeps the program's meaning and may be applied unseen.
    pub safe: bool,
    /// Its edits.
    pub edits: Vec<Edit>,
}

/// One edit of a fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What it changes, or is put beside.
    pub site: Site,
    /// How.
    pub kind: EditKind,
}

/// How an edit changes its site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EditKind {
    /// Puts text in its place.
    Replace(String),
    /// Puts text on both sides of it.
    Around(String, String),
    /// Puts an import among those of its file.
    Import(String),
    /// Takes away its lines.
    RemoveLines,
    /// Puts a line before it, at its indentation.
    LineBefore(String),
    /// Puts a line after it, at its indentation.
    LineAfter(String),
    /// Puts text right before it.
    Before(String),
    /// Puts text right after it.
    After(String),
    /// Puts a line before it and indents it one level below that.
    Wrap(String),
    /// Puts the block behind its `:` in its place, at its indentation.
    Unwrap,
    /// Puts the text of another place in its place.
    TextOf(Site),
    /// Makes a `with` of it, around the statements behind it up to `last`, without these of them.
    Enclose {
        /// The last statement that goes inside.
        last: NodeIndex,
        /// Statements that are left out.
        without: Vec<NodeIndex>,
    },
    /// Gives a call these arguments, and no others.
    Arguments(String),
}

impl Finding {
    /// A finding with a message at a site.
    pub fn new(code: Code, site: Site, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            site,
            label: None,
            related: Vec::new(),
            help: None,
            fixes: Vec::new(),
            witness: None,
        }
    }

    /// With words at the primary range.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With another place.
    #[must_use]
    pub fn related(mut self, site: Site, label: impl Into<String>) -> Self {
        self.related.push((site, label.into()));
        self
    }

    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a mend.
    #[must_use]
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fixes.push(fix);
        self
    }

    /// Makes the mend that writes another name at one more place, where the same is wrong.
    pub(crate) fn also_rename(&mut self, site: Site) {
        for fix in &mut self.fixes {
            let renames = |edit: &&Edit| edit.site.part == Part::Reference;
            let kind = fix.edits.first().filter(renames).map(|edit| edit.kind.clone());
            fix.edits.extend(kind.map(|kind| Edit { site: site.part(Part::Reference), kind }));
        }
    }

    /// With the schedule that shows it.
    #[must_use]
    pub fn witness(mut self, witness: Witness) -> Self {
        self.witness = Some(witness);
        self
    }
}

impl Fix {
    /// A mend of one edit that may change what the program means.
    pub fn suggested(title: impl Into<String>, site: Site, kind: EditKind) -> Self {
        Self { title: title.into(), safe: false, edits: vec![Edit { site, kind }] }
    }

    /// The name that was meant in place of the one at the site.
    pub fn rename(site: Site, name: &str) -> Self {
        let kind = EditKind::Replace(name.to_owned());
        Self::suggested(format!("write `{name}`"), site.part(Part::Reference), kind)
    }
}

impl Site {
    /// A whole node.
    pub fn whole(item: ItemId, node: NodeIndex) -> Self {
        Self { item, node, part: Part::Whole }
    }

    /// Another part of the same node.
    #[must_use]
    pub fn part(self, part: Part) -> Self {
        Self { part, ..self }
    }
}

/// A finding with ranges: what every output reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its code.
    pub code: Code,
    /// Its level, after configuration.
    pub level: Level,
    /// What is wrong.
    pub message: String,
    /// Where it stands.
    pub primary: Label,
    /// Other places that belong to it.
    pub related: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    /// Mechanical mends.
    pub fixes: Vec<ResolvedFix>,
    /// The schedule that shows it.
    pub witness: Vec<ResolvedStep>,
    /// A run that shows it, as a line, if one was made.
    pub shown_by: Option<String>,
}

impl Diagnostic {
    /// Whether a run that goes wrong so can be told from others by how it ends. A lock that is left behind
    /// shows only where somebody then waits for it.
    pub fn shows_in_a_run(&self) -> bool {
        let is_waited_for = || self.witness.last().is_some_and(|step| step.act == Act::Takes);
        self.level == Level::Error
            && match self.code {
                Code::D001 => false,
                Code::L003 => is_waited_for(),
                code => matches!(code.family(), 'C' | 'L' | 'D'),
            }
    }

    /// A finding with a message at a place, at its rule's own level.
    pub fn new(code: Code, primary: Label, message: impl Into<String>) -> Self {
        Self {
            code,
            level: code.rule().level,
            message: message.into(),
            primary,
            related: Vec::new(),
            help: None,
            fixes: Vec::new(),
            witness: Vec::new(),
            shown_by: None,
        }
    }

    /// With what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With a mend.
    #[must_use]
    pub fn with_fix(mut self, fix: ResolvedFix) -> Self {
        self.fixes.push(fix);
        self
    }
}

/// A range and what it has to do with the finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The file.
    pub file: SourceFile,
    /// The range, in bytes.
    pub range: TextRange,
    /// The words; empty when the message says it all.
    pub message: String,
}

/// A mend with ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedFix {
    /// What it does.
    pub title: String,
    /// Whether it may be applied unseen.
    pub safe: bool,
    /// `(file, range, text)`
    pub edits: Vec<(SourceFile, TextRange, String)>,
}

/// A witness step with its range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedStep {
    /// The task, by its path.
    pub task: String,
    /// The file.
    pub file: SourceFile,
    /// The range.
    pub range: TextRange,
    /// What it does there.
    pub what: String,
    /// What a run shows of it.
    pub act: Act,
}
