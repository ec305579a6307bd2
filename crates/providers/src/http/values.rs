//! How many values a JSON text has.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Each takes some thirty bytes or more, where a text of two may stand for it. No answer of any protocol has as many.
const MOST: usize = 200_000;
/// A shorter text cannot have more.
const SHORT: usize = MOST;

/// Refuses a text, of one value or of several, that is made of more values than any answer: a few compressed kilobytes
/// would take hundreds of megabytes. Linear in the text.
///
/// # Errors
///
/// It has too many values, or is no JSON.
pub(crate) fn few(text: &[u8]) -> serde_json::Result<()> {
    if text.len() <= SHORT {
        return Ok(());
    }
    let mut total = Size(0);
    for value in serde_json::Deserializer::from_slice(text).into_iter::<Size>() {
        total.add(value?)?;
    }
    Ok(())
}

/// How many values a value is made of, itself too.
struct Size(usize);

impl Size {
    fn add<E: Error>(&mut self, more: Size) -> Result<(), E> {
        self.0 += more.0;
        match self.0 > MOST {
            true => Err(E::custom(format!("more than {MOST} values"))),
            false => Ok(()),
        }
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        reader.deserialize_any(Count)
    }
}

struct Count;

macro_rules! single {
    ($($visit:ident: $kind:ty),*) => {
        $(fn $visit<E: Error>(self, _: $kind) -> Result<Size, E> {
            Ok(Size(1))
        })*
    };
}

impl<'de> Visitor<'de> for Count {
    type Value = Size;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    single!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);

    fn visit_unit<E: Error>(self) -> Result<Size, E> {
        Ok(Size(1))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Size, A::Error> {
        let mut total = Size(1);
        while let Some(size) = items.next_element::<Size>()? {
            total.add(size)?;
        }
        Ok(total)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Size, A::Error> {
        let mut total = Size(1);
        while fields.next_key::<IgnoredAny>()?.is_some() {
            total.add(fields.next_value::<Size>()?)?;
        }
        Ok(total)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_values_are_refused_and_long_texts_are_not() {
        let long = format!("{{\"text\":\"{}\"}}", ",[{".repeat(200_000));
        assert!(few(long.as_bytes()).is_ok());
        let most = format!("[{}0]", "0,".repeat(MOST - 2));
        assert!(few(most.as_bytes()).is_ok());
        for many in [
            format!("[0,{}0]", "0,".repeat(MOST - 1)),
            format!("{{{}\"a\":0}}", "\"a\":0,".repeat(MOST)),
            "0 ".repeat(MOST + 1),
            format!("[{}0]", "[],".repeat(MOST)),
        ] {
            let error = few(many.as_bytes()).unwrap_err();
            assert!(
                error.to_string().contains("more than 200000 values"),
                "{error}"
            );
        }
        assert!(few(&[b'['; 300_000]).is_err());
        assert!(few(&[b'"'; 300_001]).is_err());
    }
}
