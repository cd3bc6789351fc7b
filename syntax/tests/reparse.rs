//! A reparse gives what a parse gives, whatever the edit; and for an edit in a body a part is enough.

#[path = "fuzzing/fuzzing.rs"]
mod fuzzing;

use fuzzing::checks::{Edits, check_edits};
use fuzzing::choices::Choices;
use fuzzing::{edits, program, seeds};
use weir_syntax::{TextEdit, TextRange, parse, parse_signatures};

/// The edit that puts `insert` in place of the `█...█` or `█` of the text, and the text without the mark.
fn marked(text: &str, insert: &str) -> (String, TextEdit) {
    let plain = text.replace('█', "");
    let start = text.find('█').expect("a mark");
    let end = text.rfind('█').expect("a mark");
    let end = if end > start { end - '█'.len_utf8() } else { start };
    let size = |at: usize| u32::try_from(at).expect("a short text").into();
    (plain, TextEdit { range: TextRange::new(size(start), size(end)), insert: insert.to_string() })
}

/// Whether a part was enough for the edit; the result is checked in any case.
#[track_caller]
fn is_local(text: &str, insert: &str) -> bool {
    let (old_text, edit) = marked(text, insert);
    let new_text = edits::apply(&old_text, &edit);
    let old = parse(&old_text);
    assert_eq!(old.reparse(&edit, &new_text), parse(&new_text));
    old.reparse_part(&edit, &new_text).is_some()
}

#[test]
fn an_edit_in_a_body_is_local() {
    assert!(is_local("fn f():\n    x = █1█\n    y = 2\n", "23"));
    assert!(is_local("fn f():\n    x = 1\n    y = █2\n", "1"));
    assert!(is_local("fn f():\n    if x:\n        y = 2█\n\nfn g():\n    pass\n", " + 1"));
    assert!(is_local(
        "struct S:\n    a: int\n    fn f(self):\n        return 1█\n    b: int\n",
        "2"
    ));
    assert!(is_local("struct S:\n    a: int█\n    b: int\n", " = 1"));
    assert!(is_local("enum E:\n    A\n    B█\n    C\n", "b"));
    assert!(is_local("fn f():\n    a\n    # about█ b\n    b\n", "!"));
    assert!(is_local(
        "fn f():\n    concurrent:\n        t = spawn:\n            x█\n            y\n",
        "()"
    ));
}

#[test]
fn a_mistake_in_a_body_is_local() {
    assert!(is_local("fn f():\n    x = █1\n    y = 2\n", ")"));
    assert!(is_local("fn f():\n    x = █\n    y = 2\n", "1"));
    assert!(is_local("fn f():\n    x = f(█\n    return 2\n", "1)"));
    assert!(is_local("fn f():\n    x = █\n    return 2\n", "f("));
    assert!(is_local("fn f():\n    x = \"a█\n    y = 2\n", "\""));
    assert!(is_local("fn f():\n    break█\n    y = 2\n", " "));
}

#[test]
fn mistakes_in_other_declarations_do_not_matter() {
    let text = "fn e():\n    x = )\n\nfn f():\n    pass\n\nfn g():\n    y█\n\nfn h():\n    pass\n\nfn i():\n    z = (\n";
    assert!(is_local(text, "y"));
}

#[test]
fn lines_come_and_go() {
    assert!(is_local("fn f():\n    x = 1\n█    y = 2\n    z\n", "    w = 3\n"));
    assert!(is_local("fn f():\n    x = 1\n█    y = 2\n█    z\n", ""));
    assert!(is_local("fn f():\n    pass\n\n█fn g():\n    pass\n", "fn h():\n    pass\n\n"));
    assert!(is_local(
        "fn f():\n    if a:\n        b\n    c\n█    d\n    e\n",
        "    else:\n        d\n"
    ));
}

