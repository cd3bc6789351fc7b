//! Assertions in programs, and whether the findings are exactly those.
//!
//! `# error: R001 "words"` at a line's end asserts a finding that starts on that line; alone on
//! its line, one on the next line that is no assertion itself. The words are a part of the
//! message and may be left out. `# silent: R001` marks a near miss: a line that looks like the
//! mistake of the rule and is none.

use std::fmt;

use weir_analyzer::diagnostics::file_diagnostics;
use weir_analyzer::{Database, SourceFile};

use crate::Project;

/// A finding that must be there, or for the level [`SILENT`] one that must not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// The line on which it starts, from 1.
    pub line: usize,
    /// `error`, `warning`, `hint`, or [`SILENT`]
    pub level: String,
    /// Its code.
    pub code: String,
    /// A part of its message.
    pub words: String,
}

/// The level of what must not be found.
const SILENT: &str = "silent";

/// A finding that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The line on which it starts, from 1.
    pub line: usize,
    /// `error`, `warning`, `hint`
    pub level: &'static str,
    /// Its code.
    pub code: &'static str,
    /// Its message.
    pub message: String,
}

impl fmt::Display for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: # {}: {} {:?}", self.line, self.level, self.code, self.words)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: # {}: {} {:?}", self.line, self.level, self.code, self.message)
    }
}

/// What the analyzer finds in a program, file by file.
pub fn findings(project: &Project) -> Vec<Found> {
    let mut db = Database::default();
    let files = project.load(&mut db);
    files.into_iter().flat_map(|file| findings_of(&db, file)).collect()
}

/// What the analyzer finds in a file.
pub fn findings_of(db: &Database, file: SourceFile) -> Vec<Found> {
    let text = file.text(db);
    let found = file_diagnostics(db, file).into_iter();
    let found = found.map(|diagnostic| {
        let start = usize::from(diagnostic.primary.range.start()).min(text.len());
        Found {
            line: 1 + text[..start].matches('\n').count(),
            level: diagnostic.level.as_str(),
            code: diagnostic.code.as_str(),
            message: diagnostic.message,
        }
    });
    found.collect()
}

/// Checks that the findings in each file of a program are exactly those that the file asserts;
/// otherwise says which are missing and which are too many.
pub fn check(project: &Project) -> Result<(), String> {
    let mut db = Database::default();
    let files = project.load(&mut db);
    let mut mistakes = Vec::new();
    for (file, loaded) in project.files.iter().zip(files) {
        let of_file = compare(findings_of(&db, loaded), assertions(&file.text));
        mistakes.extend(of_file.into_iter().map(|mistake| format!("{} {mistake}", file.path)));
    }
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes.join("\n")) }
}

fn compare(mut unasserted: Vec<Found>, asserted: Vec<Assertion>) -> Vec<String> {
    let (silent, asserted): (Vec<_>, Vec<_>) = asserted.into_iter().partition(Assertion::is_silent);
    let mut noise: Vec<String> = Vec::new();
    for mark in silent {
        let loud = unasserted.iter().filter(|of| of.line == mark.line && of.code == mark.code);
        noise.extend(loud.map(|of| format!("asserts silence, but has:\n  {of}")));
    }
    let mut missing = Vec::new();
    for assertion in asserted {
        match unasserted.iter().position(|found| assertion.matches(found)) {
            Some(index) => drop(unasserted.remove(index)),
            None => missing.push(assertion),
        }
    }
    let missing = missing.iter().map(|of| format!("asserts, but has not:\n  {of}"));
    let unasserted = unasserted.iter().map(|of| format!("has, but does not assert:\n  {of}"));
    noise.into_iter().chain(missing).chain(unasserted).collect()
}

impl Assertion {
    /// Whether it marks a near miss.
    pub fn is_silent(&self) -> bool {
        self.level == SILENT
    }

    fn matches(&self, found: &Found) -> bool {
        self.line == found.line
            && self.level == found.level
            && self.code == found.code
            && found.message.contains(&self.words)
    }
}

/// What a program asserts of itself.
pub fn assertions(program: &str) -> Vec<Assertion> {
    let (mut asserted, mut waiting) = (Vec::new(), Vec::new());
    for (index, line) in program.lines().enumerate() {
        let (before, mut of_line) = line_assertions(line);
        if !of_line.is_empty() && before.trim().is_empty() {
            waiting.append(&mut of_line);
            continue;
        }
        let here = waiting.drain(..).chain(of_line);
        asserted.extend(here.map(|of| Assertion { line: index + 1, ..of }));
    }
    asserted
}

/// The assertions on a line, and what stands before the first one.
fn line_assertions(line: &str) -> (&str, Vec<Assertion>) {
    let parts: Vec<_> = line.match_indices("# ").map(|(at, _)| at).collect();
    let parsed = parts.iter().filter_map(|at| Some((*at, assertion(&line[at + 2..])?)));
    let parsed: Vec<_> = parsed.collect();
    let before = parsed.first().map_or(line, |(at, _)| &line[..*at]);
    (before, parsed.into_iter().map(|(_, assertion)| assertion).collect())
}

/// `error: R001 "words"`
fn assertion(text: &str) -> Option<Assertion> {
    let (level, rest) = text.split_once(": ")?;
    let code: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    let is_code = code.len() == 4 && code[1..].bytes().all(|byte| byte.is_ascii_digit());
    let is_level = ["error", "warning", "hint", SILENT].contains(&level);
    let words = words(rest[code.len()..].trim_start());
    (is_level && is_code).then(|| Assertion { line: 0, level: level.to_owned(), code, words })
}

/// `"words"`, with `\"` for a quote.
fn words(text: &str) -> String {
    let Some(inside) = text.strip_prefix('"') else { return String::new() };
    let mut words = String::new();
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => break,
            '\\' => words.extend(characters.next()),
            other => words.push(other),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asserted(program: &str) -> Vec<String> {
        assertions(program).iter().map(Assertion::to_string).collect()
    }

    #[test]
    fn an_assertion_at_a_lines_end_is_of_that_line() {
        let asserted = asserted("a\nb  # error: R001 \"a \\\"b\\\"\" # hint: A002\n");
        assert_eq!(asserted, [r#"line 2: # error: R001 "a \"b\"""#, r#"line 2: # hint: A002 """#]);
    }

    #[test]
    fn an_assertion_alone_is_of_the_next_line() {
        let asserted = asserted("  # warning: P004\n# error: T001 \"x\"\nhere\n");
        assert_eq!(asserted, [r#"line 3: # warning: P004 """#, r#"line 3: # error: T001 "x""#]);
    }

    #[test]
    fn a_near_miss_with_the_finding_is_a_mistake() {
        let found = Found { line: 2, level: "error", code: "C001", message: String::new() };
        let mistakes = |program| compare(vec![found.clone()], assertions(program)).len();
        assert_eq!(mistakes("a\nb  # error: C001\n"), 0);
        assert_eq!(mistakes("a\nb  # error: C001 # silent: C002\n"), 0);
        assert_eq!(mistakes("a\nb  # error: C001 # silent: C001\n"), 1);
    }

    #[test]
    fn other_comments_assert_nothing() {
        assert_eq!(asserted("# error: not a code\n# a note: R001\nx # error R001\n"), [""; 0]);
    }
}
