//! `weir explain`: a rule's page.

use std::io::{self, Write};

use clap::Args;
use weir_analyzer::diagnostics::{Code, REGISTRY, suggest};

use super::{Status, Stop};

const EXAMPLES: &str = "\
Examples:
  weir explain R001
  weir explain shared-mutation";

/// Read a rule's page: what is wrong, a flagged example, the mended example
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Explain {
    /// A code or a rule's name
    code: String,
}

impl Explain {
    pub(super) fn run(self) -> Result<Status, Stop> {
        let Some(code) = Code::parse(&self.code) else { return Err(self.unknown()) };
        let page = code.rule().page;
        io::stdout().lock().write_all(page.as_bytes())?;
        Ok(Status::Fine)
    }

    fn unknown(&self) -> Stop {
        let known = REGISTRY.iter().flat_map(|rule| [rule.code.as_str(), rule.name]);
        let way_out = match suggest(&self.code, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`weir analyze --list-rules` prints them all".to_owned(),
        };
        Stop::Usage(format!("no rule is called `{}`; {way_out}", self.code))
    }
}
