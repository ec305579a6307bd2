//! Keeps what was asked and answered, and gives it again.

mod recording;

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

pub use self::recording::{Exchange, Recording, RecordingError};
use crate::ticket::{self, Ticket};
use crate::{CallLimits, ErrorKind, Provider, ProviderError, Request, Response, ResponseStream};

/// A provider that keeps every question and what came of it; a call that is given up leaves nothing. Clones keep
/// together.
///
/// # Order
///
/// Around a back-end it records single calls, around [`Retry`](crate::Retry) what callers saw.
///
/// ```
/// use wavecrew_providers::{Provider, Record, Replay, Request, Scripted};
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let model = Record::new(Scripted::new("model", [Ok("Blue.")]));
/// let question = Request::prompt("What colour is the sky?");
/// let answer = model.complete(&question).await?;
/// let replay = Replay::new("model", model.recording());
/// assert_eq!(replay.complete(&question).await?, answer);
/// # Ok::<(), wavecrew_providers::ProviderError>(()) }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Record<P> {
    inner: P,
    exchanges: Arc<Mutex<Vec<Exchange>>>,
}

impl<P> Record<P> {
    /// Nothing recorded yet.
    pub fn new(inner: P) -> Self {
        Self {
            inner,
            exchanges: Arc::default(),
        }
    }

    /// What was recorded so far.
    pub fn recording(&self) -> Recording {
        let exchanges = self
            .exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        Recording {
            exchanges: exchanges.clone(),
        }
    }

    /// The provider inside.
    pub fn get_ref(&self) -> &P {
        &self.inner
    }

    fn question(&self, request: &Request) -> Question<'_> {
        Question {
            exchanges: &self.exchanges,
            request: request.clone(),
        }
    }
}

struct Question<'a> {
    exchanges: &'a Mutex<Vec<Exchange>>,
    request: Request,
}

impl Ticket for Question<'_> {
    fn settle(mut self, end: &Result<Response, ProviderError>) {
        self.request.limits = CallLimits::default();
        let exchange = Exchange {
            request: self.request,
            end: end.clone(),
        };
        let mut exchanges = self
            .exchanges
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        exchanges.push(exchange);
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl<P: Provider> Provider for Record<P> {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let question = self.question(request);
        ticket::complete(&self.inner, request, question).await
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let question = self.question(request);
        ticket::stream(&self.inner, request, question).await
    }
}

/// A provider that answers as was recorded: equal requests get their answers in the recorded order.
///
/// # Errors
///
/// Those that were recorded; [`ErrorKind::Configuration`] for a request that was not recorded, or not so often.
pub struct Replay {
    name: String,
    answers: Mutex<BTreeMap<String, VecDeque<Result<Response, ProviderError>>>>,
}

impl Replay {
    /// Answers under this name from the recording.
    pub fn new(name: impl Into<String>, recording: Recording) -> Self {
        let mut answers: BTreeMap<String, VecDeque<_>> = BTreeMap::new();
        for exchange in recording.exchanges {
            answers
                .entry(key(&exchange.request))
                .or_default()
                .push_back(exchange.end);
        }
        Self {
            name: name.into(),
            answers: Mutex::new(answers),
        }
    }

    /// How many answers were not asked for yet.
    pub fn left(&self) -> usize {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.values().map(VecDeque::len).sum()
    }
}

/// What makes two requests the same question.
pub(crate) fn key(request: &Request) -> String {
    // A temperature that is no number is `null` to JSON, so that this cannot fail.
    serde_json::to_string(request).unwrap_or_default()
}

#[async_trait]
impl Provider for Replay {
    fn name(&self) -> &str {
        &self.name
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.get_mut(&key(request)).and_then(VecDeque::pop_front);
        answer.unwrap_or_else(|| {
            let message = "the recording has no further answer to this request";
            Err(ProviderError::new(
                ErrorKind::Configuration,
                &self.name,
                message,
            ))
        })
    }

    /// Gives what was recorded word by word, and breaks off as it did.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        ResponseStream::of_end(&self.name, self.complete(request).await)
    }
}

impl fmt::Debug for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replay")
            .field("name", &self.name)
            .field("left", &self.left())
            .finish()
    }
}
