//! The provider of the guide, as an outside implementor would write and test it.

use futures::stream;
use wavecrew_providers::testing::Subject;
use wavecrew_providers::{
    ErrorKind, Provider, ProviderError, Request, Response, ResponseStream, StreamEvent, async_trait,
};

#[derive(Debug)]
struct Parrot {
    vocabulary: usize,
}

impl Parrot {
    fn words(&self, request: &Request) -> Result<Vec<String>, ProviderError> {
        let last = request
            .messages
            .last()
            .map_or("", |message| &message.content);
        let words: Vec<String> = last.split_inclusive(' ').map(str::to_owned).collect();
        if words.len() > self.vocabulary {
            let message = format!(
                "{} words are more than a parrot of {} can say",
                words.len(),
                self.vocabulary
            );
            return Err(ProviderError::new(
                ErrorKind::ContextOverflow,
                self.name(),
                message,
            ));
        }
        Ok(words)
    }
}

#[async_trait]
impl Provider for Parrot {
    fn name(&self) -> &str {
        "parrot"
    }

    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        Ok(Response::new(self.name(), self.words(request)?.concat()))
    }

    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let words = self.words(request)?.into_iter().map(StreamEvent::Text);
        let end = StreamEvent::Done(Box::new(Response::new(self.name(), "")));
        Ok(ResponseStream::new(
            self.name(),
            stream::iter(words.chain([end]).map(Ok)),
        ))
    }
}

wavecrew_providers::conformance!(
    Subject::new(
        Parrot { vocabulary: 100 },
        Request::prompt("who is a pretty bird")
    )
    .failing(Parrot { vocabulary: 2 }, ErrorKind::ContextOverflow)
);
