//! Virtual time.

use crate::support::{fails, prints, ran};

#[test]
fn sleeping_takes_no_real_time_and_wakes_in_order() {
    prints(
        r#"fn nap(n: int):
    sleep(n.hours)
    print(n)

fn main():
    concurrent:
        for n in [3, 1, 2]:
            spawn nap(n)
"#,
        "1\n2\n3\n",
    );
}

#[test]
fn the_clock_moves_with_sleep_and_with_work() {
    prints(
        r#"fn main():
    start = now()
    sleep(5.milliseconds)
    gone = start.elapsed()
    print(gone >= 5.milliseconds, gone < 6.milliseconds, now() - start >= gone)
"#,
        "true true true\n",
    );
    let ran = ran("fn main():\n    sleep(90.seconds)\n");
    assert!((90.0..90.01).contains(&ran.report.virtual_time_seconds()));
}

#[test]
fn a_deadline_in_the_past_is_over_at_once() {
    prints(
        r#"fn main():
    start = now()
    concurrent deadline(start):
        sleep(1.seconds)
        print("never")
    else:
        print("late")
"#,
        "late\n",
    );
}

#[test]
fn durations_count() {
    prints(
        r#"fn main():
    print(1.seconds + 500.milliseconds, 3 * 20.seconds, 1.minutes // 7, 1.seconds / 4.seconds, -1.seconds)
"#,
        "1.5s 1m0s 8.571428571s 0.25 -1s\n",
    );
}

#[test]
fn a_sleep_beyond_the_end_of_time_fails() {
    let text = r#"fn main():
    for _ in range(3):
        sleep(2562047.hours)
"#;
    let message = "this sleep would last beyond the end of virtual time, which is some 292 years \
                   after the start of the run";
    assert_eq!(fails(text, message), "overflow");
}

#[test]
fn a_timeout_beyond_the_end_of_time_never_comes() {
    prints(
        r#"fn main():
    sleep(2000000.hours)
    ch = channel[int]()
    concurrent timeout(2562047.hours):
        spawn ch.send(1)
        select:
            case n from ch:
                print(n)
            case timeout(2562047.hours):
                print("late")
"#,
        "1\n",
    );
}

#[test]
fn ticks_come_at_the_ends_of_intervals_and_what_nobody_takes_is_skipped() {
    prints(
        r#"import time

fn seconds(length: duration) -> int:
    return int(length / 1.seconds)

fn main():
    start = now()
    ticks = time.ticks(1.seconds)
    print(seconds(ticks.receive() - start), seconds(ticks.receive() - start))
    sleep(3500.milliseconds)
    print(seconds(ticks.receive() - start), seconds(ticks.receive() - start))
    count = 0
    for at in ticks:
        count += 1
        if count == 3:
            print(seconds(at - start))
            break
"#,
        "1 2\n3 6\n9\n",
    );
}

#[test]
fn a_ticker_that_nobody_hears_keeps_no_run_going() {
    let ran = crate::support::ran(
        r#"import time

fn main():
    ticks = time.ticks(1.seconds)
    ch = channel[int]()
    print(ch.receive(), ticks.len())
"#,
    );
    assert_eq!(ran.report.outcome.text(), "deadlock");
    assert!(ran.report.virtual_time_seconds() < 5.0);
}
