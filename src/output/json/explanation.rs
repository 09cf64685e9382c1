//! Explanations as JSON: a proof as nested objects, each with its sentence (`fact`), its ground (`by`) and its premises (`from`).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::explain::{Chain, Chains, Ground, Link, Missing, Proof, StatedAt};

/// So many levels are nested; what lies below says that it is cut.
const MAX_LEVELS: usize = 100;

/// A proof; several sentences that were asked about are the premises of what was asked.
pub(super) fn proof(proof: &Proof, question: &str) -> Value {
    let mut told = BTreeSet::new();
    match proof.roots.as_slice() {
        [root] => step(proof, *root, 0, &mut told),
        roots => {
            let from: Vec<Value> = roots.iter().map(|root| step(proof, *root, 1, &mut told)).collect();
            json!({ "fact": question, "by": { "parts": from.len() }, "from": from })
        }
    }
}

fn step(proof: &Proof, number: usize, level: usize, told: &mut BTreeSet<usize>) -> Value {
    let own = &proof.steps[number];
    let mut value = json!({ "fact": own.says, "by": by(&own.ground) });
    if let Some(kept) = &own.kept {
        value["kept"] = json!(kept);
    }
    if let Some(better) = &own.replaced_by {
        value["replaced_by"] = json!(better);
    }
    if own.from.is_empty() {
        return value;
    }
    if !told.insert(number) {
        value["shared"] = json!(true);
    } else if level >= MAX_LEVELS {
        value["cut"] = json!(true);
    } else {
        value["from"] = own.from.iter().map(|from| step(proof, *from, level + 1, told)).collect();
        if own.left_out > 0 {
            value["left_out"] = json!(own.left_out);
        }
    }
    value
}

fn by(ground: &Ground) -> Value {
    match ground {
        Ground::Stated(at) => json!({ "stated": stated(at.as_ref()) }),
        Ground::Rule { label, because, doc, file, line, times } => {
            let mut by = json!({ "rule": label.as_deref(), "file": &**file, "line": line });
            if let Some(because) = because {
                by["because"] = json!(because);
            }
            if let Some(doc) = doc {
                by["doc"] = json!(&**doc);
            }
            if *times > 1 {
                by["times"] = json!(times);
            }
            by
        }
        Ground::Slot(slot) => json!({ "slot": &**slot }),
        Ground::Kind => json!({ "kind": true }),
        Ground::Absent => json!({ "absent": true }),
        Ground::Evident => json!({ "evident": true }),
        Ground::Aggregate(inputs) => json!({ "inputs": inputs }),
        Ground::Every(cases) => json!({ "cases": cases }),
        Ground::Case => json!({ "case": true }),
        Ground::Cut => json!({ "cut": true }),
    }
}

fn stated(at: Option<&StatedAt>) -> Value {
    match at {
        Some(at) if at.is_row => json!({ "file": &*at.file, "row": at.number }),
        Some(at) => json!({ "file": &*at.file, "line": at.number }),
        None => json!({}),
    }
}

/// The stated facts behind a sentence.
pub(super) fn way(proof: &Proof) -> Vec<Value> {
    proof.stated().map(|step| json!({ "fact": step.says, "by": by(&step.ground) })).collect()
}

pub(super) fn attempts(missing: &Missing) -> Vec<Value> {
    let attempt = |attempt: &crate::explain::Attempt| {
        let mut value = by(&attempt.by);
        value["failed"] = json!(attempt.failed);
        value["missing"] = json!(attempt.missing);
        value["holds"] = json!(attempt.holds);
        if !attempt.unknown.is_empty() {
            value["unknown"] = json!(attempt.unknown);
        }
        value
    };
    missing.attempts.iter().map(attempt).collect()
}

pub(super) fn chains(chains: &Chains) -> (Vec<Value>, Vec<Value>) {
    let link = |link: &Link| match &link.at {
        Some(at) => json!({ "fact": link.says, "by": { "stated": stated(Some(at)) } }),
        None => json!({ "fact": link.says }),
    };
    let chain = |chain: &Chain| {
        let names: Vec<Value> = chain.names.iter().map(super::value).collect();
        json!({ "names": names, "links": chain.links.iter().map(link).collect::<Vec<_>>() })
    };
    (chains.chains.iter().map(chain).collect(), chains.loops.iter().map(chain).collect())
}
