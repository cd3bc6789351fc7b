//! What a failure, a timeout or an early end does to the rest of a scope.

use weir_runtime_sim::RunOptions;

use crate::support::{fails, prints, program, ran, run_with};

#[test]
fn a_failing_child_cancels_its_siblings_and_the_body() {
    let text = r#"fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            defer print("sibling cleans up")
            sleep(10.seconds)
            print("never")
        spawn:
            sleep(1.milliseconds)
            panic("child")
        defer print("main cleans up")
        ch.receive()
        print("never")
"#;
    assert_eq!(fails(text, "child"), "panic");
    let ran = ran(text);
    assert_eq!(ran.report.stdout, "sibling cleans up\nmain cleans up\n");
    assert!(ran.report.virtual_time_seconds() < 0.1);
}

#[test]
fn attempt_around_a_scope_catches_what_its_child_failed_with() {
    prints(
        r#"fn work():
    concurrent:
        spawn panic("child")
        sleep(1.seconds)

fn main():
    match attempt work():
        case Ok(_):
            print("fine")
        case Err(f):
            print(f.message)
"#,
        "child\n",
    );
}

#[test]
fn attempt_inside_the_body_does_not_catch_the_interruption() {
    let text = r#"fn wait(ch: channel[int]) -> int:
    return ch.receive()

fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            sleep(1.milliseconds)
            panic("child")
        print((attempt wait(ch)).is_err())
"#;
    assert_eq!(fails(text, "child"), "panic");
    assert_eq!(ran(text).report.stdout, "");
}

