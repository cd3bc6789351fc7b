//! What a process takes.
//!
//! What it is not: the clock. Invariant: a process that fails ends the benchmark, with what it said.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What one process took and printed.
pub struct Run {
    /// For how long it and its threads had a processor.
    pub time: Duration,
    /// The most memory that it had at once.
    pub memory_bytes: u64,
    pub printed: String,
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Run {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap_or_else(|error| {
        panic!("{command:?} does not start: {error}");
    });
    let mut printed = String::new();
    let output = child.stdout.as_mut().expect("it is piped");
    output.read_to_string(&mut printed).expect("text");
    let (status, usage) = wait(child.id());
    assert_eq!(status, 0, "{command:?} failed; it printed\n{printed}");
    Run {
        time: duration(usage.ru_utime) + duration(usage.ru_stime),
        memory_bytes: usage.ru_maxrss as u64 * 1024,
        printed,
    }
}

/// Waits for a child, as the standard library does, but asks what it used too.
fn wait(child: u32) -> (i32, libc::rusage) {
    let mut status = 0;
    // SAFETY: both are plain data that the call fills, and zeros are values of theirs; the child is
    // ours, and nobody else waits for it.
    let (waited, usage) = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        (libc::wait4(child as libc::pid_t, &mut status, 0, &mut usage), usage)
    };
    assert_eq!(waited, child as libc::pid_t, "the child cannot be waited for");
    (status, usage)
}

fn duration(time: libc::timeval) -> Duration {
    Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000)
}

/// The one in the middle.
pub fn median<T: Ord + Copy + Default>(mut values: Vec<T>) -> T {
    values.sort();
    values.get(values.len() / 2).copied().unwrap_or_default()
}
