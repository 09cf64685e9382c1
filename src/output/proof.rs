//! Explanations in words: proofs as trees, what is missing, chains.
//!
//! A tree is cut at a depth; what lies below is told when more is asked for. For screen readers steps are numbered (`1.2.1`)
//! instead of being drawn.

use std::collections::BTreeSet;

use crate::diagnostics::render::printable;
use crate::explain::{Attempt, Chain, Chains, Ground, Link, Missing, Proof, StatedAt, Step};

/// Where a line stands in a tree.
struct Tree<'p> {
    proof: &'p Proof,
    levels: usize,
    is_plain: bool,
    lines: Vec<String>,
    /// The steps that have been told, and the rules whose `##` lines have.
    told: BTreeSet<usize>,
    docs: BTreeSet<&'p str>,
    is_cut: bool,
}

/// The lines of a proof, so many levels of it, and whether there are more.
pub(super) fn proof(proof: &Proof, levels: usize, is_plain: bool) -> (Vec<String>, bool) {
    let mut tree = Tree { proof, levels, is_plain, lines: Vec::new(), told: BTreeSet::new(), docs: BTreeSet::new(), is_cut: false };
    for (number, root) in proof.roots.iter().enumerate() {
        let name = if proof.roots.len() > 1 || is_plain { format!("{}", number + 1) } else { String::new() };
        tree.step(*root, 0, ("", ""), &name);
    }
    if !proof.is_shortest {
        tree.lines.push("There may be a shorter proof.".to_owned());
    }
    (tree.lines, tree.is_cut)
}

impl<'p> Tree<'p> {
    /// `first` stands before the line itself, `rest` before those below it.
    fn step(&mut self, number: usize, level: usize, (first, rest): (&str, &str), name: &str) {
        let proof = self.proof;
        let step: &'p Step = &proof.steps[number];
        let before = if self.is_plain { format!("{name}. ") } else { first.to_owned() };
        let is_told = !self.told.insert(number) && !step.from.is_empty();
        let mut line = format!("{}{}", before, printable(&step.says));
        line += &printable(&ground(step));
        if is_told {
            line += " (shown above)";
        }
        let is_cut = !is_told && level >= self.levels && !step.from.is_empty();
        if is_cut {
            line += " …";
            self.is_cut = true;
        }
        self.lines.push(line);
        if is_told || is_cut {
            return;
        }
        if let Ground::Rule { doc: Some(doc), .. } = &step.ground
            && self.docs.insert(doc)
        {
            let bar = if step.from.is_empty() { " " } else { "│" };
            let indent = if self.is_plain { "# ".to_owned() } else { format!("{rest}{bar}  # ") };
            self.lines.extend(doc.lines().map(|line| format!("{indent}{}", printable(line))));
        }
        let count = step.from.len() + usize::from(step.left_out > 0);
        for (place, from) in step.from.iter().enumerate() {
            let is_last = place + 1 == count;
            let (branch, below) = if is_last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            let name = format!("{name}{}{}", if name.is_empty() { "" } else { "." }, place + 1);
            self.step(*from, level + 1, (&format!("{rest}{branch}"), &format!("{rest}{below}")), &name);
        }
        if step.left_out > 0 {
            let before = if self.is_plain { String::new() } else { format!("{rest}└─ ") };
            self.lines.push(format!("{before}… and {} more", step.left_out));
        }
    }
}

/// What is said of a step after its sentence.
fn ground(step: &Step) -> String {
    let mut said = match &step.ground {
        Ground::Stated(Some(at)) => format!(" ({at})"),
        Ground::Stated(None) => " (stated)".to_owned(),
        Ground::Rule { times, .. } => {
            let often = if *times > 1 { format!(", {times} times") } else { String::new() };
            format!(", {}{often}", by(&step.ground))
        }
        Ground::Slot(_) | Ground::Kind => format!(", {}", by(&step.ground)),
        Ground::Aggregate(0) => ", of nothing".to_owned(),
        Ground::Every(0) => ", and there is no case".to_owned(),
        Ground::Aggregate(_) | Ground::Every(_) | Ground::Absent | Ground::Evident | Ground::Case => String::new(),
        Ground::Cut => ", which follows".to_owned(),
    };
    if let Some(kept) = &step.kept {
        said += ", kept as ";
        said += kept;
    }
    if let Some(better) = &step.replaced_by {
        said.extend([", which ", better, " has replaced since"]);
    }
    said
}

/// `by rule chain`, `because …`, `as its consumer`
fn by(ground: &Ground) -> String {
    match ground {
        Ground::Rule { label, because, file, line, .. } => {
            let rule = match label {
                Some(label) => format!("by rule {label}"),
                None => format!("by the rule in {file}, line {line}"),
            };
            because.as_ref().map_or_else(|| rule.clone(), |because| format!("because {because} ({})", rule.trim_start_matches("by ")))
        }
        Ground::Slot(slot) => format!("as the {slot} here"),
        Ground::Kind => "as everything of this kind".to_owned(),
        Ground::Stated(_) | Ground::Absent | Ground::Evident | Ground::Aggregate(_) | Ground::Every(_) | Ground::Case | Ground::Cut => {
            String::new()
        }
    }
}

