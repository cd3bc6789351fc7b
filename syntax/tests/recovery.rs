//! One mistake gives one finding, at the place and in the words a person would use; and the rest
//! of the file keeps its meaning.
//!
//! Each case is a text in which `«` and `»` mark where findings stand, and what they say, in order.

use weir_syntax::{SyntaxErrorCode, SyntaxKind, parse};

/// The text without its marks, and the ranges that they mark.
fn unmarked(marked: &str) -> (String, Vec<(usize, usize)>) {
    let (mut text, mut ranges, mut open) = (String::new(), Vec::new(), Vec::new());
    for c in marked.chars() {
        match c {
            '«' => open.push(text.len()),
            '»' => ranges.push((open.pop().expect("an open mark"), text.len())),
            _ => text.push(c),
        }
    }
    ranges.sort_unstable();
    (text, ranges)
}

#[track_caller]
fn check(marked: &str, expected: &[&str]) {
    let (text, ranges) = unmarked(marked);
    let parse = parse(&text);
    assert_eq!(parse.syntax().to_string(), text);
    let found: Vec<_> = parse
        .errors()
        .iter()
        .map(|e| {
            let range = (usize::from(e.range.start()), usize::from(e.range.end()));
            (range, format!("{} {}", e.code.as_str(), e.message))
        })
        .collect();
    let expected: Vec<_> = ranges.into_iter().zip(expected.iter().map(|s| s.to_string())).collect();
    assert_eq!(found, expected, "in\n{text}");
}

/// A function with these lines as its body, and a second one that must be unharmed.
#[track_caller]
fn check_body(marked: &str, expected: &[&str]) {
    let mut text = String::from("fn main():\n");
    for line in marked.lines() {
        text += &format!("    {line}\n");
    }
    text += "\nfn other():\n    pass\n";
    check(&text, expected);
    let items: Vec<_> = parse(&unmarked(&text).0).tree().items().collect();
    assert_eq!(items.len(), 2, "the next function is still one");
    assert_eq!(items[1].to_string(), "fn other():\n    pass\n");
}

#[test]
fn a_missing_colon_is_missed_where_it_belongs() {
    check_body("if x«»\n    f()\ng()", &["S001 expected `:` after the `if` condition"]);
    check_body("while x«»\n    f()", &["S001 expected `:` after the `while` condition"]);
    check_body("for x in xs«»\n    f()", &["S001 expected `:` after what `for` walks"]);
    check_body("if x«» return", &["S001 expected `:` after the `if` condition"]);
    check_body(
        "concurrent limit(2)«»\n    spawn f()",
        &["S001 expected `:` after the `concurrent` options"],
    );
    check_body("concurrent«»\n    spawn f()", &["S001 expected `:` after `concurrent`"]);
    check_body(
        "match x«»\n    case 1:\n        pass",
        &["S001 expected `:` after what `match` looks at"],
    );
    check_body("match x:\n    case 1«»\n        pass", &["S001 expected `:` after the pattern"]);
    check("fn main()«»\n    pass\n", &["S001 expected `:` after the parameters"]);
    check("fn main() -> int«»\n    return 1\n", &["S001 expected `:` after the return type"]);
    check("struct Job«»\n    id: int\n", &["S001 expected `:` after the name of the struct"]);
}

#[test]
fn a_missing_block_is_missed_behind_its_header() {
    check_body("if x:«»\nf()", &["S001 expected an indented block after the `if` condition"]);
    check(
        "fn main():«»\n\nfn other():\n    pass\n",
        &["S001 expected an indented block after the parameters"],
    );
    check(
        "fn main()«»\n\nfn other():\n    pass\n",
        &["S001 expected `:` and the body of the function after the parameters"],
    );
}

#[test]
fn a_body_at_the_left_margin_is_one_mistake() {
    let text = "fn main():\n«print»(1)\nx = 2\n\nfn other():\n    pass\n";
    check(text, &["S002 expected an indented block after the parameters"]);
    assert_eq!(parse(&unmarked(text).0).tree().items().count(), 2);
}

#[test]
fn indentation_that_fits_no_block_is_said_once() {
    check(
        "fn f():\n  x = 1\n    «y» = 2\n    w = 3\n  z = 3\n",
        &["S002 this line is indented, but no block begins above it"],
    );
    check_body(
        "if x:\n    y = 1\n  «z» = 3\n  z = 4\nw = 4",
        &["S002 the indentation of this line fits no block above it"],
    );
    check(
        "fn f():\n    return\n  «return»\n",
        &["S002 the indentation of this line fits no block above it"],
    );
    check(
        " «fn» f():\n    return\n",
        &["S002 this line is indented, but no block begins above it"],
    );
}

