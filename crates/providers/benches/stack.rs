//! What the whole stack of wrappers adds to a call, and what this crate adds to reqwest.
//!
//! `cargo bench -p wavecrew-providers --bench stack [-- --check]`
//!
//! Each round makes calls in five ways, one after the other and each time in another order, so that a busy machine slows
//! all of them: a provider that does nothing, the stack around it, reqwest and serde by hand against a server on this
//! machine, [`OpenAi`] against the same server, and the stack around that. The clock is that of the thread, and stands still
//! while others run. The server is a task of the same thread: its work is in the last three figures, and no call has to
//! sleep, after which it would be measured how much other programs took of the caches meanwhile. What one way takes more
//! than another is told by the median over the rounds of the difference within each. With `--check` a stack, or a
//! back-end, or both together, that add more than 5 µs fail. With `--only WAY` one of them is taken all the time, for a profiler.

use std::process::ExitCode;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wavecrew_providers::{
    Breaker, BreakerPolicy, Budget, BudgetLimits, Cost, Deadline, Limit, Message, Metered, OpenAi,
    OpenAiConfig, PriceTable, Priced, Provider, ProviderError, Purse, RateLimit, RateLimits,
    Request, Response, Retry, RetryPolicy, Router, Target, Usage, async_trait,
};

#[path = "common/clock.rs"]
mod clock;
#[path = "common/figures.rs"]
mod figures;

const ROUNDS: usize = 600;
const CALLS: u32 = 20;
const MOST_ADDED: Duration = Duration::from_micros(5);
const WAYS: [&str; 5] = [
    "nothing",
    "stack around nothing",
    "reqwest and serde by hand",
    "OpenAi",
    "stack around OpenAi",
];

#[derive(Debug)]
struct Nothing;

#[async_trait]
impl Provider for Nothing {
    fn name(&self) -> &str {
        "nothing"
    }

    async fn complete(&self, _: &Request) -> Result<Response, ProviderError> {
        Ok(Response::new("nothing", "Blue.")
            .usage(Usage::new(1_000, 3))
            .model("gpt-4o-mini-2024-07-18"))
    }
}

/// Deadline, retry, router with breakers and weights, budget, both limits, price and metrics.
fn stack<P: Provider>(inner: impl Fn() -> P) -> impl Provider {
    let prices = Arc::new(PriceTable::built_in());
    let purse = Purse::new(BudgetLimits::default().cost(Cost::from_nano_usd(u64::MAX)));
    let target = |name: &str| {
        let call = Metered::new(Priced::new(inner(), Arc::clone(&prices)));
        let call = RateLimit::new(
            Limit::adaptive(call, 4..=64),
            RateLimits::per_minute()
                .requests(u64::MAX - 1)
                .tokens(u64::MAX - 1),
        );
        let call = Breaker::new(call, BreakerPolicy::default());
        Target::new(Budget::new(call, purse.clone(), Arc::clone(&prices))).named(name)
    };
    let router =
        Router::new([target("a").weight(90), target("b").weight(10)], []).expect("two targets");
    Deadline::new(
        Retry::new(router, RetryPolicy::default()),
        Duration::from_secs(600),
    )
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let url = runtime.block_on(serve());
    let config = OpenAiConfig::new().base_url(&url).model("gpt-4o-mini");
    // One client, and so one connection, for both ways.
    let backend = Arc::new(OpenAi::new(config).expect("a client"));
    let request = Request::prompt("Why is the sky blue? ".repeat(200))
        .model("gpt-4o-mini")
        .max_output_tokens(100);
    let nothing: Box<dyn Provider> = Box::new(Nothing);
    let stacked: Box<dyn Provider> = Box::new(stack(|| Nothing));
    let whole: Box<dyn Provider> = Box::new(stack(|| Arc::clone(&backend)));
    let client = reqwest::Client::new();
    let ask = |provider: &dyn Provider| {
        timed(&runtime, async || {
            drop(provider.complete(&request).await.expect("an answer"))
        })
    };
    let mut ways = WAYS.map(|name| (name, Vec::new()));
    let only = std::env::args().skip_while(|arg| arg != "--only").nth(1);
    let alone = only.and_then(|only| WAYS.iter().position(|way| *way == only));
    for round in 0..ROUNDS {
        for turn in 0..alone.map_or(WAYS.len(), |_| 1) {
            let way = alone.unwrap_or((round + turn) % WAYS.len());
            ways[way].1.push(match way {
                0 => ask(&*nothing),
                1 => ask(&*stacked),
                2 => timed(&runtime, async || by_hand(&client, &url, &request).await),
                3 => ask(&*backend),
                _ => ask(&*whole),
            });
        }
    }
    if alone.is_some() {
        return ExitCode::SUCCESS;
    }
    let differences = [
        ("stack - nothing", 1, 0),
        ("OpenAi - by hand", 3, 2),
        ("stack around OpenAi - OpenAi", 4, 3),
        ("stack around OpenAi - by hand", 4, 2),
    ];
    let mut differences = differences
        .map(|(name, more, less)| (name, figures::differences(&ways[more].1, &ways[less].1)));
    figures::report("a call", &mut ways);
    let medians = figures::report_differences("a call", &mut differences);
    let bounds = medians.map(|(name, median)| (name, median, MOST_ADDED));
    match figures::beyond(&bounds) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

/// The clock; whoever profiles one way needs none, and valgrind knows no such clock.
fn clock() -> Duration {
    static IS_NEEDED: LazyLock<bool> =
        LazyLock::new(|| std::env::args().all(|arg| arg != "--only"));
    IS_NEEDED.then(clock::now).unwrap_or_default()
}

/// The time of one call, on the average of some.
fn timed(runtime: &tokio::runtime::Runtime, call: impl AsyncFn()) -> Duration {
    runtime.block_on(async {
        let began = clock();
        for _ in 0..CALLS {
            call().await;
        }
        (clock() - began) / CALLS
    })
}

#[derive(Serialize)]
struct Question<'a> {
    model: Option<&'a str>,
    messages: &'a [Message],
    max_tokens: Option<u32>,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Text,
}

#[derive(Deserialize)]
struct Text {
    content: String,
}

/// What a program without this crate would write.
async fn by_hand(client: &reqwest::Client, url: &str, request: &Request) {
    let body = serde_json::to_vec(&Question {
        model: request.model.as_deref(),
        messages: &request.messages,
        max_tokens: request.max_output_tokens,
    });
    let answer = client
        .post(format!("{url}/v1/chat/completions"))
        .header("content-type", "application/json")
        .body(body.expect("JSON"));
    let answer = answer.send().await.expect("an answer");
    let bytes = answer.bytes().await.expect("a body");
    let answer: Completion = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(answer.choices[0].message.content, "Blue.");
}

/// Answers every call with the same, whenever the caller waits.
async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream));
        }
    });
    url
}

async fn answer(mut stream: TcpStream) -> Option<()> {
    let body = r#"{"id":"1","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"Blue."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":3,"total_tokens":1003}}"#;
    let reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut seen = Vec::new();
    loop {
        let head = seen.windows(4).position(|window| window == b"\r\n\r\n");
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&seen[..head]).to_lowercase();
            let length = text
                .split("content-length: ")
                .nth(1)?
                .lines()
                .next()?
                .trim()
                .parse::<usize>()
                .ok()?;
            if seen.len() >= head + 4 + length {
                seen.drain(..head + 4 + length);
                stream.write_all(reply.as_bytes()).await.ok()?;
                continue;
            }
        }
        if stream.read_buf(&mut seen).await.ok()? == 0 {
            return None;
        }
    }
}
