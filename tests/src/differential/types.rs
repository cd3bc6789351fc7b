//! The types of generated programs, and the declarations that every one begins with.

/// A type that a name of a generated program can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ty {
    List,
    Rows,
    Map,
    Cell,
    Pair,
    Two,
    Maybe,
    Load,
    /// A node of a chain.
    Node,
    /// A list of rows.
    Cube,
    Channel,
    Channels,
    Guard,
    Shared,
    /// A lock around lists.
    Pool,
    /// A lock around a cell.
    Held,
    /// A lock around a map.
    Keyed,
    /// A task that gives an int, inside of its scope.
    TaskInt,
    /// A task that gives a list, inside of its scope.
    TaskList,
    /// A list of tasks that give ints, inside of their scope.
    Tasks,
    /// A nested function that takes and gives nothing.
    Closure,
    /// A list of such.
    Closures,
    /// A function that takes a list and gives an int.
    Does,
    /// A function of two cells.
    Joins,
    /// A function of rows.
    Fills,
    /// A function of a list.
    Keeps,
    /// An open scope.
    Scope,
}

impl Ty {
    /// Locks around what has lists in it.
    pub(super) const POOLS: [Self; 3] = [Self::Pool, Self::Held, Self::Keyed];

    /// Those that a parameter of a generated function can have.
    pub(super) const PARAMS: [Self; 11] = [
        Self::List,
        Self::List,
        Self::Rows,
        Self::Map,
        Self::Cell,
        Self::Pair,
        Self::Channel,
        Self::Guard,
        Self::Pool,
        Self::Maybe,
        Self::Node,
    ];

    /// Those that a new name can have.
    pub(super) const NEW: [Self; 21] = [
        Self::List,
        Self::List,
        Self::List,
        Self::Rows,
        Self::Rows,
        Self::Map,
        Self::Cell,
        Self::Cell,
        Self::Pair,
        Self::Two,
        Self::Maybe,
        Self::Load,
        Self::Node,
        Self::Node,
        Self::Cube,
        Self::Does,
        Self::Channel,
        Self::Guard,
        Self::Pool,
        Self::Held,
        Self::Keyed,
    ];

    /// As a signature says it.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::List => "mutable_list[int]",
            Self::Rows => "mutable_list[mutable_list[int]]",
            Self::Map => "mutable_map[str, mutable_list[int]]",
            Self::Cell => "Cell",
            Self::Pair => "Pair",
            Self::Two => "(mutable_list[int], mutable_list[int])",
            Self::Maybe => "Option[mutable_list[int]]",
            Self::Load => "Load",
            Self::Node => "Node",
            Self::Cube => "mutable_list[mutable_list[mutable_list[int]]]",
            Self::Channel => "channel[mutable_list[int]]",
            Self::Channels => "channel[channel[mutable_list[int]]]",
            Self::Guard => "mutex[mutable_list[int]]",
            Self::Shared => "rwlock[mutable_list[int]]",
            Self::Pool => "mutex[mutable_list[mutable_list[int]]]",
            Self::Held => "mutex[Cell]",
            Self::Keyed => "mutex[mutable_map[str, mutable_list[int]]]",
            Self::TaskInt => "Task[int]",
            Self::TaskList => "Task[mutable_list[int]]",
            Self::Tasks => "mutable_list[Task[int]]",
            Self::Closure => "mutable fn() -> ()",
            Self::Closures => "mutable_list[mutable fn()]",
            Self::Does => "fn(mutable_list[int]) -> int",
            Self::Joins => "mutable fn(Cell, Cell)",
            Self::Fills => "mutable fn(mutable_list[mutable_list[int]])",
            Self::Keeps => "mutable fn(mutable_list[int])",
            Self::Scope => "scope",
        }
    }

    /// What its names begin with.
    pub(super) fn letter(self) -> &'static str {
        match self {
            Self::List => "xs",
            Self::Rows => "rows",
            Self::Map => "map",
            Self::Cell => "cell",
            Self::Pair => "pair",
            Self::Two => "two",
            Self::Maybe => "maybe",
            Self::Load => "load",
            Self::Node => "node",
            Self::Cube => "cube",
            Self::Channel => "ch",
            Self::Channels => "chs",
            Self::Guard => "guard",
            Self::Shared => "shared",
            Self::Pool => "pool",
            Self::Held => "held",
            Self::Keyed => "keyed",
            Self::TaskInt | Self::TaskList => "t",
            Self::Tasks => "ts",
            Self::Closure => "act",
            Self::Closures => "acts",
            Self::Does => "does",
            Self::Joins | Self::Fills | Self::Keeps => "f",
            Self::Scope => "s",
        }
    }
}

/// What every generated program begins with. `coin` is decided by the schedule, so every path that
/// the program has is taken by some run.
pub(super) const PREAMBLE: &str = "\
import random

mutable struct Cell:
    n: int = 0
    items: mutable_list[int] = mutable_list([0, 0, 0, 0])
    fn bump(self):
        self.n += 1
    fn put(self, xs: mutable_list[int]):
        self.items = xs
    fn total(self) -> int:
        return self.n + len(self.items)
    fn inside(self) -> mutable_list[int]:
        return self.items

mutable struct Pair:
    left: Cell
    right: Cell
    fn turn(self):
        self.left, self.right = self.right, self.left

enum Load:
    Full(items: mutable_list[int])
    Empty

