//! Addresses of servers.

use std::fmt;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use super::tls;

/// An address as it was given: it may hold a password or a key, so it is shown without them.
#[derive(Clone)]
pub(crate) struct Address(SecretString);

impl Address {
    pub(crate) fn new(address: impl Into<String>) -> Self {
        Self(SecretString::from(address.into()))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (address, hidden) = match self.expose().split_once(['?', '#']) {
            Some((address, hidden)) => (address, hidden),
            None => (self.expose(), ""),
        };
        let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
        let rest = match rest.rsplit_once('@') {
            Some((_, host)) => host,
            // What stands before may be the beginning of a password.
            None if hidden.contains('@') => "…",
            None => rest,
        };
        if scheme.is_empty() {
            f.write_str(rest)
        } else {
            write!(f, "{scheme}://{rest}")
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}

/// The base address of a server, checked. A user name and password in it are sent as an `Authorization` header.
#[derive(Clone)]
pub(crate) struct Endpoint(Url);

impl Endpoint {
    /// # Errors
    ///
    /// What is wrong with the address, in words that hold no password.
    pub(crate) fn parse(address: &Address) -> Result<Self, String> {
        let mut url =
            Url::parse(address.expose().trim()).map_err(|error| format!("`{address}`: {error}"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!(
                "`{address}` does not start with http:// or https://"
            ));
        }
        if url.scheme() == "https" && !tls::AVAILABLE {
            return Err(format!(
                "`{address}` needs TLS, and this program was built without it (feature {})",
                tls::FEATURES
            ));
        }
        url.set_fragment(None);
        Ok(Self(url))
    }

    /// The address with these path segments after its own path, however that ends. A query stays.
    pub(crate) fn join(mut self, segments: &[&str]) -> Self {
        if let Ok(mut path) = self.0.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        self
    }

    /// The address with these path segments in place of the last ones.
    pub(crate) fn beside(mut self, last: usize, segments: &[&str]) -> Self {
        if let Ok(mut path) = self.0.path_segments_mut() {
            path.pop_if_empty();
            for _ in 0..last {
                path.pop();
            }
            path.extend(segments);
        }
        self
    }

    /// The address without what must not be shown.
    pub(crate) fn shown(&self) -> String {
        Address::new(self.0.as_str()).to_string()
    }

    pub(crate) fn url(&self) -> &Url {
        &self.0
    }

    /// The last segment of the path that is not empty.
    pub(crate) fn last_segment(&self) -> Option<&str> {
        self.0.path_segments()?.rfind(|segment| !segment.is_empty())
    }

    pub(crate) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// Whether the server is on this machine, by its address: no name but `localhost` is looked up.
    pub(crate) fn is_loopback(&self) -> bool {
        let host = self.host();
        let address = host.trim_start_matches('[').trim_end_matches(']');
        let address: Result<std::net::IpAddr, _> = address.parse();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// What must not be shown, under its name: the password, and each value of the query, which may be a key. A server may
    /// echo them as they are or as the address has them.
    pub(crate) fn secrets(&self) -> Vec<(String, SecretString)> {
        // What is sent of a login is decoded. A user without a password is a key.
        let login = self.0.password().unwrap_or(self.0.username());
        let decoded = |text: &str| {
            let url = Url::parse(&format!("http://h/?x={}", text.replace('+', "%2B"))).ok()?;
            let first = url.query_pairs().next()?;
            Some(first.1.into_owned())
        };
        let mut secrets = Vec::new();
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                secrets.push((name.to_owned(), value.to_owned()));
            }
        };
        add("password", login);
        add("password", &decoded(login).unwrap_or_default());
        for (name, value) in self.0.query_pairs() {
            add(&name, &value);
        }
        let pairs = self.0.query().unwrap_or_default().split('&');
        for (name, value) in pairs.filter_map(|pair| pair.split_once('=')) {
            add(name, value);
        }
        secrets.sort();
        secrets.dedup();
        let secret = |(name, value)| (name, SecretString::from(value));
        secrets.into_iter().map(secret).collect()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Address::new(self.0.as_str()), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Result<Endpoint, String> {
        Endpoint::parse(&Address::new(address))
    }

    #[test]
    fn a_path_is_added_after_the_address_however_it_ends() {
        for (address, joined) in [
            ("http://h", "http://h/v1/chat"),
            ("http://h/", "http://h/v1/chat"),
            ("http://h:1/a/", "http://h:1/a/v1/chat"),
            ("http://[::1]:8080/a/", "http://[::1]:8080/a/v1/chat"),
            ("http://h/a?key=1#x", "http://h/a/v1/chat?key=1"),
        ] {
            assert_eq!(
                parse(address).unwrap().join(&["v1", "chat"]).url().as_str(),
                joined
            );
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let address = Address::new("http://me:p%40ss@h:1/v1?key=s3cret");
        let endpoint = Endpoint::parse(&address).unwrap();
        assert_eq!(address.to_string(), "http://h:1/v1");
        assert_eq!(
            format!("{address:?} {endpoint:?}"),
            "\"http://h:1/v1\" \"http://h:1/v1\""
        );
        // The password as it is sent and as the address has it, and the value of the query.
        assert_eq!(endpoint.secrets().len(), 3);
    }

    #[test]
    fn a_bad_address_is_explained() {
        for (address, fault) in [
            ("localhost:8080/v1", "does not start with http"),
            ("file:///etc/passwd", "does not start with http"),
            ("/v1", "relative URL without a base"),
            ("http://", "empty host"),
            (
                "http://me:hunter2@h:99999",
                "`http://h:99999`: invalid port",
            ),
            ("http://me:hun#ter2@h/v1", "`http://…`: invalid port"),
            ("http://me:hun?ter2@h/v1", "`http://…`: invalid port"),
        ] {
            let error = parse(address).unwrap_err();
            assert!(error.contains(fault), "{error}");
        }
    }
}
