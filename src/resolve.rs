//! Syntax trees → logic: verbs to relations, phrases to columns, names to numbers; and the lints.
//!
//! [`resolve`] never fails. What is wrong becomes a problem, and the statement is left out: one cause, one problem. It works
//! in three passes, because declarations and rules hold for the whole file wherever in it they stand:
//!
//! 1. `kind` and `verb` statements, then the heads of rules declare their verbs, then `is` and `has` words of facts, then
//!    those of conditions ([`declare`]).
//! 2. Each statement becomes a rule or a step ([`sentence`], [`conditions`], [`question`]).
//! 3. Lints ([`lint`], [`twins`]) look at what was used and how often.
//!
//! Reads no file: includes are loaded before ([`crate::model`]).

mod checks;
mod conditions;
mod declare;
pub(crate) mod error;
mod everyday;
mod lint;
mod nested;
mod phrases;
mod plain;
mod question;
mod remedy;
mod scenarios;
mod sentence;
mod twins;

use std::sync::Arc;

use crate::diagnostics::Problem;
use crate::discard::discard;
use crate::logic::{self, Action, Import, Literal, Place, Prohibition, Rule, RuleText, Scenario, Step, Term};
use crate::source::{Source, Span};
use crate::syntax::ast::{self, StatementKind};
use crate::value::Dictionary;
use crate::value::ValueId;
use crate::vocabulary::Vocabulary;
use conditions::Marked;
use error::ResolveError;
use lint::Uses;
use plain::Sayings;
pub(crate) use scenarios::BASE;
use scenarios::Declared;
use sentence::Scope;
use twins::Names;
pub(crate) use twins::{KnownNames, Spellings};

/// `and` over `or` multiplies; beyond this many alternatives a rule is refused.
pub(crate) const MAX_ALTERNATIVES: usize = 1_000;

/// The most conditions that one alternative may join; the engine goes one call deeper for each.
pub(crate) const MAX_CONDITIONS: usize = 64;

/// The most literals of all alternatives together: a plan is made for each recursive one of them.
pub(crate) const MAX_LITERALS: usize = 10_000;

/// The most conditions that a rule or question may have in all its alternatives together.
pub(crate) const MAX_LEAVES: usize = 4 * MAX_ALTERNATIVES;

/// The most facts that one sentence with lists may state.
pub(crate) const MAX_LISTED: usize = 1_000_000;

/// A statement and the source that it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    pub(crate) source: Arc<Source>,
    pub(crate) statement: ast::Statement,
}

/// What a program means.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) vocabulary: Vocabulary,
    /// The rules of the program, in its order.
    pub(crate) rules: Vec<Rule>,
    /// What must never hold.
    pub(crate) prohibitions: Vec<Prohibition>,
    /// The scenarios of the program, numbered after those that were known.
    pub(crate) scenarios: Vec<Scenario>,
    /// What happens when it runs, in its order.
    pub(crate) steps: Vec<Step>,
    pub(crate) problems: Vec<Problem>,
    /// The names of its facts.
    pub(crate) names: Spellings,
    /// What was noted for the lints: of no more use, and maybe large.
    pub(crate) uses: Uses,
}

/// What was told before a program.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) rules: &'a [Rule],
    pub(crate) scenarios: &'a [Arc<Scenario>],
    pub(crate) names: &'a Spellings,
    /// Whether the program is still wanted; else the rest of it is left out.
    pub(crate) is_wanted: &'a dyn Fn() -> bool,
}

/// Gives a program its meaning, on top of what is declared already.
pub(crate) fn resolve(units: &[Unit], vocabulary: Vocabulary, known: Known<'_>, dictionary: &mut Dictionary) -> Resolved {
    let Some(first) = units.first() else {
        let (rules, prohibitions, scenarios, steps, problems, names, uses) = Default::default();
        return Resolved { vocabulary, rules, prohibitions, scenarios, steps, problems, names, uses };
    };
    let mut resolver = Resolver {
        vocabulary,
        sayings: Sayings::starting_at(dictionary.len() + 1),
        dictionary,
        known_rules: known.rules,
        known_names: known.names,
        is_wanted: known.is_wanted,
        known_scenarios: known.scenarios,
        source: first.source.clone(),
        rules: Vec::new(),
        prohibitions: Vec::new(),
        scenarios: Declared::default(),
        told_scenarios: Vec::new(),
        steps: Vec::new(),
        problems: Vec::new(),
        uses: Uses::default(),
        names: Names::default(),
    };
    resolver.declare(units);
    for unit in units.iter().take_while(|_| (known.is_wanted)()) {
        resolver.source = unit.source.clone();
        resolver.statement(&unit.statement);
    }
    resolver.lint();
    let names = resolver.twins();
    let Resolver { vocabulary, rules, prohibitions, told_scenarios, steps, problems, uses, sayings, .. } = resolver;
    if !(known.is_wanted)() {
        discard(sayings);
    }
    Resolved { vocabulary, rules, prohibitions, scenarios: told_scenarios, steps, problems, names, uses }
}

