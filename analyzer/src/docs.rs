//! What a module documents: its public declarations, with their `##` comments.
//!
//! What it is not: an output; Markdown and HTML are made of it elsewhere. It reads the tree, as
//! comments are what no query sees: for printing, never for queries.
//!
//! **Nouns.** An *entry* is a declaration or a part of one (a field, a variant, a method) with its
//! *signature*: its text up to the body, on one line, in *pieces*, some of which name a type that is
//! documented as well. **Invariant.** What begins with `_` is private and has no entry.

mod signature;

use weir_syntax::SyntaxNode;
use weir_syntax::ast::{self, AstNode, HasDoc, HasName};

use crate::db::parse;
use crate::items::ItemId;
use crate::package::module_path;
use crate::{Db, SourceFile};

pub use signature::Piece;

/// A module's documentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleDocs {
    /// Its dotted path.
    pub name: String,
    /// The file.
    pub file: SourceFile,
    /// What the `##` lines at the top of the file say.
    pub text: String,
    /// Its declarations, in the order of the text.
    pub entries: Vec<Entry>,
}

/// A declaration, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Its name.
    pub name: String,
    /// Its name within the module's page, which no other entry has: `min`, `min-2`, `Job.label`.
    pub anchor: String,
    /// Its text up to the body.
    pub signature: Vec<Piece>,
    /// What its `##` lines say, as Markdown.
    pub text: String,
    /// Its fields, variants and methods.
    pub members: Vec<Entry>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EntryKind {
    /// `type`, `struct`, `enum`
    Type,
    /// `const`, `tasklocal`
    Value,
    /// `fn`, also as a method
    Function,
    /// A field of a struct.
    Field,
    /// A variant of an enum.
    Variant,
}

impl EntryKind {
    /// What several of them are called.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Type => "types",
            Self::Value => "values",
            Self::Function => "functions",
            Self::Field => "fields",
            Self::Variant => "variants",
        }
    }
}

/// What a file documents.
pub fn module_docs(db: &dyn Db, file: SourceFile) -> ModuleDocs {
    let mut anchors = Anchors::default();
    let items = parse(db, file).tree().items();
    let entries = items.filter_map(|item| declaration(db, file, &item, &mut anchors)).collect();
    ModuleDocs { name: module_name(db, file), file, text: top_text(file.text(db)), entries }
}

/// How a type is found in its module's documentation: the anchor of its entry.
pub fn type_anchor(db: &dyn Db, item: ItemId) -> String {
    item.name(db).to_string()
}

/// The module's dotted path; for a file in no package, its name.
pub fn module_name(db: &dyn Db, file: SourceFile) -> String {
    if let Some(path) = module_path(db, file) {
        return path.to_string();
    }
    let name = file.path(db).rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".weir").unwrap_or(name).to_owned()
}

/// Hands out names that are each used once.
#[derive(Default)]
struct Anchors(rustc_hash::FxHashMap<String, u32>);

impl Anchors {
    fn take(&mut self, name: String) -> String {
        let count = self.0.entry(name.clone()).or_default();
        *count += 1;
        match *count {
            1 => name,
            count => format!("{name}-{count}"),
        }
    }
}

fn declaration(
    db: &dyn Db,
    file: SourceFile,
    item: &ast::Item,
    anchors: &mut Anchors,
) -> Option<Entry> {
    let printer = signature::Printer::new(db, file);
    let (kind, documented) = match item {
        ast::Item::Const(of) => (EntryKind::Value, described(of)),
        ast::Item::TaskLocal(of) => (EntryKind::Value, described(of)),
        ast::Item::TypeAlias(of) => (EntryKind::Type, described(of)),
        ast::Item::Struct(of) => (EntryKind::Type, described(of)),
        ast::Item::Enum(of) => (EntryKind::Type, described(of)),
        ast::Item::Fn(of) => (EntryKind::Function, described(of)),
        ast::Item::Import(_) | ast::Item::FromImport(_) | ast::Item::Test(_) => return None,
    };
    let (name, text) = documented.filter(|(name, _)| is_public(name))?;
    let anchor = anchors.take(name.clone());
    let signature = printer.signature(item.syntax(), &[]);
    let list = item.syntax().children().find(|node| {
        ast::MemberList::can_cast(node.kind()) || ast::VariantList::can_cast(node.kind())
    });
    let members = list.iter().flat_map(SyntaxNode::children);
    let members = members.filter_map(|node| member(&printer, item.syntax(), &node, &name, anchors));
    let members = members.collect();
    Some(Entry { kind, name, anchor, signature, text, members })
}

fn member(
    printer: &signature::Printer<'_>,
    owner: &SyntaxNode,
    node: &SyntaxNode,
    owner_name: &str,
    anchors: &mut Anchors,
) -> Option<Entry> {
    let (kind, documented) = if let Some(field) = ast::Field::cast(node.clone()) {
        (EntryKind::Field, described(&field))
    } else if let Some(variant) = ast::Variant::cast(node.clone()) {
        (EntryKind::Variant, described(&variant))
    } else {
        (EntryKind::Function, described(&ast::Fn::cast(node.clone())?))
    };
    let (name, text) = documented.filter(|(name, _)| is_public(name))?;
    let anchor = anchors.take(format!("{owner_name}.{name}"));
    let signature = printer.signature(node, std::slice::from_ref(owner));
    Some(Entry { kind, name, anchor, signature, text, members: Vec::new() })
}

fn described(node: &(impl HasName + HasDoc)) -> Option<(String, String)> {
    let name = node.name()?.text().to_owned();
    (!name.is_empty()).then(|| (name, node.doc_comment().unwrap_or_default()))
}

fn is_public(name: &str) -> bool {
    !name.starts_with('_')
}

/// The `##` lines at the top of a file, if a blank line sets them off from the first declaration.
fn top_text(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}');
    let is_doc = |line: &&str| line.starts_with("##");
    let lines: Vec<&str> = text.lines().take_while(is_doc).collect();
    let is_set_off = text.lines().nth(lines.len()).is_none_or(|line| line.trim().is_empty());
    let lines = lines.iter().filter(|_| is_set_off).map(|line| {
        let line = line.trim_start_matches('#');
        line.strip_prefix(' ').unwrap_or(line).trim_end()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Whether the item is a type whose entry a signature can lead to.
fn is_documented_type(db: &dyn Db, item: ItemId) -> bool {
    item.kind(db).is_type() && is_public(&item.name(db))
}
