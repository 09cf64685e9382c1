//! Brings one stratum up to date: from rows of what it reads that came and went to rows of its own.
//!
//! First it is found what may follow no more, step by step, in all that holds or held (see [`crate::plan`] for how); that is taken out. What
//! follows all the same is put back, then what is new is added, and what follows from that, until nothing comes. Where too much would have to
//! be taken out, the stratum is derived anew and compared.

mod kept;

use std::ops::ControlFlow;

use rustc_hash::FxHashSet;

use super::error::EngineError;
use super::join::{Bounds, Join};
use super::net::{Net, Nets};
use super::{Activity, Context, Database, Table, evaluate, in_force};
use crate::logic::{RelationId, Rule, Term};
use crate::plan::{Body, RulePlan, Sense, Stratum, Trigger};
use crate::value::{Dictionary, ValueId};

/// Of a stratum at most so many rows, and this share of them, are taken out to be looked at one by one.
const MAX_GONE: usize = 1 << 10;
const GONE_SHARE: usize = 4;

/// What has changed before a stratum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Before<'a> {
    /// What is stated and in force.
    pub(super) stated: &'a Nets,
    /// What holds, of relations that rules derive.
    pub(super) derived: &'a Nets,
    pub(super) is_derived: &'a [bool],
}

impl<'a> Before<'a> {
    /// What has changed of what a sentence reads.
    fn of(self, relation: RelationId, stated_only: bool) -> Option<&'a Net> {
        let is_derived = self.is_derived.get(relation.index()).copied().unwrap_or_default();
        if is_derived && !stated_only { self.derived.get(relation) } else { self.stated.get(relation) }
    }
}

/// A stratum that is brought up to date.
pub(super) struct Update<'a> {
    pub(super) database: &'a mut Database,
    pub(super) stratum: &'a Stratum,
    pub(super) rules: &'a [Rule],
    pub(super) dictionary: &'a mut Dictionary,
    pub(super) context: Context,
    pub(super) before: Before<'a>,
    /// How many more facts may be derived.
    pub(super) allowed: u64,
    /// What has changed of the stratum's own relations so far.
    net: Nets,
    is_begun: bool,
    known_values: usize,
}

type OwnRow = (RelationId, Vec<u32>);

/// A row that holds if it is new, or better than its rival.
struct Candidate {
    row: OwnRow,
    /// The number of the rule that concludes it; nothing if it is stated.
    rule: Option<usize>,
}

/// What is stated of the stratum's own relations otherwise than before.
#[derive(Default)]
struct Begun {
    gone: Vec<OwnRow>,
    recent: Vec<OwnRow>,
    /// What may be kept, if it is better than what is there.
    stated: Vec<Candidate>,
}

/// Rows that may not follow any more, and from which values on rules have to be looked at.
type Lost<'a> = (Vec<OwnRow>, Vec<Affected<'a>>);

impl<'a> Update<'a> {
    pub(super) fn new(
        database: &'a mut Database,
        (stratum, rules): (&'a Stratum, &'a [Rule]),
        dictionary: &'a mut Dictionary,
        context: Context,
        before: Before<'a>,
        allowed: u64,
    ) -> Self {
        let known_values = dictionary.len();
        Self { database, stratum, rules, dictionary, context, before, allowed, net: Nets::default(), is_begun: false, known_values }
    }

    /// Whether anything that the stratum reads, or is stated of its own relations, has changed.
    pub(super) fn is_concerned(&self) -> bool {
        self.stratum.relations.iter().any(|relation| self.before.stated.get(*relation).is_some())
            || self.plans().any(|plan| {
                let mut triggers = plan.changes(self.rules).triggers.iter();
                triggers.any(|trigger| self.before.of(trigger.atom.relation, trigger.atom.stated_only).is_some())
            })
    }

