//! The trait that everything here implements.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use futures::future::BoxFuture;

use crate::{ProviderError, Request, Response, ResponseStream, Retry, RetryPolicy};

/// Something that answers a [`Request`]: a vendor's service, a local server, a set of rules, a wrapper around
/// any of these.
///
/// The trait is dyn-safe, so that a caller can choose a provider while the program runs: `Box<dyn Provider>`
/// and `Arc<dyn Provider>` are providers too.
///
/// # Contract
///
/// An implementor
///
/// - returns `Ok` only for an answer that is whole. An answer that was cut off, refused or filtered is an error
///   that carries what there is of it ([`ProviderError::partial`]), so that no caller can take a part for the
///   whole by forgetting to look at a field;
/// - makes at most one call for each `complete`, save for a repair that it documents, and tells in
///   [`Response::attempts`] or [`ProviderError::attempts`] how many calls it made: each may have been paid for;
/// - bounds its own time and memory;
/// - keeps secrets out of its `Debug`, out of its errors and out of its responses;
/// - reads neither the environment nor any file that it was not given.
///
/// A caller may share one provider between any number of tasks, and may drop the future of a call at any time.
///
/// # Wrappers
///
/// A wrapper is a plain type that holds a provider and is one. It forwards every method, those with a default
/// too; `#[deny(clippy::missing_trait_methods)]` on the impl holds it to that.
///
/// # Example
///
/// ```
/// use wavecrew_providers::{Provider, ProviderError, Request, Response, async_trait};
///
/// #[derive(Debug)]
/// struct Echo;
///
/// #[async_trait]
/// impl Provider for Echo {
///     fn name(&self) -> &str {
///         "echo"
///     }
///
///     async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
///         let last = request.messages.last().map_or("", |message| &message.content);
///         Ok(Response::new("echo", last))
///     }
/// }
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let response = Echo.complete(&Request::prompt("hello")).await?;
/// assert_eq!(response.text, "hello");
/// # Ok::<(), ProviderError>(()) }).unwrap();
/// ```
#[async_trait]
pub trait Provider: fmt::Debug + Send + Sync + 'static {
    /// The name that errors, responses and reports use: `openai`, `ollama`, …
    fn name(&self) -> &str;

    /// Answers the request with a whole text.
    ///
    /// # Errors
    ///
    /// Any [`ErrorKind`](crate::ErrorKind); see the contract above for what is an error.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future gives the call up. A server may still have done, and charged for, the work.
    async fn complete(&self, request: &Request) -> Result<Response, ProviderError>;

    /// Answers the request piece by piece: text, then one [`StreamEvent::Done`] with the whole response.
    ///
    /// Without an implementation of its own a provider gives the whole text as one piece. One that has it builds
    /// its stream with [`ResponseStream::new`], which keeps the promises of a stream; the answer is whole only when
    /// the server said so, never because the connection ended.
    ///
    /// The call is made here, not when the stream is first read. It may return as soon as the server accepted the
    /// request, or with the first piece.
    ///
    /// # Errors
    ///
    /// What went wrong before there was a stream. What goes wrong later is the stream's last item and carries the
    /// text so far; a wrapper that asks again does so only before the first piece.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future or the stream gives the call up, and with it all that was reserved for it.
    ///
    /// [`StreamEvent::Done`]: crate::StreamEvent::Done
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        Ok(ResponseStream::of(self.complete(request).await?))
    }
}

/// Conveniences that every [`Provider`] has.
pub trait ProviderExt: Provider + Sized {
    /// Repeats calls that failed for a passing reason; see [`Retry`].
    fn retry(self, policy: RetryPolicy) -> Retry<Self> {
        Retry::new(self, policy)
    }
}

impl<P: Provider> ProviderExt for P {}

macro_rules! forward {
    ($pointer:ident) => {
        #[deny(clippy::missing_trait_methods)]
        impl<P: Provider + ?Sized> Provider for $pointer<P> {
            fn name(&self) -> &str {
                (**self).name()
            }

            // Written out, so that the inner future is not put into a box of a box.
            fn complete<'s, 'r, 'f>(
                &'s self,
                request: &'r Request,
            ) -> BoxFuture<'f, Result<Response, ProviderError>>
            where
                's: 'f,
                'r: 'f,
                Self: 'f,
            {
                (**self).complete(request)
            }

            fn stream<'s, 'r, 'f>(
                &'s self,
                request: &'r Request,
            ) -> BoxFuture<'f, Result<ResponseStream<'s>, ProviderError>>
            where
                's: 'f,
                'r: 'f,
                Self: 'f,
            {
                (**self).stream(request)
            }
        }
    };
}

forward!(Box);
forward!(Arc);

/// Does not compile unless the trait is dyn-safe.
fn _dyn_safe(_: &dyn Provider) {}
