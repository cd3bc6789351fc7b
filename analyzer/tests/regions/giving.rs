//! Values given away for good: R006.

use crate::check;

#[test]
fn a_sent_list_is_gone() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list[int]()
    ch.send(data)
    data.append(1)  # error: R006
",
    );
}

#[test]
fn a_sent_list_is_gone_under_every_name() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list[int]()
    other = data
    ch.send(data)
    print(len(other))  # error: R006
",
    );
}

#[test]
fn an_alias_dead_before_the_send_is_silent() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list[int]()
    other = data
    other.append(1)
    ch.send(data)
",
    );
}

#[test]
fn a_name_rebound_after_the_send_is_silent() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=3)
    data = mutable_list[int]()
    for i in range(3):
        data.append(i)
        ch.send(data)
        data = mutable_list[int]()
    data.append(1)
",
    );
}

#[test]
fn sending_one_list_in_every_round_is_flagged() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=3)
    data = mutable_list[int]()
    for i in range(3):
        ch.send(data)  # error: R006
",
    );
}

#[test]
fn a_send_on_one_path_is_enough() {
    check(
        "
fn run(early: bool):
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list[int]()
    if early:
        ch.send(data)
    data.append(1)  # error: R006

fn main():
    run(true)
",
    );
}

#[test]
fn a_send_on_the_path_that_returns_is_silent() {
    check(
        "
fn run(early: bool):
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list[int]()
    if early:
        ch.send(data)
        return
    data.append(1)

fn main():
    run(true)
",
    );
}

#[test]
fn try_send_keeps_the_list_where_it_gave_false() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list[int]()
    if ch.try_send(data):
        print(\"sent\")
    else:
        data.append(1)
",
    );
}

#[test]
fn try_send_gives_where_it_gave_true() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list[int]()
    sent = ch.try_send(data)
    if not sent:
        data.append(1)
        return
    data.append(2)  # error: R006
",
    );
}

#[test]
fn try_send_that_is_not_branched_on_gives() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list[int]()
    sent = ch.try_send(data)
    print(sent)
    data.append(2)  # error: R006
",
    );
}

#[test]
fn a_select_send_gives_in_its_own_case() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list[int]()
    select:
        case ch.send(data):
            data.append(1)  # error: R006
        case timeout(1.seconds):
            data.append(2)
",
    );
}

#[test]
fn a_frozen_list_is_gone_and_its_value_is_shared() {
    check(
        "
fn main():
    data = mutable_list([1])
    frozen = data.freeze()
    concurrent:
        spawn:
            print(frozen)
        print(frozen)
    data.append(2)  # error: R006
",
    );
}

#[test]
fn a_snapshot_gives_nothing_away() {
    check(
        "
fn main():
    data = mutable_list([1])
    copy = data.snapshot()
    concurrent:
        spawn:
            print(copy)
        data.append(2)
    print(data, copy)
",
    );
}

#[test]
fn what_a_mutex_guards_is_gone() {
    check(
        "
fn main():
    data = mutable_list([1])
    guarded = mutex(data)
    with guarded.lock() as xs:
        xs.append(2)
    print(data)  # error: R006
",
    );
}

#[test]
fn a_detached_call_keeps_its_arguments() {
    check(
        "
fn work(xs: mutable_list[int]):
    xs.append(1)

fn main():
    data = mutable_list([1])
    detach work(data)
    print(data)  # error: R006
",
    );
}

#[test]
fn a_callee_that_sends_keeps() {
    check(
        "
fn pass_on(ch: channel[mutable_list[int]], xs: mutable_list[int]):
    ch.send(xs)

fn main():
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list([1])
    pass_on(ch, data)
    print(data)  # error: R006
",
    );
}

#[test]
fn a_task_that_sends_gives_nothing_back() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list([1])
    concurrent:
        spawn:
            ch.send(data)
    print(data)  # error: R006
",
    );
}

#[test]
fn a_deferred_use_after_a_send_is_flagged() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list([1])
    defer data.append(2)  # error: R006
    ch.send(data)
",
    );
}

#[test]
fn shareable_values_are_never_gone() {
    check(
        "
fn main():
    ch = channel[list[int]](buffer=1)
    data = [1, 2]
    ch.send(data)
    print(data)
",
    );
}

#[test]
fn what_holds_a_sent_list_is_gone_with_it() {
    check(
        "
mutable struct Basket:
    items: mutable_list[int]

fn main():
    ch = channel[mutable_list[int]](buffer=1)
    data = mutable_list([1])
    basket = Basket(items=data)
    ch.send(data)
    print(len(basket.items))  # error: R006
",
    );
}

#[test]
fn a_received_list_is_the_receivers_own() {
    check(
        "
fn main():
    ch = channel[mutable_list[int]](buffer=2)
    ch.send(mutable_list([1]))
    ch.send(mutable_list([2]))
    one = ch.receive()
    other = ch.receive()
    concurrent:
        spawn:
            one.append(1)
        other.append(2)
    print(one, other)
",
    );
}
