//! What came of a run, as one JSON object.

use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;
use weir_analyzer::Database;
use weir_analyzer::diagnostics::Diagnostic;
use weir_runtime_sim::{
    Blocked, Divergence, Failure, Outcome, Place, Race, RaceAccess, RunReport, Standing,
};

use super::Sources;
use super::json::JsonDiagnostic;

/// Writes the report of a run.
pub(crate) fn report_json(report: &RunReport, out: &mut impl Write) -> io::Result<()> {
    let object = Object {
        outcome: report.outcome.text(),
        exit: report.exit_code,
        steps: report.steps,
        virtual_time_seconds: report.virtual_time_seconds(),
        tasks: report.tasks,
        steals: report.steals,
        preemptions: report.preemptions,
        choices: report.schedule.choices(),
        stdout: &report.stdout,
        failure: report.failure.as_deref().map(JsonFailure::new),
        blocked: report.blocked.iter().map(JsonBlocked::new).collect(),
        blocked_more: report.blocked_more as u64,
        standing: report.standing.iter().map(JsonStanding::new).collect(),
        races: report.races.iter().map(JsonRace::new).collect(),
        schedule: Some(report.schedule.to_line()),
        divergence: report.divergence.as_ref().map(JsonDivergence::new),
        ..Object::default()
    };
    write(&object, out)
}

/// Writes the report of a program that was not run because of what is wrong in it.
pub(crate) fn refused_json(
    db: &Database,
    findings: &[Diagnostic],
    out: &mut impl Write,
) -> io::Result<()> {
    let sources = Sources::of(db, findings);
    let diagnostics = findings.iter().map(|of| JsonDiagnostic::new(&sources, of)).collect();
    write(&Object { outcome: "refused", exit: 1, diagnostics, ..Object::default() }, out)
}

/// Writes why there was no run: what it was asked for cannot be had.
pub(crate) fn unread_json(why: &str, out: &mut impl Write) -> io::Result<()> {
    write(&Object { outcome: "unread", exit: 2, reason: Some(why), ..Object::default() }, out)
}

/// Writes what a run had come to at several steps of it.
pub(crate) fn looks_json(looks: &[RunReport], out: &mut impl Write) -> io::Result<()> {
    let outcome = end_of(looks).map_or(Outcome::Stopped, |end| end.outcome).text();
    write(&Looks { outcome, looks: looks.iter().map(JsonLook::new).collect() }, out)
}

/// The first look that came to the run's end.
pub(crate) fn end_of(looks: &[RunReport]) -> Option<&RunReport> {
    looks.iter().find(|look| look.outcome != Outcome::Stopped)
}

#[derive(Serialize)]
struct Looks<'a> {
    outcome: &'a str,
    looks: Vec<JsonLook<'a>>,
}

#[derive(Serialize)]
struct JsonLook<'a> {
    outcome: &'a str,
    steps: u64,
    virtual_time_seconds: f64,
    standing: Vec<JsonStanding<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<JsonFailure<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    blocked: Vec<JsonBlocked<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    divergence: Option<JsonDivergence<'a>>,
}

impl<'a> JsonLook<'a> {
    fn new(look: &'a RunReport) -> Self {
        Self {
            outcome: look.outcome.text(),
            steps: look.steps,
            virtual_time_seconds: look.virtual_time_seconds(),
            standing: look.standing.iter().map(JsonStanding::new).collect(),
            failure: look.failure.as_deref().map(JsonFailure::new),
            blocked: look.blocked.iter().map(JsonBlocked::new).collect(),
            divergence: look.divergence.as_ref().map(JsonDivergence::new),
        }
    }
}

fn write(object: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
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
    choices: u64,
    stdout: &'a str,
    failure: Option<JsonFailure<'a>>,
    blocked: Vec<JsonBlocked<'a>>,
    /// How many more are blocked, if not all are named.
    #[serde(skip_serializing_if = "is_zero")]
    blocked_more: u64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    standing: Vec<JsonStanding<'a>>,
    races: Vec<JsonRace<'a>>,
    schedule: Option<String>,
    divergence: Option<JsonDivergence<'a>>,
    /// Why nothing was run, where no finding says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    /// Why it was refused, as `analyze` shows it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Serialize)]
pub(super) struct JsonFailure<'a> {
    kind: &'a str,
    message: &'a str,
    task: &'a str,
    path: Option<&'a str>,
    line: Option<u32>,
    trace: &'a [String],
    attached: Vec<JsonFailure<'a>>,
    /// How many more failed beside it, if not all are named.
    #[serde(skip_serializing_if = "is_zero")]
    attached_more: u64,
}

