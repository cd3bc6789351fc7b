//! Spawning in loops: R004, and the fresh values that need no excuse.

use crate::check;

#[test]
fn rounds_must_not_share_a_list_that_they_change() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        for i in range(3):
            spawn:
                data.append(i)  # error: R004
",
    );
}

#[test]
fn spawned_calls_in_a_loop_are_flagged_at_the_spawn() {
    check(
        "
fn fill(xs: mutable_list[int]):
    xs.append(1)

fn main():
    data = mutable_list[int]()
    concurrent:
        while len(data) < 3:  # error: R002
            spawn fill(data)  # error: R004
",
    );
}

#[test]
fn rounds_may_read_one_list() {
    check(
        "
fn main():
    data = mutable_list([1, 2])
    concurrent:
        for i in range(3):
            spawn:
                print(i, len(data))
",
    );
}

#[test]
fn a_fresh_list_in_each_round_is_silent() {
    check(
        "
fn main():
    concurrent:
        for i in range(3):
            data = mutable_list[int]()
            spawn:
                data.append(i)
",
    );
}

#[test]
fn a_name_rebound_after_the_spawn_is_silent() {
    check(
        "
fn work(xs: mutable_list[int]):
    xs.append(1)

fn main():
    batch = mutable_list[int]()
    concurrent:
        for i in range(10):
            batch.append(i)
            if len(batch) == 3:
                spawn work(batch)
                batch = mutable_list[int]()
",
    );
}

#[test]
fn leaving_the_loop_after_the_spawn_is_silent() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        for i in range(3):
            if i == 1:
                spawn:
                    data.append(i)
                break
",
    );
}

#[test]
fn a_scope_in_each_round_is_silent() {
    check(
        "
fn main():
    data = mutable_list[int]()
    for i in range(3):
        concurrent:
            spawn:
                data.append(i)
",
    );
}

#[test]
fn joining_in_the_round_is_silent() {
    check(
        "
fn fill(xs: mutable_list[int]) -> int:
    xs.append(1)
    return len(xs)

fn main():
    data = mutable_list[int]()
    concurrent:
        for i in range(3):
            task = spawn fill(data)
            print(i, task.join())
",
    );
}

#[test]
fn joining_the_task_of_the_round_before_only_is_flagged() {
    check(
        "
fn fill(xs: mutable_list[int]) -> int:
    xs.append(1)
    return len(xs)

fn main():
    data = mutable_list[int]()
    concurrent:
        for i in range(3):
            task = spawn fill(data)  # error: R004
            if i > 0:
                print(task.join())
",
    );
}

#[test]
fn batches_from_a_channel_are_fresh() {
    check(
        "
fn work(batch: mutable_list[int]):
    batch.append(1)

fn serve(ch: channel[mutable_list[int]]):
    concurrent:
        for batch in ch:
            spawn work(batch)

fn main():
    ch = channel[mutable_list[int]](buffer=1)
    ch.send(mutable_list([1]))
    ch.close()
    serve(ch)
",
    );
}

#[test]
fn the_parent_changing_in_the_next_round_is_flagged() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        for i in range(3):
            data.append(i)  # error: R001
            spawn:
                print(data)
",
    );
}

#[test]
fn walking_a_list_beside_the_task_that_changes_it_is_flagged() {
    check(
        "
fn main():
    data = mutable_list([1])
    concurrent:
        spawn:
            data.append(1)
        for x in data:  # error: R002
            print(x)
",
    );
}

#[test]
fn rows_of_one_container_to_one_task_each_are_silent() {
    check(
        "
fn work(row: mutable_list[int]):
    row.append(1)

fn main():
    rows = mutable_list([mutable_list([1]), mutable_list([2])])
    concurrent:
        for row in rows:
            spawn work(row)
",
    );
}
