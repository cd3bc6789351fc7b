//! Other programs.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use weir_runtime_sim::Answer;

/// The programs that a run has started and not waited for.
#[derive(Debug, Default)]
pub(super) struct Programs {
    running: BTreeMap<i64, Child>,
}

impl Programs {
    pub(super) fn start(&mut self, command: &[String]) -> Answer {
        match prepared(command).stdin(Stdio::null()).spawn() {
            Ok(child) => {
                let number = i64::from(child.id());
                self.running.insert(number, child);
                Answer::Number(number)
            }
            Err(error) => failed(command, &error),
        }
    }

    pub(super) fn wait_for(&mut self, number: i64) -> Answer {
        let Some(mut child) = self.running.remove(&number) else { return unknown(number) };
        match child.wait() {
            Ok(status) => Answer::Number(status_of(status)),
            Err(error) => Answer::Failed(format!("waiting for {number} failed: {error}")),
        }
    }

    /// One that has ended already is left in peace.
    pub(super) fn kill(&mut self, number: i64) -> Answer {
        let Some(child) = self.running.get_mut(&number) else { return unknown(number) };
        match child.kill() {
            Ok(()) => Answer::Done,
            Err(error) => Answer::Failed(format!("ending {number} failed: {error}")),
        }
    }
}

/// Runs a program to its end.
pub(super) fn run(command: &[String], input: &str) -> Answer {
    let mut prepared = prepared(command);
    prepared.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let ended = prepared.spawn().and_then(|mut child| {
        let stdin = child.stdin.take();
        thread::scope(|scope| {
            // Beside the reading, so that two full pipes do not wait for each other. A program that
            // does not read its input closes it, which is no mistake.
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input.as_bytes())));
            child.wait_with_output()
        })
    });
    match ended {
        Ok(output) => {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            Answer::Ended(status_of(output.status), text(&output.stdout), text(&output.stderr))
        }
        Err(error) => failed(command, &error),
    }
}

fn prepared(command: &[String]) -> Command {
    let mut words = command.iter();
    let mut prepared = Command::new(words.next().map_or("", String::as_str));
    prepared.args(words);
    prepared
}

/// The status; -1 for a program that a signal ended.
fn status_of(status: ExitStatus) -> i64 {
    status.code().map_or(-1, i64::from)
}

fn unknown(number: i64) -> Answer {
    Answer::Failed(format!("no program {number} was started, or it was waited for already"))
}

fn failed(command: &[String], error: &io::Error) -> Answer {
    let name = command.first().map_or("", String::as_str);
    let why = match error.kind() {
        io::ErrorKind::NotFound => "there is no such program".to_owned(),
        _ => error.to_string(),
    };
    Answer::Failed(format!("running {name} failed: {why}"))
}
