//! Programs along one run that comes to its end: each thing that happens in it is written into the tasks
//! that do it.
//!
//! So each of them ends in one order of its tasks at least; whether in every order is what is to be found
//! out.

use super::writer::{Extra, Writer};

/// Blocks nest no deeper.
const DEPTH_MAX: usize = 2;
/// In so many of a hundred programs one place is changed.
const CHANGED: usize = 40;

/// The statements of a task, and how many blocks are open at its end.
#[derive(Default)]
struct Plan {
    lines: Vec<(usize, String)>,
    depth: usize,
    /// The locks of the blocks that are open.
    held: Vec<String>,
}

impl Plan {
    fn does(&mut self, line: String) {
        self.lines.push((self.depth, line));
    }

    fn opens(&mut self, line: String, held: String) {
        self.does(line);
        self.depth += 1;
        self.held.push(held);
        self.does("print(0)".to_owned());
    }

    fn closes(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.held.pop();
    }
}

impl Writer {
    pub(super) fn planned(&mut self) {
        self.objects();
        let mut plans: Vec<Plan> = (0..2 + self.below(2)).map(|_| Plan::default()).collect();
        let mut is_set = false;
        for _ in 0..2 + self.below(5) {
            self.happens(&mut plans, &mut is_set);
        }
        self.ends(&mut plans);
        if self.chance(CHANGED) {
            self.change(&mut plans);
        }
        self.write(&plans);
    }

    /// One thing that happens next.
    fn happens(&mut self, plans: &mut [Plan], is_set: &mut bool) {
        let (one, other) = self.two(plans.len());
        match self.below(10) {
            0..5 => self.passes(plans, one, other),
            5..7 => self.locks(&mut plans[one]),
            7 => plans[one].closes(),
            8 if *is_set => plans[one].does("s.wait()".to_owned()),
            8 => {
                *is_set = true;
                plans[one].does("s.set()".to_owned());
            }
            _ => self.happens_besides(plans, one, other),
        }
    }

    /// A value goes from one task to the other.
    fn passes(&mut self, plans: &mut [Plan], one: usize, other: usize) {
        let channel = self.channel();
        let sends = format!("{channel}.send({one})");
        let receives = [format!("print({channel}.receive())"), format!("print({channel}.next())")];
        plans[one].does(sends);
        if self.chance(20) {
            plans[other].does("select:".to_owned());
            plans[other].depth += 1;
            plans[other].does(format!("case x from {channel}:"));
            plans[other].lines.push((plans[other].depth + 1, "print(x)".to_owned()));
            if self.has(Extra::Choice) {
                plans[other].does("case s.wait():".to_owned());
                plans[other].lines.push((plans[other].depth + 1, "print(s)".to_owned()));
            }
            if self.has(Extra::Timeout) {
                plans[other].does("case timeout(1.seconds):".to_owned());
                plans[other].lines.push((plans[other].depth + 1, "print(2)".to_owned()));
            }
            plans[other].depth -= 1;
        } else {
            plans[other].does(receives[usize::from(self.chance(20))].clone());
        }
    }

    fn locks(&mut self, plan: &mut Plan) {
        if plan.depth >= DEPTH_MAX {
            plan.closes();
            return;
        }
        let has_other = self.has(Extra::ReadWrite) || self.has(Extra::Semaphore);
        if self.locks > 0 && !(has_other && self.chance(50)) {
            let lock = format!("m{}", self.below(self.locks));
            if !plan.held.contains(&lock) {
                let name = format!("v{}", plan.depth);
                let is_when = self.has(Extra::When) && self.chance(60);
                let when = if is_when { format!(" when {name} >= 0") } else { String::new() };
                plan.opens(format!("with {lock}.lock() as {name}{when}:"), lock);
            }
        } else if self.has(Extra::ReadWrite) && !plan.held.iter().any(|held| held == "r") {
            let how = ["read", "write"][self.below(2)];
            plan.opens(format!("with r.{how}() as w{}:", plan.depth), "r".to_owned());
        } else if self.has(Extra::Semaphore) && !plan.held.iter().any(|held| held == "p") {
            plan.opens("with p.acquire():".to_owned(), "p".to_owned());
        }
    }

