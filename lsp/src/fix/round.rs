//! One round: as many fixes as go together, made in the texts.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use weir_analyzer::diagnostics::{ResolvedFix, edited};
use weir_analyzer::{SourceFile, TextRange, TextSize};
use weir_syntax::Parse;

use super::Refused;
use crate::workspace::Workspace;

/// Makes those fixes that do not touch one another and break no file; what only came too close to
/// another one waits for the next round. Says how many were made.
pub(super) fn make(
    workspace: &mut Workspace,
    fixes: &[ResolvedFix],
    refused: &mut Vec<Refused>,
) -> usize {
    let mut sound = Vec::new();
    take_sound(workspace, &apart(fixes), &mut sound, refused);
    let texts = fixed_texts(workspace, &sound).unwrap_or_default();
    texts.iter().for_each(|(file, text)| workspace.set_text(*file, text));
    sound.len()
}

/// The first fixes whose edits neither overlap nor touch.
fn apart(fixes: &[ResolvedFix]) -> Vec<&ResolvedFix> {
    let mut taken = FxHashMap::<SourceFile, Taken>::default();
    let mut chosen = Vec::new();
    for fix in fixes {
        let is_free = |(file, range, _): &(SourceFile, TextRange, String)| {
            taken.get(file).is_none_or(|taken| taken.is_free(*range))
        };
        if fix.edits.iter().all(is_free) {
            for (file, range, _) in &fix.edits {
                taken.entry(*file).or_default().take(*range);
            }
            chosen.push(fix);
        }
    }
    chosen
}

/// Ranges of a file that do not touch, each by its start.
#[derive(Default)]
struct Taken(BTreeMap<TextSize, TextSize>);

impl Taken {
    fn is_free(&self, range: TextRange) -> bool {
        let last = self.0.range(..=range.end()).next_back();
        last.is_none_or(|(_, end)| *end < range.start())
    }

    fn take(&mut self, range: TextRange) {
        let end = self.0.entry(range.start()).or_insert(range.end());
        *end = range.end().max(*end);
    }
}

/// Adds to `sound` those fixes that break no file, together with those already in it. Halves what
/// does, so that one bad fix among many costs few parses.
fn take_sound<'a>(
    workspace: &Workspace,
    fixes: &[&'a ResolvedFix],
    sound: &mut Vec<&'a ResolvedFix>,
    refused: &mut Vec<Refused>,
) {
    let all = [sound.as_slice(), fixes].concat();
    if fixed_texts(workspace, &all).is_some() {
        *sound = all;
    } else if let [fix] = fixes {
        refused.push(Refused::new(workspace, fix));
    } else {
        let (first, second) = fixes.split_at(fixes.len() / 2);
        take_sound(workspace, first, sound, refused);
        take_sound(workspace, second, sound, refused);
    }
}

/// The texts with the fixes made, if that breaks no file.
fn fixed_texts(workspace: &Workspace, fixes: &[&ResolvedFix]) -> Option<Vec<(SourceFile, String)>> {
    let mut edits = IndexMap::<SourceFile, Vec<(TextRange, &str)>>::new();
    for (file, range, text) in fixes.iter().flat_map(|fix| &fix.edits) {
        edits.entry(*file).or_default().push((*range, text));
    }
    let fixed = |(file, edits)| {
        let old = SourceFile::text(file, &workspace.db);
        let new = edited(old, edits)?;
        reads_further(old, &new).then_some((file, new))
    };
    edits.into_iter().map(fixed).collect()
}

/// Whether the new text has no more syntax errors than the old one, or is read further before the
/// first: a mended mistake may have hidden others behind it.
fn reads_further(old: &str, new: &str) -> bool {
    let (old, new) = (weir_syntax::parse(old), weir_syntax::parse(new));
    let first = |of: &Parse| of.errors().first().map(|error| error.range.start());
    let hidden = || first(&old).zip(first(&new)).is_some_and(|(old, new)| new > old);
    new.errors().len() <= old.errors().len() || hidden()
}
