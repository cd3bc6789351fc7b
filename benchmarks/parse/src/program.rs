//! Programs as shapes, before any language: what all the sources of a run have in common.
//!
//! What it is not: text. Invariant: the same seed and size give the same program, and every shape
//! can be said in all three languages.

/// A declaration.
pub enum Item {
    Constant { name: String, value: Expr },
    Struct { name: String, doc: String, fields: Vec<(String, Type)>, methods: Vec<Function> },
    Function(Function),
}

/// A function or method.
pub struct Function {
    pub name: String,
    pub doc: String,
    pub is_method: bool,
    pub params: Vec<(String, Type)>,
    pub result: Type,
    pub body: Vec<Statement>,
}

/// A type.
#[derive(Clone, Copy)]
pub enum Type {
    Int,
    Float,
    Text,
    Flag,
    Ints,
    Table,
}

/// A statement.
pub enum Statement {
    Comment(String),
    Assign { name: String, value: Expr },
    Add { name: String, value: Expr },
    Call(Expr),
    If { condition: Expr, then: Vec<Statement>, otherwise: Vec<Statement> },
    While { condition: Expr, body: Vec<Statement> },
    For { name: String, over: Expr, body: Vec<Statement> },
    Return(Expr),
}

/// An expression.
pub enum Expr {
    Int(u64),
    Float(u64),
    Text(String),
    Name(String),
    Not(Box<Expr>),
    Binary { left: Box<Expr>, operator: Operator, right: Box<Expr> },
    Call { callee: String, arguments: Vec<Expr> },
    Method { receiver: Box<Expr>, name: String, arguments: Vec<Expr> },
    Field { receiver: Box<Expr>, name: String },
    Index { receiver: Box<Expr>, index: Box<Expr> },
    List(Vec<Expr>),
}

/// An operator that the three languages share, but for its spelling.
#[derive(Clone, Copy)]
pub enum Operator {
    Add,
    Subtract,
    Multiply,
    Remainder,
    Less,
    Equal,
    GreaterEqual,
    And,
    Or,
}

/// Numbers that look random and are the same on each run.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 16) as usize % bound
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

const NOUNS: &[&str] = &[
    "account", "batch", "buffer", "channel", "counter", "customer", "deadline", "entry", "event",
    "file", "index", "invoice", "item", "job", "key", "label", "limit", "line", "message", "node",
    "offset", "order", "packet", "parent", "path", "price", "queue", "range", "record", "report",
    "request", "response", "result", "row", "sample", "score", "session", "size", "slot", "source",
    "state", "step", "table", "target", "task", "text", "token", "total", "user", "value",
    "weight", "window", "worker", "x", "y", "i", "n",
];
const VERBS: &[&str] = &[
    "append",
    "apply",
    "build",
    "check",
    "close",
    "collect",
    "compare",
    "count",
    "decode",
    "deliver",
    "encode",
    "fetch",
    "filter",
    "find",
    "flush",
    "format",
    "group",
    "insert",
    "load",
    "lookup",
    "merge",
    "normalize",
    "open",
    "parse",
    "pop",
    "push",
    "read",
    "reduce",
    "remove",
    "render",
    "reset",
    "resolve",
    "route",
    "save",
    "scan",
    "send",
    "sort",
    "split",
    "store",
    "sum_up",
    "update",
    "validate",
    "visit",
    "write",
];
const SENTENCES: &[&str] = &[
    "nothing to do for an empty one",
    "the order matters here, see below",
    "keeps what was there before",
    "called once for each row of the table",
    "both ends are included",
    "cheap: at most a dozen entries",
    "the caller holds the lock",
    "negative values stand for debts",
];
const TYPES: &[Type] =
    &[Type::Int, Type::Int, Type::Float, Type::Text, Type::Flag, Type::Ints, Type::Table];

/// Makes the next item of a program.
pub fn item(random: &mut Random, index: usize) -> Item {
    match random.below(20) {
        0..=2 => Item::Constant { name: upper(random, index), value: leaf(random) },
        3..=6 => structure(random, index),
        _ => Item::Function(function(random, index, false)),
    }
}

fn structure(random: &mut Random, index: usize) -> Item {
    let fields = (0..2 + random.below(5)).map(|i| (numbered(random, i), a_type(random))).collect();
    let methods = (0..1 + random.below(4)).map(|i| function(random, i, true)).collect();
    Item::Struct { name: camel(random, index), doc: sentence(random), fields, methods }
}

fn function(random: &mut Random, index: usize, is_method: bool) -> Function {
    let params = (0..random.below(4)).map(|i| (numbered(random, i), a_type(random))).collect();
    let mut body = statements(random, 2);
    body.push(Statement::Return(expression(random, 2)));
    let name = format!("{}_{}_{index}", random.pick(VERBS), random.pick(NOUNS));
    Function { name, doc: sentence(random), is_method, params, result: a_type(random), body }
}

