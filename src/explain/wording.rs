//! A proof that was found → its steps in words.

use rustc_hash::{FxHashMap, FxHashSet};

use super::graph::{Graph, How, NodeId, Says};
use super::search::Found;
use super::{Explainer, Ground, Proof, Step, bound_head};
use crate::engine::EngineError;
use crate::logic::{Atom, Comparison, Expression, Literal, Operand, RelationId, Rule, Term, TextRelation, TextTest, VariableId};
use crate::syntax::ast::{Comparator, Extreme, Operator};
use crate::value::{Dictionary, Value, ValueId};
use crate::vocabulary::written_value;

/// So many steps are told.
const MAX_STEPS: usize = 2_000;

/// So many cases of one `whenever` are told.
const MAX_CASES: usize = 10;

/// So many values that are not kept are looked for, and so many are named.
const MAX_RIVALS: usize = 1_000;
const MAX_NAMED: usize = 5;

impl Explainer<'_> {
    /// The steps that were chosen, from the root on, so many levels of them.
    pub(super) fn worded(&mut self, found: &Found, levels: usize) -> Result<Proof, EngineError> {
        let Found { graph, root, is_shortest } = found;
        let roots = if matches!(graph.nodes[*root].says, Says::Question) { premises_of(graph, *root) } else { vec![*root] };
        let mut numbers: FxHashMap<NodeId, usize> = FxHashMap::default();
        let mut order: Vec<NodeId> = Vec::new();
        let mut stack: Vec<(NodeId, usize)> = roots.iter().rev().map(|root| (meant(graph, *root), 0)).collect();
        let mut ends: FxHashSet<NodeId> = FxHashSet::default();
        while let Some((id, level)) = stack.pop() {
            if numbers.contains_key(&id) || order.len() >= MAX_STEPS {
                continue;
            }
            numbers.insert(id, order.len());
            order.push(id);
            if level >= levels {
                ends.insert(id);
                continue;
            }
            let (told, _) = self.told(graph, id);
            stack.extend(told.into_iter().rev().map(|premise| (premise, level + 1)));
        }
        let facts = order.iter().filter_map(|id| stated_row(graph, *id));
        let mut places: Vec<_> = self.places.find(facts, &self.database.interrupt);
        places.reverse();
        let mut steps = Vec::with_capacity(order.len());
        for &id in &order {
            let written = if stated_row(graph, id).is_some() { places.pop().flatten() } else { None };
            let (premises, left_out) = if ends.contains(&id) { (Vec::new(), 0) } else { self.told(graph, id) };
            let from: Vec<usize> = premises.iter().filter_map(|premise| numbers.get(premise).copied()).collect();
            let left_out = left_out + premises.len() - from.len();
            let mut ground = self.ground(graph, id);
            let mut reading = None;
            if let (Ground::Stated(place), Some(written)) = (&mut ground, written) {
                *place = Some(written.at);
                reading = Some(written.reading);
            }
            let replaced_by = self.replaced_by(graph, id);
            let kept = if replaced_by.is_none() { self.kept(graph, id)? } else { None };
            steps.push(Step { says: self.says(graph, id, reading), ground, from, left_out, kept, replaced_by });
        }
        let roots = roots.iter().filter_map(|root| numbers.get(&meant(graph, *root)).copied()).collect();
        Ok(Proof { steps, roots, is_shortest: *is_shortest })
    }

    /// The premises of a node that are told, and how many are not.
    fn told(&self, graph: &Graph, id: NodeId) -> (Vec<NodeId>, usize) {
        let mut premises: Vec<NodeId> = premises_of(graph, id).into_iter().map(|premise| meant(graph, premise)).collect();
        let is_plain = |premise: &NodeId| !self.is_trivial(graph, *premise);
        premises.retain(is_plain);
        let Says::Condition { literal, total, .. } = &graph.nodes[id].says else { return (premises, 0) };
        let is_denied = matches!(literal, Literal::Every(universal) if !universal.holds);
        premises.truncate(MAX_CASES);
        let left_out = if is_denied { 0 } else { total.saturating_sub(premises.len()) };
        (premises, left_out)
    }

    /// A comparison of a value with itself tells nothing: `?n = 3`.
    fn is_trivial(&self, graph: &Graph, id: NodeId) -> bool {
        let Says::Condition { literal: Literal::Compares(comparison), binding, .. } = &graph.nodes[id].says else { return false };
        let side = |expression: &Expression| self.expression(expression, binding);
        comparison.comparator == Comparator::Equal && side(&comparison.left) == side(&comparison.right)
    }

    fn ground(&self, graph: &Graph, id: NodeId) -> Ground {
        let node = &graph.nodes[id];
        match &node.says {
            Says::Absent(_) => return Ground::Absent,
            Says::Case { .. } | Says::Any | Says::Question => return Ground::Case,
            Says::Condition { literal: Literal::Aggregates(_), total, .. } => return Ground::Aggregate(*total),
            Says::Condition { literal: Literal::Every(_), total, .. } => return Ground::Every(*total),
            Says::Condition { .. } => return Ground::Evident,
            Says::Sentence { .. } if node.is_leaf => return Ground::Stated(None),
            Says::Sentence { .. } => {}
        }
        let chosen = node.chosen.and_then(|chosen| node.alternatives.get(chosen));
        match chosen.map(|alternative| &alternative.how) {
            None | Some(How::Parts) => Ground::Cut,
            Some(How::Rule { index, binding }) => self.by_rule(*index, Some(binding), 1),
            Some(How::Chain { index, times }) => self.by_rule(*index, None, *times),
        }
    }

    pub(super) fn by_rule(&self, index: usize, binding: Option<&[ValueId]>, times: usize) -> Ground {
        let rule = &self.rules[index];
        if index >= self.told_rules {
            return match rule.body.first() {
                Some(Literal::Holds(atom)) if atom.stated_only => {
                    let slot = atom.terms.iter().position(|term| term.variable().is_some()).unwrap_or_default();
                    Ground::Slot(self.vocabulary.relation(atom.relation).slots[slot].name.clone())
                }
                _ => Ground::Kind,
            };
        }
        let value = |name: &str| {
            let variable = rule.variables.iter().position(|own| **own == *name)?;
            Some(binding?[variable])
        };
        let place = &rule.text.place;
        Ground::Rule {
            label: rule.text.label.clone(),
            because: rule.text.because.as_ref().filter(|_| binding.is_some()).map(|because| filled_in(because, self.dictionary, value)),
            doc: rule.text.doc.clone(),
            file: place.source.name().into(),
            line: place.source.line_and_column(place.span.start).0,
            times,
        }
    }

    // ---- Sentences

    pub(super) fn says(&self, graph: &Graph, id: NodeId, reading: Option<usize>) -> String {
        match &graph.nodes[id].says {
            Says::Sentence { relation, reading: own, row } => self.fact(*relation, reading.unwrap_or(*own), row),
            Says::Absent(atom) => denied(self.vocabulary, self.dictionary, atom),
            Says::Condition { literal, names, binding, .. } => self.condition(literal, names, binding),
            Says::Case { variables, names, binding } => {
                let mut variables = variables.clone();
                variables.dedup();
                let said = variables.iter().filter_map(|variable| {
                    let value = self.dictionary.value(binding[variable.index()])?;
                    Some(format!("?{} = {}", names[variable.index()], written_value(value)))
                });
                let said = said.collect::<Vec<_>>().join(", ");
                if said.is_empty() { "it is so".to_owned() } else { said }
            }
            Says::Any | Says::Question => String::new(),
        }
    }

    pub(super) fn fact(&self, relation: RelationId, reading: usize, row: &[u32]) -> String {
        let values = row.iter().map(|value| ValueId(*value)).collect::<Vec<_>>();
        self.vocabulary.sentence(relation, reading, &values, self.dictionary)
    }

    /// A condition as it was written, with values for the variables that have one.
    pub(super) fn condition(&self, literal: &Literal, names: &[std::sync::Arc<str>], binding: &[ValueId]) -> String {
        match literal {
            Literal::Holds(atom) => said(self.vocabulary, self.dictionary, &atom.under(binding), Some(names)),
            Literal::Fails(atom, _) => denied(self.vocabulary, self.dictionary, &atom.under(binding)),
            Literal::Compares(Comparison { left, comparator, right, .. }) => {
                let side = |expression| self.open_expression(expression, names, binding);
                format!("{} {} {}", side(left), symbol(*comparator), side(right))
            }
            Literal::Matches(test) => self.text_test(test, names, binding),
            Literal::Aggregates(aggregation) => {
                let text = self.with_values(&aggregation.text, names, &aggregation.outer, binding);
                let left = self.open_expression(&aggregation.left, names, binding);
                format!("{left} {} {text}", symbol(aggregation.comparator))
            }
            Literal::Every(universal) => {
                let text = self.with_values(&universal.text, names, &universal.outer, binding);
                if universal.holds { text } else { format!("not {text}") }
            }
        }
    }

    fn text_test(&self, test: &TextTest, names: &[std::sync::Arc<str>], binding: &[ValueId]) -> String {
        let operand = |operand: Operand| self.open_expression(&Expression::Operand(operand), names, binding);
        let not = if test.holds { "" } else { "not " };
        let (verb, other) = match &test.relation {
            TextRelation::Contains(other) => ("contains", operand(*other)),
            TextRelation::Begins(other) => ("begins with", operand(*other)),
            TextRelation::Ends(other) => ("ends with", operand(*other)),
            TextRelation::Matches(pattern) => ("matches", format!("\"{}\"", pattern.as_str())),
        };
        format!("{not}{} {verb} {other}", operand(test.subject))
    }

    fn expression(&self, expression: &Expression, binding: &[ValueId]) -> String {
        self.open_expression(expression, &[], binding)
    }

    fn open_expression(&self, expression: &Expression, names: &[std::sync::Arc<str>], binding: &[ValueId]) -> String {
        match expression {
            Expression::Operand(Operand::Value(value)) => self.dictionary.value(*value).map(written_value).unwrap_or_default(),
            Expression::Operand(Operand::Variable(variable)) => {
                let value = binding.get(variable.index()).and_then(|value| self.dictionary.value(*value));
                value.map_or_else(|| names.get(variable.index()).map_or_else(String::new, |name| format!("?{name}")), written_value)
            }
            Expression::Computed { operator, left, right, .. } => {
                let side = |side: &Expression| {
                    let text = self.open_expression(side, names, binding);
                    if matches!(side, Expression::Computed { .. }) { format!("({text})") } else { text }
                };
                let sign = match operator {
                    Operator::Add => "+",
                    Operator::Subtract => "-",
                    Operator::Multiply => "*",
                    Operator::Divide => "/",
                };
                format!("{} {sign} {}", side(left), side(right))
            }
        }
    }

    /// A condition as it was written, with values in place of these variables.
    fn with_values(&self, text: &str, names: &[std::sync::Arc<str>], variables: &[VariableId], binding: &[ValueId]) -> String {
        let mut text = crate::syntax::on_one_line(text);
        // Longer names first, so that no name is cut by one that it begins with.
        let mut variables = variables.to_vec();
        variables.sort_by_key(|variable| std::cmp::Reverse(names[variable.index()].len()));
        for variable in variables {
            if let Some(value) = self.dictionary.value(binding[variable.index()]) {
                text = text.replace(&format!("?{}", names[variable.index()]), &written_value(value));
            }
        }
        text
    }

    // ---- What is kept

    /// The value that is kept in place of a step's own.
    fn replaced_by(&self, graph: &Graph, id: NodeId) -> Option<String> {
        let Says::Sentence { relation, row, .. } = &graph.nodes[id].says else { return None };
        self.dictionary.value(ValueId(self.database.better(*relation, row)?)).map(written_value)
    }

    /// What a kept value is better than.
    fn kept(&mut self, graph: &Graph, id: NodeId) -> Result<Option<String>, EngineError> {
        let Says::Sentence { relation, row, .. } = &graph.nodes[id].says else { return Ok(None) };
        let Some((extreme, column)) = self.vocabulary.relation(*relation).keeping else { return Ok(None) };
        let mut values = vec![row[column]];
        let mut pattern: Vec<Term> = row.iter().map(|value| Term::Value(ValueId(*value))).collect();
        pattern[column] = Term::Something;
        let stated = Atom { relation: *relation, reading: 0, terms: pattern, stated_only: true };
        values.extend(self.database.rows_for(&stated, MAX_RIVALS, None).iter().map(|found| found.row[column]));
        let rules = self.rules;
        for index in self.rules_for(*relation) {
            let rule = &rules[index];
            values.extend(self.rivals(rule, row, column)?);
        }
        let mut values: Vec<Value> = values.iter().filter_map(|value| self.dictionary.value(ValueId(*value)).cloned()).collect();
        values.sort_unstable();
        values.dedup();
        let word = match extreme {
            Extreme::Least => "least",
            Extreme::Greatest => {
                values.reverse();
                "greatest"
            }
        };
        let all: Vec<String> = values.iter().take(MAX_NAMED).map(written_value).collect();
        Ok(match (all.as_slice(), values.len() - all.len()) {
            ([] | [_], _) => None,
            ([first @ .., last], 0) => Some(format!("the {word} of {} and {last}", first.join(", "))),
            (first, more) => Some(format!("the {word} of {} and {more} more", first.join(", "))),
        })
    }

    /// The values that a rule concludes for what differs from a row in one column only.
    fn rivals(&mut self, rule: &Rule, row: &[u32], column: usize) -> Result<Vec<u32>, EngineError> {
        let Term::Variable(variable) = rule.head.terms[column] else { return Ok(Vec::new()) };
        let Some(mut head) = bound_head(rule, row) else { return Ok(Vec::new()) };
        head[variable.index()] = ValueId::ABSENT;
        let open: Vec<Literal> = rule.body.iter().map(|literal| literal.under(&head)).collect();
        let ways = self.solutions(&open, (head.len(), &[variable]), &rule.text.place.source, None, MAX_RIVALS)?;
        Ok(ways.iter().map(|way| way[variable.index()].0).collect())
    }
}

