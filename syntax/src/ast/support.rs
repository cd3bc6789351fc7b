//! What every typed node is made of.
//!
//! What it is not: knowledge of the language. Invariant: a typed node is a [`SyntaxNode`] of a
//! fitting kind and nothing more; making one or looking at its children never fails and never
//! changes the tree.

use std::borrow::Cow;
use std::cell::Cell;
use std::marker::PhantomData;

use rowan::{Language, NodeOrToken};

use crate::kind::WeirLanguage;
use crate::{SyntaxKind, SyntaxNode, SyntaxNodeChildren, SyntaxToken};

/// A typed view of a syntax node.
pub trait AstNode: Sized {
    /// Whether a node of this kind can be seen as `Self`.
    fn can_cast(kind: SyntaxKind) -> bool;
    /// The typed view, when the kind fits.
    fn cast(syntax: SyntaxNode) -> Option<Self>;
    /// The node itself.
    fn syntax(&self) -> &SyntaxNode;
}

/// The children of a node that are of one type, in the order of the text.
#[derive(Clone, Debug)]
pub struct AstChildren<N> {
    inner: SyntaxNodeChildren,
    of: PhantomData<N>,
}

impl<N> AstChildren<N> {
    pub(crate) fn new(parent: &SyntaxNode) -> Self {
        Self { inner: parent.children(), of: PhantomData }
    }
}

impl<N: AstNode> Iterator for AstChildren<N> {
    type Item = N;

    fn next(&mut self) -> Option<N> {
        self.inner.find_map(N::cast)
    }
}

/// The first child of a type.
pub fn child<N: AstNode>(parent: &SyntaxNode) -> Option<N> {
    parent.first_child_by_kind(&N::can_cast).and_then(N::cast)
}

/// All children of a type.
pub fn children<N: AstNode>(parent: &SyntaxNode) -> AstChildren<N> {
    AstChildren::new(parent)
}

/// The first token of a kind among the direct children.
pub fn token(parent: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    token_where(parent, |other| other == kind)
}

/// The first child that fits, if it is a token.
pub fn token_where(parent: &SyntaxNode, fits: impl Fn(SyntaxKind) -> bool) -> Option<SyntaxToken> {
    parent.first_child_or_token_by_kind(&fits)?.into_token()
}

/// The kind of the first child that fits.
pub fn kind_where(parent: &SyntaxNode, fits: impl Fn(SyntaxKind) -> bool) -> Option<SyntaxKind> {
    let green = parent.green();
    green.children().map(|child| WeirLanguage::kind_from_raw(child.kind())).find(|kind| fits(*kind))
}

/// The direct children that are tokens.
pub fn tokens(parent: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    parent.children_with_tokens().filter_map(|element| element.into_token())
}

/// The first child of a type behind the first token that `opens`. None without such a token: a part
/// that was never written must not be taken from its neighbour.
pub fn child_after<N: AstNode>(
    parent: &SyntaxNode,
    opens: impl Fn(SyntaxKind) -> bool,
) -> Option<N> {
    let opened = Cell::new(false);
    let is_behind = |kind| {
        let is_behind = opened.get();
        opened.set(is_behind || opens(kind));
        is_behind && N::can_cast(kind)
    };
    parent.first_child_by_kind(&is_behind).and_then(N::cast)
}

/// The first child of a type before the first token that `ends`; without such a token, the first
/// child of the type.
pub fn child_before<N: AstNode>(
    parent: &SyntaxNode,
    ends: impl Fn(SyntaxKind) -> bool,
) -> Option<N> {
    let ended = Cell::new(false);
    let is_before = |kind| {
        ended.set(ended.get() || ends(kind));
        !ended.get() && N::can_cast(kind)
    };
    parent.first_child_by_kind(&is_before).and_then(N::cast)
}

/// The text of the first token of a kind among the direct children.
pub fn token_text(parent: &SyntaxNode, kind: SyntaxKind) -> Option<&str> {
    // A tree that is never changed lends its nodes.
    let Cow::Borrowed(green) = parent.green() else { return None };
    let mut tokens = green.children().filter_map(NodeOrToken::into_token);
    tokens.find(|token| token.kind() == kind.into()).map(|token| token.text())
}

/// Declares a typed node for one kind.
macro_rules! ast_node {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name {
            syntax: SyntaxNode,
        }

        impl AstNode for $name {
            fn can_cast(kind: SyntaxKind) -> bool {
                kind == SyntaxKind::$name
            }

            fn cast(syntax: SyntaxNode) -> Option<Self> {
                (syntax.kind() == SyntaxKind::$name).then_some(Self { syntax })
            }

            fn syntax(&self) -> &SyntaxNode {
                &self.syntax
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.syntax, f)
            }
        }
    };
}

/// Declares an enum over typed nodes (or over such enums).
macro_rules! ast_enum {
    ($(#[$meta:meta])* $name:ident { $($variant:ident,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum $name {
            $($variant($variant),)*
        }

        impl AstNode for $name {
            fn can_cast(kind: SyntaxKind) -> bool {
                $(<$variant as AstNode>::can_cast(kind))||*
            }

            fn cast(syntax: SyntaxNode) -> Option<Self> {
                let kind = syntax.kind();
                $(if <$variant as AstNode>::can_cast(kind) {
                    return $variant::cast(syntax).map(Self::$variant);
                })*
                None
            }

            fn syntax(&self) -> &SyntaxNode {
                match self {
                    $(Self::$variant(node) => node.syntax(),)*
                }
            }
        }

        $(impl From<$variant> for $name {
            fn from(node: $variant) -> Self {
                Self::$variant(node)
            }
        })*

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self.syntax(), f)
            }
        }
    };
}

pub(crate) use {ast_enum, ast_node};
