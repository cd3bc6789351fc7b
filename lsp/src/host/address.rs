//! Where something is to be reached: a host and a port, as they are granted and as they are connected to.
//!
//! Invariant: who asks whether an address is granted and who connects to it read it here, so that both
//! mean the same host.

use std::net::{IpAddr, Ipv6Addr};

use hyper::Uri;

/// What is said of a text that is no address.
pub(super) const HOST_AND_PORT: &str =
    "an address is a host and a port, such as localhost:8080 or [::1]:8080";

/// A host, and a port if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// In small letters, without brackets and the dot that may end a full name; a numeric one in its
    /// shortest form.
    pub(super) host: String,
    pub(super) port: Option<u16>,
}

impl Address {
    /// A host, alone or with a port: `localhost:80`, `[::1]:80`, `::1`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Ok(number) = text.parse::<Ipv6Addr>() {
            return Some(Self { host: number.to_string(), port: None });
        }
        if text.contains(['/', '?', '#']) {
            return None;
        }
        Self::of_url(&format!("http://{text}/").parse().ok()?)
    }

    /// The host and the port of a page. One with a name or a password before an `@` is none: they would
    /// read as a host to some.
    pub(super) fn of_url(url: &Uri) -> Option<Self> {
        let authority = url.authority()?;
        let (name, port) = (authority.host(), authority.port());
        let length = name.len() + port.as_ref().map_or(0, |port| port.as_str().len() + 1);
        if authority.as_str().len() != length {
            return None;
        }
        let port = port.map(|port| port.as_str().parse::<u16>()).transpose().ok()?;
        let host = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
            Some(number) => number.parse::<Ipv6Addr>().ok()?.to_string(),
            None => plain(name)?,
        };
        Some(Self { host, port })
    }

    /// Whether what was granted for this address grants another: all its ports, unless it names one.
    pub(super) fn grants(&self, other: &Self) -> bool {
        self.host == other.host && (self.port.is_none() || self.port == other.port)
    }
}

fn plain(name: &str) -> Option<String> {
    let name = name.strip_suffix('.').unwrap_or(name);
    match name.parse::<IpAddr>() {
        Ok(number) => Some(number.to_string()),
        Err(_) => (!name.is_empty()).then(|| name.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(host: &str, port: Option<u16>) -> Option<Address> {
        Some(Address { host: host.to_owned(), port })
    }

    #[test]
    fn the_many_ways_to_write_a_host_are_one() {
        for text in ["localhost:80", "LOCALHOST:80", "localhost.:80"] {
            assert_eq!(Address::parse(text), of("localhost", Some(80)), "{text}");
        }
        for text in ["::1", "[::1]", "[0:0::1]", "0:0:0:0:0:0:0:1"] {
            assert_eq!(Address::parse(text), of("::1", None), "{text}");
        }
        assert_eq!(Address::parse("[2001:DB8::a]:443"), of("2001:db8::a", Some(443)));
        assert_eq!(Address::parse("127.0.0.1"), of("127.0.0.1", None));
    }

    #[test]
    fn a_page_is_at_the_host_that_its_address_names() {
        let of_url = |url: &str| url.parse::<Uri>().ok().and_then(|url| Address::of_url(&url));
        assert_eq!(of_url("http://Example.org./a:b@c?d#e"), of("example.org", None));
        assert_eq!(of_url("http://example.org:8080?x=/"), of("example.org", Some(8080)));
        assert_eq!(of_url("http://[::1]:80/"), of("::1", Some(80)));
        for url in [
            "http://localhost@example.org/",
            "http://localhost:80@example.org/",
            "http://user:secret@example.org:80/",
            "http://example.org:80:81/",
            "http://example.org:99999/",
            "http://example.org:/",
            "http://[::1/",
            "http:///path",
            "/path",
        ] {
            assert_eq!(of_url(url), None, "{url}");
        }
    }

    #[test]
    fn what_names_no_host_is_no_address() {
        for text in
            ["", ":80", ".", "a b", "a/b", "a?b", "a#b", "u@h", "h:", "h:x", "h:70000", "[h]:80"]
        {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_grant_is_for_a_host_and_for_all_its_ports_or_one() {
        let grants = |granted: &str, other: &str| {
            let (granted, other) = (Address::parse(granted), Address::parse(other));
            granted.zip(other).is_some_and(|(granted, other)| granted.grants(&other))
        };
        assert!(grants("localhost", "LOCALHOST.:8080") && grants("localhost:80", "localhost:80"));
        assert!(grants("::1", "[::1]:80") && grants("[::0001]:80", "[::1]:80"));
        for (granted, other) in [
            ("localhost", "localhost.example:80"),
            ("localhost", "notlocalhost:80"),
            ("localhost:80", "localhost:81"),
            ("localhost:80", "localhost"),
            ("127.0.0.1", "127.1:80"),
            ("127.0.0.1", "[::ffff:127.0.0.1]:80"),
        ] {
            assert!(!grants(granted, other), "{granted} {other}");
        }
    }
}
