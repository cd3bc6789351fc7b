//! What callees do: across calls, recursion, methods and function values.

use weir_analyzer::Database;
use weir_analyzer::items::file_items;
use weir_analyzer::regions::summary;

use crate::check;

#[test]
fn a_change_two_calls_deep_counts() {
    check(
        "
fn inner(xs: mutable_list[int]):
    xs.append(1)

fn outer(xs: mutable_list[int]):
    inner(xs)

fn main():
    data = mutable_list[int]()
    concurrent:
        spawn outer(data)
        outer(data)  # error: R001
",
    );
}

#[test]
fn recursion_finds_its_fixpoint() {
    check(
        "
fn even(xs: mutable_list[int], n: int):
    if n > 0:
        odd(xs, n - 1)

fn odd(xs: mutable_list[int], n: int):
    xs.append(n)
    if n > 0:
        even(xs, n - 1)

fn main():
    data = mutable_list[int]()
    concurrent:
        spawn even(data, 3)  # error: R001
        spawn odd(data, 3)  # error: R001
",
    );
}

#[test]
fn a_recursive_reader_only_reads() {
    check(
        "
fn count(xs: mutable_list[int], from_index: int) -> int:
    if from_index >= len(xs):
        return 0
    return 1 + count(xs, from_index + 1)

fn main():
    data = mutable_list([1, 2])
    concurrent:
        a = spawn count(data, 0)
        b = spawn count(data, 1)
        print(count(data, 2))
    print(a, b)
",
    );
}

#[test]
fn a_callee_that_ignores_its_argument_is_silent() {
    check(
        "
fn ignore(_xs: mutable_list[int]):
    print(1)

fn main():
    data = mutable_list[int]()
    concurrent:
        spawn:
            data.append(1)
        ignore(data)
",
    );
}

#[test]
fn what_a_callee_merges_is_one_region_for_the_caller() {
    check(
        "
fn link(rows: mutable_list[mutable_list[int]], row: mutable_list[int]):
    rows.append(row)

fn main():
    rows = mutable_list[mutable_list[int]]()
    row = mutable_list[int]()
    link(rows, row)
    concurrent:
        spawn:
            rows[0].append(1)
        row.append(2)  # error: R001
",
    );
}

#[test]
fn what_a_callee_returns_is_the_callers_own() {
    check(
        "
fn pick(a: mutable_list[int], _b: mutable_list[int]) -> mutable_list[int]:
    return a

fn main():
    a = mutable_list[int]()
    b = mutable_list[int]()
    picked = pick(a, b)
    concurrent:
        spawn:
            picked.append(1)
        b.append(2)
        a.append(3)  # error: R001
",
    );
}

#[test]
fn a_fresh_result_shares_nothing() {
    check(
        "
fn copy(xs: mutable_list[int]) -> mutable_list[int]:
    out = mutable_list[int]()
    for x in xs:
        out.append(x)
    return out

fn main():
    a = mutable_list([1])
    b = copy(a)
    concurrent:
        spawn:
            a.append(1)
        b.append(2)
",
    );
}

#[test]
fn a_closure_uses_its_captures_when_it_is_called() {
    check(
        "
fn main():
    data = mutable_list[int]()
    fn add(n: int):
        data.append(n)
    concurrent:
        spawn:
            data.append(1)
        add(2)  # error: R001
",
    );
}

#[test]
fn a_spawned_closure_takes_its_captures() {
    check(
        "
fn main():
    data = mutable_list[int]()
    fn add():
        data.append(1)
    concurrent:
        spawn add()
        print(data)  # error: R002
    print(data)
",
    );
}

#[test]
fn a_closure_over_values_is_shared_freely() {
    check(
        "
fn main():
    base = 10
    add = fn(n: int): n + base
    concurrent:
        spawn:
            print(add(1))
        spawn:
            print(add(2))
        print(add(3))
",
    );
}

#[test]
fn a_passed_function_does_what_its_body_does() {
    check(
        "
fn apply(f: fn(mutable_list[int]), xs: mutable_list[int]):
    f(xs)

fn show(xs: mutable_list[int]):
    print(len(xs))

fn grow(xs: mutable_list[int]):
    xs.append(1)

fn main():
    data = mutable_list[int]()
    concurrent:
        spawn apply(show, data)
        apply(show, data)
    concurrent:
        spawn apply(grow, data)
        apply(show, data)  # error: R002
",
    );
}

#[test]
fn a_task_spawned_into_a_passed_scope_takes_the_region() {
    check(
        "
fn start(s: scope, xs: mutable_list[int]):
    spawn in s fill(xs)

fn fill(xs: mutable_list[int]):
    xs.append(1)

fn main():
    data = mutable_list[int]()
    concurrent as s:
        start(s, data)
        data.append(2)  # error: R001
    data.append(3)
",
    );
}

