//! A builder of green trees that makes each token and each small node once.
//!
//! What it is not: rowan's own builder, whose interner hashes whole subtrees and holds a reference to
//! every child while it looks; that was half of a parse. Invariants: what is on the stack is a number
//! until its parent is made; equal numbers stand for equal elements, so to compare children is to
//! compare numbers; and the tables have a fixed size, so that a long text costs no more for each of its
//! bytes than a short one. A table that forgets costs a duplicate, never a wrong tree.
//!
//! ```text
//! stack    [ token 7 | small 3 | large ]        tokens  [ .. GreenToken 7 .. ]
//!                                   └────▶ large   small   [ .. GreenNode 3 .. ]
//! ```

use rowan::{GreenNode, GreenToken, NodeOrToken};
use rustc_hash::FxHasher;
use std::hash::Hasher;

use crate::kind::SyntaxKind;

/// How many children a node has at most that is looked for among those there are.
const SMALL_CHILDREN_MAX: usize = 3;

/// How many places the tables have at most. Eight times as many save a byte and a half for each byte of
/// a long text and cost it a tenth of its speed: what is shared from far away is in no cache.
const PLACES_MAX: usize = 1 << 13;

/// A text has a place of each table for so many tokens.
const TOKENS_PER_PLACE: usize = 8;

/// An element on the stack: what it is in the low bits, which one in the others.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Handle(u32);

const TOKEN: u32 = 0;
const SMALL: u32 = 1;
/// A node of its own kind: the last of `large` that has no parent yet.
const LARGE: Handle = Handle(2);

impl Handle {
    fn new(index: usize, tag: u32) -> Self {
        // A text of 16 MiB has fewer tokens and nodes than this can count.
        Self(u32::try_from(index).unwrap_or(u32::MAX >> 2) << 2 | tag)
    }

    fn index(self) -> usize {
        (self.0 >> 2) as usize
    }
}

/// A place of the table of tokens. It says where the token's text is in `texts`: to compare with the
/// token itself would be a walk to some far corner of the memory for each token of the file.
#[derive(Clone, Copy)]
struct TokenPlace {
    hash: u32,
    start: u32,
    len: u16,
    kind: SyntaxKind,
    token: Handle,
}

/// A place of the table of small nodes.
#[derive(Clone, Copy)]
struct NodePlace {
    kind: SyntaxKind,
    len: u8,
    children: [Handle; SMALL_CHILDREN_MAX],
    node: Handle,
}

pub(super) struct Builder {
    parents: Vec<(SyntaxKind, usize)>,
    stack: Vec<Handle>,
    tokens: Vec<GreenToken>,
    /// The texts of `tokens`, one after the other.
    texts: Vec<u8>,
    small: Vec<GreenNode>,
    /// For each token and each small node, the last node that has it as its only child: a name that is
    /// used is the same three nodes each time, and these follow each other here.
    wrapped: [Vec<(SyntaxKind, Handle)>; 2],
    large: Vec<GreenNode>,
    /// The last token of each kind: most kinds have one text.
    last_of_kind: Vec<Handle>,
    token_places: Vec<TokenPlace>,
    node_places: Vec<NodePlace>,
}

/// A handle to no token.
const NONE: Handle = Handle(u32::MAX);

impl Builder {
    /// A builder for a text of about so many tokens.
    pub(super) fn new(tokens: usize) -> Self {
        let places = (tokens / TOKENS_PER_PLACE).next_power_of_two().clamp(16, PLACES_MAX);
        let no_token = TokenPlace { hash: 0, start: 0, len: 0, kind: SyntaxKind::Eof, token: NONE };
        let no_node = NodePlace { kind: SyntaxKind::Eof, len: 0, children: [NONE; 3], node: NONE };
        Self {
            parents: Vec::with_capacity(64),
            stack: Vec::with_capacity(256),
            tokens: Vec::with_capacity(256),
            texts: Vec::with_capacity(1024),
            small: Vec::with_capacity(256),
            wrapped: [Vec::with_capacity(256), Vec::with_capacity(256)],
            large: Vec::with_capacity(64),
            last_of_kind: vec![NONE; SyntaxKind::ALL.len()],
            token_places: vec![no_token; places],
            node_places: vec![no_node; places],
        }
    }

    pub(super) fn start_node(&mut self, kind: SyntaxKind) {
        self.parents.push((kind, self.stack.len()));
    }

    pub(super) fn token(&mut self, kind: SyntaxKind, text: &str) {
        if has_one_text(kind) {
            return self.token_of_one_text(kind, text);
        }
        let mut hasher = FxHasher::default();
        hasher.write(text.as_bytes());
        hasher.write_u16(kind as u16);
        let hash = hasher.finish();
        let place = hash as usize & (self.token_places.len() - 1);
        let (hash, found) = ((hash >> 32) as u32, self.token_places[place]);
        let is_found = found.hash == hash && found.kind == kind && {
            let start = found.start as usize;
            self.texts.get(start..start + usize::from(found.len)) == Some(text.as_bytes())
        };
        if is_found {
            self.stack.push(found.token);
            return;
        }
        let token = self.make_token(kind, text);
        self.stack.push(token);
        if text.len() <= TEXT_BYTES_MAX {
            let start = self.texts.len() as u32;
            self.texts.extend_from_slice(text.as_bytes());
            self.token_places[place] =
                TokenPlace { hash, start, len: text.len() as u16, kind, token };
        }
    }

