//! The tables.
//!
//! What it is not: measuring. Invariant: what is printed can be pasted into `docs/performance.md`.

use std::time::Duration;

use crate::measure;
use crate::rowan_alone;
use crate::source::{Language, source};
use crate::weir;

/// The sizes of the sources, and how often each is parsed in a round.
const SIZES: [(usize, usize); 2] = [(1_000_000, 9), (20_000_000, 1)];

/// How often all take their turn: what slows the machine for a while then slows all of them.
const ROUNDS: usize = 5;

/// How many lines the file has that is edited.
const EDITED_LINES: usize = 10_000;

/// Where it is edited, in hundredths of its length.
const EDITED_PLACES: [usize; 5] = [1, 25, 50, 75, 99];

/// Who is measured, Weir first.
#[cfg(feature = "peers")]
const PARSERS: &[&str] = &[
    WEIR,
    FORMATTER,
    ROWAN,
    "ruff_python_parser",
    "rustpython-parser",
    "tree-sitter-python",
    "ra_ap_syntax",
];
#[cfg(not(feature = "peers"))]
const PARSERS: &[&str] = &[WEIR, FORMATTER, ROWAN];

const WEIR: &str = "Weir";
/// The same, and from the tree to the formatted text.
const FORMATTER: &str = "Weir, parsing and formatting";
/// The same tree, from its tokens and the bounds of its nodes.
const ROWAN: &str = "rowan's own builder, from known tokens";

/// What one parser did with one text.
#[derive(Clone, Copy, Default)]
struct Measured {
    seconds: f64,
    text_bytes: f64,
    tree_bytes: f64,
}

/// Prints all tables.
pub fn print(seed: u64) {
    println!("Text to tree; medians; seed {seed}.\n");
    println!("| parser | text | time | MB/s | Weir is faster by | bytes for each of text |");
    println!("|---|---:|---:|---:|---:|---:|");
    let times = SIZES.map(|(bytes, runs)| sizes(bytes, runs));
    println!("\n20 MB cost Weir {:.1} times as much as 1 MB.\n", times[1] / times[0]);
    edits(seed);
}

/// All parsers of sources of a size; gives Weir's time. Each runs in a process of its own: what others have
/// left of the memory would slow it down.
fn sizes(bytes: usize, runs: usize) -> f64 {
    let round = || PARSERS.iter().map(|name| in_own_process(name, bytes, runs)).collect();
    let rounds: Vec<Vec<Measured>> = (0..ROUNDS).map(|_| round()).collect();
    let measured: Vec<Measured> =
        (0..PARSERS.len()).map(|parser| middle(rounds.iter().map(|round| round[parser]))).collect();
    let speed = |measured: &Measured| measured.text_bytes / measured.seconds;
    for (name, this) in PARSERS.iter().zip(&measured) {
        println!(
            "| {name} | {} MB | {} | {:.1} | {:.2} | {:.1} |",
            bytes / 1_000_000,
            milliseconds(Duration::from_secs_f64(this.seconds)),
            speed(this) / 1e6,
            speed(&measured[0]) / speed(this),
            this.tree_bytes / this.text_bytes
        );
    }
    measured[0].seconds
}

/// The one of median speed.
fn middle(rounds: impl Iterator<Item = Measured>) -> Measured {
    let mut rounds: Vec<Measured> = rounds.collect();
    rounds.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
    rounds.get(rounds.len() / 2).copied().unwrap_or_default()
}

fn in_own_process(name: &str, bytes: usize, runs: usize) -> Measured {
    let program = std::env::current_exe().expect("this program");
    let arguments = ["one", name, &bytes.to_string(), &runs.to_string()];
    let output = std::process::Command::new(program)
        .args(arguments)
        .output()
        .expect("a run of this program");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut fields = text.split_whitespace().map(|field| field.parse().expect("a number"));
    let mut next = || fields.next().expect("three numbers");
    Measured { seconds: next(), text_bytes: next(), tree_bytes: next() }
}

/// Measures one parser, and prints what `in_own_process` reads.
pub fn one(name: &str, bytes: usize, runs: usize, seed: u64) {
    match name {
        #[cfg(feature = "peers")]
        "ruff_python_parser" => measured(Language::Python, bytes, runs, seed, crate::peers::ruff),
        #[cfg(feature = "peers")]
        "rustpython-parser" => {
            measured(Language::Python, bytes, runs, seed, crate::peers::rustpython)
        }
        #[cfg(feature = "peers")]
        "tree-sitter-python" => {
            measured(Language::Python, bytes, runs, seed, crate::peers::tree_sitter)
        }
        #[cfg(feature = "peers")]
        "ra_ap_syntax" => measured(Language::Rust, bytes, runs, seed, crate::peers::rust_analyzer),
        ROWAN => {
            let parse = weir::parse(&source(Language::Weir, bytes, seed));
            let steps = rowan_alone::steps(&parse);
            measured(Language::Weir, bytes, runs, seed, |_| rowan_alone::build(&steps));
        }
        FORMATTER => measured(Language::Weir, bytes, runs, seed, weir::format),
        _ => measured(Language::Weir, bytes, runs, seed, weir::parse),
    }
}

fn measured<T>(
    language: Language,
    bytes: usize,
    runs: usize,
    seed: u64,
    parse: impl Fn(&str) -> T,
) {
    let text = source(language, bytes, seed);
    let (_, memory) = measure::once(|| parse(&text));
    let time = measure::median((0..runs).map(|_| measure::once(|| parse(&text)).0).collect());
    println!("{} {} {memory}", time.as_secs_f64(), text.len());
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
    measure::median((0..101).map(|_| measure::once(|| old.reparse(&edit, &edited)).0).collect())
}

#[cfg(feature = "peers")]
fn edit_of_tree_sitter(seed: u64, place: usize) -> Option<Duration> {
    use crate::peers;
    let text = lines(Language::Python, seed);
    let (at, edited) = with_character(&text, place);
    let mut parser = peers::python();
    let mut old = parser.parse(&text, None).expect("a tree");
    old.edit(&peers::insertion(&text, at));
    let mut again = || measure::once(|| parser.parse(&edited, Some(&old)).expect("a tree")).0;
    Some(measure::median((0..101).map(|_| again()).collect()))
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
