//! Serving: requests wait in a queue until the program takes them, and connections for the answers.

use std::convert::Infallible;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::percent_decode_str;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;
use weir_runtime_sim::Answer;

use super::super::handles::{Handle, Handles, Waiting, closed};
use super::super::room::Share;
use super::super::tcp::{bind, next_connection, opened};
use super::paced::Paced;
use super::{BODY_BYTES_MAX, HEADERS_MAX, headers_of, texts_of};

/// How many connections a server has at once; further ones wait.
const CONNECTIONS_MAX: usize = 1_024;
/// How many requests wait for the program; further ones are not read so far.
const WAITING_REQUESTS_MAX: usize = 64;
/// How long a client may take for its headers.
const HEADERS_TIME: Duration = Duration::from_secs(30);
/// How long its headers may be.
const HEADERS_BYTES_MAX: usize = 1 << 16;
/// How long it may take for its body, once there is room for that.
const BODY_TIME: Duration = Duration::from_secs(30);
/// How much room there is at most for bodies that the program has not taken; further ones wait unread.
const BODIES_BYTES_MAX: usize = 8 * BODY_BYTES_MAX;
// One body of any length has room.
const _: () = assert!(BODIES_BYTES_MAX >= BODY_BYTES_MAX && BODY_BYTES_MAX <= u32::MAX as usize);
/// How long a client may take nothing of an answer. If it takes some now and then, see [`Paced`].
const ANSWER_TIME: Duration = Duration::from_secs(30);

const ABOUT_TO_END: &str = "the server is about to end";

/// A server. With it end its connections.
#[derive(Debug)]
pub(in crate::host) struct Server {
    requests: tokio::sync::Mutex<mpsc::Receiver<Asked>>,
    _connections: JoinSet<()>,
}

/// A request, and where its answer goes.
#[derive(Debug)]
struct Asked {
    request: Vec<Answer>,
    /// The room that its body takes.
    _room: OwnedSemaphorePermit,
    reply: oneshot::Sender<Reply>,
}

/// What is answered.
#[derive(Debug)]
pub(in crate::host) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Body,
}

/// The body of an answer. It takes its room until the client has it.
#[derive(Debug)]
struct Body {
    text: String,
    _share: Option<Share>,
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        self.text.as_bytes()
    }
}

/// Begins to serve; so many bytes of bodies may wait at most.
pub(in crate::host) async fn serve(
    handles: &Handles,
    address: &str,
    memory_max_bytes: u64,
) -> Answer {
    let (listener, listens_at) = match bind(address).await {
        Ok(bound) => bound,
        Err(answer) => return answer,
    };
    let (sender, requests) = mpsc::channel(WAITING_REQUESTS_MAX);
    let room = usize::try_from(memory_max_bytes).unwrap_or(usize::MAX).min(BODIES_BYTES_MAX);
    let queue = Queue { sender, room: BodyRoom::of(room) };
    let mut connections = JoinSet::new();
    connections.spawn(accept_all(listener, queue));
    let server = Server { requests: tokio::sync::Mutex::new(requests), _connections: connections };
    opened(handles, Handle::Server(Arc::new(server)), listens_at)
}

/// Where requests wait for the program, and the room for their bodies.
#[derive(Clone, Debug)]
struct Queue {
    sender: mpsc::Sender<Asked>,
    room: BodyRoom,
}

/// The room for bodies.
#[derive(Clone, Debug)]
struct BodyRoom {
    bytes: Arc<Semaphore>,
    /// How long one may be.
    body_max: usize,
}

impl BodyRoom {
    fn of(bytes: usize) -> Self {
        Self { bytes: Arc::new(Semaphore::new(bytes)), body_max: bytes.min(BODY_BYTES_MAX) }
    }

    fn too_long(&self) -> (StatusCode, String) {
        (StatusCode::PAYLOAD_TOO_LARGE, format!("the body is longer than {} bytes", self.body_max))
    }
}

async fn accept_all(listener: TcpListener, queue: Queue) {
    let mut connections = JoinSet::new();
    loop {
        while connections.len() >= CONNECTIONS_MAX {
            connections.join_next().await;
        }
        while connections.try_join_next().is_some() {}
        let (stream, _) = next_connection(&listener).await;
        connections.spawn(answer_all(stream, queue.clone()));
    }
}