    fn happens_besides(&mut self, plans: &mut [Plan], one: usize, other: usize) {
        if self.has(Extra::Atom) {
            plans[one].does("a.set(1)".to_owned());
            plans[other].does("print(a.get())".to_owned());
        } else if self.has(Extra::Nested) {
            let channel = self.channel();
            let name = self.name("d");
            plans[one].does(format!("{name} = channel[int]()"));
            plans[one].does("concurrent:".to_owned());
            plans[one].depth += 1;
            plans[one].does(format!("spawn {name}.send(1)"));
            plans[one].does(format!("{channel}.send({name}.receive())"));
            plans[one].depth -= 1;
            plans[other].does(format!("print({channel}.receive())"));
        } else if self.has(Extra::Defer) {
            plans[one].does("defer s.set()".to_owned());
        } else if self.has(Extra::Barrier) {
            plans.iter_mut().for_each(|plan| plan.does("b.wait()".to_owned()));
        } else if self.has(Extra::Failure) || self.has(Extra::Supervised) {
            plans[one].does("panic(\"x\")".to_owned());
        } else if self.has(Extra::Cancel) {
            plans[one].does("sleep(1.seconds)".to_owned());
        } else if self.has(Extra::Detach) {
            let channel = self.channel();
            plans[one].does(format!("detach give({channel}, 1)"));
            plans[other].does(format!("print({channel}.receive())"));
        } else if self.has(Extra::Condition) {
            let channel = self.channel();
            plans[one].does(format!("if {channel}.try_send(3):"));
            let depth = plans[one].depth + 1;
            plans[one].lines.push((depth, "panic(\"x\")".to_owned()));
        } else if self.has(Extra::List) {
            let position = self.below(3);
            plans[one].does(format!("l[{position}].send(5)"));
            plans[other].does(format!("print(l[{position}].receive())"));
        } else {
            let channel = self.channel();
            plans[one].does(format!("print({channel}.try_receive())"));
        }
    }

    /// What comes last: a channel that is closed, and drained by another task.
    fn ends(&mut self, plans: &mut [Plan]) {
        for plan in plans.iter_mut() {
            plan.depth = 0;
        }
        for channel in 0..self.channels {
            if self.chance(50) {
                continue;
            }
            let (one, other) = self.two(plans.len());
            if self.has(Extra::Defer) && self.chance(50) {
                plans[one].lines.insert(0, (0, format!("defer c{channel}.close()")));
            } else {
                plans[one].does(format!("c{channel}.close()"));
            }
            if self.chance(60) {
                plans[other].does(format!("for x in c{channel}:"));
                plans[other].lines.push((1, "print(x)".to_owned()));
            }
        }
    }

    /// One statement is left out, said twice, or comes earlier or later.
    fn change(&mut self, plans: &mut [Plan]) {
        let which = self.below(plans.len());
        let lines = &mut plans[which].lines;
        let simple: Vec<usize> = (0..lines.len()).filter(|at| is_alone(lines, *at)).collect();
        if simple.is_empty() {
            return;
        }
        let at = simple[self.below(simple.len())];
        let to = simple[self.below(simple.len())];
        match self.below(4) {
            0 => lines[at].1 = "pass".to_owned(),
            1 => lines.insert(at, lines[at].clone()),
            2 if self.has(Extra::EarlyReturn) => {
                let depth = lines[at].0;
                let channel = self.channel();
                lines.insert(at, (depth, format!("if {channel}.try_send(3):")));
                lines.insert(at + 1, (depth + 1, "return".to_owned()));
            }
            _ => {
                let (from, into) = (lines[at].1.clone(), lines[to].1.clone());
                lines[at].1 = into;
                lines[to].1 = from;
            }
        }
    }

    fn write(&mut self, plans: &[Plan]) {
        let Some((main, tasks)) = plans.split_first() else { return };
        let (header, is_timed, scope) = self.options();
        self.line(1, &header);
        if let Some(scope) = scope {
            let channel = self.channel();
            self.line(2, &format!("start({scope}, {channel}, 1)"));
        }
        let mut names = Vec::new();
        for task in tasks {
            let name = self.names_tasks().then(|| self.name("t"));
            let begin = name.as_ref().map_or_else(String::new, |name| format!("{name} = "));
            self.line(2, &format!("{begin}spawn:"));
            self.line(3, "pass");
            self.append(3, &task.lines);
            names.extend(name);
        }
        self.append(2, &main.lines);
        self.joins(2, &names);
        if is_timed {
            self.line(1, "else:");
            self.line(2, "print(0)");
        }
    }

    /// Two of so many, which differ.
    fn two(&mut self, count: usize) -> (usize, usize) {
        let one = self.below(count);
        let other = (one + 1 + self.below(count - 1)) % count;
        (one, other)
    }
}

/// Whether the line is a statement by itself, with no block beneath it and no part of a `select`.
fn is_alone(lines: &[(usize, String)], at: usize) -> bool {
    let (depth, line) = &lines[at];
    let is_part = line.starts_with("case") || at > 0 && lines[at - 1].1.starts_with("case");
    let has_block = lines.get(at + 1).is_some_and(|(next, _)| next > depth);
    !is_part && !has_block && line != "print(x)" && !line.ends_with(':') && !names_own_channel(line)
}

/// Whether the line makes or uses a channel that is not there everywhere.
fn names_own_channel(line: &str) -> bool {
    let is_name =
        |word: &str| word.starts_with('d') && word[1..].starts_with(|of: char| of.is_ascii_digit());
    line.split(|of: char| !of.is_ascii_alphanumeric()).any(is_name)
}
