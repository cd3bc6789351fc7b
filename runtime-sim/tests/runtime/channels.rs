//! Channels and `select`.

use crate::support::{fails, prints};

#[test]
fn a_rendezvous_hands_over_in_order() {
    prints(
        "fn main():\n    ch = channel[int]()\n    concurrent:\n        spawn:\n            defer ch.close()\n            for n in range(100):\n                ch.send(n)\n        total = 0\n        last = -1\n        for n in ch:\n            assert n == last + 1\n            last = n\n            total += n\n        print(total)\n",
        "4950\n",
    );
}

#[test]
fn try_operations_never_wait() {
    prints(
        "fn main():\n    ch = channel[int](buffer=1)\n    print(ch.try_receive(), ch.try_send(1), ch.try_send(2), ch.len(), ch.capacity())\n    print(ch.try_receive(), ch.closed())\n    ch.close()\n    print(ch.closed(), ch.next(), ch.try_receive())\n",
        "None true false 1 1\nSome(1) false\ntrue None None\n",
    );
}

#[test]
fn a_closed_channel_is_drained_before_it_ends() {
    prints(
        "fn main():\n    ch = channel[int](buffer=3)\n    for n in range(3):\n        ch.send(n)\n    ch.close()\n    for n in ch:\n        print(n)\n    print(\"end\")\n",
        "0\n1\n2\nend\n",
    );
}

#[test]
fn use_of_a_closed_channel_fails() {
    let with =
        |body: &str| format!("fn main():\n    ch = channel[int]()\n    ch.close()\n    {body}\n");
    assert_eq!(fails(&with("ch.send(1)"), "send on a closed channel"), "closed");
    assert_eq!(fails(&with("print(ch.receive())"), "receive on a closed channel"), "closed");
    assert_eq!(fails(&with("ch.close()"), "close of a closed channel"), "closed");
}

#[test]
fn a_sender_that_a_close_catches_fails() {
    let text = "fn main():\n    ch = channel[int]()\n    concurrent:\n        spawn ch.send(1)\n        sleep(1.milliseconds)\n        ch.close()\n";
    assert_eq!(fails(text, "send on a closed channel"), "closed");
}

#[test]
fn select_takes_what_is_ready_and_else_when_nothing_is() {
    prints(
        "fn main():\n    a = channel[int](buffer=1)\n    b = channel[int](buffer=1)\n    select:\n        case x from a:\n            print(x)\n        else:\n            print(\"nothing\")\n    b.send(7)\n    select:\n        case x from a:\n            print(\"a\", x)\n        case y from b:\n            print(\"b\", y)\n    select:\n        case a.send(3):\n            print(\"sent\")\n        case y from b:\n            print(\"b\", y)\n    print(a.receive())\n",
        "nothing\nb 7\nsent\n3\n",
    );
}

#[test]
fn select_waits_for_the_first_that_comes() {
    prints(
        "fn main():\n    a = channel[int]()\n    stop = signal()\n    concurrent:\n        spawn:\n            sleep(2.milliseconds)\n            a.send(1)\n            sleep(2.milliseconds)\n            stop.set()\n        running = true\n        while running:\n            select:\n                case x from a:\n                    print(\"got\", x)\n                case stop.wait():\n                    print(\"stop\")\n                    running = false\n                case timeout(3.milliseconds):\n                    print(\"late\")\n",
        "got 1\nstop\n",
    );
}

#[test]
fn a_select_that_can_never_be_ready_fails() {
    let text = "fn main():\n    a = channel[int]()\n    a.close()\n    select:\n        case x from a:\n            print(x)\n";
    assert_eq!(fails(text, "no case of the select can ever be ready"), "select");
}

#[test]
fn the_closed_case_is_ready_once_all_is_drained() {
    prints(
        "fn main():\n    a = channel[int](buffer=2)\n    a.send(1)\n    concurrent:\n        spawn:\n            sleep(1.milliseconds)\n            a.close()\n        open = true\n        while open:\n            select:\n                case x from a:\n                    print(x)\n                case closed a:\n                    print(\"closed\")\n                    open = false\n",
        "1\nclosed\n",
    );
}

#[test]
fn a_false_guard_disables_a_case() {
    prints(
        "fn main():\n    a = channel[int](buffer=1)\n    b = channel[int](buffer=1)\n    a.send(1)\n    b.send(2)\n    n = 0\n    select:\n        case x from a if n > 0:\n            print(\"a\", x)\n        case y from b:\n            print(\"b\", y)\n",
        "b 2\n",
    );
}
