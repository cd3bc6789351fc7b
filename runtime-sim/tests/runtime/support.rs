//! From a program's text to its report.

use weir_analyzer::Database;
use weir_analyzer::items::{ItemKind, file_items};
use weir_runtime_sim::{Program, RunOptions, RunReport, Seeded, Simulated, compile, run};

/// The compiled program whose main is in this text.
pub(crate) fn program(text: &str) -> Program {
    let mut db = Database::default();
    let file = db.set_file("main.weir", text);
    let is_main = |item: &weir_analyzer::items::ItemId| {
        item.kind(&db) == ItemKind::Fn && item.name(&db) == "main"
    };
    let main = file_items(&db, file).ids(&db).find(is_main).expect("the program has a main");
    compile(&db, main).expect("the program compiles")
}

/// A run and what it wrote to standard error.
pub(crate) struct Ran {
    pub(crate) report: RunReport,
    pub(crate) stderr: String,
}

/// Runs a program with a seed and options.
pub(crate) fn run_with(program: &Program, seed: u64, options: &RunOptions) -> Ran {
    let mut world = Simulated::default();
    let report = run(program, options, &mut Seeded::new(seed), &mut world);
    Ran { report, stderr: world.stderr().to_owned() }
}

/// Runs a text with the defaults.
pub(crate) fn ran(text: &str) -> Ran {
    run_with(&program(text), 0, &RunOptions::default())
}

/// Asserts that a program is ok and prints this, for several seeds and numbers of processors.
#[track_caller]
pub(crate) fn prints(text: &str, expected: &str) {
    let program = program(text);
    for procs in [1, 2, 4] {
        for seed in 0..5 {
            let ran = run_with(&program, seed, &RunOptions { procs, ..RunOptions::default() });
            let RunReport { outcome, stdout, story, .. } = &ran.report;
            assert_eq!(stdout, expected, "seed {seed}, {procs} processors, {outcome:?}\n{story}");
            assert_eq!(outcome.text(), "ok", "seed {seed}, {procs} processors\n{story}");
        }
    }
}

/// Asserts that a program fails with this message, and gives the failure's kind.
#[track_caller]
pub(crate) fn fails(text: &str, message: &str) -> &'static str {
    let ran = ran(text);
    assert_eq!(ran.report.outcome.text(), "failed", "{}", ran.report.stdout);
    let failure = ran.report.failure.expect("a failed run has its failure");
    assert_eq!(failure.message, message);
    failure.kind.text()
}
