//! Who serves whom: detached tasks, limits, semaphores, locks, trees of tasks, what is spawned for each value.

use crate::check;

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
