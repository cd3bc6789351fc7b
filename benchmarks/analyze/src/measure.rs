//! Time and memory.
//!
//! What it is not: the things that are measured. Invariant: memory is what is allocated and not yet
//! freed, as the allocator was asked for it; threads count apart, so that counting keeps nobody waiting.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};
use std::time::Duration;

use mimalloc::MiMalloc;

/// The allocator of `weir` with a count of the bytes in use.
pub struct Counting;

/// Of the threads that have handed in their counts.
static IN_USE: AtomicIsize = AtomicIsize::new(0);

thread_local! {
    /// Of this thread, since it handed in its count last; negative when it frees what others made.
    static OF_THREAD: Cell<isize> = const { Cell::new(0) };
}

fn count(bytes: isize) {
    // A thread that is about to end has no count any more.
    let _ = OF_THREAD.try_with(|count| count.set(count.get() + bytes));
}

// SAFETY: every call goes to mimalloc unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size() as isize);
        unsafe { MiMalloc.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(-(layout.size() as isize));
        unsafe { MiMalloc.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size as isize - layout.size() as isize);
        unsafe { MiMalloc.realloc(pointer, layout, size) }
    }
}

/// Hands in this thread's count; every thread's last act.
pub fn hand_in() {
    IN_USE.fetch_add(OF_THREAD.take(), Relaxed);
}

/// How many bytes are in use, when all other threads have handed in.
pub fn bytes_in_use() -> isize {
    hand_in();
    IN_USE.load(Relaxed)
}

/// The median of the times.
pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// For how long this thread has had a processor.
pub fn processor_time() -> Duration {
    let mut time = Timespec::default();
    // SAFETY: the call writes one `timespec`, which is laid out like this on all 64-bit systems.
    let failed = unsafe { clock_gettime(CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(failed, 0, "this system keeps no clock for a thread");
    Duration::new(time.seconds as u64, time.nanoseconds as u32)
}

/// The same in seconds.
pub fn processor_seconds() -> f64 {
    processor_time().as_secs_f64()
}

/// Linux's.
const CLOCK_THREAD_CPUTIME_ID: i32 = 3;

#[repr(C)]
#[derive(Default)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

unsafe extern "C" {
    fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
}
