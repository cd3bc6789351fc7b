//! Bodies of functions that compute: statements over names whose types are known.
//!
//! What it is not: programs that mean anything. Invariant: every name is assigned before it is read and
//! read before the body ends, and every expression has the type that it is made for.

use std::fmt::Write;

use crate::random::Random;

const NOUNS: &[&str] = &[
    "account", "batch", "budget", "count", "credit", "deadline", "entry", "height", "index",
    "line", "margin", "offset", "order", "price", "quota", "record", "report", "score", "share",
    "size", "stock", "total", "value", "volume", "weight", "width",
];
const WORDS: &[&str] = &["open", "paid", "late", "north", "south", "draft", "final", "urgent"];
const COMMENTS: &[&str] = &[
    "nothing to do for an empty one",
    "the order matters here, see below",
    "keeps what was there before",
    "negative values stand for debts",
];

/// A body in the making.
pub struct Body<'a> {
    random: &'a mut Random,
    /// Functions of the module that take two ints and give one.
    known: &'a [String],
    out: String,
    depth: usize,
    ints: Vec<String>,
    texts: Vec<String>,
    next: usize,
}

/// The statements of a function of two ints, `a` and `b`, that gives an int.
pub fn of_two_ints(random: &mut Random, known: &[String], statements: usize) -> String {
    let ints = vec!["a".to_owned(), "b".to_owned()];
    let (out, texts) = (String::new(), Vec::new());
    let mut body = Body { random, known, out, depth: 1, ints, texts, next: 0 };
    for _ in 0..statements {
        body.statement();
    }
    let names = body.ints.join(" + ");
    let lengths: String = body.texts.iter().map(|text| format!(" + len({text})")).collect();
    body.line(&format!("return {names}{lengths}"));
    body.out
}

