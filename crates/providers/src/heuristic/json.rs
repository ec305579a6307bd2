use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Number;

use super::draft::Draft;
use super::wants::What;

/// One JSON value with the stated keys. A file that is there and is no JSON is left as it is; one
/// of which nothing is stated is empty, for JSON has no way to say that it is not written.
pub(super) fn render(draft: &Draft) -> String {
    let mut root = match draft.existing {
        None => None,
        Some(text) => match serde_json::from_str::<Json>(text) {
            Ok(value) => Some(value),
            Err(_) => return text.to_owned(),
        },
    };
    for material in &draft.material {
        if let Ok(value) = serde_json::from_str::<Json>(material) {
            root = Some(match root {
                Some(own) => own.merged(value),
                None => value,
            });
        }
    }
    let plain_items = draft.wants.iter().any(|want| is_root_list(&want.what));
    let mut root = root.unwrap_or_else(|| match plain_items {
        true => Json::Array(Vec::new()),
        false => Json::Object(Vec::new()),
    });
    for want in &draft.wants {
        apply(&mut root, &want.what, want.under.as_deref());
    }
    for want in &draft.wants {
        if let What::Remove(text) = &want.what {
            root.remove(&path_of(None, text));
        }
    }
    if root.is_empty() && draft.wants.is_empty() && draft.existing.is_none() {
        return String::new();
    }
    let text =
        serde_json::to_string_pretty(&root).expect("keys are strings and numbers are finite");
    format!("{text}\n")
}

fn is_root_list(what: &What) -> bool {
    matches!(what, What::Items { key: None, .. })
}

fn apply(root: &mut Json, what: &What, under: Option<&str>) {
    match what {
        What::Pair { key, value, .. } => {
            let path = path_of(under, key);
            match value {
                Some(value) => root.set(&path, value_of(value)),
                None if root.get(&path).is_none() => root.set(&path, Json::Null),
                None => {}
            }
        }
        What::Items { key, items, .. } => {
            let path = key
                .as_deref()
                .map(|key| path_of(under, key))
                .unwrap_or_default();
            for item in items {
                root.add(&path, value_of(item));
            }
        }
        What::Contains(text) | What::Line(text) => {
            let text = text.trim().trim_end_matches(',');
            if let Ok(value @ Json::Object(_)) = serde_json::from_str(&format!("{{{text}}}")) {
                let own = std::mem::replace(root, Json::Null);
                *root = own.merged(value);
            }
        }
        _ => {}
    }
}

/// `a.b` is the key `b` in the object `a`.
pub(super) fn path_of(under: Option<&str>, key: &str) -> Vec<String> {
    let parts = |text: &str| -> Vec<String> {
        match text
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
        {
            Some(whole) => vec![whole.to_owned()],
            None => text
                .split('.')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
        }
    };
    let mut path = under.map(parts).unwrap_or_default();
    path.extend(parts(key));
    path
}

fn value_of(raw: &str) -> Json {
    serde_json::from_str(raw).unwrap_or_else(|_| Json::String(raw.to_owned()))
}

/// A JSON value that keeps the order of its keys.
#[derive(Clone, Debug, PartialEq)]
enum Json {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    fn is_empty(&self) -> bool {
        matches!(self, Json::Object(entries) if entries.is_empty())
    }

    fn get(&self, path: &[String]) -> Option<&Json> {
        path.iter().try_fold(self, |value, key| match value {
            Json::Object(entries) => entries
                .iter()
                .find(|(own, _)| own == key)
                .map(|entry| &entry.1),
            _ => None,
        })
    }

    /// The value at a path, which is made of objects as far as it is missing.
    fn entry(&mut self, path: &[String]) -> &mut Json {
        path.iter().fold(self, |value, key| {
            if !matches!(value, Json::Object(_)) {
                *value = Json::Object(Vec::new());
            }
            let Json::Object(entries) = value else {
                unreachable!("it was made an object above")
            };
            let index = entries
                .iter()
                .position(|(own, _)| own == key)
                .unwrap_or_else(|| {
                    entries.push((key.clone(), Json::Null));
                    entries.len() - 1
                });
            &mut entries[index].1
        })
    }

    fn set(&mut self, path: &[String], value: Json) {
        *self.entry(path) = value;
    }

    fn add(&mut self, path: &[String], item: Json) {
        let place = self.entry(path);
        if !matches!(place, Json::Array(_)) {
            if path.is_empty() {
                return;
            }
            *place = Json::Array(Vec::new());
        }
        if let Json::Array(items) = place
            && !items.contains(&item)
        {
            items.push(item);
        }
    }

    fn remove(&mut self, path: &[String]) {
        let Some((last, parents)) = path.split_last() else {
            return;
        };
        if self.get(parents).is_some()
            && let Json::Object(entries) = self.entry(parents)
        {
            entries.retain(|(key, _)| key != last);
        }
    }

    /// Objects are joined key by key; of anything else the other value is taken.
    fn merged(self, other: Json) -> Json {
        match (self, other) {
            (Json::Object(mut own), Json::Object(theirs)) => {
                for (key, value) in theirs {
                    match own.iter_mut().find(|(name, _)| *name == key) {
                        Some((_, place)) => {
                            *place = std::mem::replace(place, Json::Null).merged(value);
                        }
                        None => own.push((key, value)),
                    }
                }
                Json::Object(own)
            }
            (_, other) => other,
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Number(number) => number.serialize(serializer),
            Json::String(text) => serializer.serialize_str(text),
            Json::Array(items) => items.serialize(serializer),
            Json::Object(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        let number = Number::from_f64(value).ok_or_else(|| E::custom("a number is not finite"))?;
        Ok(Json::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Json::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut entries: Vec<(String, Json)> = Vec::new();
        while let Some((key, value)) = access.next_entry::<String, Json>()? {
            match entries.iter_mut().find(|(own, _)| *own == key) {
                Some((_, place)) => *place = value,
                None => entries.push((key, value)),
            }
        }
        Ok(Json::Object(entries))
    }
}
