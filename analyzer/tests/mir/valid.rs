//! Every Mir is valid, whatever the program.

use std::fs;
use std::path::{Path, PathBuf};

use weir_analyzer::mir::{BlockId, OpKind, Terminator, print, validate};

use crate::built;

#[test]
fn the_mir_of_every_program_in_the_tree_is_valid() {
    let programs = programs();
    assert!(programs.len() > 20, "the programs of the tree are found");
    for (name, program) in programs {
        assert_valid(&name, &program);
    }
}

#[test]
fn the_mir_of_an_unfinished_program_is_valid() {
    for (name, program) in examples() {
        let lines: Vec<&str> = program.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            let half: String = line.chars().take(line.chars().count() / 2).collect();
            let cut = [&lines[..number], &[&half]].concat().join("\n");
            assert_valid(&format!("{name}, cut in line {}", number + 1), &cut);
            let without = [&lines[..number], &lines[number + 1..]].concat().join("\n");
            assert_valid(&format!("{name} without line {}", number + 1), &without);
        }
    }
}

#[test]
fn a_long_expression_is_built_within_the_stack_of_a_query() {
    let program = format!("fn main(a: int) -> int:\n    return a{}\n", " + a".repeat(2000));
    let thread = std::thread::Builder::new().stack_size(16 << 20);
    let built = thread.spawn(move || assert_valid("a long sum", &program));
    built.expect("a thread starts").join().expect("it fits the stack");
}

#[test]
fn layout_and_comments_change_no_mir() {
    let tight = "fn main(xs: list[int]):\n    assert len(xs)>0\n    print(xs)\n";
    let loose =
        "# Lists.\nfn main( xs: list[int] ):\n\n    assert len( xs ) > 0  # some\n    print(xs)\n";
    assert_eq!(built(tight).1[0].bodies, built(loose).1[0].bodies);
}

#[test]
fn a_validator_that_sees_a_scope_left_open_says_so() {
    let (_, mut mirs) = built("fn main():\n    concurrent:\n        print(1)\n");
    let ops = &mut mirs[0].bodies[0].blocks[0].ops;
    ops.retain(|op| !matches!(op.kind, OpKind::EndScope(_)));
    assert_eq!(validate(&mirs[0]), ["main: a return leaves [scope0] open"]);
}

#[test]
fn a_validator_that_sees_a_jump_to_nowhere_says_so() {
    let (_, mut mirs) = built("fn main():\n    print(1)\n");
    mirs[0].bodies[0].blocks[0].end.kind = Terminator::Goto(BlockId(7));
    assert_eq!(validate(&mirs[0]), ["main: bb7 does not exist"]);
}

fn assert_valid(name: &str, program: &str) {
    let (db, mirs) = built(program);
    for mir in &mirs {
        let problems = validate(mir);
        assert!(problems.is_empty(), "{name}: {problems:?}\n{}", print(&db, mir));
    }
}

/// The examples, and the programs of the literate tests and of the rules' pages.
fn programs() -> Vec<(String, String)> {
    let mut programs = examples();
    for folder in ["tests", "analyzer/src/diagnostics/pages", "docs"] {
        for page in files_below(&root().join(folder), "md") {
            let text = fs::read_to_string(&page).unwrap_or_default();
            let blocks =
                text.split("```weir\n").skip(1).filter_map(|rest| rest.split("```").next());
            programs.extend(blocks.map(|block| (page.display().to_string(), block.to_owned())));
        }
    }
    programs
}

fn examples() -> Vec<(String, String)> {
    let mut files = files_below(&root().join("examples"), "weir");
    files.extend(files_below(&root().join("analyzer/tests/mir"), "weir"));
    files
        .into_iter()
        .map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap_or_default()))
        .collect()
}

fn files_below(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    found.sort();
    let below = |path: PathBuf| match path.is_dir() {
        true => files_below(&path, extension),
        false if path.extension().is_some_and(|of| of == extension) => vec![path],
        false => Vec::new(),
    };
    found.into_iter().flat_map(below).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
