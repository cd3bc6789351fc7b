//! Loops, `match`, comprehensions, asserts.

use crate::assert_body;

#[test]
fn an_endless_loop_has_no_way_out_but_its_breaks() {
    let program = "
fn main(n: int) -> int:
    while true:
        if n > 3:
            break
        n += 1
    return n
";
    assert_body(
        program,
        "main",
        "
bb0:
  goto bb1
bb1:
  _1 = n > 3
  if _1 goto bb2 else bb3
bb2:
  return n
bb3:
  n = n + 1
  goto bb1
",
    );
}

#[test]
fn a_channel_is_walked_directly_and_a_list_by_an_iterator() {
    let program = "
fn main(ch: channel[int], xs: list[int]):
    for x in ch:
        for y in xs:
            print(x, y)
";
    assert_body(
        program,
        "main",
        "
bb0:
  goto bb1
bb1:
  x = next ch goto bb2 else bb5
bb2:
  _3 = iterate xs
  goto bb3
bb3:
  y = next _3 goto bb4 else bb1
bb4:
  print(x, y)
  goto bb3
bb5:
  return ()
",
    );
}

#[test]
fn a_channel_whose_name_is_assigned_in_the_loop_is_kept() {
    let program = "
fn main(ch: channel[int]):
    for x in ch:
        ch = channel[int]()
        print(x)
";
    assert_body(
        program,
        "main",
        "
bb0:
  _1 = ch
  goto bb1
bb1:
  x = next _1 goto bb2 else bb3
bb2:
  ch = channel(0)
  print(x)
  goto bb1
bb3:
  return ()
",
    );
}

#[test]
fn for_move_takes_each_element_out() {
    let program = "
fn main(rows: mutable_list[mutable_list[int]]):
    for move row in rows:
        print(row)
";
    assert_body(
        program,
        "main",
        "
bb0:
  goto bb1
bb1:
  _1 = len(rows)
  _2 = _1 > 0
  if _2 goto bb2 else bb3
bb2:
  row = mutable_list.pop(rows, 0)
  print(row)
  goto bb1
bb3:
  return ()
",
    );
}

#[test]
fn a_comprehension_gathers_in_place() {
    let program = "
fn main(xs: list[int]):
    print([x * y for x in xs if x > 1 for y in range(x)])
";
    assert_body(
        program,
        "main",
        "
bb0:
  _1 = []
  _2 = mutable_list(_1)
  _3 = iterate xs
  goto bb1
bb1:
  x = next _3 goto bb2 else bb6
bb2:
  _5 = x > 1
  if _5 goto bb3 else bb1
bb3:
  _6 = range(x)
  _7 = iterate _6
  goto bb4
bb4:
  y = next _7 goto bb5 else bb1
bb5:
  _9 = x * y
  mutable_list.append(_2, _9)
  goto bb4
bb6:
  _11 = list.collect(_2)
  print(_11)
  return ()
",
    );
}

#[test]
fn arms_are_tried_in_order_and_bind_only_when_they_fit() {
    let program = "
enum Shape:
    Rect(w: int, h: int)
    Empty

fn main(s: Shape) -> int:
    match s:
        case Rect(w, 2) | Rect(2, w):
            return w
        case Rect(w, h) if w > h:
            return h
        case _:
            return 0
";
    assert_body(
        program,
        "main",
        "
bb0:
  _1 = s is Rect
  if _1 goto bb1 else bb3
bb1:
  _2 = s as Rect.1
  _3 = _2 == 2
  if _3 goto bb2 else bb3
bb2:
  w.4 = s as Rect.0
  goto bb6
bb3:
  _5 = s is Rect
  if _5 goto bb4 else bb7
bb4:
  _6 = s as Rect.0
  _7 = _6 == 2
  if _7 goto bb5 else bb7
bb5:
  w.4 = s as Rect.1
  goto bb6
bb6:
  return w.4
bb7:
  _8 = s is Rect
  if _8 goto bb8 else bb10
bb8:
  w.9 = s as Rect.0
  h = s as Rect.1
  _11 = w.9 > h
  if _11 goto bb9 else bb10
bb9:
  return h
bb10:
  return 0
",
    );
}

#[test]
fn an_assert_without_text_shows_its_condition() {
    let program = r#"
fn main(xs: list[int], n: int):
    assert len( xs )>0 and not n==-1
    assert n > 0, "n must be positive"
"#;
    assert_body(
        program,
        "main",
        r#"
bb0:
  _2 = len(xs)
  _3 = _2 > 0
  if _3 goto bb1 else bb5
bb1:
  _4 = n == -1
  if _4 goto bb5 else bb2
bb2:
  _5 = n > 0
  if _5 goto bb3 else bb4
bb3:
  return ()
bb4:
  fail assert "n must be positive"
bb5:
  fail assert "assertion failed: len(xs) > 0 and not n == -1"
"#,
    );
}
