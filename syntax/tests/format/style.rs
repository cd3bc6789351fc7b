//! The style, construct by construct: what somebody wrote, and what it becomes.

use super::formatted;

#[track_caller]
fn becomes(before: &str, after: &str) {
    assert_eq!(formatted(before), after);
}

#[track_caller]
fn stays(text: &str) {
    becomes(text, text);
}

/// Statements, in a function.
#[track_caller]
fn body_becomes(before: &str, after: &str) {
    let indented = |text: &str| {
        let line = |line: &str| match line.trim().is_empty() {
            true => line.to_owned(),
            false => format!("    {line}"),
        };
        text.split_inclusive('\n').map(line).collect::<String>()
    };
    let function = |text: &str| format!("fn main():\n{}\n", indented(text));
    becomes(&function(before), &function(after));
}

#[track_caller]
fn body_stays(text: &str) {
    body_becomes(text, text);
}

// ----------------------------------------------------------------------------------- declarations

#[test]
fn imports() {
    becomes("import  text . tables  as  t", "import text.tables as t\n");
    becomes("from a.b import(c,d  as e , )", "from a.b import (c, d as e)\n");
    becomes(
        "from a import (  # why\n  # of c\n  c , d # of d\n  # the end\n)",
        "from a import (  # why\n    # of c\n    c,\n    d,  # of d\n    # the end\n)\n",
    );
    let names =
        "a_long_name, another_long_name, a_third_long_name, a_fourth_long_name, the_last_one";
    becomes(
        &format!("from module import ({names})"),
        &format!("from module import (\n    {},\n)\n", names.replace(", ", ",\n    ")),
    );
}

#[test]
fn values() {
    becomes("const A:int=1#why", "const A: int = 1  #why\n");
    becomes("const A  =  -1", "const A = -1\n");
    becomes("tasklocal id:str=\"-\"", "tasklocal id: str = \"-\"\n");
    becomes(
        "type Handler [T]=mutable  fn( T,list [ int ],)->(int,)",
        "type Handler[T] = mutable fn(T, list[int]) -> (int,)\n",
    );
    becomes("type A=()\ntype B=( int )", "type A = ()\ntype B = (int)\n");
}

#[test]
fn types() {
    becomes(
        "mutable  struct  A [T:shareable] :\n  a:int=3\n\n\n  ## doc  \n  b : T # b\n  fn  f ( self )->int :\n     return  1\n",
        "mutable struct A[T: shareable]:\n    a: int = 3\n\n    ## doc\n    b: T  # b\n    fn f(self) -> int:\n        return 1\n",
    );
    becomes("enum E :\n\n  A( x:int , y:T, )\n  B\n\n", "enum E:\n    A(x: int, y: T)\n    B\n");
    becomes("struct A :   pass", "struct A: pass\n");
}

#[test]
fn functions() {
    becomes(
        "fn f [T : ordered] (a:T,move  b : int = 1 , )->T :  return a",
        "fn f[T: ordered](a: T, move b: int = 1) -> T: return a\n",
    );
    let parameters =
        "first_parameter: int, second_parameter: list[int], third_parameter: str = \"\"";
    becomes(
        &format!("fn function({parameters}) -> Result[int, str]:\n    pass"),
        &format!(
            "fn function(\n    {},\n) -> Result[int, str]:\n    pass\n",
            parameters.replace(", ", ",\n    ")
        ),
    );
    becomes(
        "fn f(a: int, # a\n b: int\n # none\n):\n pass",
        "fn f(\n    a: int,  # a\n    b: int,\n    # none\n):\n    pass\n",
    );
    becomes("test   \"t\" :\n assert  1==1", "test \"t\":\n    assert 1 == 1\n");
}

#[test]
fn a_declaration_with_a_body_is_set_off_by_a_blank_line() {
    becomes(
        "const A = 1\nconst B = 2\nfn f():\n    pass\n# on g\nfn g():\n    pass\n\n\n\nconst C = 3\n\nconst D = 4",
        "const A = 1\nconst B = 2\n\nfn f():\n    pass\n\n# on g\nfn g():\n    pass\n\nconst C = 3\n\nconst D = 4\n",
    );
    stays("fn f():\n    pass\n# on f\n\nfn g():\n    pass\n");
    becomes("fn f(): pass\n# the end", "fn f(): pass\n\n# the end\n");
    becomes("fn f(): pass\n# the end\n\n  ", "fn f(): pass\n\n# the end\n");
    becomes("fn f(): pass # f\nfn g(): pass", "fn f(): pass  # f\n\nfn g(): pass\n");
}

