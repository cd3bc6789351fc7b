//! What is somebody else's business: callers, the outside, recursion, what is not followed.

use crate::check;

#[test]
fn a_function_that_only_gets_a_channel_is_its_callers_business() {
    check(
        "fn consume(ch: receiver[int]):
    for x in ch:
        print(x)

fn produce(ch: sender[int]):
    ch.send(1)
",
    );
}

#[test]
fn a_stage_between_channels_from_outside_is_taken_to_be_served() {
    check(
        "fn stage(input: receiver[int], output: sender[int]):
    inner = channel[int]()
    concurrent:
        spawn:
            defer inner.close()
            for x in input:
                inner.send(x)
        for x in inner:
            output.send(x)
",
    );
}

#[test]
fn a_loop_that_only_computes_is_no_part_of_the_protocol() {
    check(
        "fn collatz(n: int) -> int:
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return steps

fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            defer ch.close()
            for n in range(1, 20):
                ch.send(collatz(n))
        for steps in ch:
            print(steps)
",
    );
}

#[test]
fn recursion_is_cut_and_not_judged() {
    check(
        "fn walk(depth: int, out: channel[int]):
    if depth > 0:
        out.send(depth)
        walk(depth - 1, out)
        walk(depth - 1, out)

fn run(depth: int):
    out = channel[int]()
    concurrent:
        spawn:
            defer out.close()
            walk(depth, out)
        for x in out:
            print(x)
",
    );
}

#[test]
fn a_barrier_is_not_judged() {
    check(
        "fn main():
    b = barrier(2)
    ch = channel[int](buffer=1)
    concurrent:
        spawn:
            ch.send(1)
            b.wait()
        b.wait()
        ch.close()
    for x in ch:
        print(x)
",
    );
}

#[test]
fn parallel_rounds_are_not_judged() {
    check(
        "fn main():
    ch = channel[int](buffer=100)
    parallel for i in range(10):
        ch.send(i)
    ch.close()
    for x in ch:
        print(x)
",
    );
}

#[test]
fn a_scope_that_is_passed_in_is_not_judged() {
    check(
        "fn start(s: scope, ch: channel[int]):
    spawn in s ch.send(1)

fn main():
    ch = channel[int]()
    concurrent as s:
        start(s, ch)
        print(ch.receive())
",
    );
}

#[test]
fn a_server_that_runs_for_ever_is_no_finding() {
    check(
        "fn main():
    requests = channel[int]()
    concurrent:
        spawn:
            while true:
                requests.send(1)
        for r in requests:
            print(r)
",
    );
}

#[test]
fn a_select_with_guards_that_are_not_understood_is_not_judged() {
    check(
        "fn main():
    inp = channel[int]()
    out = channel[int]()
    concurrent:
        spawn:
            defer inp.close()
            for i in range(3):
                inp.send(i)
        spawn:
            defer out.close()
            queue = mutable_list[int]()
            open = true
            while open or len(queue) > 0:
                select:
                    case x from inp if open:
                        queue.append(x)
                    case out.send(queue[0]) if len(queue) > 0:
                        queue.pop()
                    case closed inp if open:
                        open = false
        for x in out:
            print(x)
",
    );
}

#[test]
fn a_scope_in_an_endless_loop_is_judged_by_its_rounds() {
    check(
        "fn handle(n: int, done: channel[int]):
    done.send(n)

fn main():
    done = channel[int]()
    n = 0
    while true:
        concurrent:
            spawn handle(n, done)
            print(done.receive())
        n += 1
",
    );
}

#[test]
fn what_sleeps_is_in_no_order() {
    check(
        "fn main():
    ch = channel[int](buffer=1)
    concurrent:
        spawn:
            sleep(10.milliseconds)
            ch.send(1)
        sleep(20.milliseconds)
        match ch.try_receive():
            case Some(x):
                print(x)
            case None:
                print(ch.receive())
",
    );
}
