//! The checks of delivered files, with what must not alarm them.

mod any_content;
mod changes;
mod guides;
mod placeholders;
mod stubs;
mod support;
mod syntax;
