//! Rules to scores.

use std::fmt;

use serde::Serialize;

use super::Evidence;
use super::contradiction::CONTRADICTIONS;
use super::rule::{RULES, Rule};
use super::view::View;
use crate::{Location, WorkerSpec};

/// What a score is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Aspect {
    /// Whether the task is named exactly.
    Clarity,
    /// Whether every section says something.
    Completeness,
    /// Whether the sections agree.
    Coherence,
    /// Whether success can be told from failure.
    Testability,
}

impl Aspect {
    /// All four, in the order in which they are shown.
    pub const ALL: [Aspect; 4] = [
        Aspect::Clarity,
        Aspect::Completeness,
        Aspect::Coherence,
        Aspect::Testability,
    ];

    /// How many of the overall 100 points the aspect gives.
    pub const fn weight(self) -> u32 {
        match self {
            Aspect::Clarity => 30,
            Aspect::Completeness => 20,
            Aspect::Coherence => 20,
            Aspect::Testability => 30,
        }
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Aspect::Clarity => "clarity",
            Aspect::Completeness => "completeness",
            Aspect::Coherence => "coherence",
            Aspect::Testability => "testability",
        })
    }
}

/// The score of one worker spec: 0 to 100 in all, by aspect and by section.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Quality {
    /// The worker's id.
    pub task: String,
    /// The score in all.
    pub overall: u8,
    /// Whether the task is named exactly.
    pub clarity: u8,
    /// Whether every section says something.
    pub completeness: u8,
    /// Whether the sections agree.
    pub coherence: u8,
    /// Whether success can be told from failure.
    pub testability: u8,
    /// Each of the sections that rules look at.
    pub sections: Vec<SectionScore>,
    /// What cost points, the most costly first.
    pub reasons: Vec<Reason>,
    /// The spec's heading.
    pub location: Location,
}

impl Quality {
    /// The contradictions among the reasons.
    pub fn contradictions(&self) -> impl Iterator<Item = &Reason> {
        let is_one = |reason: &&Reason| CONTRADICTIONS.iter().any(|kind| kind.name == reason.rule);
        self.reasons.iter().filter(is_one)
    }

    /// The score of an aspect.
    pub fn aspect(&self, aspect: Aspect) -> u8 {
        match aspect {
            Aspect::Clarity => self.clarity,
            Aspect::Completeness => self.completeness,
            Aspect::Coherence => self.coherence,
            Aspect::Testability => self.testability,
        }
    }
}

/// The score of one section: what its rules earned of what they could.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SectionScore {
    /// The canonical name.
    pub section: &'static str,
    /// 0 to 100.
    pub score: u8,
}

/// Why points are missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Reason {
    /// The name of the rule, or of the contradiction.
    pub rule: &'static str,
    /// The aspect that lost.
    pub aspect: Aspect,
    /// The section to mend.
    pub section: &'static str,
    /// The points of the overall 100 that it cost, in hundredths.
    pub cost: u32,
    /// One lowercase sentence without a full stop.
    pub message: String,
    /// What would earn the points.
    pub help: String,
    /// Where; never empty.
    pub places: Vec<Location>,
}

