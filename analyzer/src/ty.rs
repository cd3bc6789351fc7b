//! Types: what a value is, and whether tasks may share it.
//!
//! A [`Ty`] is plain data without a lifetime, so that Hir, Mir and bytecode can hold it.

mod args;
mod ownership;
mod print;
mod twin;

use std::sync::Arc;

pub use args::TyArgs;
pub use ownership::{Ownership, ownership};
pub use print::{display, display_list};

use crate::items::ItemId;

/// A type.
#[derive(Clone, Debug, PartialEq, Eq, Hash, salsa::SalsaValue)]
pub enum Ty {
    /// The type of what could not be typed; agrees with everything, so that one mistake gives one
    /// finding.
    Unknown,
    /// The type of what never yields a value: `panic(…)`, an endless loop.
    Never,
    /// A type the prelude declares: `int`, `list[T]`, `channel[T]`, `Option[T]`.
    Builtin(Builtin, TyArgs),
    /// A struct or enum of the program.
    Adt(ItemId, TyArgs),
    /// `(A, B)`; the empty tuple is [`Builtin::Unit`].
    Tuple(TyArgs),
    /// `fn(A) -> B`, or `mutable fn(A) -> B`.
    Fn(Arc<FnTy>),
    /// A type parameter of `owner`, by position.
    Param(Arc<TypeParam>),
    /// A variable of one inference; never leaves `infer`.
    Var(TyVar),
}

/// How many parts a type may have, and how deep they may be nested. Parts are shared, so that a few
/// lines can make a type whose walk would never end.
pub const TYPE_PARTS_MAX: u32 = 5_000;
/// See [`TYPE_PARTS_MAX`].
pub const TYPE_DEPTH_MAX: u32 = 100;

/// A function type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FnTy {
    /// Parameter types, in order.
    pub params: TyArgs,
    /// What a call yields.
    pub ret: Ty,
    /// `mutable fn`: captures owned values, so it is owned itself.
    pub mutable: bool,
}

/// A type parameter: the `index`th of `owner` (a method's own come after its type's).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeParam {
    /// The function or type that declares it.
    pub owner: ItemId,
    /// Its position there.
    pub index: u32,
    /// Its name, for people.
    pub name: crate::Name,
}

/// A variable of one inference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TyVar(pub u32);

macro_rules! builtins {
    ($($variant:ident $name:literal $arity:literal $ownership:ident,)*) => {
        /// The types that the prelude declares and the tools know by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Builtin { $(#[doc = concat!("`", $name, "`")] $variant,)* }

        impl Builtin {
            /// All of them, in the table's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name in the source.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// How many type arguments it takes.
            pub fn arity(self) -> usize {
                match self { $(Self::$variant => $arity,)* }
            }

            /// How it may be shared, its arguments aside.
            pub fn ownership(self) -> Ownership {
                match self { $(Self::$variant => Ownership::$ownership,)* }
            }
        }
    };
}

builtins! {
    Unit "()" 0 Value,
    Bool "bool" 0 Value,
    Int "int" 0 Value,
    Float "float" 0 Value,
    Str "str" 0 Value,
    Bytes "bytes" 0 Value,
    Duration "duration" 0 Value,
    Instant "instant" 0 Value,
    Range "range" 0 Value,
    List "list" 1 Value,
    Map "map" 2 Value,
    Set "set" 1 Value,
    Option "Option" 1 Value,
    Result "Result" 2 Value,
    Failure "Failure" 0 Value,
    TimeoutError "TimeoutError" 0 Value,
    Channel "channel" 1 Sync,
    Sender "sender" 1 Sync,
    Receiver "receiver" 1 Sync,
    Atom "atom" 1 Sync,
    Mutex "mutex" 1 Sync,
    MutexGuard "mutex_loan" 1 Owned,
    Rwlock "rwlock" 1 Sync,
    ReadLoan "read_loan" 1 Owned,
    WriteLoan "write_loan" 1 Owned,
    Semaphore "semaphore" 0 Sync,
    Permit "permit" 0 Owned,
    Barrier "barrier" 0 Sync,
    Signal "signal" 0 Sync,
    Task "Task" 1 Sync,
    Scope "scope" 0 Sync,
    MutableList "mutable_list" 1 Owned,
    MutableMap "mutable_map" 2 Owned,
    MutableSet "mutable_set" 1 Owned,
    Iterator "iterator" 1 Value,
    // What the parameters of signature files take; what walks a mutable list is as it.
    Iterable "iterable" 1 Owned,
    Any "any" 0 Value,
    Never "Never" 0 Value,
}

impl Builtin {
    /// The builtin type of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|builtin| builtin.name() == name)
    }

    /// Whether signature files alone may name it.
    pub fn is_for_signatures(self) -> bool {
        matches!(self, Self::Iterator | Self::Iterable | Self::Any | Self::Never)
    }
}

impl Ty {
    /// `()`.
    pub fn unit() -> Self {
        Self::simple(Builtin::Unit)
    }

