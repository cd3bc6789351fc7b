//! Values at the edges of what they can be: without an order, or too large.

use crate::support::{fails, prints};

#[test]
fn floats_sort_in_one_order_with_nans_last() {
    prints(
        r#"fn mixed(n: int) -> float:
    if n % 3 == 0:
        return float("nan")
    return float((n * 37) % 64)

fn main():
    floats = [mixed(n) for n in range(64)]
    ordered = sorted(floats)
    numbers = ordered[:42]
    print(numbers == sorted(numbers), len([x for x in numbers if x == x]))
    print(len([x for x in ordered[42:] if x != x]))
    pairs = sorted([(mixed(n), [mixed(n + 1)]) for n in range(64)])
    print([pair[0] for pair in pairs][:42] == numbers)
"#,
        "true 42\n22\ntrue\n",
    );
}

#[test]
fn slices_and_what_lists_grow_by_have_their_bounds() {
    let text = "fn main():\n    print(len(range(1000000000000000)[:]))\n";
    let message = "a value of 1000000000000000 items is too large: the limit is 134217728";
    assert_eq!(fails(text, message), "memory");
    let text = r#"fn main():
    items = mutable_list([1, 2])
    items.extend(range(200000000))
"#;
    let message = "a value of 200000000 items is too large: the limit is 134217728";
    assert_eq!(fails(text, message), "memory");
}

#[test]
fn an_f_string_that_grows_without_end_fails() {
    let text = "fn main():\n    s = \"abcdefgh\"\n    while true:\n        s = f\"{s}{s}\"\n";
    let message = "a value of 268435456 items is too large: the limit is 134217728";
    assert_eq!(fails(text, message), "memory");
}

#[test]
fn a_mutable_list_has_its_own_elements_whoever_else_has_the_list() {
    let text = r#"const DIGITS: list[int] = [1, 2, 3]

fn main():
    kept = [0] * 3
    for round in range(2):
        changed = mutable_list(kept)
        changed[0] = 7 + round
        fresh = mutable_list([0] * 2)
        fresh[1] = round
        digits = mutable_list(DIGITS)
        digits.append(round)
        twice = mutable_list(changed)
        twice[1] = 5
        print(kept, list(changed), list(fresh), list(digits), list(twice), DIGITS)
"#;
    prints(
        text,
        "[0, 0, 0] [7, 0, 0] [0, 0] [1, 2, 3, 0] [7, 5, 0] [1, 2, 3]\n\
         [0, 0, 0] [8, 0, 0] [0, 1] [1, 2, 3, 1] [8, 5, 0] [1, 2, 3]\n",
    );
}
