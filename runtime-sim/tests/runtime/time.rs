//! Virtual time.

use crate::support::{prints, ran};

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
    assert!((90.0..90.01).contains(&ran.report.virtual_time_seconds));
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
