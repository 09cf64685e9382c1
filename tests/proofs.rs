//! Proofs are proofs: every step of each follows from its premises by the one rule that it names, and its leaves are stated or absent.
//!
//! The checker knows facts and rules only. It puts the premises of a step and the text of its rule into a model of their own, in which
//! nothing else is told, and asks for the conclusion. That a proof is the least deep one is compared with going through all of them.
#![expect(clippy::panic, reason = "that is how a test fails")]
#![expect(clippy::wildcard_enum_match_arm, reason = "what is none of these fails the test")]

mod random;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use random::{DECLARATIONS, NAMES, RELATIONS, cases, program};
use srl::{AnswerKind, Evaluator, Ground, Model, Outcome, Proof, Step};

// ---- The checker

struct Checker<'t> {
    declarations: &'t str,
    /// The whole program, by lines.
    lines: Vec<&'t str>,
    /// The program, evaluated in the plainest way.
    all: Model,
    /// Steps that were checked before: proofs have much in common.
    checked: BTreeSet<(Vec<String>, String)>,
}

impl<'t> Checker<'t> {
    fn new(declarations: &'t str, text: &'t str) -> Self {
        let mut all = Model::without_vocabulary();
        all.set_evaluator(Evaluator::Naive);
        all.tell(text).unwrap_or_else(|error| panic!("{error}"));
        Self { declarations, lines: text.lines().collect(), all, checked: BTreeSet::new() }
    }

