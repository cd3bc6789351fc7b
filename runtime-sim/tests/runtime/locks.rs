//! Atoms, locks, semaphores, barriers, signals.

use crate::support::{prints, ran};

#[test]
fn a_mutex_keeps_updates_whole() {
    prints(
        "fn add(m: mutex[int]):\n    for _ in range(50):\n        with m.lock() as n:\n            n += 1\n\nfn main():\n    m = mutex(0)\n    concurrent:\n        for _ in range(4):\n            spawn add(m)\n    with m.lock() as n:\n        print(n)\n",
        "200\n",
    );
}

#[test]
fn a_lock_is_given_back_when_its_block_fails() {
    prints(
        "fn bad(m: mutex[int]):\n    with m.lock() as n:\n        n = 5\n        panic(\"inside\")\n\nfn main():\n    m = mutex(0)\n    print((attempt bad(m)).is_err())\n    with m.lock() as n:\n        print(n)\n",
        "true\n5\n",
    );
}

#[test]
fn a_conditional_lock_waits_until_its_condition_holds() {
    prints(
        "fn take(q: mutex[mutable_list[int]]) -> int:\n    with q.lock() as items when len(items) > 0:\n        return items.remove(0)\n\nfn main():\n    q = mutex(mutable_list[int]())\n    concurrent:\n        a = spawn take(q)\n        sleep(1.milliseconds)\n        with q.lock() as items:\n            items.append(9)\n    print(a)\n",
        "9\n",
    );
}

#[test]
fn many_read_and_one_writes() {
    prints(
        "fn read(r: rwlock[int], inside: atom[int], most: atom[int]):\n    with r.read() as v:\n        now = inside.swap(fn(n): n + 1)\n        most.swap(fn(m): max(m, now))\n        sleep(1.milliseconds)\n        inside.swap(fn(n): n - 1)\n\nfn main():\n    r = rwlock(1)\n    inside = atom(0)\n    most = atom(0)\n    concurrent:\n        for _ in range(3):\n            spawn read(r, inside, most)\n        sleep(500.microseconds)\n        with r.write() as v:\n            v = 2\n            print(\"alone\", inside.get())\n    with r.read() as v:\n        print(v, most.get())\n",
        "alone 0\n2 3\n",
    );
}

#[test]
fn a_semaphore_lets_so_many_in() {
    prints(
        "fn work(s: semaphore, inside: atom[int], most: atom[int]):\n    with s.acquire():\n        now = inside.swap(fn(n): n + 1)\n        most.swap(fn(m): max(m, now))\n        sleep(1.milliseconds)\n        inside.swap(fn(n): n - 1)\n\nfn main():\n    s = semaphore(2)\n    inside = atom(0)\n    most = atom(0)\n    concurrent:\n        for _ in range(6):\n            spawn work(s, inside, most)\n    print(most.get(), inside.get())\n",
        "2 0\n",
    );
}

#[test]
fn a_barrier_lets_all_parties_go_together_again_and_again() {
    prints(
        "fn party(b: barrier, arrived: atom[int]):\n    for round in range(1, 4):\n        arrived.swap(fn(n): n + 1)\n        b.wait()\n        assert arrived.get() >= 3 * round\n        b.wait()\n\nfn main():\n    b = barrier(3)\n    arrived = atom(0)\n    concurrent:\n        for _ in range(3):\n            spawn party(b, arrived)\n    print(arrived.get())\n",
        "9\n",
    );
}

#[test]
fn compare_and_set_sets_only_what_it_expects() {
    prints(
        "fn main():\n    a = atom(1)\n    print(a.compare_and_set(2, 3), a.get(), a.compare_and_set(1, 3), a.get())\n",
        "false 1 true 3\n",
    );
}

#[test]
fn a_failing_swap_leaves_the_atom_as_it_was() {
    prints(
        "fn main():\n    a = atom(1)\n    zero = a.get() - 1\n    print((attempt a.swap(fn(n): n // zero)).is_err(), a.get())\n",
        "true 1\n",
    );
}

#[test]
fn a_swap_that_waits_fails() {
    let ran = ran(
        "fn main():\n    a = atom(1)\n    ch = channel[int]()\n    a.swap(fn(n): n + ch.receive())\n",
    );
    let failure = ran.report.failure.expect("it failed");
    assert_eq!(failure.message, "a condition or a `swap` function must not wait");
}
