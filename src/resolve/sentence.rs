//! Sentences → atoms: which relation a verb means, and which column each phrase fills.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::conditions::Conjunction;
use super::error::ResolveError;
use super::everyday::{self, is_year};
use super::phrases::compared;
use super::{MAX_LISTED, Resolver};
use crate::diagnostics::suggest::nearest;
use crate::logic::{Atom, Comparison, Expression, Fact, RelationId, Term, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, Comparator, Form, Sentence, TermKind};
use crate::syntax::words::is_preposition;
use crate::value::{Value, ValueId};
use crate::vocabulary::inflection::{third_person, verb_forms, with_article};
use crate::vocabulary::{Origin, Reading, Relation, SlotKind, Vocabulary, shipped};

/// Where a sentence stands: what may be left out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Fact,
    Head,
    Condition,
    Pattern,
}

impl Use {
    /// Whether slots that are not optional must be filled.
    fn is_complete(self) -> bool {
        matches!(self, Self::Fact | Self::Head)
    }
}

/// The variables of one statement.
#[derive(Debug, Default)]
pub(super) struct Scope {
    variables: Vec<ScopeVariable>,
    /// The groups of conditions after a `not`.
    negated: Vec<Span>,
    /// What the variables stand for that nobody wrote: each equals what a slot of a sentence computes.
    computed: Vec<Comparison>,
}

#[derive(Debug)]
pub(super) struct ScopeVariable {
    pub(super) name: Arc<str>,
    /// The first occurrence.
    pub(super) span: Span,
    pub(super) occurrences: usize,
    /// Whether the writer said `who` in place of a name.
    pub(super) is_question_word: bool,
    /// Whether it stands for what a slot computes.
    is_computed: bool,
    /// What the first slot that it fills holds.
    pub(super) kind: SlotKind,
}

impl Scope {
    pub(super) fn variable(&mut self, name: &Arc<str>, span: Span, kind: SlotKind) -> VariableId {
        let is_same = |variable: &ScopeVariable| variable.name == *name && !variable.is_question_word;
        let index = self.variables.iter().position(is_same).unwrap_or_else(|| {
            let (is_question_word, is_computed) = (false, false);
            self.variables.push(ScopeVariable { name: name.clone(), span, occurrences: 0, is_question_word, is_computed, kind });
            self.variables.len() - 1
        });
        self.variables[index].occurrences += 1;
        id(index)
    }

    /// A question word: a variable named after the slot that it fills. In `who is both a and b?` it fills two, and is named
    /// by `otherwise` if they differ.
    fn question_word(&mut self, name: &Arc<str>, otherwise: &Arc<str>, span: Span, kind: SlotKind) -> VariableId {
        if let Some(index) = self.variables.iter().position(|variable| variable.span == span) {
            if self.variables[index].name != *name {
                self.variables[index].name = otherwise.clone();
            }
            return id(index);
        }
        let (is_question_word, is_computed) = (true, false);
        self.variables.push(ScopeVariable { name: name.clone(), span, occurrences: 2, is_question_word, is_computed, kind });
        id(self.variables.len() - 1)
    }

    /// A variable for what a slot computes.
    fn computed(&mut self, text: &str, span: Span, expression: Expression) -> VariableId {
        let (is_question_word, is_computed, kind) = (true, true, SlotKind::Any);
        self.variables.push(ScopeVariable { name: text.into(), span, occurrences: 2, is_question_word, is_computed, kind });
        let variable = id(self.variables.len() - 1);
        let left = Expression::variable(variable);
        self.computed.push(Comparison { left, comparator: Comparator::Equal, right: expression, span });
        variable
    }

    pub(super) fn note_negated(&mut self, group: Span) {
        self.negated.push(group);
    }

    pub(super) fn negated(&self) -> &[Span] {
        &self.negated
    }

    /// What the slots of the last sentences compute.
    pub(super) fn take_computed(&mut self) -> impl Iterator<Item = Comparison> + use<> {
        std::mem::take(&mut self.computed).into_iter()
    }

    pub(super) fn rename(&mut self, variable: VariableId, name: &Arc<str>) {
        self.variables[variable.index()].name = name.clone();
    }

    pub(super) fn find(&self, name: &str) -> Option<VariableId> {
        self.variables.iter().position(|variable| &*variable.name == name && !variable.is_question_word).map(id)
    }

