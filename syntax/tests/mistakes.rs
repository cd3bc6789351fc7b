//! The sections of `tests/syntax/`: each mistake is one finding, its fix mends it, and what stands
//! beside it keeps its meaning.
//!
//! What it is not: the findings' codes and words, which the sections assert of themselves.

#![allow(clippy::disallowed_methods, reason = "the sections are files")]

use std::path::Path;

use weir_syntax::{Parse, SyntaxError, TextFix, parse};

/// The programs of a file of sections, each with its heading.
fn programs(file: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/syntax").join(file);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut programs = Vec::new();
    let (mut heading, mut program) = (String::new(), None::<String>);
    for line in text.split_inclusive('\n') {
        match (&mut program, line.trim_end()) {
            (Some(_), "```") => programs.extend(program.take().map(|of| (heading.clone(), of))),
            (Some(program), _) => *program += line,
            (None, "```weir") => program = Some(String::new()),
            (None, line) if line.starts_with('#') => {
                line.trim_start_matches('#').trim().clone_into(&mut heading);
            }
            _ => {}
        }
    }
    assert!(programs.len() > 50, "{file} has {} programs", programs.len());
    programs
}

fn mistakes() -> Vec<(String, String)> {
    [programs("mistakes.md"), programs("habits.md")].concat()
}

fn applied(text: &str, fix: &TextFix) -> String {
    let mut edits = fix.edits.clone();
    edits.sort_by_key(|(range, _)| range.start());
    let ends_before = edits.windows(2).all(|pair| pair[0].0.end() <= pair[1].0.start());
    assert!(ends_before, "edits overlap: {fix:?}");
    let mut text = text.to_owned();
    for (range, with) in edits.into_iter().rev() {
        text.replace_range(usize::from(range.start())..usize::from(range.end()), &with);
    }
    text
}

fn messages(errors: &[SyntaxError]) -> Vec<String> {
    errors.iter().map(|error| format!("{} {}", error.code, error.message)).collect()
}

#[test]
fn every_fix_mends_what_it_is_for() {
    let mut fixes = 0;
    for (heading, program) in mistakes() {
        for error in parse(&program).errors() {
            let Some(fix) = &error.fix else { continue };
            let mended = applied(&program, fix);
            let (before, after) = (parse(&program), parse(&mended));
            let (mut before, after) = (messages(before.errors()), messages(after.errors()));
            let this = format!("{} {}", error.code, error.message);
            before.remove(before.iter().position(|of| *of == this).unwrap_or_default());
            // What the fix of a Python function leaves is that Weir's parameters have types.
            let is_left =
                |message: &String| !before.contains(message) && !message.contains("needs a type");
            assert_eq!(
                after.iter().filter(|of| is_left(of)).count(),
                0,
                "{heading}: {mended}\n{after:?}"
            );
            assert!(!after.contains(&this) || before.contains(&this), "{heading}: {mended}");
            fixes += 1;
        }
    }
    assert!(fixes > 70, "there were {fixes} fixes");
}

/// A declaration beside the mistake.
const NEIGHBOUR: &str = "fn neighbour(xs: list[int]) -> int:\n    return xs[0]\n";

/// The first or the last declaration of a file, as text and as tree.
fn neighbour(parse: &Parse, is_first: bool) -> Option<String> {
    let mut items = parse.tree().items();
    let item = if is_first { items.next() } else { items.last() }?;
    let node = weir_syntax::ast::AstNode::syntax(&item).clone();
    // Offsets count from the declaration.
    Some(weir_syntax::debug_tree(&weir_syntax::SyntaxNode::new_root(node.green().into_owned())))
}

#[test]
fn what_stands_beside_a_mistake_keeps_its_meaning() {
    let alone = neighbour(&parse(NEIGHBOUR), true);
    for (heading, program) in mistakes() {
        let text = format!("{NEIGHBOUR}\n{program}\n{NEIGHBOUR}");
        let between = parse(&text);
        let count = parse(&program).errors().len();
        assert_eq!(between.errors().len(), count, "{heading}: {:?}", messages(between.errors()));
        assert_eq!(neighbour(&between, true), alone, "before: {heading}");
        assert_eq!(neighbour(&between, false), alone, "behind: {heading}");
    }
}

#[test]
fn a_mistake_is_one_finding() {
    // Two blocks with braces, and two tabs that are one.
    let of_two = ["`if c {` is `if c:`"];
    for (heading, program) in mistakes() {
        let expected = if of_two.contains(&heading.as_str()) { 2 } else { 1 };
        let found = messages(parse(&program).errors());
        assert_eq!(found.len(), expected, "{heading}: {found:?}");
    }
}
