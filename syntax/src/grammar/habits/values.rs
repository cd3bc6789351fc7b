//! Expressions as other languages write them: `lambda x: e`, `c ? a : b`, `await f()`, `<-ch`.
//!
//! What it is not: operators that stand for ours (`operators`). Invariant: an expression whose value
//! is not what it seems is an error node, of which nothing is concluded.

use rowan::TextRange;

use super::{Edits, before, follows_no_name, from_to, instead, told, word_and_space};
use crate::grammar::{expressions, fresh_body, within};
use crate::kind::SyntaxKind::*;
use crate::parser::{Completed, Parser};

/// Words before an expression that do nothing in Weir, and what is said of them.
const PREFIXES: &[(&str, &str)] = &[
    ("await", "a task is joined where its value is needed, without `await`"),
    ("new", "a value is made by calling its type, without `new`"),
    ("typeof", "types are known before the program runs: Weir has no `typeof`"),
];

/// A word that does nothing, before an expression: takes it; false if none is here.
pub(in crate::grammar) fn prefix(p: &mut Parser<'_>) -> bool {
    if !follows_no_name(p.nth(1)) {
        return false;
    }
    let text = p.text(0);
    let Some((_, message)) = PREFIXES.iter().find(|(word, _)| *word == text) else { return false };
    let edits = instead(word_and_space(p), "");
    p.remark(told(*message, p.range(0)).with_fix(format!("remove `{text}`"), edits));
    super::skip_tokens(p, 1);
    true
}

/// `"a" "b"`, behind the first: Weir does not join what stands side by side.
pub(in crate::grammar) fn strings_beside(p: &mut Parser<'_>) {
    let at_string = |p: &Parser<'_>| matches!(p.current(), StringLiteral | FStringStart);
    if !at_string(p) {
        return;
    }
    let error = told("two strings side by side", p.here());
    let marker = p.start();
    let mut edits = Vec::new();
    while at_string(p) {
        edits.extend(instead(before(p.range(0)), "+ "));
        match p.at(StringLiteral) {
            true => p.bump(),
            false => drop(crate::grammar::atoms::fstring(p)),
        }
    }
    marker.complete(p, Error);
    p.remark(match p.brackets {
        0 => error.with_help("join them with `+`").with_fix("join them", edits),
        // Who writes elements one below the other has forgotten a comma.
        _ => error.with_help("join them with `+`, or write a comma between them"),
    });
}

/// Whether `make(chan T)` begins here.
pub(in crate::grammar) fn at_making(p: &Parser<'_>) -> bool {
    p.text(0) == "make" && p.nth(1) == LeftParen && p.text(2) == "chan" && p.nth(3) == Ident
}

/// `make(chan T)`, `make(chan T, n)`
pub(in crate::grammar) fn making(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    let word = p.range(0);
    let begin = TextRange::new(word.start(), p.range(3).start());
    super::skip_tokens(p, 3);
    crate::grammar::types::ty(p);
    let mut edits = vec![(begin, "channel[".to_owned())];
    if p.at(Comma) {
        let comma = TextRange::new(p.behind().start(), p.range(1).start().max(p.range(0).end()));
        edits.push((comma, "](buffer=".to_owned()));
        super::skip_tokens(p, 1);
        expressions::expected(p, "`,`");
    } else {
        edits.push((p.behind(), "](".to_owned()));
    }
    let is_closed = p.eat(RightParen);
    let error = told("a channel is made with `channel[T]()`", word);
    match is_closed {
        true => p.remark(error.with_fix("write `channel`", edits)),
        false => p.report(error.with_help("with room for `n` values: `channel[T](buffer=n)`")),
    }
    super::unknown(p, marker)
}

/// `x := e` within an expression: told, with all that it would have been.
pub(in crate::grammar) fn named_value(p: &mut Parser<'_>, name: Completed) -> Completed {
    if !(p.at(Colon) && p.nth(1) == Equals && p.joint(0)) {
        return name;
    }
    let error =
        told("a value gets its name in a statement of its own", p.range(0).cover(p.range(1)));
    p.report(error.with_help("write `x = …` on the line before, and `x` here"));
    let marker = name.precede(p);
    super::skip_tokens(p, 2);
    expressions::expression(p);
    super::unknown(p, marker)
}

