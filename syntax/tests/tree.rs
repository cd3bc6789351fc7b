//! What the tree says: precedence, contextual keywords, where layout puts things, and the values
//! that the typed view gives.

use weir_syntax::ast::{
    self, AssignOp, AstNode, BinaryOp, Conversion, Expr, HasDoc, HasName, Item, LiteralValue,
    Pattern, Stmt, Type,
};
use weir_syntax::{SyntaxKind, SyntaxNode, keywords, parse};

/// The one statement of a function, parsed without findings.
#[track_caller]
fn statement(text: &str) -> Stmt {
    let file = parse(&format!("fn f():\n    {text}\n"));
    assert_eq!(file.errors(), [], "{text}");
    find::<Stmt>(&file.syntax()).expect("a statement")
}

/// The first node of a type, but for the function around.
fn find<N: AstNode>(root: &SyntaxNode) -> Option<N> {
    root.descendants().filter(|node| node.kind() != SyntaxKind::Fn).find_map(N::cast)
}

#[track_caller]
fn expression(text: &str) -> Expr {
    match statement(&format!("x = {text}")) {
        Stmt::AssignStmt(stmt) => stmt.value().expect("a value"),
        other => panic!("{other:?}"),
    }
}

/// The expression with brackets around each operator.
fn grouped(expr: &Expr) -> String {
    let show = |expr: Option<Expr>| expr.map_or("?".to_string(), |expr| grouped(&expr));
    match expr {
        Expr::BinaryExpr(e) => {
            let op = e.op().map_or("?", BinaryOp::text);
            format!("({} {op} {})", show(e.lhs()), show(e.rhs()))
        }
        Expr::UnaryExpr(e) => {
            format!("({} {})", e.op().map_or("?", |op| op.text()), show(e.expr()))
        }
        Expr::ConditionalExpr(e) => {
            format!(
                "({} if {} else {})",
                show(e.then_value()),
                show(e.condition()),
                show(e.else_value())
            )
        }
        Expr::AttemptExpr(e) => format!("(attempt {})", show(e.expr())),
        Expr::SpawnExpr(e) => format!("(spawn {})", show(e.call())),
        Expr::LambdaExpr(e) => format!("(fn: {})", show(e.body())),
        Expr::QuestionExpr(e) => format!("({}?)", show(e.expr())),
        other => other.to_string(),
    }
}

#[test]
fn operators_bind_as_in_python() {
    for (text, expected) in [
        ("a + b * c", "(a + (b * c))"),
        ("a - b - c", "((a - b) - c)"),
        ("-a ** b", "(- (a ** b))"),
        ("a ** -b", "(a ** (- b))"),
        ("a ** b ** c", "(a ** (b ** c))"),
        ("-a * b", "((- a) * b)"),
        ("a or b and not c == d", "(a or (b and (not (c == d))))"),
        ("not a in b", "(not (a in b))"),
        ("a not in b", "(a not in b)"),
        ("a < b <= c", "((a < b) <= c)"),
        ("a | b ^ c & d << e + f", "(a | (b ^ (c & (d << (e + f)))))"),
        ("a if b else c if d else e", "(a if b else (c if d else e))"),
        ("a or b if c or d else e or f", "((a or b) if (c or d) else (e or f))"),
        ("attempt a + b", "(attempt (a + b))"),
        ("attempt a if b else c", "(attempt (a if b else c))"),
        ("a == attempt b and c", "(a == (attempt (b and c)))"),
        ("fn(x): a if b else c", "(fn: (a if b else c))"),
        ("a + b?", "(a + (b?))"),
        ("-a.b", "(- a.b)"),
        ("a // b % c", "((a // b) % c)"),
        ("~a & b", "((~ a) & b)"),
    ] {
        assert_eq!(grouped(&expression(text)), expected, "{text}");
    }
}

