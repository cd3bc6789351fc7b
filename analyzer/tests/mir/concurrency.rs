//! Scopes, tasks, locks and `select`.

use crate::assert_body;

#[test]
fn a_timeout_without_else_returns_its_error() {
    let program = "
enum Trouble:
    Slow(error: TimeoutError)
    Other

fn main() -> Result[int, Trouble]:
    concurrent timeout(1.seconds):
        sleep(2.seconds)
    return 1
";
    assert_body(
        program,
        "main",
        "
bb0:
  _0 = int.seconds(1)
  enter scope0 timeout(_0)
  _1 = int.seconds(2)
  sleep(_1)
  end scope0
  _3 = Ok(1)
  return _3
bb1:
  _4 = new TimeoutError()
  _5 = Slow(_4)
  _6 = Err(_5)
  return _6
",
    );
}

#[test]
fn a_timeout_goes_on_at_its_else() {
    let program = r#"
fn main():
    concurrent timeout(1.seconds):
        sleep(2.seconds)
    else:
        print("late")
    print("done")
"#;
    assert_body(
        program,
        "main",
        r#"
bb0:
  _0 = int.seconds(1)
  enter scope0 timeout(_0)
  _1 = int.seconds(2)
  sleep(_1)
  end scope0
  goto bb2
bb1:
  print("late")
  goto bb2
bb2:
  print("done")
  return ()
"#,
    );
}

#[test]
fn names_of_tasks_are_settled_after_their_scope() {
    let program = "
fn f(x: int) -> int:
    return x

fn main():
    concurrent:
        a = spawn f(1)
        b = spawn f(a)
    print(a + b)
";
    assert_body(
        program,
        "main",
        "
bb0:
  enter scope0
  a.0 = spawn scope0 f(1)
  _1 = join a.0
  b.2 = spawn scope0 f(_1)
  end scope0
  a.3 = settle a.0
  b.4 = settle b.2
  _5 = a.3 + b.4
  print(_5)
  return ()
",
    );
}

#[test]
fn a_named_scope_is_known_where_it_is_open() {
    let program = "
fn helper(s: scope):
    spawn in s print(1)

fn main():
    concurrent as s:
        helper(s)
        spawn in s print(2)
";
    assert_body(
        program,
        "main",
        "
bb0:
  enter scope0 as s
  helper(s)
  spawn scope0 print(2)
  end scope0
  return ()
",
    );
    assert_body(
        program,
        "helper",
        "
bb0:
  spawn in s print(1)
  return ()
",
    );
}

#[test]
fn each_lock_has_its_mode() {
    let program = "
fn main(r: rwlock[int], s: semaphore):
    with r.read() as x:
        print(x)
    with r.write() as x:
        x = 2
    with s.acquire():
        print(1)
";
    assert_body(
        program,
        "main",
        "
bb0:
  x.2 = enter read r
  print(x.2)
  exit read r from x.2
  x.4 = enter write r
  x.4 = 2
  exit write r from x.4
  _5 = enter acquire s
  print(1)
  exit acquire s from _5
  return ()
",
    );
}

#[test]
fn what_a_guarded_case_needs_is_evaluated_behind_its_guard() {
    let program = "
fn main(inbox: channel[int], out: channel[int], queue: mutable_list[int]):
    select:
        case x from inbox:
            queue.append(x)
        case out.send(queue[0]) if len(queue) > 0:
            queue.remove(0)
        case timeout(1.seconds):
            pass
        case closed inbox:
            pass
";
    assert_body(
        program,
        "main",
        "
bb0:
  _3 = len(queue)
  _4 = _3 > 0
  if _4 goto bb1 else bb2
bb1:
  _5 = queue[0]
  goto bb3
bb2:
  _5 = ()
  goto bb3
bb3:
  _6 = int.seconds(1)
  select:
    case x from inbox goto bb4
    case out.send(_5) if _4 goto bb5
    case timeout(_6) goto bb6
    case closed inbox goto bb6
bb4:
  mutable_list.append(queue, x)
  goto bb6
bb5:
  mutable_list.remove(queue, 0)
  goto bb6
bb6:
  return ()
",
    );
}

#[test]
fn tasks_are_joined_where_a_value_is_needed() {
    let program = "
fn f() -> int:
    return 1

fn main() -> int:
    concurrent:
        t = spawn f()
        print(t + 1)
        return spawn f()
";
    assert_body(
        program,
        "main",
        "
bb0:
  enter scope0
  t = spawn scope0 f()
  _1 = join t
  _2 = _1 + 1
  print(_2)
  _4 = spawn scope0 f()
  _5 = join _4
  leave scope0
  return _5
",
    );
}
