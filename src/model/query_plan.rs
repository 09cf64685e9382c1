//! How a question would be answered: which rules it needs in which order, and how their conditions are looked up, all in sentences.
//! A resolved question goes in; nothing is derived for it.

use std::sync::Arc;

use super::Model;
use super::run::relations_of;
use super::wording::shown_variable;
use crate::diagnostics::Error;
use crate::logic::{Action, Compared, Expression, Literal, Operand, Place, Query, RelationId, Step, VariableId};
use crate::plan::{self, Body, Column, Lookup, RulePlan, Stratum, Version, Way};
use crate::source::Source;
use crate::syntax::ast::Extreme;
use crate::vocabulary::{shipped, written_value};

/// How a question would be answered by the facts and rules that there are. See [`Model::plan_of`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueryPlan {
    /// The question as it was written.
    pub question: Arc<str>,
    /// What has to be derived before, in this order.
    pub stages: Vec<Stage>,
    /// How the answers are then found: one pass for each alternative that an `or` gives.
    pub answer: Vec<Pass>,
    /// What is done after that, if something is: where it is asked for reasons, for what would make a sentence true, or for a description.
    pub then: Option<&'static str>,
    /// What rules derive and this question does not need: `customer is a customer of service [at consumer]`.
    pub unneeded: Vec<String>,
    /// How many more of these there are of kinds, and of the vocabularies that come with SRL.
    pub unneeded_shipped: usize,
}

/// Sentences that are derived together, because each needs the others; mostly there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stage {
    /// What is derived, in the words of the slots: `dependent relies on supplier`.
    pub concludes: Vec<String>,
    /// How it is derived.
    pub method: Method,
    /// Of rows that differ only here, one is kept: `the least fee`.
    pub keeps: Option<String>,
    /// If only these sentences are looked for, not all: `?x relies on CloudCo`.
    pub demand: Option<Vec<String>>,
    /// It has been derived for an earlier question, and is not derived again.
    pub is_ready: bool,
    /// The rules that conclude it.
    pub rules: Vec<PlannedRule>,
}

/// How the rules of a stage are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// Each rule is applied once.
    Once,
    /// In rounds, until one brings nothing new; each joins with what the last one added.
    Rounds,
    /// A verb that goes on and on: its direct pairs make a graph, which is searched. The pairs that follow are not stored one by one.
    Search,
}

/// A rule in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlannedRule {
    /// Its label.
    pub label: Option<Arc<str>>,
    /// Where it stands, or the verb or kind that implies it: `suppliers.srl, line 12`.
    pub place: String,
    /// What it says: `if ?p provides something to ?c, then ?c relies on ?p`.
    pub says: String,
    /// It is implied by a slot or a kind, nobody wrote it.
    pub is_implied: bool,
    /// How it is applied first, to everything. Nothing if it is what the search of its stage goes on by.
    pub first: Option<Pass>,
    /// How it is applied in each later round, once for each sentence that may have become true.
    pub later: Vec<Pass>,
}

/// Conditions in the order in which they are looked up: each for every way to satisfy those before.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pass {
    /// The conditions.
    pub steps: Vec<PlanStep>,
    /// It runs as loops over lists of numbers; otherwise row by row.
    pub in_loops: bool,
}

/// One condition, and how it is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanStep {
    /// The way.
    pub kind: StepKind,
    /// The condition as a sentence: `?p provides something to ?c`.
    pub says: String,
    /// The slots whose values are known by then, with those values: by them the rows are found. `consumer ?c`
    pub by: Vec<String>,
    /// Nothing after this changes what is found: the first success is enough.
    pub first_suffices: bool,
    /// The other sentence, where two meet.
    pub other: Option<Box<PlanStep>>,
    /// What is looked up for each value in an aggregate, or for each case of a `whenever`, and what is then to be found.
    pub inner: Vec<Pass>,
    /// Of a `whenever`: what is to hold in each case.
    pub then: Vec<Pass>,
}