#[test]
fn a_contextual_keyword_is_a_name_elsewhere() {
    for word in keywords::CONTEXTUAL {
        let word = word.text;
        for text in [
            format!("{word} = 1"),
            format!("x = {word}"),
            format!("{word}(1)"),
            format!("{word}.{word}"),
            format!("{word}[0] += {word} - 1"),
            format!("f({word}={word})"),
            format!("for {word} in xs: pass"),
            format!("with f() as {word}: pass"),
        ] {
            let statement = statement(&text);
            let is_keyword = |element: weir_syntax::SyntaxElement| {
                element.kind().is_keyword() && element.to_string() == word
            };
            assert!(!statement.syntax().descendants_with_tokens().any(is_keyword), "{text}");
        }
        assert_eq!(parse(&format!("fn {word}({word}: {word}):\n    pass\n")).errors(), []);
    }
}

#[test]
fn attempt_is_a_keyword_before_an_expression_alone() {
    let is_attempt = |text: &str| matches!(expression(text), Expr::AttemptExpr(_));
    for text in [
        "attempt f()",
        "attempt (a)",
        "attempt 1",
        "attempt not a",
        "attempt {a}",
        "attempt \"\"",
        "attempt attempt f()",
    ] {
        assert!(is_attempt(text), "{text}");
    }
    for text in [
        "attempt(a)",
        "attempt",
        "attempt - 1",
        "attempt[0]",
        "attempt.x",
        "attempt in a",
        "attempt not in a",
        "attempt if a else b",
    ] {
        assert!(!is_attempt(text), "{text}");
    }
}

#[test]
fn the_tables_of_keywords_agree() {
    for (text, kind) in keywords::RESERVED {
        assert_eq!(keywords::reserved(text), Some(*kind), "{text}");
        assert!(kind.is_keyword());
        assert_eq!(kind.words(), format!("`{text}`"));
    }
    for word in keywords::CONTEXTUAL {
        assert_eq!(keywords::reserved(word.text), None);
    }
    let known = |kind: &SyntaxKind| {
        keywords::RESERVED.iter().any(|(_, reserved)| reserved == kind)
            || keywords::CONTEXTUAL.iter().any(|word| word.kind == Some(*kind))
    };
    for kind in SyntaxKind::ALL.iter().filter(|kind| kind.is_keyword()) {
        assert!(known(kind), "{kind:?} is in no table");
    }
    assert!(keywords::RESERVED.windows(2).all(|pair| pair[0].0 < pair[1].0));
}

#[test]
fn a_keyword_right_behind_a_dot_is_a_name() {
    let Expr::CallExpr(call) = expression("job.with(id=2)") else { panic!("no call") };
    let Some(Expr::MemberExpr(member)) = call.callee() else { panic!("no member") };
    assert_eq!(member.name_ref().expect("a name").text(), "with");
}

