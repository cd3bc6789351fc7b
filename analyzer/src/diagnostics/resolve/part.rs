//! Parts of nodes to ranges.

use weir_syntax::SyntaxKind::{
    self, Arg, Field, MemberList, Name, NameRef, Param, ParamList, RetType,
};
use weir_syntax::{SyntaxNode, SyntaxToken, TextRange};

use crate::diagnostics::Part;

/// The range of a part of a node, without the trivia at its edges.
pub(super) fn part(node: &SyntaxNode, part: Part) -> TextRange {
    let whole = trimmed(node);
    match part {
        Part::Whole => whole,
        Part::Keyword => significant_tokens(node).next().map_or(whole, |token| token.text_range()),
        Part::Name => {
            node.children().find(|child| child.kind() == Name).map_or(whole, |name| trimmed(&name))
        }
        Part::Reference => node
            .children()
            .filter(|child| child.kind() == NameRef)
            .last()
            .map_or(whole, |name| trimmed(&name)),
        Part::Parameter(position) => parameter(node, position)
            .map_or_else(|| self::part(node, Part::Name), |found| trimmed(&found)),
        Part::Result => {
            result(node).map_or_else(|| self::part(node, Part::Name), |found| trimmed(&found))
        }
        Part::ArgumentName => {
            let argument = node.parent().filter(|parent| parent.kind() == Arg);
            argument.map_or(whole, |argument| self::part(&argument, Part::Name))
        }
        Part::Head => head(node).unwrap_or(whole),
        Part::End => TextRange::empty(whole.end()),
    }
}

fn parameter(node: &SyntaxNode, position: u32) -> Option<SyntaxNode> {
    let is_list = |child: &SyntaxNode| matches!(child.kind(), ParamList | MemberList);
    let list = node.children().find(is_list)?;
    list.children().filter(|child| matches!(child.kind(), Param | Field)).nth(position as usize)
}

fn head(node: &SyntaxNode) -> Option<TextRange> {
    let mut own = node.children_with_tokens().filter_map(|element| element.into_token());
    let colon = own.find(|token| token.kind() == SyntaxKind::Colon)?;
    let before = |token: &SyntaxToken| token.text_range().end() <= colon.text_range().start();
    let mut tokens = significant_tokens(node).skip(1).take_while(before);
    let first = tokens.next()?;
    let last = tokens.last().unwrap_or_else(|| first.clone());
    Some(first.text_range().cover(last.text_range()))
}

fn result(node: &SyntaxNode) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == RetType)?.last_child()
}

fn trimmed(node: &SyntaxNode) -> TextRange {
    let first = significant_tokens(node).next();
    match (first, last_token(node)) {
        (Some(first), Some(last)) => first.text_range().cover(last.text_range()),
        _ => TextRange::empty(node.text_range().start()),
    }
}

fn significant_tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    node.descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !token.kind().is_trivia())
}

fn last_token(node: &SyntaxNode) -> Option<SyntaxToken> {
    let mut token = node.last_token();
    while let Some(current) = token {
        if !node.text_range().contains_range(current.text_range()) {
            return None;
        }
        if !current.kind().is_trivia() && !current.text().is_empty() {
            return Some(current);
        }
        token = current.prev_token();
    }
    None
}
