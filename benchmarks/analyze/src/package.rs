//! Packages of any size: modules of declarations as programs have them, with nothing wrong in them.
//!
//! Each module imports some that were made before it, near ones and far ones, and uses what they declare.
//!
//! What it is not: bodies that compute, which `body` makes. Invariant: the same seed, lines and modules
//! give the same package.

use crate::body;
use crate::random::Random;

/// A module.
pub struct Module {
    pub path: String,
    pub text: String,
    /// Functions that take two ints and give one.
    functions: Vec<String>,
    /// Structs of orders.
    orders: Vec<String>,
}

/// A package of so many lines, spread evenly over so many modules.
pub fn package(lines: usize, modules: usize, seed: u64) -> Vec<Module> {
    let mut package = Vec::new();
    for number in 0..modules {
        add_module(&mut package, format!("module_{number}"), lines / modules, seed);
    }
    package
}

/// A module of so many lines more.
pub fn add_module(package: &mut Vec<Module>, name: String, lines: usize, seed: u64) {
    let seed = seed.wrapping_mul(1_000_003).wrapping_add(package.len() as u64 + 1);
    let mut writer = Writer { random: Random::new(seed), ..Writer::default() };
    writer.imports(package);
    while writer.lines < lines {
        writer.declaration();
    }
    let (functions, orders) = (writer.known, writer.orders);
    package.push(Module { path: format!("src/{name}.weir"), text: writer.out, functions, orders });
}

impl Module {
    fn name(&self) -> &str {
        self.path.trim_start_matches("src/").trim_end_matches(".weir")
    }
}

#[derive(Default)]
struct Writer {
    random: Random,
    out: String,
    lines: usize,
    next: usize,
    /// Functions that take two ints and give one.
    known: Vec<String>,
    /// Such functions of other modules.
    imported: Vec<String>,
    orders: Vec<String>,
}

/// How many functions a body may choose from: those that were declared last.
const KNOWN_MAX: usize = 40;

/// How many modules a module imports.
const IMPORTS: usize = 6;

/// Half of them from so many that were made right before.
const NEAR: usize = 10;

