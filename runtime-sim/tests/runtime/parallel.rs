//! Parallel loops.

use crate::support::{prints, ran};

#[test]
fn parallel_map_keeps_the_order() {
    prints(
        "fn main():\n    squares = parallel_map(list(range(200)), fn(n): n * n)\n    print(len(squares), squares[0], squares[7], squares[199])\n",
        "200 0 49 39601\n",
    );
}

#[test]
fn parallel_reduce_is_the_same_for_any_number_of_processors() {
    prints(
        "fn main():\n    print(parallel_reduce(list(range(1, 1001)), 0, fn(a, b): a + b))\n    print(parallel_reduce([0.1, 0.2, 0.3, 0.4, 0.5], 0.0, fn(a, b): a + b))\n    print(parallel_reduce([1].append(2)[2:], 7, fn(a, b): a + b))\n",
        "500500\n1.5\n7\n",
    );
}

#[test]
fn a_parallel_for_fills_its_elements() {
    prints(
        "fn main():\n    out = mutable_list([0] * 300)\n    parallel for i in range(300):\n        out[i] = i * 2\n    print(sum(out.freeze()))\n",
        "89700\n",
    );
}

#[test]
fn a_parallel_loop_fails_with_the_first_failure_in_index_order() {
    let text = "fn check(n: int) -> int:\n    if n == 10:\n        k = 0\n        while k < 20000:\n            k += 1\n        panic(\"ten\")\n    if n >= 60:\n        panic(f\"early {n}\")\n    return n\n\nfn main():\n    print(parallel_map(list(range(64)), check))\n";
    let failure = ran(text).report.failure.expect("it failed");
    assert_eq!(failure.message, "ten");
}

#[test]
fn a_parallel_loop_runs_on_all_processors() {
    let text = "fn work(n: int) -> int:\n    k = 0\n    while k < 5000:\n        k += 1\n    return k\n\nfn main():\n    print(len(parallel_map(list(range(32)), work)))\n";
    let program = crate::support::program(text);
    let time = |procs| {
        let options = weir_runtime_sim::RunOptions { procs, ..Default::default() };
        crate::support::run_with(&program, 1, &options).report.virtual_time_seconds
    };
    assert!(time(4) < time(1) / 2.5, "{} and {}", time(4), time(1));
}