/// Whether `lambda` here begins one of Python's.
pub(in crate::grammar) fn at_lambda(p: &Parser<'_>) -> bool {
    let next = p.nth(1);
    (follows_no_name(next) || next == Colon && matches!(p.previous(), Equals | LeftParen))
        && p.text(0) == "lambda"
}

/// `lambda x, y=1: e`
pub(in crate::grammar) fn lambda(p: &mut Parser<'_>) -> Completed {
    let marker = p.start();
    let word = p.range(0);
    super::skip_tokens(p, 1);
    let first = p.here();
    let mut edits: Edits =
        vec![(TextRange::new(word.start(), first.start().max(word.end())), "fn(".to_owned())];
    let params = p.start();
    while p.at(Ident) {
        let param = p.start();
        crate::grammar::leaf(p, Name);
        if p.eat(Equals) {
            expressions::expected(p, "`=`");
        }
        param.complete(p, Param);
        if !p.eat(Comma) {
            break;
        }
    }
    params.complete(p, ParamList);
    edits.push((p.behind(), ")".to_owned()));
    if edits[0].0.end() > edits[1].0.start() {
        // There are no parameters.
        edits = instead(word, "fn()");
    }
    let error = told("a lambda is written `fn(x): e`", word).with_fix("write `fn`", edits);
    if p.at(Colon) {
        p.remark(error);
        p.bump();
        within(p, fresh_body(), |p| expressions::expected(p, "`:`"));
    } else {
        p.report(error);
    }
    marker.complete(p, LambdaExpr)
}

/// `|x| e`
pub(in crate::grammar) fn closure(p: &mut Parser<'_>) -> Option<Completed> {
    let (end, _) = p.find_on_line(1, |kind| kind == Pipe)?;
    let (open, close) = (p.range(0), p.range(end));
    let error = told("a lambda is written `fn(x): e`", from_to(open, close));
    let edits = vec![(open, "fn(".to_owned()), (close, "):".to_owned())];
    p.remark(error.with_fix("write `fn`", edits));
    let marker = p.start();
    super::skip_tokens(p, end + 1);
    expressions::expected(p, "the parameters");
    Some(super::unknown(p, marker))
}

/// Whether the `<-` of `<-ch` stands so many tokens ahead.
pub(super) fn at_receiving(p: &Parser<'_>, ahead: usize) -> bool {
    p.nth(ahead) == Less && p.nth(ahead + 1) == Minus && p.joint(ahead)
}

/// `<-ch`, `x := <-ch`
pub(in crate::grammar) fn receiving(p: &mut Parser<'_>) -> Option<Completed> {
    if !at_receiving(p, 0) {
        return None;
    }
    let colon = p.colon_before_equals();
    let range = p.range(0).cover(p.range(1));
    let whole = TextRange::new(range.start(), p.range(2).start().max(range.end()));
    let marker = p.start();
    super::skip_tokens(p, 2);
    expressions::operand(p);
    let completed = super::unknown(p, marker);
    let mut edits = vec![(whole, String::new()), (p.behind(), ".receive()".to_owned())];
    let error = match colon {
        Some(colon) => {
            edits.insert(0, (colon, String::new()));
            told("a value is received with `x = ch.receive()`", colon.cover(range))
        }
        None => told("a value is received with `ch.receive()`", range),
    };
    p.remark(error.with_fix("write `receive`", edits));
    Some(completed)
}

/// Whether the `?` here is no early return: `c ? a : b`, `a ?? b`.
pub(in crate::grammar) fn is_foreign_question(p: &Parser<'_>) -> bool {
    let ahead = if is_otherwise(p) { 2 } else { 1 };
    let next = p.nth(ahead);
    follows_no_name(next)
        && !matches!(next, ForKeyword | WithKeyword)
        && !(next == Ident && matches!(p.text(ahead), "is" | "when"))
}

/// Whether two `?` stand here.
fn is_otherwise(p: &Parser<'_>) -> bool {
    p.nth(1) == Question && p.joint(0)
}