    /// Where the first variable of an atom stands.
    pub(super) fn place_of(&self, atom: &Atom) -> Span {
        atom.variables().next().map_or(Span::default(), |variable| self.get(variable).span)
    }

    pub(super) fn get(&self, variable: VariableId) -> &ScopeVariable {
        &self.variables[variable.index()]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (VariableId, &ScopeVariable)> {
        self.variables.iter().enumerate().map(|(index, variable)| (id(index), variable))
    }

    /// The variables that sentences and comparisons show, in the order of their first occurrence: not what is local to an aggregate
    /// or a `whenever`, and not what nobody wrote.
    pub(super) fn shown(&self, alternatives: &[Conjunction]) -> impl Iterator<Item = VariableId> + use<> {
        let shown: BTreeSet<_> = alternatives.iter().flatten().flat_map(|marked| marked.literal.shown()).collect();
        let unwritten: Vec<_> = self.iter().filter(|(_, variable)| variable.is_computed).map(|(id, _)| id).collect();
        shown.into_iter().filter(move |variable| !unwritten.contains(variable))
    }

    pub(super) fn names(&self) -> Arc<[Arc<str>]> {
        self.variables.iter().map(|variable| variable.name.clone()).collect()
    }

    pub(super) fn into_columns(self) -> Vec<(Arc<str>, Span)> {
        self.variables.into_iter().map(|variable| (variable.name, variable.span)).collect()
    }
}

fn id(index: usize) -> VariableId {
    VariableId(u32::try_from(index).expect("fewer variables than bytes in a statement"))
}

/// A slot by number, and what a sentence puts there.
type Filled<'s> = Vec<(usize, &'s [ast::Term])>;

