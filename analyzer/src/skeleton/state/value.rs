//! What registers hold while states are explored: known values, unknown but fixed ones, objects.
//!
//! A *symbol* is an input or a fresh result: unknown, but the same wherever it goes. A *term* is a
//! computation over such values; the same computation of the same values is the same term. That is
//! how two loops over one `range(n)` stay correlated. A *fact* is the value that an exploration
//! tries for a symbol or term. What is [`Value::Unknown`] may be anything, anew at each look.

use std::rc::Rc;

use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{Const, Intrinsic};
use crate::skeleton::graph::{Kind, RoutineId, Tag};

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
    Variant(u32, Rc<[Value]>),
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

/// What an exploration tries: symbols and terms with their values.
pub(in crate::skeleton) type Facts = Vec<(Value, Const)>;

/// How far a value can be told.
pub(in crate::skeleton) enum Known {
    /// It is this.
    Is(Const),
    /// It follows from this symbol or term, for which a value must be tried first.
    Needs(Value),
    /// It may be anything.
    Anything,
}

impl Value {
    pub(in crate::skeleton) fn int(value: i64) -> Self {
        Self::Const(Const::Int(value))
    }

    pub(in crate::skeleton) fn bool(value: bool) -> Self {
        Self::Const(Const::Bool(value))
    }

    pub(in crate::skeleton) fn none() -> Self {
        Self::Variant(0, Rc::from([]))
    }

    pub(in crate::skeleton) fn some(value: Self) -> Self {
        Self::Variant(1, Rc::from([value]))
    }

