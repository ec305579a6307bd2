use async_trait::async_trait;
use futures::stream;
use serde_json::Value;

use super::brief::Brief;
use super::compose::compose;
use super::reply::reply;
use crate::{
    Cost, ErrorKind, Health, Probe, Provider, ProviderError, Request, Response, ResponseStream,
    StreamEvent, Usage,
};

const NAME: &str = "heuristic";
const KEY: &str = "brief";

/// A provider that needs no model, no key and no network: it writes what the brief states and a
/// rule can fulfil.
///
/// It is the last resort of a chain and the default where no model is named. Its answers are marked
/// [`degraded`](Response::degraded), cost nothing, and are as good as the brief is literal: see the
/// [table of rules](super). Equal briefs give equal bytes.
///
/// ```
/// use wavecrew_providers::heuristic::{Brief, BriefFile, Heuristic};
/// use wavecrew_providers::{Provider, Request};
///
/// let brief = Brief {
///     title: "Greeting".into(),
///     deliverables: vec![BriefFile::new("docs/hello.md")],
///     criteria: vec!["`docs/hello.md` contains the heading `## Usage`".into()],
///     ..Brief::default()
/// };
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// let response = Heuristic::new().complete(&Request::new([]).with_brief(&brief)).await?;
/// assert_eq!(response.text, "```markdown docs/hello.md\n# Greeting\n\n## Usage\n```\n");
/// # Ok::<(), wavecrew_providers::ProviderError>(()) }).unwrap();
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Heuristic(());

impl Heuristic {
    /// The provider. It has no settings and keeps no state.
    pub fn new() -> Self {
        Self(())
    }
}

#[async_trait]
impl Provider for Heuristic {
    fn name(&self) -> &str {
        NAME
    }

    /// Answers at once.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BadRequest`] if the request carries no readable brief, or one that asks for no
    /// file.
    async fn complete(&self, request: &Request) -> Result<Response, ProviderError> {
        let bad = |message: &str| ProviderError::new(ErrorKind::BadRequest, NAME, message);
        let brief = match request.metadata.get(KEY) {
            None => {
                return Err(bad(
                    "the request has no brief: rules work from a brief alone",
                ));
            }
            Some(value) => Brief::read(value).map_err(|error| {
                bad(&format!("the brief of the request cannot be read: {error}"))
            })?,
        };
        if brief.deliverables.is_empty() {
            return Err(bad("the brief names no file to deliver"));
        }
        let text = reply(&compose(&brief));
        Ok(Response::new(NAME, text)
            .usage(Usage::new(0, 0))
            .cost(Cost::ZERO)
            .degraded())
    }

    /// Gives the answer line by line.
    async fn stream<'a>(&'a self, request: &Request) -> Result<ResponseStream<'a>, ProviderError> {
        let response = self.complete(request).await?;
        let lines = response.text.split_inclusive('\n').map(str::to_owned);
        let lines: Vec<_> = lines.map(|line| Ok(StreamEvent::Text(line))).collect();
        let end = Ok(StreamEvent::Done(Box::new(response)));
        let events = stream::iter(lines.into_iter().chain([end]));
        Ok(ResponseStream::new(NAME, events))
    }
}

#[async_trait]
impl Probe for Heuristic {
    /// Rules are always there.
    async fn probe(&self) -> Result<Health, ProviderError> {
        Ok(Health::new(NAME, "this program"))
    }
}

impl Brief {
    /// The brief that a request carries; `None` if it has none or it cannot be read.
    pub fn of(request: &Request) -> Option<Brief> {
        request
            .metadata
            .get(KEY)
            .and_then(|value| Brief::read(value).ok())
    }

    fn read(value: &Value) -> Result<Brief, serde_json::Error> {
        serde::Deserialize::deserialize(value)
    }
}

impl Request {
    /// Adds a brief, from which [`Heuristic`] can answer without the messages. It replaces one
    /// that is there.
    #[must_use]
    pub fn with_brief(self, brief: &Brief) -> Self {
        let value = serde_json::to_value(brief).expect("a brief holds strings and lists only");
        self.metadata(KEY, value)
    }
}
