//! Namespaces and what a name means in them.
//!
//! A frame's names are its own from where they are bound, to its end. A name of an enclosing frame
//! is read by capture and never assigned.

use rustc_hash::FxHashMap;
use weir_syntax::ast::{self, AstNode};

use super::Lowering;
use crate::diagnostics::{Code, Finding, Part, Site};
use crate::hir::{Expr, FrameId, FrameKind, LocalData, LocalId, LocalKind, ScopeIdx, Target};
use crate::items::{
    ItemId, ItemKind, NodeIndex, Resolution, Signature, constant_named, declared_in,
    declared_type_in, resolve_value, signature, undeclared_in,
};
use crate::mir::{EnumRef, VariantRef};
use crate::ty::Ty;
use crate::{Name, SourceFile};

/// What a path of names denotes that is no value.
#[derive(Clone, Copy)]
pub(super) enum Path {
    /// A module.
    Module(SourceFile),
    /// A type.
    Type(ItemId),
}

/// The names and open scopes of each frame, so far.
pub(super) struct Namespaces {
    frames: Vec<Namespace>,
}

#[derive(Default)]
struct Namespace {
    names: FxHashMap<Name, LocalId>,
    scopes: Vec<ScopeIdx>,
}

impl Namespaces {
    pub(super) fn new(root: FrameId) -> Self {
        let mut namespaces = Self { frames: Vec::new() };
        namespaces.add(root);
        namespaces
    }

    pub(super) fn add(&mut self, frame: FrameId) {
        debug_assert_eq!(self.frames.len(), frame.into_raw().into_u32() as usize);
        self.frames.push(Namespace::default());
    }

    fn of(&mut self, frame: FrameId) -> &mut Namespace {
        &mut self.frames[frame.into_raw().into_u32() as usize]
    }

    pub(super) fn bind(&mut self, frame: FrameId, name: Name, local: LocalId) {
        self.of(frame).names.insert(name, local);
    }

    pub(super) fn own(&mut self, frame: FrameId, name: &str) -> Option<LocalId> {
        self.of(frame).names.get(name).copied()
    }

    pub(super) fn open(&mut self, frame: FrameId, scope: ScopeIdx) {
        self.of(frame).scopes.push(scope);
    }

    pub(super) fn close(&mut self, frame: FrameId) {
        self.of(frame).scopes.pop();
    }

    fn nearest_scope(&mut self, frame: FrameId) -> Option<ScopeIdx> {
        self.of(frame).scopes.last().copied()
    }
}

