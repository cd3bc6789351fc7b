//! Findings as diagnostics: nodes become ranges, and findings that a mistake of syntax puts in doubt
//! are left out.
//!
//! What it is not: the choice of what is asked, which `collect` makes. **Invariant.** It reads the
//! parse, which every edit replaces, so nothing here is a query.

mod edit;
mod part;

use rustc_hash::FxHashMap;
use weir_syntax::{SyntaxNode, TextRange, TextSize};

use edit::{begins_line, edited_part, enclosed, is_of_lines, with_line_ends_of};
use part::part;

use super::{
    Code, Diagnostic, Doubt, Edit, EditKind, Finding, Fix, Label, ResolvedFix, ResolvedStep, Site,
    WitnessStep,
};
use crate::db::parse;
use crate::items::{ItemId, located_items};
use crate::package::{Mistake, manifest_mistakes, misnaming};
use crate::{Db, SourceFile};

/// By the text, then by codes.
pub(super) fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        let key = |of: &Diagnostic| (of.primary.range.start(), of.code, of.primary.range.end());
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    diagnostics.dedup();
}

/// Findings of a file, and what its text shows by itself, with their ranges.
pub(super) fn resolve<'a>(
    db: &dyn Db,
    file: SourceFile,
    findings: impl IntoIterator<Item = &'a Finding>,
) -> Vec<Diagnostic> {
    let mut sites = Sites::new(db);
    let mut all = syntax_diagnostics(db, file);
    let errors: Vec<TextRange> = all.iter().map(|error| error.primary.range).collect();
    for finding in findings {
        let is_doubtful = match finding.code.rule().doubt {
            Doubt::Never => false,
            Doubt::Beside => touches_any(sites.range(finding.site), &errors),
            Doubt::InItem => sites.holds_any(finding.site.item, &errors),
        };
        if !is_doubtful {
            all.push(sites.diagnostic(finding));
        }
    }
    all.extend(misnamed(db, file));
    all
}

/// Where a site stands now.
pub fn resolve_site(db: &dyn Db, site: Site) -> Label {
    Sites::new(db).label(site, String::new())
}

fn touches_any(range: TextRange, errors: &[TextRange]) -> bool {
    errors.iter().any(|error| error.intersect(range).is_some())
}

/// What is wrong with a manifest.
pub(super) fn manifest_diagnostics(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    let mistakes = manifest_mistakes(db, file).into_iter();
    let mut all: Vec<Diagnostic> = mistakes
        .map(|Mistake { range, message, help }| plain(Code::M001, file, range, message, help))
        .collect();
    all.sort_by_key(|found| (found.primary.range.start(), found.primary.range.end()));
    all
}

/// Said at the first line: the name is what is wrong, and that stands nowhere in the text.
fn misnamed(db: &dyn Db, file: SourceFile) -> Option<Diagnostic> {
    let (message, help) = misnaming(db, file)?;
    let text = file.text(db);
    let line = text.lines().next().unwrap_or_default().trim_end();
    let range = TextRange::up_to(TextSize::of(line));
    Some(plain(Code::M002, file, range, message, help))
}

fn plain(
    code: Code,
    file: SourceFile,
    range: TextRange,
    message: String,
    help: String,
) -> Diagnostic {
    Diagnostic {
        code,
        level: code.rule().level,
        message,
        primary: Label { file, range, message: String::new() },
        related: Vec::new(),
        help: Some(help),
        fixes: Vec::new(),
        witness: Vec::new(),
        shown_by: None,
    }
}

fn syntax_diagnostics(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    let errors = parse(db, file).errors().iter();
    let edit = |(range, text): &(TextRange, String)| {
        (file, *range, with_line_ends_of(file.text(db), text.clone()))
    };
    errors
        .map(|error| {
            let primary = Label { file, range: error.range, message: String::new() };
            let fix = error.fix.iter().map(|fix| ResolvedFix {
                title: fix.title.clone(),
                safe: true,
                edits: fix.edits.iter().map(edit).collect(),
            });
            // A code that the registry lacks would be a bug of ours; S001 is the family's own.
            let code = Code::parse(error.code.as_str()).unwrap_or(Code::S001);
            let mut diagnostic = Diagnostic::new(code, primary, error.message.clone());
            diagnostic.help = error.help.clone();
            diagnostic.fixes = fix.collect();
            diagnostic
        })
        .collect()
}

