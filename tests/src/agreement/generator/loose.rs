//! Statements as they come.

use super::writer::{Extra, Writer};

/// Blocks nest no deeper.
const DEPTH_MAX: usize = 2;
/// In so many of a hundred statements it is one of the program's extras.
const EXTRA: usize = 30;

impl Writer {
    pub(super) fn loose(&mut self) {
        self.objects();
        if self.chance(20) {
            self.statements(1, 0, 2);
        }
        self.scope(1);
        if self.chance(30) {
            self.statements(1, 0, 2);
        }
    }

    fn scope(&mut self, depth: usize) {
        let (header, is_timed, scope) = self.options();
        self.line(depth, &header);
        let mut joined = Vec::new();
        for _ in 0..=self.below(3) {
            if is_timed && self.chance(25) {
                self.line(depth + 1, "spawn sleep(2.seconds)");
                continue;
            }
            if let Some(scope) = scope.as_ref().filter(|_| self.chance(30)) {
                let (channel, count) = (self.channel(), self.below(3));
                self.line(depth + 1, &format!("start({scope}, {channel}, {count})"));
                continue;
            }
            if self.has(Extra::Call) && self.chance(40) {
                let call = self.call();
                self.line(depth + 1, &format!("spawn {call}"));
                continue;
            }
            let name = self.names_tasks().then(|| self.name("t"));
            let begin = name.as_ref().map_or_else(String::new, |name| format!("{name} = "));
            self.line(depth + 1, &format!("{begin}spawn:"));
            if self.chance(if self.has(Extra::Defer) { 50 } else { 15 }) {
                let channel = self.channel();
                self.line(depth + 2, &format!("defer {channel}.close()"));
            }
            self.statements(depth + 2, 0, 3);
            joined.extend(name);
        }
        if self.chance(60) {
            self.statements(depth + 1, 0, 3);
        }
        self.joins(depth + 1, &joined);
        if !joined.is_empty() && self.chance(40) {
            self.statements(depth + 1, 0, 2);
        }
        if is_timed {
            self.line(depth, "else:");
            self.line(depth + 1, "print(0)");
            if self.chance(40) {
                self.statements(depth + 1, DEPTH_MAX, 1);
            }
        }
    }

    /// From one to so many statements.
    fn statements(&mut self, depth: usize, nested: usize, count: usize) {
        for _ in 0..=self.below(count) {
            self.statement(depth, nested);
        }
    }

    fn statement(&mut self, depth: usize, nested: usize) {
        if self.chance(EXTRA) && self.extra(depth, nested) {
            return;
        }
        let channel = self.channel();
        let may_nest = nested < DEPTH_MAX;
        match self.below(100) {
            0..28 => self.line(depth, &format!("{channel}.send({nested})")),
            28..46 => self.line(depth, &format!("print({channel}.receive())")),
            46..55 => self.line(depth, &format!("{channel}.close()")),
            55..63 if may_nest => {
                self.line(depth, &format!("for x in {channel}:"));
                self.line(depth + 1, "print(x)");
            }
            63..69 => self.line(depth, &format!("print({channel}.try_send(1))")),
            69..73 => self.line(depth, &format!("print({channel}.next())")),
            73..84 if may_nest && self.locks > 0 => {
                let lock = self.below(self.locks);
                self.line(depth, &format!("with m{lock}.lock() as v{nested}:"));
                self.line(depth + 1, &format!("v{nested} += 1"));
                if self.chance(70) {
                    self.statements(depth + 1, nested + 1, 2);
                }
            }
            84..86 => self.line(depth, "s.set()"),
            86..88 => self.line(depth, "s.wait()"),
            88..92 if may_nest => {
                let rounds = 1 + self.below(2);
                self.line(depth, &format!("for _ in range({rounds}):"));
                self.statement(depth + 1, DEPTH_MAX);
            }
            92..97 if may_nest => self.select(depth, &channel),
            _ => self.line(depth, &format!("print({channel}.len())")),
        }
    }