    /// The rules that make rows: a closure needs none for those that follow from others.
    fn plans(&self) -> impl Iterator<Item = &'a RulePlan> + use<'a> {
        let stratum = self.stratum;
        let is_closed = stratum.relations.iter().any(|relation| self.database.closure(*relation).is_some());
        let closing = stratum.closure.map(|closure| closure.rule).filter(|_| is_closed);
        stratum.rules.iter().filter(move |plan| Some(plan.rule) != closing)
    }

    fn is_own(&self, relation: RelationId) -> bool {
        self.stratum.relations.contains(&relation)
    }

    /// What has changed of the rows of the stratum, all of them in its tables; nothing if that would take too long.
    pub(super) fn follow(&mut self) -> Result<Option<Nets>, EngineError> {
        let Begun { gone, recent, stated } = self.begin()?;
        self.haunt();
        let found = self.lose(gone);
        self.database.ghosts.clear();
        let Some((gone, affected)) = found? else { return Ok(None) };
        for (relation, row) in &gone {
            if self.database.derived[relation.index()].remove(row) {
                self.net.note(*relation, row, false);
            }
        }
        self.gain((gone, stated), &affected, recent)?;
        Ok(Some(std::mem::take(&mut self.net)))
    }

    /// Notes what is stated of the stratum's own relations otherwise than before.
    fn begin(&mut self) -> Result<Begun, EngineError> {
        let Begun { mut gone, mut recent, mut stated } = Begun::default();
        self.is_begun = true;
        for &relation in &self.stratum.relations {
            if self.database.is_kept(relation) {
                self.begin_kept(relation, &mut gone, &mut stated)?;
                continue;
            }
            for (row, is_added) in self.before.stated.get(relation).into_iter().flat_map(Net::iter) {
                if !is_added {
                    self.net.note(relation, row, false);
                    gone.push((relation, row.to_vec()));
                } else if !self.database.derived[relation.index()].remove(row) {
                    self.net.note(relation, row, true);
                    recent.push((relation, row.to_vec()));
                }
            }
        }
        Ok(Begun { gone, recent, stated })
    }

    /// Whether a rule concludes something that it may not have concluded before. Of the rules nothing is derived.
    pub(super) fn concludes_more(&mut self) -> Result<bool, EngineError> {
        self.haunt();
        let mut affected = Vec::new();
        for plan in self.plans() {
            for trigger in plan.changes(self.rules).triggers.iter().filter(|trigger| trigger.sense == Sense::Either) {
                let Some(net) = self.before.of(trigger.atom.relation, trigger.atom.stated_only) else { continue };
                let mut bindings = self.bindings(plan, trigger)?;
                for (row, _) in net.iter() {
                    bindings.add(self, row)?;
                }
                affected.push(bindings);
            }
        }
        self.database.ghosts.clear();
        let mut found = Vec::new();
        self.gained(&affected, &mut found)?;
        Ok(!found.is_empty())
    }

    // ---- What is lost

    /// Lets what has gone be seen beside what is there.
    fn haunt(&mut self) {
        let has_gone = |net: &Net| net.iter().any(|(_, is_added)| !is_added);
        if !self.before.stated.iter().chain(self.before.derived.iter()).any(|(_, net)| has_gone(net)) {
            return;
        }
        let tables = self.database.shapes.iter().map(|shape| Table::new(shape.width));
        self.database.ghosts = tables.collect();
        for (relation, net) in self.before.stated.iter().chain(self.before.derived.iter()) {
            net.gone(&mut self.database.ghosts[relation.index()]);
        }
    }