/// Looks sites up, one walk over each file that is asked for.
struct Sites<'db> {
    db: &'db dyn Db,
    located: FxHashMap<SourceFile, FxHashMap<ItemId, SyntaxNode>>,
    nodes: FxHashMap<ItemId, Vec<SyntaxNode>>,
}

impl<'db> Sites<'db> {
    fn new(db: &'db dyn Db) -> Self {
        Self { db, located: FxHashMap::default(), nodes: FxHashMap::default() }
    }

    fn diagnostic(&mut self, finding: &Finding) -> Diagnostic {
        let related = finding.related.iter().map(|(site, label)| self.label(*site, label.clone()));
        Diagnostic {
            code: finding.code,
            level: finding.code.rule().level,
            message: finding.message.clone(),
            related: related.collect(),
            primary: self.label(finding.site, finding.label.clone().unwrap_or_default()),
            help: finding.help.clone(),
            fixes: finding.fixes.iter().filter_map(|fix| self.fix(fix)).collect(),
            witness: finding
                .witness
                .iter()
                .flat_map(|witness| &witness.steps)
                .map(|step| {
                    let Label { file, range, .. } = self.label(step.site, String::new());
                    let WitnessStep { task, what, act, .. } = step.clone();
                    ResolvedStep { task, file, range, what, act }
                })
                .collect(),
            shown_by: None,
        }
    }

    fn label(&mut self, site: Site, message: String) -> Label {
        Label { file: site.item.file(self.db), range: self.range(site), message }
    }

    fn range(&mut self, site: Site) -> TextRange {
        self.node(site).map_or(TextRange::default(), |node| part(&node, site.part))
    }

    fn node(&mut self, site: Site) -> Option<SyntaxNode> {
        let (db, file) = (self.db, site.item.file(self.db));
        let items = self.located.entry(file).or_insert_with(|| located_items(db, file));
        let item = items.get(&site.item)?;
        let nodes = self.nodes.entry(site.item).or_insert_with(|| item.descendants().collect());
        nodes.get(site.node.0 as usize).cloned()
    }

    /// Whether any of the ranges begins in the item.
    fn holds_any(&mut self, item: ItemId, ranges: &[TextRange]) -> bool {
        let node = self.node(Site::whole(item, crate::items::NodeIndex::ITEM));
        let item = node.map(|node| node.text_range());
        item.is_some_and(|item| ranges.iter().any(|range| item.contains_inclusive(range.start())))
    }

    /// None where one of its edits cannot be made: half a fix is none.
    fn fix(&mut self, fix: &Fix) -> Option<ResolvedFix> {
        let edits: Option<Vec<_>> = fix.edits.iter().map(|edit| self.edit(edit)).collect();
        Some(ResolvedFix { title: fix.title.clone(), safe: fix.safe, edits: edits? })
    }

    fn text(&mut self, site: Site) -> Option<String> {
        let node = self.node(site)?;
        let range = part(&node, site.part);
        Some(node.text().slice(range - node.text_range().start()).to_string())
    }

    fn edit(&mut self, edit: &Edit) -> Option<(SourceFile, TextRange, String)> {
        let node = self.node(edit.site)?;
        let file = edit.site.item.file(self.db);
        if is_of_lines(&edit.kind) && !begins_line(&node) {
            return None;
        }
        let (range, text) = match &edit.kind {
            EditKind::TextOf(other) => (part(&node, edit.site.part), self.text(*other)?),
            EditKind::Enclose { last, without } => {
                let mut beside = |node| self.node(Site { node, ..edit.site });
                let left_out: Option<Vec<_>> = without.iter().copied().map(&mut beside).collect();
                enclosed(&node, &beside(*last)?, &left_out?)
            }
            kind => edited_part(&node, edit.site.part, kind),
        };
        let text = with_line_ends_of(file.text(self.db), text);
        Some((file, range, text))
    }
}
