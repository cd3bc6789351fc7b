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

/// Builds the tree.
pub(crate) fn build(lexed: &Lexed<'_>, input: &Input, events: Vec<Event>) -> GreenNode {
    build_part(lexed, input, events, lexed.len())
}

/// Builds the tree of what stands before this token of `Lexed`.
pub(crate) fn build_part(
    lexed: &Lexed<'_>,
    input: &Input,
    mut events: Vec<Event>,
    end: usize,
) -> GreenNode {
    let mut sink = Sink { lexed, input, builder: Builder::new(lexed.len()), at: 0, raw: 0 };
    let mut parents: Vec<SyntaxKind> = Vec::new();
    sink.builder.start_node(SourceFile);
    for index in 0..events.len() {
        let Some(event) = events.get(index).copied() else { break };
        match event {
            Event::Start { kind, forward_parent } => {
                // A node that precedes this one comes later in the list: collect the chain, and
                // begin its nodes from the outermost in.
                parents.push(kind);
                let mut next = (index, forward_parent);
                while next.1 != 0 {
                    let parent = next.0 + next.1 as usize;
                    let Some(Event::Start { kind, forward_parent }) = events.get_mut(parent) else {
                        break;
                    };
                    parents.push(*kind);
                    next = (parent, *forward_parent);
                    *kind = Eof;
                    *forward_parent = 0;
                }
                for kind in parents.drain(..).rev() {
                    if kind != Eof {
                        sink.start(kind);
                    }
                }
            }
            Event::Finish => sink.builder.finish_node(),
            Event::Token { kind } => sink.token(kind),
        }
    }
    sink.flush(end);
    sink.builder.finish_node();
    sink.builder.finish(SourceFile)
}

struct Sink<'a> {
    lexed: &'a Lexed<'a>,
    input: &'a Input,
    builder: Builder,
    /// The next token of `Input`.
    at: usize,
    /// The next token of `Lexed`.
    raw: usize,
}

impl Sink<'_> {
    fn start(&mut self, kind: SyntaxKind) {
        self.flush(self.input.raw(self.at));
        self.builder.start_node(kind);
    }

    fn token(&mut self, kind: SyntaxKind) {
        let raw = self.input.raw(self.at);
        let is_virtual = self.input.kind(self.at).is_virtual();
        let takes_line_end = self.input.kind(self.at) == Newline && self.lexed.kind(raw) == LineEnd;
        self.at += 1;
        self.flush(if takes_line_end { raw + 1 } else { raw });
        if !is_virtual {
            self.builder.token(kind, self.lexed.text(raw));
            self.raw = raw + 1;
        }
    }

    /// Adds the tokens before this one that are still to come: trivia, and, if the parser gave up,
    /// the rest.
    fn flush(&mut self, end: usize) {
        while self.raw < end.min(self.lexed.len()) {
            self.builder.token(self.lexed.kind(self.raw), self.lexed.text(self.raw));
            self.raw += 1;
        }
    }
}
