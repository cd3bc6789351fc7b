//! Written types to [`Ty`]s: in signatures, and in bodies.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use weir_syntax::SyntaxNode;
use weir_syntax::ast::{self, AstNode};

use super::{
    Bound, ItemId, ItemKind, NodeIndex, NodeIndices, Obligation, Resolution, Signature,
    TypeParamSignature, declared_type_in, importable, resolve_type_name, signature, undeclared_in,
};
use crate::diagnostics::{Code, EditKind, Finding, Fix, Part, Site, count, foreign_type, suggest};
use crate::ty::{Builtin, FnTy, Ty, TyArgs, TypeParam};
use crate::{Db, FileKind, Name, SourceFile};

/// Resolves the types written in one item; mistakes ride beside and give [`Ty::Unknown`].
pub struct TypeLowering<'db> {
    db: &'db dyn Db,
    item: ItemId,
    indices: NodeIndices,
    findings: Vec<Finding>,
    obligations: Vec<Obligation>,
    own: Vec<Name>,
    /// Names that were reported, each with its finding.
    unknown: Vec<(Name, usize)>,
}

impl<'db> TypeLowering<'db> {
    /// For the item whose own tree's root is `node`.
    pub fn new(db: &'db dyn Db, item: ItemId, node: &SyntaxNode) -> Self {
        Self {
            db,
            item,
            indices: NodeIndices::of(node),
            findings: Vec::new(),
            obligations: Vec::new(),
            own: Vec::new(),
            unknown: Vec::new(),
        }
    }

    /// What is wrong with the types, and what they have to be.
    pub fn finish(self) -> (Vec<Finding>, Vec<Obligation>) {
        (self.findings, self.obligations)
    }

    /// The node's index in the item.
    pub fn index(&self, node: &SyntaxNode) -> NodeIndex {
        self.indices.get(node).unwrap_or(NodeIndex::ITEM)
    }

    /// Brings the item's own type parameters into view.
    pub fn own_params(&mut self, list: Option<ast::TypeParamList>) -> Vec<TypeParamSignature> {
        let params: Vec<TypeParamSignature> = list
            .into_iter()
            .flat_map(|list| list.type_params())
            .map(|param| TypeParamSignature {
                name: param.name().map(|name| name.text().into()).unwrap_or_default(),
                bound: written_bound(&param),
            })
            .collect();
        self.own = params.iter().map(|param| param.name.clone()).collect();
        params
    }

    /// Two parameters, fields or variants of one name in the same list (N002).
    pub fn report_duplicates(&mut self, node: &SyntaxNode) {
        use weir_syntax::SyntaxKind::*;
        // An item's own lists stand at its top; those of bodies and methods are their own.
        let lists = node.children().filter(|child| {
            matches!(child.kind(), ParamList | MemberList | VariantList | TypeParamList)
        });
        for list in lists {
            let mut seen: FxHashMap<crate::Name, SyntaxNode> = FxHashMap::default();
            let names = list.children().filter_map(|part| {
                part.children()
                    .find_map(ast::Name::cast)
                    .map(|name| (crate::Name::from(name.text()), part))
            });
            for (name, part) in names.filter(|(name, _)| !name.is_empty()) {
                match seen.get(&name) {
                    Some(first) => self.duplicate(&name, &part, first),
                    None => drop(seen.insert(name, part)),
                }
            }
        }
    }

    fn duplicate(&mut self, name: &str, second: &SyntaxNode, first: &SyntaxNode) {
        let site = |node: &SyntaxNode| Site::whole(self.item, self.index(node)).part(Part::Name);
        let message = format!("`{name}` is declared twice in this list");
        let finding = Finding::new(Code::N002, site(second), message)
            .related(site(first), "the first declaration")
            .help("rename one of the two");
        self.findings.push(finding);
    }

