//! What a file's imports bind: modules, and names that modules declare.
//!
//! ```text
//! import text.tables                   tables  ▶ the module
//! import text.tables as t              t       ▶ the module
//! from text.tables import parse, Row   parse   ▶ a value, Row ▶ a type
//! ```
//!
//! A module's name stands in both namespaces. Modules may import each other: what one declares
//! never depends on what it imports. Invariant: each name that an import writes is bound, or is
//! among the failed ones, about which nobody else complains.

mod explain;

pub(crate) use explain::{importable, module_by_full_path, no_name as undeclared_in};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use weir_syntax::SyntaxNode;
use weir_syntax::ast::{self, AstNode};

use super::nodes::NodeIndices;
use super::{ItemId, ItemKind, NodeIndex, file_items, item_syntax, module_scope};
use crate::diagnostics::{Code, Finding, Part, Site};
use crate::package::{ModuleLookup, find_module};
use crate::{Db, FileKind, Name, SourceFile};

/// What a file's imports bind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imports {
    bindings: Vec<Binding>,
    by_name: IndexMap<Name, usize, FxBuildHasher>,
    findings: Vec<Finding>,
}

/// A name that an import binds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The name.
    pub name: Name,
    /// Where it is bound: a module's path, or a name with its new name.
    pub site: Site,
    /// What it means.
    pub means: Imported,
}

/// What an imported name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// A module.
    Module(SourceFile),
    /// What a module declares by that name.
    Declared {
        /// As a value: a function (its overloads), constant or tasklocal.
        values: Vec<ItemId>,
        /// As a type.
        ty: Option<ItemId>,
    },
    /// Nothing: the import was reported.
    Failed,
}

impl Imports {
    /// What an imported name means.
    pub fn get(&self, name: &str) -> Option<&Imported> {
        let index = self.by_name.get(name)?;
        self.bindings.get(*index).map(|binding| &binding.means)
    }

    /// All names that imports bind, in the order of the text.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The modules that are named, each once.
    pub fn modules(&self, db: &dyn Db) -> Vec<SourceFile> {
        let mut modules = Vec::new();
        for binding in &self.bindings {
            let module = match &binding.means {
                Imported::Module(module) => Some(*module),
                Imported::Declared { values, ty } => {
                    values.first().or(ty.as_ref()).map(|item| item.file(db))
                }
                Imported::Failed => None,
            };
            modules.extend(module.filter(|module| !modules.contains(module)));
        }
        modules
    }

    /// What is wrong with the imports.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

/// What the file's imports bind. Read from what modules declare and from nothing that stands in
/// bodies.
#[salsa::tracked]
pub fn imports(db: &dyn Db, file: SourceFile) -> Imports {
    let mut resolving = Resolving { db, file, imports: Imports::default() };
    let items = file_items(db, file).ids(db);
    items.filter(|item| item.kind(db) == ItemKind::Import).for_each(|item| resolving.item(item));
    resolving.imports
}

/// All modules that a file leads to by imports, itself and the standard ones aside.
pub fn imported_modules(db: &dyn Db, file: SourceFile) -> Vec<SourceFile> {
    let mut found = vec![file];
    let mut next = 0;
    while let Some(file) = found.get(next).copied() {
        for module in imports(db, file).modules(db) {
            if module.kind(db) == FileKind::Module && !found.contains(&module) {
                found.push(module);
            }
        }
        next += 1;
    }
    found.split_off(1)
}

/// What an import says.
struct Written {
    /// The module's path, with dots.
    path: String,
    /// Whether anything gets another name.
    is_renamed: bool,
    /// The names that are imported from it; none where it is the module itself.
    names: Option<Vec<String>>,
}

struct Resolving<'db> {
    db: &'db dyn Db,
    file: SourceFile,
    imports: Imports,
}

/// An import on its way: the item and the indices of its nodes.
struct Import {
    item: ItemId,
    indices: NodeIndices,
}

impl Import {
    fn site(&self, node: &SyntaxNode) -> Site {
        Site::whole(self.item, self.indices.get(node).unwrap_or(NodeIndex::ITEM))
    }
}