#[test]
fn tabs_are_one_finding_with_one_fix() {
    let text = "fn f():\n\tif x:\n\t\ty = 1\n\treturn\n";
    let parse = parse(text);
    let [error] = parse.errors() else { panic!("{:?}", parse.errors()) };
    assert_eq!(error.code, SyntaxErrorCode::TabInIndentation);
    assert_eq!(error.message, "tabs in the indentation, here and on 2 more lines");
    let mut fixed = text.to_string();
    for (range, with) in error.fix.as_ref().expect("a fix").edits.iter().rev() {
        fixed.replace_range(usize::from(range.start())..usize::from(range.end()), with);
    }
    assert_eq!(fixed, "fn f():\n    if x:\n        y = 1\n    return\n");
    check("fn f():\n    x = 1\n«\t»y = 2\n", &["S003 a tab in the indentation"]);
}

#[test]
fn an_open_bracket_is_shown_where_it_was_opened() {
    check_body("x = f«(»1, 2\ny = 3\nprint(x)", &["S001 this `(` is never closed"]);
    check_body("x = f«(»1,\nreturn x", &["S001 this `(` is never closed"]);
    check_body("x = «[»1,\nif x:\n    pass", &["S001 this `[` is never closed"]);
    check_body("x = «{»", &["S001 this `{` is never closed"]);
    check_body("x = f(g(1, «[»2, 3)\ny = 2", &["S001 this `[` is never closed"]);
    check("fn main«(»\n    pass\n\nfn other():\n    pass\n", &["S001 this `(` is never closed"]);
    check_body("x = [\n    1\n    «2»,\n]", &["S001 expected `,` or `]`, found `2`"]);
    check_body("«)»\nf()", &["S001 expected a statement, found `)`"]);
}

#[test]
fn a_brace_at_the_end_of_a_line_is_a_map_wherever_a_value_stands() {
    for text in [
        "x = {\n    1,\n}",
        "f(a) if b else {\n    1,\n}",
        "return {\n    1: 2,\n}",
        "if x in {\n    1,\n}:\n    pass",
        "for x in {\n    1,\n}:\n    pass",
        "x = blocking {\n    f()\n}",
        "if x == attempt {\n    1,\n}:\n    pass",
    ] {
        check_body(text, &[]);
    }
}

#[test]
fn an_open_string_ends_with_its_line() {
    check_body("x = «\"abc»\ny = 1", &["S004 this string has no end on its line"]);
    check_body("print(«\"abc)»\ny = 1", &["S004 this string has no end on its line"]);
    check_body("print(«f\"abc {x)»\ny = 1", &["S004 this f-string has no end on its line"]);
    check_body("x = f\"abc {x«\"»\ny = 1", &["S001 expected `}` after the expression, found `\"`"]);
    check_body("x = «\"\"\"»abc\ny = 1", &["S004 this string has no end"]);
    check_body("x = «f\"\"\"»abc\ny = 1", &["S004 this f-string has no end"]);
}

#[test]
fn a_missing_operand_is_missed_behind_its_operator() {
    check_body("x = 1 +«»\ny = 2", &["S001 expected an expression after `+`"]);
    check_body("x =«»\ny = 2", &["S001 expected an expression after `=`"]);
    check_body("x = a +«»\n    b\ny = 1", &["S001 expected an expression after `+`"]);
    check_body("x = a not in«»\n", &["S001 expected an expression after `not in`"]);
    check_body("f(1, «*», 2)", &["S001 expected an argument, found `*`"]);
    check_body(
        "x = a if b«»",
        &["S001 expected `else` and the value when the condition does not hold"],
    );
    check_body("x = y.«»\nz = 2", &["S001 expected a name after `.`"]);
    check_body("f(y.«»)", &["S001 expected a name after `.`"]);
    check_body("return «$»x", &["S001 `$` has no meaning in Weir"]);
}

