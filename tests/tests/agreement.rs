//! The check of protocols against runs: what it accepts goes wrong in no schedule, and what it
//! reports does so in one.
//!
//! The same over more programs: `cargo run --release -p weir-tests --bin agreement -- 20000`.

use std::cell::RefCell;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use weir_analyzer::items::file_items;
use weir_analyzer::{Database, skeleton};
use weir_tests::agreement::{Judge, Standing, Table, Verdict, crowded_program, program, shrunk};
use weir_tests::programs::{Sample, for_each};

/// How many programs.
const PROGRAMS: u64 = 120;

/// Of how many programs all orders are searched, beside those that the check follows.
const ORDERED: u64 = 150;

/// The same of crowded ones.
const CROWDED: u64 = 150;

/// How many of these are run as well.
const CROWDED_RUN: u64 = 40;

fn samples(count: u64, crowded: u64) -> Vec<Sample> {
    let lone = |seed| Sample::lone(format!("the program of seed {seed}"), program(seed));
    let crowd =
        |seed| Sample::lone(format!("the crowded program of seed {seed}"), crowded_program(seed));
    (0..count).map(lone).chain((0..crowded).map(crowd)).collect()
}

#[test]
fn what_is_accepted_never_goes_wrong_and_what_is_reported_does() {
    let samples = samples(PROGRAMS, CROWDED_RUN);
    let table = Mutex::new(Table::default());
    for_each(&samples, |sample| {
        thread_local!(static JUDGE: RefCell<Judge> = RefCell::default());
        let judge = |text: &str| JUDGE.with_borrow_mut(|judge| judge.judge(text));
        let verdict = judge(&sample.text);
        if let Ok(mut table) = table.lock() {
            table.add(&verdict);
        }
        if let Verdict::Broken(why) = &verdict {
            return Err(format!("it is no program: {why}\n{}", sample.text));
        }
        let Some(about) = verdict.disagreement() else { return Ok(()) };
        let small = shrunk(&sample.text, |text| judge(text).disagreement() == Some(about));
        Err(format!("{:#?}\n{small}", judge(&small)))
    });
    let table = table.into_inner().expect("no claim panics while it counts");
    let (accepted, reported) = table.judged();
    assert!(accepted * 20 > PROGRAMS && reported * 2 > PROGRAMS, "{table}");
}

#[test]
fn what_the_search_leaves_out_comes_to_nothing_else() {
    let samples = samples(ORDERED, CROWDED);
    let compared = AtomicUsize::new(0);
    for_each(&samples, |sample| {
        let mut db = Database::default();
        let file = db.set_file("main.weir", &sample.text);
        for item in file_items(&db, file).ids(&db) {
            let [some, all] = [false, true].map(|all| skeleton::mistakes(&db, item, all));
            let Some((some, all)) = some.zip(all) else { continue };
            compared.fetch_add(1, Ordering::Relaxed);
            if some != all {
                let name = item.name(&db);
                return Err(format!(
                    "{name}: {some:#?}, with all orders {all:#?}\n{}",
                    sample.text
                ));
            }
        }
        Ok(())
    });
    let compared = compared.into_inner();
    assert!(compared as u64 > ORDERED, "only {compared} functions could be compared");
}

#[test]
fn what_a_search_that_sees_less_says_to_hold_holds() {
    let held = AtomicUsize::new(0);
    for_each(&samples(ORDERED, CROWDED), |sample| {
        let mut db = Database::default();
        let file = db.set_file("main.weir", &sample.text);
        for item in file_items(&db, file).ids(&db) {
            let Some(mistakes) = skeleton::mistakes(&db, item, false) else { continue };
            if !skeleton::is_seen_to_hold(&db, item) {
                continue;
            }
            held.fetch_add(1, Ordering::Relaxed);
            if mistakes != ["doomed: false"] {
                let name = item.name(&db);
                return Err(format!("{name} is said to hold: {mistakes:#?}\n{}", sample.text));
            }
        }
        Ok(())
    });
    let held = held.into_inner();
    assert!(held as u64 * 10 > ORDERED, "only {held} functions are said to hold");
}

#[test]
fn a_failure_that_the_check_does_not_follow_is_seen_by_the_runs() {
    let text = "fn main():
    ch = channel[int]()
    concurrent supervised:
        spawn:
            print(1 // 0)
            ch.send(1)
        spawn:
            print(ch.receive())
";
    let verdict = Judge::default().judge(text);
    assert!(matches!(verdict, Verdict::Accepted(Standing::Shown, _)), "{verdict:?}");
    assert_eq!(verdict.disagreement(), Some("accepted"));
}

#[test]
fn a_finding_is_confirmed_where_a_run_stops_at_its_place() {
    let text = "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            ch.send(1)
        ch.close()
";
    let verdict = Judge::default().judge(text);
    let Verdict::Reported(standing, findings) = verdict else { panic!("{verdict:?}") };
    let found: Vec<_> = findings.iter().map(|of| (of.code, of.standing)).collect();
    assert_eq!((standing, found), (Standing::Shown, vec![("C004", Standing::Shown)]));
}
