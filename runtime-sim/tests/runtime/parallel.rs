//! Parallel loops.

use crate::support::{prints, ran};

#[test]
fn parallel_map_keeps_the_order() {
    prints(
        r#"fn main():
    squares = parallel_map(list(range(200)), fn(n): n * n)
    print(len(squares), squares[0], squares[7], squares[199])
"#,
        "200 0 49 39601\n",
    );
}

#[test]
fn parallel_reduce_is_the_same_for_any_number_of_processors() {
    prints(
        r#"fn main():
    print(parallel_reduce(list(range(1, 1001)), 0, fn(a, b): a + b))
    print(parallel_reduce([0.1, 0.2, 0.3, 0.4, 0.5], 0.0, fn(a, b): a + b))
    print(parallel_reduce([1].append(2)[2:], 7, fn(a, b): a + b))
"#,
        "500500\n1.5\n7\n",
    );
}

#[test]
fn a_parallel_for_fills_its_elements() {
    prints(
        r#"fn main():
    out = mutable_list([0] * 300)
    parallel for i in range(300):
        out[i] = i * 2
    print(sum(out.freeze()))
"#,
        "89700\n",
    );
}

#[test]
fn a_parallel_loop_fails_with_the_first_failure_in_index_order() {
    let text = r#"fn check(n: int) -> int:
    if n == 10:
        k = 0
        while k < 20000:
            k += 1
        panic("ten")
    if n >= 60:
        panic(f"early {n}")
    return n

fn main():
    print(parallel_map(list(range(64)), check))
"#;
    let failure = ran(text).report.failure.expect("it failed");
    assert_eq!(failure.message, "ten");
}

#[test]
fn a_parallel_loop_runs_on_all_processors() {
    let text = r#"fn work(n: int) -> int:
    k = 0
    while k < 5000:
        k += 1
    return k

fn main():
    print(len(parallel_map(list(range(32)), work)))
"#;
    let program = crate::support::program(text);
    let time = |procs| {
        let options = weir_runtime_sim::RunOptions { procs, ..Default::default() };
        crate::support::run_with(&program, 1, &options).report.virtual_time_seconds()
    };
    assert!(time(4) < time(1) / 2.5, "{} and {}", time(4), time(1));
}