// ------------------------------------------------------------------------------------- statements

#[test]
fn blank_lines_in_a_body() {
    becomes(
        "\n\nfn f():\n\n\n  # first\n\n\n  a = 1\n\n\n\n  b = 2\n  if a:\n\n    c = 3\n\n  else:\n    pass\n\n\n\n",
        "fn f():\n    # first\n\n    a = 1\n\n    b = 2\n    if a:\n        c = 3\n    else:\n        pass\n",
    );
}

#[test]
fn comments_belong_to_the_block_they_are_indented_as() {
    becomes(
        "fn f():\n  if a: # why\n      # first\n    b()\n  # on else\n  else:\n    c()\n    # the end of else\n\n  # the end of f\n# outside",
        "fn f():\n    if a:  # why\n        # first\n        b()\n    # on else\n    else:\n        c()\n        # the end of else\n\n    # the end of f\n\n# outside\n",
    );
    body_becomes("a()#b", "a()  #b");
    body_becomes(
        "match a: # x\n   # y\n  case  1 : # z\n    b()\n    # u\n  # v",
        "match a:  # x\n    # y\n    case 1:  # z\n        b()\n        # u\n    # v",
    );
}

#[test]
fn simple_statements() {
    body_becomes("x=1", "x = 1");
    body_becomes("x:int=3", "x: int = 3");
    body_becomes("a,b=b,a", "a, b = b, a");
    body_becomes("a , b  = ( b,a, )", "a, b = (b, a)");
    body_becomes("a , = b", "a, = b");
    body_becomes("x  //=2", "x //= 2");
    body_becomes("xs [ 0 ] = x . y", "xs[0] = x.y");
    body_becomes("return", "return");
    body_becomes("return  a,b,", "return a, b");
    body_becomes("assert(a) ,\"m\"", "assert (a), \"m\"");
    body_becomes("defer   f( )", "defer f()");
}

#[test]
fn statements_with_suites() {
    body_becomes(
        "if(a):\n b()\nelif  c :\n d()\nelse :\n e()",
        "if (a):\n    b()\nelif c:\n    d()\nelse:\n    e()",
    );
    body_becomes("while  a<b : c( )", "while a < b: c()");
    body_becomes("for  move  ( a,b )in  c:\n  pass", "for move (a, b) in c:\n    pass");
    body_becomes("for a ,b in 1,2 :\n  pass", "for a, b in 1, 2:\n    pass");
    body_becomes(
        "match  a,b :\n case  - 1|2 , _  if  c :pass\n\n\n case Some( x , ) :\n   pass",
        "match a, b:\n    case -1 | 2, _ if c: pass\n\n    case Some(x):\n        pass",
    );
    body_becomes("match a: case  b: pass", "match a: case b: pass");
    body_becomes(
        "with  m . lock( ) as q  when  q>0:\n pass",
        "with m.lock() as q when q > 0:\n    pass",
    );
    body_becomes("with  id=\"1\" :\n pass", "with id = \"1\":\n    pass");
    body_becomes("fn  g( ) :\n  pass", "fn g():\n    pass");
}

#[test]
fn tasks_and_channels() {
    body_becomes(
        "concurrent  limit( 2 ),timeout ( 1 . seconds ),supervised  as  s :\n t=spawn :\n  pass\n spawn  in  s  f( x )\nelse :\n pass",
        "concurrent limit(2), timeout(1.seconds), supervised as s:\n    t = spawn:\n        pass\n    spawn in s f(x)\nelse:\n    pass",
    );
    body_becomes("detach :\n pass\ndetach  f( )", "detach:\n    pass\ndetach f()");
    body_becomes(
        "select :\n # none\n case  x  from  ch  if  n>0:pass\n case ch . send( e ):\n  pass\n case timeout( d ) :\n  pass\n\n case closed  ch :\n  pass\n else :\n  pass",
        "select:\n    # none\n    case x from ch if n > 0: pass\n    case ch.send(e):\n        pass\n    case timeout(d):\n        pass\n\n    case closed ch:\n        pass\n    else:\n        pass",
    );
    body_becomes("parallel  for  i in  xs :\n  pass", "parallel for i in xs:\n    pass");
    body_becomes(
        "blocking :\n  f( )\nx=blocking{f( )}",
        "blocking:\n    f()\nx = blocking { f() }",
    );
}

