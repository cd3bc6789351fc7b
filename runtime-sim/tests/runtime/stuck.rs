//! Partial deadlocks: tasks that nothing can wake, although others run.

use weir_runtime_sim::RunOptions;

use crate::support::{Ran, prints, program, ran, run_with};

#[track_caller]
fn stuck(ran: &Ran) -> Vec<&str> {
    assert_eq!((ran.report.outcome.text(), ran.report.exit_code), ("deadlock", 3));
    let first = "deadlock: these tasks wait, and nothing that still runs can wake them\n";
    assert!(ran.report.story.starts_with(first), "{}", ran.report.story);
    ran.report.blocked.iter().map(|task| task.task.as_str()).collect()
}

#[test]
fn two_tasks_that_hold_each_other_s_lock_end_the_run_though_a_third_one_ticks() {
    let ran = ran(r#"fn both(first: mutex[int], second: mutex[int]):
    with first.lock() as a:
        sleep(1.seconds)
        with second.lock() as b:
            print(a + b)

fn tick():
    while true:
        sleep(1.seconds)

fn main():
    m = mutex(1)
    n = mutex(2)
    concurrent:
        spawn both(m, n)
        spawn both(n, m)
        spawn tick()
"#);
    assert_eq!(stuck(&ran), ["main", "main/1", "main/2"]);
    assert!(ran.report.virtual_time_seconds() < 10.0);
}

#[test]
fn a_task_that_computes_without_end_hides_nothing() {
    let ran = ran(r#"fn spin():
    while true:
        yield_now()

fn main():
    ch = channel[int]()
    concurrent:
        spawn spin()
        spawn:
            print(ch.receive())
"#);
    assert_eq!(stuck(&ran), ["main", "main/2"]);
}

/// Two that wait for each other's lock, beside what else there is.
const BOTH: &str = r#"fn both(first: mutex[int], second: mutex[int]):
    with first.lock() as a:
        sleep(1.milliseconds)
        with second.lock() as b:
            print(a + b)

fn main():
    m = mutex(1)
    n = mutex(2)
    concurrent:
        spawn both(m, n)
        spawn both(n, m)
        spawn other()

"#;

#[test]
fn nor_does_one_that_never_looks_up_from_its_work() {
    let ran = ran(&format!(
        "{BOTH}fn other():
    k = 0
    while k >= 0:
        k = (k + 1) % 1000
"
    ));
    assert_eq!(stuck(&ran), ["main", "main/1", "main/2"]);
    assert!(ran.report.steps < 10_000_000, "{} steps", ran.report.steps);
}

#[test]
fn what_may_fail_counts_only_until_it_is_behind_a_task() {
    let ran = ran(&format!(
        "import time

{BOTH}fn other():
    for _ in time.ticks(1.seconds):
        pass
"
    ));
    assert_eq!(stuck(&ran), ["main", "main/1", "main/2"]);
    let ran = self::ran(&format!(
        "import time

{BOTH}fn other():
    n = 0
    for _ in time.ticks(1.seconds):
        n += 1
        assert n < 20
"
    ));
    assert_eq!(ran.report.outcome.text(), "failed", "{}", ran.report.story);
}

#[test]
fn a_defer_that_may_fail_is_ahead_of_its_task() {
    let ran = ran(&format!(
        "{BOTH}fn other():
    defer panic(\"at the end\")
    for _ in range(20):
        sleep(1.seconds)
"
    ));
    assert_eq!(ran.report.outcome.text(), "failed", "{}", ran.report.story);
}

#[test]
fn the_end_of_who_could_have_helped_is_a_reason_to_look() {
    let ran = ran(r#"fn help(ch: channel[int]):
    sleep(1.seconds)

fn tick():
    while true:
        sleep(1.seconds)

fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            print(ch.receive())
        spawn help(ch)
        spawn tick()
"#);
    assert_eq!(stuck(&ran), ["main", "main/1"]);
    assert!(ran.report.virtual_time_seconds() < 10.0);
}

#[test]
fn one_that_main_does_not_need_is_told_and_the_run_goes_on() {
    let ran = ran(r#"fn wait(ch: channel[int]):
    print(ch.receive())

fn start():
    detach wait(channel[int]())

fn main():
    start()
    for _ in range(3):
        sleep(1.seconds)
    print("main goes on")
"#);
    assert_eq!(ran.report.stdout, "main goes on\n");
    let warning = "warning: main/1 waits for receive on ch at main.weir:2:11, and nothing that \
                   still runs can wake it\n";
    assert_eq!(ran.stderr.matches(warning).count(), 1, "{}", ran.stderr);
    assert_eq!(ran.report.outcome.text(), "leak");
}

#[test]
fn to_let_go_of_the_last_thing_that_could_wake_it_is_enough() {
    let ran = ran(r#"fn wait(ch: channel[int]):
    print(ch.receive())

fn start(held: mutable_list[channel[int]]):
    ch = channel[int]()
    held.append(ch)
    detach wait(ch)

fn compute(rounds: int):
    k = 0
    while k < rounds:
        k += 1

fn main():
    held = mutable_list[channel[int]]()
    start(held)
    sleep(1.seconds)
    compute(3_000_000)
    print("held until here")
    held.clear()
    compute(3_000_000)
    print("main goes on")
"#);
    let warning = "warning: main/1 waits for receive on ch at main.weir:2:11, and nothing that \
                   still runs can wake it\n";
    assert_eq!(ran.stderr.matches(warning).count(), 1, "{}", ran.stderr);
    assert_eq!(ran.report.stdout, "held until here\nmain goes on\n");
}

#[test]
fn a_body_that_may_leave_early_can_wake_its_tasks() {
    prints(
        r#"fn first(ch: channel[int]) -> int:
    concurrent:
        spawn:
            print(ch.receive())
        for _ in range(5):
            sleep(1.seconds)
        return 1
    return 2

fn main():
    print(first(channel[int]()))
"#,
        "1\n",
    );
}

#[test]
fn a_timeout_around_can_wake_them() {
    prints(
        r#"fn tick():
    while true:
        sleep(1.seconds)

fn main():
    ch = channel[int]()
    concurrent timeout(10.seconds):
        concurrent:
            spawn tick()
            spawn:
                print(ch.receive())
    else:
        print("late")
"#,
        "late\n",
    );
}

#[test]
fn whoever_has_the_handle_can_cancel() {
    prints(
        r#"fn wait(ch: channel[int]):
    print(ch.receive())

fn main():
    ch = channel[int]()
    concurrent:
        t = spawn wait(ch)
        spawn:
            for _ in range(5):
                sleep(1.seconds)
            t.cancel()
    print("over")
"#,
        "over\n",
    );
}

#[test]
fn a_chain_of_live_tasks_reaches_far() {
    prints(
        r#"fn pass_on(source: channel[int], out: channel[int]):
    out.send(source.receive() + 1)

fn main():
    first = channel[int]()
    concurrent:
        source = first
        for _ in range(20):
            out = channel[int]()
            spawn pass_on(source, out)
            source = out
        last = source
        spawn:
            for _ in range(5):
                sleep(1.seconds)
            first.send(0)
        spawn:
            print(last.receive())
"#,
        "20\n",
    );
}

#[test]
fn a_live_sibling_that_may_fail_can_end_the_scope() {
    let ran = ran(r#"fn watch():
    for n in range(5):
        sleep(1.seconds)
    panic("enough")

fn main():
    ch = channel[int]()
    concurrent:
        spawn watch()
        spawn:
            print(ch.receive())
"#);
    assert_eq!(ran.report.outcome.text(), "failed");
    assert_eq!(
        ran.report.failure.map(|failure| failure.message.clone()).as_deref(),
        Some("enough")
    );
}

#[test]
fn in_a_supervised_scope_a_failure_wakes_nobody() {
    let ran = ran(r#"fn watch():
    while true:
        sleep(1.seconds)
        assert now() >= now()

fn main():
    ch = channel[int]()
    concurrent supervised:
        spawn watch()
        spawn:
            print(ch.receive())
"#);
    assert_eq!(stuck(&ran), ["main", "main/2"]);
}

#[test]
fn a_task_that_is_a_channel_s_own_method_is_told_where_it_was_started() {
    let ran = ran("fn main():
    ch = channel[int]()
    concurrent:
        spawn ch.send(1)
");
    assert_eq!(ran.report.outcome.text(), "deadlock");
    let line = "main/1 waits for send on a channel at main.weir:4:9";
    assert!(ran.report.story.contains(line), "{}", ran.report.story);
}

#[test]
fn what_a_parallel_loop_keeps_of_chunks_that_have_ended_is_reached() {
    prints(
        r#"fn f(n: int, out: channel[channel[int]]) -> channel[int]:
    c = channel[int]()
    if n == 1:
        out.send(c)
    else:
        sleep(1.seconds)
    return c

fn other(out: channel[channel[int]]):
    cs = parallel_map([1, 2], fn(n): f(n, out))
    cs[0].send(7)

fn main():
    out = channel[channel[int]]()
    concurrent supervised:
        spawn other(out)
        c = out.receive()
        print(c.receive())
"#,
        "7\n",
    );
}

#[test]
fn looking_at_five_thousand_scopes_in_one_another_takes_no_time_to_speak_of() {
    let ran = ran(r#"fn nested(depth: int, ch: channel[int]) -> int:
    if depth == 0:
        for n in range(50_000):
            ch.send(n)
            ch.receive()
            yield_now()
        return 0
    concurrent:
        inner = spawn nested(depth - 1, ch)
    return inner + 1

fn main():
    print(nested(5_000, channel[int](buffer=1)))
"#);
    assert_eq!((ran.report.stdout.as_str(), ran.report.story.as_str()), ("5000\n", ""));
}

/// Two that wait for each other's lock while main goes on in their scope.
const BESIDE_A_BODY: &str = r#"fn both(first: mutex[int], second: mutex[int]):
    with first.lock() as a:
        sleep(1.milliseconds)
        WAITS

fn main():
    m = mutex(1)
    n = mutex(2)
    concurrent:
        spawn both(m, n)
        spawn both(n, m)
        while true:
            sleep(1.seconds)
"#;

#[test]
fn a_circle_of_locks_is_warned_of_though_the_body_of_the_scope_could_cancel_it() {
    let waits = "with second.lock() as b:\n            print(a + b)";
    let options = RunOptions { max_steps: Some(1_000), ..RunOptions::default() };
    let ran = run_with(&program(&BESIDE_A_BODY.replace("WAITS", waits)), 0, &options);
    assert_eq!(
        ran.stderr,
        "warning: main/1 waits for lock second (`n`, made at main.weir:9:9) at main.weir:4:9, held by main/2: \
         only a cancellation ends this wait\n\
         warning: main/2 waits for lock second (`m`, made at main.weir:8:9) at main.weir:4:9, held by main/1: \
         only a cancellation ends this wait\n"
    );
    let blocked: Vec<&str> = ran.report.blocked.iter().map(|task| task.task.as_str()).collect();
    assert_eq!((ran.report.outcome.text(), blocked), ("failed", vec!["main/1", "main/2"]));
    assert!(ran.report.story.contains("besides, these tasks waited for each other's locks\n"));
}

#[test]
fn who_waits_for_a_lock_for_a_while_is_not_warned_of() {
    let waits = "concurrent timeout(1.hours):\n            with second.lock() as b:\n                print(a + b)\n        \
                 else:\n            print(a)";
    let options = RunOptions { max_steps: Some(1_000), ..RunOptions::default() };
    let ran = run_with(&program(&BESIDE_A_BODY.replace("WAITS", waits)), 0, &options);
    assert_eq!((ran.stderr.as_str(), ran.report.blocked.len()), ("", 0));
}

#[test]
fn a_traced_deadlock_tells_who_took_what_and_where_each_began_to_wait() {
    let text = r#"fn both(first: mutex[int], second: mutex[int]):
    with first.lock() as a:
        sleep(1.milliseconds)
        with second.lock() as b:
            print(a + b)

fn main():
    ada = mutex(1)
    bob = mutex(2)
    concurrent:
        spawn both(ada, bob)
        spawn both(bob, ada)
"#;
    let traced = RunOptions { trace: true, ..RunOptions::default() };
    let report = run_with(&program(text), 0, &traced).report;
    let lines = report.came_about.lines();
    let mut told: Vec<&str> =
        lines.filter_map(|line| Some(line.trim_start().split_once("  ")?.1)).collect();
    told[..2].sort_unstable();
    told[2..].sort_unstable();
    assert_eq!(
        told,
        [
            "main/1 takes first at main.weir:2:5",
            "main/2 takes first at main.weir:2:5",
            "main/1 begins to wait to take second at main.weir:4:9",
            "main/2 begins to wait to take second at main.weir:4:9",
        ]
    );
    assert_eq!(run_with(&program(text), 0, &RunOptions::default()).report.came_about, "");
}

#[test]
fn a_traced_failure_tells_who_sent_last() {
    let text = r#"fn feeds(jobs: channel[int]):
    defer jobs.close()
    for n in range(4):
        jobs.send(3 - n)

fn main():
    jobs = channel[int]()
    concurrent:
        spawn feeds(jobs)
        for n in jobs:
            print(6 // n)
"#;
    let traced = RunOptions { trace: true, ..RunOptions::default() };
    let report = run_with(&program(text), 0, &traced).report;
    assert!(report.story.contains("6 // 0"), "{}", report.story);
    let lines: Vec<&str> = report.came_about.lines().collect();
    let of = |task: &str, what: &str| {
        lines.iter().filter(|line| line.contains(task) && line.contains(what)).count()
    };
    assert!(of("main/1 ", "on jobs at main.weir:4:9") >= 1, "{lines:?}");
    assert!(of("main ", " from jobs at main.weir:10:9") >= 1, "{lines:?}");
}
