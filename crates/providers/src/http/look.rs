//! Looks at servers, for probes.

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::{Answer, Client, Endpoint, ErrorBody, failure, json};
use crate::probe::TIMEOUT;
use crate::{ErrorKind, ProviderError};

impl Client {
    /// What the server says at this address.
    ///
    /// # Errors
    ///
    /// What a call would fail with; `BadResponse` for what is no JSON.
    pub(crate) async fn look(
        &self,
        endpoint: &Endpoint,
        headers: &HeaderMap,
    ) -> Result<Value, ProviderError> {
        let answer = self.get(endpoint, headers, TIMEOUT).await?;
        if !(200..300).contains(&answer.status) {
            return Err(self.look_failure(&answer));
        }
        json(&answer.body).map_err(|error| {
            let message = format!("the answer is no JSON: {error}");
            let text = String::from_utf8_lossy(&answer.body);
            ProviderError::new(ErrorKind::BadResponse, self.provider(), message)
                .with_status(answer.status)
                .with_excerpt(self.redactor().clean(&text))
        })
    }

    fn look_failure(&self, answer: &Answer) -> ProviderError {
        let fault = ErrorBody::read(&answer.body);
        failure(self.provider(), answer, &fault, self.redactor())
    }
}

/// The models of a list `{"data":[{"id":…}]}`, as OpenAI, Anthropic and compatible servers give it. Ollama says `null` of
/// an empty one.
pub(crate) fn listed(value: &Value) -> Option<Vec<String>> {
    match value.get("data")? {
        Value::Null => Some(Vec::new()),
        Value::Array(models) => Some(names(models, "id")),
        _ => None,
    }
}

/// The texts of this name.
pub(crate) fn names(models: &[Value], name: &str) -> Vec<String> {
    let names = models.iter().filter_map(|model| model.get(name)?.as_str());
    names.map(str::to_owned).collect()
}
