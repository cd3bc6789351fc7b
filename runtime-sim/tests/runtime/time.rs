//! Virtual time.

use crate::support::{prints, ran};

#[test]
fn sleeping_takes_no_real_time_and_wakes_in_order() {
    prints(
        "fn nap(n: int):\n    sleep(n.hours)\n    print(n)\n\nfn main():\n    concurrent:\n        for n in [3, 1, 2]:\n            spawn nap(n)\n",
        "1\n2\n3\n",
    );
}

#[test]
fn the_clock_moves_with_sleep_and_with_work() {
    prints(
        "fn main():\n    start = now()\n    sleep(5.milliseconds)\n    gone = start.elapsed()\n    print(gone >= 5.milliseconds, gone < 6.milliseconds, now() - start >= gone)\n",
        "true true true\n",
    );
    let ran = ran("fn main():\n    sleep(90.seconds)\n");
    assert!((90.0..90.01).contains(&ran.report.virtual_time_seconds));
}

#[test]
fn a_deadline_in_the_past_is_over_at_once() {
    prints(
        "fn main():\n    start = now()\n    concurrent deadline(start):\n        sleep(1.seconds)\n        print(\"never\")\n    else:\n        print(\"late\")\n",
        "late\n",
    );
}

#[test]
fn durations_count() {
    prints(
        "fn main():\n    print(1.seconds + 500.milliseconds, 3 * 20.seconds, 1.minutes // 7, 1.seconds / 4.seconds, -1.seconds)\n",
        "1.5s 1m0s 8.571428571s 0.25 -1s\n",
    );
}
