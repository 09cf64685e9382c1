//! Pest's pairs → syntax tree, for one statement that the grammar has read.
//!
//! One function a grammar rule, named like it. Refuses what the grammar lets through for the sake of its message: variables in
//! facts, lists in rules, question words outside questions, impossible numbers and days.

use pest::iterators::Pair;
use rust_decimal::Decimal;

use super::ast::{
    Column, ColumnKind, Comparator, Condition, Direction, Find, Form, Phrase, Question, Reading, Rule as AstRule, Sentence, Slot,
    StatementKind, Term, TermKind, VerbDeclaration, VerbWord, Wh, Word,
};
use super::error::SyntaxError;
use super::grammar::Rule;
use super::layout::{TokenKind, Tokens};
use crate::source::Span;
use crate::value::{MAX_NAME_LEN, Value, composed};

type Built<T> = Result<T, SyntaxError>;

/// Makes the tree of a statement that begins at byte `base` of its source.
pub(super) fn statement(pair: Pair<'_, Rule>, text: &str, base: u32) -> Built<StatementKind> {
    let builder = Builder { text, base };
    let inner = pair.into_inner().next().expect("a statement holds one form");
    match inner.as_rule() {
        Rule::kind => builder.kind(inner),
        Rule::verb => builder.verb(inner),
        Rule::use_vocabulary => builder.use_vocabulary(inner),
        Rule::include => Ok(StatementKind::Include(builder.path(inner.into_inner().nth(1).expect("a path"))?)),
        Rule::import => builder.import(inner),
        Rule::forget => builder.forget(inner),
        Rule::labelled_rule => builder.labelled_rule(inner),
        Rule::find => builder.find(inner),
        Rule::inverted => builder.inverted(inner),
        _ => builder.clause(inner, None),
    }
}

struct Builder<'a> {
    text: &'a str,
    base: u32,
}

/// A negation's `not`, if there is one.
type Not = Option<Span>;

