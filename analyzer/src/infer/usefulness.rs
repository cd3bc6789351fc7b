//! The usefulness of patterns: which values a matrix of patterns leaves out, and whether a row adds
//! any to those before it.
//!
//! Maranget, *Warnings for pattern matching* (JFP 2007): section 3.1 for whether a row is useful,
//! section 5 for examples of what is missing. A [`Shape`] is a pattern without names; a *row* has one
//! shape for each type of the matrix. What departs from the paper: the worst case is exponential, so
//! the work is bounded, and beyond the bound nothing is claimed.

use crate::Db;
use crate::hir::Literal;
use crate::items::{Signature, signature};
use crate::ty::{Builtin, Ty};

/// How many patterns may be looked at for one question. A step looks at all that is left of its rows,
/// so this bounds how deep steps go as well: a row of a thousand patterns is as wide as is looked through.
const SHAPES_MAX: usize = 1_000_000;
/// How many missing patterns are looked for.
pub(super) const EXAMPLES_MAX: usize = 40;

/// A pattern without names.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// Every value.
    Any,
    /// The constructor's position in its type's list, and what it holds.
    Constructor(usize, Vec<Shape>),
    /// A value of a type with more values than can be listed.
    Literal(Literal),
    /// Any of these.
    Or(Vec<Shape>),
}

/// A row of the matrix.
pub(super) type Row = Vec<Shape>;

/// A constructor of a type: how it is written, and the types of what it holds.
struct Constructor {
    name: String,
    fields: Vec<Ty>,
}

/// A question about one `match`, with the work that is left for it.
pub(super) struct Usefulness<'db> {
    db: &'db dyn Db,
    left: usize,
}

impl<'db> Usefulness<'db> {
    pub(super) fn new(db: &'db dyn Db) -> Self {
        Self { db, left: SHAPES_MAX }
    }

    /// Whether the work was too much: then what was not found may be there all the same.
    pub(super) fn is_given_up(&self) -> bool {
        self.left == 0
    }

    /// Examples of values that no row takes, at most [`EXAMPLES_MAX`], one text for each type.
    pub(super) fn missing(&mut self, rows: &[Row], types: &[Ty]) -> Vec<Vec<String>> {
        if rows.is_empty() {
            return vec![vec!["_".to_owned(); types.len()]];
        }
        let Some((first, rest)) = types.split_first() else { return Vec::new() };
        if rows.iter().any(|row| takes_all(row)) || !self.afford(rows, types) {
            return Vec::new();
        }
        let rows = expand(rows);
        let is_split = rows.iter().any(|row| matches!(row[0], Shape::Constructor(..)));
        let Some(constructors) = self.constructors(first).filter(|_| is_split) else {
            let mut examples = self.missing(&others(&rows), rest);
            examples.iter_mut().for_each(|example| example.insert(0, "_".to_owned()));
            return examples;
        };
        let mut examples = Vec::new();
        for (index, constructor) in constructors.iter().enumerate() {
            let arity = constructor.fields.len();
            let special = special(&rows, &Shape::Constructor(index, vec![Shape::Any; arity]));
            let types: Vec<Ty> = constructor.fields.iter().chain(rest).cloned().collect();
            for mut example in self.missing(&special, &types) {
                let parts: Vec<String> = example.drain(..arity).collect();
                example.insert(0, constructor.written(&parts));
                examples.push(example);
            }
            if examples.len() >= EXAMPLES_MAX {
                examples.truncate(EXAMPLES_MAX);
                break;
            }
        }
        examples
    }

    /// Whether the row takes a value that none of the rows takes.
    pub(super) fn is_useful(&mut self, rows: &[Row], row: &[Shape], types: &[Ty]) -> bool {
        if rows.is_empty() {
            return true;
        }
        let (Some((first, rest)), Some(shape)) = (types.split_first(), row.first()) else {
            return false;
        };
        if rows.iter().any(|row| takes_all(row)) {
            return false;
        }
        if !self.afford(rows, types) {
            return true;
        }
        let rows = expand(rows);
        let with = |shape: &Shape| {
            let mut row = row.to_vec();
            row[0] = shape.clone();
            row
        };
        match shape {
            Shape::Or(shapes) => shapes.iter().any(|shape| {
                let row = with(shape);
                self.is_useful(&rows, &row, types)
            }),
            Shape::Constructor(..) | Shape::Literal(_) => {
                self.is_useful_within(&rows, row, shape, first, rest)
            }
            Shape::Any => match self.complete(first, &rows) {
                Some(heads) => {
                    heads.iter().any(|head| self.is_useful_within(&rows, row, head, first, rest))
                }
                None => self.is_useful(&others(&rows), &row[1..], rest),
            },
        }
    }