    /// A method's type parameter that has the name of one of its type's: the method could no longer
    /// name that.
    pub fn report_hidden_params(&mut self, of: &ast::Fn) {
        let Some(owner) = self.item.parent(self.db).filter(|_| !self.is_in_signatures()) else {
            return;
        };
        let declared = signature(self.db, owner).type_params();
        let list = of.type_param_list().into_iter().flat_map(|list| list.type_params());
        for param in list {
            let name = param.name().map(|name| crate::Name::from(name.text())).unwrap_or_default();
            if name.is_empty() || declared.iter().all(|known| known.name != name) {
                continue;
            }
            let site = Site::whole(self.item, self.index(param.syntax()));
            let message =
                format!("`{name}` is a type parameter of `{}` already", owner.name(self.db));
            let finding = Finding::new(Code::N002, site, message)
                .related(
                    Site::whole(owner, NodeIndex::ITEM).part(Part::Name),
                    "it is declared here",
                )
                .help("leave it out to mean the same type, or give it another name");
            self.findings.push(finding);
        }
    }

    /// A method whose first parameter is not a plain `self`: a call would put the receiver there.
    pub fn report_missing_self(&mut self, of: &ast::Fn) {
        let (Some(owner), Some(list)) = (self.item.parent(self.db), of.param_list()) else {
            return;
        };
        let first = list.params().next();
        if self.is_in_signatures() || first.as_ref().is_some_and(ast::Param::is_self) {
            return;
        }
        let (name, owner) = (self.item.name(self.db), owner.name(self.db));
        let (message, help) = match first.as_ref().and_then(ast::Param::name) {
            Some(first) if first.text() == "self" => (
                format!("the `self` of `{name}` is always of its own type, `{owner}`"),
                "write `self` alone".to_owned(),
            ),
            _ => (
                format!("`{name}` is a method of `{owner}`, so its first parameter is `self`"),
                format!("write `self` first, or move the function out of `{owner}`"),
            ),
        };
        let (node, kind) = match &first {
            Some(first) if first.name().is_some_and(|name| name.text() == "self") => {
                (first.syntax(), EditKind::Replace("self".to_owned()))
            }
            Some(first) => (first.syntax(), EditKind::Before("self, ".to_owned())),
            None => (list.syntax(), EditKind::Replace("(self)".to_owned())),
        };
        let site = Site::whole(self.item, self.index(node));
        let fix = Fix::suggested("put a plain `self` first", site, kind);
        let at_name = Site::whole(self.item, NodeIndex::ITEM).part(Part::Name);
        self.findings.push(Finding::new(Code::S001, at_name, message).help(help).fix(fix));
    }

    /// Whether the item is declared by a signature file.
    pub fn is_in_signatures(&self) -> bool {
        self.item.file(self.db).kind(self.db) == FileKind::Signatures
    }

    /// Whether the item belongs to a type.
    pub fn is_method(&self) -> bool {
        self.item.parent(self.db).is_some()
    }

    /// The type of `self` in a method.
    pub fn self_type(&self) -> Ty {
        match self.item.parent(self.db) {
            Some(parent) => applied_to_own_params(self.db, parent),
            None => Ty::Unknown,
        }
    }

    /// A type that must be written; its absence is the parser's finding.
    pub fn required(&mut self, ty: Option<ast::Type>) -> Ty {
        ty.map_or(Ty::Unknown, |ty| self.lower(&ty))
    }

    /// A written type.
    pub fn lower(&mut self, ty: &ast::Type) -> Ty {
        let lowered = self.any(ty);
        self.holds_no_scope(ty, &lowered);
        lowered
    }

    /// The written type of a parameter: a scope may be lent to it.
    pub fn parameter(&mut self, ty: &ast::Type) -> Ty {
        let lowered = self.any(ty);
        if !lowered.is(Builtin::Scope) {
            self.holds_no_scope(ty, &lowered);
        }
        lowered
    }

    /// A scope ends with its block, so that no type may say that something holds one.
    fn holds_no_scope(&mut self, ty: &ast::Type, lowered: &Ty) {
        if self.is_in_signatures() || !holds_scope(lowered) {
            return;
        }
        let site = Site::whole(self.item, self.index(ty.syntax()));
        let message = "a scope ends with its block, so nothing may keep one: `scope` is the type of \
                       parameters alone";
        let help = "take the scope as a parameter, `s: scope`, where tasks are started in it";
        self.findings.push(Finding::new(Code::R007, site, message).help(help));
    }

