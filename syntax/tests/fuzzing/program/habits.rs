//! What people of other languages write, and other mistakes.

pub(super) const DECLARATIONS: &[&str] =
    &["def f(a):", "class X:", "async fn g():", "pub fn h():", "func i() {  #", "struct J {  #"];

pub(super) const VARIANTS: &[&str] = &["case Odd", "Bad(int)", "Numbered = 3", "Ended,"];

pub(super) const CASES: &[&str] = &["default:", "1 | 2:", "case x => f():", "else:", "case [a]:"];

/// Heads of blocks, without their `:`.
pub(super) const HEADS: &[&str] = &[
    "else",
    "elif a",
    "case b",
    "try",
    "if a = b",
    "loop",
    "do",
    "while spawn",
    "else if a",
    "elseif a",
    "unless a",
    "foreach a in xs",
    "for a of xs",
    "switch a",
    "if a {  #",
    "select {  #",
    "match a {  #",
    "} else {  #",
    "} while (a)  #",
    "if a then",
    "f(spawn",
    "with a, b",
    "concurrent(limit=2)",
    "concurrent limit(1), limit(2)",
];

pub(super) const STATEMENTS: &[&str] = &[
    "go f()",
    "x++",
    "x := 1",
    "x := <-ch",
    "x = !a && b",
    "let y = 2",
    "raise e",
    "x.",
    "= 3",
    ")",
    "++x",
    "x ^= a + b",
    "x = lambda a, b=1: a",
    "x = a ? b : c",
    "x = a ?? b",
    "x = 0..3",
    "x = (k for k in xs)",
    "x = await f()",
    "x = y => y",
    "ch <- 1",
    "x = <-ch",
    "print \"x\"",
    "const k = 1",
    "int k = 1",
    "f(a: 1, *xs)",
    "x: int? = None",
    "x: list<int> = xs",
    "raise E(\"x\")",
    "// note",
    "x = 1 // of it",
    "x = 1; y = 2; z = 3;",
    "while a",
    "case x from ch: f()",
    "default: f()",
    "spawn",
    "defer a",
    "xs[1:2:3]",
];