#[test]
fn one_list_for_two_parameters_that_must_be_apart_is_flagged() {
    check(
        "
fn both(a: mutable_list[int], b: mutable_list[int]):
    concurrent:
        spawn:
            a.append(1)
        b.append(2)

fn main():
    one = mutable_list[int]()
    two = mutable_list[int]()
    both(one, two)
    both(one, one)  # error: R001
",
    );
}

#[test]
fn a_task_may_return_what_it_took() {
    check(
        "
fn fill(xs: mutable_list[int]) -> mutable_list[int]:
    xs.append(1)
    return xs

fn main():
    data = mutable_list[int]()
    concurrent:
        filled = spawn fill(data)
    filled.append(2)
    data.append(3)
",
    );
}

#[test]
fn generic_functions_are_followed() {
    check(
        "
fn push[T](xs: mutable_list[T], x: T):
    xs.append(x)

fn main():
    data = mutable_list[int]()
    concurrent:
        spawn push(data, 1)  # error: R001
        spawn push(data, 2)  # error: R001
",
    );
}

#[test]
fn a_moved_parameter_is_kept() {
    check(
        "
fn consume(move xs: mutable_list[int]):
    print(len(xs))

fn main():
    data = mutable_list([1])
    consume(data)
    print(data)  # error: R006
",
    );
}

#[test]
fn unknown_functions_over_type_parameters_are_silent() {
    check(
        "
fn each[T](xs: list[T], f: fn(T)):
    concurrent:
        for x in xs:
            spawn f(x)

fn show(n: int):
    print(n)

fn main():
    each([1, 2, 3], show)
",
    );
}

#[test]
fn a_nested_function_that_calls_itself_is_followed() {
    check(
        "
fn main():
    data = mutable_list[int]()
    fn fill(n: int):
        if n > 0:
            data.append(n)
            fill(n - 1)
    concurrent:
        spawn fill(3)
        print(data)  # error: R002
    fill(2)
",
    );
}

#[test]
fn functions_that_call_one_another_agree_wherever_the_analysis_enters() {
    check(
        "
fn main():
    data = mutable_list([1])
    concurrent:
        spawn a(data, 2)
        b(data, 2)  # error: R001

fn a(xs: mutable_list[int], n: int):
    if n > 0:
        b(xs, n - 1)

fn b(xs: mutable_list[int], n: int):
    if n > 0:
        c(xs, n - 1)

fn c(xs: mutable_list[int], n: int):
    if n > 0:
        a(xs, n - 1)
        xs.append(n)
",
    );
}

/// Functions of which each calls the next, the last calls all, and the first alone freezes.
fn chain(count: usize) -> String {
    let with = "(xs: mutable_list[int], n: int)";
    let mut text = format!("fn step0{with}:\n    if n == 1:\n        print(xs.freeze())\n");
    text += "        return\n    step1(xs, n)\n";
    for number in 1..count {
        text += &format!("\nfn step{number}{with}:\n    step{}(xs, n)\n", number + 1);
    }
    text += &format!("\nfn step{count}{with}:\n");
    for number in (1..count).rev() {
        text += &format!("    if n == {number}:\n        step{number}(xs, n - 1)\n");
        text += "        return\n";
    }
    text += "    step0(xs, n - 1)\n\nfn main():\n    xs = mutable_list([1])\n";
    text + &format!("    step{count}(xs, 2)\n    print(xs)  # error: R006\n")
}

#[test]
fn what_a_function_does_comes_through_as_many_others_as_there_are() {
    check(&chain(105));
}

/// A tree with so many parts to a node, and a walk over it with a function.
fn walk(parts: usize) -> String {
    let mut text = "mutable struct Node:\n    rows: mutable_list[int]\n".to_owned();
    (0..parts).for_each(|part| text += &format!("    part{part}: Option[Node]\n"));
    text += "\nfn walk(node: Node, f: fn(Node)):\n    f(node)\n";
    for part in 0..parts {
        text += &format!("    match node.part{part}:\n        case Some(found):\n");
        text += "            walk(found, f)\n        case None:\n            pass\n";
    }
    text + "    node.rows.append(1)\n"
}

#[test]
fn a_summary_holds_few_calls_of_a_function_however_wide_a_tree_is() {
    for (parts, exact) in [(1, true), (2, true), (5, false), (8, false)] {
        let mut db = Database::default();
        let file = db.set_file("test.weir", &walk(parts));
        let walk = file_items(&db, file).ids(&db).nth(1).expect("the function is there");
        let summary = summary(&db, walk);
        assert_eq!(summary.calls.iter().all(|call| !call.within), exact, "{parts} parts");
        let (calls, after) = (summary.calls.len(), summary.after.len());
        assert!((1..=36).contains(&calls), "{parts} parts: {calls} calls");
        assert!((1..=72).contains(&after), "{parts} parts: {after} uses afterwards");
    }
}