#[test]
fn a_suite_on_the_line_of_its_colon_stays_there_if_it_fits() {
    body_becomes("if a :   b( )\nelse :   c( ) # d", "if a: b()\nelse: c()  # d");
    body_becomes("t = spawn :  return  1", "t = spawn: return 1");
    let call = |letters: usize| format!("{}()", "f".repeat(letters));
    body_stays(&format!("if a: {}", call(88)));
    body_becomes(&format!("if a: {}", call(89)), &format!("if a:\n    {}", call(89)));
    body_stays(&format!("if a: {}  # a comment does not count", call(88)));
    body_becomes("if a: t = spawn:\n    b()\nc()", "if a:\n    t = spawn:\n        b()\nc()");
}

// ------------------------------------------------------------------------------------ expressions

#[test]
fn operators() {
    body_becomes("x=a+b*-c**2", "x = a + b * -c ** 2");
    body_becomes("x=a<b<=c  not  in  d", "x = a < b <= c not in d");
    body_becomes("x=not  a  or  ~ b&c|d^e<<1", "x = not a or ~b & c | d ^ e << 1");
    body_becomes("x=a  if  b  else  c", "x = a if b else c");
    body_becomes("x=e ? . f( ) ?", "x = e?.f()?");
    body_becomes("x=5 .seconds+1.5 . minutes", "x = 5.seconds + 1.5.minutes");
}

#[test]
fn brackets() {
    body_becomes("x=[ 1,2 , ]", "x = [1, 2]");
    body_becomes("x={ \"a\":1 ,\"b\" : 2 }", "x = {\"a\": 1, \"b\": 2}");
    body_becomes("x={ 1,2 }\ny={ }\nz=( )", "x = {1, 2}\ny = {}\nz = ()");
    body_becomes("x=( a, )\ny=( a )", "x = (a,)\ny = (a)");
    body_becomes("f( x , k = v , )", "f(x, k=v)");
    body_becomes(
        "x = xs [ 1 : ]\ny=xs[ : ]\nz=xs[ a+1 : b ]",
        "x = xs[1:]\ny = xs[:]\nz = xs[a + 1:b]",
    );
    body_becomes("x=mutable_map [ str,int ] ( )", "x = mutable_map[str, int]()");
    body_becomes("x=table[ fn( int )->int ]", "x = table[fn(int) -> int]");
    body_becomes("x=[ e for  p in  xs if  c ]", "x = [e for p in xs if c]");
    body_becomes("x=fn( x:int,y ) :x+y", "x = fn(x: int, y): x + y");
}

#[test]
fn words_that_are_keywords_by_their_spaces() {
    body_stays("x = attempt (1 // 0)");
    body_stays("x = attempt(1)");
    body_becomes("x = attempt  (1)", "x = attempt (1)");
    body_stays("for move (a, b) in xs: pass");
    body_stays("y = job.with(id=2)");
}

#[test]
fn strings_stay_as_they_are() {
    body_stays("x = r\"\\d\" + \"\\u{41}\" + b\"\\x00\"");
    body_stays("x = f\"a { b+1 :>4} {c!r} {f\"{ d }\"}\"");
    stays("fn f():\n    x = \"\"\"a  \n\tb\n\n\n  \"\"\"\n    y = 1\n");
    stays(
        "fn f():\n    x = f\"\"\"a  {  # a comment in a hole\n      b  }\n  \"\"\" + c(1, 2)\n    y = 1\n",
    );
}