impl Lowering<'_> {
    /// A new name of the current frame.
    pub(super) fn declare(&mut self, name: Name, kind: LocalKind, origin: NodeIndex) -> LocalId {
        let local =
            self.body.locals.alloc(LocalData { name: name.clone(), frame: self.frame, kind });
        self.source_map.locals.insert(local, origin);
        if !name.is_empty() && name != "_" {
            self.namespaces.bind(self.frame, name, local);
        }
        local
    }

    /// A name bound by a pattern: an assigned name of the frame is rebound, anything else is new.
    pub(super) fn bind_pattern(
        &mut self,
        name: Name,
        kind: LocalKind,
        origin: NodeIndex,
    ) -> LocalId {
        let own = self.namespaces.own(self.frame, &name);
        match own {
            Some(local)
                if matches!(
                    self.body.locals[local].kind,
                    LocalKind::Assigned | LocalKind::Param
                ) =>
            {
                local
            }
            _ => self.declare(name, kind, origin),
        }
    }

    /// The target of `name = …`.
    pub(super) fn assigned_name(&mut self, name: &str, origin: NodeIndex) -> Target {
        if name == "_" {
            return Target::Discard;
        }
        if let Some(local) = self.namespaces.own(self.frame, name) {
            return Target::Local(local);
        }
        match self.captured(name) {
            Some(local) => Target::Captured(local),
            None => {
                self.hidden_constant(name, origin);
                Target::Local(self.declare(name.into(), LocalKind::Assigned, origin))
            }
        }
    }

    /// A first assignment to the name of a constant declares a local, which may not be what was
    /// meant (N008).
    fn hidden_constant(&mut self, name: &str, origin: NodeIndex) {
        let Some(item) = constant_named(self.db, self.file, name) else { return };
        let (what, help) = match item.kind(self.db) {
            ItemKind::Const => {
                ("the constant", "a constant never changes: give the local another name".to_owned())
            }
            ItemKind::TaskLocal => (
                "the tasklocal",
                format!("bind the tasklocal for a block, `with {name} = …:`, or rename the local"),
            ),
            _ => return,
        };
        let message = format!("this makes a local `{name}`, and leaves {what} `{name}` as it is");
        let finding = Finding::new(Code::N008, Site::whole(self.item, origin), message).help(help);
        self.report(finding.related(declaration(item), format!("{what} is declared here")));
    }

    /// `name += …` where the name is declared at the top level.
    pub(super) fn unchangeable(&mut self, item: ItemId, origin: NodeIndex) {
        let name = item.name(self.db);
        let (what, help) = match item.kind(self.db) {
            ItemKind::Const => {
                ("a constant", format!("give a local its value first: `x = {name}`"))
            }
            ItemKind::TaskLocal => {
                ("a tasklocal", format!("bind another value for a block: `with {name} = …:`"))
            }
            ItemKind::Fn => {
                ("a function", "give the variable that is meant another name".to_owned())
            }
            _ => ("a type", "give the variable that is meant another name".to_owned()),
        };
        let message = format!("`{name}` is {what}, which nothing can change");
        let finding = Finding::new(Code::T004, Site::whole(self.item, origin), message).help(help);
        self.report(match item.file(self.db) == self.file {
            true => finding.related(declaration(item), "it is declared here"),
            false => finding,
        });
    }

    /// The innermost local of that name, of this frame or an enclosing one.
    pub(super) fn local(&mut self, name: &str) -> Option<LocalId> {
        self.namespaces.own(self.frame, name).or_else(|| self.captured(name))
    }

    fn captured(&mut self, name: &str) -> Option<LocalId> {
        let mut frame = self.body.frames[self.frame].parent;
        while let Some(current) = frame {
            if let Some(local) = self.namespaces.own(current, name) {
                return Some(local);
            }
            frame = self.body.frames[current].parent;
        }
        None
    }

    /// The scope that a `spawn` here belongs to: the nearest of the same function or task body;
    /// a comprehension runs in place and is looked through.
    pub(super) fn nearest_scope(&mut self) -> Option<ScopeIdx> {
        let mut frame = self.frame;
        loop {
            if let Some(scope) = self.namespaces.nearest_scope(frame) {
                return Some(scope);
            }
            if self.body.frames[frame].kind != FrameKind::Comprehension {
                return None;
            }
            frame = self.body.frames[frame].parent?;
        }
    }

    /// What a name means as an expression.
    pub(super) fn name_expr(&mut self, name: &ast::NameRef) -> Expr {
        let text = name.text();
        if text.is_empty() {
            return Expr::Missing;
        }
        if let Some(local) = self.local(text) {
            return Expr::Local(local);
        }
        match resolve_value(self.db, self.file, text) {
            Some(Resolution::Value(items)) => Expr::Item(items[0]),
            Some(Resolution::Type(item) | Resolution::Builtin(_, item)) => Expr::Item(*item),
            Some(Resolution::Module(_)) => self.module_as_value(text, name),
            Some(Resolution::Failed) => {
                self.lacks_imports = true;
                Expr::Missing
            }
            None => match prelude_variant(text) {
                Some(variant) => Expr::Variant(variant),
                None => self.unresolved(text, name),
            },
        }
    }

    fn module_as_value(&mut self, text: &str, name: &ast::NameRef) -> Expr {
        let origin = self.index(name.syntax());
        let message = format!("`{text}` is a module, which is no value");
        let help = format!("name something that it declares: `{text}.…`");
        self.report_at(Code::N001, origin, &message, &help);
        Expr::Missing
    }

    /// What `module.name` means.
    pub(super) fn module_member(
        &mut self,
        module: SourceFile,
        name: &str,
        origin: NodeIndex,
    ) -> Expr {
        match declared_in(self.db, module, name) {
            Some(Resolution::Value(items)) => Expr::Item(items[0]),
            Some(Resolution::Type(item) | Resolution::Builtin(_, item)) => Expr::Item(item),
            // Half-typed: the parser has said so.
            _ if name.is_empty() => Expr::Missing,
            _ => {
                let site = Site::whole(self.item, origin);
                self.report(undeclared_in(self.db, module, name, Code::N001, site));
                Expr::Missing
            }
        }
    }

    /// What an expression names if it names no value: `tables`, `Event`, `tables.Event`.
    pub(super) fn path(&mut self, expr: &ast::Expr) -> Option<Path> {
        match expr {
            ast::Expr::NameExpr(of) => self.path_named(of.name_ref()?.text()),
            ast::Expr::MemberExpr(of) => {
                let name_ref = of.name_ref()?;
                let name = name_ref.text();
                match self.path(&of.receiver()?)? {
                    Path::Module(module) => match declared_in(self.db, module, name)? {
                        Resolution::Type(item) => Some(Path::Type(item)),
                        _ => None,
                    },
                    Path::Type(_) => None,
                }
            }
            _ => None,
        }
    }

    /// The variant `name` of an enum of the program.
    pub(super) fn variant_of(&self, item: ItemId, name: &str) -> Option<VariantRef> {
        let item = match signature(self.db, item) {
            Signature::Alias(_, Ty::Adt(item, _)) => *item,
            _ => item,
        };
        let Signature::Enum(of) = signature(self.db, item) else { return None };
        let index = of.variants.iter().position(|variant| variant.name == name)?;
        let owner = match item.file(self.db) == self.db.prelude() {
            true => prelude_enum(&item.name(self.db))?,
            false => EnumRef::Item(item),
        };
        Some(VariantRef { owner, index: index as u32, name: name.into() })
    }

    /// What a name alone denotes, if no value has that name.
    pub(super) fn path_named(&mut self, name: &str) -> Option<Path> {
        if self.local(name).is_some() {
            return None;
        }
        match resolve_value(self.db, self.file, name)? {
            Resolution::Type(item) | Resolution::Builtin(_, item) => Some(Path::Type(*item)),
            Resolution::Module(module) => Some(Path::Module(*module)),
            Resolution::Value(_) | Resolution::Failed => None,
        }
    }

    /// Whether a name is one that an import failed to bind.
    pub(super) fn is_failed_import(&mut self, name: &str) -> bool {
        self.local(name).is_none()
            && resolve_value(self.db, self.file, name) == Some(&Resolution::Failed)
    }

    /// The type that a path of names denotes: `Event`, `tables.Event`.
    pub(super) fn type_at(&mut self, path: &[Name]) -> Option<ItemId> {
        let (first, rest) = path.split_first()?;
        match (self.path_named(first)?, rest) {
            (Path::Type(item), []) => Some(item),
            (Path::Module(module), [name]) => declared_type_in(self.db, module, name),
            _ => None,
        }
    }
}

/// Where an item's name stands.
fn declaration(item: ItemId) -> Site {
    Site::whole(item, NodeIndex::ITEM).part(Part::Name)
}

fn prelude_enum(name: &str) -> Option<EnumRef> {
    match name {
        "Option" => Some(EnumRef::Option),
        "Result" => Some(EnumRef::Result),
        _ => None,
    }
}

/// `None`, `Some`, `Ok`, `Err`: variants known without their enum's name.
pub(super) fn prelude_variant(name: &str) -> Option<VariantRef> {
    let (owner, index) = match name {
        "None" => (EnumRef::Option, 0),
        "Some" => (EnumRef::Option, 1),
        "Ok" => (EnumRef::Result, 0),
        "Err" => (EnumRef::Result, 1),
        _ => return None,
    };
    Some(VariantRef { owner, index, name: name.into() })
}
