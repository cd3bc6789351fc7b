//! What locks lend: R007.

use crate::check;

#[test]
fn a_loan_used_after_its_block_is_flagged() {
    check(
        "
fn main():
    guarded = mutex(mutable_list([1]))
    with guarded.lock() as xs:
        xs.append(2)
    xs.append(3)  # error: R007
",
    );
}

#[test]
fn a_loan_assigned_to_another_name_and_used_after_is_flagged_where_it_leaves() {
    check(
        "
fn main():
    guarded = mutex(mutable_list([1]))
    kept = mutable_list[int]()
    with guarded.lock() as xs:
        kept = xs  # error: R007
    kept.append(3)
",
    );
}

#[test]
fn a_loan_stored_outside_is_flagged() {
    check(
        "
fn main():
    guarded = mutex(mutable_list([1]))
    all = mutable_list[mutable_list[int]]()
    with guarded.lock() as xs:
        all.append(xs)  # error: R007
",
    );
}

#[test]
fn a_loan_that_is_sent_is_flagged() {
    check(
        "
fn main():
    guarded = mutex(mutable_list([1]))
    ch = channel[mutable_list[int]](buffer=1)
    with guarded.lock() as xs:
        ch.send(xs)  # error: R007
",
    );
}

#[test]
fn a_loan_that_is_returned_is_flagged() {
    check(
        "
fn leak(guarded: mutex[mutable_list[int]]) -> mutable_list[int]:
    with guarded.lock() as xs:
        return xs  # error: R007

fn main():
    print(leak(mutex(mutable_list([1]))))
",
    );
}

#[test]
fn a_loan_that_is_captured_by_a_task_is_flagged() {
    check(
        "
fn main():
    guarded = mutex(mutable_list([1]))
    concurrent:
        with guarded.lock() as xs:
            spawn:
                xs.append(1)  # error: R007
",
    );
}

#[test]
fn shareable_parts_may_leave() {
    check(
        "
fn first(guarded: mutex[mutable_list[int]]) -> int:
    with guarded.lock() as xs:
        return xs[0]

fn all(guarded: mutex[mutable_list[int]]) -> list[int]:
    with guarded.lock() as xs:
        return xs.snapshot()

fn main():
    guarded = mutex(mutable_list([1]))
    print(first(guarded), all(guarded))
",
    );
}

#[test]
fn callees_may_borrow_a_loan() {
    check(
        "
fn fill(xs: mutable_list[int]):
    xs.append(1)

fn main():
    guarded = mutex(mutable_list([1]))
    with guarded.lock() as xs:
        fill(xs)
        same = xs
        same.append(2)
",
    );
}

#[test]
fn tasks_may_share_what_a_lock_guards() {
    check(
        "
fn main():
    guarded = mutex(mutable_list([1]))
    concurrent:
        for i in range(3):
            spawn:
                with guarded.lock() as xs:
                    xs.append(i)
    with guarded.lock() as xs:
        print(xs)
",
    );
}

#[test]
fn what_is_stored_into_a_loan_is_gone() {
    check(
        "
fn main():
    guarded = mutex(mutable_list[mutable_list[int]]())
    row = mutable_list([1])
    with guarded.lock() as rows:
        rows.append(row)
    row.append(2)  # error: R006
",
    );
}

#[test]
fn a_value_guarded_by_assignment_is_changed_in_place() {
    check(
        "
fn main():
    count = mutex(0)
    concurrent:
        spawn:
            with count.lock() as n:
                n = n + 1
        spawn:
            with count.lock() as n:
                n += 1
    with count.lock() as n:
        print(n)
",
    );
}

#[test]
fn replacing_what_is_guarded_gives_the_new_list_away() {
    check(
        "
fn main():
    guarded = mutex(mutable_list([1]))
    fresh = mutable_list[int]()
    with guarded.lock() as xs:
        xs = fresh
        xs.append(1)
    fresh.append(2)  # error: R006
",
    );
}
