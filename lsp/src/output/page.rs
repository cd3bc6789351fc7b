//! A rule's page as a terminal shows it: headings in bold, code indented, paragraphs as wide as fits.
//!
//! What it is not: Markdown at large. Pages are headings, paragraphs and fenced programs, which a test
//! of the pages holds them to.

use std::io;

use codespan_reporting::term::termcolor::{Color, ColorSpec, WriteColor};
use terminal_size::{Width, terminal_size};
use weir_analyzer::diagnostics::Rule;

/// Longer lines are hard to read, however wide the terminal.
const LINE_CHARACTERS_MAX: usize = 88;

/// What is assumed of a terminal that does not say.
const LINE_CHARACTERS_DEFAULT: usize = 80;

/// Writes the page.
pub(crate) fn render(rule: &Rule, out: &mut impl WriteColor) -> io::Result<()> {
    let width = terminal_size().map_or(LINE_CHARACTERS_DEFAULT, |(Width(width), _)| width.into());
    render_to_width(rule.page, width.min(LINE_CHARACTERS_MAX), out)
}

fn render_to_width(page: &str, width: usize, out: &mut impl WriteColor) -> io::Result<()> {
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            for line in lines.by_ref().take_while(|line| !line.starts_with("```")) {
                code_line(line, out)?;
            }
        } else if let Some((_, heading)) = line.split_once("# ").filter(|_| line.starts_with('#')) {
            in_color(ColorSpec::new().set_bold(true), heading, out)?;
            writeln!(out)?;
        } else if line.is_empty() {
            writeln!(out)?;
        } else {
            let mut paragraph = line.to_owned();
            while let Some(more) = lines.next_if(|line| is_prose(line)) {
                paragraph = paragraph + " " + more;
            }
            prose(&paragraph, width, out)?;
        }
    }
    Ok(())
}

fn is_prose(line: &str) -> bool {
    !line.is_empty() && !line.starts_with('#') && !line.starts_with("```")
}

/// A line of a program; what it says of itself stands out.
fn code_line(line: &str, out: &mut impl WriteColor) -> io::Result<()> {
    let assertion = ["# error: ", "# warning: ", "# hint: "].iter().find_map(|of| line.find(of));
    let (code, assertion) = line.split_at(assertion.unwrap_or(line.len()));
    write!(out, "{}", if line.is_empty() { "" } else { "    " })?;
    write!(out, "{code}")?;
    if !assertion.is_empty() {
        in_color(ColorSpec::new().set_fg(Some(Color::Red)), assertion, out)?;
    }
    writeln!(out)
}

/// A paragraph in lines of at most that many characters; code in it is coloured.
fn prose(paragraph: &str, width: usize, out: &mut impl WriteColor) -> io::Result<()> {
    let code = ColorSpec::new().set_fg(Some(Color::Cyan)).clone();
    let (mut column, mut is_code) = (0, false);
    for word in paragraph.split_whitespace() {
        let length = word.chars().filter(|character| *character != '`').count();
        if column > 0 && column + 1 + length > width {
            writeln!(out)?;
            column = 0;
        } else if column > 0 {
            write!(out, " ")?;
            column += 1;
        }
        for (index, part) in word.split('`').enumerate() {
            is_code ^= index > 0;
            match is_code {
                true => in_color(&code, part, out)?,
                false => write!(out, "{part}")?,
            }
        }
        column += length;
    }
    writeln!(out)
}

fn in_color(spec: &ColorSpec, text: &str, out: &mut impl WriteColor) -> io::Result<()> {
    out.set_color(spec)?;
    write!(out, "{text}")?;
    out.reset()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(page: &str, width: usize) -> String {
        let mut out = crate::output::buffer(false);
        render_to_width(page, width, &mut out).unwrap();
        String::from_utf8_lossy(out.as_slice()).into_owned()
    }

    #[test]
    fn paragraphs_are_as_wide_as_the_terminal_and_code_is_as_it_is() {
        let page = "# T: t\n\none `two`\nthree four\n\n```weir\nfn main():\n    pass\n```\n";
        let expected = "T: t\n\none two three\nfour\n\n    fn main():\n        pass\n";
        assert_eq!(rendered(page, 14), expected);
    }
}
