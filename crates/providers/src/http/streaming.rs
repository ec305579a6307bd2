//! An answer read event by event.

use futures::stream;

use super::frames::{Frame, Frames};
use super::{Answer, Incoming, Reader};
use crate::redact::RedactedPieces;
use crate::{ErrorKind, ProviderError, Response, ResponseStream, StreamEvent};

/// What one event of a stream means.
#[derive(Debug)]
pub(crate) enum Step {
    /// Nothing: a sign of life that is no part of the answer.
    Quiet,
    /// The server is at work: reasoning, a role, a count.
    Progress,
    /// The next piece of the text.
    Text(String),
    /// The answer is whole.
    Done(Box<Response>),
    /// The last piece of the text, which may be empty, and how the answer ended.
    Last(String, Box<Result<Response, ProviderError>>),
}

impl Step {
    /// The next piece of a text that is kept here, if there is anything in it.
    pub(crate) fn piece(text: &mut String, piece: String) -> Self {
        if piece.is_empty() {
            return Step::Progress;
        }
        text.push_str(&piece);
        Step::Text(piece)
    }
}

/// Knows what the events of one protocol mean. One reader reads one answer.
pub(crate) trait EventReader: Send {
    /// What the event means.
    ///
    /// # Errors
    ///
    /// What the server says went wrong, and everything that is no event of the protocol. It ends the stream.
    fn read(&mut self, frame: Frame<'_>, head: &Answer) -> Result<Step, ProviderError>;

    fn reader(&self) -> Reader<'_>;

    /// What came of the answer.
    fn so_far(&self) -> Response;

    /// Whether anything came of it.
    fn has_begun(&self) -> bool;

    /// What there is when the connection ended and nothing said that the answer is whole: `Ok` when all of it is there
    /// all the same.
    ///
    /// # Errors
    ///
    /// Why it is not whole.
    fn ended(&mut self, _head: &Answer) -> Result<Response, ProviderError> {
        Err(self.reader().cut(self.so_far()))
    }

    /// Whether all of the answer is there, and what may still come is only about it.
    fn is_whole(&self) -> bool {
        false
    }

    /// Makes an error carry what came of the answer.
    fn dressed(&self, error: ProviderError) -> ProviderError {
        let error = self.reader().dressed(error);
        match self.has_begun() {
            true => error.with_partial(self.so_far()),
            false => error,
        }
    }
}

/// Reads an answer piece by piece. The text that is given out holds no secret, wherever the server cut it.
pub(crate) fn streaming<'a>(
    incoming: Incoming<'a>,
    frames: impl Frames + 'a,
    reader: impl EventReader + 'a,
) -> ResponseStream<'a> {
    let client = incoming.client();
    let reading = Reading {
        head: incoming.head(),
        pieces: RedactedPieces::new(client.redactor()),
        limit: client.max_response_bytes(),
        text: 0,
        incoming,
        frames,
        reader,
        finished: false,
        end: None,
    };
    // It goes from hand to hand with every piece: on the heap that is one word.
    let events = stream::unfold(Some(Box::new(reading)), |reading| async {
        let mut reading = reading?;
        let item = reading.next().await;
        // The text of a part is what was given out, no more and no less: the stream knows it.
        let item = item.map_err(without_text);
        let over = matches!(item, Ok(StreamEvent::Done(_)) | Err(_));
        Some((item, (!over).then_some(reading)))
    });
    ResponseStream::new(client.provider(), events)
}

fn without_text(error: ProviderError) -> ProviderError {
    match error.partial() {
        Some(partial) => {
            let mut partial = partial.clone();
            partial.text.clear();
            error.with_partial(partial)
        }
        None => error,
    }
}

struct Reading<'a, F, R> {
    incoming: Incoming<'a>,
    frames: F,
    reader: R,
    head: Answer,
    pieces: RedactedPieces<'a>,
    /// Bytes of text so far, and the most that there may be.
    text: usize,
    limit: usize,
    /// No bytes follow.
    finished: bool,
    /// How the stream ends after the piece that was given out last.
    end: Option<Result<StreamEvent, ProviderError>>,
}

impl<F: Frames, R: EventReader> Reading<'_, F, R> {
    async fn next(&mut self) -> Result<StreamEvent, ProviderError> {
        if let Some(end) = self.end.take() {
            return end;
        }
        loop {
            match self.step() {
                Ok(Some(Step::Last(piece, end))) => {
                    let shown = self.shown(piece)?;
                    if end.is_ok() {
                        self.incoming.drain().await;
                    }
                    let end = end.map(|response| StreamEvent::Done(Box::new(response)));
                    return self.after_rest(shown, end);
                }
                Ok(Some(Step::Text(piece))) => {
                    self.incoming.hear();
                    let shown = self.shown(piece)?;
                    if !shown.is_empty() {
                        return Ok(StreamEvent::Text(shown));
                    }
                }
                Ok(Some(Step::Done(response))) => {
                    self.incoming.drain().await;
                    return self.after_rest(String::new(), Ok(StreamEvent::Done(response)));
                }
                Ok(Some(Step::Progress)) => self.incoming.hear(),
                Ok(Some(Step::Quiet)) => {}
                Ok(None) if self.finished => {
                    let end = self.reader.ended(&self.head);
                    let end = end.map(|response| StreamEvent::Done(Box::new(response)));
                    return self.after_rest(String::new(), end);
                }
                Ok(None) => match self.incoming.bytes().await {
                    Ok(Some(bytes)) => self.frames.push(bytes.as_ref()),
                    Ok(None) => self.finish(),
                    // What comes after the end of the text is not worth failing for.
                    Err(_) if self.reader.is_whole() => self.finish(),
                    Err(error) => {
                        let error = self.reader.dressed(error);
                        return self.after_rest(String::new(), Err(error));
                    }
                },
                Err(error) => return self.after_rest(String::new(), Err(error)),
            }
        }
    }

    fn step(&mut self) -> Result<Option<Step>, ProviderError> {
        match self.frames.next() {
            Ok(Some(frame)) => self.reader.read(frame, &self.head).map(Some),
            Ok(None) => Ok(None),
            Err(_) => {
                let message = format!(
                    "one event of the stream is larger than {} bytes",
                    self.limit
                );
                let provider = self.incoming.client().provider();
                let error = ProviderError::new(ErrorKind::BadResponse, provider, message);
                let error = error.with_transient(false).with_status(self.head.status);
                Err(self.reader.dressed(error))
            }
        }
    }

    fn finish(&mut self) {
        self.finished = true;
        self.frames.finish();
    }

    /// What can be shown of the text with its next piece.
    fn shown(&mut self, piece: String) -> Result<String, ProviderError> {
        self.text += piece.len();
        if self.text > self.limit {
            let error = self.incoming.too_large(self.limit);
            return Err(self.reader.dressed(error));
        }
        Ok(self.pieces.push(piece))
    }

    /// Gives out a last piece, and what was held back of the text, before the end.
    fn after_rest(
        &mut self,
        last: String,
        end: Result<StreamEvent, ProviderError>,
    ) -> Result<StreamEvent, ProviderError> {
        let rest = last + &self.pieces.finish();
        if rest.is_empty() {
            return end;
        }
        self.end = Some(end);
        Ok(StreamEvent::Text(rest))
    }
}
