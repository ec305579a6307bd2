//! A small reader of shell commands: enough of the grammar to know which command decides the
//! status, never to run anything.

mod lex;
mod parse;

pub(crate) use lex::Word;
pub(crate) use parse::{Join, Node, Redirect, Simple, parse};
