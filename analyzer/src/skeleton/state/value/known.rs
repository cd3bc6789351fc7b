//! How far a value can be told from what an exploration tries.
//!
//! A *fact* is the value that is tried for a symbol or term, and says something of others too: what equals one
//! text is no other, and what is no variant but the last is the last.

use super::compute::compute;
use super::same::is_variant;
use super::{Term, Value};
use crate::hir::{BinaryOp, UnaryOp};
use crate::mir::{Const, Intrinsic};
use crate::skeleton::graph::{Kind, Tag, Which};

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
    /// How far the value can be told from the facts.
    pub(in crate::skeleton) fn known(&self, facts: &Facts) -> Known {
        if let Some(fact) = told(self, facts) {
            return Known::Is(fact);
        }
        match self {
            Self::Const(value) => Known::Is(value.clone()),
            Self::Symbol(..) => Known::Needs(self.clone()),
            Self::Term(term) if term.is_connective() => term.connected(facts),
            Self::Term(term) if term.is_arithmetic() => term.known(facts),
            Self::Term(term) if let Some((of, otherwise)) = term.is_given_or() => {
                match is_variant(of, Which::SECOND).known(facts) {
                    Known::Is(Const::Bool(true)) => {
                        let held = Self::computed(Tag::Payload(1, 0), vec![of.clone()], term.kind);
                        held.known(facts)
                    }
                    Known::Is(_) => otherwise.known(facts),
                    other => other,
                }
            }
            Self::Term(_) => Known::Needs(self.clone()),
            _ => Known::Anything,
        }
    }

    /// The part of a condition that is to be decided next: the whole, if it is not made of several.
    pub(in crate::skeleton) fn open_part(&self, facts: &Facts) -> &Self {
        let Self::Term(term) = self else { return self };
        let is_open = |part: &&Self| !matches!(part.known(facts), Known::Is(_));
        let is_made_of_others = term.is_connective() || term.tag == Tag::Unary(UnaryOp::Not);
        let part = term.args.iter().find(is_open).filter(|_| is_made_of_others);
        part.map_or(self, |part| part.open_part(facts))
    }

    /// The value with facts put in.
    pub(in crate::skeleton::state) fn with_facts(&self, facts: &Facts) -> Self {
        if facts.is_empty() {
            return self.clone();
        }
        self.renamed(&|part| match part {
            Self::Symbol(..) | Self::Term(_) => match part.known(facts) {
                Known::Is(value) => Some(Self::Const(value)),
                _ => Some(part.clone()),
            },
            _ => None,
        })
    }

    /// What the value that was asked about is called by whoever knows of its parts what the facts say of them; none
    /// if that makes no difference.
    pub(in crate::skeleton::state) fn with_parts_told(&self, facts: &Facts) -> Option<Self> {
        let Self::Term(term) = self else { return None };
        if term.is_arithmetic() || term.is_connective() {
            return None;
        }
        let args: Vec<Self> = term.args.iter().map(|arg| arg.with_facts(facts)).collect();
        let told = (args != term.args).then(|| Self::computed(term.tag.clone(), args, term.kind));
        told.filter(|told| matches!(told, Self::Term(_)))
    }

    /// Whether it asks whether that of which the other is the length is one text.
    pub(in crate::skeleton) fn is_text_of(&self, length: &Self) -> bool {
        match (self, length) {
            (Self::Term(asked), Self::Term(length)) => {
                asked.tag == Tag::Binary(BinaryOp::Equal)
                    && length.tag == Tag::Len
                    && asked.args.first() == length.args.first()
            }
            _ => false,
        }
    }

    /// Whether the two are questions whether one value is this or that, of which any may hold as long as
    /// [`known`](Self::known) does not say otherwise.
    pub(in crate::skeleton) fn is_alternative_of(&self, other: &Self) -> bool {
        let (Self::Term(one), Self::Term(other)) = (self, other) else { return false };
        match (&one.tag, &one.args[..], &other.tag, &other.args[..]) {
            (Tag::IsVariant(_), [one], Tag::IsVariant(_), [other]) => one == other,
            (Tag::Binary(BinaryOp::Equal), one, Tag::Binary(BinaryOp::Equal), other) => {
                matches!(
                    (one, other),
                    ([one, Self::Const(_)], [other, Self::Const(_)]) if one == other
                )
            }
            _ => false,
        }
    }
}

