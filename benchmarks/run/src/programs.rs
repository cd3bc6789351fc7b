//! What is run, and how much of it.
//!
//! What it is not: the programs themselves, which stand in `programs/`, a folder for each language. Invariant: a
//! size is the program's only argument, and more of it is more work of the same kind.

/// A program that there is in several languages.
pub struct Program {
    pub name: &'static str,
    /// What its line in a table says.
    pub title: &'static str,
    pub size: u64,
}

const fn program(name: &'static str, title: &'static str, size: u64) -> Program {
    Program { name, title, size }
}

/// Those that only compute.
pub const COMPUTING: &[Program] = &[
    program("fib", "`fib(30)`", 30),
    program("loop", "a loop of 10^8 rounds", 100_000_000),
    program("sieve", "sieve up to 5 × 10^6", 5_000_000),
    program("nbody", "n-body, 3 × 10^5 steps", 300_000),
    program("strings", "10^6 lines built, joined, read", 1_000_000),
    program("counts", "2 × 10^6 words counted in a map", 2_000_000),
];

/// Those that are about tasks.
pub const TASKS: &[Program] = &[
    program("spawn", "10^6 tasks, spawned and joined", 1_000_000),
    program("pingpong", "10^6 times there and back, no buffer", 1_000_000),
    program("pipe", "10^6 values through a buffer", 1_000_000),
    program("select", "10^6 values, select over 8 channels", 1_000_000),
    program("pool", "10^6 jobs for 8 workers", 1_000_000),
    program("mutex", "10^7 times a lock, 8 tasks", 10_000_000),
];

/// A parallel loop; the others have none.
pub const PARALLEL: Program =
    program("parallel", "a parallel loop over 3 × 10^5 elements, three times", 300_000);

/// Tasks that wait, all at once.
pub const BLOCKED: Program = program("blocked", "tasks that wait at once", 1_000_000);
