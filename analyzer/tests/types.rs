//! Names and types: each program with the findings that its lines assert.
//!
//! `# error: T001` at a line's end asserts a finding there; any other finding fails the test.

#[path = "types/cascades.rs"]
mod cascades;

use weir_analyzer::{Database, diagnostics::file_diagnostics};

/// Checks that the program's findings are exactly the asserted ones.
#[track_caller]
fn check(text: &str) {
    let mut db = Database::default();
    let file = db.set_file("test.weir", text);
    let found: Vec<(usize, String)> = file_diagnostics(&db, file)
        .iter()
        .map(|diagnostic| {
            let start = usize::from(diagnostic.primary.range.start());
            (text[..start].matches('\n').count() + 1, diagnostic.code.to_string())
        })
        .collect();
    let asserted: Vec<(usize, String)> = text
        .lines()
        .zip(1..)
        .filter_map(|(line, number)| {
            Some((number, line.split("# error: ").nth(1)?.trim().to_owned()))
        })
        .collect();
    assert_eq!(found, asserted, "\n{text}\n{:#?}", messages(&db, file));
}

fn messages(db: &Database, file: weir_analyzer::SourceFile) -> Vec<String> {
    file_diagnostics(db, file).iter().map(|diagnostic| diagnostic.message.clone()).collect()
}

#[test]
fn the_prelude_is_free_of_findings() {
    use weir_analyzer::Db;
    let db = Database::default();
    assert_eq!(messages(&db, db.prelude()), Vec::<String>::new());
}

#[test]
fn a_pipeline_types() {
    check(
        r#"
fn square(n: int) -> int:
    return n * n

fn main():
    ch = channel[int](buffer=10)
    concurrent:
        spawn:
            defer ch.close()
            for i in range(10):
                ch.send(square(i))
        spawn:
            for item in ch:
                print(f"got {item}")
"#,
    );
}

#[test]
fn a_name_bound_by_spawn_is_its_result_after_the_scope() {
    check(
        r#"
fn fetch(url: str) -> str:
    sleep(5.milliseconds)
    return f"body of {url}"

fn main():
    concurrent:
        a = spawn fetch("one")
        b = spawn fetch("two")
    total: str = a + b
    print(total, len(a))
    both = [a, b]
    print(both[0].upper())
"#,
    );
}

#[test]
fn an_unknown_name_is_one_finding() {
    check(
        r#"
fn main():
    x = unknown(1)  # error: N001
    y = x + 1
    print(y)
"#,
    );
}

#[test]
fn a_spawn_needs_a_scope() {
    check(
        r#"
fn work():
    print("hi")

fn main():
    spawn work()  # error: P001
"#,
    );
}

#[test]
fn arguments_are_checked_by_count_name_and_type() {
    check(
        r#"
fn add(a: int, b: int = 1) -> int:
    return a + b

fn main():
    print(add(1), add(1, 2), add(a=1, b=2), add(b=1, a=3))
    print(add())  # error: T002
    print(add(1, 2, 3))  # error: T002
    print(add("x"))  # error: T001
    print(add(1, c=2))  # error: T002
"#,
    );
}

#[test]
fn a_match_must_be_exhaustive() {
    check(
        r#"
enum Shape:
    Dot
    Circle(radius: float)
    Rect(width: float, height: float)

fn area(shape: Shape) -> float:
    match shape:
        case Dot:
            return 0
        case Circle(r):
            return r * r * 3.14
        case Rect(w, h):
            return w * h

fn is_dot(shape: Shape) -> bool:
    match shape:  # error: T006
        case Shape.Dot:
            return true
        case Circle(_):
            return false

fn first(xs: list[int]) -> Option[int]:
    return Some(xs[0]) if len(xs) > 0 else None

fn main():
    print(area(Shape.Rect(1.0, 2.0)), is_dot(Shape.Dot))
    match first([1]):
        case Some(x) if x > 0:
            print(x)
        case Some(x):
            print(-x)
        case None:
            print("none")
"#,
    );
}

