//! The quality of worker specs: who judges, and what is refused.

use std::sync::Arc;

use tokio::task::JoinSet;
use wavecrew::providers::{Fallback, Provider, Spending};
use wavecrew::worker_spec::{Plan, Status, WorkerSpec};
use wavecrew::{
    JudgeOptions, JudgedBy, Judgement, ProviderChain, judge_spec, rate_plan, refusals, unscored,
};

use crate::args::{BudgetArgs, QualityArgs};
use crate::command::load::Loaded;
use crate::command::print;
use crate::command::providers::{self, Judge};
use crate::exit::Exit;
use crate::output::amount::{counted, dollars};
use crate::output::diagnostic::visible;

/// So many specs are judged by a model at a time.
const AT_A_TIME: usize = 8;

/// Judges the specs of a plan as the command line asks, and refuses those that are too bad.
///
/// # Errors
///
/// [`Exit::Configuration`] after it has been told what is wrong with the provider.
pub fn judge(
    loaded: &mut Loaded,
    args: &QualityArgs,
    budget: &BudgetArgs,
) -> Result<Vec<Judgement>, Exit> {
    let judge = match args.judge.is_empty() {
        true => None,
        false => {
            let judge = Judge {
                names: &args.judge,
                model: args.judge_model.as_deref(),
            };
            Some(providers::judges(&judge, budget)?.provider())
        }
    };
    let options = options(args);
    let judgements = judgements(&loaded.plan, judge, &options)?;
    if let Some(least) = args.min_quality {
        let refused = refusals(&loaded.plan, &judgements, least);
        loaded.diagnostics.extend(refused);
        loaded.diagnostics.extend(unscored(&loaded.plan));
    }
    Ok(judgements)
}

/// Refuses a plan before it is run. A model, which may cost money, is asked only when the rules refuse nothing: it can
/// only lower what they give. It is one of the run's `chain`, within the run's budget, and asked for this model; what it took is
/// given.
///
/// # Errors
///
/// [`Exit::InvalidPlan`] after the refused specs have been told, [`Exit::Usage`] for a judge without a threshold, else
/// as [`judge`].
pub fn gate(
    loaded: &Loaded,
    args: &QualityArgs,
    model: Option<&str>,
    chain: &ProviderChain,
) -> Result<Spending, Exit> {
    let mut options = options(args);
    options.model = model.map(str::to_owned);
    let Some(least) = args.min_quality else {
        if args.judge.is_empty() {
            return Ok(Spending::default());
        }
        print::talk("error: --judge is of no use to a run without --min-quality");
        return Err(Exit::Usage);
    };
    let plan = &loaded.plan;
    let mut refused = refusals(plan, &rate_plan(plan), least);
    if refused.is_empty() && !args.judge.is_empty() {
        let lanes = args.judge.iter().filter_map(|name| chain.alone().get(name));
        let lanes = lanes.map(|lane| Box::new(Arc::clone(lane)) as Box<dyn Provider>);
        let judge: Arc<dyn Provider> = Arc::new(Fallback::new(lanes.collect()));
        refused = refusals(plan, &judgements(plan, Some(judge), &options)?, least);
    }
    loaded.tell(refused.iter().chain(&unscored(plan)));
    if refused.is_empty() {
        return Ok(options.meter.spending());
    }
    print::talk(&format!(
        "{} refused, and nothing was run; `wavecrew check --quality` shows all scores",
        match refused.len() {
            1 => "1 worker spec is".to_owned(),
            count => format!("{count} worker specs are"),
        }
    ));
    Err(Exit::InvalidPlan)
}

fn options(args: &QualityArgs) -> JudgeOptions {
    let mut options = JudgeOptions::default();
    options.model.clone_from(&args.judge_model);
    options
}

fn configuration(error: &dyn std::error::Error) -> Exit {
    print::failure(error);
    Exit::Configuration
}

fn judgements(
    plan: &Plan,
    judge: Option<Arc<dyn Provider>>,
    options: &JudgeOptions,
) -> Result<Vec<Judgement>, Exit> {
    let mut judgements = rate_plan(plan);
    if let Some(judge) = judge {
        by_model(plan, judge, options, &mut judgements)?;
    }
    for judgement in &judgements {
        if let JudgedBy::RulesInstead { why } = &judgement.by {
            let task = &judgement.quality.task;
            print::talk(&visible(&format!("{task} is judged by the rules: {why}")));
        }
    }
    Ok(judgements)
}

/// Puts a model's judgements in the place of the rules', of all specs but those of tasks that are done or put off.
fn by_model(
    plan: &Plan,
    provider: Arc<dyn Provider>,
    options: &JudgeOptions,
    judgements: &mut [Judgement],
) -> Result<(), Exit> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| configuration(&error))?;
    let specs = plan
        .tasks
        .iter()
        .filter_map(|task| Some((task.status, task.spec.clone()?)));
    let open: Vec<(usize, Arc<WorkerSpec>)> = specs
        .enumerate()
        .filter(|(_, (status, _))| !matches!(status, Status::Done | Status::Deferred))
        .map(|(place, (_, spec))| (place, spec))
        .collect();
    let count = open.len();
    let judged = runtime
        .block_on(async {
            let mut done = Vec::with_capacity(count);
            let mut running = JoinSet::new();
            for (place, spec) in open {
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
        .map_err(|error| configuration(&error))?;
    for (place, judgement) in judged {
        judgements[place] = judgement;
    }
    let cost = match options.meter.cost_nano_usd() {
        Some(nano) => dollars(nano),
        None => "at an unknown cost".to_owned(),
    };
    let calls = options.meter.calls();
    print::talk(&format!(
        "{} to judge {}, {cost}",
        counted(calls, "call"),
        counted(count as u64, "worker spec"),
    ));
    Ok(())
}
