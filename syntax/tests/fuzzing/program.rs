//! Programs of the right structure: mostly without mistakes, and with all constructs there are.
//!
//! What it is not: programs that mean anything. Invariant: what is made is finite, whatever the choices.

use super::choices::Choices;

/// A program.
pub(crate) fn program(choices: &mut Choices<'_>) -> String {
    let mut writer = Writer { choices, out: String::new(), depth: 0 };
    for _ in 0..1 + writer.choices.below(6) {
        writer.item();
    }
    writer.out
}

struct Writer<'a, 'b> {
    choices: &'a mut Choices<'b>,
    out: String,
    depth: usize,
}

const NAMES: &[&str] = &[
    "a",
    "b",
    "xs",
    "ch",
    "self",
    "timeout",
    "closed",
    "move",
    "type",
    "test",
    "attempt",
    "when",
    "limit",
    "größe",
    "value_of",
    "Job",
    "supervised",
];
const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "//", "%", "**", "==", "!=", "<", "<=", ">", ">=", "and", "or", "in",
    "not in", "&", "|", "^", "<<", ">>",
];
const LITERALS: &[&str] = &[
    "0",
    "1_000",
    "0xff",
    "0b12",
    "1.5",
    "1e9",
    "true",
    "false",
    "\"text\"",
    "\"\\n\\q\"",
    "r\"raw\"",
    "b\"x\"",
    "\"\"\"long\nlines\"\"\"",
    "9223372036854775808",
    "5.seconds",
    "()",
    "'old'",
    "f\"\"\"{a}\n\"\"\"",
    "\"open",
];
const TYPES: &[&str] = &[
    "int",
    "list[int]",
    "map[str, int]",
    "fn(int) -> str",
    "mutable fn()",
    "(int, str)",
    "m.T[a]",
    "list[list[T]]",
];

