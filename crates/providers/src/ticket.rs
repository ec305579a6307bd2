//! What a wrapper holds while a call is under way.

use crate::{Provider, ProviderError, Request, Response, ResponseStream};

/// A place, a reservation or a count that belongs to one call. It is settled when the call ends; dropping it unsettled
/// means that the caller gave the call up.
pub(crate) trait Ticket: Send {
    fn settle(self, end: &Result<Response, ProviderError>);
}

/// Makes the call with the ticket in hand.
pub(crate) async fn complete<P: Provider + ?Sized>(
    inner: &P,
    request: &Request,
    ticket: impl Ticket,
) -> Result<Response, ProviderError> {
    let end = inner.complete(request).await;
    ticket.settle(&end);
    end
}

/// Makes the call with the ticket in hand, until the stream has ended or is dropped.
pub(crate) async fn stream<'a, P: Provider + ?Sized>(
    inner: &'a P,
    request: &Request,
    ticket: impl Ticket + 'a,
) -> Result<ResponseStream<'a>, ProviderError> {
    match inner.stream(request).await {
        Ok(stream) => Ok(stream.map_end(move |end| {
            ticket.settle(&end);
            end
        })),
        Err(error) => {
            let end = Err(error);
            ticket.settle(&end);
            end.map(ResponseStream::of)
        }
    }
}
