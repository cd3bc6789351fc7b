//! Analysis from nothing, on two threads.
//!
//! What it is not: reading files; the texts are in memory. Invariant: what is measured ends with the
//! findings of every file, of which there are none.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use weir_analyzer::diagnostics::{
    Circle, circles_to_follow, file_diagnostics, follow_circle, item_findings, local_diagnostics,
    local_findings,
};
use weir_analyzer::items::file_items;
use weir_analyzer::regions::needed;
use weir_analyzer::{Database, SourceFile};

use crate::measure;
use crate::package::Module;

pub const THREADS: usize = 2;

/// How many items are analysed before those that were not used for long are forgotten.
const ITEMS_AT_ONCE: usize = 1_024;

/// How much text is analysed before, in an analysis up to all findings; as in `weir analyze`.
const PORTION_BYTES: usize = 1024 * 1024;

/// Nested programs need room.
const STACK_BYTES: usize = 16 * 1024 * 1024;

/// How long it took by the clock, and for how long the busier thread had a processor.
#[derive(Clone, Copy)]
pub struct Cold {
    pub clock: Duration,
    pub processor: Duration,
}

/// A database with the package's files.
pub fn database(package: &[Module]) -> (Database, Vec<SourceFile>) {
    let mut db = Database::default();
    let manifest = db.set_file_at_rest("weir.toml", "[package]\nname = \"generated\"\n");
    let files: Vec<_> =
        package.iter().map(|module| db.set_file_at_rest(&module.path, &module.text)).collect();
    let paths = package.iter().map(|module| Arc::from(module.path.as_str()));
    db.set_package("", manifest, paths.zip(files.iter().copied()).collect());
    (db, files)
}

/// Analyses all files up to their types and Mir.
pub fn analyze(db: &mut Database, files: &[SourceFile]) -> Cold {
    let start = Instant::now();
    let mut processor = on_threads(db, files, 1, |db, file| {
        file_items(db, *file);
    });
    let items: Vec<_> = files.iter().flat_map(|file| file_items(db, *file).ids(db)).collect();
    for items in items.chunks(ITEMS_AT_ONCE) {
        processor += on_threads(db, items, 16, |db, item| {
            assert_eq!(local_findings(db, *item), &[]);
        });
        db.forget_bodies();
    }
    processor += on_threads(db, files, 1, |db, file| {
        assert_eq!(local_diagnostics(db, *file), []);
    });
    Cold { clock: start.elapsed(), processor }
}

/// Analyses all files up to all findings, much as `weir analyze` does: portion by portion, and in each what functions
/// do row by row, where `weir` begins with each as soon as it can.
pub fn analyze_whole(db: &mut Database, files: &[SourceFile]) -> Cold {
    let start = Instant::now();
    let mut processor = Duration::ZERO;
    let is_full = |bytes: &mut usize, file: &SourceFile| {
        let before = *bytes / PORTION_BYTES;
        *bytes += file.text(db).len();
        *bytes / PORTION_BYTES > before
    };
    let mut bytes = 0;
    let ends: Vec<bool> = files.iter().map(|file| is_full(&mut bytes, file)).collect();
    let mut first = 0;
    for at in 0..files.len() {
        if ends[at] || at + 1 == files.len() {
            processor += analyze_portion(db, &files[first..=at]);
            db.forget_bodies();
            first = at + 1;
        }
    }
    Cold { clock: start.elapsed(), processor }
}

fn analyze_portion(db: &Database, files: &[SourceFile]) -> Duration {
    let mut processor = on_threads(db, files, 1, |db, file| {
        file_items(db, *file);
    });
    let items: Vec<_> = files.iter().flat_map(|file| file_items(db, *file).ids(db)).collect();
    processor += on_threads(db, &items, 8, |db, item| {
        local_findings(db, *item);
        needed(db, *item);
    });
    let alone = measure::processor_seconds();
    let rows = in_rows(circles_to_follow(db, files));
    processor += Duration::from_secs_f64(measure::processor_seconds() - alone);
    for row in rows {
        processor += on_threads(db, &row, 8, |db, circle| follow_circle(db, circle));
    }
    processor += on_threads(db, &items, 8, |db, item| {
        item_findings(db, *item);
    });
    processor
        + on_threads(db, files, 1, |db, file| {
            assert_eq!(file_diagnostics(db, *file), []);
        })
}

/// Circles, each in a row behind those of all that it needs.
fn in_rows(circles: Vec<Circle>) -> Vec<Vec<Circle>> {
    let (mut rows, mut row_of): (Vec<Vec<Circle>>, Vec<usize>) = Default::default();
    for circle in circles {
        let row = circle.needs.iter().map(|needed| row_of[*needed] + 1).max().unwrap_or(0);
        row_of.push(row);
        rows.resize_with(rows.len().max(row + 1), Vec::new);
        rows[row].push(circle);
    }
    rows
}

/// Does the work for all keys, whoever is free the next few.
fn on_threads<K: Sync>(
    db: &Database,
    keys: &[K],
    at_once: usize,
    work: impl Fn(&Database, &K) + Sync,
) -> Duration {
    let next = AtomicUsize::new(0);
    let busy = |db: Database| {
        let start = measure::processor_seconds();
        loop {
            let from = next.fetch_add(at_once, Relaxed);
            if from >= keys.len() {
                break;
            }
            keys[from..keys.len().min(from + at_once)].iter().for_each(|key| work(&db, key));
        }
        drop(db);
        measure::hand_in();
        measure::processor_seconds() - start
    };
    let seconds = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                let db = db.clone();
                let thread = thread::Builder::new().stack_size(STACK_BYTES);
                thread.spawn_scoped(scope, || busy(db)).expect("a thread")
            })
            .collect();
        let busy = threads.into_iter().map(|thread| thread.join().expect("no panic"));
        busy.fold(0.0, f64::max)
    });
    Duration::from_secs_f64(seconds)
}