impl Builder<'_> {
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        // A rule that is not atomic may have skipped white space before it found that nothing more follows.
        let len = pair.as_str().trim_end().len();
        Span { start: self.base + Span::new(0, span.start()).end, end: self.base + Span::new(0, span.start() + len).end }
    }

    // ---- Vocabulary

    fn kind(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let mut names = pair.into_inner().filter(|part| part.as_rule() == Rule::kind_name);
        let name = self.name(names.next().expect("a kind has a name"))?;
        let parent = names.next().map(|parent| self.name(parent)).transpose()?;
        Ok(StatementKind::Kind { name, parent })
    }

    fn verb(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let span = self.span(&pair);
        let mut slots = Vec::new();
        let mut also = Vec::new();
        let mut phrases = Vec::new();
        let (mut subject, mut verb, mut object, mut preposition) = (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::slot => {
                    let slot = self.slot(part, false)?;
                    let name = slot.name.clone();
                    slots.push(slot);
                    match preposition.take() {
                        Some(preposition) => phrases.push((preposition, name)),
                        None if subject.is_none() => subject = Some(name),
                        None => object = Some(name),
                    }
                }
                Rule::declared_word => verb = Some(self.verb_word(part)),
                Rule::preposition => preposition = Some(self.word(&part)),
                Rule::optional => {
                    let mut inner = part.into_inner();
                    let preposition = self.word(&inner.next().expect("an optional slot has a preposition"));
                    let slot = self.slot(inner.next().expect("an optional slot has a name"), true)?;
                    phrases.push((preposition, slot.name.clone()));
                    slots.push(slot);
                }
                Rule::also => also.push(self.also(part)),
                _ => {}
            }
        }
        let subject = subject.expect("a verb has a subject");
        let reading = Reading { subject, verb: verb.expect("a verb has a word"), object, phrases, span };
        Ok(StatementKind::Verb(VerbDeclaration { slots, reading, also }))
    }

    fn slot(&self, pair: Pair<'_, Rule>, optional: bool) -> Built<Slot> {
        let mut inner = pair.into_inner();
        let name = self.word(&inner.next().expect("a slot has a name"));
        let kind = inner.next().map(|kind| self.name(kind)).transpose()?;
        Ok(Slot { name, kind, optional })
    }

    fn also(&self, pair: Pair<'_, Rule>) -> Reading {
        let span = self.span(&pair);
        let mut phrases = Vec::new();
        let (mut subject, mut verb, mut object, mut preposition) = (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::any_word => match preposition.take() {
                    Some(preposition) => phrases.push((preposition, self.word(&part))),
                    None => subject = Some(self.word(&part)),
                },
                Rule::word => object = Some(self.word(&part)),
                Rule::declared_word => verb = Some(self.verb_word(part)),
                Rule::preposition => preposition = Some(self.word(&part)),
                Rule::also_optional => {
                    let mut inner = part.into_inner();
                    let preposition = self.word(&inner.next().expect("a phrase has a preposition"));
                    phrases.push((preposition, self.word(&inner.next().expect("a phrase has a slot"))));
                }
                _ => {}
            }
        }
        let subject = subject.expect("a reading has a subject");
        Reading { subject, verb: verb.expect("a reading has a verb"), object, phrases, span }
    }

    /// `declared_word` and `base`: an optional `is` or `has`, an optional article, the word.
    fn verb_word(&self, pair: Pair<'_, Rule>) -> VerbWord {
        let span = self.span(&pair);
        let mut form = Form::Acts;
        let mut word = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::be => form = Form::Is,
                Rule::have => form = Form::Has,
                Rule::word | Rule::do_ => word = Some(self.word(&part)),
                _ => {}
            }
        }
        VerbWord { form, word: word.expect("a verb has a word"), span }
    }

    fn use_vocabulary(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let what = pair.into_inner().nth(1).expect("`use` names something");
        Ok(StatementKind::Use(if what.as_rule() == Rule::none { None } else { Some(self.name(what)?) }))
    }

    fn path(&self, pair: Pair<'_, Rule>) -> Built<Word> {
        Ok(Word { span: self.span(&pair), text: self.unquoted(&pair)?.into() })
    }

    fn import(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let mut inner = pair.into_inner().skip(1);
        let path = self.path(inner.next().expect("an import has a path"))?;
        let pattern = self.simple(inner.nth(1).expect("an import has a pattern"))?;
        let pattern = self.pattern(pattern, "an import")?;
        self.refuse_terms(&pattern, "an import", |term| matches!(term, TermKind::Anything))?;
        Ok(StatementKind::Import { path, pattern })
    }

    // ---- Facts and rules

    fn forget(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let pattern = self.simple(pair.into_inner().nth(1).expect("`forget` has a pattern"))?;
        Ok(StatementKind::Forget(self.pattern(pattern, "`forget`")?))
    }

    /// One sentence of constants, variables and `something`.
    fn pattern(&self, condition: Condition, place: &str) -> Built<Sentence> {
        self.refuse_wh(&condition, place)?;
        Self::refuse_lists(&condition)?;
        match condition {
            Condition::Sentence(sentence) => Ok(sentence),
            other => Err(not_one_sentence(&other, place)),
        }
    }

    fn labelled_rule(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let mut inner = pair.into_inner().skip(1);
        let label = self.name(inner.next().expect("a label"))?;
        self.clause(inner.next().expect("a rule"), Some(label))
    }

    /// A fact, a rule or a question: what follows the first conditions tells.
    fn clause(&self, pair: Pair<'_, Rule>, label: Option<Word>) -> Built<StatementKind> {
        let (mut first, mut body, mut because, mut question_mark) = (None, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::conditions => first = Some(self.conditions(part)?),
                Rule::body => body = Some(self.conditions(part.into_inner().nth(1).expect("conditions"))?),
                Rule::because => because = Some(part),
                Rule::question_mark => question_mark = Some(self.span(&part)),
                _ => {}
            }
        }
        let first = first.expect("a clause begins with a sentence");
        if let (Some(because), None) = (&because, &body) {
            return Err(self.unexpected(because, "`because` gives the words for what a rule derives, and this is none"));
        }
        match (body, question_mark, label) {
            (Some(body), None, label) => self.rule(first, body, because, label),
            (None, Some(_), None) => self.question(first, None),
            (None, None, None) => self.fact(first),
            (None, _, Some(label)) => Err(SyntaxError::NotOneSentence {
                place: "what follows a rule's label".into(),
                help: format!("write `rule {}: … if …`, or leave the label out", label.text),
                at: first.span(),
            }),
            (Some(_), Some(at), _) => Err(SyntaxError::Unexpected {
                found: "?".into(),
                read: "a rule stands before this".into(),
                help: "leave `?` out of a rule; a question has no `if`: join its sentences with `and`".into(),
                at,
            }),
        }
    }

    fn fact(&self, condition: Condition) -> Built<StatementKind> {
        if first_wh(&condition).is_some() {
            let end = self.base + Span::new(0, self.text.trim_end().len()).end;
            return Err(SyntaxError::NoQuestionMark { question: self.statement_text(), at: Span { start: end.saturating_sub(1), end } });
        }
        let sentences = match condition {
            Condition::Sentence(sentence) => vec![sentence],
            Condition::And(parts) if is_both(&parts) => parts.into_iter().filter_map(into_sentence).collect(),
            Condition::Not { span, .. } => {
                return Err(SyntaxError::MisplacedNot {
                    what: "a fact".into(),
                    help: "leave it out: what is not stated does not hold in this model; use `forget …` to take a fact back".into(),
                    at: span,
                });
            }
            other => return Err(not_one_sentence(&other, "a fact")),
        };
        for sentence in &sentences {
            self.refuse_terms(sentence, "a fact", |term| !matches!(term, TermKind::Value(_)))?;
        }
        Ok(StatementKind::Fact(sentences))
    }

    fn rule(&self, head: Condition, body: Condition, because: Option<Pair<'_, Rule>>, label: Option<Word>) -> Built<StatementKind> {
        let because = because.map(|because| self.path(because.into_inner().nth(1).expect("a text"))).transpose()?;
        self.refuse_wh(&head, "a rule")?;
        self.refuse_wh(&body, "a rule")?;
        Self::refuse_lists(&head)?;
        Self::refuse_lists(&body)?;
        let head = match head {
            Condition::Sentence(sentence) => sentence,
            Condition::Not { span, .. } => {
                return Err(SyntaxError::MisplacedNot {
                    what: "the head of a rule".into(),
                    help: "a rule only adds facts: say when it holds, and ask with `not` where you need it".into(),
                    at: span,
                });
            }
            other => return Err(not_one_sentence(&other, "the head of a rule")),
        };
        self.refuse_terms(&head, "the head of a rule", |term| matches!(term, TermKind::Anything))?;
        Ok(StatementKind::Rule(AstRule { label, head, body, because }))
    }

    fn conditions(&self, pair: Pair<'_, Rule>) -> Built<Condition> {
        let mut parts = Vec::new();
        let mut first_connective: Option<(Rule, Span)> = None;
        for part in pair.clone().into_inner() {
            let rule = part.as_rule();
            match rule {
                Rule::and | Rule::or => match first_connective {
                    Some((first, span)) if first != rule => {
                        let help = bracketed(pair.as_str(), if first == Rule::and { "or" } else { "and" });
                        return Err(SyntaxError::MixedAndOr { help, first: span, second: self.span(&part) });
                    }
                    Some(_) => {}
                    None => first_connective = Some((rule, self.span(&part))),
                },
                _ => parts.push(self.condition(part)?),
            }
        }
        Ok(match first_connective {
            None => parts.pop().expect("conditions hold at least one"),
            Some((Rule::and, _)) => Condition::And(parts),
            Some(_) => Condition::Or(parts),
        })
    }

    fn condition(&self, pair: Pair<'_, Rule>) -> Built<Condition> {
        match pair.as_rule() {
            Rule::negation => self.negation(pair),
            Rule::group => self.conditions(pair.into_inner().next().expect("a group holds conditions")),
            _ => self.simple(pair),
        }
    }

    fn negation(&self, pair: Pair<'_, Rule>) -> Built<Condition> {
        let mut span = None;
        for part in pair.into_inner() {
            if part.as_rule() != Rule::not {
                let span = span.expect("a negation begins with `not`");
                return Ok(Condition::Not { condition: Box::new(self.condition(part)?), span });
            }
            if span.is_some() {
                return Err(SyntaxError::MisplacedNot {
                    what: "a condition after `not`".into(),
                    help: "take out both: denied twice is said".into(),
                    at: self.span(&part),
                });
            }
            span = Some(self.span(&part));
        }
        unreachable!("a negation ends with a condition")
    }

    /// A sentence or a comparison.
    fn simple(&self, pair: Pair<'_, Rule>) -> Built<Condition> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let mut subject = self.terms(inner.next().expect("a sentence has a subject"))?;
        let predicate = inner.next().expect("a sentence has a predicate");
        if predicate.as_rule() == Rule::comparison {
            let left = subject.pop().filter(|_| subject.is_empty()).ok_or(SyntaxError::MisplacedList { at: span })?;
            let mut inner = predicate.into_inner();
            let comparator = comparator(inner.next().expect("a comparator").as_str());
            let right = self.term(inner.next().expect("a right side"))?;
            return Ok(Condition::Comparison { left, comparator, right, span });
        }
        let mut not: Not = None;
        let mut verbs = Vec::new();
        let mut object = Vec::new();
        let (verb_span, form) = (self.span(&predicate), form(predicate.as_rule()));
        // In `does not provide` the first word only helps; in `does training` it is the verb.
        let helpers = usize::from(predicate.as_rule() == Rule::does_not_phrase);
        for part in predicate.into_inner().skip(helpers) {
            self.predicate_part(part, form, verb_span, &mut not, &mut verbs, &mut object)?;
        }
        let phrases = inner.map(|phrase| self.phrase(phrase)).collect::<Built<Vec<_>>>()?;
        Ok(sentences(not, verbs, |verb| Sentence { subject: subject.clone(), verb, object: object.clone(), phrases: phrases.clone(), span }))
    }

    fn predicate_part(
        &self, part: Pair<'_, Rule>, form: Form, phrase: Span, not: &mut Not, verbs: &mut Vec<VerbWord>, object: &mut Vec<Term>,
    ) -> Built<()> {
        match part.as_rule() {
            Rule::not => *not = Some(self.span(&part)),
            Rule::terms => *object = self.terms(part)?,
            Rule::base => verbs.push(self.verb_word(part)),
            Rule::both => {
                for word in part.into_inner().filter(|part| part.as_rule() == Rule::word) {
                    let word = self.word(&word);
                    verbs.push(VerbWord { form, span: word.span, word });
                }
            }
            Rule::word | Rule::do_ => {
                let word = self.word(&part);
                let start = if form == Form::Acts { word.span.start } else { phrase.start };
                verbs.push(VerbWord { form, span: Span { start, end: word.span.end }, word });
            }
            _ => {}
        }
        Ok(())
    }

    fn phrase(&self, pair: Pair<'_, Rule>) -> Built<Phrase> {
        let mut inner = pair.into_inner();
        let preposition = self.word(&inner.next().expect("a phrase has a preposition"));
        let terms = inner.next().map_or(Ok(Vec::new()), |terms| self.terms(terms))?;
        Ok(Phrase { preposition, terms })
    }

    // ---- Questions

    fn question(&self, condition: Condition, find: Option<Find>) -> Built<StatementKind> {
        Self::refuse_lists(&condition)?;
        let single = matches!(condition, Condition::Sentence(_));
        if let (Some(term), false) = (first_wh(&condition), single && find.is_none()) {
            let several = if find.is_some() { "a `find`" } else { "a question of several sentences" };
            return Err(self.misplaced_wh(term, several));
        }
        Ok(StatementKind::Question(Question { text: self.statement_text().into(), condition, find }))
    }

    fn inverted(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let question = pair.into_inner().next().expect("an inverted question has a form");
        let span = self.span(&question);
        let is_question = question.as_rule() == Rule::is_question;
        let (mut wh, mut subject, mut not, mut verbs, mut object, mut phrases) = (None, None, None, Vec::new(), Vec::new(), Vec::new());
        for part in question.into_inner() {
            match part.as_rule() {
                Rule::wh => wh = Some(self.wh(part)?),
                Rule::term => subject = Some(self.term(part)?),
                Rule::open_phrase => phrases.push(self.phrase(part)?),
                _ => {
                    let form = if is_question { Form::Is } else { Form::Acts };
                    let at = self.span(&part);
                    if !matches!(part.as_rule(), Rule::do_first | Rule::be_first) {
                        self.predicate_part(part, form, at, &mut not, &mut verbs, &mut object)?;
                    }
                }
            }
        }
        self.place_wh(wh, is_question, &mut object, &mut phrases)?;
        let subject = vec![subject.expect("a question has a subject")];
        let condition =
            sentences(not, verbs, |verb| Sentence { subject: subject.clone(), verb, object: object.clone(), phrases: phrases.clone(), span });
        self.question(condition, None)
    }

    /// Puts the question word from the front where it belongs: after the preposition left alone at the end, or as the object.
    fn place_wh(&self, wh: Option<Term>, is_question: bool, object: &mut Vec<Term>, phrases: &mut [Phrase]) -> Built<()> {
        let mut open = phrases.iter_mut().filter(|phrase| phrase.terms.is_empty());
        match (wh, open.next()) {
            (None, None) => {}
            (Some(wh), Some(phrase)) => phrase.terms.push(wh),
            (Some(wh), None) if object.is_empty() && !is_question => object.push(wh),
            (Some(wh), None) => {
                return Err(SyntaxError::MisplacedWh {
                    word: self.text_at(wh.span).to_owned(),
                    place: "a question without a place for it".into(),
                    help: "end with the preposition it belongs to: `who does Google provide hosting to?`".into(),
                    at: wh.span,
                });
            }
            (None, Some(phrase)) => return Err(open_preposition(&phrase.preposition)),
        }
        open.next().map_or(Ok(()), |phrase| Err(open_preposition(&phrase.preposition)))
    }

    fn find(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let mut find = Find { columns: Vec::new(), order: Vec::new(), limit: None };
        let mut condition = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::column => find.columns.push(self.column(part)),
                Rule::conditions => condition = Some(self.conditions(part)?),
                Rule::order => {
                    for sort in part.into_inner().filter(|part| part.as_rule() == Rule::sort) {
                        let mut inner = sort.into_inner();
                        let column = self.column(inner.next().expect("a column"));
                        let descending = inner.next().is_some_and(|word| word.as_rule() == Rule::descending);
                        find.order.push((column, if descending { Direction::Descending } else { Direction::Ascending }));
                    }
                }
                Rule::limit => {
                    // More rows than a u64 counts are all rows.
                    let number = part.into_inner().nth(1).expect("a number");
                    find.limit = Some(number.as_str().parse().unwrap_or(u64::MAX));
                }
                _ => {}
            }
        }
        self.question(condition.expect("`find` has conditions"), Some(find))
    }

    fn column(&self, pair: Pair<'_, Rule>) -> Column {
        let span = self.span(&pair);
        let inner = pair.into_inner().next().expect("a column is a variable or a count");
        let kind = if inner.as_rule() == Rule::count {
            let counted = inner.into_inner().filter(|part| part.as_rule() == Rule::variable);
            ColumnKind::Count(counted.map(|variable| self.variable(&variable)).collect())
        } else {
            ColumnKind::Variable(self.variable(&inner))
        };
        Column { kind, span }
    }

    // ---- Words

    fn terms(&self, pair: Pair<'_, Rule>) -> Built<Vec<Term>> {
        pair.into_inner().map(|term| self.term(term)).collect()
    }

    fn term(&self, pair: Pair<'_, Rule>) -> Built<Term> {
        let inner = pair.into_inner().next().expect("a term is one of its forms");
        let span = self.span(&inner);
        let kind = match inner.as_rule() {
            Rule::wh => return self.wh(inner),
            Rule::variable => TermKind::Variable(self.variable(&inner).text),
            Rule::anything => TermKind::Anything,
            Rule::date => TermKind::Value(self.date(&inner)?),
            Rule::number => TermKind::Value(self.number(&inner)?),
            Rule::quantifier => return Err(self.quantifier(&inner)),
            Rule::malformed => return Err(self.malformed(&inner, "read up to here as a number or a date")),
            _ => TermKind::Value(Value::Name(self.name(inner)?.text)),
        };
        Ok(Term { kind, span })
    }

    fn wh(&self, pair: Pair<'_, Rule>) -> Built<Term> {
        let span = self.span(&pair);
        let inner = pair.into_inner().next().expect("a question word is one of its forms");
        let wh = match inner.as_rule() {
            Rule::which => Wh::Which(self.name(inner.into_inner().nth(1).expect("a kind"))?),
            Rule::how_many => Wh::HowMany(self.name(inner.into_inner().nth(1).expect("a kind"))?),
            _ => Wh::Any,
        };
        Ok(Term { kind: TermKind::Wh(wh), span })
    }

    fn date(&self, pair: &Pair<'_, Rule>) -> Built<Value> {
        pair.as_str().parse().map(Value::Date).map_err(|_| self.malformed(pair, "there is no such day"))
    }

    fn number(&self, pair: &Pair<'_, Rule>) -> Built<Value> {
        let too_long = || self.malformed(pair, "more digits than the 28 that are kept exactly");
        let (digits, percent) = pair.as_str().strip_suffix('%').map_or((pair.as_str(), false), |digits| (digits, true));
        let mut number = Decimal::from_str_exact(digits).map_err(|_| too_long())?;
        if percent {
            number.set_scale(number.scale() + 2).map_err(|_| too_long())?;
        }
        Ok(Value::number(number))
    }

    fn variable(&self, pair: &Pair<'_, Rule>) -> Word {
        Word { text: composed(&pair.as_str()[1..]), span: self.span(pair) }
    }

    fn word(&self, pair: &Pair<'_, Rule>) -> Word {
        Word { text: composed(pair.as_str()), span: self.span(pair) }
    }

    /// A bare or quoted name.
    fn name(&self, pair: Pair<'_, Rule>) -> Built<Word> {
        let pair = match pair.as_rule() {
            Rule::name | Rule::kind_name => pair.into_inner().next().expect("a name is bare or quoted"),
            _ => pair,
        };
        let span = self.span(&pair);
        if pair.as_str().len() > MAX_NAME_LEN {
            return Err(SyntaxError::BadQuoted {
                problem: format!("is longer than {MAX_NAME_LEN} bytes"),
                help: "shorten it; perhaps a space or a quotation mark is missing".into(),
                at: Span { start: span.start, end: span.start + 1 },
            });
        }
        let text = if pair.as_rule() == Rule::string { composed(&self.unquoted(&pair)?) } else { composed(pair.as_str()) };
        Ok(Word { text, span })
    }

    fn unquoted(&self, pair: &Pair<'_, Rule>) -> Built<String> {
        let quoted = pair.as_str();
        let inner = &quoted[1..quoted.len() - 1];
        let bad = |problem: &str, help: &str| SyntaxError::BadQuoted { problem: problem.into(), help: help.into(), at: self.span(pair) };
        if inner.is_empty() {
            return Err(bad("is empty", "write what is meant between the marks, or leave the place out"));
        }
        let mut text = String::with_capacity(inner.len());
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            text.push(match character {
                '\\' => match characters.next() {
                    Some(escaped @ ('"' | '\\')) => escaped,
                    _ => return Err(bad("holds a `\\` that stands for nothing", "write a backslash as `\\\\` and a quotation mark as `\\\"`")),
                },
                other => other,
            });
        }
        Ok(text)
    }

    // ---- What is refused

    fn refuse_lists(condition: &Condition) -> Built<()> {
        let several = |terms: &[Term]| match terms {
            [first, .., last] => Some(first.span.to(last.span)),
            _ => None,
        };
        let list = sentences_of(condition).into_iter().find_map(|sentence| {
            several(&sentence.subject)
                .or_else(|| several(&sentence.object))
                .or_else(|| sentence.phrases.iter().find_map(|phrase| several(&phrase.terms)))
        });
        list.map_or(Ok(()), |at| Err(SyntaxError::MisplacedList { at }))
    }

    fn refuse_wh(&self, condition: &Condition, place: &str) -> Built<()> {
        first_wh(condition).map_or(Ok(()), |term| Err(self.misplaced_wh(term, place)))
    }

    fn refuse_terms(&self, sentence: &Sentence, place: &str, refused: impl Fn(&TermKind) -> bool) -> Built<()> {
        sentence.terms().find(|term| refused(&term.kind)).map_or(Ok(()), |term| Err(self.not_constant(place, term)))
    }

    fn misplaced_wh(&self, term: &Term, place: &str) -> SyntaxError {
        SyntaxError::MisplacedWh {
            word: self.text_at(term.span).to_owned(),
            place: place.to_owned(),
            help: "use a variable such as `?x` here; in several sentences it is the same thing each time".into(),
            at: term.span,
        }
    }

    fn not_constant(&self, place: &str, term: &Term) -> SyntaxError {
        let word = self.text_at(term.span);
        let (what, help) = match &term.kind {
            TermKind::Variable(_) if place == "a fact" => {
                (format!("the variable `{word}`"), format!("to ask, end with a question mark: `{}?`; to derive it, add `if …`", self.statement_text()))
            }
            TermKind::Variable(_) => (format!("the variable `{word}`"), "name what is meant".into()),
            _ if place == "the head of a rule" => (format!("`{word}`"), "use a variable that the conditions bind, so that it is known which one".into()),
            _ => (format!("`{word}`"), "name what is meant; an optional phrase may be left out".into()),
        };
        SyntaxError::NotConstant { place: place.to_owned(), what, help, at: term.span }
    }

    fn quantifier(&self, pair: &Pair<'_, Rule>) -> SyntaxError {
        let word = pair.as_str().to_owned();
        let at = self.span(pair);
        let position = (at.start - self.base) as usize;
        let before = &self.text[..position];
        let with_variable = format!("{before}?x{}", &self.text[position + word.len()..]);
        let sentence = one_line(with_variable.trim_end_matches(['.', '?']));
        let help = match word.chars().next() {
            Some('n') => format!("what is not stated does not hold; to test it, write `not {sentence}` as a condition"),
            _ => format!("to say it of all, write a rule: `{sentence} if ?x is an organization`"),
        };
        SyntaxError::Quantifier { word, help, at }
    }

    fn malformed(&self, pair: &Pair<'_, Rule>, problem: &str) -> SyntaxError {
        SyntaxError::Malformed {
            text: shortened(pair.as_str()),
            help: "a number is written `3`, `-2.5` or `99.95%`, a date `2026-01-31`; put a name in quotation marks".into(),
            at: self.span(pair),
            problem: problem.to_owned(),
        }
    }

    fn unexpected(&self, pair: &Pair<'_, Rule>, help: &str) -> SyntaxError {
        SyntaxError::Unexpected {
            found: pair.as_str().split_whitespace().next().unwrap_or_default().to_owned(),
            read: "a sentence stands before this".into(),
            help: help.to_owned(),
            at: self.span(pair),
        }
    }

    fn text_at(&self, span: Span) -> &str {
        &self.text[(span.start - self.base) as usize..(span.end - self.base) as usize]
    }

    fn statement_text(&self) -> String {
        one_line(self.text.trim_end_matches('.'))
    }
}

