//! Huge pages of memory: whether the system gives any.
//!
//! Who touches a byte of a huge page waits until two megabytes are cleared. Where much memory is used in all places at
//! once, as in the analysis of large texts, that is sooner than page by page; to start with a small program, it was a
//! quarter of the time, and a program that runs waits longer for them than it gains. What it is not: a promise, for the
//! system does as it likes, and only Linux is asked.

/// None from now on, until they are [`allow`]ed: for what uses little memory, and for programs that run.
pub(crate) fn avoid() {
    disable(true);
}

/// From now on: for large texts.
pub(crate) fn allow() {
    disable(false);
}

#[cfg(target_os = "linux")]
fn disable(is_disabled: bool) {
    // Without it, all is as it would have been.
    let _ = rustix::thread::disable_transparent_huge_pages(is_disabled);
}

#[cfg(not(target_os = "linux"))]
fn disable(_: bool) {}
