//! A builder of green trees that makes each token, and what wraps one token, once.
//!
//! What it is not: rowan's own builder, whose interner hashes whole subtrees and holds a reference to
//! every child while it looks; that was half of a parse. Nodes of several children are never looked
//! for: to find one costs what it costs to make it. Invariants: what is shared is a number on the stack
//! until its parent is made; and the table of what is shared is small enough for the processor's
//! second cache, since it is emptied when it is full, so that a long text costs no more for each of its
//! bytes than a short one. A table that forgets costs a duplicate, never a wrong tree.
//!
//! ```text
//! stack   [ 7 | 3 | OWN ]        shared  [ .. name .. NameRef of it .. ]     looked up by number
//!                    └────▶ own [ CallExpr ]                                 moved into the parent
//! ```

mod tokens;

use rowan::{GreenNode, GreenToken, NodeOrToken};

use self::tokens::{TokenPlace, TokenTable};
use crate::kind::SyntaxKind;

/// A green node or token.
type GreenElement = NodeOrToken<GreenNode, GreenToken>;

/// How many elements are shared before all are forgotten.
const SHARED_MAX: usize = 1 << 15;

/// What is on the stack: which shared element, or `OWN`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Handle(u32);

/// An element that nothing shares: the next of `own`.
const OWN: Handle = Handle(u32::MAX);

impl Handle {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// An element that may be used again.
struct Shared {
    element: GreenElement,
    /// The last node that has it as its only child: a name that is used is the same three nodes each
    /// time.
    wrapper: Handle,
    wrapper_kind: SyntaxKind,
}

/// A node that is not finished.
struct Parent {
    kind: SyntaxKind,
    /// Where its children begin, on the stack and in `own`.
    first: usize,
    first_own: usize,
}

pub(super) struct Builder {
    parents: Vec<Parent>,
    stack: Vec<Handle>,
    /// The elements that the stack calls `OWN`, in its order.
    own: Vec<GreenElement>,
    /// How many handles from the bottom of the stack are `OWN` for certain.
    settled: usize,
    shared: Vec<Shared>,
    tokens: TokenTable,
}

impl Builder {
    /// A builder for a text of about so many tokens.
    pub(super) fn new(tokens: usize) -> Self {
        Self {
            parents: Vec::with_capacity(64),
            stack: Vec::with_capacity(256),
            own: Vec::with_capacity(64),
            settled: 0,
            shared: Vec::with_capacity(tokens.clamp(16, SHARED_MAX)),
            tokens: TokenTable::new(tokens),
        }
    }

    pub(super) fn start_node(&mut self, kind: SyntaxKind) {
        if self.shared.len() >= SHARED_MAX {
            self.forget();
        }
        self.parents.push(Parent { kind, first: self.stack.len(), first_own: self.own.len() });
    }

    pub(super) fn token(&mut self, kind: SyntaxKind, text: &str) {
        let place = TokenPlace::of(kind, text);
        let shared = &self.shared;
        let is_text_of = |handle: Handle| {
            let element = shared.get(handle.index()).and_then(|shared| shared.element.as_token());
            element.is_some_and(|token| token.text() == text)
        };
        let handle = self.tokens.find(&place, is_text_of).unwrap_or_else(|| {
            let handle = self.share(GreenToken::new(kind.into(), text).into());
            self.tokens.insert(&place, handle);
            handle
        });
        self.stack.push(handle);
    }

    pub(super) fn finish_node(&mut self) {
        let Some(parent) = self.parents.pop() else { return };
        if let [child] = self.stack[parent.first..]
            && child != OWN
        {
            self.stack[parent.first] = self.wrap(parent.kind, child);
            return;
        }
        let node = self.make(&parent);
        self.own.push(node.into());
        self.stack.truncate(parent.first);
        self.stack.push(OWN);
        self.settled = self.settled.min(parent.first);
    }

    /// A node of one child, which is shared.
    fn wrap(&mut self, kind: SyntaxKind, child: Handle) -> Handle {
        let inner = &self.shared[child.index()];
        if inner.wrapper_kind == kind {
            return inner.wrapper;
        }
        let node = GreenNode::new(kind.into(), [inner.element.clone()]);
        let wrapper = self.share(node.into());
        let inner = &mut self.shared[child.index()];
        (inner.wrapper_kind, inner.wrapper) = (kind, wrapper);
        wrapper
    }

