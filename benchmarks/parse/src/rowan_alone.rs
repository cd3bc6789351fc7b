//! What a tree costs when all that a parser finds out is known: what rowan's own builder takes for it.
//!
//! What it is not: a parser. Invariant: the tree is the same, token for token.

use rowan::{GreenNode, GreenNodeBuilder, SyntaxKind};
use weir_syntax::{NodeOrToken, Parse, SyntaxElement, WalkEvent};

/// A step of the building.
pub enum Step {
    Start(SyntaxKind),
    Token(SyntaxKind, String),
    Finish,
}

/// The steps to the tree of a parse.
pub fn steps(parse: &Parse) -> Vec<Step> {
    let walk = parse.syntax().preorder_with_tokens();
    let step = |event: WalkEvent<SyntaxElement>| match event {
        WalkEvent::Enter(NodeOrToken::Node(node)) => Some(Step::Start(node.kind().into())),
        WalkEvent::Enter(NodeOrToken::Token(token)) => {
            Some(Step::Token(token.kind().into(), token.text().to_string()))
        }
        WalkEvent::Leave(NodeOrToken::Node(_)) => Some(Step::Finish),
        WalkEvent::Leave(NodeOrToken::Token(_)) => None,
    };
    let steps: Vec<Step> = walk.filter_map(step).collect();
    assert!(build(&steps) == *parse.green());
    steps
}

/// The tree.
pub fn build(steps: &[Step]) -> GreenNode {
    let mut builder = GreenNodeBuilder::new();
    for step in steps {
        match step {
            Step::Start(kind) => builder.start_node(*kind),
            Step::Token(kind, text) => builder.token(*kind, text),
            Step::Finish => builder.finish_node(),
        }
    }
    builder.finish()
}
