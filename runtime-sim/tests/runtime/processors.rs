//! The simulated processors: queues, stealing, preemption, blocking threads.

use weir_runtime_sim::RunOptions;

use crate::support::{prints, program, run_with};

const MANY: &str = r#"fn work(done: channel[int], n: int):
    k = 0
    while k < 2000:
        k += 1
    done.send(n)

fn main():
    done = channel[int](buffer=1000)
    concurrent:
        for n in range(1000):
            spawn work(done, n)
    print(done.len())
"#;

#[test]
fn work_is_stolen_and_all_of_it_is_done() {
    let ran = run_with(&program(MANY), 3, &RunOptions::default());
    assert_eq!(ran.report.stdout, "1000\n");
    assert_eq!(ran.report.tasks, 1001);
    assert!(ran.report.steals > 0);
}

#[test]
fn one_processor_steals_nothing() {
    let ran = run_with(&program(MANY), 3, &RunOptions { procs: 1, ..RunOptions::default() });
    assert_eq!((ran.report.stdout.as_str(), ran.report.steals), ("1000\n", 0));
}

#[test]
fn a_task_that_uses_up_its_slice_is_preempted_so_that_others_run() {
    let text = r#"fn spin(stop: atom[bool]):
    while not stop.get():
        pass

fn main():
    stop = atom(false)
    concurrent:
        spawn spin(stop)
        yield_now()
        stop.set(true)
    print("both ran")
"#;
    let ran = run_with(&program(text), 0, &RunOptions { procs: 1, ..RunOptions::default() });
    assert_eq!(ran.report.stdout, "both ran\n");
    assert!(ran.report.preemptions > 0);
}

#[test]
fn a_blocking_block_leaves_its_processor_free() {
    let text = r#"fn main():
    concurrent:
        spawn:
            blocking:
                k = 0
                while k < 1000000:
                    k += 1
            print("blocking is done")
        spawn:
            print("meanwhile")
"#;
    let ran =
        run_with(&program(text), 0, &RunOptions { procs: 1, trace: true, ..RunOptions::default() });
    assert_eq!(ran.report.stdout, "meanwhile\nblocking is done\n");
    assert!(ran.report.trace.is_some_and(|trace| trace.to_json().contains("blocking thread 0")));
}

#[test]
fn a_failure_leaves_a_blocking_block_too() {
    prints(
        r#"fn bad() -> int:
    return blocking { 1 // 0 }

fn main():
    print((attempt bad()).is_err())
    print(blocking { 2 + 3 })
"#,
        "true\n5\n",
    );
}

#[test]
fn task_ids_are_places_in_the_tree() {
    prints(
        r#"fn child() -> str:
    concurrent:
        t = spawn task_id()
    return t

fn main():
    concurrent:
        a = spawn task_id()
        b = spawn child()
    print(task_id(), a, b)
"#,
        "main main/1 main/2/1\n",
    );
}

#[test]
fn tasklocals_are_inherited_as_they_were() {
    prints(
        r#"tasklocal who: str = "-"

fn say():
    print(who)

fn main():
    say()
    with who = "a":
        say()
        concurrent:
            spawn say()
        with who = "b":
            say()
        say()
    say()
"#,
        "-\na\na\nb\na\n-\n",
    );
}
