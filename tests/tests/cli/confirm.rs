//! `weir analyze --confirm`: findings put to the test by runs.

use super::*;

/// Two locks crossed: most runs of the machine do not stop there.
const CROSSED: &str = "fn main():
    a = mutex(1)
    b = mutex(2)
    concurrent:
        spawn:
            with a.lock() as x:
                with b.lock() as y:
                    print(x + y)
        with b.lock() as y:
            with a.lock() as x:
                print(x + y)
";

/// The receive comes too late for a program that never runs so far.
const UNREACHED: &str = "fn late(ch: channel[int]):
    ch.close()
    ch.send(1)

fn main():
    print(\"nothing else\")
    if 1 > 2:
        late(channel[int]())
";

const NOTHING_TO_FIND: &str = "fn main():
    print(1)
";

#[test]
fn a_finding_that_a_run_shows_is_confirmed_with_the_command_that_shows_it() {
    let (weir, printed) = put_to_the_test(CROSSED);
    assert_eq!(printed.status, 1);
    assert!(printed.stdout.contains("error[L002]"), "{}", printed.stdout);
    let arguments = replay_arguments(&printed.stdout);
    let replayed = weir.run(&arguments);
    assert_eq!(replayed.status, 3, "{arguments:?}: {}", replayed.stderr);
    assert!(replayed.stderr.contains("deadlock"), "{}", replayed.stderr);
}

#[test]
fn a_finding_that_no_run_shows_becomes_a_warning_that_says_so() {
    let (_, printed) = put_to_the_test(UNREACHED);
    assert!(printed.stdout.contains("warning[C002]"), "{}", printed.stdout);
    assert!(
        printed
            .stdout
            .contains("not reproduced within 12 schedules along its steps and 1000 by chance"),
        "{}",
        printed.stdout
    );
}

#[test]
fn as_many_schedules_follow_its_steps_as_are_asked_for() {
    let weir = weir().file("main.weir", UNREACHED);
    let printed = weir.run(&["analyze", "--confirm", "--schedules", "3", "main.weir"]);
    let said = "not reproduced within 3 schedules along its steps and 1000 by chance";
    assert!(printed.stdout.contains(said), "{}", printed.stdout);
    let printed = weir.run(&["analyze", "--schedules", "3", "main.weir"]);
    assert_eq!(printed.status, 2, "{}", printed.stderr);
}

/// Whoever sends finds the server gone, which looks for its last requests once.
const LATE: &str = "fn serve(requests: receiver[int], quit: signal):
    while true:
        select:
            case request from requests: print(request)
            case quit.wait(): break
    while true:
        match requests.try_receive():
            case Some(request): print(request)
            case None: return

fn ask(id: int, requests: sender[int]):
    requests.send(id)
    sleep(1.seconds)

fn main():
    requests = channel[int](buffer=2)
    quit = signal()
    concurrent:
        spawn serve(requests, quit)
        for id in range(6):
            spawn ask(id, requests)
        spawn:
            sleep(10.milliseconds)
            quit.set()
";

#[test]
fn a_task_that_sleeps_first_is_waited_for_where_its_step_is_next() {
    let (weir, printed) = put_to_the_test(LATE);
    let replayed = weir.run(&replay_arguments(&printed.stdout));
    assert_eq!(replayed.status, 3, "{}\n{}", printed.stdout, replayed.stderr);
}

#[test]
fn the_program_prints_nothing_meanwhile() {
    let weir = weir().file("main.weir", UNREACHED);
    let printed = weir.run(&["analyze", "--confirm", "--format", "short", "main.weir"]);
    assert!(!printed.stdout.contains("nothing else\n"), "{}", printed.stdout);
    assert_eq!(printed.stderr, "");
}

/// One task has to stand between its two locks while the other one prints two hundred numbers.
const NARROW: &str = "fn main():
    a = mutex(1)
    b = mutex(2)
    concurrent:
        spawn:
            with a.lock() as x:
                with b.lock() as y:
                    print(x + y)
        for number in range(200):
            print(number)
        with b.lock() as y:
            with a.lock() as x:
                print(x + y)
";

/// Two tasks wait for each other beside two that go on for ever.
const BESIDE: &str = "fn main():
    a = channel[int]()
    b = channel[int]()
    work = channel[int]()
    concurrent:
        spawn:
            while true:
                work.send(1)
        spawn:
            while true:
                print(work.receive())
        spawn:
            print(a.receive())
            b.send(1)
        print(b.receive())
        a.send(1)
";

/// What goes wrong does so only with a file that is there.
const OUTSIDE: &str = "import fs

fn main():
    ch = channel[int]()
    print(fs.read(\"jobs.txt\"))
    print(ch.receive())
";

const LIBRARY: &str = "fn copy() -> int:
    ch = channel[int]()
    return ch.receive()
";

#[test]
fn a_schedule_is_followed_where_chance_does_not_lead() {
    let (weir, printed) = put_to_the_test(NARROW);
    assert!(printed.stdout.contains("error[L002]"), "{}", printed.stdout);
    let replayed = weir.run(&replay_arguments(&printed.stdout));
    assert_eq!(replayed.status, 3, "{}", replayed.stderr);
    assert!(replayed.stdout.contains("\n199\n"), "{}", replayed.stdout);
}

#[test]
fn what_waits_beside_a_task_without_an_end_is_shown_at_a_step() {
    let (weir, printed) = put_to_the_test(BESIDE);
    let arguments = replay_arguments(&printed.stdout);
    assert_eq!(arguments.get(1), Some(&"--until"), "{}", printed.stdout);
    let replayed = weir.run(&arguments);
    assert!(replayed.stderr.contains("main waits for receive on b"), "{}", replayed.stderr);
    assert!(replayed.stderr.contains("main/3 waits for receive on a"), "{}", replayed.stderr);
}

#[test]
fn what_the_program_asks_of_the_outside_is_refused_and_said_so() {
    let weir = weir().file("main.weir", OUTSIDE).file("jobs.txt", "one");
    let printed = weir.run(&["analyze", "--confirm", "main.weir"]);
    assert!(printed.stdout.contains("warning[C005]"), "{}", printed.stdout);
    let said = "all that the program asks of the outside is refused";
    assert!(printed.stdout.contains(said), "{}", printed.stdout);
}

#[test]
fn without_a_main_nothing_is_put_to_the_test_and_nothing_changes() {
    let weir = weir().file("copy.weir", LIBRARY);
    let printed = weir.run(&["analyze", "--confirm", "copy.weir"]);
    assert!(printed.stdout.contains("error[C005]"), "{}", printed.stdout);
    assert!(printed.stdout.contains("not put to the test"), "{}", printed.stdout);
}

#[test]
fn what_no_main_leads_to_is_not_put_to_the_test_and_stays_an_error() {
    let weir = weir().file("copy.weir", LIBRARY).file("main.weir", NOTHING_TO_FIND);
    let printed = weir.run(&["analyze", "--confirm", "copy.weir", "main.weir"]);
    assert!(printed.stdout.contains("error[C005]"), "{}", printed.stdout);
    assert!(printed.stdout.contains("no `main` of the files"), "{}", printed.stdout);
    assert_eq!(printed.status, 1);
}

/// A task keeps the permit, and the next one waits for it.
const KEPT: &str = "fn sit(seats: semaphore, tired: bool):
    seats.acquire()
    if tired:
        return
    seats.release()

fn main():
    seats = semaphore(1)
    concurrent:
        spawn sit(seats, true)
        spawn sit(seats, true)
";

#[test]
fn what_is_left_behind_is_confirmed_where_somebody_waits_for_it() {
    let (weir, printed) = put_to_the_test(KEPT);
    assert!(printed.stdout.contains("error[L003]"), "{}", printed.stdout);
    let replayed = weir.run(&replay_arguments(&printed.stdout));
    assert_eq!(replayed.status, 3, "{}\n{}", printed.stdout, replayed.stderr);
}

#[test]
fn the_object_for_tools_has_the_schedule_that_confirms() {
    let weir = weir().file("main.weir", CROSSED);
    let printed = weir.run(&["analyze", "--confirm", "--format", "json", "main.weir"]);
    let object: serde_json::Value = serde_json::from_str(&printed.stdout).unwrap_or_default();
    let witness = &object["diagnostics"][0]["witness"];
    assert_eq!(witness["confirmed"], true, "{}", printed.stdout);
    let line = witness["schedule"].as_str().unwrap_or_default();
    let replayed = weir.run(&["replay", line, "main.weir"]);
    assert_eq!(replayed.status, 3, "{}", replayed.stderr);
}

fn put_to_the_test(program: &str) -> (Weir, Printed) {
    let weir = weir().file("main.weir", program);
    let printed = weir.run(&["analyze", "--confirm", "main.weir"]);
    (weir, printed)
}

/// The arguments of the command that is printed.
fn replay_arguments(printed: &str) -> Vec<&str> {
    let command = printed.split("confirmed: weir ").nth(1).and_then(|rest| rest.lines().next());
    command.unwrap_or_default().split(' ').collect()
}
