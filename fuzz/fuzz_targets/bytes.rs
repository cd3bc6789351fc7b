//! Any bytes as a text, and two edits of it that its own bytes choose.

#![no_main]

#[path = "../../syntax/tests/fuzzing/fuzzing.rs"]
mod fuzzing;

use fuzzing::checks::check_edits;
use fuzzing::choices::Choices;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    check_edits(&text, 2, &mut Choices::Bytes(data));
    weir_syntax::debug_tokens(&text);
    assert_eq!(weir_syntax::parse_signatures(&text).syntax().text(), &*text);
});
