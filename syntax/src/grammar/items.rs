//! Declarations.
//!
//! What it is not: the bodies of functions. Invariant: only declarations become items; whatever
//! else stands at the top level is kept in the tree, with one finding for a run of it.

use super::suites::{self, colon, end_of_statement, suite};
use super::{
    bracketed, expressions, fresh_body, habits, in_brackets, name, name_ref, statements, types,
};
use rowan::TextRange;

use crate::error::{SyntaxError, SyntaxErrorCode};
use crate::kind::SyntaxKind::{self, *};
use crate::parser::Parser;

/// All items of a file.
pub(super) fn items(p: &mut Parser<'_>) {
    let mut in_stray_run = false;
    loop {
        p.item_ended();
        match p.current() {
            Eof => break,
            _ if p.at_end_of_part() => break,
            Indent => suites::unexpected_indent(p),
            Newline | Dedent => p.bump(),
            _ if begins_item(p, 0) => {
                in_stray_run = false;
                item(p);
            }
            _ => {
                stray(p, in_stray_run);
                in_stray_run = true;
            }
        }
    }
}

/// Whether a declaration begins `ahead` of the current token.
pub(super) fn begins_item(p: &Parser<'_>, ahead: usize) -> bool {
    match p.nth(ahead) {
        ImportKeyword | FromKeyword | ConstKeyword | TasklocalKeyword | StructKeyword
        | EnumKeyword | FnKeyword => true,
        MutableKeyword => {
            matches!(p.nth(ahead + 1), StructKeyword | FnKeyword | EnumKeyword)
                || p.text(ahead + 1) == "class"
        }
        Ident => match p.text(ahead) {
            "type" => p.nth(ahead + 1) == Ident,
            "test" => p.nth(ahead + 1) == StringLiteral,
            _ => habits::is_declaration(p, ahead),
        },
        _ => false,
    }
}

/// One declaration.
pub(super) fn item(p: &mut Parser<'_>) {
    match p.current() {
        ImportKeyword => import(p),
        FromKeyword => from_import(p),
        ConstKeyword => constant(p),
        TasklocalKeyword => task_local(p),
        StructKeyword | MutableKeyword => structure(p),
        EnumKeyword => enumeration(p),
        FnKeyword => function(p),
        Ident if p.text(0) == "type" => type_alias(p),
        Ident if p.text(0) == "test" => test(p),
        _ => habits::declaration(p),
    }
}

/// What is no declaration, at the top level.
fn stray(p: &mut Parser<'_>, in_run: bool) {
    if matches!(p.current(), Slash | SlashSlash) && habits::comment(p) {
        return;
    }
    if p.at(Ident) && p.nth(1) == Equals {
        return bare_constant(p);
    }
    if !in_run && !p.at(Unknown) {
        let message = "only declarations stand at the top level";
        let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.rest_of_line());
        p.report(error.with_help("put statements into a function: `fn main():`"));
    }
    suites::each_moves(p, statements::statement);
}

// ---------------------------------------------------------------------------------------- imports

/// `import text.tables as t`
fn import(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    module_path(p);
    if p.at(AsKeyword) {
        rename(p);
    }
    if p.at(Comma) {
        let error = SyntaxError::new(
            SyntaxErrorCode::Syntax,
            "each module has an `import` of its own",
            p.range(0),
        );
        let range = TextRange::new(p.range(0).start(), p.range(1).start());
        p.report(error.with_fix("begin a new line", vec![(range, "\nimport ".to_owned())]));
        p.skip_line();
    }
    marker.complete(p, Import);
    end_of_statement(p);
}

/// `from text.tables import parse, Row as R`; the names may stand in brackets.
fn from_import(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    module_path(p);
    if !p.eat(ImportKeyword) {
        p.missing("expected `import` and what is imported");
    } else if p.at(LeftParen) {
        bracketed(p, "a name to import", import_name);
    } else if p.at(Star) {
        p.error("name what is imported: Weir has no `import *`");
        p.skip_line();
    } else {
        while {
            import_name(p);
            p.eat(Comma)
        } {}
    }
    marker.complete(p, FromImport);
    end_of_statement(p);
}

fn import_name(p: &mut Parser<'_>) -> bool {
    let marker = p.start();
    let is_there = name_ref(p, "what is imported");
    if p.at(AsKeyword) {
        rename(p);
    }
    marker.complete(p, ImportName);
    is_there
}

