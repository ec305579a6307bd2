//! From a worker spec to the brief that a rule-based provider reads.

use wavecrew_providers::{Brief, BriefFile, Material};
use wavecrew_worker_spec::{Item, Task};

/// Says of `task` what a provider without a model can use. `files` are the deliverables with what
/// stands in them now.
pub(super) fn brief(task: &Task, files: &[(String, Option<String>)]) -> Brief {
    let deliverables = files
        .iter()
        .map(|(path, existing)| BriefFile {
            path: path.clone(),
            existing: existing.clone(),
        })
        .collect();
    let texts = |items: &[Item]| {
        items
            .iter()
            .map(|item| item.text.clone())
            .collect::<Vec<_>>()
    };
    let Some(spec) = task.spec.as_deref() else {
        return Brief {
            task: task.id.clone(),
            title: task.title.clone(),
            deliverables,
            ..Brief::default()
        };
    };
    let boundaries = &spec.boundaries;
    Brief {
        task: task.id.clone(),
        title: task.title.clone(),
        deliverables,
        notes: texts(&spec.deliverable_notes),
        criteria: texts(&spec.criteria),
        boundaries: [&boundaries.can, &boundaries.cannot, &boundaries.other]
            .into_iter()
            .flat_map(|items| texts(items))
            .collect(),
        tests: spec
            .tests
            .iter()
            .flat_map(|fence| &fence.commands)
            .map(|command| command.text.clone())
            .collect(),
        material: spec
            .notes
            .iter()
            .map(|fence| Material {
                path: fence.path.clone(),
                language: fence.language.clone(),
                text: fence.text.clone(),
            })
            .collect(),
    }
}
