//! `weir test`: statuses, and commands that show a failure again.

use super::*;

const TESTS: &str = "\
fn first() -> int:
    ch = channel[int](buffer=2)
    concurrent:
        spawn:
            ch.send(1)
        spawn:
            ch.send(2)
    return ch.receive()

test \"the first comes first\":
    print(first())
    assert first() == 1

test \"one\":
    assert 1 == 1
";

/// The command after `run it again`, as arguments.
fn again(printed: &Printed) -> Vec<String> {
    let line = printed.stdout.lines().find(|line| line.contains("run it again"));
    let command = line.and_then(|line| line.split_once(": weir ")).unwrap_or_default().1;
    command.split(' ').map(str::to_owned).collect()
}

#[test]
fn the_command_of_a_failure_shows_it_again() {
    let weir = weir().file("tests.weir", TESTS);
    let printed = weir.run(&["test"]);
    assert_eq!(printed.status, 1, "{}", printed.shown());
    let command = again(&printed);
    let replayed = weir.run(&command.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!((replayed.stdout.as_str(), replayed.status), ("2\n", 1), "{}", replayed.shown());
    assert!(replayed.stderr.contains("assertion failed: first() == 1"), "{}", replayed.stderr);
}

#[test]
fn the_command_of_a_long_failure_names_the_test_and_its_seed() {
    let long = TESTS.replace("    print(first())", "    print([first() for _ in range(2000)])");
    let weir = weir().file("tests.weir", &long);
    let printed = weir.run(&["test"]);
    let command = again(&printed);
    assert_eq!(&command[0], "test", "{}", printed.shown());
    let quoted = "--schedules 1 --filter 'the first comes first' tests.weir";
    assert!(command.join(" ").ends_with(quoted), "{command:?}");
}

#[test]
fn a_changed_test_is_replayed_by_its_name_as_far_as_it_goes() {
    let weir = weir().file("tests.weir", TESTS);
    let command = again(&weir.run(&["test"]));
    let schedule = command[1].as_str();
    let weir = weir.file("tests.weir", TESTS.replace("print(first())", "print(\"changed\")"));
    let printed = weir.run(&["replay", schedule, "tests.weir"]);
    assert_eq!(printed.status, 2, "{}", printed.shown());
    let flags = ["--allow-changed", "--test", "the first comes first"];
    let printed = weir.run(&[&["replay", schedule, "tests.weir"], &flags[..]].concat());
    assert_eq!((printed.stdout.as_str(), printed.status), ("changed\n", 6), "{}", printed.shown());
}

#[test]
fn results_are_the_same_on_any_number_of_threads() {
    let weir = weir().file("tests.weir", TESTS);
    let one = weir.run(&["test", "--threads", "1"]);
    for threads in ["2", "7"] {
        assert_eq!(weir.run(&["test", "--threads", threads]), one);
    }
}

#[test]
fn a_folder_without_tests_is_fine() {
    let printed = weir().file("main.weir", FINE).run(&["test"]);
    assert_eq!(printed.shown(), "0 tests, each under 20 schedules: all is well\n");
}

#[test]
fn what_is_missing_is_usage() {
    assert_eq!(weir().run(&["test", "missing.weir"]).status, 2);
    assert_eq!(weir().file("tests.weir", TESTS).run(&["test", "--schedules", "0"]).status, 2);
}

#[test]
fn a_test_that_wants_too_much_memory_fails() {
    let program = "test \"hoard\":\n    kept = mutable_list[int]()\n    while true:\n        kept.append(1)\n";
    let printed = weir().file("tests.weir", program).run(&["test", "--max-memory", "16M"]);
    assert_eq!(printed.status, 1);
    let message = "failed: the run uses more than 16 MiB of memory (--max-memory sets the limit)";
    assert!(printed.stdout.contains(message), "{}", printed.stdout);
}

#[test]
fn a_program_that_is_refused_keeps_no_other_from_being_tested() {
    let weir = weir()
        .file("bad.weir", "test \"two\":\n    assert nobody\n")
        .file("good.weir", "test \"one\":\n    assert 1 == 1\n");
    let printed = weir.run(&["test"]);
    assert_eq!(printed.status, 1, "{}", printed.shown());
    assert!(printed.stdout.starts_with("ok      good.weir:1: one\n"), "{}", printed.stdout);
    assert!(printed.stderr.contains("error[N001]"), "{}", printed.stderr);
    let why = "refused: 1 error in `bad.weir`; only the other programs were tested\n";
    assert!(printed.stderr.ends_with(why), "{}", printed.stderr);
    let for_tools = weir.run(&["test", "--format", "json"]);
    let object: serde_json::Value = serde_json::from_str(&for_tools.stdout).expect("one object");
    assert_eq!(object["reason"].as_str(), Some(why.trim_end()));
    let nothing = weir.run(&["test", "--filter", "two"]);
    assert!(nothing.stderr.ends_with("in `bad.weir`; nothing ran\n"), "{}", nothing.stderr);
}

#[test]
fn of_a_package_those_modules_are_tested_that_import_none_with_findings() {
    let weir = weir()
        .file("shop/weir.toml", "[package]\nname = \"shop\"\n")
        .file("shop/src/bad.weir", "fn f():\n    print(nobody)\n")
        .file("shop/src/through.weir", "import bad\n\nfn g():\n    bad.f()\n")
        .file("shop/src/uses.weir", "import through\n\ntest \"two\":\n    through.g()\n")
        .file("shop/src/good.weir", "test \"one\":\n    assert 1 == 1\n");
    let printed = weir.run(&["test", "--schedules", "1"]);
    let good = "ok      shop/src/good.weir:1: one\n1 test, under 1 schedule: all is well\n";
    assert_eq!((printed.stdout.as_str(), printed.status), (good, 1), "{}", printed.shown());
    let why = "in `shop/src/bad.weir`; only the other programs were tested\n";
    assert!(printed.stderr.ends_with(why), "{}", printed.stderr);
}

#[test]
fn of_a_package_with_a_wrong_manifest_nothing_is_tested() {
    let weir = weir()
        .file("shop/weir.toml", "[package]\nname = \"\"\n")
        .file("shop/src/good.weir", "test \"one\":\n    assert 1 == 1\n");
    let printed = weir.run(&["test"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 1), "{}", printed.shown());
    assert!(printed.stderr.ends_with("; nothing ran\n"), "{}", printed.stderr);
}

/// Where the system says whether a process gets huge pages, and gives them to others.
#[cfg(target_os = "linux")]
#[test]
fn no_program_that_runs_gets_huge_pages_whatever_its_analysis_got() {
    let of_system = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if !of_system.contains("THP_enabled:\t1") {
        return;
    }
    let looks = "\"THP_enabled:\\t0\" in fs.read(\"/proc/self/status\")";
    let long = "# What makes a text long enough for huge pages.\n".repeat(500);
    let program = format!(
        "import fs\n\ntest \"none\":\n    assert {looks}\n\nfn main():\n    print({looks})\n\n{long}"
    );
    let weir = weir().file("main.weir", program);
    let tested = weir.run(&["test", "--allow-read", "--schedules", "1"]);
    assert_eq!(tested.status, 0, "{}", tested.shown());
    let ran = weir.run(&["run", "--allow-read", "main.weir"]);
    assert_eq!((ran.stdout.as_str(), ran.status), ("true\n", 0), "{}", ran.shown());
}

#[test]
fn behind_the_largest_seed_comes_0() {
    let text = "import random\n\ntest \"it is seldom 0\":\n    assert random.randint(0, 3) != 0\n";
    let weir = weir().file("tests.weir", text);
    let printed = weir.run(&["test", "--seed", "18446744073709551615", "--schedules", "100"]);
    assert_eq!(printed.status, 1, "{}", printed.shown());
    let fine = weir.file("tests.weir", "test \"it is fine\":\n    assert true\n");
    let flags = ["test", "--seed", "18446744073709551610", "--schedules", "20", "--format", "json"];
    let document: Value = serde_json::from_str(&fine.run(&flags).stdout).expect("JSON");
    assert_eq!(document["tests"][0]["schedules"], 20, "{document}");
}