    fn any(&mut self, ty: &ast::Type) -> Ty {
        match ty {
            ast::Type::PathType(path) => self.path(path),
            ast::Type::TupleType(tuple) if tuple.is_grouping() => {
                tuple.types().next().map_or(Ty::Unknown, |ty| self.any(&ty))
            }
            ast::Type::TupleType(tuple) => {
                let parts: Vec<Ty> = tuple.types().map(|part| self.any(&part)).collect();
                if parts.is_empty() { Ty::unit() } else { Ty::Tuple(parts.into()) }
            }
            ast::Type::FnType(function) => {
                let params: TyArgs = function
                    .fn_type_param_list()
                    .into_iter()
                    .flat_map(|list| list.types())
                    .map(|param| self.any(&param))
                    .collect();
                let ret = match function.ret_type() {
                    Some(ret) => ret.ty().map_or(Ty::Unknown, |ty| self.any(&ty)),
                    None => Ty::unit(),
                };
                let mutable = function.mutable_token().is_some();
                Ty::Fn(FnTy { params, ret, mutable }.into())
            }
        }
    }

    /// A type named in an expression, such as the `int` of `channel[int]`.
    pub fn named(&mut self, name: &str, args: Vec<Ty>, node: &SyntaxNode) -> Ty {
        if args.is_empty()
            && let Some(param) = self.param(name)
        {
            return param;
        }
        match resolve_type_name(self.db, self.item.file(self.db), name) {
            Some(Resolution::Builtin(Builtin::Never, _)) => Ty::Never,
            Some(Resolution::Builtin(builtin, item)) => {
                let args = self.checked_args(name, builtin.arity(), args, node);
                self.oblige(name, type_bounds(self.db, *item), &args, node);
                Ty::Builtin(*builtin, args)
            }
            Some(Resolution::Type(item)) => self.program_type(*item, name, args, node),
            Some(Resolution::Failed) => Ty::Unknown,
            _ => {
                self.unresolved(name, node);
                Ty::Unknown
            }
        }
    }

    /// A type named with its module, `tables.Row`.
    pub fn qualified(&mut self, path: &[Name], args: Vec<Ty>, node: &SyntaxNode) -> Ty {
        let [module, name] = path else {
            self.unresolved(&path[0], node);
            return Ty::Unknown;
        };
        match resolve_type_name(self.db, self.item.file(self.db), module) {
            Some(Resolution::Module(of)) => match declared_type_in(self.db, *of, name) {
                Some(item) => self.program_type(item, name, args, node),
                None => {
                    let site = Site::whole(self.item, self.index(node));
                    self.findings.push(undeclared_in(self.db, *of, name, Code::N001, site));
                    Ty::Unknown
                }
            },
            Some(Resolution::Failed) => Ty::Unknown,
            _ => {
                self.unresolved(module, node);
                Ty::Unknown
            }
        }
    }

    fn path(&mut self, path: &ast::PathType) -> Ty {
        let args: Vec<Ty> = path
            .type_arg_list()
            .into_iter()
            .flat_map(|list| list.types())
            .map(|arg| self.any(&arg))
            .collect();
        let names: Vec<Name> = path.name_refs().map(|name| name.text().into()).collect();
        match names.as_slice() {
            [] => Ty::Unknown,
            [name] => self.named(name, args, path.syntax()),
            path_names => self.qualified(path_names, args, path.syntax()),
        }
    }

    fn param(&self, name: &str) -> Option<Ty> {
        let own = self.own.iter().position(|own| own == name).map(|index| (self.item, index));
        let found = own.or_else(|| {
            let parent = self.item.parent(self.db)?;
            let params = signature(self.db, parent).type_params();
            params.iter().position(|param| param.name == name).map(|index| (parent, index))
        });
        found.map(|(owner, index)| {
            Ty::Param(TypeParam { owner, index: index as u32, name: name.into() }.into())
        })
    }