/// The requests of one connection.
async fn answer_all(stream: TcpStream, queue: Queue) {
    let service = service_fn(|request| {
        let queue = queue.clone();
        async move { Ok::<_, Infallible>(answer(request, queue).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADERS_TIME);
    builder.max_headers(HEADERS_MAX).max_buf_size(HEADERS_BYTES_MAX);
    // What goes wrong on a connection is the client's affair, and ends it.
    let stream = TokioIo::new(Paced::new(stream, ANSWER_TIME));
    let _ = builder.serve_connection(stream, service).await;
}

async fn answer(request: Request<Incoming>, queue: Queue) -> Response<Full<Bytes>> {
    let (request, room) = match read(request, queue.room, BODY_TIME).await {
        Ok(read) => read,
        Err((status, why)) => return plain(status, why),
    };
    let (reply, answered) = oneshot::channel();
    let is_asked = queue.sender.send(Asked { request, _room: room, reply }).await.is_ok();
    match answered.await {
        Ok(reply) if is_asked => {
            let mut response = Response::new(Full::from(Bytes::from_owner(reply.body)));
            *response.status_mut() = reply.status;
            response.headers_mut().extend(reply.headers);
            response
        }
        _ => plain(StatusCode::SERVICE_UNAVAILABLE, ABOUT_TO_END.to_owned()),
    }
}

/// The request as the program gets it and the room it takes, or what its client is told.
async fn read<B>(
    request: Request<B>,
    room: BodyRoom,
    time: Duration,
) -> Result<(Vec<Answer>, OwnedSemaphorePermit), (StatusCode, String)>
where
    B: hyper::body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let (head, body) = request.into_parts();
    // One that does not say how long it is may be as long as any.
    let length = body.size_hint().upper().unwrap_or(room.body_max as u64);
    let length = match u32::try_from(length) {
        Ok(length) if length as usize <= room.body_max => length,
        _ => return Err(room.too_long()),
    };
    let has_room = room.bytes.clone().acquire_many_owned(length).await;
    let has_room =
        has_room.map_err(|_| (StatusCode::SERVICE_UNAVAILABLE, ABOUT_TO_END.to_owned()))?;
    let body = timeout(time, Limited::new(body, room.body_max).collect()).await;
    let body = body.map_err(|_| {
        let why = format!("the body took longer than {} seconds", time.as_secs());
        (StatusCode::REQUEST_TIMEOUT, why)
    })?;
    let body = body.map_err(|error| match error.is::<LengthLimitError>() {
        true => room.too_long(),
        false => (StatusCode::BAD_REQUEST, "the body broke off".to_owned()),
    })?;
    let body = String::from_utf8(body.to_bytes().into());
    let body = body.map_err(|_| (StatusCode::BAD_REQUEST, "the body is no UTF-8".to_owned()))?;
    let query = head.uri.query().unwrap_or_default().as_bytes();
    let query = form_urlencoded::parse(query)
        .flat_map(|(name, value)| [name.into_owned(), value.into_owned()]);
    let path = percent_decode_str(head.uri.path()).decode_utf8_lossy().into_owned();
    let request = vec![
        Answer::Text(head.method.to_string()),
        Answer::Text(path),
        Answer::Texts(query.collect()),
        Answer::Texts(texts_of(&head.headers)),
        Answer::Text(body),
    ];
    Ok((request, has_room))
}

fn plain(status: StatusCode, why: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(why + "\n"));
    *response.status_mut() = status;
    response
}

pub(in crate::host) async fn next_request(handles: &Handles, number: i64, share: &Share) -> Answer {
    let Some(Handle::Server(server)) = handles.find(number) else { return closed() };
    let next = async {
        loop {
            let Some(asked) = server.requests.lock().await.recv().await else { return closed() };
            let waiting = Arc::new(Mutex::new(Some(asked.reply)));
            let has_room = share.take(asked.request.iter().map(Answer::bytes).sum()).is_ok();
            match handles.add(Handle::Request(waiting.clone())) {
                Ok(number) if !has_room => {
                    handles.close(number);
                    answer_with(&waiting, overloaded());
                }
                Ok(number) => {
                    let number = std::iter::once(Answer::Number(number));
                    return Answer::Several(number.chain(asked.request).collect());
                }
                // Nobody but this client hears of it.
                Err(_) => answer_with(&waiting, overloaded()),
            }
        }
    };
    handles.until_closed(number, next).await
}

/// Answers a request, once; a client that has gone is no mistake.
pub(in crate::host) fn reply(
    handles: &Handles,
    share: Share,
    request: i64,
    status: i64,
    headers: &[String],
    body: &str,
) -> Answer {
    let Some(Handle::Request(waiting)) = handles.find(request) else { return closed() };
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let Some(status) = status.filter(|status| !status.is_informational()) else {
        return Answer::Failed("a status is a number from 200 to 999".to_owned());
    };
    let headers = match headers_of(headers) {
        Ok(headers) => headers,
        Err(why) => return Answer::Failed(format!("the answer cannot be sent: {why}")),
    };
    if share.take(body.len()).is_err() {
        return Answer::NoRoom;
    }
    handles.close(request);
    let body = Body { text: body.to_owned(), _share: Some(share) };
    answer_with(&waiting, Reply { status, headers, body });
    Answer::Done
}

fn answer_with(waiting: &Waiting, reply: Reply) {
    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(waiting) = waiting {
        let _ = waiting.send(reply);
    }
}

fn overloaded() -> Reply {
    let text = "the server has too many requests and connections open\n".to_owned();
    let body = Body { text, _share: None };
    Reply { status: StatusCode::SERVICE_UNAVAILABLE, headers: HeaderMap::new(), body }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use hyper::body::Frame;

    use super::super::super::room::Room;
    use super::*;

    /// A body whose end never comes.
    struct Slow;

    impl hyper::body::Body for Slow {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            Poll::Pending
        }
    }

    fn wait<T>(work: impl Future<Output = T>) -> T {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().expect("a thread").block_on(work)
    }

    const MOMENT: Duration = Duration::from_millis(20);

    #[test]
    fn a_body_that_does_not_come_to_its_end_is_given_up() {
        let room = BodyRoom::of(BODIES_BYTES_MAX);
        let answered = wait(read(Request::new(Slow), room.clone(), MOMENT));
        let status = answered.map(|_| ()).map_err(|(status, _)| status);
        assert_eq!(status, Err(StatusCode::REQUEST_TIMEOUT));
        assert_eq!(room.bytes.available_permits(), BODIES_BYTES_MAX);
    }

    #[test]
    fn a_body_is_not_read_before_there_is_room_for_it() {
        let room = BodyRoom::of(10);
        let post = |length: usize| Request::new(Full::from("x".repeat(length)));
        wait(async {
            let (_, first) = read(post(8), room.clone(), MOMENT).await.expect("it has room");
            assert!(timeout(MOMENT, read(post(8), room.clone(), MOMENT)).await.is_err());
            drop(first);
            assert!(read(post(8), room.clone(), MOMENT).await.is_ok());
        });
    }

    #[test]
    fn a_body_that_says_it_is_too_long_is_refused_unread() {
        let room = BodyRoom::of(BODIES_BYTES_MAX);
        let long = Full::from("x".repeat(BODY_BYTES_MAX + 1));
        let answered = wait(read(Request::new(long), room, MOMENT));
        let status = answered.map(|_| ()).map_err(|(status, _)| status);
        assert_eq!(status, Err(StatusCode::PAYLOAD_TOO_LARGE));
    }

    #[test]
    fn a_request_without_a_free_number_is_refused_and_the_server_goes_on() {
        wait(async {
            let handles = Handles::of_at_most(2);
            let (sender, requests) = mpsc::channel(2);
            let requests = tokio::sync::Mutex::new(requests);
            let server = Arc::new(Server { requests, _connections: JoinSet::new() });
            let server = handles.add(Handle::Server(server)).expect("there is room");
            let room = Arc::new(Semaphore::new(0));
            let ask = || {
                let room = room.clone().try_acquire_many_owned(0).expect("it is open");
                let (reply, answered) = oneshot::channel();
                let asked = Asked { request: Vec::new(), _room: room, reply };
                sender.try_send(asked).expect("the server listens");
                answered
            };
            let first = ask();
            let share = Arc::new(Room::default()).share();
            let Answer::Several(first_number) = next_request(&handles, server, &share).await else {
                panic!("the first one has room")
            };
            let refused = ask();
            let next = timeout(MOMENT, next_request(&handles, server, &share)).await;
            assert!(next.is_err(), "{next:?}");
            let refused = refused.await.expect("it is answered");
            assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
            let [Answer::Number(first_number)] = first_number[..] else { panic!("a number") };
            let replied = reply(&handles, share.another(), first_number, 200, &[], "fine");
            assert_eq!(replied, Answer::Done);
            assert_eq!(first.await.expect("it is answered").body.text, "fine");
            let _third = ask();
            assert!(matches!(next_request(&handles, server, &share).await, Answer::Several(_)));
        });
    }
}
