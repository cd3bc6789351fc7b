//! Ways out: what leaving early does about what is open.

use crate::assert_body;

#[test]
fn a_question_mark_leaves_everything_that_is_open() {
    let program = r#"
fn parse(s: str) -> Result[int, str]:
    return 3

tasklocal id: str = "-"

fn main(m: mutex[int]) -> Result[int, str]:
    defer print("bye")
    concurrent:
        with m.lock() as x:
            with id = "a":
                y = parse("b")?
    return y
"#;
    assert_body(
        program,
        "main",
        r#"
bb0:
  defer print("bye")
  enter scope0
  x = enter lock m
  enter tasklocal id = "a"
  _2 = parse("b")
  _3 = _2 is Ok
  if _3 goto bb1 else bb2
bb1:
  y = _2 as Ok.0
  exit tasklocal id
  exit lock m from x
  end scope0
  _5 = Ok(y)
  run defers
  return _5
bb2:
  _6 = _2 as Err.0
  _7 = Err(_6)
  exit tasklocal id
  exit lock m from x
  leave scope0
  run defers
  return _7
"#,
    );
}

#[test]
fn break_and_continue_leave_what_the_loop_holds() {
    let program = "
fn main(m: mutex[int], xs: list[int]):
    with m.lock() as total:
        for x in xs:
            concurrent:
                if x == 1:
                    continue
                if x == 2:
                    break
";
    assert_body(
        program,
        "main",
        "
bb0:
  total = enter lock m
  _3 = iterate xs
  goto bb1
bb1:
  x = next _3 goto bb2 else bb7
bb2:
  enter scope0
  _5 = x == 1
  if _5 goto bb3 else bb4
bb3:
  leave scope0
  goto bb1
bb4:
  _6 = x == 2
  if _6 goto bb5 else bb6
bb5:
  leave scope0
  goto bb7
bb6:
  end scope0
  goto bb1
bb7:
  exit lock m from total
  return ()
",
    );
}

#[test]
fn a_return_reads_the_loan_before_it_gives_it_back() {
    let program = "
fn main(m: mutex[int]) -> int:
    with m.lock() as x:
        return x
";
    assert_body(
        program,
        "main",
        "
bb0:
  x = enter lock m
  _2 = x
  exit lock m from x
  return _2
",
    );
}

#[test]
fn an_attempt_ends_on_every_path_out_of_it() {
    let program = r#"
fn parse(s: str) -> Result[int, str]:
    return 3

fn main() -> Result[int, str]:
    r = attempt parse("x")?
    print(r)
    return 1
"#;
    assert_body(
        program,
        "main",
        r#"
bb0:
  _0 = enter attempt else bb3
  _1 = parse("x")
  _2 = _1 is Ok
  if _2 goto bb1 else bb2
bb1:
  _3 = _1 as Ok.0
  exit attempt
  r = Ok(_3)
  goto bb4
bb2:
  _5 = _1 as Err.0
  _6 = Err(_5)
  exit attempt
  return _6
bb3:
  r = Err(_0)
  goto bb4
bb4:
  print(r)
  _8 = Ok(1)
  return _8
"#,
    );
}

#[test]
fn a_tasklocal_and_a_blocking_block_are_bracketed() {
    let program = r#"
tasklocal id: str = "-"

fn main() -> int:
    with id = "a":
        blocking:
            print(id)
            return blocking { 2 }
"#;
    assert_body(
        program,
        "main",
        r#"
bb0:
  enter tasklocal id = "a"
  enter blocking
  _0 = tasklocal id
  print(_0)
  enter blocking
  _2 = 2
  exit blocking
  exit blocking
  exit tasklocal id
  return _2
"#,
    );
}

#[test]
fn panic_ends_the_path() {
    let program = r#"
fn main(n: int) -> int:
    if n > 1:
        return n
    panic("too small")
"#;
    assert_body(
        program,
        "main",
        r#"
bb0:
  _1 = n > 1
  if _1 goto bb1 else bb2
bb1:
  return n
bb2:
  fail panic "too small"
"#,
    );
}
