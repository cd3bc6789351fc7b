//! Patterns: what they bind and test.

use weir_syntax::ast::{self, AstNode, LiteralValue};

use super::Lowering;
use super::names::{Path, prelude_variant};
use crate::Name;
use crate::diagnostics::Code;
use crate::hir::{Literal, LocalKind, Pat, PatId};
use crate::items::{ItemId, ItemKind, NodeIndex};

impl Lowering<'_> {
    pub(super) fn pattern(&mut self, pattern: Option<ast::Pattern>) -> PatId {
        let Some(pattern) = pattern else {
            return self.alloc_pat(Pat::Missing, NodeIndex::ITEM);
        };
        let origin = self.index(pattern.syntax());
        let pat = match &pattern {
            ast::Pattern::WildcardPattern(_) => Pat::Wildcard,
            ast::Pattern::NamePattern(name) => self.name_pattern(name, origin),
            ast::Pattern::LiteralPattern(literal) => literal_pattern(literal),
            ast::Pattern::TuplePattern(tuple) if tuple.is_grouping() => {
                return self.pattern(tuple.patterns().next());
            }
            ast::Pattern::TuplePattern(tuple) => {
                Pat::Tuple(tuple.patterns().map(|part| self.pattern(Some(part))).collect())
            }
            ast::Pattern::ConstructorPattern(constructor) => self.constructor(constructor, origin),
            ast::Pattern::OrPattern(or) => self.or_pattern(or),
        };
        self.alloc_pat(pat, origin)
    }

    fn name_pattern(&mut self, pattern: &ast::NamePattern, origin: NodeIndex) -> Pat {
        let name: Name = pattern.name().map(|name| name.text().into()).unwrap_or_default();
        if name == "_" {
            return Pat::Wildcard;
        }
        if let Some(variant) = prelude_variant(&name) {
            return Pat::Constructor { name, variant: Some(variant), structure: None, args: None };
        }
        // All alternatives bind the names of the first.
        let shared = self.alternatives.iter().find(|(known, _)| *known == name);
        let shared = shared.map(|(_, local)| *local);
        Pat::Bind(shared.unwrap_or_else(|| self.bind_pattern(name, LocalKind::Pattern, origin)))
    }

    fn constructor(&mut self, pattern: &ast::ConstructorPattern, origin: NodeIndex) -> Pat {
        let path: Vec<Name> = pattern.path().map(|name| name.text().into()).collect();
        let args = pattern
            .pattern_arg_list()
            .map(|list| list.patterns().map(|part| self.pattern(Some(part))).collect());
        match path.as_slice() {
            [] => Pat::Missing,
            [name] => {
                let structure = self.struct_at(&path);
                let variant = prelude_variant(name);
                Pat::Constructor { name: name.clone(), variant, structure, args }
            }
            [owner @ .., name] => self.qualified(owner, name, &path, args, origin),
        }
    }

    /// `Event.Started(job)`, `events.Event.Started(job)`, `tables.Row(width)`
    fn qualified(
        &mut self,
        owner: &[Name],
        name: &Name,
        path: &[Name],
        args: Option<Vec<PatId>>,
        origin: NodeIndex,
    ) -> Pat {
        let item = self.type_at(owner);
        let variant = item.and_then(|item| self.variant_of(item, name));
        let structure = if variant.is_none() { self.struct_at(path) } else { None };
        if variant.is_none() && structure.is_none() {
            self.no_such_variant(item, owner, name, origin);
            return Pat::Missing;
        }
        Pat::Constructor { name: name.clone(), variant, structure, args }
    }

    fn struct_at(&mut self, path: &[Name]) -> Option<ItemId> {
        let item = self.type_at(path)?;
        matches!(item.kind(self.db), ItemKind::Struct | ItemKind::MutableStruct).then_some(item)
    }

    fn no_such_variant(
        &mut self,
        item: Option<ItemId>,
        owner: &[Name],
        name: &Name,
        origin: NodeIndex,
    ) {
        match (item, owner) {
            (Some(item), _) => {
                self.type_member(item, name, origin);
            }
            (None, [first, rest @ ..]) => match (self.path_named(first), rest) {
                (Some(Path::Module(module)), []) => drop(self.module_member(module, name, origin)),
                (Some(Path::Module(module)), [owner, ..]) => {
                    self.module_member(module, owner, origin);
                }
                _ if self.is_failed_import(first) => self.lacks_imports = true,
                _ => {
                    let message = format!("no type is called `{}` here", owner.join("."));
                    let help = "write the enum's name, or the constructor's alone";
                    self.report_at(Code::N001, origin, &message, help);
                }
            },
            (None, []) => {}
        }
    }

    fn or_pattern(&mut self, or: &ast::OrPattern) -> Pat {
        let outside = self.alternatives.len();
        let mut alternatives = Vec::new();
        for part in or.syntax().children().filter_map(ast::Pattern::cast) {
            let before = self.body.pats.len();
            alternatives.push(self.pattern(Some(part)));
            let bound = self.body.pats.values().skip(before).filter_map(|pattern| match pattern {
                Pat::Bind(local) => Some((self.body.locals[*local].name.clone(), *local)),
                _ => None,
            });
            self.alternatives.extend(bound.collect::<Vec<_>>());
        }
        self.alternatives.truncate(outside);
        Pat::Or(alternatives)
    }
}

pub(super) fn literal(value: LiteralValue) -> Literal {
    match value {
        LiteralValue::Int(value) => Literal::Int(value),
        LiteralValue::Float(value) => Literal::Float(value.to_bits()),
        LiteralValue::Str(value) => Literal::Str(value.into()),
        LiteralValue::Bytes(value) => Literal::Bytes(value.into()),
        LiteralValue::Bool(value) => Literal::Bool(value),
    }
}

/// `-x` of a literal is a literal.
pub(super) fn negated(literal: Literal) -> Literal {
    match literal {
        Literal::Int(value) => Literal::Int(value.wrapping_neg()),
        Literal::Float(bits) => Literal::Float((-f64::from_bits(bits)).to_bits()),
        other => other,
    }
}

fn literal_pattern(pattern: &ast::LiteralPattern) -> Pat {
    let Some(value) = pattern.literal().map(|value| literal(value.value())) else {
        return Pat::Missing;
    };
    match pattern.minus_token() {
        Some(_) => Pat::Literal(negated(value)),
        None => Pat::Literal(value),
    }
}