    /// Whether the row takes a value that begins with `head` and that none of the rows takes.
    fn is_useful_within(
        &mut self,
        rows: &[Row],
        row: &[Shape],
        head: &Shape,
        first: &Ty,
        rest: &[Ty],
    ) -> bool {
        let fields = self.fields(first, head);
        let types: Vec<Ty> = fields.into_iter().chain(rest.iter().cloned()).collect();
        let narrowed = special(&[row.to_vec()], head);
        narrowed.first().is_some_and(|row| self.is_useful(&special(rows, head), row, &types))
    }

    /// Each constructor of the type, when the rows' heads name all of them.
    fn complete(&self, ty: &Ty, rows: &[Row]) -> Option<Vec<Shape>> {
        let constructors = self.constructors(ty)?;
        let heads = constructors.iter().enumerate().map(|(index, constructor)| {
            Shape::Constructor(index, vec![Shape::Any; constructor.fields.len()])
        });
        let is_named = |index: usize| {
            rows.iter().any(|row| matches!(&row[0], Shape::Constructor(at, _) if *at == index))
        };
        (0..constructors.len()).all(is_named).then(|| heads.collect())
    }

    fn fields(&self, ty: &Ty, head: &Shape) -> Vec<Ty> {
        let Shape::Constructor(index, parts) = head else { return Vec::new() };
        let constructors = self.constructors(ty).unwrap_or_default();
        let fields = constructors.into_iter().nth(*index).map(|of| of.fields);
        let fields = fields.filter(|fields| fields.len() == parts.len());
        fields.unwrap_or_else(|| vec![Ty::Unknown; parts.len()])
    }

    fn afford(&mut self, rows: &[Row], types: &[Ty]) -> bool {
        self.left = self.left.saturating_sub((rows.len() + 1).saturating_mul(types.len()));
        self.left > 0
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
            Ty::Builtin(Builtin::Unit, _) => Some(vec![constructor("", Vec::new())]),
            Ty::Builtin(Builtin::TimeoutError, _) => {
                Some(vec![constructor("TimeoutError", Vec::new())])
            }
            Ty::Tuple(parts) => Some(vec![constructor("", parts.to_vec())]),
            Ty::Adt(item, args) => match signature(self.db, *item) {
                Signature::Enum(of) => {
                    let variants = of.variants.iter().map(|variant| {
                        let fields = variant.fields.iter();
                        let fields = fields.map(|field| field.ty.substitute(*item, args));
                        constructor(&variant.name, fields.collect())
                    });
                    Some(variants.collect())
                }
                Signature::Struct(of) => {
                    let fields = of.fields.iter().map(|field| field.ty.substitute(*item, args));
                    Some(vec![constructor(&item.name(self.db), fields.collect())])
                }
                _ => None,
            },
            _ => None,
        }
    }
}

impl Constructor {
    fn written(&self, parts: &[String]) -> String {
        match (self.name.as_str(), parts.len()) {
            ("", 1) => format!("({},)", parts[0]),
            (name, 0) if !name.is_empty() => name.to_owned(),
            (name, _) => format!("{name}({})", parts.join(", ")),
        }
    }
}

/// Whether the row takes every value there is.
fn takes_all(row: &[Shape]) -> bool {
    row.iter().all(|shape| matches!(shape, Shape::Any))
}

/// The rows that take values beginning with `head`, opened up: what they say of its parts.
fn special(rows: &[Row], head: &Shape) -> Vec<Row> {
    let opened = rows.iter().filter_map(|row| {
        let mut parts = match (&row[0], head) {
            (Shape::Any, Shape::Constructor(_, parts)) => vec![Shape::Any; parts.len()],
            (Shape::Any, _) => Vec::new(),
            (Shape::Constructor(at, of), Shape::Constructor(index, parts))
                if at == index && of.len() == parts.len() =>
            {
                of.clone()
            }
            (Shape::Literal(of), Shape::Literal(literal)) if of == literal => Vec::new(),
            _ => return None,
        };
        parts.extend_from_slice(&row[1..]);
        Some(parts)
    });
    opened.collect()
}

/// The rows that take whatever the value begins with, without their first shape.
fn others(rows: &[Row]) -> Vec<Row> {
    let any = rows.iter().filter(|row| matches!(row[0], Shape::Any));
    any.map(|row| row[1..].to_vec()).collect()
}

/// Rows with the alternatives of their first pattern apart.
fn expand(rows: &[Row]) -> Vec<Row> {
    let mut expanded = Vec::new();
    for row in rows {
        match &row[0] {
            Shape::Or(alternatives) => {
                let apart: Vec<Row> = alternatives
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
