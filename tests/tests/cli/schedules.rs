//! What `weir replay` says of what is no schedule of the program.

use super::*;

pub(super) const PROGRAM: &str = "\
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
    assert!(said.contains("the schedule has format 9, and this Weir reads format 7"), "{said}");
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
