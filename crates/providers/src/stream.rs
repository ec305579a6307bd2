//! An answer as it comes.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::future::poll_fn;
use futures::stream::{self, Stream};

use crate::{ErrorKind, ProviderError, Response};

/// A part of an answer that is on its way.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum StreamEvent {
    /// The next piece of the text.
    Text(String),
    /// The whole answer: its text is all the pieces joined, its usage, cost and ids are as
    /// [`complete`](crate::Provider::complete) would give them. Nothing comes after it.
    Done(Box<Response>),
}

type Item = Result<StreamEvent, ProviderError>;
type End<'a> =
    Box<dyn FnOnce(Result<Response, ProviderError>) -> Result<Response, ProviderError> + Send + 'a>;

/// An answer as it comes: pieces of text, and then exactly one [`StreamEvent::Done`] or one error.
///
/// It is a [`Stream`], fused, and has [`next`](Self::next) of its own for those who need no adapters. What a
/// provider promises is kept here, so that no back-end can forget it:
///
/// - a stream that ends without [`StreamEvent::Done`] ends with [`ErrorKind::Incomplete`];
/// - an error carries the text that came before it as its [`partial`](ProviderError::partial);
/// - the text of the last event is all the pieces joined, whatever the back-end put there;
/// - no piece is empty, and nothing follows the last event or the first error.
///
/// Dropping the stream gives the call up.
///
/// ```
/// use wavecrew_providers::{Provider, Request, Scripted, StreamEvent};
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let provider = Scripted::new("model", [Ok("Blue, mostly.")]);
/// let mut answer = provider.stream(&Request::prompt("What colour is the sky?")).await?;
/// let mut shown = String::new();
/// while let Some(event) = answer.next().await {
///     match event? {
///         StreamEvent::Text(piece) => shown += &piece,
///         StreamEvent::Done(response) => assert_eq!(response.text, shown),
///         _ => {}
///     }
/// }
/// # Ok::<(), wavecrew_providers::ProviderError>(()) }).unwrap();
/// ```
pub struct ResponseStream<'a> {
    inner: Option<Pin<Box<dyn Stream<Item = Item> + Send + 'a>>>,
    /// An event that was looked at and not yet given out.
    peeked: Option<Item>,
    /// Whoever has to know how it ended, the innermost first.
    ends: Vec<End<'a>>,
    /// Whoever has to know when the first piece came.
    first: Option<Box<dyn FnOnce() + Send + 'a>>,
    provider: String,
    text: String,
}

impl<'a> ResponseStream<'a> {
    /// Keeps the promises over what a back-end of this name reads: any number of pieces of text, then
    /// [`StreamEvent::Done`] with a response whose text may be empty, or an error.
    pub fn new(provider: impl Into<String>, events: impl Stream<Item = Item> + Send + 'a) -> Self {
        Self {
            inner: Some(Box::pin(events)),
            peeked: None,
            ends: Vec::new(),
            first: None,
            provider: provider.into(),
            text: String::new(),
        }
    }

    /// An answer that is whole already: one piece, and the end.
    pub fn of(response: Response) -> Self {
        let piece = Some(response.text.clone()).filter(|text| !text.is_empty());
        let provider = response.provider.clone();
        let pieces = piece.map(StreamEvent::Text).into_iter();
        let events = pieces.chain([StreamEvent::Done(Box::new(response))]);
        Self::new(provider, stream::iter(events.map(Ok)))
    }

    /// An answer whose end is known already, word by word. An error that carries a part of an answer gives the words of
    /// that part first: a stream that breaks off.
    ///
    /// # Errors
    ///
    /// The error that came before any text did.
    pub(crate) fn of_end(
        provider: &str,
        end: Result<Response, ProviderError>,
    ) -> Result<Self, ProviderError> {
        let partial = end.as_ref().map_or_else(ProviderError::partial, Some);
        let text = partial.map_or("", |response| &response.text);
        if let (Err(error), "") = (&end, text) {
            return Err(error.clone());
        }
        let words = text.split_inclusive(' ').map(str::to_owned);
        let words = words.map(|word| Ok(StreamEvent::Text(word)));
        let mut events: Vec<Item> = words.collect();
        events.push(end.map(|response| StreamEvent::Done(Box::new(response))));
        Ok(Self::new(provider, stream::iter(events)))
    }

