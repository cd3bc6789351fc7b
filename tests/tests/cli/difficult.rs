//! Texts that no person wrote: nothing crashes, hangs or floods the terminal.

use super::*;

/// Neither crashes nor hangs, and says something: a finding or nothing found.
fn assert_survives(text: impl AsRef<[u8]>) -> Printed {
    let printed = analyze(&weir().file("main.weir", text), &["main.weir"]);
    assert!([0, 1].contains(&printed.status), "{}", printed.shown());
    assert_eq!(printed.stderr, "");
    printed
}

#[test]
fn an_empty_file() {
    assert_eq!(assert_survives("").status, 0);
}

#[test]
fn a_line_of_ten_megabytes_is_not_printed() {
    let line = format!("fn main():\n    print({}x)\n", "1 + ".repeat(2_500_000));
    let printed = assert_survives(line);
    assert!(printed.stdout.len() < 10_000, "{} bytes were printed", printed.stdout.len());
}

#[test]
fn ten_thousand_nested_brackets() {
    let nested = format!("const X: int = {}1{}\n", "(".repeat(10_000), ")".repeat(10_000));
    assert_eq!(assert_survives(nested).status, 1);
}

#[test]
fn two_thousand_nested_blocks() {
    let mut nested = "fn main():\n".to_owned();
    for depth in 1..=2_000 {
        nested += &format!("{}if true:\n", " ".repeat(depth));
    }
    assert_survives(nested);
}

/// Chains and clauses as long as the parser reads them, at the end of blocks and brackets as deep as a
/// patient person writes them.
#[test]
fn what_is_flat_to_a_person_is_analysed_run_and_formatted() {
    let mut program = "fn main():\n    a = 1\n    x = 0\n".to_owned();
    for depth in 1..50 {
        program += &format!("{}if a == 1:\n", "    ".repeat(depth));
    }
    let indentation = "    ".repeat(50);
    program += &format!("{indentation}if a == 0:\n{indentation}    x = 1\n");
    for number in 2..1_000 {
        program += &format!("{indentation}elif a == {number}:\n{indentation}    x = 1\n");
    }
    let (open, chain, close) = ("f(".repeat(30), " + a".repeat(999), ")".repeat(30));
    program += &format!("{indentation}else:\n{indentation}    x = {open}a{chain}{close}\n");
    program += "    print(x)\n\nfn f(x: int) -> int:\n    return x\n";
    let weir = weir().file("main.weir", program);
    assert_eq!(weir.run(&["run", "main.weir"]).shown(), "1000\n");
    assert_eq!(weir.run(&["fmt", "main.weir"]).status, 0);
    assert_eq!(analyze(&weir, &["main.weir"]).status, 0);
}

#[test]
fn a_program_that_ends_in_the_middle() {
    let program = "fn main():\n    concurrent:\n        a = spawn f(1,\n        b = [x for x in";
    assert_eq!(assert_survives(program).status, 1);
}

#[test]
fn bytes_that_are_no_program() {
    assert_eq!(assert_survives("\0\u{1}\u{feff}}}{{\"\"\"\t\r\r\n'`~").status, 1);
}
