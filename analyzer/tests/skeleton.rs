//! Protocols, from whole programs to findings: each program asserts its own with
//! `# error: CODE` at the end of a line, and must have no others.

use weir_analyzer::diagnostics::{Level, file_diagnostics};
use weir_analyzer::items::file_items;
use weir_analyzer::{Database, skeleton};

/// Checks the program's findings against what its comments assert.
#[track_caller]
fn check(program: &str) {
    let mut db = Database::default();
    let file = db.set_file("main.weir", program);
    let line_of = |offset: usize| program[..offset].matches('\n').count() + 1;
    let found: Vec<(usize, String)> = file_diagnostics(&db, file)
        .iter()
        .filter(|found| found.level == Level::Error)
        .map(|found| {
            (line_of(usize::from(found.primary.range.start())), found.code.as_str().to_owned())
        })
        .collect();
    let expected: Vec<(usize, String)> = program
        .lines()
        .enumerate()
        .filter_map(|(line, text)| {
            let (_, code) = text.split_once("# error: ")?;
            Some((line + 1, code.trim().to_owned()))
        })
        .collect();
    if found != expected {
        let messages: Vec<String> =
            file_diagnostics(&db, file).iter().map(|found| found.message.clone()).collect();
        let skeletons: Vec<String> =
            file_items(&db, file).ids(&db).map(|item| skeleton::print(&db, item)).collect();
        panic!(
            "expected {expected:?}, found {found:?}\n{}\n{}",
            messages.join("\n"),
            skeletons.join("\n")
        );
    }
}

/// The finding of that code, with all that belongs to it, as lines of text.
fn story(program: &str) -> String {
    let mut db = Database::default();
    let file = db.set_file("main.weir", program);
    let line_of = |offset: usize| program[..offset].matches('\n').count() + 1;
    let mut text = String::new();
    for found in file_diagnostics(&db, file) {
        text += &format!("{} {}\n", found.code, found.message);
        for label in &found.related {
            let line = line_of(usize::from(label.range.start()));
            text += &format!("  line {line}: {}\n", label.message);
        }
        for step in &found.witness {
            let line = line_of(usize::from(step.range.start()));
            text += &format!("  {} @ {line}: {}\n", step.task, step.what);
        }
        for fix in &found.fixes {
            text += &format!("  fix: {}\n", fix.title);
            for (_, range, new) in &fix.edits {
                text += &format!("    line {}: {new:?}\n", line_of(usize::from(range.start())));
            }
        }
    }
    text
}

// ---------------------------------------------------------------------------- C001, unclosed-channel

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

// ------------------------------------------------------------------------------- C005, receive-starves

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

// ---------------------------------------------------------------------------------- C006, send-starves

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

// ------------------------------------------------------------------------------------------ near misses

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

// ------------------------------------------------------------------------------ what a finding tells

#[test]
fn the_story_of_a_forgotten_close() {
    let story = story(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            ch.send(1)
            ch.send(2)
        for item in ch:
            print(item)
",
    );
    assert_eq!(story, "x");
}