/// How a condition is looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StepKind {
    /// All rows are gone through.
    All,
    /// All rows that were stated.
    Stated,
    /// All rows that the last round added.
    New,
    /// Rows are found by an index over the slots that are known.
    Index,
    /// All values are known: it is looked whether the row is there.
    Holds,
    /// The graph of direct pairs is searched from a name.
    Search,
    /// Each value has a list of what it reaches, or of what reaches it.
    Reached,
    /// The values that both of two sentences have: the one with fewer rows is gone through.
    Meet,
    /// Goes on where there is no such row.
    Absent,
    /// A comparison, or a condition on a text.
    Test,
    /// A variable gets its value.
    Let,
    /// An aggregate.
    Aggregate,
    /// A `whenever`.
    Every,
}

impl Model {
    /// How a question would be answered, by the facts that are stated now. Nothing is derived.
    ///
    /// # Errors
    /// As for [`Self::ask`].
    ///
    /// ```
    /// let mut model = srl::Model::new();
    /// model.tell("B provides hosting to C")?;
    /// let plan = model.plan_of("who relies on B?")?;
    /// let last = plan.stages.last().unwrap();
    /// assert_eq!(last.concludes, ["dependent relies on supplier"]);
    /// assert_eq!(last.demand.as_deref().unwrap(), ["?dependent relies on B"]);
    /// assert_eq!(plan.answer[0].steps[0].kind, srl::StepKind::Search);
    /// # Ok::<(), srl::Error>(())
    /// ```
    pub fn plan_of(&mut self, question: &str) -> Result<QueryPlan, Error> {
        let (Step { action, place }, _) = self.asked(question)?;
        self.plan_of_action(&action, &place)
    }

    fn plan_of_action(&mut self, action: &Action, place: &Place) -> Result<QueryPlan, Error> {
        Ok(match action {
            // By the facts of the model itself: the changes of a scenario are few.
            Action::In(_, held) => return self.plan_of_action(held, place),
            Action::Compare(Compared { query: Some(query), .. }) => {
                self.planned(query, Some("it is asked in one scenario and in the other, and the rows are compared"))
            }
            Action::Compare(Compared { text, query: None, .. }) => {
                let all = self.vocabulary.relations().map(|(relation, _)| relation).collect::<Vec<_>>();
                let then = Some("what may differ is derived in one scenario and in the other, and compared");
                self.staged(text.clone(), &all, Answering { asked: Vec::new(), passes: Vec::new(), then })
            }
            Action::Ask(query) => self.planned(query, None),
            Action::Explain(explanation) => {
                self.planned(&explanation.query, Some("the reasons are looked for among what is stated and was derived"))
            }
            Action::Remedy(remedy) => {
                let then = "sets of facts are tried, the smallest first: each is stated or forgotten, and the sentence asked again";
                let goal = [Literal::Holds(remedy.goal.clone())];
                // To its author a variable stands for anything here.
                let open = remedy.goal.variables().map(VariableId::index).max().map_or(0, |last| last + 1);
                let names = (0..open).map(|number| format!("x{}", number + 1).into()).collect::<Vec<Arc<str>>>();
                let body = crate::plan::body(&goal, open, &[], None, |_| Version::Total);
                let words = Words { model: self, variables: &names, source: &place.source, growing: &[], may_loop: false };
                let asked = lookups(&body).into_iter().map(|lookup| (lookup, words)).collect();
                let answering = Answering { asked, passes: vec![words.pass(&body)], then: Some(then) };
                self.staged(remedy.text.clone(), &[remedy.goal.relation], answering)
            }
            Action::Describe(description) => {
                let all = self.vocabulary.relations().map(|(relation, _)| relation).collect::<Vec<_>>();
                let then = Some("every sentence with the name is looked up");
                self.staged(description.text.clone(), &all, Answering { asked: Vec::new(), passes: Vec::new(), then })
            }
            Action::State(_)
            | Action::StateEach(_)
            | Action::Forget(_)
            | Action::Import(_)
            | Action::Expect(_)
            | Action::Export(_)
            | Action::AsOf(_) => return Err(super::not_one_question(&place.source)),
        })
    }

