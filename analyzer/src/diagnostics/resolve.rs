//! Which stages are asked what is wrong, and their findings as diagnostics: ranges, levels, order.
//!
//! **Invariant.** Findings are queries and hold no range, so that they outlive edits elsewhere; what
//! reads the parse, which every edit replaces, is a plain function and no query.

mod edit;
mod part;

use rustc_hash::FxHashMap;
use weir_syntax::{SyntaxNode, TextRange, TextSize};

use edit::{edited_part, with_line_ends_of};
use part::part;

use super::{
    Code, Diagnostic, Edit, Finding, Fix, Label, Part, ResolvedFix, ResolvedStep, Site, levels_of,
    suppression::suppress,
};
use crate::db::parse;
use crate::items::{
    ItemId, dependencies_first, file_items, imports, located_items, lowered_signature,
    module_scope, prepare_aliases,
};
use crate::package::{Mistake, manifest_mistakes, misnaming};
use crate::{Db, FileKind, SourceFile};

/// What is wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The findings, in the order of the text, then of codes.
    pub diagnostics: Vec<Diagnostic>,
    /// How many more there are that comments allow.
    pub suppressed: usize,
}

/// All that is wrong in a file and that neither a comment nor its package allows.
pub fn file_diagnostics(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    let mut checked = check_file(db, file);
    levels_of(db, file).apply(&mut checked.diagnostics);
    checked.diagnostics
}

/// All that is wrong in a file, each finding at its rule's own level.
pub fn check_file(db: &dyn Db, file: SourceFile) -> Checked {
    if file.kind(db) == FileKind::Manifest {
        return Checked { diagnostics: manifest_diagnostics(db, file), suppressed: 0 };
    }
    prepare(db, file);
    let mut diagnostics = resolve(db, file, file_findings(db, file));
    let suppressed = suppress(file, file.text(db), &mut diagnostics);
    sort(&mut diagnostics);
    Checked { diagnostics, suppressed }
}

/// What is wrong in a file by its syntax, its names, its types and the Mir of each body: all that
/// is known before bodies are followed into one another. What comments allow is among it.
pub fn local_diagnostics(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    prepare_local(db, file);
    let of_file = own_findings(db, file);
    let items = file_items(db, file).ids(db);
    let findings = of_file.iter().chain(items.flat_map(|item| local_findings(db, item)));
    let mut diagnostics = resolve(db, file, findings);
    sort(&mut diagnostics);
    diagnostics
}

/// By the text, then by codes.
fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        let key = |of: &Diagnostic| (of.primary.range.start(), of.code, of.primary.range.end());
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    diagnostics.dedup();
}

fn resolve<'a>(
    db: &dyn Db,
    file: SourceFile,
    findings: impl IntoIterator<Item = &'a Finding>,
) -> Vec<Diagnostic> {
    let mut sites = Sites::new(db);
    let mut all = syntax_diagnostics(db, file);
    let errors: Vec<TextRange> = all.iter().map(|error| error.primary.range).collect();
    for finding in findings {
        if claims_absence(finding.code) && sites.holds_any(finding.site.item, &errors) {
            continue;
        }
        let found = sites.diagnostic(finding);
        if !(is_of_types(found.code) && touches_any(found.primary.range, &errors)) {
            all.push(found);
        }
    }
    all.extend(misnamed(db, file));
    all
}

/// Derives what queries would recurse for, so that no chain in a program is too long for the stack.
pub fn prepare(db: &dyn Db, file: SourceFile) {
    prepare_local(db, file);
    prepare_calls(db, file);
}

fn prepare_local(db: &dyn Db, file: SourceFile) {
    prepare_aliases(db, file);
    crate::infer::prepare_constants(db, file);
}

/// What functions do, of a file's and of those they call, callees first.
fn prepare_calls(db: &dyn Db, file: SourceFile) {
    let items = file_items(db, file).ids(db).filter(|item| item.kind(db).has_body());
    let needed = |item: ItemId| crate::regions::needed(db, item).clone();
    dependencies_first(items, &needed, &mut |item| {
        crate::regions::prepare(db, item);
        crate::skeleton::is_quiet(db, item);
    });
}

/// Where a site stands now.
pub fn resolve_site(db: &dyn Db, site: Site) -> Label {
    Sites::new(db).label(site, String::new())
}

/// The file's findings, free of positions.
#[salsa::tracked]
fn file_findings(db: &dyn Db, file: SourceFile) -> Vec<Finding> {
    let mut findings = own_findings(db, file);
    for item in file_items(db, file).ids(db) {
        findings.extend(item_findings(db, item).iter().cloned());
    }
    findings
}

/// What is wrong with the file's declarations as a whole.
fn own_findings(db: &dyn Db, file: SourceFile) -> Vec<Finding> {
    let mut findings = duplicates(db, file);
    findings.extend(imports(db, file).findings().iter().cloned());
    findings.extend(crate::constants::check(db, file).iter().cloned());
    findings.extend(crate::unused::unused_imports(db, file).iter().cloned());
    findings
}