    /// Whether a sentence follows where only some others are told.
    fn follows(&mut self, told: &[&str], sentence: &str) -> bool {
        let step = (told.iter().map(|told| (*told).to_owned()).collect(), sentence.to_owned());
        if self.checked.contains(&step) {
            return true;
        }
        let mut model = Model::without_vocabulary();
        let text = format!("{}\n{}", self.declarations, told.join("\n"));
        model.tell(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let follows = model.ask(&format!("{sentence}?")).unwrap_or_else(|error| panic!("{error}\n{sentence}")).holds();
        if follows {
            self.checked.insert(step);
        }
        follows
    }

    fn check(&mut self, proof: &Proof) {
        self.rests_on_leaves(proof);
        for step in &proof.steps {
            let from: Vec<&Step> = step.from.iter().map(|from| &proof.steps[*from]).collect();
            let premises: Vec<&str> = from.iter().filter(|step| is_sentence(step)).map(|step| step.says.as_str()).collect();
            let is_so = match &step.ground {
                Ground::Stated(Some(at)) => {
                    let line = self.lines[usize::try_from(at.number).expect("a small number") - 1];
                    self.follows(&[line], &step.says) && !line.contains(" if ")
                }
                Ground::Rule { line, .. } => {
                    let rule = self.lines[line - 1];
                    assert!(rule.contains(" if "), "{rule}");
                    let rests_on_all = from.iter().any(|step| matches!(step.ground, Ground::Aggregate(_) | Ground::Every(_)));
                    // What counts, or looks at every case, cannot be seen from single facts: there all that holds is told.
                    if rests_on_all {
                        step.replaced_by.is_some() || self.holds(&step.says)
                    } else {
                        self.follows(&[&[rule][..], &premises].concat(), &step.says)
                    }
                }
                Ground::Slot(_) | Ground::Kind => self.follows(&premises, &step.says),
                Ground::Absent => {
                    let sentence = step.says.strip_prefix("nothing in this model says that ").expect("the words of what is absent");
                    !self.holds(sentence)
                }
                Ground::Evident | Ground::Case | Ground::Aggregate(_) | Ground::Every(_) => true,
                ground => panic!("{ground:?} of {}", step.says),
            };
            assert!(is_so, "{step:?}\nfrom {premises:?}\nin\n{}", self.lines.join("\n"));
            if is_sentence(step) {
                self.counts(step);
            }
        }
    }

    /// A sentence of a proof holds; or a better one does that has replaced it, as it says.
    fn counts(&mut self, step: &Step) {
        let Some(better) = &step.replaced_by else {
            assert!(self.holds(&step.says), "{}", step.says);
            return;
        };
        let (start, own) = step.says.rsplit_once(' ').expect("a kept value stands last in these programs");
        let number = |text: &str| text.parse::<f64>().expect("what is kept is a number");
        let is_better = if start.contains(" spans ") { number(better) < number(own) } else { number(better) > number(own) };
        assert!(is_better && !self.holds(&step.says) && self.holds(&format!("{start} {better}")), "{step:?}");
    }

    fn holds(&mut self, sentence: &str) -> bool {
        self.all.ask(&format!("{sentence}?")).unwrap_or_else(|error| panic!("{error}")).holds()
    }

    /// Whether every step rests on others that do not rest on it.
    fn rests_on_leaves(&self, proof: &Proof) {
        let mut known = vec![false; proof.steps.len()];
        for _ in 0..=proof.steps.len() {
            for (number, step) in proof.steps.iter().enumerate() {
                known[number] |= step.from.iter().all(|from| known[*from]);
            }
        }
        assert!(known.iter().all(|known| *known), "a circle in\n{proof:?}\n{}", self.lines.join("\n"));
    }
}

fn is_sentence(step: &Step) -> bool {
    matches!(step.ground, Ground::Stated(_) | Ground::Rule { .. } | Ground::Slot(_) | Ground::Kind)
}

/// The proof of a sentence, if it holds.
fn why(model: &mut Model, sentence: &str) -> Option<Proof> {
    let answers = model.ask(&format!("why {sentence}?")).unwrap_or_else(|error| panic!("{error}"));
    match answers.kind() {
        AnswerKind::Proof { proof, .. } => Some((**proof).clone()),
        AnswerKind::Missing { .. } => None,
        kind => panic!("{kind:?}"),
    }
}

/// Depth and sentences of a shortest proof. Which values were there before they were replaced is a matter of order, so of others nothing.
fn shortest(proof: &Proof) -> Option<(usize, Vec<String>)> {
    proof.is_shortest.then(|| (proof.depth(), proof.steps.iter().map(|step| step.says.clone()).collect()))
}

proptest! {
    #![proptest_config(cases(24))]

    /// Whatever holds has a proof, in which every step follows; whatever does not has none.
    #[test]
    fn every_step_follows((rules, facts) in program()) {
        let text = format!("{DECLARATIONS}{}\n{}\n", rules.join("\n"), facts.join("\n"));
        let mut checker = Checker::new(DECLARATIONS, &text);
        let mut model = Model::without_vocabulary();
        model.tell(&text).unwrap_or_else(|error| panic!("{error}"));
        for relation in RELATIONS {
            for names in [["Ada", "Ben"], ["Ben", "Ada"], ["Cyd", "Cyd"]] {
                let sentence = relation.sentence(&names);
                let proof = why(&mut model, &sentence);
                prop_assert_eq!(proof.is_some(), checker.holds(&sentence), "{}\n{}", sentence, text);
                if let Some(proof) = proof {
                    checker.check(&proof);
                }
            }
        }
    }

    /// Both evaluators give the same proofs, and so does a model in another order.
    #[test]
    fn order_makes_no_difference_to_a_proof((rules, facts) in program(), seed in any::<u64>()) {
        let proofs = |evaluator, facts: &[String]| {
            let mut model = random::model(evaluator, &[&rules, facts]).unwrap_or_else(|error| panic!("{error}"));
            let depth = |relation: &random::Relation| {
                Some(shortest(&why(&mut model, &relation.sentence(&["Ada", "Ben"]))?))
            };
            RELATIONS.iter().map(depth).collect::<Vec<_>>()
        };
        // What is said twice is shown in the words that came first.
        let mut known = random::model(Evaluator::SemiNaive, &[]).unwrap_or_else(|error| panic!("{error}"));
        let mut is_new = |fact: &String| known.tell(fact).is_ok_and(|told| told.outcomes.iter().any(|outcome| matches!(outcome, Outcome::Stated { new: 1.., .. })));
        let facts: Vec<String> = facts.into_iter().filter(|fact| is_new(fact)).collect();
        let mut turned = facts.clone();
        turned.rotate_left(usize::try_from(seed % 7).expect("a small number").min(facts.len()));
        let expected = proofs(Evaluator::SemiNaive, &facts);
        prop_assert_eq!(&proofs(Evaluator::Naive, &facts), &expected);
        prop_assert_eq!(&proofs(Evaluator::SemiNaive, &turned), &expected);
    }
}

proptest! {
    #![proptest_config(cases(16))]

    /// What has followed facts that went and came again has the proofs of a model that never knew otherwise.
    #[test]
    fn changes_make_no_difference_to_a_proof((rules, facts) in program(), forgotten in any::<u32>()) {
        let proofs = |model: &mut Model| {
            let mut proof = |relation: &random::Relation| {
                Some(shortest(&why(model, &relation.sentence(&["Ada", "Ben"]))?))
            };
            RELATIONS.iter().map(&mut proof).collect::<Vec<_>>()
        };
        let mut model = random::model(Evaluator::SemiNaive, &[&rules, &facts]).unwrap_or_else(|error| panic!("{error}"));
        let expected = proofs(&mut model);
        for (number, fact) in facts.iter().enumerate().filter(|(number, _)| forgotten >> (number % 32) & 1 == 1) {
            // It may have gone with another one.
            let _ = model.tell(&format!("forget {fact}"));
            if number % 3 == 0 {
                proofs(&mut model);
            }
        }
        model.tell(&facts.join("\n")).unwrap_or_else(|error| panic!("{error}"));
        prop_assert_eq!(proofs(&mut model), expected);
    }
}

// ---- The least deep proof, among all of them

/// A sentence of two things: a verb, and for each thing a variable.
type Said = (&'static str, u8, u8);

/// Rules over variables 0 to 2 that no closure is made of.
const RULES: &[(Said, &[Said])] = &[
    (("p", 0, 1), &[("e", 0, 1)]),
    (("q", 0, 1), &[("f", 0, 1)]),
    (("p", 0, 2), &[("q", 0, 1), ("p", 1, 2)]),
    (("q", 0, 2), &[("p", 0, 1), ("q", 1, 2)]),
    (("p", 0, 1), &[("q", 1, 0)]),
    (("q", 0, 1), &[("e", 0, 2), ("f", 2, 1)]),
    (("r", 0, 1), &[("p", 0, 1), ("q", 0, 1)]),
    (("p", 0, 1), &[("r", 0, 2), ("r", 2, 1), ("e", 1, 0)]),
    (("r", 0, 0), &[("q", 0, 1), ("q", 1, 0)]),
];

type Fact = (&'static str, usize, usize);

/// For every fact the depth and the size of its least proofs, by all instances of all rules, again and again.
fn least(rules: &[usize], facts: &BTreeSet<Fact>) -> BTreeMap<Fact, (usize, u64)> {
    let mut known: BTreeMap<Fact, (usize, u64)> = facts.iter().map(|fact| (*fact, (0, 1))).collect();
    loop {
        let before = known.clone();
        for &number in rules {
            let ((verb, one, other), body) = RULES[number];
            for binding in 0..64_usize {
                let value = |variable: u8| (binding >> (2 * usize::from(variable))) % 4;
                let premises: Option<Vec<_>> =
                    body.iter().map(|(verb, one, other)| before.get(&(*verb, value(*one), value(*other)))).collect();
                let Some(premises) = premises else { continue };
                let depth = 1 + premises.iter().map(|(depth, _)| *depth).max().unwrap_or(0);
                let size = 1 + premises.iter().map(|(_, size)| *size).sum::<u64>();
                let fact = (verb, value(one), value(other));
                if known.get(&fact).is_none_or(|least| (depth, size) < *least) {
                    known.insert(fact, (depth, size));
                }
            }
        }
        if known == before {
            return known;
        }
    }
}

/// How many lines a proof has where nothing is shared.
fn lines(proof: &Proof, number: usize) -> u64 {
    1 + proof.steps[number].from.iter().map(|from| lines(proof, *from)).sum::<u64>()
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn no_proof_is_less_deep(
        rules in proptest::sample::subsequence((0..RULES.len()).collect::<Vec<_>>(), 3..=RULES.len()),
        facts in proptest::collection::btree_set((proptest::sample::select(&["e", "f"][..]), 0..4_usize, 0..4_usize), 1..8),
    ) {
        let said = |(verb, one, other): &Said| format!("?v{one} {verb}s ?v{other}");
        let rule = |number: &usize| {
            let (head, body) = &RULES[*number];
            format!("{} if {}", said(head), body.iter().map(said).collect::<Vec<_>>().join(" and "))
        };
        let fact = |(verb, one, other): &Fact| format!("{} {verb}s {}", NAMES[*one], NAMES[*other]);
        let verbs = ["e", "f", "p", "q", "r"].map(|verb| format!("verb one:thing {verb}s two:thing"));
        let text: Vec<String> = verbs.into_iter().chain(rules.iter().map(rule)).chain(facts.iter().map(fact)).collect();
        let mut model = Model::without_vocabulary();
        model.tell(&text.join("\n")).unwrap_or_else(|error| panic!("{error}"));
        let least = least(&rules, &facts);
        for verb in ["e", "f", "p", "q", "r"] {
            for (one, other) in (0..4).flat_map(|one| (0..4).map(move |other| (one, other))) {
                let wanted = (verb, one, other);
                let proof = why(&mut model, &fact(&wanted));
                let found = proof.map(|proof| {
                    assert!(proof.is_shortest);
                    (proof.depth(), lines(&proof, proof.roots[0]))
                });
                prop_assert_eq!(found, least.get(&wanted).copied(), "{}\n{}", fact(&wanted), text.join("\n"));
            }
        }
    }

    /// Along a verb that is the closure of its direct pairs a proof is a shortest way.
    #[test]
    fn no_chain_is_shorter(
        form in 0..3_usize,
        links in proptest::collection::btree_set((0..5_usize, 0..5_usize), 1..12),
    ) {
        let rule = ["?a spans ?b and ?b spans ?c", "?a spans ?b and ?b links ?c", "?a links ?b and ?b spans ?c"][form];
        let facts: Vec<String> = links.iter().map(|(one, other)| format!("{} links {}", NAMES[*one], NAMES[*other])).collect();
        let declarations = "verb one:thing links two:thing\nverb one:thing spans two:thing\n";
        let text = format!("{declarations}?a spans ?b if ?a links ?b\n?a spans ?c if {rule}\n{}\n", facts.join("\n"));
        let mut checker = Checker::new(declarations, &text);
        let mut model = Model::without_vocabulary();
        model.tell(&text).unwrap_or_else(|error| panic!("{error}"));
        for (from, start) in NAMES.iter().enumerate() {
            let mut distance: BTreeMap<usize, usize> = BTreeMap::new();
            let mut layer = BTreeSet::from([from]);
            for steps in 1..=5 {
                layer = links.iter().filter(|(one, _)| layer.contains(one)).map(|(_, other)| *other).collect();
                layer.iter().for_each(|value| {
                    distance.entry(*value).or_insert(steps);
                });
            }
            for (to, end) in NAMES.iter().enumerate() {
                let proof = why(&mut model, &format!("{start} spans {end}"));
                let links = proof.as_ref().map(|proof| proof.steps[proof.roots[0]].from.len());
                prop_assert_eq!(links, distance.get(&to).copied(), "{} to {} in\n{}", start, end, text);
                proof.iter().for_each(|proof| checker.check(proof));
            }
        }
    }
}
