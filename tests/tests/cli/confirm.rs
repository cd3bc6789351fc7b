//! `weir analyze --confirm`: findings put to the test by runs.

use super::*;

/// Two locks crossed: most runs of the machine do not stop there.
const CROSSED: &str = "fn main():
    a = mutex(1)
    b = mutex(2)
    concurrent:
        spawn:
            with a.lock() as x:
                with b.lock() as y:
                    print(x + y)
        with b.lock() as y:
            with a.lock() as x:
                print(x + y)
";

/// The receive comes too late for a program that never runs so far.
const UNREACHED: &str = "fn late(ch: channel[int]):
    ch.close()
    ch.send(1)

fn main():
    print(\"nothing else\")
    if 1 > 2:
        late(channel[int]())
";

#[test]
fn a_finding_that_a_run_shows_is_confirmed_with_the_command_that_shows_it() {
    let weir = weir().file("main.weir", CROSSED);
    let printed = weir.run(&["analyze", "--confirm", "main.weir"]);
    assert_eq!(printed.status, 1);
    assert!(printed.stdout.contains("error[L002]"), "{}", printed.stdout);
    let command =
        printed.stdout.split("confirmed: weir ").nth(1).and_then(|rest| rest.lines().next());
    let arguments: Vec<&str> = command.unwrap_or_default().split(' ').collect();
    let replayed = weir.run(&arguments);
    assert_eq!(replayed.status, 3, "{arguments:?}: {}", replayed.stderr);
    assert!(replayed.stderr.contains("deadlock"), "{}", replayed.stderr);
}

#[test]
fn a_finding_that_no_run_shows_becomes_a_warning_that_says_so() {
    let weir = weir().file("main.weir", UNREACHED);
    let printed = weir.run(&["analyze", "--confirm", "main.weir"]);
    assert!(printed.stdout.contains("warning[C002]"), "{}", printed.stdout);
    assert!(printed.stdout.contains("not reproduced in 1000 runs"), "{}", printed.stdout);
}

#[test]
fn the_program_prints_nothing_meanwhile() {
    let weir = weir().file("main.weir", UNREACHED);
    let printed = weir.run(&["analyze", "--confirm", "--format", "short", "main.weir"]);
    assert!(!printed.stdout.contains("nothing else\n"), "{}", printed.stdout);
    assert_eq!(printed.stderr, "");
}
