//! The page about a run: complete in itself, and small enough for many events.

use super::*;

/// The data that the page draws.
fn data(page: &str) -> Value {
    let start = "<script type=\"application/json\" id=\"data\">";
    let data = page.split_once(start).map(|(_, rest)| rest).unwrap_or_default();
    let data = data.split_once("</script>").map(|(data, _)| data).unwrap_or_default();
    serde_json::from_str(data).unwrap_or_default()
}

fn page_of(program: &str) -> (String, Printed) {
    let weir = weir().file("main.weir", program);
    let printed = weir.run(&["run", "--unchecked", "--report", "run.html", "main.weir"]);
    (weir.read("run.html"), printed)
}

#[test]
fn a_page_needs_nothing_but_itself() {
    let (page, printed) = page_of(FINE);
    assert_eq!(printed.shown(), "fine\n");
    for outside in ["http:", "https:", "src=", "<link", "@import", "url(", "fetch("] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
}

#[test]
fn a_page_has_the_tasks_the_timeline_and_the_channels() {
    let (page, _) = page_of(
        "fn main():
    jobs = channel[int](buffer=2)
    concurrent:
        spawn:
            defer jobs.close()
            for n in range(5):
                jobs.send(n)
        for n in jobs:
            print(n)
",
    );
    let data = data(&page);
    let paths: Vec<&str> = data["tasks"]
        .as_array()
        .map(|tasks| tasks.iter().filter_map(|task| task[0].as_str()).collect())
        .unwrap_or_default();
    assert_eq!(paths, ["main", "main/1"]);
    assert_eq!(data["channels"][0], "jobs");
    assert_eq!(data["lanes"][0], "processor 0");
    let count = |name: &str| data[name].as_array().map_or(0, Vec::len);
    assert!(count("stretches") >= 2 && count("fills") >= 1 && count("flows") >= 5);
}

#[test]
fn a_page_tells_how_a_bad_outcome_came_about() {
    let (page, _) = page_of(
        "fn both(a: mutex[int], b: mutex[int]):
    with a.lock() as x:
        yield_now()
        with b.lock() as y:
            y += x

fn main():
    a = mutex(10)
    b = mutex(10)
    concurrent:
        spawn both(a, b)
        spawn both(b, a)
",
    );
    let deeds = page.split_once("<h2>How it came about</h2>").map_or("", |(_, rest)| rest);
    let deeds = deeds.split_once("</section>").map_or("", |(deeds, _)| deeds);
    for task in ["main/1", "main/2"] {
        assert!(deeds.contains(&format!("{task} takes a at main.weir:2:5\n")), "{deeds}");
        let waits = format!("{task} begins to wait to take b at main.weir:4:9");
        assert!(deeds.contains(&waits), "{deeds}");
    }
    let (page, _) = page_of(FINE);
    assert!(!page.contains("How it came about"));
}

#[test]
fn a_page_tells_who_took_what_somebody_waits_for() {
    let (page, printed) = page_of(
        "fn wants(ch: receiver[int]):
    sleep(1.milliseconds)
    print(ch.receive())

fn takes(ch: receiver[int]):
    sleep(2.milliseconds)
    select:
        case x from ch: print(x)
        else: print(0)
    print(ch.receive())

fn main():
    ch = channel[int](buffer=1)
    concurrent:
        spawn wants(ch)
        spawn takes(ch)
        sleep(3.milliseconds)
        ch.send(1)
",
    );
    assert_eq!(printed.status, 3);
    let deeds = page.split_once("<h2>How it came about</h2>").map_or("", |(_, rest)| rest);
    let deeds = deeds.split_once("</section>").map_or("", |(deeds, _)| deeds);
    for line in [
        "main/2 begins to wait to receive from ch at main.weir:10:11",
        "main/2 goes on from a select at main.weir:7:5",
        "main sends on ch at main.weir:18:9",
        "main/1 gets to receive from ch at main.weir:3:11",
    ] {
        assert!(deeds.contains(line), "{line}: {deeds}");
    }
}

#[test]
fn what_a_program_says_stays_text() {
    let (page, printed) = page_of(
        "fn bad():
    panic(\"</script><b>loud</b>\")

fn main():
    concurrent:
        spawn bad()
",
    );
    assert_eq!(printed.status, 1);
    assert!(!page.contains("</script><b>"));
    assert_eq!(data(&page)["tasks"][1][4], "failed: </script><b>loud</b>");
}

#[test]
fn a_bad_outcome_is_told_with_the_command_that_shows_it_again() {
    let (page, printed) = page_of("fn main():\n    ch = channel[int]()\n    print(ch.receive())\n");
    assert_eq!(printed.status, 3);
    assert!(page.contains("<span class=\"outcome deadlock\">deadlock</span>"));
    assert!(page.contains("main waits for receive on ch at main.weir:3:11"));
    assert!(page.contains("<code>weir replay weir-schedule:"));
}

#[test]
fn a_page_of_fifty_thousand_events_is_a_few_megabytes() {
    let (page, _) = page_of(
        "fn main():
    ch = channel[int]()
    concurrent:
        spawn:
            defer ch.close()
            for n in range(30_000):
                ch.send(n)
        for n in ch:
            pass
",
    );
    let data = data(&page);
    let events = ["stretches", "flows", "marks", "fills"];
    let count: usize = events.iter().map(|name| data[name].as_array().map_or(0, Vec::len)).sum();
    assert!(count >= 50_000, "{count} events");
    assert!(page.len() < 8 << 20, "{} bytes", page.len());
}

#[test]
fn what_the_program_prints_goes_out_and_is_in_the_page() {
    let (page, printed) = page_of("fn main():\n    print(\"a < b\")\n");
    assert_eq!(printed.shown(), "a < b\n");
    assert!(page.contains("<h2>Output</h2><pre>a &lt; b\n</pre>"), "{page}");
}

#[test]
fn a_replay_s_page_is_the_one_of_the_run() {
    let program = "\
fn main():
    ch = channel[int](buffer=2)
    concurrent:
        spawn ch.send(1)
        sleep(1.milliseconds)
        print(ch.receive())
";
    let weir = weir().file("main.weir", program);
    let flags = ["run", "--record", "run.schedule", "--report", "run.html", "main.weir"];
    assert_eq!(weir.run(&flags).shown(), "1\n");
    let printed = weir.run(&["replay", "run.schedule", "--report", "again.html"]);
    assert_eq!(printed.shown(), "1\n");
    assert_eq!(weir.read("again.html"), weir.read("run.html"));
}

#[test]
fn what_opens_a_script_in_a_text_opens_none_in_the_page() {
    let (page, _) = page_of(
        "fn main():\n    concurrent:\n        spawn:\n            panic(\"<!--<script>\")\n",
    );
    assert!(!page.contains("<!--"), "it stands there as it is");
    assert_eq!(data(&page)["tasks"][1][4], "failed: <!--<script>");
}
