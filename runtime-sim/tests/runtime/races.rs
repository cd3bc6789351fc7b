//! The race detector: each thing that orders tasks makes a program silent that races without it.

use weir_runtime_sim::{Replay, RunOptions, RunReport, Simulated, replay};

use crate::support::{program, run_with};

/// A run of the text with the detector on.
fn watched(text: &str, seed: u64) -> RunReport {
    let options = RunOptions { races: true, ..RunOptions::default() };
    run_with(&program(text), seed, &options).report
}

/// Asserts that no schedule of a few has a race.
#[track_caller]
fn silent(text: &str) {
    for seed in 0..8 {
        let report = watched(text, seed);
        assert_eq!(report.outcome.text(), "ok", "seed {seed}\n{}\n{text}", report.story);
    }
}

/// Asserts that each of a few schedules has a race about `what`, and gives the last report.
#[track_caller]
fn races(text: &str, what: &str) -> RunReport {
    let mut last = None;
    for seed in 0..8 {
        let report = watched(text, seed);
        assert_eq!(report.outcome.text(), "race", "seed {seed}\n{}\n{text}", report.story);
        assert_eq!(report.exit_code, 5);
        assert_eq!(report.races[0].what, what, "{}", report.story);
        last = Some(report);
    }
    last.expect("there is a report")
}

/// Asserts that a program is silent, and races without its lines that name `edge`.
#[track_caller]
fn silent_thanks_to(edge: &str, text: &str, what: &str) {
    silent(text);
    let names_it = |line: &&str| line.contains(edge);
    assert!(text.lines().any(|line| names_it(&line)), "no line names {edge}");
    let without: Vec<&str> = text.lines().filter(|line| !names_it(line)).collect();
    races(&(without.join("\n") + "\n"), what);
}

#[test]
fn two_children_of_one_scope_race_and_the_report_has_both_sides() {
    let report = races(
        "fn main():
    m = mutex()
    xs = mutable_list[int]()
    concurrent:
        spawn:
            xs.append(1)
        spawn:
            m.lock()
            xs.append(2)
            m.unlock()
",
        "a mutable list",
    );
    let sides = [&report.races[0].first, &report.races[0].second];
    let mut seen: Vec<_> = sides
        .map(|side| {
            let line = side.place.as_ref().map(|place| place.line);
            let started = side.started.as_ref().map(|place| place.line);
            (&*side.task, side.changes, line, side.held.join(" "), started)
        })
        .into();
    seen.sort();
    let expected = [
        ("main/1", true, Some(6), String::new(), Some(5)),
        ("main/2", true, Some(9), "m".to_owned(), Some(7)),
    ];
    assert_eq!(seen, expected);
    assert!(report.story.starts_with("race: "), "{}", report.story);
}

#[test]
fn two_readers_do_not_race() {
    silent(
        "fn main():
    xs = mutable_list([1, 2])
    concurrent:
        for _ in range(3):
            spawn:
                total = 0
                for x in xs:
                    total += x
                print(total + xs[0] + len(xs))
    xs.append(3)
",
    );
}

#[test]
fn a_spawn_comes_before_its_task_and_a_scope_end_after_it() {
    silent(
        "fn main():
    xs = mutable_list[int]()
    xs.append(1)
    concurrent:
        spawn:
            xs.append(2)
    xs.append(3)
",
    );
    races(
        "fn main():
    xs = mutable_list[int]()
    concurrent:
        spawn:
            xs.append(2)
        xs.append(3)
",
        "a mutable list",
    );
}

#[test]
fn a_join_comes_after_its_task() {
    let text = "fn add(xs: mutable_list[int]) -> int:
    xs.append(1)
    return 1

fn main():
    xs = mutable_list[int]()
    concurrent:
        t = spawn add(xs)
        assert t.join() == 1
        xs.append(2)
";
    silent_thanks_to("t.join()", text, "a mutable list");
    let text = text.replace("assert t.join() == 1", "t.outcome().unwrap()");
    silent_thanks_to("t.outcome()", &text, "a mutable list");
}

#[test]
fn a_task_that_was_seen_to_be_done_comes_before() {
    let text = "fn main():
    xs = mutable_list[int]()
    concurrent:
        t = spawn xs.append(1)
        while not t.done(): sleep(1.microseconds)
        xs.append(2)
";
    silent_thanks_to("t.done()", text, "a mutable list");
}

#[test]
fn a_send_comes_before_its_receive_and_nothing_after_it_does() {
    let text = "fn main():
    xs = mutable_list[int]()
    ready = channel[int](buffer=4)
    concurrent:
        spawn:
            xs.append(1)
            ready.send(1)
        assert ready.receive() == 1
        xs.append(2)
";
    silent_thanks_to("ready.receive()", text, "a mutable list");
    races(
        "fn main():
    xs = mutable_list[int]()
    ready = channel[int](buffer=4)
    concurrent:
        spawn:
            ready.send(1)
            xs.append(1)
        assert ready.receive() == 1
        xs.append(2)
",
        "a mutable list",
    );
}

