//! What came of a run, as one JSON object.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;
use weir_runtime_sim::{Blocked, Divergence, Failure, RunReport};

/// Writes the report of a run.
pub(crate) fn report_json(report: &RunReport, out: &mut impl Write) -> io::Result<()> {
    let object = Object {
        outcome: report.outcome.text(),
        exit: report.exit_code,
        steps: report.steps,
        virtual_time_seconds: report.virtual_time_seconds,
        tasks: report.tasks,
        steals: report.steals,
        preemptions: report.preemptions,
        stdout: &report.stdout,
        failure: report.failure.as_deref().map(JsonFailure::new),
        blocked: report.blocked.iter().map(JsonBlocked::new).collect(),
        races: [],
        schedule: Some(report.schedule.to_line()),
        divergence: report.divergence.as_ref().map(JsonDivergence::new),
    };
    write(&object, out)
}

/// Writes the report of a program that was not run because of what is wrong in it.
pub(crate) fn refused_json(out: &mut impl Write) -> io::Result<()> {
    write(&Object { outcome: "refused", exit: 1, ..Object::default() }, out)
}

fn write(object: &Object<'_>, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, object)?;
    writeln!(out)
}

#[derive(Default, Serialize)]
struct Object<'a> {
    outcome: &'a str,
    exit: i32,
    steps: u64,
    virtual_time_seconds: f64,
    tasks: u64,
    steals: u64,
    preemptions: u64,
    stdout: &'a str,
    failure: Option<JsonFailure<'a>>,
    blocked: Vec<JsonBlocked<'a>>,
    /// Always empty: this engine looks for no races.
    races: [(); 0],
    schedule: Option<String>,
    divergence: Option<JsonDivergence<'a>>,
}

#[derive(Serialize)]
struct JsonFailure<'a> {
    kind: &'a str,
    message: &'a str,
    task: &'a str,
    path: Option<&'a str>,
    line: Option<u32>,
    trace: &'a [String],
    attached: Vec<JsonFailure<'a>>,
}

#[derive(Serialize)]
struct JsonBlocked<'a> {
    task: &'a str,
    waits_for: &'a str,
    path: Option<&'a str>,
    line: Option<u32>,
}

#[derive(Serialize)]
struct JsonDivergence<'a> {
    step: u64,
    message: &'a str,
}

impl<'a> JsonFailure<'a> {
    fn new(failure: &'a Failure) -> Self {
        Self {
            kind: failure.kind.text(),
            message: &failure.message,
            task: &failure.task,
            path: failure.place.as_ref().map(|place| &*place.path),
            line: failure.place.as_ref().map(|place| place.line),
            trace: &failure.trace,
            attached: failure.attached.iter().map(Arc::as_ref).map(Self::new).collect(),
        }
    }
}

impl<'a> JsonBlocked<'a> {
    fn new(blocked: &'a Blocked) -> Self {
        Self {
            task: &blocked.task,
            waits_for: &blocked.waits_for,
            path: blocked.place.as_ref().map(|place| &*place.path),
            line: blocked.place.as_ref().map(|place| place.line),
        }
    }
}

impl<'a> JsonDivergence<'a> {
    fn new(divergence: &'a Divergence) -> Self {
        Self { step: divergence.step, message: &divergence.message }
    }
}