    /// Completes the rows that may not follow any more, and finds from which values on rules have to be looked at since something inside a
    /// condition has changed.
    fn lose(&mut self, mut gone: Vec<OwnRow>) -> Result<Option<Lost<'a>>, EngineError> {
        let mut affected = Vec::new();
        let mut seen: FxHashSet<OwnRow> = gone.iter().cloned().collect();
        let known: usize = self.stratum.relations.iter().map(|relation| self.database.derived(*relation).len()).sum();
        let most = MAX_GONE.max(known / GONE_SHARE);
        for plan in self.plans() {
            for trigger in &plan.changes(self.rules).triggers {
                let Some(net) = self.before.of(trigger.atom.relation, trigger.atom.stated_only) else { continue };
                if self.is_own(trigger.atom.relation) && !trigger.atom.stated_only {
                    continue;
                }
                let lost = net.iter().filter(|(_, is_added)| match trigger.sense {
                    Sense::Holds => !is_added,
                    Sense::Fails => *is_added,
                    Sense::Either => true,
                });
                let mut bindings = self.bindings(plan, trigger)?;
                for (row, _) in lost {
                    bindings.add(self, row)?;
                }
                self.in_question(&bindings, &mut |row| {
                    if seen.insert(row.clone()) {
                        gone.push(row);
                    }
                    gone.len() <= most
                })?;
                if trigger.sense == Sense::Either {
                    affected.push(bindings);
                }
                if gone.len() > most {
                    return Ok(None);
                }
            }
        }
        // What rests on that in the same stratum.
        let mut next = 0;
        while next < gone.len() {
            let last = gone[next..].to_vec();
            next = gone.len();
            for bindings in self.own_bindings(&last)? {
                self.in_question(&bindings, &mut |row| {
                    if seen.insert(row.clone()) {
                        gone.push(row);
                    }
                    gone.len() <= most
                })?;
                if gone.len() > most {
                    return Ok(None);
                }
            }
        }
        Ok(Some((gone, affected)))
    }

    /// The sentences of a rule that read what the stratum derives of a relation.
    fn own_triggers(&self, plan: &'a RulePlan, relation: RelationId) -> impl Iterator<Item = &'a Trigger> + use<'a> {
        let is_own = move |trigger: &&Trigger| trigger.atom.relation == relation && !trigger.atom.stated_only;
        plan.changes(self.rules).triggers.iter().filter(is_own)
    }

    /// Hands out the derived rows that may rest on these bindings, until it is enough.
    fn in_question(&mut self, bindings: &Affected<'a>, take: &mut impl FnMut(OwnRow) -> bool) -> Result<(), EngineError> {
        if bindings.values.len() == 0 {
            return Ok(());
        }
        let rule = &self.rules[bindings.plan.rule];
        let consequences = bindings.trigger.consequences(rule);
        let columns = &self.columns_in_question(rule.head.relation, &consequences.columns);
        let mut heads = Table::new(columns.len());
        self.each(bindings, &consequences.loss, |head, _, _| {
            heads.insert(&columns.iter().map(|column| head[*column]).collect::<Vec<_>>());
            Ok(true)
        })?;
        let relation = rule.head.relation;
        let table = &mut self.database.derived[relation.index()];
        if !columns.is_empty() && columns.len() < table.width() {
            table.index(columns, &self.database.interrupt);
            self.database.uninterrupted()?;
        }
        let table = self.database.derived(relation);
        for head in heads.iter() {
            let values = head.iter().copied();
            let more = if columns.len() == table.width() {
                !table.contains(head) || take((relation, head.to_vec()))
            } else if columns.is_empty() {
                table.iter().all(|row| take((relation, row.to_vec())))
            } else {
                let mut matching = table.matching(columns, &values).into_iter().flatten();
                matching.all(|number| take((relation, table.row(number).to_vec())))
            };
            if !more {
                return Ok(());
            }
        }
        Ok(())
    }

    // ---- What is gained

    /// Puts back what follows all the same, adds what is new, and what follows from that.
    fn gain(
        &mut self,
        (gone, mut found): (Vec<OwnRow>, Vec<Candidate>),
        affected: &[Affected<'a>],
        mut recent: Vec<OwnRow>,
    ) -> Result<(), EngineError> {
        let is_recursive = self.plans().any(|plan| self.stratum.relations.iter().any(|own| self.own_triggers(plan, *own).next().is_some()));
        for (relation, row) in gone {
            if self.database.is_kept(relation) {
                self.successor(relation, &row, &mut found)?;
            } else if let Some(rule) = self.follows(relation, &row)? {
                found.push(Candidate { row: (relation, row), rule: Some(rule) });
            }
        }
        self.gained(affected, &mut found)?;
        loop {
            if is_recursive && !found.is_empty() {
                self.stratum.relations.iter().for_each(|relation| self.database.derived[relation.index()].start_round());
            }
            self.add(found, &mut recent)?;
            if recent.is_empty() || !is_recursive {
                return Ok(());
            }
            let mut last = std::mem::take(&mut recent);
            // What follows from a better row is better.
            last.retain(|(relation, row)| !self.database.is_kept(*relation) || self.database.derived(*relation).contains(row));
            found = Vec::new();
            for bindings in self.own_bindings(&last)? {
                self.conclusions(&bindings, &mut found)?;
            }
        }
    }

    /// What follows now from what has changed before the stratum.
    fn gained(&mut self, affected: &[Affected<'a>], found: &mut Vec<Candidate>) -> Result<(), EngineError> {
        for plan in self.plans() {
            for trigger in &plan.changes(self.rules).triggers {
                let atom = &trigger.atom;
                let Some(net) = self.before.of(atom.relation, atom.stated_only) else { continue };
                if trigger.sense == Sense::Either || (self.is_own(atom.relation) && !atom.stated_only) {
                    continue;
                }
                let mut bindings = self.bindings(plan, trigger)?;
                for (row, _) in net.iter().filter(|(_, is_added)| *is_added == (trigger.sense == Sense::Holds)) {
                    bindings.add(self, row)?;
                }
                self.conclusions(&bindings, found)?;
            }
        }
        for bindings in affected {
            self.conclusions(bindings, found)?;
        }
        Ok(())
    }

    /// The number of a rule that concludes a row from what is there.
    fn follows(&mut self, relation: RelationId, row: &[u32]) -> Result<Option<usize>, EngineError> {
        for plan in self.plans() {
            let rule = &self.rules[plan.rule];
            if rule.head.relation != relation {
                continue;
            }
            let Some(binding) = matched(&rule.head.terms, row, rule.variables.len()) else { continue };
            let body = plan.changes(self.rules).check(rule);
            let mut is_found = false;
            self.run(plan, body, binding, |_, _| {
                is_found = true;
                Ok(false)
            })?;
            if is_found {
                return Ok(Some(plan.rule));
            }
        }
        Ok(None)
    }

    /// Adds what a rule concludes from some bindings.
    fn conclusions(&mut self, bindings: &Affected<'a>, found: &mut Vec<Candidate>) -> Result<(), EngineError> {
        let rule = &self.rules[bindings.plan.rule];
        let relation = rule.head.relation;
        let allowed = usize::try_from(self.allowed).unwrap_or(usize::MAX);
        let mut new = Table::new(rule.head.terms.len());
        self.each(bindings, &bindings.trigger.consequences(rule).gain, |head, binding, dictionary| {
            kept::guarded(bindings.plan, rule, binding, head, dictionary)?;
            new.insert(head);
            Ok(new.len() <= allowed)
        })?;
        if new.len() > allowed {
            return Err(evaluate::too_many(rule, self.context));
        }
        found.extend(new.iter().map(|row| Candidate { row: (relation, row.to_vec()), rule: Some(bindings.plan.rule) }));
        Ok(())
    }

    /// Adds rows that were found, if they are new.
    fn add(&mut self, found: Vec<Candidate>, recent: &mut Vec<OwnRow>) -> Result<(), EngineError> {
        for Candidate { row: (relation, row), rule } in found {
            let index = relation.index();
            let is_new = if self.database.is_kept(relation) {
                self.add_best(relation, &row)?
            } else {
                let counts = in_force(self.database.shapes[index], &row, self.database.day, self.dictionary);
                counts && !self.database.stated[index].contains(&row) && self.database.derived[index].insert(&row)
            };
            if is_new {
                self.allowed =
                    self.allowed.checked_sub(1).ok_or(EngineError::TooManyFacts { max: self.context.limits.max_facts, head: None })?;
                self.net.note(relation, &row, true);
                recent.push((relation, row));
                rule.into_iter().for_each(|rule| self.database.note_cost(Activity::Rule(rule), 0, 1));
            }
        }
        self.database.uninterrupted()
    }

    // ---- Running bodies

    fn bindings(&self, plan: &'a RulePlan, trigger: &'a Trigger) -> Result<Affected<'a>, EngineError> {
        self.database.uninterrupted()?;
        let known = &trigger.consequences(&self.rules[plan.rule]).known;
        Ok(Affected { plan, trigger, values: Table::new(known.len()) })
    }

    /// What rows of the stratum's own lead to.
    fn own_bindings(&mut self, rows: &[OwnRow]) -> Result<Vec<Affected<'a>>, EngineError> {
        let mut found = Vec::new();
        let stratum = self.stratum;
        for plan in self.plans() {
            for &relation in &stratum.relations {
                for trigger in self.own_triggers(plan, relation) {
                    let mut bindings = self.bindings(plan, trigger)?;
                    for (_, row) in rows.iter().filter(|(own, _)| *own == relation) {
                        bindings.add(self, row)?;
                    }
                    found.push(bindings);
                }
            }
        }
        Ok(found)
    }

    /// Hands out the conclusion of each way in which a body holds from some bindings on, until it is enough. Columns that have no value yet
    /// hold 0.
    fn each(
        &mut self,
        bindings: &Affected<'a>,
        body: &Body,
        mut take: impl FnMut(&[u32], &[u32], &mut Dictionary) -> Result<bool, EngineError>,
    ) -> Result<(), EngineError> {
        if bindings.values.len() == 0 {
            return Ok(());
        }
        let plan = bindings.plan;
        let rule = &self.rules[plan.rule];
        let known = &bindings.trigger.consequences(rule).known;
        let mut head = vec![0; rule.head.terms.len()];
        self.database.note_cost(Activity::Rule(plan.rule), 1, 0);
        for values in bindings.values.iter() {
            let mut binding = vec![ValueId::ABSENT.0; body.variables];
            known.iter().zip(values).for_each(|(variable, value)| binding[variable.index()] = *value);
            let mut more = true;
            self.run(plan, body, binding, |binding, dictionary| {
                conclude(rule, binding, &mut head);
                more = take(&head, binding, dictionary)?;
                Ok(more)
            })?;
            if !more {
                return Ok(());
            }
        }
        Ok(())
    }

    fn run(
        &mut self,
        plan: &RulePlan,
        body: &Body,
        binding: Vec<u32>,
        mut take: impl FnMut(&[u32], &mut Dictionary) -> Result<bool, EngineError>,
    ) -> Result<(), EngineError> {
        if self.database.ghosts.is_empty() && Join::is_void(body, self.database) {
            return Ok(());
        }
        let rule = &self.rules[plan.rule];
        let outer = self.database.turn_to(Activity::Rule(plan.rule));
        Join::index(body, self.database)?;
        let bounds = Bounds::none(self.database);
        let join = Join { database: self.database, bounds: &bounds, source: &rule.text.place.source };
        let (context, known_values) = (self.context, self.known_values);
        join.run_from(body, binding, self.dictionary, |binding, dictionary| {
            if let Some(error) = evaluate::too_many_values(rule, known_values, dictionary, context) {
                return ControlFlow::Break(Err(error));
            }
            match take(binding, dictionary) {
                Ok(true) => ControlFlow::Continue(()),
                Ok(false) => ControlFlow::Break(Ok(())),
                Err(error) => ControlFlow::Break(Err(error)),
            }
        })?;
        self.database.turn_to(outer);
        Ok(())
    }

    // ---- Anew

    /// Derives the stratum anew, and gives what has changed.
    pub(super) fn anew(mut self) -> Result<Nets, EngineError> {
        if !self.is_begun {
            self.begin()?;
        }
        let mut before = Vec::new();
        for relation in &self.stratum.relations {
            before.push(self.database.derived[relation.index()].take());
            self.database.closures[relation.index()] = None;
        }
        evaluate::stratum(self.database, self.stratum, self.rules, self.allowed, self.dictionary, self.context)?;
        let mut changed = Nets::default();
        for (&relation, old) in self.stratum.relations.iter().zip(&before) {
            let known = self.net.get(relation);
            let is_kept = self.database.is_kept(relation);
            let (stated, new) = (self.database.stated(relation), self.database.derived(relation));
            let came = |row: &[u32]| known.and_then(|net| net.get(row));
            let held = |row: &[u32]| came(row).map_or_else(|| (!is_kept && stated.contains(row)) || old.contains(row), |came| !came);
            let holds = |row: &[u32]| (!is_kept && stated.contains(row)) || new.contains(row);
            let mut net = Net::default();
            let concerned = old.iter().chain(new.iter()).chain(known.into_iter().flat_map(|net| net.iter().map(|(row, _)| row)));
            for row in concerned.filter(|row| held(row) != holds(row)) {
                net.note(row, holds(row));
            }
            changed.insert(relation, net);
        }
        Ok(changed)
    }
}

