//! Holds answers of `examples/govuk/govuk.srl` against a computation of its own: plain sets and a breadth-first search over
//! the CSV files, nothing of SRL. That the whole text is the one in `govuk.out` is the business of `examples.rs`.
#![cfg(feature = "render")]
#![expect(clippy::disallowed_methods, reason = "a test opens files")]

mod program;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use program::{Run, path, run};
use srl::Evaluator;

/// GOV.UK, as tables to look things up in.
struct Platform {
    components: BTreeSet<String>,
    /// component → the components that it needs
    needs: BTreeMap<String, BTreeSet<String>>,
    /// component → its application
    application: BTreeMap<String, String>,
    /// application → its team
    team: BTreeMap<String, String>,
    /// application, channel
    alerts: Vec<(String, String)>,
}

/// The two columns of a file.
fn read(file: &str) -> Vec<(String, String)> {
    let file = File::open(path(&format!("examples/govuk/{file}"))).expect("the file is there");
    let rows = csv::Reader::from_reader(file).into_records();
    let rows = rows.map(|row| row.map(|row| (row[0].to_owned(), row[1].to_owned())));
    rows.collect::<Result<_, _>>().expect("the file is a table")
}

impl Platform {
    fn read() -> Self {
        let depends = read("depends.csv");
        let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (component, needed) in &depends {
            needs.entry(component.clone()).or_default().insert(needed.clone());
        }
        Self {
            components: depends.into_iter().flat_map(|(component, needed)| [component, needed]).collect(),
            needs,
            application: read("components.csv").into_iter().collect(),
            team: read("teams.csv").into_iter().collect(),
            alerts: read("alerts.csv"),
        }
    }

    /// Applications that have components.
    fn applications(&self) -> BTreeSet<&String> {
        self.application.values().collect()
    }

    fn is_part(&self, component: &str, application: &str) -> bool {
        self.application.get(component).is_some_and(|own| own == application)
    }

    /// All components below a component or an application, by a breadth-first search.
    fn below<'a>(&'a self, name: &'a str) -> BTreeSet<&'a str> {
        let parts = self.application.iter().filter(|(_, application)| *application == name).map(|(part, _)| part.as_str());
        let mut queue: Vec<&str> = parts.chain([name]).collect();
        let mut reached = BTreeSet::new();
        let mut next = 0;
        while let Some(component) = queue.get(next).copied() {
            next += 1;
            let needed = self.needs.get(component).into_iter().flatten().map(String::as_str);
            queue.extend(needed.filter(|needed| reached.insert(*needed)));
        }
        reached
    }

    /// Whether one component or application stands on another. On its own application something stands only by way of
    /// a component elsewhere.
    fn stands(&self, upper: &str, lower: &str) -> bool {
        let below = self.below(upper);
        if self.components.contains(lower) {
            return below.contains(lower);
        }
        let reaches = |components: &BTreeSet<&str>| components.iter().any(|component| self.is_part(component, lower));
        if upper == lower || self.is_part(upper, lower) {
            below.iter().any(|component| !self.is_part(component, lower) && reaches(&self.below(component)))
        } else {
            reaches(&below)
        }
    }

    /// The applications that stand on something.
    fn dependents(&self, lower: &str) -> BTreeSet<&String> {
        self.applications().into_iter().filter(|application| self.stands(application, lower)).collect()
    }
}

fn both_evaluators(check: impl Fn(&Platform, &Run)) {
    let platform = Platform::read();
    for evaluator in [Evaluator::SemiNaive, Evaluator::Naive] {
        check(&platform, &run("examples/govuk/govuk.srl", evaluator));
    }
}

/// How often each name occurs, the most frequent first, then by name: `name / 3`.
fn ranking<'a>(names: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    names.for_each(|name| *counts.entry(name).or_default() += 1);
    let mut ranking: Vec<_> = counts.into_iter().collect();
    ranking.sort_by_key(|(name, count)| (Reverse(*count), *name));
    ranking.into_iter().map(|(name, count)| format!("{name} / {count}")).collect()
}