impl Writer {
    fn add(&mut self, text: &str) {
        self.lines += text.matches('\n').count() + 1;
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// Imports modules and what they declare, and uses all of it.
    fn imports(&mut self, package: &[Module]) {
        let mut chosen: Vec<usize> = (0..IMPORTS.min(package.len()))
            .map(|index| {
                let reach = if index % 2 == 0 { NEAR } else { usize::MAX };
                package.len() - 1 - self.random.below(reach.min(package.len()))
            })
            .collect();
        chosen.sort_unstable();
        chosen.dedup();
        let mut orders = Vec::new();
        for (index, module) in chosen.into_iter().map(|index| &package[index]).enumerate() {
            let (name, Some(function)) = (module.name(), module.functions.last()) else { continue };
            if index % 2 == 0 {
                self.add(&format!("import {name}"));
                self.imported.push(format!("{name}.{function}"));
                continue;
            }
            let alias = format!("borrowed_{index}");
            let mut names = format!("{function} as {alias}");
            if let Some(order) = module.orders.last() {
                names.push_str(&format!(", {order} as Borrowed{index}"));
                orders.push(format!("Borrowed{index}"));
            }
            self.add(&format!("from {name} import {names}"));
            self.imported.push(alias);
        }
        self.add("");
        if !self.imported.is_empty() {
            self.all_imported(&orders);
        }
    }

    fn all_imported(&mut self, orders: &[String]) {
        let calls: Vec<String> = self.imported.iter().map(|name| format!("{name}(a, b)")).collect();
        let mut text = format!(
            "## All that others compute.\nfn borrowed(a: int, b: int) -> int:\n    sum = {}\n",
            calls.join(" + ")
        );
        for order in orders {
            let made = format!("{order}(id=a, customer=\"somebody\", amounts=[a, b])");
            text.push_str(&format!("    sum += {made}.total()\n"));
        }
        self.add(&format!("{text}    return sum\n"));
    }

    fn declaration(&mut self) {
        self.next += 1;
        let n = self.next;
        let size = 2 + self.random.below(40);
        match self.random.below(24) {
            0 => self.add(&format!("const LIMIT_{n}: int = {size} * 8\n")),
            1 => {
                self.orders.push(format!("Order{n}"));
                self.add(&structure(n, size));
            }
            2 => self.add(&counter(n)),
            3 => self.add(&enumeration(n)),
            4 => self.add(&generic(n)),
            5 => self.add(&pipeline(n, size)),
            6 => self.add(&guarded(n, size)),
            7 => self.add(&together(n)),
            8 => self.add(&results(n)),
            9 => self.add(&waiting(n)),
            10 => self.add(&closures(n)),
            11 => self.add(&shared(n, size)),
            12 => self.test(n),
            _ => self.function(n),
        }
    }

    fn function(&mut self, n: usize) {
        let start = self.known.len().saturating_sub(KNOWN_MAX);
        let statements = 3 + self.random.below(8);
        let known = [&self.known[start..], &self.imported].concat();
        let body = body::of_two_ints(&mut self.random, &known, statements);
        let name = format!("compute_{n}");
        self.add(&format!(
            "## Computes the {n}th figure.\nfn {name}(a: int, b: int) -> int:\n{body}"
        ));
        self.known.push(name);
    }

    fn test(&mut self, n: usize) {
        let Some(function) = self.known.last() else { return };
        let text = format!(
            "test \"figure {n} is the same twice\":\n    first = {function}(3, 4)\n    \
             assert_eq({function}(3, 4), first)\n"
        );
        self.add(&text);
    }
}

fn structure(n: usize, size: usize) -> String {
    format!(
        "## One order, as it came in.
struct Order{n}:
    id: int
    customer: str
    amounts: list[int]
    paid: bool = false

    ## What is to be paid.
    fn total(self) -> int:
        sum_so_far = 0
        for amount in self.amounts:
            sum_so_far += amount
        return sum_so_far

    fn settle(self, payment: int) -> Order{n}:
        if payment < self.total() or self.paid:
            return self
        return self.with(paid=true)

    fn label(self) -> str:
        state = \"paid\" if self.paid else \"open\"
        return f\"{{self.customer}} #{{self.id}}: {{state}}\"

fn order_{n}(id: int) -> str:
    order = Order{n}(id=id, customer=\"nobody\", amounts=[id, {size}])
    return order.settle(order.total()).label()
"
    )
}

fn counter(n: usize) -> String {
    format!(
        "## How often something happened.
mutable struct Counter{n}:
    hits: int = 0
    misses: int = 0
    names: mutable_list[str]

    fn hit(self, name: str):
        self.hits += 1
        self.names.append(name)

    fn miss(self):
        self.misses += 1

    fn share(self) -> float:
        if self.hits == 0:
            return 0.0
        return self.hits / (self.hits + self.misses)

fn count_{n}(names: list[str]) -> float:
    counter = Counter{n}(names=mutable_list[str]())
    for name in names:
        if len(name) > 3:
            counter.hit(name)
        else:
            counter.miss()
    return counter.share()
"
    )
}

fn enumeration(n: usize) -> String {
    format!(
        "## What can happen to a shipment.
enum Event{n}:
    Sent(place: str, weight: int)
    Moved(from_place: str, to_place: str)
    Lost
    Arrived(place: str)

fn describe_{n}(event: Event{n}) -> str:
    match event:
        case Sent(place, weight) if weight > 100:
            return f\"heavy, from {{place}}\"
        case Sent(place, _):
            return f\"from {{place}}\"
        case Moved(from_place, to_place):
            return f\"{{from_place}} to {{to_place}}\"
        case Lost:
            return \"lost\"
        case Arrived(place):
            return place

fn story_{n}(events: list[Event{n}]) -> list[str]:
    return [describe_{n}(event) for event in events if event != Event{n}.Lost]
"
    )
}

fn generic(n: usize) -> String {
    format!(
        "## Two values that belong together.
struct Pair{n}[A, B]:
    left: A
    right: B

fn first_{n}[T](items: list[T], otherwise: T) -> T:
    return items[0] if len(items) > 0 else otherwise

fn swap_{n}[A: shareable, B: shareable](pair: Pair{n}[A, B]) -> Pair{n}[B, A]:
    return Pair{n}(left=pair.right, right=pair.left)

fn pairs_{n}(names: list[str]) -> str:
    pair = swap_{n}(Pair{n}(left=len(names), right=first_{n}(names, \"none\")))
    return f\"{{pair.left}}: {{pair.right}}\"
"
    )
}

fn pipeline(n: usize, size: usize) -> String {
    format!(
        "## Sends numbers through two tasks and adds up what comes out.
fn pipeline_{n}(stop: int) -> int:
    numbers = channel[int](buffer={size})
    squares = channel[int]()
    total = 0
    concurrent:
        spawn:
            defer numbers.close()
            for number in range(stop):
                numbers.send(number)
        spawn:
            defer squares.close()
            for number in numbers:
                squares.send(number * number)
        for square in squares:
            total += square
    return total
"
    )
}

fn guarded(n: usize, size: usize) -> String {
    format!(
        "## Moves stock between shelves, if there is enough.
fn move_stock_{n}(shelves: mutex[mutable_map[str, int]], source: str, target: str) -> bool:
    with shelves.lock() as stock:
        if stock[source] < {size}:
            return false
        stock[source] -= {size}
        stock[target] += {size}
        return true

fn shuffle_{n}() -> int:
    stock = mutable_map[str, int]()
    stock[\"left\"] = 100
    stock[\"right\"] = 100
    shelves = mutex(stock)
    concurrent:
        for _ in range({size}):
            spawn move_stock_{n}(shelves, \"left\", \"right\")
            spawn move_stock_{n}(shelves, \"right\", \"left\")
    with shelves.lock() as stock_now:
        return stock_now[\"left\"] + stock_now[\"right\"]
"
    )
}

fn together(n: usize) -> String {
    format!(
        "## What a service answers.
struct Answer{n}:
    address: str
    status: int

fn ask_{n}(address: str) -> Answer{n}:
    sleep((10 * len(address)).milliseconds)
    return Answer{n}(address=address, status=200)

fn ask_all_{n}() -> list[Answer{n}]:
    concurrent:
        users = spawn ask_{n}(\"users.internal\")
        orders = spawn ask_{n}(\"orders.internal\")
        stock = spawn ask_{n}(\"stock.internal\")
    return [users, orders, stock]
"
    )
}

fn results(n: usize) -> String {
    format!(
        "fn parse_{n}(text: str) -> Result[int, str]:
    if not text.startswith(\"n=\"):
        return Err(f\"{{text!r}} is no number\")
    return len(text) - 2

fn add_{n}(one: str, other: str) -> Result[int, str]:
    left = parse_{n}(one)?
    right = parse_{n}(other)?
    return left + right

fn show_{n}(one: str, other: str) -> str:
    match add_{n}(one, other):
        case Ok(total):
            return str(total)
        case Err(message):
            return message
"
    )
}

fn waiting(n: usize) -> String {
    format!(
        "## Waits for a value, but not for ever.
fn patient_{n}(values: channel[int], patience: duration) -> Option[int]:
    select:
        case value from values:
            return Some(value)
        case timeout(patience):
            return None

fn hurried_{n}() -> int:
    values = channel[int](buffer=1)
    concurrent:
        spawn:
            values.send(7)
        received = spawn patient_{n}(values, 50.milliseconds)
    return received.unwrap_or(0)
"
    )
}

fn closures(n: usize) -> String {
    format!(
        "fn apply_{n}(items: list[int], f: fn(int) -> int) -> list[int]:
    return [f(item) for item in items]

fn closures_{n}(factor: int) -> int:
    scaled = apply_{n}([1, 2, 3], fn(item): item * factor)
    shifted = parallel_map(scaled, fn(item: int): item + factor)
    return parallel_reduce(shifted, 0, fn(a: int, b: int): a + b)
"
    )
}

fn shared(n: usize, size: usize) -> String {
    format!(
        "tasklocal request_{n}: str = \"-\"

fn handle_{n}(handled: atom[int], name: str):
    with request_{n} = name:
        if len(request_{n}) > 1:
            handled.swap(fn(count): count + 1)

fn serve_{n}() -> int:
    handled = atom(0)
    places = semaphore({size})
    concurrent limit({size}):
        for number in range({size}):
            spawn:
                with places.acquire():
                    handle_{n}(handled, f\"request {{number}}\")
    return handled.get()
"
    )
}
