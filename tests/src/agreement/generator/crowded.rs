//! Programs of a few tasks that do what the search need not follow in all orders.
//!
//! They take locks out of a list, send to one that takes all there is, return from within locks, and ask atoms, which
//! decide something or nothing. Of some the locks cross, or nobody closes, or the reader leaves.

use super::writer::Writer;

impl Writer {
    pub(super) fn crowded(&mut self) {
        self.crowded_objects();
        self.line(1, "concurrent:");
        for _ in 0..2 + self.below(3) {
            self.line(2, "spawn:");
            for _ in 0..=self.below(2) {
                self.crowded_step(3, 0);
            }
        }
        if self.chance(50) {
            self.reads(2);
        } else {
            self.crowded_step(2, 0);
        }
        match self.below(4) {
            0 => self.line(1, "c0.close()"),
            1 => self.line(1, "print(a.get())"),
            2 => self.reads(1),
            _ => {}
        }
    }

    fn crowded_objects(&mut self) {
        self.line(0, "struct Shared:");
        self.line(1, "locks: list[mutex[int]]");
        self.line(1, "out: channel[int]");
        self.line(0, "");
        self.line(0, "fn main():");
        self.channels = 2;
        for channel in 0..self.channels {
            let room = ["", "buffer=1", "buffer=2"][self.below(3)];
            self.line(1, &format!("c{channel} = channel[int]({room})"));
        }
        let guarded = [0, 100][self.below(2)];
        self.line(1, &format!("k = [mutex({guarded}) for _ in range(3)]"));
        self.line(1, "of = Shared(locks=k, out=c0)");
        self.line(1, "a = atom(0)");
    }

    /// What takes from the channels.
    fn reads(&mut self, depth: usize) {
        let channel = self.channel();
        match self.below(4) {
            0 => self.line(depth, &format!("print({channel}.receive())")),
            of => {
                self.line(depth, &format!("for x in {channel}:"));
                let leaves = of == 1;
                self.line(depth + 1, if leaves { "if x == 1:" } else { "pass" });
                if leaves {
                    self.line(depth + 2, "break");
                }
            }
        }
    }

    fn crowded_step(&mut self, depth: usize, nested: usize) {
        match self.below(10) {
            0 | 1 => {
                let (channel, value) = (self.channel(), self.below(2));
                self.line(depth, &format!("{channel}.send({value})"));
            }
            2 => self.line(depth, "of.out.send(0)"),
            3 | 4 if nested == 0 => self.takes_two(depth),
            5 => self.line(depth, "a.set(1)"),
            6 => self.line(depth, "a.swap(fn(n): n + 1)"),
            7 if nested == 0 => {
                let asked = ["a.get() == 1", "a.swap(fn(n): n + 1) == 2"][self.below(2)];
                self.line(depth, &format!("if {asked}:"));
                match self.chance(50) {
                    true => self.crowded_step(depth + 1, 1),
                    false => self.line(depth + 1, "c1.close()"),
                }
            }
            8 if nested == 0 => {
                let rounds = 1 + self.below(2);
                self.line(depth, &format!("for _ in range({rounds}):"));
                self.crowded_step(depth + 1, 1);
            }
            _ => self.reads(depth),
        }
    }

    /// Two locks of the list, one within the other.
    fn takes_two(&mut self, depth: usize) {
        let list = ["k", "of.locks"][self.below(2)];
        let (one, other) = (self.below(3), self.below(3));
        let (first, second) = match self.chance(70) {
            true => (one.min(other), one.max(other)),
            false => (one, other),
        };
        self.line(depth, &format!("with {list}[{first}].lock() as v:"));
        self.line(depth + 1, "v += 1");
        let inner = depth + 1;
        if first != second {
            self.line(inner, &format!("with {list}[{second}].lock() as w:"));
            self.line(inner + 1, "w += v");
            match self.below(3) {
                0 => self.returns(inner + 1),
                1 => self.crowded_step(inner + 1, 1),
                _ => {}
            }
        } else {
            self.returns(inner);
        }
    }

    fn returns(&mut self, depth: usize) {
        self.line(depth, "if v > 1:");
        self.line(depth + 1, "return");
    }
}
