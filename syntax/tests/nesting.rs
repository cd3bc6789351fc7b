//! Nesting is bounded: text of any shape gives one clear finding instead of an overflow, and the
//! tree that results can be walked and dropped on a small stack.

use weir_syntax::format::format;
use weir_syntax::{CHAIN_MAX, NESTING_MAX, Parse, SyntaxNode, parse};

/// Runs on a thread with the stack that the smallest threads have.
fn on_small_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(run);
    thread.expect("a thread").join().expect("no overflow")
}

fn depth(node: &SyntaxNode) -> usize {
    1 + node.children().map(|child| depth(&child)).max().unwrap_or(0)
}

const TOO_DEEP: &str = "this is nested too deeply to be read";
const TOO_LONG: &str = "this chain of operators or calls is too long to be read";
const TOO_MANY: &str = "this `if` has too many `elif`s to be read";

fn findings(parse: &Parse) -> Vec<String> {
    parse.errors().iter().map(|error| error.message.clone()).collect()
}

#[track_caller]
fn check_too_deep(body: String) {
    check_refused(body, TOO_DEEP);
}

#[track_caller]
fn check_too_long(body: String) {
    check_refused(body, TOO_LONG);
}

#[track_caller]
fn check_refused(body: String, message: &str) {
    let text = format!("fn main():\n    x = {body}\n\nfn other():\n    pass\n");
    let (findings, items) = on_small_stack(move || {
        let parse = parse(&text);
        assert_eq!(parse.syntax().to_string(), text);
        assert!(
            depth(&parse.syntax()) <= NESTING_MAX + CHAIN_MAX,
            "the tree is {} deep",
            depth(&parse.syntax())
        );
        let result = (findings(&parse), parse.tree().items().count());
        drop(parse);
        result
    });
    assert_eq!(findings, [message]);
    assert_eq!(items, 2);
}

const MANY: usize = 10_000;

#[test]
fn deep_brackets_give_one_finding() {
    check_too_deep("(".repeat(MANY) + &")".repeat(MANY));
    check_too_deep("[".repeat(MANY) + &"]".repeat(MANY));
    check_too_deep("{".repeat(MANY) + &"}".repeat(MANY));
    check_too_deep("f(".repeat(MANY) + &")".repeat(MANY));
    check_too_deep("x[".repeat(MANY) + &"]".repeat(MANY));
    check_too_deep("(".repeat(MANY));
}

#[test]
fn long_chains_give_one_finding() {
    check_too_long(format!("a{}", " + a".repeat(MANY)));
    check_too_long(format!("a{}", " < a".repeat(MANY)));
    check_too_long(format!("f{}", "()".repeat(MANY)));
    check_too_long(format!("f{}", ".f".repeat(MANY)));
    check_too_long(format!("f{}", "[0]".repeat(MANY)));
    check_too_long(format!("f{}", "?".repeat(MANY)));
    check_too_deep(format!("a{}", " ** a".repeat(MANY)));
    check_too_deep(format!("a{}", " if b else a".repeat(MANY)));
    check_too_deep(format!("[a{}]", " for a in a".repeat(MANY)));
}

#[test]
fn deep_prefixes_give_one_finding() {
    check_too_deep("-".repeat(MANY) + "a");
    check_too_deep("not ".repeat(MANY) + "a");
    check_too_deep("attempt ".repeat(MANY) + "a");
    check_too_deep("spawn ".repeat(MANY) + "f()");
    check_too_deep("fn(): ".repeat(MANY) + "a");
    check_too_deep("f\"{".repeat(MANY) + "a" + &"}\"".repeat(MANY));
}

/// A chain whose left end is a bracket with a chain whose left end is ... : each is short, the tree
/// would be as deep as all of them together.
#[test]
fn chains_within_chains_count_together() {
    let chain = " + a".repeat(100);
    check_too_long("(".repeat(100) + "a" + &format!("{chain})").repeat(100));
}

/// To a person none of these is nested.
#[test]
fn a_chain_is_flat() {
    let bodies = [
        format!("a{}", " + a".repeat(1000)),
        format!("\"a\"{}", " + \"a\"".repeat(1000)),
        format!("a{}", " and a or b".repeat(500)),
        format!("a{}", " < a".repeat(1000)),
        format!("a{}", " | a".repeat(1000)),
        format!("a{}", ".b().c(1)".repeat(250)),
        format!("a{}", "[0]".repeat(1000)),
        format!("a{}", "?.b".repeat(500)),
        format!("(a{})", "\n        + f(a, [a])".repeat(1000)),
    ];
    for body in bodies {
        let text = format!("fn main():\n    x = {body}\n");
        on_small_stack(move || {
            let parse = parse(&text);
            assert_eq!(findings(&parse), [""; 0], "{}", &text[..80]);
            assert!(format(&parse).is_ok());
        });
    }
}

