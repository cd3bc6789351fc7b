//! Patterns: what they bind and test.

use weir_syntax::ast::{self, AstNode, LiteralValue};

use super::Lowering;
use super::names::prelude_variant;
use crate::Name;
use crate::hir::{Literal, LocalKind, Pat, PatId};
use crate::items::{ItemKind, NodeIndex, file_items};

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
            ast::Pattern::ConstructorPattern(constructor) => self.constructor(constructor),
            ast::Pattern::OrPattern(or) => self.or_pattern(or),
        };
        self.alloc_pat(pat, origin)
    }

    fn name_pattern(&mut self, pattern: &ast::NamePattern, origin: NodeIndex) -> Pat {
        let name: Name = pattern.name().map(|name| name.text().into()).unwrap_or_default();
        if name == "_" {
            return Pat::Wildcard;
        }
        if self.is_variant_name(&name) {
            return Pat::Constructor { variant: prelude_variant(&name), name, args: None };
        }
        Pat::Bind(self.bind_pattern(name, LocalKind::Pattern, origin))
    }

    /// A bare name is a constructor if some enum in view has a variant of that name; whether the
    /// matched type is that enum, inference checks.
    fn is_variant_name(&self, name: &str) -> bool {
        prelude_variant(name).is_some() || {
            let items = file_items(self.db, self.file).ids(self.db);
            let mut enums = items.filter(|item| item.kind(self.db) == ItemKind::Enum);
            enums.any(|item| self.variant_of(item, name).is_some())
        }
    }

    fn constructor(&mut self, pattern: &ast::ConstructorPattern) -> Pat {
        let path: Vec<Name> = pattern.path().map(|name| name.text().into()).collect();
        let args = pattern
            .pattern_arg_list()
            .map(|list| list.patterns().map(|part| self.pattern(Some(part))).collect());
        match path.as_slice() {
            [] => Pat::Missing,
            [name] => Pat::Constructor { name: name.clone(), variant: prelude_variant(name), args },
            [.., owner, name] => {
                let owner = self.type_named(owner);
                let variant = owner.and_then(|item| self.variant_of(item, name));
                Pat::Constructor { name: name.clone(), variant, args }
            }
        }
    }

    /// All alternatives bind the names of the first.
    fn or_pattern(&mut self, or: &ast::OrPattern) -> Pat {
        let alternatives: Vec<ast::Pattern> =
            or.syntax().children().filter_map(ast::Pattern::cast).collect();
        Pat::Or(alternatives.into_iter().map(|part| self.pattern(Some(part))).collect())
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
