//! The quality of worker specs: who judges, and what is refused.

use std::sync::Arc;

use tokio::task::JoinSet;
use wavecrew::worker_spec::{Plan, WorkerSpec};
use wavecrew::{JudgeOptions, JudgedBy, Judgement, judge_spec, provider_chain, rate_plan, refusal};

use crate::args::QualityArgs;
use crate::command::load::Loaded;
use crate::command::print;
use crate::exit::Exit;
use crate::output::diagnostic::visible;

/// So many specs are judged by a model at a time.
const AT_A_TIME: usize = 8;

/// Judges the specs of a plan as the command line asks, and refuses those that are too bad.
///
/// # Errors
///
/// [`Exit::Configuration`] after it has been told what is wrong with the provider.
pub fn judge(loaded: &mut Loaded, args: &QualityArgs) -> Result<Vec<Judgement>, Exit> {
    let judgements = if args.judge.is_empty() {
        rate_plan(&loaded.plan)
    } else {
        by_model(&loaded.plan, args)?
    };
    for judgement in &judgements {
        if let JudgedBy::RulesInstead { why } = &judgement.by {
            let task = &judgement.quality.task;
            print::talk(&visible(&format!("{task} is judged by the rules: {why}")));
        }
    }
    if let Some(least) = args.min_quality {
        let refused = judgements
            .iter()
            .filter_map(|judgement| refusal(judgement, least));
        loaded.diagnostics.extend(refused);
    }
    Ok(judgements)
}

fn by_model(plan: &Plan, args: &QualityArgs) -> Result<Vec<Judgement>, Exit> {
    let provider =
        provider_chain(&args.judge, |name| std::env::var(name).ok()).map_err(|error| {
            print::failure(&error);
            Exit::Configuration
        })?;
    let mut options = JudgeOptions::default();
    options.model.clone_from(&args.judge_model);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            print::failure(&error);
            Exit::Configuration
        })?;
    let specs: Vec<Arc<WorkerSpec>> = plan
        .tasks
        .iter()
        .filter_map(|task| task.spec.clone())
        .collect();
    let mut judgements = runtime
        .block_on(async {
            let mut done = Vec::with_capacity(specs.len());
            let mut running = JoinSet::new();
            for (place, spec) in specs.into_iter().enumerate() {
                if running.len() == AT_A_TIME {
                    done.extend(running.join_next().await);
                }
                let (provider, options) = (Arc::clone(&provider), options.clone());
                running
                    .spawn(async move { (place, judge_spec(&spec, &*provider, &options).await) });
            }
            while let Some(judged) = running.join_next().await {
                done.push(judged);
            }
            done.into_iter().collect::<Result<Vec<_>, _>>()
        })
        .map_err(|error| {
            print::failure(&error);
            Exit::Configuration
        })?;
    judgements.sort_by_key(|(place, _)| *place);
    let calls = options.meter.calls();
    print::talk(&format!(
        "{calls} calls to judge {} specs",
        judgements.len()
    ));
    Ok(judgements
        .into_iter()
        .map(|(_, judgement)| judgement)
        .collect())
}
