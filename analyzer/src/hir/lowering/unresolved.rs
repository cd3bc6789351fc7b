//! Names that nothing declares (N001), and what was probably meant.
//!
//! Only asked once something is missing, so that nothing that is fine depends on all names in view.
//! **Invariant.** One finding for each name of a body; its fix mends every use of the name in the
//! body, and is offered only where what it names can be used as the unknown name is.

use weir_syntax::ast::{self, AstNode};
use weir_syntax::{SyntaxNode, shortened};

use super::Lowering;
use crate::diagnostics::{
    Code, Edit, EditKind, Finding, Fix, Foreign, Site, foreign_value, suggestions,
};
use crate::hir::{Expr, FrameKind, LocalKind};
use crate::items::{
    Imported, ItemId, ItemKind, importable, imports, is_visible, module_by_full_path, module_scope,
    prelude_scope, signature,
};
use crate::{FileKind, Name};

/// How a name is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// It is called with so many arguments.
    Called(usize),
    /// Something of it is named: `name.member`.
    Base,
    /// Anything else.
    Value,
}

/// Whether what a name means can be used so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It cannot: nobody meant it.
    No,
    /// It may have been meant, but putting it there mends nothing for sure.
    Perhaps,
    /// It can.
    Yes,
}

impl Lowering<'_> {
    /// A name that nothing declares. Once for each: what is said of the first place holds for all.
    pub(super) fn unresolved(&mut self, text: &str, name: &ast::NameRef) -> Expr {
        // Text that was not understood has its finding, as has a method without `self`.
        let lacks_self = text == "self" && self.item.parent(self.db).is_some();
        if lacks_self || self.unread.contains(text, name.syntax()) {
            return Expr::Missing;
        }
        let site = Site::whole(self.item, self.index(name.syntax()));
        if let Some(finding) = self.unknown.get(text) {
            self.findings[*finding].also_rename(site);
            return Expr::Missing;
        }
        let message = format!("nothing is called `{}` here", shortened(text));
        let finding = Finding::new(Code::N001, site, message);
        let finding = match self.written_in_full(text, name) {
            Some((help, fix)) => finding.help(help).fix(fix),
            None if self.is_hidden_from_default(text) => finding
                .help("a default sees what stands at the top level, and no parameters or locals"),
            None => self.explained(finding, text, used_as(name), site),
        };
        self.unknown.insert(text.into(), self.findings.len());
        self.report(finding);
        Expr::Missing
    }

    /// Whether a default names a parameter or local of the body it stands in.
    fn is_hidden_from_default(&self, text: &str) -> bool {
        self.body.frames[self.frame].kind == FrameKind::Default
            && self.body.locals.iter().any(|(_, local)| local.name == text)
    }

    /// With what may have been meant: something to import, another language's name, a near one.
    fn explained(&mut self, finding: Finding, text: &str, used: Use, site: Site) -> Finding {
        if let Some((help, fix)) = importable(self.db, self.item, text, used == Use::Base) {
            return fix.into_iter().fold(finding.help(help), Finding::fix);
        }
        if let Some((owner, holds)) = self.owner_of_variant(text) {
            let path = format!("{owner}.{text}");
            let finding = finding.help(format!("it is a variant of `{owner}`: write `{path}`"));
            let fits = match used {
                Use::Called(args) => args == holds && args > 0,
                _ => holds == 0,
            };
            return if fits { finding.fix(Fix::rename(site, &path)) } else { finding };
        }
        let meant = match foreign_value(text) {
            Some(Foreign::Advice(advice)) => return finding.help(advice),
            Some(Foreign::Name(name)) => Some((name.to_owned(), self.fit_of(name, used))),
            None => None,
        };
        match meant.filter(|(_, fit)| *fit > Fit::No).or_else(|| self.near_name(text, used)) {
            Some((close, fit)) => {
                let finding = finding.help(format!("did you mean `{close}`?"));
                let rename = (fit == Fit::Yes).then(|| Fix::rename(site, &close));
                rename.into_iter().fold(finding, Finding::fix)
            }
            None if matches!(used, Use::Called(_)) => {
                let shown = shortened(text);
                finding.help(format!("declare a function `{shown}`, or call one that there is"))
            }
            None => {
                let shown = shortened(text);
                finding
                    .help(format!("assign `{shown}` before this, or declare it at the top level"))
            }
        }
    }

    /// The one enum of the module that has a variant of that name, and how many values that holds.
    fn owner_of_variant(&self, text: &str) -> Option<(Name, usize)> {
        let scope = module_scope(self.db, self.file);
        let holds = |item: ItemId| {
            let of = signature(self.db, item).as_enum()?;
            let variant = of.variants.iter().find(|variant| variant.name == text)?;
            Some((item.name(self.db), variant.fields.len()))
        };
        let mut owners = scope.type_names().filter_map(|name| scope.ty(name)).filter_map(holds);
        let owner = owners.next()?;
        owners.next().is_none().then_some(owner)
    }

    /// `text.tables.parse`, where an import binds the last name of the path alone.
    fn written_in_full(&mut self, first: &str, name: &ast::NameRef) -> Option<(String, Fix)> {
        let mut path = first.to_owned();
        let mut node = name.syntax().parent()?;
        while let Some(member) = node.parent().and_then(ast::MemberExpr::cast) {
            if member.receiver().is_none_or(|of| *of.syntax() != node) {
                return None;
            }
            path = format!("{path}.{}", member.name_ref()?.text());
            node = member.syntax().clone();
            if let Some(bound) = module_by_full_path(self.db, self.file, &path) {
                return Some(self.by_its_last_name(&path, &bound, &node));
            }
        }
        None
    }

    fn by_its_last_name(&mut self, path: &str, bound: &str, node: &SyntaxNode) -> (String, Fix) {
        let site = Site::whole(self.item, self.index(node));
        let imported = imports(self.db, self.file).get(bound).is_some();
        let mut edits = vec![Edit { site, kind: EditKind::Replace(bound.to_owned()) }];
        if !imported {
            let import = EditKind::Import(format!("import {path}"));
            edits.push(Edit {
                site: Site::whole(self.item, crate::items::NodeIndex::ITEM),
                kind: import,
            });
        }
        let help = match imported {
            true => format!("an import binds the last name of the path: write `{bound}`"),
            false => format!("import it, `import {path}`, and write `{bound}`"),
        };
        (help, Fix { title: format!("write `{bound}`"), safe: false, edits })
    }

    /// The nearest name that could stand here; of several, one that surely can.
    fn near_name(&self, text: &str, used: Use) -> Option<(String, Fit)> {
        let names = self.names_in_view();
        let near = suggestions(text, names.iter().map(Name::as_str)).into_iter();
        let fitting: Vec<(&str, Fit)> = near.map(|name| (name, self.fit_of(name, used))).collect();
        let (close, fit) = [Fit::Yes, Fit::Perhaps]
            .into_iter()
            .find_map(|wanted| fitting.iter().find(|(_, fit)| *fit == wanted))?;
        Some(((*close).to_owned(), *fit))
    }

    /// Every name that means something here, the nearest namespace first.
    fn names_in_view(&self) -> Vec<Name> {
        let mut known: Vec<Name> = Vec::new();
        let mut frame = Some(self.frame);
        while let Some(current) = frame {
            let locals = self.body.locals.iter().filter(|(_, local)| local.frame == current);
            known.extend(locals.map(|(_, local)| local.name.clone()));
            frame = self.body.frames[current].parent;
        }
        for scope in [module_scope(self.db, self.file), prelude_scope(self.db)] {
            known.extend(scope.value_names().chain(scope.type_names()).cloned());
        }
        known.extend(imports(self.db, self.file).bindings().iter().map(|of| of.name.clone()));
        known
    }

    /// Whether what a name in view means can be used so.
    fn fit_of(&self, name: &str, used: Use) -> Fit {
        if super::names::prelude_variant(name).is_some() {
            return if used == Use::Base { Fit::No } else { Fit::Yes };
        }
        let is_own =
            |local: &&crate::hir::LocalData| local.name == name && self.encloses(local.frame);
        if let Some(local) = self.body.locals.iter().map(|(_, local)| local).find(is_own) {
            return fit_of_local(&local.kind, used);
        }
        let imported = imports(self.db, self.file).get(name);
        if let Some(Imported::Module(_)) = imported {
            return if used == Use::Base { Fit::Yes } else { Fit::No };
        }
        let items = match imported {
            Some(Imported::Declared { values, ty }) => values.iter().chain(ty).copied().collect(),
            _ => self.declared(name),
        };
        items.into_iter().map(|item| self.fit_of_item(item, used)).max().unwrap_or(Fit::No)
    }

    fn encloses(&self, frame: crate::hir::FrameId) -> bool {
        let mut current = Some(self.frame);
        while let Some(at) = current {
            if at == frame {
                return true;
            }
            current = self.body.frames[at].parent;
        }
        false
    }

    /// What the file, or else the prelude, declares by that name.
    fn declared(&self, name: &str) -> Vec<ItemId> {
        let scopes = [module_scope(self.db, self.file), prelude_scope(self.db)];
        let of = |scope: &crate::items::ModuleScope| -> Vec<ItemId> {
            let items = scope.values(name).iter().copied().chain(scope.ty(name));
            items.filter(|item| is_visible(self.db, self.file, *item)).collect()
        };
        scopes.into_iter().map(of).find(|items| !items.is_empty()).unwrap_or_default()
    }

    fn fit_of_item(&self, item: ItemId, used: Use) -> Fit {
        let is_built_in = item.file(self.db).kind(self.db) == FileKind::Signatures;
        match (item.kind(self.db), used) {
            (ItemKind::Const | ItemKind::TaskLocal, Use::Called(_)) => Fit::Perhaps,
            (ItemKind::Const | ItemKind::TaskLocal, _) => Fit::Yes,
            (ItemKind::Fn, Use::Called(args)) => self.takes(item, args),
            (ItemKind::Fn, Use::Value) if !is_built_in => Fit::Yes,
            (ItemKind::Struct | ItemKind::MutableStruct, Use::Called(args)) if !is_built_in => {
                self.takes(item, args)
            }
            (ItemKind::Enum, Use::Base) => Fit::Yes,
            _ => Fit::No,
        }
    }

    /// Whether a function, or a struct's constructor, can be called with so many arguments.
    fn takes(&self, item: ItemId, args: usize) -> Fit {
        let of = signature(self.db, item);
        let (least, most) = match (of.as_fn(), of.as_struct()) {
            (Some(of), _) => {
                let needed = of.params.iter().filter(|param| !param.has_default && !param.variadic);
                let any_number = of.params.iter().any(|param| param.variadic);
                (needed.count(), if any_number { usize::MAX } else { of.params.len() })
            }
            (_, Some(of)) => {
                let needed = of.fields.iter().filter(|field| !field.has_default);
                (needed.count(), of.fields.len())
            }
            _ => return Fit::Perhaps,
        };
        if (least..=most).contains(&args) { Fit::Yes } else { Fit::Perhaps }
    }
}

/// The type of a local is not known yet, so that a call of one fits perhaps.
fn fit_of_local(kind: &LocalKind, used: Use) -> Fit {
    match (kind, used) {
        (LocalKind::NestedFn, Use::Base) => Fit::No,
        (LocalKind::NestedFn, _) => Fit::Yes,
        (LocalKind::Scope, _) => Fit::No,
        (_, Use::Called(_)) => Fit::Perhaps,
        _ => Fit::Yes,
    }
}

fn used_as(name: &ast::NameRef) -> Use {
    let Some(node) = name.syntax().parent() else { return Use::Value };
    let Some(around) = node.parent() else { return Use::Value };
    let is_it = |expr: Option<ast::Expr>| expr.is_some_and(|expr| *expr.syntax() == node);
    if let Some(call) = ast::CallExpr::cast(around.clone()).filter(|call| is_it(call.callee())) {
        return Use::Called(call.arg_list().map_or(0, |list| list.args().count()));
    }
    let member = ast::MemberExpr::cast(around).filter(|member| is_it(member.receiver()));
    member.map_or(Use::Value, |_| Use::Base)
}
