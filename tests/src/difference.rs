//! Two texts side by side: what to read when a block is not what was printed.

/// So many equal lines are shown around a difference.
const CONTEXT_LINES: usize = 2;

/// The lines that differ, `-` expected and `+` printed, with a little around them.
pub fn difference(expected: &str, printed: &str) -> String {
    let (expected, printed): (Vec<_>, Vec<_>) =
        (expected.lines().collect(), printed.lines().collect());
    let start = expected.iter().zip(&printed).take_while(|(a, b)| a == b).count();
    let (of_expected, of_printed) = (&expected[start..], &printed[start..]);
    let reversed = of_expected.iter().rev().zip(of_printed.iter().rev());
    let end = reversed.take_while(|(a, b)| a == b).count();
    let before = expected[..start].iter().skip(start.saturating_sub(CONTEXT_LINES));
    let after = expected[expected.len() - end..].iter().take(CONTEXT_LINES);
    let marked = |mark: &'static str| move |line: &&str| format!("{mark} {line}");
    let lines = before.map(marked(" "));
    let lines = lines.chain(of_expected[..of_expected.len() - end].iter().map(marked("-")));
    let lines = lines.chain(of_printed[..of_printed.len() - end].iter().map(marked("+")));
    lines.chain(after.map(marked(" "))).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn only_what_differs_is_shown() {
        let shown = difference("1\n2\n3\n4\n5\n6\n7\n", "1\n2\n3\nx\ny\n5\n6\n7\n");
        assert_eq!(shown, "  2\n  3\n- 4\n+ x\n+ y\n  5\n  6");
    }

    #[test]
    fn a_line_too_many_is_shown_once() {
        assert_eq!(difference("a\n", "a\na\n"), "  a\n+ a");
    }
}
