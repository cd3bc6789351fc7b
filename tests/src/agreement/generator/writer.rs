//! The text of a program as it is written, and the objects that are in it.

use crate::edits::Numbers;

/// What a program may be about besides channels, mutexes and a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    Semaphore,
    ReadWrite,
    Atom,
    /// `case timeout`, and scopes with a timeout.
    Timeout,
    /// `case s.wait()` and selects that send to several.
    Choice,
    Defer,
    EarlyReturn,
    /// Scopes in tasks.
    Nested,
    /// Tasks that are joined.
    Join,
    /// Functions that get channels and locks.
    Call,
    /// Tasks that fail, and `attempt`.
    Failure,
    /// Scopes in which a failure stays one task's own.
    Supervised,
    Barrier,
    /// Tasks that are cancelled, and that sleep.
    Cancel,
    /// A list of tasks that are joined together.
    JoinAll,
    /// Tasks that belong to no scope.
    Detach,
    /// `with … when`
    When,
    /// Scopes that are passed to functions, which start tasks in them.
    Passed,
    /// Scopes with so many tasks at once.
    Limit,
    /// Scopes with a deadline.
    Deadline,
    /// `parallel for`
    Parallel,
    /// A `panic` behind a condition.
    Condition,
    /// Lists of channels, and positions that they may lack.
    List,
}

impl Extra {
    const ALL: [Self; 23] = [
        Self::Semaphore,
        Self::ReadWrite,
        Self::Atom,
        Self::Timeout,
        Self::Choice,
        Self::Defer,
        Self::EarlyReturn,
        Self::Nested,
        Self::Join,
        Self::Call,
        Self::Failure,
        Self::Supervised,
        Self::Barrier,
        Self::Cancel,
        Self::JoinAll,
        Self::Detach,
        Self::When,
        Self::Passed,
        Self::Limit,
        Self::Deadline,
        Self::Parallel,
        Self::Condition,
        Self::List,
    ];
}

/// Writes a program.
pub(super) struct Writer {
    numbers: Numbers,
    lines: Vec<(usize, String)>,
    extras: Vec<Extra>,
    pub(super) channels: usize,
    pub(super) locks: usize,
    /// How many names were made so far.
    names: usize,
}

/// Functions that take part in nothing unless they are called.
const HELPERS: &str = "\
fn give(c: channel[int], n: int):
    for i in range(n):
        c.send(i)

fn serve(c: channel[int], n: int):
    defer c.close()
    give(c, n)

fn drain(c: channel[int]):
    for x in c:
        print(x)

fn guarded(m: mutex[int], c: channel[int]):
    with m.lock() as v:
        v += 1
        c.send(v)

fn start(k: scope, c: channel[int], n: int):
    spawn in k give(c, n)

";

impl Writer {
    pub(super) fn new(mut numbers: Numbers) -> Self {
        let count = numbers.below(3);
        let extras = (0..count).map(|_| Extra::ALL[numbers.below(Extra::ALL.len())]).collect();
        Self { numbers, lines: Vec::new(), extras, channels: 0, locks: 0, names: 0 }
    }

    pub(super) fn finish(self) -> String {
        let mut text = String::new();
        if [Extra::Call, Extra::Detach, Extra::Passed].iter().any(|of| self.has(*of)) {
            text += HELPERS;
        }
        for (depth, line) in self.lines {
            text += &"    ".repeat(depth);
            text += &line;
            text.push('\n');
        }
        text
    }

    /// Declares `main`, and in it the objects.
    pub(super) fn objects(&mut self) {
        self.line(0, "fn main():");
        self.channels = 1 + self.below(2);
        self.locks = self.below(3);
        for channel in 0..self.channels {
            let room = ["", "buffer=1", "buffer=2"][self.below(3)];
            self.line(1, &format!("c{channel} = channel[int]({room})"));
        }
        for lock in 0..self.locks {
            self.line(1, &format!("m{lock} = mutex(0)"));
        }
        self.line(1, "s = signal()");
        let permits = 1 + self.below(2);
        let parties = 2 + self.below(2);
        for (extra, line) in [
            (Extra::Semaphore, format!("p = semaphore({permits})")),
            (Extra::ReadWrite, "r = rwlock(0)".to_owned()),
            (Extra::Atom, "a = atom(0)".to_owned()),
            (Extra::Barrier, format!("b = barrier({parties})")),
            (Extra::List, "l = [c0, channel[int](buffer=1)]".to_owned()),
        ] {
            if self.has(extra) {
                self.line(1, &line);
            }
        }
    }

    pub(super) fn has(&self, extra: Extra) -> bool {
        self.extras.contains(&extra)
    }

    /// Whether the program's tasks have names.
    pub(super) fn names_tasks(&self) -> bool {
        [Extra::Join, Extra::JoinAll, Extra::Cancel, Extra::Supervised]
            .into_iter()
            .any(|of| self.has(of))
    }

    /// What becomes of tasks that have names, where their scope ends.
    pub(super) fn joins(&mut self, depth: usize, tasks: &[String]) {
        let Some(task) = tasks.first() else { return };
        if self.has(Extra::Cancel) && self.chance(60) {
            self.line(depth, &format!("{task}.cancel()"));
        } else if self.has(Extra::JoinAll) && self.chance(80) {
            self.line(depth, &format!("join_all([{}])", tasks.join(", ")));
        } else if self.has(Extra::Supervised) && self.chance(50) {
            self.line(depth, &format!("print({task}.outcome().is_ok())"));
        } else if self.has(Extra::Join) || self.chance(30) {
            self.line(depth, &format!("{task}.join()"));
        }
    }

    /// The words behind `concurrent`, and whether there is a timeout among them; and the scope's name, if it
    /// has one.
    pub(super) fn options(&mut self) -> (String, bool, Option<String>) {
        let mut words = Vec::new();
        if self.has(Extra::Timeout) && self.chance(40) {
            words.push("timeout(1.seconds)".to_owned());
        } else if self.has(Extra::Deadline) && self.chance(70) {
            words.push("deadline(now() + 1.seconds)".to_owned());
        }
        let is_timed = !words.is_empty();
        if (self.has(Extra::Supervised) || self.has(Extra::Condition)) && self.chance(70) {
            words.push("supervised".to_owned());
        }
        if self.has(Extra::Limit) && self.chance(70) {
            let limit = 1 + self.below(2);
            words.push(format!("limit({limit})"));
        }
        let scope = (self.has(Extra::Passed) && self.chance(70)).then(|| self.name("k"));
        let space = if words.is_empty() { "" } else { " " };
        let named = scope.as_ref().map_or_else(String::new, |scope| format!(" as {scope}"));
        (format!("concurrent{space}{}{named}:", words.join(", ")), is_timed, scope)
    }

    /// One of the program's extras, if it has any.
    pub(super) fn any_extra(&mut self) -> Option<Extra> {
        let at = self.numbers.below(self.extras.len());
        self.extras.get(at).copied()
    }

    pub(super) fn line(&mut self, depth: usize, text: &str) {
        self.lines.push((depth, text.to_owned()));
    }

    pub(super) fn append(&mut self, depth: usize, lines: &[(usize, String)]) {
        self.lines.extend(lines.iter().map(|(more, line)| (depth + more, line.clone())));
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.numbers.below(limit)
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn channel(&mut self) -> String {
        format!("c{}", self.numbers.below(self.channels))
    }

    /// A name that no other line has.
    pub(super) fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }
}