/// A statement without its comments and line ends, one space for each run of white space.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    let mut end = 0;
    for token in Tokens::new(text).filter(|token| !matches!(token.kind, TokenKind::LineEnd | TokenKind::Doc)) {
        if token.start > end && !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&text[token.start..token.end]);
        end = token.end;
    }
    line
}

/// A text that is shown inside a message.
pub(super) fn shortened(text: &str) -> String {
    const MAX: usize = 40;
    if text.chars().count() <= MAX { text.to_owned() } else { text.chars().take(MAX - 1).chain(['…']).collect() }
}

/// `a and b or c` with brackets around the run that `inner` joins: `a and (b or c)`.
fn bracketed(text: &str, inner: &str) -> String {
    let text = one_line(text);
    match text.split_once(&format!(" {inner} ")) {
        Some((before, after)) if text.len() <= 120 => {
            let outer = if inner == "or" { " and " } else { " or " };
            let start = before.rfind(outer).map_or(0, |at| at + outer.len());
            let end = after.find(outer).unwrap_or(after.len());
            format!("{}({} {inner} {}){}", &before[..start], &before[start..], &after[..end], &after[end..])
        }
        _ => format!("… and (… {inner} …)"),
    }
}

fn not_one_sentence(condition: &Condition, place: &str) -> SyntaxError {
    let help = match condition {
        Condition::Comparison { .. } => "a comparison stands after `if` or `where`, or in a question",
        Condition::Not { .. } => "say it without `not`",
        Condition::Sentence(_) | Condition::And(_) | Condition::Or(_) => "write each sentence on a line of its own",
    };
    SyntaxError::NotOneSentence { place: place.to_owned(), help: help.to_owned(), at: condition.span() }
}

