//! Rewrites of questions and of what they count: `find`, `order by`, `limit`, `count … >= 3`, `is B a provider or consumer?`.

use super::Diagnosis;
use super::rewrite::{Rewrite, singular};

const FUNCTIONS: &[&str] = &["count", "sum", "min", "max", "avg"];

impl Diagnosis<'_> {
    pub(super) fn question_rewrites(&self) -> Vec<Rewrite> {
        let mut all = self.aggregate_in_brackets();
        all.extend(self.compared_aggregate());
        all.extend(self.joined_in_question());
        all.extend(self.only_a_kind());
        all.extend(self.how_many_of_what());
        if self.first_word() == "find" || self.first_word() == "select" {
            all.extend(self.columns());
            all.extend(self.clauses());
        }
        all
    }

    fn function_at(&self, index: usize) -> Option<&'static str> {
        FUNCTIONS.iter().find(|function| self.word(index).eq_ignore_ascii_case(function)).copied()
    }

    /// `count(?c where …)`, `COUNT(*)`, `COUNT ?c`
    fn aggregate_in_brackets(&self) -> Vec<Rewrite> {
        let mut all = Vec::new();
        for index in 0..self.tokens.len() {
            let Some(function) = self.function_at(index) else { continue };
            if self.word(index) != function {
                all.push(Rewrite::new(
                    index..index + 1,
                    format!("write `{function}` in small letters"),
                    self.with(index, index + 1, function),
                ));
            }
            if self.word(index + 1) == "(" && self.is_variable(index + 2) && matches!(self.word(index + 3), "where" | "if" | ":") {
                let Some(close) = self.next_of(index + 1, &[")"]) else { continue };
                let text = format!("{function} {} where ({})", self.word(index + 2), self.slice(index + 4..close));
                let why = format!("`{function}` needs no brackets, its condition does");
                all.push(Rewrite::new(index + 1..index + 2, why, self.with(index, close + 1, &text)));
            }
            if self.word(index + 1) == "(" && self.word(index + 2) == "*" {
                let close = index + 4;
                let variable = (close..self.tokens.len()).find(|&index| self.is_variable(index)).map_or("?x", |index| self.word(index));
                let text = self.with(index, close, &format!("{function} {variable}"));
                all.push(Rewrite::new(index..close, "say what is counted", text));
            }
            if index == 0 && self.next_of(0, &["where"]).is_none() && self.is_variable(1) {
                all.push(Rewrite::new(
                    0..1,
                    "say where",
                    format!("find {} where {} is an organization", self.slice(0..self.end()), self.word(1)),
                ));
            }
        }
        all
    }

    /// `count ?c where (…) >= 3`: what is compared stands before.
    fn compared_aggregate(&self) -> Vec<Rewrite> {
        let Some(function) = (0..self.at).rev().find(|&index| self.function_at(index).is_some()) else { return Vec::new() };
        let Some(where_) = self.next_of(function, &["where"]) else { return Vec::new() };
        let end = self.end();
        let Some((range, sign)) = (where_ + 2..end).filter(|&index| index + 3 >= self.at).find_map(|index| self.comparator_at(index))
        else {
            return Vec::new();
        };
        let close = self.next_of(range.end, &["and", "or", "order", "because"]).unwrap_or(end).min(end);
        let condition = self.slice(where_ + 1..range.start);
        let condition = if condition.starts_with('(') { condition.to_owned() } else { format!("({condition})") };
        let aggregate = format!("{} where {condition}", self.slice(function..where_));
        let bound = self.slice(range.end..close);
        let text = if matches!(self.word(function.wrapping_sub(1)), "=") && function >= 2 {
            self.with(function, close, &format!("{aggregate} and {} {sign} {bound}", self.word(function - 2)))
        } else {
            let turned = match sign {
                "<" => ">",
                ">" => "<",
                "<=" => ">=",
                ">=" => "<=",
                same => same,
            };
            let begin = self.sentence_start(function).min(function);
            self.with(begin, close, &format!("{bound} {turned} {aggregate}"))
        };
        vec![Rewrite::new(range, "what is compared stands before the aggregate", text)]
    }

    /// `is B a provider or consumer?`, `does B or C provide hosting?`
    fn joined_in_question(&self) -> Vec<Rewrite> {
        let end = self.end();
        let Some(joint) = self.next_of(1, &["and", "or"]).filter(|joint| joint + 1 < end) else { return Vec::new() };
        let first = self.first_word();
        let rest = self.slice(joint + 1..end);
        let without_article =
            |text: &str| ["a ", "an ", "the "].iter().find_map(|article| text.strip_prefix(article)).unwrap_or(text).to_owned();
        if matches!(first.as_str(), "is" | "are") && self.is_thing(1) && joint > 2 {
            let predicate = self.slice(2..joint);
            let subject = self.word(1);
            let both = format!("{first} {subject} both {} and {}?", without_article(predicate), without_article(rest));
            let has_article = |text: &str| without_article(text) != text;
            let article = if has_article(predicate) && !has_article(rest) { "a " } else { "" };
            let either = format!("{subject} {first} {predicate} or {subject} {first} {article}{rest}?");
            let text = if self.word(joint) == "and" { both } else { either };
            return vec![Rewrite::new(joint..joint + 1, "ask like this", text)];
        }
        if matches!(first.as_str(), "is" | "are" | "does" | "do") && joint == 2 && self.is_thing(3) {
            let text = format!("{first} {} {}?", self.word(1), self.slice(4..end));
            return vec![Rewrite::new(joint..joint + 2, "ask once for each of them", text)];
        }
        Vec::new()
    }

    /// `which services?`, `how many providers?`, `find providers`
    fn only_a_kind(&self) -> Vec<Rewrite> {
        let (first, end) = (self.first_word(), self.end());
        let is_alone = match first.as_str() {
            "which" | "find" | "what" => end == 2,
            "how" => end == 3 && self.word(1) == "many",
            _ => false,
        };
        if !is_alone || self.is_variable(end - 1) {
            return Vec::new();
        }
        let start = if first == "how" { "how many" } else { "which" };
        vec![Rewrite::new(end - 1..end, "ask", format!("{start} {} are there?", self.word(end - 1)))]
    }

    /// `how many rely on B?`
    fn how_many_of_what(&self) -> Option<Rewrite> {
        let is_many = self.first_word() == "how" && self.word(1) == "many" && self.end() > 3;
        // What ends in `s` is meant to be counted, or does not follow several.
        let is_verb = is_many && self.is_word(2) && !self.word(2).ends_with('s');
        is_verb.then(|| Rewrite::new(0..2, "say how many of what", format!("how many organizations {}?", self.slice(2..self.end()))))
    }

    /// What stands between `find` and `where`.
    fn columns(&self) -> Vec<Rewrite> {
        let end = self.end();
        let mut all = Vec::new();
        let where_ = self.next_of(0, &["where", "WHERE", "from", "FROM", "if", "when"]);
        if super::asks(self.word(1)) {
            all.push(Rewrite::new(0..1, "ask without `find`", format!("{}?", self.slice(1..end))));
        }
        let Some(where_) = where_ else {
            if end == 2 && self.is_variable(1) {
                all.push(Rewrite::new(1..2, "say where", format!("find {0} where {0} is an organization", self.word(1))));
            }
            return all;
        };
        for index in 1..where_.saturating_sub(1) {
            if self.is_variable(index) && matches!(self.word(index + 1), "and" | ";") {
                let text = format!("{}, {}", self.slice(0..index + 1), self.slice(index + 2..self.tokens.len()));
                all.push(Rewrite::new(index + 1..index + 2, "columns have commas between them", text));
            }
            if self.is_variable(index) && self.is_variable(index + 1) {
                let text = format!("{}, {}", self.slice(0..index + 1), self.slice(index + 1..self.tokens.len()));
                all.push(Rewrite::new(index + 1..index + 2, "columns have commas between them", text));
            }
        }
        if self.word(1) == "*" {
            let variables = (where_..end).filter(|&index| self.is_variable(index)).map(|index| self.word(index));
            let mut columns: Vec<_> = variables.collect();
            columns.sort_unstable();
            columns.dedup();
            all.push(Rewrite::new(1..2, "name the columns", self.with(1, 2, &columns.join(", "))));
        }
        if matches!(self.word(where_), "from" | "FROM") && self.is_variable(1) && where_ + 2 == end {
            let kind = singular(self.word(where_ + 1));
            let text = format!("find {} where {} is a {kind}", self.slice(1..where_), self.word(1));
            all.push(Rewrite::new(where_..where_ + 1, "say what holds of it", text));
        }
        if matches!(self.word(1), "top" | "first") && where_ > 3 {
            let text = format!("find {} limit {}", self.slice(3..end), self.word(2));
            all.push(Rewrite::new(1..3, "`limit` stands at the end", text));
        }
        if self.word(where_ + 1) == "{" && self.word(end - 1) == "}" {
            let text = format!("find {} where {}", self.slice(1..where_), self.slice(where_ + 2..end - 1).trim_end_matches([' ', '.']));
            all.push(Rewrite::new(where_ + 1..where_ + 2, "there are no braces", text));
        }
        all
    }

    /// What stands after the conditions.
    fn clauses(&self) -> Vec<Rewrite> {
        let (end, mut all) = (self.end(), Vec::new());
        let Some(where_) = self.next_of(0, &["where"]) else { return all };
        let aggregate = (1..where_).find(|&index| self.function_at(index).is_some() && self.is_variable(index + 1));
        if let Some(group) = self.next_of(where_, &["group", "grouped"]).filter(|&index| self.word(index + 1) == "by") {
            let close = self.next_of(group, &["order", "having", "limit"]).unwrap_or(end).min(end);
            let why = "`find` groups by its variables without being told";
            all.push(Rewrite::new(group..group + 2, why, self.with(group, close, " ")));
        }
        if let (Some(having), Some(aggregate)) = (self.next_of(where_, &["having"]), aggregate) {
            let counted = self.word(aggregate + 1);
            let condition = self.slice(where_ + 1..having);
            let compared = (having + 1..end).find_map(|index| self.comparator_at(index));
            if let (Some((range, sign)), None) = (compared, self.next_of(where_, &["and", "or"])) {
                let text = format!(
                    "find {} ?n where {} and ?n = {} {counted} where ({condition}) and ?n {sign} {}",
                    self.slice(1..aggregate),
                    condition.replace(counted, "something"),
                    self.word(aggregate),
                    self.slice(range.end..end),
                );
                all.push(Rewrite::new(having..having + 1, "compare in the conditions", text));
            }
        }
        let by_function =
            |index: usize| self.word(index.wrapping_sub(1)) == "by" && self.function_at(index).is_some() && !self.is_variable(index + 1);
        if let (Some(order), Some(aggregate)) = ((where_ + 2..end).find(|&index| by_function(index)), aggregate) {
            let text = self.with(order, order + 1, self.slice(aggregate..aggregate + 2));
            all.push(Rewrite::new(order..order + 1, "write the column as it stands after `find`", text));
        }
        let limit = (where_..end).find(|&index| self.word(index) == "limit" && self.word(index + 2) == "order");
        if let Some(limit) = limit {
            let text = format!("{} {} {}", self.slice(0..limit), self.slice(limit + 2..end), self.slice(limit..limit + 2));
            all.push(Rewrite::new(limit..limit + 2, "`limit` stands at the end", text));
        }
        all
    }
}