/// The premises of the alternative that was chosen.
pub(super) fn premises_of(graph: &Graph, id: NodeId) -> Vec<NodeId> {
    let node = &graph.nodes[id];
    node.chosen.and_then(|chosen| node.alternatives.get(chosen)).map_or_else(Vec::new, |alternative| alternative.premises.clone())
}

/// The node that speaks for one of several.
pub(super) fn meant(graph: &Graph, id: NodeId) -> NodeId {
    match graph.nodes[id].says {
        Says::Any => premises_of(graph, id).first().copied().unwrap_or(id),
        _ => id,
    }
}

fn stated_row(graph: &Graph, id: NodeId) -> Option<(RelationId, &[u32])> {
    match &graph.nodes[id].says {
        Says::Sentence { relation, row, .. } if graph.nodes[id].is_leaf => Some((*relation, row)),
        _ => None,
    }
}

/// An atom as a sentence, with `something` where it says nothing, or the names of its variables.
pub(crate) fn said(
    vocabulary: &crate::vocabulary::Vocabulary,
    dictionary: &Dictionary,
    atom: &Atom,
    names: Option<&[std::sync::Arc<str>]>,
) -> String {
    let reading = vocabulary.reading(atom.relation, atom.reading);
    reading.sentence(|slot| match atom.terms[slot] {
        Term::Value(value) => dictionary.value(value).map(written_value),
        Term::Variable(variable) => Some(names.map_or_else(|| "something".to_owned(), |names| format!("?{}", names[variable.index()]))),
        Term::Something => Some("something".to_owned()),
        Term::Unmentioned => None,
    })
}

