//! The check of protocols against runs: what it accepts goes wrong in no schedule, and what it
//! reports does so in one.
//!
//! Small programs of tasks, channels, locks and signals come from a generator. The check says whether
//! one of them can go wrong; the machine, with a turn for each operation that others can see, runs it
//! with all choices there are, depth first. More programs than here run with
//! `WEIR_AGREEMENT=20000 cargo test -p weir-tests --release --test agreement -- --nocapture`.

#[path = "agreement/exhaustive.rs"]
mod exhaustive;
#[path = "agreement/program.rs"]
mod program;

use std::env;

use exhaustive::{Runs, all_runs};
use weir_analyzer::Database;
use weir_analyzer::diagnostics::{Code, Level, file_diagnostics};
use weir_tests::edits::Numbers;
use weir_tests::programs::{Sample, for_each};

/// How many programs, unless the environment says otherwise.
const PROGRAMS: u64 = 120;

/// What came of one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Accepted, and no run goes wrong.
    AcceptedAndFine,
    /// Accepted, and the runs were too many to make them all; none of those made goes wrong.
    AcceptedAndOpen,
    /// Reported, and a run goes wrong.
    ReportedAndWrong,
    /// Reported, and the runs were too many to make them all; none of those made goes wrong.
    ReportedAndOpen,
    /// Reported, and no run goes wrong.
    FalseAlarm,
    /// Accepted, and a run goes wrong.
    Missed,
}

#[test]
fn what_is_accepted_never_goes_wrong_and_what_is_reported_does() {
    let count = env::var("WEIR_AGREEMENT").ok().and_then(|count| count.parse().ok());
    let samples: Vec<Sample> = (0..count.unwrap_or(PROGRAMS))
        .map(|seed| {
            let text = program::program(&mut Numbers::new(seed.wrapping_mul(7_919)));
            Sample::lone(format!("the program of seed {seed}"), text)
        })
        .collect();
    let verdicts = std::sync::Mutex::new(std::collections::BTreeMap::<Verdict, u64>::new());
    for_each(&samples, |sample| {
        let verdict = verdict(&sample.text)?;
        let mut verdicts = verdicts.lock().map_err(|error| error.to_string())?;
        *verdicts.entry(verdict).or_default() += 1;
        match verdict {
            Verdict::FalseAlarm | Verdict::Missed => Err(format!("{verdict:?}\n{}", sample.text)),
            _ => Ok(()),
        }
    });
    if let Ok(verdicts) = verdicts.lock() {
        println!("{verdicts:?}");
    }
}

fn verdict(text: &str) -> Result<Verdict, String> {
    let mut db = Database::default();
    let file = db.set_file("main.weir", text);
    let found = file_diagnostics(&db, file);
    let errors: Vec<Code> =
        found.iter().filter(|of| of.level == Level::Error).map(|of| of.code).collect();
    if let Some(other) = errors.iter().find(|code| !['C', 'D', 'L'].contains(&code.family())) {
        return Err(format!("the generator made a program with {other}"));
    }
    let runs = all_runs(&db, file)?;
    Ok(match (errors.is_empty(), runs) {
        (true, Runs::AllFine) => Verdict::AcceptedAndFine,
        (true, Runs::TooMany) => Verdict::AcceptedAndOpen,
        (true, Runs::Wrong) => Verdict::Missed,
        (false, Runs::AllFine) => Verdict::FalseAlarm,
        (false, Runs::TooMany) => Verdict::ReportedAndOpen,
        (false, Runs::Wrong) => Verdict::ReportedAndWrong,
    })
}
