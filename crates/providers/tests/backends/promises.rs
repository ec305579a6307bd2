//! The network back-ends, and an agent program, held to what every provider promises.

use serde_json::json;
use wavecrew_providers::testing::Subject;
use wavecrew_providers::{
    Anthropic, AnthropicConfig, ErrorKind, Generate, GenerateConfig, Ollama, OllamaApi,
    OllamaConfig, OpenAi, OpenAiApi, OpenAiConfig, Provider, Request,
};

use crate::KEY;
use crate::server::{Reply, Server, http, stream};

/// A server of its own thread: it outlives the runtime that a promise is held on.
fn serve(reply: Reply) -> String {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.unwrap().block_on(async {
            let server = Server::start([reply]).await;
            sender.send(server.url.clone()).unwrap();
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().unwrap()
}

fn subject<P: Provider>(answer: Reply, provider: impl Fn(&str) -> P) -> Subject {
    let busy = json!({ "error": { "message": "try\u{1b}[2J later", "type": "overloaded_error" } });
    let busy = http(503, &[], busy.to_string());
    Subject::new(provider(&serve(answer)), Request::prompt("hi"))
        .failing(provider(&serve(busy)), ErrorKind::Overloaded)
        .secret(KEY)
}

fn openai(url: &str) -> OpenAi {
    OpenAi::new(OpenAiConfig::new().base_url(url).api_key(KEY).model("m")).unwrap()
}

mod openai_whole {
    use super::*;
    wavecrew_providers::conformance!(subject(
        http(
            200,
            &["content-type: application/json"],
            r#"{"choices":[{"message":{"content":"hello"},"finish_reason":"stop"}]}"#
        ),
        openai
    ));
}

mod ollama_lines {
    use super::*;
    // Lines are read whatever was asked: a whole answer and a stream are the same to it.
    const LINES: &str = "{\"message\":{\"content\":\"hel\"},\"done\":false}\n{\"message\":{\"content\":\"lo\"},\"done\":false}\n{\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3}\n";
    wavecrew_providers::conformance!(subject(
        Reply::Bytes(stream("application/x-ndjson", LINES)),
        |url| Ollama::new(OllamaConfig::new().host(url).api_key(KEY).model("m")).unwrap()
    ));
}

mod openai_responses {
    use super::*;
    wavecrew_providers::conformance!(subject(
        http(
            200,
            &["content-type: application/json"],
            r#"{"status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"hello"}]}]}"#
        ),
        |url| {
            let config = OpenAiConfig::new().base_url(url).api_key(KEY).model("m");
            OpenAi::new(config.api(OpenAiApi::Responses)).unwrap()
        }
    ));
}

mod openai_responses_streamed {
    use super::*;
    // Events are read whatever was asked.
    const EVENTS: &str = "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"hel\"}\n\nevent: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"lo\"}\n\nevent: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[],\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}}\n\n";
    wavecrew_providers::conformance!(subject(
        Reply::Bytes(stream("text/event-stream", EVENTS)),
        |url| {
            let config = OpenAiConfig::new().base_url(url).api_key(KEY).model("m");
            OpenAi::new(config.api(OpenAiApi::Responses)).unwrap()
        }
    ));
}

mod ollama_generate {
    use super::*;
    const LINES: &str = "{\"response\":\"hel\",\"done\":false}\n{\"response\":\"lo\",\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":3}\n";
    wavecrew_providers::conformance!(subject(
        Reply::Bytes(stream("application/x-ndjson", LINES)),
        |url| {
            let config = OllamaConfig::new().host(url).api_key(KEY).model("m");
            Ollama::new(config.api(OllamaApi::Generate)).unwrap()
        }
    ));
}

mod anthropic_whole {
    use super::*;
    wavecrew_providers::conformance!(subject(
        http(
            200,
            &["content-type: application/json"],
            r#"{"content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn"}"#
        ),
        |url| Anthropic::new(AnthropicConfig::new().base_url(url).api_key(KEY).model("m")).unwrap()
    ));
}

mod generate_whole {
    use super::*;
    wavecrew_providers::conformance!(subject(http(200, &[], r#"{"text":"hello"}"#), |url| {
        Generate::new(GenerateConfig::new(url).api_key(KEY)).unwrap()
    }));
}

#[cfg(all(feature = "command", unix))]
mod command {
    use super::*;
    use wavecrew_providers::{Command, CommandConfig};

    fn agent(script: &str) -> Command {
        let config = CommandConfig::new("sh").name("agent").arg("-c").arg(script);
        Command::new(config.variable("KEY", KEY)).unwrap()
    }

    wavecrew_providers::conformance!(
        Subject::new(agent("cat; echo \" says $KEY\""), Request::prompt("hi"))
            .failing(
                agent("echo 'overloaded' \"$KEY\" >&2; exit 1"),
                ErrorKind::Overloaded
            )
            .secret(KEY)
    );
}
