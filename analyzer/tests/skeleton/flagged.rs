//! Programs in which a task waits for ever.

use super::check;

#[test]
fn a_producer_that_forgets_to_close_starves_the_loop_over_its_channel() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            for i in range(3):
                ch.send(i)
        for item in ch:  # error: C001
            print(item)
",
    );
}

#[test]
fn a_producer_function_that_forgets_to_close_is_found_through_the_call() {
    check(
        "fn produce(ch: sender[int], n: int):
    for i in range(n):
        ch.send(i)

fn consume(ch: receiver[int]) -> int:
    total = 0
    for item in ch:  # error: C001
        total += item
    return total

fn main():
    ch = channel[int](buffer=4)
    concurrent:
        spawn produce(ch, 10)
        total = spawn consume(ch)
    print(total)
",
    );
}

#[test]
fn the_middle_stage_of_a_pipeline_must_close_too() {
    check(
        "fn main():
    numbers = channel[int]()
    squares = channel[int]()
    concurrent:
        spawn:
            defer numbers.close()
            for i in range(5):
                numbers.send(i)
        spawn:
            for n in numbers:
                squares.send(n * n)
        for square in squares:  # error: C001
            print(square)
",
    );
}

#[test]
fn a_close_on_one_path_only_is_not_enough() {
    check(
        "fn run(ok: bool):
    ch = channel[int]()
    concurrent:
        spawn:
            ch.send(1)
            if ok:
                ch.close()
        for item in ch:  # error: C001
            print(item)
",
    );
}

#[test]
fn an_early_return_before_the_close_is_found() {
    check(
        "fn run(xs: list[int]):
    ch = channel[int]()
    concurrent:
        spawn:
            for x in xs:
                if x < 0:
                    return
                ch.send(x)
            ch.close()
        for item in ch:  # error: C001
            print(item)
",
    );
}

#[test]
fn closing_after_the_scope_that_waits_for_the_loop_is_too_late() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            for item in ch:  # error: C001
                print(item)
        for i in range(3):
            ch.send(i)
    ch.close()
",
    );
}

#[test]
fn draining_with_next_needs_a_close_as_a_loop_does() {
    check(
        "fn main():
    ch = channel[str](buffer=2)
    concurrent:
        spawn:
            ch.send(\"a\")
            ch.send(\"b\")
        more = true
        while more:
            match ch.next():  # error: C001
                case Some(text):
                    print(text)
                case None:
                    more = false
",
    );
}

#[test]
fn workers_whose_jobs_are_never_closed_wait_for_ever() {
    check(
        "fn work(jobs: channel[int], results: channel[int]):
    for job in jobs:  # error: C001
        results.send(job * 2)

fn main():
    jobs = channel[int]()
    results = channel[int](buffer=10)
    concurrent:
        for w in range(3):
            spawn work(jobs, results)
        for i in range(6):
            jobs.send(i)
    print(results.len())
",
    );
}

#[test]
fn results_that_nobody_closes_starve_their_loop() {
    check(
        "fn main():
    jobs = channel[int]()
    results = channel[int]()
    concurrent:
        spawn:
            defer jobs.close()
            for i in range(4):
                jobs.send(i)
        for w in range(2):
            spawn:
                for job in jobs:
                    results.send(job)
        for r in results:  # error: C001
            print(r)
",
    );
}

#[test]
fn an_unknown_count_of_values_does_not_hide_the_missing_close() {
    check(
        "fn run(lines: list[str]):
    ch = channel[str]()
    concurrent:
        spawn:
            for line in lines:
                if line != \"\":
                    ch.send(line)
        for line in ch:  # error: C001
            print(line)
",
    );
}

#[test]
fn a_channel_made_in_a_factory_belongs_to_its_caller() {
    check(
        "fn make() -> channel[int]:
    return channel[int](buffer=1)

fn main():
    ch = make()
    concurrent:
        spawn:
            ch.send(1)
        for x in ch:  # error: C001
            print(x)
",
    );
}

#[test]
fn a_channel_in_a_struct_is_followed() {
    check(
        "struct Pipe:
    out: channel[int]
    size: int

fn fill(pipe: Pipe):
    for i in range(pipe.size):
        pipe.out.send(i)

fn main():
    pipe = Pipe(out=channel[int](), size=2)
    concurrent:
        spawn fill(pipe)
        for x in pipe.out:  # error: C001
            print(x)
",
    );
}

#[test]
fn a_test_is_a_root_of_its_own() {
    check(
        "test \"drains\":
    ch = channel[int](buffer=1)
    concurrent:
        spawn ch.send(1)
        for x in ch:  # error: C001
            print(x)
",
    );
}

#[test]
fn a_receive_that_nobody_serves_starves() {
    check(
        "fn main():
    ch = channel[int]()
    print(ch.receive())  # error: C005
",
    );
}

#[test]
fn one_receive_more_than_sends_starves() {
    check(
        "fn main():
    ch = channel[int](buffer=3)
    concurrent:
        spawn:
            for i in range(3):
                ch.send(i)
        for i in range(4):
            print(ch.receive())  # error: C005
",
    );
}

#[test]
fn a_value_sent_on_one_path_only_starves_the_receive() {
    check(
        "fn run(flag: bool):
    ch = channel[int]()
    concurrent:
        spawn:
            if flag:
                ch.send(1)
        print(ch.receive())  # error: C005
",
    );
}

#[test]
fn two_tasks_that_each_wait_for_the_other_first_are_one_finding() {
    check(
        "fn main():
    a = channel[int]()
    b = channel[int]()
    concurrent:
        spawn:
            x = a.receive()  # error: C005
            b.send(x)
        spawn:
            y = b.receive()
            a.send(y)
",
    );
}

#[test]
fn a_signal_that_nobody_sets_starves_its_wait() {
    check(
        "fn main():
    ready = signal()
    ch = channel[int](buffer=1)
    concurrent:
        spawn:
            ready.wait()  # error: C005
            ch.send(1)
        print(ch.receive())
",
    );
}

#[test]
fn a_send_that_nobody_receives_starves() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            ch.send(1)  # error: C006
        print(\"done\")
",
    );
}

#[test]
fn one_send_more_than_the_buffer_holds_starves() {
    check(
        "fn main():
    ch = channel[int](buffer=2)
    for i in range(3):
        ch.send(i)  # error: C006
    print(ch.len())
",
    );
}

#[test]
fn a_consumer_that_stops_early_starves_the_producer() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            defer ch.close()
            for i in range(5):
                ch.send(i)  # error: C006
        spawn:
            print(ch.receive())
",
    );
}

