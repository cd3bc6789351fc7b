//! Weir's own parser.

use weir_syntax::{Parse, TextEdit, TextRange, TextSize};

use crate::measure;
use crate::source::{Language, source};

/// The tree of a text, however long.
pub fn parse(text: &str) -> Parse {
    let parse = weir_syntax::parse_unbounded(text);
    assert_eq!(parse.errors(), []);
    parse
}

/// The edit that puts a character in at `at`.
pub fn insertion(at: usize) -> TextEdit {
    let at = TextSize::try_from(at).expect("a text of less than 4 GiB");
    TextEdit { range: TextRange::empty(at), insert: "x".to_string() }
}

/// Parses over and over, for a profiler to look at, and prints the processor's time: other programs on the
/// machine disturb that less than they disturb the clock.
pub fn profile(seed: u64, bytes: usize) {
    let text = source(Language::Weir, bytes, seed);
    let mut best = f64::MAX;
    let mut memory = 0;
    for _ in 0..15 {
        let before = (measure::processor_seconds(), measure::bytes_in_use());
        let parse = std::hint::black_box(parse(&text));
        best = best.min(measure::processor_seconds() - before.0);
        memory = measure::bytes_in_use() - before.1;
        drop(parse);
    }
    let length = text.len() as f64;
    println!("{:.1} MB/s, {:.2} bytes for each", length / 1e6 / best, memory as f64 / length);
}
