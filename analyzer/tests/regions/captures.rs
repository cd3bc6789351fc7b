//! Names that cross into tasks: R003 and D001.

use crate::check;

#[test]
fn a_task_must_not_assign_a_name_around_it() {
    check(
        "
fn main():
    count = 0
    concurrent:
        spawn:
            count = 1  # error: R003
    print(count)
",
    );
}

#[test]
fn nor_update_one() {
    check(
        "
fn main():
    count = 0
    concurrent:
        spawn:
            count += 1  # error: R003
    print(count)
",
    );
}

#[test]
fn a_nested_function_must_not_assign_a_name_around_it() {
    check(
        "
fn main():
    count = 0
    fn bump():
        count += 1  # error: R003
    bump()
    print(count)
",
    );
}

#[test]
fn names_of_the_tasks_own_are_silent() {
    check(
        "
fn main():
    total = 10
    concurrent:
        spawn:
            mine = total
            mine += 1
            for total in range(3):
                print(total)
            print(mine)
    print(total)
",
    );
}

#[test]
fn the_scope_body_itself_may_assign() {
    check(
        "
fn main():
    count = 0
    concurrent:
        spawn:
            print(1)
        count += 1
    print(count)
",
    );
}

#[test]
fn a_detached_body_names_nothing_around_it() {
    check(
        "
fn main():
    data = mutable_list([1])
    detach:
        print(data)  # error: D001
        print(data)
",
    );
}

#[test]
fn not_even_a_channel_or_a_value() {
    check(
        "
fn main():
    ch = channel[int](buffer=1)
    n = 3
    detach:
        ch.send(n)  # error: D001 D001
",
    );
}

#[test]
fn a_task_inside_a_detached_body_names_nothing_around_it_either() {
    check(
        "
fn main():
    n = 3
    detach:
        own = 4
        concurrent:
            spawn:
                print(own, n)  # error: D001
",
    );
}

#[test]
fn a_detached_body_that_owns_all_it_uses_is_silent() {
    check(
        "
const GREETING: str = \"hello\"

fn greet(name: str):
    print(GREETING, name)

fn main():
    detach:
        data = mutable_list([1])
        data.append(2)
        greet(\"you\")
    detach greet(\"me\")
",
    );
}
