//! What the whole stack of wrappers adds to a call.
//!
//! `cargo bench -p wavecrew-providers --bench stack [-- --check]`
//!
//! Each round makes calls in four ways, one after the other, so that a busy machine slows all of them: a provider that
//! does nothing, the stack around it, reqwest and serde by hand against a server on this machine, and the stack around
//! [`OpenAi`] against the same server. The server has a thread of its own; the clock is that of this thread, and
//! stands still while others run. With `--check` a stack that adds more than 5 µs to a call fails.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use wavecrew_providers::{
    Breaker, BreakerPolicy, Budget, BudgetLimits, Cost, Deadline, Limit, Metered, OpenAi,
    OpenAiConfig, PriceTable, Priced, Provider, ProviderError, Purse, RateLimit, RateLimits,
    Request, Response, Retry, RetryPolicy, Router, Target, Usage, async_trait,
};

#[path = "common/clock.rs"]
mod clock;
#[path = "common/figures.rs"]
mod figures;

const ROUNDS: usize = 200;
const CALLS: u32 = 50;
const MOST_ADDED: Duration = Duration::from_micros(5);

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
    let url = serve();
    let openai = || {
        OpenAi::new(
            OpenAiConfig::new()
                .base_url(format!("{url}/v1"))
                .model("gpt-4o-mini"),
        )
        .expect("a client")
    };
    let request = Request::prompt("Why is the sky blue? ".repeat(200))
        .model("gpt-4o-mini")
        .max_output_tokens(100);
    let nothing: Box<dyn Provider> = Box::new(Nothing);
    let stacked: Box<dyn Provider> = Box::new(stack(|| Nothing));
    let backend: Box<dyn Provider> = Box::new(openai());
    let whole: Box<dyn Provider> = Box::new(stack(openai));
    let client = reqwest::Client::new();
    let mut ways = [
        "nothing",
        "stack around nothing",
        "reqwest and serde by hand",
        "OpenAi",
        "stack around OpenAi",
    ]
    .map(|name| (name, Vec::new()));
    for _ in 0..ROUNDS {
        let ask = |provider: &dyn Provider| {
            timed(&runtime, async || {
                drop(provider.complete(&request).await.expect("an answer"))
            })
        };
        ways[0].1.push(ask(&*nothing));
        ways[1].1.push(ask(&*stacked));
        ways[2].1.push(timed(&runtime, async || {
            by_hand(&client, &url, &request).await
        }));
        ways[3].1.push(ask(&*backend));
        ways[4].1.push(ask(&*whole));
    }
    let medians = figures::report("a call", &mut ways);
    let added = medians[1].saturating_sub(medians[0]);
    match figures::beyond(&[("the stack adds", added, MOST_ADDED)]) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

/// The time of one call, on the average of some.
fn timed(runtime: &tokio::runtime::Runtime, call: impl AsyncFn()) -> Duration {
    runtime.block_on(async {
        let began = clock::now();
        for _ in 0..CALLS {
            call().await;
        }
        (clock::now() - began) / CALLS
    })
}

/// What a program without this crate would write.
async fn by_hand(client: &reqwest::Client, url: &str, request: &Request) {
    let body = json!({
        "model": request.model,
        "messages": request.messages,
        "max_tokens": request.max_output_tokens,
    });
    let body = serde_json::to_vec(&body).expect("JSON");
    let answer = client
        .post(format!("{url}/v1/chat/completions"))
        .header("content-type", "application/json")
        .body(body);
    let bytes = answer
        .send()
        .await
        .expect("an answer")
        .bytes()
        .await
        .expect("a body");
    let value: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(value["choices"][0]["message"]["content"], "Blue.");
}

/// Answers every call with the same, on a thread for each connection.
fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    url
}

fn answer(mut stream: TcpStream) -> Option<()> {
    let body = r#"{"id":"1","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant","content":"Blue."},"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":3,"total_tokens":1003}}"#;
    let reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut seen = Vec::new();
    let mut chunk = [0; 16 << 10];
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
                stream.write_all(reply.as_bytes()).ok()?;
                continue;
            }
        }
        match stream.read(&mut chunk).ok()? {
            0 => return None,
            read => seen.extend_from_slice(&chunk[..read]),
        }
    }
}
