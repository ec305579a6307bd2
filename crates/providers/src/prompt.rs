//! A conversation as one text, for those who take no messages.

use serde_json::Value;

use crate::{Request, ResponseFormat, Role};

/// The whole request as one text: instructions first, then the [conversation]. A wish for JSON is put into words.
pub(crate) fn prompt(request: &Request) -> String {
    let mut parts: Vec<String> = request
        .messages
        .iter()
        .filter(|message| message.role == Role::System)
        .map(|message| message.content.clone())
        .collect();
    parts.push(conversation(request));
    parts.retain(|part| !part.is_empty());
    parts.extend(wish(&request.response_format));
    parts.join("\n\n")
}

/// All but the instructions: one question stands as it is; of a longer conversation every turn says who speaks.
pub(crate) fn conversation(request: &Request) -> String {
    let messages = request.messages.iter();
    let turns: Vec<_> = messages
        .filter(|message| message.role != Role::System)
        .collect();
    if let [one] = turns.as_slice() {
        return one.content.clone();
    }
    let turns = turns.iter().map(|turn| {
        let speaker = match turn.role {
            Role::Assistant => "Assistant",
            _ => "User",
        };
        format!("{speaker}: {}", turn.content)
    });
    turns.collect::<Vec<_>>().join("\n\n")
}

/// The wish for a shape of the answer in words, for models that cannot be held to one.
pub(crate) fn wish(format: &ResponseFormat) -> Option<String> {
    const ONLY: &str =
        "Answer with one JSON value and nothing else: no words before or after it, no code fence.";
    match format {
        ResponseFormat::Text => None,
        ResponseFormat::Json => Some(ONLY.to_owned()),
        ResponseFormat::JsonSchema { schema, .. } => Some(valid(schema, ONLY)),
    }
}

fn valid(schema: &Value, only: &str) -> String {
    format!("{only} It must be valid by this JSON Schema:\n{schema}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Message;

    #[test]
    fn a_question_stands_alone_and_turns_are_told_apart() {
        assert_eq!(prompt(&Request::prompt("hi")), "hi");
        let request = Request::new([Message::user("hi"), Message::system("be brief")]);
        assert_eq!(prompt(&request), "be brief\n\nhi");
        let request = Request::new([
            Message::user("a"),
            Message::assistant("b"),
            Message::user("c"),
        ]);
        let request = request.response_format(ResponseFormat::Json);
        let text = prompt(&request);
        assert!(text.starts_with("User: a\n\nAssistant: b\n\nUser: c\n\nAnswer with one JSON"));
        assert_eq!(prompt(&Request::default()), "");
    }
}
