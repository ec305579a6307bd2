//! Waits that have an end.

use std::pin::pin;
use std::task::Poll;

use tokio::time::{Instant, sleep_until};

/// The moment came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Late;

/// What the future gives, unless the moment comes first; without a moment it has all the time. The moment is asked for, and
/// a timer set, only when the future has to wait: most find at once what they want.
///
/// # Errors
///
/// The moment came.
pub(crate) async fn within<F: Future>(
    end: impl FnOnce() -> Option<Instant>,
    future: F,
) -> Result<F::Output, Late> {
    let mut future = pin!(future);
    let mut timer = pin!(None);
    let mut end = Some(end);
    std::future::poll_fn(|cx| {
        if let Poll::Ready(output) = future.as_mut().poll(cx) {
            return Poll::Ready(Ok(output));
        }
        if let Some(end) = end.take().and_then(|end| end()) {
            timer.set(Some(sleep_until(end)));
        }
        match timer.as_mut().as_pin_mut() {
            Some(timer) => timer.poll(cx).map(|()| Err(Late)),
            None => Poll::Pending,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test(start_paused = true)]
    async fn whichever_comes_first() {
        let began = Instant::now();
        let slow = || tokio::time::sleep(2 * SECOND);
        assert_eq!(within(|| Some(began + SECOND), slow()).await, Err(Late));
        assert_eq!(began.elapsed(), SECOND);
        assert_eq!(within(|| Some(began + 9 * SECOND), slow()).await, Ok(()));
        assert_eq!(within(|| None, slow()).await, Ok(()));
        assert_eq!(began.elapsed(), 5 * SECOND);
        // What is there counts, however late it is asked for; and then nobody asks for the moment.
        let asked = || panic!("no need to know");
        assert_eq!(within(asked, async { 7 }).await, Ok(7));
        assert_eq!(within(|| Some(began), slow()).await, Err(Late));
    }
}