    /// A keyword or a bracket: the one there is, without a search.
    fn token_of_one_text(&mut self, kind: SyntaxKind, text: &str) {
        let last = self.last_of_kind.get(kind as usize).copied().unwrap_or(NONE);
        let is_last = self.tokens.get(last.index()).is_some_and(|token| token.text() == text);
        let handle = if is_last { last } else { self.make_token(kind, text) };
        if let Some(last) = self.last_of_kind.get_mut(kind as usize) {
            *last = handle;
        }
        self.stack.push(handle);
    }

    fn make_token(&mut self, kind: SyntaxKind, text: &str) -> Handle {
        let handle = Handle::new(self.tokens.len(), TOKEN);
        self.tokens.push(GreenToken::new(kind.into(), text));
        self.wrapped[TOKEN as usize].push((kind, NONE));
        handle
    }

    pub(super) fn finish_node(&mut self) {
        let Some((kind, first)) = self.parents.pop() else { return };
        let children = &self.stack[first..];
        let handle = if children.len() > SMALL_CHILDREN_MAX || children.contains(&LARGE) {
            let node = self.make(kind, first);
            self.large.push(node);
            LARGE
        } else if let [child] = *children {
            self.wrapping_node(kind, child, first)
        } else {
            self.small_node(kind, first)
        };
        self.stack.truncate(first);
        self.stack.push(handle);
    }

    /// A node of one child.
    fn wrapping_node(&mut self, kind: SyntaxKind, child: Handle, first: usize) -> Handle {
        let (list, index) = ((child.0 & 3) as usize, child.index());
        let last = self.wrapped.get(list).and_then(|list| list.get(index)).copied();
        match last {
            Some((last, node)) if last == kind && node != NONE => node,
            _ => {
                let node = self.small_node(kind, first);
                if let Some(last) = self.wrapped[list].get_mut(index) {
                    *last = (kind, node);
                }
                node
            }
        }
    }

    /// A node of few children, each of them known: perhaps there is one already.
    fn small_node(&mut self, kind: SyntaxKind, first: usize) -> Handle {
        let mut children = [NONE; SMALL_CHILDREN_MAX];
        let len = self.stack.len() - first;
        children[..len].copy_from_slice(&self.stack[first..]);
        let mut hasher = FxHasher::default();
        hasher.write_u16(kind as u16);
        for child in children {
            hasher.write_u32(child.0);
        }
        let place = spread(hasher.finish()) & (self.node_places.len() - 1);
        let found = self.node_places[place];
        if found.node != NONE
            && found.kind == kind
            && found.children == children
            && usize::from(found.len) == len
        {
            return found.node;
        }
        let node = Handle::new(self.small.len(), SMALL);
        let made = self.make(kind, first);
        self.small.push(made);
        self.wrapped[SMALL as usize].push((kind, NONE));
        self.node_places[place] = NodePlace { kind, len: len as u8, children, node };
        node
    }

    /// A node of what is on the stack from `first` on.
    fn make(&mut self, kind: SyntaxKind, first: usize) -> GreenNode {
        let children = &self.stack[first..];
        let own = children.iter().filter(|child| **child == LARGE).count();
        let mut large = self.large.drain(self.large.len().saturating_sub(own)..);
        let (tokens, small) = (&self.tokens, &self.small);
        let children = children.iter().map(|child| match child.0 & 3 {
            TOKEN => NodeOrToken::Token(tokens[child.index()].clone()),
            SMALL => NodeOrToken::Node(small[child.index()].clone()),
            // As many were pushed as there are handles to them.
            _ => NodeOrToken::Node(
                large.next().unwrap_or_else(|| GreenNode::new(SyntaxKind::Error.into(), [])),
            ),
        });
        GreenNode::new(kind.into(), children)
    }

    /// The tree, once its root is finished.
    pub(super) fn finish(mut self, root: SyntaxKind) -> GreenNode {
        let whole = match self.stack.last() {
            Some(&handle) if handle == LARGE => self.large.pop(),
            Some(handle) => self.small.get(handle.index()).cloned(),
            None => None,
        };
        whole.unwrap_or_else(|| GreenNode::new(root.into(), []))
    }
}

/// Longer texts are not looked for again.
const TEXT_BYTES_MAX: usize = 64;

/// Whether all tokens of a kind have the same text, or nearly all.
fn has_one_text(kind: SyntaxKind) -> bool {
    kind >= SyntaxKind::LeftParen || kind == SyntaxKind::LineEnd
}

/// The good bits of the hash.
fn spread(hash: u64) -> usize {
    (hash >> 32) as usize ^ hash as usize
}