fn place(at: Option<&StatedAt>) -> String {
    at.map_or_else(String::new, |at| format!(" ({at})"))
}

/// The stated facts behind a sentence, in order.
pub(super) fn way(proof: &Proof) -> Vec<String> {
    let stated: Vec<String> = proof.stated().map(|step| printable(&format!("{}{}", step.says, ground(step)))).collect();
    if stated.is_empty() {
        return vec!["No stated fact leads there: it holds because of what is not stated.".to_owned()];
    }
    stated
}

/// The last steps of all proofs.
pub(super) fn reasons(proofs: &[Proof], left_out: usize, is_plain: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for (number, proof) in proofs.iter().enumerate() {
        let Some(root) = proof.roots.first().map(|root| &proof.steps[*root]) else { continue };
        let why = match &root.ground {
            Ground::Stated(Some(at)) => format!("it is stated ({at})"),
            Ground::Stated(None) => "it is stated".to_owned(),
            Ground::Slot(_) | Ground::Kind | Ground::Rule { .. } => by(&root.ground),
            Ground::Absent | Ground::Evident | Ground::Aggregate(_) | Ground::Every(_) | Ground::Case | Ground::Cut => root.says.clone(),
        };
        lines.push(printable(&format!("{}. {why}", number + 1)));
        let last = root.from.len() + usize::from(root.left_out > 0);
        for (place, from) in root.from.iter().enumerate() {
            let branch = match (is_plain, place + 1 == last) {
                (true, _) => format!("{}.{}. ", number + 1, place + 1),
                (false, true) => "   └─ ".to_owned(),
                (false, false) => "   ├─ ".to_owned(),
            };
            let step = &proof.steps[*from];
            lines.push(printable(&format!("{branch}{}{}", step.says, ground(step))));
        }
        if root.left_out > 0 {
            lines.push(format!("   └─ … and {} more", root.left_out));
        }
    }
    if left_out > 0 {
        lines.push(format!("… and {left_out} more reasons"));
    }
    lines
}

/// What is missing, after the line that says that it does not hold.
pub(super) fn missing(missing: &Missing, is_plain: bool) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(set_aside) = &missing.set_aside {
        lines.push(printable(&format!("There is {set_aside}.")));
    }
    if missing.attempts.is_empty() {
        match missing.says.as_slice() {
            [] => {}
            says => lines.push(printable(&format!("No rule concludes this; it would have to be stated: {}.", says.join(", and ")))),
        }
        return lines;
    }
    lines.push("It is not stated. It would follow".to_owned());
    let count = missing.attempts.len() + usize::from(missing.left_out > 0);
    for (number, attempt) in missing.attempts.iter().enumerate() {
        let (first, rest) = match (is_plain, number + 1 == count) {
            (true, _) => (format!("{}. ", number + 1), ""),
            (false, true) => ("└─ ".to_owned(), "   "),
            (false, false) => ("├─ ".to_owned(), "│  "),
        };
        lines.push(printable(&format!("{first}{}, if {}", by(&attempt.by), wanted(attempt))));
        for holds in &attempt.holds {
            lines.push(printable(&format!("{rest}   this holds: {holds}")));
        }
        for unknown in &attempt.unknown {
            lines.push(printable(&format!("{rest}   and then: {unknown}")));
        }
    }
    if missing.left_out > 0 {
        let branch = if is_plain { "" } else { "└─ " };
        lines.push(format!("{branch}… or by {} more rules", missing.left_out));
    }
    if missing.is_cut {
        lines.push("Not everything was looked at: there was too much.".to_owned());
    }
    lines
}

fn wanted(attempt: &Attempt) -> String {
    attempt.missing.join(", and ")
}

pub(super) fn chains(chains: &Chains, is_plain: bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let arrow = if is_plain { ", then " } else { " → " };
    let names = |chain: &Chain| chain.names.iter().map(super::text::shown).collect::<Vec<_>>().join(arrow);
    for (number, chain) in chains.chains.iter().enumerate() {
        lines.push(format!("{}. {}", number + 1, names(chain)));
        let said = |link: &Link| printable(&format!("   {}{}", link.says, place(link.at.as_ref())));
        lines.extend(chain.links.iter().map(said));
    }
    for chain in &chains.loops {
        lines.push(format!("A loop, not gone round: {}", names(chain)));
    }
    if chains.is_cut {
        lines.push("There may be more: there was too much to look at.".to_owned());
    }
    lines
}
