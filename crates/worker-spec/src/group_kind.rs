//! What a group is called, and what that means for the order of its tasks.

use serde::{Deserialize, Serialize};

/// What the document calls a group.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GroupKind {
    /// Tasks that run at once, after those of the wave before.
    Wave,
    /// Tasks that run at once, after those of the batch before.
    Batch,
    /// Tasks that run at once, after those of the round before.
    Round,
    /// A part of the plan that comes after the part before; its tasks have an order of their own.
    Phase,
    /// As a phase.
    Stage,
    /// As a phase, of a fixed length.
    Sprint,
    /// As a phase, of a fixed length.
    Iteration,
    /// As a phase, with a result.
    Milestone,
    /// Work that goes on beside other tracks.
    Track,
    /// What one user story needs.
    Story,
    /// Stories that belong together.
    Epic,
    /// Anything else: a section of a list, the sub-tasks of a task.
    #[default]
    Section,
}

impl GroupKind {
    /// The kind that the first word of a group's id names: `wave-2` is a wave. A part that has a word of its own is what
    /// that says: `phase-5.wave-2` is a wave, `phase-4.1` a phase.
    pub fn of_id(id: &str) -> GroupKind {
        let kind = |id: &str| GroupKind::of_word(id.split_once('-').map_or(id, |(word, _)| word));
        let part = id.rsplit_once('.').map(|(_, part)| kind(part));
        part.filter(|part| *part != GroupKind::Section)
            .unwrap_or_else(|| kind(id))
    }

    fn of_word(word: &str) -> GroupKind {
        match word {
            "wave" | "level" => GroupKind::Wave,
            "batch" => GroupKind::Batch,
            "round" => GroupKind::Round,
            "phase" => GroupKind::Phase,
            "stage" => GroupKind::Stage,
            "sprint" => GroupKind::Sprint,
            "iteration" => GroupKind::Iteration,
            "milestone" => GroupKind::Milestone,
            "track" => GroupKind::Track,
            "story" => GroupKind::Story,
            "epic" => GroupKind::Epic,
            _ => GroupKind::Section,
        }
    }

    /// Whether the tasks of such a group are meant to run at once: none of them waits for another.
    pub fn is_at_once(self) -> bool {
        matches!(self, GroupKind::Wave | GroupKind::Batch | GroupKind::Round)
    }

    /// Whether such groups are meant to follow each other in the order of the document.
    pub fn is_in_order(self) -> bool {
        self.is_at_once()
            || matches!(
                self,
                GroupKind::Phase
                    | GroupKind::Stage
                    | GroupKind::Sprint
                    | GroupKind::Iteration
                    | GroupKind::Milestone
            )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        assert_eq!(GroupKind::of_id("wave-2"), GroupKind::Wave);
        assert_eq!(GroupKind::of_id("phase-4.1"), GroupKind::Phase);
        assert_eq!(GroupKind::of_id("phase-5.wave-2"), GroupKind::Wave);
        assert_eq!(GroupKind::of_id("back-12"), GroupKind::Section);
        assert!(GroupKind::Batch.is_at_once() && GroupKind::Batch.is_in_order());
        assert!(!GroupKind::Phase.is_at_once() && GroupKind::Phase.is_in_order());
        assert!(!GroupKind::Track.is_in_order());
    }
}