    fn program_type(&mut self, item: ItemId, name: &str, args: Vec<Ty>, node: &SyntaxNode) -> Ty {
        if item.kind(self.db) == ItemKind::TypeAlias {
            return match alias(self.db, item) {
                Some((bounds, ty)) => {
                    let args = self.checked_args(name, bounds.len(), args, node);
                    self.oblige(name, bounds, &args, node);
                    let expanded = ty.substitute(item, &args);
                    self.bounded(name, expanded, node)
                }
                None => Ty::Unknown,
            };
        }
        // A type's own arity is read from its syntax, not its signature: types may contain
        // themselves.
        let bounds = type_bounds(self.db, item);
        let args = self.checked_args(name, bounds.len(), args, node);
        self.oblige(name, bounds, &args, node);
        Ty::Adt(item, args)
    }

    fn bounded(&mut self, name: &str, ty: Ty, node: &SyntaxNode) -> Ty {
        if !ty.is_too_large(&Ty::clone) {
            return ty;
        }
        let site = Site::whole(self.item, self.index(node));
        let message = format!("the type that `{name}` stands for is too large to be checked");
        let help = "give its parts names: declare a struct for them";
        self.findings.push(Finding::new(Code::T005, site, message).help(help));
        Ty::Unknown
    }

    /// Remembers what the arguments have to be.
    fn oblige(&mut self, name: &str, bounds: &[Option<Bound>], args: &[Ty], node: &SyntaxNode) {
        for (bound, ty) in bounds.iter().zip(args) {
            let Some(bound) = *bound else { continue };
            let (ty, what) = (ty.clone(), format!("`{name}`"));
            self.obligations.push(Obligation { ty, bound, node: self.index(node), what });
        }
    }

    fn checked_args(
        &mut self,
        name: &str,
        arity: usize,
        mut args: Vec<Ty>,
        node: &SyntaxNode,
    ) -> TyArgs {
        if args.len() != arity {
            let site = Site::whole(self.item, self.index(node));
            self.findings.push(wrong_type_args(site, name, arity, args.len()));
            args.resize(arity, Ty::Unknown);
        }
        args.into()
    }

    /// Once for each name: what is said of the first place holds for all, and its mend is made at all.
    fn unresolved(&mut self, name: &str, node: &SyntaxNode) {
        if name.is_empty() {
            return;
        }
        let site = Site::whole(self.item, self.index(node));
        let known = self.unknown.iter().find(|(known, _)| known == name);
        if let Some((_, finding)) = known {
            if let Some(finding) = self.findings.get_mut(*finding) {
                finding.also_rename(site);
            }
            return;
        }
        self.unknown.push((name.into(), self.findings.len()));
        self.findings.push(self.explained(name, site));
    }

    fn explained(&self, name: &str, site: Site) -> Finding {
        let file = self.item.file(self.db);
        let scopes = [super::module_scope(self.db, file), super::prelude_scope(self.db)];
        let visible = |name: &&Name| {
            scopes
                .iter()
                .filter_map(|scope| scope.ty(name))
                .all(|item| super::scope::is_visible(self.db, file, item))
        };
        let known = scopes.iter().flat_map(|scope| scope.type_names()).filter(visible);
        let known = known.map(|name| name.as_str());
        let mut finding = Finding::new(Code::N001, site, format!("no type is called `{name}`"));
        if let Some((help, fix)) = importable(self.db, self.item, name, false) {
            finding = finding.help(help);
            finding.fixes.extend(fix);
        } else if let Some(close) = foreign_type(name).or_else(|| suggest(name, known)) {
            finding =
                finding.help(format!("did you mean `{close}`?")).fix(Fix::rename(site, close));
        }
        finding
    }
}

