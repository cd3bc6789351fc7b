//! The command line: exit statuses, and inputs that are not what they should be.

use serde_json::Value;
use weir_tests::weir::{Printed, Weir};

const FINE: &str = "fn main():\n    print(\"fine\")\n";
const WRONG: &str = "fn main():\n    n: int = \"text\"\n    print(n)\n";

fn weir() -> Weir {
    Weir::at(env!("CARGO_BIN_EXE_weir-under-test"))
}

fn analyze(weir: &Weir, arguments: &[&str]) -> Printed {
    weir.run(&[&["analyze"], arguments].concat())
}

mod analyze {
    use super::*;

    #[test]
    fn a_program_without_findings_is_status_0() {
        let printed = analyze(&weir().file("main.weir", FINE), &["main.weir"]);
        assert_eq!(printed.shown(), "nothing found in 1 file\n");
    }

    #[test]
    fn findings_are_status_1() {
        let weir = weir().file("main.weir", WRONG);
        let printed = analyze(&weir, &["main.weir"]);
        assert_eq!(printed.status, 1);
        assert!(printed.stdout.contains("error[T001]"), "{}", printed.stdout);
        assert!(printed.stdout.ends_with("1 error in 1 file; `weir explain T001` tells more\n"));
        assert_eq!(analyze(&weir, &["--exit-zero", "main.weir"]).status, 0);
    }

    #[test]
    fn a_folder_is_every_file_below_it_that_is_not_hidden() {
        let weir = weir().file("b/deep/x.weir", WRONG).file("a.weir", WRONG);
        let weir = weir.file(".hidden/y.weir", WRONG).file("b/notes.txt", WRONG);
        let printed = analyze(&weir, &["--format", "short"]);
        let starts: Vec<_> =
            printed.stdout.lines().filter_map(|line| line.split(": ").next()).collect();
        assert_eq!(starts, ["a.weir:2:14", "b/deep/x.weir:2:14"]);
    }

    #[test]
    fn a_file_that_is_named_twice_is_analysed_once() {
        let weir = weir().file("main.weir", WRONG);
        let printed = analyze(&weir, &["--format", "short", "main.weir", ".", "./main.weir"]);
        assert_eq!(printed.stdout.lines().count(), 1, "{}", printed.stdout);
    }

    #[test]
    fn standard_input_goes_by_the_name_it_is_given() {
        let arguments = ["analyze", "-", "--stdin-filename", "typed.weir", "--format", "short"];
        let printed = weir().run_with_input(&arguments, WRONG);
        assert!(printed.stdout.starts_with("typed.weir:2:14: error[T001]"), "{}", printed.shown());
    }

    #[test]
    fn json_is_one_object_with_what_the_contract_names() {
        let weir = weir().file("main.weir", WRONG);
        let printed = analyze(&weir, &["--format", "json", "main.weir"]);
        let object: Value = serde_json::from_str(&printed.stdout).unwrap_or_default();
        assert_eq!(object["version"], 1, "{}", printed.stdout);
        assert_eq!((&object["files"], &object["errors"]), (&1.into(), &1.into()));
        let found = &object["diagnostics"][0];
        assert_eq!(found["code"], "T001");
        assert_eq!(found["name"], "type-mismatch");
        assert_eq!(found["path"], "main.weir");
        let start = &found["range"]["start"];
        assert_eq!(*start, serde_json::json!({"line": 2, "column": 14, "offset": 24}));
        for field in ["level", "message", "related", "help", "fixes", "witness"] {
            assert!(found.get(field).is_some(), "`{field}` is missing");
        }
    }

    #[test]
    fn output_goes_to_a_file_without_colours() {
        let weir = weir().file("main.weir", WRONG);
        let printed = analyze(&weir, &["--output", "found.txt", "main.weir"]);
        assert_eq!((printed.stdout.as_str(), printed.status), ("", 1));
        assert!(weir.read("found.txt").starts_with("error[T001]"));
    }

    #[test]
    fn an_output_that_cannot_be_written_is_status_2() {
        let weir = weir().file("main.weir", FINE);
        let printed = analyze(&weir, &["--output", "no/such/folder.txt", "main.weir"]);
        assert_eq!(printed.status, 2);
        assert!(printed.stderr.contains("`no/such/folder.txt` cannot be written"));
    }

    #[test]
    fn colours_are_for_terminals_and_for_who_asks() {
        let weir = weir().file("main.weir", WRONG);
        assert!(!analyze(&weir, &["main.weir"]).stdout.contains('\u{1b}'));
        assert!(analyze(&weir, &["--color", "always", "main.weir"]).stdout.contains('\u{1b}'));
    }

