//! A small HTTP server that answers from a script and keeps what it was asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How to answer one call.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// These bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// Silence for so long, then these bytes and the end of the connection.
    Late(Duration, Vec<u8>),
    /// These bytes, then silence.
    Stall(Vec<u8>),
    /// These bytes, then a blank every few milliseconds for ever.
    Drip(Vec<u8>),
    /// These bytes, then the others every few milliseconds for ever.
    Repeat(Vec<u8>, &'static [u8]),
    /// These bytes, then the others as fast as they are taken, for ever.
    Flood(Vec<u8>, &'static [u8]),
    /// These bytes, each in a packet of its own, then the end of the connection.
    Bytewise(Vec<u8>),
    /// The end of the connection by a reset.
    Reset,
}

/// A call as the server saw it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// Listens on a free port of this machine until it is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
    open: Arc<AtomicUsize>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Answers the calls in this order, and all further ones like the last.
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let replies: Vec<Reply> = replies.into_iter().collect();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let open = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&open);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (replies, log, count) = (replies.clone(), Arc::clone(&log), Arc::clone(&count));
                tokio::spawn(async move {
                    count.fetch_add(1, Ordering::SeqCst);
                    serve(stream, replies, log).await;
                    count.fetch_sub(1, Ordering::SeqCst);
                });
            }
        });
        Self {
            url,
            seen,
            open,
            task,
        }
    }

    /// How many connections there are now.
    pub(crate) fn open(&self) -> usize {
        self.open.load(Ordering::SeqCst)
    }

    /// What was asked so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An answer of this status, with further header lines and a body.
pub(crate) fn http(status: u16, headers: &[&str], body: impl AsRef<[u8]>) -> Reply {
    let body = body.as_ref();
    let mut bytes = format!(
        "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\n",
        body.len()
    );
    for header in headers {
        bytes += &format!("{header}\r\n");
    }
    bytes += "connection: close\r\n\r\n";
    Reply::Bytes([bytes.as_bytes(), body].concat())
}

/// A stream of this kind: the head, and these bytes until the end of the connection.
pub(crate) fn stream(kind: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nconnection: close\r\n\r\n");
    [head.as_bytes(), body.as_ref()].concat()
}

async fn serve(mut stream: TcpStream, replies: Vec<Reply>, log: Arc<Mutex<Vec<Seen>>>) {
    let Some(seen) = read(&mut stream).await else {
        return;
    };
    let call = {
        let mut log = log.lock().unwrap();
        log.push(seen);
        log.len() - 1
    };
    let Some(reply) = replies.get(call).or(replies.last()) else {
        return;
    };
    let bytes = match reply {
        Reply::Bytes(bytes) | Reply::Stall(bytes) | Reply::Drip(bytes) => bytes.as_slice(),
        Reply::Repeat(bytes, _) | Reply::Flood(bytes, _) => bytes.as_slice(),
        Reply::Late(wait, bytes) => {
            tokio::time::sleep(*wait).await;
            bytes.as_slice()
        }
        Reply::Bytewise(_) | Reply::Reset => &[],
    };
    // A client that has had enough closes its end, which ends the task.
    if stream.write_all(bytes).await.is_err() {
        return;
    }
    match reply {
        Reply::Bytes(_) | Reply::Late(..) => drop(stream.shutdown().await),
        Reply::Stall(_) => drop(stream.read(&mut [0]).await),
        Reply::Drip(_) => repeat(&mut stream, b" ", Duration::from_millis(5)).await,
        Reply::Repeat(_, unit) => repeat(&mut stream, unit, Duration::from_millis(5)).await,
        Reply::Flood(_, unit) => repeat(&mut stream, unit, Duration::ZERO).await,
        Reply::Bytewise(bytes) => {
            stream.set_nodelay(true).unwrap();
            for byte in bytes {
                if stream.write_all(&[*byte]).await.is_err() {
                    return;
                }
                tokio::task::yield_now().await;
            }
            drop(stream.shutdown().await);
        }
        Reply::Reset => stream.set_zero_linger().unwrap(),
    }
}

async fn repeat(stream: &mut TcpStream, unit: &[u8], pause: Duration) {
    while stream.write_all(unit).await.is_ok() {
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
            let length = head.to_lowercase().lines().find_map(|line| {
                line.strip_prefix("content-length:")?
                    .trim()
                    .parse::<usize>()
                    .ok()
            });
            let body = &bytes[end + 4..];
            if body.len() >= length.unwrap_or(0) {
                let path = head.split(' ').nth(1).unwrap().to_owned();
                return Some(Seen {
                    path,
                    head,
                    // A look-up has none.
                    body: serde_json::from_slice(body).unwrap_or_default(),
                });
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