/// Whether the dot here is the first of `a..b` or `...`.
pub(in crate::grammar) fn is_range(p: &Parser<'_>) -> bool {
    p.nth(1) == Dot && p.joint(0)
}

/// What stands behind an expression that in another language goes on.
pub(in crate::grammar) fn rest(p: &mut Parser<'_>, value: Completed) -> Completed {
    match p.current() {
        Question if is_foreign_question(p) && is_otherwise(p) => otherwise(p, value),
        Question if is_foreign_question(p) => ternary(p, value),
        Dot if is_range(p) => range(p, value),
        Equals if p.nth(1) == Greater && p.joint(0) && is_params(value) => arrow(p, value, 2),
        Arrow if is_params(value) => arrow(p, value, 1),
        _ => value,
    }
}

/// `a ?? b`
fn otherwise(p: &mut Parser<'_>, value: Completed) -> Completed {
    let range = p.range(0).cover(p.range(1));
    let next = p.range(2).start().max(range.end());
    let whole = TextRange::new(p.range_of_node(value).end(), next);
    let marker = value.precede(p);
    super::skip_tokens(p, 2);
    expressions::expected(p, "`??`");
    let edits = vec![(whole, ".unwrap_or(".to_owned()), (p.behind(), ")".to_owned())];
    let error = told("a value in the place of none is `x.unwrap_or(y)`", range);
    p.remark(error.with_fix("write `unwrap_or`", edits));
    super::unknown(p, marker)
}

/// `c ? a : b`
fn ternary(p: &mut Parser<'_>, condition: Completed) -> Completed {
    let (whole, question) = (p.range_of_node(condition), p.range(0));
    let condition_text = p.slice(whole);
    let marker = condition.precede(p);
    super::skip_tokens(p, 1);
    let then = expressions::expected(p, "`?`").map(|then| p.slice(p.range_of_node(then)));
    let mut error = told("a choice between two values is `a if c else b`", question);
    if p.at(Colon) {
        super::skip_tokens(p, 1);
        let otherwise = expressions::expected(p, "`:`").map(|of| p.slice(p.range_of_node(of)));
        if let (Some(then), Some(otherwise)) = (then, otherwise) {
            let range = whole.cover(p.behind());
            let text = format!("{then} if {condition_text} else {otherwise}");
            error = error.with_fix("write `if` and `else`", instead(range, text));
        }
        p.remark(error);
    } else {
        p.report(error);
    }
    super::unknown(p, marker)
}

/// `a..b`, `a..=b`
fn range(p: &mut Parser<'_>, start: Completed) -> Completed {
    let whole = p.range_of_node(start);
    let start_text = p.slice(whole);
    let mut tokens = 2;
    while matches!(p.nth(tokens), Dot | Equals | Less) && p.joint(tokens - 1) {
        tokens += 1;
    }
    let is_closed = p.nth(tokens - 1) == Equals || (tokens == 3 && p.nth(2) == Dot);
    let dots = from_to(p.range(0), p.range(tokens - 1));
    let marker = start.precede(p);
    super::skip_tokens(p, tokens);
    let end = expressions::expression(p).map(|end| p.slice(p.range_of_node(end)));
    let mut error = told("the numbers from `a` up to `b` are `range(a, b)`", dots);
    if let Some(end) = end {
        let end = if is_closed { format!("{end} + 1") } else { end.to_owned() };
        let text = format!("range({start_text}, {end})");
        error = error.with_fix("write `range`", instead(whole.cover(p.behind()), text));
        p.remark(error);
    } else {
        p.report(error);
    }
    super::unknown(p, marker)
}

/// Whether an expression could be the parameters of a lambda.
fn is_params(value: Completed) -> bool {
    matches!(value.kind, NameExpr | ParenExpr | TupleExpr)
}

/// `(x) => e`, `x -> e`
fn arrow(p: &mut Parser<'_>, params: Completed, tokens: usize) -> Completed {
    let whole = p.range_of_node(params);
    let sign = from_to(p.range(0), p.range(tokens - 1));
    let mut edits = instead(from_to(TextRange::empty(whole.end()), sign), ":");
    if params.kind == NameExpr {
        edits.insert(0, (whole, format!("fn({})", p.slice(whole))));
    } else {
        edits.insert(0, (before(whole), "fn".to_owned()));
    }
    let error = told("a lambda is written `fn(x): e`", sign);
    p.remark(error.with_fix("write `fn`", edits));
    let marker = params.precede(p);
    super::skip_tokens(p, tokens);
    expressions::expected(p, "the parameters");
    super::unknown(p, marker)
}

