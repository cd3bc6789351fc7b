//! Events to the green tree.
//!
//! What it is not: a judge; it has no findings. Invariant: the tree's text is the file's text,
//! whatever the events say.
//!
//! Where trivia goes: a node begins at its first token, never at space before it; a line end and
//! the comment before it belong to whoever consumed the virtual NEWLINE; comments before an INDENT
//! or a DEDENT stand where the layout put those.

mod builder;

use rowan::GreenNode;

use self::builder::Builder;
use crate::kind::SyntaxKind::{self, *};
use crate::layout::Input;
use crate::lexer::Lexed;
use crate::parser::Event;

/// Builds a tree from events as they come.
pub(crate) struct Sink<'a> {
    lexed: &'a Lexed<'a>,
    input: &'a Input,
    builder: Builder,
    /// The nodes that begin with one event, the innermost first.
    begun: Vec<SyntaxKind>,
    /// The next token of `Input`.
    at: usize,
    /// The next token of `Lexed`.
    raw: usize,
}

impl<'a> Sink<'a> {
    pub(crate) fn new(lexed: &'a Lexed<'a>, input: &'a Input) -> Self {
        let mut builder = Builder::new(lexed.len());
        builder.start_node(SourceFile);
        Self { lexed, input, builder, begun: Vec::new(), at: 0, raw: 0 }
    }

    /// Some more events, with all that their nodes enclose.
    pub(crate) fn events(&mut self, events: &mut [Event]) {
        for index in 0..events.len() {
            match events[index] {
                Event::Start { kind, forward_parent: 0 } => self.start_unless_given_up(kind),
                Event::Start { .. } => self.start_chain(events, index),
                Event::Finish => self.builder.finish_node(),
                Event::Token { kind } => self.token(kind),
            }
        }
    }

    /// The tree, with all tokens before this one of `Lexed`.
    pub(crate) fn finish(mut self, end: usize) -> GreenNode {
        self.flush(end);
        self.builder.finish_node();
        self.builder.finish(SourceFile)
    }

    /// A node that precedes this one comes later in the list: collects the chain, and begins its nodes
    /// from the outermost in.
    fn start_chain(&mut self, events: &mut [Event], mut index: usize) {
        while let Some(Event::Start { kind, forward_parent }) = events.get_mut(index) {
            self.begun.push(std::mem::replace(kind, Eof));
            if *forward_parent == 0 {
                break;
            }
            index += std::mem::take(forward_parent) as usize;
        }
        while let Some(kind) = self.begun.pop() {
            self.start_unless_given_up(kind);
        }
    }

    fn start_unless_given_up(&mut self, kind: SyntaxKind) {
        if kind != Eof {
            self.start(kind);
        }
    }

    fn start(&mut self, kind: SyntaxKind) {
        self.flush(self.input.raw(self.at));
        self.builder.start_node(kind);
    }

    fn token(&mut self, kind: SyntaxKind) {
        let (real, raw) = self.input.token(self.at);
        self.at += 1;
        if real.is_virtual() {
            let takes_line_end = real == Newline && self.lexed.kind(raw) == LineEnd;
            self.flush(if takes_line_end { raw + 1 } else { raw });
        } else {
            self.flush(raw);
            self.builder.token(kind, self.lexed.text(raw));
            self.raw = raw + 1;
        }
    }

    /// Adds the tokens before this one that are still to come: trivia, and, if the parser gave up,
    /// the rest.
    fn flush(&mut self, end: usize) {
        let end = end.min(self.lexed.len());
        while self.raw < end {
            self.builder.token(self.lexed.kind(self.raw), self.lexed.text(self.raw));
            self.raw += 1;
        }
    }
}
