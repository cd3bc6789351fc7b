//! Which stages are asked what is wrong, and in which order.
//!
//! What it is not: ranges, which [`super::resolve`] looks up. **Invariant.** Findings are queries and
//! hold no range, so that they outlive edits elsewhere; what makes diagnostics of them is a plain
//! function and no query.

use rustc_hash::FxHashSet;

use super::prepare::{prepare, prepare_local, prepare_summaries};
use super::resolve::{manifest_diagnostics, resolve, sort};
use super::{Code, Diagnostic, Finding, Level, Part, Site, levels_of, suppression::suppress};
use crate::items::{ItemId, ItemKind, file_items, imports, lowered_signature, module_scope};
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
    diagnostics_of(db, file, &|item| [local_findings(db, item), &[]])
}

/// The same with what is wrong by ownership: all but protocols and conduct.
pub fn owned_diagnostics(db: &dyn Db, file: SourceFile) -> Vec<Diagnostic> {
    prepare_summaries(db, file);
    diagnostics_of(db, file, &|item| [local_findings(db, item), crate::regions::check(db, item)])
}

fn diagnostics_of<'db>(
    db: &'db dyn Db,
    file: SourceFile,
    findings_of: &dyn Fn(ItemId) -> [&'db [Finding]; 2],
) -> Vec<Diagnostic> {
    let of_file = own_findings(db, file);
    let of_items: Vec<&Finding> =
        file_items(db, file).ids(db).flat_map(findings_of).flatten().collect();
    let mut diagnostics = resolve(db, file, of_file.iter().chain(of_items));
    sort(&mut diagnostics);
    diagnostics
}

/// The file's findings, free of positions.
#[salsa::tracked]
fn file_findings(db: &dyn Db, file: SourceFile) -> Vec<Finding> {
    let mut findings = own_findings(db, file);
    for item in file_items(db, file).ids(db) {
        findings.extend(item_findings(db, item).iter().cloned());
    }
    // Several roots may come to one mistake in a function that they call.
    let mut seen = FxHashSet::default();
    findings.retain(|finding| {
        let is_of_protocol = matches!(finding.code.family(), 'C' | 'D' | 'L');
        !is_of_protocol || seen.insert((finding.code, finding.site))
    });
    drop_waits_that_locks_explain(&mut findings);
    findings.retain(|finding| {
        let items = file_items(db, file).ids(db);
        finding.code != Code::A002 || !crate::skeleton::is_followed(db, finding, items)
    });
    // Of what is no program, that not all was followed is no news.
    let is_no_program = |finding: &Finding| {
        let is_error = finding.code.rule().level == Level::Error;
        is_error && matches!(finding.code.family(), 'S' | 'N' | 'T')
    };
    if findings.iter().any(is_no_program) {
        findings.retain(|finding| finding.code != Code::A002);
    }
    findings
}

/// A wait with a lock held (L005) is part of what an error about that lock says already: that both wait for each
/// other there, or that the lock is left behind.
fn drop_waits_that_locks_explain(findings: &mut Vec<Finding>) {
    let node = |site: Site| (site.item, site.node);
    let mut waits = FxHashSet::default();
    let mut left = FxHashSet::default();
    for finding in findings.iter() {
        let related = finding.related.iter().map(|(site, _)| *site);
        let sites = std::iter::once(finding.site).chain(related).map(node);
        match finding.code {
            Code::L001 | Code::L002 | Code::L006 => waits.extend(sites),
            Code::L003 => left.extend(sites),
            _ => {}
        }
    }
    findings.retain(|finding| {
        let takes = || finding.related.iter().any(|(site, _)| left.contains(&node(*site)));
        finding.code != Code::L005 || !(waits.contains(&node(finding.site)) || takes())
    });
}

/// What is wrong with the file's declarations as a whole.
fn own_findings(db: &dyn Db, file: SourceFile) -> Vec<Finding> {
    let mut findings = duplicates(db, file);
    findings.extend(imports(db, file).findings().iter().cloned());
    findings.extend(crate::items::endless_types(db, file).iter().cloned());
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
        findings.extend(crate::skeleton::check(db, item));
        findings.extend(crate::conduct::check(db, item).iter().cloned());
    }
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
    if item.kind(db).has_body() {
        if is_sound(db, item, &findings) {
            findings.extend(crate::assigned::check(db, item));
        }
        findings.extend(crate::idle::check(db, item));
        findings.extend(crate::walked::check(db, item));
    }
    findings
}

/// What is wrong with the item's names and types.
fn typing_findings(db: &dyn Db, item: ItemId) -> Vec<Finding> {
    let mut findings = lowered_signature(db, item).findings.clone();
    findings.extend(crate::items::check_bounds(db, item));
    if item.kind(db).has_body() {
        findings.extend(crate::hir::lower(db, item).findings.iter().cloned());
        findings.extend(crate::infer::infer(db, item).findings.iter().cloned());
        findings.extend(crate::unused::check(db, item));
    }
    findings
}

/// Whether later stages have ground to stand on.
fn is_sound(db: &dyn Db, item: ItemId, findings: &[Finding]) -> bool {
    !crate::hir::lower(db, item).lacks_imports
        && !findings.iter().any(|finding| finding.code.rule().is_fundamental)
}

fn same_title(db: &dyn Db, first: ItemId, second: ItemId) -> Finding {
    let keyword = |test| Site::whole(test, crate::items::NodeIndex::ITEM).part(Part::Keyword);
    let message = format!("two tests of this file are called {:?}", second.name(db).as_str());
    Finding::new(Code::N002, keyword(second), message)
        .related(keyword(first), "the first one")
        .help("rename one of the two: by its title a test is told from others and run again")
}

fn duplicates(db: &dyn Db, file: SourceFile) -> Vec<Finding> {
    let duplicates = module_scope(db, file).duplicates().iter();
    duplicates
        .map(|(first, second)| {
            if second.kind(db) == ItemKind::Test {
                return same_title(db, *first, *second);
            }
            let name = second.name(db);
            let site = Site::whole(*second, crate::items::NodeIndex::ITEM).part(Part::Name);
            let first = Site::whole(*first, crate::items::NodeIndex::ITEM).part(Part::Name);
            Finding::new(Code::N002, site, format!("`{name}` is declared twice in this file"))
                .related(first, "the first declaration")
                .help("rename one of the two; the first is the one that is used")
        })
        .collect()
}
