//! A model on the loopback: it answers every task with files, and keeps its own log of what it was asked.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// What the server was asked once.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The task.
    pub(crate) task: String,
    /// The key that came with it.
    pub(crate) key: String,
    /// The model that was asked for.
    pub(crate) model: String,
    /// The most tokens that the answer might have, if that was said.
    pub(crate) most: Option<u64>,
    /// When the whole answer had been handed to the system, if that came to pass.
    pub(crate) delivered: Option<Instant>,
}

/// A model that answers by rule; it ends when it is dropped.
pub(crate) struct ModelServer {
    address: SocketAddr,
    state: Arc<State>,
    accepting: Option<JoinHandle<()>>,
}

type Answer = dyn Fn(&str, &str) -> String + Send + Sync;
type Delay = dyn Fn(&str) -> Duration + Send + Sync;

struct State {
    log: Mutex<Vec<Asked>>,
    over: AtomicBool,
    /// Tokens that it says it used for each answer, in and out.
    usage: [AtomicU64; 2],
    /// Whether it says nothing of that.
    silent: AtomicBool,
    answer: Box<Answer>,
    delay: Box<Delay>,
}

impl ModelServer {
    /// A server that answers (task, prompt) with `answer` after `delay`.
    pub(crate) fn start(
        answer: impl Fn(&str, &str) -> String + Send + Sync + 'static,
        delay: impl Fn(&str) -> Duration + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback has a port");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(State {
            log: Mutex::default(),
            over: AtomicBool::new(false),
            usage: [AtomicU64::new(1), AtomicU64::new(1)],
            silent: AtomicBool::new(false),
            answer: Box::new(answer),
            delay: Box::new(delay),
        });
        let shared = Arc::clone(&state);
        let accepting = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if shared.over.load(Ordering::Acquire) {
                    return;
                }
                let shared = Arc::clone(&shared);
                if let Ok(stream) = stream {
                    std::thread::spawn(move || shared.serve(stream));
                }
            }
        });
        Self {
            address,
            state,
            accepting: Some(accepting),
        }
    }

    /// What to set `OPENAI_BASE_URL` to.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// From now on it says that every answer used so many tokens, in and out.
    pub(crate) fn uses(&self, input: u64, output: u64) {
        self.state.usage[0].store(input, Ordering::Release);
        self.state.usage[1].store(output, Ordering::Release);
    }

    /// From now on it does not say what its answers used.
    pub(crate) fn is_silent_about_usage(&self) {
        self.state.silent.store(true, Ordering::Release);
    }

    /// Everything that it was asked so far.
    pub(crate) fn log(&self) -> Vec<Asked> {
        self.state.log.lock().expect("no thread panics").clone()
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.state.over.store(true, Ordering::Release);
        // The next connection is the one that the listener looks up for.
        let _ = TcpStream::connect(self.address);
        if let Some(accepting) = self.accepting.take() {
            let _ = accepting.join();
        }
    }
}

impl State {
    fn used(&self) -> Option<[u64; 2]> {
        let is_told = !self.silent.load(Ordering::Acquire);
        is_told.then(|| [0, 1].map(|which| self.usage[which].load(Ordering::Acquire)))
    }

    fn serve(&self, mut stream: TcpStream) -> Option<()> {
        let _ = stream.set_nodelay(true);
        let mut reader = BufReader::new(stream.try_clone().ok()?);
        loop {
            let (key, body) = read_request(&mut reader)?;
            let prompt = prompt_of(&body)?;
            let task = task_of(&prompt)?;
            let place = {
                let mut log = self.log.lock().ok()?;
                log.push(Asked {
                    task: task.clone(),
                    key,
                    model: model_of(&body),
                    most: most_of(&body),
                    delivered: None,
                });
                log.len() - 1
            };
            std::thread::sleep((self.delay)(&task));
            stream
                .write_all(response(&(self.answer)(&task, &prompt), self.used()).as_bytes())
                .ok()?;
            self.log.lock().ok()?[place].delivered = Some(Instant::now());
        }
    }
}

/// Key and body of the next request, or `None` when there is none.
fn read_request(reader: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let (mut key, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line.trim_end().is_empty() {
                break;
            }
            continue;
        };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => value.trim_start_matches("Bearer ").clone_into(&mut key),
            "content-length" => length = value.parse().ok()?,
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((key, body))
}

fn prompt_of(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let last = body["messages"].as_array()?.last()?;
    Some(last["content"].as_str()?.to_owned())
}

fn model_of(body: &[u8]) -> String {
    let body: Option<Value> = serde_json::from_slice(body).ok();
    let model = body.and_then(|body| Some(body["model"].as_str()?.to_owned()));
    model.unwrap_or_default()
}

fn most_of(body: &[u8]) -> Option<u64> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let said = ["max_tokens", "max_completion_tokens"].map(|name| body[name].as_u64());
    said.into_iter().flatten().next()
}

/// The id in `# Task ID: Title`; `about ID` where it is asked about a task, and not to do it.
fn task_of(prompt: &str) -> Option<String> {
    if let Some(told) = prompt.strip_prefix("# Task ") {
        return Some(told.split_once(':')?.0.to_owned());
    }
    let about: Value = serde_json::from_str(prompt).ok()?;
    Some(format!("about {}", about["task"].as_str()?))
}

/// The whole response of a server that says something else than a model's text.
pub(crate) fn raw(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn response(text: &str, used: Option<[u64; 2]>) -> String {
    if text.starts_with("HTTP/1.1 ") {
        return text.to_owned();
    }
    let usage = used.map(|[input, output]| {
        json!({ "prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output })
    });
    let body = json!({
        "id": "answer",
        "object": "chat.completion",
        "model": "loopback",
        "choices": [{
            "index": 0,
            "finish_reason": "stop",
            "message": { "role": "assistant", "content": text },
        }],
        "usage": usage,
    })
    .to_string();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}
