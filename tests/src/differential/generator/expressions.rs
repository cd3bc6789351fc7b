//! Expressions of generated programs: lists and ways to them, arguments, calls.

use super::{EXPRESSION_DEPTH_MAX, Generator};
use crate::differential::types::Ty;

impl Generator {
    /// A list: a new one, a named one, or a part of something.
    pub(super) fn list(&mut self, depth: usize) -> String {
        for _ in 0..8 {
            let found = match self.numbers.below(16) {
                0 => Some("fresh()".to_owned()),
                1 => self.cell(depth).map(|cell| format!("{cell}.items")),
                2 => self.cell(depth).map(|cell| format!("{cell}.inside()")),
                3 | 4 => {
                    self.name(Ty::Rows).map(|rows| format!("{rows}[{}]", self.numbers.below(2)))
                }
                5 => self.name(Ty::Map).map(|map| format!("{map}[\"{}\"]", self.of(&["a", "b"]))),
                6 => self.name(Ty::Two).map(|two| format!("{two}[{}]", self.numbers.below(2))),
                7 if depth < EXPRESSION_DEPTH_MAX => {
                    let (one, other) = (self.list(depth + 1), self.list(depth + 1));
                    Some(format!("either({one}, {other})"))
                }
                8 => self.derived(),
                9 | 10 => self.nested_list(),
                _ => self.name(Ty::List),
            };
            if let Some(found) = found {
                return found;
            }
        }
        "fresh()".to_owned()
    }

    /// One of the lists in something, by what the prelude gives of it.
    fn derived(&mut self) -> Option<String> {
        let number = self.numbers.below(2);
        Some(match self.numbers.below(9) {
            0 => format!("max({}, key=fn(it): it[0])", self.name(Ty::Rows)?),
            1 => format!("reversed({})[{number}]", self.name(Ty::Rows)?),
            2 => format!("{}[0:2][{number}]", self.name(Ty::Rows)?),
            3 => format!("(list({}) + [fresh()])[{number}]", self.name(Ty::Rows)?),
            4 => format!("sorted({}, key=fn(it): it[0])[{number}]", self.name(Ty::Rows)?),
            5 => format!("{}.get(\"a\", fresh())", self.name(Ty::Map)?),
            6 => format!("list({}.values())[{number}]", self.name(Ty::Map)?),
            7 => format!("zip({0}, {0})[{number}][1]", self.name(Ty::Rows)?),
            _ => format!("wrap(fn(): {}).unwrap()", self.name(Ty::List)?),
        })
    }

    /// A list that can be named: no new one.
    pub(super) fn known_list(&mut self) -> Option<String> {
        let list = self.list(EXPRESSION_DEPTH_MAX);
        (list != "fresh()").then_some(list)
    }

    /// A list to put somewhere: mostly a new one, so that there are trees.
    pub(super) fn part(&mut self) -> String {
        if self.one_in(3) { self.list(1) } else { "fresh()".to_owned() }
    }

    pub(super) fn cell(&mut self, depth: usize) -> Option<String> {
        if depth <= EXPRESSION_DEPTH_MAX
            && self.one_in(3)
            && let Some(pair) = self.name(Ty::Pair)
        {
            return Some(format!("{pair}.{}", self.of(&["left", "right"])));
        }
        self.name(Ty::Cell)
    }

