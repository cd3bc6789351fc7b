//! Who closes, and when: after the last send, on each path, by a helper, by a count; or a value that says it.

use crate::check;

#[test]
fn a_deferred_close_in_the_producer_ends_the_loop() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            defer ch.close()
            for i in range(3):
                ch.send(i)
        for item in ch:
            print(item)
",
    );
}

#[test]
fn several_consumers_of_one_closed_channel_all_end() {
    check(
        "fn consume(ch: receiver[int]):
    for item in ch:
        print(item)

fn main():
    ch = channel[int]()
    concurrent:
        spawn consume(ch)
        spawn consume(ch)
        spawn consume(ch)
        for i in range(5):
            ch.send(i)
        ch.close()
",
    );
}

#[test]
fn a_closer_that_waits_for_the_workers_in_an_inner_scope_closes_in_time() {
    check(
        "fn main():
    jobs = channel[int]()
    results = channel[int]()
    concurrent:
        spawn:
            defer jobs.close()
            for i in range(6):
                jobs.send(i)
        spawn:
            concurrent:
                for w in range(3):
                    spawn:
                        for job in jobs:
                            results.send(job * job)
            results.close()
        for r in results:
            print(r)
",
    );
}

#[test]
fn a_sentinel_value_ends_the_loop() {
    check(
        "fn main():
    ch = channel[Option[int]]()
    concurrent:
        spawn:
            for i in range(3):
                ch.send(Some(i))
            ch.send(None)
        while true:
            match ch.receive():
                case Some(x):
                    print(x)
                case None:
                    break
",
    );
}

#[test]
fn a_sentinel_number_ends_the_loop() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            for i in range(3):
                ch.send(i)
            ch.send(-1)
        for x in ch:
            if x < 0:
                break
            print(x)
",
    );
}

#[test]
fn a_helper_that_a_task_calls_may_close() {
    check(
        "fn finish(ch: channel[int]):
    ch.close()

fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            ch.send(1)
            finish(ch)
        for x in ch:
            print(x)
",
    );
}

#[test]
fn a_signal_orders_the_close() {
    check(
        "fn main():
    done = signal()
    ch = channel[int](buffer=2)
    concurrent:
        spawn:
            ch.send(1)
            ch.send(2)
            done.set()
        spawn:
            done.wait()
            ch.close()
        for x in ch:
            print(x)
",
    );
}

#[test]
fn joining_the_workers_before_the_close_is_enough() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            for x in ch:
                print(x)
        a = spawn ch.send(1)
        b = spawn ch.send(2)
        a.join()
        b.join()
        ch.close()
",
    );
}

#[test]
fn close_and_send_under_one_lock_with_a_flag_are_in_order() {
    check(
        "fn main():
    ch = channel[int](buffer=1)
    open = mutex(true)
    concurrent:
        spawn:
            with open.lock() as is_open:
                if is_open:
                    ch.send(1)
        spawn:
            with open.lock() as is_open:
                is_open = false
                ch.close()
        for x in ch:
            print(x)
",
    );
}

#[test]
fn a_nested_function_may_close() {
    check(
        "fn main():
    out = channel[int]()
    fn produce(n: int):
        for i in range(n):
            out.send(i)
        out.close()
    concurrent:
        spawn produce(3)
        for x in out:
            print(x)
",
    );
}

#[test]
fn a_loop_on_an_unknown_condition_may_end_and_close() {
    check(
        "fn more(n: int) -> bool:
    return n % 7 != 3

fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            defer ch.close()
            n = 0
            while more(n):
                ch.send(n)
                n += 1
        for x in ch:
            print(x)
",
    );
}

#[test]
fn a_recursive_sender_ends_before_the_close() {
    check(
        "fn walk(n: int, out: channel[int]):
    if n == 0:
        return
    out.send(n)
    walk(n - 1, out)

fn main():
    out = channel[int]()
    concurrent:
        spawn:
            walk(3, out)
            out.close()
        for x in out:
            print(x)
",
    );
}

#[test]
fn one_channel_may_serve_two_phases() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            for i in range(3):
                ch.send(i)
        for i in range(3):
            print(ch.receive())
    concurrent:
        spawn:
            for i in range(3):
                ch.send(i)
            ch.close()
        for x in ch:
            print(x)
",
    );
}

#[test]
fn joining_a_list_of_tasks_comes_before_the_close() {
    check(
        "fn get(i: int, out: channel[int]) -> int:
    out.send(i)
    return i

fn main():
    out = channel[int](buffer=10)
    concurrent:
        tasks = [spawn get(i, out) for i in range(4)]
        print(join_all(tasks))
        out.close()
    for x in out:
        print(x)
",
    );
}

