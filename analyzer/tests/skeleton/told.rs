//! What a finding tells: who, where, how it comes about, and what to do.

use super::story;

#[test]
fn the_story_of_a_forgotten_close_names_who_sends_and_who_waits() {
    let program = "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            ch.send(1)
            ch.send(2)
        for item in ch:
            print(item)
";
    let expected = "\
C001 `ch` is never closed, so this waits for ever once everything sent was received
  line 2: `ch` is made here
  line 6: sends here and ends without closing it
  main @ 4: starts `main/1`
  main/1 @ 5: sends on `ch`
  main @ 7: receives from `ch`
  main/1 @ 6: sends on `ch`
  main @ 7: receives from `ch`
  main @ 7: waits for the next value of `ch`, for ever
  fix: Close `ch` when its sender ends
    line 5: \"defer ch.close()\\n            \"
";
    assert_eq!(story(program), expected);
}

#[test]
fn a_close_that_comes_too_late_is_told_as_a_circle() {
    let program = "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            for item in ch:
                print(item)
        ch.send(1)
    ch.close()
";
    let expected = "\
C001 this waits for the end of `ch`, and the task that would close it waits for this: neither can go on
  line 2: `ch` is made here
  line 7: sends here
  line 3: waits here meanwhile
  main @ 4: starts `main/1`
  main @ 7: sends on `ch`
  main/1 @ 5: receives from `ch`
  main @ 3: waits for the tasks of its scope
  main/1 @ 5: waits for the next value of `ch`, for ever
";
    assert_eq!(story(program), expected);
}

#[test]
fn of_several_senders_none_is_told_to_close() {
    let told = story(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn ch.send(1)
        spawn ch.send(2)
        for item in ch:
            print(item)
",
    );
    assert!(told.starts_with("C001 "), "{told}");
    assert!(!told.contains("fix:"), "{told}");
}

#[test]
fn the_fix_mends_a_function_that_sends() {
    let told = story(
        "fn produce(out: sender[int]):
    for i in range(2):
        out.send(i)

fn main():
    ch = channel[int]()
    concurrent:
        spawn produce(ch)
        for item in ch:
            print(item)
",
    );
    assert!(told.contains("line 2: \"defer out.close()\\n    \""), "{told}");
}

#[test]
fn a_task_that_starves_because_another_is_stuck_is_not_reported_again() {
    let told = story(
        "fn main():
    a = channel[int]()
    b = channel[int]()
    concurrent:
        spawn:
            x = a.receive()
            b.send(x)
        print(b.receive())
",
    );
    assert_eq!(told.matches("C0").count(), 1, "{told}");
    assert!(
        told.starts_with("C005 this waits for ever: no task that still runs can serve `a`"),
        "{told}"
    );
}

#[test]
fn a_callee_reports_its_own_findings_once() {
    let told = story(
        "fn run():
    ch = channel[int]()
    print(ch.receive())

fn main():
    run()
",
    );
    assert_eq!(told.matches("C005").count(), 1, "{told}");
}
