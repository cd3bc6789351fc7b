//! Connections over TCP.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use weir_runtime_sim::Answer;

use super::address::{Address, HOST_AND_PORT};
use super::handles::{Handle, Handles, closed};
use super::room::Share;

/// The longest line that is read.
const LINE_BYTES_MAX: usize = 1 << 20;
/// The most bytes that one read gives.
const READ_BYTES_MAX: i64 = 1 << 24;
/// How long it takes to try again where the system has no connection to give: too many files are open, say.
const ACCEPT_PAUSE: Duration = Duration::from_millis(10);

/// A port that others connect to.
pub(super) type Listener = TcpListener;

/// A connection; it is read and written independently.
#[derive(Debug)]
pub(super) struct Connection {
    reading: Mutex<Reading>,
    writing: Mutex<OwnedWriteHalf>,
}

/// What came and was not asked for yet stays here, whoever stops waiting for more.
#[derive(Debug)]
struct Reading {
    from: OwnedReadHalf,
    pending: Vec<u8>,
    /// Of the room, what is pending.
    share: Share,
}

pub(super) async fn listen(handles: &Handles, address: &str) -> Answer {
    match bind(address).await {
        Ok((listener, listens_at)) => {
            opened(handles, Handle::Listener(Arc::new(listener)), listens_at)
        }
        Err(answer) => answer,
    }
}

/// A listener and the address that it got.
pub(super) async fn bind(address: &str) -> Result<(TcpListener, String), Answer> {
    let bound = async {
        let listener = TcpListener::bind(place(address)?).await?;
        let listens_at = listener.local_addr()?.to_string();
        Ok((listener, listens_at))
    };
    bound.await.map_err(|error| failed("listening at", address, &error))
}

/// The next connection, as soon as there is a place for it: until then it waits where the system keeps it.
pub(super) async fn accept(handles: &Handles, number: i64, share: &Share) -> Answer {
    let Some(Handle::Listener(listener)) = handles.find(number) else { return closed() };
    let accepted = async {
        let Some(place) = handles.place().await else { return closed() };
        let (stream, peer) = next_connection(&listener).await;
        numbered(handles.put(connection(stream, share), place), peer.to_string())
    };
    handles.until_closed(number, accepted).await
}

/// A connection that breaks off before it is there is its client's affair, and too many open files may be fewer
/// in a moment: neither is the listener's end.
pub(super) async fn next_connection(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
        }
    }
}

pub(super) async fn connect(handles: &Handles, address: &str, share: &Share) -> Answer {
    let connected_to = async { TcpStream::connect(place(address)?).await };
    let stream = match connected_to.await {
        Ok(stream) => stream,
        Err(error) => return failed("connecting to", address, &error),
    };
    let peer = stream.peer_addr().map_or_else(|_| address.to_owned(), |peer| peer.to_string());
    opened(handles, connection(stream, share), peer)
}

/// The host and the port of an address, as the permissions read it.
fn place(address: &str) -> io::Result<(String, u16)> {
    let address = Address::parse(address).and_then(|of| Some((of.host, of.port?)));
    address.ok_or_else(|| io::ErrorKind::InvalidInput.into())
}

fn connection(stream: TcpStream, share: &Share) -> Handle {
    // Small messages are to go out at once; where that cannot be, they go out later.
    let _ = stream.set_nodelay(true);
    let (from, to) = stream.into_split();
    let reading = Mutex::new(Reading { from, pending: Vec::new(), share: share.another() });
    Handle::Connection(Arc::new(Connection { reading, writing: Mutex::new(to) }))
}

pub(super) fn opened(handles: &Handles, handle: Handle, address: String) -> Answer {
    match handles.add(handle) {
        Ok(number) => numbered(number, address),
        Err(answer) => answer,
    }
}

fn numbered(number: i64, address: String) -> Answer {
    Answer::Several(vec![Answer::Number(number), Answer::Text(address)])
}