#[test]
fn the_receive_of_a_rendezvous_comes_before_the_send_ends() {
    let text = "fn main():
    xs = mutable_list[int]()
    taken = channel[int](BUFFER)
    concurrent:
        spawn:
            xs.append(1)
            assert taken.receive() == 1
        taken.send(1)
        xs.append(2)
";
    silent(&text.replace("BUFFER", ""));
    races(&text.replace("BUFFER", "buffer=1"), "a mutable list");
}

#[test]
fn a_receive_from_a_full_buffer_comes_before_the_send_that_takes_its_place() {
    let text = "fn main():
    xs = mutable_list[int]()
    slots = channel[int](buffer=2)
    concurrent:
        spawn:
            xs.append(1)
            slots.receive()
        slots.send(1)
        slots.send(2)
        slots.send(3)
        xs.append(2)
";
    silent(text);
    races(&text.replace("        slots.send(3)\n", ""), "a mutable list");
}

#[test]
fn a_close_comes_before_the_receive_that_sees_it() {
    let text = "fn main():
    xs = mutable_list[int]()
    done = channel[int]()
    concurrent:
        spawn:
            xs.append(1)
            done.close()
        WAIT
        xs.append(2)
";
    for wait in [
        "assert done.next() == None",
        "for _ in done: pass",
        "select:\n            case closed done: pass",
    ] {
        silent(&text.replace("WAIT", wait));
    }
    races(&text.replace("WAIT", "pass"), "a mutable list");
}

#[test]
fn an_unlock_comes_before_the_next_lock() {
    let text = "fn add(m: mutex[()], xs: mutable_list[int]):
    m.lock()
    xs.append(1)
    m.unlock()

fn main():
    m = mutex()
    xs = mutable_list[int]()
    concurrent:
        spawn add(m, xs)
        spawn add(m, xs)
";
    silent_thanks_to(
        "m.lock()",
        &text.replace("    m.unlock()\n", "    defer m.unlock() # m.lock()\n"),
        "a mutable list",
    );
    silent(text);
}

#[test]
fn what_a_mutex_guards_is_ordered_by_it() {
    silent(
        "fn take(q: mutex[mutable_list[int]]) -> int:
    with q.lock() as items when len(items) > 0:
        return items.pop()

fn main():
    q = mutex(mutable_list[int]())
    concurrent:
        for n in range(4):
            spawn take(q)
        for n in range(4):
            with q.lock() as items:
                items.append(n)
    with q.lock() as items:
        print(items)
",
    );
}

#[test]
fn readers_of_an_rwlock_come_before_the_next_writer_and_not_before_each_other() {
    let text = "fn main():
    r = rwlock(0)
    xs = mutable_list([1])
    concurrent:
        for _ in range(2):
            spawn:
                with r.read() as _a:
                    READER
        spawn:
            with r.write() as _b:
                xs.append(2)
";
    silent(&text.replace("READER", "print(len(xs))"));
    races(&text.replace("READER", "xs.append(3)"), "a mutable list");
}

#[test]
fn a_release_comes_before_the_acquire_of_its_permit() {
    let text = "fn add(s: semaphore, xs: mutable_list[int]):
    with s.acquire():
        xs.append(1)

fn main():
    s = semaphore(PERMITS)
    xs = mutable_list[int]()
    concurrent:
        spawn add(s, xs)
        spawn add(s, xs)
";
    silent(&text.replace("PERMITS", "1"));
    races(&text.replace("PERMITS", "2"), "a mutable list");
    let bare = text.replace(
        "    with s.acquire():\n        xs.append(1)\n",
        "    s.acquire()\n    xs.append(1)\n    s.release()\n",
    );
    silent(&bare.replace("PERMITS", "1"));
    races(&bare.replace("PERMITS", "2"), "a mutable list");
}

#[test]
fn a_set_signal_comes_before_who_waited_for_it() {
    let text = "fn main():
    xs = mutable_list[int]()
    s = signal()
    concurrent:
        spawn:
            xs.append(1)
            s.set()
        s.wait()
        xs.append(2)
";
    silent_thanks_to("s.wait()", text, "a mutable list");
    silent(
        &text.replace("        s.wait()\n", "        select:\n            case s.wait(): pass\n"),
    );
}

#[test]
fn a_write_of_an_atom_comes_before_the_read_that_sees_it() {
    let text = "fn main():
    xs = mutable_list[int]()
    a = atom(0)
    concurrent:
        spawn:
            xs.append(1)
            WRITE
        while a.get() == 0: sleep(1.microseconds)
        xs.append(2)
";
    for write in ["a.set(1)", "a.swap(fn(n): n + 1)", "assert a.compare_and_set(0, 1)"] {
        silent(&text.replace("WRITE", write));
    }
    let text = text.replace("WRITE", "a.set(1)");
    races(
        &text.replace("        while a.get() == 0: sleep(1.microseconds)\n", ""),
        "a mutable list",
    );
}

