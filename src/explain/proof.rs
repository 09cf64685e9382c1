//! What a proof is to those who show it: steps in words, each with what it rests on.

use std::sync::Arc;

use super::StatedAt;

/// Why something holds. Its steps are in the order in which they are told; a step that several others rest on is there once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proof {
    /// Every step, the first ones those of the sentences that were asked about.
    pub steps: Vec<Step>,
    /// The numbers of the steps that were asked about; all of them hold.
    pub roots: Vec<usize>,
    /// Whether no proof has fewer levels, and none of those whose steps all have the fewest levels has fewer lines.
    pub is_shortest: bool,
}

/// One sentence or condition of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// The sentence, in the reading in which it was stated, or else concluded.
    pub says: String,
    /// Why it holds.
    pub ground: Ground,
    /// The numbers of the steps that it rests on.
    pub from: Vec<usize>,
    /// How many more it rests on, which are not told.
    pub left_out: usize,
    /// What it is better than, where only the best is kept: `the least of 2, 5 and 7`.
    pub kept: Option<String>,
    /// The better value that is kept in place of its own: it leads to that by way of what follows from it.
    pub replaced_by: Option<String>,
}

/// Why a step holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ground {
    /// It was stated. Facts that a program was given without a text have no place.
    Stated(Option<StatedAt>),
    /// A rule concludes it.
    Rule {
        /// What the rule is called.
        label: Option<Arc<str>>,
        /// What it says for itself, with names where it has variables.
        because: Option<String>,
        /// The `##` lines before it.
        doc: Option<Arc<str>>,
        /// Where it stands.
        file: Arc<str>,
        /// The line in which it begins, counted from 1.
        line: usize,
        /// How often it is used, one time after the other, along a chain.
        times: usize,
    },
    /// Whatever fills a slot in a stated fact is of the slot's kind: the slot's name.
    Slot(Arc<str>),
    /// Whatever is of this kind is of the other one, too.
    Kind,
    /// Nothing in the model says it.
    Absent,
    /// It can be seen: a comparison, a text.
    Evident,
    /// An aggregate over so many inputs.
    Aggregate(usize),
    /// Every one of so many cases holds, or one that does not is named.
    Every(usize),
    /// One of the cases or inputs.
    Case,
    /// It was not followed any further.
    Cut,
}

impl Proof {
    /// How many levels of steps lie below those that were asked about.
    pub fn depth(&self) -> usize {
        let mut depths = vec![0; self.steps.len()];
        let mut deepest = 0;
        // A step is told before what it rests on, unless that was told before; so this is done until nothing changes.
        let mut is_changed = true;
        while std::mem::take(&mut is_changed) {
            for number in (0..self.steps.len()).rev() {
                let below = self.steps[number].from.iter().map(|from| depths[*from] + 1).max().unwrap_or(0);
                if below > depths[number] {
                    depths[number] = below;
                    is_changed = true;
                }
            }
        }
        for root in &self.roots {
            deepest = deepest.max(depths[*root]);
        }
        deepest
    }

    /// The stated facts that it rests on, in the order in which they are told, each once.
    pub fn stated(&self) -> impl Iterator<Item = &Step> {
        self.steps.iter().filter(|step| matches!(step.ground, Ground::Stated(_)))
    }

    /// A step that nothing was found for.
    pub fn is_cut(&self) -> bool {
        self.steps.iter().any(|step| step.ground == Ground::Cut)
    }
}
