//! Counts and conditions that agree: loops of one length, buffers with room, branches on one value.

use crate::check;

#[test]
fn a_channel_received_as_often_as_it_is_sent_needs_no_close() {
    check(
        "fn run(n: int):
    ch = channel[int]()
    concurrent:
        spawn:
            for i in range(n):
                ch.send(i)
        for i in range(n):
            print(ch.receive())
",
    );
}

#[test]
fn counts_by_the_length_of_one_list_stay_together() {
    check(
        "fn fetch(url: str, out: channel[str]):
    out.send(url)

fn run(urls: list[str]):
    out = channel[str]()
    concurrent:
        for url in urls:
            spawn fetch(url, out)
        for i in range(len(urls)):
            print(out.receive())
",
    );
}

#[test]
fn conditions_on_one_value_stay_together() {
    check(
        "fn run(mode: str):
    ch = channel[int]()
    concurrent:
        spawn:
            if mode == \"fast\":
                ch.send(1)
        if mode == \"fast\":
            print(ch.receive())
",
    );
}

#[test]
fn constant_counts_are_counted() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            for i in range(100):
                ch.send(i)
        for i in range(10):
            for j in range(10):
                print(ch.receive())
",
    );
}

#[test]
fn a_buffer_of_one_holds_one_send() {
    check(
        "fn main():
    ch = channel[int](buffer=1)
    ch.send(1)
    print(ch.len())
",
    );
}

#[test]
fn a_buffer_as_long_as_the_list_holds_all_of_it() {
    check(
        "fn run(xs: list[int]):
    ch = channel[int](buffer=len(xs))
    for x in xs:
        ch.send(x)
    ch.close()
    for x in ch:
        print(x)
",
    );
}

#[test]
fn ping_and_pong_take_turns() {
    check(
        "fn main():
    ping = channel[int]()
    pong = channel[int]()
    concurrent:
        spawn:
            for i in range(4):
                pong.send(ping.receive() + 1)
        value = 0
        for i in range(4):
            ping.send(value)
            value = pong.receive()
        print(value)
",
    );
}

#[test]
fn a_comprehension_may_receive() {
    check(
        "fn main():
    ch = channel[int]()
    xs = [1, 2, 3]
    concurrent:
        for x in xs:
            spawn ch.send(x)
        got = [ch.receive() for _ in xs]
    print(got)
",
    );
}

#[test]
fn a_filtered_list_has_one_length() {
    check(
        "fn main():
    ch = channel[int]()
    xs = [x for x in range(10) if x % 2 == 0]
    concurrent:
        for x in xs:
            spawn ch.send(x)
        for x in xs:
            print(ch.receive())
",
    );
}

#[test]
fn a_channel_of_units_counts_ends() {
    check(
        "fn main():
    done = channel[()]()
    concurrent:
        for i in range(3):
            spawn:
                print(i)
                done.send(())
        for i in range(3):
            done.receive()
",
    );
}

#[test]
fn a_detached_task_fills_a_channel_with_room() {
    check(
        "fn later() -> channel[int]:
    ch = channel[int](buffer=1)
    detach fill(ch)
    return ch

fn fill(ch: channel[int]):
    ch.send(1)

fn main():
    f = later()
    print(f.receive())
",
    );
}

#[test]
fn a_consumer_that_is_spawned_on_a_condition_meets_its_sender() {
    check(
        "fn run(verbose: bool):
    log = channel[str](buffer=1)
    concurrent:
        if verbose:
            spawn:
                for line in log:
                    print(line)
        if verbose:
            log.send(\"x\")
            log.close()
",
    );
}

#[test]
fn as_many_ends_as_workers_are_received() {
    check(
        "fn run(n: int, items: list[int]):
    jobs = channel[int]()
    done = channel[bool](buffer=n)
    concurrent:
        for w in range(n):
            spawn:
                for j in jobs:
                    print(j)
                done.send(true)
        for item in items:
            jobs.send(item)
        jobs.close()
        for w in range(n):
            done.receive()
",
    );
}

#[test]
fn a_map_has_one_number_of_keys() {
    check(
        "fn run(m: map[str, int]):
    out = channel[int]()
    concurrent:
        for k in m:
            spawn out.send(m[k])
        for k in m.keys():
            print(out.receive())
",
    );
}

#[test]
fn parts_of_a_list_make_up_the_whole() {
    check(
        "fn main():
    xs = [1, 2, 3, 4, 5, 6]
    out = channel[int]()
    concurrent:
        spawn:
            for x in xs[0:3]:
                out.send(x)
        spawn:
            for x in xs[3:6]:
                out.send(x)
        for x in xs:
            print(out.receive())
",
    );
}

#[test]
fn a_count_may_come_as_a_message() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            ch.send(3)
            for i in range(3):
                ch.send(i)
        n = ch.receive()
        for i in range(n):
            print(ch.receive())
",
    );
}

