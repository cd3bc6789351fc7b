//! Iterations of `parallel for`: R005.

use crate::check;

#[test]
fn an_element_for_each_iteration_is_silent() {
    check(
        "
fn main():
    xs = mutable_list([1, 2, 3])
    out = mutable_list([0, 0, 0])
    parallel for i in range(3):
        out[i] = xs[i] * 2
    print(out)
",
    );
}

#[test]
fn updating_its_own_element_is_silent() {
    check(
        "
fn main():
    out = mutable_list([0, 0, 0])
    parallel for i in range(len(out)):
        out[i] += i
        out[i] = out[i] + 1
    print(out)
",
    );
}

#[test]
fn a_captured_name_must_not_be_assigned() {
    check(
        "
fn main():
    total = 0
    parallel for i in range(3):
        total += i  # error: R005
    print(total)
",
    );
}

#[test]
fn appending_changes_the_whole() {
    check(
        "
fn main():
    out = mutable_list[int]()
    parallel for i in range(3):
        out.append(i)  # error: R005
    print(out)
",
    );
}

#[test]
fn map_writes_change_the_whole() {
    check(
        "
fn main():
    seen = mutable_map[int, int]()
    parallel for i in range(3):
        seen[i] = i  # error: R005
    print(seen)
",
    );
}

#[test]
fn one_element_for_all_is_flagged() {
    check(
        "
fn main():
    out = mutable_list([0, 0, 0])
    parallel for i in range(3):
        out[0] = i  # error: R005
    print(out)
",
    );
}

#[test]
fn a_neighbours_element_must_not_be_read() {
    check(
        "
fn main():
    out = mutable_list([0, 0, 0])
    parallel for i in range(2):
        out[i] = out[i + 1]  # error: R005
    print(out)
",
    );
}

#[test]
fn a_shift_of_every_access_is_silent() {
    check(
        "
fn main():
    out = mutable_list([0, 0, 0])
    parallel for i in range(2):
        out[i + 1] = out[i + 1] + i
    print(out)
",
    );
}

#[test]
fn a_stride_keeps_neighbours_apart() {
    check(
        "
fn main():
    out = mutable_list([0, 0, 0, 0])
    parallel for i in range(0, 4, 2):
        out[i] = i
        out[i + 1] = i
    print(out)
",
    );
}

#[test]
fn two_offsets_that_meet_are_flagged() {
    check(
        "
fn main():
    out = mutable_list([0, 0, 0, 0])
    parallel for i in range(3):
        out[i] = i  # error: R005
        out[i + 1] = i  # error: R005
    print(out)
",
    );
}

#[test]
fn halves_too_far_apart_to_meet_are_silent() {
    check(
        "
fn main():
    out = mutable_list([0, 0, 0, 0])
    parallel for i in range(2):
        out[i] = i
        out[i + 2] = i
    print(out)
",
    );
}

#[test]
fn reading_the_whole_of_what_iterations_change_is_flagged() {
    check(
        "
fn main():
    out = mutable_list([0, 0, 0])
    parallel for i in range(3):
        out[i] = sum(out)  # error: R005
    print(out)
",
    );
}

#[test]
fn many_readers_are_silent() {
    check(
        "
fn main():
    xs = mutable_list([1, 2, 3])
    count = atom(0)
    parallel for i in range(3):
        print(xs, len(xs), xs[0])
        count.set(i)
",
    );
}

#[test]
fn lists_of_the_iteration_itself_are_silent() {
    check(
        "
fn main():
    parallel for i in range(3):
        mine = mutable_list[int]()
        mine.append(i)
        total = 0
        for x in mine:
            total += x
        print(total)
",
    );
}

#[test]
fn rows_by_index_are_elements() {
    check(
        "
fn main():
    rows = mutable_list([mutable_list([1]), mutable_list([2])])
    parallel for i in range(2):
        rows[i].append(i)
        rows[i][0] = 7
    print(len(rows))
",
    );
}

#[test]
fn a_callee_that_changes_the_whole_is_flagged() {
    check(
        "
fn grow(xs: mutable_list[int]):
    xs.append(1)

fn main():
    out = mutable_list([0])
    parallel for i in range(3):
        grow(out)  # error: R005
        print(i)
    print(out)
",
    );
}

#[test]
fn a_loop_beside_a_task_takes_part_in_its_scope() {
    check(
        "
fn main():
    out = mutable_list([0, 0])
    concurrent:
        spawn:
            print(out)
        parallel for i in range(2):
            out[i] = i  # error: R001
    print(out)
",
    );
}

#[test]
fn positions_from_enumerate_count_rounds() {
    check(
        "
fn main():
    xs = [3, 4, 5]
    out = mutable_list([0, 0, 0])
    parallel for pair in enumerate(xs):
        out[pair[0]] = pair[1]
    print(out)
",
    );
}

#[test]
fn elements_of_a_list_are_no_positions() {
    check(
        "
fn main():
    xs = [0, 0, 1]
    out = mutable_list([0, 0, 0])
    parallel for x in xs:
        out[x] = x  # error: R005
    print(out)
",
    );
}
