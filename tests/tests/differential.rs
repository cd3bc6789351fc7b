//! The ownership analysis against the race detector, over generated programs: what is accepted has no
//! race under any schedule that was tried, and most of what is refused has one under some.
//!
//! The same over more programs: `cargo run --release -p weir-tests --bin differential -- 200000`.

use std::cell::RefCell;

use weir_tests::differential::{Judge, Table, Verdict, program, shrunk};
use weir_tests::programs::{Sample, for_each};

/// How many programs.
const PROGRAMS: u64 = 60;
/// In which share of the refused programs something must show.
const PRECISION_MIN: f64 = 0.4;

#[test]
fn what_is_accepted_has_no_race_and_most_that_is_refused_has_one() {
    let samples: Vec<_> = (0..PROGRAMS)
        .map(|seed| Sample::lone(format!("the program of seed {seed}"), program(seed)))
        .collect();
    let table = std::sync::Mutex::new(Table::default());
    for_each(&samples, |sample| {
        thread_local!(static JUDGE: RefCell<Judge> = RefCell::default());
        let judge = |text: &str| JUDGE.with_borrow_mut(|judge| judge.judge(text));
        let verdict = judge(&sample.text);
        if let Ok(mut table) = table.lock() {
            table.add(&verdict);
        }
        match verdict {
            Verdict::Broken(why) => Err(format!("it is no program: {why}\n{}", sample.text)),
            Verdict::Missed(_) => {
                let is_missed = |text: &str| matches!(judge(text), Verdict::Missed(_));
                let small = shrunk(&sample.text, is_missed);
                Err(format!("it is accepted, and yet:\n{:?}\n{small}", judge(&small)))
            }
            Verdict::Silent | Verdict::Refused { .. } => Ok(()),
        }
    });
    let table = table.into_inner().expect("no claim panics while it counts");
    let (accepted, refused) = table.judged();
    assert!(accepted * 10 > PROGRAMS && refused * 10 > PROGRAMS, "{table}");
    assert!(table.precision() >= PRECISION_MIN, "{table}");
}

/// A program that is refused for a reason, and shows it.
const RACING: &str = "fn main():
    xs = mutable_list([1])
    n = 0
    n += 1
    concurrent:
        spawn xs.append(2)
        if n > 0:
            xs.append(3)
";

#[test]
fn what_shows_is_seen_and_a_shrunk_program_still_shows_it() {
    let mut judge = Judge::default();
    let mut is_shown =
        |text: &str| matches!(judge.judge(text), Verdict::Refused { shown: Some(_), .. });
    assert!(is_shown(RACING));
    let small = "fn main():\n    xs = mutable_list([1])\n    concurrent:\n        spawn xs.append(2)\n        xs.append(3)\n";
    assert_eq!(shrunk(RACING, is_shown), small);
}

#[test]
fn a_use_of_what_was_sent_shows_though_nobody_races() {
    let text = "fn main():
    ch = channel[mutable_list[int]](buffer=1)
    xs = mutable_list([1])
    ch.send(xs)
    xs.append(2)
";
    let verdict = Judge::default().judge(text);
    let Verdict::Refused { shown, .. } = verdict else { panic!("{verdict:?}") };
    assert_eq!(shown, Some(weir_tests::differential::Shown::Moved));
}

#[test]
fn a_use_of_what_a_passed_function_gave_away_shows() {
    let text = "fn twice(f: mutable fn()):
    f()
    f()

fn main():
    xs = mutable_list([1])
    fn give():
        print(xs.freeze())
    twice(give)
";
    let verdict = Judge::default().judge(text);
    let Verdict::Refused { shown, .. } = verdict else { panic!("{verdict:?}") };
    assert_eq!(shown, Some(weir_tests::differential::Shown::Moved));
}

#[test]
fn readers_of_one_lock_take_nothing_from_each_other() {
    let text = "fn wait(xs: mutable_list[int]):
    concurrent:
        spawn:
            print(len(xs))

fn main():
    shared = rwlock(mutable_list([1]))
    concurrent:
        spawn:
            with shared.read() as xs:
                print(len(xs))
        with shared.read() as xs:
            wait(xs)
            print(len(xs))
";
    let verdict = Judge::default().judge(text);
    assert!(matches!(verdict, Verdict::Silent), "{verdict:?}");
}
