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
