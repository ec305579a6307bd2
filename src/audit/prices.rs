//! What is called too expensive, and costs less than what it is replaced with.

use wavecrew_worker_spec::{Diagnostic, Plan, Statement, Subject};

use crate::codes;

/// Lines of one list stand as close as this.
const NEAR: usize = 12;

/// A name with its price and what the price is paid for.
struct Price<'p> {
    name: &'p str,
    unit: &'p str,
    statement: &'p Statement,
}

pub(super) fn check(plan: &Plan, found: &mut Vec<Diagnostic>) {
    let stated = plan
        .statements
        .iter()
        .filter(|statement| statement.subject == Subject::Price);
    let stated: Vec<&Statement> = stated.collect();
    let prices: Vec<Price<'_>> = stated.iter().filter_map(|said| price(said)).collect();
    for dear in prices
        .iter()
        .filter(|price| price.statement.case.is_some())
        .take(NEAR)
    {
        let near = |price: &&Price<'_>| {
            let (one, two) = (&price.statement.location, &dear.statement.location);
            one.file == two.file && one.line.abs_diff(two.line) <= NEAR
        };
        // Were there a cheaper one as well, that is what it would be compared with.
        let mut others = prices
            .iter()
            .filter(near)
            .filter(|other| other.name != dear.name && other.unit == dear.unit);
        let low = |price: &Price<'_>| price.statement.amount.map_or(0, |amount| amount.low);
        let high = |price: &Price<'_>| price.statement.amount.map_or(0, |amount| amount.high);
        let Some(least) = others.by_ref().min_by_key(|other| low(other)) else {
            continue;
        };
        if least.statement.case.is_some() || low(least) <= high(dear) {
            continue;
        }
        let mut warning = Diagnostic::warning(
            codes::CONTRADICTION,
            format!(
                "calls {} too expensive at {}; {} costs more: {}",
                dear.name,
                shown(dear),
                least.name,
                shown(least)
            ),
        )
        .at(dear.statement.location.clone())
        .related(
            least.statement.location.clone(),
            format!("the price of {} is stated here", least.name),
        )
        .help("correct the prices, or give another reason");
        let speaks = |said: &&&Statement| {
            let named = said.value.split(|c: char| !c.is_alphanumeric());
            said.amount.is_none()
                && said.location.file == dear.statement.location.file
                && named
                    .into_iter()
                    .any(|word| word.eq_ignore_ascii_case(dear.name))
        };
        for again in stated.iter().filter(speaks).take(NEAR) {
            warning = warning.related(again.location.clone(), "called so again");
        }
        found.push(warning);
    }
}

fn price(statement: &Statement) -> Option<Price<'_>> {
    statement.amount?;
    let (name, price) = statement.value.split_once(": ")?;
    let (_, unit) = price.rsplit_once('/')?;
    Some(Price {
        name,
        unit,
        statement,
    })
}

fn shown<'p>(price: &Price<'p>) -> &'p str {
    let (_, shown) = price.statement.value.split_once(": ").unwrap_or_default();
    shown
}
