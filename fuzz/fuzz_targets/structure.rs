//! Bytes as the decisions of the generator of programs, and of three edits.

#![no_main]

#[path = "../../syntax/tests/fuzzing/fuzzing.rs"]
mod fuzzing;

use fuzzing::checks::check_edits;
use fuzzing::choices::Choices;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let mut choices = Choices::Bytes(data);
    let text = fuzzing::program::program(&mut choices);
    check_edits(&text, 3, &mut choices);
});
