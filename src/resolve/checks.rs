//! `expect`, `forbid`, `warn` and `export`: statements about a question's answers → steps and prohibitions.

use std::sync::Arc;

use super::Resolver;
use super::conditions::{added_up, bound, literals};
use super::error::ResolveError;
use super::sentence::Scope;
use crate::logic::{Action, Description, Expectation, Export, Prohibition, Query, QueryForm, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, TermKind, Word};
use crate::value::Value;

impl Resolver<'_> {
    pub(super) fn description(&mut self, text: Arc<str>, name: &Word) -> Action {
        let value = self.dictionary.intern(&Value::Name(name.text.clone()));
        Action::Describe(Description { text, name: value, name_span: name.span })
    }

    pub(super) fn expectation(&mut self, expectation: &ast::Expectation, span: Span) -> Option<Expectation> {
        if let Some(name) = self.asks_for_description(&expectation.question.condition) {
            let name = self.source.slice(name.span);
            let help = format!("`what is {name}` shows everything about {name}; expect what has rows: `expect who relies on {name}: C, D`");
            self.report(ResolveError::OtherAnswers { help, at: span });
            return None;
        }
        let query = self.question(&expectation.question, span)?;
        let Some(written) = &expectation.answers else {
            if matches!(query.form, QueryForm::Verdict) {
                return Some(Expectation { query, answers: None });
            }
            let nobody = if matches!(query.form, QueryForm::Count) { "" } else { ", or `: nobody`" };
            let help = format!("write what you expect after a colon: `expect {}: …`{nobody}", query.text.trim_end_matches('?'));
            self.report(ResolveError::NothingExpected { help, at: span });
            return None;
        };
        let columns = match &query.form {
            QueryForm::Verdict => {
                let help = format!("the answer is yes or no: write `expect {0}`, or `expect not …`", query.text.trim_end_matches('?'));
                self.report(ResolveError::OtherAnswers { help, at: span });
                return None;
            }
            QueryForm::Count => 1,
            QueryForm::Table { columns } => columns.len(),
            QueryForm::Find(find) => find.columns.len(),
        };
        let mut answers = Vec::with_capacity(written.len());
        for row in written {
            let value = |term: &ast::Term| if let TermKind::Value(value) = &term.kind { Some(value.clone()) } else { None };
            let values: Vec<Value> = row.iter().filter_map(value).collect();
            if values.len() != columns {
                let at = row.iter().map(|term| term.span).reduce(Span::to).unwrap_or(span);
                let places = (0..columns).map(|_| "…").collect::<Vec<_>>().join(", ");
                let help = match columns {
                    1 => "each answer is one value; separate them by commas".to_owned(),
                    _ => format!("each answer has {columns} values, in brackets: `({places})`"),
                };
                self.report(ResolveError::OtherAnswers { help, at });
                return None;
            }
            answers.push(values);
        }
        if matches!(query.form, QueryForm::Count) && !matches!(answers.as_slice(), [row] if row[0].as_number().is_some()) {
            let help = "the answer to `how many` is one number: `: 3`".to_owned();
            self.report(ResolveError::OtherAnswers { help, at: span });
            return None;
        }
        Some(Expectation { query, answers: Some(answers) })
    }

    pub(super) fn prohibition(&mut self, prohibition: &ast::Prohibition, statement: &ast::Statement) {
        let mut scope = Scope::default();
        let Some(alternatives) = self.conditions(&prohibition.condition, &mut scope) else { return };
        self.open_ends(&prohibition.condition, &[]);
        if !self.unsafe_variables(&alternatives, &scope).is_empty() || !self.because(prohibition.because.as_ref(), &alternatives, &scope) {
            return;
        }
        // What every alternative finds can be told of each case.
        let is_found = |variable: &VariableId| alternatives.iter().all(|alternative| bound(alternative).contains(variable));
        let output: Vec<VariableId> = scope.shown(&alternatives).filter(is_found).collect();
        let added: Vec<_> = alternatives.iter().flatten().flat_map(|marked| added_up(&marked.literal)).collect();
        self.lone_variables(&scope, &[output.as_slice(), &added].concat());
        let columns = output.iter().map(|variable| scope.get(*variable).name.clone()).collect();
        let query = Query {
            text: crate::syntax::on_one_line(self.source.slice(prohibition.condition_span)).into(),
            alternatives: alternatives.into_iter().map(literals).collect(),
            variables: scope.names(),
            output,
            form: QueryForm::Table { columns },
            names: Vec::new(),
            place: self.place(statement.span),
        };
        let because = prohibition.because.as_ref().map(|because| because.text.clone());
        self.prohibitions.push(Prohibition { severity: prohibition.severity, query, because });
    }

    pub(super) fn export(&mut self, path: &Word, question: &ast::Question, span: Span) -> Option<Export> {
        if let Some(name) = self.asks_for_description(&question.condition) {
            let name = self.source.slice(name.span).to_owned();
            let label = format!("`what is {name}` shows everything about {name}, and has no rows");
            let help = format!("export a question that has rows, such as `who relies on {name}?`");
            self.report(ResolveError::NoRows { problem: "a description is no table".to_owned(), help, label, at: span });
            return None;
        }
        let query = self.question(question, span)?;
        if matches!(query.form, QueryForm::Verdict) {
            let label = format!("`{}` is answered by yes or no", query.text);
            let help = "export a question that has rows, such as `who provides what to whom?`".to_owned();
            self.report(ResolveError::NoRows { problem: "a yes or no is no table".to_owned(), help, label, at: span });
            return None;
        }
        Some(Export { path: path.text.clone(), path_span: path.span, query })
    }
}