fn open_preposition(preposition: &Word) -> SyntaxError {
    SyntaxError::Unfinished {
        missing: format!("a name should follow `{}`", preposition.text),
        help: format!("put a name after `{}`, or begin the question with `who` or `what`", preposition.text),
        at: preposition.span,
    }
}

fn form(rule: Rule) -> Form {
    match rule {
        Rule::is_phrase => Form::Is,
        Rule::has_phrase => Form::Has,
        _ => Form::Acts,
    }
}

fn comparator(symbol: &str) -> Comparator {
    match symbol {
        "=" => Comparator::Equal,
        "!=" => Comparator::NotEqual,
        "<" => Comparator::Less,
        "<=" => Comparator::LessOrEqual,
        ">" => Comparator::Greater,
        _ => Comparator::GreaterOrEqual,
    }
}

/// One sentence for each verb (`both` gives two), denied as a whole.
fn sentences(not: Not, mut verbs: Vec<VerbWord>, sentence: impl Fn(VerbWord) -> Sentence) -> Condition {
    let condition = if verbs.len() == 1 {
        Condition::Sentence(sentence(verbs.remove(0)))
    } else {
        Condition::And(verbs.into_iter().map(|verb| Condition::Sentence(sentence(verb))).collect())
    };
    match not {
        Some(span) => Condition::Not { condition: Box::new(condition), span },
        None => condition,
    }
}

