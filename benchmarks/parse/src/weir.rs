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

/// The text in the one style.
pub fn format(text: &str) -> String {
    weir_syntax::format::format(&parse(text)).expect("a program without mistakes")
}

/// The edit that puts a character in at `at`.
pub fn insertion(at: usize) -> TextEdit {
    let at = TextSize::try_from(at).expect("a text of less than 4 GiB");
    TextEdit { range: TextRange::empty(at), insert: "x".to_string() }
}

/// Parses over and over, for a profiler to look at, and prints the best time.
pub fn profile(seed: u64, bytes: usize, runs: usize) {
    let text = source(Language::Weir, bytes, seed);
    let measured: Vec<_> = (0..runs).map(|_| measure::once(|| parse(&text))).collect();
    let best = measured.iter().map(|(time, _)| time.as_secs_f64()).fold(f64::MAX, f64::min);
    let memory = measured.first().map_or(0, |(_, bytes)| *bytes);
    let length = text.len() as f64;
    println!("{:.1} MB/s, {:.2} bytes for each", length / 1e6 / best, memory as f64 / length);
}
