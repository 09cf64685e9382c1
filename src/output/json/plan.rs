//! The plan of a question as JSON: the same that [`crate::output::plan`] says in words, with nothing left out.

use serde_json::{Value, json};

use crate::model::{Method, Pass, PlanStep, PlannedRule, QueryPlan, Stage, StepKind};

pub(super) fn plan(plan: &QueryPlan) -> Value {
    let mut value = json!({
        "type": "plan",
        "question": &*plan.question,
        "stages": plan.stages.iter().map(stage).collect::<Vec<_>>(),
        "answer": plan.answer.iter().map(pass).collect::<Vec<_>>(),
        "unneeded": plan.unneeded,
        "unneeded_shipped": plan.unneeded_shipped,
    });
    if let Some(then) = plan.then {
        value["then"] = json!(then);
    }
    value
}

fn stage(stage: &Stage) -> Value {
    let method = match stage.method {
        Method::Once => "once",
        Method::Rounds => "rounds",
        Method::Search => "search",
    };
    let mut value = json!({ "concludes": stage.concludes, "method": method, "ready": stage.is_ready });
    if let Some(keeps) = &stage.keeps {
        value["keeps"] = json!(keeps);
    }
    if let Some(demand) = &stage.demand {
        value["demand"] = json!(demand);
    }
    value["rules"] = stage.rules.iter().map(rule).collect();
    value
}

fn rule(rule: &PlannedRule) -> Value {
    json!({
        "rule": rule.label.as_deref(),
        "place": rule.place,
        "says": rule.says,
        "implied": rule.is_implied,
        "first": rule.first.as_ref().map(pass),
        "later": rule.later.iter().map(pass).collect::<Vec<_>>(),
    })
}

fn pass(pass: &Pass) -> Value {
    json!({ "loops": pass.in_loops, "steps": pass.steps.iter().map(step).collect::<Vec<_>>() })
}

fn step(own: &PlanStep) -> Value {
    let way = match own.kind {
        StepKind::All => "all",
        StepKind::Stated => "stated",
        StepKind::New => "new",
        StepKind::Index => "index",
        StepKind::Holds => "holds",
        StepKind::Search => "search",
        StepKind::Reached => "reached",
        StepKind::Meet => "meet",
        StepKind::Absent => "absent",
        StepKind::Test => "test",
        StepKind::Let => "let",
        StepKind::Aggregate => "aggregate",
        StepKind::Every => "every",
    };
    let mut value = json!({ "way": way, "says": own.says });
    if !own.by.is_empty() {
        value["by"] = json!(own.by);
    }
    if own.first_suffices {
        value["first_suffices"] = json!(true);
    }
    if let Some(other) = &own.other {
        value["other"] = step(other);
    }
    if !own.inner.is_empty() {
        value["inner"] = own.inner.iter().map(pass).collect();
    }
    if !own.then.is_empty() {
        value["then"] = own.then.iter().map(pass).collect();
    }
    value
}