fn module_path(p: &mut Parser<'_>) {
    let marker = p.start();
    if p.at(StringLiteral) {
        let message =
            "a module is named without quotes, from the root of the package: `text.tables`";
        p.error(message);
        p.skip_line();
    } else if p.at(Dot) {
        p.error("a module is named from the root of the package, not from here");
        p.skip_until(|kind| kind == ImportKeyword);
    } else if name_ref(p, "a module") {
        let mut slashes = Vec::new();
        while p.at(Dot) || p.at(Slash) && p.nth(1) == Ident {
            if p.at(Slash) {
                slashes.push(p.range(0));
                p.bump_as(Dot);
                name_ref(p, "a module");
            } else {
                super::dot_name(p);
            }
        }
        habits::slashes_in_path(p, &slashes);
    }
    marker.complete(p, ModulePath);
}

fn rename(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    name(p, "what is imported");
    marker.complete(p, Rename);
}

// ----------------------------------------------------------------------------------------- values

/// `const LIMIT: int = 64`
pub(super) fn constant(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    rest_of_constant(p);
    marker.complete(p, Const);
    end_of_statement(p);
}

/// A constant without its keyword.
fn bare_constant(p: &mut Parser<'_>) {
    let message = "a value at the top level is declared with `const`";
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.range(0));
    let edits = vec![(TextRange::empty(p.range(0).start()), "const ".to_owned())];
    p.report(error.with_fix("write `const`", edits));
    let marker = p.start();
    rest_of_constant(p);
    marker.complete(p, Const);
    end_of_statement(p);
}

fn rest_of_constant(p: &mut Parser<'_>) {
    name(p, "a constant");
    if p.eat(Colon) {
        types::expected(p, "`:`");
    }
    initial_value(p, "the constant");
}

/// `tasklocal request_id: str = "-"`
fn task_local(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    name(p, "a task-local value");
    if p.eat(Colon) {
        types::expected(p, "`:`");
    } else {
        p.missing("expected `:` and the type of the task-local value");
    }
    initial_value(p, "the task-local value");
    marker.complete(p, TaskLocal);
    end_of_statement(p);
}

fn initial_value(p: &mut Parser<'_>, of: &str) {
    if p.eat(Equals) {
        expressions::expected(p, "`=`");
    } else {
        p.missing(format!("expected `=` and the value of {of}"));
    }
}

/// `type Handler = fn(Job) -> int`
fn type_alias(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_as(TypeKeyword);
    name(p, "a type");
    type_params(p);
    if p.at(StructKeyword) {
        return habits::struct_in_go(p, marker);
    }
    if p.eat(Equals) {
        types::expected(p, "`=`");
    } else {
        p.missing("expected `=` and the type that the name stands for");
    }
    marker.complete(p, TypeAlias);
    end_of_statement(p);
}

// ------------------------------------------------------------------------------------------ types

/// `mutable struct Counter[T]:`
pub(super) fn structure(p: &mut Parser<'_>) {
    let marker = p.start();
    p.eat(MutableKeyword);
    if !p.eat(StructKeyword) {
        p.error(format!("expected `struct` after `mutable`{}", super::found_instead(p)));
        p.bump();
    }
    name(p, "a struct");
    type_params(p);
    colon(p, "the name of the struct");
    suite(p, Some(MemberList), "the name of the struct", member);
    marker.complete(p, Struct);
}

pub(super) fn member(p: &mut Parser<'_>) {
    match p.current() {
        FnKeyword => function(p),
        PassKeyword => statements::pass(p),
        Ident if habits::is_declaration(p, 0) => habits::declaration(p),
        Ident => field(p),
        _ if p.current().is_keyword() && p.nth(1) == Colon => field(p),
        _ => stray_member(p, "only fields and methods stand in a struct"),
    }
}

/// `body: str = ""`
fn field(p: &mut Parser<'_>) {
    let marker = p.start();
    if habits::at_name_and_type(p) {
        habits::name_and_type(p);
    } else {
        name(p, "a field");
        field_type(p);
    }
    if p.eat(Equals) {
        expressions::expected(p, "`=`");
    }
    marker.complete(p, Field);
    comma_at_end(p, "each field stands on a line of its own, without a comma");
    end_of_statement(p);
}

fn field_type(p: &mut Parser<'_>) {
    if p.eat(Colon) {
        types::expected(p, "`:`");
    } else {
        p.missing("expected `:` and the type of the field");
    }
}

