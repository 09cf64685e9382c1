//! Which of what must never hold need not be looked for: nothing was found of it the last time, and nothing has changed since with which it
//! could hold.

use std::sync::Arc;

use super::Model;
use super::run::relations_of;
use crate::logic::{Atom, Prohibition, RelationId, Rule, RuleText, Term};
use crate::plan::Stratum;

/// What was found when all that must never hold was looked for.
#[derive(Debug, Default)]
pub(super) struct Looked {
    cases: Vec<Sought>,
}

/// A prohibition as rules: one for each of its alternatives.
#[derive(Debug)]
struct Sought {
    /// Which prohibition it is.
    text: Arc<str>,
    reads: Vec<RelationId>,
    rules: Vec<Rule>,
    plan: Stratum,
    /// Nothing was found the last time.
    is_clean: bool,
}

impl Sought {
    fn of(prohibition: &Prohibition) -> Self {
        let query = &prohibition.query;
        let place = query.place.clone();
        let text = Arc::new(RuleText { label: None, because: None, doc: None, place });
        // What is concluded has no name: nobody asks for it.
        let terms = query.output.iter().map(|variable| Term::Variable(*variable)).collect();
        let head = Atom { relation: RelationId(u32::MAX), reading: 0, terms, stated_only: false };
        let rule = |body| Rule { head: head.clone(), body, variables: query.variables.clone(), text: text.clone() };
        let rules: Vec<Rule> = query.alternatives.iter().cloned().map(rule).collect();
        let plan = crate::plan::watched(&rules);
        let mut reads = relations_of(&query.alternatives);
        reads.sort_unstable();
        reads.dedup();
        Self { text: query.text.clone(), reads, rules, plan, is_clean: false }
    }
}

impl Model {
    /// Of each prohibition whether something may be found of it.
    pub(super) fn may_be_violated(&mut self) -> Vec<bool> {
        let mut looked = std::mem::take(&mut self.looked);
        let is_same = |sought: &Sought, prohibition: &Prohibition| Arc::ptr_eq(&sought.text, &prohibition.query.text);
        let same = looked.cases.iter().zip(&self.prohibitions).take_while(|(sought, prohibition)| is_same(sought, prohibition)).count();
        looked.cases.truncate(same);
        looked.cases.extend(self.prohibitions[same..].iter().map(Sought::of));
        let context = self.context();
        let relations = looked.cases.iter().flat_map(|sought| sought.reads.iter().copied());
        let derived = self.database.derive(relations, &self.plan, &self.rules, &mut self.dictionary, context);
        let watch = self.database.watched();
        let may_be = match (derived, watch) {
            (Ok(()), Some(watch)) => {
                let mut may_be = |sought: &Sought| {
                    !sought.is_clean
                        || sought.reads.iter().any(|relation| watch.is_unknown(*relation))
                        || self.database.holds_in_new_case((&sought.plan, &sought.rules), &watch, &self.plan, &mut self.dictionary, context)
                };
                looked.cases.iter().map(&mut may_be).collect()
            }
            _ => vec![true; looked.cases.len()],
        };
        looked.cases.iter_mut().zip(&may_be).for_each(|(sought, may_be)| sought.is_clean &= !may_be);
        self.looked = looked;
        may_be
    }

    /// Notes of which prohibitions nothing was found; from here on it is noted what changes of what they read.
    pub(super) fn has_looked(&mut self, is_clean: &[bool]) {
        self.looked.cases.iter_mut().zip(is_clean).for_each(|(sought, is_clean)| sought.is_clean = *is_clean);
        self.database.watch(self.looked.cases.iter().flat_map(|sought| sought.reads.iter().copied()));
    }
}
