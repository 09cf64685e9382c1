//! Questions → queries: which bindings are asked for, under which headings.

use std::sync::Arc;

use super::Resolver;
use super::conditions::{Marked, literals};
use super::error::ResolveError;
use super::sentence::Scope;
use crate::diagnostics::suggest::nearest;
use crate::logic::{
    Action, Atom, Expression, FindColumn, FindForm, FindKind, Literal, Operand, Query, QueryForm, RelationId, Term, VariableId,
};
use crate::source::Span;
use crate::syntax::ast::{self, Column, ColumnKind, Condition, Form, Function, Sentence, TermKind, Wh, Word};
use crate::value::{Value, ValueId};
use crate::vocabulary::inflection::{singular, singulars};

impl Resolver<'_> {
    /// What a question asks to be done.
    pub(super) fn asking(&mut self, question: &ast::Question, span: Span) -> Option<Action> {
        if let Some(name) = self.asks_for_description(&question.condition) {
            let name = name.clone();
            return Some(self.description(question.text.clone(), &name));
        }
        self.question(question, span).map(Action::Ask)
    }

    pub(super) fn question(&mut self, question: &ast::Question, span: Span) -> Option<Query> {
        let exists = self.existence(&question.condition);
        if let Some(Condition::Sentence(sentence)) = &exists {
            // An unknown kind is told of as a kind, not as the verb that it is rephrased to.
            let _ = self.kind_filter(&sentence.verb.word)?;
        }
        let rephrased = self.property_of(&question.condition).or(exists);
        let condition = rephrased.as_ref().unwrap_or(&question.condition);
        let mut scope = Scope::default();
        let mut alternatives = self.conditions(condition, &mut scope)?;
        for (term, kind) in question_words(condition) {
            let (variable, _) = scope.iter().find(|(_, variable)| variable.span == term).expect("a question word fills a slot");
            if let (true, Some(asked)) = (is_denied(condition), self.vocabulary.find_kind(&kind.text)) {
                // What does not fill the slot should not be named after it.
                scope.rename(variable, self.vocabulary.kind_name(asked));
            }
            let filter = self.kind_filter(&kind)?;
            alternatives.iter_mut().for_each(|alternative| alternative.push(Marked::plain(Literal::Holds(filter(variable)))));
        }
        let asked: Vec<_> =
            question.find.iter().flat_map(|find| columns_of(find, &scope)).map(|variable| scope.get(variable).name.clone()).collect();
        self.open_ends(condition, &asked);
        if !self.unsafe_variables(&alternatives, &scope).is_empty() {
            return None;
        }
        let (output, form) = match &question.find {
            Some(find) => self.find(find, &alternatives, &scope)?,
            None => self.plain_form(condition, &alternatives, &scope)?,
        };
        if !matches!(form, QueryForm::Verdict) && !self.binds_output(&output, &alternatives, &scope) {
            return None;
        }
        if question.find.is_some() {
            let asked: Vec<_> = question.find.iter().flat_map(|find| columns_of(find, &scope)).collect();
            let adds = |column: &Column| matches!(&column.kind, ColumnKind::Aggregate(Function::Sum | Function::Avg, _));
            let adds = question.find.iter().flat_map(|find| &find.columns).any(adds);
            self.lone_variables(&scope, if adds { &output } else { &asked });
        }
        let names = self.names(condition);
        let alternatives = alternatives.into_iter().map(literals).collect();
        Some(Query { text: question.text.clone(), alternatives, variables: scope.names(), output, form, names, place: self.place(span) })
    }

    /// `what is the W of X?` is the verb `is W of` where that is declared, else `X has W what?`.
    fn property_of(&self, condition: &Condition) -> Option<Condition> {
        let Condition::Sentence(sentence) = condition else { return None };
        let [ast::Term { kind: TermKind::Wh(_), .. }] = sentence.subject.as_slice() else { return None };
        let (of, phrases): (Vec<_>, Vec<_>) = sentence.phrases.iter().cloned().partition(|phrase| &*phrase.preposition.text == "of");
        let [phrase] = of.as_slice() else { return None };
        let word = &sentence.verb.word.text;
        let takes_of = |(relation, reading): (RelationId, usize)| self.vocabulary.reading(relation, reading).slot("of").is_some();
        let is_own = self.vocabulary.find(Form::Is, word);
        // A kind, or another verb without `of`, does not stand against a property of this name.
        let is_meant = is_own.is_none() || (self.vocabulary.find(Form::Has, word).is_some() && !is_own.is_some_and(takes_of));
        if sentence.verb.form != Form::Is || !is_meant {
            return None;
        }
        let mut verb = sentence.verb.clone();
        verb.form = Form::Has;
        let object = sentence.subject.clone();
        Some(Condition::Sentence(Sentence { subject: phrase.terms.clone(), verb, object, phrases, span: sentence.span }))
    }

    /// `which services are there?` asks which things are services.
    fn existence(&self, condition: &Condition) -> Option<Condition> {
        let Condition::Sentence(sentence) = condition else { return None };
        let [ast::Term { kind: TermKind::Wh(Wh::Which(kind) | Wh::HowMany(kind)), .. }] = sentence.subject.as_slice() else { return None };
        let is_there = sentence.verb.form == Form::Is && &*sentence.verb.word.text == "there" && sentence.phrases.is_empty();
        if !is_there || self.vocabulary.find(Form::Is, "there").is_some() {
            return None;
        }
        let verb = ast::VerbWord { form: Form::Is, word: kind.clone(), span: kind.span };
        Some(Condition::Sentence(Sentence { verb, ..sentence.clone() }))
    }

    /// The name in `what is Google?`, which reads like a property that nobody declared.
    pub(super) fn asks_for_description<'c>(&self, condition: &'c Condition) -> Option<&'c Word> {
        let Condition::Sentence(Sentence { subject, verb, object, phrases, .. }) = condition else { return None };
        let asks = matches!(subject.as_slice(), [ast::Term { kind: TermKind::Wh(Wh::Any), .. }]) && verb.form == Form::Is;
        let is_alone = object.is_empty() && phrases.is_empty() && self.vocabulary.find(Form::Is, &verb.word.text).is_none();
        let word = &verb.word.text;
        let is_name = word.starts_with(char::is_uppercase) || self.dictionary.find(&Value::Name(word.clone())).is_some();
        (asks && is_alone && is_name).then_some(&verb.word)
    }

    /// What `which organizations` asks of its variable: a kind, or an `is` word.
    fn kind_filter(&mut self, kind: &Word) -> Option<impl Fn(VariableId) -> Atom + use<>> {
        let of_kind = self.vocabulary.find_kind(&kind.text).map(|kind| (self.vocabulary.kind_relation(kind), 0));
        let Some((relation, reading)) = of_kind.or_else(|| self.vocabulary.find(Form::Is, &kind.text)) else {
            let kinds = self.vocabulary.kinds().map(|kind| &**self.vocabulary.kind_name(kind));
            let candidates = kinds.chain(self.vocabulary.words(Form::Is)).collect::<Vec<_>>();
            let mut spellings = singulars(&kind.text);
            spellings.push(kind.text.to_string());
            let near = spellings.iter().find_map(|spelling| nearest(spelling, candidates.iter().copied()));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("ask with `who` or `what`, or declare it: `kind {}`", singular(&kind.text)),
            };
            self.report(ResolveError::UnknownKind { kind: kind.text.to_string(), help, at: kind.span });
            return None;
        };
        let signature = self.vocabulary.relation(relation);
        let subject = signature.readings.get(reading).map_or(0, |reading| reading.subject);
        let width = signature.slots.len();
        Some(move |variable| {
            let mut terms = vec![Term::Unmentioned; width];
            terms[subject] = Term::Variable(variable);
            Atom { relation, reading, terms, stated_only: false }
        })
    }

    /// The form of a question without `find`: all its variables are asked for.
    fn plain_form(&mut self, condition: &Condition, alternatives: &[Vec<Marked>], scope: &Scope) -> Option<(Vec<VariableId>, QueryForm)> {
        let output = scope.shown(alternatives).collect::<Vec<_>>();
        if output.is_empty() {
            return Some((output, QueryForm::Verdict));
        }
        if let Some(counted) = counted(condition) {
            if let Some(other) = output.iter().map(|variable| scope.get(*variable)).find(|variable| variable.span != counted) {
                self.report(ResolveError::CrowdedCount { at: other.span });
                return None;
            }
            return Some((output, QueryForm::Count));
        }
        let mut columns: Vec<Arc<str>> = Vec::with_capacity(output.len());
        for variable in output.iter().map(|variable| scope.get(*variable)) {
            let taken = columns.iter().filter(|column| ***column == *variable.name).count();
            columns.push(if taken == 0 { variable.name.clone() } else { format!("{}-{}", variable.name, taken + 1).into() });
        }
        Some((output, QueryForm::Table { columns }))
    }

    /// Variables of an alternative that another one does not mention: `?x is a or ?y is b` has no table.
    fn binds_output(&mut self, output: &[VariableId], alternatives: &[Vec<Marked>], scope: &Scope) -> bool {
        let bound = alternatives.iter().map(|alternative| super::conditions::bound(alternative)).collect::<Vec<_>>();
        let unbound = bound.iter().find_map(|bound| output.iter().find(|variable| !bound.contains(variable)).copied());
        let Some(variable) = unbound else { return true };
        let used = scope.get(variable);
        if bound.iter().all(|bound| !bound.contains(&variable)) {
            let kind = self.example_kind(used.kind);
            let help = format!(
                "it stands only inside another condition, which tests and does not find; say beside it which ones are meant: `?{0} is {kind} and …`",
                used.name
            );
            self.report(ResolveError::UnknownColumn { variable: used.name.to_string(), help, at: used.span });
            return false;
        }
        self.report(ResolveError::UnboundInAlternative { variable: used.name.to_string(), at: used.span });
        false
    }

    // ---- find

    fn find(&mut self, find: &ast::Find, alternatives: &[Vec<Marked>], scope: &Scope) -> Option<(Vec<VariableId>, QueryForm)> {
        let folds = |column: &Column| matches!(&column.kind, ColumnKind::Aggregate(function, _) if *function != Function::Count);
        // A sum ranges over the different bindings of all variables, a count over those of its own.
        let mut output: Vec<VariableId> = if find.columns.iter().any(folds) { scope.shown(alternatives).collect() } else { Vec::new() };
        let mut columns = Vec::new();
        for column in &find.columns {
            let kind = match &column.kind {
                ColumnKind::Variable(variable) => FindKind::Plain(self.find_variable(variable, scope, &mut output)?),
                ColumnKind::Aggregate(Function::Count, counted) => {
                    let numbers =
                        counted.iter().filter_map(variable_word).map(|variable| self.find_variable(&variable, scope, &mut output));
                    FindKind::Count(numbers.collect::<Option<_>>()?)
                }
                ColumnKind::Aggregate(function, of) => FindKind::Fold(*function, self.fold(of.first()?, scope, &mut output)?),
            };
            columns.push(FindColumn { heading: self.heading(column), kind });
        }
        let mut order = Vec::new();
        for (column, direction) in &find.order {
            let heading = self.heading(column);
            let Some(number) = columns.iter().position(|column| column.heading == heading) else {
                let columns =
                    find.columns.iter().map(|column| format!("`{}`", self.source.slice(column.span))).collect::<Vec<_>>().join(", ");
                self.report(ResolveError::UnknownOrder { columns, at: column.span });
                return None;
            };
            order.push((number, *direction));
        }
        Some((output, QueryForm::Find(FindForm { columns, order, limit: find.limit })))
    }

    /// What a function folds, over places in the output.
    fn fold(&mut self, term: &ast::Term, scope: &Scope, output: &mut Vec<VariableId>) -> Option<Expression> {
        match &term.kind {
            TermKind::Value(value) => Some(Expression::Operand(Operand::Value(self.dictionary.intern(value)))),
            TermKind::Computed(computation) => {
                let (left, right) = (self.fold(&computation.left, scope, output), self.fold(&computation.right, scope, output));
                let (left, right) = (Box::new(left?), Box::new(right?));
                Some(Expression::Computed { operator: computation.operator, left, right, span: term.span })
            }
            TermKind::Variable(_) => {
                let place = self.find_variable(&variable_word(term)?, scope, output)?;
                Some(Expression::variable(VariableId(u32::try_from(place).expect("fewer columns than variables"))))
            }
            TermKind::Anything | TermKind::Wh(_) | TermKind::Aggregate(_) => {
                self.report(ResolveError::UnboundInComparison { variable: "something".to_owned(), at: term.span });
                None
            }
        }
    }

    /// `?p` → `p`, `count ?c` → `count c`: the column's heading.
    fn heading(&self, column: &Column) -> Arc<str> {
        match &column.kind {
            ColumnKind::Variable(variable) => variable.text.clone(),
            ColumnKind::Aggregate(function, of) => {
                let of = of.iter().map(|term| self.source.slice(term.span).replace('?', "")).collect::<Vec<_>>().join(" ");
                format!("{} {of}", function.word()).into()
            }
        }
    }

    /// The place of a variable in the output, where it is put if it is not there.
    fn find_variable(&mut self, variable: &Word, scope: &Scope, output: &mut Vec<VariableId>) -> Option<usize> {
        let id = self.known_variable(variable, scope)?;
        Some(output.iter().position(|known| *known == id).unwrap_or_else(|| {
            output.push(id);
            output.len() - 1
        }))
    }

    fn known_variable(&mut self, variable: &Word, scope: &Scope) -> Option<VariableId> {
        let found = scope.find(&variable.text);
        if found.is_none() {
            let names = scope.iter().map(|(_, known)| &*known.name).collect::<Vec<_>>();
            let help = match nearest(&variable.text, names.iter().copied()) {
                Some(near) => format!("did you mean `?{near}`?"),
                None if names.is_empty() => "use the variable in a condition after `where`".to_owned(),
                None => format!("they mention {}", names.iter().map(|name| format!("`?{name}`")).collect::<Vec<_>>().join(", ")),
            };
            self.report(ResolveError::UnknownColumn { variable: variable.text.to_string(), help, at: variable.span });
        }
        found
    }

    // ---- Names

    /// The names in a question, to tell afterwards which of them the model has never seen.
    pub(super) fn names(&mut self, condition: &Condition) -> Vec<(ValueId, Span)> {
        let mut found = Vec::new();
        let mut note = |term: &ast::Term| {
            if let TermKind::Value(value @ Value::Name(_)) = &term.kind {
                found.push((value.clone(), term.span));
            }
        };
        let mut left = vec![condition];
        while let Some(condition) = left.pop() {
            match condition {
                // What a name is to look like need not be one.
                Condition::Sentence(sentence) if self.is_text_test(sentence) => sentence.subject.iter().for_each(&mut note),
                Condition::Sentence(sentence) => sentence.terms().for_each(&mut note),
                Condition::Comparison { right, .. } => {
                    if let TermKind::Aggregate(aggregate) = &right.kind {
                        left.push(&aggregate.condition);
                    }
                }
                Condition::Not { condition, .. } => left.push(condition),
                Condition::Whenever { when, then, .. } => left.extend([&**then, &**when]),
                Condition::And(parts) | Condition::Or(parts) => left.extend(parts.iter().rev()),
            }
        }
        let mut names: Vec<_> = found.into_iter().map(|(value, span)| (self.dictionary.intern(&value), span)).collect();
        names.sort_by_key(|(_, span)| *span);
        names.dedup();
        names
    }
}

