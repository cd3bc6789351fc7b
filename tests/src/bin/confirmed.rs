//! Counts how many errors of the tree's programs runs confirm, and prints the table.

use std::process::ExitCode;
use std::thread;

use weir_tests::confirmed::Table;
use weir_tests::programs::all;

/// Room for the deepest nesting that the parser lets through.
const STACK_BYTES: usize = 16 * 1024 * 1024;

fn main() -> ExitCode {
    let counts = || {
        let mut table = Table::default();
        all().iter().for_each(|sample| table.add(sample));
        print!("{table}");
    };
    let counted = thread::Builder::new().stack_size(STACK_BYTES).spawn(counts);
    match counted.map(thread::JoinHandle::join) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        _ => ExitCode::from(101),
    }
}