    fn planned(&self, query: &Query, then: Option<&'static str>) -> QueryPlan {
        let body = |literals: &Vec<Literal>| crate::plan::body(literals, query.variables.len(), &query.output, None, |_| Version::Total);
        let bodies = query.alternatives.iter().map(body).collect::<Vec<_>>();
        // One success settles a question that asks for no values.
        let may_loop = !query.output.is_empty();
        let words = Words { model: self, variables: &query.variables, source: &query.place.source, growing: &[], may_loop };
        let asked = bodies.iter().flat_map(|body| lookups(body)).map(|lookup| (lookup, words)).collect();
        let passes = bodies.iter().map(|body| words.pass(body)).collect();
        let ways = self.demand_of(query);
        let mut plan = self.staged(query.text.clone(), &relations_of(&query.alternatives), Answering { asked, passes, then });
        for stage in &mut plan.stages {
            let own: Vec<String> =
                ways.iter().map(|way| self.part_of(way)).filter(|(of, _)| stage.concludes.contains(of)).map(|(_, part)| part).collect();
            if !own.is_empty() {
                stage.demand = Some(own);
            }
        }
        plan
    }

    /// The sentence of a relation, and what is asked for of it.
    fn part_of(&self, (relation, given): &Way) -> (String, String) {
        let of = self.vocabulary.relation(*relation);
        let slot = |slot: usize| {
            let name = &of.slots[slot].name;
            Some(if given.contains(&slot) { format!("a given {name}") } else { shown_variable(name) })
        };
        (self.pattern_of(*relation), of.readings[0].sentence(slot))
    }

    /// The plan of a question that reads these relations.
    fn staged(&self, question: Arc<str>, read: &[RelationId], answering: Answering<'_>) -> QueryPlan {
        let needed = self.plan.needed(read.iter().copied());
        let stage = |number: &usize| self.stage(&self.plan.strata[*number], &needed, &answering.asked);
        let unneeded = (0..self.plan.strata.len()).filter(|number| !needed.contains(number)).map(|number| &self.plan.strata[number]);
        let is_own = |stratum: &&Stratum| {
            let is_own = |rule: &RulePlan| rule.rule < self.told_rules && !shipped::holds(&self.rules[rule.rule].text.place.source);
            stratum.rules.iter().any(is_own)
        };
        let (own, shipped): (Vec<_>, Vec<_>) = unneeded.partition(is_own);
        QueryPlan {
            question,
            stages: needed.iter().map(stage).collect(),
            answer: answering.passes,
            then: answering.then,
            unneeded: own.iter().flat_map(|stratum| &stratum.relations).map(|relation| self.pattern_of(*relation)).collect(),
            unneeded_shipped: shipped.iter().map(|stratum| stratum.relations.len()).sum(),
        }
    }

    pub(super) fn pattern_of(&self, relation: RelationId) -> String {
        let relation = self.vocabulary.relation(relation);
        relation.pattern(&relation.readings[0])
    }

