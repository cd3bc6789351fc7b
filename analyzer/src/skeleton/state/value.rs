//! What registers hold while states are explored: known values, unknown but fixed ones, objects.
//!
//! A *symbol* is an input or a fresh result: unknown, but the same wherever it goes. A *term* is a
//! computation over such values; the same computation of the same values is the same term. That is
//! how two loops over one `range(n)` stay correlated. A *fact* is the value that an exploration
//! tries for a symbol or term. What is [`Value::Unknown`] may be anything, anew at each look.

mod compute;
mod known;
mod made_of;
mod same;

use std::rc::Rc;

use crate::mir::{Const, Intrinsic};
use crate::skeleton::graph::{Kind, RoutineId, Tag, Which};

pub(in crate::skeleton) use known::{Facts, Known, agrees};

/// Terms nested deeper are unknown, so that a loop cannot grow one for ever.
const TERM_DEPTH_MAX: u8 = 6;
/// Lists, structs and functions nested deeper go out of sight.
pub(in crate::skeleton) const VALUE_DEPTH_MAX: u8 = 12;
/// Elements of longer lists are not kept apart.
pub(in crate::skeleton) const LIST_LEN_MAX: usize = 64;

/// A register's content.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::skeleton) enum Value {
    /// Anything, anew at each look.
    Unknown,
    /// Known.
    Const(Const),
    /// Unknown but fixed.
    Symbol(u32, Kind),
    /// Computed from such.
    Term(Rc<Term>),
    /// A list with known elements.
    List(Rc<[Value]>),
    /// A tuple or immutable struct.
    Tuple(Rc<[Value]>),
    /// A variant with what it holds.
    Variant(Which, Rc<[Value]>),
    /// `range(start, stop, step)`
    Range(Rc<[Value; 3]>),
    /// What is walked, and how many elements were taken.
    Iterator(Rc<Value>, u32),
    /// A function value with its captures.
    Function(RoutineId, Rc<[Value]>),
    /// A channel, signal or lock of the state.
    Object(u32),
    /// A task of the state.
    Task(u32),
    /// An open scope: the task that opened it, and its position there.
    Scope(u32, u32),
}

/// A computation that is not looked into.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(in crate::skeleton) struct Term {
    pub(super) tag: Tag,
    pub(super) args: Vec<Value>,
    pub(super) kind: Kind,
    depth: u8,
}

impl Value {
    pub(in crate::skeleton) fn int(value: i64) -> Self {
        Self::Const(Const::Int(value))
    }

    pub(in crate::skeleton) fn bool(value: bool) -> Self {
        Self::Const(Const::Bool(value))
    }

    pub(in crate::skeleton) fn none() -> Self {
        Self::Variant(Which::FIRST, Rc::from([]))
    }

    pub(in crate::skeleton) fn some(value: Self) -> Self {
        Self::Variant(Which::SECOND, Rc::from([value]))
    }

    /// The value of a computation: known, in the form that all have that ask the same, a term, or anything.
    pub(in crate::skeleton) fn computed(tag: Tag, args: Vec<Self>, kind: Kind) -> Self {
        let known = compute::compute(&tag, &args).map(Self::Const);
        known
            .or_else(|| same::simplified(&tag, &args))
            .unwrap_or_else(|| Self::term(tag, args, kind))
    }

    fn term(tag: Tag, args: Vec<Self>, kind: Kind) -> Self {
        let depth = args.iter().map(Self::depth).max().unwrap_or(0).saturating_add(1);
        let fixed = args.iter().all(Self::is_fixed);
        if !fixed || depth > TERM_DEPTH_MAX || matches!(kind, Kind::Owned | Kind::List) {
            return Self::Unknown;
        }
        Self::Term(Rc::new(Term { tag, args, kind, depth }))
    }

    /// Whether it is the same at each look and holds no objects.
    pub(in crate::skeleton) fn is_fixed(&self) -> bool {
        match self {
            Self::Const(_) | Self::Symbol(..) | Self::Term(_) => true,
            Self::List(parts) | Self::Tuple(parts) | Self::Variant(_, parts) => {
                parts.iter().all(Self::is_fixed)
            }
            Self::Range(parts) => parts.iter().all(Self::is_fixed),
            _ => false,
        }
    }

    /// How deep it nests.
    pub(in crate::skeleton) fn depth(&self) -> u8 {
        let deepest = |parts: &[Self]| parts.iter().map(Self::depth).max().unwrap_or(0);
        match self {
            Self::Term(term) => term.depth,
            Self::List(parts)
            | Self::Tuple(parts)
            | Self::Variant(_, parts)
            | Self::Function(_, parts) => deepest(parts).saturating_add(1),
            Self::Range(parts) => deepest(&parts[..]).saturating_add(1),
            Self::Iterator(of, _) => of.depth().saturating_add(1),
            _ => 0,
        }
    }

