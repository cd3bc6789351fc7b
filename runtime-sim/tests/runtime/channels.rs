//! Channels and `select`.

use crate::support::{fails, prints};

#[test]
fn a_rendezvous_hands_over_in_order() {
    prints(
        r#"fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            defer ch.close()
            for n in range(100):
                ch.send(n)
        total = 0
        last = -1
        for n in ch:
            assert n == last + 1
            last = n
            total += n
        print(total)
"#,
        "4950\n",
    );
}

#[test]
fn try_operations_never_wait() {
    prints(
        r#"fn main():
    ch = channel[int](buffer=1)
    print(ch.try_receive(), ch.try_send(1), ch.try_send(2), ch.len(), ch.capacity())
    print(ch.try_receive(), ch.closed())
    ch.close()
    print(ch.closed(), ch.next(), ch.try_receive())
"#,
        "None true false 1 1\nSome(1) false\ntrue None None\n",
    );
}

#[test]
fn a_closed_channel_is_drained_before_it_ends() {
    prints(
        r#"fn main():
    ch = channel[int](buffer=3)
    for n in range(3):
        ch.send(n)
    ch.close()
    for n in ch:
        print(n)
    print("end")
"#,
        "0\n1\n2\nend\n",
    );
}

#[test]
fn use_of_a_closed_channel_fails() {
    let with = |body: &str| {
        format!(
            r#"fn main():
    ch = channel[int]()
    ch.close()
    {body}
"#
        )
    };
    assert_eq!(fails(&with("ch.send(1)"), "send on a closed channel"), "closed");
    assert_eq!(fails(&with("print(ch.receive())"), "receive on a closed channel"), "closed");
    assert_eq!(fails(&with("ch.close()"), "close of a closed channel"), "closed");
}

#[test]
fn a_sender_that_a_close_catches_fails() {
    let text = r#"fn main():
    ch = channel[int]()
    concurrent:
        spawn ch.send(1)
        sleep(1.milliseconds)
        ch.close()
"#;
    assert_eq!(fails(text, "send on a closed channel"), "closed");
}

#[test]
fn select_takes_what_is_ready_and_else_when_nothing_is() {
    prints(
        r#"fn main():
    a = channel[int](buffer=1)
    b = channel[int](buffer=1)
    select:
        case x from a:
            print(x)
        else:
            print("nothing")
    b.send(7)
    select:
        case x from a:
            print("a", x)
        case y from b:
            print("b", y)
    select:
        case a.send(3):
            print("sent")
        case y from b:
            print("b", y)
    print(a.receive())
"#,
        "nothing\nb 7\nsent\n3\n",
    );
}

#[test]
fn select_waits_for_the_first_that_comes() {
    prints(
        r#"fn main():
    a = channel[int]()
    stop = signal()
    concurrent:
        spawn:
            sleep(2.milliseconds)
            a.send(1)
            sleep(2.milliseconds)
            stop.set()
        running = true
        while running:
            select:
                case x from a:
                    print("got", x)
                case stop.wait():
                    print("stop")
                    running = false
                case timeout(3.milliseconds):
                    print("late")
"#,
        "got 1\nstop\n",
    );
}

#[test]
fn a_select_that_can_never_be_ready_fails() {
    let text = r#"fn main():
    a = channel[int]()
    a.close()
    select:
        case x from a:
            print(x)
"#;
    assert_eq!(fails(text, "no case of the select can ever be ready"), "select");
}

#[test]
fn the_closed_case_is_ready_once_all_is_drained() {
    prints(
        r#"fn main():
    a = channel[int](buffer=2)
    a.send(1)
    concurrent:
        spawn:
            sleep(1.milliseconds)
            a.close()
        open = true
        while open:
            select:
                case x from a:
                    print(x)
                case closed a:
                    print("closed")
                    open = false
"#,
        "1\nclosed\n",
    );
}

#[test]
fn a_false_guard_disables_a_case() {
    prints(
        r#"fn main():
    a = channel[int](buffer=1)
    b = channel[int](buffer=1)
    a.send(1)
    b.send(2)
    n = 0
    select:
        case x from a if n > 0:
            print("a", x)
        case y from b:
            print("b", y)
"#,
        "b 2\n",
    );
}