/// So many type arguments are not what the name takes.
pub(crate) fn wrong_type_args(site: Site, name: &str, takes: usize, given: usize) -> Finding {
    let are = if given == 1 { "is" } else { "are" };
    let takes_count = count(takes, "type argument");
    let message = format!("`{name}` takes {takes_count}, but {given} {are} given here");
    let finding = Finding::new(Code::T002, site, message);
    let example = ["T", "U", "V"][..takes.min(3)].join(", ");
    match takes {
        0 => finding.help("leave them out"),
        _ => finding.help(format!("write `{name}[{example}]` with the types meant")),
    }
}

/// Whether a value of the type would hold a scope; a function that takes one holds none.
fn holds_scope(ty: &Ty) -> bool {
    match ty {
        Ty::Builtin(Builtin::Scope, _) => true,
        Ty::Builtin(_, parts) | Ty::Adt(_, parts) | Ty::Tuple(parts) => {
            parts.iter().any(holds_scope)
        }
        Ty::Fn(of) => holds_scope(&of.ret),
        _ => false,
    }
}

/// A type applied to its own parameters: what `self` is in its methods.
pub(super) fn applied_to_own_params(db: &dyn Db, item: ItemId) -> Ty {
    let params = signature(db, item).type_params();
    let args: TyArgs = params
        .iter()
        .zip(0..)
        .map(|(param, index)| TypeParam { owner: item, index, name: param.name.clone() })
        .map(|param| Ty::Param(param.into()))
        .collect();
    match crate::ty::Builtin::from_name(&item.name(db)) {
        Some(builtin) if item.file(db) == db.prelude() => Ty::Builtin(builtin, args),
        _ => Ty::Adt(item, args),
    }
}

/// Expands the aliases that a file can name, those that others name first.
pub fn prepare_aliases(db: &dyn Db, file: SourceFile) {
    let is_alias = |item: &ItemId| item.kind(db) == ItemKind::TypeAlias;
    let named = |item: ItemId| Cow::Owned(super::endless::named_aliases(db, item));
    let imported = super::imports(db, file).modules(db);
    let items =
        imported.iter().chain([&file]).flat_map(|file| super::file_items(db, *file).ids(db));
    let aliases: Vec<ItemId> = items.filter(is_alias).collect();
    super::dependencies_first(aliases, &named, &|_| false, &mut |item| {
        alias(db, item);
    });
}

/// The program's type that a path names.
pub(super) fn named_type(db: &dyn Db, file: SourceFile, path: &ast::PathType) -> Option<ItemId> {
    let names: Vec<Name> = path.name_refs().map(|name| name.text().into()).collect();
    match (names.as_slice(), resolve_type_name(db, file, names.first()?)?) {
        ([_], Resolution::Type(item)) => Some(*item),
        ([_, name], Resolution::Module(module)) => declared_type_in(db, *module, name),
        _ => None,
    }
}

/// The bounds of a struct's or enum's type parameters, by position.
#[salsa::tracked]
fn type_bounds(db: &dyn Db, item: ItemId) -> Vec<Option<Bound>> {
    let params =
        super::item_syntax(db, item).and_then(|syntax| match ast::Item::cast(syntax.node())? {
            ast::Item::Struct(of) => of.type_param_list(),
            ast::Item::Enum(of) => of.type_param_list(),
            _ => None,
        });
    let params = params.into_iter().flat_map(|list| list.type_params());
    params.map(|param| written_bound(&param)).collect()
}

/// Any other word is the parser's finding.
fn written_bound(param: &ast::TypeParam) -> Option<Bound> {
    match param.bound_text()?.as_str() {
        "shareable" => Some(Bound::Shareable),
        "ordered" => Some(Bound::Ordered),
        _ => None,
    }
}

/// The bounds of an alias's parameters, and its type; none when it goes round in a circle.
#[salsa::tracked(cycle_result = |_, _, _| None)]
fn alias(db: &dyn Db, item: ItemId) -> Option<(Vec<Option<Bound>>, Ty)> {
    match signature(db, item) {
        Signature::Alias(params, ty) => {
            Some((params.iter().map(|param| param.bound).collect(), ty.clone()))
        }
        _ => None,
    }
}