/// From which values on a rule has to be looked at.
#[derive(Debug)]
struct Affected<'a> {
    plan: &'a RulePlan,
    trigger: &'a Trigger,
    /// Values of the variables that are known.
    values: Table,
}

impl<'a> Affected<'a> {
    /// Adds what a row that came or went leads to.
    fn add(&mut self, update: &mut Update<'a>, row: &[u32]) -> Result<(), EngineError> {
        let rule = &update.rules[self.plan.rule];
        let consequences = self.trigger.consequences(rule);
        let Some(binding) = matched(&self.trigger.atom.terms, row, rule.variables.len()) else { return Ok(()) };
        let values = |binding: &[u32]| consequences.known.iter().map(|variable| binding[variable.index()]).collect::<Vec<_>>();
        let Some(around) = &consequences.around else {
            self.values.insert(&values(&binding));
            return Ok(());
        };
        let found = &mut self.values;
        update.run(self.plan, around, binding, |binding, _| {
            found.insert(&values(binding));
            Ok(true)
        })
    }
}

/// The row that a rule concludes from a binding; columns that have no value yet hold 0.
fn conclude(rule: &Rule, binding: &[u32], head: &mut [u32]) {
    for (column, term) in head.iter_mut().zip(&rule.head.terms) {
        *column = match term {
            Term::Variable(variable) => binding[variable.index()],
            Term::Value(value) => value.0,
            Term::Something | Term::Unmentioned => ValueId::ABSENT.0,
        };
    }
}

/// The values that a row gives to the variables of a sentence, if it is such a row.
fn matched(terms: &[Term], row: &[u32], variables: usize) -> Option<Vec<u32>> {
    let mut binding = vec![ValueId::ABSENT.0; variables];
    for (term, &value) in terms.iter().zip(row) {
        let fits = match term {
            Term::Variable(variable) => {
                let known = &mut binding[variable.index()];
                let fits = value != ValueId::ABSENT.0 && (*known == ValueId::ABSENT.0 || *known == value);
                *known = value;
                fits
            }
            Term::Value(expected) => expected.0 == value,
            Term::Something => value != ValueId::ABSENT.0,
            Term::Unmentioned => true,
        };
        if !fits {
            return None;
        }
    }
    Some(binding)
}
