//! Names in text that the parser did not understand.
//!
//! What it is not: names of the program. Where a line was not understood, a name in it may have been
//! declared by it; to say at each use that nothing is called so would be an echo of that mistake.

use rustc_hash::FxHashSet;
use weir_syntax::{SyntaxElement, SyntaxKind, SyntaxNode};

/// The names in the error nodes of an item, collected when the first unknown name is met.
#[derive(Default)]
pub(super) struct UnreadNames(Option<FxHashSet<String>>);

impl UnreadNames {
    /// Whether a name stands in an error node of the item that this node is part of.
    pub(super) fn contains(&mut self, name: &str, node: &SyntaxNode) -> bool {
        self.0.get_or_insert_with(|| names(node)).contains(name)
    }
}

fn names(node: &SyntaxNode) -> FxHashSet<String> {
    let root = node.ancestors().last();
    let nodes = root.into_iter().flat_map(|root| root.descendants());
    let errors = nodes.filter(|node| node.kind() == SyntaxKind::Error);
    // An error node within another is part of that.
    let outermost =
        errors.filter(|node| node.parent().is_none_or(|parent| parent.kind() != SyntaxKind::Error));
    let tokens = outermost.flat_map(|node| node.descendants_with_tokens());
    let tokens = tokens.filter_map(SyntaxElement::into_token);
    let names = tokens.filter(|token| token.kind() == SyntaxKind::Ident);
    names.map(|name| name.text().to_owned()).collect()
}