    /// What its values are like.
    pub(in crate::skeleton) fn kind(&self) -> Kind {
        match self {
            Self::Const(Const::Int(_)) => Kind::Int,
            Self::Const(Const::Bool(_)) => Kind::Bool,
            Self::Symbol(_, kind) => *kind,
            Self::Term(term) => term.kind,
            Self::Object(_) | Self::Task(_) | Self::Scope(..) | Self::Function(..) => Kind::Sync,
            _ => Kind::Value,
        }
    }

    /// The same where it was made without knowing what its values are like.
    pub(in crate::skeleton) fn of_kind(self, kind: Kind) -> Self {
        match self {
            Self::Term(term) if term.kind == Kind::Value && kind != Kind::Value => {
                Self::term(term.tag.clone(), term.args.clone(), kind)
            }
            value => value,
        }
    }

    /// Calls `f` on every value in it, itself first. Most have no other in them, and cost no call.
    #[inline]
    pub(in crate::skeleton) fn walk(&self, f: &mut impl FnMut(&Self)) {
        f(self);
        if self.has_parts() {
            self.walk_parts(f);
        }
    }

    #[inline]
    fn has_parts(&self) -> bool {
        match self {
            Self::Unknown
            | Self::Const(_)
            | Self::Symbol(..)
            | Self::Object(_)
            | Self::Task(_)
            | Self::Scope(..) => false,
            Self::List(_)
            | Self::Tuple(_)
            | Self::Variant(..)
            | Self::Function(..)
            | Self::Range(_)
            | Self::Iterator(..)
            | Self::Term(_) => true,
        }
    }

    fn walk_parts(&self, f: &mut dyn FnMut(&Self)) {
        let mut walk = |part: &Self| {
            f(part);
            part.walk_parts(f);
        };
        match self {
            Self::List(parts)
            | Self::Tuple(parts)
            | Self::Variant(_, parts)
            | Self::Function(_, parts) => parts.iter().for_each(walk),
            Self::Range(parts) => parts.iter().for_each(walk),
            Self::Iterator(of, _) => walk(of),
            Self::Term(term) => term.args.iter().for_each(walk),
            _ => {}
        }
    }

    /// The value with its leaves (objects, tasks, symbols) renamed.
    pub(in crate::skeleton) fn renamed(&self, f: &dyn Fn(&Self) -> Option<Self>) -> Self {
        if let Some(new) = f(self) {
            return new;
        }
        let all = |parts: &[Self]| parts.iter().map(|part| part.renamed(f)).collect();
        match self {
            Self::List(parts) => Self::List(all(parts)),
            Self::Tuple(parts) => Self::Tuple(all(parts)),
            Self::Variant(index, parts) => Self::Variant(*index, all(parts)),
            Self::Function(routine, parts) => Self::Function(*routine, all(parts)),
            Self::Range(parts) => {
                Self::Range(Rc::new([0, 1, 2].map(|part: usize| parts[part].renamed(f))))
            }
            Self::Iterator(of, taken) => Self::Iterator(Rc::new(of.renamed(f)), *taken),
            Self::Term(term) => {
                let args = term.args.iter().map(|arg| arg.renamed(f)).collect();
                let (tag, kind, depth) = (term.tag.clone(), term.kind, term.depth);
                Self::Term(Rc::new(Term { tag, args, kind, depth }))
            }
            _ => self.clone(),
        }
    }
}

impl Term {
    pub(in crate::skeleton) fn tag(&self) -> &Tag {
        &self.tag
    }

    pub(in crate::skeleton) fn args(&self) -> &[Value] {
        &self.args
    }

    /// Whether its value follows from its arguments' values.
    pub(super) fn is_arithmetic(&self) -> bool {
        let of_ints = || self.args.iter().all(|arg| matches!(arg.kind(), Kind::Int | Kind::Bool));
        let computes = match self.tag {
            Tag::Unary(_) | Tag::Binary(_) | Tag::AllOf | Tag::AnyOf => true,
            Tag::Intrinsic(of) => matches!(of, Intrinsic::Min | Intrinsic::Max),
            _ => false,
        };
        computes && of_ints()
    }

    fn is_part(&self) -> bool {
        matches!(self.tag, Tag::Len | Tag::Element | Tag::Field(_) | Tag::Payload(..))
    }
}
