//! Ctrl-C and SIGTERM: what they end, and how.

use super::*;

#[cfg(unix)]
#[test]
fn ctrl_c_cancels_main_and_writes_what_was_asked_for() {
    use std::io::{BufRead, BufReader, Read};
    use std::process::Command;

    let program = "\
fn main():
    defer print(\"cleaned up\")
    print(\"ready\")
    while true:
        sleep(1.seconds)
";
    let weir = weir().file("main.weir", program);
    let flags = ["run", "--record", "run.schedule", "--trace", "run.json", "main.weir"];
    let mut child = weir.start(&flags);
    let mut lines = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
    let mut first = String::new();
    lines.read_line(&mut first).expect("a line");
    assert_eq!(first, "ready\n");
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().is_ok_and(|status| status.success()));
    let mut rest = String::new();
    lines.read_to_string(&mut rest).expect("the rest");
    let status = child.wait().expect("it ends").code();
    assert_eq!((rest.as_str(), status), ("cleaned up\n", Some(130)));
    assert!(weir.read("run.json").starts_with("{\"displayTimeUnit\""));
    let replayed = weir.run(&["replay", "run.schedule"]);
    assert_eq!((replayed.stdout.as_str(), replayed.status), ("ready\ncleaned up\n", 130));
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_that_sigterm_ends_says_so_by_its_status() {
    let program = "import fs\n\nfn main():\n    fs.write(\"ready\", \"\")\n    sleep(1.hours)\n    while true:\n        sleep(1.seconds)\n";
    let weir = weir().file("main.weir", program);
    for (flags, status) in [
        (&["run", "--allow-write"][..], 143),
        (&["run", "--json", "--allow-write"], 143),
        (&["run", "--allow-write", "--record", "run.schedule"], 143),
    ] {
        let _ = std::fs::remove_file(weir.path("ready"));
        let mut child = weir.start(&[flags, &["main.weir"]].concat());
        wait_until(|| weir.path("ready").exists());
        signal(&child, "-TERM");
        ends(&mut child);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(status));
        if flags.contains(&"--json") {
            let object: Value = serde_json::from_slice(&output.stdout).expect("an object");
            assert_eq!(
                (&object["outcome"], &object["exit"]),
                (&"cancelled".into(), &status.into())
            );
        }
    }
    assert_eq!(weir.run(&["replay", "run.schedule"]).status, 143);
}

/// As long as the project's own bound for that, and some more.
#[cfg(target_os = "linux")]
const SAME_REQUEST: std::time::Duration = std::time::Duration::from_millis(600);

/// Longer than anything takes here on a busy machine.
#[cfg(target_os = "linux")]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(120);

#[cfg(target_os = "linux")]
fn wait_until(mut is_so: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "it does not come to that");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[cfg(target_os = "linux")]
fn signal(child: &std::process::Child, which: &str) {
    let killed = std::process::Command::new("kill").args([which, &child.id().to_string()]).status();
    assert!(killed.is_ok_and(|status| status.success()));
}

/// Waits for its end, which must come. What it prints meanwhile must fit into its pipes.
#[cfg(target_os = "linux")]
fn ends(child: &mut std::process::Child) {
    let start = std::time::Instant::now();
    while child.try_wait().is_ok_and(|status| status.is_none()) {
        if start.elapsed() > PATIENCE {
            let _ = child.kill();
            panic!("it goes on and on");
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn two_signals_at_once_are_one_request() {
    let program = "\
import fs

fn main():
    defer cleaned_up()
    fs.write(\"ready\", \"\")
    while true:
        sleep(1.seconds)

fn cleaned_up():
    fs.write(\"cleans up\", \"\")
    while not fs.exists(\"may end\"):
        sleep(1.seconds)
    print(\"cleaned up\")
";
    let weir = weir().file("main.weir", program);
    let mut child = weir.start(&["run", "--allow-read", "--allow-write", "main.weir"]);
    wait_until(|| weir.path("ready").exists());
    let both = format!("kill -TERM {0}; kill -INT {0}", child.id());
    let sent = std::process::Command::new("sh").args(["-c", &both]).status();
    assert!(sent.is_ok_and(|status| status.success()));
    wait_until(|| weir.path("cleans up").exists());
    std::thread::sleep(SAME_REQUEST);
    weir.write("may end", "");
    ends(&mut child);
    let output = child.wait_with_output().expect("it has ended");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "cleaned up\n", "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_ctrl_c_ends_a_run_whose_messages_nobody_reads() {
    let program = "\
import fs

fn main():
    fs.write(\"ready\", \"\")
    while true:
        eprint(\"more than a pipe holds\" * 1000)
";
    let weir = weir().file("main.weir", program);
    let mut child = weir.start(&["run", "--allow-write", "main.weir"]);
    wait_until(|| weir.path("ready").exists());
    std::thread::sleep(SAME_REQUEST);
    signal(&child, "-INT");
    std::thread::sleep(SAME_REQUEST);
    assert!(child.try_wait().is_ok_and(|status| status.is_none()), "the pipe is full");
    signal(&child, "-INT");
    ends(&mut child);
    let status = child.wait().expect("it has ended");
    assert_eq!(status.code(), Some(130));
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_ctrl_c_ends_a_run_at_once_and_leaves_files_as_they_were() {
    let program = "\
import fs

fn main():
    defer hang()
    fs.write(\"ready\", \"\")
    sleep(1.hours)

fn hang():
    fs.write(\"hangs\", \"\")
    while true:
        sleep(1.seconds)
";
    let weir = weir().file("main.weir", program).file("old.json", "what was there");
    let flags =
        ["run", "--allow-write", "--record", "new.schedule", "--trace", "old.json", "main.weir"];
    let mut child = weir.start(&flags);
    wait_until(|| weir.path("ready").exists());
    signal(&child, "-TERM");
    wait_until(|| weir.path("hangs").exists());
    std::thread::sleep(SAME_REQUEST);
    signal(&child, "-INT");
    ends(&mut child);
    let output = child.wait_with_output().expect("it has ended");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(130), "{said}");
    assert!(said.starts_with("interrupted twice: ended at once"), "{said}");
    assert!(!weir.path("new.schedule").exists());
    assert_eq!(weir.read("old.json"), "what was there");
}

/// Ctrl-C once it is ready, and what came of it: what is said, and the status.
#[cfg(target_os = "linux")]
fn interrupted(weir: &Weir, flags: &[&str], ready: impl Fn() -> bool) -> (String, Option<i32>) {
    let output = interrupted_output(weir, flags, ready);
    (String::from_utf8_lossy(&output.stderr).into_owned(), output.status.code())
}

#[cfg(target_os = "linux")]
fn interrupted_output(
    weir: &Weir,
    flags: &[&str],
    ready: impl Fn() -> bool,
) -> std::process::Output {
    let mut child = weir.start(flags);
    wait_until(ready);
    signal(&child, "-INT");
    ends(&mut child);
    child.wait_with_output().expect("it ends")
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_tests_and_says_how_many_runs_there_were() {
    let program = "import fs\n\ntest \"endless\\nbeat\":\n    fs.write(\"ready\", \"\")\n    n = 1\n    while n != 0:\n        n = n * 3 % 1000\n";
    let weir = weir().file("main.weir", program);
    let ready = || weir.path("ready").exists();
    let flags = ["test", "--allow-write", "--max-steps", "1000000000000", "--schedules", "5"];
    let (said, status) = interrupted(&weir, &flags, ready);
    assert_eq!(status, Some(130), "{said}");
    assert!(said.starts_with("interrupted after "), "{said}");
    assert!(said.contains(" of 5 runs, in `endless\\nbeat` (main.weir:3); of tests"), "{said}");
    std::fs::remove_file(weir.path("ready")).expect("it was ready");
    let flags = [&flags[..], &["--format", "json"]].concat();
    let printed = interrupted_output(&weir, &flags, ready).stdout;
    let object: serde_json::Value = serde_json::from_slice(&printed).expect("one object");
    let reason = object["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("interrupted after "), "{object}");
    std::fs::remove_file(weir.path("ready")).expect("it was ready");
    let weir = weir.file("bad.weir", "fn f():\n    print(nobody)\n");
    let ready = || weir.path("ready").exists();
    let (said, status) = interrupted(&weir, &flags[..6], ready);
    assert_eq!(status, Some(130), "{said}");
    assert!(said.contains("refused: 1 error in `bad.weir`; interrupted after "), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_ends_what_is_asked_where_nothing_may_suspend() {
    let program = "\
import fs
import process

fn waits() -> str:
    fs.write(\"ready\", \"\")
    return process.run([\"sleep\", \"60\"]).stdout

const TEXT: str = waits()

fn main():
    print(TEXT)
";
    let weir = weir().file("main.weir", program);
    let ready = || weir.path("ready").exists();
    let flags = ["run", "--allow-all", "--record", "run.schedule", "main.weir"];
    let (said, status) = interrupted(&weir, &flags, ready);
    assert_eq!(status, Some(130), "{said}");
    assert!(said.starts_with("cancelled: somebody interrupted the run"), "{said}");
    let replayed = weir.run(&["replay", "run.schedule"]);
    assert_eq!((replayed.stdout.as_str(), replayed.status), ("", 130), "{}", replayed.shown());
}
