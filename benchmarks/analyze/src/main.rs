//! How fast packages are analysed: from nothing, and after a keystroke; and in how much memory.
//!
//! What it is not: a test of what is found. Invariant: every number of a table comes from one run over
//! packages that the generator makes from one seed.

mod body;
mod cold;
mod keystroke;
mod measure;

mod package;
mod random;
mod roots;
mod shapes;
mod stages;
mod table;

#[global_allocator]
static ALLOCATOR: measure::Counting = measure::Counting;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let verb = arguments.next();
    let mut number = || arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1);
    match verb.as_deref() {
        None => table::print(),
        Some("cold") => table::cold(number(), number()),
        Some("whole") => table::whole(number(), number()),
        Some("keystroke") => table::keystroke(number(), number()),
        Some("stages") => stages::print(number(), number()),
        Some("roots") => roots::print(),
        Some("shapes") => shapes::print(),
        Some("shape") => {
            let name = arguments.next().unwrap_or_default();
            shapes::one(&name, arguments.next().and_then(|text| text.parse().ok()).unwrap_or(1));
        }
        Some("profile") => table::profile(number(), number()),
        Some("source") => {
            let modules = package::package(number(), number(), table::SEED);
            modules.iter().for_each(|module| print!("# {}\n\n{}", module.path, module.text));
        }
        Some(other) => {
            eprintln!(
                "unknown argument `{other}`: expected `cold`, `whole`, `keystroke`, `stages`, `roots`, `shapes`, `shape`, `profile`, `source` or nothing"
            );
        }
    }
}
