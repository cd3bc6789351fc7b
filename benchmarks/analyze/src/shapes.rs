//! Programs of one shape, made larger and larger: whether the region stage grows as they do.
//!
//! What it is not: programs that people write. Invariant: nothing is wrong in them, which every run
//! asserts.

use std::fmt::Write;

use weir_analyzer::items::file_items;
use weir_analyzer::{Database, diagnostics, regions};

use crate::measure;

/// How large a shape is made, each time.
const SIZES: [usize; 3] = [250, 500, 1_000];

/// Nested calls need room.
const STACK_BYTES: usize = 16 * 1024 * 1024;

type Shape = (&'static str, fn(usize) -> String);

const SHAPES: &[Shape] = &[
    ("owned locals of one function", locals),
    ("tasks of one scope", tasks),
    ("branches that assign an owned local", branches),
    ("rows stored in one list", rows),
    ("functions in a chain of calls", chain),
    ("functions that all lead to one another", circle),
];

fn each(count: usize, text: &str) -> String {
    (0..count).map(|number| text.replace('#', &number.to_string())).collect()
}

fn locals(count: usize) -> String {
    let made = each(count, "    a# = mutable_list([#])\n");
    format!("fn main():\n{made}{}", each(count, "    a#.append(1)\n"))
}

fn tasks(count: usize) -> String {
    let made = each(count, "    a# = mutable_list([#])\n");
    let tasks = each(count, "        spawn a#.append(1)\n");
    format!("fn main():\n{made}    concurrent:\n{tasks}{}", each(count, "    print(a#)\n"))
}

fn branches(count: usize) -> String {
    let one =
        "    if len(xs) > #:\n        xs = mutable_list([#])\n    else:\n        xs.append(#)\n";
    format!("fn main():\n    xs = mutable_list([0])\n{}    print(xs)\n", each(count, one))
}

fn rows(count: usize) -> String {
    let one = "    a# = mutable_list([#])\n    rows.append(a#)\n";
    let start = "fn main():\n    rows = mutable_list[mutable_list[int]]()\n";
    format!("{start}{}    print(rows)\n", each(count, one))
}

fn chain(count: usize) -> String {
    let mut text = "fn f0(xs: mutable_list[int]):\n    xs.append(0)\n\n".to_owned();
    for number in 1..count {
        let before = number - 1;
        let _ = write!(text, "fn f{number}(xs: mutable_list[int]):\n    f{before}(xs)\n\n");
    }
    text
}

fn circle(count: usize) -> String {
    let one = |number: usize| {
        let (next, other) = ((number + 1) % count, number * 7 % count);
        format!(
            "fn f{number}(a: mutable_list[int], b: mutable_list[int]):\n    a.append({number})\n    \
             f{next}(b, a)\n    f{other}(a, b)\n\n"
        )
    };
    (0..count).map(one).collect()
}

/// Prints for how long the region stage has the processor, by shape and size.
pub fn print() {
    let sizes = SIZES.map(|size| size.to_string()).join(" | ");
    println!("| shape | {sizes} |\n|---|{}", "---:|".repeat(SIZES.len()));
    for (name, shape) in SHAPES {
        let times = SIZES.map(|size| format!("{:.1} ms", seconds(shape(size)) * 1e3));
        println!("| {name} | {} |", times.join(" | "));
    }
}

/// One shape of one size, over and over.
pub fn one(name: &str, size: usize) {
    let shape = SHAPES.iter().find(|(known, _)| known.contains(name));
    let (name, shape) = shape.unwrap_or(&SHAPES[0]);
    println!("{name}, {size}: {:.1} ms", seconds(shape(size)) * 1e3);
}

fn seconds(text: String) -> f64 {
    let work = move || {
        let mut db = Database::default();
        let file = db.set_file("main.weir", &text);
        diagnostics::local_diagnostics(&db, file);
        let items: Vec<_> = file_items(&db, file).ids(&db).collect();
        let start = measure::processor_seconds();
        diagnostics::prepare(&db, file);
        for item in items {
            assert_eq!(regions::check(&db, item), &[]);
        }
        measure::processor_seconds() - start
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work);
    thread.expect("a thread").join().expect("no panic")
}
