//! Why an import fails, and what was probably meant.
//!
//! Only asked once something is missing, so that nothing that is fine depends on the names of all
//! modules.

use super::Written;
use crate::diagnostics::{Code, Edit, EditKind, Finding, Fix, Site, suggest};
use crate::items::{ItemId, NodeIndex, declared_in, is_public, module_scope};
use crate::package::{
    ModuleLookup, Package, find_module, module_path, modules_of, package_name, source_folder,
    why_unreadable,
};
use crate::{Db, Name, SourceFile};

/// How many names of a module are told where none of them is near.
const TOLD_MAX: usize = 6;

/// A path that means no module (N003).
pub(super) fn no_module(db: &dyn Db, file: SourceFile, of: &Written, site: Site) -> Finding {
    let path = of.path.as_str();
    let Some(package) = file.package(db) else {
        return no_module_alone(db, file, of, site);
    };
    let finding =
        Finding::new(Code::N003, site, format!("this package has no module called `{path}`"));
    if let Some((help, fix)) = name_in_path(db, file, of, site) {
        return fix.into_iter().fold(finding.help(help), Finding::fix);
    }
    if let Some(near) = near_module(db, file, path) {
        return did_you_mean(finding, of, &near, site);
    }
    let help = elsewhere(db, package, path)
        .or_else(|| folder(db, package, of))
        .or_else(|| other_package(db, package, path))
        .unwrap_or_else(|| expected_file(db, package, path));
    finding.help(help)
}

/// The same in a file that belongs to no package, which can import standard modules alone.
fn no_module_alone(db: &dyn Db, file: SourceFile, of: &Written, site: Site) -> Finding {
    let path = of.path.as_str();
    let message = format!("there is no module called `{path}`: this file belongs to no package");
    let finding = Finding::new(Code::N003, site, message);
    if let Some((help, fix)) = name_in_path(db, file, of, site) {
        return fix.into_iter().fold(finding.help(help), Finding::fix);
    }
    match near_module(db, file, path) {
        Some(near) => did_you_mean(finding, of, &near, site),
        None => finding.help(
            "without a package, a file can import standard modules only; a `weir.toml` with a \
             `[package]` and its `name` makes a folder a package",
        ),
    }
}

/// The path that was meant, with a mend if it binds the same names.
fn did_you_mean(finding: Finding, of: &Written, near: &str, site: Site) -> Finding {
    let binds_the_same = of.names.is_some() || of.is_renamed || last(near) == last(&of.path);
    let finding = finding.help(format!("did you mean `{near}`?"));
    match binds_the_same {
        true => finding.fix(Fix::rename(site, near)),
        false => finding,
    }
}

/// `import text.tables.parse`, of a name that the module `text.tables` declares.
fn name_in_path(
    db: &dyn Db,
    file: SourceFile,
    of: &Written,
    site: Site,
) -> Option<(String, Option<Fix>)> {
    let (module, name) = of.path.rsplit_once('.')?;
    let ModuleLookup::Found(found) = find_module(db, file, module) else { return None };
    if declared_in(db, found, name).is_none() {
        let is_file_name = format!(".{name}") == EXTENSION;
        return is_file_name
            .then(|| (format!("a module is named without `{EXTENSION}`: `{module}`"), None));
    }
    let line = format!("from {module} import {name}");
    let help = format!("`{module}` is the module, which declares `{name}`: `{line}`");
    let whole = Site::whole(site.item, NodeIndex::ITEM);
    let edits = vec![Edit { site: whole, kind: EditKind::Replace(line.clone()) }];
    let is_plain = !of.is_renamed && of.names.is_none();
    Some((help, is_plain.then(|| Fix { title: format!("write `{line}`"), safe: false, edits })))
}