impl Body<'_> {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.out, "{:width$}{text}", "", width = 4 * self.depth);
    }

    fn fresh(&mut self) -> String {
        self.next += 1;
        format!("{}_{}", self.random.pick(NOUNS), self.next)
    }

    fn statement(&mut self) {
        match self.random.below(if self.depth > 2 { 8 } else { 14 }) {
            0..=2 => self.new_int(),
            3 => self.new_text(),
            4..=5 => self.update(),
            6 => self.comment(),
            7 => self.chosen(),
            8..=9 => self.if_else(),
            10 => self.for_loop(),
            11 => self.while_loop(),
            12 => self.list(),
            _ => self.lookup(),
        }
    }

    fn new_int(&mut self) {
        let value = self.int(2);
        // A name that a block declares is not assigned on all paths.
        if self.depth > 1 {
            return self.update();
        }
        let name = self.fresh();
        self.line(&format!("{name} = {value}"));
        self.ints.push(name);
    }

    fn new_text(&mut self) {
        if self.depth > 1 {
            return self.update();
        }
        let (name, number, value) = (self.fresh(), self.known_int(), self.int(1));
        let word = self.random.pick(WORDS);
        self.line(&format!("{name} = f\"{word} {{{number}}} of {{{value}}}\""));
        self.texts.push(name);
    }

    fn update(&mut self) {
        let (name, value) = (self.known_int(), self.int(1));
        let op = self.random.pick(&["+=", "-=", "="]);
        self.line(&format!("{name} {op} {value}"));
    }

    fn comment(&mut self) {
        let comment = self.random.pick(COMMENTS);
        self.line(&format!("# {comment}"));
        self.update();
    }

    fn chosen(&mut self) {
        let (name, one, condition, other) =
            (self.known_int(), self.int(1), self.condition(), self.int(1));
        self.line(&format!("{name} = {one} if {condition} else {other}"));
    }

    fn if_else(&mut self) {
        let condition = self.condition();
        self.line(&format!("if {condition}:"));
        self.nested();
        if self.random.one_in(3) {
            let condition = self.condition();
            self.line(&format!("elif {condition}:"));
            self.nested();
        }
        if self.random.one_in(2) {
            self.line("else:");
            self.nested();
        }
    }

    fn for_loop(&mut self) {
        let (name, number) = (self.fresh(), 2 + self.random.below(50));
        self.line(&format!("for {name} in range({number}):"));
        self.ints.push(name.clone());
        self.depth += 1;
        let sum = self.ints[0].clone();
        self.line(&format!("{sum} += {name}"));
        self.depth -= 1;
        self.nested();
        self.ints.pop();
    }

    fn while_loop(&mut self) {
        let name = self.known_int();
        let limit = 100 + self.random.below(900);
        self.line(&format!("while {name} < {limit}:"));
        self.nested();
        self.depth += 1;
        self.line(&format!("{name} += 1"));
        self.depth -= 1;
    }

    fn list(&mut self) {
        let (name, element, value) = (self.fresh(), self.fresh(), self.known_int());
        let (number, other) = (self.random.below(50), self.known_int());
        let condition = self.condition();
        self.line(&format!(
            "{name} = [{element} * {value} for {element} in range({number}) if {condition}]"
        ));
        self.line(&format!("{other} = len({name}) + sum({name})"));
    }

    fn lookup(&mut self) {
        let (table, entry, number) = (self.fresh(), self.fresh(), self.known_int());
        let (one, other) = (self.int(1), self.int(1));
        self.line(&format!("{table} = mutable_map[str, int]()"));
        self.line(&format!("{table}[\"first\"] = {one}"));
        self.line(&format!("for {entry} in [\"first\", \"second\"]:"));
        self.depth += 1;
        self.line(&format!("if {entry} in {table}:"));
        self.depth += 1;
        self.line(&format!("{number} += {table}[{entry}]"));
        self.depth -= 1;
        self.line("else:");
        self.depth += 1;
        self.line(&format!("{table}[{entry}] = {other}"));
        self.depth -= 2;
    }

    fn nested(&mut self) {
        self.depth += 1;
        for _ in 0..1 + self.random.below(3) {
            self.statement();
        }
        self.depth -= 1;
    }

    fn known_int(&mut self) -> String {
        let index = self.random.below(self.ints.len());
        self.ints[index].clone()
    }

    fn int(&mut self, depth: usize) -> String {
        match self.random.below(if depth == 0 { 2 } else { 8 }) {
            0 => (1 + self.random.below(999)).to_string(),
            1 => self.known_int(),
            2..=4 => {
                let (left, right) = (self.int(depth - 1), self.int(depth - 1));
                let op = self.random.pick(&["+", "-", "*"]);
                format!("({left} {op} {right})")
            }
            5 => {
                let (left, divisor) = (self.int(depth - 1), 2 + self.random.below(97));
                let op = self.random.pick(&["//", "%"]);
                format!("({left} {op} {divisor})")
            }
            6 => {
                let (left, right) = (self.int(depth - 1), self.int(depth - 1));
                let function = self.random.pick(&["min", "max"]);
                format!("{function}({left}, {right})")
            }
            _ => {
                let (left, right) = (self.int(depth - 1), self.int(depth - 1));
                match self.known.len() {
                    0 => format!("({left} + {right})"),
                    len => {
                        let function = &self.known[self.random.below(len)];
                        format!("{function}({left}, {right})")
                    }
                }
            }
        }
    }

    fn condition(&mut self) -> String {
        let (left, right) = (self.int(1), self.int(0));
        let op = self.random.pick(&["<", "<=", ">", "==", "!="]);
        let plain = format!("{left} {op} {right}");
        match self.random.below(4) {
            0 => {
                let (other, limit) = (self.known_int(), self.random.below(100));
                format!("{plain} and {other} > {limit}")
            }
            1 => {
                let (other, limit) = (self.known_int(), self.random.below(100));
                format!("{plain} or {other} > {limit}")
            }
            _ => plain,
        }
    }
}
