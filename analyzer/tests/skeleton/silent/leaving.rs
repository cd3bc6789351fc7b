//! Ways out of a wait: scopes that are left or cancelled, timeouts, failures, what never waits.

use crate::check;

#[test]
fn a_select_with_a_timeout_ends_its_wait_by_itself() {
    check(
        "fn main():
    ch = channel[int]()
    select:
        case x from ch:
            print(x)
        case timeout(1.seconds):
            print(\"nothing\")
",
    );
}

#[test]
fn a_select_with_an_else_never_waits() {
    check(
        "fn main():
    ch = channel[int]()
    select:
        case ch.send(1):
            print(\"sent\")
        else:
            print(\"nobody there\")
",
    );
}

#[test]
fn a_scope_left_early_cancels_the_sender_that_is_left_over() {
    check(
        "fn first() -> int:
    ch = channel[int]()
    concurrent:
        spawn ch.send(1)
        spawn ch.send(2)
        return ch.receive()

fn main():
    print(first())
",
    );
}

#[test]
fn a_break_out_of_a_scope_cancels_its_loop_over_an_open_channel() {
    check(
        "fn main():
    ch = channel[int]()
    while true:
        concurrent:
            spawn:
                for x in ch:
                    print(x)
            ch.send(1)
            break
",
    );
}

#[test]
fn a_scope_with_a_timeout_ends_the_waits_inside() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent timeout(1.seconds):
        print(ch.receive())
    else:
        print(\"too late\")
",
    );
}

#[test]
fn try_receive_never_waits() {
    check(
        "fn main():
    ch = channel[int](buffer=1)
    match ch.try_receive():
        case Some(x):
            print(x)
        case None:
            print(\"empty\")
",
    );
}

#[test]
fn a_loop_that_ends_by_break_needs_no_close() {
    check(
        "fn run(limit: int):
    ch = channel[int]()
    concurrent:
        spawn:
            for i in range(limit):
                ch.send(i)
        got = 0
        for x in ch:
            got += 1
            if got == limit:
                break
",
    );
}

#[test]
fn an_assertion_that_fails_ends_the_protocol() {
    check(
        "fn run(n: int):
    assert n == 1
    ch = channel[int](buffer=1)
    for i in range(n):
        ch.send(i)
",
    );
}

#[test]
fn a_quit_channel_ends_a_select_loop() {
    check(
        "fn main():
    quit = channel[bool]()
    work = channel[int]()
    concurrent:
        spawn:
            running = true
            while running:
                select:
                    case x from work:
                        print(x)
                    case q from quit:
                        running = false
        for i in range(3):
            work.send(i)
        quit.send(true)
",
    );
}

#[test]
fn a_failing_child_of_a_supervised_scope_is_no_finding() {
    check(
        "fn risky(n: int, out: channel[int]):
    if n == 2:
        panic(\"no\")
    out.send(n)

fn main():
    out = channel[int](buffer=3)
    concurrent supervised:
        for i in range(3):
            spawn risky(i, out)
    out.close()
    for x in out:
        print(x)
",
    );
}

#[test]
fn a_question_mark_that_leaves_the_scope_cancels_the_sender() {
    check(
        "fn parse(x: int) -> Result[int, str]:
    if x > 2:
        return Err(\"big\")
    return Ok(x)

fn run(ch: channel[int]) -> Result[int, str]:
    total = 0
    concurrent:
        spawn:
            for i in range(5):
                ch.send(i)
            ch.close()
        for x in ch:
            total += parse(x)?
    return Ok(total)

fn main():
    ch = channel[int]()
    match run(ch):
        case Ok(n):
            print(n)
        case Err(e):
            print(e)
",
    );
}

#[test]
fn a_cancelled_loop_needs_no_close() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        t = spawn:
            for x in ch:
                print(x)
        ch.send(1)
        t.cancel()
",
    );
}

#[test]
fn a_failing_producer_cancels_its_consumer() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            ch.send(1)
            panic(\"broken\")
        for x in ch:
            print(x)
",
    );
}

#[test]
fn try_send_never_waits() {
    check(
        "fn main():
    ch = channel[int](buffer=1)
    dropped = 0
    for i in range(5):
        if not ch.try_send(i):
            dropped += 1
    print(dropped, ch.receive())
",
    );
}

#[test]
fn a_return_from_the_loop_cancels_the_sender() {
    check(
        "fn find(xs: list[int], want: int) -> bool:
    ch = channel[int]()
    concurrent:
        spawn:
            defer ch.close()
            for x in xs:
                ch.send(x)
        for x in ch:
            if x == want:
                return true
    return false

fn main():
    print(find([1, 2, 3], 2))
",
    );
}

#[test]
fn a_timeout_may_return_its_error() {
    check(
        "fn slow(ch: channel[int]) -> Result[int, TimeoutError]:
    concurrent timeout(1.seconds):
        return ch.receive()

fn main():
    ch = channel[int]()
    match slow(ch):
        case Ok(n):
            print(n)
        case Err(e):
            print(\"late\")
",
    );
}

#[test]
fn a_failure_inside_attempt_cancels_the_pipeline() {
    check(
        "fn stage(ch: channel[int]) -> int:
    total = 0
    for x in ch:
        assert x < 2, \"too big\"
        total += x
    return total

fn main():
    ch = channel[int]()
    r = attempt run(ch)
    print(r.is_ok())

fn run(ch: channel[int]) -> int:
    concurrent:
        t = spawn stage(ch)
        for i in range(4):
            ch.send(i)
        ch.close()
    return t
",
    );
}

#[test]
fn a_poll_until_a_signal_ends() {
    check(
        "fn main():
    stop = signal()
    ch = channel[int](buffer=2)
    concurrent:
        spawn:
            while not stop.is_set():
                match ch.try_receive():
                    case Some(x):
                        print(x)
                    case None:
                        sleep(1.milliseconds)
        ch.send(1)
        stop.set()
",
    );
}

#[test]
fn a_select_on_a_signal_ends_its_loop() {
    check(
        "fn main():
    stop = signal()
    ch = channel[int]()
    concurrent:
        spawn:
            running = true
            while running:
                select:
                    case x from ch:
                        print(x)
                    case stop.wait():
                        running = false
        ch.send(1)
        stop.set()
",
    );
}