#[test]
fn what_does_not_fit_is_broken_from_the_outside_in() {
    let (a, b, c) = ("a".repeat(30), "b".repeat(30), "c".repeat(30));
    body_stays(&format!("{a}({b}, {c})"));
    body_becomes(&format!("{a}{a}({b}, {c})"), &format!("{a}{a}(\n    {b},\n    {c},\n)"));
    body_becomes(
        &format!("x = [f({a}, {b}), [{a}, {b}, {c}, 1, 2]]"),
        &format!(
            "x = [\n    f({a}, {b}),\n    [\n        {a},\n        {b},\n        {c},\n        1,\n        2,\n    ],\n]"
        ),
    );
    body_becomes(
        &format!("x = ({a} + {b} * {b} - {c})"),
        &format!("x = (\n    {a}\n    + {b} * {b}\n    - {c}\n)"),
    );
    body_becomes(
        &format!("f({a} and {b} and not {c} or {a}, 1)"),
        &format!("f(\n    {a} and {b} and not {c}\n        or {a},\n    1,\n)").replace(
            &format!("{a} and {b} and not {c}\n"),
            &format!("{a}\n            and {b}\n            and not {c}\n"),
        ),
    );
    body_becomes(
        &format!("x = ({a} if {b} else {c} if {a} else {b})"),
        &format!("x = (\n    {a}\n    if {b}\n    else {c}\n    if {a}\n    else {b}\n)"),
    );
    body_becomes(
        &format!("x = ({a}.map({b}).filter({c}, 1).sorted())"),
        &format!("x = (\n    {a}\n    .map({b})\n    .filter({c}, 1)\n    .sorted()\n)"),
    );
    body_becomes(
        &format!("x = [{a} for {b} in {c} if {a}]"),
        &format!("x = [\n    {a}\n    for {b} in {c}\n    if {a}\n]"),
    );
    body_becomes(
        &format!("x = blocking {{ foo_bar({b}, {c}, 1, 2, 3, 4) }}"),
        &format!("x = blocking {{\n    foo_bar({b}, {c}, 1, 2, 3, 4)\n}}"),
    );
}

#[test]
fn outside_of_brackets_nothing_is_broken() {
    let (a, b) = ("a".repeat(60), "b".repeat(60));
    body_stays(&format!("x = {a} + {b}"));
    body_stays(&format!("x = {a} if {b} else {a}"));
    body_stays(&format!("return {a}, {b}"));
    body_stays(&format!("assert len(xs) == {a}, {b}"));
    body_becomes(&format!("x = {a} + f({b}, 1)"), &format!("x = {a} + f(\n    {b},\n    1,\n)"));
}

#[test]
fn comments_in_brackets_break_them() {
    body_becomes("f(a, # a\nb)", "f(\n    a,  # a\n    b,\n)");
    body_becomes("f( # f\n)", "f(  # f\n)");
    body_becomes("f(\n# f\n)", "f(\n    # f\n)");
    body_becomes("f(a\n# before the comma\n,b)", "f(\n    a,\n    # before the comma\n    b,\n)");
    body_becomes(
        "x = [\n  1, 2,\n\n\n  # two\n  3\n\n]",
        "x = [\n    1,\n    2,\n\n    # two\n    3,\n]",
    );
    body_becomes("x = (a + # a\n b)", "x = (\n    a\n    +  # a\n    b\n)");
    body_becomes("x = xs[ # i\n i]", "x = xs[  # i\n    i,\n]".replace("i,", "i").as_str());
    body_becomes("x = {\"a\": # a\n 1}", "x = {\n    \"a\":  # a\n    1,\n}");
    body_becomes(
        "x = [1, # one\n # two\n , # three\n]".replace(" , #", " #").as_str(),
        "x = [\n    1,  # one\n    # two\n    # three\n]",
    );
}

#[test]
fn blank_lines_between_elements_stay_where_there_are_lines() {
    let element = "a".repeat(40);
    body_becomes(
        &format!("x = [\n\n{element},\n\n\n{element}, {element}\n\n]"),
        &format!("x = [\n    {element},\n\n    {element},\n    {element},\n]"),
    );
    body_becomes("x = [\n1,\n\n2]", "x = [1, 2]");
}
