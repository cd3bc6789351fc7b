//! Atoms, locks, semaphores, barriers, signals.

use crate::support::{prints, ran};

#[test]
fn a_mutex_keeps_updates_whole() {
    prints(
        r#"fn add(m: mutex[int]):
    for _ in range(50):
        with m.lock() as n:
            n += 1

fn main():
    m = mutex(0)
    concurrent:
        for _ in range(4):
            spawn add(m)
    with m.lock() as n:
        print(n)
"#,
        "200\n",
    );
}

#[test]
fn a_lock_is_given_back_when_its_block_fails() {
    prints(
        r#"fn bad(m: mutex[int]):
    with m.lock() as n:
        n = 5
        panic("inside")

fn main():
    m = mutex(0)
    print((attempt bad(m)).is_err())
    with m.lock() as n:
        print(n)
"#,
        "true\n5\n",
    );
}

#[test]
fn a_conditional_lock_waits_until_its_condition_holds() {
    prints(
        r#"fn take(q: mutex[mutable_list[int]]) -> int:
    with q.lock() as items when len(items) > 0:
        return items.pop(0)

fn main():
    q = mutex(mutable_list[int]())
    concurrent:
        a = spawn take(q)
        sleep(1.milliseconds)
        with q.lock() as items:
            items.append(9)
    print(a)
"#,
        "9\n",
    );
}

#[test]
fn many_read_and_one_writes() {
    prints(
        r#"fn read(r: rwlock[int], inside: atom[int], most: atom[int]):
    with r.read() as v:
        now = inside.swap(fn(n): n + 1)
        most.swap(fn(m): max(m, now))
        sleep(1.milliseconds)
        inside.swap(fn(n): n - 1)

fn main():
    r = rwlock(1)
    inside = atom(0)
    most = atom(0)
    concurrent:
        for _ in range(3):
            spawn read(r, inside, most)
        sleep(500.microseconds)
        with r.write() as v:
            v = 2
            print("alone", inside.get())
    with r.read() as v:
        print(v, most.get())
"#,
        "alone 0\n2 3\n",
    );
}

#[test]
fn a_semaphore_lets_so_many_in() {
    prints(
        r#"fn work(s: semaphore, inside: atom[int], most: atom[int]):
    with s.acquire():
        now = inside.swap(fn(n): n + 1)
        most.swap(fn(m): max(m, now))
        sleep(1.milliseconds)
        inside.swap(fn(n): n - 1)

fn main():
    s = semaphore(2)
    inside = atom(0)
    most = atom(0)
    concurrent:
        for _ in range(6):
            spawn work(s, inside, most)
    print(most.get(), inside.get())
"#,
        "2 0\n",
    );
}

#[test]
fn a_barrier_lets_all_parties_go_together_again_and_again() {
    prints(
        r#"fn party(b: barrier, arrived: atom[int]):
    for round in range(1, 4):
        arrived.swap(fn(n): n + 1)
        b.wait()
        assert arrived.get() >= 3 * round
        b.wait()

fn main():
    b = barrier(3)
    arrived = atom(0)
    concurrent:
        for _ in range(3):
            spawn party(b, arrived)
    print(arrived.get())
"#,
        "9\n",
    );
}

#[test]
fn compare_and_set_sets_only_what_it_expects() {
    prints(
        r#"fn main():
    a = atom(1)
    print(a.compare_and_set(2, 3), a.get(), a.compare_and_set(1, 3), a.get())
"#,
        "false 1 true 3\n",
    );
}

#[test]
fn a_failing_swap_leaves_the_atom_as_it_was() {
    prints(
        r#"fn main():
    a = atom(1)
    zero = a.get() - 1
    print((attempt a.swap(fn(n): n // zero)).is_err(), a.get())
"#,
        "true 1\n",
    );
}

#[test]
fn a_swap_that_waits_fails() {
    let ran = ran(r#"fn main():
    a = atom(1)
    ch = channel[int]()
    a.swap(fn(n): n + ch.receive())
"#);
    let failure = ran.report.failure.expect("it failed");
    assert_eq!(failure.message, "a condition, a constant or a `swap` function must not wait");
}

#[test]
fn a_select_refused_in_swap_leaves_no_one_waiting() {
    prints(
        r#"fn pick(ch: channel[int]) -> int:
    select:
        case n from ch:
            return n
        case timeout(1.hours):
            return 0

fn main():
    a = atom(1)
    ch = channel[int]()
    match attempt a.swap(fn(x): pick(ch)):
        case Ok(_):
            print("picked")
        case Err(f):
            print(f.message)
    start = now()
    concurrent:
        spawn ch.send(7)
        sleep(1.seconds)
        print(ch.receive())
    print(start.elapsed() < 1.minutes)
"#,
        "a condition, a constant or a `swap` function must not wait\n7\ntrue\n",
    );
}

#[test]
fn what_has_no_name_is_told_by_what_it_is() {
    for (waits, expected) in [
        ("barrier(2).wait()", "a barrier"),
        ("signal().wait()", "a signal"),
        ("channel[int]().receive()", "receive on a channel"),
    ] {
        let ran = ran(&format!("fn main():\n    {waits}\n"));
        assert_eq!(ran.report.outcome.text(), "deadlock");
        assert_eq!(ran.report.blocked[0].waits_for, expected);
    }
}

#[test]
fn a_deadlock_of_locks_says_who_holds_them() {
    let ran = ran(r#"fn both(first: mutex[int], second: mutex[int]):
    with first.lock() as a:
        sleep(1.milliseconds)
        with second.lock() as b:
            print(a + b)

fn main():
    ada = mutex(1)
    bob = mutex(2)
    concurrent:
        spawn both(ada, bob)
        spawn both(bob, ada)
"#);
    assert_eq!(ran.report.outcome.text(), "deadlock");
    // Both call it `second`, and it is not the same one.
    let line = |task: &str, lock: &str, holder: &str| {
        format!("{task} waits for lock second ({lock}) at main.weir:4:9, held by {holder}\n")
    };
    let story = &ran.report.story;
    assert!(story.contains(&line("main/1", "`bob`, made at main.weir:9:11", "main/2")), "{story}");
    assert!(story.contains(&line("main/2", "`ada`, made at main.weir:8:11", "main/1")), "{story}");
}

#[test]
fn a_deadlock_names_the_first_readers() {
    let ran = ran(r#"fn main():
    lock = rwlock(1)
    never = channel[int]()
    concurrent:
        for _ in range(5):
            spawn:
                with lock.read():
                    never.receive()
        sleep(1.seconds)
        with lock.write() as n:
            n += 1
"#);
    let expected = "main waits for write lock at main.weir:10:9, held by main/1, main/2, main/3 and 2 more for reading";
    assert!(ran.report.story.contains(expected), "{}", ran.report.story);
}
