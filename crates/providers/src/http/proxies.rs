//! Proxies, as the usual variables name them.

use secrecy::{ExposeSecret, SecretString};

/// Never asked through a proxy: what runs on this machine.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// The proxies that calls go through; none by default.
///
/// An address on this machine is never asked through a proxy, so that a local model server stays reachable where a
/// proxy is set for everything else.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    http: Option<SecretString>,
    https: Option<SecretString>,
    exceptions: String,
}

impl Proxies {
    /// Reads the variables `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`, in small or capital letters, through
    /// the given lookup.
    pub fn from_vars(lookup: impl Fn(&str) -> Option<String>) -> Self {
        let either = |name: &str| {
            let value = lookup(name).or_else(|| lookup(&name.to_uppercase()));
            value.filter(|value| !value.trim().is_empty())
        };
        let proxy = |name| {
            either(name)
                .or_else(|| either("all_proxy"))
                .map(SecretString::from)
        };
        Self {
            http: proxy("http_proxy"),
            https: proxy("https_proxy"),
            exceptions: either("no_proxy").unwrap_or_default(),
        }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.http.is_none() && self.https.is_none()
    }

    /// Makes the client use these proxies and no others.
    pub(super) fn apply(
        &self,
        mut builder: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, String> {
        builder = builder.no_proxy();
        let exceptions = format!("{LOOPBACK},{}", self.exceptions);
        let exceptions = || reqwest::NoProxy::from_string(&exceptions);
        if let Some(address) = &self.https {
            let proxy = reqwest::Proxy::https(address.expose_secret())
                .map_err(|_| "the address of the https proxy is not a URL".to_owned())?;
            builder = builder.proxy(proxy.no_proxy(exceptions()));
        }
        if let Some(address) = &self.http {
            let proxy = reqwest::Proxy::http(address.expose_secret())
                .map_err(|_| "the address of the http proxy is not a URL".to_owned())?;
            builder = builder.proxy(proxy.no_proxy(exceptions()));
        }
        Ok(builder)
    }
}
