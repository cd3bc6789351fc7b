//! Imports that nothing in their file uses (N004).
//!
//! A name counts as used where it is written at the start of a path, whatever it means there: a
//! local of that name hides an unused import, but no import that is used is ever called unused.

use std::collections::BTreeSet;

use weir_syntax::SyntaxKind;
use weir_syntax::ast::{self, AstNode};

use crate::diagnostics::{Code, Edit, EditKind, Finding, Fix, Site, suggest};
use crate::items::{
    Binding, Imported, ItemId, ItemKind, NodeIndex, file_items, imports, item_syntax,
    resolve_type_name, resolve_value,
};
use crate::{Db, Name, SourceFile};

/// The file's imported names that nothing in it names.
#[salsa::tracked]
pub fn unused_imports(db: &dyn Db, file: SourceFile) -> Vec<Finding> {
    let bindings = imports(db, file).bindings().iter();
    let mut unused: Vec<&Binding> = bindings
        .filter(|binding| binding.means != Imported::Failed && !binding.name.starts_with('_'))
        .filter(|binding| !is_reported(db, file, binding))
        .collect();
    for item in file_items(db, file).ids(db) {
        if unused.is_empty() {
            break;
        }
        let written = written_names(db, item);
        unused.retain(|binding| !written.contains(&binding.name));
        unused.retain(|binding| !is_misspelt_in(db, file, binding, written));
    }
    unused.into_iter().map(|binding| finding(db, binding)).collect()
}

/// Whether a name that the module does not know was meant to be the imported one: then it is used.
fn is_misspelt_in(
    db: &dyn Db,
    file: SourceFile,
    binding: &Binding,
    written: &BTreeSet<Name>,
) -> bool {
    written.iter().any(|name| {
        suggest(name, [binding.name.as_str()]).is_some()
            && resolve_value(db, file, name).is_none()
            && resolve_type_name(db, file, name).is_none()
    })
}

/// Whether something else is wrong with the name, from which it may follow that nothing uses it.
fn is_reported(db: &dyn Db, file: SourceFile, binding: &Binding) -> bool {
    imports(db, file).findings().iter().any(|finding| finding.site == binding.site)
}

/// The names that an item's paths begin with: expressions, types, patterns and bindings.
#[salsa::tracked]
fn written_names(db: &dyn Db, item: ItemId) -> BTreeSet<Name> {
    use SyntaxKind::{ConstructorPattern, NameExpr, PathType, WithBinding};
    let Some(syntax) = item_syntax(db, item) else { return BTreeSet::new() };
    let paths = syntax.node().descendants();
    let paths = paths.filter(|node| {
        matches!(node.kind(), ConstructorPattern | NameExpr | PathType | WithBinding)
    });
    let first = paths.filter_map(|path| path.children().find_map(ast::NameRef::cast));
    first.map(|name| name.text().into()).collect()
}

fn finding(db: &dyn Db, binding: &Binding) -> Finding {
    let name = &binding.name;
    let message = format!("`{name}` is imported, but nothing in this file uses it");
    let site = Site::whole(binding.site.item, NodeIndex::ITEM);
    let kind = match without(db, binding) {
        Some(rest) => EditKind::Replace(rest),
        None => EditKind::RemoveLines,
    };
    Finding::new(Code::N004, binding.site, message).help("use it, or leave the import out").fix(
        Fix { title: format!("leave `{name}` out"), safe: true, edits: vec![Edit { site, kind }] },
    )
}

/// The import without that name; nothing if it imports nothing else.
fn without(db: &dyn Db, binding: &Binding) -> Option<String> {
    let item = binding.site.item;
    debug_assert_eq!(item.kind(db), ItemKind::Import);
    let node = item_syntax(db, item)?.node();
    let gone = crate::items::node_at(&node, binding.site.node)?;
    let ast::Item::FromImport(of) = ast::Item::cast(node)? else { return None };
    let kept = of.import_names().map(|name| name.syntax().clone()).filter(|name| *name != gone);
    let kept: Vec<String> = kept.map(|name| name.text().to_string().trim().to_owned()).collect();
    let path = of.module_path()?.syntax().text().to_string();
    (!kept.is_empty()).then(|| format!("from {} import {}", path.trim(), kept.join(", ")))
}
