//! What `weir replay` says of what is no schedule of the program.

use super::*;

const PROGRAM: &str = "\
fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            for n in range(20):
                ch.send(n)
        for _ in range(20):
            print(ch.receive())
";

/// What is said of a file in place of a recording.
fn said_of(content: &[u8]) -> String {
    let printed = weir().file("main.weir", PROGRAM).file("x.schedule", content).run(&[
        "replay",
        "x.schedule",
        "main.weir",
    ]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 2), "{}", printed.shown());
    printed.stderr
}

fn recorded() -> String {
    let weir = weir().file("main.weir", PROGRAM);
    assert_eq!(weir.run(&["run", "--record", "run.schedule", "main.weir"]).status, 0);
    weir.read("run.schedule")
}

#[test]
fn an_empty_or_foreign_file_is_no_schedule() {
    for content in [&b""[..], b"{}", b"\x7fELF\0\0", b"program: main.weir\n"] {
        let said = said_of(content);
        assert!(said.starts_with("weir: `x.schedule`: this is no Weir schedule"), "{said}");
    }
}

#[test]
fn a_truncated_or_changed_schedule_is_damaged() {
    let whole = recorded();
    let line = whole.trim_end().len();
    for length in [line - 1, line - 4, line / 2] {
        let said = said_of(&whole.as_bytes()[..length]);
        assert!(said.contains("the schedule is damaged"), "{length}: {said}");
    }
    let mut changed = whole.as_bytes().to_vec();
    let digit = &mut changed[line - 10];
    *digit = if *digit == b'A' { b'B' } else { b'A' };
    assert!(said_of(&changed).contains("the schedule is damaged"));
}

#[test]
fn a_schedule_of_a_later_format_asks_for_a_later_weir() {
    // "WEIRSCHD", and 9 for the format.
    let said = said_of(b"weir-schedule:V0VJUlNDSEQJ");
    assert!(said.contains("the schedule has format 9, and this Weir reads format 5"), "{said}");
    // A format that no Weir will ever have.
    let said = said_of(b"weir-schedule:V0VJUlNDSESAgIAB");
    assert!(said.contains("the schedule is damaged"), "{said}");
}

#[test]
fn a_schedule_of_another_program_says_so() {
    let weir = weir().file("main.weir", PROGRAM).file("other.weir", FINE);
    weir.run(&["run", "--record", "run.schedule", "main.weir"]);
    let printed = weir.run(&["replay", "run.schedule", "other.weir"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 2));
    assert!(printed.stderr.contains("another version of this program"), "{}", printed.stderr);
}

#[test]
fn a_recording_that_cannot_be_written_is_said_before_the_run() {
    let weir = weir().file("main.weir", PROGRAM);
    for flag in ["--record", "--trace"] {
        let printed = weir.run(&["run", flag, "missing/file", "main.weir"]);
        assert_eq!((printed.stdout.as_str(), printed.status), ("", 2));
        assert!(printed.stderr.contains("`missing/file` cannot be written"), "{}", printed.stderr);
    }
}

#[test]
fn an_output_that_would_replace_what_is_read_or_written_is_refused() {
    let weir = weir().file("main.weir", PROGRAM);
    weir.run(&["run", "--record", "run.schedule", "main.weir"]);
    let (program, schedule) = (weir.read("main.weir"), weir.read("run.schedule"));
    for command in [
        &["run", "--trace", "main.weir", "main.weir"][..],
        &["run", "--record", "./main.weir", "main.weir"],
        &["run", "--report", "main.weir", "main.weir"],
        &["replay", "run.schedule", "--trace", "run.schedule"],
        &["analyze", "--output", "main.weir", "."],
    ] {
        let printed = weir.run(command);
        assert_eq!((printed.stdout.as_str(), printed.status), ("", 2), "{command:?}");
        assert!(printed.stderr.contains("is read too"), "{command:?}: {}", printed.stderr);
    }
    let printed = weir.run(&["run", "--record", "both", "--trace", "both", "main.weir"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 2));
    assert!(printed.stderr.contains("`both` is to be written twice"), "{}", printed.stderr);
    assert_eq!((weir.read("main.weir"), weir.read("run.schedule")), (program, schedule));
}