/// That an atom does not hold, as a sentence.
pub(crate) fn denied(vocabulary: &crate::vocabulary::Vocabulary, dictionary: &Dictionary, atom: &Atom) -> String {
    format!("nothing in this model says that {}", said(vocabulary, dictionary, atom, None))
}

/// A `because` text with values where variables stand.
pub(crate) fn filled_in(because: &str, dictionary: &Dictionary, value: impl Fn(&str) -> Option<ValueId>) -> String {
    let mut text = String::new();
    let mut rest = because;
    while let Some((before, after)) = rest.split_once("{?") {
        let Some((name, after)) = after.split_once('}') else { break };
        let value = value(name).and_then(|value| dictionary.value(value));
        text += before;
        // What stands in backticks is to be written so, with the quotation marks that a name needs.
        let is_quoted = text.matches('`').count() % 2 == 1;
        text += &value.map_or(String::new(), if is_quoted { written_value } else { ToString::to_string });
        rest = after;
    }
    text + rest
}

pub(super) fn symbol(comparator: Comparator) -> &'static str {
    match comparator {
        Comparator::Equal => "=",
        Comparator::NotEqual => "!=",
        Comparator::Less => "<",
        Comparator::LessOrEqual => "<=",
        Comparator::Greater => ">",
        Comparator::GreaterOrEqual => ">=",
    }
}
