//! Types of a body's expressions and names, and everything the types decide: which method, which
//! field, which argument goes where, which coercion.
//!
//! Local to one body: signatures are the boundary. Mistakes ride beside the result and give
//! [`Ty::Unknown`], which agrees with everything.

mod arguments;
mod assignments;
mod calls;
mod coerce;
mod concurrency;
mod constructors;
mod context;
mod exhaustive;
mod expressions;
mod habits;
mod ignored;
mod loans;
mod members;
mod methods;
mod nested;
mod operators;
mod overloads;
mod patterns;
mod returns;
mod scopes;
mod statements;
mod table;
mod text;
mod twins;
mod type_arguments;
mod usefulness;

pub(crate) use concurrency::timeout_variant;

use std::borrow::Cow;

use la_arena::ArenaMap;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{Db, SourceFile};

use crate::diagnostics::Finding;
use crate::hir::{ExprId, FrameId, LocalId, PatId};
use crate::items::{
    ItemId, ItemKind, Signature, dependencies_first, file_items, imports, signature,
};
use crate::mir::{Conversion, Intrinsic, VariantRef};
use crate::ty::Ty;

/// The types of one body.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Inference {
    /// Of each expression, before its coercion.
    pub exprs: ArenaMap<ExprId, Ty>,
    /// Of each name.
    pub locals: ArenaMap<LocalId, Ty>,
    /// What each frame returns; for iterations `()`, for a comprehension what the body around it does.
    pub returns: ArenaMap<FrameId, Ty>,
    /// Coercions to be applied to an expression's value, in order.
    pub coercions: FxHashMap<ExprId, Vec<Coercion>>,
    /// What each `Member` expression means.
    pub members: FxHashMap<ExprId, Member>,
    /// How each `Call` expression is carried out.
    pub calls: FxHashMap<ExprId, CallPlan>,
    /// The declaration that each call of a function or method names.
    pub callees: FxHashMap<ExprId, ItemId>,
    /// The variant of each constructor pattern, and of each name pattern that is a constructor.
    pub variants: FxHashMap<PatId, VariantRef>,
    /// The patterns that take a struct apart, or name one without fields.
    pub structs: FxHashSet<PatId>,
    /// What is wrong with its types.
    pub findings: Vec<Finding>,
}

impl Inference {
    /// Whether the pattern is a constructor, and so binds no name of its own.
    pub fn is_constructor(&self, pattern: PatId) -> bool {
        self.variants.contains_key(&pattern) || self.structs.contains(&pattern)
    }

    /// Gives back the room that was kept for more: bodies are inferred once and kept for long.
    fn shrink_to_fit(&mut self) {
        self.exprs.shrink_to_fit();
        self.locals.shrink_to_fit();
        self.returns.shrink_to_fit();
        self.coercions.shrink_to_fit();
        self.members.shrink_to_fit();
        self.calls.shrink_to_fit();
        self.variants.shrink_to_fit();
    }
}

/// A conversion that the types ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coercion {
    /// `Task[T]` where a `T` is needed: an implicit join.
    Join,
    /// A channel where a list is walked: all that comes until it is closed and drained.
    Gather,
    /// A `T` returned where a `Result[T, E]` is declared.
    WrapOk,
    /// One that the machine does.
    Convert(Conversion),
}

/// What `receiver.name` means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Member {
    /// A field of a struct of the program, by position.
    Field(u32),
    /// A property that the machine computes: `5.seconds`, `failure.message`.
    Property(Intrinsic),
    /// A method; only called, never a value.
    Method(Function),
}

/// A function that a call can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// With a body in Weir.
    Item(ItemId),
    /// Provided by the machine.
    Intrinsic(Intrinsic),
}

/// How a call is carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallPlan {
    /// What is called.
    pub kind: CallKind,
    /// The arguments in parameter order, a method's receiver aside.
    pub args: Vec<PlannedArg>,
}

/// What a call calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// A function by name.
    Function(Function),
    /// A method; the receiver is the callee's `Member` receiver and becomes argument 0.
    Method(Function),
    /// The constructor of a struct of the program; arguments are its fields, in order.
    Struct(ItemId),
    /// The constructor of a variant.
    Variant(VariantRef),
    /// `value.with(field=…)`: fields not named are copied from the receiver.
    With(ItemId),
    /// A function value, the callee expression.
    Value,
}

/// Where a parameter's value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlannedArg {
    /// A written argument.
    Given(ExprId),
    /// The default of that item's parameter or field at that position
    /// ([`crate::mir::Callee::Default`]).
    Default(ItemId, u32),
    /// A variadic parameter: all of these.
    Rest(Vec<ExprId>),
    /// `with(…)`: the receiver's own field.
    Copied(u32),
}

/// The types of an item's body.
pub fn infer(db: &dyn Db, item: ItemId) -> &Inference {
    match item.kind(db) {
        ItemKind::Const => infer_constant(db, item),
        _ => infer_body(db, item),
    }
}

/// Few are kept: see [`crate::hir::lower`].
#[salsa::tracked(lru = 128)]
fn infer_body(db: &dyn Db, item: ItemId) -> Inference {
    context::Context::new(db, item).run()
}

/// Constants may be inferred from one another, but in no circle. All are kept: salsa fails when it
/// has forgotten the value of a query that could be part of one.
#[salsa::tracked(cycle_result = needs_itself)]
fn infer_constant(db: &dyn Db, item: ItemId) -> Inference {
    context::Context::new(db, item).run()
}

/// Infers the constants that a file can name, those that others need first.
pub(crate) fn prepare_constants(db: &dyn Db, file: SourceFile) {
    let is_const = |item: &ItemId| item.kind(db) == ItemKind::Const;
    let named = |item: ItemId| Cow::Borrowed(named_constants(db, item).as_slice());
    let imported = imports(db, file).modules(db);
    let items = imported.iter().chain([&file]).flat_map(|file| file_items(db, *file).ids(db));
    let constants: Vec<ItemId> = items.filter(is_const).collect();
    dependencies_first(constants, &named, &|_| false, &mut |item| {
        infer(db, item);
    });
}

/// The constants that an item's Hir names.
#[salsa::tracked]
fn named_constants(db: &dyn Db, item: ItemId) -> Vec<ItemId> {
    let exprs = crate::hir::lower(db, item).body.exprs.iter();
    let named = exprs.filter_map(|(_, expr)| match expr {
        crate::hir::Expr::Item(item) if item.kind(db) == ItemKind::Const => Some(*item),
        _ => None,
    });
    named.collect()
}

/// A constant whose value needs its own value has no type; [`crate::constants`] says so.
fn needs_itself(_db: &dyn Db, _id: salsa::Id, _item: ItemId) -> Inference {
    Inference::default()
}

/// The type of a constant or tasklocal: as written, else as inferred.
pub fn value_type(db: &dyn Db, item: ItemId) -> Ty {
    match signature(db, item) {
        Signature::Value(Some(ty)) => ty.clone(),
        Signature::Value(None) => {
            let root = crate::hir::lower(db, item).body.root;
            infer(db, item).returns.get(root).cloned().unwrap_or(Ty::Unknown)
        }
        _ => Ty::Unknown,
    }
}