    fn stage(&self, stratum: &Stratum, needed: &[usize], asked: &[(&Lookup, Words<'_>)]) -> Stage {
        let closure = self.database.closure_of(stratum);
        let rule = |plan: &RulePlan| {
            let rule = &self.rules[plan.rule];
            let head = self.vocabulary.relation(rule.head.relation);
            let is_checked = self.database.day().is_some() && head.validity() != (None, None);
            let may_loop = head.keeping.is_none() && plan.guard.is_none() && !is_checked;
            let growing = &stratum.relations;
            let words = Words { model: self, variables: &rule.variables, source: &rule.text.place.source, growing, may_loop };
            let goes_on = closure.is_some_and(|closure| closure.rule == plan.rule);
            PlannedRule {
                label: rule.text.label.clone(),
                place: rule.text.place.describe(),
                says: self.rule_in_words(plan.rule),
                is_implied: plan.rule >= self.told_rules,
                first: (!goes_on).then(|| words.pass(&plan.full)),
                later: if closure.is_some() { Vec::new() } else { plan.deltas.iter().map(|body| words.pass(body)).collect() },
            }
        };
        let is_recursive = stratum.rules.iter().any(|rule| !rule.deltas.is_empty());
        let keeps = stratum.relations.iter().find_map(|relation| {
            let relation = self.vocabulary.relation(*relation);
            let (extreme, slot) = relation.keeping?;
            let extreme = if extreme == Extreme::Least { "least" } else { "greatest" };
            Some(format!("the {extreme} {}", relation.slots[slot].name))
        });
        Stage {
            concludes: stratum.relations.iter().map(|relation| self.pattern_of(*relation)).collect(),
            method: match (closure, is_recursive) {
                (Some(_), _) => Method::Search,
                (None, true) => Method::Rounds,
                (None, false) => Method::Once,
            },
            keeps,
            demand: closure.and_then(|_| self.demand(stratum, needed, asked)),
            is_ready: self.database.is_complete(stratum),
            rules: stratum.rules.iter().map(rule).collect(),
        }
    }

    /// The sentences that are looked for among those of a search, if each has a name to begin with.
    fn demand(&self, stratum: &Stratum, needed: &[usize], asked: &[(&Lookup, Words<'_>)]) -> Option<Vec<String>> {
        let mut sentences = Vec::new();
        let rules = needed.iter().flat_map(|number| &self.plan.strata[*number].rules);
        let in_rules = rules.filter(|plan| !stratum.rules.iter().any(|own| own.rule == plan.rule)).flat_map(|plan| {
            let rule = &self.rules[plan.rule];
            let words = Words { model: self, variables: &rule.variables, source: &rule.text.place.source, growing: &[], may_loop: false };
            lookups(&plan.full).into_iter().map(move |lookup| (lookup, words))
        });
        for (lookup, words) in asked.iter().copied().chain(in_rules) {
            if lookup.version != Version::Stated && stratum.relations.contains(&lookup.relation) {
                lookup.key.iter().any(|key| matches!(key, Operand::Value(_))).then_some(())?;
                sentences.push(words.sentence(lookup));
            }
        }
        sentences.dedup();
        (!sentences.is_empty()).then_some(sentences)
    }
}

/// How a question is answered once what it needs is there.
struct Answering<'m> {
    /// What it looks up.
    asked: Vec<(&'m Lookup, Words<'m>)>,
    passes: Vec<Pass>,
    then: Option<&'static str>,
}

/// Every lookup of a body, at any depth.
fn lookups(body: &Body) -> Vec<&Lookup> {
    body.steps.iter().flat_map(lookups_of).collect()
}

fn lookups_of(step: &plan::Step) -> Vec<&Lookup> {
    match step {
        plan::Step::Scan(lookup) | plan::Step::Reject(lookup) => vec![lookup],
        plan::Step::Meet(meetings) => meetings.iter().map(|meeting| &meeting.open).collect(),
        plan::Step::Compare(_) | plan::Step::Bind { .. } | plan::Step::Match(_) => Vec::new(),
        plan::Step::Aggregate { bodies, .. } => bodies.iter().flat_map(lookups).collect(),
        plan::Step::Every { when, then, .. } => when.iter().chain(then).flat_map(lookups).collect(),
    }
}

/// What the conditions of one rule or question are called.
#[derive(Clone, Copy)]
struct Words<'m> {
    model: &'m Model,
    variables: &'m [Arc<str>],
    source: &'m Source,
    /// Of these relations rows come while the conditions are looked up.
    growing: &'m [RelationId],
    /// What is found is not looked at one by one.
    may_loop: bool,
}

impl Words<'_> {
    fn pass(self, body: &Body) -> Pass {
        let searches = lookups(body).iter().any(|lookup| self.is_searched(lookup));
        let steps = body.steps.iter().enumerate();
        Pass {
            steps: steps.map(|(number, step)| PlanStep { first_suffices: number == body.decided, ..self.step(step) }).collect(),
            in_loops: self.may_loop && !searches && self.model.database.has_course(body, self.growing),
        }
    }

    fn step(self, step: &plan::Step) -> PlanStep {
        let source = |span| crate::syntax::on_one_line(self.source.slice(span));
        let plain =
            |kind, says| PlanStep { kind, says, by: Vec::new(), first_suffices: false, other: None, inner: Vec::new(), then: Vec::new() };
        let passes = |bodies: &[Body]| bodies.iter().map(|body| self.pass(body)).collect();
        match step {
            plan::Step::Scan(lookup) => self.lookup(lookup, self.way(lookup)),
            plan::Step::Reject(lookup) => self.lookup(lookup, StepKind::Absent),
            plan::Step::Meet(meetings) => {
                let [one, other] = &**meetings;
                let other = Some(Box::new(self.lookup(&other.open, StepKind::Meet)));
                PlanStep { other, ..self.lookup(&one.open, StepKind::Meet) }
            }
            plan::Step::Compare(comparison) => plain(StepKind::Test, source(comparison.span)),
            plan::Step::Match(test) => plain(StepKind::Test, source(test.span)),
            plan::Step::Bind { variable, value } => {
                let value = match value {
                    Expression::Operand(operand) => self.operand(*operand),
                    Expression::Computed { span, .. } => source(*span),
                };
                let variable = self.variable(*variable);
                plain(StepKind::Let, if variable == value { value } else { format!("{variable} = {value}") })
            }
            plan::Step::Aggregate { aggregation, bodies, .. } => {
                PlanStep { inner: passes(bodies), ..plain(StepKind::Aggregate, source(aggregation.span)) }
            }
            plan::Step::Every { universal, when, then } => {
                let text = crate::syntax::on_one_line(&universal.text);
                PlanStep { inner: passes(when), then: passes(then), ..plain(StepKind::Every, text) }
            }
        }
    }

    fn lookup(self, lookup: &Lookup, kind: StepKind) -> PlanStep {
        let slots = &self.model.vocabulary.relation(lookup.relation).slots;
        let by = lookup.key_columns.iter().zip(&lookup.key).map(|(column, key)| format!("{} {}", slots[*column].name, self.operand(*key)));
        let (says, by) = (self.sentence(lookup), by.collect());
        PlanStep { kind, says, by, first_suffices: false, other: None, inner: Vec::new(), then: Vec::new() }
    }

    fn way(self, lookup: &Lookup) -> StepKind {
        let is_whole = lookup.key_columns.len() == self.model.vocabulary.relation(lookup.relation).slots.len();
        match (self.is_searched(lookup), lookup.version) {
            (true, _) if lookup.key.iter().any(|key| matches!(key, Operand::Value(_))) => StepKind::Search,
            (true, _) if !lookup.key.is_empty() => StepKind::Reached,
            (_, Version::Recent) => StepKind::New,
            _ if is_whole => StepKind::Holds,
            _ if !lookup.key.is_empty() => StepKind::Index,
            (_, Version::Stated) => StepKind::Stated,
            (_, Version::Old | Version::Growing | Version::Total) => StepKind::All,
        }
    }

    /// Whether the pairs that a lookup reads are found by a search.
    fn is_searched(self, lookup: &Lookup) -> bool {
        let stratum = self.model.plan.stratum(lookup.relation);
        let is_closed = stratum.is_some_and(|stratum| self.model.database.closure_of(stratum).is_some());
        is_closed && lookup.version != Version::Stated && !self.growing.contains(&lookup.relation)
    }

    fn sentence(self, lookup: &Lookup) -> String {
        self.model.vocabulary.reading(lookup.relation, lookup.reading).sentence(|slot| {
            if let Some(place) = lookup.key_columns.iter().position(|column| *column == slot) {
                return Some(self.operand(lookup.key[place]));
            }
            let (_, what) = lookup.columns.iter().find(|(column, _)| *column == slot)?;
            Some(match what {
                Column::Bind(variable) | Column::Same(variable) => self.variable(*variable),
                Column::Present => "something".to_owned(),
            })
        })
    }

    fn operand(self, operand: Operand) -> String {
        match operand {
            Operand::Variable(variable) => self.variable(variable),
            Operand::Value(value) => self.model.dictionary.value(value).map_or_else(|| "nothing".to_owned(), written_value),
        }
    }

    fn variable(self, variable: VariableId) -> String {
        shown_variable(&self.variables[variable.index()])
    }
}
