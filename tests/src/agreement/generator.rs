//! Small programs in which tasks meet: right ones and wrong ones, as they come.

use crate::edits::Numbers;

/// Neighbouring seeds give programs that have nothing in common.
const SEED_STRIDE: u64 = 7_919;

/// The program of a seed.
pub fn program(seed: u64) -> String {
    let numbers = &mut Numbers::new(seed.wrapping_mul(SEED_STRIDE));
    let mut writer = Writer { numbers, text: String::from("fn main():\n"), channels: 0, locks: 0 };
    writer.objects();
    if writer.chance(20) {
        writer.statements(1, 0, 2);
    }
    writer.line(1, "concurrent:");
    for _ in 0..=writer.numbers.below(3) {
        writer.line(2, "spawn:");
        if writer.chance(15) {
            let channel = writer.channel();
            writer.line(3, &format!("defer {channel}.close()"));
        }
        writer.statements(3, 0, 3);
    }
    if writer.chance(60) {
        writer.statements(2, 0, 3);
    }
    if writer.chance(30) {
        writer.statements(1, 0, 2);
    }
    writer.text
}

struct Writer<'a> {
    numbers: &'a mut Numbers,
    text: String,
    channels: usize,
    locks: usize,
}

/// Blocks nest no deeper.
const DEPTH_MAX: usize = 2;

impl Writer<'_> {
    fn objects(&mut self) {
        self.channels = 1 + self.numbers.below(2);
        self.locks = self.numbers.below(3);
        for channel in 0..self.channels {
            let room = ["", "buffer=1", "buffer=2"][self.numbers.below(3)];
            self.line(1, &format!("c{channel} = channel[int]({room})"));
        }
        for lock in 0..self.locks {
            self.line(1, &format!("m{lock} = mutex(0)"));
        }
        self.line(1, "s = signal()");
    }

    fn line(&mut self, depth: usize, text: &str) {
        self.text += &"    ".repeat(depth);
        self.text += text;
        self.text.push('\n');
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.numbers.below(100) < percent
    }

    fn channel(&mut self) -> String {
        format!("c{}", self.numbers.below(self.channels))
    }

    /// From one to so many statements.
    fn statements(&mut self, depth: usize, nested: usize, count: usize) {
        for _ in 0..=self.numbers.below(count) {
            self.statement(depth, nested);
        }
    }

    fn statement(&mut self, depth: usize, nested: usize) {
        let channel = self.channel();
        let may_nest = nested < DEPTH_MAX;
        match self.numbers.below(100) {
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
                let lock = self.numbers.below(self.locks);
                self.line(depth, &format!("with m{lock}.lock() as v{nested}:"));
                self.line(depth + 1, &format!("v{nested} += 1"));
                if self.chance(70) {
                    self.statements(depth + 1, nested + 1, 2);
                }
            }
            84..86 => self.line(depth, "s.set()"),
            86..88 => self.line(depth, "s.wait()"),
            88..92 if may_nest => {
                let rounds = 1 + self.numbers.below(2);
                self.line(depth, &format!("for _ in range({rounds}):"));
                self.statement(depth + 1, DEPTH_MAX);
            }
            92..97 if may_nest => self.select(depth, &channel),
            _ => self.line(depth, &format!("print({channel}.len())")),
        }
    }

    fn select(&mut self, depth: usize, channel: &str) {
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
        if self.chance(30) {
            self.line(depth + 1, "else:");
            self.line(depth + 2, "print(1)");
        }
    }
}
