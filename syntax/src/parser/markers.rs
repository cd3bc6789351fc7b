//! Nodes that begin and end, each with how high it is.

use super::{Completed, Event, Height, Marker, Parser};
use crate::kind::SyntaxKind::{self, Eof};

impl Marker {
    /// Ends the node.
    pub(crate) fn complete(self, p: &mut Parser<'_>, kind: SyntaxKind) -> Completed {
        self.complete_as(p, kind, |inner| Height { levels: inner.levels + 1, ..inner })
    }

    /// Ends the node, which is a link of a chain.
    pub(crate) fn complete_link(self, p: &mut Parser<'_>, kind: SyntaxKind) -> Completed {
        self.complete_as(p, kind, |inner| Height { links: inner.links + 1, ..inner })
    }

    fn complete_as(
        self,
        p: &mut Parser<'_>,
        kind: SyntaxKind,
        around: impl FnOnce(Height) -> Height,
    ) -> Completed {
        if let Some(Event::Start { kind: start, .. }) = p.events.get_mut(self.event) {
            *start = kind;
        }
        p.events.push(Event::Finish);
        let (inner, first) = p.open.pop().unwrap_or_default();
        let height = around(inner);
        p.grow(height);
        Completed { event: self.event, height, kind, first }
    }

    /// Gives the node up; its children become its parent's.
    pub(crate) fn abandon(self, p: &mut Parser<'_>) {
        if self.event + 1 == p.events.len() {
            p.events.pop();
        }
        let (inner, _) = p.open.pop().unwrap_or_default();
        p.grow(inner);
    }
}

impl Parser<'_> {
    /// The innermost open node has a child of this height.
    fn grow(&mut self, height: Height) {
        if let Some((tallest, _)) = self.open.last_mut() {
            tallest.levels = height.levels.max(tallest.levels);
            tallest.links = height.links.max(tallest.links);
        }
    }
}

impl Completed {
    /// A node begins that encloses this one.
    pub(crate) fn precede(self, p: &mut Parser<'_>) -> Marker {
        let event = p.events.len();
        p.events.push(Event::Start { kind: Eof, forward_parent: 0 });
        let distance = u32::try_from(event - self.event).unwrap_or(0);
        if let Some(Event::Start { forward_parent, .. }) = p.events.get_mut(self.event) {
            *forward_parent = distance;
        }
        p.open.push((self.height, self.first));
        Marker { event }
    }
}