#[test]
fn the_first_failure_wins_and_the_others_are_attached() {
    let text = r#"fn late():
    panic("cleanup")

fn main():
    concurrent:
        spawn:
            defer late()
            sleep(1.seconds)
        spawn:
            sleep(1.milliseconds)
            panic("first")
"#;
    let ran = ran(text);
    let failure = ran.report.failure.expect("it failed");
    assert_eq!(failure.message, "first");
    assert!(
        ran.stderr.contains("a `defer` failed while its task was being cancelled: cleanup"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_timeout_cancels_and_goes_to_else() {
    prints(
        r#"fn main():
    concurrent timeout(10.milliseconds):
        spawn:
            defer print("cancelled")
            sleep(1.seconds)
        sleep(2.seconds)
    else:
        print("late")
    print("after")
"#,
        "cancelled\nlate\nafter\n",
    );
}

#[test]
fn a_scope_in_time_skips_else() {
    prints(
        r#"fn main():
    concurrent timeout(1.seconds):
        spawn sleep(1.milliseconds)
    else:
        print("late")
    print("after")
"#,
        "after\n",
    );
}

#[test]
fn a_timeout_without_else_returns_its_error() {
    prints(
        r#"fn slow() -> Result[int, TimeoutError]:
    concurrent timeout(5.milliseconds):
        spawn sleep(1.seconds)
    return 1

fn main():
    print(slow())
"#,
        "Err(TimeoutError())\n",
    );
}

#[test]
fn leaving_early_cancels_the_rest() {
    prints(
        r#"fn first() -> int:
    results = channel[int](buffer=2)
    concurrent:
        spawn:
            sleep(1.milliseconds)
            results.send(1)
        spawn:
            defer print("cancelled")
            sleep(1.seconds)
            results.send(2)
        return results.receive()

fn main():
    print(first())
"#,
        "cancelled\n1\n",
    );
}

#[test]
fn at_most_limit_children_run_at_once() {
    prints(
        r#"fn work(running: atom[int], most: atom[int]):
    now = running.swap(fn(n): n + 1)
    most.swap(fn(m): max(m, now))
    sleep(1.milliseconds)
    running.swap(fn(n): n - 1)

fn main():
    running = atom(0)
    most = atom(0)
    concurrent limit(3):
        for _ in range(20):
            spawn work(running, most)
    print(most.get(), running.get())
"#,
        "3 0\n",
    );
}

/// What a program prints on one processor, whatever the seed.
#[track_caller]
fn prints_on_one_processor(text: &str, expected: &str) {
    let program = program(text);
    for seed in 0..5 {
        let options = RunOptions { procs: 1, ..RunOptions::default() };
        let report = run_with(&program, seed, &options).report;
        assert_eq!((report.stdout.as_str(), report.story.as_str()), (expected, ""), "seed {seed}");
    }
}

const PLACES: &str = r#"fn hold(go: signal, other: signal):
    go.wait()
    other.set()

fn named(order: channel[str], name: str):
    order.send(name)

fn waiter(s: scope, order: channel[str], name: str):
    spawn in s named(order, name)

fn say(order: channel[str]):
    order.close()
    for name in order:
        print(name)

"#;

#[test]
fn a_free_place_goes_to_who_has_waited_longest() {
    let main = r#"fn latecomer(s: scope, order: channel[str], other: signal):
    other.wait()
    spawn in s named(order, "latecomer")

fn main():
    go = signal()
    other = signal()
    order = channel[str](buffer=10)
    concurrent limit(1) as s:
        spawn in s hold(go, other)
        concurrent:
            spawn latecomer(s, order, other)
            yield_now()
            for name in ["a", "b", "c"]:
                spawn waiter(s, order, name)
                yield_now()
            go.set()
    say(order)
"#;
    prints_on_one_processor(&format!("{PLACES}{main}"), "a\nb\nc\nlatecomer\n");
}

#[test]
fn a_place_kept_for_a_task_that_is_cancelled_is_the_next_ones() {
    let main = r#"fn main():
    go = signal()
    other = signal()
    order = channel[str](buffer=10)
    concurrent limit(1) as s:
        spawn in s hold(go, other)
        concurrent:
            a = spawn waiter(s, order, "a")
            yield_now()
            spawn waiter(s, order, "b")
            yield_now()
            spawn:
                other.wait()
                a.cancel()
            yield_now()
            go.set()
    say(order)
"#;
    prints_on_one_processor(&format!("{PLACES}{main}"), "b\n");
}

#[test]
fn a_supervised_child_does_not_cancel_its_siblings() {
    prints(
        r#"fn bad() -> int:
    panic("bad")

fn good() -> int:
    sleep(1.milliseconds)
    return 4

fn main():
    concurrent supervised:
        a = spawn bad()
        b = spawn good()
        print(a.outcome().is_err(), b.outcome())
"#,
        "true Ok(4)\n",
    );
}

#[test]
fn a_supervised_failure_that_nobody_reads_is_warned_of() {
    let ran = ran(r#"fn bad():
    panic("bad")

fn main():
    concurrent supervised:
        spawn bad()
    print("on")
"#);
    assert_eq!((ran.report.outcome.text(), ran.report.stdout.as_str()), ("ok", "on\n"));
    assert!(
        ran.stderr.contains("nobody looked at the failure of a supervised task: bad (task main/1)")
    );
}

#[test]
fn a_cancelled_task_has_an_outcome_and_no_value() {
    prints(
        r#"fn slow() -> int:
    sleep(1.seconds)
    return 1

fn kind(o: Result[int, Failure]) -> str:
    match o:
        case Ok(_):
            return "ok"
        case Err(f):
            return f.kind

fn main():
    concurrent:
        t = spawn slow()
        sleep(1.milliseconds)
        print(t.done())
        t.cancel()
        print(kind(t.outcome()))
    print("the scope ended normally")
"#,
        "false\ncancelled\nthe scope ended normally\n",
    );
}

#[test]
fn defers_are_masked_from_cancellation() {
    prints(
        r#"fn clean(ch: channel[int]):
    sleep(1.milliseconds)
    print("cleaned", ch.receive())

fn main():
    ch = channel[int](buffer=1)
    ch.send(5)
    concurrent timeout(1.milliseconds):
        spawn:
            defer clean(ch)
            sleep(1.seconds)
    else:
        print("late")
"#,
        "cleaned 5\nlate\n",
    );
}

#[test]
fn a_scope_in_a_deferred_call_has_its_own_timeout() {
    let text = r#"fn clean():
    concurrent timeout(2.milliseconds):
        sleep(1.hours)
        print("never")
    else:
        print("gave up")

fn work():
    defer clean()
    print("work")

fn main():
    work()
    concurrent timeout(1.milliseconds):
        spawn:
            defer clean()
            sleep(1.hours)
    else:
        print("late")
"#;
    let ran = ran(text);
    assert_eq!(ran.report.stdout, "work\ngave up\ngave up\nlate\n");
    assert!(ran.report.virtual_time_seconds() < 0.1);
}

#[test]
fn a_failing_child_stops_the_body_of_its_scope_in_a_deferred_call() {
    let text = r#"fn clean():
    concurrent:
        spawn:
            sleep(1.milliseconds)
            panic("child")
        sleep(1.hours)
        print("never")

fn main():
    defer clean()
    print("work")
"#;
    assert_eq!(fails(text, "child"), "panic");
    let ran = ran(text);
    assert_eq!(ran.report.stdout, "work\n");
    assert!(ran.report.virtual_time_seconds() < 0.1);
}

#[test]
fn the_time_of_a_scope_around_it_does_not_strike_a_deferred_call() {
    prints(
        r#"fn clean():
    concurrent timeout(1.seconds):
        sleep(5.milliseconds)
        print("cleaned")

fn work():
    defer clean()
    print("work")

fn main():
    concurrent timeout(1.milliseconds):
        work()
        sleep(1.hours)
        print("never")
    else:
        print("late")
"#,
        "work\ncleaned\nlate\n",
    );
}

#[test]
fn cancellation_travels_down_the_tree() {
    prints(
        r#"fn parent():
    concurrent:
        spawn:
            defer print("grandchild")
            sleep(1.seconds)
        sleep(1.seconds)

fn main():
    concurrent:
        t = spawn parent()
        sleep(1.milliseconds)
        t.cancel()
    print("end")
"#,
        "grandchild\nend\n",
    );
}

#[test]
fn a_computing_task_is_cancelled_when_it_is_preempted() {
    prints(
        r#"fn spin():
    n = 0
    while true:
        n += 1
        if n > 1000:
            n = 0

fn main():
    concurrent timeout(50.milliseconds):
        spawn spin()
    else:
        print("stopped")
"#,
        "stopped\n",
    );
}

#[test]
fn a_scope_can_be_passed_to_a_callee() {
    prints(
        r#"fn start(s: scope, ch: channel[int]):
    spawn in s ch.send(1)

fn main():
    ch = channel[int]()
    concurrent as s:
        start(s, ch)
        print(ch.receive())
"#,
        "1\n",
    );
}

/// What a task can wait in: each is entered by a task that `main` has come to rest beside.
const SUSPENSION_POINTS: &[(&str, &str)] = &[
    ("send", "of.ch.send(1)"),
    ("receive", "of.ch.receive()"),
    ("next", "of.ch.next()"),
    ("for", "for _ in of.ch:\n        pass"),
    ("select", "select:\n        case n from of.ch:\n            print(n)"),
    ("join", "of.other.join()"),
    ("outcome", "of.other.outcome()"),
    ("lock", "with of.m.lock() as n:\n        print(n)"),
    ("read", "with of.r.read() as n:\n        print(n)"),
    ("write", "with of.r.write() as n:\n        print(n)"),
    ("acquire", "with of.s.acquire():\n        pass"),
    ("when", "with of.free.lock() as n when n > 0:\n        print(n)"),
    ("barrier", "of.b.wait()"),
    ("signal", "of.go.wait()"),
    ("sleep", "sleep(1.hours)"),
    ("ticker", "for _ in time.ticks(1.hours):\n        pass"),
    ("limit", "concurrent limit(1):\n        spawn sleep(1.hours)\n        spawn sleep(1.hours)"),
    ("scope's end", "concurrent:\n        spawn sleep(1.hours)"),
    ("parallel loop", "parallel for n in range(3):\n        sleep(1.hours)"),
    ("blocking", "blocking:\n        sleep(1.hours)"),
    ("loop", "while true:\n        pass"),
];

/// How it is stopped there.
const STOPS: &[(&str, &str)] = &[
    ("cancel", "t = spawn waits(of)\n        sleep(20.milliseconds)\n        t.cancel()"),
    (
        "timeout",
        "concurrent timeout(20.milliseconds):\n            spawn waits(of)\n        else:\n            pass",
    ),
    ("failure", "attempt fails(of)"),
];

#[test]
fn wherever_a_task_waits_it_can_be_stopped_and_runs_what_it_deferred() {
    for (point, waits) in SUSPENSION_POINTS {
        for (how, stop) in STOPS {
            let ran = ran(&STOPPED.replace("WAITS", waits).replace("STOP", stop));
            let said = format!("{point}, {how}\n{}", ran.report.story);
            assert_eq!(ran.report.stdout, "deferred\nstopped\n", "{said}");
            assert_eq!(ran.report.outcome.text(), "ok", "{said}");
        }
    }
}

const STOPPED: &str = r#"import time

struct Of:
    ch: channel[int]
    m: mutex[int]
    r: rwlock[int]
    s: semaphore
    free: mutex[int]
    b: barrier
    go: signal
    other: Task[int]

fn waits(of: Of):
    defer print("deferred")
    WAITS
    print("never")

fn fails(of: Of):
    concurrent:
        spawn waits(of)
        sleep(20.milliseconds)
        panic("enough")

fn holds(of: Of):
    with of.m.lock() as m:
        with of.r.write() as r:
            with of.s.acquire():
                sleep(2.hours)

fn long() -> int:
    sleep(2.hours)
    return 1

fn main():
    concurrent:
        other = spawn long()
        of = Of(channel[int](), mutex(0), rwlock(0), semaphore(1), mutex(0), barrier(2), signal(), other)
        holder = spawn holds(of)
        sleep(1.milliseconds)
        STOP
        holder.cancel()
        other.cancel()
    print("stopped")
"#;
