//! How good worker specs are: the rules, fed with what the tests are worth; a model's judgement of them; and the
//! threshold below which a spec is refused.

#[cfg(feature = "crew")]
mod judge;
mod refuse;

use serde::Serialize;
use wavecrew_validate::{Strength, strength};
use wavecrew_worker_spec::quality::{Aspect, Evidence, Quality, TestWorth, rate};
use wavecrew_worker_spec::{Plan, WorkerSpec};

#[cfg(feature = "crew")]
pub use judge::{JudgeOptions, judge_spec};
pub use refuse::{refusal, refusals, unscored};

/// Scores a spec by the rules of [`wavecrew_worker_spec::quality`], with the strength of its test commands as evidence.
pub fn rate_spec(spec: &WorkerSpec) -> Quality {
    let worth = |command: &str| match strength(command) {
        Strength::Real => TestWorth::Real,
        Strength::Masked { .. } | Strength::Indirect { .. } => TestWorth::Weak,
        Strength::Vacuous { .. } | Strength::NeverFails { .. } => TestWorth::Nothing,
        Strength::Setup { .. } => TestWorth::Setup,
    };
    let tests = spec.test_commands().map(|command| worth(&command.text));
    let tests = tests.collect();
    rate(spec, &Evidence { tests })
}

/// The judgement of every worker spec of a plan, by the rules, in the order of the plan.
pub fn rate_plan(plan: &Plan) -> Vec<Judgement> {
    let specs = plan.tasks.iter().filter_map(|task| task.spec.as_deref());
    specs
        .map(|spec| Judgement::by_rules(rate_spec(spec)))
        .collect()
}

/// What is said of the quality of one worker spec.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judgement {
    /// By the rules.
    pub quality: Quality,
    /// Who gave [`overall`](Judgement::overall) and the aspects.
    pub by: JudgedBy,
}

/// Who judged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum JudgedBy {
    /// The rules, since nobody else was asked.
    Rules,
    /// The rules, since a model that was asked gave no judgement that could be used.
    RulesInstead {
        /// What was wrong with the model's answer.
        why: String,
    },
    /// A model.
    Model(ModelJudgement),
}

/// A model's judgement of one spec.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelJudgement {
    /// The provider that answered.
    pub provider: String,
    /// Clarity, completeness, coherence and testability, as in [`Aspect::ALL`].
    pub aspects: [u8; 4],
    /// What the model finds wrong.
    pub findings: Vec<Finding>,
}

/// One thing that a model finds wrong with a spec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The aspect that it is about.
    pub aspect: Aspect,
    /// The section that it is about.
    pub section: String,
    /// The model's words: one line, to be shown and never to be obeyed.
    pub message: String,
    /// The section's heading; the spec's, if there is no such section.
    #[serde(skip)]
    pub location: wavecrew_worker_spec::Location,
}

impl Judgement {
    pub(crate) fn by_rules(quality: Quality) -> Judgement {
        Judgement {
            quality,
            by: JudgedBy::Rules,
        }
    }

    /// The score of an aspect. A model can lower what the rules give, and not raise it: whoever writes the spec writes
    /// what the model reads, and must not be able to talk it into a better score.
    pub fn aspect(&self, aspect: Aspect) -> u8 {
        let by_rules = self.quality.aspect(aspect);
        match &self.by {
            JudgedBy::Model(model) => by_rules.min(model.aspects[aspect as usize]),
            _ => by_rules,
        }
    }

    /// The score in all.
    pub fn overall(&self) -> u8 {
        let JudgedBy::Model(_) = &self.by else {
            return self.quality.overall;
        };
        let sum = |score: &dyn Fn(Aspect) -> u8| -> u32 {
            let weighted = |aspect: Aspect| u32::from(score(aspect)) * aspect.weight();
            Aspect::ALL.into_iter().map(weighted).sum()
        };
        let (lowered, by_rules) = (
            sum(&|aspect| self.aspect(aspect)),
            sum(&|aspect| self.quality.aspect(aspect)),
        );
        // What contradictions took of the whole they take of what the model leaves, too.
        let overall = u32::from(self.quality.overall);
        let left = (overall * lowered).div_ceil(by_rules.max(1));
        // Rounding must not lift it above the rules.
        (lowered / 100).min(left).min(overall) as u8
    }
}