mutable struct Node:
    items: mutable_list[int] = mutable_list([0, 0])
    next: Option[Node] = None
    prev: Option[Node] = None
    kids: mutable_list[Node] = mutable_list[Node]()

fn coin() -> bool:
    return random.random() < 0.5

fn note(n: int):
    pass

fn fresh() -> mutable_list[int]:
    return mutable_list([1, 2, 3, 4])

fn read(xs: mutable_list[int]) -> int:
    return len(xs) + sum(xs)

fn change(xs: mutable_list[int]) -> int:
    xs.append(1)
    return 1

fn same(xs: mutable_list[int]) -> mutable_list[int]:
    xs[0] = 7
    return xs

fn either(a: mutable_list[int], b: mutable_list[int]) -> mutable_list[int]:
    return a if coin() else b

fn keep(rows: mutable_list[mutable_list[int]], xs: mutable_list[int]):
    rows.append(xs)

fn last(rows: mutable_list[mutable_list[int]]) -> mutable_list[int]:
    return rows.pop()

fn pooled(pool: mutex[mutable_list[mutable_list[int]]]) -> mutable_list[int]:
    with pool.lock() as rows:
        rows.append(fresh())
        return rows.pop(0)

fn hand(pool: mutex[mutable_list[mutable_list[int]]], xs: mutable_list[int]):
    with pool.lock() as rows:
        rows.append(xs)

fn give(ch: channel[mutable_list[int]], xs: mutable_list[int]):
    ch.send(xs)

fn start(s: scope, xs: mutable_list[int]):
    spawn in s change(xs)

fn ends(xs: mutable_list[int]) -> int:
    return len(xs.freeze())

fn twice(f: mutable fn()):
    f()
    f()

fn each(fs: mutable_list[mutable fn()]):
    parallel for f in fs:
        f()

fn wrap(f: mutable fn() -> mutable_list[int]) -> Option[mutable_list[int]]:
    return Some(f())

fn chain(n: int) -> Node:
    return Node() if n == 0 else Node(next=Some(chain(n - 1)))

fn ring(n: int) -> Node:
    first = Node()
    last = first
    for _ in range(n):
        node = Node(prev=Some(last))
        last.next = Some(node)
        last = node
    tie(last, first)
    return first

fn tie(one: Node, other: Node):
    one.next = Some(other)
    other.prev = Some(one)

fn adopt(one: Node, other: Node):
    one.kids.append(other)
    other.prev = Some(one)

fn walk(node: Node, f: mutable fn(mutable_list[int]) -> int):
    note(f(node.items))
    match node.next:
        case Some(next): walk(next, f)
        case None: pass

fn end_of(node: Node) -> mutable_list[int]:
    match node.next:
        case Some(next): return end_of(next)
        case None: return node.items

fn link(node: Node, xs: mutable_list[int]):
    match node.next:
        case Some(next): link(next, xs)
        case None: node.items = xs

fn ping(n: int, a: mutable_list[int], b: mutable_list[int]) -> mutable_list[int]:
    return a if n == 0 else pong(n - 1, b, a)

fn pong(n: int, a: mutable_list[int], b: mutable_list[int]) -> mutable_list[int]:
    return a if n == 0 else ping(n - 1, a, b)

fn hand_down(n: int, ch: channel[mutable_list[int]], xs: mutable_list[int], ys: mutable_list[int]):
    if n == 0: ch.send(xs)
    else: hand_down(n - 1, ch, ys, xs)

fn both(f: mutable fn(), g: mutable fn()):
    f()
    g()

fn lend(f: mutable fn(mutable_list[int]) -> int, xs: mutable_list[int], ys: mutable_list[int]):
    note(f(xs))
    note(len(ys))

fn wait_all(ts: mutable_list[Task[int]]) -> int:
    total = 0
    for t in ts: total += t.join()
    return total

fn drain(cell: Cell, ch: channel[mutable_list[int]]):
    ch.send(take(cell.items, fresh()))

fn trade(cell: Cell, xs: mutable_list[int], ch: channel[mutable_list[int]]):
    ch.send(take(cell.items, xs))

fn push(cell: Cell, ch: channel[mutable_list[int]]):
    xs = cell.items
    if coin(): xs = take(cell.items, fresh())
    ch.send(xs)

fn ship(rows: mutable_list[mutable_list[int]], ch: channel[mutable_list[int]]):
    if len(rows) > 1: ch.send(rows.pop())

fn made_by(f: fn() -> mutable_list[mutable_list[int]]) -> mutable_list[mutable_list[int]]:
    return f()

fn fill_with[T](to: mutable_list[T], f: fn() -> T):
    to.append(f())

fn hear(xs: mutable_list[int]):
    xs.append(2)

fn level(a: Cell, b: Cell):
    a.items = b.items

fn turn_over(a: Cell, b: Cell):
    a.items, b.items = b.items, a.items

fn keep_in(rows: mutable_list[mutable_list[int]], a: Cell, b: Cell):
    b.items = rows[0]
    rows.append(a.items)

fn pass_by(cell: Cell, xs: mutable_list[int]):
    cell.items.append(3)
    cell.items = xs

fn double_in(rows: mutable_list[mutable_list[int]]):
    xs = fresh()
    rows.append(xs)
    rows.extend([xs])

fn own(f: mutable fn(mutable_list[int]) -> int):
    xs = fresh()
    note(f(xs))
    note(len(xs))

";
