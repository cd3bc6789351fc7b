//! Requests and answers over HTTP/1.1, without encryption: whoever needs that puts a proxy before it.

mod client;
mod paced;
mod server;

use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};

pub(super) use client::fetch;
pub(super) use server::{Reply, Server, next_request, reply, serve};

/// The longest body that is read.
const BODY_BYTES_MAX: usize = 1 << 26;
/// How many headers a request or an answer may have.
const HEADERS_MAX: usize = 100;

/// Names and values by turns; those that stand there several times, as one.
fn texts_of(headers: &HeaderMap) -> Vec<String> {
    let mut texts = Vec::new();
    for name in headers.keys() {
        let values = headers.get_all(name).iter();
        let values: Vec<_> =
            values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        texts.extend([name.to_string(), values.join(", ")]);
    }
    texts
}

/// Headers of names and values by turns; why not, if that cannot be.
fn headers_of(texts: &[String]) -> Result<HeaderMap, String> {
    if texts.len() / 2 > HEADERS_MAX {
        return Err(format!("it has more than {HEADERS_MAX} headers"));
    }
    let mut headers = HeaderMap::new();
    for pair in texts.chunks_exact(2) {
        let name = HeaderName::try_from(&pair[0]);
        let name = name.map_err(|_| format!("{:?} is no name of a header", pair[0]))?;
        let value = HeaderValue::try_from(&pair[1]);
        let value =
            value.map_err(|_| format!("the header {name} has characters it cannot have"))?;
        headers.insert(name, value);
    }
    Ok(headers)
}

fn too_long() -> String {
    format!("its body is longer than {} MiB", BODY_BYTES_MAX >> 20)
}
