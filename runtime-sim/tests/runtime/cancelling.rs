//! What a failure, a timeout or an early end does to the rest of a scope.

use crate::support::{fails, prints, ran};

#[test]
fn a_failing_child_cancels_its_siblings_and_the_body() {
    let text = "fn main():\n    ch = channel[int]()\n    concurrent:\n        spawn:\n            defer print(\"sibling cleans up\")\n            sleep(10.seconds)\n            print(\"never\")\n        spawn:\n            sleep(1.milliseconds)\n            panic(\"child\")\n        defer print(\"main cleans up\")\n        ch.receive()\n        print(\"never\")\n";
    assert_eq!(fails(text, "child"), "panic");
    let ran = ran(text);
    assert_eq!(ran.report.stdout, "sibling cleans up\nmain cleans up\n");
    assert!(ran.report.virtual_time_seconds < 0.1);
}

#[test]
fn attempt_around_a_scope_catches_what_its_child_failed_with() {
    prints(
        "fn work():\n    concurrent:\n        spawn panic(\"child\")\n        sleep(1.seconds)\n\nfn main():\n    match attempt work():\n        case Ok(_):\n            print(\"fine\")\n        case Err(f):\n            print(f.message)\n",
        "child\n",
    );
}

#[test]
fn attempt_inside_the_body_does_not_catch_the_interruption() {
    let text = "fn wait(ch: channel[int]) -> int:\n    return ch.receive()\n\nfn main():\n    ch = channel[int]()\n    concurrent:\n        spawn:\n            sleep(1.milliseconds)\n            panic(\"child\")\n        print((attempt wait(ch)).is_err())\n";
    assert_eq!(fails(text, "child"), "panic");
    assert_eq!(ran(text).report.stdout, "");
}

#[test]
fn the_first_failure_wins_and_the_others_are_attached() {
    let text = "fn late():\n    panic(\"cleanup\")\n\nfn main():\n    concurrent:\n        spawn:\n            defer late()\n            sleep(1.seconds)\n        spawn:\n            sleep(1.milliseconds)\n            panic(\"first\")\n";
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
        "fn main():\n    concurrent timeout(10.milliseconds):\n        spawn:\n            defer print(\"cancelled\")\n            sleep(1.seconds)\n        sleep(2.seconds)\n    else:\n        print(\"late\")\n    print(\"after\")\n",
        "cancelled\nlate\nafter\n",
    );
}

#[test]
fn a_scope_in_time_skips_else() {
    prints(
        "fn main():\n    concurrent timeout(1.seconds):\n        spawn sleep(1.milliseconds)\n    else:\n        print(\"late\")\n    print(\"after\")\n",
        "after\n",
    );
}

#[test]
fn a_timeout_without_else_returns_its_error() {
    prints(
        "fn slow() -> Result[int, TimeoutError]:\n    concurrent timeout(5.milliseconds):\n        spawn sleep(1.seconds)\n    return 1\n\nfn main():\n    print(slow())\n",
        "Err(TimeoutError())\n",
    );
}

#[test]
fn leaving_early_cancels_the_rest() {
    prints(
        "fn first() -> int:\n    results = channel[int](buffer=2)\n    concurrent:\n        spawn:\n            sleep(1.milliseconds)\n            results.send(1)\n        spawn:\n            defer print(\"cancelled\")\n            sleep(1.seconds)\n            results.send(2)\n        return results.receive()\n\nfn main():\n    print(first())\n",
        "cancelled\n1\n",
    );
}

#[test]
fn at_most_limit_children_run_at_once() {
    prints(
        "fn work(running: atom[int], most: atom[int]):\n    now = running.swap(fn(n): n + 1)\n    most.swap(fn(m): max(m, now))\n    sleep(1.milliseconds)\n    running.swap(fn(n): n - 1)\n\nfn main():\n    running = atom(0)\n    most = atom(0)\n    concurrent limit(3):\n        for _ in range(20):\n            spawn work(running, most)\n    print(most.get(), running.get())\n",
        "3 0\n",
    );
}

#[test]
fn a_supervised_child_does_not_cancel_its_siblings() {
    prints(
        "fn bad() -> int:\n    panic(\"bad\")\n\nfn good() -> int:\n    sleep(1.milliseconds)\n    return 4\n\nfn main():\n    concurrent supervised:\n        a = spawn bad()\n        b = spawn good()\n        print(a.outcome().is_err(), b.outcome())\n",
        "true Ok(4)\n",
    );
}

#[test]
fn a_supervised_failure_that_nobody_reads_is_warned_of() {
    let ran = ran(
        "fn bad():\n    panic(\"bad\")\n\nfn main():\n    concurrent supervised:\n        spawn bad()\n    print(\"on\")\n",
    );
    assert_eq!((ran.report.outcome.text(), ran.report.stdout.as_str()), ("ok", "on\n"));
    assert!(
        ran.stderr.contains("nobody looked at the failure of a supervised task: bad (task main/1)")
    );
}

#[test]
fn a_cancelled_task_has_an_outcome_and_no_value() {
    prints(
        "fn slow() -> int:\n    sleep(1.seconds)\n    return 1\n\nfn kind(o: Result[int, Failure]) -> str:\n    match o:\n        case Ok(_):\n            return \"ok\"\n        case Err(f):\n            return f.kind\n\nfn main():\n    concurrent:\n        t = spawn slow()\n        sleep(1.milliseconds)\n        print(t.done())\n        t.cancel()\n        print(kind(t.outcome()))\n    print(\"the scope ended normally\")\n",
        "false\ncancelled\nthe scope ended normally\n",
    );
}

#[test]
fn defers_are_masked_from_cancellation() {
    prints(
        "fn clean(ch: channel[int]):\n    sleep(1.milliseconds)\n    print(\"cleaned\", ch.receive())\n\nfn main():\n    ch = channel[int](buffer=1)\n    ch.send(5)\n    concurrent timeout(1.milliseconds):\n        spawn:\n            defer clean(ch)\n            sleep(1.seconds)\n    else:\n        print(\"late\")\n",
        "cleaned 5\nlate\n",
    );
}

#[test]
fn cancellation_travels_down_the_tree() {
    prints(
        "fn parent():\n    concurrent:\n        spawn:\n            defer print(\"grandchild\")\n            sleep(1.seconds)\n        sleep(1.seconds)\n\nfn main():\n    concurrent:\n        t = spawn parent()\n        sleep(1.milliseconds)\n        t.cancel()\n    print(\"end\")\n",
        "grandchild\nend\n",
    );
}

#[test]
fn a_computing_task_is_cancelled_when_it_is_preempted() {
    prints(
        "fn spin():\n    n = 0\n    while true:\n        n += 1\n        if n > 1000:\n            n = 0\n\nfn main():\n    concurrent timeout(50.milliseconds):\n        spawn spin()\n    else:\n        print(\"stopped\")\n",
        "stopped\n",
    );
}

#[test]
fn a_scope_can_be_passed_to_a_callee() {
    prints(
        "fn start(s: scope, ch: channel[int]):\n    spawn in s ch.send(1)\n\nfn main():\n    ch = channel[int]()\n    concurrent as s:\n        start(s, ch)\n        print(ch.receive())\n",
        "1\n",
    );
}
