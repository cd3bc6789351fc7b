//! Programs as text, in each of the languages.
//!
//! What it is not: the programs' shapes (`program`). Invariant: the sources of one run are the same
//! program, item for item, up to the item that reaches the size asked for.

use std::fmt::Write;

use crate::program::{self, Expr, Function, Item, Operator, Random, Statement, Type};

/// A language that a program can be written in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Weir,
    Python,
    Rust,
}

/// A program of at least this many bytes. The languages say the same at slightly different lengths, so the
/// last items of the terser ones are missing from the wordier.
pub fn source(language: Language, bytes: usize, seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut writer = Writer { language, out: String::with_capacity(bytes + 4096), depth: 0 };
    let mut index = 0;
    while writer.out.len() < bytes {
        writer.item(&program::item(&mut random, index));
        index += 1;
    }
    writer.out
}

struct Writer {
    language: Language,
    out: String,
    depth: usize,
}

impl Writer {
    fn is_rust(&self) -> bool {
        self.language == Language::Rust
    }

    fn choose<'a>(&self, weir: &'a str, python: &'a str, rust: &'a str) -> &'a str {
        match self.language {
            Language::Weir => weir,
            Language::Python => python,
            Language::Rust => rust,
        }
    }

    fn line(&mut self, text: &str) {
        self.begin();
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn begin(&mut self) {
        for _ in 0..self.depth {
            self.out.push_str("    ");
        }
    }

    fn end(&mut self) {
        self.out.push_str(if self.is_rust() { ";\n" } else { "\n" });
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Constant { name, value } => {
                self.out.push_str(self.choose("const ", "", "const "));
                self.out.push_str(name);
                self.out.push_str(self.choose(" = ", " = ", ": i64 = "));
                self.expression(value);
                self.end();
            }
            Item::Struct { name, doc, fields, methods } => {
                self.structure(name, doc, fields, methods)
            }
            Item::Function(function) => self.function(function),
        }
        self.out.push('\n');
    }

    fn structure(
        &mut self,
        name: &str,
        doc: &str,
        fields: &[(String, Type)],
        methods: &[Function],
    ) {
        let mark = self.choose("##", "#", "///");
        self.line(&format!("{mark} {doc}"));
        let head = self.choose("struct", "class", "struct");
        self.open(&format!("{head} {name}"));
        for (field, ty) in fields {
            let ty = self.type_name(*ty);
            let comma = if self.is_rust() { "," } else { "" };
            self.line(&format!("{field}: {ty}{comma}"));
        }
        if self.is_rust() {
            self.close();
            self.open(&format!("impl {name}"));
        }
        for method in methods {
            self.out.push('\n');
            self.function(method);
        }
        self.close();
    }

    fn function(&mut self, function: &Function) {
        let mark = self.choose("##", "#", "///");
        self.line(&format!("{mark} {}", function.doc));
        let mut head = format!("{} {}(", self.choose("fn", "def", "fn"), function.name);
        if function.is_method {
            head.push_str(self.choose("self", "self", "&self"));
        }
        for (index, (name, ty)) in function.params.iter().enumerate() {
            let comma = if index > 0 || function.is_method { ", " } else { "" };
            let _ = write!(head, "{comma}{name}: {}", self.type_name(*ty));
        }
        let _ = write!(head, ") -> {}", self.type_name(function.result));
        self.open(&head);
        self.statements(&function.body);
        self.close();
    }

    fn open(&mut self, head: &str) {
        self.begin();
        self.out.push_str(head);
        self.opened();
    }

    fn opened(&mut self) {
        self.out.push_str(if self.is_rust() { " {\n" } else { ":\n" });
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth -= 1;
        if self.is_rust() {
            self.line("}");
        }
    }

    fn type_name(&self, ty: Type) -> &'static str {
        let names = match ty {
            Type::Int => ["int", "int", "i64"],
            Type::Float => ["float", "float", "f64"],
            Type::Text => ["str", "str", "String"],
            Type::Flag => ["bool", "bool", "bool"],
            Type::Ints => ["list[int]", "list[int]", "Vec<i64>"],
            Type::Table => ["map[str, int]", "dict[str, int]", "Map<String, i64>"],
        };
        names[self.language as usize]
    }

    fn statements(&mut self, statements: &[Statement]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        match statement {
            Statement::Comment(text) => {
                let mark = self.choose("#", "#", "//");
                self.line(&format!("{mark} {text}"));
            }
            Statement::Assign { name, value } => {
                self.begin();
                self.out.push_str(self.choose("", "", "let "));
                self.out.push_str(name);
                self.out.push_str(" = ");
                self.expression(value);
                self.end();
            }
            Statement::Add { name, value } => {
                self.begin();
                self.out.push_str(name);
                self.out.push_str(" += ");
                self.expression(value);
                self.end();
            }
            Statement::Call(call) => {
                self.begin();
                self.expression(call);
                self.end();
            }
            Statement::If { condition, then, otherwise } => {
                self.conditional(condition, then, otherwise)
            }
            Statement::While { condition, body } => {
                self.begin();
                self.out.push_str("while ");
                self.expression(condition);
                self.opened();
                self.block(body);
                self.close();
            }
            Statement::For { name, over, body } => {
                self.begin();
                let _ = write!(self.out, "for {name} in ");
                self.expression(over);
                self.opened();
                self.block(body);
                self.close();
            }
            Statement::Return(value) => {
                self.begin();
                self.out.push_str("return ");
                self.expression(value);
                self.end();
            }
        }
    }

    fn conditional(&mut self, condition: &Expr, then: &[Statement], otherwise: &[Statement]) {
        self.begin();
        self.out.push_str("if ");
        self.expression(condition);
        self.opened();
        self.block(then);
        if otherwise.is_empty() {
            return self.close();
        }
        self.depth -= 1;
        self.line(self.choose("else:", "else:", "} else {"));
        self.depth += 1;
        self.block(otherwise);
        self.close();
    }

    /// Statements of which one is more than a comment.
    fn block(&mut self, statements: &[Statement]) {
        self.statements(statements);
        if statements.iter().all(|statement| matches!(statement, Statement::Comment(_))) {
            self.line(self.choose("pass", "pass", "{}"));
        }
    }

    fn expression(&mut self, expression: &Expr) {
        match expression {
            Expr::Int(value) => {
                let _ = write!(self.out, "{value}");
            }
            Expr::Float(value) => {
                let _ = write!(self.out, "{}.{}", value / 10, value % 10);
            }
            Expr::Text(text) => {
                let _ = write!(self.out, "\"{text}\"");
            }
            Expr::Name(name) => self.out.push_str(name),
            Expr::Not(operand) => {
                self.out.push_str(self.choose("not ", "not ", "!"));
                self.expression(operand);
            }
            Expr::Binary { left, operator, right } => {
                self.expression(left);
                let text = self.operator(*operator);
                let _ = write!(self.out, " {text} ");
                self.expression(right);
            }
            Expr::Call { callee, arguments } => {
                self.out.push_str(callee);
                self.list("(", arguments, ")");
            }
            Expr::Method { receiver, name, arguments } => {
                self.expression(receiver);
                let _ = write!(self.out, ".{name}");
                self.list("(", arguments, ")");
            }
            Expr::Field { receiver, name } => {
                self.expression(receiver);
                let _ = write!(self.out, ".{name}");
            }
            Expr::Index { receiver, index } => {
                self.expression(receiver);
                self.list("[", std::slice::from_ref(index), "]");
            }
            Expr::List(elements) => self.list("[", elements, "]"),
        }
    }

    fn list(&mut self, open: &str, elements: &[Expr], close: &str) {
        self.out.push_str(open);
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                self.out.push_str(", ");
            }
            self.expression(element);
        }
        self.out.push_str(close);
    }

    fn operator(&self, operator: Operator) -> &'static str {
        match operator {
            Operator::Add => "+",
            Operator::Subtract => "-",
            Operator::Multiply => "*",
            Operator::Remainder => "%",
            Operator::Less => "<",
            Operator::Equal => "==",
            Operator::GreaterEqual => ">=",
            Operator::And if self.is_rust() => "&&",
            Operator::And => "and",
            Operator::Or if self.is_rust() => "||",
            Operator::Or => "or",
        }
    }
}
