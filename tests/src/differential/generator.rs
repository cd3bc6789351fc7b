//! Generates small, well-typed concurrent programs from a seed.
//!
//! Not here: whether a program is right. What is generated is what ownership is about: values in
//! values, names for the same thing, tasks that take them, and ways to give them away. Nothing waits for
//! ever if it can be helped, and each path can be taken, so that what is wrong can show.

mod again;
mod alone;
mod expressions;
mod functions;
mod gathered;
mod meeting;
mod nested;
mod passed;
mod pools;

use std::fmt::Write;

use super::types::{PREAMBLE, Ty};
use crate::edits::Numbers;

/// How deep blocks may be nested, in the function that they stand in.
const DEPTH_MAX: usize = 4;
/// How many functions a program has beside `main` and those of the preamble.
const FUNCTIONS_MAX: usize = 2;
/// How many statements `main` may have, with those in it.
const STATEMENTS_MAX: usize = 9;
const STATEMENTS_MIN: usize = 2;
/// How many statements another function may have.
const HELPER_STATEMENTS_MAX: usize = 4;
/// How deep expressions may be.
const EXPRESSION_DEPTH_MAX: usize = 2;

/// The program of a seed.
pub fn program(seed: u64) -> String {
    let mut numbers = Numbers::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ seed);
    numbers.below(2);
    let mut generator = Generator {
        numbers,
        text: PREAMBLE.to_owned(),
        indent: 0,
        names: Vec::new(),
        made: 0,
        left: 0,
        helpers: Vec::new(),
        at: Place::default(),
    };
    generator.program();
    generator.text
}

struct Generator {
    numbers: Numbers,
    text: String,
    indent: usize,
    /// What can be named here.
    names: Vec<(String, Ty)>,
    /// How many names were made: each is new.
    made: usize,
    /// How many statements may follow.
    left: usize,
    helpers: Vec<Helper>,
    at: Place,
}

struct Helper {
    name: String,
    params: Vec<Ty>,
    gives: Option<Ty>,
}

/// What may stand where the generator is.
#[derive(Clone, Copy, Default)]
struct Place {
    depth: usize,
    /// Directly in a scope of the same body: tasks may be started.
    in_scope: bool,
    /// Only what computes may stand here.
    plain: bool,
    /// Which names are of this body: those from here on.
    own_from: usize,
    /// What `return` gives; none where it may not stand.
    gives: Option<Option<Ty>>,
}

type Production = fn(&mut Generator) -> Option<()>;

/// What can stand anywhere, and how often.
const PLAIN: [(usize, Production); 21] = [
    (5, Generator::new_name),
    (7, Generator::read),
    (8, Generator::change),
    (5, Generator::store),
    (4, Generator::alias),
    (3, Generator::take_apart),
    (2, Generator::cut_out),
    (3, Generator::walk_rows),
    (3, Generator::condition),
    (1, Generator::repeat),
    (4, Generator::call),
    (2, Generator::end_or_copy),
    (3, Generator::pass_function),
    (3, Generator::call_passed),
    (2, Generator::call_listed),
    (1, Generator::attempt),
    (1, Generator::early_return),
    (4, Generator::use_nested),
    (3, Generator::part_nested),
    (3, Generator::assign_again),
    (2, Generator::make_elsewhere),
];

/// What may wait or start tasks.
const CONCURRENT: [(usize, Production); 19] = [
    (9, Generator::concurrent),
    (12, Generator::spawn_apart),
    (3, Generator::join),
    (4, Generator::send_away),
    (4, Generator::receive),
    (4, Generator::lock_away),
    (6, Generator::pool),
    (4, Generator::parallel),
    (2, Generator::detach_away),
    (2, Generator::defer),
    (3, Generator::closure),
    (3, Generator::list_functions),
    (4, Generator::parallel_functions),
    (2, Generator::pipeline),
    (1, Generator::blocking),
    (1, Generator::offer_in_rounds),
    (4, Generator::gather),
    (2, Generator::join_gathered),
    (3, Generator::drain_away),
];

impl Generator {
    fn program(&mut self) {
        for number in 0..self.numbers.below(FUNCTIONS_MAX + 1) {
            self.helper(number);
        }
        self.line("fn main():");
        self.left = STATEMENTS_MIN + self.numbers.below(STATEMENTS_MAX - STATEMENTS_MIN + 1);
        let place = Place { gives: Some(None), ..Place::default() };
        self.block(place, |it| {
            for _ in 0..2 {
                it.new_name();
            }
            for at in 0..it.helpers.len() {
                it.call_first(at);
            }
            while it.left > 0 {
                it.statement();
            }
        });
    }

