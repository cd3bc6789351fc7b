//! Recorded runs with the network in them: their replay asks nobody.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use super::*;

const PROGRAM: &str = r#"import args
import http
import net

fn ask(address: str, answers: channel[str]):
    connection = net.connect(address)
    defer connection.close()
    for word in ["one", "two", "three"]:
        connection.write(f"{word}\n".encode())
        answers.send(f"net {connection.read_line().unwrap()}")

fn fetch(address: str, answers: channel[str]):
    for n in range(3):
        response = http.post(f"http://{address}/{n}", f"body {n}", {"X-Number": str(n)})
        answers.send(f"http {response.status} {response.headers["x-kind"]} {response.body}")

fn serve_once(address: str):
    http.serve(address, fn(request: http.Request): http.Response(body=request.path.upper()))

fn free_address() -> str:
    probe = net.listen("127.0.0.1:0")
    defer probe.close()
    return probe.address

fn main():
    answers = channel[str](buffer=2)
    line_server, page_server = args.all()[0], args.all()[1]
    concurrent:
        spawn ask(line_server, answers)
        spawn fetch(page_server, answers)
        own = free_address()
        server = spawn serve_once(own)
        sleep(20.milliseconds)
        print(http.get(f"http://{own}/own").body)
        for _ in range(6):
            print(answers.receive())
        server.cancel()
    print(attempt net.connect("127.0.0.1:1"))
"#;

/// A server for so many connections, and its address.
fn server(
    connections: usize,
    answer: impl Fn(&mut dyn Read, &mut dyn Write) + Send + 'static,
) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("its address").to_string();
    let serves = thread::spawn(move || {
        for _ in 0..connections {
            let (stream, _) = listener.accept().expect("a connection");
            let mut to = stream.try_clone().expect("a second half");
            answer(&mut &stream, &mut to);
        }
    });
    (address, serves)
}

/// Gives lines back, the other way round.
fn lines(from: &mut dyn Read, to: &mut dyn Write) {
    for line in BufReader::new(from).lines().map_while(Result::ok) {
        let turned: String = line.chars().rev().collect();
        writeln!(to, "{turned}").expect("it goes out");
    }
}

/// Answers one request with its first line and its body.
fn page(from: &mut dyn Read, to: &mut dyn Write) {
    let mut from = BufReader::new(from);
    let (mut first, mut length) = (String::new(), 0);
    from.read_line(&mut first).expect("a request");
    loop {
        let mut header = String::new();
        from.read_line(&mut header).expect("a header");
        match header.trim().to_ascii_lowercase().split_once(": ") {
            Some(("content-length", value)) => length = value.parse().expect("a number"),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).expect("a body");
    let body = format!("{} {}", first.trim(), String::from_utf8_lossy(&body));
    let length = body.len();
    write!(to, "HTTP/1.1 202 Fine\r\nX-Kind: text\r\nContent-Length: {length}\r\n\r\n{body}")
        .expect("it goes out");
}

#[test]
fn a_recorded_run_with_the_network_is_replayed_without_one_byte_for_byte() {
    let (line_server, serves_lines) = server(1, lines);
    let (page_server, serves_pages) = server(3, page);
    let weir = weir().file("main.weir", PROGRAM);
    let printed = weir.run(&[
        "run",
        "--allow-net=127.0.0.1",
        "--record",
        "run.schedule",
        "--trace",
        "run.json",
        "main.weir",
        "--",
        &line_server,
        &page_server,
    ]);
    assert_eq!((printed.status, printed.stderr.as_str()), (0, ""), "{}", printed.shown());
    for line in ["/OWN", "net eno", "net eerht", "http 202 text POST /2 HTTP/1.1 body 2"] {
        assert!(printed.stdout.lines().any(|printed| printed == line), "{}", printed.stdout);
    }
    // From here on nobody answers at these addresses.
    serves_lines.join().expect("it served");
    serves_pages.join().expect("it served");
    let flags = ["replay", "run.schedule", "--trace", "again.json"];
    assert_eq!(weir.run(&flags), printed);
    assert_eq!(weir.read("again.json"), weir.read("run.json"));
}
