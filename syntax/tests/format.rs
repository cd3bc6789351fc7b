//! Formatting: one style, which is its own, keeps every comment and never changes the program.

#[path = "format/corpus.rs"]
mod corpus;
#[path = "format/disorder.rs"]
mod disorder;
#[path = "format/style.rs"]
mod style;

use corpus::Program;
use disorder::Random;
use weir_syntax::format::{format, same_program};
use weir_syntax::{
    Parse, SOURCE_BYTES_MAX, SyntaxElement, SyntaxKind, SyntaxToken, parse, parse_signatures,
};

/// The tokens of a tree.
fn tokens(parse: &Parse) -> Vec<SyntaxToken> {
    let elements = parse.syntax().descendants_with_tokens();
    elements.filter_map(SyntaxElement::into_token).collect()
}

/// The comments of a tree; what stands in the hole of an f-string is part of that.
fn comments(parse: &Parse) -> Vec<String> {
    let is_comment = |token: &SyntaxToken| {
        matches!(token.kind(), SyntaxKind::Comment | SyntaxKind::DocComment)
            && !disorder::is_in_fstring(token)
    };
    let comments = tokens(parse).into_iter().filter(is_comment);
    comments.map(|comment| comment.text().trim_end().to_owned()).collect()
}

/// Lines that end in space, or hold a tab, or are one blank line too many; strings aside.
fn untidy_lines(parse: &Parse) -> Vec<String> {
    let layout: String = tokens(parse)
        .iter()
        .map(|token| match token.kind() {
            _ if disorder::is_in_fstring(token) => "f",
            SyntaxKind::StringLiteral | SyntaxKind::BytesLiteral => "s",
            _ => token.text(),
        })
        .collect();
    let layout = layout.replace("\r\n", "\n").replace('\u{feff}', "");
    let untidy = |line: &&str| line.ends_with(' ') || line.contains('\t');
    let mut found: Vec<_> = layout.split('\n').filter(untidy).map(str::to_owned).collect();
    if layout.contains("\n\n\n") || layout.ends_with("\n\n") || layout.starts_with('\n') {
        found.push("blank lines".to_owned());
    }
    if !layout.is_empty() && !layout.ends_with('\n') {
        found.push("no line end at the end".to_owned());
    }
    found
}

/// The formatted text of a program without mistakes, with all that is promised of it.
#[track_caller]
fn formatted_as(text: &str, parse: fn(&str) -> Parse) -> String {
    let before = parse(text);
    assert_eq!(before.errors(), [], "in\n{text}");
    let formatted = format(&before).unwrap_or_else(|error| panic!("{error}"));
    let after = parse(&formatted);
    assert_eq!(after.errors(), [], "after formatting\n{text}\nto\n{formatted}");
    assert!(same_program(before.green(), after.green()), "changed\n{text}\nto\n{formatted}");
    assert_eq!(comments(&after), comments(&before), "from\n{text}\nto\n{formatted}");
    assert_eq!(untidy_lines(&after), Vec::<String>::new(), "in\n{formatted}");
    let twice = format(&after).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(twice, formatted, "formatting twice what was\n{text}");
    formatted
}

#[track_caller]
fn formatted(text: &str) -> String {
    formatted_as(text, parse)
}

#[track_caller]
fn formatted_program(program: &Program, text: &str) -> String {
    formatted_as(text, if program.is_signatures { parse_signatures } else { parse })
}

#[test]
fn every_program_in_the_tree_is_formatted_once_and_for_all() {
    let programs = corpus::programs();
    assert!(programs.len() > 40, "only {} programs were found", programs.len());
    programs.iter().for_each(|program| drop(formatted_program(program, &program.text)));
}

#[test]
fn where_spaces_and_line_ends_were_makes_no_difference() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    for program in corpus::programs() {
        let formatted = formatted_program(&program, &program.text);
        for _ in 0..6 {
            let other = disorder::other_spaces(&program.parse(), &mut random);
            assert_eq!(formatted_program(&program, &other), formatted, "from\n{other}");
        }
    }
}

#[test]
fn long_names_break_every_construct_and_change_nothing() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for program in corpus::programs() {
        for addition in ["_name", "_of_a_name", "_that_is_longer_than_anybody_would_like_it_to_be"]
        {
            let long = program.with_text(disorder::longer_names(&program.parse(), addition));
            let formatted = formatted_program(&long, &long.text);
            let other = disorder::other_spaces(&long.parse(), &mut random);
            assert_eq!(formatted_program(&long, &other), formatted, "from\n{other}");
        }
    }
}

