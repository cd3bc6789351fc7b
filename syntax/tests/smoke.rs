#[test]
fn s() {
    let t = std::fs::read_to_string(std::env::var("F").unwrap_or("tests/data/everything.weir".into())).unwrap();
    let p = if std::env::var("SIG").is_ok() { weir_syntax::parse_signatures(&t) } else { weir_syntax::parse(&t) };
    assert_eq!(p.syntax().to_string(), t);
    let li = weir_syntax::LineIndex::new(&t);
    for e in p.errors() {
        let lc = li.line_column(e.range.start(), weir_syntax::ColumnUnit::Scalar);
        println!("{}:{}: {} {} {:?} {:?}", lc.line+1, lc.column+1, e.code.as_str(), e.message, &t[e.range], e.help);
    }
    if std::env::var("T").is_ok() { println!("{}", weir_syntax::debug_tree(&p.syntax())); }
    if std::env::var("K").is_ok() { println!("{}", weir_syntax::debug_tokens(&t)); }
}
