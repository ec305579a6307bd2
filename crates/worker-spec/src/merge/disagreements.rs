//! Places that say different things about one task.

use super::tasks::{Draft, Drafts};
use crate::{Amount, Code, Diagnostic, Measure, Reference, TaskMention, TaskMentionKind};

/// Tells of each task whose places state different estimates, or different numbers of tokens. The fullest place counts,
/// as it does for the task.
///
/// Only places that name the task by its id are held against each other; a task is told once for each of the two.
pub(super) fn report(drafts: &Drafts<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let seconds = |mention: &TaskMention| mention.estimate.map(|estimate| estimate.as_secs());
    let tokens = |mention: &TaskMention| mention.tokens;
    for (_, draft) in drafts.with_mentions() {
        diagnostics.extend(disagreement(draft, Measure::Seconds, seconds));
        diagnostics.extend(disagreement(draft, Measure::Tokens, tokens));
    }
}

fn disagreement(
    draft: &Draft<'_>,
    measure: Measure,
    stated: impl Fn(&TaskMention) -> Option<u64>,
) -> Option<Diagnostic> {
    let by_id = || {
        let mentions = draft.mentions.iter();
        mentions.filter(|mention| mention.named_by == Reference::Id)
    };
    let kinds = [
        TaskMentionKind::Spec,
        TaskMentionKind::Definition,
        TaskMentionKind::Mention,
    ];
    let fullest = kinds
        .into_iter()
        .flat_map(|kind| by_id().filter(move |mention| mention.kind == kind))
        .find_map(|mention| Some((mention, stated(mention)?)));
    let (counts, amount) = fullest?;
    let (other, differs) = by_id()
        .filter_map(|mention| Some((mention, stated(mention)?)))
        .find(|(_, other)| *other != amount)?;
    let shown = |amount| Amount::whole(measure, amount);
    let message = format!(
        "{} takes {} here, and {} elsewhere, which counts",
        draft.id.escape_debug(),
        shown(differs),
        shown(amount)
    );
    Some(
        Diagnostic::warning(Code::TASK_DISAGREEMENT, message)
            .at(other.location.clone())
            .related(counts.location.clone(), format!("{} here", shown(amount)))
            .help("state it once, or the same in both places"),
    )
}
