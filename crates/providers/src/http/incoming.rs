//! An answer that is on its way.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use tokio::time::timeout;

use super::request_id::request_id;
use super::{Answer, Client, Deadlines};
use crate::within::{Late, within};
use crate::{ErrorKind, ProviderError};

/// How much is read of an answer that only tells of a failure.
const MAX_FAILURE_BYTES: usize = 64 << 10;

/// How long, and how much, is read after the end of an answer, so that its connection can be used again.
const LONGEST_AFTER_END: Duration = Duration::from_millis(20);
const MOST_AFTER_END: usize = 16 << 10;

/// How much heavier than a whole answer a stream may be: its events weigh more than their text.
const EVENTS_TO_TEXT: usize = 16;

/// An answer of which the head is there. Dropping it ends the connection.
#[derive(Debug)]
pub(crate) struct Incoming<'a> {
    client: &'a Client,
    response: reqwest::Response,
    deadlines: Deadlines,
    read: usize,
    /// What was looked at of the body and not yet given out.
    ahead: Option<reqwest::Result<Option<Bytes>>>,
}

impl<'a> Incoming<'a> {
    pub(super) fn new(
        client: &'a Client,
        response: reqwest::Response,
        deadlines: Deadlines,
    ) -> Self {
        Self {
            client,
            response,
            deadlines,
            read: 0,
            ahead: None,
        }
    }

    pub(crate) fn client(&self) -> &'a Client {
        self.client
    }

    pub(crate) fn is_success(&self) -> bool {
        self.response.status().is_success()
    }

    /// Whether the server says that this is one JSON value, or a page for people, and no stream.
    pub(crate) fn is_document(&self) -> bool {
        let kind = self.content_type().to_ascii_lowercase();
        // `application/problem+json` and the like are one value too.
        matches!(
            kind.as_str(),
            "application/json" | "text/json" | "text/html"
        ) || kind.ends_with("+json")
    }

    /// Whether this is one JSON value although the server says something else of it, or nothing: its first byte shows it.
    /// Server-sent events begin otherwise.
    pub(super) async fn begins_as_json(&mut self) -> bool {
        while self.ahead.is_none() && !self.is_event_stream() {
            match self.chunk().await {
                Ok(Ok(Some(chunk))) if chunk.trim_ascii().is_empty() => {}
                Ok(chunk) => self.ahead = Some(chunk),
                // Who reads on meets it again.
                Err(_) => break,
            }
        }
        match &self.ahead {
            Some(Ok(Some(chunk))) => matches!(chunk.trim_ascii_start().first(), Some(b'{' | b'[')),
            _ => false,
        }
    }

    /// The next bytes, if they come before the call is given up.
    async fn chunk(&mut self) -> Result<reqwest::Result<Option<Bytes>>, Late> {
        if let Some(chunk) = self.ahead.take() {
            return Ok(chunk);
        }
        let end = || Some(self.deadlines.next());
        within(end, self.response.chunk()).await
    }

    /// Whether the server says that this is a stream of server-sent events.
    pub(super) fn is_event_stream(&self) -> bool {
        self.content_type()
            .eq_ignore_ascii_case("text/event-stream")
    }

    fn content_type(&self) -> &str {
        let kind = self.response.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        kind.split(';').next().unwrap_or_default().trim()
    }

    /// The id by which the server knows the call.
    pub(crate) fn request_id(&self) -> Option<String> {
        request_id(self.response.headers(), self.client.redactor())
    }

    /// What an error needs to know of the answer: its head, and no body.
    pub(crate) fn head(&self) -> Answer {
        Answer {
            status: self.response.status().as_u16(),
            headers: self.response.headers().clone(),
            body: Vec::new(),
            streamed: true,
        }
    }

    /// Content came: the time of silence begins anew.
    pub(crate) fn hear(&mut self) {
        self.deadlines.hear();
    }

    /// The next bytes of a stream; `None` after the last.
    ///
    /// # Errors
    ///
    /// `Timeout`, `Incomplete` (the connection ended early), `BadResponse` (too much).
    pub(crate) async fn bytes(
        &mut self,
    ) -> Result<Option<impl AsRef<[u8]> + use<>>, ProviderError> {
        let status = self.response.status().as_u16();
        let chunk = match self.chunk().await {
            Ok(Ok(chunk)) => chunk,
            Ok(Err(error)) => return Err(self.client.transport(error, &[]).with_status(status)),
            Err(_) => {
                let missed = self.deadlines.missed(self.client.provider());
                return Err(missed.with_status(status));
            }
        };
        let limit = self
            .client
            .max_response_bytes()
            .saturating_mul(EVENTS_TO_TEXT);
        self.read = self
            .read
            .saturating_add(chunk.as_ref().map_or(0, |chunk| chunk.len()));
        if self.read > limit {
            return Err(self.too_large(limit));
        }
        Ok(chunk)
    }

    /// Reads what may still come of a body whose answer is whole, if that is at once and not much: only a body that was read
    /// to its end leaves a connection that the next call can use, without another handshake.
    pub(crate) async fn drain(&mut self) {
        let mut left = MOST_AFTER_END;
        let rest = async {
            while let Ok(Ok(Some(chunk))) = self.chunk().await {
                match left.checked_sub(chunk.len()) {
                    Some(less) => left = less,
                    None => break,
                }
            }
        };
        let _ = timeout(LONGEST_AFTER_END, rest).await;
    }

    /// Reads the answer to its end or, when its status tells of a failure, its beginning.
    ///
    /// # Errors
    ///
    /// As [`bytes`](Self::bytes).
    pub(crate) async fn whole(mut self) -> Result<Answer, ProviderError> {
        let success = self.is_success();
        let status = self.response.status().as_u16();
        let limit = if success {
            self.client.max_response_bytes()
        } else {
            MAX_FAILURE_BYTES
        };
        let mut body = Vec::new();
        loop {
            self.deadlines.hear();
            let chunk = match self.chunk().await {
                Ok(Ok(None)) => break,
                Ok(Ok(Some(chunk))) => chunk,
                // The status alone says what failed.
                Ok(Err(_)) | Err(_) if !success => break,
                Ok(Err(error)) => {
                    return Err(self.client.transport(error, &body).with_status(status));
                }
                Err(_) => {
                    let missed = self.deadlines.missed(self.client.provider());
                    let shown = self.client.shown(&body);
                    return Err(missed.with_status(status).with_excerpt(shown));
                }
            };
            let room = limit - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                if !success {
                    break;
                }
                return Err(self.too_large(limit).with_excerpt(self.client.shown(&body)));
            }
        }
        Ok(Answer {
            status,
            headers: std::mem::take(self.response.headers_mut()),
            body,
            streamed: false,
        })
    }

    pub(super) fn too_large(&self, limit: usize) -> ProviderError {
        let message = format!("the answer is larger than {limit} bytes");
        ProviderError::new(ErrorKind::BadResponse, self.client.provider(), message)
            .with_transient(false)
            .with_status(self.response.status().as_u16())
    }
}