#[test]
fn comments_in_all_places_are_kept() {
    let mut random = Random(0x1234_5678_9abc_def1);
    for program in corpus::programs() {
        for one_in in [2, 5, 20] {
            let parse = program.parse();
            let commented = disorder::with_comments(&parse, &mut random, one_in);
            formatted_program(&program, &commented);
        }
    }
}

#[test]
fn programs_that_nobody_meant_are_formatted_too() {
    let mut random = Random(0xdead_beef_1234_5678);
    let mut programs = corpus::programs();
    programs.retain(|program| !program.is_signatures);
    let texts = |program: &Program| -> Vec<String> {
        tokens(&program.parse()).iter().map(|token| token.text().to_owned()).collect()
    };
    let words: Vec<String> = programs.iter().flat_map(texts).collect();
    let mut count = 0;
    for program in &programs {
        let tokens = texts(program);
        for _ in 0..40 {
            let text = disorder::other_words(&tokens, &words, &mut random);
            if parse(&text).errors().is_empty() {
                formatted(&text);
                count += 1;
            }
        }
    }
    assert!(count > 100, "only {count} of them were programs");
}

#[test]
fn line_ends_stay_what_they_were() {
    for program in corpus::programs() {
        // A line end in a string is the string's.
        if tokens(&program.parse()).iter().any(|token| {
            token.kind() != SyntaxKind::LineEnd && token.text().contains('\n')
                || disorder::is_in_fstring(token) && token.text().contains('\n')
        }) {
            continue;
        }
        let expected = formatted_program(&program, &program.text).replace('\n', "\r\n");
        let windows = program.text.replace('\n', "\r\n");
        assert_eq!(formatted_program(&program, &windows), expected);
    }
}

#[test]
fn a_byte_order_mark_stays() {
    assert_eq!(formatted("\u{feff}\n\nconst  A = 1"), "\u{feff}const A = 1\n");
    assert_eq!(formatted("\u{feff}"), "\u{feff}");
}

#[test]
fn nothing_is_made_of_nothing() {
    assert_eq!(formatted(""), "");
    assert_eq!(formatted("\n  \n\n"), "");
    assert_eq!(formatted("\n# alone"), "# alone\n");
}

#[test]
fn a_program_with_a_mistake_is_left_as_it_is() {
    let error = format(&parse("fn main():\n    x = \n    y = )\n")).err();
    let error = error.unwrap_or_else(|| panic!("it was formatted"));
    assert_eq!(error.count, 2);
    assert_eq!(error.first.range.start(), 18.into());
    assert!(format(&parse("fn main():\n\tpass\n")).is_err(), "a tab is a mistake");
}

#[test]
fn a_comma_that_makes_a_tuple_is_no_matter_of_layout() {
    let same = |a: &str, b: &str| {
        let (a, b) = (format!("fn f():\n    {a}\n"), format!("fn f():\n    {b}\n"));
        let (a, b) = (parse(&a), parse(&b));
        assert_eq!((a.errors(), b.errors()), (&[][..], &[][..]));
        same_program(a.green(), b.green())
    };
    assert!(same("x = (a, b,)", "x = (a, b)"));
    assert!(same("x = a, b,", "x = a, b"));
    assert!(same("f(a,)", "f( a )"));
    assert!(!same("x = (a,)", "x = (a)"));
    assert!(!same("x = a,", "x = a"));
    assert!(!same("x = a + b", "x = a - b"));
    assert!(!same("for (a,) in b: pass", "for (a) in b: pass"));
    assert!(!same("f(a, b)", "f(a)"));
}

#[test]
fn the_deepest_program_is_formatted_on_a_small_stack() {
    let deep = |open: &str, close: &str, count: usize| {
        format!("const A = {}1{}\n", open.repeat(count), close.repeat(count))
    };
    let texts =
        [deep("[", "]", 80), deep("(1 + ", ")", 60), deep("-", "", 200), deep("f(", ")", 60)];
    let work = move || texts.iter().for_each(|text| drop(formatted(text)));
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(work);
    let ended = thread.map(std::thread::JoinHandle::join);
    assert!(matches!(ended, Ok(Ok(()))), "a thread of 2 MiB was too small");
}

#[test]
fn what_would_be_too_long_to_be_read_is_left_as_it_is() {
    let head = "fn main():\n    x=1\n    ";
    let of_length = |length: usize| std::format!("{head}{}\n", "#".repeat(length - head.len() - 1));
    let longer_by_two = parse(&of_length(SOURCE_BYTES_MAX));
    assert_eq!(longer_by_two.errors(), []);
    let refused = format(&longer_by_two).map(|text| text.len());
    assert!(refused.is_err_and(|error| error.to_string().contains("too long")));
    let text = format(&parse(&of_length(SOURCE_BYTES_MAX - 2))).map(|text| text.len());
    assert_eq!(text, Ok(SOURCE_BYTES_MAX));
}
