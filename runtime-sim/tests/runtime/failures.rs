//! Failures: their words, where they go, what they stop.

use crate::support::{fails, prints, ran};

#[test]
fn a_failure_says_its_values_and_has_its_kind() {
    let main = |body: &str| {
        format!(
            r#"fn main():
    n = 0
    xs = [1, 2, 3]
    {body}
"#
        )
    };
    for (body, kind, message) in [
        (
            "print(9223372036854775807 + len(xs))",
            "overflow",
            "9223372036854775807 + 3 is too large for an int",
        ),
        ("print(1 // n)", "division", "division by zero: 1 // 0"),
        ("print(1.5 / 0.0)", "division", "division by zero: 1.5 / 0.0"),
        ("print(xs[3])", "index", "index 3 is out of range: the list has 3 items"),
        ("print({\"eve\": 1}[\"bob\"])", "key", "key \"bob\" is not in the map"),
        ("print(int(\"x\"))", "value", "\"x\" is no int"),
        ("assert n > 0", "assert", "assertion failed: n > 0"),
        ("assert n > 0, \"too few\"", "assert", "too few"),
        ("panic(\"no way\")", "panic", "no way"),
        ("print(mutable_list[int]().pop())", "index", "pop of an empty list"),
        ("print([1].append(2).index(7))", "value", "7 is not in the list"),
        ("assert_eq(1, 2)", "assert", "assertion failed: 1 == 2"),
        ("print(range(0, 5, n))", "value", "a range's step must not be 0"),
    ] {
        assert_eq!(fails(&main(body), message), kind, "{body}");
    }
}

#[test]
fn a_failure_has_its_task_its_line_and_its_calls() {
    let ran = ran(r#"fn inner(n: int) -> int:
    return 1 // n

fn outer() -> int:
    return inner(0)

fn main():
    concurrent:
        spawn outer()
"#);
    let failure = ran.report.failure.expect("it failed");
    assert_eq!(failure.task, "main/1");
    assert_eq!(failure.place.as_ref().map(|place| place.line), Some(2));
    assert_eq!(failure.trace.len(), 2);
    assert!(failure.trace[0].starts_with("inner at main.weir:2:"), "{:?}", failure.trace);
    assert!(failure.trace[1].starts_with("outer at main.weir:5:"), "{:?}", failure.trace);
    assert!(
        ran.report
            .story
            .starts_with("failed: division by zero: 1 // 0\n  task main/1 at main.weir:2:")
    );
    assert_eq!(ran.report.exit_code, 1);
}

#[test]
fn attempt_turns_a_failure_into_an_err() {
    prints(
        r#"fn bad() -> int:
    panic("oh")

fn main():
    match attempt bad():
        case Ok(n):
            print(n)
        case Err(f):
            print(f.kind, f.message, len(f.trace))
    print("on")
"#,
        "panic oh 2\non\n",
    );
}

#[test]
fn defers_run_last_first_also_on_failure() {
    prints(
        r#"fn work():
    defer print("first")
    defer print("second")
    panic("no")

fn main():
    print((attempt work()).is_err())
"#,
        "second\nfirst\ntrue\n",
    );
}

#[test]
fn a_failing_defer_fails_a_body_that_ended_well_and_is_attached_otherwise() {
    let text = |end: &str| {
        format!(
            r#"fn close():
    panic("close")

fn work():
    defer print("all run")
    defer close()
    {end}

fn main():
    work()
"#
        )
    };
    assert_eq!(fails(&text("pass"), "close"), "panic");
    let ran = ran(&text("panic(\"work\")"));
    let failure = ran.report.failure.expect("it failed");
    assert_eq!(failure.message, "work");
    assert_eq!(failure.beside.first.len(), 1);
    assert_eq!(failure.beside.first[0].message, "close");
    assert_eq!(ran.report.stdout, "all run\n");
    assert!(ran.report.story.contains("also failed: close"));
}

#[test]
fn main_that_returns_err_is_failed() {
    assert_eq!(
        fails(
            r#"fn main() -> Result[(), str]:
    return Err("no disk")
"#,
            "no disk"
        ),
        "error"
    );
}

#[test]
fn main_s_int_is_the_exit_status_and_has_its_bounds() {
    assert_eq!(ran("fn main() -> int:\n    return 7\n").report.exit_code, 7);
    assert_eq!(ran("fn main() -> int:\n    return 7\n").report.outcome.text(), "ok");
    let message = "main returned 256, and an exit status is 0 to 255";
    assert_eq!(fails("fn main() -> int:\n    return 256\n", message), "value");
}

#[test]
fn infinite_recursion_is_a_failure_of_kind_stack() {
    let message = "the call stack is 100000 calls deep: does `down` call itself without end?";
    assert_eq!(
        fails(
            r#"fn down(n: int) -> int:
    return down(n + 1) + 1

fn main():
    print(down(0))
"#,
            message
        ),
        "stack"
    );
}

#[test]
fn a_failing_defer_is_placed_where_it_was_deferred() {
    let ran = ran(r#"fn close(ch: channel[int]):
    print("before")
    defer ch.close()
    ch.close()

fn main():
    close(channel[int](buffer=1))
"#);
    let failure = ran.report.failure.expect("it failed");
    assert_eq!(failure.place.as_ref().map(|place| place.line), Some(3));
    assert!(failure.trace[0].starts_with("close at main.weir:3:"), "{:?}", failure.trace);
}

#[test]
fn a_defer_that_fails_beside_a_failure_is_placed_too() {
    let ran = ran(r#"fn worse():
    panic("worse")

fn main():
    print("before")
    defer worse()
    panic("bad")
"#);
    let failure = ran.report.failure.expect("it failed");
    let attached = failure.beside.first.first().expect("the defer failed too");
    assert!(attached.trace[1].starts_with("main at main.weir:6:"), "{:?}", attached.trace);
}
