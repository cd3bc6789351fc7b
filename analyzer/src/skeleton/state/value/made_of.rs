//! What a value is made of: its leaves, the independent unknowns in it, and the objects.

use super::Value;
use crate::mir::Const;
use crate::skeleton::graph::{Kind, Tag, Which};

impl Value {
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

    /// Whether it is how many elements something has.
    pub(in crate::skeleton) fn is_length(&self) -> bool {
        matches!(self, Self::Term(term) if term.tag == Tag::Len)
    }

    /// Whether it is an input or a length, as loops are counted by.
    pub(in crate::skeleton) fn is_count(&self) -> bool {
        match self {
            Self::Symbol(..) => true,
            of => of.is_length(),
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

    /// Whether it hangs on what comes from outside, and not by chance.
    pub(in crate::skeleton) fn is_of_given(&self) -> bool {
        match self {
            Self::Symbol(..) => true,
            Self::Term(term) => term.tag != Tag::Chance && term.args.iter().any(Self::is_of_given),
            Self::List(parts) | Self::Tuple(parts) | Self::Variant(_, parts) => {
                parts.iter().any(Self::is_of_given)
            }
            _ => false,
        }
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
            Self::Term(term) if let Tag::IsVariant(which) = term.tag => {
                let last = Which { index: which.count.saturating_sub(1), ..which };
                vec![Self::computed(Tag::IsVariant(last), term.args.clone(), Kind::Bool)]
            }
            Self::Term(term) => term.args.iter().flat_map(Self::bases).collect(),
            Self::List(parts) | Self::Tuple(parts) | Self::Variant(_, parts) => {
                parts.iter().flat_map(Self::bases).collect()
            }
            _ => Vec::new(),
        }
    }
}