/// The question words that name a kind, by the place of their term.
fn question_words(condition: &Condition) -> Vec<(Span, Word)> {
    let sentence = match condition {
        Condition::Sentence(sentence) => sentence,
        Condition::Not { condition, .. } => return question_words(condition),
        // Both sentences of `both` have the same words.
        Condition::And(parts) => return parts.first().map(question_words).unwrap_or_default(),
        Condition::Comparison { .. } | Condition::Whenever { .. } | Condition::Or(_) => return Vec::new(),
    };
    let kind = |term: &ast::Term| match &term.kind {
        TermKind::Wh(Wh::Which(kind) | Wh::HowMany(kind)) => Some((term.span, kind.clone())),
        TermKind::Wh(Wh::Any)
        | TermKind::Value(_)
        | TermKind::Variable(_)
        | TermKind::Anything
        | TermKind::Computed(_)
        | TermKind::Aggregate(_) => None,
    };
    sentence.terms().filter_map(kind).collect()
}

/// The place of `how many …`.
fn counted(condition: &Condition) -> Option<Span> {
    match condition {
        Condition::Sentence(sentence) => {
            sentence.terms().find(|term| matches!(term.kind, TermKind::Wh(Wh::HowMany(_)))).map(|term| term.span)
        }
        Condition::Not { condition, .. } => counted(condition),
        Condition::And(parts) => parts.first().and_then(counted),
        Condition::Comparison { .. } | Condition::Whenever { .. } | Condition::Or(_) => None,
    }
}

fn is_denied(condition: &Condition) -> bool {
    matches!(condition, Condition::Not { .. })
}

/// The variables that `find` asks for.
fn columns_of(find: &ast::Find, scope: &Scope) -> Vec<VariableId> {
    let mut left: Vec<&ast::Term> = Vec::new();
    let mut found = Vec::new();
    for column in &find.columns {
        match &column.kind {
            ColumnKind::Variable(variable) => found.extend(scope.find(&variable.text)),
            ColumnKind::Aggregate(_, of) => left.extend(of),
        }
    }
    while let Some(term) = left.pop() {
        match &term.kind {
            TermKind::Variable(name) => found.extend(scope.find(name)),
            TermKind::Computed(computation) => left.extend([&computation.left, &computation.right]),
            TermKind::Value(_) | TermKind::Anything | TermKind::Wh(_) | TermKind::Aggregate(_) => {}
        }
    }
    found
}

fn variable_word(term: &ast::Term) -> Option<Word> {
    match &term.kind {
        TermKind::Variable(name) => Some(Word { text: name.clone(), span: term.span }),
        TermKind::Value(_) | TermKind::Anything | TermKind::Wh(_) | TermKind::Computed(_) | TermKind::Aggregate(_) => None,
    }
}
