//! The `weir` binary.

use std::process::ExitCode;

use mimalloc::MiMalloc;
use weir_runtime_sim::Counting;

/// Trees and facts are many small pieces of memory; `docs/performance.md` says what this saves. It
/// counts, so that a run that wants too much fails instead of being killed.
#[global_allocator]
static ALLOCATOR: Counting<MiMalloc> = Counting(MiMalloc);

fn main() -> ExitCode {
    weir::main()
}
