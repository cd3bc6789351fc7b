//! What is not read: below too many levels, behind too many links, or up to where the text is understood again.

use super::{CHAIN_MAX, Completed, NESTING_MAX, Parser, UNCHECKED_LEVELS};
use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::{self, Dedent, Eof, Error, Indent};

impl Parser<'_> {
    /// Whether a node here would be too deep; if so, says it and skips what is left of the line.
    pub(crate) fn too_deep(&mut self) -> bool {
        self.too_deep_on(0)
    }

    /// Whether a node around this one would be too deep.
    pub(crate) fn too_deep_around(&mut self, node: Completed) -> bool {
        self.too_deep_on(node.height.levels as usize)
    }

    fn too_deep_on(&mut self, levels: usize) -> bool {
        let is = self.depth() + levels + UNCHECKED_LEVELS >= NESTING_MAX;
        if is {
            self.error_nesting();
            self.skip_line();
        }
        is
    }

    /// Whether the chain that this node ends takes no further link; if so, says it and skips what is
    /// left of the line.
    pub(crate) fn too_long(&mut self, chain: Completed) -> bool {
        let is = chain.height.links as usize >= CHAIN_MAX;
        if is {
            let message = "this chain of operators or calls is too long to be read";
            let help = format!("a chain has at most {CHAIN_MAX} links; give parts of it names");
            self.error_cut(message, help);
            self.skip_line();
        }
        is || self.too_deep_around(chain)
    }

    /// The finding for nesting.
    pub(crate) fn error_nesting(&mut self) {
        let help = format!("a program nests at most {NESTING_MAX} levels; give parts of it names");
        self.error_cut("this is nested too deeply to be read", help);
    }

    /// A finding for what is beyond a bound, and is not read.
    pub(crate) fn error_cut(&mut self, message: &str, help: String) {
        self.is_cut = true;
        let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, self.here());
        self.report(error.with_help(help));
    }

    /// Takes what is left of the line into an error node.
    pub(crate) fn skip_line(&mut self) {
        self.skip_until(|_| false);
    }

    /// Takes tokens into an error node, up to one that `stops`, outside inner brackets, or the end
    /// of the line.
    pub(crate) fn skip_until(&mut self, mut stops: impl FnMut(SyntaxKind) -> bool) {
        let mut depth = 0u32;
        let mut marker = None;
        loop {
            let kind = self.input.kind(self.at);
            if kind.is_virtual() || (depth == 0 && stops(kind)) {
                break;
            }
            if kind.is_open_bracket() {
                depth += 1;
            } else if kind.is_close_bracket() {
                depth = depth.saturating_sub(1);
            }
            marker = marker.or_else(|| Some(self.start()));
            self.bump();
        }
        if let Some(marker) = marker {
            marker.complete(self, Error);
        }
    }

    /// Takes the rest of a block, with the blocks in it, into an error node, up to its end.
    pub(crate) fn skip_block(&mut self) {
        let marker = self.start();
        let mut depth = 0u32;
        loop {
            match self.input.kind(self.at) {
                Eof => break,
                Dedent if depth == 0 => break,
                Dedent => depth -= 1,
                Indent => depth += 1,
                _ => {}
            }
            self.bump();
        }
        marker.complete(self, Error);
    }
}
