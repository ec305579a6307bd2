//! Prices by the name of a model.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use super::{ModelPrice, Rates};
use crate::{Cost, Response, Usage};

/// Our own table. Prices as vendors list them for standard service; see `as_of` in it.
const BUILT_IN: &str = include_str!("prices.json");

/// Prices by the name of a model.
///
/// A name is found as it stands; without the vendor before its last slash (`openai/gpt-4o`); or as a dated version of
/// a longest listed beginning (`gpt-4o-2024-08-06`, `claude-opus-5@20260801`, `…:latest`). A different model that only
/// begins alike is *not* found: `gpt-4o-mega` is no `gpt-4o`, and an unknown price is not a small one. An entry whose
/// name ends in `*` is a family: it stands for all that begins so.
///
/// ```
/// use wavecrew_providers::{Cost, ModelPrice, PriceTable, Usage};
///
/// let prices = PriceTable::built_in().with("llama*", ModelPrice::FREE);
/// let usage = Usage::new(1_000, 200);
/// assert_eq!(prices.cost("gpt-4o-2024-08-06", &usage), Some(Cost::from_nano_usd(4_500_000)));
/// assert_eq!(prices.cost("llama-4:70b", &usage), Some(Cost::ZERO));
/// assert_eq!(prices.cost("gpt-4o-mega", &usage), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriceTable {
    /// The first that knows a name decides.
    layers: Vec<Layer>,
    as_of: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Layer {
    models: BTreeMap<String, ModelPrice>,
    /// By how their names begin.
    families: BTreeMap<String, ModelPrice>,
}

/// A price table that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceError(String);

impl PriceError {
    pub(super) fn new(message: String) -> Self {
        Self(message)
    }
}

impl fmt::Display for PriceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PriceError {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    #[serde(default)]
    as_of: Option<String>,
    #[serde(default, rename = "unit")]
    _unit: Option<String>,
    models: BTreeMap<String, Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    input: String,
    output: String,
    cached_input: Option<String>,
    cache_write: Option<String>,
    long: Option<Long>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Long {
    above: u64,
    input: String,
    output: String,
    cached_input: Option<String>,
    cache_write: Option<String>,
}

impl PriceTable {
    /// A table without prices.
    pub fn empty() -> Self {
        Self::default()
    }

    /// The table that comes with this crate: the usual models of OpenAI and Anthropic, at standard service.
    pub fn built_in() -> Self {
        Self::from_json(BUILT_IN).expect("a test reads the built-in table")
    }

    /// Reads a table in the form of our own: `{"version": 1, "models": {"name": {"input": "2.50", "output": "10"}}}`,
    /// in dollars for a million tokens, as decimal strings. A row may have `cached_input`, `cache_write`, and `long`
    /// with the rates of requests `above` so many tokens.
    ///
    /// # Errors
    ///
    /// A text of another form, another version, a number that is no exact price.
    pub fn from_json(text: &str) -> Result<Self, PriceError> {
        let file: File = serde_json::from_str(text)
            .map_err(|error| PriceError(format!("failed to read the price table: {error}")))?;
        if file.version != 1 {
            return Err(PriceError(format!(
                "price tables of version {} are not known",
                file.version
            )));
        }
        let mut models = BTreeMap::new();
        for (name, row) in file.models {
            let price = row
                .price()
                .map_err(|why| PriceError(format!("the price of `{name}`: {why}")))?;
            models.insert(name, price);
        }
        Ok(Self {
            layers: vec![models.into_iter().collect()],
            as_of: file.as_of,
        })
    }

    pub(super) fn of(models: BTreeMap<String, ModelPrice>) -> Self {
        Self {
            layers: vec![models.into_iter().collect()],
            as_of: None,
        }
    }

    /// Adds a price that goes before all others, or replaces one that was added so.
    #[must_use]
    pub fn with(mut self, model: impl Into<String>, price: ModelPrice) -> Self {
        self.layers
            .insert(0, Layer::from_iter([(model.into(), price)]));
        self
    }

    /// This table, with another for what it does not know: a user's own goes before the one that is built in.
    #[must_use]
    pub fn or(mut self, other: PriceTable) -> Self {
        self.layers.extend(other.layers);
        self.as_of = self.as_of.or(other.as_of);
        self
    }

    /// The day on which the table was made, as it states it.
    pub fn as_of(&self) -> Option<&str> {
        self.as_of.as_deref()
    }

    /// How many prices there are.
    pub fn len(&self) -> usize {
        self.layers.iter().map(Layer::len).sum()
    }

    /// Whether there is no price at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The price of a model; `None` when it is not known.
    ///
    /// # Complexity
    ///
    /// O(l log n) for a name of l bytes and n prices.
    pub fn price(&self, model: &str) -> Option<&ModelPrice> {
        // No model has a name that long, and the search tries every beginning of it.
        const LONGEST: usize = 256;
        if model.len() > LONGEST {
            return None;
        }
        let bare = model.rsplit_once('/').map(|(_, bare)| bare);
        self.layers
            .iter()
            .find_map(|layer| layer.find(model).or_else(|| layer.find(bare?)))
    }

