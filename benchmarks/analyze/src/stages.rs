//! What each stage takes and holds on to.

use weir_analyzer::items::{file_items, lowered_signature};
use weir_analyzer::{Database, SourceFile, assigned, db, diagnostics, hir, infer, mir, regions};

use crate::{cold, measure, package, table};

type Stage = (&'static str, fn(&Database, SourceFile));

const STAGES: &[Stage] = &[
    ("tree", |db, file| drop(db::parse(db, file).clone())),
    ("items", |db, file| drop(file_items(db, file).clone())),
    ("signatures", |db, file| {
        each(db, file, |item| {
            _ = lowered_signature(db, item);
        })
    }),
    ("Hir", |db, file| {
        each(db, file, |item| {
            _ = hir::lower(db, item);
        })
    }),
    ("types", |db, file| {
        each(db, file, |item| {
            _ = infer::infer(db, item);
        })
    }),
    ("Mir", |db, file| {
        each(db, file, |item| {
            _ = mir::mir(db, item);
        })
    }),
    ("definite assignment", |db, file| {
        each(db, file, |item| {
            _ = assigned::check(db, item);
        })
    }),
    ("findings", |db, file| drop(diagnostics::local_diagnostics(db, file))),
    ("regions: summaries", |db, file| {
        each(db, file, |item| {
            _ = regions::summary(db, item);
        })
    }),
    ("regions: findings", |db, file| {
        each(db, file, |item| {
            _ = regions::check(db, item);
        })
    }),
];

fn each(db: &Database, file: SourceFile, stage: impl Fn(weir_analyzer::items::ItemId)) {
    file_items(db, file).ids(db).for_each(stage);
}

/// Prints for how long each stage has the processor, and how many bytes it keeps for each of text.
pub fn print(lines: usize, modules: usize) {
    let package = package::package(lines, modules, table::SEED);
    let bytes: usize = package.iter().map(|module| module.text.len()).sum();
    let (db, files) = cold::database(&package);
    let mut before = measure::bytes_in_use();
    println!("| stage | processor | bytes for each of text |\n|---|---:|---:|");
    for (name, stage) in STAGES {
        let start = measure::processor_seconds();
        files.iter().for_each(|file| stage(&db, *file));
        let after = measure::bytes_in_use();
        let time = (measure::processor_seconds() - start) * 1e3;
        println!("| {name} | {time:.1} ms | {:.1} |", (after - before) as f64 / bytes as f64);
        before = after;
    }
}