#[test]
fn results_options_and_attempts_type() {
    check(
        r#"
fn parse(text: str) -> Result[int, str]:
    if text == "":
        return Err("empty")
    return int(text)

fn twice(text: str) -> Result[int, str]:
    n = parse(text)?
    return n * 2

fn bad(text: str) -> int:
    return parse(text)?  # error: T009

fn main():
    match attempt twice("4"):
        case Ok(Ok(n)):
            print(n)
        case Ok(Err(message)):
            print(message)
        case Err(failure):
            print(failure.message, failure.kind)
    print(bad("1"))
"#,
    );
}

#[test]
fn structs_have_fields_methods_and_changed_copies() {
    check(
        r#"
struct Job:
    id: int
    body: str = ""
    fn label(self) -> str:
        return f"job {self.id}"

mutable struct Counter:
    hits: int = 0
    fn bump(self):
        self.hits += 1

fn main():
    job = Job(id=1)
    other = job.with(id=2)
    print(job.label(), other.body, job.nmae)  # error: T003
    counter = Counter()
    counter.bump()
    counter.hits = 5
    job.id = 3  # error: T004
"#,
    );
}

#[test]
fn atoms_locks_and_selects_type() {
    check(
        r#"
fn main():
    count = atom(0)
    total = mutex(mutable_list[int]())
    done = signal()
    ch = channel[str]()
    concurrent:
        spawn:
            new = count.swap(fn(n): n + 1)
            print(new + 1)
            with total.lock() as items when len(items) == 0:
                items.append(new)
            ch.send("x")
            done.set()
        spawn:
            select:
                case text from ch if count.get() < 5:
                    print(text.upper())
                case timeout(1.seconds):
                    print("late")
                case closed ch:
                    print("closed")
            done.wait()
    bad = atom(mutable_list[int]())  # error: T007
    print(count.get(), bad.get())
"#,
    );
}

#[test]
fn a_timeout_must_be_handled() {
    check(
        r#"
fn slow() -> int:
    sleep(1.seconds)
    return 1

fn one() -> Result[int, TimeoutError]:
    concurrent timeout(5.milliseconds):
        return spawn slow()

fn two() -> int:
    concurrent timeout(5.milliseconds):
        return spawn slow()
    else:
        return 0

enum Problem:
    TooLate(error: TimeoutError)
    Broken(message: str)

fn wrapped() -> Result[int, Problem]:
    concurrent timeout(5.milliseconds):
        return spawn slow()

fn three() -> int:
    concurrent timeout(5.milliseconds):  # error: T010
        return spawn slow()

fn main():
    print(one().is_ok(), two(), three(), wrapped().is_ok())
"#,
    );
}

#[test]
fn every_path_must_return() {
    check(
        r#"
fn sign(n: int) -> int:  # error: T008
    if n > 0:
        return 1
    elif n < 0:
        return -1

fn forever() -> int:
    while true:
        sleep(1.seconds)

fn never(n: int) -> int:
    if n > 0:
        return n
    panic("no")

fn main():
    print(sign(1), forever(), never(1))
"#,
    );
}

#[test]
fn closures_and_parallel_maps_type() {
    check(
        r#"
fn apply(f: fn(int) -> int, n: int) -> int:
    return f(n)

fn main():
    offset = 10
    print(apply(fn(x): x + offset, 1))
    squares = parallel_map([1, 2, 3], fn(x): x * x)
    print(sum(squares) + 1)
    total = parallel_reduce(squares, 0, fn(a, b): a + b)
    print([x * 2 for x in squares if x > 1], total)
    out = mutable_list([0, 0, 0])
    parallel for i in range(3):
        out[i] = squares[i]
    print(out)
    names = {"a": 1, "b": 2}
    for name in names:
        print(name, names[name], names.get("c", 0), names.get("c").is_none())
"#,
    );
}

