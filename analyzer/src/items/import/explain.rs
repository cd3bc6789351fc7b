//! Why an import fails, and what was probably meant.
//!
//! Only asked once something is missing, so that nothing that is fine depends on the names of all
//! modules.

use crate::diagnostics::{Code, Edit, EditKind, Finding, Fix, Site, suggest};
use crate::items::{ItemId, NodeIndex, declared_in, is_public, module_scope};
use crate::package::{
    ModuleLookup, Package, find_module, module_path, modules_of, package_name, source_folder,
};
use crate::{Db, Name, SourceFile};

/// A path that means no module (N003).
pub(super) fn no_module(db: &dyn Db, file: SourceFile, path: &str, site: Site) -> Finding {
    let message = match file.package(db) {
        Some(_) => format!("this package has no module called `{path}`"),
        None => format!("there is no module called `{path}`: this file belongs to no package"),
    };
    let finding = Finding::new(Code::N003, site, message);
    let meant = near_module(db, file, path).map(|near| format!("did you mean `{near}`?"));
    let help = meant.or_else(|| match file.package(db) {
        Some(package) => elsewhere(db, package, path)
            .or_else(|| folder(db, package, path))
            .or_else(|| other_package(db, package, path))
            .or_else(|| Some(expected_file(db, package, path))),
        None => Some(
            "without a package, a file can import standard modules only; a `weir.toml` with a \
             `[package]` and its `name` makes a folder a package"
                .to_owned(),
        ),
    });
    help.into_iter().fold(finding, Finding::help)
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
    let known = scope.value_names().chain(scope.type_names()).map(Name::as_str);
    match suggest(name, known.filter(|known| is_public(known))) {
        Some(close) => finding.help(format!("did you mean `{close}`?")),
        None => match super::imports(db, module).get(name) {
            Some(_) => finding
                .help(format!("`{of}` only imports `{name}`; import it from where it is declared")),
            None => finding,
        },
    }
}

/// How a name that nothing in view declares could be imported: the help, and a fix where one module
/// alone could be meant. It may be a name that a module declares, or a module itself.
pub(crate) fn importable(db: &dyn Db, item: ItemId, name: &str) -> Option<(String, Option<Fix>)> {
    let file = item.file(db);
    let lines = import_lines(db, file, name);
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
fn import_lines(db: &dyn Db, file: SourceFile, name: &str) -> Vec<(String, Name)> {
    let own = file.package(db).map(|package| modules_of(db, package));
    let own = own.into_iter().flat_map(|modules| {
        modules.iter().map(|(path, module)| (path.clone(), module)).collect::<Vec<_>>()
    });
    let standard = db.standard_modules();
    let standard =
        standard.names().filter_map(|name| Some((Name::from(name), standard.find(name)?)));
    let others = own.chain(standard).filter(|(_, module)| *module != file);
    let lines = others.filter_map(|(path, module)| {
        if path.rsplit('.').next() == Some(name) {
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
    let last = |path: &str| path.rsplit('.').next().map(str::to_owned);
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
fn folder(db: &dyn Db, package: Package, path: &str) -> Option<String> {
    let start = format!("{path}.");
    let mut inside = modules_of(db, package).iter().filter(|(path, _)| path.starts_with(&start));
    let (first, _) = inside.next()?;
    Some(format!("`{path}` is a folder; import a module in it, such as `{first}`"))
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

fn shown_folder(db: &dyn Db, package: Package) -> String {
    match source_folder(db, package).path.as_str() {
        "" => "the folder of `weir.toml`".to_owned(),
        folder => format!("`{folder}`"),
    }
}
