//! Pest's pairs → syntax tree, for one statement that the grammar has read.
//!
//! One function a grammar rule, named like it. Refuses what the grammar lets through for the sake of its message: variables in
//! facts, lists in rules, question words outside questions, impossible numbers and days.
#![expect(clippy::wildcard_enum_match_arm, reason = "where a pair stands, it can be one of a few of the grammar's rules only")]

mod checks;
mod computed;
mod explanation;
mod question;
mod refuse;
mod remedy;
mod vocabulary;
mod words;

use pest::iterators::Pair;

use self::refuse::{bracketed, first_wh, not_one_sentence};
pub(super) use self::words::{one_line, shortened};
use super::ast::{Comparator, Condition, Form, Phrase, Rule as AstRule, Sentence, Severity, StatementKind, Term, TermKind, VerbWord, Word};
use super::error::SyntaxError;
use super::grammar::Rule;
use crate::source::Span;

type Built<T> = Result<T, SyntaxError>;

/// Makes the tree of a statement that begins at byte `base` of its source.
pub(super) fn statement(pair: Pair<'_, Rule>, text: &str, base: u32) -> Built<StatementKind> {
    let builder = Builder { text, base };
    let inner = pair.into_inner().next().expect("a statement holds one form");
    match inner.as_rule() {
        Rule::kind => builder.kind(inner),
        Rule::verb => builder.verb(inner),
        Rule::use_vocabulary => builder.use_vocabulary(inner),
        Rule::include => Ok(StatementKind::Include(builder.path(&inner.into_inner().nth(1).expect("a path"))?)),
        Rule::import => builder.import(inner),
        Rule::forget => builder.forget(inner),
        Rule::labelled_rule => builder.labelled_rule(inner),
        Rule::find => builder.find(inner).map(StatementKind::Question),
        Rule::inverted => builder.inverted(inner).map(StatementKind::Question),
        Rule::remedy => builder.remedy(inner),
        Rule::describe => Ok(StatementKind::Describe(builder.name(inner.into_inner().nth(1).expect("a name"))?)),
        Rule::explanation => builder.explanation(inner).map(StatementKind::Explain),
        Rule::expect => builder.expect(inner),
        Rule::forbid => builder.prohibition(inner, Severity::Error),
        Rule::warn => builder.prohibition(inner, Severity::Warning),
        Rule::export => builder.export(inner),
        Rule::as_of => builder.as_of(inner),
        Rule::compare => builder.compare(inner),
        Rule::plain => builder.fact(builder.simple(inner)?),
        _ => builder.clause(inner, None),
    }
}

