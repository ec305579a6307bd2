//! The forms of `OLLAMA_HOST`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::http::Address;

const PORT: &str = "11434";
const LOOPBACK: &str = "127.0.0.1";

/// The URL that a value of `OLLAMA_HOST` means to a client. The rules are those of Ollama's own client (its
/// `envconfig.Host` and `ConnectableHost`).
pub(super) fn address(host: &Address) -> Address {
    let text = host.expose().trim().trim_matches(['"', '\'']).trim();
    let (scheme, rest, port) = match text.split_once("://") {
        None if text == "ollama.com" => ("https", text, "443"),
        None => ("http", text, PORT),
        Some(("http", rest)) => ("http", rest, "80"),
        Some(("https", rest)) => ("https", rest, "443"),
        // Left to the check of the address, which will name it.
        Some(_) => return host.clone(),
    };
    let (authority, path) = match rest.find('/') {
        Some(at) => rest.split_at(at),
        None => (rest, ""),
    };
    let (login, authority) = match authority.rsplit_once('@') {
        Some((login, authority)) => (format!("{login}@"), authority),
        None => (String::new(), authority),
    };
    let (name, stated) = split_port(authority);
    let port = stated
        .filter(|port| port.parse::<u16>().is_ok())
        .unwrap_or(port);
    Address::new(format!(
        "{scheme}://{login}{}:{port}{path}",
        connectable(name)
    ))
}

/// Host and port of `host`, `host:port`, `[v6]`, `[v6]:port`, or a bare IPv6 address.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    if authority.parse::<Ipv6Addr>().is_ok() {
        return (authority, None);
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// The host as a client can reach it, in brackets where that is needed.
fn connectable(host: &str) -> String {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse::<IpAddr>() {
        Err(_) if host.is_empty() => LOOPBACK.to_owned(),
        Err(_) => host.to_owned(),
        Ok(IpAddr::V4(Ipv4Addr::UNSPECIFIED)) => LOOPBACK.to_owned(),
        Ok(IpAddr::V6(Ipv6Addr::UNSPECIFIED)) => "[::1]".to_owned(),
        Ok(IpAddr::V4(ip)) => ip.to_string(),
        Ok(IpAddr::V6(ip)) => format!("[{ip}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_means_what_it_means_to_ollama() {
        for (host, url) in [
            ("", "http://127.0.0.1:11434"),
            ("example.com", "http://example.com:11434"),
            ("example.com:1234", "http://example.com:1234"),
            (":1234", "http://127.0.0.1:1234"),
            ("1.2.3.4", "http://1.2.3.4:11434"),
            ("0.0.0.0", "http://127.0.0.1:11434"),
            ("0.0.0.0:5000", "http://127.0.0.1:5000"),
            ("::", "http://[::1]:11434"),
            ("[::]:5000", "http://[::1]:5000"),
            ("::1", "http://[::1]:11434"),
            ("[::1]", "http://[::1]:11434"),
            ("[fe80::1]:80", "http://[fe80::1]:80"),
            ("http://example.com", "http://example.com:80"),
            ("https://example.com", "https://example.com:443"),
            ("https://example.com:8443/", "https://example.com:8443/"),
            ("http://example.com/ollama", "http://example.com:80/ollama"),
            ("example.com/ollama", "http://example.com:11434/ollama"),
            ("example.com:66000", "http://example.com:11434"),
            ("example.com:port", "http://example.com:11434"),
            ("https://example.com:-1", "https://example.com:443"),
            ("ollama.com", "https://ollama.com:443"),
            (" \"example.com:1\" ", "http://example.com:1"),
            ("http://me:pw@example.com:1", "http://me:pw@example.com:1"),
        ] {
            assert_eq!(address(&Address::new(host)).expose(), url, "{host}");
        }
    }
}
