//! The command line: exit statuses, and inputs that are not what they should be.

mod analyze;
mod benchmarks;
mod confirm;
mod difficult;
mod doc;
mod explain;
mod fix;
mod memory;
mod network;
mod new;
mod outputs;
mod packages;
mod replay;
mod report;
mod run;
mod schedules;
mod signals;
mod test;
mod unreadable;

use serde_json::Value;
use weir_tests::weir::{Printed, Weir};

const FINE: &str = "fn main():\n    print(\"fine\")\n";
const WRONG: &str = "fn main():\n    n: int = \"text\"\n    print(n)\n";

fn weir() -> Weir {
    Weir::at(env!("CARGO_BIN_EXE_weir-under-test"))
}

fn analyze(weir: &Weir, arguments: &[&str]) -> Printed {
    weir.run(&[&["analyze"], arguments].concat())
}