#[test]
fn mistakes_in_different_elements_are_all_told() {
    let unexpected = |text: &str| format!("S001 expected `,` or `)`, found `{text}`");
    check_body("f(a «b», c «d», e)", &[&unexpected("b"), &unexpected("d")]);
    check_body(
        "f(\n    a + «,»\n    b «c» d,\n)",
        &["S001 expected an expression after `+`, found `,`", &unexpected("c")],
    );
    check_body(
        "x = [\n    1 «2»,\n    3,\n    [4 «5», 6],\n    7 «8»,\n]\ny = 1",
        &[
            "S001 expected `,` or `]`, found `2`",
            "S001 expected `,` or `]`, found `5`",
            "S001 expected `,` or `]`, found `8`",
        ],
    );
    check_body(
        "print(f\"{a «b»} and {c «d»}\")",
        &[
            "S001 expected `}` after the expression, found `b`",
            "S001 expected `}` after the expression, found `d`",
        ],
    );
    check_body("f(a «b» c d (e f, g h) i, j)", &[&unexpected("b")]);
}

#[test]
fn a_sign_right_before_its_operand_is_the_operands() {
    check_body("x = attempt -f(x)\ny = attempt [1][0]\nz = attempt (1)\nw = attempt ~1", &[]);
    let tree = parse("fn f():\n    x = attempt -f(x)\n").syntax();
    assert!(tree.descendants().any(|node| node.kind() == SyntaxKind::AttemptExpr));
    for text in ["attempt - 1", "attempt-1", "attempt -  1", "attempt(1)", "attempt[0]", "attempt"]
    {
        let tree = parse(&format!("fn f():\n    x = {text}\n")).syntax();
        assert!(tree.descendants().all(|node| node.kind() != SyntaxKind::AttemptExpr), "{text}");
    }
}

#[test]
fn half_typed_forms_say_what_comes_next() {
    check_body("match x:\n    case«»", &["S001 expected a pattern after `case`"]);
    check_body("select:\n    case«»", &["S001 expected what the `case` waits for"]);
    check_body("select:\n    case x from«»", &["S001 expected an expression after `from`"]);
    check_body("spawn«»\nf()", &["S001 expected a call or `:` after `spawn`"]);
    check_body("detach«»\nf()", &["S001 expected a call or `:` after `detach`"]);
    check_body("for x «xs»:\n    pass", &["S001 expected `in` after the pattern, found `xs`"]);
    check_body("for «in» xs:\n    pass", &["S001 expected a pattern after `for`, found `in`"]);
    check_body("x: int«»", &["S001 expected `=` and a value: a name is declared by giving it one"]);
    check("import«»\n", &["S001 expected the name of a module"]);
    check("from x import«»\n", &["S001 expected the name of what is imported"]);
    check("const X«»\n", &["S001 expected `=` and the value of the constant"]);
    check("fn«»", &["S001 expected the name of a function"]);
    check(
        "fn «match»():\n    pass\n",
        &["S001 `match` is a keyword and cannot be the name of a function"],
    );
}

#[test]
fn imports_of_other_languages() {
    check("import text«,» numbers\n", &["S001 each module has an `import` of its own"]);
    check(
        "import «\"text\"»\n",
        &["S001 a module is named without quotes, from the root of the package: `text.tables`"],
    );
    check(
        "from «.»text import parse\n",
        &["S001 a module is named from the root of the package, not from here"],
    );
    check("from text import «*»\n", &["S001 name what is imported: Weir has no `import *`"]);
}

#[test]
fn what_has_no_place_here_is_said_and_read_on() {
    check_body(
        "«else»:\n    f()\ng()",
        &["S001 `else` without an `if`, `concurrent` or `select` above it"],
    );
    check_body("«elif» x:\n    f()\ng()", &["S001 `elif` without an `if` above it"]);
    check_body(
        "match x:\n    case 1: pass\n    «else»:\n        pass",
        &["S001 `match` has no `else`: write `case _:`"],
    );
    check(
        "«print(1)»\nprint(2)\n\nfn main():\n    pass\n«x» = 1\n",
        &[
            "S001 only declarations stand at the top level",
            "S001 a value at the top level is declared with `const`",
        ],
    );
    check_body("«struct» X:\n    y: int", &["S001 `struct` stands at the top level only"]);
    check_body("«break»", &["S001 `break` stands outside of a loop"]);
    check_body(
        "while x:\n    t = spawn:\n        «continue»",
        &["S001 `continue` stands outside of a loop"],
    );
    check_body(
        "parallel for i in xs:\n    «break»\n    «return»\n    a«?»",
        &[
            "S001 `break` cannot leave `parallel for`: its iterations run side by side",
            "S001 `return` cannot leave `parallel for`: its iterations run side by side",
            "S001 `?` cannot leave an iteration of `parallel for`",
        ],
    );
    check_body("«f()» = 3", &["S001 cannot assign to a call"]);
    check_body("(«f()», b) = pair", &["S001 cannot assign to a call"]);
    check_body("x = y «=» 2", &["S001 an assignment gives one value to one target"]);
    check_body("f(a=1, «2»)", &["S001 an argument without a name stands before those with one"]);
    check_body("concurrent «foo»(2):\n    pass", &["S001 `concurrent` has no option `foo`"]);
    check_body(
        "concurrent limit(1), «limit»(2):\n    pass",
        &["S001 the option `limit` stands here twice"],
    );
    check_body("spawn «x»", &["S001 `spawn` wants a call: `spawn f(x)`"]);
}

