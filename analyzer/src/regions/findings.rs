//! What is found in the bodies of an item: each mistake once, in the order of the text.

use std::collections::{BTreeMap, BTreeSet};

use super::view::View;
use crate::diagnostics::{Code, Finding};
use crate::items::NodeIndex;
use crate::mir::Point;

/// Findings, one for each code and place.
#[derive(Default)]
pub(super) struct Findings {
    /// By statement and name: a line says one thing once.
    seen: BTreeSet<(Code, NodeIndex, String)>,
    found: Vec<Finding>,
    /// Spawns that R004 stands for.
    looping: BTreeSet<Point>,
    /// By spawn: a task of it reads what one of an earlier round changes, or the other way round.
    partly: BTreeMap<Point, Finding>,
    /// By where something was given away, where it is used afterwards: R006.
    gone: BTreeMap<NodeIndex, BTreeSet<NodeIndex>>,
    /// Reads by a loop that walks what a task of its own rounds changes: R004 says it all.
    walked: Vec<(Point, Finding)>,
}

impl Findings {
    /// Whether the statement has no finding of that code about that name yet; from now on it has.
    pub(super) fn is_new(
        &mut self,
        view: &View<'_>,
        code: Code,
        at: NodeIndex,
        name: &str,
    ) -> bool {
        let key = |code| (code, view.statement(at), name.to_owned());
        let outdone = code == Code::R002 && self.seen.contains(&key(Code::R001));
        !outdone && self.seen.insert(key(code))
    }

    pub(super) fn has_at(&self, code: Code, node: NodeIndex) -> bool {
        self.found.iter().any(|known| known.code == code && known.site.node == node)
    }

    pub(super) fn add(&mut self, finding: Finding) {
        if finding.code == Code::R001 {
            let read = (Code::R002, finding.site.node);
            self.found.retain(|known| (known.code, known.site.node) != read);
        }
        self.found.push(finding);
    }

    /// R004 at a spawn: all that its rounds do to each other is said by it.
    pub(super) fn add_looping(&mut self, task: Point, finding: Finding) {
        self.looping.insert(task);
        self.add(finding);
    }

    /// R004 of rounds of which some only read: the first for each spawn is kept.
    pub(super) fn add_partly(&mut self, task: Point, finding: Finding) {
        self.partly.entry(task).or_insert(finding);
    }

    /// A read by a loop that walks what the task changes.
    pub(super) fn add_walked(&mut self, task: Point, finding: Finding) {
        self.walked.push((task, finding));
    }

    /// R006: what was given away at the one place is used at the other.
    pub(super) fn add_gone(&mut self, given: NodeIndex, used: NodeIndex) {
        self.gone.entry(given).or_default().insert(used);
    }

    /// What was found so far with the code.
    pub(super) fn of(&self, code: Code) -> impl Iterator<Item = &Finding> {
        self.found.iter().filter(move |known| known.code == code)
    }

    pub(super) fn count(&self) -> usize {
        self.found.len()
    }

    /// Drops what was found at parts of an expression that is itself at fault: `xs[0].append(1)`
    /// is one mistake, though it reads before it changes.
    pub(super) fn absorb(&mut self, parts: &BTreeSet<NodeIndex>, whole: NodeIndex) {
        self.found.retain(|known| {
            let is_part = known.site.node != whole && parts.contains(&known.site.node);
            !(is_part && matches!(known.code, Code::R001 | Code::R002 | Code::R006))
        });
    }

    /// What a loop gives away in each round is at fault there, if that is found, and not where the next round uses
    /// it first.
    fn absorb_earlier_in_rounds(&mut self) {
        for (given, used) in &self.gone {
            if used.contains(given) && self.has_at(Code::R006, *given) {
                let follows = |node: NodeIndex| node < *given && used.contains(&node);
                let is_gone =
                    |known: &Finding| known.code == Code::R006 && follows(known.site.node);
                let first =
                    self.found.iter().filter(|known| is_gone(known)).map(|known| known.site);
                let first = first.min_by_key(|site| site.node);
                self.found.retain(|known| !is_gone(known));
                let again = self
                    .found
                    .iter_mut()
                    .filter(|known| known.code == Code::R006 && known.site.node == *given);
                for (known, site) in again.zip(first) {
                    known
                        .related
                        .push((site, "in the next round it is used here first".to_owned()));
                }
            }
        }
    }

    pub(super) fn in_order(mut self) -> Vec<Finding> {
        self.absorb_earlier_in_rounds();
        let mut looping = self.looping;
        for (task, finding) in self.partly {
            if looping.insert(task) {
                self.found.push(finding);
            }
        }
        let walked = self.walked.into_iter().filter(|(task, _)| !looping.contains(task));
        self.found.extend(walked.map(|(_, finding)| finding));
        self.found.sort_by_key(|finding| (finding.site.node, finding.code));
        self.found
    }
}
