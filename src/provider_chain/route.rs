//! Which tasks go to which providers.

use std::str::FromStr;

use serde::de::{self, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wavecrew_providers::{Request, wildcard_matches};
use wavecrew_worker_spec::Task;

use super::choice::Choice;

/// Under which key a request carries what routes look at. It is never sent.
const NOTE: &str = "wavecrew.task";

/// What routes know of a task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct TaskNote {
    id: String,
    group: Option<String>,
    /// The model or tier that the plan asks for.
    tier: Option<String>,
    complexity: Option<u64>,
    /// Whether the request's model is the plan's word, and not that of the one who runs it.
    pub(super) plans_model: bool,
}

impl TaskNote {
    /// What is so of the task; `model` is what the whole run is to ask for.
    pub(crate) fn new(task: &Task, model: Option<&str>) -> Self {
        let complexity = task.complexity.as_deref();
        Self {
            id: task.id.clone(),
            group: task.group.clone(),
            tier: task.model.clone(),
            complexity: complexity.and_then(|stated| Some(stated.parse::<Complexity>().ok()?.0)),
            plans_model: model.is_none(),
        }
    }

    /// What a request carries.
    pub(super) fn of(request: &Request) -> Self {
        let note = request.metadata.get(NOTE);
        note.and_then(|note| Self::deserialize(note).ok())
            .unwrap_or_default()
    }
}

/// The request, with what routes look at.
pub(crate) fn noted(request: Request, note: &TaskNote) -> Request {
    request.metadata(NOTE, json!(note))
}

/// The request for another model, by the word of the one who runs it.
pub(super) fn for_model(mut request: Request, model: &str) -> Request {
    request.model = Some(model.to_owned());
    if let Some(Value::Object(note)) = request.metadata.get_mut(NOTE) {
        note.insert("plans_model".to_owned(), json!(false));
    }
    request
}

/// Sends tasks to some providers. All that is set has to fit; of a list any entry may. `*` stands for any
/// text, and capitals do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Ids: `INFRA-*`.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// Ids of groups: `wave-1`.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Models or tiers that the plan asks for: `small`, `*haiku*`.
    #[serde(default)]
    pub tiers: Vec<String>,
    /// The least complexity.
    #[serde(default)]
    pub min_complexity: Option<Complexity>,
    /// The greatest complexity.
    #[serde(default)]
    pub max_complexity: Option<Complexity>,
    /// Providers in order, or with weights: `openai`, `ollama=10`. At least one.
    #[serde(deserialize_with = "at_least_one")]
    pub to: Vec<Choice>,
    /// The model to ask them for.
    #[serde(default)]
    pub model: Option<String>,
}

fn at_least_one<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Choice>, D::Error> {
    let choices: Vec<Choice> = Deserialize::deserialize(from)?;
    match choices.is_empty() {
        true => Err(de::Error::custom(
            "a route needs at least one provider to go to, as in `to = [\"openai\"]`",
        )),
        false => Ok(choices),
    }
}

/// How complex a task is, from 1 to 10. Words count as low 2, medium 5, high 8 and very high 10.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "NumberOrWord")]
pub struct Complexity(pub u64);

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrWord {
    Number(u64),
    Word(String),
}

impl TryFrom<NumberOrWord> for Complexity {
    type Error = String;

    fn try_from(stated: NumberOrWord) -> Result<Self, String> {
        match stated {
            NumberOrWord::Number(number) => Ok(Self(number)),
            NumberOrWord::Word(word) => word.parse(),
        }
    }
}

