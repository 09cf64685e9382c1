//! Scenarios at the prompt: `:scenario` enters and leaves one, and what stands before the statements that a statement holds is completed.

use super::gather::Gather;
use super::highlight::Class;
use super::{Part, Reply, Session};
use crate::diagnostics::suggest::nearest;
use crate::model::{BASE, Model, ScenarioDescription};
use crate::syntax;
use crate::syntax::words::written;

impl Session {
    /// The scenario that everything is asked in, if one was entered.
    pub fn scenario(&self) -> Option<&str> {
        self.scenario.as_deref()
    }

    /// `:scenario`, `:scenario outage`, `:scenario base`
    pub(super) fn choose_scenario(&mut self, name: &str) -> Reply {
        let name = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
        let scenarios = self.model.scenarios();
        if name.is_empty() {
            return self.list_scenarios(&scenarios);
        }
        if name == BASE {
            let left = self.scenario.take();
            self.model.enter(None);
            return Reply::note(match left {
                Some(left) => format!("`{}` is left: what you ask is asked of the model itself", written(&left)),
                None => "no scenario was entered: what you ask is asked of the model itself".to_owned(),
            });
        }
        if self.model.enter(Some(name)) {
            self.scenario = Some(name.into());
            return Reply::note(format!("what you ask is asked in `{}` from here on; `:scenario base` leaves it", written(name)));
        }
        let names = || scenarios.iter().map(|scenario| &*scenario.name);
        Reply::complaint(match nearest(name, names().chain([BASE])) {
            Some(near) => format!("there is no scenario `{name}`; did you mean `:scenario {near}`?"),
            None if scenarios.is_empty() => format!("there is no scenario yet: `scenario {} {{ … }}` declares one", written(name)),
            None => format!("there is no scenario `{name}`; there are `{}`", names().map(written).collect::<Vec<_>>().join("`, `")),
        })
    }

    fn list_scenarios(&self, scenarios: &[ScenarioDescription]) -> Reply {
        if scenarios.is_empty() {
            return Reply::note("no scenario has been declared: `scenario outage { forget B provides hosting to someone }` declares one");
        }
        let mut text = String::new();
        for scenario in scenarios {
            let parent = scenario.parent.as_ref().map_or(String::new(), |parent| format!(" extends {}", written(parent)));
            let entered = if self.scenario.as_deref() == Some(&*scenario.name) { "  (entered)" } else { "" };
            text.extend([&written(&scenario.name), &parent, entered, "\n"]);
            scenario.doc.iter().flat_map(|doc| doc.lines()).for_each(|line| text.extend(["    ## ", line, "\n"]));
            scenario.changes.iter().for_each(|change| text.extend(["    ", change, "\n"]));
        }
        Reply::text(text)
    }

    /// Sees to it that the model is asked in the scenario that was entered, if it is still there.
    pub(super) fn go_on_in_scenario(&mut self) {
        if let Some(name) = self.scenario.clone()
            && !self.model.enter(Some(&name))
        {
            self.scenario = None;
        }
    }

    /// What to say to an input that would change the model while a scenario is entered; nothing if it only asks.
    pub(super) fn refuse_in_scenario(&self, text: &str) -> Option<Reply> {
        let name = written(self.scenario.as_deref()?);
        if !syntax::changes(text) {
            return None;
        }
        let said = syntax::on_one_line(text);
        let is_simple = said.lines().count() == 1 && !said.contains(" if ") && !said.contains('{');
        let instead = if is_simple { format!("suppose it: `suppose {said}: …?`, or ") } else { String::new() };
        let text = format!("`{name}` is entered, and what is told changes the model itself: {instead}leave it first with `:scenario base`");
        Some(Reply { parts: vec![Part::Complaint(text)], ..Reply::default() })
    }
}

/// What a word is that stands before the statements which a statement holds.
pub(super) fn class(model: &Model, word: &str, is_first: bool) -> Class {
    let is_keyword = is_first || matches!(word, "extends" | "with" | "and" | BASE);
    let name = word.trim_matches('"');
    match is_keyword {
        true => Class::Keyword,
        false if model.has_scenario(name) => Class::Name,
        false => Class::NewName,
    }
}

/// Offers what may stand after these words, before the statements that a statement holds; tells whether they begin such a statement.
pub(super) fn offer(model: &Model, words: &[&str], gather: &mut Gather) -> bool {
    let names = |gather: &mut Gather, and_base: bool| {
        model.scenarios().iter().for_each(|scenario| gather.word(&written(&scenario.name)));
        if and_base {
            gather.word(BASE);
        }
    };
    match words {
        ["in" | "In" | "compare" | "Compare"] | ["compare" | "Compare", _, "with"] => names(gather, true),
        ["scenario" | "Scenario", _, "extends"] => names(gather, false),
        ["scenario" | "Scenario", _] => gather.word("extends"),
        ["compare" | "Compare", _] => gather.word("with"),
        ["scenario" | "Scenario" | "compare" | "Compare", ..] | ["in" | "In", _] => {}
        _ => return false,
    }
    true
}
