//! Tasks of one scope and the body around them: R001, R002, and what must stay silent.

use crate::check;

#[test]
fn two_tasks_that_change_one_list_are_both_at_fault() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            data.append(1)  # error: R001
        spawn:
            data.append(2)  # error: R001
",
    );
}

#[test]
fn spawned_calls_that_change_one_list_are_both_at_fault() {
    check(
        "
fn fill(xs: mutable_list[int]):
    xs.append(1)

fn main():
    data = mutable_list[int]()
    concurrent:
        spawn fill(data)  # error: R001
        spawn fill(data)  # error: R001
",
    );
}

#[test]
fn two_tasks_that_take_two_lists_are_silent() {
    check(
        "
fn main():
    left = mutable_list[int]()
    right = mutable_list[int]()
    concurrent:
        spawn:
            left.append(1)
        spawn:
            right.append(2)
    print(left, right)
",
    );
}

#[test]
fn two_tasks_that_only_read_one_list_are_silent() {
    check(
        "
fn total(xs: mutable_list[int]) -> int:
    sum = 0
    for x in xs:
        sum += x
    return sum

fn main():
    data = mutable_list([1, 2, 3])
    concurrent:
        a = spawn total(data)
        b = spawn total(data)
        print(len(data))
    print(a + b)
",
    );
}

#[test]
fn one_list_in_two_scopes_one_after_the_other_is_silent() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            data.append(1)
    concurrent:
        spawn:
            data.append(2)
    data.append(3)
    print(data)
",
    );
}

#[test]
fn the_parent_must_not_change_what_a_task_has() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            data.append(1)
        data.append(2)  # error: R001
",
    );
}

#[test]
fn the_parent_must_not_change_what_a_task_reads() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            print(len(data))
        data.append(2)  # error: R001
",
    );
}

#[test]
fn the_parent_must_not_read_what_a_task_changes() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            data.append(1)
        print(data)  # error: R002
",
    );
}

#[test]
fn a_sibling_must_not_read_what_a_task_changes() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            data.append(1)
        spawn:
            print(data)  # error: R002
",
    );
}

#[test]
fn of_a_reader_and_a_later_changer_the_changer_is_at_fault() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            print(data)
        spawn:
            data.append(1)  # error: R001
",
    );
}

#[test]
fn an_alias_is_the_same_region() {
    check(
        "
fn main():
    data = mutable_list[int]()
    other = data
    concurrent:
        spawn:
            data.append(1)
        other.append(2)  # error: R001
",
    );
}

#[test]
fn what_was_put_into_a_container_is_in_its_region() {
    check(
        "
fn main():
    row = mutable_list[int]()
    rows = mutable_list[mutable_list[int]]()
    rows.append(row)
    concurrent:
        spawn:
            rows[0].append(1)
        row.append(2)  # error: R001
",
    );
}

#[test]
fn fields_of_a_mutable_struct_are_in_its_region() {
    check(
        "
mutable struct Counter:
    hits: int = 0

    fn bump(self):
        self.hits += 1

fn main():
    counter = Counter()
    concurrent:
        spawn counter.bump()
        counter.hits = 3  # error: R001
    print(counter.hits)
",
    );
}

#[test]
fn a_list_comes_back_when_the_scope_ends() {
    check(
        "
fn fill(xs: mutable_list[int]):
    xs.append(1)

fn main():
    data = mutable_list[int]()
    concurrent:
        spawn fill(data)
    print(data)
    data.append(2)
",
    );
}

#[test]
fn a_list_comes_back_when_its_task_is_joined() {
    check(
        "
fn fill(xs: mutable_list[int]) -> int:
    xs.append(1)
    return len(xs)

fn main():
    data = mutable_list[int]()
    concurrent:
        task = spawn fill(data)
        print(task.join())
        data.append(2)
        spawn fill(data)
",
    );
}

#[test]
fn an_implicit_join_gives_the_list_back() {
    check(
        "
fn fill(xs: mutable_list[int]) -> int:
    xs.append(1)
    return len(xs)

fn main():
    data = mutable_list[int]()
    concurrent:
        count = spawn fill(data)
        print(count + 1)
        data.append(2)
",
    );
}

