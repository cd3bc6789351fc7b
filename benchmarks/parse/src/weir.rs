//! Weir's own parser.

use crate::measure;
use crate::source::{Language, source};

/// Parses over and over, for a profiler to look at, and prints the processor's time: other programs on the
/// machine disturb that less than they disturb the clock.
pub fn profile(seed: u64, bytes: usize) {
    let text = source(Language::Weir, bytes, seed);
    let mut best = f64::MAX;
    let mut memory = 0;
    for _ in 0..15 {
        let before = (measure::processor_seconds(), measure::bytes_in_use());
        let parse = std::hint::black_box(weir_syntax::parse(&text));
        best = best.min(measure::processor_seconds() - before.0);
        memory = measure::bytes_in_use() - before.1;
        assert_eq!(parse.errors(), []);
    }
    let length = text.len() as f64;
    println!("{:.1} MB/s, {:.2} bytes for each", length / 1e6 / best, memory as f64 / length);
}