    /// `bool`.
    pub fn bool() -> Self {
        Self::simple(Builtin::Bool)
    }

    /// `int`.
    pub fn int() -> Self {
        Self::simple(Builtin::Int)
    }

    /// `float`.
    pub fn float() -> Self {
        Self::simple(Builtin::Float)
    }

    /// `str`.
    pub fn str() -> Self {
        Self::simple(Builtin::Str)
    }

    /// A builtin type without arguments.
    pub fn simple(builtin: Builtin) -> Self {
        Self::Builtin(builtin, TyArgs::default())
    }

    /// A builtin type with one argument.
    pub fn of(builtin: Builtin, argument: Ty) -> Self {
        Self::Builtin(builtin, [argument].into())
    }

    /// A builtin type with two arguments.
    pub fn of2(builtin: Builtin, first: Ty, second: Ty) -> Self {
        Self::Builtin(builtin, [first, second].into())
    }

    /// `Option[T]`.
    pub fn option(argument: Ty) -> Self {
        Self::of(Builtin::Option, argument)
    }

    /// `Result[T, E]`.
    pub fn result(ok: Ty, err: Ty) -> Self {
        Self::of2(Builtin::Result, ok, err)
    }

    /// Which builtin it is, if it is one.
    pub fn builtin(&self) -> Option<Builtin> {
        match self {
            Self::Builtin(builtin, _) => Some(*builtin),
            _ => None,
        }
    }

    /// Whether it is this builtin, whatever the arguments.
    pub fn is(&self, builtin: Builtin) -> bool {
        self.builtin() == Some(builtin)
    }

    /// The type arguments of a builtin or a program's own type; empty for all others.
    pub fn args(&self) -> &[Ty] {
        match self {
            Self::Builtin(_, args) | Self::Adt(_, args) | Self::Tuple(args) => args,
            _ => &[],
        }
    }

    /// The first type argument, or [`Ty::Unknown`].
    pub fn arg(&self, index: usize) -> Ty {
        self.args().get(index).cloned().unwrap_or(Self::Unknown)
    }

    /// Whether it is a name without arguments, as most types are.
    pub(crate) fn is_simple(&self) -> bool {
        matches!(self, Self::Builtin(_, args) | Self::Adt(_, args) if args.is_empty())
    }

    /// Whether the type is beyond [`TYPE_PARTS_MAX`] or [`TYPE_DEPTH_MAX`]; `head` follows variables.
    pub(crate) fn is_too_large(&self, head: &dyn Fn(&Ty) -> Ty) -> bool {
        if self.is_simple() {
            return false;
        }
        fn walk(ty: &Ty, head: &dyn Fn(&Ty) -> Ty, depth: u32, parts: &mut u32) -> bool {
            *parts += 1;
            if *parts > TYPE_PARTS_MAX || depth > TYPE_DEPTH_MAX {
                return true;
            }
            let ty = head(ty);
            match &ty {
                Ty::Fn(of) => {
                    of.params.iter().chain([&of.ret]).any(|ty| walk(ty, head, depth + 1, parts))
                }
                _ => ty.args().iter().any(|ty| walk(ty, head, depth + 1, parts)),
            }
        }
        walk(self, head, 0, &mut 0)
    }

    /// Whether a variable is part of the type.
    pub(crate) fn has_variables(&self) -> bool {
        match self {
            Self::Var(_) => true,
            Self::Fn(of) => of.params.iter().chain([&of.ret]).any(Self::has_variables),
            _ => self.args().iter().any(Self::has_variables),
        }
    }

    /// Rebuilds the type with `f` applied to its leaves that are no constructors (parameters and
    /// variables).
    pub fn map_leaves(&self, f: &mut dyn FnMut(&Ty) -> Option<Ty>) -> Ty {
        if let Some(mapped) = f(self) {
            return mapped;
        }
        let mut map_all = |args: &TyArgs| -> TyArgs {
            if args.is_empty() {
                args.clone()
            } else {
                args.iter().map(|ty| ty.map_leaves(f)).collect()
            }
        };
        match self {
            Self::Builtin(builtin, args) => Self::Builtin(*builtin, map_all(args)),
            Self::Adt(item, args) => Self::Adt(*item, map_all(args)),
            Self::Tuple(args) => Self::Tuple(map_all(args)),
            Self::Fn(function) => {
                let params = map_all(&function.params);
                let ret = function.ret.map_leaves(f);
                Self::Fn(Arc::new(FnTy { params, ret, mutable: function.mutable }))
            }
            Self::Unknown | Self::Never | Self::Param(_) | Self::Var(_) => self.clone(),
        }
    }

    /// Puts `args` in the place of `owner`'s type parameters.
    pub fn substitute(&self, owner: ItemId, args: &[Ty]) -> Ty {
        if self.is_simple() {
            return self.clone();
        }
        self.map_leaves(&mut |ty| match ty {
            Ty::Param(param) if param.owner == owner => {
                Some(args.get(param.index as usize).cloned().unwrap_or(Ty::Unknown))
            }
            _ => None,
        })
    }
}
