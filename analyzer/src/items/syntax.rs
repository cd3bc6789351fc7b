//! A file's items and their syntax, free of positions and trivia.

#![allow(missing_docs, reason = "salsa's macros write undocumented accessors")]

use rustc_hash::FxHashMap;
use weir_syntax::ast::{self, AstNode};
use weir_syntax::{GreenNode, Parse, SyntaxNode, equal_without_trivia};

use super::{ItemId, ItemKind};
use crate::db::parse;
use crate::{Db, Name, SourceFile};

/// The subtree of an item. Equal when equal without trivia.
#[derive(Clone, Debug)]
pub struct ItemSyntax(GreenNode);

impl ItemSyntax {
    /// The root of the item's own tree; its ranges count from the item's start.
    pub fn node(&self) -> SyntaxNode {
        SyntaxNode::new_root(self.0.clone())
    }
}

impl PartialEq for ItemSyntax {
    fn eq(&self, other: &Self) -> bool {
        equal_without_trivia(&self.0, &other.0)
    }
}

impl Eq for ItemSyntax {}

/// An item of a file, with its syntax.
#[salsa::tracked(debug)]
pub struct ItemNode<'db> {
    /// The item.
    #[returns(copy)]
    pub id: ItemId,
    /// Its subtree.
    #[tracked]
    pub syntax: ItemSyntax,
}

/// The items of a file, in the order of the text; a method comes after its type.
#[derive(Clone, Debug, PartialEq, Eq, salsa::SalsaValue)]
pub struct FileItems<'db> {
    nodes: Vec<ItemNode<'db>>,
    by_id: FxHashMap<ItemId, usize>,
}

impl<'db> FileItems<'db> {
    /// All items.
    pub fn ids(&self, db: &'db dyn Db) -> impl Iterator<Item = ItemId> {
        self.nodes.iter().map(move |node| node.id(db))
    }

    /// The methods of a type, in the order of the text.
    pub(super) fn methods(&self, db: &'db dyn Db, of: ItemId) -> impl Iterator<Item = ItemId> {
        let behind = self.by_id.get(&of).map_or(self.nodes.len(), |index| index + 1);
        let items = self.nodes[behind..].iter().map(move |node| node.id(db));
        items.take_while(move |item| item.parent(db) == Some(of))
    }
}

/// The firewall: what the file declares, each with its syntax.
#[salsa::tracked]
pub fn file_items<'db>(db: &'db dyn Db, file: SourceFile) -> FileItems<'db> {
    let found = items_in(db, file, parse(db, file));
    let by_id = found.iter().enumerate().map(|(index, (id, _))| (*id, index)).collect();
    let nodes = found
        .into_iter()
        .map(|(id, node)| ItemNode::new(db, id, ItemSyntax(node.green().into_owned())))
        .collect();
    FileItems { nodes, by_id }
}

/// The item's syntax, if the file still declares it.
pub fn item_syntax(db: &dyn Db, item: ItemId) -> Option<&ItemSyntax> {
    item_node(db, item).map(|node| node.syntax(db))
}

/// The item's place among all of its file, which changes with any of them, becomes the node that
/// is this item's: whoever reads that one is asked again when this item changes alone.
#[salsa::tracked(returns(copy))]
fn item_node<'db>(db: &'db dyn Db, item: ItemId) -> Option<ItemNode<'db>> {
    let items = file_items(db, item.file(db));
    items.by_id.get(&item).map(|index| items.nodes[*index])
}

/// Where each item of a file stands now. Reads the parse: for rendering, never for queries.
pub fn located_items(db: &dyn Db, file: SourceFile) -> FxHashMap<ItemId, SyntaxNode> {
    items_in(db, file, parse(db, file)).into_iter().collect()
}

/// The first declaration of a kind and name is number 0, the next number 1.
type Duplicates = FxHashMap<(Option<ItemId>, ItemKind, Name), u32>;

fn items_in(db: &dyn Db, file: SourceFile, parse: &Parse) -> Vec<(ItemId, SyntaxNode)> {
    let mut found = Vec::new();
    let mut duplicates = Duplicates::default();
    for item in parse.tree().items() {
        let (kind, name) = kind_and_name(&item);
        let id = new_id(db, file, None, kind, name, &mut duplicates);
        found.push((id, item.syntax().clone()));
        for method in methods_in(&item) {
            let name = text(method.name());
            let method_id = new_id(db, file, Some(id), ItemKind::Fn, name, &mut duplicates);
            found.push((method_id, method.syntax().clone()));
        }
    }
    found
}

fn new_id(
    db: &dyn Db,
    file: SourceFile,
    parent: Option<ItemId>,
    kind: ItemKind,
    name: Name,
    duplicates: &mut Duplicates,
) -> ItemId {
    let count = duplicates.entry((parent, kind, name.clone())).or_default();
    let id = ItemId::new(db, file, parent, kind, name, *count);
    *count += 1;
    id
}

fn kind_and_name(item: &ast::Item) -> (ItemKind, Name) {
    match item {
        ast::Item::Import(import) => (ItemKind::Import, path_text(import.module_path())),
        ast::Item::FromImport(import) => (ItemKind::Import, path_text(import.module_path())),
        ast::Item::Const(of) => (ItemKind::Const, text(of.name())),
        ast::Item::TaskLocal(of) => (ItemKind::TaskLocal, text(of.name())),
        ast::Item::TypeAlias(of) => (ItemKind::TypeAlias, text(of.name())),
        ast::Item::Struct(of) if of.mutable_token().is_some() => {
            (ItemKind::MutableStruct, text(of.name()))
        }
        ast::Item::Struct(of) => (ItemKind::Struct, text(of.name())),
        ast::Item::Enum(of) => (ItemKind::Enum, text(of.name())),
        ast::Item::Fn(of) => (ItemKind::Fn, text(of.name())),
        ast::Item::Test(of) => (ItemKind::Test, of.title().unwrap_or_default().into()),
    }
}

fn methods_in(item: &ast::Item) -> Vec<ast::Fn> {
    let as_fn = |node: SyntaxNode| ast::Fn::cast(node);
    match item {
        ast::Item::Struct(of) => of
            .member_list()
            .map(|list| list.syntax().children().filter_map(as_fn).collect())
            .unwrap_or_default(),
        ast::Item::Enum(of) => of
            .variant_list()
            .map(|list| list.syntax().children().filter_map(as_fn).collect())
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn text(name: Option<ast::Name>) -> Name {
    name.map(|name| name.text().into()).unwrap_or_default()
}

fn path_text(path: Option<ast::ModulePath>) -> Name {
    let segments: Vec<String> = path
        .into_iter()
        .flat_map(|path| path.segments())
        .map(|name| name.text().to_owned())
        .collect();
    segments.join(".").into()
}