#[test]
fn those_who_are_warned_of_a_redis() {
    both_evaluators(|platform, run| {
        let redis = "publishing-api-redis";
        let in_trouble = platform.dependents(redis);
        assert!(in_trouble.len() > 10, "an example that reaches many");
        let owner = &platform.application[redis];
        let told = |application: &String| in_trouble.contains(application) || application == owner;
        let channels: BTreeSet<&str> =
            platform.alerts.iter().filter(|(application, _)| told(application)).map(|(_, channel)| channel.as_str()).collect();
        assert_eq!(run.rows("who is warned of publishing-api-redis?"), Vec::from_iter(channels));

        let alerts = platform.alerts.iter().filter(|(application, _)| in_trouble.contains(application));
        let question = "find ?channel, count ?application where ?application stands on publishing-api-redis and \
                        ?channel is told of ?application order by count ?application descending";
        assert_eq!(run.rows(question), ranking(alerts.map(|(_, channel)| channel)));

        let told: BTreeSet<&String> = platform.alerts.iter().map(|(application, _)| application).collect();
        let mut silent: Vec<String> =
            in_trouble.difference(&told).map(|application| format!("{} / {application}", platform.team[*application])).collect();
        silent.sort();
        let question = "find ?team, ?application where ?application stands on publishing-api-redis and \
                        not someone is told of ?application and ?team owns ?application";
        assert_eq!(run.rows(question), silent);
    });
}

#[test]
fn teams_that_own_most_of_what_stands_on_the_content_store() {
    both_evaluators(|platform, run| {
        let mut teams = ranking(platform.dependents("content-store").into_iter().map(|application| &platform.team[application]));
        teams.truncate(3);
        let question = "find ?team, count ?application where ?application stands on content-store and ?team owns ?application \
                        order by count ?application descending limit 3";
        assert_eq!(run.rows(question), teams);
    });
}

#[test]
fn what_nothing_else_needs() {
    both_evaluators(|platform, run| {
        let needed: BTreeSet<&String> = platform.needs.values().flatten().collect();
        let unneeded = platform.components.iter().filter(|component| !needed.contains(component)).count();
        assert_eq!(
            run.rows("find count ?component where ?component is a component and not something needs ?component"),
            [unneeded.to_string()]
        );

        let stands =
            |application: &str| platform.components.iter().chain(platform.applications()).any(|upper| platform.stands(upper, application));
        let free: Vec<&str> = platform.applications().into_iter().map(String::as_str).filter(|application| !stands(application)).collect();
        assert_eq!(run.rows("find ?application where something is part of ?application and not something stands on ?application"), free);
    });
}

#[test]
fn what_needs_each_other() {
    both_evaluators(|platform, run| {
        let names: Vec<&String> = platform.components.iter().chain(platform.applications()).collect();
        let stands: BTreeSet<(&String, &String)> = names
            .iter()
            .flat_map(|upper| names.iter().filter(|lower| platform.stands(upper, lower)).map(|lower| (*upper, *lower)))
            .collect();
        let mutual: Vec<String> = stands
            .iter()
            .filter(|(upper, lower)| stands.contains(&(*lower, *upper)))
            .map(|(upper, lower)| format!("{upper} / {lower}"))
            .collect();
        assert_eq!(run.rows("?x stands on ?y and ?y stands on ?x?"), mutual);

        let owned = stands.iter().filter_map(|(upper, lower)| Some((platform.team.get(*upper)?, platform.team.get(*lower)?)));
        let waiting: BTreeSet<(&String, &String)> = owned.filter(|(team, other)| team != other).collect();
        let mutual: Vec<String> = waiting
            .iter()
            .filter(|(team, other)| team < other && waiting.contains(&(*other, *team)))
            .map(|(team, other)| format!("{team} / {other}"))
            .collect();
        assert_eq!(run.rows("find ?team, ?other where ?team waits for ?other and ?other waits for ?team and ?team < ?other"), mutual);
    });
}
