//! Reads the table that LiteLLM publishes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{ModelPrice, PriceError, PriceTable, Rates};

/// What was read of a table in LiteLLM's form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ImportedPrices {
    /// The prices.
    pub table: PriceTable,
    /// Entries that have no price for tokens in and out: images, speech, sample entries, and broken ones.
    pub skipped: Vec<String>,
}

impl PriceTable {
    /// Reads the table that LiteLLM publishes as `model_prices_and_context_window.json`: an object with an entry for
    /// each model, prices in dollars for one token.
    ///
    /// Taken are the prices at standard service of tokens in, out, read from a cache and written to one, and the same
    /// above so many tokens in. Prices of batches, priority and flexible service, and of keeping a cache for longer
    /// are not. Prices come as floating numbers and are rounded to a billionth of a dollar for a million tokens.
    ///
    /// # Errors
    ///
    /// A text that is no JSON object. Single entries that make no sense are skipped and named.
    pub fn from_litellm(text: &str) -> Result<ImportedPrices, PriceError> {
        let entries: Map<String, Value> = serde_json::from_str(text).map_err(|error| {
            PriceError::new(format!("failed to read LiteLLM's price table: {error}"))
        })?;
        let mut models = BTreeMap::new();
        let mut skipped = Vec::new();
        for (name, entry) in entries {
            match entry.as_object().and_then(price) {
                Some(price) if name != "sample_spec" => drop(models.insert(name, price)),
                _ => skipped.push(name),
            }
        }
        Ok(ImportedPrices {
            table: PriceTable::of(models),
            skipped,
        })
    }
}

fn price(entry: &Map<String, Value>) -> Option<ModelPrice> {
    let rates = rates(entry, "", None)?;
    let mut price = ModelPrice::new(rates);
    for key in entry.keys() {
        if let Some(suffix) = key.strip_prefix("input_cost_per_token_above_")
            && let Some(thousands) = suffix.strip_suffix("k_tokens")
            && let Ok(thousands) = thousands.parse::<u64>()
        {
            let suffix = format!("_above_{suffix}");
            let long = self::rates(entry, &suffix, Some(&rates))?;
            price = price.above(thousands.saturating_mul(1_000), long);
        }
    }
    Some(price)
}

/// The rates whose keys end so. What is not stated for long requests is as for others.
fn rates(entry: &Map<String, Value>, suffix: &str, base: Option<&Rates>) -> Option<Rates> {
    let get = |key: &str| match entry.get(&format!("{key}{suffix}")) {
        None | Some(Value::Null) => Some(None),
        Some(value) => nano_per_million(value).map(Some),
    };
    Some(Rates {
        input: get("input_cost_per_token")?.or(base.map(|base| base.input))?,
        output: get("output_cost_per_token")?.or(base.map(|base| base.output))?,
        cached_input: get("cache_read_input_token_cost")?
            .or(base.and_then(|base| base.cached_input)),
        cache_write: get("cache_creation_input_token_cost")?
            .or(base.and_then(|base| base.cache_write)),
    })
}

/// Dollars for one token to billionths of a dollar for a million tokens.
fn nano_per_million(value: &Value) -> Option<u64> {
    let dollars = value.as_f64()?;
    let nano = (dollars * 1e15).round();
    // A dollar for one token is beyond all that was ever charged, and is exact.
    (0.0..=1e15).contains(&nano).then_some(nano as u64)
}
