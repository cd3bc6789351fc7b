//! One mistake gives one finding: a program without any, and what each single change to it is told.
//!
//! Each change is a pair of texts, the first of which stands once in the program.

use weir_analyzer::{Database, diagnostics::file_diagnostics};

const CLEAN: &str = r#"
const LIMIT: int = 3

enum Command:
    Put(key: str, amount: int)
    Drop(key: str)
    Stop

struct Entry:
    key: str
    amount: int = 0

    fn label(self) -> str:
        return f"{self.key}: {self.amount}"

    fn plus(self, more: int) -> Entry:
        return self.with(amount=self.amount + more)

mutable struct Store:
    entries: mutable_map[str, Entry]
    changes: int = 0

    fn put(self, key: str, amount: int):
        known = self.entries.get(key, Entry(key))
        self.entries[key] = known.plus(amount)
        self.changes += 1

struct Pair[A, B]:
    first: A
    second: B

fn first_or[T](items: list[T], otherwise: T) -> T:
    return items[0] if len(items) > 0 else otherwise

fn parse(text: str) -> Result[Command, str]:
    words = text.split(" ")
    if len(words) < 2:
        return Err(f"too short: {text}")
    if words[0] == "drop":
        return Command.Drop(words[1])
    return Command.Put(words[1], len(words))

fn apply(store: Store, command: Command) -> bool:
    match command:
        case Put(key, amount):
            store.put(key, amount)
        case Drop(key):
            store.put(key, 0)
        case Stop:
            return false
    return true

fn both(left: str, right: str) -> Result[Pair[Command, Command], str]:
    one = parse(left)?
    other = parse(right)?
    return Pair(one, other)

fn total(entries: list[Entry]) -> int:
    amount = 0
    for entry in entries:
        amount += entry.amount
    return amount

fn report(store: Store) -> str:
    entries = list(store.entries.values())
    labels = [entry.label() for entry in entries]
    return f"{total(entries)} in {first_or(labels, "none")}"

fn main():
    store = Store(mutable_map())
    commands = channel[Command](buffer=LIMIT)
    concurrent:
        spawn:
            defer commands.close()
            commands.send(Command.Put("a", 1))
            commands.send(Command.Drop("b"))
            commands.send(Command.Stop)
        for command in commands:
            if not apply(store, command):
                break
    match both("put a", "drop b"):
        case Ok(pair):
            print(apply(store, pair.first), apply(store, pair.second))
        case Err(why):
            print(why)
    print(report(store))
"#;

