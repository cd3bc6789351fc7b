//! Near misses: programs that look alike and are sound, or that nobody can judge.

#[path = "silent/carried.rs"]
mod carried;
#[path = "silent/closing.rs"]
mod closing;
#[path = "silent/counts.rs"]
mod counts;
#[path = "silent/leaving.rs"]
mod leaving;
#[path = "silent/outside.rs"]
mod outside;
#[path = "silent/tasks.rs"]
mod tasks;