impl Resolving<'_> {
    fn item(&mut self, item: ItemId) {
        let Some(syntax) = item_syntax(self.db, item) else { return };
        let node = syntax.node();
        let import = Import { item, indices: NodeIndices::of(&node) };
        match ast::Item::cast(node) {
            Some(ast::Item::Import(of)) => self.module(&import, &of),
            Some(ast::Item::FromImport(of)) => self.names(&import, &of),
            _ => {}
        }
    }

    /// `import a.b`, `import a.b as c`
    fn module(&mut self, import: &Import, of: &ast::Import) {
        let Some(path) = of.module_path() else { return };
        let written =
            Written { path: dotted(&path), is_renamed: of.rename().is_some(), names: None };
        let last = path.segments().last().map(|name| name.text().to_owned());
        let means = self.find(import, &path, &written).map_or(Imported::Failed, Imported::Module);
        self.bind(renamed(of.rename()).or(last), import.site(path.syntax()), means);
    }

    /// `from a.b import c, D as E`
    fn names(&mut self, import: &Import, of: &ast::FromImport) {
        let Some(path) = of.module_path() else { return };
        let names = of.import_names().filter_map(|name| Some(name.name_ref()?.text().to_owned()));
        let is_renamed = of.import_names().any(|name| name.rename().is_some());
        let written = Written { path: dotted(&path), is_renamed, names: Some(names.collect()) };
        let module = self.find(import, &path, &written);
        for name in of.import_names() {
            let site = import.site(name.syntax());
            let Some(written) = name.name_ref().map(|name| name.text().to_owned()) else {
                continue;
            };
            let means = match module {
                Some(module) => self.declared(module, &written, site),
                None => Imported::Failed,
            };
            self.bind(renamed(name.rename()).or(Some(written)), site, means);
        }
    }

    /// The module of a path; a path without a name in it is the parser's finding.
    fn find(
        &mut self,
        import: &Import,
        path: &ast::ModulePath,
        written: &Written,
    ) -> Option<SourceFile> {
        let site = import.site(path.syntax());
        match find_module(self.db, self.file, &written.path) {
            _ if written.path.is_empty() => return None,
            ModuleLookup::Found(module) => return Some(module),
            ModuleLookup::Unreadable => {
                self.report(explain::unreadable(self.db, self.file, &written.path, site));
            }
            ModuleLookup::Missing => {
                self.report(explain::no_module(self.db, self.file, written, site));
            }
        }
        None
    }

    fn declared(&mut self, module: SourceFile, name: &str, site: Site) -> Imported {
        let scope = module_scope(self.db, module);
        let (values, ty) = (scope.values(name).to_vec(), scope.ty(name));
        let is_declared = !values.is_empty() || ty.is_some();
        match is_declared && (is_public(name) || module == self.file) {
            true => Imported::Declared { values, ty },
            false if name.is_empty() => Imported::Failed,
            false => {
                self.report(explain::no_name(self.db, module, name, Code::N003, site));
                Imported::Failed
            }
        }
    }

    fn bind(&mut self, name: Option<String>, site: Site, means: Imported) {
        let name: Name = name.unwrap_or_default().into();
        if name.is_empty() {
            return;
        }
        if let Some(index) = self.imports.by_name.get(&name) {
            let first = &self.imports.bindings[*index];
            if first.means != Imported::Failed && means != Imported::Failed {
                let finding = imported_twice(&name, site, first.site);
                self.report(finding);
            }
            return;
        }
        if let Some(declared) = self.declared_here(&name, &means) {
            self.report(also_declared(&name, site, declared));
        }
        self.imports.by_name.insert(name.clone(), self.imports.bindings.len());
        self.imports.bindings.push(Binding { name, site, means });
    }

    /// The file's own declaration of a name in a namespace that the import binds it in.
    fn declared_here(&self, name: &str, means: &Imported) -> Option<ItemId> {
        let scope = module_scope(self.db, self.file);
        let value = || scope.values(name).first().copied();
        match means {
            Imported::Module(_) => value().or_else(|| scope.ty(name)),
            Imported::Declared { values, ty } => {
                let value = if values.is_empty() { None } else { value() };
                value.or_else(|| ty.and(scope.ty(name)))
            }
            Imported::Failed => None,
        }
    }

    fn report(&mut self, finding: Finding) {
        self.imports.findings.push(finding);
    }
}

/// Whether other modules may name it.
pub fn is_public(name: &str) -> bool {
    !name.starts_with('_')
}

fn imported_twice(name: &str, second: Site, first: Site) -> Finding {
    Finding::new(Code::N002, second, format!("`{name}` is imported twice in this file"))
        .related(first, "the first import of that name")
        .help(format!("leave one of them out, or rename it: `{name} as …`"))
}

fn also_declared(name: &str, import: Site, declared: ItemId) -> Finding {
    let declared = Site::whole(declared, NodeIndex::ITEM).part(Part::Name);
    let message = format!("`{name}` is imported here, but this file declares a `{name}` itself");
    Finding::new(Code::N002, import, message)
        .related(declared, "the declaration, which is the one that is used")
        .help(format!("rename what is imported: `{name} as …`"))
}

fn renamed(rename: Option<ast::Rename>) -> Option<String> {
    Some(rename?.name()?.text().to_owned())
}

fn dotted(path: &ast::ModulePath) -> String {
    path.segments().map(|name| name.text().to_owned()).collect::<Vec<_>>().join(".")
}
