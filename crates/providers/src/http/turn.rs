//! Messages as chat protocols take them.

use serde::Serialize;

use crate::Message;

/// A turn of a conversation: a role and what is said.
#[derive(Serialize)]
pub(crate) struct Turn<'a> {
    role: &'static str,
    content: &'a str,
}

impl<'a> From<&'a Message> for Turn<'a> {
    fn from(message: &'a Message) -> Self {
        Self {
            role: message.role.as_str(),
            content: &message.content,
        }
    }
}

pub(crate) fn turns<'a>(messages: impl IntoIterator<Item = &'a Message>) -> Vec<Turn<'a>> {
    messages.into_iter().map(Turn::from).collect()
}
