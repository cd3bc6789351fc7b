//! Whether a `match` covers all values, and if not, an example of what it misses.
//!
//! The usefulness algorithm of Maranget, *Warnings for pattern matching* (JFP 2007), section 3: a
//! row of wildcards is useful after the arms exactly when something is missing, and the matrix
//! that shows it spells out the example.

use super::context::Context;
use crate::diagnostics::{Code, Finding, Part};
use crate::hir::{Literal, MatchArm, Pat, PatId, StmtId};
use crate::items::{Signature, signature};
use crate::ty::{Builtin, Ty};

/// Splits of the matrix before the check gives up and believes the arms; the worst case is
/// exponential in the patterns' depth.
const SPLITS_MAX: u32 = 20_000;

/// A pattern without names.
#[derive(Clone)]
enum Shape {
    Any,
    /// The constructor's position in its type's list, and what it holds.
    Constructor(usize, Vec<Shape>),
    /// A value of a type with more values than can be listed.
    Literal,
    Or(Vec<Shape>),
}

/// A constructor of a type: how it is written, and the types of what it holds.
struct Constructor {
    name: String,
    fields: Vec<Ty>,
}

impl Context<'_> {
    /// Whether the cases are known to cover all values; if not, a finding says so.
    pub(super) fn check_exhaustive(&mut self, id: StmtId, ty: &Ty, arms: &[MatchArm]) -> bool {
        let ty = self.table.finish(ty);
        let rows: Vec<Vec<Shape>> = arms
            .iter()
            .filter(|arm| arm.guard.is_none())
            .map(|arm| vec![self.shape(arm.pattern)])
            .collect();
        if ty == Ty::Unknown || arms.is_empty() {
            return false;
        }
        let mut splits = 0;
        let missing = self.missing(&rows, &[ty], &mut splits);
        let covers = missing.is_none();
        if let Some(example) = missing {
            let example = example.join(", ");
            let message = format!("this `match` has no case for `{example}`");
            let site = self.site(self.at_stmt(id)).part(Part::Keyword);
            let help = match example.as_str() {
                "_" => "add `case _:` for all the rest".to_owned(),
                _ => format!("add `case {example}:`, or `case _:` for all the rest"),
            };
            self.report(Finding::new(Code::T006, site, message).help(help));
        }
        covers
    }

    fn shape(&self, id: PatId) -> Shape {
        match &self.body.pats[id] {
            Pat::Missing | Pat::Wildcard | Pat::Bind(_) => Shape::Any,
            Pat::Literal(Literal::Bool(value)) => {
                Shape::Constructor(usize::from(*value), Vec::new())
            }
            Pat::Literal(_) => Shape::Literal,
            Pat::Tuple(parts) => {
                Shape::Constructor(0, parts.iter().map(|part| self.shape(*part)).collect())
            }
            Pat::Constructor { args, .. } => match self.result.variants.get(&id) {
                Some(variant) => {
                    let args = args.iter().flatten().map(|part| self.shape(*part)).collect();
                    Shape::Constructor(variant.index as usize, args)
                }
                None => Shape::Any,
            },
            Pat::Or(parts) => Shape::Or(parts.iter().map(|part| self.shape(*part)).collect()),
        }
    }

    /// An example that no row matches, one text for each type.
    fn missing(&self, rows: &[Vec<Shape>], types: &[Ty], splits: &mut u32) -> Option<Vec<String>> {
        *splits += 1;
        if *splits > SPLITS_MAX {
            return None;
        }
        let Some((first, rest)) = types.split_first() else {
            return rows.is_empty().then(Vec::new);
        };
        let rows = expand(rows);
        let split = rows.iter().any(|row| matches!(row[0], Shape::Constructor(..)));
        match self.constructors(first).filter(|_| split) {
            Some(constructors) => {
                constructors.iter().enumerate().find_map(|(index, constructor)| {
                    self.missing_of(&rows, index, constructor, rest, splits)
                })
            }
            None => {
                let others: Vec<Vec<Shape>> = rows
                    .iter()
                    .filter(|row| matches!(row[0], Shape::Any))
                    .map(|row| row[1..].to_vec())
                    .collect();
                let mut example = self.missing(&others, rest, splits)?;
                example.insert(0, "_".to_owned());
                Some(example)
            }
        }
    }

    fn missing_of(
        &self,
        rows: &[Vec<Shape>],
        index: usize,
        constructor: &Constructor,
        rest: &[Ty],
        splits: &mut u32,
    ) -> Option<Vec<String>> {
        let arity = constructor.fields.len();
        let special: Vec<Vec<Shape>> = rows
            .iter()
            .filter_map(|row| {
                let mut parts = match &row[0] {
                    Shape::Any => vec![Shape::Any; arity],
                    Shape::Constructor(at, parts) if *at == index && parts.len() == arity => {
                        parts.clone()
                    }
                    _ => return None,
                };
                parts.extend_from_slice(&row[1..]);
                Some(parts)
            })
            .collect();
        let types: Vec<Ty> = constructor.fields.iter().chain(rest).cloned().collect();
        let mut example = self.missing(&special, &types, splits)?;
        let parts: Vec<String> = example.drain(..arity).collect();
        let text = match (constructor.name.as_str(), parts.len()) {
            ("", 1) => format!("({},)", parts[0]),
            (name, 0) if !name.is_empty() => name.to_owned(),
            (name, _) => format!("{name}({})", parts.join(", ")),
        };
        example.insert(0, text);
        Some(example)
    }

    /// All constructors of a type, when they can be listed.
    fn constructors(&self, ty: &Ty) -> Option<Vec<Constructor>> {
        let constructor =
            |name: &str, fields: Vec<Ty>| Constructor { name: name.to_owned(), fields };
        match ty {
            Ty::Builtin(Builtin::Bool, _) => {
                Some(vec![constructor("false", Vec::new()), constructor("true", Vec::new())])
            }
            Ty::Builtin(Builtin::Option, args) => {
                Some(vec![constructor("None", Vec::new()), constructor("Some", args.to_vec())])
            }
            Ty::Builtin(Builtin::Result, _) => {
                Some(vec![constructor("Ok", vec![ty.arg(0)]), constructor("Err", vec![ty.arg(1)])])
            }
            Ty::Tuple(parts) => Some(vec![constructor("", parts.to_vec())]),
            Ty::Adt(item, args) => {
                let Signature::Enum(of) = signature(self.db, *item) else { return None };
                let variants = of.variants.iter().map(|variant| {
                    let fields = variant.fields.iter();
                    let fields = fields.map(|field| field.ty.substitute(*item, args)).collect();
                    constructor(&variant.name, fields)
                });
                Some(variants.collect())
            }
            _ => None,
        }
    }
}

/// Rows with the alternatives of their first pattern apart.
fn expand(rows: &[Vec<Shape>]) -> Vec<Vec<Shape>> {
    let mut expanded = Vec::new();
    for row in rows {
        match &row[0] {
            Shape::Or(alternatives) => {
                let apart: Vec<Vec<Shape>> = alternatives
                    .iter()
                    .map(|alternative| {
                        let mut apart = row.clone();
                        apart[0] = alternative.clone();
                        apart
                    })
                    .collect();
                expanded.extend(expand(&apart));
            }
            _ => expanded.push(row.clone()),
        }
    }
    expanded
}
