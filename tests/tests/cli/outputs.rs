//! Where commands write to: files, pipes, and what cannot be written.

use super::schedules::PROGRAM;
use super::*;

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
