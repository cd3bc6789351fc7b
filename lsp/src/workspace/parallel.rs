//! Facts derived on several threads, before anyone asks for them in order.
//!
//! What it is not: a place where anything is found. Invariant: what is derived is what would be
//! derived without it, so that no result depends on the number of threads.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use weir_analyzer::diagnostics::{circles_to_follow, follow_circle, item_findings, local_findings};
use weir_analyzer::items::{ItemId, file_items};
use weir_analyzer::regions::needed;
use weir_analyzer::{Database, SourceFile};

use super::queue;
use crate::{bug, huge_pages, threads};

/// How many items a thread takes at once. Few of them have a protocol to be searched, which takes far longer than all
/// the rest: who takes many has several of those while the others wait for the end.
const ITEMS_AT_ONCE: usize = 8;

/// Less text than that is analysed sooner than threads are started and have memory of their own.
const TEXT_BYTES_MIN: usize = 16 * 1024;

/// Derives what the files' findings are made of.
pub(super) fn derive(db: &Database, files: &[SourceFile], threads: NonZeroUsize) {
    let bytes: usize = files.iter().map(|file| file.text(db).len()).sum();
    if bytes < TEXT_BYTES_MIN {
        return;
    }
    huge_pages::allow();
    if threads.get() == 1 {
        return;
    }
    on_threads(db, threads, files, 1, |db, file| {
        file_items(db, *file);
    });
    let items: Vec<ItemId> = files.iter().flat_map(|file| file_items(db, *file).ids(db)).collect();
    on_threads(db, threads, &items, ITEMS_AT_ONCE, |db, item| {
        local_findings(db, *item);
        needed(db, *item);
    });
    let mut circles = Vec::new();
    quietly(|| circles = circles_to_follow(db, files));
    let needs: Vec<&[usize]> = circles.iter().map(|circle| &circle.needs[..]).collect();
    queue::in_order(&needs, db, threads, |db, number| {
        quietly(|| follow_circle(db, &circles[number]));
    });
    on_threads(db, threads, &items, ITEMS_AT_ONCE, |db, item| {
        item_findings(db, *item);
    });
}

/// Does the work for all keys: whoever is free takes the next few.
fn on_threads<K: Sync>(
    db: &Database,
    threads: NonZeroUsize,
    keys: &[K],
    at_once: usize,
    work: impl Fn(&Database, &K) + Sync,
) {
    let next = AtomicUsize::new(0);
    let take = |db: Database| {
        while let Some(keys) = keys.chunks(at_once).nth(next.fetch_add(1, Ordering::Relaxed)) {
            keys.iter().for_each(|key| quietly(|| work(&db, key)));
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads.get().min(keys.len()) {
            let (db, take) = (db.clone(), &take);
            // A thread that cannot be started is one helper less; what it leaves is done later.
            let _ = threads::for_analysis("weir analysis").spawn_scoped(scope, move || take(db));
        }
    });
}

/// A bug struck here is struck again where it is told, by whoever asks in order.
fn quietly(work: impl FnOnce()) {
    let _ = bug::catch(String::new, work);
}
