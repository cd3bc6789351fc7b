//! Time and memory.
//!
//! What it is not: the things that are measured. Invariant: memory is what is allocated and not yet
//! freed, as the allocator was asked for it; what an allocator itself adds is the same for all.

#[cfg(not(feature = "mimalloc"))]
use std::alloc::System as Allocator;
use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

#[cfg(feature = "mimalloc")]
use mimalloc::MiMalloc as Allocator;

/// An allocator with a count of the bytes in use.
pub struct Counting;

static IN_USE: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size(), Relaxed);
        unsafe { Allocator.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size(), Relaxed);
        unsafe { Allocator.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        IN_USE.fetch_add(size, Relaxed);
        IN_USE.fetch_sub(layout.size(), Relaxed);
        unsafe { Allocator.realloc(pointer, layout, size) }
    }
}

/// How many bytes are in use.
pub fn bytes_in_use() -> usize {
    IN_USE.load(Relaxed)
}

/// The time for which `run` has a processor, and how many bytes its result holds on to. The dropping of the
/// result is not counted; nor is what other programs on the machine take of the clock.
pub fn once<T>(run: impl FnOnce() -> T) -> (Duration, usize) {
    let before = bytes_in_use();
    let start = processor_time();
    let result = std::hint::black_box(run());
    let time = processor_time() - start;
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
fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is written before the call returns.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0, "a clock of the thread's own");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