fn statements(random: &mut Random, depth: usize) -> Vec<Statement> {
    (0..2 + random.below(5)).map(|_| statement(random, depth)).collect()
}

fn statement(random: &mut Random, depth: usize) -> Statement {
    let nested = if depth == 0 { 12 } else { 20 };
    match random.below(nested) {
        0 => Statement::Comment(sentence(random)),
        1..=5 => Statement::Assign { name: noun(random), value: expression(random, 3) },
        6..=7 => Statement::Add { name: noun(random), value: expression(random, 1) },
        8..=11 => Statement::Call(call(random, 2)),
        12..=15 => {
            let condition = condition(random);
            let then = statements(random, depth - 1);
            let otherwise =
                if random.below(2) == 0 { statements(random, depth - 1) } else { Vec::new() };
            Statement::If { condition, then, otherwise }
        }
        16 => {
            Statement::While { condition: condition(random), body: statements(random, depth - 1) }
        }
        _ => {
            let over = Expr::Name(noun(random));
            Statement::For { name: noun(random), over, body: statements(random, depth - 1) }
        }
    }
}

fn condition(random: &mut Random) -> Expr {
    let operator = [Operator::Less, Operator::Equal, Operator::GreaterEqual][random.below(3)];
    let comparison = binary(random, operator, 1);
    match random.below(4) {
        0 => {
            let operator = [Operator::And, Operator::Or][random.below(2)];
            Expr::Binary { left: Box::new(comparison), operator, right: Box::new(call(random, 1)) }
        }
        1 => Expr::Not(Box::new(call(random, 1))),
        _ => comparison,
    }
}

fn binary(random: &mut Random, operator: Operator, depth: usize) -> Expr {
    let left = Box::new(expression(random, depth));
    Expr::Binary { left, operator, right: Box::new(leaf(random)) }
}

fn expression(random: &mut Random, depth: usize) -> Expr {
    if depth == 0 {
        return leaf(random);
    }
    match random.below(12) {
        0..=3 => leaf(random),
        4..=6 => {
            let operators =
                [Operator::Add, Operator::Subtract, Operator::Multiply, Operator::Remainder];
            let operator = operators[random.below(4)];
            binary(random, operator, depth - 1)
        }
        7..=9 => call(random, depth - 1),
        10 => Expr::Index {
            receiver: Box::new(Expr::Name(noun(random))),
            index: Box::new(expression(random, depth - 1)),
        },
        _ => Expr::List((0..random.below(5)).map(|_| expression(random, depth - 1)).collect()),
    }
}

fn call(random: &mut Random, depth: usize) -> Expr {
    let arguments = (0..random.below(4)).map(|_| expression(random, depth)).collect();
    if random.below(2) == 0 {
        return Expr::Call {
            callee: format!("{}_{}", random.pick(VERBS), random.pick(NOUNS)),
            arguments,
        };
    }
    let receiver = Box::new(Expr::Name(noun(random)));
    let receiver = match random.below(3) {
        0 => Box::new(Expr::Field { receiver, name: noun(random) }),
        _ => receiver,
    };
    Expr::Method { receiver, name: random.pick(VERBS).to_string(), arguments }
}

fn leaf(random: &mut Random) -> Expr {
    match random.below(10) {
        0..=1 => Expr::Int(random.next() % [10, 10, 100, 100_000][random.below(4)]),
        2 => Expr::Float(random.next() % 1000),
        3 => Expr::Text(sentence(random)),
        4..=5 => Expr::Field { receiver: Box::new(Expr::Name(noun(random))), name: noun(random) },
        _ => Expr::Name(noun(random)),
    }
}

fn a_type(random: &mut Random) -> Type {
    TYPES[random.below(TYPES.len())]
}

fn sentence(random: &mut Random) -> String {
    random.pick(SENTENCES).to_string()
}

fn noun(random: &mut Random) -> String {
    match random.below(3) {
        0 => format!("{}_{}", random.pick(NOUNS), random.pick(NOUNS)),
        _ => random.pick(NOUNS).to_string(),
    }
}

fn numbered(random: &mut Random, index: usize) -> String {
    format!("{}_{index}", random.pick(NOUNS))
}

fn upper(random: &mut Random, index: usize) -> String {
    format!("{}_{index}", random.pick(NOUNS)).to_uppercase()
}

fn camel(random: &mut Random, index: usize) -> String {
    let word = random.pick(NOUNS);
    format!("{}{}{index}", word[..1].to_uppercase(), &word[1..])
}