#[test]
fn a_barrier_orders_what_is_before_it_and_what_is_after_it() {
    let text = "fn half(b: barrier, xs: mutable_list[int], at: int):
    xs[at] = 1
    b.wait()
    print(xs[1 - at])

fn main():
    b = barrier(2)
    xs = mutable_list([0, 0])
    concurrent:
        spawn half(b, xs, 0)
        spawn half(b, xs, 1)
";
    silent(text);
    let report = watched(&text.replace("    b.wait()\n", ""), 0);
    assert_eq!(report.outcome.text(), "race", "{}", report.story);
}

#[test]
fn iterations_of_a_parallel_loop_are_threads_of_their_own() {
    let text = "fn main():
    xs = mutable_list(range(200))
    parallel for i in range(200):
        BODY
    xs.append(0)
";
    silent(&text.replace("BODY", "xs[i] = xs[i] + 1"));
    // The two are mostly run by one task, one after the other.
    let report = watched(&text.replace("BODY", "xs[i // 2] = i"), 0);
    let [first, second] = [&report.races[0].first, &report.races[0].second];
    assert_eq!(first.task, second.task, "{}", report.story);
    assert_eq!(first.iteration.map(|at| at + 1), second.iteration, "{}", report.story);
    races(&text.replace("BODY", "xs.append(i)"), "a mutable list");
    silent(&text.replace("BODY", "print(xs[0])"));
}

#[test]
fn a_reduction_hands_its_result_from_one_call_to_the_next() {
    silent(
        "fn main():
    xs = mutable_list([1])
    total = parallel_reduce(list(range(300)), 0, fn(a, b): a + b + xs[0])
    xs[0] = total
",
    );
}

#[test]
fn elements_and_fields_are_touched_by_themselves_and_the_whole_with_all_of_them() {
    let text = "mutable struct Pair:
    left: int = 0
    right: int = 0

fn main():
    p = Pair()
    xs = mutable_list([1, 2])
    concurrent:
        spawn:
            p.left = 1
            xs[0] = 1
        p.right = 1
        MORE
    print(p, xs)
";
    silent(&text.replace("MORE", "xs[1] = 2"));
    races(&text.replace("MORE", "print(sum(xs))"), "element 0 of a mutable list");
    races(&text.replace("MORE", "print(p)"), "field `left` of a `Pair`");
    races(&text.replace("MORE", "xs.sort()"), "a mutable list");
    silent(&text.replace("MORE", "print(len(xs))"));
}

#[test]
fn a_map_and_a_set_are_touched_as_a_whole() {
    let text = "fn main():
    m = mutable_map[int, int]()
    s = mutable_set[int]()
    concurrent:
        spawn:
            m[1] = 1
            s.add(1)
        MORE
";
    races(&text.replace("MORE", "m[2] = 2"), "a mutable map");
    races(&text.replace("MORE", "print(3 in m)"), "a mutable map");
    races(&text.replace("MORE", "print(3 in s)"), "a mutable set");
    races(&text.replace("MORE", "print(f\"{s}\")"), "a mutable set");
    silent(&text.replace("MORE", "print(m == m)"));
}

#[test]
fn a_detached_task_is_ordered_after_its_start_alone() {
    let text = "fn main():
    xs = mutable_list[int]()
    xs.append(1)
    detach xs.append(2)
    MORE
";
    silent(&text.replace("MORE", "pass"));
    races(&text.replace("MORE", "xs.append(3)"), "a mutable list");
}

#[test]
fn the_rest_of_a_racing_run_is_told_too() {
    let report = races(
        "fn main():
    xs = mutable_list[int]()
    concurrent:
        spawn xs.append(1)
        xs.append(2)
    panic(\"after it\")
",
        "a mutable list",
    );
    assert_eq!(report.failure.map(|failure| failure.message.clone()), Some("after it".to_owned()));
    assert!(report.story.contains("failed: after it"), "{}", report.story);
}

#[test]
fn a_race_replays_as_a_race() {
    let program = program(
        "fn main():
    xs = mutable_list[int]()
    concurrent:
        spawn xs.append(1)
        xs.append(2)
",
    );
    let options = RunOptions { races: true, ..RunOptions::default() };
    let first = run_with(&program, 3, &options).report;
    let replaying = Replay::new(first.schedule.clone(), &program).expect("it is the same program");
    let again = replay(&program, replaying, false, &mut Simulated::default());
    assert_eq!(again.divergence, None);
    assert_eq!((again.exit_code, again.story), (5, first.story));
}
