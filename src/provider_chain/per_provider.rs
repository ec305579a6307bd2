//! A bound for every provider, or for some.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A bound for every provider by itself (`60`), and those of single ones (`openai=60`), which go first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PerProvider {
    /// For each provider that is not named.
    pub each: Option<NonZeroU64>,
    /// By name.
    pub named: BTreeMap<String, NonZeroU64>,
}

impl PerProvider {
    /// The bound of one provider.
    pub fn of(&self, name: &str) -> Option<NonZeroU64> {
        self.named.get(name).copied().or(self.each)
    }

    /// Adds what is said in the same place, in whichever order.
    pub fn add(&mut self, other: &Self) {
        self.each = other.each.or(self.each);
        let named = other.named.iter();
        self.named
            .extend(named.map(|(name, bound)| (name.clone(), *bound)));
    }

    /// Puts bounds from elsewhere over these: one for each also means those that were named here.
    pub fn replace_by(&mut self, other: &Self) {
        if other.each.is_some() {
            self.named.clear();
        }
        self.add(other);
    }
}

/// One bound: `60`, or `openai=60`.
impl FromStr for PerProvider {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, number) = match text.split_once('=') {
            Some((name, number)) => (Some(name.trim()), number),
            None => (None, text),
        };
        let bound: NonZeroU64 = number.trim().parse().map_err(|_| {
            format!(
                "`{text}` is no limit; a whole number above 0 is meant, as in `60` or `openai=60`"
            )
        })?;
        let mut limits = Self::default();
        match name {
            None => limits.each = Some(bound),
            Some("") => return Err(format!("`{text}` names no provider")),
            Some(name) => drop(limits.named.insert(name.to_owned(), bound)),
        }
        Ok(limits)
    }
}

#[cfg(test)]
mod tests {
    use super::PerProvider;

    fn read(texts: &[&str]) -> PerProvider {
        let mut all = PerProvider::default();
        for text in texts {
            all.add(&text.parse().expect("a limit"));
        }
        all
    }

    #[test]
    fn what_is_named_goes_before_what_is_for_each() {
        for order in [["60", "openai=500"], ["openai=500", "60"]] {
            let limits = read(&order);
            assert_eq!(limits.of("openai").map(u64::from), Some(500));
            assert_eq!(limits.of("ollama").map(u64::from), Some(60));
        }
        assert_eq!(read(&["openai=5"]).of("ollama"), None);
        for wrong in ["0", "x", "openai=0", "=5", "openai=", "-1"] {
            assert!(wrong.parse::<PerProvider>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_later_word_for_each_is_for_all() {
        let mut limits = read(&["openai=500", "60"]);
        limits.replace_by(&read(&["ollama=5"]));
        assert_eq!(limits.of("openai").map(u64::from), Some(500));
        limits.replace_by(&read(&["30"]));
        assert_eq!(limits.of("openai").map(u64::from), Some(30));
        assert_eq!(limits.of("ollama").map(u64::from), Some(30));
    }
}
