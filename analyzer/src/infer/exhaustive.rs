//! What is wrong with patterns taken together: values that no case takes (T006), and cases that no
//! value gets to (N006).

use super::context::Context;
use super::usefulness::{EXAMPLES_MAX, Row, Shape, Usefulness};
use crate::diagnostics::{Code, Edit, EditKind, Finding, Fix, Part};
use crate::hir::{Literal, MatchArm, Pat, PatId, StmtId};
use crate::ty::Ty;

/// How many missing patterns are named.
const NAMED_MAX: usize = 4;

impl Context<'_> {
    /// Whether the cases are known to cover all values; if not, a finding says so.
    pub(super) fn check_cases(&mut self, id: StmtId, ty: &Ty, arms: &[MatchArm]) -> bool {
        let ty = self.table.finish(ty);
        if ty == Ty::Unknown || arms.is_empty() {
            return false;
        }
        self.unreachable_cases(&ty, arms);
        let taking = arms.iter().filter(|arm| arm.guard.is_none());
        let rows: Vec<Row> = taking.map(|arm| vec![self.shape(arm.pattern)]).collect();
        let mut usefulness = Usefulness::new(self.db);
        let missing = usefulness.missing(&rows, std::slice::from_ref(&ty)).concat();
        if !missing.is_empty() {
            self.missing_cases(id, &ty, &missing);
        } else if usefulness.is_given_up() {
            let message = "this `match` is too large to tell whether its cases take every value";
            let site = self.site(self.at_stmt(id)).part(Part::Keyword);
            let help = "end it with `case _:` for all the rest, or make several of it";
            self.report(Finding::new(Code::T006, site, message).help(help));
        } else {
            return true;
        }
        false
    }

    fn missing_cases(&mut self, id: StmtId, ty: &Ty, missing: &[String]) {
        let named = missing[..missing.len().min(NAMED_MAX)].join("`, `");
        let more = match missing.len().saturating_sub(NAMED_MAX) {
            0 => String::new(),
            _ if missing.len() == EXAMPLES_MAX => ", and for many others".to_owned(),
            more => format!(", and for {more} more"),
        };
        let message = match named.as_str() {
            "_" => format!("this `match` has cases for some values of `{}` only", self.show(ty)),
            _ => format!("this `match` has no case for `{named}`{more}"),
        };
        let case = missing.join(" | ");
        let help = match case.as_str() {
            "_" => "add `case _:` for all others".to_owned(),
            _ if missing.len() > NAMED_MAX => {
                "add the cases, or `case _:` for all the rest".to_owned()
            }
            _ => format!("add `case {case}:`, or `case _:` for all the rest"),
        };
        let case = if missing.len() == EXAMPLES_MAX { "_".to_owned() } else { case };
        let add = Fix {
            title: "add what is missing".to_owned(),
            safe: false,
            edits: vec![Edit {
                site: self.site(self.at_stmt(id)),
                kind: EditKind::LineAfter(format!(
                    "    case {case}: panic(\"this case is not handled yet\")"
                )),
            }],
        };
        let site = self.site(self.at_stmt(id)).part(Part::Keyword);
        self.report(Finding::new(Code::T006, site, message).help(help).fix(add));
    }

    /// A pattern that stands where no other can follow it: in a loop, a `select`.
    pub(super) fn check_irrefutable(&mut self, pattern: PatId, ty: &Ty) {
        let ty = self.table.finish(ty);
        if ty == Ty::Unknown || self.is_broken(pattern) {
            return;
        }
        let rows = [vec![self.shape(pattern)]];
        let mut usefulness = Usefulness::new(self.db);
        let missing = usefulness.missing(&rows, &[ty]).concat();
        let message = match missing.first() {
            Some(example) if example == "_" => {
                "this pattern has to take every value, but it takes only some".to_owned()
            }
            Some(example) => {
                format!("this pattern has to take every value, but it does not take `{example}`")
            }
            None if usefulness.is_given_up() => {
                "this pattern has to take every value, but it is too large to tell".to_owned()
            }
            None => return,
        };
        let site = self.site(self.at_pat(pattern));
        let help = "bind the value to a name here, and `match` on that";
        self.report(Finding::new(Code::T006, site, message).help(help));
    }

    /// Cases that those before them leave no value for. After one that takes everything, the rest
    /// is one stretch.
    fn unreachable_cases(&mut self, ty: &Ty, arms: &[MatchArm]) {
        let mut usefulness = Usefulness::new(self.db);
        let mut before: Vec<Row> = Vec::new();
        let mut takes_all: Option<PatId> = None;
        for arm in arms {
            // What a mistaken pattern takes is not known.
            if self.is_broken(arm.pattern) {
                continue;
            }
            let row = vec![self.shape(arm.pattern)];
            if !usefulness.is_useful(&before, &row, std::slice::from_ref(ty)) {
                self.unreachable_case(arm.pattern, takes_all, ty);
                if takes_all.is_some() {
                    return;
                }
            } else if arm.guard.is_none() {
                if matches!(row[0], Shape::Any) {
                    takes_all = Some(arm.pattern);
                }
                before.push(row);
            }
        }
    }

    fn unreachable_case(&mut self, case: PatId, takes_all: Option<PatId>, ty: &Ty) {
        if self.dead {
            return;
        }
        let message = "no value gets to this case: those above take all that it would take";
        let finding = Finding::new(Code::N006, self.site(self.at_pat(case)), message)
            .help("delete it, or move it up");
        let finding = match takes_all {
            Some(pattern) => {
                let label = match &self.body.pats[pattern] {
                    Pat::Bind(local) => format!(
                        "`{}` is no constructor of `{}`, so it is a name that takes every value",
                        self.body.locals[*local].name,
                        self.show(ty)
                    ),
                    _ => "this takes every value".to_owned(),
                };
                finding.related(self.site(self.at_pat(pattern)), label)
            }
            None => finding,
        };
        self.report(finding);
    }

    /// Whether a finding stands at the pattern or at a part of it.
    pub(super) fn is_broken(&self, id: PatId) -> bool {
        self.mistaken.contains(&id)
            || match &self.body.pats[id] {
                Pat::Missing => true,
                Pat::Tuple(parts) | Pat::Or(parts) => {
                    parts.iter().any(|part| self.is_broken(*part))
                }
                Pat::Constructor { args, .. } => {
                    args.iter().flatten().any(|part| self.is_broken(*part))
                }
                Pat::Wildcard | Pat::Bind(_) | Pat::Literal(_) => false,
            }
    }

    fn shape(&self, id: PatId) -> Shape {
        let shapes =
            |parts: &[PatId]| parts.iter().map(|part| self.shape(*part)).collect::<Vec<_>>();
        if self.mistaken.contains(&id) {
            return Shape::Any;
        }
        let index = match self.result.variants.get(&id) {
            Some(variant) => Some(variant.index as usize),
            None => self.result.structs.contains(&id).then_some(0),
        };
        match (&self.body.pats[id], index) {
            (Pat::Constructor { args, .. }, Some(index)) => {
                Shape::Constructor(index, args.as_deref().map(shapes).unwrap_or_default())
            }
            (Pat::Bind(_), Some(index)) => Shape::Constructor(index, Vec::new()),
            (Pat::Missing | Pat::Wildcard | Pat::Bind(_) | Pat::Constructor { .. }, _) => {
                Shape::Any
            }
            (Pat::Literal(Literal::Bool(value)), _) => {
                Shape::Constructor(usize::from(*value), Vec::new())
            }
            (Pat::Literal(literal), _) => Shape::Literal(literal.clone()),
            (Pat::Tuple(parts), _) => Shape::Constructor(0, shapes(parts)),
            (Pat::Or(parts), _) => Shape::Or(shapes(parts)),
        }
    }
}