/// What is changed, into what, and the one code that follows.
const CHANGES: &[(&str, &str, &str)] = &[
    // Names.
    ("words = text.split", "wrods = text.split", "N001"),
    ("amount = 0\n    for", "amuont = 0\n    for", "N001"),
    ("labels = [entry.label()", "labels = [entyr.label()", "N001"),
    ("store = Store(", "store = Stroe(", "N001"),
    ("one = parse(left)?", "one = prase(left)?", "N001"),
    ("buffer=LIMIT", "buffer=LIMTI", "N001"),
    ("case Err(why):\n            print(why)", "case Err(why):\n            print(wyh)", "N001"),
    // Types in declarations.
    ("store: Store, command: Command", "store: Stroe, command: Command", "N001"),
    ("Result[Command, str]", "Result[Comand, str]", "N001"),
    ("entries: mutable_map[str, Entry]", "entries: mutable_map[str, Entri]", "N001"),
    ("Put(key: str, amount: int)", "Put(key: str, amount: integer)", "N001"),
    ("fn total(entries: list[Entry])", "fn total(entries: list[Entry, int])", "T002"),
    ("Result[Pair[Command, Command], str]", "Result[Pair[Command], str]", "T002"),
    ("channel[Command](", "channel[Command, int](", "T002"),
    ("const LIMIT: int = 3", "const LIMIT: int = \"3\"", "T001"),
    ("amount: int = 0\n\n    fn label", "amount: int = \"\"\n\n    fn label", "T001"),
    ("items: list[T], otherwise: T", "items: list[T], otherwise: T, items: int = 0", "N002"),
    // Calls.
    ("print(apply(store, pair.first)", "print(apply(pair.first)", "T002"),
    ("commands.send(Command.Stop)", "commands.send()", "T002"),
    ("Command.Put(\"a\", 1)", "Command.Put(\"a\")", "T002"),
    ("Command.Drop(\"b\")", "Command.Drop(key=\"b\", amount=1)", "T002"),
    ("Entry(key)", "Entry(name=key)", "T002"),
    ("self.with(amount=", "self.with(amuont=", "T002"),
    ("Command.Put(\"a\", 1)", "Command.Put(1, 1)", "T001"),
    ("store.put(key, 0)", "store.put(key, \"0\")", "T001"),
    ("first_or(labels, \"none\")", "first_or(labels, 0)", "T001"),
    ("print(report(store))", "print(report(store)())", "T004"),
    // Members.
    ("text.split(\" \")", "text.splits(\" \")", "T003"),
    ("amount += entry.amount", "amount += entry.amuont", "T003"),
    ("self.changes += 1", "self.chnages += 1", "T003"),
    ("store.put(key, amount)", "store.putt(key, amount)", "T003"),
    ("Command.Drop(words[1])", "Command.Dorp(words[1])", "T003"),
    ("pair.second)", "pair.sceond)", "T003"),
    ("commands.close()", "commands.finish()", "T003"),
    // Values.
    ("if len(words) < 2", "if len(words)", "T001"),
    ("if len(words) < 2", "if words < 2", "T001"),
    ("return amount\n", "return str(amount)\n", "T001"),
    ("for entry in entries:", "for entry in len(entries):", "T004"),
    ("amount += entry.amount", "amount += entry.key", "T001"),
    ("known.plus(amount)", "known.plus(amount).amount", "T001"),
    ("other = parse(right)?", "other = len(right)?", "T001"),
    ("self.changes += 1", "self.changes = 1.5", "T001"),
    (
        "return self.with(amount=self.amount + more)",
        "self.amount += more\n        return self",
        "T004",
    ),
    // Paths.
    ("    return true\n", "    print(true)\n", "T008"),
    ("    return amount\n", "    print(amount)\n", "T008"),
    ("print(report(store))", "print(parse(report(store))?)", "T009"),
    ("        case Stop:\n            return false\n", "", "T006"),
    ("case Stop:", "case Halt():", "T003"),
    ("case Put(key, amount):", "case Put(key, amount, more):", "T002"),
    ("case Ok(pair):", "case Some(pair):", "T001"),
    ("case Drop(key):\n", "case Drop(1):\n", "T001"),
    // Syntax.
    ("if words[0] == \"drop\":", "if words[0] = \"drop\":", "S001"),
    ("struct Entry:\n    key: str\n", "struct Entry:\n    key str\n", "S001"),
    ("Put(key: str, amount: int)", "Put(str, amount: int)", "S001"),
    ("    one = parse(left)?", "    one = parse(left)?)", "S001"),
    ("fn total(entries: list[Entry]) -> int:", "fn total(entries: list[Entry] -> int:", "S001"),
    ("first: A\n", "first: \n", "S001"),
    ("commands.send(Command.Stop)", "commands.send(Command.)", "S001"),
    ("    match command:", "    match command", "S001"),
];

fn codes(text: &str) -> Vec<String> {
    let mut db = Database::default();
    let file = db.set_file("test.weir", text);
    let found = file_diagnostics(&db, file);
    found.iter().map(|found| format!("{} {}", found.code, found.message)).collect()
}

#[test]
fn the_program_is_free_of_findings() {
    assert_eq!(codes(CLEAN), Vec::<String>::new());
}

#[test]
fn one_mistake_gives_one_finding() {
    let mut wrong = Vec::new();
    for (from, to, code) in CHANGES {
        assert_eq!(CLEAN.matches(from).count(), 1, "{from}");
        let found = codes(&CLEAN.replace(from, to));
        if found.len() != 1 || !found[0].starts_with(code) {
            wrong.push(format!("{from:?} to {to:?}: {code} alone, but {found:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}\n{}", wrong.len(), CHANGES.len(), wrong.join("\n"));
}

#[test]
fn a_parenthesis_left_open_before_a_colon_is_one_finding() {
    let text = CLEAN.replace("if not apply(store, command):", "if not apply(store, command:");
    assert_eq!(codes(&text).len(), 1, "{:#?}", codes(&text));
}