/// `*args`, `**options`, `...rest`, where an element or argument begins: takes the sign.
pub(in crate::grammar) fn spread(p: &mut Parser<'_>) -> bool {
    let tokens = match p.current() {
        Star | StarStar => 1,
        Dot if p.nth(1) == Dot && p.nth(2) == Dot => 3,
        _ => return false,
    };
    if !expressions::begins(p.nth(tokens)) {
        return false;
    }
    let range = from_to(p.range(0), p.range(tokens - 1));
    let error = told("Weir spreads no list over elements or arguments", range);
    p.remark(error.with_help("pass the list as one value; join lists with `+`"));
    super::skip_tokens(p, tokens);
    true
}

/// `import text/tables`: tells the slashes, which were read as dots.
pub(in crate::grammar) fn slashes_in_path(p: &mut Parser<'_>, slashes: &[TextRange]) {
    let Some(first) = slashes.first() else { return };
    let error = told("the names in a module's path are joined by dots", *first);
    let edits = slashes.iter().map(|slash| (*slash, ".".to_owned())).collect();
    p.remark(error.with_fix("write dots", edits));
}

/// `first, *others = xs`, from the `*` on.
pub(in crate::grammar) fn rest_of_list(p: &mut Parser<'_>) {
    let error = told("a name takes one part of a tuple, and none takes the rest", p.range(0));
    p.report(error.with_help("take a list apart by its places: `xs[0]`, `xs[1:]`"));
    p.skip_line();
}

/// A call without its brackets, `print "x"`: false if this is none.
pub(in crate::grammar) fn call_without_brackets(p: &mut Parser<'_>, callee: Completed) -> bool {
    if !matches!(callee.kind, NameExpr | MemberExpr)
        || !matches!(p.current(), StringLiteral | FStringStart)
    {
        return false;
    }
    let (range, here) = (p.range_of_node(callee), p.range(0));
    let edits = vec![
        (TextRange::new(range.end(), here.start()), "(".to_owned()),
        (TextRange::empty(p.rest_of_line().end()), ")".to_owned()),
    ];
    let error = told("the arguments of a call stand in brackets", here);
    p.report(error.with_fix("put them in brackets", edits));
    true
}

/// What follows a statement that is no part of it; says so and is true if it is a known habit.
pub(in crate::grammar) fn at_end(p: &mut Parser<'_>) -> bool {
    let (message, help) = match p.current() {
        Unknown if p.text(0) == "\\" => {
            ("a line ends without a sign of its own", "what needs several lines stands in brackets")
        }
        AsKeyword => ("a value is converted by calling the type", "write `int(x)`"),
        _ => return super::comment_at_end(p),
    };
    p.report(told(message, p.range(0)).with_help(help));
    true
}

/// A generator, `(e for p in xs)`, from its `for` on: told, and read as the list it is meant to be. The
/// brackets are those around it, or those that a call has.
pub(in crate::grammar) fn generator(p: &mut Parser<'_>, element: Completed) -> Completed {
    let start = before(p.range_of_node(element));
    let error = told("a comprehension makes a list: write `[...]`", p.range(0));
    let marker = element.precede(p);
    crate::grammar::atoms::clauses(p);
    let edits = vec![(start, "[".to_owned()), (p.behind(), "]".to_owned())];
    p.remark(error.with_fix("make a list", edits));
    marker.complete(p, ListComp)
}

/// `f(x: 1)`: the `:` is the current token.
pub(in crate::grammar) fn named_with_colon(p: &mut Parser<'_>) {
    let range = TextRange::new(p.behind().start(), p.range(1).start().max(p.range(0).end()));
    let error = told("an argument with its name is written `name=value`", p.range(0));
    p.remark(error.with_fix("write `=`", instead(range, "=")));
    super::skip_tokens(p, 1);
}
