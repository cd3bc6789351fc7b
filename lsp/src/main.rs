//! The `weir` binary.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Trees and facts are many small pieces of memory; `docs/performance.md` says what this saves.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    weir::main()
}
