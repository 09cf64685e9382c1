//! `what would make S?` and `what would stop S?` against brute force: on small random models every set of facts is tried.
#![expect(clippy::panic, clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "that is how a test fails")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use srl::{AnswerKind, Model, Remedies};

/// What the sentences below follow from: links, and marks that are only stated.
const RULES: &[&str] = &[
    "?x reaches ?y if ?x links ?y",
    "?x reaches ?z if ?x reaches ?y and ?y links ?z",
    "?x is exposed if ?x links ?y and ?y is marked",
    "?x is exposed if ?x reaches ?y and ?y is marked and not ?x is guarded",
    "?x is busy if ?x links something and ?n = count ?y where (?x links ?y) and ?n >= 2",
    "?x is lost if ?x is marked and (whenever ?x links ?y then ?y is lost)",
    "?x is calm if ?x is guarded and not ?x is busy",
];

const WORDS: &str = "use none\nverb from:node links to:node\nverb from:node reaches to:node\nverb node:node is marked\n\
    verb node:node is guarded\nverb node:node is exposed\nverb node:node is busy\nverb node:node is lost\nverb node:node is calm\n";

const NAMES: [&str; 3] = ["A", "B", "C"];

/// Everything that could be stated of the names of a model and of a new one, in words that no rule concludes.
fn stateable(rules: &[&str]) -> Vec<String> {
    let names = ["A", "B", "C", "New"];
    let is_free = |word: &&&str| !rules.iter().any(|rule| rule.split(" if ").next().unwrap_or_default().contains(**word));
    let marks = ["marked", "guarded", "exposed", "busy", "lost", "calm"];
    let marks = marks.iter().filter(is_free).flat_map(|word| names.map(|name| format!("{name} is {word}")));
    let links = ["links", "reaches"];
    let links = links.iter().filter(is_free).flat_map(|word| names.map(|from| names.map(|to| format!("{from} {word} {to}"))).concat());
    marks.chain(links).collect()
}

fn stated() -> impl Strategy<Value = BTreeSet<String>> {
    let name = || select(&NAMES[..]);
    let fact = prop_oneof![
        4 => (name(), name()).prop_map(|(from, to)| format!("{from} links {to}")),
        1 => name().prop_map(|name| format!("{name} is marked")),
        1 => name().prop_map(|name| format!("{name} is guarded")),
    ];
    btree_set(fact, 1..7)
}

fn goal() -> impl Strategy<Value = String> {
    let name = || select(&NAMES[..]);
    prop_oneof![
        (name(), name()).prop_map(|(from, to)| format!("{from} reaches {to}")),
        (name(), select(&["exposed", "busy", "lost", "calm"][..])).prop_map(|(name, word)| format!("{name} is {word}")),
    ]
}

fn rules() -> impl Strategy<Value = Vec<&'static str>> {
    vec(any::<bool>(), RULES.len())
        .prop_map(|chosen| RULES.iter().zip(chosen).filter(|(_, is_chosen)| *is_chosen).map(|(rule, _)| *rule).collect())
}

fn model(rules: &[&str], facts: &BTreeSet<String>) -> Model {
    let mut model = Model::new();
    let facts = facts.iter().cloned().collect::<Vec<_>>().join("\n");
    model.tell(&format!("{WORDS}{}\n{facts}", rules.join("\n"))).unwrap();
    model
}

fn holds(rules: &[&str], facts: &BTreeSet<String>, goal: &str) -> bool {
    model(rules, facts).ask(&format!("{goal}?")).unwrap().holds()
}

fn remedies(model: &mut Model, question: &str) -> Remedies {
    match model.ask(question).unwrap().kind() {
        AnswerKind::Remedies(remedies) => remedies.clone(),
        other => panic!("{question}: {other:?}"),
    }
}

/// All sets of so many of these.
fn subsets(of: &[String], size: usize) -> Vec<BTreeSet<String>> {
    let Some(rest) = size.checked_sub(1) else { return vec![BTreeSet::new()] };
    let with = |(at, one): (usize, &String)| {
        subsets(&of[at + 1..], rest)
            .into_iter()
            .map(|mut others| {
                others.insert(one.clone());
                others
            })
            .collect::<Vec<_>>()
    };
    of.iter().enumerate().flat_map(with).collect()
}