#[test]
fn as_many_sends_as_a_count_against_one_receive_starve() {
    check(
        "fn run(n: int):
    ch = channel[int]()
    concurrent:
        spawn:
            for i in range(n):
                ch.send(i)  # error: C006
        print(ch.receive())
",
    );
}

#[test]
fn the_first_to_answer_leaves_the_others_blocked() {
    check(
        "fn ask(ch: channel[int], n: int):
    ch.send(n)  # error: C006

fn main():
    answers = channel[int]()
    concurrent:
        for i in range(3):
            spawn ask(answers, i)
        print(answers.receive())
",
    );
}

#[test]
fn a_nested_function_that_forgets_to_close_is_found() {
    check(
        "fn main():
    out = channel[int]()
    fn produce(n: int):
        for i in range(n):
            out.send(i)
    concurrent:
        spawn produce(3)
        for x in out:  # error: C001
            print(x)
",
    );
}

#[test]
fn a_reply_that_is_never_sent_starves_the_asker() {
    check(
        "fn main():
    requests = channel[channel[int]]()
    concurrent:
        spawn:
            defer requests.close()
            reply = channel[int](buffer=1)
            requests.send(reply)
            print(reply.receive())  # error: C005
        for reply in requests:
            print(\"got one\")
",
    );
}

#[test]
fn a_long_loop_that_never_closes_is_found() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            for i in range(100000):
                ch.send(i)
        for x in ch:  # error: C001
            print(x)
",
    );
}

#[test]
fn a_method_that_never_closes_is_found() {
    check(
        "struct Broker:
    queue: channel[int]
    fn publish(self, n: int):
        self.queue.send(n)
    fn run(self):
        for n in self.queue:  # error: C001
            print(n)

fn main():
    broker = Broker(queue=channel[int]())
    concurrent:
        spawn broker.run()
        for i in range(3):
            broker.publish(i)
",
    );
}

#[test]
fn a_channel_of_each_round_that_stays_open_is_found() {
    check(
        "fn main():
    for round in range(3):
        ch = channel[int]()
        concurrent:
            spawn:
                ch.send(round)
            for x in ch:  # error: C001
                print(x)
",
    );
}

#[test]
fn a_consumer_that_returns_early_starves_the_parents_send() {
    check(
        "fn consume(ch: channel[int]):
    for x in ch:
        if x == 1:
            return

fn main():
    ch = channel[int]()
    concurrent:
        spawn consume(ch)
        for i in range(4):
            ch.send(i)  # error: C006
        ch.close()
",
    );
}

#[test]
fn a_list_that_changes_feeds_a_channel_that_is_never_closed() {
    check(
        "fn main():
    xs = mutable_list([1, 2])
    ch = channel[int]()
    concurrent:
        spawn:
            for x in xs:
                ch.send(x)
        for x in ch:  # error: C001
            print(x)
",
    );
}

#[test]
fn a_stage_that_forgets_to_close_is_found_whatever_comes_in() {
    check(
        "fn stage(input: receiver[int], output: sender[int]):
    inner = channel[int]()
    concurrent:
        spawn:
            for x in input:
                inner.send(x)
        for x in inner:  # error: C001
            output.send(x)
",
    );
}
