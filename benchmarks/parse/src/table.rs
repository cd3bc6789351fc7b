//! The tables.
//!
//! What it is not: measuring. Invariant: what is printed can be pasted into `docs/performance.md`.

use std::time::Duration;

use crate::measure;
use crate::source::{Language, source};
use crate::weir;

/// The sizes of the sources, and how often each is parsed.
const SIZES: [(usize, usize); 2] = [(1_000_000, 15), (20_000_000, 5)];

/// How many lines the file has that is edited.
const EDITED_LINES: usize = 10_000;

/// Where it is edited, in hundredths of its length.
const EDITED_PLACES: [usize; 5] = [1, 25, 50, 75, 99];

/// Prints all tables.
pub fn print(seed: u64) {
    println!("Text to tree; medians; seed {seed}.\n");
    println!("| parser | text | time | MB/s | Weir is faster by | bytes for each of text |");
    println!("|---|---:|---:|---:|---:|---:|");
    let weir: Vec<f64> = SIZES
        .iter()
        .map(|size| row("Weir", Language::Weir, *size, seed, None, weir::parse))
        .collect();
    others(seed, &weir);
    let growth = SIZES[1].0 as f64 / weir[1] / (SIZES[0].0 as f64 / weir[0]);
    println!("\n20 MB cost Weir {growth:.1} times as much as 1 MB.\n");
    edits(seed);
}

#[cfg(feature = "peers")]
fn others(seed: u64, weir: &[f64]) {
    use crate::peers;
    for (size, weir) in SIZES.into_iter().zip(weir) {
        let weir = Some(*weir);
        row("ruff_python_parser", Language::Python, size, seed, weir, peers::ruff);
        row("rustpython-parser", Language::Python, size, seed, weir, peers::rustpython);
        row("tree-sitter-python", Language::Python, size, seed, weir, peers::tree_sitter);
        row("ra_ap_syntax", Language::Rust, size, seed, weir, peers::rust_analyzer);
    }
}

#[cfg(not(feature = "peers"))]
fn others(_: u64, _: &[f64]) {}

/// Measures and prints one parser; gives its bytes for each second.
fn row<T>(
    name: &str,
    language: Language,
    (bytes, runs): (usize, usize),
    seed: u64,
    weir: Option<f64>,
    parse: impl Fn(&str) -> T,
) -> f64 {
    let text = source(language, bytes, seed);
    let (time, memory) = measure::median(runs, || parse(&text));
    let speed = text.len() as f64 / time.as_secs_f64();
    let ratio = weir.map_or(String::new(), |weir| format!("{:.2}", weir / speed));
    let memory = memory as f64 / text.len() as f64;
    println!(
        "| {name} | {} MB | {} | {:.1} | {ratio} | {memory:.1} |",
        bytes / 1_000_000,
        milliseconds(time),
        speed / 1e6
    );
    speed
}

fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    if milliseconds < 10.0 {
        format!("{milliseconds:.3} ms")
    } else {
        format!("{milliseconds:.0} ms")
    }
}

/// One character more in a body.
fn edits(seed: u64) {
    println!("One character more in a body of a file of {EDITED_LINES} lines; medians.\n");
    println!("| place in the file | Weir | tree-sitter-python | Weir takes |");
    println!("|---:|---:|---:|---:|");
    for place in EDITED_PLACES {
        let weir = edit_of_weir(seed, place);
        let (other, share) = match edit_of_tree_sitter(seed, place) {
            Some(other) => {
                (milliseconds(other), format!("{:.3}", weir.as_secs_f64() / other.as_secs_f64()))
            }
            None => Default::default(),
        };
        println!("| {place} % | {} | {other} | {share} |", milliseconds(weir));
    }
}

fn edit_of_weir(seed: u64, place: usize) -> Duration {
    let text = lines(Language::Weir, seed);
    let (at, edited) = with_character(&text, place);
    let (old, edit) = (weir::parse(&text), weir::insertion(at));
    assert!(old.reparse_part(&edit, &edited).is_some());
    assert!(old.reparse(&edit, &edited) == weir::parse(&edited));
    measure::median(101, || old.reparse(&edit, &edited)).0
}

#[cfg(feature = "peers")]
fn edit_of_tree_sitter(seed: u64, place: usize) -> Option<Duration> {
    use crate::peers;
    let text = lines(Language::Python, seed);
    let (at, edited) = with_character(&text, place);
    let mut parser = peers::python();
    let mut old = parser.parse(&text, None).expect("a tree");
    old.edit(&peers::insertion(&text, at));
    Some(measure::median(101, || parser.parse(&edited, Some(&old)).expect("a tree")).0)
}

#[cfg(not(feature = "peers"))]
fn edit_of_tree_sitter(_: u64, _: usize) -> Option<Duration> {
    None
}

/// A program of so many lines.
fn lines(language: Language, seed: u64) -> String {
    let text = source(language, EDITED_LINES * 80, seed);
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    // Up to the end of an item.
    let end = (EDITED_LINES.min(lines.len())..lines.len()).find(|line| lines[*line] == "\n");
    lines[..end.unwrap_or(lines.len())].concat()
}

/// The text with one more character in the name that an assignment behind this place changes.
fn with_character(text: &str, place: usize) -> (usize, String) {
    let from = text.len() / 100 * place;
    let line = text[from..].find("\n        ").map_or(from, |line_end| from + line_end);
    let at = text[line..].find(" = ").map_or(line, |len| line + len);
    (at, format!("{}x{}", &text[..at], &text[at..]))
}