/// The words of a sentence, with the new names in place of what is open: the first of them wherever `something` stands for anything.
fn with_new_names(set: &[String]) -> BTreeSet<String> {
    let mut next = 0;
    let mut new = || {
        next += 1;
        format!("Other-{next}")
    };
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    let sentence = |sentence: &String| {
        let words = sentence.split(' ').map(|word| match word {
            "something" => new(),
            word if word.starts_with('?') => known.entry(word.to_owned()).or_insert_with(&mut new).clone(),
            word => word.to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    };
    set.iter().map(sentence).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// What is told to make a sentence true does so, and no smaller set of facts would.
    #[test]
    fn the_smallest_sets_make_it_true(rules in rules(), facts in stated(), goal in goal()) {
        prop_assume!(!holds(&rules, &facts, &goal));
        let found = remedies(&mut model(&rules, &facts), &format!("what would make {goal}?"));
        for set in &found.sets {
            let more = facts.union(&with_new_names(set)).cloned().collect();
            prop_assert!(holds(&rules, &more, &goal), "{goal} does not follow from {set:?} with {facts:?}");
        }
        let possible = stateable(&rules).into_iter().filter(|fact| !facts.contains(fact)).collect::<Vec<_>>();
        let mut model = model(&rules, &facts);
        let mut makes = |set: &BTreeSet<String>| {
            model.tell(&set.iter().cloned().collect::<Vec<_>>().join("\n")).unwrap();
            let holds = model.ask(&format!("{goal}?")).unwrap().holds();
            model.tell(&set.iter().map(|fact| format!("forget {fact}")).collect::<Vec<_>>().join("\n")).unwrap();
            holds
        };
        let smallest = (1..=2).find(|size| subsets(&possible, *size).iter().any(&mut makes));
        match (smallest, found.sets.first()) {
            (Some(size), Some(set)) => prop_assert_eq!(size, set.len(), "{} from {:?}: {:?}", goal, facts, found),
            (Some(size), None) => prop_assert!(false, "{goal} would follow from {size} more than {facts:?}"),
            (None, Some(set)) => prop_assert!(set.len() > 2),
            (None, None) => {}
        }
    }

    /// What is told to stop a sentence does so, nothing in it is idle, and nothing smaller is left out.
    #[test]
    fn the_smallest_sets_stop_it(rules in rules(), facts in stated(), goal in goal()) {
        prop_assume!(holds(&rules, &facts, &goal));
        let found = remedies(&mut model(&rules, &facts), &format!("what would stop {goal}?"));
        let stops = |set: &BTreeSet<String>| !holds(&rules, &facts.difference(set).cloned().collect(), &goal);
        let all = facts.iter().cloned().collect::<Vec<_>>();
        let mut expected: Vec<BTreeSet<String>> = Vec::new();
        for set in (1..=3).flat_map(|size| subsets(&all, size)) {
            if !expected.iter().any(|known| known.is_subset(&set)) && stops(&set) {
                expected.push(set);
            }
        }
        let told = found.sets.iter().map(|set| set.iter().cloned().collect()).filter(|set: &BTreeSet<String>| set.len() <= 3);
        prop_assert_eq!(told.collect::<BTreeSet<_>>(), expected.into_iter().collect::<BTreeSet<_>>(), "{} from {:?}", goal, facts);
    }

    /// The question changes nothing.
    #[test]
    fn what_is_tried_leaves_nothing_behind(rules in rules(), facts in stated(), goal in goal()) {
        let mut asked = model(&rules, &facts);
        let before = asked.ask("what reaches what?").map(|answers| answers.kind().clone()).ok();
        for question in ["make", "stop"] {
            remedies(&mut asked, &format!("what would {question} {goal}?"));
        }
        prop_assert_eq!(asked.ask("what reaches what?").map(|answers| answers.kind().clone()).ok(), before);
        for fact in stateable(RULES) {
            prop_assert_eq!(asked.ask(&format!("{fact}?")).unwrap().holds(), facts.contains(&fact));
        }
    }
}
