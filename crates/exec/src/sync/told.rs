//! What loom has no types for: the real ones, each with an atomic of loom's beside it that is touched whenever
//! they are. So loom may change threads there, and knows what happened before what by their contracts; what goes
//! on inside of them is not what is checked here.

use std::future::poll_fn;
use std::pin::pin;

use loom::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Orders all threads that touch it, as a lock does that is taken and given back.
#[derive(Debug, Default)]
struct Touched(AtomicUsize);

impl Touched {
    fn touch(&self) {
        self.0.fetch_add(1, Ordering::AcqRel);
    }

    /// Touches it before each poll.
    async fn around<F: Future>(&self, inner: F) -> F::Output {
        let mut inner = pin!(inner);
        poll_fn(|cx| {
            self.touch();
            inner.as_mut().poll(cx)
        })
        .await
    }
}

#[derive(Debug, Default)]
pub(crate) struct Notify {
    touched: Touched,
    inner: tokio::sync::Notify,
}

impl Notify {
    pub(crate) fn notified(&self) -> impl Future<Output = ()> + '_ {
        self.touched.touch();
        // At once: it hears of whatever comes after this call.
        self.touched.around(self.inner.notified())
    }

    pub(crate) fn notify_waiters(&self) {
        self.touched.touch();
        self.inner.notify_waiters();
    }
}

#[derive(Debug, Default)]
pub(crate) struct CancellationToken {
    touched: Touched,
    inner: tokio_util::sync::CancellationToken,
}

impl CancellationToken {
    pub(crate) fn cancel(&self) {
        self.touched.touch();
        self.inner.cancel();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.touched.touch();
        self.inner.is_cancelled()
    }

    pub(crate) async fn cancelled(&self) {
        self.touched.around(self.inner.cancelled()).await;
    }
}

/// Filled once. Who finds it filled knows all that its filler knew; who is too early finds it empty.
#[derive(Debug, Default)]
pub(crate) struct OnceLock<T> {
    is_full: AtomicBool,
    inner: std::sync::OnceLock<T>,
}

impl<T> OnceLock<T> {
    pub(crate) fn new() -> Self {
        Self {
            is_full: AtomicBool::new(false),
            inner: std::sync::OnceLock::new(),
        }
    }

    pub(crate) fn get(&self) -> Option<&T> {
        let is_full = self.is_full.load(Ordering::Acquire);
        is_full.then(|| self.inner.get().expect("it is full"))
    }

    pub(crate) fn set(&self, value: T) -> Result<(), T> {
        self.inner.set(value)?;
        self.is_full.store(true, Ordering::Release);
        Ok(())
    }

    pub(crate) fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        if self.get().is_none() {
            let is_mine = self.set(make()).is_ok();
            assert!(is_mine, "one thread fills what is filled here");
        }
        self.get().expect("it is full")
    }

    pub(crate) fn into_inner(self) -> Option<T> {
        self.inner.into_inner()
    }
}

pub(crate) mod oneshot {
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::{Context, Poll};

    use tokio::sync::oneshot;
    use tokio::sync::oneshot::error::RecvError;

    use super::Touched;

    #[derive(Debug)]
    pub(crate) struct Sender<T> {
        touched: Arc<Touched>,
        inner: oneshot::Sender<T>,
    }

    #[derive(Debug)]
    pub(crate) struct Receiver<T> {
        touched: Arc<Touched>,
        inner: oneshot::Receiver<T>,
    }

    pub(crate) fn channel<T>() -> (Sender<T>, Receiver<T>) {
        let (sender, receiver) = oneshot::channel();
        let touched = Arc::default();
        let sender = Sender {
            touched: Arc::clone(&touched),
            inner: sender,
        };
        let receiver = Receiver {
            touched,
            inner: receiver,
        };
        (sender, receiver)
    }

    impl<T> Sender<T> {
        pub(crate) fn send(self, value: T) -> Result<(), T> {
            self.touched.touch();
            self.inner.send(value)
        }
    }

    impl<T> Future for Receiver<T> {
        type Output = Result<T, RecvError>;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
            self.touched.touch();
            Pin::new(&mut self.inner).poll(cx)
        }
    }
}