/// `8`, `7/10`, `High`, `very high`.
impl FromStr for Complexity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = text.trim().to_lowercase().replace(['-', '_'], " ");
        let digits = plain.bytes().take_while(u8::is_ascii_digit).count();
        let (number, rest) = plain.split_at(digits);
        if let Ok(number) = number.parse() {
            let scale = rest.trim_start().strip_prefix('/');
            let of: Option<u64> = scale.and_then(|of| of.trim().parse().ok());
            if rest.trim().is_empty() {
                return Ok(Self(number));
            }
            if let Some(of) = of.filter(|of| *of > 0 && number <= *of) {
                return Ok(Self(number.saturating_mul(10).div_ceil(of)));
            }
        }
        match plain.as_str() {
            "very low" | "trivial" | "minimal" => Ok(Self(1)),
            "low" | "simple" | "easy" | "small" => Ok(Self(2)),
            "medium" | "moderate" | "normal" | "average" => Ok(Self(5)),
            "high" | "complex" | "hard" | "large" => Ok(Self(8)),
            "very high" | "extreme" | "critical" => Ok(Self(10)),
            _ => Err(format!(
                "`{text}` is no complexity; a number from 1 to 10 or low, medium, high, very high are known"
            )),
        }
    }
}

impl Route {
    /// Whether the task goes this way.
    pub(super) fn fits(&self, note: &TaskNote) -> bool {
        let any = |patterns: &[String], stated: Option<&str>| {
            patterns.is_empty()
                || stated.is_some_and(|stated| patterns.iter().any(|one| is_like(one, stated)))
        };
        let within = |test: &dyn Fn(u64) -> bool, bound: Option<Complexity>| {
            bound.is_none() || note.complexity.is_some_and(test)
        };
        let (least, most) = (self.min_complexity, self.max_complexity);
        any(&self.tasks, Some(&note.id))
            && any(&self.groups, note.group.as_deref())
            && any(&self.tiers, note.tier.as_deref())
            && within(&|is| least.is_none_or(|least| is >= least.0), least)
            && within(&|is| most.is_none_or(|most| is <= most.0), most)
    }

    /// The names of the providers.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.to.iter().map(|choice| choice.name.as_str())
    }
}

/// Whether the text is of the pattern, capitals aside.
fn is_like(pattern: &str, text: &str) -> bool {
    wildcard_matches(&pattern.to_lowercase(), &text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{Complexity, Route, TaskNote, is_like};

    #[test]
    fn patterns_have_stars() {
        for (pattern, text) in [
            ("infra-*", "INFRA-001"),
            ("*", ""),
            ("*haiku*", "Claude Haiku 4"),
            ("a", "A"),
        ] {
            assert!(is_like(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("INFRA-*", "X-INFRA-1"), ("a", "ab"), ("ab*ba", "aba")] {
            assert!(!is_like(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn complexity_is_a_number_or_a_word() {
        for (text, number) in [
            ("7", 7),
            ("7/10", 7),
            ("3 / 5", 6),
            ("High", 8),
            ("very-high", 10),
            ("Medium", 5),
        ] {
            assert_eq!(text.parse(), Ok(Complexity(number)), "{text}");
        }
        for wrong in ["", "enormous", "7 of", "11/10", "3/0"] {
            assert!(wrong.parse::<Complexity>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn all_that_is_set_has_to_fit() {
        let note = TaskNote {
            id: "INFRA-7".to_owned(),
            tier: Some("small".to_owned()),
            complexity: Some(2),
            ..TaskNote::default()
        };
        let route = |tasks: &[&str], tiers: &[&str], most: Option<u64>| Route {
            tasks: tasks.iter().map(ToString::to_string).collect(),
            tiers: tiers.iter().map(ToString::to_string).collect(),
            max_complexity: most.map(Complexity),
            ..Route::default()
        };
        assert!(route(&["X-*", "INFRA-*"], &["Small"], Some(3)).fits(&note));
        assert!(!route(&["INFRA-*"], &["large"], None).fits(&note));
        assert!(!route(&[], &[], Some(1)).fits(&note));
        assert!(
            !route(&[], &[], Some(9)).fits(&TaskNote::default()),
            "nothing is stated"
        );
        assert!(route(&[], &[], None).fits(&note));
    }
}
