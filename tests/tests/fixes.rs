//! Every fix of every finding of every program: what comes of it.

use weir_analyzer::diagnostics::{Code, Diagnostic, ResolvedFix, edited, file_diagnostics};
use weir_analyzer::{Database, SourceFile, TextRange, TextSize};
use weir_tests::programs::{Sample, all, for_each};

/// A program with its findings.
struct Program {
    db: Database,
    file: SourceFile,
    found: Vec<Diagnostic>,
}

impl Program {
    fn new(text: &str) -> Self {
        let mut db = Database::default();
        let file = db.set_file("main.weir", text);
        let found = file_diagnostics(&db, file);
        Self { db, file, found }
    }

    fn fixes(&self) -> impl Iterator<Item = (&Diagnostic, &ResolvedFix)> {
        self.found.iter().flat_map(|found| found.fixes.iter().map(move |fix| (found, fix)))
    }

    /// The text with one fix made.
    fn fixed(&self, fix: &ResolvedFix) -> Option<String> {
        let is_own = fix.edits.iter().all(|(file, ..)| *file == self.file);
        let edits = fix.edits.iter().map(|(_, range, text)| (*range, text.as_str()));
        edited(self.file.text(&self.db), edits).filter(|_| is_own)
    }

    fn count(&self, of: impl Fn(&Diagnostic) -> bool) -> usize {
        self.found.iter().filter(|found| of(found)).count()
    }
}

/// Checks a claim about each fix: the program before, the finding, the fix, the program after.
fn each_fix(claim: impl Fn(&Program, &Diagnostic, &ResolvedFix, &Program) -> bool + Sync) {
    each_fix_of(&all(), claim);
}

fn each_fix_of(
    samples: &[Sample],
    claim: impl Fn(&Program, &Diagnostic, &ResolvedFix, &Program) -> bool + Sync,
) {
    for_each(samples, |sample: &Sample| {
        let before = Program::new(&sample.text);
        for (found, fix) in before.fixes() {
            let story = || format!("{}: \"{}\" in\n{}", found.code, fix.title, sample.text);
            let fixed = before.fixed(fix).ok_or_else(story)?;
            if !claim(&before, found, fix, &Program::new(&fixed)) {
                return Err(format!("{}\nmakes\n{fixed}", story()));
            }
        }
        Ok(())
    });
}

/// Whether a finding is a mistake of syntax. What stands behind one was not understood, so its fix
/// can bring to light what else is wrong there.
fn is_syntax(found: &Diagnostic) -> bool {
    found.code.as_str().starts_with('S')
}

#[test]
fn a_fix_makes_no_syntax_error() {
    let is_elsewhere = |of: &Program, found: &Diagnostic, range: TextRange| {
        let line = |at: TextSize| of.file.text(&of.db)[..at.into()].matches('\n').count();
        !is_syntax(found) || line(range.start()) != line(found.primary.range.start())
    };
    each_fix(|before, found, _, after| {
        let errors = |of: &Program| {
            let errors = weir_syntax::parse(of.file.text(&of.db)).errors().to_vec();
            errors.iter().filter(|error| is_elsewhere(of, found, error.range)).count()
        };
        errors(after) <= errors(before)
    });
}

#[test]
fn a_fix_mends_its_finding() {
    each_fix(|before, found, _, after| {
        let is_it = |of: &Diagnostic| of.code == found.code && of.message == found.message;
        after.count(is_it) < before.count(is_it)
    });
}

#[test]
fn a_safe_fix_brings_no_new_finding() {
    each_fix(|before, found, fix, after| {
        let is_known = |of: &Diagnostic| {
            before.found.iter().any(|old| old.code == of.code && old.message == of.message)
        };
        !fix.safe || is_syntax(found) || after.found.iter().all(is_known)
    });
}

#[test]
fn a_fix_keeps_the_line_ends_of_its_file() {
    let samples = all().into_iter().map(|sample| {
        let text = sample.text.replace('\n', "\r\n");
        Sample { text, ..sample }
    });
    each_fix_of(&samples.collect::<Vec<_>>(), |_, _, _, after| {
        !after.file.text(&after.db).replace("\r\n", "").contains('\n')
    });
}

#[test]
fn there_are_fixes_of_many_rules() {
    let programs: Vec<_> = all().iter().map(|sample| Program::new(&sample.text)).collect();
    let mut codes: Vec<_> =
        programs.iter().flat_map(Program::fixes).map(|(found, _)| found.code).collect();
    codes.sort();
    codes.dedup();
    use Code::{A001, C001, N001, P001, R002, R006, S001, S003, T001, T003, T004};
    let known = [A001, C001, N001, P001, R002, R006, S001, S003, T001, T003, T004];
    let missing: Vec<_> = known.iter().filter(|code| !codes.contains(code)).collect();
    assert!(missing.is_empty(), "no program has a fix for {missing:?}");
}