#[test]
fn what_reaches_further_is_read_further() {
    // An `else` belongs to the statement before.
    is_local("fn f():\n    if a:\n        b\n    █c\n    d\n", "else: ");
    is_local("fn f():\n    x = spawn:\n        b\n    █c\n    d\n", "= ");
    // A comment may belong to a block before.
    is_local("fn f():\n    if a:\n        b\n█    c\n    d\n", "        # of b\n");
    is_local("fn f():\n    if a:\n        b\n█        # of b\n    c\n    d\n", "  ");
    // A loop decides whether `break` may stand.
    is_local("fn f():\n    while a:\n        break█\n", " ");
    is_local("fn f():\n    █while█ a:\n        break\n", "if");
    assert!(!is_local("fn f():\n    x = █1\n", "\"\"\""));
    assert!(!is_local("fn f():\n\tx = █1\n", "2"));
    is_local("x = 1\n█y = 2\nfn f():\n    pass\n", "fn g(): pass\n");
    is_local("fn g():\n█\nfn f():\n    pass\n", "x\n");
}

#[test]
fn a_line_that_fits_no_block_is_remembered_as_far_as_the_left_margin() {
    let text =
        "fn f():\n    if a:\n        x█\n\n fn g():\n    y\n\n fn h():\n    z\n\nfn i():\n    v\n";
    // The finding for `g` tells the blocks of `f`, so all up to `i` is read.
    assert!(is_local(text, "()"));
    is_local(&text.replace("        x█", "█        x█").replace("█\n\n", "█\n"), "    x");
    is_local(&text.replace('█', "").replace(" fn h", "█ █fn h"), "");
    is_local(&text.replace('█', "").replace(" fn g", "█ █fn g"), "");
    is_local(&text.replace('█', "").replace("fn i", "█fn i"), " ");
    is_local(&text.replace('█', "").replace("    z", "    z█"), "()");
    assert!(is_local(&text.replace('█', "").replace("    v", "    v█"), "()"));
}

#[test]
fn a_bracket_that_was_left_open_reaches_behind_its_statement() {
    let rest = "    # {\n        print(1)\n    # }\n    } else {\n        print(2)\n    }\n";
    is_local(&format!("fn f():\n    x = fn g():\n█    print(1 <>\n█{rest}"), "");
    is_local(&format!("fn f():\n    x = 1\n█    print(1 <>\n█{rest}"), "");
    is_local("fn f():\n    a\n█    f(1 <>\n█    ;\n    y\n    if z {\n    }\n", "");
}

#[test]
fn an_edit_that_is_not_of_the_text_is_no_harm() {
    let old = parse("fn f():\n    x\n");
    let edit = TextEdit { range: TextRange::new(4.into(), 5.into()), insert: "yy".to_string() };
    assert_eq!(old.reparse(&edit, "const X = 1\n"), parse("const X = 1\n"));
    let edit = TextEdit { range: TextRange::new(40.into(), 50.into()), insert: String::new() };
    assert_eq!(old.reparse(&edit, "y"), parse("y"));
}

#[test]
fn signatures_stay_signatures() {
    let (text, edit) = marked(
        "struct list[T]:\n    fn append(mutable self)\n    fn pop(self) -> █T█\n\nfn g()\n",
        "int",
    );
    let new_text = edits::apply(&text, &edit);
    let old = parse_signatures(&text);
    assert!(old.reparse_part(&edit, &new_text).is_some());
    assert_eq!(old.reparse(&edit, &new_text), parse_signatures(&new_text));
}

#[test]
fn random_edits_of_all_programs_in_the_tree() {
    let mut edits = Edits::default();
    for (index, seed) in seeds::seeds().iter().enumerate() {
        let mut choices = Choices::of_seed(index as u64);
        for _ in 0..20 {
            edits += check_edits(seed, 4, &mut choices);
        }
    }
    assert!(edits.all > 5_000, "{edits:?}");
    assert!(edits.of_parts * 2 > edits.all, "most edits are local: {edits:?}");
}

#[test]
fn random_edits_of_random_programs() {
    let mut edits = Edits::default();
    for seed in 0..3_000 {
        let mut choices = Choices::of_seed(seed);
        let text = program::program(&mut choices);
        edits += check_edits(&text, 8, &mut choices);
    }
    assert!(edits.all >= 24_000, "{edits:?}");
    assert!(edits.of_parts * 3 > edits.all, "many edits are local: {edits:?}");
}