struct Resolver<'a> {
    vocabulary: Vocabulary,
    dictionary: &'a mut Dictionary,
    known_rules: &'a [Rule],
    known_names: &'a Spellings,
    /// Whether the program is still wanted.
    is_wanted: &'a dyn Fn() -> bool,
    known_scenarios: &'a [Arc<Scenario>],
    /// The source of the statement at hand.
    source: Arc<Source>,
    rules: Vec<Rule>,
    prohibitions: Vec<Prohibition>,
    /// The scenarios that are declared, and then what they hold, in the same order.
    scenarios: Declared,
    told_scenarios: Vec<Scenario>,
    steps: Vec<Step>,
    problems: Vec<Problem>,
    uses: Uses,
    names: Names,
    sayings: Sayings,
}

impl Resolver<'_> {
    fn report(&mut self, problem: ResolveError) {
        self.problems.push(Problem::new(problem, self.source.clone()));
    }

    fn place(&self, span: Span) -> Place {
        Place { source: self.source.clone(), span }
    }

    fn step(&mut self, action: Action, span: Span) {
        let place = self.place(span);
        self.steps.push(Step { action, place });
    }

    /// The second pass over a statement. `None` inside means that a problem has been reported.
    fn statement(&mut self, statement: &ast::Statement) {
        let span = statement.span;
        match &statement.kind {
            StatementKind::Fact(sentences) => self.fact(sentences, span),
            StatementKind::Facts(facts) => self.plain_facts(facts),
            StatementKind::Forget(sentence) => {
                let mut scope = Scope::default();
                if let Some(pattern) = self.atom(sentence, &mut scope, sentence::Use::Pattern) {
                    self.step(Action::Forget(pattern), span);
                }
            }
            StatementKind::Import { path, pattern } => {
                let mut scope = Scope::default();
                if let Some(atom) = self.atom(pattern, &mut scope, sentence::Use::Fact) {
                    if scope.iter().next().is_none() {
                        let example = self.with_variables(pattern, &atom);
                        return self.report(ResolveError::NoColumn { example, at: pattern.span });
                    }
                    let (pattern, path) = (atom, path);
                    let import = Import { path: path.text.clone(), path_span: path.span, pattern, variables: scope.into_columns() };
                    self.step(Action::Import(import), span);
                }
            }
            StatementKind::Rule(rule) => self.rule(rule, statement),
            StatementKind::Question(question) => {
                if let Some(action) = self.asking(question, span) {
                    self.step(action, span);
                }
            }
            StatementKind::Describe(name) => {
                let text = self.source.slice(span).into();
                let description = self.description(text, name);
                self.step(description, span);
            }
            StatementKind::Remedy(remedy) => {
                if let Some(action) = self.remedy(remedy) {
                    self.step(action, span);
                }
            }
            StatementKind::Explain(explanation) => {
                if let Some(query) = self.question(&explanation.question, span) {
                    let ast::Explanation { form, is_denied, .. } = *explanation;
                    self.step(Action::Explain(logic::Explanation { form, query, is_denied }), span);
                }
            }
            StatementKind::Expect(expectation) => {
                if let Some(expectation) = self.expectation(expectation, span) {
                    self.step(Action::Expect(expectation), span);
                }
            }
            StatementKind::Forbid(prohibition) => self.prohibition(prohibition, statement),
            StatementKind::Export { path, question } => {
                if let Some(export) = self.export(path, question, span) {
                    self.step(Action::Export(export), span);
                }
            }
            StatementKind::AsOf(day) => self.step(Action::AsOf(*day), span),
            StatementKind::Scenario(scenario) => self.scenario(scenario, statement),
            StatementKind::In { scenario, statement } => self.within(scenario, statement, span),
            StatementKind::Suppose { changes, statement } => self.suppose(changes, statement, span),
            StatementKind::Compare(comparison) => self.comparison(comparison, span),
            // Done before: by loading, and in the first pass.
            StatementKind::Kind { .. } | StatementKind::Verb(_) | StatementKind::Use(_) | StatementKind::Include(_) => {}
        }
    }

    fn fact(&mut self, sentences: &[ast::Sentence], span: Span) {
        let facts = sentences.iter().map(|sentence| self.facts(sentence)).collect::<Option<Vec<_>>>();
        if let Some(facts) = facts {
            self.step(Action::State(facts.concat()), span);
        }
    }

    fn rule(&mut self, rule: &ast::Rule, statement: &ast::Statement) {
        let mut scope = Scope::default();
        let head = self.atom(&rule.head, &mut scope, sentence::Use::Head);
        let computed: Vec<_> = scope.take_computed().map(Literal::Compares).map(Marked::plain).collect();
        let body = self.conditions(&rule.body, &mut scope);
        let (Some(mut head), Some(mut alternatives)) = (head, body) else { return };
        alternatives.iter_mut().for_each(|alternative| alternative.extend_from_slice(&computed));
        for term in &mut head.terms {
            if *term == Term::Unmentioned {
                *term = Term::Value(ValueId::ABSENT);
            }
        }
        if self.computes_name(rule, &head, &alternatives, &scope) {
            return;
        }
        let concluded: Vec<_> = head.variables().map(|variable| scope.get(variable).name.clone()).collect();
        self.open_ends(&rule.body, &concluded);
        let told = self.unsafe_variables(&alternatives, &scope);
        if !told.is_empty() | !self.binds_head(rule, &head, &alternatives, &scope, told) {
            return;
        }
        // Rules about certain names can be meant; those about single small letters look like other languages' variables.
        let subject = rule.head.subject.first().map_or(rule.head.span, |term| term.span);
        let name = self.source.slice(subject).to_owned();
        let looks_like_one = |letter: char| letter.is_lowercase() || matches!(letter, 'X' | 'Y' | 'Z');
        if scope.iter().next().is_none() && name.len() == 1 && name.starts_with(looks_like_one) {
            self.report(ResolveError::NoVariable { name, at: subject });
        }
        let because = rule.because.as_ref().map_or("", |because| &because.text);
        let named: Vec<_> = logic::placeholders(because).filter_map(|name| scope.find(name)).collect();
        let added: Vec<_> = alternatives.iter().flatten().flat_map(|marked| conditions::added_up(&marked.literal)).collect();
        self.lone_variables(&scope, &[named, added].concat());
        if !self.because(rule.because.as_ref(), &alternatives, &scope) {
            return;
        }
        let text = Arc::new(RuleText {
            label: rule.label.as_ref().map(|label| label.text.clone()),
            because: rule.because.as_ref().map(|because| because.text.clone()),
            doc: statement.doc.clone(),
            place: self.place(statement.span),
        });
        let variables = scope.names();
        for body in alternatives.into_iter().map(conditions::literals) {
            self.rules.push(Rule { head: head.clone(), body, variables: variables.clone(), text: text.clone() });
        }
    }

    /// Whether something that is computed would fill a slot of names; then a problem has been reported.
    fn computes_name(&mut self, rule: &ast::Rule, head: &logic::Atom, alternatives: &[Vec<Marked>], scope: &Scope) -> bool {
        let computed: std::collections::BTreeSet<_> =
            alternatives.iter().flat_map(|alternative| conditions::computed(alternative)).collect();
        let slots = &self.vocabulary.relation(head.relation).slots;
        let is_wrong = |slot: &usize| {
            matches!(head.terms[*slot], Term::Variable(variable) if computed.contains(&variable))
                && self.vocabulary.holds_names(slots[*slot].kind)
        };
        let Some(slot) = (0..slots.len()).find(is_wrong) else { return false };
        let at = head.terms[slot].variable().map_or(rule.head.span, |variable| scope.get(variable).span);
        let help = "numbers and dates are computed, names are not".to_owned();
        self.wrong_sort::<()>((head.relation, head.reading, slot), "computed".to_owned(), help, at);
        true
    }

    /// Whether the proof sentence names only variables of its rule; otherwise a problem.
    fn because(&mut self, because: Option<&ast::Word>, alternatives: &[Vec<Marked>], scope: &Scope) -> bool {
        let Some(because) = because else { return true };
        let is_known = |name: &str| {
            scope
                .find(name)
                .is_some_and(|variable| alternatives.iter().all(|alternative| conditions::bound(alternative).contains(&variable)))
        };
        let unknown = logic::placeholders(&because.text).find(|name| !is_known(name));
        if let Some(name) = unknown {
            let names = scope.iter().map(|(_, variable)| &*variable.name).filter(|name| scope.find(name).is_some() && is_known(name));
            let names = names.map(|name| format!("`{{?{name}}}`")).collect::<Vec<_>>().join(", ");
            let help = if names.is_empty() {
                format!("the conditions find no variable; write a name for `{{?{name}}}`, or put `?{name}` into them")
            } else {
                format!("use variables that every alternative of the conditions finds, of these: {names}")
            };
            let problem = ResolveError::UnknownPlaceholder { variable: name.to_owned(), help, at: because.span };
            self.report(problem);
        }
        unknown.is_none()
    }
}
