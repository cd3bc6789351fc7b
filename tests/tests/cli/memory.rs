//! `weir run --max-memory`: what counts as memory of a run, and what does not.

use super::*;

/// A program that hears as much in all as a run may use, and holds none of it.
#[test]
fn what_was_read_and_dropped_takes_no_memory() {
    let program = "\
import fs

fn main():
    read = 0
    for _ in range(40):
        read += len(fs.read(\"large\"))
    print(read)
";
    let weir = weir().file("main.weir", program).file("large", "x".repeat(1 << 20));
    let printed = weir.run(&["run", "--allow-read", "--max-memory", "16M", "main.weir"]);
    assert_eq!(printed.shown(), format!("{}\n", 40 << 20));
}

#[test]
fn what_was_read_and_is_kept_takes_its_memory() {
    let program = "\
import fs

fn main():
    kept = mutable_list[str]()
    for _ in range(40):
        kept.append(fs.read(\"large\"))
    print(len(kept))
";
    let weir = weir().file("main.weir", program).file("large", "x".repeat(1 << 20));
    let printed = weir.run(&["run", "--allow-read", "--max-memory", "16M", "main.weir"]);
    assert_eq!(printed.status, 1, "{}", printed.shown());
    assert!(printed.stderr.contains("more than 16 MiB of memory"), "{}", printed.stderr);
}

#[test]
fn what_is_too_large_for_the_memory_is_not_read() {
    let program =
        "import fs\n\nfn main():\n    print(attempt fs.read(\"/dev/zero\"))\n    print(\"on\")\n";
    let weir = weir().file("main.weir", program);
    let printed = weir.run(&["run", "--allow-read", "--max-memory", "16M", "main.weir"]);
    let message = "the run uses more than 16 MiB of memory (--max-memory sets the limit)";
    let failure = format!("Err(Failure(message=\"{message}\", kind=\"memory\"))\non\n");
    assert_eq!(printed.shown(), failure);
}

#[test]
fn flags_that_only_watch_change_nothing_about_memory() {
    let program = "\
fn nothing(ch: channel[int]):
    ch.send(1)

fn main():
    ch = channel[int](buffer=2)
    line = \"x\" * 1000
    for _ in range(20000):
        concurrent:
            spawn nothing(ch)
            ch.receive()
        print(line)
";
    let weir = weir().file("main.weir", program);
    for flags in [
        &["run", "--max-memory", "4M", "main.weir"][..],
        &["run", "--max-memory", "4M", "--json", "main.weir"],
        &["run", "--max-memory", "4M", "--trace", "t.json", "main.weir"],
        &["run", "--max-memory", "4M", "--report", "r.html", "main.weir"],
    ] {
        let printed = weir.run(flags);
        assert_eq!((printed.status, printed.stderr.as_str()), (0, ""), "{flags:?}");
    }
}

/// The file once for the run and once for its schedule, and besides what Weir itself takes.
#[test]
#[cfg(target_os = "linux")]
fn a_large_file_is_not_in_memory_more_than_twice() {
    let program = "\
import fs

fn main():
    text = fs.read(\"large\")
    for line in fs.read(\"/proc/self/status\").splitlines():
        if line.startswith(\"VmHWM\"):
            print(line.split()[1])
    print(len(text))
";
    let weir = weir().file("main.weir", program).file("large", "x".repeat(100 << 20));
    let printed = weir.run(&["run", "--allow-read", "--max-memory", "110M", "main.weir"]);
    let (kib, length) = printed.stdout.split_once('\n').unwrap_or_default();
    assert_eq!(length, format!("{}\n", 100 << 20), "{}", printed.shown());
    let mib_max = 2 * 100 + 80;
    assert!(kib.parse::<u64>().is_ok_and(|kib| kib >> 10 < mib_max), "{kib} KiB");
}

#[test]
fn what_was_sent_takes_no_memory() {
    use std::io::{Read, sink};
    let program = "\
import args
import net

fn main():
    connection = net.connect(args.all()[0])
    for _ in range(640):
        connection.write(b\"x\" * 65536)
    connection.close()
    print(\"sent\")
";
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    let hears = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        std::io::copy(&mut Read::by_ref(&mut stream), &mut sink()).expect("all of it")
    });
    let weir = weir().file("main.weir", program);
    let flags = ["run", "--allow-net", "--max-memory", "16M", "main.weir", "--", &address];
    assert_eq!(weir.run(&flags).shown(), "sent\n");
    assert_eq!(hears.join().expect("it heard"), 40 << 20);
}

#[test]
fn a_memory_limit_is_said_as_it_was_given() {
    let program =
        "fn main():\n    kept = mutable_list[int]()\n    while true:\n        kept.append(1)\n";
    let weir = weir().file("main.weir", program);
    for (given, said) in [("1K", "1 KiB"), ("3M", "3 MiB"), ("1500000", "1500000 bytes")] {
        let printed = weir.run(&["run", "--max-memory", given, "main.weir"]);
        let said = format!("failed: the run uses more than {said} of memory");
        assert!(printed.stderr.starts_with(&said), "{}", printed.stderr);
    }
}