#[test]
fn a_permission_for_an_empty_path_is_refused() {
    let weir = weir().file("main.weir", PROGRAM);
    for flag in ["--allow-read=", "--allow-write=", "--allow-net="] {
        let printed = weir.run(&["run", flag, "main.weir"]);
        assert_eq!((printed.stdout.as_str(), printed.status), ("", 2), "{flag}");
        assert!(printed.stderr.contains("nothing stands after the `=`"), "{}", printed.stderr);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_program_prints_and_nobody_gets_is_said() {
    let weir = weir().file("main.weir", PROGRAM);
    let mut command = weir.command(&["run", "main.weir"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
    let printed = command.stdout(full).output().expect("the run");
    assert_eq!(printed.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&printed.stderr);
    assert!(stderr.contains("the output cannot be written"), "{stderr}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_is_full_takes_nothing_from_the_run() {
    let fails = "fn main():\n    print(\"before\")\n    panic(\"out of paper\")\n";
    let weir = weir().file("main.weir", fails);
    let printed = weir.run(&["run", "--record", "/dev/full", "main.weir"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("before\n", 2));
    assert!(printed.stderr.starts_with("failed: out of paper\n"), "{}", printed.stderr);
    assert!(printed.stderr.contains("run it again: weir replay weir-schedule:"));
    assert!(printed.stderr.contains("`/dev/full` cannot be written"), "{}", printed.stderr);
}

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
    for (flags, status) in
        [(&["run", "--allow-write"][..], 143), (&["run", "--json", "--allow-write"], 143)]
    {
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

#[cfg(unix)]
#[test]
fn a_file_is_replaced_by_a_whole_one_and_a_link_is_followed() {
    let program = "fn main():\n    print(1)\n";
    let weir = weir().file("main.weir", program).file("old.json", "what was there");
    std::fs::hard_link(weir.path("old.json"), weir.path("kept.json")).expect("another name");
    std::os::unix::fs::symlink("there.schedule", weir.path("link.schedule")).expect("a link");
    let flags = ["run", "--record", "link.schedule", "--trace"];
    let refused = weir.run(&[&flags[..], &["missing/file", "main.weir"]].concat());
    assert_eq!((refused.stdout.as_str(), refused.status), ("", 2), "{}", refused.shown());
    assert!(!weir.path("there.schedule").exists());
    let printed = weir.run(&[&flags[..], &["old.json", "main.weir"]].concat());
    assert_eq!((printed.stdout.as_str(), printed.status), ("1\n", 0), "{}", printed.shown());
    assert_eq!(weir.read("kept.json"), "what was there");
    assert!(weir.read("old.json").starts_with("{\"displayTimeUnit\""));
    assert!(weir.path("link.schedule").is_symlink() && weir.path("there.schedule").is_file());
    let files = std::fs::read_dir(weir.path("old.json").parent().expect("a folder"));
    let names = files.expect("it can be listed").flatten().map(|file| file.file_name());
    let partial = names.filter(|name| name.to_string_lossy().ends_with(".partial"));
    assert_eq!(partial.count(), 0);
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

/// Where standard output is a file, it is that file which `/dev/stdout` leads to.
#[cfg(target_os = "linux")]
#[test]
fn what_is_written_to_standard_output_comes_behind_what_the_program_prints() {
    let weir = weir().file("main.weir", "fn main():\n    print(\"hi\")\n");
    for (flags, line) in
        [(&["run", "--record"][..], "hi\nprogram: "), (&["analyze", "--output"], "nothing found")]
    {
        let out = std::fs::File::create(weir.path("out.txt")).expect("a file");
        let mut command = weir.command(&[flags, &["/dev/stdout", "main.weir"]].concat());
        assert!(command.stdout(out).status().is_ok_and(|status| status.success()));
        assert!(weir.read("out.txt").starts_with(line), "{}", weir.read("out.txt"));
    }
}

#[test]
fn a_file_that_is_called_like_standard_output_is_not_written_to() {
    let weir = weir().file("main.weir", "fn main():\n    print(1)\n");
    let printed = weir.run(&["run", "--record", "-", "main.weir"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 2));
    assert!(printed.stderr.contains("`-` names no file"), "{}", printed.stderr);
    assert!(!weir.path("-").exists());
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
    let program = "import fs\n\ntest \"endless\":\n    fs.write(\"ready\", \"\")\n    n = 1\n    while n != 0:\n        n = n * 3 % 1000\n";
    let weir = weir().file("main.weir", program);
    let ready = || weir.path("ready").exists();
    let flags = ["test", "--allow-write", "--max-steps", "1000000000000", "--schedules", "5"];
    let (said, status) = interrupted(&weir, &flags, ready);
    assert_eq!(status, Some(130), "{said}");
    assert!(said.starts_with("interrupted after ") && said.contains(" of 5 runs"), "{said}");
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