/// A comma behind a member.
fn comma_at_end(p: &mut Parser<'_>, message: &str) {
    if !p.at(Comma) {
        return;
    }
    let mut error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.range(0));
    if p.nth(1) == Newline {
        error = error.with_fix("remove the comma", vec![(p.range(0), String::new())]);
    }
    p.report(error);
    p.skip_line();
}

fn stray_member(p: &mut Parser<'_>, message: &str) {
    if !p.at(Unknown) {
        let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.rest_of_line());
        p.remark(error);
    }
    suites::each_moves(p, statements::statement);
}

/// `enum Event[T]:`
fn enumeration(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    name(p, "an enum");
    type_params(p);
    colon(p, "the name of the enum");
    suite(p, Some(VariantList), "the name of the enum", enum_member);
    marker.complete(p, Enum);
}

pub(super) fn enum_member(p: &mut Parser<'_>) {
    match p.current() {
        FnKeyword => function(p),
        PassKeyword => statements::pass(p),
        Ident if habits::is_declaration(p, 0) => habits::declaration(p),
        Ident => variant(p),
        CaseKeyword if p.nth(1) == Ident => {
            p.error("a variant is its name alone, without `case`");
            let marker = p.start();
            p.bump();
            marker.complete(p, Error);
            variant(p);
        }
        _ => stray_member(p, "only variants and methods stand in an enum"),
    }
}

/// `Started(job: Job)`
fn variant(p: &mut Parser<'_>) {
    let marker = p.start();
    name(p, "a variant");
    if p.at(LeftParen) {
        let list = p.start();
        bracketed(p, "a field of the variant", variant_field);
        list.complete(p, VariantFieldList);
    }
    marker.complete(p, Variant);
    comma_at_end(p, "each variant stands on a line of its own, without a comma");
    if p.at(Equals) {
        p.error("a variant has no number: it is told apart by `match`");
        p.skip_line();
    }
    end_of_statement(p);
}

fn variant_field(p: &mut Parser<'_>) -> bool {
    if !p.at(Ident) {
        return false;
    }
    let marker = p.start();
    let type_text = p.text(0);
    name(p, "a field");
    if p.eat(Colon) {
        types::expected(p, "`:`");
    } else {
        let message = "the fields of a variant have names: expected `:` and a type";
        let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.behind());
        p.report(error.with_help(format!("write, for example, `value: {type_text}`")));
        p.skip_until(|kind| kind == Comma || kind == RightParen);
    }
    if p.at(Equals) {
        let message = "the fields of a variant have no defaults";
        let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here());
        p.remark(error.with_help(
            "write the value wherever the variant is made, or a function that makes it",
        ));
        p.skip_until(|kind| kind == Comma || kind == RightParen);
    }
    marker.complete(p, VariantField);
    true
}

// -------------------------------------------------------------------------------------- functions

/// `fn first[T](xs: list[T], otherwise: T) -> T:`
pub(super) fn function(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump();
    function_after_keyword(p, true);
    marker.complete(p, Fn);
    end_of_statement(p);
}

/// A function from its name on; whether its parameters must have types.
pub(super) fn function_after_keyword(p: &mut Parser<'_>, typed: bool) {
    if p.at(LeftParen) {
        p.missing("expected the name of the function");
    } else if p.signatures && p.current().is_keyword() {
        // Behind a dot a keyword is a name, so a method of the prelude may have it.
        let marker = p.start();
        p.bump_as(Ident);
        marker.complete(p, Name);
    } else {
        name(p, "a function");
    }
    if !habits::angle_params(p) {
        type_params(p);
    }
    let header = function_header(p, typed);
    if p.at(Colon) || !p.at(Newline) || p.nth(1) == Indent {
        colon(p, header);
        super::within(p, fresh_body(), |p| {
            suite(p, Some(Block), header, statements::statement);
        });
    } else if !p.signatures {
        p.missing(format!("expected `:` and the body of the function after {header}"));
    }
}