#[test]
fn a_buffer_for_all_answers_lets_the_first_one_win() {
    check(
        "fn main():
    answers = channel[int](buffer=3)
    concurrent:
        for i in range(3):
            spawn answers.send(i)
        print(answers.receive())
",
    );
}

#[test]
fn a_select_that_runs_as_often_as_both_send_is_served() {
    check(
        "fn main():
    a = channel[int]()
    b = channel[str]()
    concurrent:
        spawn:
            for i in range(2):
                a.send(i)
        spawn:
            for i in range(3):
                b.send(\"x\")
        for i in range(5):
            select:
                case x from a:
                    print(x)
                case y from b:
                    print(y)
",
    );
}

#[test]
fn a_while_loop_counts_as_a_for_loop_does() {
    check(
        "fn run(n: int):
    ch = channel[int]()
    concurrent:
        spawn:
            i = 0
            while i < n:
                ch.send(i)
                i += 1
        for i in range(n):
            print(ch.receive())
",
    );
}

#[test]
fn twice_as_many_receives_serve_two_senders() {
    check(
        "fn run(n: int):
    ch = channel[int]()
    concurrent:
        spawn:
            for i in range(n):
                ch.send(i)
        spawn:
            for i in range(n):
                ch.send(i)
        for i in range(2 * n):
            print(ch.receive())
",
    );
}

#[test]
fn two_receivers_may_share_a_count() {
    check(
        "fn run(n: int):
    ch = channel[int]()
    concurrent:
        spawn:
            for i in range(n // 2):
                print(ch.receive())
        spawn:
            for i in range(n - n // 2):
                print(ch.receive())
        for i in range(n):
            ch.send(i)
",
    );
}

#[test]
fn a_computed_count_stays_the_same() {
    check(
        "fn run(n: int, workers: int):
    ch = channel[int]()
    count = min(n, workers)
    concurrent:
        for i in range(count):
            spawn ch.send(i)
        for i in range(count):
            print(ch.receive())
",
    );
}

#[test]
fn conditions_on_elements_of_one_list_stay_together() {
    check(
        "fn run(xs: list[int]):
    ch = channel[int]()
    concurrent:
        spawn:
            for x in xs:
                if x % 2 == 0:
                    ch.send(x)
        for x in xs:
            if x % 2 == 0:
                print(ch.receive())
",
    );
}

#[test]
fn a_constant_count_is_the_constant() {
    check(
        "const WORKERS: int = 3

fn main():
    done = channel[int]()
    concurrent:
        for i in range(WORKERS):
            spawn done.send(i)
        for i in range(WORKERS):
            print(done.receive())
",
    );
}

#[test]
fn a_loop_on_a_pure_function_comes_to_its_send() {
    check(
        "fn flaky(n: int) -> bool:
    return n % 2 == 0

fn main():
    ch = channel[int](buffer=1)
    concurrent:
        spawn:
            tries = 0
            while not flaky(tries):
                tries += 1
            ch.send(tries)
        print(ch.receive())
",
    );
}

#[test]
fn a_list_filled_by_a_loop_is_as_long_as_the_loop_says() {
    check(
        "fn main():
    xs = mutable_list[int]()
    for i in range(10):
        xs.append(i)
    ch = channel[int]()
    concurrent:
        spawn:
            for x in xs.snapshot():
                ch.send(x)
        for half in range(2):
            for i in range(5):
                print(ch.receive())
",
    );
}

#[test]
fn jobs_from_outside_may_be_as_many_as_are_expected() {
    check(
        "fn work(jobs: receiver[int], results: sender[int]):
    for job in jobs:
        results.send(job)

fn pool(jobs: receiver[int]):
    results = channel[int]()
    concurrent:
        for w in range(3):
            spawn work(jobs, results)
        for i in range(10):
            print(results.receive())
",
    );
}

#[test]
fn a_list_may_be_as_long_as_the_constant_says() {
    check(
        "fn take(urls: list[str]):
    ch = channel[str]()
    concurrent:
        for u in urls:
            spawn ch.send(u)
        for i in range(5):
            print(ch.receive())
",
    );
}

#[test]
fn a_callee_gives_as_many_as_the_constant_says() {
    check(
        "fn urls() -> list[str]:
    return [\"a\", \"b\", \"c\", \"d\"]

fn main():
    ch = channel[str]()
    concurrent:
        for u in urls():
            spawn ch.send(u)
        for i in range(4):
            print(ch.receive())
",
    );
}

#[test]
fn a_drain_of_a_channel_from_outside_may_yield_as_many_as_are_expected() {
    check(
        "fn count(input: receiver[int]):
    out = channel[int]()
    concurrent:
        spawn:
            more = true
            while more:
                match input.next():
                    case Some(x):
                        out.send(x)
                    case None:
                        more = false
        for i in range(10):
            print(out.receive())
",
    );
}