/// The names in what stands before the statements that a statement holds.
pub(super) fn names(pair: Pair<'_, Rule>, text: &str, base: u32) -> Built<Vec<Word>> {
    let builder = Builder { text, base };
    pair.into_inner().filter(|part| part.as_rule() == Rule::name).map(|name| builder.name(name)).collect()
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

    fn forget(&self, pair: Pair<'_, Rule>) -> Built<StatementKind> {
        let pattern = self.simple(pair.into_inner().nth(1).expect("`forget` has a pattern"))?;
        Ok(StatementKind::Forget(self.pattern(pattern, "`forget`")?))
    }

    /// One sentence of constants, variables and `something`.
    fn pattern(&self, condition: Condition, place: &str) -> Built<Sentence> {
        self.refuse_wh(&condition, place)?;
        self.refuse_lists(&condition)?;
        match condition {
            Condition::Sentence(sentence) => {
                self.refuse_terms(&sentence, place, |term| matches!(term, TermKind::Computed(_)))?;
                Ok(sentence)
            }
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
                Rule::conditions => first = Some(self.conditions(&part)?),
                Rule::body => body = Some(self.conditions(&part.into_inner().nth(1).expect("conditions"))?),
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
            (Some(body), None, label) => {
                let because = because.map(|because| self.path(&because.into_inner().nth(1).expect("a text"))).transpose()?;
                self.rule(first, body, because, label)
            }
            (None, Some(_), None) => self.question(first, None, self.statement_text()).map(StatementKind::Question),
            (None, None, None) => self.fact(first),
            (None, _, Some(label)) => Err(SyntaxError::Unfinished {
                missing: "a rule goes on with `if …`".into(),
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
            let text = self.text.trim_end();
            let last = text.char_indices().next_back().map_or(0, |(at, _)| at);
            let Span { start, end } = Span::new(last, text.len());
            let at = Span { start: self.base + start, end: self.base + end };
            return Err(SyntaxError::NoQuestionMark { question: self.statement_text(), at });
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
            Condition::Comparison { ref left, comparator: Comparator::Equal, ref right, span } => {
                return Err(self.equated(left, right, span));
            }
            other => return Err(not_one_sentence(&other, "a fact")),
        };
        for sentence in &sentences {
            self.refuse_day_with_slashes(sentence)?;
            self.refuse_terms(sentence, "a fact", |term| !matches!(term, TermKind::Value(_)))?;
        }
        Ok(StatementKind::Fact(sentences))
    }

    fn rule(&self, head: Condition, body: Condition, because: Option<Word>, label: Option<Word>) -> Built<StatementKind> {
        self.refuse_wh(&head, "a rule")?;
        self.refuse_wh(&body, "a rule")?;
        self.refuse_lists(&head)?;
        self.refuse_lists(&body)?;
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

    fn conditions(&self, pair: &Pair<'_, Rule>) -> Built<Condition> {
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
            Rule::whenever => self.whenever(pair),
            Rule::group => self.conditions(&pair.into_inner().next().expect("a group holds conditions")),
            _ => self.simple(pair),
        }
    }

    fn negation(&self, pair: Pair<'_, Rule>) -> Built<Condition> {
        let mut span = None;
        for part in pair.into_inner() {
            if !matches!(part.as_rule(), Rule::not | Rule::not_first) {
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

    fn whenever(&self, pair: Pair<'_, Rule>) -> Built<Condition> {
        let mut inner = pair.into_inner();
        let span = self.span(&inner.next().expect("`whenever` itself"));
        let when = Box::new(self.conditions(&inner.next().expect("`whenever` has cases"))?);
        let then = Box::new(self.condition(inner.nth(1).expect("`then` has a condition"))?);
        Ok(Condition::Whenever { when, then, span })
    }

    /// A sentence or a comparison.
    fn simple(&self, pair: Pair<'_, Rule>) -> Built<Condition> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let mut subject = self.terms(inner.next().expect("a sentence has a subject"))?;
        let predicate = inner.next().expect("a sentence has a predicate");
        if matches!(predicate.as_rule(), Rule::comparison | Rule::bare_comparison) {
            let left = subject
                .pop()
                .filter(|_| subject.is_empty())
                .ok_or_else(|| SyntaxError::MisplacedList { help: "compare each of them, joined by `and` or `or`".into(), at: span })?;
            let mut inner = predicate.into_inner();
            let comparator = comparator(inner.next().expect("a comparator").as_str());
            let right = inner.next().expect("a right side");
            let right = if right.as_rule() == Rule::aggregate { self.aggregate(right) } else { self.value(right) }?;
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
        Ok(sentences(not, verbs, |verb| Sentence {
            subject: subject.clone(),
            verb,
            object: object.clone(),
            phrases: phrases.clone(),
            span,
        }))
    }

    fn predicate_part(
        &self,
        part: Pair<'_, Rule>,
        form: Form,
        phrase: Span,
        not: &mut Not,
        verbs: &mut Vec<VerbWord>,
        object: &mut Vec<Term>,
    ) -> Built<()> {
        match part.as_rule() {
            Rule::not => *not = Some(self.span(&part)),
            Rule::terms | Rule::values => *object = self.terms(part)?,
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
}

fn form(rule: Rule) -> Form {
    match rule {
        Rule::is_phrase | Rule::plain_is | Rule::being => Form::Is,
        Rule::has_phrase | Rule::plain_has => Form::Has,
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
        Condition::Comparison { .. } | Condition::Not { .. } | Condition::Whenever { .. } | Condition::And(_) | Condition::Or(_) => None,
    }
}