fn function_header(p: &mut Parser<'_>, typed: bool) -> &'static str {
    if p.at(LeftParen) {
        params(p, typed);
    } else {
        p.missing("expected `(` and the parameters of the function");
    }
    if p.at(Arrow) {
        types::return_type(p);
        return "the return type";
    }
    if habits::return_sign(p) {
        types::type_after(p, "`->`", RetType);
        return "the return type";
    }
    "the parameters"
}

/// `[T: shareable]`
fn type_params(p: &mut Parser<'_>) {
    if !p.at(LeftBracket) {
        return;
    }
    let marker = p.start();
    bracketed(p, "a type parameter", |p| {
        if !p.at(Ident) {
            return false;
        }
        let param = p.start();
        name(p, "a type parameter");
        if p.eat(Colon) {
            if p.at(Ident) && !matches!(p.text(0), "shareable" | "ordered") {
                p.error("the bound of a type parameter is `shareable` or `ordered`");
            }
            name_ref(p, "a bound");
        }
        param.complete(p, TypeParam);
        true
    });
    marker.complete(p, TypeParamList);
}

/// The parameters of a function, which have types, or of a lambda, which may have.
pub(super) fn params(p: &mut Parser<'_>, typed: bool) {
    let marker = p.start();
    let mut count = 0;
    bracketed(p, "a parameter", |p| {
        count += 1;
        param(p, typed, count == 1)
    });
    marker.complete(p, ParamList);
}

fn param(p: &mut Parser<'_>, typed: bool, is_first: bool) -> bool {
    let moves = p.at_word("move") && p.nth(1) == Ident;
    if !matches!(p.current(), Ident | MutableKeyword | Star | StarStar) && !p.current().is_keyword()
    {
        return false;
    }
    let marker = p.start();
    if moves {
        p.bump_as(MoveKeyword);
    } else if matches!(p.current(), Star | StarStar) || (p.at(MutableKeyword) && p.nth(1) == Ident)
    {
        if !p.signatures && !habits::any_number(p) {
            p.error(format!("{} before a parameter has no meaning here", p.found()));
        }
        p.bump();
    }
    let is_self = p.at_word("self");
    if is_self && !is_first && p.nth(1) != Colon {
        p.error("`self` is the first parameter of a method");
    }
    let text = p.text(0);
    if typed && habits::at_name_and_type(p) {
        habits::name_and_type(p);
        marker.complete(p, Param);
        return true;
    }
    name(p, "a parameter");
    if p.eat(Colon) {
        types::expected(p, "`:`");
    } else if typed && !is_self {
        let message = format!("the parameter `{text}` needs a type");
        let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.behind());
        p.remark(error.with_help(format!("write `{text}: int`, or whatever its type is")));
    }
    if p.eat(Equals) {
        expressions::expected(p, "`=`");
    }
    marker.complete(p, Param);
    true
}

/// `test "first falls back":`
fn test(p: &mut Parser<'_>) {
    let marker = p.start();
    p.bump_as(TestKeyword);
    p.bump();
    suites::block_within(p, "the title of the test", fresh_body());
    marker.complete(p, Test);
    end_of_statement(p);
}

/// `const` in a block.
pub(super) fn misplaced_constant(p: &mut Parser<'_>) {
    let message = "`const` stands at the top level only";
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.range(0));
    let error = error.with_help("in a function a name is declared by assigning to it");
    let range = TextRange::new(p.range(0).start(), p.range(1).start());
    p.report(error.with_fix("remove `const`", vec![(range, String::new())]));
    super::leaf(p, Error);
    suites::each_moves(p, statements::statement);
}

/// A declaration that only the top level may hold, in a block.
pub(super) fn misplaced(p: &mut Parser<'_>) {
    let found = match p.current() {
        MutableKeyword => "`struct`".to_string(),
        _ => p.found(),
    };
    let message = format!("{found} stands at the top level only");
    let error = SyntaxError::new(SyntaxErrorCode::Syntax, message, p.here());
    p.remark(error.with_help("move it out of the function; functions alone may nest"));
    item(p);
}

/// Whether a token begins a declaration that only the top level may hold.
pub(super) fn begins_top_level_item(p: &Parser<'_>, kind: SyntaxKind) -> bool {
    match kind {
        ImportKeyword | FromKeyword | TasklocalKeyword | StructKeyword | EnumKeyword => true,
        MutableKeyword => p.nth(1) == StructKeyword,
        Ident => match (p.nth(1), p.nth(2)) {
            (StringLiteral, Colon) => p.text(0) == "test",
            (Ident, Equals) => p.text(0) == "type",
            _ => false,
        },
        _ => false,
    }
}

/// A list of types in brackets.
pub(super) fn type_list(p: &mut Parser<'_>, node: SyntaxKind) {
    let marker = p.start();
    bracketed(p, "a type", types::ty);
    marker.complete(p, node);
}

/// Brackets whose content was never understood.
pub(super) fn skip_brackets(p: &mut Parser<'_>) {
    in_brackets(p, |p, _| p.skip_until(SyntaxKind::is_close_bracket));
}
