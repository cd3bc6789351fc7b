//! try
#[test]
fn try_it() {
    let path = std::env::var("TRY").unwrap();
    let text = std::fs::read_to_string(path).unwrap();
    let parse = weir_syntax::parse(&text);
    println!("{}", weir_syntax::format::format(&parse).unwrap());
}
