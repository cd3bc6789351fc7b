//! The signature file and the machine's table say the same, and every declaration says what it is.

use std::collections::BTreeSet;

use weir_analyzer::items::{FnSignature, ItemId, Signature, file_items, qualified_name, signature};
use weir_analyzer::mir::{Intrinsic, ParamUse};
use weir_analyzer::{Database, Db, SourceFile};
use weir_syntax::{SyntaxKind, SyntaxNode};

/// Called by the Mir itself, never by a program.
const INTERNAL: [Intrinsic; 1] = [Intrinsic::ListCollect];
const COLUMNS_MAX: usize = 100;

/// The prelude and the standard modules.
fn files(db: &Database) -> Vec<SourceFile> {
    let modules = db.standard_modules().names().filter_map(|name| db.standard_modules().find(name));
    [db.prelude()].into_iter().chain(modules).collect()
}

fn declarations(db: &Database) -> Vec<ItemId> {
    files(db).into_iter().flat_map(|file| file_items(db, file).ids(db)).collect()
}

/// The functions that the machine provides.
fn provided(db: &Database) -> Vec<(ItemId, &FnSignature)> {
    let functions = declarations(db).into_iter().filter_map(|item| match signature(db, item) {
        Signature::Fn(of) if !of.has_body => Some((item, of)),
        _ => None,
    });
    functions.collect()
}

/// The computed properties of a type: its fields.
fn properties(db: &Database) -> Vec<String> {
    let fields = |item: ItemId| -> Vec<String> {
        let Signature::Struct(of) = signature(db, item) else { return Vec::new() };
        of.fields.iter().map(|field| format!("{}.{}", item.name(db), field.name)).collect()
    };
    file_items(db, db.prelude()).ids(db).flat_map(fields).collect()
}

#[test]
fn what_has_no_body_is_provided_by_the_machine() {
    let db = Database::default();
    let names = provided(&db).into_iter().map(|(item, _)| qualified_name(&db, item));
    let missing: Vec<String> =
        names.chain(properties(&db)).filter(|name| Intrinsic::from_name(name).is_none()).collect();
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn what_the_machine_provides_is_declared() {
    let db = Database::default();
    let names = provided(&db).into_iter().map(|(item, _)| qualified_name(&db, item));
    let declared: BTreeSet<Intrinsic> =
        names.chain(properties(&db)).filter_map(|name| Intrinsic::from_name(&name)).collect();
    let undeclared: Vec<&str> = Intrinsic::ALL
        .iter()
        .filter(|of| !declared.contains(of) && !INTERNAL.contains(of))
        .map(|of| of.name())
        .collect();
    assert_eq!(undeclared, Vec::<&str>::new());
}

#[test]
fn a_receiver_is_declared_mutable_exactly_when_the_call_changes_it() {
    let db = Database::default();
    for (item, of) in provided(&db) {
        let name = qualified_name(&db, item);
        let Some(receiver) = of.params.first().filter(|param| param.is_self) else { continue };
        let Some(effect) = Intrinsic::from_name(&name).map(Intrinsic::effect) else { continue };
        assert_eq!(receiver.mutable, effect.param(0) == ParamUse::Change, "{name}");
    }
}

#[test]
fn an_argument_is_declared_moved_exactly_when_the_call_gives_it_away() {
    let db = Database::default();
    for (item, of) in provided(&db) {
        let name = qualified_name(&db, item);
        let Some(effect) = Intrinsic::from_name(&name).map(Intrinsic::effect) else { continue };
        for (position, param) in of.params.iter().enumerate() {
            let gives = effect.param(position) == ParamUse::Give;
            assert_eq!(param.moved, gives, "{name}, `{}`", param.name);
        }
    }
}

/// The text before a declaration, up to its own line.
fn line_above<'t>(text: &'t str, node: &SyntaxNode) -> Option<&'t str> {
    let tokens = node.descendants_with_tokens().filter_map(|part| part.into_token());
    let first = tokens.into_iter().find(|token| !token.kind().is_trivia())?;
    let before = &text[..usize::from(first.text_range().start())];
    before.lines().rev().find(|line| !line.trim().is_empty())
}

/// What a declaration declares.
fn name(node: &SyntaxNode) -> String {
    let name = node.children().find(|part| part.kind() == SyntaxKind::Name);
    name.map_or(String::new(), |name| name.text().to_string())
}

#[test]
fn every_public_declaration_has_a_sentence_that_says_what_it_is() {
    use SyntaxKind::*;
    let db = Database::default();
    for file in files(&db) {
        let text = file.text(&db).to_string();
        let root = weir_syntax::parse_signatures(&text).syntax();
        let declared = root
            .descendants()
            .filter(|node| matches!(node.kind(), Fn | Struct | Enum | Const | Field | Variant));
        for node in declared {
            let name = name(&node);
            let is_private = node.ancestors().any(|around| self::name(&around).starts_with('_'));
            let above = line_above(&text, &node).unwrap_or("").trim();
            let is_said = above.starts_with("## ") && above.ends_with('.');
            assert!(is_said || is_private, "{}: {name}: {above}", file.path(&db));
        }
        for line in text.lines() {
            assert!(line.chars().count() <= COLUMNS_MAX, "{}: {line}", file.path(&db));
        }
    }
}

#[test]
fn signature_files_are_free_of_findings() {
    let db = Database::default();
    for file in files(&db) {
        let found = weir_analyzer::diagnostics::file_diagnostics(&db, file);
        let told: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(told, Vec::<&str>::new(), "{}", file.path(&db));
    }
}