impl Term {
    /// Of `of.unwrap_or(otherwise)` the two.
    fn is_given_or(&self) -> Option<(&Value, &Value)> {
        match (&self.tag, &self.args[..]) {
            (Tag::Intrinsic(Intrinsic::OptionUnwrapOr), [of, otherwise]) => Some((of, otherwise)),
            _ => None,
        }
    }

    /// Whether all of its parts must hold, or any of them.
    pub(in crate::skeleton) fn is_connective(&self) -> bool {
        matches!(self.tag, Tag::AllOf | Tag::AnyOf)
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

    /// One part may decide, whatever the others are.
    fn connected(&self, facts: &Facts) -> Known {
        let deciding = self.tag == Tag::AnyOf;
        let mut found = Known::Is(Const::Bool(!deciding));
        for part in &self.args {
            match (part.known(facts), &found) {
                (Known::Is(Const::Bool(is)), _) if is == deciding => {
                    return Known::Is(Const::Bool(deciding));
                }
                (Known::Needs(of), Known::Is(_)) => found = Known::Needs(of),
                (Known::Anything, _) => found = Known::Anything,
                _ => {}
            }
        }
        found
    }
}

/// What the facts say of a value, each by itself or all together.
fn told(value: &Value, facts: &Facts) -> Option<Const> {
    let said = facts.iter().find_map(|(of, fact)| match of == value {
        true => Some(fact.clone()),
        false => follows(value, of, fact),
    });
    said.or_else(|| is_only_variant_left(value, facts).then_some(Const::Bool(true)))
        .or_else(|| has_other_length(value, facts).then_some(Const::Bool(false)))
}

/// Whether the value asks for a text, and how long what it asks about is is known to be otherwise.
fn has_other_length(value: &Value, facts: &Facts) -> bool {
    let Value::Term(asked) = value else { return false };
    let (Tag::Binary(BinaryOp::Equal), [of, Value::Const(Const::Str(text))]) =
        (&asked.tag, &asked.args[..])
    else {
        return false;
    };
    let length = Value::computed(Tag::Len, vec![of.clone()], Kind::Int);
    !agrees(facts, &length, text.chars().count() as i64)
}

/// Whether everything decided about `of` alone is so when it is `value`.
pub(in crate::skeleton) fn agrees(facts: &Facts, of: &Value, value: i64) -> bool {
    let tried: Facts = vec![(of.clone(), Const::Int(value))];
    facts.iter().filter(|(known, _)| known.int_leaves() == [of.clone()]).all(|(known, fact)| {
        match known.known(&tried) {
            Known::Is(is) => is == *fact,
            _ => true,
        }
    })
}

/// What a fact about another value says of this one.
fn follows(value: &Value, of: &Value, fact: &Const) -> Option<Const> {
    let (Value::Term(of), Const::Bool(is)) = (of, fact) else { return None };
    let asked = match value {
        Value::Term(asked) => Some((&asked.tag, &asked.args[..])),
        _ => None,
    };
    match (&of.tag, &of.args[..]) {
        (Tag::Binary(BinaryOp::Equal), [one, other]) => match (other, asked) {
            (Value::Const(other), _) if *is && one == value => Some(other.clone()),
            (_, Some((Tag::Binary(BinaryOp::Equal), [a, b]))) if a == one => {
                let are_known = matches!((b, other), (Value::Const(_), Value::Const(_)));
                (*is && are_known).then_some(Const::Bool(false))
            }
            (_, Some((Tag::Binary(BinaryOp::Equal), [a, b]))) if (a, b) == (other, one) => {
                Some(fact.clone())
            }
            _ => None,
        },
        (Tag::IsVariant(_), [one]) => match asked {
            Some((Tag::IsVariant(_), [of])) if *is && of == one => Some(Const::Bool(false)),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the value asks for a variant, and of all others it is known that it is none of them.
fn is_only_variant_left(value: &Value, facts: &Facts) -> bool {
    let Value::Term(asked) = value else { return false };
    let (Tag::IsVariant(Which { count, .. }), [of]) = (&asked.tag, &asked.args[..]) else {
        return false;
    };
    let excludes = |(known, fact): &&(Value, Const)| match known {
        Value::Term(known) => {
            matches!(known.tag, Tag::IsVariant(_))
                && known.args[..] == [of.clone()]
                && *fact == Const::Bool(false)
        }
        _ => false,
    };
    *count > 1 && facts.iter().filter(excludes).count() as u32 + 1 == *count
}