impl Resolver<'_> {
    /// The facts that a sentence states: one for each combination of its lists.
    pub(super) fn facts(&mut self, sentence: &Sentence) -> Option<Vec<Fact>> {
        let (relation, reading) = self.reading(sentence, Use::Fact)?;
        let filled = self.fill(sentence, relation, reading, Use::Fact)?;
        let combinations = filled.iter().try_fold(1_usize, |product, (_, terms)| product.checked_mul(terms.len()));
        if combinations.is_none_or(|combinations| combinations > MAX_LISTED) {
            self.report(ResolveError::TooManyListed { at: sentence.span });
            return None;
        }
        if self.ends_before_it_begins(sentence, relation, &filled) {
            return None;
        }
        let mut rows = vec![vec![ValueId::ABSENT; self.vocabulary.relation(relation).slots.len()]];
        for (slot, terms) in filled {
            let mut values = Vec::with_capacity(terms.len());
            for term in terms {
                // The syntax lets nothing but values into facts.
                if let TermKind::Value(value) = &term.kind {
                    let id = self.value(value, term.span, relation, reading, slot)?;
                    values.push(id);
                    self.note_use(id, term.span, relation, slot, || Some(sentence.clone()));
                    self.note_name(id, term.span, relation, slot);
                }
            }
            if let [only] = values[..] {
                rows.iter_mut().for_each(|row| row[slot] = only);
            } else {
                let with = |row: &Vec<ValueId>, value: &ValueId| {
                    let mut row = row.clone();
                    row[slot] = *value;
                    row
                };
                rows = rows.iter().flat_map(|row| values.iter().map(move |value| with(row, value))).collect();
            }
        }
        Some(rows.into_iter().map(|row| Fact { relation, reading, values: row.into() }).collect())
    }

    /// Whether the days of a fact leave it none to hold on; then a problem has been reported.
    fn ends_before_it_begins(&mut self, sentence: &Sentence, relation: RelationId, filled: &Filled<'_>) -> bool {
        let (Some(since), Some(until)) = self.vocabulary.relation(relation).validity() else { return false };
        let days = |slot: usize| {
            let terms = filled.iter().filter(move |(own, _)| *own == slot).flat_map(|(_, terms)| terms.iter());
            terms.filter_map(|term| if let TermKind::Value(Value::Date(day)) = term.kind { Some((day, term.span)) } else { None })
        };
        let Some((first, last)) = days(since).max().zip(days(until).min()).filter(|(first, last)| first.0 > last.0) else { return false };
        let begin = self.source.slice(Span { start: sentence.span.start, end: first.1.start.min(last.1.start) });
        let (begin, preposition) = begin.trim_end().rsplit_once(char::is_whitespace).unwrap_or((begin, ""));
        let is_alone = days(since).count() == 1 && days(until).count() == 1 && matches!(preposition, "since" | "until");
        let help = if is_alone {
            let begin = crate::syntax::on_one_line(begin);
            format!("`since` names the first day and `until` the last: `{begin} since {} until {}`", last.0, first.0)
        } else {
            "`since` names the first day and `until` the last".to_owned()
        };
        self.report(ResolveError::EndsBeforeItBegins { help, since: first.1, until: last.1 });
        true
    }

    /// The atom that a sentence says; its variables are added to the scope.
    pub(super) fn atom(&mut self, sentence: &Sentence, scope: &mut Scope, place: Use) -> Option<Atom> {
        let (relation, reading) = self.reading(sentence, place)?;
        let filled = self.fill(sentence, relation, reading, place)?;
        let mut terms = vec![Term::Unmentioned; self.vocabulary.relation(relation).slots.len()];
        for (slot, written) in filled {
            let [term] = written else { continue };
            let kind = self.vocabulary.relation(relation).slots[slot].kind;
            terms[slot] = match &term.kind {
                TermKind::Value(value) => Term::Value(self.value(value, term.span, relation, reading, slot)?),
                TermKind::Variable(name) => {
                    let variable = scope.variable(name, term.span, kind);
                    self.agree((&mut scope.variables[variable.index()], term.span), relation, reading, slot)?;
                    Term::Variable(variable)
                }
                TermKind::Anything => Term::Something,
                TermKind::Wh(_) => {
                    let name = self.vocabulary.relation(relation).slots[slot].name.clone();
                    let otherwise = match kind {
                        SlotKind::Kind(id) => self.vocabulary.kind_name(id).clone(),
                        SlotKind::Any | SlotKind::Number | SlotKind::Date => Arc::from("answer"),
                    };
                    Term::Variable(scope.question_word(&name, &otherwise, term.span, kind))
                }
                TermKind::Computed(_) if self.vocabulary.holds_names(kind) => {
                    let found = "computed".to_owned();
                    let help = "numbers and dates are computed, names are not".to_owned();
                    return self.wrong_sort((relation, reading, slot), found, help, term.span);
                }
                TermKind::Computed(_) => {
                    let expression = self.expression(term, scope)?;
                    let text = self.source.slice(term.span).to_owned();
                    Term::Variable(scope.computed(&text, term.span, expression))
                }
                // The grammar reads aggregates in comparisons alone.
                TermKind::Aggregate(_) => return None,
            };
        }
        Some(Atom { relation, reading, terms, stated_only: false })
    }

    /// Looks that what a variable is elsewhere may also fill this slot; otherwise a problem.
    fn agree(&mut self, (used, at): (&mut ScopeVariable, Span), id: RelationId, reading: usize, slot: usize) -> Option<()> {
        let relation = self.vocabulary.relation(id);
        let kind = relation.slots[slot].kind;
        if used.kind == SlotKind::Any {
            used.kind = kind;
        }
        if self.vocabulary.may_agree(used.kind, kind) {
            return Some(());
        }
        let found = self.vocabulary.describe_kind(used.kind);
        let help = format!("`?{}` is {found} elsewhere in this statement; use two variables", used.name);
        self.wrong_sort((id, reading, slot), found, help, at)
    }

    /// A problem: this does not fit into the slot.
    pub(super) fn wrong_sort<T>(
        &mut self,
        (id, reading, slot): (RelationId, usize, usize),
        found: String,
        help: String,
        at: Span,
    ) -> Option<T> {
        let relation = self.vocabulary.relation(id);
        let problem = ResolveError::WrongSort {
            slot: relation.slots[slot].name.to_string(),
            verb: relation.readings[reading].verb(),
            expected: self.vocabulary.describe_kind(relation.slots[slot].kind),
            help,
            found,
            at,
        };
        self.report(problem);
        None
    }

    /// The reading of a verb; if it is not declared, a problem.
    fn reading(&mut self, sentence: &Sentence, place: Use) -> Option<(RelationId, usize)> {
        let found = self.vocabulary.find(sentence.verb.form, &sentence.verb.word.text);
        if found.is_none() && !self.is_broken(sentence) {
            let problem = self.unknown_verb(sentence, place);
            self.report(problem);
        }
        found
    }

    fn is_broken(&self, sentence: &Sentence) -> bool {
        let forms = verb_forms(&sentence.verb.word.text);
        let is_meant = |word: &str| *word == *sentence.verb.word.text || forms.iter().any(|form| *form == word);
        self.uses.broken.iter().any(|(form, word)| *form == sentence.verb.form && is_meant(word))
    }

    fn unknown_verb(&self, sentence: &Sentence, place: Use) -> ResolveError {
        let verb = &sentence.verb;
        let word = &verb.word.text;
        let shown = |word: &str| {
            Reading { form: verb.form, article: None, word: word.into(), subject: 0, object: None, phrases: Vec::new() }.verb()
        };
        if let Some(name) = self.name_of_two_words(sentence) {
            return ResolveError::UnknownVerb {
                verb: shown(word),
                help: format!("put the name in quotation marks: `\"{name}\"`"),
                at: verb.span,
            };
        }
        let other_form = [Form::Acts, Form::Is, Form::Has].into_iter().find_map(|form| self.vocabulary.find(form, word));
        // `who does provide hosting?`: the verb stands where its subject should.
        let verb_as_subject = sentence.subject.last().and_then(|term| match &term.kind {
            TermKind::Value(Value::Name(name)) => self.vocabulary.find(Form::Acts, name),
            TermKind::Value(_)
            | TermKind::Variable(_)
            | TermKind::Anything
            | TermKind::Wh(_)
            | TermKind::Computed(_)
            | TermKind::Aggregate(_) => None,
        });
        let is_kind = |(relation, _): (RelationId, usize)| self.vocabulary.relation(relation).origin == Origin::Kind;
        let help = if let Some(said) = self.in_everyday_words(sentence, place) {
            format!("say `{said}`, or declare `{}` first: `{}`", shown(word), declaration(sentence))
        } else if let Some(help) = self.said_by_others(sentence).or_else(|| self.said_at_first(sentence, place)) {
            help
        } else if let Some((name, pattern)) = shipped::that_declares(verb.form, word) {
            format!("`use {name}` declares it: `{pattern}`; or declare one of your own: `{}`", declaration(sentence))
        } else if let Some((relation, reading)) = verb_as_subject {
            let relation = self.vocabulary.relation(relation);
            let needed = |slot: usize| Some(&relation.slots[slot]).filter(|slot| !slot.optional).map(|slot| slot.name.to_string());
            format!("the subject comes first: `{}`", relation.readings[reading].sentence(needed))
        } else if let Some(near) = nearest(word, self.vocabulary.words(verb.form)) {
            format!("did you mean `{}`?", shown(near))
        } else if other_form.is_some_and(is_kind) {
            format!("`{word}` is a kind; ask `which {word} are there?`, or say of something that it is one")
        } else if let Some((relation, reading)) = other_form {
            let relation = self.vocabulary.relation(relation);
            format!("it is said like this: `{}`", relation.pattern(&relation.readings[reading]))
        } else {
            format!("declare it first, with its slots: `{}`", declaration(sentence))
        };
        ResolveError::UnknownVerb { verb: shown(word), help, at: verb.span }
    }

    /// The known name that the subject and the verb make together: `IT Systems` without its quotation marks.
    fn name_of_two_words(&self, sentence: &Sentence) -> Option<String> {
        let TermKind::Value(Value::Name(first)) = &sentence.subject.last()?.kind else { return None };
        let name = format!("{first} {}", sentence.verb.word.text);
        self.dictionary.find(&Value::name(&name)).map(|_| name)
    }

    /// The sentence with a variable in place of each name.
    pub(super) fn with_variables(&self, sentence: &Sentence, atom: &Atom) -> String {
        let reading = self.vocabulary.reading(atom.relation, atom.reading);
        let filled = fill(&self.vocabulary, sentence, atom.relation, atom.reading, Use::Pattern).unwrap_or_default();
        reading.sentence(|slot| {
            let (_, terms) = filled.iter().find(|(full, _)| *full == slot)?;
            terms.first().map(|term| format!("?{}", written(term).trim_matches('"').replace(' ', "-")))
        })
    }

    /// Which slot each place of the sentence fills.
    fn fill<'s>(&mut self, sentence: &'s Sentence, id: RelationId, reading: usize, place: Use) -> Option<Filled<'s>> {
        match fill(&self.vocabulary, sentence, id, reading, place) {
            Ok(filled) => Some(filled),
            Err(problem) => {
                self.report(*problem);
                None
            }
        }
    }

    /// The number of a value, if it may stand in this slot.
    fn value(&mut self, value: &Value, span: Span, id: RelationId, reading: usize, slot: usize) -> Option<ValueId> {
        let relation = self.vocabulary.relation(id);
        let kind = relation.slots[slot].kind;
        if self.vocabulary.accepts(kind, value) {
            return Some(self.dictionary.intern(value));
        }
        let help = match (kind, value) {
            (SlotKind::Number, _) => "write a number, such as `3` or `99.95%`".to_owned(),
            (SlotKind::Date, Value::Number(year)) if is_year(year) => format!("write a day of that year: `{year}-01-01`"),
            (SlotKind::Date, _) => "write a day, such as `2026-01-31`".to_owned(),
            _ => format!("if it is a name, put it in quotation marks: `\"{value}\"`"),
        };
        self.wrong_sort((id, reading, slot), value.sort().to_owned(), help, span)
    }
}

