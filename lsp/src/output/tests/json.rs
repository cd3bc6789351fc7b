//! For tools: one object, versioned like that of `analyze`.

use std::io::{self, Write};

use serde::Serialize;

use super::TestResults;
use crate::output::report::{JsonBlocked, JsonFailure, is_zero};
use crate::testing::Tested;

const VERSION: u32 = 1;

/// Writes the object.
pub(super) fn write(results: &TestResults<'_>, out: &mut impl Write) -> io::Result<()> {
    let bad = results.bad();
    let object = Object {
        version: VERSION,
        tool: concat!("weir ", env!("CARGO_PKG_VERSION")),
        tests: results.tests.iter().map(|(of, replay)| JsonTest::new(of, replay)).collect(),
        passed: results.tests.len() - bad,
        failed: bad,
        seconds: results.seconds,
        reason: results.reason.as_deref(),
    };
    serde_json::to_writer_pretty(&mut *out, &object)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Object<'a> {
    version: u32,
    tool: &'static str,
    tests: Vec<JsonTest<'a>>,
    passed: usize,
    failed: usize,
    seconds: f64,
    /// Why not all tests are here.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonTest<'a> {
    name: &'a str,
    path: &'a str,
    line: u32,
    outcome: &'a str,
    schedules: u64,
    /// How long its runs took, one after the other.
    seconds: f64,
    /// What follows is of the run that went wrong.
    seed: Option<u64>,
    failure: Option<JsonFailure<'a>>,
    blocked: Vec<JsonBlocked<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    blocked_more: u64,
    stdout: Option<&'a str>,
    stderr: Option<&'a str>,
    schedule: Option<String>,
    replay: Option<&'a str>,
}

impl<'a> JsonTest<'a> {
    fn new(tested: &'a Tested<'a>, replay: &'a Option<String>) -> Self {
        let (test, bad) = (tested.test, tested.bad.as_ref());
        let report = bad.map(|bad| &bad.report);
        Self {
            name: &test.name,
            path: &test.path,
            line: test.line,
            outcome: report.map_or("ok", |report| report.outcome.text()),
            schedules: tested.schedules,
            seconds: tested.took.as_secs_f64(),
            seed: bad.map(|bad| bad.seed),
            failure: report.and_then(|report| report.failure.as_deref()).map(JsonFailure::new),
            blocked: report
                .map(|report| report.blocked.iter().map(JsonBlocked::new).collect())
                .unwrap_or_default(),
            blocked_more: report.map_or(0, |report| report.blocked_more as u64),
            stdout: report.map(|report| report.stdout.as_str()),
            stderr: bad.map(|bad| bad.stderr.as_str()),
            schedule: report.map(|report| report.schedule.to_line()),
            replay: replay.as_deref(),
        }
    }
}