#[test]
fn habits_from_elsewhere_are_told_what_to_write() {
    check("«def» main():\n    pass\n", &["S001 a function is declared with `fn`"]);
    check(
        "«async» def main():\n    pass\n",
        &["S001 functions have no colour: every function may wait, without `async`"],
    );
    check_body("«go» f()", &["S001 a task is started with `spawn`, within a `concurrent` block"]);
    check_body("x «:=» 1", &["S001 `:=` is written `=`"]);
    check_body("x«++»\nf()", &["S001 Weir has no `++`"]);
    check_body(
        "if a «&&» b «||» «!»c:\n    pass",
        &["S001 `&&` is written `and`", "S001 `||` is written `or`", "S001 `!` is written `not`"],
    );
    check_body("y = «True»", &["S001 `True` is written `true`"]);
    check_body("if x «=» 3:\n    pass", &["S001 `=` assigns and cannot stand in an expression"]);
    check_body("if x:\n    pass\n«else if» y:\n    pass", &["S001 `else if` is written `elif`"]);
    check_body("x = 1«;» y = 2;", &["S001 a statement ends with its line: Weir has no `;`"]);
    check_body(
        "«try»:\n    f()",
        &["S001 a failure is caught with `attempt e`, which gives a `Result`"],
    );
    check_body("x = «lambda» y: y", &["S001 a lambda is written `fn(x): e`"]);
    check_body("x = «'a'»", &["S005 a string is written with `\"`, not with `'`"]);
}

#[test]
fn the_mended_text_of_a_habit_has_no_findings() {
    for text in [
        "def f():\n    pass\n",
        "async fn f():\n    pass\n",
        "fn f():\n    x := 1\n    y = a && !b\n    z = True\n    let w = 'a'\n    go_on()\n",
    ] {
        let parsed = parse(text);
        let mut edits: Vec<_> =
            parsed.errors().iter().flat_map(|e| e.fix.clone().expect("a fix").edits).collect();
        edits.sort_by_key(|(range, _)| range.start());
        let mut fixed = text.to_string();
        for (range, with) in edits.into_iter().rev() {
            fixed.replace_range(usize::from(range.start())..usize::from(range.end()), &with);
        }
        assert_eq!(parse(&fixed).errors(), [], "{fixed}");
    }
}

#[test]
fn bad_literals_are_shown_where_they_are_bad() {
    check_body(
        "x = «99999999999999999999»",
        &[
            "S005 `99999999999999999999` does not fit an `int`, whose largest value is 9223372036854775807",
        ],
    );
    check_body(
        "x = -9223372036854775808 + «9223372036854775808»",
        &[
            "S005 `9223372036854775808` does not fit an `int`, whose largest value is 9223372036854775807",
        ],
    );
    check_body("x = «0x»", &["S005 `0x` has no digits"]);
    check_body("x = «0b12»", &["S005 `2` is no binary digit"]);
    check_body("x = «12abc»", &["S005 `12abc` is no number, and a name cannot begin with a digit"]);
    check_body("x = «1__0»", &["S005 an underscore in a number stands between two digits"]);
    check_body("x = «007»", &["S005 a decimal number does not begin with `0`"]);
    check_body("x = «1e999»", &["S005 `1e999` is too large for a `float`"]);
    check_body("x = \"a«\\q»b\"", &["S005 `\\q` is no escape"]);
    check_body("x = \"«\\u{110000}»\"", &["S005 `\\u{110000}` is no character of Unicode"]);
    check_body("x = b\"«é»\"", &["S005 `é` is no single byte"]);
    check_body("x = f\"a «}» b\"", &["S005 a single `}` in the text of an f-string"]);
}
