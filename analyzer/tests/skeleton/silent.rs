//! Near misses: programs that look alike and are sound, or that nobody can judge.

use super::check;

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
fn a_channel_kept_in_a_list_is_not_judged() {
    check(
        "fn main():
    channels = mutable_list[channel[int]]()
    for i in range(2):
        channels.append(channel[int]())
    concurrent:
        for ch in channels:
            spawn ch.send(1)
        for ch in channels:
            print(ch.receive())
",
    );
}

#[test]
fn a_channel_that_is_returned_is_not_judged() {
    check(
        "fn numbers() -> channel[int]:
    ch = channel[int](buffer=3)
    for i in range(3):
        ch.send(i)
    return ch

fn main():
    ch = numbers()
    ch.close()
    for n in ch:
        print(n)
",
    );
}

#[test]
fn a_reply_channel_sent_in_a_request_is_served() {
    check(
        "struct Request:
    n: int
    reply: channel[int]

fn serve(requests: channel[Request]):
    for request in requests:
        request.reply.send(request.n * 2)

fn main():
    requests = channel[Request]()
    concurrent:
        spawn serve(requests)
        for i in range(3):
            reply = channel[int]()
            requests.send(Request(n=i, reply=reply))
            print(reply.receive())
        requests.close()
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
fn a_limit_lets_tasks_in_one_after_the_other() {
    check(
        "fn main():
    ch = channel[int](buffer=5)
    concurrent limit(2):
        for i in range(5):
            spawn ch.send(i)
    ch.close()
    for x in ch:
        print(x)
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
fn a_detached_task_may_serve_a_scoped_one() {
    check(
        "fn feed(ch: channel[int]):
    ch.send(1)

fn main():
    ch = channel[int]()
    detach feed(ch)
    print(ch.receive())
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
fn a_scope_may_spawn_for_each_batch_of_a_channel() {
    check(
        "fn work(batch: int):
    print(batch)

fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            defer ch.close()
            for i in range(4):
                ch.send(i)
        concurrent:
            for batch in ch:
                spawn work(batch)
",
    );
}

#[test]
fn a_detached_waiter_is_served_by_a_scoped_task() {
    check(
        "fn listen(ch: channel[int]):
    for x in ch:
        print(x)

fn main():
    ch = channel[int]()
    detach listen(ch)
    concurrent:
        spawn:
            ch.send(1)
            ch.close()
",
    );
}

#[test]
fn a_channel_may_count_places_like_a_semaphore() {
    check(
        "fn main():
    slots = channel[int](buffer=2)
    concurrent:
        for i in range(5):
            spawn:
                slots.send(1)
                print(i)
                x = slots.receive()
                print(x)
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
fn a_lambda_may_send() {
    check(
        "fn main():
    out = channel[int](buffer=1)
    put = fn(x: int): out.send(x)
    concurrent:
        spawn put(3)
    print(out.receive())
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
fn a_reply_channel_may_travel_by_itself() {
    check(
        "fn main():
    requests = channel[channel[int]]()
    concurrent:
        spawn:
            defer requests.close()
            for i in range(2):
                reply = channel[int](buffer=1)
                requests.send(reply)
                print(reply.receive())
        for reply in requests:
            reply.send(7)
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
fn tasks_behind_a_semaphore_all_come_through() {
    check(
        "fn main():
    s = semaphore(2)
    out = channel[int]()
    concurrent:
        for i in range(5):
            spawn:
                with s.acquire():
                    out.send(i)
        for i in range(5):
            print(out.receive())
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
fn what_is_taken_from_a_pool_is_put_back_by_defer() {
    check(
        "fn main():
    pool = channel[int](buffer=3)
    for i in range(3):
        pool.send(i)
    concurrent:
        for q in range(8):
            spawn:
                c = pool.receive()
                defer pool.send(c)
                print(c)
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
fn a_channel_in_a_mutable_struct_is_not_judged() {
    check(
        "mutable struct Hub:
    out: channel[int]
    sent: int = 0
    fn push(self, n: int):
        self.sent += 1
        self.out.send(n)

fn main():
    out = channel[int](buffer=4)
    hub = Hub(out=out)
    for i in range(3):
        hub.push(i)
    out.close()
    for x in out:
        print(x)
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
fn a_spawned_result_may_be_returned() {
    check(
        "fn get(ch: channel[int]) -> int:
    return ch.receive()

fn run() -> int:
    ch = channel[int](buffer=1)
    concurrent:
        t = spawn get(ch)
        ch.send(4)
    return t

fn main():
    print(run())
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
fn readers_may_hold_a_lock_together() {
    check(
        "fn main():
    cache = rwlock(1)
    ch = channel[int]()
    concurrent:
        spawn:
            with cache.read() as c:
                ch.send(c)
        with cache.read() as c:
            print(ch.receive() + c)
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
fn a_consumer_may_be_started_with_the_first_value() {
    check(
        "fn main():
    ch = channel[int](buffer=1)
    started = false
    concurrent:
        for i in range(3):
            if not started:
                spawn:
                    for x in ch:
                        print(x)
                started = true
            ch.send(i)
        ch.close()
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
fn a_tree_of_tasks_gathers_its_parts() {
    check(
        "fn sum_tree(n: int, out: channel[int]):
    if n <= 1:
        out.send(n)
        return
    part = channel[int]()
    concurrent:
        spawn sum_tree(n // 2, part)
        spawn sum_tree(n - n // 2, part)
        a = part.receive()
        b = part.receive()
        out.send(a + b)

fn main():
    out = channel[int](buffer=1)
    sum_tree(5, out)
    print(out.receive())
",
    );
}

#[test]
fn a_channel_may_be_chosen_by_a_condition() {
    check(
        "fn run(left: bool):
    a = channel[int](buffer=1)
    b = channel[int](buffer=1)
    ch = a if left else b
    ch.send(1)
    print(ch.receive())
",
    );
}

#[test]
fn a_list_of_channels_is_followed() {
    check(
        "fn main():
    a = channel[int]()
    b = channel[int]()
    concurrent:
        for ch in [a, b]:
            spawn ch.send(1)
        for ch in [a, b]:
            print(ch.receive())
",
    );
}

#[test]
fn a_comprehension_of_channels_is_not_judged() {
    check(
        "fn main():
    chans = [channel[int]() for _ in range(3)]
    concurrent:
        for c in chans:
            spawn c.send(1)
        for c in chans:
            print(c.receive())
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
fn a_function_value_may_send() {
    check(
        "fn each(ch: receiver[int], f: fn(int) -> ()):
    for x in ch:
        f(x)

fn main():
    ch = channel[int]()
    out = channel[int](buffer=3)
    concurrent:
        spawn each(ch, fn(x): out.send(x))
        for i in range(3):
            ch.send(i)
        ch.close()
    print(out.len())
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
fn a_blocking_send_is_a_send() {
    check(
        "tasklocal id: str = \"-\"

fn main():
    ch = channel[str](buffer=1)
    with id = \"r1\":
        concurrent:
            spawn:
                blocking:
                    ch.send(id)
            print(ch.receive())
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
fn a_generic_callee_may_hand_a_channel_back() {
    check(
        "fn keep[T](x: T) -> T:
    return x

fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            same = keep(ch)
            same.send(1)
        print(ch.receive())
",
    );
}

#[test]
fn a_generic_callee_may_store_a_channel() {
    check(
        "fn stash[T](into: mutable_list[T], x: T):
    into.append(x)

fn main():
    all = mutable_list[channel[int]]()
    ch = channel[int]()
    stash(all, ch)
    concurrent:
        spawn:
            for c in all:
                c.send(1)
        print(ch.receive())
",
    );
}

#[test]
fn a_tasklocal_may_carry_a_channel() {
    check(
        "tasklocal out: channel[int] = channel[int]()

fn put(n: int):
    out.send(n)

fn main():
    ch = channel[int]()
    concurrent:
        with out = ch:
            spawn put(1)
        print(ch.receive())
",
    );
}

#[test]
fn a_slice_of_a_list_of_channels_is_not_judged() {
    check(
        "fn main():
    a = channel[int]()
    b = channel[int]()
    both = [a, b]
    concurrent:
        spawn:
            for c in both[0:2]:
                c.send(1)
        print(a.receive())
        print(b.receive())
",
    );
}

#[test]
fn an_unknown_index_into_a_list_of_channels_is_not_judged() {
    check(
        "fn pick(n: int) -> int:
    return n % 2

fn main():
    a = channel[int](buffer=1)
    b = channel[int](buffer=1)
    both = [a, b]
    concurrent:
        spawn both[pick(4)].send(1)
        print(a.receive())
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
fn a_variant_may_carry_a_channel() {
    check(
        "enum Command:
    Ask(reply: channel[int])
    Stop

fn main():
    commands = channel[Command]()
    concurrent:
        spawn:
            running = true
            while running:
                match commands.receive():
                    case Ask(reply):
                        reply.send(1)
                    case Stop:
                        running = false
        reply = channel[int]()
        commands.send(Command.Ask(reply))
        print(reply.receive())
        commands.send(Command.Stop)
",
    );
}

#[test]
fn a_mutex_may_hold_channels() {
    check(
        "fn main():
    ch = channel[int]()
    held = mutex(ch)
    concurrent:
        spawn:
            with held.lock() as inner:
                inner.send(1)
        print(ch.receive())
",
    );
}

#[test]
fn a_mutable_closure_list() {
    check(
        "fn main():
    ch = channel[int]()
    actions = mutable_list[fn() -> ()]()
    actions.append(fn(): ch.send(1))
    concurrent:
        spawn:
            for act in actions:
                act()
        print(ch.receive())
",
    );
}

#[test]
fn an_option_holds_a_channel() {
    check(
        "fn main():
    found: Option[channel[int]] = Some(channel[int](buffer=1))
    match found:
        case Some(ch):
            ch.send(1)
            print(ch.receive())
        case None:
            print(\"none\")
",
    );
}

#[test]
fn with_changes_a_struct_with_a_channel() {
    check(
        "struct Config:
    out: channel[int]
    size: int

fn main():
    base = Config(out=channel[int](buffer=3), size=1)
    big = base.with(size=3)
    for i in range(big.size):
        big.out.send(i)
    for i in range(3):
        print(base.out.receive())
",
    );
}

#[test]
fn a_channel_in_a_map_is_not_judged() {
    check(
        "fn main():
    rooms = {\"a\": channel[int](), \"b\": channel[int]()}
    concurrent:
        spawn rooms[\"a\"].send(1)
        print(rooms[\"a\"].receive())
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