    fn helper(&mut self, number: usize) {
        let params = self.params();
        let gives = self.one_in(2).then_some(Ty::List);
        let name = format!("helper{number}");
        let named: Vec<(String, Ty)> =
            params.iter().map(|ty| (self.fresh_name(*ty), *ty)).collect();
        let list: Vec<String> =
            named.iter().map(|(name, ty)| format!("{name}: {}", ty.text())).collect();
        let arrow = gives.map_or(String::new(), |ty| format!(" -> {}", ty.text()));
        self.line(&format!("fn {name}({}){arrow}:", list.join(", ")));
        self.names = named;
        self.left = 1 + self.numbers.below(HELPER_STATEMENTS_MAX);
        let place = Place { gives: Some(gives), ..Place::default() };
        self.block(place, |it| {
            if it.call_passed().is_some() {
                // Else most programs would do nothing with what they passed.
                it.concurrent();
            } else {
                it.read();
            }
            while it.left > 0 {
                it.statement();
            }
            if gives.is_some() {
                let list = it.list(0);
                it.line(&format!("return {list}"));
            }
        });
        self.names.clear();
        self.text.push('\n');
        self.helpers.push(Helper { name, params, gives });
    }

    /// A statement; a choice that does not fit here is made again.
    fn statement(&mut self) {
        self.left = self.left.saturating_sub(1);
        for _ in 0..20 {
            let concurrent = !self.at.plain && self.one_in(2);
            let done = if concurrent { self.pick(&CONCURRENT) } else { self.pick(&PLAIN) };
            if done.is_some() {
                return;
            }
        }
        self.line("note(0)");
    }

    fn pick(&mut self, from: &[(usize, Production)]) -> Option<()> {
        let total = from.iter().map(|(weight, _)| weight).sum();
        let mut at = self.numbers.below(total);
        for (weight, production) in from {
            if at < *weight {
                return production(self);
            }
            at -= weight;
        }
        None
    }

    /// A few statements, at least one.
    fn statements(&mut self) {
        for _ in 0..1 + self.numbers.below(3) {
            self.statement();
        }
    }

    /// A block one deeper; names that it makes are not known behind it.
    fn block(&mut self, place: Place, fill: impl FnOnce(&mut Self)) {
        let (known, outer) = (self.names.clone(), self.at);
        self.at = Place { depth: outer.depth + 1, ..place };
        self.indent += 1;
        fill(self);
        self.indent -= 1;
        self.at = outer;
        self.names = known;
    }

    /// A block with a name more.
    fn block_with(&mut self, place: Place, name: &str, ty: Ty, fill: impl FnOnce(&mut Self)) {
        self.block(place, |it| {
            it.names.push((name.to_owned(), ty));
            fill(it);
        });
    }

    /// A block in the same body.
    fn here(&self) -> Place {
        self.at
    }

    /// A body of its own.
    fn body(&self) -> Place {
        Place { in_scope: false, gives: None, own_from: self.names.len(), ..self.at }
    }

    fn may_nest(&self) -> Option<()> {
        (self.at.depth < DEPTH_MAX).then_some(())
    }

    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{}{text}", "    ".repeat(self.indent));
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.numbers.below(count) == 0
    }

    fn of<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.numbers.below(from.len())]
    }

    fn fresh_name(&mut self, ty: Ty) -> String {
        self.made += 1;
        format!("{}{}", ty.letter(), self.made)
    }

    /// Mostly forgets, to the end of the block, what was named since then: a program of which nothing
    /// is right says little about what is accepted.
    fn forget_since(&mut self, from: usize) {
        if self.one_in(4) {
            return;
        }
        let text = &self.text[from..];
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        let stays = |ty: Ty| {
            matches!(ty, Ty::Channel | Ty::Channels | Ty::Guard | Ty::Shared | Ty::Scope)
                || Ty::POOLS.contains(&ty)
                || matches!(ty, Ty::TaskInt | Ty::TaskList | Ty::Tasks)
        };
        self.names.retain(|(name, ty)| stays(*ty) || !words.contains(&&**name));
    }

    /// Makes a name known from here on.
    fn bind(&mut self, ty: Ty, value: &str) {
        let name = self.fresh_name(ty);
        self.line(&format!("{name} = {value}"));
        self.names.push((name, ty));
    }

    /// A known name of the type, the later the likelier.
    fn name(&mut self, ty: Ty) -> Option<String> {
        let known: Vec<&String> =
            self.names.iter().filter(|(_, of)| *of == ty).map(|(name, _)| name).collect();
        let from = known.len().checked_sub(1)?;
        let (one, other) = (self.numbers.below(from + 1), self.numbers.below(from + 1));
        Some(known[one.max(other)].clone())
    }
}
