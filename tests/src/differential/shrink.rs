//! Makes a program smaller while what it shows stays.

/// How many programs are tried at most.
const TRIES_MAX: usize = 2_000;

/// The smallest program found of which `holds` is true, if it is true of this one: without statements,
/// and with blocks replaced by what is in them.
pub fn shrunk(text: &str, mut holds: impl FnMut(&str) -> bool) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut tries = TRIES_MAX;
    loop {
        let before = lines.len();
        let mut at = lines.len();
        while at > 0 {
            at -= 1;
            for smaller in smaller(&lines, at) {
                if tries == 0 {
                    return joined(&lines);
                }
                tries -= 1;
                if holds(&joined(&smaller)) {
                    lines = smaller;
                    at = at.min(lines.len());
                    break;
                }
            }
        }
        if lines.len() == before {
            return joined(&lines);
        }
    }
}

fn joined(lines: &[String]) -> String {
    lines.join("\n") + "\n"
}

/// Without the statement that begins on the line, or with its block in its place, or doing nothing.
fn smaller(lines: &[String], at: usize) -> Vec<Vec<String>> {
    let depth = indent(&lines[at]);
    let deeper = lines[at + 1..].iter().take_while(|line| indent(line) > depth).count();
    let end = at + 1 + deeper;
    let without = [&lines[..at], &lines[end..]].concat();
    let mut all = vec![without];
    if deeper > 0 {
        let less = indent(&lines[at + 1]) - depth;
        let block = lines[at + 1..end].iter().map(|line| line[less.min(indent(line))..].to_owned());
        all.push([&lines[..at], &block.collect::<Vec<_>>(), &lines[end..]].concat());
    } else if !lines[at].trim().is_empty() {
        let pass = format!("{}pass", " ".repeat(depth));
        if lines[at] != pass {
            all.push([&lines[..at], &[pass], &lines[end..]].concat());
        }
    }
    all
}

fn indent(line: &str) -> usize {
    match line.trim().is_empty() {
        true => usize::MAX,
        false => line.len() - line.trim_start().len(),
    }
}

#[cfg(test)]
mod tests {
    use super::shrunk;

    #[test]
    fn what_is_not_needed_goes_and_what_is_needed_stays() {
        let text =
            "fn main():\n    a = 1\n    if a > 0:\n        b = 2\n        keep()\n    c = 3\n";
        let small = shrunk(text, |text| text.contains("main") && text.contains("keep()"));
        assert_eq!(small, "fn main():\n    keep()\n");
    }
}
