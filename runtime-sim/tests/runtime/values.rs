//! Values at the edges of what they can be: without an order, or too large.

use crate::support::prints;

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
