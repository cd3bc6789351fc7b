//! `weir run`: outcomes, refusals, recordings.

use super::*;

const FAILS: &str = "fn main():\n    print(\"before\")\n    panic(\"out of paper\")\n";

#[test]
fn what_the_program_prints_is_all_there_is() {
    let printed = weir().file("main.weir", FINE).run(&["run", "main.weir"]);
    assert_eq!(printed.shown(), "fine\n");
}

#[test]
fn mains_int_is_the_status() {
    let program = "fn main() -> int:\n    return 7\n";
    assert_eq!(weir().file("main.weir", program).run(&["run", "main.weir"]).status, 7);
}

#[test]
fn a_failure_is_status_1_and_ends_with_the_command_that_replays_it() {
    let weir = weir().file("main.weir", FAILS);
    let printed = weir.run(&["run", "main.weir"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("before\n", 1));
    assert!(printed.stderr.starts_with("failed: out of paper\n"), "{}", printed.stderr);
    let command = printed.stderr.lines().last().unwrap_or_default();
    let command = command.split_once(": weir ").map(|(_, command)| command).unwrap_or_default();
    let again = weir.run(&command.split(' ').collect::<Vec<_>>());
    assert_eq!((&again.stdout, again.status), (&printed.stdout, 1), "{}", again.shown());
    assert!(printed.stderr.starts_with(&again.stderr), "{}", again.stderr);
}

#[test]
fn a_program_from_standard_input_is_replayed_when_it_is_given_again() {
    let flags: [&[&str]; 2] = [&["run", "-"], &["run", "--record", "run.schedule", "-"]];
    for flags in flags {
        let weir = weir();
        let printed = weir.run_with_input(flags, FAILS);
        let last = printed.stderr.lines().last().unwrap_or_default();
        let (words, command) = last.split_once(": weir ").unwrap_or_default();
        assert_eq!(words, "run it again, with the same program on standard input");
        assert!(command.ends_with(" -"), "{command}");
        let again = weir.run_with_input(&command.split(' ').collect::<Vec<_>>(), FAILS);
        assert_eq!((&again.stdout, again.status), (&printed.stdout, 1), "{}", again.shown());
    }
}

#[test]
fn a_program_with_errors_is_refused() {
    let weir = weir().file("main.weir", WRONG);
    let printed = weir.run(&["run", "main.weir"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 1));
    assert!(printed.stderr.contains("error[T001]"), "{}", printed.stderr);
    assert!(printed.stderr.ends_with("nothing ran\n"), "{}", printed.stderr);
    let object: Value =
        serde_json::from_str(&weir.run(&["run", "--json", "main.weir"]).stdout).unwrap_or_default();
    assert_eq!(object["outcome"], "refused");
    let found = &object["diagnostics"][0];
    assert_eq!((&found["code"], &found["range"]["start"]["line"]), (&"T001".into(), &2.into()));
}

#[test]
fn unchecked_runs_what_is_refused() {
    let program = "fn main():\n    ch = channel[int]()\n    print(\"before\")\n    ch.receive()\n";
    let weir = weir().file("main.weir", program);
    assert_eq!(weir.run(&["run", "main.weir"]).status, 1);
    let printed = weir.run(&["run", "--unchecked", "main.weir"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("before\n", 3), "{}", printed.stderr);
    assert!(printed.stderr.contains("main waits for receive on ch"), "{}", printed.stderr);
}

#[test]
fn json_has_what_the_contract_names() {
    let weir = weir().file("main.weir", FAILS);
    let printed = weir.run(&["run", "--json", "main.weir"]);
    let object: Value = serde_json::from_str(&printed.stdout).unwrap_or_default();
    assert_eq!((&object["outcome"], &object["exit"]), (&"failed".into(), &1.into()));
    assert_eq!(object["stdout"], "before\n");
    assert_eq!(object["failure"]["kind"], "panic");
    assert_eq!(object["failure"]["message"], "out of paper");
    assert_eq!(
        (&object["failure"]["path"], &object["failure"]["line"]),
        (&"main.weir".into(), &3.into())
    );
    for field in
        ["steps", "virtual_time_seconds", "tasks", "steals", "preemptions", "blocked", "races"]
    {
        assert!(object.get(field).is_some(), "`{field}` is missing");
    }
    let line = object["schedule"].as_str().unwrap_or_default();
    assert_eq!(weir.run(&["replay", line, "main.weir"]).status, 1);
}

#[test]
fn a_folder_is_run_by_its_main() {
    let weir = weir().file("app/src/main.weir", FINE);
    assert_eq!(weir.run(&["run", "app"]).shown(), "fine\n");
}

#[test]
fn a_program_without_main_is_usage() {
    let printed = weir().file("main.weir", "fn other():\n    pass\n").run(&["run", "main.weir"]);
    assert_eq!(printed.status, 2);
    assert!(printed.stderr.contains("`main.weir` has no `main`"), "{}", printed.stderr);
}

#[test]
fn a_recording_that_cannot_be_written_keeps_the_program_from_running() {
    let weir = weir().file("main.weir", FINE);
    let printed = weir.run(&["run", "--record", "no/such/folder", "main.weir"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 2));
}

#[test]
fn a_trace_is_json_that_perfetto_reads() {
    let weir = weir().file("main.weir", FINE);
    assert_eq!(weir.run(&["run", "--trace", "trace.json", "main.weir"]).status, 0);
    let trace: Value = serde_json::from_str(&weir.read("trace.json")).unwrap_or_default();
    assert!(trace["traceEvents"].as_array().is_some_and(|events| events.len() > 2), "{trace}");
}

#[test]
fn what_a_started_program_writes_is_no_part_of_the_document() {
    let program = "\
import process

fn main():
    print(process.start([\"echo\", \"from the child\"]).wait())
";
    let weir = weir().file("main.weir", program);
    let printed = weir.run(&["run", "--json", "--allow-run", "main.weir"]);
    assert_eq!(printed.stderr, "from the child\n");
    let document: serde_json::Value = serde_json::from_str(&printed.stdout).expect("one document");
    assert_eq!(document["stdout"], "0\n");
}

#[test]
fn a_program_whose_name_looks_like_a_flag_is_run_again_by_what_is_printed() {
    let weir = weir().file("-x.weir", "fn main():\n    panic(\"no\")\n");
    let printed = weir.run(&["run", "./-x.weir"]);
    let command = printed.stderr.lines().last().unwrap_or_default();
    let words: Vec<&str> = command.split(' ').skip_while(|word| *word != "replay").collect();
    assert_eq!(words.last(), Some(&"./-x.weir"), "{command}");
    let again = weir.run(&words);
    assert_eq!(
        (again.status, again.stderr.starts_with("failed: no")),
        (1, true),
        "{}",
        again.stderr
    );
}

#[test]
fn a_program_that_was_started_ends_with_the_run() {
    let program = "\
import process

fn main():
    process.start([\"sh\", \"-c\", \"sleep 2; touch late\"])
";
    let weir = weir().file("main.weir", program);
    let printed = weir.run(&["run", "--allow-run", "main.weir"]);
    assert_eq!((printed.status, printed.stderr.as_str()), (0, ""));
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert!(!weir.path("late").exists());
}

#[test]
fn a_number_that_is_none_is_refused_with_an_example() {
    let weir = weir().file("main.weir", FINE);
    for flags in [
        &["run", "--seed", "x", "main.weir"][..],
        &["run", "--seed", "-1", "main.weir"],
        &["run", "--max-steps", "1.5", "main.weir"],
        &["replay", "run.schedule", "--until", "abc"],
        &["test", "--schedules", "0"],
        &["test", "--threads", "many"],
        &["analyze", "--threads", "0"],
    ] {
        let printed = weir.run(flags);
        assert_eq!((printed.status, printed.stdout.as_str()), (2, ""), "{flags:?}");
        assert!(printed.stderr.contains("write a whole number"), "{flags:?} {}", printed.stderr);
    }
}

#[test]
fn what_has_no_meaning_is_not_run_unchecked_either() {
    let atom = "fn main():\n    recent = atom(mutable_list([1]))\n    print(len(recent.get()))\n";
    for (program, code) in [(WRONG, "T001"), (atom, "T007")] {
        let printed = weir().file("main.weir", program).run(&["run", "--unchecked", "main.weir"]);
        assert_eq!((printed.stdout.as_str(), printed.status), ("", 1), "{code}");
        assert!(printed.stderr.contains(&format!("error[{code}]")), "{}", printed.stderr);
    }
}

#[test]
fn a_failing_run_with_input_of_any_length_is_replayed_without_it() {
    let program = "\
import fs

fn main():
    text = fs.read(\"data.txt\")
    assert len(text) < 10, \"too long\"
";
    let weir = weir().file("main.weir", program).file("data.txt", "x".repeat(2_000));
    let first = weir.run(&["run", "--allow-read", "main.weir"]);
    assert_eq!(first.status, 1);
    let path = first.stderr.trim_end().rsplit_once("run it again: weir replay ");
    let (_, path) = path.expect("a file that holds the schedule");
    weir.delete("data.txt");
    let again = weir.run(&["replay", path]);
    std::fs::remove_file(path).expect("it was kept");
    assert_eq!(again.status, 1);
    assert!(first.stderr.starts_with(&again.stderr), "{}", again.stderr);
}

#[test]
fn a_slice_is_as_long_as_is_said() {
    let program = "\
fn work():
    k = 0
    while k < 20_000:
        k += 1

fn main():
    concurrent:
        spawn work()
        spawn work()
";
    let weir = weir().file("main.weir", program);
    let preemptions = |flags: &[&str]| -> u64 {
        let flags = [&["run", "--json", "--procs", "1"], flags, &["main.weir"]].concat();
        let report: serde_json::Value =
            serde_json::from_str(&weir.run(&flags).stdout).expect("a report is JSON");
        report["preemptions"].as_u64().expect("it counts them")
    };
    assert_eq!(preemptions(&[]), 0);
    assert!(preemptions(&["--slice", "100us"]) > 5);
    let printed = weir.run(&["run", "--slice", "0s", "main.weir"]);
    assert_eq!(printed.status, 2);
    assert!(printed.stderr.contains("a slice is 1us long at least"), "{}", printed.stderr);
}

#[test]
fn the_one_engine_is_the_simulated_machine() {
    let weir = weir().file("main.weir", "fn main():\n    print(1)\n");
    let printed = weir.run(&["run", "--engine", "sim", "main.weir"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("1\n", 0));
    for (engine, says) in [
        ("threads", "there is no engine on real threads yet; `sim`, the default, simulates"),
        ("fast", "the only engine is `sim`, the simulated machine"),
    ] {
        let printed = weir.run(&["run", "--engine", engine, "main.weir"]);
        assert_eq!((printed.stdout.as_str(), printed.status), ("", 2));
        assert!(printed.stderr.contains(says), "{}", printed.stderr);
    }
}

#[test]
fn detached_tasks_have_as_long_as_is_said() {
    let program = "\
fn late():
    sleep(1.seconds)
    print(\"late\")

fn main():
    detach late()
";
    let weir = weir().file("main.weir", program);
    assert_eq!(weir.run(&["run", "main.weir"]).shown(), "late\n");
    let printed = weir.run(&["run", "--detach-grace", "100ms", "main.weir"]);
    assert_eq!((printed.status, printed.stdout.as_str()), (0, ""));
    assert!(
        printed.stderr.contains("the detached task main/1 was still going on"),
        "{}",
        printed.stderr
    );
}

#[cfg(target_os = "linux")]
#[test]
fn that_nobody_hears_of_errors_changes_no_status() {
    let program = "fn main():\n    eprint(\"to nobody\")\n    print(\"done\")\n";
    let weir = weir().file("main.weir", program);
    let full = std::fs::File::create("/dev/full").expect("the device is there");
    let mut command = weir.command(&["run", "main.weir"]);
    let output = command.stderr(full).output().expect("it runs");
    assert_eq!((output.stdout.as_slice(), output.status.code()), (&b"done\n"[..], Some(0)));
}

#[test]
fn a_schedule_that_cannot_be_kept_is_said_with_a_way_out() {
    let program = "\
import time

fn main():
    for _ in range(400):
        time.unix()
    panic(\"at last\")
";
    let weir = weir().file("main.weir", program);
    let mut command = weir.command(&["run", "main.weir"]);
    let output = command.env("TMPDIR", "/no/such/folder").output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("cannot be kept in `/no/such/folder`"), "{said}");
    assert!(said.contains("`weir run --record FILE`"), "{said}");
}

#[test]
fn an_interval_is_longer_than_nothing() {
    let printed = weir().file("main.weir", FINE).run(&["run", "--schedtrace=0s", "main.weir"]);
    assert_eq!(printed.status, 2, "{}", printed.shown());
    assert!(printed.stderr.contains("longer than nothing, as in `10ms`"), "{}", printed.stderr);
}