impl Writer<'_, '_> {
    fn name(&mut self) -> &'static str {
        self.choices.pick(NAMES)
    }

    fn add(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn begin(&mut self) {
        if self.choices.one_in(12) {
            self.out.push('\n');
        }
        if self.choices.one_in(16) {
            self.comment();
        }
        self.indent();
    }

    fn comment(&mut self) {
        // Comments may stand at any indentation.
        for _ in 0..self.choices.below(self.depth + 2) {
            self.out.push_str("    ");
        }
        let comment = self.choices.pick(&[
            "# a comment\n",
            "## a doc comment\n",
            "####\n",
            "#\"\"\"\n",
            "#\n",
        ]);
        self.add(comment);
    }

    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("    ");
        }
        if self.choices.one_in(200) {
            let oddity = self.choices.pick(&[" ", "  ", "\t", "    "]);
            self.add(oddity);
        }
    }

    fn end(&mut self) {
        let end = match self.choices.below(60) {
            0 => "  # trailing\n",
            1 => "\r\n",
            2 => ";\n",
            3 => " )\n",
            4 => "\n\n",
            5 => " \n",
            _ => "\n",
        };
        self.add(end);
    }

    fn item(&mut self) {
        self.begin();
        let name = self.name();
        match self.choices.below(13) {
            0 => self.add("import text.tables as t"),
            1 => self.add("from text import (parse, Row as R)"),
            2 => {
                self.add(&format!("const {name}: int = "));
                self.expression(2);
            }
            3 => {
                self.add(&format!("tasklocal {name}: str = "));
                self.expression(1);
            }
            4 => {
                let ty = self.choices.pick(TYPES);
                self.add(&format!("type {name} = {ty}"));
            }
            5 => return self.structure(name),
            6 => return self.enumeration(name),
            7 => {
                self.add("test \"it works\":");
                return self.block();
            }
            8 if self.choices.one_in(4) => return self.statement(2),
            9 if self.choices.one_in(4) => {
                let habit =
                    self.choices.pick(&["def f(a):", "class X:", "async fn g():", "pub fn h():"]);
                self.add(habit);
                return self.block();
            }
            _ => return self.function(name),
        }
        self.end();
    }

    fn structure(&mut self, name: &str) {
        let head = self.choices.pick(&["struct", "mutable struct"]);
        self.add(&format!("{head} {name}[T: shareable]:\n"));
        self.depth += 1;
        for _ in 0..1 + self.choices.below(4) {
            self.begin();
            let name = self.name();
            if self.choices.one_in(3) {
                self.function(name);
                continue;
            }
            let ty = self.choices.pick(TYPES);
            self.add(&format!("{name}: {ty}"));
            if self.choices.one_in(2) {
                self.add(" = ");
                self.expression(2);
            }
            self.end();
        }
        self.depth -= 1;
    }

    fn enumeration(&mut self, name: &str) {
        self.add(&format!("enum {name}:\n"));
        self.depth += 1;
        for _ in 0..1 + self.choices.below(4) {
            self.begin();
            let variant = self.choices.pick(&[
                "Started(job: Job)",
                "Stopped",
                "case Odd",
                "Pair(a: int, b: int)",
                "Bad(int)",
            ]);
            self.add(variant);
            self.end();
        }
        self.depth -= 1;
    }

    fn function(&mut self, name: &str) {
        let params = self.choices.pick(&[
            "()",
            "(self)",
            "(a: int, move b: T = 1)",
            "[T](xs: list[T]) -> T",
            "(a) -> ",
        ]);
        let end = if self.choices.one_in(40) { "" } else { ":" };
        self.add(&format!("fn {name}{params}{end}"));
        self.block();
    }

    fn block(&mut self) {
        if self.choices.one_in(12) {
            self.add(" ");
            return self.simple(1);
        }
        if self.choices.one_in(100) {
            return self.end();
        }
        self.end();
        self.depth += 1;
        for _ in 0..1 + self.choices.below(4) {
            let room = 5usize.saturating_sub(self.depth);
            self.begin();
            self.statement(room);
        }
        if self.choices.one_in(10) {
            self.comment();
        }
        self.depth -= 1;
    }

    fn statement(&mut self, room: usize) {
        if room == 0 || !self.choices.one_in(3) {
            return self.simple(3);
        }
        match self.choices.below(14) {
            0 | 1 => return self.conditional(),
            2 => {
                self.add("while ");
                self.expression(2);
            }
            3 | 4 => {
                let head = self.choices.pick(&[
                    "for a in ",
                    "for move row in ",
                    "for a, (b, _) in ",
                    "parallel for i in ",
                ]);
                self.add(head);
                self.expression(1);
            }
            5 | 6 => return self.cases(),
            7 => {
                let head = self.choices.pick(&[
                    "with m.lock() as q",
                    "with request_id = \"r\"",
                    "with m.lock() as q when a > b",
                ]);
                self.add(head);
            }
            8 | 9 => {
                let head = self.choices.pick(&[
                    "concurrent",
                    "concurrent limit(2), timeout(1.seconds) as s",
                    "concurrent supervised",
                ]);
                self.add(head);
                self.add(":");
                self.block();
                if self.choices.one_in(3) {
                    self.begin();
                    self.add("else:");
                    self.block();
                }
                return;
            }
            10 => self.add("blocking"),
            11 => {
                let head = self.choices.pick(&[
                    "spawn",
                    "a = spawn",
                    "detach",
                    "return spawn",
                    "a: T = spawn",
                    "spawn in s",
                ]);
                self.add(head);
            }
            12 => {
                let name = self.name();
                return self.function(name);
            }
            _ => {
                let head = self.choices.pick(&[
                    "else",
                    "elif a",
                    "case b",
                    "try",
                    "if a = b",
                    "loop",
                    "while spawn",
                    "else if a",
                    "elseif a",
                    "unless a",
                    "foreach a in xs",
                    "for a of xs",
                    "switch a",
                    "if a {  #",
                    "} else {  #",
                    "if a then",
                ]);
                self.add(head);
            }
        }
        self.add(":");
        self.block();
    }

    fn conditional(&mut self) {
        self.add("if ");
        self.expression(2);
        self.add(":");
        self.block();
        for _ in 0..self.choices.below(3) {
            self.begin();
            self.add("elif ");
            self.expression(1);
            self.add(":");
            self.block();
        }
        if self.choices.one_in(2) {
            self.begin();
            self.add("else:");
            self.block();
        }
    }

    fn cases(&mut self) {
        let (head, cases): (_, &[&str]) = if self.choices.one_in(2) {
            (
                "select:",
                &[
                    "case x from ch:",
                    "case ch.send(1) if a:",
                    "case timeout(d):",
                    "case closed ch:",
                    "else:",
                ],
            )
        } else {
            (
                "match a:",
                &[
                    "case _:",
                    "case Started(job) if a:",
                    "case A | -1:",
                    "case (a, b):",
                    "case \"s\":",
                ],
            )
        };
        self.add(head);
        self.end();
        self.depth += 1;
        for _ in 0..1 + self.choices.below(3) {
            self.begin();
            let is_habit = self.choices.one_in(30);
            let cases = if is_habit { &["default:", "1 | 2:", "case x => f():"] } else { cases };
            let case = self.choices.pick(cases);
            self.add(case);
            self.block();
        }
        self.depth -= 1;
    }

    fn simple(&mut self, depth: usize) {
        let name = self.name();
        match self.choices.below(14) {
            0 => self.add("pass"),
            1 => {
                let word = self.choices.pick(&["break", "continue", "return"]);
                self.add(word);
            }
            2 => {
                self.add("return ");
                self.expression(depth);
            }
            3 => {
                self.add("assert ");
                self.expression(depth);
            }
            4 => self.add("defer ch.close()"),
            5 if self.choices.one_in(3) => {
                let text = self.choices.pick(&[
                    "go f()",
                    "x++",
                    "x := 1",
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
                    "x = attempt -f(a)",
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
                    "x = 1; y = 2",
                ]);
                self.add(text);
            }
            6 => {
                let operator = self.choices.pick(&["+=", "-=", "*=", "/=", "//=", "%="]);
                self.add(&format!("{name} {operator} "));
                self.expression(depth);
            }
            7..=10 => {
                let target =
                    self.choices.pick(&["a", "xs[0]", "o.f", "a, b", "(a, f())", "x: int"]);
                self.add(&format!("{target} = "));
                self.expression(depth);
            }
            _ => self.expression(depth),
        }
        self.end();
    }

    fn expression(&mut self, depth: usize) {
        let name = self.name();
        if depth == 0 || self.choices.one_in(4) {
            let text = if self.choices.one_in(3) { self.choices.pick(LITERALS) } else { name };
            // What spoils the rest of the file is to be rare.
            let spoils = text.contains("\"\"\"") || text == "\"open";
            let text = if spoils && !self.choices.one_in(8) { "1" } else { text };
            return self.add(text);
        }
        let depth = depth - 1;
        match self.choices.below(14) {
            0..=2 => {
                let operator = self.choices.pick(OPERATORS);
                self.expression(depth);
                self.add(&format!(" {operator} "));
                self.expression(depth);
            }
            3..=5 => {
                self.add(&format!("{name}("));
                self.list(depth);
                self.add(")");
            }
            6 => {
                self.add(&format!("{name}."));
                let member = self.name();
                self.add(&format!("{member}("));
                self.list(depth);
                self.add(")");
            }
            7 => {
                let (open, close) =
                    self.choices.pick(&[("[", "]"), ("(", ")"), ("{", "}"), ("(", "]")]);
                let close = if open == "(" && close == "]" && !self.choices.one_in(6) {
                    ")"
                } else {
                    close
                };
                self.add(open);
                self.list(depth);
                self.add(close);
            }
            8 => {
                self.expression(depth);
                self.add(" if a else ");
                self.expression(depth);
            }
            9 => {
                let prefix =
                    self.choices.pick(&["-", "not ", "~", "attempt ", "spawn ", "fn(x): "]);
                self.add(prefix);
                self.expression(depth);
            }
            10 => {
                self.add("f\"a {");
                self.expression(0);
                let end = self.choices.pick(&["}\"", "!r:>4} b\"", ":.2}\"", "\""]);
                self.add(end);
            }
            11 => self.add("[e for e in xs if e]"),
            12 => self.add("blocking { read(a) }?"),
            _ => {
                self.add(&format!("{name}["));
                self.expression(depth);
                self.add("]");
            }
        }
    }

    fn list(&mut self, depth: usize) {
        let count = self.choices.below(4);
        for index in 0..count {
            if self.choices.one_in(20) {
                self.out.push('\n');
                self.indent();
            }
            self.expression(depth);
            if index + 1 < count {
                self.add(", ");
            }
        }
    }
}
