//! Long runs stay small, and bounds say so when they are hit.

use weir_runtime_sim::RunOptions;

use crate::support::{fails, prints, program, run_with};

#[test]
fn garbage_is_reclaimed_in_a_long_loop() {
    prints(
        "fn main():\n    kept = mutable_list[mutable_list[int]]()\n    for n in range(30000):\n        fresh = mutable_list([n])\n        ch = channel[int](buffer=1)\n        ch.send(n)\n        if n % 10000 == 0:\n            kept.append(fresh)\n    print(kept)\n",
        "mutable_list([mutable_list([0]), mutable_list([10000]), mutable_list([20000])])\n",
    );
}

#[test]
fn ended_tasks_are_reclaimed_and_their_results_kept_while_needed() {
    prints(
        "fn id(n: int) -> mutable_list[int]:\n    return mutable_list([n])\n\nfn main():\n    total = 0\n    for n in range(6000):\n        concurrent:\n            t = spawn id(n)\n        total += t[0]\n    print(total)\n",
        "17997000\n",
    );
}

#[test]
fn a_run_without_end_is_given_up_after_its_steps() {
    let text = "fn main():\n    while true:\n        yield_now()\n";
    let options = RunOptions { max_steps: Some(500), ..RunOptions::default() };
    let report = run_with(&program(text), 0, &options).report;
    assert_eq!((report.outcome.text(), report.steps), ("failed", 500));
    assert!(report.story.contains("the run went on past 500 steps"), "{}", report.story);
}

#[test]
fn a_value_that_grows_without_end_fails_with_memory() {
    let text = "fn main():\n    s = \"abcdefgh\"\n    while true:\n        s = s + s\n";
    let message = "a value of 268435456 items is too large: the limit is 134217728";
    assert_eq!(fails(text, message), "memory");
}

#[test]
fn a_channel_s_buffer_has_its_bounds() {
    let text = "fn main():\n    ch = channel[int](buffer=-1)\n    print(ch.len())\n";
    assert_eq!(fails(text, "a channel's buffer holds 0 to 16777216 values, not -1"), "value");
}

#[test]
fn deep_values_print_and_compare_without_overflowing() {
    prints(
        "enum Chain:\n    End\n    Link(next: Chain)\n\nfn main():\n    a = Chain.End\n    b = Chain.End\n    for _ in range(100000):\n        a = Chain.Link(a)\n        b = Chain.Link(b)\n    print(a == b, len(str(a)) > 1000)\n",
        "true true\n",
    );
}