pub(super) fn fill<'s>(
    vocabulary: &Vocabulary,
    sentence: &'s Sentence,
    id: RelationId,
    number: usize,
    place: Use,
) -> Result<Filled<'s>, Box<ResolveError>> {
    let relation = vocabulary.relation(id);
    let reading = &relation.readings[number];
    let mut filled: Filled<'s> = vec![(reading.subject, &sentence.subject)];
    if let (Some(first), Some(last)) = (sentence.object.first(), sentence.object.last()) {
        let slot = reading.object.ok_or_else(|| {
            let mended = everyday::with_preposition(vocabulary, sentence, (id, number), place);
            let pattern = mended.unwrap_or_else(|| relation.pattern(reading));
            Box::new(ResolveError::NoObject { verb: reading.verb(), pattern, at: first.span.to(last.span) })
        })?;
        filled.push((slot, &sentence.object));
    }
    for (index, phrase) in sentence.phrases.iter().enumerate() {
        let preposition = &phrase.preposition;
        if let Some(first) = sentence.phrases[..index].iter().find(|earlier| earlier.preposition.text == preposition.text) {
            let (first, second) = (first.preposition.span, preposition.span);
            return Err(Box::new(ResolveError::RepeatedPreposition { preposition: preposition.text.to_string(), first, second }));
        }
        let slot = reading.slot(&preposition.text).ok_or_else(|| {
            Box::new(ResolveError::UnknownPreposition {
                verb: reading.verb(),
                preposition: preposition.text.to_string(),
                help: compared(sentence, phrase, written)
                    .or_else(|| everyday::with_days(vocabulary, sentence, id, number, place))
                    .or_else(|| everyday::with_other_preposition(vocabulary, sentence, index, (id, number), place))
                    .unwrap_or_else(|| prepositions_help(vocabulary, id, number, &preposition.text)),
                at: preposition.span,
            })
        })?;
        filled.push((slot, &phrase.terms));
    }
    if place.is_complete() {
        let missing = (0..relation.slots.len()).find(|slot| !relation.slots[*slot].optional && filled.iter().all(|(full, _)| full != slot));
        if let Some(missing) = missing {
            let is_alone = is_role(reading, relation) && filled.len() == 1;
            let ask = if is_alone { "a role comes from a relationship – with whom? Say it all" } else { "say it all" };
            let all = || format!("{ask}: `{}`", said_all(vocabulary, (id, number), &filled));
            return Err(Box::new(ResolveError::MissingSlot {
                verb: reading.verb(),
                slot: described(&relation.slots[missing].name),
                help: everyday::in_place_of_optional(vocabulary, sentence, missing, (id, number), place).unwrap_or_else(all),
                at: sentence.span,
            }));
        }
    }
    Ok(filled)
}