pub(super) async fn receive(handles: &Handles, number: i64, limit: i64) -> Answer {
    if !(1..=READ_BYTES_MAX).contains(&limit) {
        return Answer::Failed(format!(
            "reading {limit} bytes failed: it is 1 to {READ_BYTES_MAX} at a time"
        ));
    }
    let Some(Handle::Connection(connection)) = handles.find(number) else { return closed() };
    let received = async {
        let mut reading = connection.reading.lock().await;
        match reading.some(limit as usize).await {
            Ok(bytes) => Answer::Bytes(bytes),
            Err(error) => interrupted("reading", &error),
        }
    };
    handles.until_closed(number, received).await
}

pub(super) async fn receive_line(handles: &Handles, number: i64) -> Answer {
    let Some(Handle::Connection(connection)) = handles.find(number) else { return closed() };
    let received = async {
        let mut reading = connection.reading.lock().await;
        match reading.line().await.map(|line| line.map(String::from_utf8).transpose()) {
            Ok(Ok(line)) => Answer::Texts(line.into_iter().collect()),
            Ok(Err(_)) => Answer::Failed("reading a line failed: it is no UTF-8".to_owned()),
            Err(error) => interrupted("reading a line", &error),
        }
    };
    handles.until_closed(number, received).await
}

pub(super) async fn send(handles: &Handles, number: i64, bytes: &[u8]) -> Answer {
    let Some(Handle::Connection(connection)) = handles.find(number) else { return closed() };
    let sent = async {
        match connection.writing.lock().await.write_all(bytes).await {
            Ok(()) => Answer::Done,
            Err(error) => interrupted("writing", &error),
        }
    };
    handles.until_closed(number, sent).await
}

impl Reading {
    /// At most so many bytes; none at the end.
    async fn some(&mut self, limit: usize) -> io::Result<Vec<u8>> {
        if self.pending.is_empty() {
            self.pending.reserve(limit);
            (&mut self.from).take(limit as u64).read_buf(&mut self.pending).await?;
        }
        self.cut(limit)
    }

    /// What is pending, at most so much of it.
    fn cut(&mut self, length: usize) -> io::Result<Vec<u8>> {
        let rest = self.pending.split_off(self.pending.len().min(length));
        let cut = std::mem::replace(&mut self.pending, rest);
        self.share.take(self.pending.len())?;
        Ok(cut)
    }

    /// The next line without its end; none at the end.
    async fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut seen = 0;
        loop {
            if let Some(at) = self.pending[seen..].iter().position(|byte| *byte == b'\n') {
                return self.cut(seen + at + 1).map(trimmed).map(Some);
            }
            seen = self.pending.len();
            if seen > LINE_BYTES_MAX {
                let why = format!("it is longer than {} MiB", LINE_BYTES_MAX >> 20);
                return Err(io::Error::other(why));
            }
            if self.from.read_buf(&mut self.pending).await? == 0 {
                let line = self.cut(seen)?;
                return Ok((!line.is_empty()).then_some(line));
            }
            self.share.take(self.pending.len())?;
        }
    }
}

fn trimmed(mut line: Vec<u8>) -> Vec<u8> {
    line.pop();
    line.pop_if(|last| *last == b'\r');
    line
}

fn failed(doing: &str, address: &str, error: &io::Error) -> Answer {
    Answer::Failed(format!("{doing} {address} failed: {}", why(error)))
}

fn interrupted(doing: &str, error: &io::Error) -> Answer {
    if error.kind() == io::ErrorKind::OutOfMemory {
        return Answer::NoRoom;
    }
    Answer::Failed(format!("{doing} failed: {}", why(error)))
}

/// What went wrong, for people.
pub(super) fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
        io::ErrorKind::AddrInUse => "the port is taken".to_owned(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            "the other side has ended the connection".to_owned()
        }
        io::ErrorKind::InvalidInput => HOST_AND_PORT.to_owned(),
        _ => error.to_string(),
    }
}