    /// A statement that one of the program's extras is about, if there is one.
    fn extra(&mut self, depth: usize, nested: usize) -> bool {
        let channel = self.channel();
        let may_nest = nested < DEPTH_MAX;
        match self.any_extra() {
            Some(Extra::Semaphore) if may_nest && self.chance(60) => {
                self.block(depth, nested, "with p.acquire():");
            }
            Some(Extra::Semaphore) => self.one_of(depth, &["p.acquire()", "p.release()"]),
            Some(Extra::ReadWrite) if may_nest => {
                let how = ["read", "read", "write"][self.below(3)];
                self.block(depth, nested, &format!("with r.{how}() as w{nested}:"));
            }
            Some(Extra::Atom) => {
                let swap = "print(a.swap(fn(n): n + 1))";
                self.one_of(depth, &["a.set(1)", "print(a.get())", swap]);
            }
            Some(Extra::Timeout | Extra::Choice) if may_nest => self.select(depth, &channel),
            Some(Extra::Defer) => {
                let (closes, sends) =
                    (format!("defer {channel}.close()"), format!("defer {channel}.send(9)"));
                self.one_of(depth, &[&closes, &sends, "defer s.set()"]);
            }
            Some(Extra::EarlyReturn) if may_nest => self.early_return(depth, &channel),
            Some(Extra::Nested) if nested == 0 => {
                self.line(depth, "concurrent:");
                self.line(depth + 1, "spawn:");
                self.statements(depth + 2, DEPTH_MAX, 2);
                if self.chance(50) {
                    self.statements(depth + 1, DEPTH_MAX, 1);
                }
            }
            Some(Extra::Call) => {
                let call = self.call();
                self.line(depth, &call);
            }
            Some(Extra::Failure) if self.chance(50) => self.line(depth, "panic(\"x\")"),
            Some(Extra::Failure) => {
                let name = self.name("e");
                let ends = ["receive()", "send(4)", "close()"][self.below(3)];
                self.line(depth, &format!("{name} = attempt {channel}.{ends}"));
                self.line(depth, &format!("print({name}.is_ok())"));
            }
            Some(Extra::Supervised) if self.chance(40) => self.line(depth, "panic(\"x\")"),
            Some(Extra::Barrier) => self.line(depth, "b.wait()"),
            Some(Extra::Cancel) => self.line(depth, "sleep(1.seconds)"),
            Some(Extra::Detach) => {
                let call = self.call();
                self.line(depth, &format!("detach {call}"));
            }
            Some(Extra::When) if may_nest && self.locks > 0 => {
                let lock = self.below(self.locks);
                let header = format!("with m{lock}.lock() as v{nested} when v{nested} >= 0:");
                self.block(depth, nested, &header);
            }
            Some(Extra::Parallel) if may_nest => {
                let name = self.name("n");
                self.line(depth, &format!("parallel for {name} in range(2):"));
                self.one_of(
                    depth + 1,
                    &[&format!("print({name})"), &format!("{channel}.send({name})")],
                );
            }
            Some(Extra::Condition) => self.failure_if(depth, &channel),
            Some(Extra::List) => {
                let position = self.below(4);
                let ends = ["send(5)", "try_send(5)", "close()", "receive()"][self.below(4)];
                let line = format!("l[{position}].{ends}");
                match self.chance(40) {
                    true => {
                        let name = self.name("e");
                        self.line(depth, &format!("{name} = attempt {line}"));
                        self.line(depth, &format!("print({name}.is_ok())"));
                    }
                    false if ends == "close()" || ends == "send(5)" => self.line(depth, &line),
                    false => self.line(depth, &format!("print({line})")),
                }
            }
            _ => return false,
        }
        true
    }

    fn one_of(&mut self, depth: usize, lines: &[&str]) {
        let line = lines[self.below(lines.len())];
        self.line(depth, line);
    }

    /// A block, mostly with something in it that others can see.
    fn block(&mut self, depth: usize, nested: usize, header: &str) {
        self.line(depth, header);
        self.line(depth + 1, "print(0)");
        if self.chance(70) {
            self.statements(depth + 1, nested + 1, 1);
        }
    }

    fn early_return(&mut self, depth: usize, channel: &str) {
        let (sent, closed) =
            (format!("if {channel}.try_send(3):"), format!("if {channel}.closed():"));
        self.one_of(depth, &[&sent, &closed, "if s.is_set():"]);
        if self.chance(30) {
            self.statement(depth + 1, DEPTH_MAX);
        }
        self.line(depth + 1, "return");
    }

    /// A failure behind a condition. None on a value that was sent: the check lets it go either way, and in a run
    /// it goes one.
    fn failure_if(&mut self, depth: usize, channel: &str) {
        if self.chance(50) {
            self.line(depth, &format!("if {channel}.try_send(3):"));
        } else {
            self.one_of(depth, &[&format!("if {channel}.closed():"), "if s.is_set():"]);
        }
        self.line(depth + 1, "panic(\"x\")");
    }

    fn call(&mut self) -> String {
        let (channel, count) = (self.channel(), self.below(3));
        match self.below(4) {
            0 => format!("give({channel}, {count})"),
            1 => format!("serve({channel}, {count})"),
            2 if self.locks > 0 => format!("guarded(m{}, {channel})", self.below(self.locks)),
            _ => format!("drain({channel})"),
        }
    }

    fn select(&mut self, depth: usize, channel: &str) {
        if self.has(Extra::Choice) && self.chance(50) {
            return self.select_until(depth, channel);
        }
        self.line(depth, "select:");
        self.line(depth + 1, &format!("case x from {channel}:"));
        self.line(depth + 2, "print(x)");
        if self.chance(50) {
            let other = self.channel();
            self.line(depth + 1, &format!("case {other}.send(7):"));
            self.line(depth + 2, "print(7)");
        }
        if self.chance(30) {
            self.line(depth + 1, &format!("case closed {channel}:"));
            self.line(depth + 2, "print(0)");
        }
        if self.has(Extra::Choice) && self.chance(50) {
            self.line(depth + 1, "case s.wait():");
            self.line(depth + 2, "print(2)");
        }
        if self.has(Extra::Timeout) && self.chance(60) {
            self.line(depth + 1, "case timeout(1.seconds):");
            self.line(depth + 2, "print(3)");
        } else if self.chance(30) {
            self.line(depth + 1, "else:");
            self.line(depth + 2, "print(1)");
        }
    }

    /// A loop that serves one channel until something else comes.
    fn select_until(&mut self, depth: usize, channel: &str) {
        let other = self.channel();
        let (closed, stop) = (format!("case closed {channel}:"), format!("case _ from {other}:"));
        self.line(depth, "while true:");
        self.line(depth + 1, "select:");
        self.line(depth + 2, &format!("case x from {channel}:"));
        self.line(depth + 3, "print(x)");
        self.one_of(depth + 2, &["case s.wait():", &closed, &stop]);
        self.line(depth + 3, "break");
    }
}