#[test]
fn literals_have_values() {
    let value =
        |text: &str| find::<ast::Literal>(expression(text).syntax()).expect("a literal").value();
    let string = |text: &str| LiteralValue::Str(text.to_string());
    assert_eq!(value("1_000"), LiteralValue::Int(1000));
    assert_eq!(value("0xff"), LiteralValue::Int(255));
    assert_eq!(value("0o17"), LiteralValue::Int(15));
    assert_eq!(value("0b101"), LiteralValue::Int(5));
    assert_eq!(value("9223372036854775807"), LiteralValue::Int(i64::MAX));
    assert_eq!(value("-9223372036854775808"), LiteralValue::Int(i64::MIN));
    assert_eq!(value("1_0.5e-1"), LiteralValue::Float(1.05));
    assert_eq!(value("5.seconds"), LiteralValue::Int(5));
    assert_eq!(value("true"), LiteralValue::Bool(true));
    assert_eq!(value(r#""a\n\u{1F600}\x41\\\"""#), string("a\n\u{1F600}A\\\""));
    assert_eq!(value(r#"r"a\n""#), string("a\\n"));
    assert_eq!(value(r#"b"a\xff\0""#), LiteralValue::Bytes(vec![b'a', 255, 0]));
    assert_eq!(value("\"\"\"a\r\n\"b\" \"\"\""), string("a\n\"b\" "));
    assert_eq!(value("\"\""), string(""));
}

#[test]
fn f_strings_have_parts() {
    let Expr::FString(string) = expression(r#"f"a\t{{{x + 1}}} {y!r:>4} {z:.2}""#) else {
        panic!("no f-string")
    };
    let mut shown = Vec::new();
    for part in string.fstring_parts() {
        shown.push(match part {
            ast::FStringPart::FStringText(text) => text.value(),
            ast::FStringPart::FStringHole(hole) => format!(
                "<{} {:?} {:?}>",
                hole.expr().expect("an expression"),
                hole.conversion() == Some(Conversion::Literal),
                hole.format_text()
            ),
        });
    }
    assert_eq!(shown[..3], ["a\t{", "<x + 1 false None>", "} "]);
}

#[test]
fn an_f_string_hole_has_conversion_and_format() {
    let Expr::FString(string) = expression(r#"f"{a}{b!r}{c:.2}{d!r:*^10}{e["k"]}{f"{g}"}""#) else {
        panic!("no f-string")
    };
    let holes: Vec<_> = string
        .fstring_parts()
        .filter_map(|part| match part {
            ast::FStringPart::FStringHole(hole) => Some((
                hole.expr().expect("an expression").to_string(),
                hole.conversion().is_some(),
                hole.format_text().unwrap_or_default(),
            )),
            ast::FStringPart::FStringText(_) => None,
        })
        .collect();
    let expected = [
        ("a", false, ""),
        ("b", true, ""),
        ("c", false, ".2"),
        ("d", true, "*^10"),
        ("e[\"k\"]", false, ""),
        ("f\"{g}\"", false, ""),
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(e, r, f)| (e.to_string(), r, f.to_string())).collect();
    assert_eq!(holes, expected);
}

#[test]
fn doc_comments_stand_right_above() {
    let text = "# no\n## one\n## two\nfn f():\n    pass\n\n## far\n\nfn g():\n    pass\n\nstruct S:\n    ## of the field\n    ##\n    ##   more\n    x: int\n    y: int # no\n";
    let file = parse(text).tree();
    let docs: Vec<_> = file
        .items()
        .map(|item| match item {
            Item::Fn(item) => (item.name().expect("a name").text().to_owned(), item.doc_comment()),
            Item::Struct(item) => {
                let fields: Vec<_> =
                    item.syntax().descendants().filter_map(ast::Field::cast).collect();
                assert_eq!(fields[0].doc_comment().as_deref(), Some("of the field\n\n  more"));
                assert_eq!(fields[1].doc_comment(), None);
                (HasName::name(&item).expect("a name").text().to_owned(), item.doc_comment())
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        docs,
        [
            ("f".to_string(), Some("one\ntwo".to_string())),
            ("g".to_string(), None),
            ("S".to_string(), None)
        ]
    );
}

#[test]
fn parts_are_told_apart_even_when_some_are_missing() {
    let file = parse(
        "fn f():\n    x = a if  else b\n    assert , \"m\"\n    x = {: 1}\n    y[:2]\n    a += b\n",
    );
    let root = file.syntax();
    let conditional: ast::ConditionalExpr = find(&root).expect("a conditional");
    assert_eq!(conditional.condition(), None);
    assert_eq!(conditional.then_value().expect("a value").to_string(), "a");
    let assertion: ast::AssertStmt = find(&root).expect("an assert");
    assert_eq!(assertion.condition(), None);
    let entry: ast::MapEntry = find(&root).expect("an entry");
    assert_eq!((entry.key(), entry.value().map(|v| v.to_string())), (None, Some("1".to_string())));
    let slice: ast::SliceIndex = find(&root).expect("a slice");
    assert_eq!((slice.start(), slice.end().map(|v| v.to_string())), (None, Some("2".to_string())));
    let index: ast::IndexExpr = find(&root).expect("an index");
    assert_eq!(index.base().map(|base| base.to_string()).as_deref(), Some("y"));
    assert_eq!(index.indices().count(), 1);
    let ops: Vec<_> =
        root.descendants().filter_map(ast::AssignStmt::cast).filter_map(|s| s.op()).collect();
    assert_eq!(ops, [AssignOp::Assign, AssignOp::Assign, AssignOp::Add]);
}

#[test]
fn brackets_around_one_thing_are_no_tuple() {
    let ty =
        |text: &str| find::<Type>(&parse(&format!("type X = {text}\n")).syntax()).expect("a type");
    let is_grouping = |text: &str| match ty(text) {
        Type::TupleType(tuple) => tuple.is_grouping(),
        other => panic!("{other:?}"),
    };
    assert!(is_grouping("(int)"));
    assert!(!is_grouping("(int,)"));
    assert!(!is_grouping("()"));
    assert!(matches!(expression("(a)"), Expr::ParenExpr(_)));
    assert!(matches!(expression("(a,)"), Expr::TupleExpr(_)));
    assert!(matches!(expression("()"), Expr::TupleExpr(_)));
    assert!(matches!(expression("{}"), Expr::MapExpr(_)));
    assert!(matches!(expression("{a}"), Expr::SetExpr(_)));
    let Stmt::ForStmt(walk) = statement("for (a | b) in xs: pass") else { panic!("no for") };
    assert!(matches!(walk.pattern(), Some(Pattern::TuplePattern(p)) if p.is_grouping()));
}

#[test]
fn what_follows_a_task_body_is_a_statement_of_its_own() {
    let text = "fn f():\n    t = spawn:\n        g()\n    -x\n    u = spawn:\n        g()\n    (a, b) = c\n    v = spawn: g()\n    if x:\n        pass\n";
    let file = parse(text);
    assert_eq!(file.errors(), []);
    let Some(Item::Fn(function)) = file.tree().items().next() else { panic!("no function") };
    assert_eq!(function.body().expect("a body").stmts().count(), 6);
}

// ----------------------------------------------------------------------------------------- layout

/// The text of the first block.
fn block(text: &str) -> String {
    find::<ast::Block>(&parse(text).syntax()).expect("a block").to_string()
}

#[test]
fn a_block_takes_the_comments_at_its_own_indentation() {
    assert_eq!(
        block("fn f():\n    x\n    # mine\n\n# not mine\nfn g(): x\n"),
        "    x\n    # mine\n"
    );
    assert_eq!(block("fn f():\n    x\n\n    # mine\n\n\nfn g(): x\n"), "    x\n\n    # mine\n");
    assert_eq!(
        block("fn f(): # head\n    # first\n    x # tail\n\n"),
        "    # first\n    x # tail\n"
    );
    assert_eq!(block("fn f():\n    x\n  # between\nfn g(): x\n"), "    x\n");
}

#[test]
fn nested_blocks_share_out_the_comments_behind_them() {
    let text = "fn f():\n    if x:\n        y\n        # inner\n    # outer\n# file\n";
    let blocks: Vec<_> = parse(text)
        .syntax()
        .descendants()
        .filter_map(ast::Block::cast)
        .map(|b| b.to_string())
        .collect();
    assert_eq!(blocks[1], "        y\n        # inner\n");
    assert_eq!(blocks[0], "    if x:\n        y\n        # inner\n    # outer\n");
}

#[test]
fn line_ends_in_brackets_are_space() {
    let text = "fn f():\n    x = g(\n1,\n  # comment\n            2,\n    )\n    y = {\n        \"a\":\n            1\n    }\n";
    assert_eq!(parse(text).errors(), []);
    assert!(matches!(statement("if (a\nand b): pass"), Stmt::IfStmt(_)));
}

#[test]
fn tabs_are_compared_by_two_measures() {
    let indentation = |text: &str| -> Vec<String> {
        weir_syntax::debug_tokens(text)
            .lines()
            .filter(|l| l.starts_with("INDENT") || l.starts_with("DEDENT"))
            .map(|l| l[..6].to_string())
            .collect()
    };
    assert_eq!(indentation("a:\n\tb\n\tc\n"), ["INDENT", "DEDENT"]);
    assert_eq!(indentation("a:\n\tb:\n\t    c\n\td\n"), ["INDENT", "INDENT", "DEDENT", "DEDENT"]);
    assert_eq!(indentation("a:\n    b\n\tc\n"), ["INDENT", "DEDENT"]);
}

#[test]
fn a_statement_is_a_node_without_the_space_around_it() {
    let text = "fn f():\n    x = 1   # c\n\n    y()\n";
    let statements: Vec<_> = parse(text)
        .syntax()
        .descendants()
        .filter(|n| n.kind() != SyntaxKind::Fn)
        .filter_map(Stmt::cast)
        .map(|s| s.to_string())
        .collect();
    assert_eq!(statements, ["x = 1", "y()"]);
}
