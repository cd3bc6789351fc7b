//! `weir explain`: a rule's page, a family's rules, or all families.

use std::io::{self, Write};

use clap::Args;
use codespan_reporting::term::termcolor::{Buffer, Color as Foreground, ColorSpec, WriteColor};
use weir_analyzer::diagnostics::{FAMILIES, Rule, Selector, UnknownRule};

use super::{Color, Status, Stop};
use crate::output::{self, page};

const EXAMPLES: &str = "\
Examples:
  weir explain R001             a rule
  weir explain shared-mutation  the same one by its name
  weir explain R                the rules of a family
  weir explain                  all families";

/// Read a rule's page: what is wrong, why it matters, a flagged and a mended example
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Explain {
    /// A code, a rule's name or a family's letter
    rule: Option<String>,
    /// When to colour
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

impl Explain {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let is_terminal = self.color.on_stdout();
        let mut out = output::buffer(is_terminal);
        match self.rule.as_deref().map(Selector::parse) {
            Some(Ok(Selector::Rule(code))) if is_terminal => page::render(code.rule(), &mut out)?,
            Some(Ok(Selector::Rule(code))) => out.write_all(code.rule().page.as_bytes())?,
            Some(Ok(Selector::Family(letter))) => family(letter, &mut out)?,
            Some(Ok(Selector::All)) | None => families(&mut out)?,
            Some(Err(unknown)) => return Err(self.unknown(unknown)),
        }
        io::stdout().lock().write_all(out.as_slice())?;
        Ok(Status::Fine)
    }

    fn unknown(&self, unknown: UnknownRule) -> Stop {
        let asked = self.rule.as_deref().unwrap_or_default();
        let way_out = match unknown.near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`weir analyze --list-rules` prints them all".to_owned(),
        };
        Stop::Usage(format!("no rule is called `{asked}`; {way_out}"))
    }
}

/// A line for each family: its letter, what it is about, its codes.
fn families(out: &mut Buffer) -> io::Result<()> {
    let width = FAMILIES.iter().map(|(_, about)| about.len()).max().unwrap_or(0);
    for (letter, about) in FAMILIES {
        bold(out, &letter.to_string())?;
        let codes: Vec<_> =
            Selector::Family(*letter).rules().map(|rule| rule.code.as_str()).collect();
        writeln!(out, "  {about:width$}  {}", codes.join(" "))?;
    }
    writeln!(
        out,
        "\n`weir explain R` lists a family's rules, `weir explain R001` is a rule's page."
    )
}

/// A line for each rule of a family: code, name, title.
fn family(letter: char, out: &mut Buffer) -> io::Result<()> {
    let rules: Vec<&Rule> = Selector::Family(letter).rules().collect();
    let width = rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    for rule in rules {
        bold(out, rule.code.as_str())?;
        writeln!(out, "  {:width$}  {}", rule.name, rule.title)?;
    }
    Ok(())
}

fn bold(out: &mut Buffer, text: &str) -> io::Result<()> {
    out.set_color(ColorSpec::new().set_fg(Some(Foreground::Cyan)).set_bold(true))?;
    write!(out, "{text}")?;
    out.reset()
}
