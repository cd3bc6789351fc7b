//! Serving: requests wait in a queue until the program takes them, and connections for the answers.

use std::convert::Infallible;
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
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use weir_runtime_sim::Answer;

use super::super::handles::{Handle, Handles, closed};
use super::super::tcp::bind;
use super::{BODY_BYTES_MAX, HEADERS_MAX, headers_of, texts_of, too_long};

/// How many connections a server has at once; further ones wait.
const CONNECTIONS_MAX: usize = 1_024;
/// How many requests wait for the program; further ones are not read so far.
const WAITING_REQUESTS_MAX: usize = 64;
/// How long a client may take for its headers.
const HEADERS_TIME: Duration = Duration::from_secs(30);

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
    reply: oneshot::Sender<Reply>,
}

/// What is answered.
#[derive(Debug)]
pub(in crate::host) struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

pub(in crate::host) async fn serve(handles: &Handles, address: &str) -> Answer {
    let listener = match bind(address).await {
        Ok((listener, _)) => listener,
        Err(answer) => return answer,
    };
    let (sender, requests) = mpsc::channel(WAITING_REQUESTS_MAX);
    let mut connections = JoinSet::new();
    connections.spawn(accept_all(listener, sender));
    let server = Server { requests: tokio::sync::Mutex::new(requests), _connections: connections };
    handles.add(Handle::Server(Arc::new(server))).map_or_else(|answer| answer, Answer::Number)
}

async fn accept_all(listener: TcpListener, sender: mpsc::Sender<Asked>) {
    let mut connections = JoinSet::new();
    loop {
        while connections.len() >= CONNECTIONS_MAX {
            connections.join_next().await;
        }
        while connections.try_join_next().is_some() {}
        match listener.accept().await {
            Ok((stream, _)) => {
                connections.spawn(answer_all(stream, sender.clone()));
            }
            // Too many files are open, say: it may be better in a moment.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// The requests of one connection.
async fn answer_all(stream: TcpStream, sender: mpsc::Sender<Asked>) {
    let service = service_fn(|request| {
        let sender = sender.clone();
        async move { Ok::<_, Infallible>(answer(request, sender).await) }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEADERS_TIME).max_headers(HEADERS_MAX);
    // What goes wrong on a connection is the client's affair, and ends it.
    let _ = builder.serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, sender: mpsc::Sender<Asked>) -> Response<Full<Bytes>> {
    let request = match read(request).await {
        Ok(request) => request,
        Err((status, why)) => return plain(status, why),
    };
    let (reply, answered) = oneshot::channel();
    let is_asked = sender.send(Asked { request, reply }).await.is_ok();
    match answered.await {
        Ok(reply) if is_asked => {
            let mut response = Response::new(Full::from(reply.body));
            *response.status_mut() = reply.status;
            response.headers_mut().extend(reply.headers);
            response
        }
        _ => plain(StatusCode::SERVICE_UNAVAILABLE, "the server is about to end".to_owned()),
    }
}

/// The request as the program gets it, or what its client is told.
async fn read(request: Request<Incoming>) -> Result<Vec<Answer>, (StatusCode, String)> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, BODY_BYTES_MAX).collect().await;
    let body = body.map_err(|error| match error.is::<LengthLimitError>() {
        true => (StatusCode::PAYLOAD_TOO_LARGE, too_long()),
        false => (StatusCode::BAD_REQUEST, "the body broke off".to_owned()),
    })?;
    let body = String::from_utf8(body.to_bytes().into());
    let body = body.map_err(|_| (StatusCode::BAD_REQUEST, "the body is no UTF-8".to_owned()))?;
    let query = head.uri.query().unwrap_or_default().as_bytes();
    let query = form_urlencoded::parse(query)
        .flat_map(|(name, value)| [name.into_owned(), value.into_owned()]);
    let path = percent_decode_str(head.uri.path()).decode_utf8_lossy().into_owned();
    Ok(vec![
        Answer::Text(head.method.to_string()),
        Answer::Text(path),
        Answer::Texts(query.collect()),
        Answer::Texts(texts_of(&head.headers)),
        Answer::Text(body),
    ])
}

fn plain(status: StatusCode, why: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(why + "\n"));
    *response.status_mut() = status;
    response
}

pub(in crate::host) async fn next_request(handles: &Handles, number: i64) -> Answer {
    let Some(Handle::Server(server)) = handles.find(number) else { return closed() };
    let next = async {
        let Some(asked) = server.requests.lock().await.recv().await else { return closed() };
        let reply = Arc::new(Mutex::new(Some(asked.reply)));
        match handles.add(Handle::Request(reply)) {
            Ok(number) => {
                let number = std::iter::once(Answer::Number(number));
                Answer::Several(number.chain(asked.request).collect())
            }
            Err(answer) => answer,
        }
    };
    handles.until_closed(number, next).await
}

/// Answers a request, once; a client that has gone is no mistake.
pub(in crate::host) fn reply(
    handles: &Handles,
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
    handles.close(request);
    let waiting = waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(waiting) = waiting {
        let _ = waiting.send(Reply { status, headers, body: body.to_owned() });
    }
    Answer::Done
}
