//! How fast Weir's parser is, beside others, on the same machine in the same run.
//!
//! What it is not: a test; nothing fails here. Invariant: every number of a table comes from one run over
//! sources that the generator makes from one seed.

mod measure;
#[cfg(feature = "peers")]
mod peers;
mod program;
mod rowan_alone;
mod source;
mod table;
mod weir;

#[global_allocator]
static ALLOCATOR: measure::Counting = measure::Counting;

const SEED: u64 = 20;

fn main() {
    #[cfg(feature = "peers")]
    peers::count_memory_of_tree_sitter();
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        None => table::print(SEED),
        Some("one") => {
            let name = arguments.next().unwrap_or_default();
            let mut number = || arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1);
            let (bytes, runs) = (number(), number());
            table::one(&name, bytes, runs, SEED);
        }
        Some("profile") => {
            let mut number =
                |usual| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(usual);
            weir::profile(SEED, number(10_000_000), number(15));
        }
        Some("source") => {
            let language = match arguments.next().as_deref() {
                Some("python") => source::Language::Python,
                Some("rust") => source::Language::Rust,
                _ => source::Language::Weir,
            };
            let bytes = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(10_000);
            print!("{}", source::source(language, bytes, SEED));
        }
        Some(other) => {
            eprintln!("unknown argument `{other}`: expected `profile`, `source` or nothing")
        }
    }
}
