//! Channels that travel: in lists, maps, structs, variants and locks, through callees, closures and other channels.

use crate::check;

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
