//! What came of tests: one file per format, all in the order of the tests.

mod human;
mod json;
mod junit;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::testing::Tested;

pub(crate) use human::one_line;

/// A form of the results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    /// A line for each test, and what went wrong
    #[default]
    Human,
    /// One JSON object, for tools
    Json,
    /// JUnit's XML, for CI
    Junit,
}

/// What came of a command's tests.
#[derive(Debug)]
pub(crate) struct TestResults<'a> {
    /// Each test, and the command that shows its failure again.
    pub(crate) tests: Vec<(Tested<'a>, Option<String>)>,
    /// Under how many schedules a test runs that does not go wrong.
    pub(crate) schedules: u64,
    /// How long all of it took.
    pub(crate) seconds: f64,
    /// Why these are not the results of all tests, if they are not.
    pub(crate) reason: Option<String>,
}

impl TestResults<'_> {
    /// How many went wrong.
    pub(crate) fn bad(&self) -> usize {
        self.tests.iter().filter(|(tested, _)| tested.bad.is_some()).count()
    }
}

/// Writes the results in that form.
pub(crate) fn write_tests(
    format: TestFormat,
    results: &TestResults<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    match format {
        TestFormat::Human => human::write(results, out),
        TestFormat::Json => json::write(results, out),
        TestFormat::Junit => junit::write(results, out),
    }
}