#[test]
fn ints_and_floats_do_not_mix() {
    check(
        r#"
fn main():
    n = 2
    x = 1.5
    print(x * 2, 1 + x, n * n)
    print(x * n)  # error: T001
    y: float = 3
    print(y)
"#,
    );
}

#[test]
fn an_element_type_that_nothing_tells_is_a_finding() {
    check(
        r#"
fn main():
    xs = mutable_list()  # error: T005
    print(len(xs))
"#,
    );
}

#[test]
fn a_name_must_be_assigned_on_every_path() {
    check(
        r#"
fn pick(n: int) -> str:
    if n > 0:
        text = "positive"
    print(text)  # error: N005
    for i in range(n):
        last = i
    print(last)  # error: N005
    while true:
        if n > 1:
            found = n
            break
    return f"{found}"

fn slow() -> int:
    return 1

fn main():
    print(pick(1))
    concurrent timeout(1.seconds):
        a = spawn slow()
    else:
        a = 0
    print(a)
    concurrent timeout(1.seconds):
        b = spawn slow()
    else:
        pass
    print(b)  # error: N005
"#,
    );
}

#[test]
fn two_declarations_of_one_name_are_a_finding() {
    check(
        r#"
struct Job:
    id: int
    id: str  # error: N002
    fn id(self) -> int:  # error: N002
        return 1

enum Event:
    Start
    Start  # error: N002

fn add(a: int, a: int) -> int:  # error: N002
    return a

fn add(b: int) -> int:  # error: N002
    return b

fn main():
    print(add(1, 2))
"#,
    );
}

#[test]
fn what_is_defined_by_itself_is_a_finding() {
    check(
        r#"
type Chain = list[Chain]  # error: T005
type Pair = (Pair, Pair)  # error: T005
type Left = Right  # error: T005
type Right = Left

const DEPTH = [DEPTH]  # error: T005

fn first(chain: Chain, _pair: Pair) -> Left:
    return chain

fn main():
    print(DEPTH)
"#,
    );
}

#[test]
fn a_type_too_large_to_be_checked_is_one_finding() {
    let doubled: String = (0..40).map(|n| format!("    a{} = (a{n}, a{n})\n", n + 1)).collect();
    let text = format!("fn main():\n    a0 = (1, 1)\n{doubled}    print(a3, a40)\n");
    let mut db = Database::default();
    let file = db.set_file("test.weir", &text);
    assert_eq!(messages(&db, file), ["the type of this value is too large to be checked"]);
}

#[test]
fn a_long_chain_of_calls_is_checked() {
    let links: String = (0..3000)
        .map(|n| format!("fn f{n}(xs: mutable_list[int]):\n    f{}(xs)\n\n", n + 1))
        .collect();
    let end = "fn f3000(xs: mutable_list[int]):\n    xs.append(1)\n\n";
    let main = "fn main():\n    xs = mutable_list([1])\n    concurrent:\n        spawn f0(xs)\n        f0(xs)\n";
    let mut db = Database::default();
    let file = db.set_file("test.weir", &format!("{links}{end}{main}"));
    let found = messages(&db, file);
    assert!(found.len() == 1 && found[0].starts_with("`xs` is changed here"), "{found:#?}");
}

#[test]
fn functions_of_several_types_do_not_take_all() {
    check(
        r#"
fn main():
    concurrent:
        t = spawn range(3)
        print(len(t))
    print(len([1]), len("a"), len({"a": 1}), abs(-1), int("7"), int(1.5), float(2))
    print(len(5))  # error: T001
    print(abs("x"))  # error: T001
    print(int([1]))  # error: T001
    print(-"a")  # error: T001
"#,
    );
}

#[test]
fn main_returns_a_status_or_nothing() {
    check("fn main() -> str:  # error: T001\n    return \"x\"\n");
    check("fn main() -> int:\n    return 3\n");
    check("fn main() -> Result[(), str]:\n    return Err(\"no\")\n");
}
