//! The table.
use crate::measure;
use crate::source::{Language, source};
/// Prints it.
pub fn print(seed: u64) {
    for bytes in [1_000_000, 10_000_000] {
        let text = source(Language::Weir, bytes, seed);
        let (time, memory) = measure::median(7, || weir_syntax::parse(&text));
        println!("{} bytes: {:.2} ms, {:.1} MB/s, {:.1} bytes per byte", text.len(), time.as_secs_f64() * 1e3, text.len() as f64 / 1e6 / time.as_secs_f64(), memory as f64 / text.len() as f64);
    }
}
