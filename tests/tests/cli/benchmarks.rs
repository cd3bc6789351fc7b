//! The programs of `benchmarks/run`, with little to do: what they print. How long it takes is measured there.

use weir_tests::markdown::root;

use super::*;

/// A program, its size, and what it prints.
const PROGRAMS: &[(&str, &str, &str)] = &[
    ("blocked", "50", "50\n"),
    ("counts", "2000", "867 8\n"),
    ("fib", "15", "610\n"),
    ("loop", "2000", "1999000\n"),
    ("mutex", "80", "80\n"),
    ("nbody", "100", "-0.169266652\n"),
    ("parallel", "200", "94900\n"),
    ("pingpong", "100", "5050\n"),
    ("pipe", "500", "124750\n"),
    ("pool", "200", "92700\n"),
    ("select", "80", "360\n"),
    ("sieve", "2000", "303\n"),
    ("spawn", "2000", "3998000\n"),
    ("strings", "100", "1466 200\n"),
];

#[test]
fn every_program_of_the_benchmark_prints_its_result() {
    let folder = root().join("benchmarks/run/programs/weir");
    let files = std::fs::read_dir(&folder).into_iter().flatten();
    assert_eq!(files.count(), PROGRAMS.len(), "a program is missing here");
    for (name, size, expected) in PROGRAMS {
        let text = std::fs::read_to_string(folder.join(format!("{name}.weir")));
        let weir = weir().file("main.weir", text.unwrap_or_default());
        let printed = weir.run(&["run", "main.weir", "--", size]);
        assert_eq!((printed.shown().as_str(), *name), (*expected, *name));
    }
}
