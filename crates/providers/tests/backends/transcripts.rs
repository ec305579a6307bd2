//! Answers that real servers gave.

use std::path::PathBuf;

use wavecrew_providers::{
    ErrorKind, Ollama, OllamaConfig, OpenAi, OpenAiConfig, Provider, ProviderError, Request,
    Response,
};

use crate::server::{Reply, Server};
use crate::{ask, ask_stream, options};

/// What an answer means: its text, or the kind of its failure.
type Meaning = Result<&'static str, ErrorKind>;

fn transcript(file: &str) -> String {
    let folder = std::env::var_os("WAVECREW_SHARED").expect("WAVECREW_SHARED names the folder");
    let path = PathBuf::from(folder).join("data/transcripts").join(file);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The answer of this name, with the end of the connection in place of its recorded framing.
fn recorded(transcript: &str, name: &str) -> Reply {
    let heading = format!("--- {name}\n");
    let start = transcript
        .find(&heading)
        .unwrap_or_else(|| panic!("no answer {name}"))
        + heading.len();
    let text = transcript[start..].split("\n--- ").next().unwrap();
    let (head, body) = text.split_once("\n\n").unwrap();
    let framing = ["transfer-encoding:", "content-length:", "connection:"];
    let head: String = head
        .lines()
        .filter(|line| {
            !framing
                .iter()
                .any(|name| line.to_lowercase().starts_with(name))
        })
        .map(|line| format!("{line}\r\n"))
        .collect();
    Reply::Bytes(format!("{head}\r\n{}", body.trim_end()).into_bytes())
}

/// Asks for a stream: how it ended.
async fn check_stream(reply: Reply, native: bool, expected: Meaning, name: &str) {
    let server = Server::start([reply]).await;
    let (_, end) = ask_stream(&provider(&server, native), &Request::prompt("hi")).await;
    means(end, expected, name);
}

async fn check(reply: Reply, native: bool, expected: Meaning, name: &str) {
    let server = Server::start([reply]).await;
    let end = ask(&provider(&server, native), &Request::prompt("hi")).await;
    means(end, expected, name);
}

fn provider(server: &Server, native: bool) -> Box<dyn Provider> {
    let url = server.url.as_str();
    if native {
        let config = OllamaConfig::new().host(url).model("tiny");
        Box::new(Ollama::new(config.http(options())).unwrap())
    } else {
        let config = OpenAiConfig::new().base_url(url).model("tiny");
        Box::new(OpenAi::new(config.http(options())).unwrap())
    }
}

fn means(end: Result<Response, ProviderError>, expected: Meaning, name: &str) {
    let found = end.as_ref().map(|response| response.text.as_str());
    let found = found.map_err(|error| error.kind());
    assert_eq!(found, expected, "{name}: {end:?}");
}

#[tokio::test]
#[ignore = "needs WAVECREW_SHARED"]
async fn recorded_streams() {
    use ErrorKind::*;
    let hello = Ok("Hello! How can I help you today?");
    for (file, name, native, expected) in [
        ("aimock-transcript.txt", "stream", false, hello),
        ("aimock-transcript.txt", "429", false, Err(RateLimited)),
        ("aimock-transcript.txt", "ollama", true, hello),
        ("aimock-transcript.txt", "ollama-ns", true, hello),
        // The recording breaks off in the middle of an event.
        ("litellm-transcript.txt", "stream", false, Err(Incomplete)),
        // Its model was cut at its limit of tokens.
        ("ollama-0.33.txt", "oai-stream", false, Err(Incomplete)),
        ("ollama-0.33.txt", "chat-stream", true, Err(Incomplete)),
    ] {
        check_stream(recorded(&transcript(file), name), native, expected, name).await;
    }
    // The model died: one server says so, the other just stops.
    for (file, kind, native, expected) in [
        (
            "ollama-midstream-native.txt",
            "application/x-ndjson",
            true,
            Err(Server),
        ),
        (
            "ollama-midstream-openai.txt",
            "text/event-stream",
            false,
            Err(Incomplete),
        ),
    ] {
        let text = transcript(file);
        let body = text.lines().filter(|line| !line.starts_with("curl"));
        let body: String = body.map(|line| format!("{line}\n")).collect();
        let reply = Reply::Bytes(crate::server::stream(kind, body));
        check_stream(reply, native, expected, file).await;
    }
}

#[tokio::test]
#[ignore = "needs WAVECREW_SHARED"]
async fn answers_of_compatible_servers() {
    use ErrorKind::*;
    let files: [(&str, &[(&str, Meaning)]); 3] = [
        (
            "aimock-transcript.txt",
            &[
                ("chat", Ok("Hello! How can I help you today?")),
                ("429", Err(RateLimited)),
                ("quota", Err(Quota)),
                ("ollama-404", Err(ModelNotFound)),
                ("flaky1", Err(RateLimited)),
                ("flaky2", Err(Overloaded)),
                ("flaky3", Ok("third time lucky")),
            ],
        ),
        (
            "litellm-transcript.txt",
            &[
                ("ok", Ok("Hello from LiteLLM mock")),
                ("429", Err(RateLimited)),
                ("ctx", Err(ContextOverflow)),
                ("500", Err(Server)),
                ("badmodel", Err(ModelNotFound)),
                ("rpm2", Ok("limited")),
                ("rpm3", Err(RateLimited)),
                ("llamacpp", Err(Incomplete)),
                ("olla", Ok("Hello! How can I help you today?")),
                ("ollamatags", Err(Configuration)),
            ],
        ),
        (
            "ollama-0.33.txt",
            &[
                ("oai-chat", Err(Incomplete)),
                ("oai-404", Err(ModelNotFound)),
            ],
        ),
    ];
    for (file, answers) in files {
        let text = transcript(file);
        for (name, expected) in answers {
            check(recorded(&text, name), false, *expected, name).await;
        }
    }
}

#[tokio::test]
#[ignore = "needs WAVECREW_SHARED"]
async fn answers_of_ollama() {
    use ErrorKind::*;
    let real: &[(&str, Meaning)] = &[
        ("chat-stream", Err(Incomplete)),
        ("chat", Err(Incomplete)),
        ("load", Err(BadResponse)),
        ("404-chat", Err(ModelNotFound)),
        ("badjson", Err(BadRequest)),
        ("empty", Err(BadRequest)),
        ("badmodelname", Err(BadRequest)),
        ("badoption", Err(BadRequest)),
        ("badformat", Err(BadRequest)),
        ("overflow-truncate-false", Err(ContextOverflow)),
        ("think", Err(BadRequest)),
        ("tools", Err(BadRequest)),
        ("nopath", Err(Configuration)),
        ("wrongmethod", Err(Configuration)),
    ];
    let text = transcript("ollama-0.33.txt");
    for (name, expected) in real {
        check(recorded(&text, name), true, *expected, name).await;
    }
    let text = transcript("aimock-transcript.txt");
    let hello = Ok("Hello! How can I help you today?");
    for (name, expected) in [
        ("ollama", hello),
        ("ollama-ns", hello),
        ("ollama-429", Err(RateLimited)),
    ] {
        check(recorded(&text, name), true, expected, name).await;
    }
}

#[tokio::test]
#[ignore = "needs WAVECREW_SHARED"]
async fn a_model_that_dies_in_the_middle() {
    let text = transcript("ollama-midstream-native.txt");
    let body: String = text.lines().filter(|line| line.starts_with('{')).collect();
    let reply = Reply::Bytes(format!("HTTP/1.1 200 OK\r\n\r\n{body}").into_bytes());
    check(reply, true, Err(ErrorKind::Server), "midstream").await;
}
