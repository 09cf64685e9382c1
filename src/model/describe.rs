//! What is declared, for those who want to list it: verbs and kinds with their readings, rules, and what `##` says of them.

use std::sync::Arc;

use super::Model;
use crate::syntax::ast::Form;
use crate::vocabulary::inflection::with_article;
use crate::vocabulary::{Origin, Relation};

/// A verb or kind as it is declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerbDescription {
    /// Its ways to be said, in the names of its slots, the canonical one first: `provider provides service to consumer [under agreement]`.
    pub readings: Vec<String>,
    /// What the `##` lines before its declaration say.
    pub doc: Option<Arc<str>>,
    /// Whether it says only that something is of a kind.
    pub is_kind: bool,
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
        let verb = |relation: &Relation| VerbDescription {
            readings: readings(relation),
            doc: relation.doc.clone(),
            is_kind: relation.origin == Origin::Kind,
        };
        self.vocabulary.relations().map(|(_, relation)| verb(relation)).collect()
    }

    /// Every kind, as `bank, an organization`, with what the `##` lines before its declaration say.
    pub(crate) fn kinds(&self) -> Vec<(String, Option<Arc<str>>)> {
        let kind = |kind| {
            let parents = self.vocabulary.kind_parents(kind).iter().map(|parent| with_article(self.vocabulary.kind_name(*parent)));
            let names = std::iter::once(self.vocabulary.kind_name(kind).to_string()).chain(parents).collect::<Vec<_>>();
            (names.join(", "), self.vocabulary.relation(self.vocabulary.kind_relation(kind)).doc.clone())
        };
        self.vocabulary.kinds().map(kind).collect()
    }

    /// What a word means: each kind and verb that is said with it, all its readings on lines of their own, and its `##` lines.
    pub(crate) fn meanings(&self, word: &str) -> Vec<(String, Option<Arc<str>>)> {
        let kind = self.vocabulary.find_kind(word).map(|kind| self.vocabulary.kind_relation(kind));
        let verbs = [Form::Acts, Form::Is, Form::Has].into_iter().filter_map(|form| Some(self.vocabulary.find(form, word)?.0));
        let mut found: Vec<_> = kind.into_iter().chain(verbs).collect();
        found.dedup();
        let said = |id| {
            let relation = self.vocabulary.relation(id);
            if relation.origin == Origin::Kind {
                return (format!("kind {}", relation.readings[0].word), relation.doc.clone());
            }
            let readings: Vec<_> = relation.readings.iter().map(|reading| relation.pattern(reading)).collect();
            (readings.join("\n  also "), relation.doc.clone())
        };
        found.into_iter().map(said).collect()
    }

    /// How many verbs, kinds and other words there are.
    pub(crate) fn known_words(&self) -> usize {
        self.vocabulary.len()
    }

    /// The verbs, kinds and other words beyond the first `from`: `verb: host hosts site`, `kind: site`, `word: thing is vital`.
    pub(crate) fn words_since(&self, from: usize) -> Vec<String> {
        let word = |relation: &Relation| {
            let what = match relation.origin {
                Origin::Declared => "verb",
                Origin::Kind => return format!("kind: {}", relation.readings[0].word),
                Origin::Head | Origin::Used | Origin::UsedInCondition => return format!("word: {}", relation.readings[0].verb()),
            };
            format!("{what}: {}", relation.pattern(&relation.readings[0]))
        };
        self.vocabulary.relations().skip(from).map(|(_, relation)| word(relation)).collect()
    }

    /// Whether `X is WORD` can be said already.
    pub(crate) fn says(&self, word: &str) -> bool {
        self.vocabulary.find(Form::Is, word).is_some()
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
