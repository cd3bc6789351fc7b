//! Values: the order of evaluation, assignments, conversions.

use crate::assert_body;

#[test]
fn operands_come_from_left_to_right() {
    let program = "
fn f(a: int, b: int = 7, c: int = 8) -> int:
    return a

fn main():
    print(f(c=f(1), a=f(2)))
";
    assert_body(
        program,
        "main",
        "
bb0:
  _0 = f/default1()
  _1 = f/default2()
  _2 = f(1, _0, _1)
  _3 = f/default1()
  _4 = f/default2()
  _5 = f(2, _3, _4)
  _6 = f/default1()
  _7 = f(_5, _6, _2)
  print(_7)
  return ()
",
    );
}

#[test]
fn and_or_and_chains_evaluate_no_more_than_they_need() {
    // Each operand of the chain is evaluated once.
    let program = "
fn main(a: int, b: int, c: bool):
    x = a < b + 1 <= 9
    y = x and c or a > 0
    print(x, y)
";
    assert_body(
        program,
        "main",
        "
bb0:
  _3 = b + 1
  _4 = a < _3
  if _4 goto bb1 else bb2
bb1:
  x = _3 <= 9
  goto bb3
bb2:
  x = false
  goto bb3
bb3:
  if x goto bb4 else bb6
bb4:
  if c goto bb5 else bb6
bb5:
  y = true
  goto bb7
bb6:
  y = a > 0
  goto bb7
bb7:
  print(x, y)
  return ()
",
    );
}

#[test]
fn all_right_sides_are_read_before_names_are_swapped() {
    let program = "
fn main(a: int, b: int):
    a, b = b, a
    print(a, b)
";
    assert_body(
        program,
        "main",
        "
bb0:
  _2 = b
  _3 = a
  a = _2
  b = _3
  print(a, b)
  return ()
",
    );
}

#[test]
fn base_and_index_of_an_update_are_evaluated_once() {
    let program = "
mutable struct Grid:
    rows: mutable_list[int]

fn main(grid: Grid, i: int):
    grid.rows[i + 1] += 2
";
    assert_body(
        program,
        "main",
        "
bb0:
  _2 = grid.rows
  _3 = i + 1
  _4 = _2[_3]
  _5 = _4 + 2
  _2[_3] = _5
  return ()
",
    );
}

#[test]
fn a_literal_negative_index_counts_from_the_end() {
    let program = "
fn main(xs: list[int], m: map[int, int], i: int):
    print(xs[-1], xs[-i], xs[1:-2], m[-1])
";
    assert_body(
        program,
        "main",
        "
bb0:
  _3 = len(xs)
  _4 = _3 - 1
  _5 = xs[_4]
  _6 = -i
  _7 = xs[_6]
  _8 = len(xs)
  _9 = _8 - 2
  _10 = xs[1:_9]
  _11 = m[-1]
  print(_5, _7, _10, _11)
  return ()
",
    );
}

#[test]
fn copies_with_changed_fields_read_the_others() {
    let program = r#"
struct Job:
    id: int
    body: str = "-"

fn main(job: Job):
    print(job.with(id=2))
"#;
    assert_body(
        program,
        "main",
        "
bb0:
  _1 = job.body
  _2 = new Job(2, _1)
  print(_2)
  return ()
",
    );
}

#[test]
fn views_and_floats_are_converted() {
    let program = "
fn work(jobs: receiver[int], results: sender[int], rate: float):
    results.send(jobs.receive())

fn main(ch: channel[int]):
    work(ch, ch, 2)
";
    assert_body(
        program,
        "main",
        "
bb0:
  _1 = convert ch to receiver
  _2 = convert ch to sender
  work(_1, _2, 2.0)
  return ()
",
    );
}