/// The sentence with an example in each place that must be filled and is not.
pub(super) fn said_all(vocabulary: &Vocabulary, (id, number): (RelationId, usize), filled: &[(usize, &[ast::Term])]) -> String {
    let relation = vocabulary.relation(id);
    let said = |slot: usize| {
        let text = |terms: &[ast::Term]| terms.iter().map(written).collect::<Vec<_>>().join(", ");
        filled.iter().find(|(full, _)| *full == slot).map(|(_, terms)| text(terms))
    };
    relation.readings[number]
        .sentence(|slot| said(slot).or_else(|| (!relation.slots[slot].optional).then(|| invented(vocabulary, relation.slots[slot].kind))))
}

/// Whether this says what somebody is towards somebody else of the same kind, in something: `is a provider of service to consumer`.
fn is_role(reading: &Reading, relation: &Relation) -> bool {
    let subject = relation.slots[reading.subject].kind;
    let is_other = |number: &usize| *number != reading.subject;
    let kinds = (0..relation.slots.len()).filter(is_other).map(|number| relation.slots[number].kind);
    reading.form == Form::Is && reading.article.is_some() && kinds.clone().any(|kind| kind == subject) && kinds.count() > 1
}

/// A slot in a message; that of a verb which declared itself may be named after its preposition.
fn described(slot: &str) -> String {
    if is_preposition(slot) { format!("what follows `{slot}`") } else { format!("the {slot}") }
}