    #[test]
    fn statistics_count_each_rule() {
        let weir = weir().file("a.weir", WRONG).file("b.weir", WRONG);
        assert_eq!(analyze(&weir, &["--statistics"]).stdout, "2  T001  type-mismatch\n");
    }

    #[test]
    fn every_rule_is_listed() {
        let printed = analyze(&weir(), &["--list-rules"]);
        assert_eq!(printed.status, 0);
        assert!(printed.stdout.lines().any(|line| line.starts_with("R001  shared-mutation")));
    }
}

mod unreadable {
    use super::*;

    fn assert_unreadable(printed: &Printed, words: &[&str]) {
        assert_eq!(printed.status, 2, "{}", printed.shown());
        for word in words {
            assert!(printed.stderr.contains(word), "`{word}` is not in\n{}", printed.stderr);
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let printed = analyze(&weir(), &["missing.weir"]);
        assert_unreadable(&printed, &["`missing.weir` does not exist", "check the path"]);
    }

    #[test]
    fn an_empty_folder_is_named() {
        let weir = weir().file("empty/notes.txt", "");
        assert_unreadable(&analyze(&weir, &["empty"]), &["`empty` holds no `.weir` files"]);
    }

    #[test]
    fn text_that_is_not_utf_8_is_named_to_the_byte() {
        let weir = weir().file("latin.weir", b"# one\n# caf\xe9\n");
        let printed = analyze(&weir, &["latin.weir"]);
        assert_unreadable(
            &printed,
            &["`latin.weir`", "0xe9", "offset 11", "line 2", "save it as UTF-8"],
        );
    }

    #[test]
    fn a_file_that_is_too_long_is_named() {
        let weir = weir().file("long.weir", vec![b'\n'; 16 * 1024 * 1024 + 1]);
        let printed = analyze(&weir, &["long.weir"]);
        assert_unreadable(&printed, &["`long.weir` is longer than 16 MiB"]);
    }

    #[test]
    fn the_readable_rest_is_analysed_all_the_same() {
        let weir = weir().file("main.weir", WRONG);
        let printed = analyze(&weir, &["--format", "short", "missing.weir", "main.weir"]);
        assert_unreadable(&printed, &["missing.weir"]);
        assert!(printed.stdout.contains("T001"), "{}", printed.stdout);
    }

    #[test]
    fn a_verb_that_is_not_there_is_usage() {
        assert_eq!(weir().run(&["frobnicate"]).status, 2);
    }
}

mod difficult {
    use super::*;

    /// Neither crashes nor hangs, and says something: a finding or nothing found.
    fn assert_survives(text: impl AsRef<[u8]>) -> Printed {
        let printed = analyze(&weir().file("main.weir", text), &["main.weir"]);
        assert!([0, 1].contains(&printed.status), "{}", printed.shown());
        assert_eq!(printed.stderr, "");
        printed
    }

    #[test]
    fn an_empty_file() {
        assert_eq!(assert_survives("").status, 0);
    }

    #[test]
    fn a_line_of_ten_megabytes_is_not_printed() {
        let line = format!("fn main():\n    print({}x)\n", "1 + ".repeat(2_500_000));
        let printed = assert_survives(line);
        assert!(printed.stdout.len() < 10_000, "{} bytes were printed", printed.stdout.len());
    }

    #[test]
    fn ten_thousand_nested_brackets() {
        let nested = format!("const X: int = {}1{}\n", "(".repeat(10_000), ")".repeat(10_000));
        assert_eq!(assert_survives(nested).status, 1);
    }

    #[test]
    fn ten_thousand_nested_blocks() {
        let mut nested = "fn main():\n".to_owned();
        for depth in 1..2_000 {
            nested += &format!("{}if true:\n", " ".repeat(depth));
        }
        assert_survives(nested);
    }

    #[test]
    fn a_program_that_ends_in_the_middle() {
        let program =
            "fn main():\n    concurrent:\n        a = spawn f(1,\n        b = [x for x in";
        assert_eq!(assert_survives(program).status, 1);
    }

    #[test]
    fn bytes_that_are_no_program() {
        assert_eq!(assert_survives("\0\u{1}\u{feff}}}{{\"\"\"\t\r\r\n'`~").status, 1);
    }
}

mod explain {
    use super::*;

    #[test]
    fn a_code_and_a_name_have_the_same_page() {
        let page = weir().run(&["explain", "R001"]);
        assert_eq!(page.status, 0);
        assert!(page.stdout.starts_with("# R001: shared-mutation\n"), "{}", page.stdout);
        assert_eq!(page, weir().run(&["explain", "shared-mutation"]));
    }

