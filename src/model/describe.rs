//! What is declared, for those who want to list it: verbs and kinds with their readings, rules, and what `##` says of them.

use std::sync::Arc;

use super::Model;
use crate::vocabulary::Relation;

/// A verb or kind as it is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerbDescription {
    /// Its ways to be said, in the names of its slots, the canonical one first: `provider provides service to consumer [under agreement]`.
    pub readings: Vec<String>,
    /// What the `##` lines before its declaration say.
    pub doc: Option<Arc<str>>,
}

/// A rule as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleDescription {
    /// Its label.
    pub label: Option<Arc<str>>,
    /// Its text.
    pub text: String,
    /// What the `##` lines before it say.
    pub doc: Option<Arc<str>>,
    /// Where it stands: `suppliers.srl, line 12`.
    pub place: String,
}

impl Model {
    /// Every verb and kind that is known, in the order of their declarations.
    ///
    /// ```
    /// let mut model = srl::Model::without_vocabulary();
    /// model.tell("## Keeps it running.\nverb host:organization hosts site:site\n  also site is hosted by host")?;
    /// let verb = model.verbs().into_iter().find(|verb| verb.readings[0] == "host hosts site").unwrap();
    /// assert_eq!(verb.readings[1], "site is hosted by host");
    /// assert_eq!(verb.doc.as_deref(), Some("Keeps it running."));
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn verbs(&self) -> Vec<VerbDescription> {
        let readings = |relation: &Relation| relation.readings.iter().map(|reading| relation.pattern(reading)).collect();
        let verb = |relation: &Relation| VerbDescription { readings: readings(relation), doc: relation.doc.clone() };
        self.vocabulary.relations().map(|(_, relation)| verb(relation)).collect()
    }

    /// Every rule that was told or belongs to the vocabulary, in order.
    pub fn rules(&self) -> Vec<RuleDescription> {
        let mut rules: Vec<RuleDescription> = Vec::new();
        let mut last = None;
        for rule in &self.rules[..self.told_rules] {
            // A rule with `or` is several to the engine.
            if last.replace(Arc::as_ptr(&rule.text)) == Some(Arc::as_ptr(&rule.text)) {
                continue;
            }
            let place = &rule.text.place;
            rules.push(RuleDescription {
                label: rule.text.label.clone(),
                text: place.source.slice(place.span).to_owned(),
                doc: rule.text.doc.clone(),
                place: place.describe(),
            });
        }
        rules
    }
}
