//! The id by which a server's makers find a call again.

use reqwest::header::{HeaderMap, HeaderName};

use crate::redact::Redactor;
use crate::{ProviderError, Response};

/// Where servers put it, the usual place first.
static NAMES: [HeaderName; 3] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("request-id"),
    HeaderName::from_static("x-litellm-call-id"),
];

/// The id that the head of an answer names.
pub(super) fn request_id(headers: &HeaderMap, redactor: &Redactor) -> Option<String> {
    let id = NAMES
        .iter()
        .find_map(|name| headers.get(name)?.to_str().ok())
        .filter(|id| !id.is_empty())?;
    Some(redactor.clean_name(id))
}

/// The end of a call with the id of its head, unless it has one that tells more.
pub(crate) fn with_request_id(
    id: Option<String>,
    end: Result<Response, ProviderError>,
) -> Result<Response, ProviderError> {
    if id.is_none() {
        return end;
    }
    match end {
        Ok(mut response) => {
            response.request_id = id;
            Ok(response)
        }
        Err(error) if error.request_id().is_none() => Err(error.with_request_id(id)),
        Err(error) => Err(error),
    }
}
