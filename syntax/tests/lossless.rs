//! The tree's text is the file's text, whatever the text; and a program without mistakes has no
//! findings.

use weir_syntax::{SyntaxKind, TextSize, debug_tokens, debug_tree, parse, parse_signatures};

const EVERYTHING: &str = include_str!("data/everything.weir");

/// The tree covers the text, its tokens are never virtual, and findings lie within the text.
#[track_caller]
fn check(text: &str) {
    let parse = parse(text);
    assert_eq!(parse.syntax().text(), text);
    let tokens = parse.syntax().descendants_with_tokens().filter_map(|e| e.into_token());
    for token in tokens {
        assert!(token.kind().is_token() && !token.kind().is_virtual(), "{token:?}");
        assert!(!token.text().is_empty(), "{token:?}");
    }
    for error in parse.errors() {
        assert!(error.range.end() <= TextSize::of(text), "{error:?}");
        assert!(text.is_char_boundary(error.range.start().into()), "{error:?}");
        assert!(text.is_char_boundary(error.range.end().into()), "{error:?}");
        assert!(!error.message.is_empty());
    }
    let lines = parse.errors().len();
    assert!(lines <= 2 * text.len() + 1, "{lines} findings");
}

#[test]
fn every_construct_of_the_language_is_read_without_a_finding() {
    let parse = parse(EVERYTHING);
    assert_eq!(parse.errors(), []);
    assert_eq!(parse.syntax().to_string(), EVERYTHING);
    let missing: Vec<_> = SyntaxKind::ALL
        .into_iter()
        .filter(|kind| !kind.is_token() && *kind != SyntaxKind::Error)
        .filter(|kind| !parse.syntax().descendants().any(|node| node.kind() == *kind))
        .collect();
    assert_eq!(missing, [], "kinds of nodes that the sample does not have");
    let errors =
        parse.syntax().descendants().filter(|node| node.kind() == SyntaxKind::Error).count();
    assert_eq!(errors, 0);
}

#[test]
fn line_ends_do_not_matter() {
    let windows = EVERYTHING.replace('\n', "\r\n");
    let parsed = parse(&windows);
    assert_eq!(parsed.errors(), []);
    assert_eq!(parsed.syntax().to_string(), windows);
    let kinds = |text: &str| -> Vec<SyntaxKind> {
        parse(text).syntax().descendants().map(|node| node.kind()).collect()
    };
    assert_eq!(kinds(&windows), kinds(EVERYTHING));
    assert_eq!(kinds(&format!("\u{feff}{EVERYTHING}")), kinds(EVERYTHING));
    assert_eq!(kinds(EVERYTHING.trim_end()), kinds(EVERYTHING));
}

#[test]
fn every_prefix_and_suffix_of_a_program_has_a_tree() {
    for at in (0..=EVERYTHING.len()).filter(|at| EVERYTHING.is_char_boundary(*at)) {
        check(&EVERYTHING[..at]);
        if at % 7 == 0 {
            check(&EVERYTHING[at..]);
        }
    }
}

#[test]
fn a_program_without_one_of_its_characters_has_a_tree() {
    for at in (0..EVERYTHING.len()).step_by(3) {
        let mut text = EVERYTHING.to_string();
        if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
            text.remove(at);
            check(&text);
        }
    }
}

/// Numbers that look random and are the same on each run.
struct XorShift(u64);

impl XorShift {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }
}

#[test]
fn any_bytes_have_a_tree() {
    let mut random = XorShift(0x9e37_79b9_7f4a_7c15);
    for _ in 0..2_000 {
        let len = random.below(200);
        let bytes: Vec<u8> = (0..len).map(|_| random.next() as u8).collect();
        check(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn any_words_have_a_tree() {
    let words = [
        " ",
        "    ",
        "\n",
        "\n    ",
        "\n        ",
        "\t",
        "\r\n",
        "\r",
        "#",
        "# c\n",
        "## d\n",
        "\"",
        "\"\"\"",
        "f\"",
        "f\"\"\"",
        "'",
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        ",",
        ":",
        ".",
        "?",
        "!",
        "=",
        "+",
        "-",
        "**",
        "|",
        "x",
        "é",
        "\\",
        "\u{feff}",
        "1",
        "1.5",
        "0x",
        "r\"",
        "b\"",
        "->",
        "fn",
        "if",
        "else",
        "elif",
        "match",
        "case",
        "select",
        "from",
        "spawn",
        "concurrent",
        "with",
        "for",
        "in",
        "not",
        "and",
        "attempt ",
        "move ",
        "type ",
        "test ",
        "struct",
        "enum",
        "mutable",
        "lambda",
        "def ",
        "async ",
        "class ",
        "try:",
        "&&",
        "$",
        "self",
        "return",
        "*",
        "\u{1F600}",
        "parallel",
        "blocking",
        "closed ",
        "timeout",
        "import",
        "const",
        "tasklocal",
        "detach",
        "defer",
        "as",
        "when ",
    ];
    let mut random = XorShift(0x1234_5678_9abc_def1);
    for _ in 0..8_000 {
        let text: String =
            (0..random.below(60)).map(|_| words[random.below(words.len())]).collect();
        check(&text);
        debug_tokens(&text);
    }
}

#[test]
fn a_parse_is_a_function_of_the_text() {
    assert_eq!(parse(EVERYTHING), parse(EVERYTHING));
    fn is_shared<T: Send + Sync>(_: &T) {}
    is_shared(&parse(EVERYTHING));
}

#[test]
fn signatures_leave_out_bodies() {
    let text = "struct list[T]:\n    fn append(mutable self, move item: T)\n    fn with(self)\n\nfn print(*values: int)\n";
    assert_eq!(parse_signatures(text).errors(), []);
    // What stands before a parameter, and each body that is not there.
    assert_eq!(parse(text).errors().len(), 4);
}

#[test]
fn the_debug_views_show_what_is_there() {
    assert_eq!(
        debug_tokens("fn f():\n    x # c\n"),
        "FnKeyword 0..2 \"fn\"\nWhitespace 2..3 \" \"\nIdent 3..4 \"f\"\nLeftParen 4..5 \"(\"\nRightParen 5..6 \")\"\n\
         Colon 6..7 \":\"\nNEWLINE 7\nLineEnd 7..8 \"\\n\"\nINDENT 8\nWhitespace 8..12 \"    \"\nIdent 12..13 \"x\"\n\
         Whitespace 13..14 \" \"\nComment 14..17 \"# c\"\nNEWLINE 17\nLineEnd 17..18 \"\\n\"\nDEDENT 18\nEOF 18\n"
    );
    assert_eq!(
        debug_tree(&parse("const A = 1\n").syntax()),
        "SourceFile 0..12\n  Const 0..11\n    ConstKeyword 0..5 \"const\"\n    Whitespace 5..6 \" \"\n    Name 6..7\n      \
         Ident 6..7 \"A\"\n    Whitespace 7..8 \" \"\n    Equals 8..9 \"=\"\n    Whitespace 9..10 \" \"\n    Literal 10..11\n      \
         IntLiteral 10..11 \"1\"\n  LineEnd 11..12 \"\\n\"\n"
    );
}
