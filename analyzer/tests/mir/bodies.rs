//! Bodies within bodies: tasks, closures, iterations, defaults, and what they capture.

use crate::assert_body;

#[test]
fn a_task_captures_through_the_bodies_between() {
    let program = "
fn main(n: int, m: int):
    concurrent:
        spawn:
            f = fn(x): x + m
            print(f(1), n)
";
    assert_body(
        program,
        "main",
        "
bb0:
  enter scope0
  spawn scope0 main/task1(m, n)
  end scope0
  return ()
",
    );
    assert_body(
        program,
        "main/task1",
        "
bb0:
  f = closure main/task1/closure1(m)
  _3 = value f(1)
  print(_3, n)
  return ()
",
    );
    assert_body(
        program,
        "main/task1/closure1",
        "
bb0:
  _2 = x + m
  return _2
",
    );
}

#[test]
fn a_nested_function_calls_itself() {
    let program = "
fn main(k: int):
    fn factorial(n: int) -> int:
        return k if n < 2 else n * factorial(n - 1)
    print(factorial(3))
";
    assert_body(
        program,
        "main",
        "
bb0:
  factorial = closure main/factorial(k)
  _2 = value factorial(3)
  print(_2)
  return ()
",
    );
    assert_body(
        program,
        "main/factorial",
        "
bb0:
  _2 = n < 2
  if _2 goto bb1 else bb2
bb1:
  _3 = k
  goto bb3
bb2:
  _4 = closure main/factorial(k)
  _5 = n - 1
  _6 = value _4(_5)
  _3 = n * _6
  goto bb3
bb3:
  return _3
",
    );
}

#[test]
fn a_spawned_constructor_is_a_task_that_hands_its_value_on() {
    let program = "
struct Job:
    id: int

fn main():
    concurrent:
        job = spawn Job(1)
    print(job)
";
    assert_body(
        program,
        "main",
        "
bb0:
  enter scope0
  _0 = new Job(1)
  job.1 = spawn scope0 main/task1(_0)
  end scope0
  job.2 = settle job.1
  print(job.2)
  return ()
",
    );
    assert_body(
        program,
        "main/task1",
        "
bb0:
  return _0
",
    );
}

#[test]
fn an_assigned_name_of_the_parent_is_a_copy() {
    // R003, but it can run unchecked.
    let program = "
fn main():
    best = 1
    concurrent:
        spawn:
            best = 2
    print(best)
";
    assert_body(
        program,
        "main",
        "
bb0:
  best = 1
  enter scope0
  spawn scope0 main/task1(best)
  end scope0
  print(best)
  return ()
",
    );
    assert_body(
        program,
        "main/task1",
        "
bb0:
  best = 2
  return ()
",
    );
}

#[test]
fn a_condition_of_a_lock_is_a_body_over_the_loan() {
    let program = "
fn main(m: mutex[list[int]], least: int):
    with m.lock() as q when len(q) > least:
        q = q.append(1)
";
    assert_body(
        program,
        "main",
        "
bb0:
  q = enter lock m when main/closure1(least)
  q = list.append(q, 1)
  exit lock m from q
  return ()
",
    );
    assert_body(
        program,
        "main/closure1",
        "
bb0:
  _2 = len(q)
  _3 = _2 > least
  return _3
",
    );
}

#[test]
fn a_parallel_iteration_is_a_body_over_its_element() {
    let program = "
fn main(xs: mutable_list[int], pairs: list[(int, int)]):
    parallel for i, step in pairs:
        if step == 0:
            continue
        xs[i] = step
";
    assert_body(
        program,
        "main",
        "
bb0:
  check distinct for main/iteration1
  parallel for pairs do main/iteration1(xs)
  return ()
",
    );
    assert_body(
        program,
        "main/iteration1",
        "
bb0:
  i = _0.0
  step = _0.1
  _4 = step == 0
  if _4 goto bb1 else bb2
bb1:
  return ()
bb2:
  xs[i] = step
  return ()
",
    );
}

#[test]
fn defaults_are_calls_of_bodies_and_those_of_the_prelude_stand_in_place() {
    let program = r#"
struct Job:
    id: int
    tags: list[str] = ["new"]

fn main():
    print(Job(1), channel[int](), mutable_list[int]())
"#;
    assert_body(
        program,
        "main",
        "
bb0:
  _0 = Job/default1()
  _1 = new Job(1, _0)
  _2 = channel(0)
  _3 = []
  _4 = mutable_list(_3)
  print(_1, _2, _4)
  return ()
",
    );
    assert_body(
        program,
        "Job/default1",
        r#"
bb0:
  _0 = ["new"]
  return _0
"#,
    );
}
