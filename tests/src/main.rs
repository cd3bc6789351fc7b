//! `weir`, built where the tests of this package find it.

use std::alloc::System;
use std::process::ExitCode;

use weir_runtime_sim::Counting;

#[global_allocator]
static ALLOCATOR: Counting<System> = Counting(System);

fn main() -> ExitCode {
    weir::main()
}
