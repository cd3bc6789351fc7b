//! Long runs stay small, and bounds say so when they are hit.

use weir_runtime_sim::RunOptions;

use crate::support::{fails, prints, program, run_with};

#[test]
fn garbage_is_reclaimed_in_a_long_loop() {
    prints(
        r#"fn main():
    kept = mutable_list[mutable_list[int]]()
    for n in range(30000):
        fresh = mutable_list([n])
        ch = channel[int](buffer=1)
        ch.send(n)
        if n % 10000 == 0:
            kept.append(fresh)
    print(kept)
"#,
        "mutable_list([mutable_list([0]), mutable_list([10000]), mutable_list([20000])])\n",
    );
}

#[test]
fn ended_tasks_are_reclaimed_and_their_results_kept_while_needed() {
    prints(
        r#"fn id(n: int) -> mutable_list[int]:
    return mutable_list([n])

fn main():
    total = 0
    for n in range(6000):
        concurrent:
            t = spawn id(n)
        total += t[0]
    print(total)
"#,
        "17997000\n",
    );
}

#[test]
fn a_run_without_end_is_given_up_after_its_steps() {
    let text = r#"fn main():
    while true:
        yield_now()
"#;
    let options = RunOptions { max_steps: Some(500), ..RunOptions::default() };
    let report = run_with(&program(text), 0, &options).report;
    assert_eq!((report.outcome.text(), report.steps), ("failed", 500));
    assert!(report.story.contains("the run went on past 500 steps"), "{}", report.story);
}

#[test]
fn a_value_that_grows_without_end_fails_with_memory() {
    let text = r#"fn main():
    s = "abcdefgh"
    while true:
        s = s + s
"#;
    let message = "a value of 268435456 items is too large: the limit is 134217728";
    assert_eq!(fails(text, message), "memory");
}

#[test]
fn steps_are_rounds_calls_and_what_others_can_see() {
    let text = r#"fn twice(n: int) -> int:
    return 2 * n

fn main():
    for n in range(10):
        twice(n)
    print("done")
"#;
    let report = run_with(&program(text), 0, &RunOptions::default()).report;
    assert_eq!(report.steps, 10 + 10 + 1);
}

#[test]
fn a_busy_loop_is_given_up_where_it_is() {
    let text = r#"fn spin():
    n = 0
    while true:
        n += 1

fn main():
    concurrent:
        spawn spin()
"#;
    let options = RunOptions { max_steps: Some(1000), ..RunOptions::default() };
    let report = run_with(&program(text), 0, &options).report;
    let failure = report.failure.as_ref().expect("it is given up");
    assert_eq!((report.steps, failure.task.as_str()), (1000, "main/1"));
    assert_eq!(failure.place.as_ref().map(|place| place.line), Some(3));
    assert!(report.virtual_time_seconds() < 0.001);
}

#[test]
fn a_call_without_end_is_named_once_and_a_circle_of_calls_at_both_ends() {
    let direct = "fn deep(n: int) -> int:\n    return deep(n + 1) + 1\n\nfn main():\n    deep(0)\n";
    let trace = |text: &str| {
        let failure = run_with(&program(text), 0, &RunOptions::default()).report.failure;
        failure.map(|failure| failure.trace.clone()).unwrap_or_default()
    };
    let expected = ["deep at main.weir:2:12, 99999 times over", "main at main.weir:5:5"];
    assert_eq!(trace(direct), expected);
    let circle = "fn tick(n: int) -> int:\n    return tock(n) + 1\n\nfn tock(n: int) -> int:\n    \
                  return tick(n) + 1\n\nfn main():\n    tick(0)\n";
    let trace = trace(circle);
    assert_eq!(trace.len(), 20 + 1 + 5);
    assert_eq!(trace[20], "… and 99975 more calls");
    assert_eq!(trace[24], "tick at main.weir:2:12");
    assert_eq!(trace[25], "main at main.weir:8:5");
}

#[test]
fn a_channel_s_buffer_has_its_bounds() {
    for buffer in ["0", "1", "1_000_000_000"] {
        let text = format!(
            "fn main():\n    ch = channel[int](buffer={buffer})\n    concurrent:\n        spawn:\n            \
             ch.send(7)\n        print(ch.receive())\n"
        );
        prints(&text, "7\n");
    }
    let text = r#"fn main():
    ch = channel[int](buffer=-1)
    print(ch.len())
"#;
    assert_eq!(fails(text, "a channel's buffer holds 0 to 1099511627776 values, not -1"), "value");
}

