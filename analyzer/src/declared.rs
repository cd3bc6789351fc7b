//! What a name in a text means, for people: its declaration, as it is written, and what that says.
//!
//! It reads the tree and the comments: for showing, never for queries.

use weir_syntax::ast::{self, AstNode, HasDoc};
use weir_syntax::{SyntaxKind, SyntaxNode, SyntaxToken, TextRange, TextSize};

use crate::db::parse;
use crate::hir::{Expr, ExprId, lower};
use crate::infer::infer;
use crate::items::{ItemId, NodeIndex, Resolution, located_items, resolve_type_name};
use crate::{Db, SourceFile};

/// A name's declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The name, in the text that names it.
    pub range: TextRange,
    /// The declaration up to its body, on one line.
    pub signature: String,
    /// What its `##` lines say.
    pub doc: Option<String>,
}

/// The declaration of the name at a place of the text, if it is one of an item.
pub fn declared_at(db: &dyn Db, file: SourceFile, offset: TextSize) -> Option<Declared> {
    let tokens = parse(db, file).syntax().token_at_offset(offset);
    let token = tokens.into_iter().find(|token| token.kind() == SyntaxKind::Ident)?;
    let item = meant(db, file, &token)?;
    let node = located_items(db, item.file(db)).remove(&item)?;
    let doc = match ast::Item::cast(node.clone())? {
        ast::Item::Fn(of) => of.doc_comment(),
        ast::Item::Struct(of) => of.doc_comment(),
        ast::Item::Enum(of) => of.doc_comment(),
        ast::Item::Const(of) => of.doc_comment(),
        ast::Item::TaskLocal(of) => of.doc_comment(),
        ast::Item::TypeAlias(of) => of.doc_comment(),
        _ => None,
    };
    Some(Declared { range: token.text_range(), signature: signature(&node), doc })
}

/// The item that the token names: as a type, a value or a method.
fn meant(db: &dyn Db, file: SourceFile, token: &SyntaxToken) -> Option<ItemId> {
    if token.parent_ancestors().any(|node| ast::PathType::can_cast(node.kind())) {
        return match resolve_type_name(db, file, token.text())? {
            Resolution::Type(item) | Resolution::Builtin(_, item) => Some(*item),
            _ => None,
        };
    }
    let around = located_items(db, file).into_iter();
    let around = around.filter(|(_, node)| node.text_range().contains_range(token.text_range()));
    let (item, node) = around.min_by_key(|(_, node)| node.text_range().len())?;
    named(db, item, &node, token)
}

/// The item that an expression of a body names; of overloads, the one that a call means.
fn named(db: &dyn Db, item: ItemId, node: &SyntaxNode, token: &SyntaxToken) -> Option<ItemId> {
    if !item.kind(db).has_body() {
        return None;
    }
    let (lowered, types) = (lower(db, item), infer(db, item));
    let expr_at = |wanted: SyntaxNode| -> Option<ExprId> {
        let position = node.descendants().position(|of| of == wanted)?;
        let index = NodeIndex(u32::try_from(position).ok()?);
        let mut exprs = lowered.source_map.exprs.iter();
        exprs.find(|(_, at)| **at == index).map(|(expr, _)| expr)
    };
    let expr = token.parent_ancestors().take_while(|of| of != node).find_map(expr_at)?;
    let calls = lowered.body.exprs.iter();
    let mut call = calls.filter_map(|(call, of)| match of {
        Expr::Call(callee, _) if *callee == expr => types.callees.get(&call).copied(),
        _ => None,
    });
    match &lowered.body.exprs[expr] {
        Expr::Item(item) => call.next_back().or(Some(*item)),
        Expr::Member(_, name) if name == token.text() => call.next_back(),
        _ => None,
    }
}

/// A declaration's text up to its body, on one line.
fn signature(node: &SyntaxNode) -> String {
    use SyntaxKind::{Block, Colon, DocComment, MemberList, VariantList};
    let mut text = String::new();
    for part in node.children_with_tokens() {
        if matches!(part.kind(), Block | MemberList | VariantList) {
            break;
        }
        if !matches!(part.kind(), DocComment | Colon) {
            text.push_str(&part.to_string());
        }
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.replace("( ", "(").replace(", )", ")")
}