/// Whether these are the two sentences of one `both`: they share the place they stand in.
fn is_both(parts: &[Condition]) -> bool {
    matches!(parts, [Condition::Sentence(first), Condition::Sentence(second)] if first.span == second.span)
}

fn into_sentence(condition: Condition) -> Option<Sentence> {
    match condition {
        Condition::Sentence(sentence) => Some(sentence),
        Condition::Comparison { .. } | Condition::Not { .. } | Condition::And(_) | Condition::Or(_) => None,
    }
}

fn sentences_of(condition: &Condition) -> Vec<&Sentence> {
    match condition {
        Condition::Sentence(sentence) => vec![sentence],
        Condition::Comparison { .. } => Vec::new(),
        Condition::Not { condition, .. } => sentences_of(condition),
        Condition::And(parts) | Condition::Or(parts) => parts.iter().flat_map(sentences_of).collect(),
    }
}

fn terms_of(condition: &Condition) -> Vec<&Term> {
    match condition {
        Condition::Sentence(sentence) => sentence.terms().collect(),
        Condition::Comparison { left, right, .. } => vec![left, right],
        Condition::Not { condition, .. } => terms_of(condition),
        Condition::And(parts) | Condition::Or(parts) => parts.iter().flat_map(terms_of).collect(),
    }
}

fn first_wh(condition: &Condition) -> Option<&Term> {
    terms_of(condition).into_iter().find(|term| matches!(term.kind, TermKind::Wh(_)))
}