#[test]
fn a_join_on_one_path_only_gives_nothing_back() {
    check(
        "
fn fill(xs: mutable_list[int]) -> int:
    xs.append(1)
    return len(xs)

fn run(wait: bool):
    data = mutable_list[int]()
    concurrent:
        task = spawn fill(data)
        if wait:
            print(task.join())
        data.append(2)  # error: R001

fn main():
    run(true)
",
    );
}

#[test]
fn a_join_of_either_branch_gives_back() {
    check(
        "
fn fill(xs: mutable_list[int]) -> int:
    xs.append(1)
    return len(xs)

fn run(twice: bool):
    data = mutable_list[int]()
    concurrent:
        if twice:
            task = spawn fill(data)
            print(task.join())
        else:
            task = spawn fill(data)
            print(task.join())
        data.append(2)

fn main():
    run(true)
",
    );
}

#[test]
fn a_region_taken_in_either_branch_is_silent() {
    check(
        "
fn run(first: bool):
    data = mutable_list[int]()
    concurrent:
        if first:
            spawn:
                data.append(1)
        else:
            spawn:
                data.append(2)
    print(data)

fn main():
    run(true)
",
    );
}

#[test]
fn the_else_of_a_timed_out_scope_has_its_list_back() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent timeout(1.seconds):
        spawn:
            data.append(1)
            sleep(2.seconds)
    else:
        data.append(2)
    print(data)
",
    );
}

#[test]
fn a_list_is_free_after_a_break_out_of_the_scope() {
    check(
        "
fn main():
    data = mutable_list[int]()
    while true:
        concurrent:
            spawn:
                data.append(1)
            break
    data.append(2)
",
    );
}

#[test]
fn a_list_is_free_after_a_return_out_of_the_scope() {
    check(
        "
fn fill() -> mutable_list[int]:
    data = mutable_list[int]()
    concurrent:
        spawn:
            data.append(1)
        return data

fn main():
    print(fill())
",
    );
}

#[test]
fn nested_scopes_lend_from_task_to_task() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            concurrent:
                spawn:
                    data.append(1)
            data.append(2)
            concurrent:
                spawn:
                    data.append(3)
                spawn:
                    print(1)
    print(data)
",
    );
}

#[test]
fn values_and_sync_objects_are_shared_freely() {
    check(
        "
struct Job:
    id: int

fn main():
    jobs = [Job(id=1), Job(id=2)]
    names = {\"a\": 1}
    count = atom(0)
    concurrent:
        spawn:
            count.set(len(jobs))
        spawn:
            print(jobs, names)
            count.set(2)
        print(jobs, names, count.get())
",
    );
}

#[test]
fn work_before_the_spawn_is_ordered() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        data.append(1)
        print(data)
        spawn:
            data.append(2)
",
    );
}

#[test]
fn a_name_bound_anew_is_another_list() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            data.append(1)
        data = mutable_list[int]()
        data.append(2)
        print(data)
",
    );
}

#[test]
fn unreachable_code_is_silent() {
    check(
        "
fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            data.append(1)
        return
        data.append(2)  # error: N006
",
    );
}

#[test]
fn a_deferred_change_runs_after_the_scope() {
    check(
        "
fn fill():
    data = mutable_list[int]()
    defer data.append(3)
    concurrent:
        spawn:
            data.append(1)

fn main():
    fill()
",
    );
}

#[test]
fn pairwise_swaps_move_names_not_lists() {
    check(
        "
fn main():
    a = mutable_list[int]()
    b = mutable_list[int]()
    a, b = b, a
    concurrent:
        spawn:
            a.append(1)
        b.append(2)
    print(a, b)
",
    );
}

#[test]
fn a_map_is_changed_by_index_assignment() {
    check(
        "
fn main():
    ages = mutable_map[str, int]()
    concurrent:
        spawn:
            ages[\"a\"] = 1  # error: R001
        spawn:
            ages[\"b\"] = 2  # error: R001
    print(ages)
",
    );
}

#[test]
fn a_failed_attempt_ends_the_scope_inside_it() {
    check(
        "
fn fill(xs: mutable_list[int]) -> int:
    concurrent:
        spawn:
            xs.append(1)
    return len(xs)

fn main():
    data = mutable_list[int]()
    result = attempt fill(data)
    data.append(2)
    print(result.is_ok(), data)
",
    );
}
