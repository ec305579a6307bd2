use std::sync::Arc;
use std::time::Duration;

use wavecrew_providers::{
    Cost, ErrorKind, Metered, Provider, ProviderMetrics, Response, Scripted, Usage,
};

use super::{Slow, collected, failure, request};

#[tokio::test(start_paused = true)]
async fn calls_errors_tokens_money_and_time_are_counted() {
    let model = Slow::new(Duration::from_millis(250), |_, call| match call {
        0 => Err(failure(ErrorKind::Overloaded).with_attempts(3)),
        1 => Ok("nothing known".into()),
        _ => Ok(Response::new("slow", "x")
            .usage(Usage::new(10, 5))
            .cost(Cost::from_nano_usd(3))),
    });
    let metered = Metered::new(Arc::clone(&model));
    for _ in 0..10 {
        let _ = metered.complete(&request()).await;
    }
    collected(&metered).await.unwrap();
    let given_up =
        tokio::time::timeout(Duration::from_millis(1), metered.complete(&request())).await;
    assert!(given_up.is_err());
    let metrics = metered.clone().metrics();
    assert_eq!(
        (
            metrics.requests,
            metrics.calls,
            metrics.answers,
            metrics.abandoned
        ),
        (12, 14, 10, 1)
    );
    assert_eq!(
        metrics.errors.into_iter().collect::<Vec<_>>(),
        [(ErrorKind::Overloaded, 1)]
    );
    assert_eq!(
        (
            metrics.input_tokens,
            metrics.output_tokens,
            metrics.uncounted
        ),
        (90, 45, 1)
    );
    assert_eq!(
        (metrics.cost, metrics.unpriced),
        (Cost::from_nano_usd(27), 1)
    );
    let latency = metrics.latency.unwrap();
    assert_eq!(
        (latency.p50, latency.max),
        (Duration::from_millis(250), Duration::from_millis(250))
    );
    assert!(metrics.first_piece.is_some());
}

#[tokio::test(start_paused = true)]
async fn quantiles_are_never_too_short_and_at_most_a_tenth_too_long() {
    let model = Arc::new(Scripted::by(|_| Ok("x")));
    let slow: Vec<u64> = (1..=1_000).collect();
    let metered = Metered::new(Uneven(model, std::sync::Mutex::new(slow.into_iter())));
    for _ in 0..1_000 {
        metered.complete(&request()).await.unwrap();
    }
    let latency = metered.metrics().latency.unwrap();
    for (told, exact) in [
        (latency.p50, 500.0),
        (latency.p90, 900.0),
        (latency.p99, 990.0),
    ] {
        let told = told.as_secs_f64() * 1_000.0;
        assert!(told >= exact && told <= exact * 1.1, "{told} {exact}");
    }
    assert_eq!(latency.max, Duration::from_millis(1_000));
    let json = serde_json::to_string(&metered.metrics()).unwrap();
    assert_eq!(
        serde_json::from_str::<ProviderMetrics>(&json).unwrap(),
        metered.metrics()
    );
}

/// Takes so many milliseconds, each call another number.
#[derive(Debug)]
struct Uneven(Arc<Scripted>, std::sync::Mutex<std::vec::IntoIter<u64>>);

#[wavecrew_providers::async_trait]
impl Provider for Uneven {
    fn name(&self) -> &str {
        "uneven"
    }

    async fn complete(
        &self,
        request: &wavecrew_providers::Request,
    ) -> Result<Response, wavecrew_providers::ProviderError> {
        let ms = self.1.lock().unwrap().next().unwrap();
        tokio::time::sleep(Duration::from_millis(ms)).await;
        self.0.complete(request).await
    }
}