    #[test]
    fn an_unknown_code_is_usage() {
        let printed = weir().run(&["explain", "R999"]);
        assert_eq!(printed.status, 2);
        assert!(printed.stderr.contains("--list-rules"), "{}", printed.stderr);
    }
}

mod run {
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
    fn a_program_with_errors_is_refused() {
        let weir = weir().file("main.weir", WRONG);
        let printed = weir.run(&["run", "main.weir"]);
        assert_eq!((printed.stdout.as_str(), printed.status), ("", 1));
        assert!(printed.stderr.contains("error[T001]"), "{}", printed.stderr);
        assert!(printed.stderr.ends_with("nothing ran\n"), "{}", printed.stderr);
        let object: Value = serde_json::from_str(&weir.run(&["run", "--json", "main.weir"]).stdout)
            .unwrap_or_default();
        assert_eq!(object["outcome"], "refused");
    }

    #[test]
    fn unchecked_runs_what_is_refused() {
        let program =
            "fn main():\n    ch = channel[int]()\n    print(\"before\")\n    ch.receive()\n";
        let weir = weir().file("main.weir", program);
        assert_eq!(weir.run(&["run", "main.weir"]).status, 1);
        let printed = weir.run(&["run", "--unchecked", "main.weir"]);
        assert_eq!(
            (printed.stdout.as_str(), printed.status),
            ("before\n", 3),
            "{}",
            printed.stderr
        );
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
        let printed =
            weir().file("main.weir", "fn other():\n    pass\n").run(&["run", "main.weir"]);
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
}

mod replay {
    use super::*;

    const TASKS: &str = "\
fn work(n: int, done: channel[int]):
    sleep((5 - n).milliseconds)
    done.send(n)

fn main():
    done = channel[int](buffer=4)
    concurrent:
        for n in range(4):
            spawn work(n, done)
        for _ in range(4):
            print(done.receive())
";

    fn recorded() -> (Weir, Printed) {
        let weir = weir().file("main.weir", TASKS);
        let flags =
            ["run", "--seed", "5", "--record", "run.schedule", "--trace", "one.json", "main.weir"];
        let printed = weir.run(&flags);
        assert_eq!(printed.status, 0, "{}", printed.shown());
        (weir, printed)
    }

    #[test]
    fn a_recorded_run_is_replayed_to_the_byte() {
        let (weir, printed) = recorded();
        assert_eq!(weir.run(&["replay", "run.schedule", "--trace", "two.json"]), printed);
        assert!(!weir.read("one.json").is_empty());
        assert_eq!(weir.read("one.json"), weir.read("two.json"));
    }

    #[test]
    fn a_program_that_has_moved_can_be_named() {
        let (weir, printed) = recorded();
        let other = weir.file("elsewhere/main.weir", TASKS);
        assert_eq!(other.run(&["replay", "run.schedule", "elsewhere/main.weir"]), printed);
    }

    #[test]
    fn a_changed_program_is_refused_and_diverges_if_it_must_run() {
        let (weir, _) = recorded();
        let weir = weir.file("main.weir", TASKS.replace("range(4)", "range(3)"));
        let printed = weir.run(&["replay", "run.schedule"]);
        assert_eq!((printed.stdout.as_str(), printed.status), ("", 2));
        assert!(printed.stderr.contains("--allow-changed"), "{}", printed.stderr);
        let printed = weir.run(&["replay", "run.schedule", "--allow-changed"]);
        assert_eq!(printed.status, 6, "{}", printed.shown());
        assert!(printed.stderr.starts_with("replay diverged at step "), "{}", printed.stderr);
    }

    #[test]
    fn a_comment_changes_no_program() {
        let (weir, printed) = recorded();
        let weir = weir.file("main.weir", format!("# a comment\n{TASKS}"));
        assert_eq!(weir.run(&["replay", "run.schedule"]), printed);
    }

    #[test]
    fn what_is_no_schedule_is_usage() {
        let weir = weir().file("main.weir", FINE).file("not.schedule", "{}");
        let calls =
            [["replay", "missing"], ["replay", "not.schedule"], ["replay", "weir-schedule:AAAA"]];
        for call in calls {
            let printed = weir.run(&call);
            assert_eq!((printed.stdout.as_str(), printed.status), ("", 2), "{call:?}");
            assert!(printed.stderr.starts_with("weir: "), "{}", printed.stderr);
        }
    }
}
