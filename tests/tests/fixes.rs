//! Every fix of every finding of every program: what comes of it.

use std::sync::{Mutex, PoisonError};

use weir_analyzer::diagnostics::{Code, Diagnostic, Level, ResolvedFix, edited, file_diagnostics};
use weir_analyzer::{Database, SourceFile, TextRange};
use weir_tests::programs::{Sample, all, for_each};

/// What is wrong in a text.
struct Analysed {
    text: String,
    found: Vec<Diagnostic>,
}

/// Analyses one text after the other; what is known of the prelude is derived once.
#[derive(Default)]
struct Analyser(Mutex<Database>);

impl Analyser {
    fn analyse(&self, text: &str) -> (SourceFile, Analysed) {
        let mut db = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let file = db.set_file("main.weir", text);
        let found = file_diagnostics(&*db, file);
        (file, Analysed { text: text.to_owned(), found })
    }
}

/// A fix that was made: the program before, its finding, the fix, the text after.
struct Made<'a> {
    before: &'a Analysed,
    found: &'a Diagnostic,
    fix: &'a ResolvedFix,
    after: String,
}

/// Checks a claim about each fix of each program.
fn each_fix(
    samples: &[Sample],
    claim: impl Fn(&Analyser, &Made<'_>) -> Result<(), &'static str> + Sync,
) {
    let analyser = Analyser::default();
    for_each(samples, |sample: &Sample| {
        let (file, before) = analyser.analyse(&sample.text);
        let fixes = before.found.iter().flat_map(|of| of.fixes.iter().map(move |fix| (of, fix)));
        for (found, fix) in fixes {
            let story = || format!("{}: \"{}\" in\n{}", found.code, fix.title, sample.text);
            let after = with_fix(file, &before.text, fix).ok_or_else(story)?;
            let made = Made { before: &before, found, fix, after };
            claim(&analyser, &made)
                .map_err(|why| format!("{}\nmakes\n{}\n{why}", story(), made.after))?;
        }
        Ok(())
    });
}

/// The text with one fix made.
fn with_fix(file: SourceFile, text: &str, fix: &ResolvedFix) -> Option<String> {
    let is_own = fix.edits.iter().all(|(of, ..)| *of == file);
    let edits = fix.edits.iter().map(|(_, range, text)| (*range, text.as_str()));
    edited(text, edits).filter(|_| is_own)
}

/// Whether the finding is a mistake of syntax. What stands behind one was not understood, so its fix
/// can bring to light what else is wrong there.
fn is_syntax(found: &Diagnostic) -> bool {
    found.code.rule().is_syntax()
}

#[test]
fn a_fix_mends_its_finding_and_brings_no_other() {
    each_fix(&all(), |analyser, made| {
        if syntax_errors_elsewhere(&made.after, made)
            > syntax_errors_elsewhere(&made.before.text, made)
        {
            return Err("which is no syntax");
        }
        let (_, after) = analyser.analyse(&made.after);
        let is_it =
            |of: &&Diagnostic| of.code == made.found.code && of.message == made.found.message;
        let count = |of: &Analysed| of.found.iter().filter(is_it).count();
        if count(&after) >= count(made.before) {
            return Err("in which the finding is left");
        }
        let is_new = |of: &Diagnostic| {
            let known = &made.before.found;
            !known.iter().any(|old| old.code == of.code && old.message == of.message)
        };
        // Behind the first mistake of its kind another one may stand that was not told beside it.
        let is_next = |of: &Diagnostic| of.code == made.found.code || of.level != Level::Error;
        let is_harm = |of: &&Diagnostic| (made.fix.safe || !is_next(of)) && is_new(of);
        match after.found.iter().find(is_harm) {
            Some(_) if !is_syntax(made.found) => Err("which has a new finding"),
            _ => Ok(()),
        }
    });
}

/// How many syntax errors a text has, but for those that a fix of one may bring to light on its line.
fn syntax_errors_elsewhere(text: &str, made: &Made<'_>) -> usize {
    let line = |text: &str, range: TextRange| {
        text.get(..range.start().into()).map_or(0, |before| before.matches('\n').count())
    };
    let own = line(&made.before.text, made.found.primary.range);
    let errors = weir_syntax::parse(text).errors().to_vec();
    let elsewhere = |range| !is_syntax(made.found) || line(text, range) != own;
    errors.iter().filter(|error| elsewhere(error.range)).count()
}

#[test]
fn a_fix_keeps_the_line_ends_of_its_file() {
    let samples = all().into_iter().map(|sample| {
        let text = sample.text.replace('\n', "\r\n");
        Sample { text, ..sample }
    });
    each_fix(&samples.collect::<Vec<_>>(), |_, made| {
        match made.after.replace("\r\n", "").contains('\n') {
            true => Err("with another line end"),
            false => Ok(()),
        }
    });
}

#[test]
fn there_are_fixes_of_many_rules() {
    let analyser = Analyser::default();
    let mut codes: Vec<_> = all()
        .iter()
        .flat_map(|sample| analyser.analyse(&sample.text).1.found)
        .filter(|found| !found.fixes.is_empty())
        .map(|found| found.code)
        .collect();
    codes.sort();
    codes.dedup();
    use Code::{
        A001, C001, C006, C007, C009, D001, D002, L002, L003, N001, N003, N004, P001, P005, R001,
        R002, R006, R008, R009, S001, S003, T001, T002, T003, T004, T006,
    };
    let known = [
        A001, C001, C006, C007, C009, D001, D002, L002, L003, N001, N003, N004, P001, P005, R001,
        R002, R006, R008, R009, S001, S003, T001, T002, T003, T004, T006,
    ];
    let missing: Vec<_> = known.iter().filter(|code| !codes.contains(code)).collect();
    assert!(missing.is_empty(), "no program has a fix for {missing:?}");
}
