//! What holds of every program in the tree: examples, sections, the pages of rules.

use weir_tests::findings;
use weir_tests::programs::{all, examples, for_each};

#[test]
fn text_to_tree_to_text_is_the_identity() {
    for_each(&all(), |sample| {
        let tree = weir_syntax::parse(&sample.text).syntax().text().to_string();
        (tree == sample.text).then_some(()).ok_or(format!("the tree's text is\n{tree}"))
    });
}

#[test]
fn every_example_has_exactly_the_findings_it_asserts() {
    for_each(&examples(), |sample| findings::check(&sample.text));
}
