//! `weir doc`: what modules say of themselves.

use super::*;

const DOCUMENTED: &str = "\
## Work and who does it.

## One unit of work.
struct Job:
    ## Counted from 1.
    id: int
    _state: int = 0
    ## For logs.
    fn label(
        self,
        short: bool = false,
    ) -> str:
        return f\"job {self.id}\"

## What becomes of a job.
enum Outcome[T]:
    ## With its result.
    Done(value: T)
    Lost

const LIMIT: int = 64

## The first of several jobs.
fn first[T](jobs: list[Job], otherwise: T) -> Outcome[T]:
    return Outcome.Done(otherwise)

fn _hidden():
    pass
";

#[test]
fn markdown_has_each_public_declaration_with_its_comment() {
    let printed = weir().file("work.weir", DOCUMENTED).run(&["doc", "work.weir"]);
    assert_eq!(
        printed.shown(),
        "\
# Module `work`

Work and who does it.

## Types

### Job

```weir
struct Job
```

One unit of work.

- `id: int`: Counted from 1.
- `fn label(self, short: bool = false) -> str`: For logs.

### Outcome

```weir
enum Outcome[T]
```

What becomes of a job.

- `Done(value: T)`: With its result.
- `Lost`

## Values

### LIMIT

```weir
const LIMIT: int = 64
```

## Functions

### first

```weir
fn first[T](jobs: list[Job], otherwise: T) -> Outcome[T]
```

The first of several jobs.
"
    );
}

#[test]
fn html_links_types_to_their_entries() {
    let weir = weir().file("work.weir", DOCUMENTED);
    let printed = weir.run(&["doc", "work.weir", "--html", "site"]);
    assert_eq!((printed.stdout.as_str(), printed.status), ("", 0), "{}", printed.stderr);
    let page = weir.read("site/module-work.html");
    for part in [
        "<section id=\"Job\">",
        "<a href=\"module-work.html#Job\">Job</a>",
        "<a href=\"module-prelude.html#list\">list</a>",
        "<dt id=\"Job.label\">",
        "<p>The first of several jobs.</p>",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
    assert!(!page.contains("_hidden") && !page.contains("_state"), "{page}");
    assert!(weir.read("site/module-prelude.html").contains("<section id=\"list\">"));
    assert!(weir.read("site/index.html").contains("href=\"module-work.html\""));
}

#[test]
fn every_link_of_the_pages_leads_somewhere_and_none_to_the_network() {
    let weir = weir().file("work.weir", DOCUMENTED);
    weir.run(&["doc", "work.weir", "--html", "site"]);
    for name in ["index", "module-work", "module-prelude"] {
        let page = weir.read(&format!("site/{name}.html"));
        let links = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for link in links {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = match file {
                "" => page.clone(),
                file => weir.read(&format!("site/{file}")),
            };
            assert!(!target.is_empty(), "{name}: {link} leads nowhere");
            let is_there = anchor.is_empty() || target.contains(&format!("id=\"{anchor}\""));
            assert!(is_there, "{name}: {link} leads nowhere");
        }
        for asks in ["src=", "@import", "url("] {
            assert!(!page.contains(asks), "{name} asks the network: {asks}");
        }
    }
}

#[test]
fn the_prelude_and_standard_modules_go_by_their_names() {
    let prelude = weir().run(&["doc", "prelude"]);
    assert_eq!(prelude.status, 0);
    assert!(prelude.stdout.contains("\nfn print("), "{}", prelude.stdout);
    let math = weir().run(&["doc", "math"]).stdout;
    assert!(math.starts_with("# Module `math`\n"), "{math}");
}

#[test]
fn a_path_that_is_not_there_is_status_2() {
    let printed = weir().run(&["doc", "missing"]);
    assert_eq!(printed.status, 2);
    assert!(printed.stderr.contains("`missing` does not exist"), "{}", printed.stderr);
}

#[test]
fn a_file_with_mistakes_is_documented_as_far_as_it_can_be_read() {
    let printed =
        weir().file("a.weir", "## Fine.\nfn f(x: int)\nfn g( -> :\n").run(&["doc", "a.weir"]);
    assert_eq!(printed.status, 0);
    assert!(printed.stdout.contains("Fine."), "{}", printed.stdout);
}

#[test]
fn what_does_not_exist_is_answered_with_the_modules_that_do() {
    let printed = weir().run(&["doc", "nosuch"]);
    assert_eq!((printed.status, printed.stdout.as_str()), (2, ""));
    let modules = "or name a built-in module: prelude, args, env, fs, http,";
    assert!(printed.stderr.contains(modules), "{}", printed.stderr);
}
