//! For people: a line for each test, beneath those that went wrong what is known, last how many.

use std::io::{self, Write};

use super::TestResults;
use crate::output::counted;
use crate::testing::Bad;

/// Writes the lines.
pub(super) fn write(results: &TestResults<'_>, out: &mut impl Write) -> io::Result<()> {
    for (tested, replay) in &results.tests {
        let test = tested.test;
        let (path, line, name) = (&test.path, test.line, one_line(&test.name));
        match &tested.bad {
            None => writeln!(out, "ok      {path}:{line}: {name}")?,
            Some(bad) => {
                let outcome = bad.report.outcome.text();
                writeln!(out, "{outcome:<7} {path}:{line}: {name}")?;
                write_bad(bad, replay.as_deref(), out)?;
            }
        }
    }
    writeln!(out, "{}", summary(results))
}

fn write_bad(bad: &Bad, replay: Option<&str>, out: &mut impl Write) -> io::Result<()> {
    indented(&bad.report.story, out)?;
    if !bad.printed.is_empty() {
        writeln!(out, "    it printed:")?;
        indented(&bad.printed, out)?;
    }
    match replay {
        Some(command) => writeln!(out, "    run it again (seed {}): {command}", bad.seed),
        None => Ok(()),
    }
}

/// A title on one line: line ends and the like as a program writes them.
pub(crate) fn one_line(title: &str) -> String {
    let shown = |character: char| match character.is_control() {
        true => character.escape_default().to_string(),
        false => character.to_string(),
    };
    title.chars().map(shown).collect()
}

fn indented(text: &str, out: &mut impl Write) -> io::Result<()> {
    text.lines().try_for_each(|line| writeln!(out, "    {line}"))
}

fn summary(results: &TestResults<'_>) -> String {
    let count = counted(results.tests.len(), "test");
    let schedules = match results.schedules {
        1 => "under 1 schedule".to_owned(),
        schedules => format!("each under {schedules} schedules"),
    };
    match results.bad() {
        0 => format!("{count}, {schedules}: all is well"),
        bad => format!("{count}, {schedules}: {bad} went wrong"),
    }
}
