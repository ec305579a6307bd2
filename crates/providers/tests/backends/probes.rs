//! Looks at servers without asking a model.

use serde_json::json;
use wavecrew_providers::{
    Anthropic, AnthropicConfig, ErrorKind, Generate, GenerateConfig, Heuristic, Ollama,
    OllamaConfig, OpenAi, OpenAiConfig, Probe,
};

use crate::server::{Server, http};
use crate::{KEY, options};

fn openai(url: &str) -> OpenAi {
    let config = OpenAiConfig::new().base_url(url).api_key(KEY).model("b");
    OpenAi::new(config.http(options())).unwrap()
}

#[tokio::test]
async fn lists_of_models() {
    let list = json!({ "object": "list", "data": [{ "id": "a" }, { "id": "b" }] }).to_string();
    let server = Server::start([http(200, &[], list)]).await;
    let health = openai(&format!("{}/v1/", server.url))
        .probe()
        .await
        .unwrap();
    assert_eq!(
        health.models.as_deref(),
        Some(&["a".to_owned(), "b".to_owned()][..])
    );
    assert_eq!(
        (health.provider.as_str(), health.has_model),
        ("openai", Some(true))
    );
    assert_eq!(health.at, format!("{}/v1/models", server.url));
    let config = AnthropicConfig::new()
        .base_url(&server.url)
        .api_key(KEY)
        .model("b");
    let health = Anthropic::new(config).unwrap().probe().await.unwrap();
    assert_eq!(health.has_model, Some(true));
    let seen = server.seen();
    assert_eq!(
        (seen[0].path.as_str(), seen[1].path.as_str()),
        ("/v1/models", "/v1/models")
    );
    assert!(seen[0].head.starts_with("GET ") && seen[0].head.contains(KEY));
    assert!(seen[1].head.contains(&format!("x-api-key: {KEY}")));

    // Ollama says `null` of no models.
    let server = Server::start([http(200, &[], r#"{"object":"list","data":null}"#)]).await;
    let health = openai(&server.url).probe().await.unwrap();
    assert_eq!(
        (health.models, health.has_model),
        (Some(Vec::new()), Some(false))
    );
    let server = Server::start([http(401, &[], format!(r#"{{"error":"bad key {KEY}"}}"#))]).await;
    let error = openai(&server.url).probe().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Authentication, "bad key [redacted]")
    );
    let server = Server::start([http(200, &[], "<html>")]).await;
    assert_eq!(
        openai(&server.url).probe().await.unwrap_err().kind(),
        ErrorKind::BadResponse
    );
}

#[tokio::test]
async fn ollama_tells_more() {
    let models = json!({ "models": [{ "name": "tiny:latest" }, { "name": "big:7b" }] });
    let loaded = json!({ "models": [{ "name": "tiny:latest", "context_length": 256 }] });
    let replies = [
        models.to_string(),
        r#"{"version":"0.33.0"}"#.to_owned(),
        loaded.to_string(),
    ];
    let server = Server::start(replies.map(|body| http(200, &[], body))).await;
    let provider = |model: &str| {
        let config = OllamaConfig::new().host(&server.url).model(model);
        Ollama::new(config.http(options())).unwrap()
    };
    let health = provider("tiny").probe().await.unwrap();
    assert_eq!(
        (health.version.as_deref(), health.has_model),
        (Some("0.33.0"), Some(true))
    );
    assert_eq!(
        health.loaded.as_deref(),
        Some(&["tiny:latest".to_owned()][..])
    );
    let paths: Vec<String> = server.seen().into_iter().map(|seen| seen.path).collect();
    assert_eq!(paths, ["/api/tags", "/api/version", "/api/ps"]);
    // A server that speaks the protocol and knows only the list.
    let server = Server::start([http(200, &[], models.to_string()), http(404, &[], "")]).await;
    let config = OllamaConfig::new().host(&server.url).model("big");
    let health = Ollama::new(config).unwrap().probe().await.unwrap();
    assert_eq!(
        (health.version, health.loaded, health.has_model),
        (None, None, Some(false))
    );
}

#[tokio::test]
async fn a_plain_endpoint_and_rules() {
    for (status, well) in [
        (200, true),
        (405, true),
        (422, true),
        (401, false),
        (404, false),
        (503, false),
    ] {
        let server = Server::start([http(status, &[], "")]).await;
        let provider = Generate::new(GenerateConfig::new(&server.url).http(options())).unwrap();
        assert_eq!(provider.probe().await.is_ok(), well, "{status}");
        assert_eq!(server.seen()[0].path, "/generate");
    }
    assert_eq!(
        Heuristic::new().probe().await.unwrap().provider,
        "heuristic"
    );
}
