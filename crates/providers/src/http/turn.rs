//! Messages as chat protocols take them.

use serde::Serialize;

use super::json_text::push_text;
use crate::Message;

/// What is written of a turn besides its text, and what the other fields may take.
const MORE_BYTES: usize = 64;

/// A JSON object that has a conversation under this name, and these fields.
///
/// # Errors
///
/// A field cannot be written as JSON.
pub(crate) fn with_turns<'a>(
    name: &'static str,
    turns: impl IntoIterator<Item = &'a Message> + Clone,
    fields: &impl Serialize,
) -> serde_json::Result<Vec<u8>> {
    let bytes = |turn: &Message| turn.content.len() + turn.content.len() / 16 + MORE_BYTES;
    let room: usize = turns.clone().into_iter().map(bytes).sum();
    let mut body = Vec::with_capacity(room + 4 * MORE_BYTES);
    body.push(b'{');
    push_text(&mut body, name);
    body.extend(b":[");
    for (number, turn) in turns.into_iter().enumerate() {
        if number > 0 {
            body.push(b',');
        }
        body.extend(b"{\"role\":");
        push_text(&mut body, turn.role.as_str());
        body.extend(b",\"content\":");
        push_text(&mut body, &turn.content);
        body.push(b'}');
    }
    body.push(b']');
    // The fields are an object of their own, which begins where a comma has to be.
    let start = body.len();
    serde_json::to_writer(&mut body, fields)?;
    match body.len() - start {
        2 => drop(body.remove(start)),
        _ => body[start] = b',',
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn fields_follow_the_conversation() {
        let turns = [Message::system("be \"brief\"\n"), Message::user("ä\u{1}")];
        let said = json!([
            { "role": "system", "content": "be \"brief\"\n" },
            { "role": "user", "content": "ä\u{1}" },
        ]);
        let read = |body: Vec<u8>| serde_json::from_slice::<Value>(&body).unwrap();
        let fields = json!({ "model": "m", "stream": false });
        assert_eq!(
            read(with_turns("messages", &turns, &fields).unwrap()),
            json!({ "messages": said, "model": "m", "stream": false })
        );
        let none = json!({});
        assert_eq!(
            read(with_turns("input", &turns, &none).unwrap()),
            json!({ "input": said })
        );
        assert_eq!(
            read(with_turns("input", &[], &none).unwrap()),
            json!({ "input": [] })
        );
    }
}