    /// The next event; `None` after the last.
    ///
    /// # Cancel safety
    ///
    /// No event is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Item> {
        poll_fn(|cx| self.poll_event(cx)).await
    }

    /// Waits for the first event and leaves it to be read. Before that nothing of an answer came, so that another
    /// call may take the place of this one.
    ///
    /// # Errors
    ///
    /// The error that came in place of a first event.
    pub async fn begun(mut self) -> Result<Self, ProviderError> {
        if self.peeked.is_none() && self.text.is_empty() {
            match self.next().await {
                Some(Err(error)) => return Err(error),
                event => self.peeked = event,
            }
        }
        Ok(self)
    }

    /// Reads to the end.
    ///
    /// # Errors
    ///
    /// The error that ended the stream.
    pub async fn collect(mut self) -> Result<Response, ProviderError> {
        loop {
            match self.next().await {
                Some(Ok(StreamEvent::Text(_))) => {}
                Some(Ok(StreamEvent::Done(response))) => return Ok(*response),
                Some(Err(error)) => return Err(error),
                None => return Err(self.cut_off()),
            }
        }
    }

    /// Calls the closure once with how the answer ended, and ends with what it makes of that: how a wrapper counts,
    /// settles and renames. Dropping the stream drops the closure uncalled, with all that it holds.
    #[must_use]
    pub fn map_end(
        mut self,
        end: impl FnOnce(Result<Response, ProviderError>) -> Result<Response, ProviderError> + Send + 'a,
    ) -> Self {
        if let Some(Ok(StreamEvent::Done(_)) | Err(_)) = &self.peeked {
            self.peeked = self.peeked.take().map(|item| apply(Box::new(end), item));
        } else {
            self.ends.push(Box::new(end));
        }
        self
    }

    /// Calls the closure when the first piece comes.
    pub(crate) fn on_first(mut self, first: impl FnOnce() + Send + 'a) -> Self {
        if let Some(Ok(StreamEvent::Text(_))) = &self.peeked {
            first();
        } else if let Some(earlier) = self.first.take() {
            self.first = Some(Box::new(move || {
                earlier();
                first();
            }));
        } else {
            self.first = Some(Box::new(first));
        }
        self
    }

    /// The text that came so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Item>> {
        if let Some(item) = self.peeked.take() {
            return Poll::Ready(Some(item));
        }
        let Some(inner) = &mut self.inner else {
            return Poll::Ready(None);
        };
        // Many servers begin with an empty piece, which is no sign yet that an answer comes.
        let event = loop {
            match std::task::ready!(inner.as_mut().poll_next(cx)) {
                Some(Ok(StreamEvent::Text(piece))) if piece.is_empty() => {}
                event => break event,
            }
        };
        let item = match event {
            Some(Ok(StreamEvent::Text(piece))) => {
                if let Some(first) = self.first.take() {
                    first();
                }
                self.text.push_str(&piece);
                return Poll::Ready(Some(Ok(StreamEvent::Text(piece))));
            }
            Some(Ok(StreamEvent::Done(mut response))) => {
                response.text = std::mem::take(&mut self.text);
                Ok(StreamEvent::Done(response))
            }
            Some(Err(error)) => Err(self.with_text(error)),
            None => Err(self.cut_off()),
        };
        // What the stream holds, a connection or a place in a queue, is given back at once.
        self.inner = None;
        let ends = std::mem::take(&mut self.ends);
        Poll::Ready(Some(
            ends.into_iter().fold(item, |item, end| apply(end, item)),
        ))
    }

    fn cut_off(&mut self) -> ProviderError {
        let error = ProviderError::new(
            ErrorKind::Incomplete,
            &self.provider,
            "the stream ended before the answer did",
        );
        self.with_text(error)
    }

    /// Adds the text that came to an error that does not carry it.
    fn with_text(&mut self, error: ProviderError) -> ProviderError {
        let text = std::mem::take(&mut self.text);
        let mut partial = error.partial().cloned();
        match &mut partial {
            Some(partial) if partial.text.is_empty() => partial.text = text,
            None if !text.is_empty() => {
                partial = Some(Response::new(error.provider(), text));
            }
            _ => return error,
        }
        match partial {
            Some(partial) => error.with_partial(partial),
            None => error,
        }
    }
}

fn apply(end: End<'_>, item: Item) -> Item {
    match item {
        Ok(StreamEvent::Done(response)) => {
            end(Ok(*response)).map(|response| StreamEvent::Done(Box::new(response)))
        }
        Ok(event) => Ok(event),
        Err(error) => end(Err(error)).map(|response| StreamEvent::Done(Box::new(response))),
    }
}

impl Stream for ResponseStream<'_> {
    type Item = Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Item>> {
        self.get_mut().poll_event(cx)
    }
}

impl fmt::Debug for ResponseStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseStream")
            .field("provider", &self.provider)
            .field("ended", &self.inner.is_none())
            .finish_non_exhaustive()
    }
}