/// Scores a worker spec by [`RULES`].
///
/// A spec is held only to the rules that its [form](crate::SpecForm) asks for; their weights make up the whole.
///
/// The rules rest on structure, paths, code names and numbers, never on words of one language. They only add points for
/// what is there, so that saying less does not raise a score: leaving a section out, or making it vaguer. There is one
/// exception: what goes with it may be a side of one of the [`CONTRADICTIONS`], which cost more than silence.
///
/// ```
/// use wavecrew_worker_spec::quality::{Evidence, rate};
/// use wavecrew_worker_spec::{Document, read};
///
/// let text = "# WORKER_001: Sum\n## DELIVERABLES\n- [ ] Create `sum.py`\n## SUCCESS_CRITERIA\n- [ ] it is good\n";
/// let plan = read(&[Document::new("a.md", text)]).value;
/// let spec = plan.tasks[0].spec.as_deref().expect("a worker spec");
/// let quality = rate(spec, &Evidence::default());
/// assert_eq!(quality.overall, 12);
/// // What is missing, the most costly first.
/// let most = &quality.reasons[0];
/// assert_eq!((most.rule, most.cost), ("names-what", 1050));
/// assert_eq!(most.message, "nothing but a file is named exactly");
/// assert_eq!(most.places[0].line, 2);
/// ```
///
/// # Complexity
///
/// Linear in the length of the spec, apart from the logarithm for sorting the reasons.
pub fn rate(spec: &WorkerSpec, evidence: &Evidence) -> Quality {
    let view = View::new(spec, evidence);
    let mut aspects = [Tally::default(); 4];
    let mut sections: Vec<(&'static str, Tally)> = Vec::new();
    let mut reasons = Vec::new();
    let asked = || RULES.iter().filter(|rule| rule.is_asked_of(spec));
    let mut weights = [0; 4];
    for rule in asked() {
        weights[rule.aspect as usize] += rule.weight;
    }
    for rule in asked() {
        let judged = (rule.judge)(&view);
        // What is asked makes up the whole of its aspect.
        let points = u64::from(rule.weight * rule.aspect.weight());
        let of = points * 100_000 / u64::from(weights[rule.aspect as usize]);
        let earned = of * judged.share / 1000;
        aspects[rule.aspect as usize].add(earned, of);
        let at = match sections.iter().position(|(name, _)| *name == rule.section) {
            Some(at) => at,
            None => {
                sections.push((rule.section, Tally::default()));
                sections.len() - 1
            }
        };
        sections[at].1.add(earned, of);
        if judged.share < 1000 {
            let places = if judged.places.is_empty() {
                vec![view.place(rule.section)]
            } else {
                judged.places
            };
            reasons.push(Reason {
                rule: rule.name,
                aspect: rule.aspect,
                section: rule.section,
                cost: ((of - earned) / 1000) as u32,
                message: judged.message,
                help: help(rule),
                places,
            });
        }
    }
    let mut all = aspects.iter().fold(Tally::default(), |mut all, one| {
        all.add(one.earned, one.of);
        all
    });
    for kind in CONTRADICTIONS {
        if let Some(found) = (kind.find)(&view) {
            let taken = all.give_up(kind.takes);
            aspects[Aspect::Coherence as usize].give_up(kind.takes);
            reasons.push(Reason {
                rule: kind.name,
                aspect: Aspect::Coherence,
                section: kind.section,
                cost: (taken / 1000) as u32,
                message: found.message,
                help: kind.help.to_owned(),
                places: found.places,
            });
        }
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.cost));
    let [clarity, completeness, coherence, testability] = aspects.map(Tally::score);
    Quality {
        task: spec.id.clone(),
        overall: all.score(),
        clarity,
        completeness,
        coherence,
        testability,
        sections: sections
            .into_iter()
            .map(|(section, tally)| SectionScore {
                section,
                score: tally.score(),
            })
            .collect(),
        reasons,
        location: spec.location.clone(),
    }
}

fn help(rule: &Rule) -> String {
    format!("a good {} {}", rule.section, rule.earns)
}

/// Points that are earned, against those that can be, in hundred-thousandths of the overall 100.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    earned: u64,
    of: u64,
}

impl Tally {
    fn add(&mut self, earned: u64, of: u64) {
        self.earned += earned;
        self.of += of;
    }

    /// Takes so many hundredths of what is earned off, and tells how much that is.
    fn give_up(&mut self, hundredths: u32) -> u64 {
        let taken = self.earned * u64::from(hundredths) / 100;
        self.earned -= taken;
        taken
    }

    fn score(self) -> u8 {
        // Rounded down: 100 is earned whole.
        (self.earned * 100 / self.of.max(1)).min(100) as u8
    }
}
