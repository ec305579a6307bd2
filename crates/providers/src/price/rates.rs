//! The price of one model.

use crate::{Cost, Usage};

/// Prices in billionths of a US dollar for a million tokens: 2.50 dollars are `2_500_000_000`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rates {
    /// Tokens of the request.
    pub input: u64,
    /// Tokens of the answer, hidden reasoning included.
    pub output: u64,
    /// Tokens of the request that a cache held; `None` is as `input`.
    pub cached_input: Option<u64>,
    /// Tokens of the request that were written to a cache; `None` is as `input`.
    pub cache_write: Option<u64>,
}

impl Rates {
    /// So much for a million tokens in, and so much for a million tokens out.
    pub const fn new(input: u64, output: u64) -> Self {
        Self {
            input,
            output,
            cached_input: None,
            cache_write: None,
        }
    }

    /// Sets the price of what a cache held.
    #[must_use]
    pub const fn cached_input(mut self, price: u64) -> Self {
        self.cached_input = Some(price);
        self
    }

    /// Sets the price of what is written to a cache.
    #[must_use]
    pub const fn cache_write(mut self, price: u64) -> Self {
        self.cache_write = Some(price);
        self
    }
}

/// The price of one model: rates, and those for long requests where they differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelPrice {
    rates: Rates,
    /// Rates for all tokens of a request that has more than so many in, the smallest number first.
    long: Vec<(u64, Rates)>,
}

impl ModelPrice {
    /// Nothing to pay: a model of one's own.
    pub const FREE: ModelPrice = ModelPrice::new(Rates::new(0, 0));

    /// The same rates for requests of any length.
    pub const fn new(rates: Rates) -> Self {
        Self {
            rates,
            long: Vec::new(),
        }
    }

    /// Sets the rates that hold for all tokens of a request with more than so many tokens in.
    #[must_use]
    pub fn above(mut self, input_tokens: u64, rates: Rates) -> Self {
        self.long.retain(|(above, _)| *above != input_tokens);
        self.long.push((input_tokens, rates));
        self.long.sort_by_key(|(above, _)| *above);
        self
    }

    /// The rates of a request with so many tokens in.
    pub fn rates(&self, input_tokens: u64) -> &Rates {
        let long = self
            .long
            .iter()
            .rev()
            .find(|(above, _)| input_tokens > *above);
        long.map_or(&self.rates, |(_, rates)| rates)
    }

    /// What so many tokens cost: exact, and rounded up once to a billionth of a dollar. `None` when the tokens in or
    /// out are not known, unless nothing is to be paid.
    pub fn cost(&self, usage: &Usage) -> Option<Cost> {
        if self.is_free() {
            return Some(Cost::ZERO);
        }
        let input = usage.input_tokens?;
        let output = usage.output_tokens?;
        let rates = self.rates(input);
        // Both are parts of the input. A server that tells more of them than of the whole is not believed.
        let cached = usage.cached_tokens.unwrap_or(0).min(input);
        let written = usage.cache_write_tokens.unwrap_or(0).min(input - cached);
        let part = |tokens: u64, rate: u64| u128::from(tokens) * u128::from(rate);
        let sum = part(input - cached - written, rates.input)
            .saturating_add(part(cached, rates.cached_input.unwrap_or(rates.input)))
            .saturating_add(part(written, rates.cache_write.unwrap_or(rates.input)))
            .saturating_add(part(output, rates.output));
        let nano = sum.div_ceil(1_000_000);
        Some(Cost::from_nano_usd(u64::try_from(nano).unwrap_or(u64::MAX)))
    }

    /// The most that so many tokens can cost, however they are cached.
    pub fn at_most(&self, input: u64, output: u64) -> Cost {
        // Long rates are higher as a rule and need not be: take the dearest that can apply.
        let all = [&self.rates].into_iter().chain(
            self.long
                .iter()
                .filter(|(above, _)| input > *above)
                .map(|(_, rates)| rates),
        );
        let (mut dear_in, mut dear_out) = (0, 0);
        for rates in all {
            let inputs = [Some(rates.input), rates.cached_input, rates.cache_write];
            dear_in = inputs.into_iter().flatten().fold(dear_in, u64::max);
            dear_out = dear_out.max(rates.output);
        }
        let price = ModelPrice::new(Rates::new(dear_in, dear_out));
        price.cost(&Usage::new(input, output)).unwrap_or(Cost::ZERO)
    }

    fn is_free(&self) -> bool {
        let all = [&self.rates]
            .into_iter()
            .chain(self.long.iter().map(|(_, rates)| rates));
        all.flat_map(|rates| {
            [
                Some(rates.input),
                Some(rates.output),
                rates.cached_input,
                rates.cache_write,
            ]
        })
        .flatten()
        .all(|rate| rate == 0)
    }
}