    fn share(&mut self, element: GreenElement) -> Handle {
        let handle = u32::try_from(self.shared.len()).map_or(OWN, Handle);
        // No node is of this kind.
        let wrapper_kind = SyntaxKind::Eof;
        self.shared.push(Shared { element, wrapper: OWN, wrapper_kind });
        handle
    }

    /// The node whose children are at the end of the stack.
    fn make(&mut self, parent: &Parent) -> GreenNode {
        let mut own = self.own.drain(parent.first_own..);
        let children = self.stack[parent.first..].iter().map(|child| {
            match self.shared.get(child.index()) {
                Some(shared) => shared.element.clone(),
                // As many were pushed as there are handles to them.
                None => own.next().unwrap_or_else(nothing),
            }
        });
        GreenNode::new(parent.kind.into(), children)
    }

    /// Empties the tables; what is on the stack loses nothing but its number.
    fn forget(&mut self) {
        let settled = self.settled.min(self.stack.len());
        let mut own = self.own.split_off(settled.min(self.own.len())).into_iter();
        for handle in &mut self.stack[settled..] {
            let shared = self.shared.get(handle.index());
            let element = shared.map(|shared| shared.element.clone()).or_else(|| own.next());
            self.own.push(element.unwrap_or_else(nothing));
            *handle = OWN;
        }
        self.settled = self.stack.len();
        for parent in &mut self.parents {
            parent.first_own = parent.first;
        }
        self.shared.clear();
        self.tokens.clear();
    }

    /// The tree, once its root is finished.
    pub(super) fn finish(mut self, root: SyntaxKind) -> GreenNode {
        self.forget();
        match self.own.pop() {
            Some(NodeOrToken::Node(node)) => node,
            _ => GreenNode::new(root.into(), []),
        }
    }
}

fn nothing() -> GreenElement {
    GreenNode::new(SyntaxKind::Error.into(), []).into()
}

#[cfg(test)]
mod tests {
    use rowan::GreenNodeBuilder;

    use super::*;
    use crate::kind::SyntaxKind::*;

    /// Builds one tree with both builders.
    struct Both {
        builder: Builder,
        rowan: GreenNodeBuilder<'static>,
    }

    impl Both {
        fn start(&mut self, kind: SyntaxKind) {
            self.builder.start_node(kind);
            self.rowan.start_node(kind.into());
        }

        fn token(&mut self, kind: SyntaxKind, text: &str) {
            self.builder.token(kind, text);
            self.rowan.token(kind.into(), text);
        }

        fn finish(&mut self) {
            self.builder.finish_node();
            self.rowan.finish_node();
        }

        /// A use of a name, with a space before it.
        fn name(&mut self, text: &str) {
            self.token(Whitespace, " ");
            self.start(NameExpr);
            self.start(NameRef);
            self.token(Ident, text);
            self.finish();
            self.finish();
        }
    }

    /// However often the tables are emptied, and whatever is open then, the tree is the one that rowan's
    /// own builder makes.
    #[test]
    fn what_is_forgotten_is_not_lost() {
        const NAMES: usize = SHARED_MAX;
        const OPEN_MAX: usize = 40;
        let mut both = Both { builder: Builder::new(NAMES), rowan: GreenNodeBuilder::new() };
        both.start(SourceFile);
        let mut open = 0;
        for number in 0..NAMES {
            if open < OPEN_MAX {
                both.start(TupleExpr);
                open += 1;
            }
            both.name(&format!("name{number}"));
            both.name("again");
            // Down to the first one now and then, and else to any.
            while open > number % 7 * 5 {
                both.finish();
                open -= 1;
            }
        }
        for _ in 0..=open {
            both.finish();
        }
        let (tree, expected) = (both.builder.finish(SourceFile), both.rowan.finish());
        assert_eq!(tree.text_len(), expected.text_len());
        assert!(tree == expected);
    }

    /// The same name is the same three pieces of memory.
    #[test]
    fn what_wraps_one_token_is_shared() {
        let mut both = Both { builder: Builder::new(16), rowan: GreenNodeBuilder::new() };
        both.start(SourceFile);
        both.name("again");
        both.name("again");
        both.finish();
        let tree = both.builder.finish(SourceFile);
        let names: Vec<_> = tree.children().filter_map(NodeOrToken::into_node).collect();
        assert_eq!(names.len(), 2);
        assert!(std::ptr::eq(names[0], names[1]));
    }
}
