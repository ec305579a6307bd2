//! Answers that come whole or as server-sent events, whatever was asked.

use super::{Incoming, Protocol, Sse, json, streaming, with_request_id};
use crate::{ProviderError, Response, ResponseStream};

impl<'a> Incoming<'a> {
    /// Reads all of an answer. A server that streams although nobody asked is read to its end.
    ///
    /// # Errors
    ///
    /// As [`whole`](Self::whole), and as the protocol says.
    pub(crate) async fn complete(
        self,
        protocol: impl Protocol<'a>,
    ) -> Result<Response, ProviderError> {
        if self.is_event_stream() {
            let attempts = protocol.reader().attempts;
            let end = self.events(protocol).collect().await;
            return end.map_err(|error| error.with_attempts(attempts));
        }
        let (reader, id) = (protocol.reader(), self.request_id());
        let end = match self.whole().await {
            Ok(answer) => match json(&answer.body) {
                Ok(value) => protocol.read(&value, &answer),
                Err(error) => Err(reader.unreadable(&error, &answer)),
            },
            Err(error) => Err(reader.dressed(error)),
        };
        with_request_id(id, end)
    }

    /// Reads an answer as it comes. A server that does not stream gives one piece.
    ///
    /// # Errors
    ///
    /// As [`complete`](Self::complete) where the server does not stream.
    pub(crate) async fn stream(
        mut self,
        protocol: impl Protocol<'a>,
    ) -> Result<ResponseStream<'a>, ProviderError> {
        if self.is_document() || self.begins_as_json().await {
            return Ok(ResponseStream::of(self.complete(protocol).await?));
        }
        Ok(self.events(protocol))
    }

    fn events(self, protocol: impl Protocol<'a>) -> ResponseStream<'a> {
        let (frames, id) = (
            Sse::new(self.client().max_response_bytes()),
            self.request_id(),
        );
        streaming(self, frames, protocol.events()).map_end(|end| with_request_id(id, end))
    }
}
