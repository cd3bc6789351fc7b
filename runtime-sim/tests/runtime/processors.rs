//! The simulated processors: queues, stealing, preemption, blocking threads.

use weir_runtime_sim::RunOptions;

use crate::support::{prints, program, run_with};

const MANY: &str = "fn work(done: channel[int], n: int):\n    k = 0\n    while k < 2000:\n        k += 1\n    done.send(n)\n\nfn main():\n    done = channel[int](buffer=1000)\n    concurrent:\n        for n in range(1000):\n            spawn work(done, n)\n    print(done.len())\n";

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
    let text = "fn spin(stop: atom[bool]):\n    while not stop.get():\n        pass\n\nfn main():\n    stop = atom(false)\n    concurrent:\n        spawn spin(stop)\n        yield_now()\n        stop.set(true)\n    print(\"both ran\")\n";
    let ran = run_with(&program(text), 0, &RunOptions { procs: 1, ..RunOptions::default() });
    assert_eq!(ran.report.stdout, "both ran\n");
    assert!(ran.report.preemptions > 0);
}

#[test]
fn a_blocking_block_leaves_its_processor_free() {
    let text = "fn main():\n    concurrent:\n        spawn:\n            blocking:\n                k = 0\n                while k < 1000000:\n                    k += 1\n            print(\"blocking is done\")\n        spawn:\n            print(\"meanwhile\")\n";
    let ran =
        run_with(&program(text), 0, &RunOptions { procs: 1, trace: true, ..RunOptions::default() });
    assert_eq!(ran.report.stdout, "meanwhile\nblocking is done\n");
    assert!(ran.report.trace.is_some_and(|trace| trace.to_json().contains("blocking thread 0")));
}

#[test]
fn a_failure_leaves_a_blocking_block_too() {
    prints(
        "fn bad() -> int:\n    return blocking { 1 // 0 }\n\nfn main():\n    print((attempt bad()).is_err())\n    print(blocking { 2 + 3 })\n",
        "true\n5\n",
    );
}

#[test]
fn task_ids_are_places_in_the_tree() {
    prints(
        "fn child() -> str:\n    concurrent:\n        t = spawn task_id()\n    return t\n\nfn main():\n    concurrent:\n        a = spawn task_id()\n        b = spawn child()\n    print(task_id(), a, b)\n",
        "main main/1 main/2/1\n",
    );
}

#[test]
fn tasklocals_are_inherited_as_they_were() {
    prints(
        "tasklocal who: str = \"-\"\n\nfn say():\n    print(who)\n\nfn main():\n    say()\n    with who = \"a\":\n        say()\n        concurrent:\n            spawn say()\n        with who = \"b\":\n            say()\n        say()\n    say()\n",
        "-\na\na\nb\na\n-\n",
    );
}