/// A declaration that would let this sentence be said.
fn declaration(sentence: &Sentence) -> String {
    let names = ["one", "other", "third", "fourth", "fifth", "sixth"];
    let phrases: Vec<_> = sentence.phrases.iter().map(|phrase| phrase.preposition.text.clone()).collect();
    let object = (!sentence.object.is_empty()).then_some(1);
    let first = object.map_or(1, |object| object + 1);
    let phrases = phrases.into_iter().enumerate().map(|(number, preposition)| (preposition, first + number)).collect();
    let form = sentence.verb.form;
    let written = &sentence.verb.word.text;
    let word = if form == Form::Acts && !written.ends_with('s') { third_person(written).into() } else { written.clone() };
    let reading = Reading { form, article: None, word, subject: 0, object, phrases };
    let slot = |number: usize| match names.get(number) {
        Some(_) if sentence.verb.form == Form::Has && object == Some(number) => {
            let is_number = matches!(sentence.object.first().map(|term| &term.kind), Some(TermKind::Value(Value::Number(_))));
            format!("value:{}", if is_number { "number" } else { "thing" })
        }
        Some(name) => format!("{name}:thing"),
        None => format!("slot-{number}:thing"),
    };
    format!("verb {}", reading.sentence(|number| Some(slot(number))))
}

/// A term as it was written.
fn written(term: &ast::Term) -> String {
    match &term.kind {
        TermKind::Value(value) => crate::vocabulary::written_value(value),
        TermKind::Variable(name) => format!("?{name}"),
        TermKind::Anything | TermKind::Wh(_) | TermKind::Computed(_) | TermKind::Aggregate(_) => "something".to_owned(),
    }
}

/// A value that could stand in a slot, for an example.
fn invented(vocabulary: &Vocabulary, kind: SlotKind) -> String {
    match kind {
        SlotKind::Number => "3".to_owned(),
        SlotKind::Date => "2026-01-31".to_owned(),
        SlotKind::Any => "Acme".to_owned(),
        SlotKind::Kind(id) if &**vocabulary.kind_name(id) == "organization" => "Acme".to_owned(),
        SlotKind::Kind(id) => format!("some-{}", vocabulary.kind_name(id)),
    }
}

fn prepositions_help(vocabulary: &Vocabulary, id: RelationId, number: usize, preposition: &str) -> String {
    let relation = vocabulary.relation(id);
    let reading = &relation.readings[number];
    let other = relation.readings.iter().find(|other| other.slot(preposition).is_some());
    if let Some(other) = other {
        return format!("with `{preposition}` it is said like this: `{}`", relation.pattern(other));
    }
    let pattern = relation.pattern(reading);
    match relation.origin {
        Origin::Declared => format!("it is declared as `{pattern}`"),
        Origin::Kind => format!("`{}` is a kind: `{pattern}`", with_article(&reading.word)),
        Origin::Head | Origin::Used | Origin::UsedInCondition => {
            format!("it was first used as `{pattern}` ({}); declare it as a verb to give it more slots", relation.place.describe())
        }
    }
}