    /// The value of a computation: known, a term, or anything.
    pub(in crate::skeleton) fn computed(tag: Tag, args: Vec<Self>, kind: Kind) -> Self {
        if let Some(known) = compute(&tag, &args) {
            return Self::Const(known);
        }
        let depth = args.iter().map(Self::depth).max().unwrap_or(0).saturating_add(1);
        let fixed = args.iter().all(Self::is_fixed);
        if !fixed || depth > TERM_DEPTH_MAX || matches!(kind, Kind::Owned | Kind::List) {
            return Self::Unknown;
        }
        match tag {
            Tag::Binary(BinaryOp::NotEqual) => {
                let equal = Self::computed(Tag::Binary(BinaryOp::Equal), args, kind);
                Self::computed(Tag::Unary(UnaryOp::Not), vec![equal], kind)
            }
            _ => Self::Term(Rc::new(Term { tag, args, kind, depth })),
        }
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

    /// How far the value can be told from the facts.
    pub(in crate::skeleton) fn known(&self, facts: &Facts) -> Known {
        if let Some(fact) = fact_of(self, facts) {
            return Known::Is(fact.clone());
        }
        match self {
            Self::Const(value) => Known::Is(value.clone()),
            Self::Symbol(..) => Known::Needs(self.clone()),
            Self::Term(term) if term.is_arithmetic() => term.known(facts),
            Self::Term(_) => Known::Needs(self.clone()),
            _ => Known::Anything,
        }
    }

    /// The value with facts put in.
    pub(super) fn with_facts(&self, facts: &Facts) -> Self {
        if facts.is_empty() {
            return self.clone();
        }
        let all = |parts: &[Self]| parts.iter().map(|part| part.with_facts(facts)).collect();
        match self {
            Self::Symbol(..) | Self::Term(_) => match self.known(facts) {
                Known::Is(value) => Self::Const(value),
                _ => self.clone(),
            },
            Self::List(parts) => Self::List(all(parts)),
            Self::Tuple(parts) => Self::Tuple(all(parts)),
            Self::Variant(index, parts) => Self::Variant(*index, all(parts)),
            Self::Function(routine, parts) => Self::Function(*routine, all(parts)),
            Self::Range(parts) => {
                Self::Range(Rc::new([0, 1, 2].map(|part: usize| parts[part].with_facts(facts))))
            }
            Self::Iterator(of, taken) => Self::Iterator(Rc::new(of.with_facts(facts)), *taken),
            _ => self.clone(),
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
    pub(super) fn renamed(&self, f: &dyn Fn(&Self) -> Option<Self>) -> Self {
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

    /// The int symbols and terms that its value follows from, if it is a computation on ints.
    pub(in crate::skeleton) fn int_leaves(&self) -> Vec<Value> {
        match self {
            Self::Term(term) if term.is_arithmetic() => {
                let mut leaves: Vec<Value> = term.args.iter().flat_map(Self::int_leaves).collect();
                leaves.dedup();
                leaves
            }
            Self::Symbol(..) | Self::Term(_) => vec![self.clone()],
            _ => Vec::new(),
        }
    }

    /// Whether it is an input or a length, as loops are counted by.
    pub(in crate::skeleton) fn is_count(&self) -> bool {
        match self {
            Self::Symbol(..) => true,
            Self::Term(term) => term.tag == Tag::Len,
            _ => false,
        }
    }

    /// The int constants in it.
    pub(in crate::skeleton) fn constants(&self) -> Vec<i64> {
        let mut found = Vec::new();
        self.walk(&mut |part| {
            if let Self::Const(Const::Int(value)) = part {
                found.push(*value);
            }
        });
        found
    }

    /// Whether the object is in it.
    pub(in crate::skeleton) fn mentions(&self, object: u32) -> bool {
        let mut found = false;
        self.walk(&mut |part| found |= *part == Self::Object(object));
        found
    }

    /// Whether any of the objects is in it.
    pub(in crate::skeleton) fn mentions_any(&self, objects: &[u32]) -> bool {
        let mut found = false;
        self.walk(&mut |part| {
            found |= matches!(part, Self::Object(object) if objects.contains(object));
        });
        found
    }

    /// Whether it comes from outside and nothing is done to it that is not looked into, so that it may be
    /// any value that its kind has. What the program itself makes, and functions, may know better.
    pub(in crate::skeleton) fn may_be_any(&self) -> bool {
        let (mut is_given, mut is_seen) = (false, true);
        self.walk(&mut |part| match part {
            Self::Symbol(..) => is_given = true,
            Self::Term(term) => is_seen &= !matches!(term.tag, Tag::Item(_) | Tag::Chance),
            _ => {}
        });
        is_given && is_seen
    }

    /// Whether what is known of the one may say something of the other.
    pub(in crate::skeleton) fn hangs_together_with(&self, other: &Self) -> bool {
        let others = other.bases();
        let is_one = |a: &Self, b: &Self| a.has(b) || b.has(a);
        self.bases().iter().any(|base| others.iter().any(|other| is_one(base, other)))
    }

    fn has(&self, part: &Self) -> bool {
        let mut found = false;
        self.walk(&mut |of| found |= of == part);
        found
    }

    /// The independent unknowns that it is made of: symbols, and parts of symbols (a length, an
    /// element, a field, which variant it is), which may have any value beside the others.
    pub(in crate::skeleton) fn bases(&self) -> Vec<Value> {
        match self {
            Self::Symbol(..) => vec![self.clone()],
            Self::Term(term) if term.is_part() || term.args.is_empty() => vec![self.clone()],
            Self::Term(term) if matches!(term.tag, Tag::IsVariant(_)) => {
                vec![Self::computed(Tag::IsVariant(0), term.args.clone(), Kind::Bool)]
            }
            Self::Term(term) => term.args.iter().flat_map(Self::bases).collect(),
            Self::List(parts) | Self::Tuple(parts) | Self::Variant(_, parts) => {
                parts.iter().flat_map(Self::bases).collect()
            }
            _ => Vec::new(),
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
            Tag::Unary(_) | Tag::Binary(_) => true,
            Tag::Intrinsic(of) => matches!(of, Intrinsic::Min | Intrinsic::Max),
            _ => false,
        };
        computes && of_ints()
    }

    fn is_part(&self) -> bool {
        matches!(self.tag, Tag::Len | Tag::Element | Tag::Field(_) | Tag::Payload(..))
    }

    fn known(&self, facts: &Facts) -> Known {
        let mut args = Vec::new();
        for arg in &self.args {
            match arg.known(facts) {
                Known::Is(value) => args.push(Value::Const(value)),
                other => return other,
            }
        }
        compute(&self.tag, &args).map_or(Known::Anything, Known::Is)
    }
}

fn fact_of<'a>(value: &Value, facts: &'a Facts) -> Option<&'a Const> {
    facts.iter().find(|(of, _)| of == value).map(|(_, fact)| fact)
}

/// The result, when the arguments are known and the computation is simple.
fn compute(tag: &Tag, args: &[Value]) -> Option<Const> {
    match (tag, args) {
        (Tag::Unary(op), [Value::Const(a)]) => compute_unary(*op, a),
        (Tag::Binary(op), [Value::Const(a), Value::Const(b)]) => compute_binary(*op, a, b),
        (Tag::Intrinsic(Intrinsic::Min), args) => ints(args)?.into_iter().min().map(Const::Int),
        (Tag::Intrinsic(Intrinsic::Max), args) => ints(args)?.into_iter().max().map(Const::Int),
        (Tag::Len, [Value::List(parts)]) => Some(Const::Int(parts.len() as i64)),
        (Tag::IsVariant(index), [Value::Variant(is, _)]) => Some(Const::Bool(index == is)),
        _ => None,
    }
}

/// The arguments of `min` or `max`, or the elements of the only one.
fn ints(args: &[Value]) -> Option<Vec<i64>> {
    let parts = match args {
        [Value::List(parts)] => parts,
        args => args,
    };
    let int = |part: &Value| match part {
        Value::Const(Const::Int(value)) => Some(*value),
        _ => None,
    };
    parts.iter().map(int).collect()
}

fn compute_unary(op: UnaryOp, a: &Const) -> Option<Const> {
    match (op, a) {
        (UnaryOp::Negate, Const::Int(a)) => a.checked_neg().map(Const::Int),
        (UnaryOp::Plus, Const::Int(a)) => Some(Const::Int(*a)),
        (UnaryOp::BitNot, Const::Int(a)) => Some(Const::Int(!a)),
        (UnaryOp::Not, Const::Bool(a)) => Some(Const::Bool(!a)),
        _ => None,
    }
}

fn compute_binary(op: BinaryOp, a: &Const, b: &Const) -> Option<Const> {
    match (op, a, b) {
        (BinaryOp::Equal, Const::Float(_), _) | (BinaryOp::NotEqual, Const::Float(_), _) => None,
        (BinaryOp::Equal, a, b) => Some(Const::Bool(a == b)),
        (BinaryOp::NotEqual, a, b) => Some(Const::Bool(a != b)),
        (op, Const::Int(a), Const::Int(b)) => compute_int(op, *a, *b),
        _ => None,
    }
}

fn compute_int(op: BinaryOp, a: i64, b: i64) -> Option<Const> {
    let floor = || {
        let quotient = a.checked_div(b)?;
        let inexact = a.checked_rem(b)? != 0 && ((a < 0) != (b < 0));
        Some(quotient - i64::from(inexact))
    };
    let result = match op {
        BinaryOp::Less => return Some(Const::Bool(a < b)),
        BinaryOp::LessEqual => return Some(Const::Bool(a <= b)),
        BinaryOp::Greater => return Some(Const::Bool(a > b)),
        BinaryOp::GreaterEqual => return Some(Const::Bool(a >= b)),
        BinaryOp::Add => a.checked_add(b),
        BinaryOp::Subtract => a.checked_sub(b),
        BinaryOp::Multiply => a.checked_mul(b),
        BinaryOp::FloorDivide => floor(),
        BinaryOp::Modulo => floor().and_then(|quotient| a.checked_sub(quotient.checked_mul(b)?)),
        _ => None,
    };
    result.map(Const::Int)
}
