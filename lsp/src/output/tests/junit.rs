//! JUnit's XML, as CI systems read it: a suite per file, a case per test.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::time::Duration;

use super::TestResults;
use crate::output::markup;
use crate::testing::{Bad, Tested};

/// Writes the document.
pub(super) fn write(results: &TestResults<'_>, out: &mut impl Write) -> io::Result<()> {
    let (count, bad, seconds) = (results.tests.len(), results.bad(), results.seconds);
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    let errors = usize::from(results.reason.is_some());
    let count = count + errors;
    writeln!(
        out,
        r#"<testsuites name="weir" tests="{count}" failures="{bad}" errors="{errors}" time="{seconds:.3}">"#
    )?;
    for suite in results.tests.chunk_by(|a, b| a.0.test.path == b.0.test.path) {
        write_suite(suite, out)?;
    }
    if let Some(why) = &results.reason {
        write_reason(why, out)?;
    }
    writeln!(out, "</testsuites>")
}

/// What kept the tests from running is a case of its own: a CI system that counts cases is not to take none for well.
fn write_reason(why: &str, out: &mut impl Write) -> io::Result<()> {
    let message = attribute(why.lines().next().unwrap_or_default());
    let why = escaped(why);
    writeln!(out, r#"  <testsuite name="weir test" tests="1" failures="0" errors="1">"#)?;
    writeln!(out, r#"    <testcase classname="weir test" name="all tests run">"#)?;
    writeln!(out, r#"      <error message="{message}">{why}</error>"#)?;
    writeln!(out, "    </testcase>\n  </testsuite>")
}

fn write_suite(tests: &[(Tested<'_>, Option<String>)], out: &mut impl Write) -> io::Result<()> {
    let path = tests.first().map_or("", |(tested, _)| &tested.test.path);
    let (path, count) = (attribute(path), tests.len());
    let bad = tests.iter().filter(|(tested, _)| tested.bad.is_some()).count();
    let seconds = tests.iter().map(|(tested, _)| tested.took).sum::<Duration>().as_secs_f64();
    writeln!(
        out,
        r#"  <testsuite name="{path}" tests="{count}" failures="{bad}" time="{seconds:.3}">"#
    )?;
    for (tested, replay) in tests {
        let (name, line) = (attribute(&tested.test.name), tested.test.line);
        let seconds = tested.took.as_secs_f64();
        let case = format!(
            r#"    <testcase classname="{path}" name="{name}" line="{line}" time="{seconds:.3}""#
        );
        match &tested.bad {
            None => writeln!(out, "{case}/>")?,
            Some(bad) => {
                writeln!(out, "{case}>")?;
                write_bad(bad, replay.as_deref(), out)?;
                writeln!(out, "    </testcase>")?;
            }
        }
    }
    writeln!(out, "  </testsuite>")
}

fn write_bad(bad: &Bad, replay: Option<&str>, out: &mut impl Write) -> io::Result<()> {
    let (outcome, story) = (bad.report.outcome.text(), bad.report.story.trim_end());
    let first = attribute(story.lines().next().unwrap_or_default());
    let mut text = story.to_owned();
    if let Some(command) = replay {
        let _ = write!(text, "\nrun it again (seed {}): {command}", bad.seed);
    }
    let text = escaped(&text);
    writeln!(out, r#"      <failure type="{outcome}" message="{first}">{text}</failure>"#)?;
    for (element, printed) in [("system-out", &bad.report.stdout), ("system-err", &bad.stderr)] {
        if !printed.is_empty() {
            writeln!(out, "      <{element}>{}</{element}>", escaped(printed))?;
        }
    }
    Ok(())
}

/// The same in an attribute, where a reader makes blanks of bare tabs and line ends.
fn attribute(text: &str) -> String {
    escaped(text).replace('\t', "&#9;").replace('\n', "&#10;")
}

/// As XML 1.0 takes it: of the control characters only tabs and line ends, the others are replaced.
fn escaped(text: &str) -> String {
    let is_foreign = |character| match character {
        '\t' | '\n' => false,
        '\u{fffe}' | '\u{ffff}' => true,
        other => other < ' ',
    };
    markup::escaped(&text.replace(is_foreign, "\u{fffd}"))
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_xml_cannot_hold_is_escaped_or_replaced() {
        assert_eq!(
            escaped("a<b> & \"c\"\u{1b}[0m\n"),
            "a&lt;b&gt; &amp; &quot;c&quot;\u{fffd}[0m\n"
        );
    }
}
