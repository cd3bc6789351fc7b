//! A declaration's text up to its body, on one line.

use weir_syntax::ast::{self, AstNode};
use weir_syntax::{SyntaxKind, SyntaxNode, SyntaxToken};

use super::{is_documented_type, type_anchor};
use crate::items::{Resolution, resolve_type_name};
use crate::{Db, SourceFile};

/// A part of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text.
    Text(String),
    /// The name of a type that is documented.
    Type {
        /// The name.
        name: String,
        /// The file that declares it.
        file: SourceFile,
        /// Its entry's anchor.
        anchor: String,
    },
}

impl Piece {
    /// Its text.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Type { name: text, .. } => text,
        }
    }
}

/// Prints signatures of a file.
pub(super) struct Printer<'db> {
    db: &'db dyn Db,
    file: SourceFile,
}

impl<'db> Printer<'db> {
    pub(super) fn new(db: &'db dyn Db, file: SourceFile) -> Self {
        Self { db, file }
    }

    /// The signature of a declaration; type parameters of what is around it name no types.
    pub(super) fn signature(&self, node: &SyntaxNode, around: &[SyntaxNode]) -> Vec<Piece> {
        let params = around.iter().chain([node]).flat_map(type_params).collect::<Vec<_>>();
        let mut pieces = Vec::new();
        for (space, token) in spaced(&header(node)) {
            push(&mut pieces, space);
            match self.ty(&token).filter(|_| !params.contains(&token.text().to_owned())) {
                Some(piece) => pieces.push(piece),
                None => push(&mut pieces, token.text()),
            }
        }
        pieces
    }

    /// The type that the token names in a type's place.
    fn ty(&self, token: &SyntaxToken) -> Option<Piece> {
        let path = token.parent()?.parent().and_then(ast::PathType::cast)?;
        let (db, name) = (self.db, token.text());
        let is_alone = path.name_refs().count() == 1;
        let resolution = is_alone.then(|| resolve_type_name(db, self.file, name)).flatten()?;
        let (&Resolution::Type(item) | &Resolution::Builtin(_, item)) = resolution else {
            return None;
        };
        let (name, anchor) = (name.to_owned(), type_anchor(db, item));
        is_documented_type(db, item).then(|| Piece::Type { name, file: item.file(db), anchor })
    }
}

fn push(pieces: &mut Vec<Piece>, more: &str) {
    match pieces.last_mut() {
        Some(Piece::Text(text)) => text.push_str(more),
        _ if more.is_empty() => {}
        _ => pieces.push(Piece::Text(more.to_owned())),
    }
}

fn type_params(node: &SyntaxNode) -> Vec<String> {
    let list = node.children().find_map(ast::TypeParamList::cast);
    let params = list.into_iter().flat_map(|list| list.type_params().collect::<Vec<_>>());
    params.filter_map(|param| param.name()).map(|name| name.text().to_owned()).collect()
}

/// The significant tokens before the `:` of the body.
fn header(node: &SyntaxNode) -> Vec<SyntaxToken> {
    let is_body = |child: &SyntaxNode| {
        ast::Block::can_cast(child.kind())
            || ast::MemberList::can_cast(child.kind())
            || ast::VariantList::can_cast(child.kind())
    };
    let body = node.children().find(is_body).map(|body| body.text_range().start());
    let tokens = node.descendants_with_tokens().filter_map(|element| element.into_token());
    let tokens = tokens.filter(|token| !token.kind().is_trivia());
    let before = tokens.filter(|token| body.is_none_or(|body| token.text_range().end() <= body));
    let mut tokens: Vec<_> = before.collect();
    if tokens.last().is_some_and(|last| last.kind() == SyntaxKind::Colon) {
        tokens.pop();
    }
    tokens
}

/// Each token with the space before it: one where the text has any, but none inside brackets that
/// were spread over lines, and no comma before they close.
fn spaced(tokens: &[SyntaxToken]) -> Vec<(&'static str, SyntaxToken)> {
    let mut spaced: Vec<(&str, SyntaxToken)> = Vec::new();
    for token in tokens {
        let closes = matches!(token.text(), ")" | "]" | "}");
        let opened = spaced.last().is_some_and(|(_, last)| matches!(last.text(), "(" | "[" | "{"));
        let spread = closes && spaced.last().is_some_and(|(_, last)| last.text() == ",");
        let is_one_tuple = token.parent().is_some_and(|of| ast::TupleType::can_cast(of.kind()));
        if spread && !is_one_tuple {
            spaced.pop();
        }
        let before = token.prev_token();
        let has_space = before.is_some_and(|before| before.kind().is_trivia());
        let space = if has_space && !opened && !closes && !spaced.is_empty() { " " } else { "" };
        spaced.push((space, token.clone()));
    }
    spaced
}