#[test]
fn many_alternatives_and_clauses_are_flat() {
    let pattern = format!("1{}", " | 1".repeat(5_000));
    let elifs = "    elif x:\n        pass\n".repeat(1000);
    let cases = "        case 1: pass\n".repeat(5_000);
    let text = format!(
        "fn main():\n    match x:\n        case {pattern}: pass\n{cases}    if x:\n        pass\n{elifs}"
    );
    assert_eq!(findings(&parse(&text)), [""; 0]);
}

#[test]
fn deep_types_and_patterns_give_one_finding() {
    let ty = "list[".repeat(MANY) + "int" + &"]".repeat(MANY);
    let text = format!("type X = {ty}\n\ntype Y = int\n");
    assert_eq!(on_small_stack(move || findings(&parse(&text))), [TOO_DEEP]);
    let pattern = "(".repeat(MANY) + "a" + &")".repeat(MANY);
    let text = format!("fn main():\n    for {pattern} in xs:\n        pass\n");
    assert_eq!(on_small_stack(move || findings(&parse(&text))), [TOO_DEEP]);
}

#[test]
fn deep_blocks_give_one_finding() {
    let mut text = String::from("fn main():\n");
    for level in 1..2000 {
        text += &format!("{}if x:\n", " ".repeat(level));
    }
    text += &format!("{}pass\n\nfn other():\n    pass\n", " ".repeat(2000));
    let (findings, items) = on_small_stack(move || {
        let parse = parse(&text);
        assert_eq!(parse.syntax().to_string(), text);
        assert!(depth(&parse.syntax()) <= NESTING_MAX);
        (findings(&parse), parse.tree().items().count())
    });
    assert_eq!((findings, items), (vec![TOO_DEEP.to_string()], 2));
}

#[test]
fn too_many_elifs_give_one_finding() {
    let text = format!(
        "fn main():\n    if x:\n        pass\n{}    f()\n",
        "    elif x:\n        pass\n".repeat(MANY)
    );
    let parse = parse(&text);
    assert_eq!(findings(&parse), [TOO_MANY]);
    assert_eq!(parse.syntax().to_string(), text);
}

#[test]
fn what_people_write_is_not_too_deep() {
    let sum = " + a".repeat(200);
    let brackets = "(".repeat(100) + "a" + &")".repeat(100);
    let calls = "f(".repeat(60) + "a" + &")".repeat(60);
    let elifs = "    elif x:\n        pass\n".repeat(100);
    let text = format!(
        "fn main():\n    x = a{sum}\n    y = {brackets}\n    z = {calls}\n    if x:\n        pass\n{elifs}"
    );
    assert_eq!(parse(&text).errors(), []);
}

#[test]
fn a_long_flat_list_is_not_deep() {
    let text = format!("const X: list[int] = [{}]\n", "1, ".repeat(50_000));
    let parse = parse(&text);
    assert_eq!(parse.errors(), []);
    assert!(depth(&parse.syntax()) < 8);
}

#[test]
fn a_line_of_ten_megabytes_is_read() {
    let text = format!("const X = \"{}\"\n", "x".repeat(10 * 1024 * 1024));
    assert_eq!(parse(&text).errors(), []);
    let text = format!("fn main():\n    x = [{}]\n", "f(1), ".repeat(300_000));
    assert_eq!(parse(&text).errors(), []);
    let text = "{".repeat(10 * 1024 * 1024);
    assert_eq!(parse(&text).syntax().text().len(), weir_syntax::TextSize::of(text.as_str()));
}

#[test]
fn a_file_that_is_too_long_is_one_finding() {
    let text = "# \n".repeat(weir_syntax::SOURCE_BYTES_MAX / 3 + 1);
    let parse = parse(&text);
    assert_eq!(parse.errors().len(), 1);
    assert_eq!(parse.errors()[0].message, "this file is too long to be read");
    assert_eq!(parse.syntax().children().count(), 1);
    assert_eq!(parse.syntax().text().len(), weir_syntax::TextSize::of(text.as_str()));
}
