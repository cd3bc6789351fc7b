//! Every bound of the machine, by name. A bound that is hit becomes a failure that says so.

/// The fewest simulated processors.
pub const PROCESSORS_MIN: usize = 1;
/// The most simulated processors.
pub const PROCESSORS_MAX: usize = 64;
/// How many processors a run has when nobody says.
pub const PROCESSORS_DEFAULT: usize = 4;

/// How long a task runs before it is preempted, in virtual nanoseconds.
pub const SLICE_DEFAULT_NS: u64 = 10_000_000;
/// How long detached tasks may go on after main, in virtual nanoseconds.
pub const DETACH_GRACE_DEFAULT_NS: u64 = 5_000_000_000;
/// How long they may unwind once they were cancelled after that, in virtual nanoseconds.
pub(crate) const DETACH_UNWIND_MAX_NS: u64 = 5_000_000_000;

/// How much memory a run may use when nobody says, in bytes.
pub const MEMORY_MAX_DEFAULT_BYTES: u64 = 2 << 30;

/// How much of a run its schedule keeps when nobody says, in bytes of choices and answers.
pub(crate) const SCHEDULE_MAX_DEFAULT_BYTES: u64 = 256 << 20;

/// What is as large as this asks for room before it is made.
pub(crate) const CHARGE_BYTES_MIN: usize = 1 << 20;
/// What is written where the text before was; for more than that, memory is not kept.
pub(crate) const DRAFT_BYTES_MAX: usize = 1 << 12;
/// Of a row of values whose length nobody knows, so many at a time ask for room.
pub(crate) const CHARGE_VALUES: usize = 1 << 16;

/// So many values that one step looks at are as much as a step, and it is asked then whether to go on.
pub(crate) const LOOK_VALUES: usize = 1 << 16;

/// How many steps each task may make beyond the memory of the run in what it defers.
pub(crate) const MEMORY_GRACE_STEPS: u16 = 1_000;
/// How many failures of tasks that are being cancelled a run warns of one by one.
pub(crate) const CANCELLED_FAILURES_MAX: u64 = 8;

/// The end of virtual time, some 292 years after a run's start: what an instant can name.
pub(crate) const TIME_MAX_NS: u64 = i64::MAX as u64;

/// The deepest call stack of a task, in calls.
pub(crate) const STACK_CALLS_MAX: usize = 100_000;
/// The largest call stack of a task, in registers.
pub(crate) const STACK_REGISTERS_MAX: usize = 4_000_000;
/// How deep code that must not suspend may call for more of it (`swap` in `swap`, `when`).
/// Constants that need others are no such case: they are computed after those.
pub(crate) const NESTED_EVALUATIONS_MAX: usize = 16;
/// How long such code may run at a time, in virtual nanoseconds: nothing can preempt it.
pub(crate) const EVALUATION_NS_MAX: u64 = 2_000_000_000;
/// How many tasks may be in `blocking` blocks at once, each with a thread of its own, as in Go.
pub(crate) const THREADS_MAX: usize = 10_000;
/// How many tasks may be alive at once.
pub(crate) const TASKS_MAX: usize = 4_000_000;
/// How many values a channel may hold; the run's memory is the narrower bound.
pub(crate) const CHANNEL_BUFFER_MAX: i64 = 1 << 40;
/// How many elements, characters or bytes one value may have.
pub(crate) const VALUE_ITEMS_MAX: usize = 1 << 27;
/// How many parts of a value its hash is made of, at most.
pub(crate) const HASH_PARTS_MAX: usize = 1 << 16;
/// How deep maps and sets inside one another take part in a hash with what is in them.
pub(crate) const HASH_DEPTH_MAX: usize = 64;
/// From how many parts on it is kept which of two values' shared parts were compared.
pub(crate) const COMPARED_UNKEPT_MAX: usize = 1 << 12;
/// How deep mutable containers inside one another become immutable with the outermost: deeper than any
/// type, so that what contains itself comes to an end.
pub(crate) const TWIN_DEPTH_MAX: usize = 200;
/// How many calls a failure's trace names where it happened.
pub(crate) const TRACE_CALLS_INNER_MAX: usize = 20;
/// How many it names where the task began; those between are counted.
pub(crate) const TRACE_CALLS_OUTER_MAX: usize = 5;
/// How many tasks a `parallel` loop is cut into at most.
pub(crate) const PARALLEL_CHUNKS_MAX: usize = 64;
/// How many tasks a processor's own queue holds, as in Go.
pub(crate) const RING_TASKS_MAX: usize = 256;
/// Every how many turns a processor looks at the global queue first, as in Go.
pub(crate) const GLOBAL_QUEUE_TURNS: u64 = 61;
/// How many owned and sync objects and tasks there must be before unreachable ones are looked for.
pub(crate) const COLLECTION_OBJECTS_MIN: usize = 4_096;
/// After how many events at the latest tasks that wait for ever are looked for again.
pub(crate) const STUCK_CHECK_EVENTS: u64 = 4_096;
/// After how many steps, where there are few events; and how many more for each task and value to look at.
pub(crate) const STUCK_CHECK_STEPS: u64 = 1_000_000;
pub(crate) const STUCK_CHECK_STEPS_EACH: u64 = 64;
/// How many snapshots a history keeps; with more, every second one goes.
pub(crate) const SNAPSHOTS_MAX: usize = 64;
/// How many events lie between two snapshots of a history, as long as it is short.
pub(crate) const SNAPSHOT_EVENTS_MIN: u64 = 1_024;
/// How many failures of its tasks a report names.
pub(crate) const FAILURES_MAX: usize = 64;
/// How many failures a failure keeps of those beside it; the others are counted.
pub(crate) const BESIDE_MAX: usize = 64;
/// How many failures of supervised tasks that nobody read a run warns of one by one.
pub(crate) const UNREAD_MAX: usize = 64;
/// How many events a trace keeps.
pub(crate) const TRACE_EVENTS_MAX: usize = 4_000_000;
/// How many deeds of tasks are kept beside a trace, the last ones.
pub(crate) const DEEDS_MAX: usize = 50_000;
/// How many of those a story tells: in all, of each task that it concerns, and on each thing that they wait for.
pub(crate) const DEEDS_SHOWN_MAX: usize = 60;
pub(crate) const DEEDS_OF_TASK_MAX: usize = 6;
pub(crate) const DEEDS_ON_THING_MAX: usize = 3;
/// How many events the page of a report shows.
pub(crate) const REPORT_EVENTS_MAX: usize = 200_000;
/// How many tasks the text about a stopped run names, or about a deadlock or a leak.
pub(crate) const TASKS_SHOWN_MAX: usize = 100;
/// How many of those who hold a lock are named beside a task that waits for it.
pub(crate) const HOLDERS_SHOWN_MAX: usize = 3;
/// How many registers or constants one function may use.
pub(crate) const REGISTERS_MAX: usize = 1 << 24;
/// How many choices a schedule may name; a file that claims more is refused.
pub(crate) const SCHEDULE_CHOICES_MAX: u64 = 1 << 40;