    /// What an answer cost, by the model that it names, or else by this one; `None` when the price or the tokens are not
    /// known. The prices are those of standard service: what was served otherwise ([`Response::service_tier`]: `flex`,
    /// `priority`, `batch`, …) has a price of its own, which is not known, unless the model is free.
    pub fn cost_of(&self, response: &Response, model: Option<&str>) -> Option<Cost> {
        let price = self.price(response.model.as_deref().or(model)?)?;
        let standard = response.service_tier.as_deref().is_none_or(is_standard);
        price
            .cost(&response.usage)
            .filter(|cost| standard || *cost == Cost::ZERO)
    }

    /// What these tokens of this model cost; `None` when the price or the tokens are not known.
    pub fn cost(&self, model: &str, usage: &Usage) -> Option<Cost> {
        self.price(model)?.cost(usage)
    }
}

/// Whether service of this name is the usual one, in the words of any vendor.
fn is_standard(tier: &str) -> bool {
    const USUAL: [&str; 5] = ["default", "standard", "standard_only", "auto", "on_demand"];
    tier.is_empty() || USUAL.iter().any(|usual| tier.eq_ignore_ascii_case(usual))
}

impl FromIterator<(String, ModelPrice)> for Layer {
    fn from_iter<T: IntoIterator<Item = (String, ModelPrice)>>(prices: T) -> Self {
        let mut layer = Self::default();
        for (name, price) in prices {
            match name.strip_suffix('*') {
                Some(family) => layer.families.insert(family.to_owned(), price),
                None => layer.models.insert(name, price),
            };
        }
        layer
    }
}

impl Layer {
    fn len(&self) -> usize {
        self.models.len() + self.families.len()
    }

    /// The longest entry that stands for the name.
    fn find(&self, name: &str) -> Option<&ModelPrice> {
        if let Some(price) = self.models.get(name) {
            return Some(price);
        }
        let dated = |end: usize| {
            let (beginning, rest) = name.split_at(end);
            self.models.get(beginning).filter(|_| is_version(rest))
        };
        if self.families.is_empty() {
            return name
                .rmatch_indices(VERSION_MARKS)
                .find_map(|(end, _)| dated(end));
        }
        let ends = (0..=name.len()).rev();
        ends.filter(|end| name.is_char_boundary(*end))
            .find_map(|end| dated(end).or_else(|| self.families.get(&name[..end])))
    }
}

/// What stands between a model's name and its date.
const VERSION_MARKS: [char; 3] = ['-', '@', ':'];

/// Whether what follows a model's name only dates it: `-2024-08-06`, `-20250514-v1:0`, `@20250514`, `-0613`, `:latest`.
fn is_version(rest: &str) -> bool {
    let Some(version) = rest.strip_prefix(VERSION_MARKS) else {
        return false;
    };
    let first = version.split(VERSION_MARKS).next().unwrap_or_default();
    let date = first.len() >= 3 && first.bytes().all(|byte| byte.is_ascii_digit());
    date || version == "latest"
}

impl Row {
    fn price(&self) -> Result<ModelPrice, String> {
        let rates = rates(
            &self.input,
            &self.output,
            &self.cached_input,
            &self.cache_write,
        )?;
        let price = ModelPrice::new(rates);
        let Some(long) = &self.long else {
            return Ok(price);
        };
        let rates = rates_of(long)?;
        Ok(price.above(long.above, rates))
    }
}

fn rates_of(long: &Long) -> Result<Rates, String> {
    rates(
        &long.input,
        &long.output,
        &long.cached_input,
        &long.cache_write,
    )
}

fn rates(
    input: &str,
    output: &str,
    cached_input: &Option<String>,
    cache_write: &Option<String>,
) -> Result<Rates, String> {
    let optional = |price: &Option<String>| price.as_deref().map(nano_usd).transpose();
    Ok(Rates {
        input: nano_usd(input)?,
        output: nano_usd(output)?,
        cached_input: optional(cached_input)?,
        cache_write: optional(cache_write)?,
    })
}

/// Dollars with at most nine decimal places, in billionths.
fn nano_usd(dollars: &str) -> Result<u64, String> {
    let wrong = || format!("`{}` is no price in dollars", dollars.escape_debug());
    let (whole, part) = dollars.split_once('.').unwrap_or((dollars, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 9 {
        return Err(wrong());
    }
    let whole: u64 = whole.parse().map_err(|_| wrong())?;
    let part: u64 = format!("{part:0<9}").parse().map_err(|_| wrong())?;
    whole
        .checked_mul(1_000_000_000)
        .and_then(|nano| nano.checked_add(part))
        .ok_or_else(wrong)
}
