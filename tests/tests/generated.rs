//! Programs from a generator: of the right structure and with all constructs there are, but mostly
//! without a meaning. Whatever they say, they are analysed to the end, and analysing one after
//! edits is analysing it afresh.

#[path = "../../syntax/tests/fuzzing/fuzzing.rs"]
mod fuzzing;

use fuzzing::choices::Choices;
use fuzzing::program;
use weir_analyzer::Database;
use weir_tests::Project;
use weir_tests::edits::{Numbers, edited};
use weir_tests::findings::{findings, findings_of};
use weir_tests::programs::{Sample, for_each};

/// How many programs, and how many edits of each.
const PROGRAMS: u64 = 300;
const EDITS: usize = 4;

#[test]
fn analysing_any_program_after_edits_equals_analysing_it_afresh() {
    let samples: Vec<_> = (0..PROGRAMS)
        .map(|seed| {
            let text = program::program(&mut Choices::of_seed(seed));
            Sample::lone(format!("the program of seed {seed}"), text)
        })
        .collect();
    for_each(&samples, |sample| {
        let mut db = Database::default();
        let mut numbers = Numbers::new(sample.text.len() as u64);
        let mut text = sample.text.clone();
        for _ in 0..=EDITS {
            let file = db.set_file("main.weir", &text);
            let (after, afresh) = (findings_of(&db, file), findings(&Project::lone(&text)));
            if after != afresh {
                return Err(format!("after edits {after:#?}\nafresh {afresh:#?}\nin\n{text}"));
            }
            text = edited(&text, &mut numbers);
        }
        Ok(())
    });
}
