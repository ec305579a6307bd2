//! The names of providers that a configuration file states, each with its place.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The name of a provider, or the kind of one, as the file has it.
pub(super) struct StatedName {
    /// As it is written, with its weight.
    pub(super) text: String,
    /// Where it stands, in bytes.
    pub(super) span: Range<usize>,
    /// Whether it says whom to ask, rather than who is described.
    pub(super) is_asked: bool,
}

impl StatedName {
    fn asked(value: &Spanned<DeValue<'_>>) -> Option<Self> {
        Some(Self {
            text: value.get_ref().as_str()?.to_owned(),
            span: value.span(),
            is_asked: true,
        })
    }

    /// Without its weight.
    pub(super) fn name(&self) -> &str {
        self.text.split('=').next().unwrap_or_default().trim()
    }
}

/// All of them, in the order of the file: whom to ask, whom routes go to, who is described, and of which kind each is.
pub(super) fn stated_names(text: &str) -> Vec<StatedName> {
    let Ok(file) = DeTable::parse(text) else {
        return Vec::new();
    };
    let file = file.get_ref();
    let mut names = Vec::new();
    names.extend(file.get("provider").into_iter().flat_map(each));
    for (name, provider) in table(file.get("providers")) {
        names.push(StatedName {
            text: name.get_ref().to_string(),
            span: name.span(),
            is_asked: false,
        });
        let kind = provider.get_ref().get("kind");
        names.extend(kind.and_then(StatedName::asked));
    }
    let routes = file.get("routes").and_then(|all| all.get_ref().as_array());
    for route in routes.into_iter().flatten() {
        let to = route.get_ref().get("to");
        names.extend(to.into_iter().flat_map(each));
    }
    names.sort_by_key(|name| name.span.start);
    names
}

/// The entries of a list, or the value itself.
fn each(value: &Spanned<DeValue<'_>>) -> Vec<StatedName> {
    match value.get_ref().as_array() {
        Some(list) => list.iter().filter_map(StatedName::asked).collect(),
        None => StatedName::asked(value).into_iter().collect(),
    }
}

fn table<'t, 'i>(
    value: Option<&'t Spanned<DeValue<'i>>>,
) -> impl Iterator<
    Item = (
        &'t Spanned<std::borrow::Cow<'i, str>>,
        &'t Spanned<DeValue<'i>>,
    ),
> {
    let table: Option<&DeTable<'i>> = value.and_then(|value| value.get_ref().as_table());
    table.into_iter().flatten()
}
