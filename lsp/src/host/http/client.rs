//! Asking a server: one connection for each request.

use std::time::Duration;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, HOST, HeaderValue, USER_AGENT};
use hyper::{Method, Request, Response, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use weir_runtime_sim::{Answer, Fetch};

use super::super::address::Address;
use super::super::room::Share;
use super::super::tcp::why;
use super::{BODY_BYTES_MAX, HEADERS_MAX, headers_of, texts_of, too_long};

const PORT_DEFAULT: u16 = 80;
const WHO: &str = concat!("weir/", env!("CARGO_PKG_VERSION"));

/// The server's answer, within the time that is given for it.
pub(in crate::host) async fn fetch(mut of: Fetch, share: &Share) -> Answer {
    let time = Duration::from_nanos(u64::try_from(of.timeout_ns).unwrap_or(0));
    let body = std::mem::take(&mut of.body);
    let why = match timeout(time, exchange(&of, body, share)).await {
        Ok(Ok(answer)) => return answer,
        Ok(Err(why)) => why,
        Err(_) => format!("no answer within {time:?}"),
    };
    Answer::Failed(format!("{} {} failed: {why}", of.method, of.url))
}

async fn exchange(of: &Fetch, body: String, share: &Share) -> Result<Answer, String> {
    let (address, request) = request(of, body)?;
    let place = (address.host, address.port.unwrap_or(PORT_DEFAULT));
    let stream = TcpStream::connect(place).await.map_err(|error| why(&error))?;
    let mut builder = hyper::client::conn::http1::Builder::new();
    let handshake = builder.max_headers(HEADERS_MAX).handshake(TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.map_err(|error| said(&error))?;
    // It ends with this set, however that comes about.
    let mut connections = JoinSet::new();
    connections.spawn(connection);
    let response = sender.send_request(request).await.map_err(|error| said(&error))?;
    answer(response, share).await
}

/// Where to, and what is sent there.
fn request(of: &Fetch, body: String) -> Result<(Address, Request<Full<Bytes>>), String> {
    let url: Uri = of.url.parse().map_err(|_| "this is no address of the web".to_owned())?;
    match url.scheme_str() {
        Some("http") => {}
        Some("https") => {
            return Err(
                "this version of Weir has no encryption: only `http://` is there".to_owned()
            );
        }
        _ => return Err("an address begins with `http://`".to_owned()),
    }
    let address = Address::of_url(&url).ok_or(
        "the address is to name a host, and a port from 0 to 65535 if need be; names and passwords go \
         into headers",
    )?;
    let method = Method::try_from(of.method.as_str()).map_err(|error| error.to_string())?;
    let mut request = Request::new(Full::from(body));
    *request.method_mut() = method;
    let target = url.path_and_query().map_or("/", |target| target.as_str());
    *request.uri_mut() =
        target.parse().map_err(|_| "the address cannot be asked for".to_owned())?;
    let headers = request.headers_mut();
    let host = url.authority().map_or("", |authority| authority.as_str());
    let host = HeaderValue::try_from(host).map_err(|error| error.to_string())?;
    headers.insert(HOST, host);
    headers.insert(USER_AGENT, HeaderValue::from_static(WHO));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    headers.extend(headers_of(&of.headers)?);
    Ok((address, request))
}

async fn answer(response: Response<Incoming>, share: &Share) -> Result<Answer, String> {
    let (head, mut incoming) = response.into_parts();
    let mut body = Vec::new();
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| format!("its body broke off: {error}"))?;
        let Ok(part) = frame.into_data() else { continue };
        if body.len() + part.len() > BODY_BYTES_MAX {
            return Err(too_long());
        }
        if share.take_more(part.len()).is_err() {
            return Ok(Answer::NoRoom);
        }
        body.extend_from_slice(&part);
    }
    let body = String::from_utf8(body);
    let body = body.map_err(|_| "its body is no UTF-8".to_owned())?;
    let status = i64::from(head.status.as_u16());
    let headers = Answer::Texts(texts_of(&head.headers));
    Ok(Answer::Several(vec![Answer::Number(status), headers, Answer::Text(body)]))
}

/// What went wrong between the two, for people.
fn said(error: &hyper::Error) -> String {
    if error.is_parse_too_large() {
        format!("its answer has more than {HEADERS_MAX} headers, or they are too long")
    } else if error.is_parse() {
        "its answer is no HTTP".to_owned()
    } else if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        "the server ended the connection without an answer".to_owned()
    } else {
        error.to_string()
    }
}
