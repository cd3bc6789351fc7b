//! Time and memory.
//!
//! What it is not: the things that are measured. Invariant: memory is what is allocated and not yet
//! freed, as the allocator was asked for it; what an allocator itself adds is the same for all.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// The system's allocator with a count of the bytes in use.
pub struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        IN_USE.fetch_add(size, Relaxed);
        IN_USE.fetch_sub(layout.size(), Relaxed);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// How many bytes are in use.
pub fn bytes_in_use() -> usize {
    IN_USE.load(Relaxed)
}

/// The time that `run` takes, and how many bytes its result holds on to. The dropping of the result is not
/// counted.
pub fn once<T>(run: impl FnOnce() -> T) -> (Duration, usize) {
    let before = bytes_in_use();
    let start = Instant::now();
    let result = std::hint::black_box(run());
    let time = start.elapsed();
    let bytes = bytes_in_use().saturating_sub(before);
    drop(result);
    settle(before);
    (time, bytes)
}

/// The median of the times.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Waits for those who drop their trees on another thread.
fn settle(at_rest: usize) {
    const NOISE_BYTES: usize = 64 * 1024;
    for _ in 0..200 {
        if bytes_in_use() <= at_rest + NOISE_BYTES {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// For how long this thread has had a processor.
pub fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|field| field.parse::<f64>().ok());
    nanoseconds.unwrap_or(f64::NAN) / 1e9
}
