//! `include` in a scenario: its facts, `forget`s and rules, and those of the files that it includes, part by part in the order in which
//! they are to be made. Each part is a unit of its own, since each stands in a source of its own.
//!
//! What such a file declares holds for the whole program, as all declarations do. What it asks, checks and supposes is its own business:
//! nothing of that is done here.

use std::sync::Arc;

use super::load::Loading;
use crate::diagnostics::Problem;
use crate::resolve::Unit;
use crate::resolve::error::ResolveError;
use crate::source::{Source, Span};
use crate::syntax::ast::{Portion, Scenario, Statement, StatementKind, Word};
use crate::syntax::error::SyntaxError;

/// Whether a statement is a scenario that includes files.
pub(super) fn is_divided(statement: &Statement) -> bool {
    let StatementKind::Scenario(scenario) = &statement.kind else { return false };
    scenario.changes.iter().any(|change| matches!(change.kind, StatementKind::Include(_)))
}

impl Loading<'_> {
    /// Puts a scenario together.
    pub(super) fn scenario(&mut self, source: &Arc<Source>, statement: Statement) {
        let Statement { span, doc, kind: StatementKind::Scenario(scenario) } = statement else { return };
        let name = scenario.name.clone();
        let mut part =
            Statement { span, doc, kind: StatementKind::Scenario(Scenario { changes: Vec::new(), portion: Portion::First, ..scenario }) };
        for change in scenario.changes {
            if let StatementKind::Include(path) = &change.kind {
                self.units.push(Unit { source: source.clone(), statement: part });
                self.included_part(&name, source, path);
                part = later(&name, span);
            } else {
                changes_of(&mut part).push(change);
            }
        }
        self.units.push(Unit { source: source.clone(), statement: part });
    }

    /// What a file adds to a scenario.
    fn included_part(&mut self, name: &Word, source: &Arc<Source>, path: &Word) {
        let Some(located) = self.located(source, path) else { return };
        let Some(file) = self.file(source, path, located.clone()) else { return };
        self.open.push(located);
        let (program, problems) = crate::syntax::parse_singly_while(file.text(), || !self.interrupt.is_raised());
        self.problems.extend(problems.into_iter().map(|problem| Problem::new(problem, file.clone())));
        let whole = Span::new(0, file.text().len());
        let mut part = later(name, whole);
        for statement in program.statements {
            match &statement.kind {
                StatementKind::Fact(_) | StatementKind::Facts(_) | StatementKind::Forget(_) | StatementKind::Rule(_) => {
                    changes_of(&mut part).push(statement);
                }
                StatementKind::Include(path) => {
                    self.units.push(Unit { source: file.clone(), statement: std::mem::replace(&mut part, later(name, whole)) });
                    self.included_part(name, &file, path);
                }
                StatementKind::Kind { .. } | StatementKind::Verb(_) => self.units.push(Unit { source: file.clone(), statement }),
                StatementKind::Use(Some(vocabulary)) => self.vocabulary(&file, vocabulary),
                StatementKind::Use(None) if self.starts_with_none().is_some() => {}
                StatementKind::Use(None) => {
                    self.problems.push(Problem::new(ResolveError::LateUseNone { at: statement.span }, file.clone()));
                }
                StatementKind::Import { .. } => {
                    let help =
                        "import into the model itself; or let `:save facts.srl` write what was imported as facts, and include that file";
                    self.refuse("an `import`", help, statement.span, &file);
                }
                StatementKind::AsOf(_) => {
                    let help = "take it out of the file, and let `as of` stand before what is asked";
                    self.refuse("`as of`", help, statement.span, &file);
                }
                StatementKind::Question(_)
                | StatementKind::Describe(_)
                | StatementKind::Remedy(_)
                | StatementKind::Explain(_)
                | StatementKind::Expect(_)
                | StatementKind::Forbid(_)
                | StatementKind::Export { .. }
                | StatementKind::In { .. }
                | StatementKind::Suppose { .. }
                | StatementKind::Scenario(_)
                | StatementKind::Compare(_) => {}
            }
        }
        self.units.push(Unit { source: file, statement: part });
        self.open.pop();
    }

    fn refuse(&mut self, what: &str, help: &str, at: Span, file: &Arc<Source>) {
        let place = "a file that a scenario includes".to_owned();
        self.problems.push(Problem::new(SyntaxError::NotHere { what: what.to_owned(), place, help: help.to_owned(), at }, file.clone()));
    }
}

/// One more part of a scenario, with nothing in it yet.
fn later(name: &Word, span: Span) -> Statement {
    let name = Word { text: name.text.clone(), span: Span::default() };
    let scenario = Scenario { name, parent: None, changes: Vec::new(), portion: Portion::Later };
    Statement { span, doc: None, kind: StatementKind::Scenario(scenario) }
}

fn changes_of(part: &mut Statement) -> &mut Vec<Statement> {
    let StatementKind::Scenario(scenario) = &mut part.kind else { unreachable!("a part of a scenario is one") };
    &mut scenario.changes
}