#[derive(Serialize)]
pub(super) struct JsonBlocked<'a> {
    task: &'a str,
    waits_for: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    held_by: &'a [String],
    /// How many more hold it, if not all are named.
    #[serde(skip_serializing_if = "is_zero")]
    held_by_more: u64,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    held_for_reading: bool,
    path: Option<&'a str>,
    line: Option<u32>,
}

#[derive(Serialize)]
struct JsonRace<'a> {
    what: &'a str,
    first: JsonAccess<'a>,
    second: JsonAccess<'a>,
}

#[derive(Serialize)]
struct JsonAccess<'a> {
    task: &'a str,
    iteration: Option<usize>,
    access: &'static str,
    path: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    held: &'a [String],
    started: Option<JsonPlace<'a>>,
}

#[derive(Serialize)]
struct JsonPlace<'a> {
    path: &'a str,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct JsonStanding<'a> {
    task: &'a str,
    does: &'a str,
    path: Option<&'a str>,
    line: Option<u32>,
}

#[derive(Serialize)]
struct JsonDivergence<'a> {
    step: u64,
    message: &'a str,
    task: Option<&'a str>,
    path: Option<&'a str>,
    line: Option<u32>,
    trace: &'a [String],
}

pub(super) fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl<'a> JsonFailure<'a> {
    pub(super) fn new(failure: &'a Failure) -> Self {
        Self {
            kind: failure.kind.text(),
            message: &failure.message,
            task: &failure.task,
            path: failure.place.as_ref().map(|place| &*place.path),
            line: failure.place.as_ref().map(|place| place.line),
            trace: &failure.trace,
            attached: failure.beside.first.iter().map(Arc::as_ref).map(Self::new).collect(),
            attached_more: failure.beside.more,
        }
    }
}

impl<'a> JsonBlocked<'a> {
    pub(super) fn new(blocked: &'a Blocked) -> Self {
        Self {
            task: &blocked.task,
            waits_for: &blocked.waits_for,
            held_by: &blocked.held_by,
            held_by_more: blocked.held_by_more as u64,
            held_for_reading: blocked.held_for_reading,
            path: blocked.place.as_ref().map(|place| &*place.path),
            line: blocked.place.as_ref().map(|place| place.line),
        }
    }
}

impl<'a> JsonStanding<'a> {
    fn new(standing: &'a Standing) -> Self {
        Self {
            task: &standing.task,
            does: &standing.does,
            path: standing.place.as_ref().map(|place| &*place.path),
            line: standing.place.as_ref().map(|place| place.line),
        }
    }
}

impl<'a> JsonRace<'a> {
    fn new(race: &'a Race) -> Self {
        Self {
            what: &race.what,
            first: JsonAccess::new(&race.first),
            second: JsonAccess::new(&race.second),
        }
    }
}

impl<'a> JsonAccess<'a> {
    fn new(of: &'a RaceAccess) -> Self {
        Self {
            task: &of.task,
            iteration: of.iteration,
            access: if of.changes { "change" } else { "read" },
            path: of.place.as_ref().map(|place| &*place.path),
            line: of.place.as_ref().map(|place| place.line),
            column: of.place.as_ref().map(|place| place.column),
            held: &of.held,
            started: of.started.as_ref().map(JsonPlace::new),
        }
    }
}

impl<'a> JsonPlace<'a> {
    fn new(place: &'a Place) -> Self {
        Self { path: &place.path, line: place.line, column: place.column }
    }
}

impl<'a> JsonDivergence<'a> {
    fn new(divergence: &'a Divergence) -> Self {
        Self {
            step: divergence.step,
            message: &divergence.message,
            task: divergence.task.as_deref(),
            path: divergence.place.as_ref().map(|place| &*place.path),
            line: divergence.place.as_ref().map(|place| place.line),
            trace: &divergence.trace,
        }
    }
}