#[test]
fn deep_values_print_and_compare_without_overflowing() {
    prints(
        r#"enum Chain:
    End
    Link(next: Chain)

fn main():
    a = Chain.End
    b = Chain.End
    for _ in range(100000):
        a = Chain.Link(a)
        b = Chain.Link(b)
    print(a == b, len(str(a)))
"#,
        "true 1200009\n",
    );
}

#[test]
fn a_swap_function_that_never_ends_fails() {
    let text = r#"fn spin(n: int) -> int:
    while true:
        n += 1
    return n

fn main():
    a = atom(0)
    print(a.swap(spin))
"#;
    let message = "this ran for 2 seconds of virtual time where nothing can interrupt it: \
                   conditions, constants and `swap` functions must be short";
    assert_eq!(fails(text, message), "error");
}

#[test]
fn a_constant_that_is_never_computed_fails() {
    let text = r#"fn spin(n: int) -> int:
    while true:
        n += 1
    return n

const ENDLESS: int = spin(0)

fn main():
    print(ENDLESS)
"#;
    let message = "this ran for 2 seconds of virtual time where nothing can interrupt it: \
                   conditions, constants and `swap` functions must be short";
    assert_eq!(fails(text, message), "error");
}

#[test]
fn an_endless_loop_on_a_thread_of_its_own_is_given_up_after_its_steps() {
    let text = r#"fn main():
    n = 0
    blocking:
        while true:
            n += 1
"#;
    let options = RunOptions { max_steps: Some(50), ..RunOptions::default() };
    let report = run_with(&program(text), 0, &options).report;
    assert_eq!((report.outcome.text(), report.steps), ("failed", 50));
    assert!(report.story.contains("the run went on past 50 steps"), "{}", report.story);
}

#[test]
fn a_timeout_ends_an_endless_loop_on_a_thread_of_its_own() {
    prints(
        r#"fn spin():
    n = 0
    blocking:
        while true:
            n += 1

fn main():
    concurrent timeout(100.milliseconds):
        spawn spin()
    else:
        print("late")
    print("over")
"#,
        "late\nover\n",
    );
}

#[test]
fn long_chains_of_constants_are_computed_in_the_order_of_their_needs() {
    let chain = |next: &dyn Fn(u32) -> String| -> String {
        (0..40).map(|n| format!("const C{n}: int = {}\n", next(n))).collect()
    };
    let forward = chain(&|n| if n == 39 { "1".to_owned() } else { format!("C{} + 1", n + 1) });
    prints(&format!("{forward}\nfn main():\n    print(C0)\n"), "40\n");
    let through = chain(&|n| if n == 39 { "1".to_owned() } else { format!("more(f{}()) ", n + 1) });
    let functions: String =
        (0..40).map(|n| format!("fn f{n}() -> int:\n    return C{n}\n\n")).collect();
    let more = "fn more(n: int) -> int:\n    return n + 1\n";
    let named: Vec<String> = (0..40).rev().map(|n| format!("C{n}")).collect();
    let main = format!("fn main():\n    print(C0, sum([{}]))\n", named.join(", "));
    prints(&format!("{through}\n{functions}{more}\n{main}"), "40 820\n");
}

#[test]
fn many_values_in_one_step_are_as_much_as_many_steps() {
    let text = "fn main():\n    xs = list(range(300_000))\n    while true:\n        sum(xs)\n";
    let options = RunOptions { max_steps: Some(100), ..RunOptions::default() };
    let report = run_with(&program(text), 0, &options).report;
    assert_eq!((report.outcome.text(), report.steps), ("failed", 100));
    assert!(report.story.contains("the run went on past 100 steps"), "{}", report.story);
    let text = "fn main():\n    print(sum(list(range(1_000_000))))\n";
    let report = run_with(&program(text), 0, &options).report;
    // The range is walked, its list is, and then the sum is made.
    assert_eq!((report.stdout.as_str(), report.steps), ("499999500000\n", 46));
}