/// A module whose file cannot be read (N003).
pub(super) fn unreadable(db: &dyn Db, file: SourceFile, path: &str, site: Site) -> Finding {
    let finding = Finding::new(Code::N003, site, format!("the module `{path}` cannot be read"));
    let why = why_unreadable(db, file, path);
    why.into_iter().fold(finding, |finding, why| finding.help(&*why))
}

/// The name that an import of the module binds, if a dotted path is a module's in full.
pub(crate) fn module_by_full_path(db: &dyn Db, file: SourceFile, path: &str) -> Option<Name> {
    match find_module(db, file, path) {
        ModuleLookup::Found(_) => Some(last(path).into()),
        _ => None,
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// A name that a module does not declare for others (N003, or N001 where it is used).
pub(crate) fn no_name(
    db: &dyn Db,
    module: SourceFile,
    name: &str,
    code: Code,
    site: Site,
) -> Finding {
    let of = module_path(db, module).unwrap_or_default();
    let scope = module_scope(db, module);
    if scope.ty(name).is_some() || !scope.values(name).is_empty() {
        return Finding::new(code, site, format!("`{name}` is private to the module `{of}`"))
            .help("names that begin with `_` are for their own module; rename it there if others may use it");
    }
    let finding = Finding::new(code, site, format!("the module `{of}` declares no `{name}`"));
    let below = format!("{of}.{name}");
    if let ModuleLookup::Found(_) = find_module(db, module, &below) {
        return finding.help(format!("`{name}` is a module: `import {below}`"));
    }
    if let Some(of_import) = import_of(db, module, name) {
        return finding.help(format!(
            "`{of}` only imports it, and no module hands on what it imports: {of_import}"
        ));
    }
    if (of.as_str(), name) == ("time", "sleep") {
        return finding.help("it needs no import: `sleep(1.seconds)`");
    }
    let known = scope.value_names().chain(scope.type_names()).map(Name::as_str);
    let known: Vec<&str> = known.filter(|known| is_public(known)).collect();
    match suggest(name, known.iter().copied()) {
        Some(close) => finding.help(format!("did you mean `{close}`?")),
        None if known.is_empty() => finding.help(format!("`{of}` declares nothing for others")),
        None if known.len() <= TOLD_MAX => {
            finding.help(format!("it declares `{}`", known.join("`, `")))
        }
        None => finding.help(format!("`weir doc {}` tells what it declares", doc_path(db, module))),
    }
}

/// How a file gets by itself what a module only imports.
fn import_of(db: &dyn Db, module: SourceFile, name: &str) -> Option<String> {
    match super::imports(db, module).get(name)? {
        super::Imported::Module(of) => Some(format!("`import {}`", module_path(db, *of)?)),
        super::Imported::Declared { values, ty } => {
            let item = values.first().or(ty.as_ref())?;
            let of = module_path(db, item.file(db))?;
            Some(format!("`from {of} import {}`", item.name(db)))
        }
        super::Imported::Failed => None,
    }
}

/// What `weir doc` is given for a module: the name of a standard one, else the file.
fn doc_path(db: &dyn Db, module: SourceFile) -> String {
    let standard = db.standard_modules().name_of(module);
    standard.map_or_else(|| module.path(db).to_string(), str::to_owned)
}

/// How a name that nothing in view declares could be imported: the help, and a fix where one module
/// alone could be meant. It is a module where something of it is named, else what a module declares.
pub(crate) fn importable(
    db: &dyn Db,
    item: ItemId,
    name: &str,
    is_base: bool,
) -> Option<(String, Option<Fix>)> {
    let file = item.file(db);
    let lines = import_lines(db, file, name, is_base);
    match lines.as_slice() {
        [] => None,
        [(line, _)] => {
            let edit = EditKind::Import(line.clone());
            let site = Site::whole(item, NodeIndex::ITEM);
            let title = format!("write `{line}`");
            let fix = Fix { title, safe: false, edits: vec![Edit { site, kind: edit }] };
            Some((format!("import it: `{line}`"), Some(fix)))
        }
        many => {
            let modules: Vec<&str> = many.iter().map(|(_, module)| module.as_str()).collect();
            Some((format!("import it from one of `{}`", modules.join("`, `")), None))
        }
    }
}

/// The imports that would bind a name, each with its module.
fn import_lines(db: &dyn Db, file: SourceFile, name: &str, is_base: bool) -> Vec<(String, Name)> {
    let own = file.package(db).map(|package| modules_of(db, package));
    let own = own.into_iter().flat_map(|modules| {
        modules.iter().map(|(path, module)| (path.clone(), module)).collect::<Vec<_>>()
    });
    let standard = db.standard_modules();
    let standard =
        standard.names().filter_map(|name| Some((Name::from(name), standard.find(name)?)));
    let others = own.chain(standard).filter(|(_, module)| *module != file);
    let lines = others.filter_map(|(path, module)| {
        if is_base && last(&path) == name {
            return Some((format!("import {path}"), path));
        }
        declared_in(db, module, name)?;
        Some((format!("from {path} import {name}"), path))
    });
    lines.collect()
}

/// The module whose path is nearly that one, or ends as it does.
fn near_module(db: &dyn Db, file: SourceFile, path: &str) -> Option<String> {
    let mut known: Vec<&str> = db.standard_modules().names().collect();
    if let Some(package) = file.package(db) {
        known.extend(modules_of(db, package).iter().map(|(path, _)| path.as_str()));
    }
    let same_end = || {
        let mut ends = known.iter().filter(|known| last(known) == last(path));
        ends.next().filter(|_| ends.next().is_none())
    };
    suggest(path, known.iter().copied()).or_else(|| same_end().copied()).map(str::to_owned)
}

/// A file of that name that is no module, for where it stands.
fn elsewhere(db: &dyn Db, package: Package, path: &str) -> Option<String> {
    let end = format!("{}.weir", path.replace('.', "/"));
    let is_it = |path: &str| {
        path.strip_suffix(end.as_str())
            .is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    let found = package.files(db).keys().find(|path| is_it(path))?;
    let folder = shown_folder(db, package);
    Some(format!(
        "`{found}` is not below {folder}, where this package's modules are: move it there"
    ))
}

/// A folder of that name, which is no module by itself.
fn folder(db: &dyn Db, package: Package, of: &Written) -> Option<String> {
    let path = &of.path;
    let start = format!("{path}.");
    let modules = modules_of(db, package);
    let mut inside = modules.iter().filter(|(path, _)| path.starts_with(&start));
    let (first, _) = inside.next()?;
    let mut named = of.names.iter().flatten().map(|name| format!("{start}{name}"));
    let meant = named.find(|meant| modules.get(meant).is_some());
    Some(match meant {
        Some(module) => format!("`{path}` is a folder, and no module: `import {module}`"),
        None => format!("`{path}` is a folder; import a module in it, such as `{first}`"),
    })
}

fn other_package(db: &dyn Db, package: Package, path: &str) -> Option<String> {
    let first = path.split('.').next()?;
    let mut others = db.packages().all(db).iter().filter(|other| **other != package);
    others.find(|other| package_name(db, **other).as_deref() == Some(first))?;
    Some(format!(
        "`{first}` is a package of its own, and a package cannot import another: move what both \
         need into one package"
    ))
}

fn expected_file(db: &dyn Db, package: Package, path: &str) -> String {
    let folder = &source_folder(db, package).path;
    let slash = if folder.is_empty() { "" } else { "/" };
    format!("it would be the file `{folder}{slash}{}.weir`", path.replace('.', "/"))
}

/// What a module's file name ends with.
const EXTENSION: &str = ".weir";

fn shown_folder(db: &dyn Db, package: Package) -> String {
    match source_folder(db, package).path.as_str() {
        "" => "the folder of `weir.toml`".to_owned(),
        folder => format!("`{folder}`"),
    }
}
