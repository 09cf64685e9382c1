//! Questions, with the question word and the verb put where they stand in a plain sentence.

use pest::iterators::Pair;

use super::refuse::{first_wh, open_preposition};
use super::words::one_line;
use super::{Builder, Built, is_both, sentences};
use crate::syntax::ast::{Column, ColumnKind, Condition, Direction, Find, Form, Phrase, Question, Sentence, Term, TermKind, Wh};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;

impl Builder<'_> {
    pub(super) fn question(&self, condition: Condition, find: Option<Find>, text: String) -> Built<Question> {
        self.refuse_lists(&condition)?;
        let single = is_single(&condition);
        if let (Some(term), false) = (first_wh(&condition), single && find.is_none()) {
            return Err(if find.is_some() { self.misplaced_wh(term, "a `find`") } else { self.several_asked(&condition, term) });
        }
        Ok(Question { text: text.into(), condition, find })
    }

    /// A question that stands inside another statement.
    pub(super) fn asked(&self, pair: Pair<'_, Rule>) -> Built<Question> {
        let inner = pair.into_inner().next().expect("a question has a form");
        match inner.as_rule() {
            Rule::find => self.find(inner),
            Rule::describe => Err(self.describe_has_no_rows(&inner)),
            Rule::inverted => self.inverted(inner),
            _ => {
                let text = one_line(inner.as_str());
                self.question(self.conditions(&inner)?, None, text)
            }
        }
    }

    pub(super) fn inverted(&self, pair: Pair<'_, Rule>) -> Built<Question> {
        let text = self.text_of_question(&pair);
        let condition = self.turned(pair.into_inner().next().expect("an inverted question has a form"))?;
        self.question(condition, None, text)
    }

    /// A sentence whose verb comes before its subject.
    pub(super) fn turned(&self, question: Pair<'_, Rule>) -> Built<Condition> {
        let span = self.span(&question);
        let is_question = question.as_rule() == Rule::is_question;
        let (mut wh, mut subject, mut not, mut verbs, mut object, mut phrases) = (None, None, None, Vec::new(), Vec::new(), Vec::new());
        for part in question.into_inner() {
            match part.as_rule() {
                Rule::wh => wh = Some(self.wh(part)?),
                Rule::what_kind => {
                    let span = self.span(&part);
                    let kind = self.name(part.into_inner().nth(1).expect("a kind"))?;
                    wh = Some(Term { kind: TermKind::Wh(Wh::Which(kind)), span });
                }
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
        Ok(sentences(not, verbs, |verb| Sentence {
            subject: subject.clone(),
            verb,
            object: object.clone(),
            phrases: phrases.clone(),
            span,
        }))
    }

    /// Puts the question word from the front where it belongs: after the preposition left alone at the end, or as the object.
    pub(super) fn place_wh(&self, wh: Option<Term>, is_question: bool, object: &mut Vec<Term>, phrases: &mut [Phrase]) -> Built<()> {
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

    /// The question as it was written: with its question mark, if it is the whole statement.
    fn text_of_question(&self, pair: &Pair<'_, Rule>) -> String {
        let is_statement = pair.as_span().start() == 0;
        if is_statement { self.statement_text() } else { one_line(pair.as_str()) }
    }

    pub(super) fn find(&self, pair: Pair<'_, Rule>) -> Built<Question> {
        let text = self.text_of_question(&pair);
        let mut find = Find { columns: Vec::new(), order: Vec::new(), limit: None };
        let mut condition = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::column => find.columns.push(self.column(part)?),
                Rule::conditions => condition = Some(self.conditions(&part)?),
                Rule::order => {
                    for sort in part.into_inner().filter(|part| part.as_rule() == Rule::sort) {
                        let mut inner = sort.into_inner();
                        let column = self.column(inner.next().expect("a column"))?;
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
        self.question(condition.expect("`find` has conditions"), Some(find), text)
    }

    fn column(&self, pair: Pair<'_, Rule>) -> Built<Column> {
        let span = self.span(&pair);
        let inner = pair.into_inner().next().expect("a column is a variable or an aggregate");
        let kind = if inner.as_rule() == Rule::aggregated {
            let (function, of) = self.aggregated(inner)?;
            ColumnKind::Aggregate(function, of)
        } else {
            ColumnKind::Variable(self.variable(&inner))
        };
        Ok(Column { kind, span })
    }
}

/// Whether a condition is one sentence to whoever wrote it: perhaps denied, perhaps with `both`.
fn is_single(condition: &Condition) -> bool {
    match condition {
        Condition::Sentence(_) => true,
        Condition::Not { condition, .. } => is_single(condition),
        Condition::And(parts) => is_both(parts),
        Condition::Comparison { .. } | Condition::Whenever { .. } | Condition::Or(_) => false,
    }
}