#[test]
fn the_last_of_several_senders_may_close_by_a_guarded_count() {
    check(
        "fn main():
    ch = channel[int](buffer=3)
    left = mutex(3)
    concurrent:
        for i in range(3):
            spawn:
                ch.send(i)
                with left.lock() as n:
                    n -= 1
                    if n == 0:
                        ch.close()
        for x in ch:
            print(x)
",
    );
}

#[test]
fn the_last_of_several_senders_may_close_by_an_atom() {
    check(
        "fn main():
    ch = channel[int](buffer=3)
    left = atom(3)
    concurrent:
        for i in range(3):
            spawn:
                ch.send(i)
                if left.swap(fn(n): n - 1) == 0:
                    ch.close()
        for x in ch:
            print(x)
",
    );
}

#[test]
fn a_loop_with_ticks_between_values_ends_at_the_close() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            defer ch.close()
            for i in range(3):
                sleep(1.seconds)
                ch.send(i)
        open = true
        while open:
            select:
                case x from ch:
                    print(x)
                case closed ch:
                    open = false
                case timeout(500.milliseconds):
                    print(\"tick\")
",
    );
}

#[test]
fn a_receive_on_a_closed_channel_fails_and_does_not_wait() {
    check(
        "fn main():
    ch = channel[int]()
    ch.close()
    r = attempt ch.receive()
    print(r.is_ok())
",
    );
}

#[test]
fn a_close_on_each_path_is_enough() {
    check(
        "fn run(fast: bool):
    ch = channel[int]()
    concurrent:
        spawn:
            if fast:
                ch.send(1)
                ch.close()
            else:
                ch.send(2)
                ch.send(3)
                ch.close()
        for x in ch:
            print(x)
",
    );
}

#[test]
fn a_long_loop_that_closes_is_no_finding() {
    check(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            defer ch.close()
            for i in range(100000):
                ch.send(i)
        for x in ch:
            print(x)
",
    );
}

#[test]
fn a_message_of_an_enum_ends_the_loop() {
    check(
        "enum Message:
    Data(n: int)
    Stop

fn main():
    ch = channel[Message]()
    concurrent:
        spawn:
            for i in range(3):
                ch.send(Message.Data(i))
            ch.send(Message.Stop)
        running = true
        while running:
            match ch.receive():
                case Data(n):
                    print(n)
                case Stop:
                    running = false
",
    );
}

#[test]
fn methods_may_send_and_close() {
    check(
        "struct Broker:
    queue: channel[int]
    fn publish(self, n: int):
        self.queue.send(n)
    fn stop(self):
        self.queue.close()
    fn run(self):
        for n in self.queue:
            print(n)

fn main():
    broker = Broker(queue=channel[int]())
    concurrent:
        spawn broker.run()
        for i in range(3):
            broker.publish(i)
        broker.stop()
",
    );
}

#[test]
fn a_loop_until_closed_and_empty_ends() {
    check(
        "fn main():
    ch = channel[int](buffer=3)
    concurrent:
        spawn:
            for i in range(3):
                ch.send(i)
            ch.close()
        while not ch.closed() or ch.len() > 0:
            match ch.try_receive():
                case Some(x):
                    print(x)
                case None:
                    yield_now()
",
    );
}

#[test]
fn a_channel_of_each_round_is_closed_in_it() {
    check(
        "fn main():
    for round in range(3):
        ch = channel[int]()
        concurrent:
            spawn:
                ch.send(round)
                ch.close()
            for x in ch:
                print(x)
",
    );
}

#[test]
fn a_generic_callee_drains() {
    check(
        "fn drain[T](ch: receiver[T]) -> int:
    n = 0
    for x in ch:
        n += 1
    return n

fn main():
    ch = channel[str](buffer=2)
    ch.send(\"a\")
    ch.close()
    print(drain(ch))
",
    );
}

#[test]
fn another_channels_close_may_end_the_loop() {
    check(
        "fn main():
    data = channel[int]()
    done = channel[int]()
    concurrent:
        spawn:
            for i in range(3):
                data.send(i)
            done.close()
        open = true
        while open:
            select:
                case x from data:
                    print(x)
                case closed done:
                    open = false
",
    );
}

#[test]
fn a_deferred_helper_may_close() {
    check(
        "fn finish(ch: channel[int], name: str):
    print(name)
    ch.close()

fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            defer finish(ch, \"p\")
            ch.send(1)
        for x in ch:
            print(x)
",
    );
}

#[test]
fn two_stages_that_close_in_turn_both_end() {
    check(
        "fn main():
    a = channel[int](buffer=2)
    b = channel[int](buffer=2)
    concurrent:
        spawn:
            for x in a:
                b.send(x + 1)
            b.close()
        spawn:
            for x in b:
                print(x)
        for i in range(6):
            a.send(i)
        a.close()
",
    );
}