    pub(super) fn value(&mut self, ty: Ty) -> Option<String> {
        Some(match ty {
            Ty::List => "fresh()".to_owned(),
            Ty::Rows => format!("mutable_list([{}, {}])", self.part(), self.part()),
            Ty::Map => {
                format!("mutable_map({{\"a\": {}, \"b\": {}}})", self.part(), self.part())
            }
            Ty::Cell if self.one_in(2) => "Cell()".to_owned(),
            Ty::Cell => format!("Cell(items={})", self.part()),
            Ty::Pair => {
                let one = if self.one_in(3) { self.cell(0) } else { None };
                let one = one.unwrap_or_else(|| "Cell()".to_owned());
                format!("Pair(left={one}, right=Cell(items={}))", self.part())
            }
            Ty::Two => format!("({}, {})", self.part(), self.part()),
            Ty::Maybe => format!("Some({})", self.part()),
            Ty::Load => format!("Load.Full({})", self.part()),
            Ty::Node if self.one_in(2) => format!("chain({})", self.numbers.below(4)),
            Ty::Node if self.one_in(3) => format!("ring({})", self.numbers.below(3)),
            Ty::Node => format!("Node(items={}, next=Some(chain(1)))", self.part()),
            Ty::Cube => {
                let rows = self.name(Ty::Rows).filter(|_| self.one_in(3));
                let rows = rows.or_else(|| self.value(Ty::Rows))?;
                format!("mutable_list([{rows}, mutable_list([fresh(), {}])])", self.part())
            }
            Ty::Joins | Ty::Fills | Ty::Keeps => self.passed_function(ty),
            Ty::Does => self.of(&["read", "change", "ends"]).to_owned(),
            Ty::Channel => "channel[mutable_list[int]](buffer=8)".to_owned(),
            Ty::Channels => "channel[channel[mutable_list[int]]](buffer=8)".to_owned(),
            Ty::Guard => format!("mutex({})", self.part()),
            Ty::Shared => format!("rwlock({})", self.part()),
            Ty::Pool => format!("mutex({})", self.value(Ty::Rows)?),
            Ty::Held => format!("mutex({})", self.value(Ty::Cell)?),
            Ty::Keyed => format!("mutex({})", self.value(Ty::Map)?),
            _ => return None,
        })
    }

    /// An argument: something that is there, or something new.
    pub(super) fn argument(&mut self, ty: Ty) -> Option<String> {
        if ty == Ty::List {
            return Some(self.list(1));
        }
        self.name(ty).or_else(|| self.value(ty))
    }

    /// A call of a generated function on values that are new, so that what is in it runs.
    pub(super) fn call_first(&mut self, at: usize) {
        let (name, params) = (self.helpers[at].name.clone(), self.helpers[at].params.clone());
        let before = self.names.len();
        for ty in params {
            if let Some(value) = self.value(ty) {
                self.bind(ty, &value);
            }
        }
        let args: Vec<&str> = self.names[before..].iter().map(|(name, _)| &**name).collect();
        let call = format!("{name}({})", args.join(", "));
        self.line(&call);
    }

    /// A call of a generated function.
    pub(super) fn helper_call(&mut self) -> Option<(String, Option<Ty>)> {
        let count = self.helpers.len();
        let at = (count > 0).then(|| self.numbers.below(count))?;
        let (params, gives) = (self.helpers[at].params.clone(), self.helpers[at].gives);
        let args: Option<Vec<String>> = params.into_iter().map(|ty| self.argument(ty)).collect();
        Some((format!("{}({})", self.helpers[at].name, args?.join(", ")), gives))
    }

    /// A call that a task or a `defer` can be made of.
    pub(super) fn task_call(&mut self) -> Option<String> {
        if self.one_in(4)
            && let Some((call, _)) = self.helper_call()
        {
            return Some(call);
        }
        Some(match self.numbers.below(10) {
            7 => self.passing_call()?,
            8 => self.nested_call()?,
            9 => format!("{}({})", self.name(Ty::Does)?, self.known_list()?),
            0 | 1 => format!("read({})", self.known_list()?),
            2 | 3 => format!("change({})", self.known_list()?),
            4 => format!("{}.bump()", self.cell(0)?),
            5 => format!("keep({}, {})", self.name(Ty::Rows)?, self.list(1)),
            _ => format!("{}()", self.name(Ty::Closure)?),
        })
    }

    /// A call of a function that is passed one and runs it.
    pub(super) fn passing_call(&mut self) -> Option<String> {
        Some(match self.numbers.below(5) {
            0 => format!("twice({})", self.name(Ty::Closure)?),
            1 => format!("both({}, {})", self.name(Ty::Closure)?, self.name(Ty::Closure)?),
            2 | 3 => {
                let (one, other) = (self.known_list()?, self.known_list()?);
                format!("lend({}, {one}, {other})", self.lambda()?)
            }
            _ => format!("own({})", self.lambda()?),
        })
    }

    /// A function of a list, which may use names from here.
    pub(super) fn lambda(&mut self) -> Option<String> {
        let it = self.fresh_name(Ty::List);
        let does = match self.numbers.below(6) {
            0 => format!("read({it}) + read({})", self.known_list()?),
            1 => format!("change({})", self.known_list()?),
            2 => format!("change({it})"),
            3 => format!("ends({})", self.known_list()?),
            _ => format!("ends({it})"),
        };
        Some(format!("fn({it}: mutable_list[int]): {does}"))
    }
}