/// What is wrong in the item. A body that does not type has no ownership or protocol worth
/// reporting: what they would say may only follow from the first mistake.
#[salsa::tracked]
pub fn item_findings(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mut findings = local_findings(db, item).clone();
    if !item.kind(db).has_body() {
        return findings;
    }
    findings.extend(crate::regions::check(db, item).iter().cloned());
    if is_sound(db, item, &typing_findings(db, item)) {
        findings.extend(crate::skeleton::check(db, item).iter().cloned());
    }
    findings.extend(crate::unsupported::check(db, item).iter().cloned());
    findings.into_iter().map(|finding| at_home(db, item, finding)).collect()
}

/// A finding about an item stands in the item's own file, where it is shown and can be allowed,
/// even if what goes wrong does so in a callee of another module: that place becomes a label.
fn at_home(db: &dyn Db, item: ItemId, mut finding: Finding) -> Finding {
    let is_here = |site: &Site| site.item.file(db) == item.file(db);
    if is_here(&finding.site) {
        return finding;
    }
    let there =
        (finding.site, finding.label.take().unwrap_or_else(|| "it happens here".to_owned()));
    let here = finding.related.iter().position(|(site, _)| is_here(site));
    match here.map(|index| finding.related.remove(index)) {
        Some((site, label)) => (finding.site, finding.label) = (site, Some(label)),
        None => finding.site = Site::whole(item, crate::items::NodeIndex::ITEM).part(Part::Name),
    }
    finding.related.insert(0, there);
    finding
}

/// What is wrong in the item by itself. Callers with several threads may ask for many items at
/// once, on clones of the database, before they ask for files.
#[salsa::tracked]
pub fn local_findings(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mut findings = typing_findings(db, item);
    if item.kind(db).has_body() && is_sound(db, item, &findings) {
        findings.extend(crate::assigned::check(db, item).iter().cloned());
    }
    findings
}

/// What is wrong with the item's names and types.
fn typing_findings(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mut findings = lowered_signature(db, item).findings.clone();
    findings.extend(crate::items::check_bounds(db, item).iter().cloned());
    if item.kind(db).has_body() {
        findings.extend(crate::hir::lower(db, item).findings.iter().cloned());
        findings.extend(crate::infer::infer(db, item).findings.iter().cloned());
        findings.extend(crate::unused::check(db, item).iter().cloned());
    }
    findings
}

/// Whether later stages have ground to stand on.
fn is_sound(db: &dyn Db, item: ItemId, findings: &[Finding]) -> bool {
    !crate::hir::lower(db, item).lacks_imports
        && !findings.iter().any(|finding| finding.code.rule().is_fundamental())
}

/// Whether a finding of this code says that something is missing. In an item with a syntax error
/// it may stand where the parser could not read, so there such findings are left out.
fn claims_absence(code: Code) -> bool {
    use Code::*;
    matches!(code, N004 | N005 | N006 | T005 | T006 | T008 | P004 | P005)
        || matches!(code.as_str().as_bytes()[0], b'C' | b'D' | b'R')
}

/// Whether a finding of this code is about types: beside what the parser could not read, it may
/// only say what is missing there.
fn is_of_types(code: Code) -> bool {
    code.as_str().starts_with('T')
}

fn touches_any(range: TextRange, errors: &[TextRange]) -> bool {
    errors.iter().any(|error| error.intersect(range).is_some())
}

fn duplicates(db: &dyn Db, file: SourceFile) -> Vec<Finding> {
    let duplicates = module_scope(db, file).duplicates().iter();
    duplicates
        .map(|(first, second)| {
            let name = second.name(db);
            let site = Site::whole(*second, crate::items::NodeIndex::ITEM).part(Part::Name);
            let first = Site::whole(*first, crate::items::NodeIndex::ITEM).part(Part::Name);
            Finding::new(Code::N002, site, format!("`{name}` is declared twice in this file"))
                .related(first, "the first declaration")
                .help("rename one of the two; the first is the one that is used")
        })
        .collect()
}

fn manifest_diagnostics(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
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
            fixes: finding.fixes.iter().map(|fix| self.fix(fix)).collect(),
            witness: finding
                .witness
                .iter()
                .flat_map(|witness| &witness.steps)
                .map(|step| {
                    let Label { file, range, .. } = self.label(step.site, String::new());
                    ResolvedStep { task: step.task.clone(), file, range, what: step.what.clone() }
                })
                .collect(),
        }
    }

    fn label(&mut self, site: Site, message: String) -> Label {
        let file = site.item.file(self.db);
        let range = self.node(site).map_or(TextRange::default(), |node| part(&node, site.part));
        Label { file, range, message }
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

    fn fix(&mut self, fix: &Fix) -> ResolvedFix {
        let edits = fix.edits.iter().filter_map(|edit| self.edit(edit)).collect();
        ResolvedFix { title: fix.title.clone(), safe: fix.safe, edits }
    }

    fn edit(&mut self, edit: &Edit) -> Option<(SourceFile, TextRange, String)> {
        let node = self.node(edit.site)?;
        let file = edit.site.item.file(self.db);
        let (range, text) = edited_part(&node, edit.site.part, &edit.kind);
        let text = with_line_ends_of(file.text(self.db), text);
        Some((file, range, text))
    }
}
